"""Compares the outputs of two runs: which facts came, went or changed, and which tables differ.

    python scripts/compare_datasets.py OLD NEW

Exit codes: 0 where all tables are equal, 1 where they differ, 2 where one of them cannot be read. What
differs in `run.json` alone (timings, paths of inputs) does not count. A fact is known by its `fact_id`, the
hash of the document's content and of where the number stands in it: a document that was edited gives new ids.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.errors import ExtractError, InputError
from extract.table import load_facts
from extract.table_schema import FACTS, TABLES, TableDescription

EXIT_EQUAL, EXIT_DIFFERENT, EXIT_UNREADABLE = 0, 1, 2
SNIPPET_BEFORE, SNIPPET_AFTER = 40, 40

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A fact of both runs, and what each says of the fields that differ: name, old value, new value."""

    new: Row
    fields: tuple[tuple[str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two runs differ. `tables` are sentences about tables other than the facts."""

    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[Change, ...]
    tables: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Asks whether the two runs hold the same rows."""
        return not (self.added or self.removed or self.changed or self.tables)


def compare(old: Path, new: Path) -> Comparison:
    """Compares two output folders. Raises InputError for a table that is missing or cannot be read."""
    before, after = load_facts(old), load_facts(new)
    old_rows, new_rows = _by_id(before), _by_id(after)
    tables = [*_schema_difference(FACTS, before, after)]
    for table in TABLES:
        if table is not FACTS:
            tables.extend(_table_difference(table, _load(old, table), _load(new, table)))
    return Comparison(
        added=tuple(row for key, row in new_rows.items() if key not in old_rows),
        removed=tuple(row for key, row in old_rows.items() if key not in new_rows),
        changed=tuple(
            Change(row, fields)
            for key, row in new_rows.items()
            if key in old_rows and (fields := tuple(_differing(old_rows[key], row)))
        ),
        tables=tuple(tables),
    )


def _load(folder: Path, table: TableDescription) -> pa.Table:
    path = folder / table.file_name
    try:
        return pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise InputError(path, f"cannot be read: {error}") from error


def _by_id(table: pa.Table) -> dict[tuple[str, str], Row]:
    """Gives the rows by document and fact id: two files of equal content have equal fact ids."""
    return {(row["doc_id"], row["fact_id"]): row for row in table.to_pylist()}


def _differing(old: Row, new: Row) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _schema_difference(table: TableDescription, old: pa.Table, new: pa.Table) -> Iterator[str]:
    if old.column_names != new.column_names:
        gone = [name for name in old.column_names if name not in new.column_names]
        come = [name for name in new.column_names if name not in old.column_names]
        changes = [*(f"-{name}" for name in gone), *(f"+{name}" for name in come)]
        yield f"{table.file_name}: columns differ: {', '.join(changes) or 'their order'}"


def _table_difference(table: TableDescription, old: pa.Table, new: pa.Table) -> Iterator[str]:
    yield from _schema_difference(table, old, new)
    before, after = old.to_pylist(), new.to_pylist()
    if table.file_name == "documents.parquet":
        # The same article may lie in another folder, or be read by a path of another form.
        before, after = ([{**row, "source": None} for row in rows] for rows in (before, after))
    if before != after:
        gone = sum(row not in after for row in before)
        come = sum(row not in before for row in after)
        yield f"{table.file_name}: {gone} rows only in the old run, {come} only in the new"


def describe(comparison: Comparison) -> Iterator[str]:
    """Gives the lines of a report, for people."""
    for sign, rows in (("+", comparison.added), ("-", comparison.removed)):
        for row in rows:
            yield f"{sign} {row['doc_id']}  {snippet(row)}"
            yield f"    {says(row)}"
    for change in comparison.changed:
        yield f"~ {change.new['doc_id']}  {snippet(change.new)}"
        for name, old, new in change.fields:
            yield f"    {name}: {_shown(old)} -> {_shown(new)}"
    yield from comparison.tables
    if comparison.is_equal:
        yield "equal"
        return
    counts = (len(comparison.added), len(comparison.removed), len(comparison.changed))
    yield "facts: {} added, {} removed, {} changed".format(*counts)


def snippet(row: Row) -> str:
    """Gives the words around a number, with the number itself in brackets."""
    start, end = row["char_start"] - row["sentence_start"], row["char_end"] - row["sentence_start"]
    sentence = row["sentence"]
    before = sentence[max(0, start - SNIPPET_BEFORE) : start]
    after = sentence[end : end + SNIPPET_AFTER]
    opening = "…" if start > SNIPPET_BEFORE else ""
    closing = "…" if end + SNIPPET_AFTER < len(sentence) else ""
    return f"{opening}{before}[{sentence[start:end]}]{after}{closing}"


def says(row: Row) -> str:
    """Gives what a fact says, short."""
    names = (
        "metric_id",
        "metric_text",
        "value",
        "unit_id",
        "status",
        "period_start",
        "period_end",
        "province_code",
    )
    return ", ".join(f"{name} {_shown(row[name])}" for name in names if row[name] is not None)


def _shown(value: Any) -> str:
    if value is None:
        return "(none)"
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads the command line, prints the report and gives the exit code."""
    parser = argparse.ArgumentParser(description="Compare the outputs of two runs of `extract run`.")
    parser.add_argument("old", type=Path, metavar="OLD", help="output of the earlier run")
    parser.add_argument("new", type=Path, metavar="NEW", help="output of the later run")
    options = parser.parse_args(arguments)
    try:
        comparison = compare(options.old, options.new)
    except ExtractError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_UNREADABLE
    for line in describe(comparison):
        print(line)
    return EXIT_EQUAL if comparison.is_equal else EXIT_DIFFERENT


if __name__ == "__main__":
    raise SystemExit(main())
