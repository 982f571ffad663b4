"""What the cells of one row of the fact table promise about each other, beyond what single columns hold.

Works on pandas frames of any kind: with categories or plain words, with days as `datetime.date` or as times.
What is empty breaks no promise here: that a cell may be empty or not is said by its column.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from extract.models import Span

Holds = Callable[[pd.DataFrame], "pd.Series[bool]"]


@dataclass(frozen=True, slots=True)
class RowConstraint:
    """One promise. `columns` are all that it looks at; a fault is told of the first.

    `holds` gives True for each row that keeps it; `fault` says of another what is wrong, with cells as
    `{column}` and the words that state the number as `{quote}`.
    """

    name: str
    columns: tuple[str, ...]
    holds: Holds
    fault: str


def days(column: pd.Series) -> pd.Series:
    """Gives a column of days as times, whichever way a reader gave them; what is no day is empty."""
    return column if pd.api.types.is_datetime64_dtype(column) else pd.to_datetime(column, errors="coerce")


def kept(outcome: pd.Series) -> pd.Series[bool]:
    """Gives an outcome as plain truth: where it could not be told, nothing is wrong."""
    return outcome.astype("boolean").fillna(True).astype(bool)


def _together(*names: str) -> Holds:
    """Asks whether all of some cells are empty, or none is."""

    def holds(frame: pd.DataFrame) -> pd.Series[bool]:
        empty = frame[list(names)].isna()
        return empty.all(axis=1) | ~empty.any(axis=1)

    return holds


def _none_without(source: str, column: str) -> Holds:
    """Asks whether `source` is none exactly where `column` is empty."""
    return lambda frame: (frame[source].astype("object") == "none") == frame[column].isna()


def _in_order(first: str, last: str) -> Holds:
    def holds(frame: pd.DataFrame) -> pd.Series[bool]:
        start, end = days(frame[first]), days(frame[last])
        return start.isna() | end.isna() | (start <= end)

    return holds


def _finite(*names: str) -> Holds:
    def holds(frame: pd.DataFrame) -> pd.Series[bool]:
        numbers = frame[list(names)].astype("float64")
        return ~numbers.isin([np.inf, -np.inf]).any(axis=1)

    return holds


def _above(name: str, other: str) -> Holds:
    return lambda frame: frame[name].isna() | frame[other].isna() | kept(frame[name] > frame[other])


def _within_sentence(frame: pd.DataFrame) -> pd.Series[bool]:
    length = frame["sentence"].astype("object").map(len, na_action="ignore")
    begins = frame["char_start"] >= frame["sentence_start"]
    return kept(begins) & kept(frame["char_end"] - frame["sentence_start"] <= length)


def _of_its_grain(frame: pd.DataFrame) -> pd.Series[bool]:
    """Asks whether the days of a period are those of the calendar unit that it was stated in."""
    start, end = days(frame["period_start"]), days(frame["period_end"])
    grain = frame["period_grain"].astype("object")
    opens = start.dt.day == 1
    closes = end.dt.is_month_end
    months = (end.dt.year - start.dt.year) * 12 + end.dt.month - start.dt.month + 1
    whole = {
        "day": start == end,
        "week": (end - start).dt.days == 6,
        "month": opens & closes & (months == 1),
        "quarter": opens & closes & (months == 3) & (start.dt.month % 3 == 1),
        "half": opens & closes & (months == 6) & (start.dt.month % 6 == 1),
        "year": opens & closes & (months == 12) & (start.dt.month == 1),
    }
    fits = pd.Series(True, index=frame.index)
    for name, is_whole in whole.items():
        fits &= (grain != name) | is_whole | start.isna() | end.isna()
    return fits


def quotes(frame: pd.DataFrame) -> list[str]:
    """Gives for each row the words of its sentence that state value and unit; empty where offsets fail."""
    columns = (
        frame[name].astype("object") for name in ("sentence", "sentence_start", "char_start", "char_end")
    )
    return [
        sentence[int(begin - start) : int(stop - start)]
        if isinstance(sentence, str) and not pd.isna(start + begin + stop) and begin >= start
        else ""
        for sentence, start, begin, stop in zip(*columns, strict=True)
    ]


def _at_words(frame: pd.DataFrame) -> pd.Series[bool]:
    return pd.Series([quote == quote.strip() for quote in quotes(frame)], frame.index, dtype=bool)


def _stated(frame: pd.DataFrame) -> pd.Series[bool]:
    """Asks whether the digits of the value stand in the quote.

    A quote without digits is not looked at. Where digits are missing, the words of the sentence are read: `4
    năm rưỡi` is 4.5.
    """
    found = []
    names = ("value", "sentence", "sentence_start", "char_start")
    cells = (frame[name].astype("object") for name in names)
    for quote, value, sentence, first, start in zip(quotes(frame), *cells, strict=True):
        stated = "".join(filter(str.isdigit, quote))
        found.append(
            not stated
            or pd.isna(value)
            or _digits(value) in stated
            or _reads_as(sentence, Span(start - first, start - first + len(quote)), value)
        )
    return pd.Series(found, frame.index, dtype=bool)


def _digits(value: float) -> str:
    """Gives the digits of a number that its notation does not change: of 1460000 and 1.46 these are 146."""
    return f"{abs(value):.14e}".partition("e")[0].replace(".", "").rstrip("0")


def _reads_as(sentence: str, span: Span, value: float) -> bool:
    # The grammar takes a while to load, and hardly any row needs it.
    from extract.parse import parse_quantities

    return any(
        item.value == value and Span(item.char_start, item.char_end).overlaps(span)
        for item in parse_quantities(sentence)
    )


_OFFSETS = ("sentence", "sentence_start", "char_start", "char_end")
_QUOTED = "{value:g} is not what '{quote}' states, the words from {char_start} to {char_end}"

FACT_CONSTRAINTS = (
    RowConstraint(
        "finite", ("value", "value_max", "denominator"), _finite("value", "value_max", "denominator"),
        "{value}, {value_max}, {denominator}: not finite",
    ),
    RowConstraint(
        "range_order", ("value_max", "value"), _above("value_max", "value"),
        "the upper end {value_max:g} is not above the lower end {value:g}",
    ),
    RowConstraint(
        "period_whole", ("period_start", "period_end", "period_grain"),
        _together("period_start", "period_end", "period_grain"),
        "{period_start}, {period_end}, {period_grain}: these stand together or not at all",
    ),
    RowConstraint(
        "period_order", ("period_end", "period_start"), _in_order("period_start", "period_end"),
        "{period_end} is before period_start {period_start}",
    ),
    RowConstraint(
        "period_grain", ("period_grain", "period_start", "period_end"), _of_its_grain,
        "{period_start} to {period_end} is no {period_grain}",
    ),
    RowConstraint(
        "period_source", ("period_source", "period_start"), _none_without("period_source", "period_start"),
        "{period_source}, but period_start is {period_start}",
    ),
    RowConstraint(
        "baseline_whole", ("baseline_start", "baseline_end"), _together("baseline_start", "baseline_end"),
        "{baseline_start}, {baseline_end}: first and last day stand together or not at all",
    ),
    RowConstraint(
        "baseline_order", ("baseline_end", "baseline_start"), _in_order("baseline_start", "baseline_end"),
        "{baseline_end} is before baseline_start {baseline_start}",
    ),
    RowConstraint(
        "province_whole", ("province_code", "province_name", "province_code_2025"),
        _together("province_code", "province_name", "province_code_2025"),
        "{province_code}, {province_name}, {province_code_2025}: codes and name stand together or not at all",
    ),
    RowConstraint(
        "place_source", ("place_source", "place_text"), _none_without("place_source", "place_text"),
        "{place_source}, but place_text is {place_text}",
    ),
    RowConstraint(
        "offset_order", ("char_end", "char_start"),
        lambda frame: kept(frame["char_end"] > frame["char_start"]),
        "{char_end} is not behind char_start {char_start}",
    ),
    RowConstraint(
        "offset_sentence", ("char_start", "char_end", "sentence", "sentence_start"), _within_sentence,
        "{char_start} to {char_end} is not within the sentence, which begins at {sentence_start}",
    ),
    RowConstraint(
        "offset_words", ("char_start", *_OFFSETS), _at_words, "begins or ends with a blank: '{quote}'"
    ),
    RowConstraint("offset_number", ("value", *_OFFSETS), _stated, _QUOTED),
    RowConstraint(
        "duplicate_other", ("duplicate_of", "fact_id"),
        lambda frame: frame["duplicate_of"].isna()
        | (frame["duplicate_of"].astype("object") != frame["fact_id"].astype("object")),
        "{duplicate_of} is the fact itself",
    ),
)  # fmt: skip
