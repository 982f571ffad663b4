"""The quick tagger gives the words that the library gives, and the library is asked where it may not."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract import segmenter
from extract.crf_model import TwoLabelModel, read_two_label_model
from extract.segment import segment
from extract.segmenter import CHECKED, WordSegmenter, library_words, load_segmenter
from extract.word_tagger import WordTagger

NASTY = [
    "",
    " ",
    ".",
    "%",
    "A",
    "a b",
    "BOS EOS bos eos",
    "TP.HCM, PGS.TS. Nguyễn Văn A; Th.S B; Thés c, Th S d, Ths.",
    "v.v. v.v... Mr. Mrs. Tp. T.Ư H&M e-mail NĐ-CP 43H-0530",
    "1.176 thôn, 12,5% 1.2.2020 3-5 1/2 10:20:50 3x4 4K 5G 1.600m-2.000m 12. 7,",
    "(30.000) [5] {x} “trích” ‘dẫn’ «a» - – — … ... -- => -> >> :) :D <3 ♥‿♥",
    "abc.vn bao.com/x a.b.c.d ftp://x http://y.z/?q=1 me@x.vn @ai #the",
    "không_dấu_gạch __ _ a_b 1_2",
    "ðồng bằng Ðắk Lắk",
    "e\u0301 n\u0303 (chưa ghép)",
    "Hà\u00a0Nội\tthẻ\u2009mỏng\u200bẩn\ufeff",
    "Μεγάλη Москва 北京 ไทย ½ ² ③ Ⅳ ٣ İ ß ǆ ǅ",
    "🏖️ 👨‍👩‍👧‍👦 đón 5.000 khách",
    "HÀ NỘI THÔNG BÁO SỐ 12/TB-UBND",
    "Nguyễn Thị Ánh Nguyệt, Trần-Văn-B, H'Mông, N’Thôn Hạ",
    "anh.Em nói.Rồi đi. Về",
    "a" * 60,
]
MIXED = st.text(alphabet='abcđêàạThsS ABĐ01239.,;:!?…()"“”‘’–/_%#@&+=*<>-\u00a0\t', max_size=60)


def quick_words(text: str) -> list[tuple[int, int, bool]] | None:
    """Gives the quick way's answer, None where it leaves the text to the library."""
    quick = load_segmenter()._quick
    assert quick is not None
    return quick.words(text)


def assert_same(text: str) -> None:
    """Either the quick way leaves a text to the library, or it gives the same words."""
    found = quick_words(text)
    assert found is None or found == library_words(text)


def test_the_pinned_release_is_tagged_quickly() -> None:
    assert load_segmenter().is_quick


def test_the_recorded_answers_are_the_librarys() -> None:
    for text, words in CHECKED.items():
        found = library_words(text)
        assert found is not None
        assert segmenter._shown(text, found) == words
        assert quick_words(text) == found


def test_words_of_the_seeds_are_the_librarys(repository: Path) -> None:
    left = count = 0
    for path in sorted((repository / "seeds").glob("*.txt")):
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
        for sentence in segment(text):
            piece = text[sentence.span.start : sentence.span.end]
            assert_same(piece)
            left += quick_words(piece) is None
            count += 1
    assert left < count / 100


@pytest.mark.parametrize("text", NASTY, ids=ascii)
def test_words_of_nasty_strings_are_the_librarys(text: str) -> None:
    assert_same(text)
    assert load_segmenter().words(text) == library_words(text)


@settings(max_examples=300)
@given(MIXED)
def test_words_of_any_string_are_the_librarys(text: str) -> None:
    assert_same(text)


@given(st.lists(st.sampled_from(sorted({word for text in CHECKED for word in text.split()})), max_size=12))
def test_words_in_any_order_are_the_librarys(words: list[str]) -> None:
    assert_same(" ".join(words))


def test_what_python_may_fold_otherwise_is_left_to_the_library() -> None:
    assert quick_words("北京") is None
    assert quick_words("e\u0301") is None
    assert quick_words("ðồng") is None


def test_another_release_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenter, "KNOWN_VERSIONS", {"underthesea": "0.0.1"})
    slow = WordSegmenter()
    assert not slow.is_quick
    assert slow.words("Học sinh trồng cà phê.") == library_words("Học sinh trồng cà phê.")


def test_missing_files_are_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenter, "_MODEL", "no_such_model")
    slow = WordSegmenter()
    assert not slow.is_quick
    assert slow.words("cà phê") == [(0, 6, True)]


def test_a_differing_answer_turns_the_quick_way_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmenter, "CHECKED", {"Hà Nội": "Hà|Nội"})
    assert not WordSegmenter().is_quick


@pytest.mark.parametrize("content", [b"", b"lCRF", b"x" * 400, b"lCRF" + bytes(400)])
def test_what_is_no_model_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        read_two_label_model(content)


def test_unknown_labels_and_features_are_refused() -> None:
    with pytest.raises(ValueError, match="labels"):
        WordTagger(TwoLabelModel(("B", "I"), {}, ((0.0, 0.0), (0.0, 0.0))), (), ())
    model = TwoLabelModel(("B-W", "I-W"), {}, ((0.0, 0.0), (0.0, 0.0)))
    with pytest.raises(ValueError, match="feature"):
        WordTagger(model, ("T[9]",), ())


def test_the_order_of_labels_does_not_matter() -> None:
    leanings = {"T[0]=b": 2.0, "T[-1,0].lower=a b": 1.0, "T[1]=EOS": -0.5, "T[-1]=BOS": -9.0}
    features = ("T[0]", "T[-1,0].lower", "T[1]", "T[-1]")
    one = WordTagger(TwoLabelModel(("B-W", "I-W"), leanings, ((0.1, 0.2), (0.3, 0.4))), features, ())
    turned = {name: -leaning for name, leaning in leanings.items()}
    other = WordTagger(TwoLabelModel(("I-W", "B-W"), turned, ((0.4, 0.3), (0.2, 0.1))), features, ())
    for tokens in (["a", "b"], ["b"], ["A", "b", "b", "c"], []):
        assert one.goes_on(tokens) == other.goes_on(tokens)
    assert one.goes_on(["a", "b"]) == [False, True]


def test_a_choice_too_close_to_call_is_not_made() -> None:
    tagger = WordTagger(TwoLabelModel(("B-W", "I-W"), {}, ((0.0, 0.0), (0.0, 0.0))), (), ())
    assert tagger.goes_on(["a", "b"]) is None
