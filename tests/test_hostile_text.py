"""Texts that tokenizers choke on: they pass with their offsets intact, and what stands beside is read."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import extract
from extract.html import read_page
from extract.metadata import DocumentMetadata
from extract.models import Document, Span
from extract.pipeline import Extractor
from extract.raw_item import RawItem, read_item
from extract.segment import segment
from extract.sources import Kind
from extract.time_limit import within
from extract.words import segment_words

SIZE = 100_000
# A pattern that backtracks without bound would not be done in years.
PATIENCE = 60
_FAMILY = "\u200d".join("👨👩👧👦")
WEAK_SPOTS = (
    "http://" + "!" * SIZE, "http://" + "." * SIZE, "http:a,.;", "http://a(b", "http:a(b(c)", "ftp://!!!! ",
    "a.a.a.", "a.a. ", "A.A.A.", "ab-cd.", "aa.aa/(b", "a@b.", "a-", "(((", "...", "''", "A" * SIZE, "=>",
    "_", "\u200b", "\u00a0", "\u3000", "\u2028", "5\u2009", "e\u0301", f"{_FAMILY} ", _FAMILY, ":) ", "<3",
    "\ufeff", "İ", "½",
)  # fmt: skip
ODD = "aàĐ5%.,()/:@-_ \n\t\u00a0\u2009\u200b\u200d\u2060\u3000\u0301\ufeff👨👩❤\ufe0f🏖:)=><'’"
TEXTS = st.text(alphabet=ODD, max_size=60)


def facts_with_words(extractor: Extractor, text: str) -> list[str]:
    """Gives the words of each fact of a text, as its offsets have them, of the text as it was read."""
    document = read_item(RawItem("a", "a.txt", Kind.TEXT, text.encode(), DocumentMetadata()))
    assert isinstance(document, Document)
    facts = extractor.extract(document).facts
    for fact in facts:
        end = fact.sentence_start + len(fact.sentence)
        assert document.text[fact.sentence_start : end] == fact.sentence
    return [document.text[fact.char_start : fact.char_end] for fact in facts]


@pytest.mark.parametrize("piece", WEAK_SPOTS, ids=lambda piece: ascii(piece[:12]))
def test_weak_spots_of_the_tokenizer_are_passed(extractor: Extractor, piece: str) -> None:
    weak = (piece * (SIZE // len(piece) + 1))[:SIZE]

    def read() -> list[str]:
        for sentence in segment(weak):
            segment_words(weak, sentence.span)
        return facts_with_words(extractor, f"Xã có 12 trạm.\n{weak}\nHuyện có 15 chợ.")

    found = within(PATIENCE, read)
    assert (found[0], found[-1]) == ("12 trạm", "15 chợ")


@settings(max_examples=300)
@given(TEXTS)
def test_words_of_any_text_lie_in_it_one_behind_the_other(text: str) -> None:
    words = segment_words(text, Span(0, len(text)))
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert all(first.end <= second.start for first, second in pairwise(words))


@given(TEXTS, TEXTS)
def test_odd_characters_around_a_number_move_no_offset(before: str, after: str) -> None:
    text = f"{before}\nXã có 12 trạm.\n{after}"
    found = extract.parse_quantities(text)
    assert all(0 <= item.char_start < item.char_end for item in found)
    assert (12.0, "station") in [(item.value, item.unit_id) for item in found]


@pytest.mark.parametrize(
    "mark", ["\u00a0", "\u2009", "\u202f", "\u3000", "\u200b", "\u00ad", "\ufeff", "\u2060"]
)
def test_odd_spaces_part_words_as_others_do(mark: str) -> None:
    (found,) = extract.parse_quantities(f"Xã{mark}có{mark}12{mark}trạm{mark}BTS.")
    assert (found.value, found.unit_id) == (12.0, "station")


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000,
        "<html><head><script type='application/ld+json'>[" + "1," * 500_000 + "1]</script></head></html>",
        "<html><head><script type='application/ld+json'>" + "[" * 100_000 + "</script></head></html>",
        "<?xml " * 200_000,
        "<!DOCTYPE html [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><p>&b;</p>",
    ],
    ids=["deep", "long list", "deep list", "declarations", "entities"],
)
def test_a_page_that_is_made_to_harm_is_no_article(page: str) -> None:
    assert "aaaa" not in within(PATIENCE, lambda: read_page(page)).text


def test_a_page_reads_no_file() -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html><body><article>'
        f"<p>{'Xã có 12 trạm bơm nước cho bà con trồng lúa. ' * 8}&x;</p></article></body></html>"
    )
    text = read_page(page).text
    assert text.startswith("Xã có 12 trạm bơm")
    assert text.rstrip().endswith(("&x;", "trồng lúa."))


def test_a_header_cannot_flood_the_log(caplog: pytest.LogCaptureFixture) -> None:
    lines = "".join(f"# k{'x' * number} = 1\n" for number in range(500))
    item = RawItem("a", "a.txt", Kind.TEXT, f"{lines}Xã có 12 trạm.".encode(), DocumentMetadata())
    assert isinstance(read_item(item), Document)
    (record,) = caplog.records
    assert record.getMessage().startswith("a: header key k, kx, kxx, kxxx, kxxxx is not known; known: ")
