"""Which facts of a run are shown or exported: by province, metric, status and document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from extract.errors import InputError
from extract.panel_input import load_provinces
from extract.panel_places import ProvinceLists
from extract.table import iter_batches
from extract.table_schema import FACTS
from extract.text import fold

Row = Mapping[str, Any]

# All that a filter looks at.
_ASKED = (
    "doc_id", "metric_id", "metric_text", "status", "province_code", "province_name", "province_code_2025",
    "place_text", "confidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """Which facts are wanted; an empty field asks for all."""

    province: str = ""
    metric: str = ""
    status: str = ""
    document: str = ""
    min_confidence: float = 0.0
    limit: int = 0

    @property
    def wants_all(self) -> bool:
        """Asks whether nothing is left out, but for a limit."""
        return not (self.province or self.metric or self.status or self.document or self.min_confidence)

    def matches(self, row: Row) -> bool:
        """Asks whether a row of the fact table is wanted, wherever it is about."""
        return (
            (not self.status or row["status"] == self.status)
            and row["doc_id"].startswith(self.document)
            # It is stored in four bytes: 0.932 comes back a little smaller.
            and round(row["confidence"], 6) >= self.min_confidence
            and (
                not self.metric
                or row["metric_id"] == self.metric
                or fold(self.metric) in fold(row["metric_text"])
            )
        )


class FactSelector:
    """Chooses facts, some at a time.

    A name of a province means the one that was called so at the fact's date, a code a province of either
    list; both also mean facts with these words for their place.
    """

    def __init__(self, filters: Filters, provinces: ProvinceLists | None = None) -> None:
        """`provinces` are needed for a filter by province. Raises InputError for an unknown status."""
        if filters.status not in ("", "actual", "target"):
            raise InputError("--status", f"{filters.status!r} is neither actual nor target")
        self._filters = filters
        self._place = fold(filters.province.strip())
        self._found: frozenset[tuple[str, str]] = frozenset()
        self._code: str | None = None
        # Why no province is meant: it counts where no row has these words for its place.
        self._unknown: InputError | None = None
        if not filters.province or provinces is None:
            self._place = ""
            return
        if provinces.has_code(filters.province.strip()):
            self._code = filters.province.strip()
        try:
            self._found = provinces.find(filters.province)
        except InputError as error:
            self._unknown = error

    def select(self, rows: Sequence[Row]) -> list[bool]:
        """Asks of each row whether it is wanted."""
        return [self._lies_there(row) and self._filters.matches(row) for row in rows]

    def check(self) -> None:
        """Raises InputError when all rows were asked, and the place is no province and written in none."""
        if self._unknown is not None:
            raise self._unknown

    def _lies_there(self, row: Row) -> bool:
        if not self._place:
            return True
        if fold(row["place_text"] or "") == self._place:
            self._unknown = None
            return True
        is_successor = self._code is not None and row["province_code_2025"] == self._code
        return is_successor or (row["province_code"], row["province_name"]) in self._found


def select_facts(
    table: pa.Table, filters: Filters, provinces: ProvinceLists | None = None
) -> tuple[list[Row], int]:
    """Gives the wanted rows, cut at the limit, and how many match in all.

    `provinces` are needed for a filter by province. Raises InputError for a status that does not exist, and
    for a place that is neither a province nor written in any row.
    """
    selector = FactSelector(filters, provinces)
    every: list[Row] = table.to_pylist()
    wanted = selector.select(every)
    selector.check()
    rows = [row for row, is_wanted in zip(every, wanted, strict=True) if is_wanted]
    return rows[: filters.limit] if filters.limit else rows, len(rows)


def iter_facts(out_dir: Path, filters: Filters) -> Iterator[pa.RecordBatch]:
    """Reads the wanted facts of a run some at a time, in order, words as plain strings.

    Raises InputError as `select_facts` does, and when the tables cannot be read.
    """
    selector = FactSelector(filters, load_provinces(out_dir) if filters.province else None)
    schema = FACTS.to_plain_schema()
    left = filters.limit or None
    for batch in iter_batches(out_dir, FACTS):
        chosen = batch.select(schema.names).cast(schema)
        if not filters.wants_all:
            wanted = selector.select(chosen.select(list(_ASKED)).to_pylist())
            chosen = chosen.filter(pa.array(wanted, pa.bool_()))
        if left is not None:
            chosen = chosen.slice(0, left)
            left -= chosen.num_rows
        if chosen.num_rows:
            yield chosen
        if left == 0:
            return
    selector.check()
