"""Words and tokens: their offsets slice back on odd strings, and no word joins across a digit."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.models import Span
from extract.text import fold
from extract.words import (
    SENTENCES_PER_VOCABULARY,
    SentenceTokenizer,
    build_doc,
    new_vocabulary,
    segment_words,
    token_spans,
)

ODD = [
    "Toàn xã có 1.176 thôn/xóm với 4.353 người.",
    "Điểm du lịch 🏖️ đón 5.000 khách 👨‍👩‍👧‍👦!",
    "Chữ\u200bcó\u200ckhoảng\u2060trắng\ufeff ẩn.",
    "Có 45\u00a0ha\u00a0chè và\u202f12\u2009kg mật.",
    "Xem https://bao.vn/tin-123.html?x=1&y=2#a hoặc www.xa.gov.vn nhé.",
    "Gửi thư về so.dulich@tinh.gov.vn!!!???...",
    "a.a.a.a.a.a.a.a.a.a.a.",
    "a.a.a.",
    "......................................................",
    "-----=====*****_____/////",
    "((((([[[[[{{{{{",
    "%%%%$$$$####@@@@",
    "ðồng bằng Ðắk Lắk",
    "TP.HCM, PGS.TS. Nguyễn Văn A",
    "4G/5G, K12, Covid-19, A/H5N1, SJC2",
    "x" * 300,
    "không_dấu_gạch __ _",
    "Μεγάλη Москва 北京 ไทย ภาษา",
    "e\u0301 n\u0303 (chưa ghép)",
    "\t\tthụt\tlề\t",
    "½ ¾ ² ³ ① Ⅳ ٣",
    "",
    " ",
    "5",
    "%",
]
MIXED = st.text(alphabet="abcđêàạ ABĐ0123456789.,;:!?…()\"“”-–/_%#@&+=*'\u00a0\u200b🏖️\u0301", max_size=80)


def whole(text: str) -> Span:
    """Gives the span of all of a text."""
    return Span(0, len(text))


def assert_in_order(spans: Sequence[Span], within: Span) -> None:
    """Spans that slice back are not empty, do not overlap and lie where they should."""
    position = within.start
    for span in spans:
        assert position <= span.start < span.end <= within.end
        position = span.end


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_tokens_of_odd_strings_hold_all_but_the_spaces(text: str) -> None:
    tokens = token_spans(text, 0, len(text))
    assert_in_order(tokens, whole(text))
    assert "".join(text[span.start : span.end] for span in tokens) == "".join(text.split())


@given(MIXED)
def test_tokens_of_any_string_hold_all_but_the_spaces(text: str) -> None:
    tokens = token_spans(text, 0, len(text))
    assert_in_order(tokens, whole(text))
    assert "".join(text[span.start : span.end] for span in tokens) == "".join(text.split())


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_words_of_odd_strings_slice_back(text: str) -> None:
    words = segment_words(text, whole(text))
    assert_in_order(words, whole(text))
    for word in words:
        assert text[word.start : word.end] == text[word.start : word.end].strip()


@settings(max_examples=60)
@given(MIXED)
def test_words_of_any_string_slice_back(text: str) -> None:
    assert_in_order(segment_words(text, whole(text)), whole(text))


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_no_word_joins_across_a_digit(text: str) -> None:
    for word in segment_words(text, whole(text)):
        written = text[word.start : word.end]
        assert not (any(character.isdigit() for character in written) and any(map(str.isspace, written)))


@pytest.mark.parametrize(
    "text", ["Xã có 1.176 thôn mới.", "BTS 4G phủ sóng.", "Mỗi năm 800 sinh viên.", "xếp thứ 8/63 tỉnh"]
)
def test_numbers_that_the_segmenter_would_join_stand_alone(text: str) -> None:
    words = {text[word.start : word.end] for word in segment_words(text, whole(text))}
    assert not [word for word in words if any(map(str.isdigit, word)) and " " in word]


def test_a_word_of_two_syllables_is_one_word() -> None:
    text = "Học sinh trồng cà phê."
    assert "cà phê" in {text[word.start : word.end] for word in segment_words(text, whole(text))}


def test_words_of_a_later_sentence_have_offsets_of_the_document() -> None:
    text = "Câu một. Học sinh trồng cà phê."
    span = Span(text.index("Học"), len(text))
    words = segment_words(text, span)
    assert_in_order(words, span)
    assert text[words[0].start : words[0].end] == "Học sinh"


@pytest.mark.parametrize("text", [text for text in ODD if text.strip()], ids=ascii)
def test_the_doc_has_a_token_for_each_span(text: str) -> None:
    tokens = token_spans(text, 0, len(text))
    doc = build_doc(new_vocabulary(), text, tokens)
    assert [token.text for token in doc] == [text[span.start : span.end] for span in tokens]


def test_the_norm_of_a_token_is_the_folded_spelling() -> None:
    text = "Thuỷ KỸ Hoà"
    doc = build_doc(new_vocabulary(), text, token_spans(text, 0, len(text)))
    assert [token.norm_ for token in doc] == ["thủy", "kĩ", "hòa"]


def test_the_vocabulary_is_renewed_now_and_then() -> None:
    tokenizer = SentenceTokenizer()
    first = tokenizer.vocabulary
    tokenizer._seen = SENTENCES_PER_VOCABULARY
    text = "Xã có 5 thôn."
    tokenizer.tokenize(text, fold(text), whole(text))
    assert tokenizer.generation == 1
    assert tokenizer.vocabulary is not first
