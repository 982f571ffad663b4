"""Two runs against each other: which facts came, went or changed, and which other tables differ.

In: two output folders. Out: a `Comparison`. A fact of both runs is known by its `fact_id`, which holds as
long as the text and the place of its number in it stay. Where one of them changed, the same number in the
same sentence is the same fact, and so is one that overlaps it in a text that did not change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from extract.models import Span
from extract.table import load_documents, load_facts, load_table
from extract.table_schema import DOCUMENTS, FACTS, TABLES, TableDescription

Row = Mapping[str, Any]
Field = tuple[str, Any, Any]

# Fields that follow from the text and from other fields: alone they change nothing that a fact says.
TRACES = frozenset(
    {
        "fact_id", "sentence", "sentence_start", "char_start", "char_end", "rule_ids", "confidence",
        "duplicate_of", "statement_id",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """A fact of both runs, and the fields that differ: name, old value, new value."""

    old: Row
    new: Row
    fields: tuple[Field, ...]

    @property
    def says_otherwise(self) -> bool:
        """Asks whether the fact itself is another one, not only where it stands and how it was found."""
        return any(name not in TRACES for name, _, _ in self.fields)


@dataclass(frozen=True, slots=True)
class TableChange:
    """How another table differs: columns, and the keys of rows that came, went or changed."""

    name: str
    columns: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Asks whether there is any difference."""
        return bool(self.columns or self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two runs differ, facts in the order of documents and text.

    `traces` are facts that say the same and differ in `TRACES` alone.
    """

    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[Change, ...]
    traces: tuple[Change, ...]
    tables: tuple[TableChange, ...]

    @property
    def is_equal(self) -> bool:
        """Asks whether the two runs hold the same rows."""
        return not (self.added or self.removed or self.changed or self.traces or self.tables)

    @property
    def fields(self) -> Counter[str]:
        """How many of the changed facts differ in each field, `TRACES` left out."""
        return Counter(name for change in self.changed for name, _, _ in change.fields if name not in TRACES)


def compare(old: Path, new: Path) -> Comparison:
    """Compares two output folders.

    What differs in `run.json` alone (timings, paths of inputs) does not count, nor where an article was read.
    Raises InputError for a table that is missing or cannot be read.
    """
    before, after = load_facts(old), load_facts(new)
    old_documents, new_documents = load_documents(old), load_documents(new)
    pairs, gone, come = _pair(
        before.to_pylist(), after.to_pylist(), _same_texts(old_documents, new_documents)
    )
    changes = [
        Change(one, other, fields) for one, other in pairs if (fields := tuple(_differing(one, other)))
    ]
    others = [
        _table_change(table, load_table(old, table), load_table(new, table))
        for table in TABLES
        if table is not FACTS
    ]
    tables = (TableChange(FACTS.name, _columns(before, after)), *others)
    return Comparison(
        added=tuple(sorted(come, key=_place)),
        removed=tuple(sorted(gone, key=_place)),
        changed=tuple(
            sorted((item for item in changes if item.says_otherwise), key=lambda item: _place(item.new))
        ),
        traces=tuple(
            sorted((item for item in changes if not item.says_otherwise), key=lambda item: _place(item.new))
        ),
        tables=tuple(table for table in tables if table),
    )


def _place(row: Row) -> tuple[str, int, int]:
    return row["doc_id"], row["char_start"], row["char_end"]


def _same_texts(old: pa.Table, new: pa.Table) -> frozenset[str]:
    """Gives the documents whose content is the same in both runs."""
    hashes = [
        dict(zip(table["doc_id"].to_pylist(), table["sha256"].to_pylist(), strict=True))
        for table in (old, new)
    ]
    return frozenset(
        doc for doc, digest in hashes[0].items() if digest is not None and hashes[1].get(doc) == digest
    )


def _pair(
    old: Sequence[Row], new: Sequence[Row], same_texts: frozenset[str]
) -> tuple[list[tuple[Row, Row]], list[Row], list[Row]]:
    """Gives the facts of both runs, those only in the old one and those only in the new one."""
    known = {(row["doc_id"], row["fact_id"]): row for row in old}
    pairs: list[tuple[Row, Row]] = []
    left: list[Row] = []
    for row in new:
        partner = known.pop((row["doc_id"], row["fact_id"]), None)
        if partner is None:
            left.append(row)
        else:
            pairs.append((partner, row))
    gone = list(known.values())
    gone, left = _pair_by_sentence(gone, left, pairs)
    gone, left = _pair_by_overlap(gone, left, pairs, same_texts)
    return pairs, gone, left


def _pair_by_sentence(
    old: Iterable[Row], new: Iterable[Row], pairs: list[tuple[Row, Row]]
) -> tuple[list[Row], list[Row]]:
    """Adds the facts that stand at the same place of the same sentence; gives the rest of both."""

    def key(row: Row) -> tuple[object, ...]:
        start = row["sentence_start"]
        return row["doc_id"], row["sentence"], row["char_start"] - start, row["char_end"] - start

    waiting: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in old:
        waiting[key(row)].append(row)
    come = []
    for row in new:
        partners = waiting[key(row)]
        if partners:
            pairs.append((partners.pop(0), row))
        else:
            come.append(row)
    return [row for rows in waiting.values() for row in rows], come


def _pair_by_overlap(
    old: Iterable[Row], new: Iterable[Row], pairs: list[tuple[Row, Row]], same_texts: frozenset[str]
) -> tuple[list[Row], list[Row]]:
    """Adds the facts of texts that did not change whose numbers overlap; gives the rest of both."""
    by_document: dict[str, list[Row]] = defaultdict(list)
    for row in old:
        by_document[row["doc_id"]].append(row)
    come = []
    for row in new:
        here = by_document[row["doc_id"]] if row["doc_id"] in same_texts else []
        partner = next((other for other in here if _span(other).overlaps(_span(row))), None)
        if partner is None:
            come.append(row)
        else:
            here.remove(partner)
            pairs.append((partner, row))
    return [row for rows in by_document.values() for row in rows], come


def _span(row: Row) -> Span:
    return Span(row["char_start"], row["char_end"])


def _differing(old: Row, new: Row) -> Iterator[Field]:
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield name, old.get(name), new.get(name)


def _columns(old: pa.Table, new: pa.Table) -> tuple[str, ...]:
    """Gives the columns that went and came, with their sign, or that their order differs."""
    if old.column_names == new.column_names:
        return ()
    gone = [f"-{name}" for name in old.column_names if name not in new.column_names]
    come = [f"+{name}" for name in new.column_names if name not in old.column_names]
    return (*gone, *come) or ("their order",)


def _table_change(table: TableDescription, old: pa.Table, new: pa.Table) -> TableChange:
    before, after = (_by_key(table, content) for content in (old, new))
    return TableChange(
        table.name,
        _columns(old, new),
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        changed=tuple(key for key, row in after.items() if key in before and before[key] != row),
    )


def _by_key(table: TableDescription, content: pa.Table) -> dict[str, Row]:
    rows = content.to_pylist()
    if table is DOCUMENTS:
        # The same article may lie in another folder, or be read by a path of another form.
        rows = [{**row, "source": None} for row in rows]
    return {" ".join(str(row[name]) for name in table.primary_key): row for row in rows}
