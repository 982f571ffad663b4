"""A text as given and as read: every character is found again."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from extract.alignment import align
from extract.encoding import normalize_text, replace_half_pairs

LETTERS = st.sampled_from(
    [*"aeoqđĐ \n\r\0", "\u0302", "\u0301", "\u0323", "ệ", "\ufeff", "\u1100", "\u1161", "\u0958"]
)
TEXTS = st.lists(LETTERS, max_size=20).map("".join)


def test_a_text_that_is_read_as_it_stands_needs_no_map() -> None:
    aligned = align("Tỉnh có 4.285 trạm.")
    assert (aligned.text, aligned.starts) == ("Tỉnh có 4.285 trạm.", None)
    assert aligned.to_given(5) == 5


def test_letters_with_marks_of_their_own_begin_where_their_letter_begins() -> None:
    given_text = unicodedata.normalize("NFD", "Tỉnh Bến Tre có 12 chợ")
    aligned = align(given_text)
    start = aligned.text.index("Bến Tre")
    begin, end = aligned.to_given(start), aligned.to_given(start + len("Bến Tre"))
    assert unicodedata.normalize("NFC", given_text[begin:end]) == "Bến Tre"


def test_byte_order_mark_and_line_breaks_are_counted() -> None:
    aligned = align("\ufeffmột\r\nhai\rba")
    assert aligned.text == "một\nhai\nba"
    assert [aligned.to_given(offset) for offset in (0, 3, 4, 8, 10)] == [1, 4, 6, 10, 12]


@given(TEXTS)
def test_every_text_is_read_as_a_run_reads_it(text: str) -> None:
    aligned = align(text)
    assert aligned.text == normalize_text(replace_half_pairs(text)[0].replace("\0", "\ufffd"))
    offsets = [aligned.to_given(offset) for offset in range(len(aligned.text) + 1)]
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)
    for offset, character in enumerate(aligned.text):
        if character.isascii() and character != "\n":
            assert text[offsets[offset]] == character
