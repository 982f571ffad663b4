"""A document in, an explanation out: why each fact is as it is, and why other numbers gave none.

The document is read by the extractor of every run, with its steps overheard (`tracing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from extract.explain_context import ContextNotes
from extract.explain_drops import no_facts_of
from extract.explain_metric import metric_fields
from extract.explain_number import number_fields
from extract.explain_text import Examined
from extract.explanation import (
    Explanation,
    FactExplanation,
    FieldNote,
    Mark,
    Passage,
    Quote,
    WeightNote,
)
from extract.finding import Finding
from extract.models import Document, Fact
from extract.parquet import Row
from extract.resolved import Resolved
from extract.rule_book import RuleBook
from extract.rule_meanings import MEANINGS
from extract.rules import RuleSet
from extract.table import facts_table
from extract.tracing import TracingExtractor

# What is highlighted, from the strongest to the weakest: a noun may be unit and metric in one.
MARKED = (
    "value",
    "unit",
    "period",
    "baseline",
    "place",
    "bound",
    "change",
    "status",
    "metric",
    "metric_text",
)


class Explainer:
    """Explains documents. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self._book = RuleBook(rules)

    @cached_property
    def _extractor(self) -> TracingExtractor:
        """Made when the first document is read: it compiles the rules."""
        return TracingExtractor(self.rules)

    def read(self, document: Document) -> ReadDocument:
        """Extracts a document and keeps what is needed to explain it."""
        result, trace = self._extractor.examine(document)
        return ReadDocument(Examined(self._extractor, self._book, result, trace))


class ReadDocument:
    """A document that was read and can be explained. `rows` are its facts as the table has them."""

    def __init__(self, examined: Examined) -> None:
        self._examined = examined
        self.facts = examined.result.facts
        self.rows: list[Row] = facts_table(self.facts).to_pylist()
        self._findings = examined.extractor.findings(examined.result)

    def explain(
        self, numbers: Iterable[int], *, drops: bool, notes: Sequence[str] = (), disagrees: bool = False
    ) -> Explanation:
        """Explains some facts, counted from 0; with `drops` also the numbers that gave no fact."""
        return Explanation(
            self._examined.result.document.doc_id,
            tuple(self._explain(number) for number in numbers),
            tuple(no_facts_of(self._examined)) if drops else (),
            tuple(notes),
            disagrees,
        )

    def _explain(self, number: int) -> FactExplanation:
        examined = self._examined
        fact, row, item = self.facts[number], self.rows[number], examined.trace.resolved[number]
        analysis = next(a for a in examined.trace.analyses if a.sentence is item.sentence)
        fields = (
            *number_fields(examined, item, row),
            *metric_fields(examined, item),
            *ContextNotes(examined, item, analysis).fields(),
            *self._beside(fact),
        )
        quotes = [(field.name, quote) for field in fields for quote in field.words]
        away = sorted({quote.sentence for _, quote in quotes} - {item.sentence.index + 1, 0})
        notes = tuple(self._mended(item))
        return FactExplanation(
            number + 1,
            row,
            self._passage(item.sentence.index + 1, quotes),
            tuple(self._passage(index, quotes) for index in away),
            fields,
            tuple(self._weights(fact)),
            notes,
        )

    def _passage(self, number: int, quotes: Iterable[tuple[str, Quote]]) -> Passage:
        sentence = self._examined.trace.sentences[number - 1]
        marks = {
            Mark(name, quote.start, quote.end)
            for name, quote in quotes
            if name in MARKED and quote.sentence == number
        }
        ordered = sorted(marks, key=lambda mark: (mark.start, mark.end, MARKED.index(mark.kind)))
        start, end = sentence.span
        return Passage(number, self._examined.text[start:end], start, tuple(ordered))

    def _beside(self, fact: Fact) -> Iterable[FieldNote]:
        """Gives what the rest of the article says of a fact: the checks, and whether it stands twice."""
        found = [finding for finding in self._findings if fact in finding.facts]
        if fact.checks:
            yield FieldNote("checks", fact.checks, self._others(fact, found), (), _reasons(found))
        if fact.duplicate_of is not None:
            first = next(item for item in self.facts if item.fact_id == fact.duplicate_of)
            number = self.facts.index(first) + 1
            words = (self._quote(first),)
            source = f"says the same as fact {number}, which stands before"
            yield FieldNote("duplicate_of", fact.duplicate_of, words, (), source)

    def _others(self, fact: Fact, findings: Iterable[Finding]) -> tuple[Quote, ...]:
        others = {item.char_start: item for finding in findings for item in finding.facts if item is not fact}
        return tuple(self._quote(others[start]) for start in sorted(others))

    def _quote(self, fact: Fact) -> Quote:
        text = self._examined.text[fact.char_start : fact.char_end]
        return Quote(text, fact.char_start, fact.char_end, self._examined.sentence_at(fact.char_start))

    def _weights(self, fact: Fact) -> Iterable[WeightNote]:
        """Gives what speaks for a fact and against it, the strongest first."""
        weighed = self._examined.extractor.weights(fact)
        for feature, log_odds in sorted(weighed, key=lambda item: (-abs(item[1]), item[0])):
            yield WeightNote(feature, log_odds, self._examined.book.weight_at(feature))

    def _mended(self, item: Resolved) -> Iterable[str]:
        """Says which words of the sentence were read otherwise than they are written."""
        plain, folded = self._examined.trace.plain, self._examined.folded
        start, end = item.sentence.span
        if plain[start:end] == folded[start:end]:
            return
        meaning = MEANINGS["spelling.mended"].meaning
        position = start
        while position < end:
            if plain[position] == folded[position]:
                position += 1
                continue
            first, last = position, position
            while first > start and plain[first - 1].isalnum():
                first -= 1
            while last < end and plain[last].isalnum():
                last += 1
            if folded[first:last].strip():
                yield f"“{plain[first:last]}” is read as “{folded[first:last]}” (spelling.mended: {meaning})"
            position = max(last, position + 1)


def _reasons(findings: Iterable[Finding]) -> str:
    return "; ".join(dict.fromkeys(f"{finding.name}: {finding.reason}" for finding in findings))
