"""When a predicted fact says the same as an annotated one, field by field.

In: a gold fact and a row of the fact table. Out: yes or no for each measure. Source of the comparisons:
the annotation contract (units and their synonyms, words that name a metric, periods of `doc`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from extract.gold import Days, GoldFact, parse_period

Row = Mapping[str, Any]

# In the order of a report. `metric_partial` asks for one word in common, `metric` for the id (or, where the
# gold has none, for half of the words); `row` is all of them but attributes and metric_partial.
MEASURES = (
    "value",
    "unit",
    "bound_change",
    "status",
    "metric_partial",
    "metric",
    "attributes",
    "period",
    "province",
    "row",
)
ROW_MEASURES = ("value", "unit", "bound_change", "status", "metric", "period", "province")
REPORTED = ("value", "unit", "bound_change", "status", "metric", "attributes", "period", "province")

# Nouns that name the same counted thing. Source: annotation contract.
UNIT_SYNONYMS = tuple(
    frozenset(line.split())
    for line in (
        "person people individual member student official worker teacher pupil patient citizen customer"
        " passenger employee resident case",
        "station base_station bts_station site",
        "enterprise company business firm",
        "household home",
        "village hamlet",
        "organisation organization agency institution unit",
        "application record dossier file",
        "service procedure",
        "percent %",
        "tonne ton t",
        "rank place",
        "rank_places places rank_place",
        "score point points",
        "vnd dong",
        "per_100_people subscriptions_per_100_people subscription_per_100_people",
        "commune ward",
        "course class",
    )
)
# Unit -> (unit that it is a multiple of, how many). Source: annotation contract.
SCALES: Mapping[str, tuple[str, float]] = {
    "Tbit/s": ("bit/s", 1e12),
    "Gbit/s": ("bit/s", 1e9),
    "Mbit/s": ("bit/s", 1e6),
    "Tbps": ("bit/s", 1e12),
    "Gbps": ("bit/s", 1e9),
    "Mbps": ("bit/s", 1e6),
    "km": ("m", 1e3),
    "ha": ("m2", 1e4),
    "km2": ("m2", 1e6),
    "tonne": ("kg", 1e3),
    "ton": ("kg", 1e3),
    "percentage_point": ("percent", 1.0),
}
# For these a word in common in `unit_text` is not enough: `2 tỷ đồng` is no count of anything.
STRICT_UNITS = frozenset({"percent", "vnd", "usd", "rank"})
# Words that say nothing about what is measured. Source: annotation contract.
EMPTY_WORDS = frozenset(
    word
    for line in (
        "tỷ lệ số của các có và được là trên tại cho đến tổng đạt",
        "trong hiện nay về với theo những từ lượng",
    )
    for word in line.split()
)
# Numbers are the same up to the sixth digit: they went through float64 and multiplications.
_TOLERANCE = 1e-6


def judge(fact: GoldFact, row: Row, published: str | None) -> dict[str, bool]:
    """Asks of each measure whether the row says what the gold fact says."""
    same_id = bool(fact.metric_id) and row["metric_id"] == fact.metric_id
    wanted, found = _words(fact.metric), _words(row["metric_text"])
    period = parse_period(fact.period, published)
    right = {
        "value": _same_value(fact, row),
        "unit": _same_unit(fact, row),
        "bound_change": fact.bound == row["bound"] and fact.change == row["change"],
        "status": fact.status == row["status"],
        "metric_partial": same_id or bool(wanted & found),
        "metric": same_id if fact.metric_id else len(wanted & found) >= 0.5 * max(1, len(wanted | found)),
        "attributes": all(
            getattr(fact, name) == (row.get(name) or "") for name in ("technology", "scope", "component")
        ),
        "period": period == _days(row),
        "province": fact.province == (row["province_code"] or ""),
    }
    right["row"] = all(right[measure] for measure in ROW_MEASURES)
    return right


def _same_value(fact: GoldFact, row: Row) -> bool:
    unit = row["unit_id"] or ""

    return (
        _same_number(fact.value, row["value"], _scale(fact.unit), _scale(unit))
        and _same_number(fact.denominator, row["denominator"])
        and _same_number(fact.value_max, row["value_max"], _scale(fact.unit), _scale(unit))
    )


def _same_number(
    wanted: float | None, found: float | None, wanted_scale: float = 1.0, found_scale: float = 1.0
) -> bool:
    """Asks whether both are none, or the same as they stand or in the unit that both are multiples of."""
    if wanted is None or found is None:
        return wanted is found
    return _close(wanted, found) or _close(wanted * wanted_scale, found * found_scale)


def _close(first: float, second: float) -> bool:
    return abs(first - second) <= _TOLERANCE * max(1.0, abs(first), abs(second))


def _scale(unit: str) -> float:
    return SCALES[unit][1] if unit in SCALES else 1.0


def _base(unit: str) -> str:
    return (SCALES[unit][0] if unit in SCALES else unit).lower()


def _same_unit(fact: GoldFact, row: Row) -> bool:
    found = row["unit_id"] or ""
    if _base(fact.unit) == _base(found):
        return True
    wanted_name, found_name = _fold(fact.unit), _fold(found)
    if any(wanted_name in names and found_name in names for names in UNIT_SYNONYMS):
        return True
    return wanted_name not in STRICT_UNITS and bool(_words(fact.unit_text) & _words(row["unit_text"]))


def _days(row: Row) -> Days | None:
    start, end = row["period_start"], row["period_end"]
    return None if start is None else (start, end)


def _fold(text: str | None) -> str:
    return " ".join(unicodedata.normalize("NFC", text or "").lower().split())


def _words(text: str | None) -> set[str]:
    return set(re.findall(r"\w+", _fold(text))) - EMPTY_WORDS


def both_sides(field: str, fact: GoldFact, row: Row) -> tuple[str, str]:
    """Gives what the gold and what the row say of a field, for people to read."""
    sides: Mapping[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
        "value": (
            (fact.value, fact.denominator, fact.value_max),
            (row["value"], row["denominator"], row["value_max"]),
        ),
        "unit": ((fact.unit, fact.unit_text), (row["unit_id"], row["unit_text"])),
        "bound_change": ((fact.bound, fact.change), (row["bound"], row["change"])),
        "status": ((fact.status,), (row["status"],)),
        "metric": ((fact.metric_id, fact.metric), (row["metric_id"], row["metric_text"])),
        "attributes": (
            (fact.technology, fact.scope, fact.component),
            (row.get("technology"), row.get("scope"), row.get("component")),
        ),
        "period": ((fact.period,), (row["period_start"], row["period_end"])),
        "province": ((fact.province,), (row["province_code"],)),
    }
    expected, found = sides[field]
    return _shown(expected), _shown(found)


def _shown(values: Iterable[object]) -> str:
    return ", ".join("-" if value in (None, "") else str(value) for value in values)
