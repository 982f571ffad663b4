"""What must hold for any article, made up or real: offsets, spelling, capitals, company, idle words."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise, permutations
from pathlib import Path

import pytest
from articles import FILLERS, PLACES, articles, clauses, paragraphs
from hypothesis import given, settings
from hypothesis import strategies as st

import extract
from extract.calendar_periods import day_period
from extract.metadata import DocumentMetadata
from extract.models import Document, Fact, Source
from extract.pipeline import Extractor
from extract.raw_item import RawItem, read_item
from extract.sources import Kind

DATED = DocumentMetadata(published=day_period(dt.date(2024, 10, 8)))
SEEDS = {path.stem: path.read_text() for path in (Path(__file__).parent.parent / "seeds").glob("*.txt")}
REAL = pytest.mark.parametrize("seed", sorted(SEEDS))
SOME = settings(max_examples=60)
# Both hold the hash of the whole text.
IDENTITY = ("fact_id", "duplicate_of")
OFFSETS = ("sentence_start", "char_start", "char_end")
PERIOD = ("period_start", "period_end", "period_grain", "period_source")
PLACE = ("province_code", "province_name", "province_code_2025", "place_text", "place_level", "place_source")
STATED = ("value", "value_max", "denominator", "bound", "change", "unit_id", "unit_text", "sentence")


def read(extractor: Extractor, text: str) -> tuple[str, tuple[Fact, ...]]:
    """Gives the text of an article as a run reads it from a file, and its facts."""
    document = read_item(RawItem("a", "a.txt", Kind.TEXT, text.encode(), DATED))
    assert isinstance(document, Document)
    return document.text, extractor.extract(document).facts


def fields(facts: Iterable[Fact], names: Sequence[str]) -> list[tuple[object, ...]]:
    """Gives these fields of each fact."""
    return [tuple(getattr(fact, name) for name in names) for fact in facts]


def all_but(*names: str) -> list[str]:
    """Gives the names of all fields but these."""
    return [name for name in Fact.__dataclass_fields__ if name not in names]


def places_of(facts: Iterable[Fact], shift: int = 0) -> list[tuple[int, int]]:
    """Gives where the facts stand."""
    return [(fact.char_start - shift, fact.char_end - shift) for fact in facts]


def assert_own_words_hold(alone: Sequence[Fact], there: Sequence[Fact], shift: int) -> None:
    """What the words of each sentence say is the same in other company, `shift` characters on."""
    assert places_of(alone) == places_of(there, shift)
    assert fields(alone, STATED) == fields(there, STATED)
    for names, source in ((PERIOD, "period_source"), (PLACE, "place_source")):
        # Which of several places of a name is meant, the article says.
        own = [
            getattr(fact, source) is Source.SENTENCE and "ambiguous.place" not in fact.rule_ids
            for fact in alone
        ]
        pairs = zip(fields(alone, names), fields(there, names), own, strict=True)
        assert all(one == other for one, other, is_own in pairs if is_own)


def assert_offsets_hold(text: str, facts: Sequence[Fact]) -> None:
    """Every fact points to its words, and no two to the same."""
    for fact in facts:
        end = fact.sentence_start + len(fact.sentence)
        assert text[fact.sentence_start : end] == fact.sentence
        assert fact.sentence_start <= fact.char_start < fact.char_end <= end
        words = text[fact.char_start : fact.char_end]
        assert all(number.value == fact.value for number in extract.parse_quantities(words)[:1]), words
    assert all(first.char_end <= second.char_start for first, second in pairwise(facts))


def assert_idle_words_change_nothing(extractor: Extractor, text: str, filler: str, mark: str) -> None:
    """A sentence that states nothing, behind all others, leaves every field as it is."""
    kept = all_but(*IDENTITY)
    assert fields(read(extractor, text)[1], kept) == fields(read(extractor, text + mark + filler)[1], kept)


def assert_company_changes_no_words(extractor: Extractor, first: str, second: str) -> None:
    """Two articles with a blank line between give the facts of both, but for what context carries."""
    (text, alone), (_, later) = read(extractor, first), read(extractor, second)
    shift = len(text) + 2
    both = read(extractor, f"{text}\n\n{second}")[1]
    before = [fact for fact in both if fact.char_start < shift]
    # What stands before is not touched by what follows, but for the one place that both are about.
    of_document = all_but(*IDENTITY, *PLACE, "statement_id", "rule_ids", "confidence", "checks")
    assert fields(alone, of_document) == fields(before, of_document)
    assert_own_words_hold(alone, before, 0)
    assert_own_words_hold(later, both[len(before) :], shift)


@SOME
@given(text=articles())
def test_offsets_point_to_the_words(extractor: Extractor, text: str) -> None:
    assert_offsets_hold(*read(extractor, text))


@REAL
def test_offsets_of_real_articles_point_to_the_words(extractor: Extractor, seed: str) -> None:
    text, facts = read(extractor, SEEDS[seed])
    assert len(facts) > 5
    assert_offsets_hold(text, facts)


@SOME
@given(text=articles())
def test_letters_and_their_marks_may_come_apart(extractor: Extractor, text: str) -> None:
    apart = unicodedata.normalize("NFD", text)
    assert apart != text or text.isascii()
    assert read(extractor, apart) == read(extractor, text)
    assert extract.parse_quantities(apart) == extract.parse_quantities(text)
    assert extract.parse_periods(apart) == extract.parse_periods(text)


@REAL
def test_letters_of_real_articles_may_come_apart(extractor: Extractor, seed: str) -> None:
    assert read(extractor, unicodedata.normalize("NFD", SEEDS[seed])) == read(extractor, SEEDS[seed])


@SOME
@given(first=articles(), second=articles())
def test_two_articles_give_the_facts_of_both(extractor: Extractor, first: str, second: str) -> None:
    assert_company_changes_no_words(extractor, first, second)


@pytest.mark.parametrize(("first", "second"), list(permutations(sorted(SEEDS), 2)))
def test_two_real_articles_give_the_facts_of_both(extractor: Extractor, first: str, second: str) -> None:
    assert_company_changes_no_words(extractor, SEEDS[first].strip(), SEEDS[second].strip())


@SOME
@given(text=articles(), filler=st.sampled_from(FILLERS), mark=st.sampled_from([" ", "\n", "\n\n"]))
def test_idle_words_change_nothing(extractor: Extractor, text: str, filler: str, mark: str) -> None:
    assert_idle_words_change_nothing(extractor, text, filler, mark)


@REAL
def test_idle_words_change_nothing_in_real_articles(extractor: Extractor, seed: str) -> None:
    for filler in FILLERS:
        assert_idle_words_change_nothing(extractor, SEEDS[seed].rstrip(), filler, "\n")


@SOME
@given(first=paragraphs(), second=paragraphs(), filler=st.sampled_from(FILLERS), mark=st.sampled_from(" \n"))
def test_idle_words_between_change_no_words(
    extractor: Extractor, first: str, second: str, filler: str, mark: str
) -> None:
    _, near = read(extractor, f"{first}{mark}{second}")
    _, far = read(extractor, f"{first}{mark}{filler}{mark}{second}")
    before = [fact for fact in near if fact.char_start < len(first)]
    assert_own_words_hold(before, far[: len(before)], 0)
    assert_own_words_hold(near[len(before) :], far[len(before) :], len(filler) + 1)


@SOME
@given(
    place=st.sampled_from(PLACES), what=st.one_of(clauses(), st.just("đổi mới từng ngày")), body=paragraphs()
)
def test_a_heading_may_be_in_capitals(extractor: Extractor, place: str, what: str, body: str) -> None:
    heading = f"{place[0].upper()}{place[1:]} {what}"
    kept = all_but(*IDENTITY, "sentence", "metric_text", "unit_text", "place_text")
    plain, capitals = (read(extractor, f"{line}\n{body}")[1] for line in (heading, heading.upper()))
    assert fields(plain, kept) == fields(capitals, kept)


@REAL
def test_the_heading_of_a_real_article_may_be_in_capitals(extractor: Extractor, seed: str) -> None:
    text = SEEDS[seed].strip()
    heading, _, body = text.partition("\n")
    kept = all_but(*IDENTITY, "sentence", "metric_text", "unit_text", "place_text")
    plain, capitals = read(extractor, text)[1], read(extractor, f"{heading.upper()}\n{body}")[1]
    assert fields(plain, kept) == fields(capitals, kept)
