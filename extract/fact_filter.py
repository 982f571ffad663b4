"""Which facts of a run are shown: by province, metric, status and document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from extract.errors import InputError
from extract.panel_places import ProvinceLists
from extract.text import fold

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which facts are wanted; an empty field asks for all."""

    province: str = ""
    metric: str = ""
    status: str = ""
    document: str = ""
    min_confidence: float = 0.0
    limit: int = 0

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


def select_facts(
    table: pa.Table, filters: Filters, provinces: ProvinceLists | None = None
) -> tuple[list[Row], int]:
    """Gives the wanted rows, cut at the limit, and how many match in all.

    `provinces` are needed for a filter by province. Raises InputError for a status that does not exist, and
    for a place that is neither a province nor written in any row.
    """
    if filters.status not in ("", "actual", "target"):
        raise InputError("--status", f"{filters.status!r} is neither actual nor target")
    rows: list[Row] = table.to_pylist()
    if filters.province and provinces is not None:
        rows = _of_province(rows, filters.province, provinces)
    rows = [row for row in rows if filters.matches(row)]
    return rows[: filters.limit] if filters.limit else rows, len(rows)


def _of_province(rows: list[Row], text: str, provinces: ProvinceLists) -> list[Row]:
    """Gives the facts of a province, or with these words for their place.

    A name means the province that was called so at the fact's date, a code a province of either list.
    """
    words = fold(text.strip())
    is_code = provinces.has_code(text.strip())
    written = [fold(row["place_text"] or "") == words for row in rows]
    try:
        found = provinces.find(text)
    except InputError:
        if not any(written):
            raise
        found = frozenset()
    return [
        row
        for row, is_written in zip(rows, written, strict=True)
        if is_written
        or (row["province_code"], row["province_name"]) in found
        or (is_code and row["province_code_2025"] == text.strip())
    ]
