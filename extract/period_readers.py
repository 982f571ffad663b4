"""How a written period becomes one of the calendar: a match and the document's clock in, a period out.

Each reader has a name by which rules/periods.yaml calls it, and gives None where no year can be known. The
groups that it needs are listed in `READERS`, so that a rule without them is told before any text is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from extract.calendar_periods import (
    LAST_YEAR,
    Clock,
    day_period,
    in_year,
    month_period,
    months_period,
    quarter_period,
    week_period,
    year_period,
    years_period,
)
from extract.models import Grain, Period
from extract.schema_rules import PeriodForm
from extract.timed_pattern import Match

MONTH_WORDS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
SMALL_WORDS = {
    "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
# Monday is called the second day of the week.
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bảy": 5}
# From this weekday on, `tuần qua` is the week that ends, not the one before.
_WEEKEND = 5

Read = Callable[[Match, Clock, PeriodForm], Period | None]


@dataclass(frozen=True, slots=True)
class Reader:
    """A way to read a match, and the named groups that the pattern must have."""

    read: Read
    groups: frozenset[str]


def _day(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    return clock.day(int(match["d"]), int(match["m"]), match.groupdict().get("y"))


def _day_range(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    end_year = match["y2"] or match["y1"]
    end = clock.day(int(match["d2"]), int(match["m2"]), end_year)
    start_month = match["m1"] or match["m2"]
    if end is None:
        return None
    start_year = match["y1"] or str(end.start.year - (int(start_month) > int(match["m2"])))
    start = clock.day(int(match["d1"]), int(start_month), start_year)
    if start is None or start.start > end.end:
        return None
    return Period(start.start, end.end, Grain.RANGE)


def _month(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    text = " ".join(match["m"].split())
    number = MONTH_WORDS[text] if text in MONTH_WORDS else int(text)
    return clock.month(number, match["y"], match["rel"])


def _month_range(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    end = clock.month(int(match["m2"]), match["y2"])
    if end is None:
        return None
    year = int(match["y1"]) if match["y1"] else end.start.year - (int(match["m1"]) > int(match["m2"]))
    start = month_period(year, int(match["m1"]))
    return Period(start.start, end.end, Grain.RANGE) if start.start <= end.end else None


def _half_month(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    whole = _month(match, clock, form)
    if whole is None:
        return None
    middle = whole.start.replace(day=15)
    if match["half"] == "đầu":
        return Period(whole.start, middle, Grain.RANGE)
    return Period(middle + dt.timedelta(1), whole.end, Grain.RANGE)


def _quarter(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    year = clock.year(match["y"], match["rel"])
    quarter = _ROMAN.get(match["q"]) or int(match["q"])
    return quarter_period(year, quarter) if year is not None else None


def _first_quarters(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    year = clock.year(match["y"], match["rel"])
    return months_period(year, 1, 3 * _count(match["n"])) if year is not None else None


def _first_months(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    year = clock.year(match["y"], match["rel"])
    return months_period(year, 1, _count(match["n"])) if year is not None else None


def _last_months(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    year = clock.year(match["y"], match["rel"])
    return months_period(year, 13 - _count(match["n"]), 12) if year is not None else None


def _half_year(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    year = clock.year(match["y"], match["rel"])
    if year is None:
        return None
    first = 1 if match["half"] == "đầu" else 7
    return months_period(year, first, first + 5, Grain.HALF)


def _year(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    return year_period(int(match["y"]))


def _years(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    first, last = int(match["y1"]), int(match["y2"])
    return years_period(first, last) if first < last <= LAST_YEAR else None


def _decade(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    year = int(match["y"])
    if year < 100:
        year += 1900 if year >= 30 else 2000
    return years_period(year // 10 * 10, year // 10 * 10 + 9)


def _since(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    """Reads `từ ngày 1/3 đến nay`, `từ tháng 3/2023 đến nay`, `từ đầu năm`, `từ đầu tháng`."""
    if clock.reference is None:
        return None
    now = clock.reference.end
    if match["d"]:
        start = clock.day(int(match["d"]), int(match["m"]), match["y"])
    elif match["mm"]:
        start = clock.month(int(match["mm"]), match["my"])
    elif match.groupdict().get("this"):
        start = month_period(now.year, now.month) if match["this"] == "tháng" else week_period(now)
    else:
        start = year_period(int(match["ys"]) if match["ys"] else now.year)
    if start is None or start.start > now:
        return None
    return Period(start.start, now, Grain.RANGE)


def _since_until(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    """Reads `từ đầu năm đến tháng 9`, `từ đầu năm đến ngày 15/9`."""
    if match["mm"]:
        end = clock.month(int(match["mm"]), match["my"] or match["ys"])
    else:
        end = clock.day(int(match["d"]), int(match["m"]), match["y"] or match["ys"])
    if end is None:
        return None
    return Period(year_period(end.end.year).start, end.end, Grain.RANGE)


def _running_months(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    """Reads `9 tháng qua` as the months of the year so far, where the text's own date agrees."""
    if clock.reference is None:
        return None
    count, month = _count(match["n"]), clock.reference.end.month
    if clock.reference.grain is not Grain.YEAR and not month - 2 <= count <= month:
        return None
    return months_period(clock.reference.end.year, 1, count)


def _past_years(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    year = clock.year(None)
    return years_period(year - _count(match["n"]), year) if year is not None else None


def _coming_years(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    year = clock.year(None)
    return years_period(year, year + _count(match["n"])) if year is not None else None


def _past_days(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    if clock.reference is None or clock.reference.grain is not Grain.DAY:
        return None
    days = 1 if match["day"] else _count(match["n"])
    return Period(clock.reference.end - dt.timedelta(days), clock.reference.end, Grain.RANGE)


def _past_week(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    if clock.reference is None or clock.reference.grain is not Grain.DAY:
        return None
    day = clock.reference.end
    ends_now = day.weekday() >= _WEEKEND and match["which"] != "trước"
    return week_period(day if ends_now else day - dt.timedelta(7))


def _weekday(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    if clock.reference is None or clock.reference.grain is not Grain.DAY:
        return None
    weeks = {"này": 0, "tới": 1, "sau": 1}.get(match["which"], -1)
    monday = week_period(clock.reference.end + dt.timedelta(7 * weeks)).start
    if match["sunday"]:
        return day_period(monday + dt.timedelta(6))
    name = match["w"]
    return day_period(monday + dt.timedelta(_WEEKDAYS[name] if name in _WEEKDAYS else int(name) - 2))


def _relative(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    """Reads a calendar unit so many before or after that of the document (`shift`)."""
    if clock.reference is None:
        return None
    if clock.reference.grain is not Grain.DAY and form.grain != "year":
        return None
    day = clock.reference.end
    if form.grain == "year":
        return year_period(day.year + form.shift)
    if form.grain == "quarter":
        year, quarter = divmod(day.year * 4 + (day.month - 1) // 3 + form.shift, 4)
        return quarter_period(year, quarter + 1)
    if form.grain == "month":
        year, month = divmod(day.year * 12 + day.month - 1 + form.shift, 12)
        return month_period(year, month + 1)
    if form.grain == "week":
        return week_period(day + dt.timedelta(7 * form.shift))
    return day_period(day + dt.timedelta(form.shift))


def _same_period(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    """Gives the year with which the same months are compared; the months are those of the number."""
    if match["y"]:
        return year_period(int(match["y"]))
    year = clock.year(None)
    if year is None:
        return None
    return year_period(year if match["rel"] == "năm nay" else year - 1)


def _now(match: Match, clock: Clock, form: PeriodForm) -> Period | None:
    return clock.reference


def _count(text: str) -> int:
    return SMALL_WORDS[text] if text in SMALL_WORDS else int(text)


def baseline_of(own: Period, rule_id: str, read: Period) -> Period | None:
    """Gives what `năm trước`, `quý trước`, `tháng trước` or `cùng kỳ` mean for a number of the period `own`.

    `read` is how they were read against the document's date. Gives None where they mean nothing else.
    """
    start = own.start
    if rule_id == "period.same_period":
        # Without a year it is the one before; a stated year stays.
        return same_months(own, read)
    if rule_id == "period.last_year":
        return year_period(start.year - 1)
    if rule_id == "period.last_quarter" and own.grain is Grain.QUARTER:
        year, quarter = divmod(start.year * 4 + (start.month - 1) // 3 - 1, 4)
        return quarter_period(year, quarter + 1)
    if rule_id == "period.last_month" and own.grain is Grain.MONTH:
        year, month = divmod(start.year * 12 + start.month - 2, 12)
        return month_period(year, month + 1)
    return None


def same_months(own: Period, year: Period) -> Period:
    """Gives the months of `own` in another year: what `cùng kỳ năm 2021` means for a number of May 2022."""
    return in_year(own, year.end.year)


READERS: Mapping[str, Reader] = {
    name: Reader(read, frozenset(groups.split()))
    for name, read, groups in (
        ("day", _day, "d m"),
        ("day_range", _day_range, "d1 m1 y1 d2 m2 y2"),
        ("month", _month, "m y rel"),
        ("half_month", _half_month, "half m y rel"),
        ("month_range", _month_range, "m1 y1 m2 y2"),
        ("quarter", _quarter, "q y rel"),
        ("first_quarters", _first_quarters, "n y rel"),
        ("first_months", _first_months, "n y rel"),
        ("last_months", _last_months, "n y rel"),
        ("half_year", _half_year, "half y rel"),
        ("year", _year, "y"),
        ("years", _years, "y1 y2"),
        ("decade", _decade, "y"),
        ("since", _since, "d m y mm my ys"),
        ("since_until", _since_until, "d m y mm my ys"),
        ("running_months", _running_months, "n"),
        ("past_years", _past_years, "n"),
        ("coming_years", _coming_years, "n"),
        ("past_days", _past_days, "day n"),
        ("past_week", _past_week, "which"),
        ("weekday", _weekday, "w sunday which"),
        ("relative", _relative, ""),
        ("same_period", _same_period, "y rel"),
        ("now", _now, ""),
    )
}
