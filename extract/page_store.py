"""Facts -> the data that the script of a page reads: plain lists, and each word once."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

from extract.display import format_period, format_value
from extract.page_charts import NO_METRIC, NO_PLACE
from extract.page_data import NumberedRow
from extract.parquet import Row
from extract.table_schema import FACTS

_VIETNAMESE = ("metric_text", "unit_text", "province_name", "place_text", "sentence")
_NUMBERS = ("float64", "float32", "int32")


def fact_store(rows: Iterable[NumberedRow], shown: Iterable[str]) -> dict[str, Any]:
    """Gives facts as the page's script reads them: `fields`, `rows`, and the `words` that cells point to.

    A word that many facts share stands there once. First come what is made for showing, then all columns.
    """
    with_text = frozenset(shown)
    words: dict[str, int] = {}
    made = ("metric", "metric_filter", "province", "value_shown", "period_shown")
    fields = [
        {"name": "number", "words": False, "about": "", "vietnamese": False},
        {"name": "in_text", "words": False, "about": "", "vietnamese": False},
        *({"name": name, "words": True, "about": "", "vietnamese": False} for name in made),
        *(
            {
                "name": column.name,
                "words": column.type_name not in _NUMBERS,
                "about": column.description,
                "vietnamese": column.name in _VIETNAMESE,
            }
            for column in FACTS.columns
        ),
    ]

    def cell(value: object) -> object:
        if value is None or isinstance(value, (int, float)):
            return value
        return words.setdefault(str(value), len(words))

    table = []
    for item in rows:
        row = item.row
        cells = [
            metric_name(row),
            metric_group(row),
            province_group(row),
            format_value(row),
            format_period(row),
        ]
        values = [_stored(column.name, row[column.name]) for column in FACTS.columns]
        in_text = int(row["doc_id"] in with_text)
        table.append([item.number, in_text, *map(cell, cells), *map(cell, values)])
    return {"fields": fields, "words": list(words), "rows": table}


def _stored(name: str, value: object) -> object:
    if name == "confidence" and isinstance(value, float):
        # Stored with half the digits: 0.95 is 0.949999988.
        return round(value, 6)
    if isinstance(value, float) and not isfinite(value):
        # JSON has no such number.
        return None
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def metric_name(row: Row) -> str:
    """Gives the metric of a fact as people read it, with its attributes; its words where it has none."""
    attributes = [row[name] for name in ("technology", "scope", "component") if row[name]]
    name = str(row["metric_id"] or row["metric_text"])
    return f"{name} ({', '.join(attributes)})" if attributes else name


def metric_group(row: Row) -> str:
    """Gives what facts of one metric share: its id, or that there is none."""
    return str(row["metric_id"] or NO_METRIC)


def province_group(row: Row) -> str:
    """Gives what facts of one province share: its name, or that there is none."""
    return str(row["province_name"] or NO_PLACE)
