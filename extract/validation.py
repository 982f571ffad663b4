"""A fact table, or all tables of a run -> every fault in them, found in parts of some thousand rows.

Each part goes through the pandera schema of its table. What no row tells on its own is looked at over all
parts: keys, order, the documents of facts and what a fact repeats. Of that some numbers a row are held.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from extract.code_lists import CodeLists, load_code_lists
from extract.constraints import FACT_CONSTRAINTS, RowConstraint, quotes
from extract.errors import InputError, InternalError
from extract.pandera_schema import build_schema
from extract.staging import staged_path
from extract.table import table_files
from extract.table_keys import FactKeys, PrimaryKeys
from extract.table_parts import Fault, TablePart, iter_parts
from extract.table_schema import FACTS, TABLES, TableDescription

if TYPE_CHECKING:
    from pandera.errors import SchemaError

_SHOWN = 80
_NO_ID = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What was read of a table: its name and how many rows. A table of several files is one."""

    table: str
    rows: int


class Validation:
    """Reads tables and gives their faults. `checked` tells, once all faults were taken, what was read.

    `path` is the output of a run (all its tables are read), a folder of parts, or one file of facts in
    Parquet or CSV. Beside a run's output codes are looked up in its own tables, elsewhere in the packaged
    rules.
    """

    def __init__(self, path: Path) -> None:
        """Raises InputError where there is nothing to read, and where pandera is not installed."""
        self.checked: list[Checked] = []
        self._run = path if path.is_dir() and _is_run(path) else None
        build_schema(FACTS)
        if self._run is not None:
            self._tables = [(table, table_files(path, table)) for table in TABLES]
        else:
            self._tables = [(FACTS, _files(path))]

    def faults(self) -> Iterator[Fault]:
        """Gives all faults: those of rows in their order, then what concerns the table as a whole.

        Raises InputError for a file that cannot be read.
        """
        lists = load_code_lists(self._run)
        for table, files in self._tables:
            yield from self._table_faults(table, files, lists)

    def _table_faults(
        self, table: TableDescription, files: Iterable[Path], lists: CodeLists
    ) -> Iterator[Fault]:
        is_facts = table is FACTS
        constraints = (*FACT_CONSTRAINTS, *lists.constraints()) if is_facts else ()
        keys = FactKeys(lists.documents) if is_facts else PrimaryKeys(table)
        rows = 0
        for file in files:
            for part in iter_parts(file, table):
                rows += len(part.frame)
                yield from _in_order(part, table, constraints)
                yield from keys.add(part)
        yield from keys.close()
        self.checked.append(Checked(table.name, rows))


def _is_run(folder: Path) -> bool:
    return all(staged_path(folder, table.file_name, table.folder_name).exists() for table in TABLES)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        if not path.is_file():
            raise InputError(path, "no such file")
        return [path]
    try:
        return table_files(path, FACTS)
    except InputError:
        files = sorted(path.glob("*.parquet")) or sorted(path.glob("*.csv"))
        if not files:
            raise InputError(path, "holds no table of facts") from None
        return files


def _in_order(part: TablePart, table: TableDescription, constraints: Iterable[RowConstraint]) -> list[Fault]:
    """Gives the faults of a part, those of whole columns first."""
    faults = [*part.faults, *_schema_faults(part, table, constraints)]
    unreadable = {(fault.row, fault.column) for fault in part.faults if fault.check == "type"}
    order = {column.name: number for number, column in enumerate(table.columns)}
    # A cell that cannot be read is no empty one.
    kept = [fault for fault in faults if fault.check == "type" or (fault.row, fault.column) not in unreadable]
    return sorted(kept, key=lambda fault: (fault.row or 0, order[fault.column]))


def _schema_faults(
    part: TablePart, table: TableDescription, constraints: Iterable[RowConstraint]
) -> Iterator[Fault]:
    from pandera.errors import SchemaErrors

    if not len(part.frame):
        return
    by_name = {item.name: item for item in constraints}
    schema = build_schema(table, by_name.values(), part.columns)
    try:
        schema.validate(part.frame, lazy=True)
    except SchemaErrors as found:
        for error in found.schema_errors:
            yield from _faults_of(error, part, by_name)


def _faults_of(error: SchemaError, part: TablePart, constraints: dict[str, RowConstraint]) -> Iterator[Fault]:
    from pandera.errors import SchemaErrorReason

    name = getattr(error.check, "name", None) or str(error.check)
    if error.reason_code is SchemaErrorReason.CHECK_ERROR:
        raise InternalError(f"{part.file}: {name} cannot be checked: {error}")
    if name in constraints:
        constraint = constraints[name]
        for place in (~error.check_output).to_numpy().nonzero()[0]:
            message = constraint.fault.format_map(_cells(part.frame.iloc[[place]], constraint))
            yield _fault(part, int(place), constraint.columns[0], name, message)
        return
    column = str(error.schema.name)
    for place, cell in zip(error.failure_cases["index"], error.failure_cases["failure_case"], strict=True):
        if name == "not_nullable":
            yield _fault(part, int(place), column, "required", "is empty")
        else:
            yield _fault(part, int(place), column, name, f"{_shown(cell)} is {error.check.error}")


def _cells(row: pd.DataFrame, constraint: RowConstraint) -> dict[str, Any]:
    cells = {column: _shown(row[column].iloc[0]) for column in constraint.columns}
    return {**cells, "quote": quotes(row)[0]} if "sentence" in cells else cells


def _fault(part: TablePart, place: int, column: str, check: str, message: str) -> Fault:
    ids = part.frame["fact_id"] if "fact_id" in part.columns else None
    fact_id = ids.iloc[place] if ids is not None and isinstance(ids.iloc[place], str) else _NO_ID
    return Fault(part.file, part.first_row + place, column, check, message, fact_id)


def _shown(cell: Any) -> Any:
    """Gives a cell as a message cites it: days without a clock, long texts cut, what is empty as such."""
    if isinstance(cell, str):
        return cell if len(cell) <= _SHOWN else f"{cell[:_SHOWN]}…"
    if cell is None or pd.isna(cell):
        return "empty"
    return cell.date() if isinstance(cell, dt.datetime) else cell
