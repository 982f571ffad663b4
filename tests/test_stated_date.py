"""Dates as people, records and pages state them: text in, period out."""

from __future__ import annotations

import datetime as dt

import pytest

from extract.calendar_periods import parse_iso_period
from extract.stated_date import FORMS, parse_stated_date


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01",
        "2024-05-01T10:30",
        "2024-05-01T10:30:00+07:00",
        "2024-04-30T20:30:00Z",
        "1/5/2024",
        "01.05.2024",
        "1-5-2024, 10h30",
        "01/05/2024 10:30",
        "01/05/2024 - 10:30",
        "Thứ tư, 1/5/2024, 10:30 (GMT+7)",
        "Thứ Tư, ngày 01/05/2024 10:30",
        "T4, 1/5/2024",
        "chủ nhật, 1/5/2024",
        "1 tháng 5 năm 2024",
        "ngày 1 tháng 5 năm 2024",
        "Ngày 01 tháng 05, 2024",
        "Thứ tư, ngày 1 tháng 5 năm 2024, 10 giờ 30",
        "2024/05/01",
        "2024/5/1 10:30",
        "2024.05.01",
        "20240501",
        20240501,
        "Wed, 01 May 2024 08:00:00 +0700",
        "Tue, 30 Apr 2024 20:00:00 GMT",
        "1 May 2024 08:00:00 +0700",
        dt.date(2024, 5, 1),
        dt.datetime(2024, 4, 30, 20, tzinfo=dt.UTC),
    ],
    ids=str,
)
def test_a_day(text: object) -> None:
    assert parse_stated_date(text) == parse_iso_period("2024-05-01")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("5/2024", "2024-05"),
        ("05-2024", "2024-05"),
        ("tháng 5/2024", "2024-05"),
        ("Tháng 5 năm 2024", "2024-05"),
        ("2024/05", "2024-05"),
        ("2024-05", "2024-05"),
        ("2024", "2024"),
        (2024, "2024"),
        (2024.0, "2024"),
    ],
    ids=str,
)
def test_a_month_or_a_year(text: object, iso: str) -> None:
    assert parse_stated_date(text) == parse_iso_period(iso)


@pytest.mark.parametrize(
    "text", ["31/02/2021", "2021-13", "13/2021", "20241301", "32 tháng 1 năm 2024", "2024/02/30"]
)
def test_what_is_not_in_the_calendar_is_quoted(text: str) -> None:
    with pytest.raises(ValueError) as raised:
        parse_stated_date(text)
    assert str(raised.value) == f"{text!r} is not in the calendar"


def test_a_year_out_of_range_is_quoted() -> None:
    with pytest.raises(ValueError) as raised:
        parse_stated_date("1/5/1066")
    assert str(raised.value) == "'1/5/1066': the year is not within 1900 to 2100"


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "",
        "24",
        "1714521600",
        "1714521600000",
        "May 2024",
        "32/13",
        "1/5/24",
        "Wed, 41 May 2024",
        "202405",
    ],
)
def test_what_is_no_date_is_quoted_with_the_forms(text: str) -> None:
    with pytest.raises(ValueError) as raised:
        parse_stated_date(text)
    assert str(raised.value) == f"{text!r} is no date of a form that is read: {FORMS}"
