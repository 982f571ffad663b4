"""Numbers in digits and in words: whatever is written out is read back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendering import DECIMALS, grouped, in_words

from extract.number_words import WORDS_PATTERN, parse_number_words
from extract.numerals import DIGITS_PATTERN, has_ambiguous_comma, parse_digits, read_multiplier
from extract.text import fold


@given(st.integers(1000, 10**15), DECIMALS)
def test_the_vietnamese_style_is_read_back(number: int, decimals: str) -> None:
    assert parse_digits(grouped(number, ".")) == number
    assert parse_digits(f"{grouped(number, '.')},{decimals}") == Decimal(f"{number}.{decimals}")


@given(st.integers(1000, 10**15), DECIMALS)
def test_the_english_style_is_read_back(number: int, decimals: str) -> None:
    assert parse_digits(grouped(number, ","), comma_groups=True) == number
    assert parse_digits(f"{grouped(number, ',')}.{decimals}") == Decimal(f"{number}.{decimals}")


@given(st.integers(1000, 10**15))
def test_groups_parted_by_spaces_are_read_back(number: int) -> None:
    assert parse_digits(grouped(number, " ")) == number


@given(st.integers(0, 999), DECIMALS)
def test_a_number_without_groups_is_read_back(number: int, decimals: str) -> None:
    assert parse_digits(str(number)) == number
    assert parse_digits(f"{number},{decimals}") == Decimal(f"{number}.{decimals}")
    if len(decimals) != 3 or number == 0:
        assert parse_digits(f"{number}.{decimals}") == Decimal(f"{number}.{decimals}")


@given(st.integers(0, 10**15), st.sampled_from([".", ",", " "]))
def test_the_pattern_takes_a_written_number_whole(number: int, mark: str) -> None:
    text = grouped(number, mark)
    match = DIGITS_PATTERN.search(f"có {text} hộ")
    assert match is not None
    assert match[0] == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4.285", "4285"),
        ("1.482.176", "1482176"),
        ("114,01", "114.01"),
        ("0,6077", "0.6077"),
        ("0.656", "0.656"),
        ("50.36", "50.36"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("2,450,000", "2450000"),
        ("12 500", "12500"),
        ("05", "5"),
        ("1234.567", "1234.567"),
    ],
)
def test_separators_are_told_apart(text: str, value: str) -> None:
    assert parse_digits(text) == Decimal(value)


def test_one_comma_with_three_digits_depends_on_what_is_counted() -> None:
    assert parse_digits("3,215") == Decimal("3.215")
    assert parse_digits("3,215", comma_groups=True) == 3215
    assert parse_digits("0,215", comma_groups=True) == Decimal("0.215")


@pytest.mark.parametrize(
    ("text", "is_so"), [("340,656", True), ("0,656", False), ("34,56", False), ("3,456,789", False)]
)
def test_an_ambiguous_comma_is_noticed(text: str, is_so: bool) -> None:
    assert has_ambiguous_comma(text) is is_so


@given(st.integers(0, 999_999_999))
def test_number_words_are_read_back(number: int) -> None:
    assert parse_number_words(fold(in_words(number))) == number


@given(st.integers(1, 999_999_999))
def test_the_pattern_takes_number_words_whole(number: int) -> None:
    words = fold(in_words(number))
    match = WORDS_PATTERN.search(f"gồm {words} hộ")
    assert match is not None
    assert match[0] == words


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("hai mươi mốt nghìn không trăm mười một", "21011"),
        ("ba triệu rưỡi", "3500000"),
        ("một trăm rưỡi", "150"),
        ("một phẩy năm", "1.5"),
        ("nửa triệu", "500000"),
        ("ba lăm", "35"),
        ("hai mốt", "21"),
        ("một trăm lẻ tám", "108"),
        ("năm chục", "50"),
        ("hai vạn", "20000"),
        ("một nghìn tỷ", "1000000000000"),
        ("một tỷ hai trăm triệu", "1200000000"),
        ("mười ngàn", "10000"),
    ],
)
def test_ways_to_say_a_number(words: str, value: str) -> None:
    assert parse_number_words(fold(words)) == Decimal(value)


@pytest.mark.parametrize(
    "words", ["", "mươi", "nghìn hai", "một hai ba", "một nghìn hai triệu", "hai linh", "phẩy năm"]
)
def test_words_that_are_no_number(words: str) -> None:
    assert parse_number_words(fold(words)) is None


@given(
    st.lists(
        st.sampled_from(
            [
                "không",
                "một",
                "hai",
                "ba",
                "năm",
                "mười",
                "mươi",
                "trăm",
                "nghìn",
                "triệu",
                "tỉ",
                "linh",
                "lẻ",
                "phẩy",
                "rưỡi",
                "nửa",
                "chục",
                "vạn",
            ]
        )
    )
)
def test_any_run_of_number_words_is_a_number_or_none(words: list[str]) -> None:
    value = parse_number_words(" ".join(words))
    assert value is None or value >= 0


@pytest.mark.parametrize(
    ("text", "product", "read"),
    [
        (" nghìn tỷ đồng", 10**12, " nghìn tỷ"),
        (" triệu", 10**6, " triệu"),
        (" chục triệu lượt", 10**7, " chục triệu"),
        (" ngàn con", 1000, " ngàn"),
        (" vạn dân", 10**4, " vạn"),
        ("tỷ đồng", 10**9, "tỷ"),
        (" hộ", 1, ""),
        (" triệuphú", 1, ""),
    ],
)
def test_multipliers_are_multiplied(text: str, product: int, read: str) -> None:
    assert read_multiplier(fold(text), 0) == (Decimal(product), len(read))
