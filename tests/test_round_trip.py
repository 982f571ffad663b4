"""What is rendered parses back: quantities and periods written out in the ways of the news, then read."""

from __future__ import annotations

import calendar
import dataclasses
import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendering import grouped, in_words

import extract
from extract.models import Bound, Change, Grain

UNITS = {
    "%": "percent", "hộ": "household", "km": "km", "ha": "ha", "tấn": "tonne", "đồng": "VND", "USD": "USD",
    "đồng/kg": "VND/kg", "tấn/ha": "tonne/ha", "thuê bao/100 dân": "per_100_people", "MW": "MW", "m3": "m3",
    "độ C": "celsius", "lượt khách": "visitor", "điểm phần trăm": "percentage_point",
}  # fmt: skip
BOUNDS = {
    "": Bound.EQ, "khoảng ": Bound.APPROX, "gần ": Bound.APPROX, "hơn ": Bound.GT, "trên ": Bound.GT,
    "tối thiểu ": Bound.GE, "không dưới ": Bound.GE, "dưới ": Bound.LT, "chưa đến ": Bound.LT,
    "tối đa ": Bound.LE, "không quá ": Bound.LE, "khoảng hơn ": Bound.GT,
}  # fmt: skip
CHANGES = {"đạt ": Change.NONE, "tăng ": Change.INCREASE, "giảm ": Change.DECREASE, "tăng lên ": Change.NONE}
MULTIPLIERS = {"": 1, " nghìn": 10**3, " triệu": 10**6, " tỷ": 10**9}
SCALED = frozenset({"hộ", "đồng", "USD", "lượt khách", "m3", "tấn", "ha"})


@dataclass(frozen=True)
class Rendered:
    """A phrase and what must be read in it."""

    text: str
    value: float
    value_max: float | None
    bound: Bound
    change: Change
    unit_id: str


@st.composite
def rendered(draw: st.DrawFn) -> Rendered:
    """Writes a quantity: change word, bound, number or range, multiplier, unit."""
    unit = draw(st.sampled_from(sorted(UNITS)))
    multiplier = draw(st.sampled_from(sorted(MULTIPLIERS))) if unit in SCALED else ""
    low = draw(st.integers(1, 9999))
    is_range = draw(st.booleans())
    change = draw(st.sampled_from(sorted(CHANGES)))
    bound = "" if is_range else draw(st.sampled_from(sorted(BOUNDS)))
    high = low + draw(st.integers(1, 900))
    mark = draw(st.sampled_from([" - ", "-", " đến ", "–"]))
    number = f"{grouped(low, '.')}{mark}{grouped(high, '.')}" if is_range else grouped(low, ".")
    factor = MULTIPLIERS[multiplier]
    return Rendered(
        f"Chỉ số này {change}{bound}{number}{multiplier} {unit}.",
        float(low * factor),
        float(high * factor) if is_range else None,
        BOUNDS[bound],
        CHANGES[change],
        UNITS[unit],
    )


@given(rendered())
def test_a_quantity_is_read_as_it_was_written(phrase: Rendered) -> None:
    (found,) = extract.parse_quantities(phrase.text)
    assert (found.value, found.value_max, found.bound, found.change, found.unit_id) == (
        phrase.value,
        phrase.value_max,
        phrase.bound,
        phrase.change,
        phrase.unit_id,
    )


@given(rendered(), rendered())
def test_two_sentences_give_what_each_gives(first: Rendered, second: Rendered) -> None:
    both = extract.parse_quantities(f"{first.text} {second.text}")
    assert [item.value for item in both] == [first.value, second.value]
    assert both[0] == extract.parse_quantities(first.text)[0]


@given(low=st.integers(1, 500), more=st.integers(0, 500))
def test_a_ratio_keeps_both_numbers(low: int, more: int) -> None:
    (found,) = extract.parse_quantities(f"Toàn tỉnh có {low}/{low + more} xã đạt chuẩn.")
    assert (found.value, found.denominator, found.unit_id) == (low, low + more, "commune")


@given(value=st.integers(1, 63), cue=st.sampled_from(["thứ", "hạng", "vị trí thứ"]))
def test_a_rank_is_read_back(value: int, cue: str) -> None:
    (found,) = extract.parse_quantities(f"Tỉnh xếp {cue} {value}/63 về chuyển đổi số.")
    assert (found.value, found.denominator, found.unit_id) == (value, 63, "rank")


@given(st.integers(20, 999_999_999))
def test_words_say_the_same_as_digits(number: int) -> None:
    (words,) = extract.parse_quantities(f"Tỉnh có {in_words(number)} hộ.")
    (digits,) = extract.parse_quantities(f"Tỉnh có {grouped(number, '.')} hộ.")
    assert (words.value, words.unit_id) == (digits.value, digits.unit_id) == (float(number), "household")


@given(st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31)), st.sampled_from("/.-"))
def test_a_day_is_read_as_it_was_written(day: dt.date, mark: str) -> None:
    (found,) = extract.parse_periods(f"Ngày {day.day}{mark}{day.month}{mark}{day.year}, xã mở hội.")
    assert (found.start, found.end, found.grain) == (day, day, Grain.DAY)


@given(first=st.integers(2000, 2049), more=st.integers(1, 10), reference=st.dates(dt.date(2015, 1, 1)))
def test_a_span_of_years_needs_no_reference(first: int, more: int, reference: dt.date) -> None:
    text = f"Giai đoạn {first} – {first + more}, tỉnh trồng rừng."
    (alone,) = extract.parse_periods(text)
    (known,) = extract.parse_periods(text, reference)
    assert (alone.start.year, alone.end.year) == (first, first + more)
    assert (alone.start, alone.end) == (known.start, known.end)


@given(month=st.integers(1, 12), reference=st.dates(dt.date(2015, 1, 1), dt.date(2040, 12, 31)))
def test_the_months_so_far_are_those_of_the_references_year(month: int, reference: dt.date) -> None:
    if month == 12:
        return
    (found,) = extract.parse_periods(f"{month} tháng đầu năm, thu ngân sách tăng.", reference)
    last = calendar.monthrange(reference.year, month)[1]
    assert found.start == dt.date(reference.year, 1, 1)
    assert found.end == dt.date(reference.year, month, last)


def test_what_is_parsed_cannot_be_changed() -> None:
    (quantity,) = extract.parse_quantities("Xã có 5 trạm.")
    (period,) = extract.parse_periods("Năm 2022, xã có 5 trạm.")
    with pytest.raises(dataclasses.FrozenInstanceError):
        quantity.value = 6.0  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        period.start = dt.date(2020, 1, 1)  # type: ignore[misc]
