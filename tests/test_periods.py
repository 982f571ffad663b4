"""Dates and periods: however a date is written, the same days are read."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.calendar_periods import (
    calendar_grain,
    day_period,
    month_period,
    months_period,
    parse_iso_period,
    parse_notation,
    to_notation,
    year_period,
)
from extract.models import Grain, Period, Span
from extract.periods import PeriodFinder, PeriodMention, PeriodRole
from extract.rules import RuleSet
from extract.text import fold

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
MONTHS = st.tuples(st.integers(1990, 2060), st.integers(1, 12))
ROMAN = ("I", "II", "III", "IV")


@pytest.fixture(scope="module")
def finder(rules: RuleSet) -> PeriodFinder:
    """A finder with the packaged rules."""
    return PeriodFinder(rules)


def find(finder: PeriodFinder, text: str, published: str | None = None) -> list[PeriodMention]:
    """Finds the periods of a text."""
    reference = parse_iso_period(published) if published else None
    return finder.find(fold(text), 0, len(text), reference)


def the_period(finder: PeriodFinder, text: str, published: str | None = None) -> Period | None:
    """Gives the one period of a text."""
    (mention,) = find(finder, text, published)
    return mention.period


@given(
    day=DAYS,
    form=st.sampled_from(["{d}/{m}/{y}", "{d:02}/{m:02}/{y}", "{d}.{m}.{y}", "{d} tháng {m} năm {y}"]),
)
def test_a_full_day_is_read_back(finder: PeriodFinder, day: dt.date, form: str) -> None:
    written = form.format(d=day.day, m=day.month, y=day.year)
    assert the_period(finder, f"Ngày {written}, xã mở hội.") == day_period(day)


@given(
    month=MONTHS,
    form=st.sampled_from(["tháng {m}/{y}", "tháng {m:02}/{y}", "tháng {m} năm {y}", "tháng {m}-{y}"]),
)
def test_a_month_is_read_back(finder: PeriodFinder, month: tuple[int, int], form: str) -> None:
    year, number = month
    assert the_period(finder, f"Trong {form.format(m=number, y=year)} trời mưa.") == month_period(
        year, number
    )


@given(year=st.integers(1990, 2060), quarter=st.integers(1, 4), roman=st.booleans())
def test_a_quarter_is_read_back(finder: PeriodFinder, year: int, quarter: int, roman: bool) -> None:
    number = ROMAN[quarter - 1] if roman else str(quarter)
    wanted = months_period(year, 3 * quarter - 2, 3 * quarter, Grain.QUARTER)
    assert the_period(finder, f"Quý {number}/{year}, giá tăng.") == wanted
    assert the_period(finder, f"Quý {number} năm {year}, giá tăng.") == wanted


@given(year=st.integers(1950, 2069))
def test_a_year_is_read_back(finder: PeriodFinder, year: int) -> None:
    assert the_period(finder, f"Năm {year}, chợ mở cửa.") == year_period(year)


@given(
    first=st.integers(1990, 2050), more=st.integers(1, 10), mark=st.sampled_from(["-", " - ", "–", " đến "])
)
def test_a_span_of_years_is_read_back(finder: PeriodFinder, first: int, more: int, mark: str) -> None:
    wanted = Period(dt.date(first, 1, 1), dt.date(first + more, 12, 31), Grain.RANGE)
    assert the_period(finder, f"Giai đoạn {first}{mark}{first + more}, xã đổi thay.") == wanted


@given(months=st.integers(1, 11), year=st.integers(1990, 2060))
def test_the_first_months_of_a_year_are_read_back(finder: PeriodFinder, months: int, year: int) -> None:
    assert the_period(finder, f"{months} tháng đầu năm {year}, giá giảm.") == months_period(year, 1, months)


@given(published=DAYS, day=DAYS)
def test_a_day_without_its_year_lies_near_the_document(
    finder: PeriodFinder, published: dt.date, day: dt.date
) -> None:
    if (day.month, day.day) == (2, 29):
        return
    period = the_period(finder, f"Ngày {day.day}/{day.month} có mưa.", published.isoformat())
    assert period is not None
    assert (period.start.month, period.start.day) == (day.month, day.day)
    assert period.start.year in (published.year, published.year - 1)
    assert period.start <= published + dt.timedelta(120)


@pytest.mark.parametrize(
    "text", ["Ngày 8/10 có mưa.", "Tháng 7 có mưa.", "Quý II có mưa.", "6 tháng đầu năm có mưa."]
)
def test_without_a_document_date_a_partial_date_has_no_period(finder: PeriodFinder, text: str) -> None:
    (mention,) = find(finder, text)
    assert mention.period is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Hôm nay có mưa.", "2024-10-08", "2024-10-08"),
        ("Hôm qua có mưa.", "2024-10-07", "2024-10-07"),
        ("Năm nay có mưa.", "2024-01-01", "2024-12-31"),
        ("Năm ngoái có mưa.", "2023-01-01", "2023-12-31"),
        ("Tháng trước có mưa.", "2024-09-01", "2024-09-30"),
        ("Tuần qua có mưa.", "2024-09-30", "2024-10-06"),
        ("Quý trước có mưa.", "2024-07-01", "2024-09-30"),
        ("Từ đầu năm đến nay có mưa.", "2024-01-01", "2024-10-08"),
        ("Từ ngày 1/7/2024 đến nay có mưa.", "2024-07-01", "2024-10-08"),
        ("Tháng mười một năm ngoái có mưa.", "2023-11-01", "2023-11-30"),
        ("Nửa đầu năm 2023 có mưa.", "2023-01-01", "2023-06-30"),
        ("6 tháng cuối năm 2023 có mưa.", "2023-07-01", "2023-12-31"),
        ("Từ ngày 10 đến 14/2/2024 có mưa.", "2024-02-10", "2024-02-14"),
        ("Từ tháng 3 đến tháng 5/2024 có mưa.", "2024-03-01", "2024-05-31"),
        ("Những năm 1990 có mưa.", "1990-01-01", "1999-12-31"),
    ],
)
def test_ways_to_say_when(finder: PeriodFinder, text: str, start: str, end: str) -> None:
    period = the_period(finder, text, "2024-10-08")
    assert period is not None
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    ("text", "published", "role"),
    [
        ("Đến năm 2030 phải xong.", "2024-10-08", PeriodRole.GOAL),
        ("Đến năm 2020 đã xong.", "2024-10-08", PeriodRole.VALUE),
        ("Giá tăng so với năm 2019.", "2024-10-08", PeriodRole.BASELINE),
        ("Nghị quyết ban hành ngày 5/6/2021.", "2024-10-08", PeriodRole.DOCUMENT),
        ("Hiện nay chợ vắng.", "2024-10-08", PeriodRole.NOW),
        ("Quy hoạch có tầm nhìn đến năm 2050.", "2024-10-08", PeriodRole.DOCUMENT),
    ],
)
def test_what_a_period_is_for(finder: PeriodFinder, text: str, published: str, role: PeriodRole) -> None:
    (mention,) = find(finder, text, published)
    assert mention.role is role


@pytest.mark.parametrize("text", ["Ngày 31/2/2023 không có.", "Ngày 31 tháng 4 năm 2023 không có."])
def test_a_day_that_the_calendar_lacks_has_no_period(finder: PeriodFinder, text: str) -> None:
    assert all(mention.period is None for mention in find(finder, text))


@given(
    text=st.text(alphabet="0123456789/-. ngàythángnămquýtừđếnđầuIV\n", max_size=60),
    published=st.none() | DAYS,
)
def test_mentions_lie_in_the_text_in_order_and_do_not_overlap(
    finder: PeriodFinder, text: str, published: dt.date | None
) -> None:
    mentions = find(finder, text, published.isoformat() if published else None)
    spans = [mention.span for mention in mentions]
    assert spans == sorted(spans)
    assert all(Span(0, len(text)).contains(span) and span.start < span.end for span in spans)
    assert not any(one.overlaps(other) for one, other in pairwise(spans))
    assert all(mention.period is None or mention.period.start <= mention.period.end for mention in mentions)


@pytest.mark.parametrize(
    ("notation", "grain"),
    [
        ("2024-02-29", "day"),
        ("2024-07", "month"),
        ("2024-Q2", "quarter"),
        ("2024-07/2024-12", "half"),
        ("2024", "year"),
        ("2021/2025", "range"),
        ("2024-01/2024-02", "range"),
        ("2024-02/2024-04", "range"),
        ("2024-01/2024-11", "range"),
        ("2023-12/2024-11", "range"),
        ("2024-01-02/2024-01-31", "range"),
        ("2024-01-01/2024-01-30", "range"),
    ],
)
def test_a_period_as_it_is_annotated_is_read_and_written_alike(notation: str, grain: str) -> None:
    start, end = parse_notation(notation)
    assert to_notation(start, end) == notation
    assert calendar_grain(start, end) is Grain(grain)


def test_the_years_of_documents_have_a_first_and_a_last() -> None:
    assert parse_iso_period("1900") == year_period(1900)
    assert parse_iso_period("2100") == year_period(2100)
    for text in ("1899", "2101"):
        with pytest.raises(ValueError, match="1900 to 2100"):
            parse_iso_period(text)
