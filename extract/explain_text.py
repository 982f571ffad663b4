"""A document under explanation: its text, its sentences, and quotes from it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from extract.analysis import SentenceAnalysis
from extract.explanation import Quote
from extract.models import DocumentResult, Span
from extract.rule_book import RuleBook
from extract.scene import Binding
from extract.tracing import BindTrace, Trace, TracingExtractor


class Examined:
    """One document that was examined: result and trace, with what all explanations need of them."""

    def __init__(
        self, extractor: TracingExtractor, book: RuleBook, result: DocumentResult, trace: Trace
    ) -> None:
        self.extractor = extractor
        self.book = book
        self.result = result
        self.trace = trace
        self.text = result.document.text
        self.folded = trace.frame.folded if trace.frame is not None else trace.plain
        self._starts = [sentence.span.start for sentence in trace.sentences]

    def sentence_at(self, position: int) -> int:
        """Gives the number of the sentence that holds an offset, from 1; 0 outside of all."""
        number = bisect_right(self._starts, position)
        return number if number and position < self.trace.sentences[number - 1].span.end else 0

    def quote(self, span: Span) -> Quote:
        """Gives words of the text."""
        return Quote(self.text[span.start : span.end], span.start, span.end, self.sentence_at(span.start))

    def quotes(self, spans: Iterable[Span]) -> tuple[Quote, ...]:
        """Gives words of the text, in order, each once."""
        return tuple(self.quote(span) for span in sorted(set(spans)))

    def find(self, words: str, span: Span, near: int) -> Span | None:
        """Gives where words stand in a stretch, as written, nearest to an offset."""
        if not words:
            return None
        pattern = r"\s+".join(re.escape(word) for word in words.split())
        places = [
            Span(m.start(), m.end()) for m in re.finditer(pattern, self.text[span.start : span.end], re.I)
        ]
        shifted = [Span(place.start + span.start, place.end + span.start) for place in places]
        return min(shifted, key=lambda place: abs(place.start - near), default=None)

    def earlier(self, analysis: SentenceAnalysis) -> list[SentenceAnalysis]:
        """Gives the sentences before one, the nearest first."""
        before = [item for item in self.trace.analyses if item.sentence.index < analysis.sentence.index]
        return before[::-1]

    def bound(self, binding: Binding) -> BindTrace:
        """Gives how a number was bound."""
        return self.trace.bind_trace(binding.quantity)
