"""What rows of a table promise about each other, over all of its parts: keys, order, references.

Rows are held as hashes and numbers: of a million facts 40 MB.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from extract.code_lists import Hashes, KnownDocuments, row_hashes
from extract.table_parts import Fault, TablePart
from extract.table_schema import FACTS, TableDescription

_ORDER = ("doc_id", "char_start", "char_end")


class _Places:
    """Which file and row the n-th row of all parts is."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, str, int]] = []
        self.rows = 0

    def add(self, part: TablePart) -> None:
        self._parts.append((self.rows, part.file, part.first_row))
        self.rows += len(part.frame)

    def find(self, number: int) -> tuple[str, int]:
        starts = [start for start, _, _ in self._parts]
        start, file, first_row = self._parts[int(np.searchsorted(starts, number, "right")) - 1]
        return file, first_row + number - start

    @property
    def last_file(self) -> str:
        return self._parts[-1][1] if self._parts else ""


class PrimaryKeys:
    """The key of a table: each stands there once."""

    def __init__(self, table: TableDescription) -> None:
        self._key = table.primary_key
        self._places = _Places()
        self._hashes: list[Hashes] = []

    def add(self, part: TablePart) -> Iterator[Fault]:
        """Takes a part. Gives what is wrong in it."""
        self._places.add(part)
        if part.columns.issuperset(self._key):
            self._hashes.append(row_hashes(*(part.frame[name] for name in self._key)))
        yield from ()

    def close(self) -> Iterator[Fault]:
        """Gives what is wrong with the table as a whole."""
        yield from self._repeated(_joined(self._hashes))

    def _repeated(self, hashes: Hashes) -> Iterator[Fault]:
        if len(hashes) != self._places.rows:
            # A file lacks a column of the key, which was told.
            return
        for row in np.flatnonzero(pd.Series(hashes).duplicated().to_numpy()):
            first = int(np.flatnonzero(hashes == hashes[row])[0])
            file, number = self._places.find(int(row))
            first_file, first_number = self._places.find(first)
            where = f"row {first_number}" if first_file == file else f"{first_file} row {first_number}"
            names = ", ".join(self._key)
            yield Fault(file, number, self._key[-1], "unique", f"{names}: the same as in {where}")


class FactKeys(PrimaryKeys):
    """The keys of facts, their order, what they repeat, and their documents where these are known."""

    def __init__(self, documents: KnownDocuments | None) -> None:
        super().__init__(FACTS)
        self._documents = documents
        self._of_documents: list[Hashes] = []
        self._repeats: list[Hashes] = []
        self._repeating: list[npt.NDArray[np.int64]] = []
        self._last: pd.DataFrame | None = None

    def add(self, part: TablePart) -> Iterator[Fault]:
        """As for all tables, and the order of rows."""
        start = self._places.rows
        yield from super().add(part)
        frame = part.frame
        if part.columns.issuperset(_ORDER):
            yield from self._disorder(part)
        if "doc_id" in part.columns:
            self._of_documents.append(row_hashes(frame["doc_id"]))
        if part.columns.issuperset({"doc_id", "duplicate_of"}):
            repeating = np.flatnonzero(frame["duplicate_of"].notna().to_numpy())
            self._repeating.append(start + repeating)
            rows = frame.iloc[repeating]
            self._repeats.append(row_hashes(rows["doc_id"], rows["duplicate_of"]))

    def close(self) -> Iterator[Fault]:
        """As for all tables, and what refers to documents and to facts that are not there."""
        hashes = _joined(self._hashes)
        yield from self._repeated(hashes)
        if self._documents is None:
            # A table of its own may be a choice of facts.
            return
        yield from self._unknown_documents(self._documents)
        if len(hashes) == self._places.rows:
            yield from self._unknown_facts(hashes)

    def _disorder(self, part: TablePart) -> Iterator[Fault]:
        rows = part.frame[list(_ORDER)].astype({"doc_id": "object"})
        before = rows.shift(1)
        if self._last is not None and len(rows):
            before.iloc[0] = self._last.iloc[0]
        self._last = rows.tail(1) if len(rows) else self._last
        same = pd.Series(True, rows.index)
        wrong = pd.Series(False, rows.index)
        for name in _ORDER:
            known = before[name].notna() & rows[name].notna()
            here, there = rows[name].where(known), before[name].where(known)
            later = pd.Series(False, rows.index)
            later[known] = (there[known] > here[known]).astype(bool)
            equal = pd.Series(False, rows.index)
            equal[known] = (there[known] == here[known]).astype(bool)
            wrong |= same & later
            same &= equal
        for place in np.flatnonzero(wrong.to_numpy()):
            message = f"the row before comes after it: rows stand in the order of {', '.join(_ORDER)}"
            yield Fault(part.file, part.first_row + int(place), "doc_id", "order", message)

    def _unknown_documents(self, documents: KnownDocuments) -> Iterator[Fault]:
        found = _joined(self._of_documents)
        if len(found) != self._places.rows:
            return
        places = documents.places(found)
        for row in np.flatnonzero(places < 0):
            file, number = self._places.find(int(row))
            yield Fault(file, number, "doc_id", "document", "stands in no row of documents")
        counts = np.bincount(places[places >= 0], minlength=len(documents.hashes))
        wrong = int((counts != documents.facts).sum())
        if wrong:
            message = f"{wrong} documents have other numbers of facts than documents.facts says"
            yield Fault(self._places.last_file, None, "doc_id", "document_facts", message)

    def _unknown_facts(self, hashes: Hashes) -> Iterator[Fault]:
        rows, wanted = np.concatenate([np.empty(0, np.int64), *self._repeating]), _joined(self._repeats)
        for row in rows[~np.isin(wanted, hashes)]:
            file, number = self._places.find(int(row))
            yield Fault(
                file, number, "duplicate_of", "duplicate_known", "no fact of the document has this id"
            )


def _joined(hashes: list[Hashes]) -> Hashes:
    return np.concatenate([np.empty(0, np.uint64), *hashes])
