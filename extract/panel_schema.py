"""The columns of the panel: names, types, meanings, and the flags that a row may carry.

Described like the tables of a run (`table_schema.py`); the panel is made of them and not one of them.
"""

from __future__ import annotations

from enum import StrEnum

from extract.models import Bound, Change, Status
from extract.table_schema import (
    CATEGORY,
    DAY,
    INTEGER,
    NUMBER,
    PLACE_LEVELS,
    TEXT,
    Column,
    TableDescription,
)

PANEL_GRAINS = ("day", "week", "month", "quarter", "half", "year", "range")
# What the code of a province counts in; `both` where the merger left the province as it was.
PROVINCE_LISTS = ("63", "34", "both")


class Flag(StrEnum):
    """What a user of a row should know. Findings of `facts.checks` stand beside them by their own names."""

    # Not all numbers stated can be true.
    CONFLICT = "conflict"
    # The best value is stated as rough (`khoảng`, `gần`).
    APPROXIMATE = "approximate"
    # A rule settled which metric, place or word the best value has.
    AMBIGUOUS = "ambiguous"
    # Stated since the merger about a time before it, of a province that merged: old or new borders.
    BORDERS = "borders_unclear"
    # The mean of the provinces that merged, each counting the same.
    MEAN = "unweighted_mean"


# A value made of those of n of the m provinces that merged says `merged_n_of_m`.
MERGED = "merged_{parts}_of_{of}"

_KEYS = (
    Column("metric_id", CATEGORY, "What is measured, as id of the ontology; null for an open metric", True),
    Column("metric_text", TEXT, "An open metric: words as written in the best statement; else null", True),
    Column("technology", CATEGORY, "Mobile generation: 2G to 5G, several joined by commas", True),
    Column("scope", CATEGORY, "What a share or coverage is over, such as household or commune", True),
    Column("component", CATEGORY, "Pillar or sub-index of a digital transformation index", True),
    Column("unit_id", CATEGORY, "Canonical unit of the value"),
)
_PLACE = (
    Column("province_code", CATEGORY, "GSO code of the province; VN is the country; null for a region", True),
    Column("province_name", CATEGORY, "Its official name without tỉnh or thành phố", True),
    Column(
        "province_list",
        CATEGORY,
        "List that the code counts in: 63 before 1 July 2025, 34 since, both if the merger changed nothing",
        True,
        "",
        PROVINCE_LISTS,
    ),
)
_CURRENT = (
    Column("province_code_2025", CATEGORY, "Code of the province that holds it since 1 July 2025", True),
    Column("province_name_2025", CATEGORY, "Name of that province", True),
)
_REST = (
    Column("place_level", CATEGORY, "How wide the place is", True, "", PLACE_LEVELS),
    Column("place_text", TEXT, "A region or a place narrower than a province, as written; else null", True),
    Column("period_start", DAY, "First day of the period"),
    Column("period_end", DAY, "Last day of the period"),
    Column(
        "period_grain",
        CATEGORY,
        "The unit of calendar that these days are, however they were stated; range for any other days",
        values=PANEL_GRAINS,
    ),
    Column("status", CATEGORY, "Happened, or hoped for", values=tuple(member.value for member in Status)),
    Column(
        "change",
        CATEGORY,
        "A level (none) or the size of a change",
        values=tuple(member.value for member in Change),
    ),
    Column("baseline_start", DAY, "First day of the period that a change is measured against", True),
    Column("baseline_end", DAY, "Last day of the period that a change is measured against", True),
    Column("value", NUMBER, "The best value stated; the lower end of a range", unit="unit_id"),
    Column("value_max", NUMBER, "The upper end of a range", True, unit="unit_id"),
    Column("denominator", NUMBER, "y of x/y", True, unit="unit_id"),
    Column(
        "bound",
        CATEGORY,
        "How the best value bounds the true one",
        values=tuple(member.value for member in Bound),
    ),
    Column("n_statements", INTEGER, "Statements behind the row; one said again in its document is one"),
    Column("n_documents", INTEGER, "Documents behind the row; copies of one text are one"),
    Column(
        "n_sources",
        INTEGER,
        "Sites of these documents by their address; a document without an address is one of its own",
    ),
    Column("value_lowest", NUMBER, "The lowest number stated", unit="unit_id"),
    Column("value_highest", NUMBER, "The highest number stated, ends of ranges included", unit="unit_id"),
    Column("spread", NUMBER, "value_highest less value_lowest, whatever their bounds", unit="unit_id"),
    Column("confidence", NUMBER, "That of the best statement, 0 to 1"),
    Column(
        "flags",
        TEXT,
        "What is doubtful, separated by spaces: conflict, approximate, ambiguous, borders_unclear, "
        "merged_n_of_m, unweighted_mean, and findings of facts.checks; empty where nothing is",
    ),
    Column(
        "fact_ids",
        TEXT,
        "All facts behind the row, the best first; of a merged row, part by part",
    ),
    Column("best_fact_id", TEXT, "The fact that gave the value; of a merged row, that of each part"),
)


def describe_panel(*, current_provinces: bool = False) -> TableDescription:
    """Gives the columns of the panel; with `current_provinces` also the province of today."""
    # Rows are sorted by these columns: parts of one province of today stand together.
    columns = (*_KEYS, *(_CURRENT if current_provinces else ()), *_PLACE, *_REST)
    key = tuple(column.name for column in columns[: [column.name for column in columns].index("value")])
    return TableDescription(
        "panel",
        "One row for each metric with its attributes, unit, place, period, status and change",
        columns,
        tuple(name for name in key if name not in ("province_name", "period_grain", "province_name_2025")),
    )
