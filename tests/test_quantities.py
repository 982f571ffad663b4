"""Quantities in whole sentences: whatever number stands before a unit is read back, and only there."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rendering import DECIMALS, grouped, in_words

import extract
from extract.check_rules import extract_example
from extract.models import Bound, Change, Fact
from extract.pipeline import Extractor

MULTIPLIERS = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9, "nghìn tỷ": 10**12}


def the_fact(extractor: Extractor, text: str) -> Fact:
    """Gives the one fact of a text."""
    facts = extract_example(extractor, text)
    assert len(facts) == 1, [(fact.value, fact.unit_id) for fact in facts]
    return facts[0]


def quote(text: str, fact: Fact) -> str:
    """Gives the words that a fact points to."""
    return text[fact.char_start : fact.char_end]


@given(number=st.integers(1, 10**11), mark=st.sampled_from([".", " "]))
def test_a_count_in_digits_is_read_back(extractor: Extractor, number: int, mark: str) -> None:
    text = f"Toàn tỉnh có {grouped(number, mark)} hộ trồng dâu."
    fact = the_fact(extractor, text)
    assert (fact.value, fact.unit_id, fact.unit_text) == (float(number), "household", "hộ")
    assert quote(text, fact) == f"{grouped(number, mark)} hộ"


@given(number=st.integers(1000, 10**11))
def test_a_count_in_english_groups_is_read_back(extractor: Extractor, number: int) -> None:
    fact = the_fact(extractor, f"Toàn tỉnh có {grouped(number, ',')} hộ trồng dâu.")
    assert (fact.value, fact.unit_id) == (float(number), "household")


@given(number=st.integers(0, 10**6), decimals=DECIMALS, english=st.booleans())
def test_a_measure_with_decimals_is_read_back(
    extractor: Extractor, number: int, decimals: str, english: bool
) -> None:
    if english and number < 1000:
        # `5.123` is five thousand: alone it cannot be told from the Vietnamese style.
        return
    marks = (",", ".") if english else (".", ",")
    text = f"Tuyến kênh dài {grouped(number, marks[0])}{marks[1]}{decimals} km."
    fact = the_fact(extractor, text)
    assert (fact.value, fact.unit_id) == (float(Decimal(f"{number}.{decimals}")), "km")
    assert quote(text, fact) == text.removeprefix("Tuyến kênh dài ").removesuffix(".")


@given(number=st.integers(1, 999), name=st.sampled_from(sorted(MULTIPLIERS)))
def test_a_multiplier_is_multiplied_out(extractor: Extractor, number: int, name: str) -> None:
    text = f"Tổng vốn của dự án là {number} {name} đồng."
    fact = the_fact(extractor, text)
    assert (fact.value, fact.unit_id) == (float(number * MULTIPLIERS[name]), "VND")
    assert quote(text, fact) == f"{number} {name} đồng"


@given(number=st.integers(20, 999_999_999))
def test_a_count_in_words_is_read_back(extractor: Extractor, number: int) -> None:
    text = f"Toàn tỉnh có {in_words(number)} hộ trồng dâu."
    fact = the_fact(extractor, text)
    assert (fact.value, fact.unit_id) == (float(number), "household")
    assert quote(text, fact) == f"{in_words(number)} hộ"


@given(low=st.integers(1, 98), more=st.integers(1, 900), mark=st.sampled_from([" - ", "-", "–", " đến "]))
def test_a_range_is_one_fact_with_two_ends(extractor: Extractor, low: int, more: int, mark: str) -> None:
    text = f"Mỗi nhóm gồm {low}{mark}{low + more} thành viên."
    fact = the_fact(extractor, text)
    assert (fact.value, fact.value_max, fact.unit_id) == (float(low), float(low + more), "member")
    assert quote(text, fact) == f"{low}{mark}{low + more} thành viên"


@given(whole=st.integers(2, 9999), data=st.data())
def test_a_ratio_is_one_fact_with_a_denominator(
    extractor: Extractor, whole: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(1, whole))
    if part == whole:
        # `24/24` and `7/7` may as well say that a service never closes.
        return
    text = f"Đã có {grouped(part, '.')}/{grouped(whole, '.')} trường học được sửa chữa."
    fact = the_fact(extractor, text)
    assert (fact.value, fact.denominator, fact.unit_id) == (float(part), float(whole), "school")


@given(rank=st.integers(1, 63))
def test_a_rank_of_the_provinces_is_read_back(extractor: Extractor, rank: int) -> None:
    text = f"Tỉnh xếp thứ {rank}/63 tỉnh, thành phố."
    fact = the_fact(extractor, text)
    assert (fact.value, fact.denominator, fact.unit_id) == (float(rank), 63.0, "rank")
    assert quote(text, fact) == f"thứ {rank}/63"


BOUNDS = {
    "": "eq",
    "hơn ": "gt",
    "gần ": "approx",
    "khoảng hơn ": "gt",
    "tối thiểu ": "ge",
    "dưới ": "lt",
    "tối đa ": "le",
}
CHANGES = {
    "đạt": "none",
    "tăng": "increase",
    "giảm": "decrease",
    "tăng lên": "none",
    "giảm xuống còn": "none",
}


@pytest.mark.parametrize("change_word", CHANGES)
@pytest.mark.parametrize("bound_word", BOUNDS)
def test_bound_and_change_are_read_side_by_side(
    extractor: Extractor, change_word: str, bound_word: str
) -> None:
    fact = the_fact(extractor, f"Sản lượng cá {change_word} {bound_word}12%.")
    assert (fact.bound, fact.change) == (Bound(BOUNDS[bound_word]), Change(CHANGES[change_word]))
    assert (fact.value, fact.unit_id) == (12.0, "percent")


def test_every_form_of_a_measure_is_read_as_its_unit(extractor: Extractor) -> None:
    """Counted nouns aside, whose forms may be parts of longer ones; a length of time needs its own words."""
    wrong = []
    for unit in extractor.rules.units:
        if unit.dimension in ("count", "time", "rank_places", "times") or unit.structural:
            continue
        for form in unit.forms:
            facts = extract_example(extractor, f"Chỉ số này là 210 {form}.")
            if [(fact.value, fact.unit_id) for fact in facts] != [(210.0, unit.id)]:
                wrong.append((unit.id, form, [(fact.value, fact.unit_id) for fact in facts]))
    assert wrong == []


def test_every_form_of_a_counted_thing_is_read_as_its_unit(extractor: Extractor) -> None:
    wrong = []
    for unit in extractor.rules.units:
        if unit.dimension != "count" or unit.structural:
            continue
        for form in unit.forms:
            if any(character.isdigit() for character in form):
                continue
            facts = extract_example(extractor, f"Toàn huyện có 1.234 {form}.")
            if [(fact.value, fact.unit_id) for fact in facts] != [(1234.0, unit.id)]:
                wrong.append((unit.id, form, [(fact.value, fact.unit_id) for fact in facts]))
    assert wrong == []


@given(text=st.text(alphabet="0123456789.,/-–% kmhaxđồngtỷhộthứnăm:()\n", max_size=60))
def test_no_run_of_digits_and_marks_breaks_the_grammar(extractor: Extractor, text: str) -> None:
    for fact in extract_example(extractor, text):
        assert 0 <= fact.char_start < fact.char_end <= len(text)
        assert fact.value_max is None or fact.value_max >= fact.value
        assert any(character.isalnum() for character in quote(text, fact))


def test_a_code_of_very_many_numbers_is_no_text_and_stops_nothing() -> None:
    text = "1 " * 400 + "\nToàn tỉnh có 5 trạm."
    (quantity,) = extract.parse_quantities(text)
    assert (quantity.value, quantity.unit_id) == (5.0, "station")


def test_a_numeral_alone_in_its_line_is_bare() -> None:
    found = extract.parse_quantities("25,5\n120\nToàn tỉnh có 5 trạm.")
    assert [(item.value, item.unit_id) for item in found] == [(25.5, ""), (120.0, ""), (5.0, "station")]
