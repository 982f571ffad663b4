"""Facts from Vietnamese news: every metric with its unit, its date and its province.

    import extract

    extract.extract("Tỉnh Bình Thuận có 4.285 trạm BTS.")     # the facts of a text
    extract.run("seeds/", out="out/")                         # those of many, into tables
    extract.load("out/")                                      # the tables as data frames

Importing this package loads nothing heavy: each name below is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from extract.api import Extractor, extract
    from extract.errors import (
        ArgumentError,
        ExtractError,
        InputError,
        MissingLibraryError,
        OutputError,
        RulesError,
        TooManyErrorsError,
    )
    from extract.loading import load, to_frame
    from extract.models import Fact
    from extract.parse import (
        ParsedPeriod,
        ParsedPlace,
        ParsedQuantity,
        find_places,
        parse_periods,
        parse_quantities,
    )
    from extract.running import RunResult, run
    from extract.spacy_components import spacy_blank

__version__ = "0.1.0"
__all__ = [
    "ArgumentError",
    "ExtractError",
    "Extractor",
    "Fact",
    "InputError",
    "MissingLibraryError",
    "OutputError",
    "ParsedPeriod",
    "ParsedPlace",
    "ParsedQuantity",
    "RulesError",
    "RunResult",
    "TooManyErrorsError",
    "__version__",
    "extract",
    "find_places",
    "load",
    "parse_periods",
    "parse_quantities",
    "run",
    "spacy_blank",
    "to_frame",
]

# Where each name is. No module may have a name of this list: imported, it would take its place.
_MODULES = {
    "api": ("Extractor", "extract"),
    "errors": (
        "ArgumentError",
        "ExtractError",
        "InputError",
        "MissingLibraryError",
        "OutputError",
        "RulesError",
        "TooManyErrorsError",
    ),
    "loading": ("load", "to_frame"),
    "models": ("Fact",),
    "parse": (
        "ParsedPeriod",
        "ParsedPlace",
        "ParsedQuantity",
        "find_places",
        "parse_periods",
        "parse_quantities",
    ),
    "running": ("RunResult", "run"),
    "spacy_components": ("spacy_blank",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

# A type checker that saw this function would believe in every name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Loads a name of the library when it is first used."""
        module = _HOMES.get(name)
        if module is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{module}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
