"""Small words of what is told to people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Row = Mapping[str, Any]
BOUND_SIGNS = {"eq": "", "approx": "≈ ", "gt": "> ", "ge": "≥ ", "lt": "< ", "le": "≤ "}
CHANGE_SIGNS = {"none": "", "increase": "+", "decrease": "−"}


def count_of(number: int, noun: str) -> str:
    """Gives a number with its noun: `1 fact`, `1,024 facts`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def option_name(name: str, value: object = None) -> str:
    """Gives an option by both its names: `--id-from path (in Python id_from='path')`.

    With None as `value` the option alone is meant.
    """
    flag = f"--{name.replace('_', '-')}"
    if value is None:
        return f"{flag} (in Python {name})"
    return f"{flag if value is True else f'{flag} {value}'} (in Python {name}={value!r})"


def json_fault(error: Exception) -> str:
    """Says what is wrong with a line that is no JSON; which line it is of its file, the caller knows."""
    return f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)


def format_metric(row: Row) -> str:
    """Gives the metric of a fact with its attributes; its words where the ontology has none."""
    attributes = [row[name] for name in ("technology", "scope", "component") if row[name]]
    name = row["metric_id"] or row["metric_text"]
    return f"{name} ({', '.join(attributes)})" if attributes else str(name)


def format_value(row: Row) -> str:
    """Gives the value with its bound, change, range and denominator: `> 97`, `9/63`, `+16`, `5-8`."""
    value = CHANGE_SIGNS[row["change"]] + _number(row["value"])
    if row["value_max"] is not None:
        value += f"-{_number(row['value_max'])}"
    if row["denominator"] is not None:
        value += f"/{_number(row['denominator'])}"
    return BOUND_SIGNS[row["bound"]] + value


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.10g}"


def format_period(row: Row) -> str:
    """Gives the period in its own grain: `2030`, `2024-07`, `2024-10-08`, or both ends."""
    start, end, grain = row["period_start"], row["period_end"], row["period_grain"]
    if start is None:
        return ""
    if grain == "year":
        return str(start.year)
    if grain == "month":
        return f"{start:%Y-%m}"
    return str(start) if start == end else f"{start}/{end}"
