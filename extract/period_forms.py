"""The written forms of dates and periods: patterns on folded text, and how each is read.

In: a match and the document's clock. Out: a calendar period, or None where no year can be known.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from extract.models import Grain, Period
from extract.prefilter import needed_literals

FIRST_YEAR, LAST_YEAR = 1900, 2100
# A day or month without a year lies at most this far after the document's date; else a year earlier.
FUTURE_SLACK_DAYS = 120


def month_period(year: int, month: int) -> Period:
    """Gives the whole month."""
    last = calendar.monthrange(year, month)[1]
    return Period(dt.date(year, month, 1), dt.date(year, month, last), Grain.MONTH)


def year_period(year: int) -> Period:
    """Gives the whole year."""
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), Grain.YEAR)


def day_period(day: dt.date) -> Period:
    """Gives the one day."""
    return Period(day, day, Grain.DAY)


def months_period(year: int, first: int, last: int, grain: Grain = Grain.RANGE) -> Period:
    """Gives the months `first` to `last` of a year."""
    return Period(dt.date(year, first, 1), month_period(year, last).end, grain)


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)[0-9]{2}"
_NO_DIGIT_BEFORE = r"(?<![0-9.,/\-])(?<![0-9][.,/] )"
_NO_DIGIT_AFTER = r"(?![0-9]|[.,/][0-9]|%)"
_MONTH_WORDS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
_MONTH_OR_WORD = rf"(?:{_MONTH}|(?!năm\s+[0-9])(?:{'|'.join(sorted(_MONTH_WORDS, key=len, reverse=True))}))"
_SMALL_WORDS = {"ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10}
_MONTH_COUNT = rf"(?:1[01]|0?[1-9]|{'|'.join(_SMALL_WORDS)})"
_IN_YEAR = (
    rf"(?:\s*(?:/|-|,)?\s*(?:của\s+)?(?:năm\s+)?(?P<y>{_YEAR})(?![0-9])"
    r"|\s+(?:của\s+)?(?P<rel>năm nay|năm ngoái|năm trước))"
)
_END_OF_WORD = r"(?!\w)"
# `5 năm tới`, `nhiều năm trước` count years and name none.
_NOT_COUNTED = "".join(
    f"(?<!{word} )"
    for word in ("[0-9]", "hai", "ba", "bốn", "năm", "mười", "nhiều", "vài", "mấy", "những", "các", "số")
)


@dataclass(frozen=True, slots=True)
class Form:
    """One written form: its rule, its pattern and how a match is read."""

    rule_id: str
    pattern: re.Pattern[str]
    read: Callable[[re.Match[str], Clock], Period | None]
    literals: tuple[str, ...]


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
        return year - 1 if relative in ("năm ngoái", "năm trước") else year

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


def _month_number(text: str) -> int:
    text = " ".join(text.split())
    return _MONTH_WORDS[text] if text in _MONTH_WORDS else int(text)


def _count(text: str) -> int:
    return _SMALL_WORDS[text] if text in _SMALL_WORDS else int(text)


def _read_day(match: re.Match[str], clock: Clock) -> Period | None:
    return clock.day(int(match["d"]), int(match["m"]), match.groupdict().get("y"))


def _read_day_range(match: re.Match[str], clock: Clock) -> Period | None:
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


def _read_month(match: re.Match[str], clock: Clock) -> Period | None:
    return clock.month(_month_number(match["m"]), match["y"], match["rel"])


def _read_month_range(match: re.Match[str], clock: Clock) -> Period | None:
    end = clock.month(int(match["m2"]), match["y2"])
    if end is None:
        return None
    year = int(match["y1"]) if match["y1"] else end.start.year - (int(match["m1"]) > int(match["m2"]))
    start = month_period(year, int(match["m1"]))
    return Period(start.start, end.end, Grain.RANGE) if start.start <= end.end else None


def _read_quarter(match: re.Match[str], clock: Clock) -> Period | None:
    year = clock.year(match["y"], match["rel"])
    if year is None:
        return None
    quarter = _ROMAN.get(match["q"]) or int(match["q"])
    return months_period(year, 3 * quarter - 2, 3 * quarter, Grain.QUARTER)


def _read_first_months(match: re.Match[str], clock: Clock) -> Period | None:
    year = clock.year(match["y"], match["rel"])
    return months_period(year, 1, _count(match["n"])) if year is not None else None


def _read_last_months(match: re.Match[str], clock: Clock) -> Period | None:
    year = clock.year(match["y"], match["rel"])
    return months_period(year, 13 - _count(match["n"]), 12) if year is not None else None


def _read_half(match: re.Match[str], clock: Clock) -> Period | None:
    year = clock.year(match["y"], match["rel"])
    if year is None:
        return None
    return (
        months_period(year, 1, 6, Grain.HALF)
        if match["half"] == "đầu"
        else months_period(year, 7, 12, Grain.HALF)
    )


def _read_year(match: re.Match[str], clock: Clock) -> Period | None:
    return year_period(int(match["y"]))


def _read_years(match: re.Match[str], clock: Clock) -> Period | None:
    first, last = int(match["y1"]), int(match["y2"])
    if last < 100:
        last += first - first % 100
    if not first < last <= LAST_YEAR:
        return None
    return Period(dt.date(first, 1, 1), dt.date(last, 12, 31), Grain.RANGE)


def _read_decade(match: re.Match[str], clock: Clock) -> Period | None:
    year = int(match["y"]) // 10 * 10
    return Period(dt.date(year, 1, 1), dt.date(year + 9, 12, 31), Grain.RANGE)


def _read_since(match: re.Match[str], clock: Clock) -> Period | None:
    """Reads `từ ngày 1/3 đến nay`, `từ tháng 3/2023 đến nay`, `từ năm 2016 đến nay`, `từ đầu năm`."""
    if clock.reference is None:
        return None
    if match["d"]:
        start = clock.day(int(match["d"]), int(match["m"]), match["y"])
    elif match["mm"]:
        start = clock.month(int(match["mm"]), match["my"])
    else:
        start = year_period(int(match["ys"]) if match["ys"] else clock.reference.end.year)
    if start is None or start.start > clock.reference.end:
        return None
    return Period(start.start, clock.reference.end, Grain.RANGE)


def _read_running_months(match: re.Match[str], clock: Clock) -> Period | None:
    """Reads `9 tháng qua` as the months of the year so far, where the text's own date agrees."""
    if clock.reference is None:
        return None
    count, month = _count(match["n"]), clock.reference.end.month
    if not month - 2 <= count <= month:
        return None
    return months_period(clock.reference.end.year, 1, count)


def _relative(
    years: int = 0, months: int = 0, days: int = 0, grain: Grain = Grain.YEAR
) -> Callable[[re.Match[str], Clock], Period | None]:
    def read(match: re.Match[str], clock: Clock) -> Period | None:
        if clock.reference is None:
            return None
        if clock.reference.grain is not Grain.DAY and grain is not Grain.YEAR:
            return None
        day = clock.reference.end
        if grain is Grain.YEAR:
            return year_period(day.year + years)
        if grain is Grain.MONTH:
            index = day.year * 12 + day.month - 1 + months
            return month_period(index // 12, index % 12 + 1)
        if grain is Grain.WEEK:
            monday = day - dt.timedelta(days=day.weekday() - days)
            return Period(monday, monday + dt.timedelta(6), Grain.WEEK)
        return day_period(day + dt.timedelta(days))

    return read


def _read_relative_quarter(match: re.Match[str], clock: Clock) -> Period | None:
    if clock.reference is None:
        return None
    index = clock.reference.end.year * 4 + (clock.reference.end.month - 1) // 3
    index -= match["which"] in ("trước", "vừa qua")
    year, quarter = divmod(index, 4)
    return months_period(year, 3 * quarter + 1, 3 * quarter + 3, Grain.QUARTER)


def _read_now(match: re.Match[str], clock: Clock) -> Period | None:
    return clock.reference


def _form(rule_id: str, pattern: str, read: Callable[[re.Match[str], Clock], Period | None]) -> Form:
    return Form(f"period.{rule_id}", re.compile(pattern), read, needed_literals(pattern))


_SEPARATOR = r"\s?[/.\-]\s?"
_DAY_WORDS = r"(?:(?:sáng|trưa|chiều|tối|đêm|rạng sáng)(?:\s+(?:nay|qua))?\s+)?"
_RANGE_MARK = r"\s*(?:-|đến(?:\s+hết)?|tới)\s*"

# In order: of two forms that begin at the same place the longer wins, then the earlier one.
FORMS: tuple[Form, ...] = (
    _form(
        "day_range",
        rf"(?:từ\s+)?{_NO_DIGIT_BEFORE}(?:ngày\s+)?(?P<d1>{_DAY})(?:/(?P<m1>{_MONTH})(?:/(?P<y1>{_YEAR}))?)?"
        rf"{_RANGE_MARK}(?:ngày\s+)?(?P<d2>{_DAY})/(?P<m2>{_MONTH})(?:/(?P<y2>{_YEAR}))?{_NO_DIGIT_AFTER}",
        _read_day_range,
    ),
    _form(
        "day",
        rf"{_NO_DIGIT_BEFORE}(?P<d>{_DAY}){_SEPARATOR}(?P<m>{_MONTH}){_SEPARATOR}(?P<y>{_YEAR})(?![0-9])",
        _read_day,
    ),
    _form(
        "day_words",
        rf"ngày\s+(?P<d>{_DAY})\s+tháng\s+(?P<m>{_MONTH})(?:\s*(?:,?\s*năm\s+|/|-)(?P<y>{_YEAR}))?(?![0-9])",
        _read_day,
    ),
    _form(
        "day_without_year",
        r"(?:ngày|hôm|sáng|trưa|chiều|tối|đêm|nay|qua|phiên|đến|tới|từ|trước|sau|vào|hết)\s+(?:ngày\s+)?\(?"
        rf"(?P<d>{_DAY})(?:/|(?<=ngày [0-9])-|(?<=ngày [0-9][0-9])-)"
        rf"(?P<m>{_MONTH}){_NO_DIGIT_AFTER}(?!/|-[0-9])"
        r"(?!\s+(?:số|dân số|diện tích|tổng|so với|hộ|xã|huyện|tỉnh|thôn|người|doanh))",
        _read_day,
    ),
    _form("day_in_brackets", rf"\(\s*(?P<d>{_DAY})/(?P<m>{_MONTH})\s*\)", _read_day),
    _form(
        "month_range",
        rf"(?:từ\s+)?tháng\s+(?P<m1>{_MONTH})(?:/(?P<y1>{_YEAR}))?{_RANGE_MARK}(?:tháng\s+)?(?P<m2>{_MONTH})"
        rf"(?:(?:/|-|\s+năm\s+)(?P<y2>{_YEAR}))?{_NO_DIGIT_AFTER}",
        _read_month_range,
    ),
    _form(
        "month",
        rf"(?<![0-9] )(?<![0-9])tháng\s+(?P<m>{_MONTH_OR_WORD}){_END_OF_WORD}"
        rf"(?!\s*[/\-]\s*[0-9]{{1,2}}(?![0-9])){_IN_YEAR}?",
        _read_month,
    ),
    _form(
        "month_short",
        rf"{_NO_DIGIT_BEFORE}(?:t)?(?P<m>{_MONTH})/(?P<y>{_YEAR})(?P<rel>)(?![0-9/])",
        _read_month,
    ),
    _form("quarter", rf"quí\s+(?P<q>iv|i{{1,3}}|[1-4]){_END_OF_WORD}{_IN_YEAR}?", _read_quarter),
    _form(
        "first_months",
        rf"(?<![0-9.,/\-])(?P<n>{_MONTH_COUNT})\s+tháng\s+(?:đầu\s+năm|đầu){_END_OF_WORD}{_IN_YEAR}?",
        _read_first_months,
    ),
    _form(
        "months_of_year",
        rf"(?<![0-9.,/\-])(?P<n>{_MONTH_COUNT})\s+tháng(?:\s+qua)?\s*(?:của\s+)?(?:năm\s+|/)(?P<y>{_YEAR})(?P<rel>)(?![0-9])",
        _read_first_months,
    ),
    _form(
        "months_so_far",
        r"(?:lũy kế|tính chung|cộng dồn|ước thực hiện)(?:\s+(?:trong|cả|đến hết|hết))?\s+"
        rf"(?P<n>{_MONTH_COUNT})\s+tháng"
        rf"(?:\s+(?:qua|đầu năm|đầu))?{_END_OF_WORD}(?!\s+(?:trước|sau|tới)){_IN_YEAR}?",
        _read_first_months,
    ),
    _form(
        "last_months",
        rf"(?<![0-9.,/\-])(?P<n>{_MONTH_COUNT})\s+tháng\s+cuối(?:\s+năm)?{_END_OF_WORD}{_IN_YEAR}?",
        _read_last_months,
    ),
    _form("half_year", rf"nửa\s+(?P<half>đầu|cuối)(?:\s+năm)?{_END_OF_WORD}{_IN_YEAR}?", _read_half),
    _form(
        "years",
        r"(?:(?:giai đoạn|năm học|niên học|nhiệm kì|thời kì|năm|từ năm|từ|vụ|mùa)\s+)?(?<![0-9.,/\-])"
        rf"(?P<y1>{_YEAR})\s*(?:-|đến(?:\s+năm)?|tới)\s*(?P<y2>{_YEAR})(?![0-9])",
        _read_years,
    ),
    _form(
        "since",
        r"(?:tính\s+)?(?:kể\s+)?từ\s+(?:"
        rf"(?:ngày\s+)?(?P<d>{_DAY})/(?P<m>{_MONTH})(?:/(?P<y>{_YEAR}))?"
        rf"|tháng\s+(?P<mm>{_MONTH})(?:(?:/|\s+năm\s+)(?P<my>{_YEAR}))?"
        rf"|(?:đầu\s+)?năm\s+(?P<ys>{_YEAR})|đầu\s+năm(?:\s+nay)?)"
        rf"\s+(?:(?:tới|đến)\s+(?:nay|giờ)|trở\s+lại\s+đây){_END_OF_WORD}",
        _read_since,
    ),
    _form(
        "running_months",
        rf"(?<![0-9.,/\-])(?P<n>{_MONTH_COUNT})\s+tháng\s+(?:qua|vừa qua|năm nay){_END_OF_WORD}",
        _read_running_months,
    ),
    _form(
        "whole_year",
        r"(?:cả năm|hết năm|cuối năm nay|từ nay đến cuối năm)(?!\s+(?:[0-9]|học|ngoái|trước|sau|tới))(?!\w)",
        _relative(0),
    ),
    _form("decade", rf"(?:thập niên|thập kỉ|những năm)\s+(?P<y>{_YEAR})(?:s)?(?![0-9])", _read_decade),
    _form("year", rf"năm\s+(?:tài chính\s+|học\s+)?(?P<y>{_YEAR})(?![0-9])", _read_year),
    _form(
        "bare_year",
        r"(?<![0-9a-zà-ỹđ.,/\-])(?P<y>(?:19[5-9]|20[0-6])[0-9])(?=\s*(?:[,.;:)\]\"](?![0-9])|$|\n|(?:và|so|là|đạt|đến|tăng|giảm|với|tại|của|ở|cho|do)(?!\w)))",
        _read_year,
    ),
    _form("this_year", rf"năm nay{_END_OF_WORD}", _relative(0)),
    _form(
        "last_year", rf"{_NOT_COUNTED}năm (?:ngoái|trước|vừa qua){_END_OF_WORD}(?!\s+liền kề)", _relative(-1)
    ),
    _form("next_year", rf"{_NOT_COUNTED}(?:năm tới|sang năm|năm sau){_END_OF_WORD}", _relative(1)),
    _form("this_month", rf"(?<![0-9] )tháng này{_END_OF_WORD}", _relative(months=0, grain=Grain.MONTH)),
    _form(
        "last_month",
        rf"(?<![0-9] )tháng (?:trước|vừa qua|qua){_END_OF_WORD}",
        _relative(months=-1, grain=Grain.MONTH),
    ),
    _form("quarter_relative", rf"quí (?P<which>này|trước|vừa qua){_END_OF_WORD}", _read_relative_quarter),
    _form(
        "today",
        rf"(?:hôm nay|sáng nay|trưa nay|chiều nay|tối nay){_END_OF_WORD}",
        _relative(days=0, grain=Grain.DAY),
    ),
    _form(
        "yesterday",
        rf"(?:hôm qua|tối qua|chiều qua|đêm qua){_END_OF_WORD}",
        _relative(days=-1, grain=Grain.DAY),
    ),
    _form(
        "last_week",
        rf"(?<![0-9] )tuần (?:trước|vừa qua|qua){_END_OF_WORD}",
        _relative(days=-7, grain=Grain.WEEK),
    ),
    _form("this_week", rf"(?<![0-9] )tuần này{_END_OF_WORD}", _relative(days=0, grain=Grain.WEEK)),
    _form(
        "now",
        r"(?:(?:tính\s+)?(?:cho\s+)?(?:đến|tới)\s+(?:nay|thời điểm (?:này|hiện tại|hiện nay))"
        r"|(?<!phát )(?<!thực )(?<!xuất )(?<!thể )(?<!biểu )(?<!tái )hiện(?:\s+(?:nay|tại|đã|đang|có|còn))?"
        r"(?!\s+(?:đại|thực|trường|vật|tượng|hữu|diện|hành|hóa))"
        r"|(?<!hôm )(?<!sáng )(?<!chiều )(?<!tối )(?<!năm )(?<!ngày )(?<!\w)nay"
        r"(?=\s+(?:có|đã|còn|là|đạt|được|lên|chỉ|giảm|tăng)(?!\w)))(?!\w)",
        _read_now,
    ),
)
