"""Periods of the calendar, and the document's clock against which partial dates are read."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from extract.models import Grain, Period

FIRST_YEAR, LAST_YEAR = 1900, 2100
# A day or month without a year lies at most this far after the document's date; else a year earlier.
FUTURE_SLACK_DAYS = 120
_ISO_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})(?:[T ][0-9]{2}:[0-9]{2}\S*)?)?)?"
)
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
LAST_YEAR_WORDS = frozenset({"năm ngoái", "năm trước"})


def day_period(day: dt.date) -> Period:
    """Gives the one day."""
    return Period(day, day, Grain.DAY)


def week_period(day: dt.date) -> Period:
    """Gives the week from Monday to Sunday that holds a day."""
    monday = day - dt.timedelta(day.weekday())
    return Period(monday, monday + dt.timedelta(6), Grain.WEEK)


def month_period(year: int, month: int) -> Period:
    """Gives the whole month."""
    last = calendar.monthrange(year, month)[1]
    return Period(dt.date(year, month, 1), dt.date(year, month, last), Grain.MONTH)


def months_period(year: int, first: int, last: int, grain: Grain = Grain.RANGE) -> Period:
    """Gives the months `first` to `last` of a year."""
    return Period(dt.date(year, first, 1), month_period(year, last).end, grain)


def quarter_period(year: int, quarter: int) -> Period:
    """Gives the quarter, 1 to 4."""
    return months_period(year, 3 * quarter - 2, 3 * quarter, Grain.QUARTER)


def year_period(year: int) -> Period:
    """Gives the whole year."""
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), Grain.YEAR)


def years_period(first: int, last: int) -> Period:
    """Gives the years `first` to `last`."""
    return Period(dt.date(first, 1, 1), dt.date(last, 12, 31), Grain.RANGE)


def in_year(period: Period, year: int) -> Period:
    """Gives the same days of another year; 29 February becomes the 28th."""
    shift = year - period.end.year

    def moved(day: dt.date, *, stretch: bool = False) -> dt.date:
        here = calendar.monthrange(day.year, day.month)[1]
        there = calendar.monthrange(day.year + shift, day.month)[1]
        return dt.date(
            day.year + shift, day.month, there if stretch and day.day == here else min(day.day, there)
        )

    # Whole months stay whole.
    return Period(moved(period.start), moved(period.end, stretch=period.start.day == 1), period.grain)


def parse_iso_period(text: str, earliest: int = FIRST_YEAR) -> Period:
    """Reads an ISO day, month or year (`2024-10-08`, `2024-10`, `2024`); a clock time is left out.

    Raises ValueError, saying what was wanted, for anything else and for a year before `earliest`.
    """
    match = _ISO_DATE.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no ISO day, month or year, such as 2024-10-08, 2024-10 or 2024")
    year = int(match["year"])
    if not earliest <= year <= LAST_YEAR:
        raise ValueError(f"{text!r}: the year is not within {earliest} to {LAST_YEAR}")
    if match["month"] is None:
        return year_period(year)
    try:
        first = dt.date(year, int(match["month"]), int(match["day"] or 1))
    except ValueError:
        raise ValueError(f"{text!r} is not in the calendar") from None
    return month_period(year, first.month) if match["day"] is None else day_period(first)


def parse_notation(text: str) -> tuple[dt.date, dt.date]:
    """Gives first and last day of a period as it is annotated: `2024`, `2024-07`, `2024-Q1`, `2021/2025`.

    Raises ValueError for other text.
    """
    first, _, last = text.partition("/")
    start, end = _parse_one(first)
    return (start, _parse_one(last)[1]) if last else (start, end)


def calendar_grain(start: dt.date, end: dt.date) -> Grain:
    """Gives the unit of the calendar that days are, however they were stated: never week, but range."""
    if start == end:
        return Grain.DAY
    if start.day != 1 or end.day != calendar.monthrange(end.year, end.month)[1]:
        return Grain.RANGE
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    units = {1: Grain.MONTH, 3: Grain.QUARTER, 6: Grain.HALF, 12: Grain.YEAR}
    return units[months] if months in units and (start.month - 1) % months == 0 else Grain.RANGE


def to_notation(start: dt.date, end: dt.date) -> str:
    """Writes days as they are annotated, the other way round from `parse_notation`, as short as can be."""
    grain = calendar_grain(start, end)
    if grain is Grain.DAY:
        return f"{start}"
    if grain is Grain.QUARTER:
        return f"{start.year:04}-Q{(start.month + 2) // 3}"
    if start.day != 1 or end.day != calendar.monthrange(end.year, end.month)[1]:
        return f"{start}/{end}"
    whole_years = (start.month, end.month) == (1, 12)
    first, last = (str(day)[: 4 if whole_years else 7] for day in (start, end))
    return first if first == last else f"{first}/{last}"


def _parse_one(text: str) -> tuple[dt.date, dt.date]:
    quarter = _QUARTER.fullmatch(text)
    period = quarter_period(int(quarter[1]), int(quarter[2])) if quarter else parse_iso_period(text, 1)
    return period.start, period.end


@dataclass(frozen=True, slots=True)
class Clock:
    """The document's date, against which partial and relative dates are read."""

    reference: Period | None

    def year(self, text: str | None, relative: str | None = None) -> int | None:
        """Gives a stated year, or the one that a relative word means, or that of the document."""
        if text:
            return int(text)
        if self.reference is None:
            return None
        year = self.reference.end.year
        return year - 1 if relative in LAST_YEAR_WORDS else year

    def day(self, day: int, month: int, year: str | None) -> Period | None:
        """Gives a day; without a year, the nearest that does not lie far after the document."""
        stated = self.year(year)
        if stated is None:
            return None
        date = _date(stated, month, day)
        if date is not None and not year and self._far_ahead(date):
            date = _date(stated - 1, month, day)
        return day_period(date) if date is not None else None

    def month(self, month: int, year: str | None, relative: str | None = None) -> Period | None:
        """Gives a month; without a year, as for `day`."""
        stated = self.year(year, relative)
        if stated is None:
            return None
        period = month_period(stated, month)
        if not year and not relative and self._far_ahead(period.start):
            period = month_period(stated - 1, month)
        return period

    def _far_ahead(self, date: dt.date) -> bool:
        return self.reference is not None and date > self.reference.end + dt.timedelta(FUTURE_SLACK_DAYS)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
