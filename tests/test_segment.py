"""Sentences: they cover the text in order, and abbreviations do not end them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.segment import MAX_SENTENCE, segment

PROSE = st.text(alphabet='abcđê ABCĐ019.,;:!?…()"“”-–•\n\t\u00a0TPGS', max_size=300)


def sentences(text: str) -> list[str]:
    """Gives the sentences of a text as strings."""
    return [text[sentence.span.start : sentence.span.end] for sentence in segment(text)]


@given(st.one_of(st.text(max_size=300), PROSE))
def test_sentences_hold_all_that_is_no_space_in_order_and_once(text: str) -> None:
    found = list(segment(text))
    position = 0
    for sentence in found:
        assert text[position : sentence.span.start].strip() == ""
        assert sentence.span.start < sentence.span.end
        position = sentence.span.end
    assert text[position:].strip() == ""


@given(PROSE)
def test_sentences_have_no_outer_space_and_stay_in_their_line(text: str) -> None:
    for sentence in sentences(text):
        assert sentence == sentence.strip()
        assert "\n" not in sentence
        assert len(sentence) <= MAX_SENTENCE


@given(PROSE)
def test_sentences_and_paragraphs_are_counted_from_nought(text: str) -> None:
    found = list(segment(text))
    assert [sentence.index for sentence in found] == list(range(len(found)))
    paragraphs = [sentence.paragraph for sentence in found]
    assert sorted(set(paragraphs)) == list(range(len(set(paragraphs))))
    assert paragraphs == sorted(paragraphs)


@pytest.mark.parametrize(
    "text",
    [
        "Tại TP.HCM, giá nhà tăng.",
        "Tại TP. HCM, giá nhà tăng.",
        "PGS.TS. Nguyễn Văn An phát biểu.",
        "GS. Trần Thị Bình nhận giải.",
        "ThS. Lê Cường trình bày.",
        "Ông N. A. Tuấn ở Q. Bình Thạnh.",
        "BS. Hà khám cho 45 người.",
        "Đạt 1.250.000 đồng, tức 1.5 lần.",
        "Sàn Postmart.vn có gian hàng mới.",
        "Kinh phí là 4.5 tỷ đồng.",
        "Ngày 30.4.2024, lễ hội khai mạc.",
    ],
)
def test_a_stop_inside_a_name_or_number_ends_no_sentence(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Xã có 5 thôn. Thôn có 90 hộ.", ["Xã có 5 thôn.", "Thôn có 90 hộ."]),
        ("Thật sao? Vâng, tốt lắm! Còn nữa… Hết.", ["Thật sao?", "Vâng, tốt lắm!", "Còn nữa…", "Hết."]),
        ("Đúng vậy! Ấm quá. Đến nay xã có 90 hộ.", ["Đúng vậy!", "Ấm quá.", "Đến nay xã có 90 hộ."]),
        ("Ông nói: “Tốt lắm.” Bà cười.", ["Ông nói: “Tốt lắm.”", "Bà cười."]),
        ("Đạt 5%. 10 xã tham gia.", ["Đạt 5%.", "10 xã tham gia."]),
        ("Dòng một\n\n  Dòng hai  \n", ["Dòng một", "Dòng hai"]),
        ("Giá tăng. giá giảm.", ["Giá tăng. giá giảm."]),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_where_sentences_end(text: str, parts: list[str]) -> None:
    assert sentences(text) == parts


def test_headings_and_items_of_lists_are_told() -> None:
    text = "Kết quả năm 2021\n- Trồng 120 ha rừng\n1) Nuôi 40 con bò\nXã có 5 thôn. Thôn có 90 hộ."
    found = [(sentence.is_heading, sentence.is_bullet) for sentence in segment(text)]
    assert found == [(True, False), (True, True), (True, True), (False, False), (False, False)]


def test_reading_may_begin_behind_header_lines() -> None:
    text = "# title = Một. Hai.\nXã có 5 thôn."
    (sentence,) = segment(text, text.index("Xã"))
    assert text[sentence.span.start : sentence.span.end] == "Xã có 5 thôn."


@pytest.mark.parametrize("unit", ["lúa ", "lúa, ngô ", "lúa; ngô ", "x", "1.234", ". ", "«", "( "], ids=repr)
def test_a_hundred_kilobytes_without_a_stop_are_cut(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    found = sentences(text)
    assert max(map(len, found)) <= MAX_SENTENCE
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


def test_a_long_line_is_cut_behind_a_semicolon_or_comma_where_there_is_one() -> None:
    text = "trồng lúa nước, " * 200
    assert all(sentence.endswith(",") for sentence in sentences(text))
