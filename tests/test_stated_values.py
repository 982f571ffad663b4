"""Stated values: which numbers can be true of one thing, and how precisely a number was written."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.models import Bound
from extract.stated_values import (
    StatedValue,
    agree,
    can_all_be_true,
    possible_values,
    written_decimals,
)

BOUNDS = st.sampled_from([bound.value for bound in Bound])
# Numbers as people write them: some digits, some of them behind the mark, some swallowed by `triệu`.
NUMBERS = st.builds(
    lambda digits, decimals: (
        digits / 10.0**decimals if decimals > 0 else digits * 10.0**-decimals,
        decimals,
    ),
    st.integers(-(10**7), 10**7),
    st.integers(-12, 6),
)
STATED = st.builds(
    lambda number, width, bound: StatedValue(
        number[0], None if width is None else number[0] + width, bound, number[1]
    ),
    NUMBERS,
    st.none() | st.floats(0, 1e6),
    BOUNDS,
)


def stated(text: str) -> StatedValue:
    """Reads `≈73`, `>97`, `5-8` or `1.46e6` with as many decimals as are written."""
    signs = {"≈": "approx", ">": "gt", "≥": "ge", "<": "lt", "≤": "le"}
    bound = signs.get(text[0], "eq")
    low, _, high = text.lstrip("".join(signs)).partition("-")
    mantissa, _, power = low.partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(power or 0)
    return StatedValue(float(low), float(high) if high else None, bound, decimals)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # Rounding, either way of a half.
        ("73", "72.71"),
        ("72.5", "72"),
        ("72.5", "73"),
        ("72.7", "72.71"),
        ("1.46e6", "1462000"),
        # Words for rough.
        ("≈73", "72.1"),
        ("≈800", "745"),
        ("≈1600000", "1587321"),
        ("≈1000", "1090"),
        ("≈73", "≈74"),
        # Bounds: more than 97 is 97.2 rounded, or 99.
        (">97", "97"),
        (">97", "99"),
        (">97", ">50"),
        (">97", "<98"),
        ("≥20", "≤20"),
        ("≥20", "20"),
        ("≤10", "9"),
        # Ranges hold what lies in them, their rounded ends too.
        ("5-8", "6"),
        ("5-8", "8"),
        ("5-8", "8-9"),
        ("5.0-8", ">7"),
    ],
)
def test_they_agree(first: str, second: str) -> None:
    assert agree(stated(first), stated(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("4285", "4286"),
        ("72.6", "72.7"),
        ("73", "72.4"),
        ("84.59", "100"),
        ("1.46e6", "1470000"),
        ("≈73", "70"),
        ("≈1000", "1200"),
        ("≈1000", "1900"),
        (">97", "96"),
        (">97", "<97"),
        (">97", "≤97"),
        ("≥20", "<20"),
        ("≥72.72", "72.71"),
        ("≤10", "11"),
        ("5-8", "9"),
        ("5-8", "9-12"),
        ("5-8", "<4"),
    ],
)
def test_they_do_not_agree(first: str, second: str) -> None:
    assert not agree(stated(first), stated(second))


@given(STATED)
def test_every_value_agrees_with_itself(value: StatedValue) -> None:
    assert agree(value, value)


@given(STATED, STATED)
def test_agreement_is_symmetric(first: StatedValue, second: StatedValue) -> None:
    assert agree(first, second) == agree(second, first)


@given(st.lists(STATED, max_size=6))
def test_all_can_be_true_where_each_two_agree(values: list[StatedValue]) -> None:
    assert can_all_be_true(values) == all(agree(*pair) for pair in combinations(values, 2))


@given(STATED)
def test_the_number_itself_is_possible_unless_it_is_excluded(value: StatedValue) -> None:
    low, high = possible_values(value)
    excluded = value.value_max is None and value.bound in ("gt", "lt")
    assert (low <= value.value <= high) != excluded


@given(NUMBERS)
def test_a_bound_never_contradicts_the_number_as_written(number: tuple[float, int]) -> None:
    value, decimals = number
    for bound in Bound:
        assert agree(StatedValue(value, None, bound, decimals), StatedValue(value, None, "eq", decimals))


@given(NUMBERS, st.integers(1, 5))
def test_a_number_agrees_with_itself_rounded(number: tuple[float, int], fewer: int) -> None:
    value, decimals = number
    rounded = round(value, decimals - fewer)
    assert agree(StatedValue(value, decimals=decimals), StatedValue(rounded, decimals=decimals - fewer))


# -- how precisely a number was written ------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "value", "wanted"),
    [
        ("72,71%", 72.71, 2),
        ("50.36%", 50.36, 2),
        ("72,0%", 72.0, 1),
        ("0,6077 điểm", 0.6077, 4),
        ("100%", 100.0, 0),
        ("4.285 trạm", 4285.0, 0),
        ("1.000 chỉ tiêu", 1000.0, 0),
        ("1.482.176 thuê bao", 1482176.0, 0),
        ("1 482 176 thuê bao", 1482176.0, 0),
        ("1,46 triệu thuê bao", 1460000.0, -4),
        ("1,50 triệu thuê bao", 1500000.0, -4),
        ("200 tỷ đồng", 2e11, -9),
        ("500k", 500000.0, -3),
        ("1.542/1.823 DVCTT", 1542.0, 0),
        ("thứ 9/63", 9.0, 0),
        ("5 - 8 thành viên", 5.0, 0),
        ("âm 5,5 độ", -5.5, 1),
        ("0%", 0.0, 0),
        ("0,00%", 0.0, 2),
        # The digits stand nowhere: the shortest form, without the zeros of a word.
        ("Hai tuyến", 2.0, 0),
        ("hai triệu rưỡi", 2500000.0, -3),
        ("hai triệu", 2000000.0, -6),
        ("ba mươi", 30.0, 0),
        ("một nửa", 0.5, 1),
        ("3 tỷ 500 triệu đồng", 3500000000.0, -6),
        ("", 0.125, 3),
        ("", 0.0, 0),
    ],
)
def test_the_written_decimals_are_counted(quote: str, value: float, wanted: int) -> None:
    assert written_decimals(quote, value) == wanted


@given(st.integers(0, 10**9), st.integers(0, 6), st.sampled_from(["", " nghìn", " triệu", " tỷ"]))
def test_what_is_written_is_read_back(digits: int, decimals: int, word: str) -> None:
    power = {"": 0, " nghìn": 3, " triệu": 6, " tỷ": 9}[word]
    written = f"{digits:0{decimals + 1}}"
    whole, part = (written[:-decimals], written[-decimals:]) if decimals else (written, "")
    grouped = f"{int(whole):,}".replace(",", ".")
    value = float(f"{digits}e{power - decimals}")
    quote = f"{grouped},{part}{word} đồng" if part else f"{grouped}{word} đồng"
    # No value tells how large the zero was.
    assert written_decimals(quote, value) == (decimals - power if digits else decimals)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_has_no_decimals(value: float) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        written_decimals("", value)
