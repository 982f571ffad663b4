"""Folding: the same words for all spellings, and never a character more or less."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.text import fold, strip_diacritics, trie_pattern

VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđqbctn"
ANY_NFC = st.text(max_size=80).map(lambda text: unicodedata.normalize("NFC", text))
SYLLABLES = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + " .,-–\u00a0\u200b0123456789", max_size=60)


@given(st.one_of(ANY_NFC, SYLLABLES))
def test_folding_keeps_the_length_of_any_text(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.one_of(ANY_NFC, SYLLABLES))
def test_without_diacritics_a_text_keeps_its_length(text: str) -> None:
    assert len(strip_diacritics(text)) == len(text)


@given(SYLLABLES)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(SYLLABLES)
def test_capitals_fold_like_small_letters(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())


@pytest.mark.parametrize(
    "text", ["İstanbul", "Straße", "ﬁnance", "ŉ", "ΑΣ", "DŽ", "🇻🇳 84 👩‍👩‍👧", "\ufeff\u200b"]
)
def test_letters_whose_lower_case_is_longer_keep_their_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà", "hòa"),
        ("Hoá", "HÓA"),
        ("khoẻ", "khỏe"),
        ("thuỷ", "thủy"),
        ("Thuỵ", "thụy"),
        ("tỷ", "tỉ"),
        ("kỹ", "kĩ"),
        ("quý", "quí"),
        ("Mỹ", "mĩ"),
        ("ðồng", "đồng"),
        ("Ðắk Lắk", "đắk lắk"),
        ("100\u00a0ha", "100 ha"),
        ("5–8", "5-8"),
        ("5−8", "5-8"),
        ("“chợ”", '"chợ"'),
    ],
)
def test_two_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"), [("quả", "qủa"), ("tay", "tai"), ("ngày", "ngài"), ("bán", "bàn"), ("hoàn", "hòan")]
)
def test_two_words_stay_two(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(("text", "plain"), [("đắk lắk", "dak lak"), ("thừa thiên huế", "thua thien hue")])
def test_diacritics_are_stripped(text: str, plain: str) -> None:
    assert strip_diacritics(text) == plain


@given(
    st.lists(st.text(alphabet="ab ", min_size=1, max_size=6).map(lambda s: " ".join(s.split())).filter(bool))
)
def test_a_trie_matches_each_of_its_forms_whole(forms: list[str]) -> None:
    pattern = re.compile(trie_pattern(forms))
    for form in forms:
        assert pattern.fullmatch(form)
        assert pattern.fullmatch(form.replace(" ", "  "))


def test_a_trie_takes_the_longest_form() -> None:
    match = re.match(trie_pattern(["trạm", "trạm y tế", "trạm biến áp"]), "trạm y tế xã")
    assert match is not None
    assert match[0] == "trạm y tế"


def test_a_trie_of_nothing_matches_nothing() -> None:
    assert re.search(trie_pattern([]), "gì cũng được") is None
