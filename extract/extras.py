"""What is installed only where it is wanted: the extras, their libraries, and how to get them."""

from __future__ import annotations

from collections.abc import Mapping

# As in pyproject.toml. The libraries are named rather than the extra of this package: that holds wherever the
# package came from, a checkout, a wheel or an index.
LIBRARIES: Mapping[str, Mapping[str, str]] = {
    "frames": {"duckdb": "duckdb>=1.2,<3", "polars": "polars>=1.20,<3"},
    "html": {"trafilatura": "trafilatura>=2.0,<3", "lxml_html_clean": "lxml_html_clean>=0.4,<1"},
    "ray": {"ray": "ray>=2.50,<3"},
    "remote": {"fsspec": "fsspec>=2024.6"},
    "report": {"itables": "itables>=2.5,<3", "jinja2": "jinja2>=3.1,<4"},
    "validate": {"pandera": "pandera[pandas]>=0.24,<1"},
    "xlsx": {"xlsxwriter": "xlsxwriter>=3.2,<4"},
}


def how_to_install(extra: str, library: str = "") -> str:
    """Gives the command that installs the libraries of an extra, or one of them, and the name of the extra.

    Raises KeyError for an extra or library that is none.
    """
    known = LIBRARIES[extra]
    wanted = [known[library]] if library else list(known.values())
    return f"pip install {' '.join(repr(item) for item in wanted)} (extra {extra})"
