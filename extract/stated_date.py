"""A date as people, records and pages state it -> the period that it is.

Read are ISO forms, days as written in Vietnam and in mails, months and years; not seconds since an epoch,
which tell nothing from any other number.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from email.utils import parsedate_to_datetime

from extract.calendar_periods import day_period, month_period, parse_iso_period
from extract.models import Period

# The clock that Vietnamese papers go by.
VIETNAM = dt.timezone(dt.timedelta(hours=7))
FORMS = "2024-05-01, 1/5/2024, 1 tháng 5 năm 2024, 2024/05/01, 20240501, 5/2024, 2024, Wed, 01 May 2024"

_WEEKDAY = r"(?:(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|chủ\s+nhật|cn|t[2-7])\b[\s,.|-]*)?"
_CLOCK = r"[0-9]{1,2}\s?(?:[:hg]|giờ).*"
_BEFORE = rf"{_WEEKDAY}(?:ngày\s+)?"
_AFTER = rf"(?:[t\s,|-]+{_CLOCK})?"
_DAY_FORMS = tuple(
    re.compile(f"{_BEFORE}(?:{form}){_AFTER}")
    for form in (
        r"(?P<day>[0-9]{1,2})\s?(?P<mark>[/.-])\s?(?P<month>[0-9]{1,2})\s?(?P=mark)\s?(?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2})\s+tháng\s+(?P<month>[0-9]{1,2})\s*,?\s*(?:năm\s+)?(?P<year>[0-9]{4})",
        r"(?P<year>[0-9]{4})(?P<mark>[/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})",
        r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})",
    )
)
_MONTH = re.compile(
    r"(?:tháng\s+)?(?P<month>[0-9]{1,2})(?:\s?[/.-]\s?|\s+năm\s+)(?P<year>[0-9]{4})|"
    r"(?P<other_year>[0-9]{4})/(?P<other_month>[0-9]{1,2})"
)
_MAIL = re.compile(r"(?:[A-Za-z]{3,9},\s*)?[0-9]{1,2}\s+[A-Za-z]{3}\s+[0-9]{4}(?:\s.*)?")


def parse_stated_date(value: object) -> Period:
    """Reads a date: one of `FORMS`, with or without weekday and clock, or a value of the calendar.

    A moment with a time zone belongs to the day that it is in Vietnam. Raises ValueError, which quotes the
    text and names the forms, for anything else.
    """
    if isinstance(value, str):
        value = _moment(value.strip())
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        try:
            value = value.astimezone(VIETNAM)
        except OverflowError:
            raise ValueError(f"{value.isoformat()!r} is not in the calendar") from None
    text = as_text(value).strip()
    folded = text.lower()
    for form in _DAY_FORMS:
        match = form.fullmatch(folded)
        if match is not None:
            return _checked(text, int(match["year"]), int(match["month"]), int(match["day"]))
    match = _MONTH.fullmatch(folded)
    if match is not None:
        year, month = match["year"] or match["other_year"], match["month"] or match["other_month"]
        return _checked(text, int(year), int(month))
    try:
        return parse_iso_period(text)
    except ValueError as error:
        if "is no ISO" in str(error):
            raise ValueError(f"{text!r} is no date of a form that is read: {FORMS}") from None
        raise


def as_text(value: object) -> str:
    """Gives a cell as text in NFC: dates in ISO form, whole numbers without a fraction."""
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFC", str(value))


def _moment(text: str) -> str | dt.datetime:
    """Gives the moment that a text with a time zone states, or a mail's date, else the text."""
    if _MAIL.fullmatch(text):
        try:
            return parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return text
    if text.isdecimal():
        # Python reads a year and a day of it out of seven digits.
        return text
    try:
        moment = dt.datetime.fromisoformat(re.sub(r"\s+(?=[+-][0-9])", "", text))
    except ValueError:
        return text
    return moment if moment.tzinfo is not None else text


def _checked(text: str, year: int, month: int, day: int | None = None) -> Period:
    try:
        # The limits of years are those of ISO dates.
        parse_iso_period(f"{year:04}")
    except ValueError as error:
        raise ValueError(str(error).replace(f"'{year:04}'", repr(text), 1)) from None
    try:
        return month_period(year, month) if day is None else day_period(dt.date(year, month, day))
    except ValueError:
        raise ValueError(f"{text!r} is not in the calendar") from None
