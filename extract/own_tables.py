"""Which files a run wrote: a run replaces those and no others, and never reads them as articles.

A table of a run says so in its schema, `run.json`, `datapackage.json` and `croissant.json` in their fields.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract import croissant
from extract.errors import InputError, OutputError
from extract.sources import Kind, Source

logger = logging.getLogger(__name__)

_MARKS = (b"schema_version", b"rules_hash")


def is_table_of_run(path: str | Path) -> bool:
    """Asks whether a Parquet file carries in its schema what a run writes there; not if it cannot be read."""
    return _is_marked(path) is True


def check_replaceable(paths: Iterable[Path]) -> None:
    """Raises OutputError for a file among these that no run wrote, since a run would replace it.

    Of a folder its tables are looked at. What cannot be read counts as a run's where a description of a run
    lies beside it: what was damaged may be made again.
    """
    for path in paths:
        for file in sorted(path.glob("*.parquet")) if path.is_dir() else [path]:
            if file.is_file() and not _is_of_run(file, path.parent):
                raise OutputError(file, "was not written by a run: move it elsewhere")


def check_inputs(sources: Iterable[Source], metadata: Path | None, outputs: Sequence[Path]) -> None:
    """Raises InputError for a source, or a file of metadata, that is or lies in one of the `outputs`."""
    replaced = {os.path.realpath(path) for path in outputs}
    names = {path.name for path in outputs}
    has_folders = any(path.is_dir() for path in outputs)
    named = [
        (source.label, source.location.address)
        for source in sources
        if source.location is not None and not source.location.is_remote
    ]
    if metadata is not None:
        named.append((str(metadata), os.fspath(metadata)))
    for label, address in named:
        # Resolving every path of a large folder would take long.
        if not has_folders and os.path.basename(address) not in names:
            continue
        real = os.path.realpath(address)
        if real in replaced or os.path.dirname(real) in replaced:
            raise InputError(
                label, "is an input, and the run would replace it: choose another folder for the output"
            )


def without_tables(sources: Sequence[Source], named: Iterable[str | Path]) -> list[Source]:
    """Leaves out tables of runs that were met in a folder, with one warning; what was `named` stays.

    Raises InputError when nothing is left.
    """
    asked = {os.path.realpath(path) for path in named}
    tables = [source for source in sources if _is_met_table(source, asked)]
    if not tables:
        return list(sources)
    more = f" (and {len(tables) - 1} more)" if len(tables) > 1 else ""
    if len(tables) == len(sources):
        raise InputError(f"{tables[0].label}{more}", "is a table of a run and holds no articles")
    logger.warning("%s%s: passed over as a table of a run", tables[0].label, more)
    return [source for source in sources if source not in tables]


def _is_met_table(source: Source, asked: set[str]) -> bool:
    if source.kind is not Kind.PARQUET or source.location is None or source.location.is_remote:
        return False
    address = source.location.address
    return is_table_of_run(address) and os.path.realpath(address) not in asked


def _is_marked(path: str | Path) -> bool | None:
    """Asks whether a Parquet file is a run's; None for what cannot be read."""
    try:
        stored = pq.read_metadata(path).metadata or {}
    except (OSError, pa.ArrowException):
        return None
    return all(mark in stored for mark in _MARKS)


def _is_of_run(file: Path, folder: Path) -> bool:
    if file.suffix == ".parquet" and (marked := _is_marked(file)) is not None:
        return marked
    # Runs did not always write this one, so a description of one beside it does not tell whose it is.
    if file.name == croissant.FILE_NAME and (content := _json_of(file)) is not None:
        return croissant.is_croissant_of_run(content)
    return any(_describes_run(folder / name) for name in ("run.json", "datapackage.json"))


def _describes_run(path: Path) -> bool:
    content = _json_of(path)
    if not isinstance(content, dict):
        return False
    versions = content.get("versions")
    is_run = isinstance(versions, dict) and "extract" in versions
    return is_run or str(content.get("created_by", "")).startswith("extract ")


def _json_of(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
