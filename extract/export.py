"""One command: the folder of a run, a format and a place -> a file that other programs read.

The file is there whole or not at all. It never takes the place of a table of the run or of an article that
the run read. Where a format needs a second file (a structure, a labelling interface), it lies beside the
first.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from extract.errors import InputError, OutputError
from extract.fact_filter import Filters
from extract.table import check_output, iter_batches
from extract.table_schema import DOCUMENTS


class Target(StrEnum):
    """What a run is exported to."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    SDMX_CSV = "sdmx-csv"
    LABEL_STUDIO = "label-studio"


_SUFFIXES = {
    Target.CSV: (".csv",),
    Target.JSONL: (".jsonl", ".ndjson"),
    Target.XLSX: (".xlsx",),
    Target.SDMX_CSV: (".csv",),
    Target.LABEL_STUDIO: (".json",),
}
# Of the second file: what its name ends with, and words that stand in each that an export wrote.
_BESIDE = {
    Target.SDMX_CSV: (".structure.json", "EXTRACT_FACTS_PANEL"),
    Target.LABEL_STUDIO: (".labeling.xml", "Written by extract export"),
}
_LOOKED_AT = 20_000


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is wanted. `excel` is of CSV alone, `texts` and `text_column` are of Label Studio alone."""

    directory: Path
    target: Target
    out: Path
    filters: Filters = field(default_factory=Filters)
    excel: bool = False
    texts: Path | None = None
    text_column: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: files, how many rows (or tasks), and what the user is to be told."""

    files: tuple[Path, ...]
    rows: int
    noun: str = "fact"
    notes: tuple[str, ...] = ()


def export(options: ExportOptions) -> Exported:
    """Writes the export.

    Raises InputError for tables that cannot be read, options that fit nothing and an extra that is not
    installed, OutputError where the file cannot be written or would replace one that it must not.
    """
    check_target(options)
    if options.excel and options.target is not Target.CSV:
        raise InputError("--excel", "is for --to csv")
    if (options.texts is not None or options.text_column) and options.target is not Target.LABEL_STUDIO:
        raise InputError("--texts", "is for --to label-studio, as is --text-column")
    return _writer(options.target)(options)


def check_target(options: ExportOptions) -> None:
    """Refuses, before any work, a file that cannot be written or must not be replaced. Raises OutputError."""
    suffixes = _SUFFIXES[options.target]
    if options.out.suffix not in suffixes:
        raise OutputError(options.out, f"{options.target} is written to a file that ends with {suffixes[0]}")
    check_output(options.out, options.directory)
    _check_no_input(options)
    if options.target in _BESIDE:
        beside = beside_path(options)
        check_output(beside, options.directory)
        if beside.exists() and not _is_ours(beside, _BESIDE[options.target][1]):
            raise OutputError(beside, "was not written by an export: move it elsewhere")


def beside_path(options: ExportOptions) -> Path:
    """Gives where the second file goes: `facts.structure.json` beside `facts.csv`."""
    return options.out.with_suffix(_BESIDE[options.target][0])


def _check_no_input(options: ExportOptions) -> None:
    if not options.out.exists():
        return
    real = os.path.realpath(options.out)
    for batch in iter_batches(options.directory, DOCUMENTS, ("source",)):
        for source in batch.column(0).to_pylist():
            path = source.rpartition("#")[0] or source
            # Resolving the path of every article would take long.
            if os.path.basename(path) == options.out.name and os.path.realpath(path) == real:
                raise OutputError(options.out, "is an article that the run read: choose another name")


def _is_ours(path: Path, mark: str) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return mark in file.read(_LOOKED_AT)
    except (OSError, ValueError):
        return False


def _writer(target: Target) -> Callable[[ExportOptions], Exported]:
    # Each takes libraries that the others do not need.
    if target in (Target.CSV, Target.JSONL):
        from extract.export_text import export_text

        return export_text
    if target is Target.XLSX:
        from extract.export_xlsx import export_xlsx

        return export_xlsx
    if target is Target.SDMX_CSV:
        from extract.export_sdmx import export_sdmx

        return export_sdmx
    from extract.label_studio_export import export_label_studio

    return export_label_studio
