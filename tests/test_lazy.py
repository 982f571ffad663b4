"""What is looked for only when asked for gives the same facts as what is looked for at once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest

from extract.analysis import SentenceAnalysis
from extract.calendar_periods import day_period
from extract.coverage import Coverage
from extract.models import Document, DocumentResult, Drop, Sentence, Span
from extract.pipeline import Extractor, _Page
from extract.rules import RuleSet


class EagerExtractor(Extractor):
    """Looks for everything in every sentence at once, the last first."""

    def extract(self, document: Document) -> DocumentResult:
        self._tokenizer.tokenize(document.text, document.text, Span(0, len(document.text)))
        return super().extract(document)

    def _analyse(
        self, page: _Page, sentence: Sentence, earlier: Sequence[SentenceAnalysis], drops: list[Drop]
    ) -> SentenceAnalysis:
        self._terms_of(page, sentence)
        self._status.find(page.folded, *sentence.span)
        analysis = super()._analyse(page, sentence, earlier, drops)
        periods, cues = analysis.periods, analysis.cues
        return dataclasses.replace(analysis, find_periods=lambda: periods, find_cues=lambda: cues)


@pytest.fixture(scope="module")
def eager(rules: RuleSet) -> Extractor:
    """An extractor that puts nothing off."""
    return EagerExtractor(rules)


@pytest.mark.parametrize("dated", [True, False], ids=["dated", "undated"])
def test_facts_of_the_seeds_are_those_of_an_eager_run(
    extractor: Extractor, eager: Extractor, repository: Path, dated: bool
) -> None:
    published = day_period(dt.date(2024, 10, 8)) if dated else None
    for path in sorted((repository / "seeds").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        document = Document(path.stem, text, "-", "", published=published)
        assert extractor.extract(document) == eager.extract(document)


def test_facts_do_not_depend_on_what_was_read_before(
    extractor: Extractor, rules: RuleSet, repository: Path
) -> None:
    paths = sorted((repository / "seeds").glob("*.txt"))
    documents = [Document(path.stem, path.read_text(encoding="utf-8"), "-", "") for path in paths]
    fresh = Extractor(rules)
    backwards = [fresh.extract(document) for document in reversed(documents)]
    assert [extractor.extract(document) for document in documents] == backwards[::-1]


def test_coverage_asks_once_and_only_when_asked() -> None:
    asked: list[int] = []

    def find() -> list[Span]:
        asked.append(1)
        return [Span(3, 5)]

    coverage = Coverage(0, 10, find)
    assert not asked
    assert coverage.is_free(Span(0, 3))
    assert not coverage.is_free(Span(4, 6))
    assert coverage.next_taken(0) == 3
    assert asked == [1]


def test_coverage_keeps_what_was_added_before_it_asked() -> None:
    coverage = Coverage(10, 20, lambda: [Span(12, 13)])
    coverage.add(Span(15, 17))
    assert coverage.next_taken(13) == 15
    assert coverage.next_taken(17) == 20
    assert not coverage.is_free(Span(12, 14))
