"""An extractor that keeps what it went through, for people who ask why: slower, and the same facts.

It is the extractor of every run with its steps overheard: how each number was bound and what else would have
fitted, and what stood ready from earlier sentences when its period and place were chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from extract.analysis import SentenceAnalysis
from extract.bind import Binder
from extract.confidence import features
from extract.context import ContextResolver, DocumentFrame
from extract.draft import Draft
from extract.finding import Finding
from extract.metrics import MetricMatcher, TermMatch
from extract.models import Document, DocumentResult, Drop, Fact, Period, Sentence, Span
from extract.naming import Namer
from extract.period_choice import PeriodChooser
from extract.periods import PeriodMention
from extract.phrases import PhraseGrammar
from extract.pipeline import Extractor, _Page
from extract.place_choice import PlaceChooser
from extract.places import PlaceMention
from extract.quantity import Quantity
from extract.reading import Reading
from extract.resolved import Resolved
from extract.rules import RuleSet
from extract.scene import Binding, Scene
from extract.schema_rules import Metric
from extract.segment import segment
from extract.share_scope import ShareScopes
from extract.text import fold


@dataclass(frozen=True, slots=True)
class Attempt:
    """A way of binding that fitted: its rule, the words and the metric that it gives."""

    rule: str
    words: str
    metric: Metric | None


@dataclass(slots=True)
class BindTrace:
    """How one number was bound. `spans` are the words of the text that name its metric."""

    reading: Reading | None = None
    attempts: list[Attempt] = field(default_factory=list)
    spans: tuple[Span, ...] = ()
    regions: tuple[Span, ...] = ()
    own: tuple[Span, Span] | None = None


@dataclass(frozen=True, slots=True)
class CarriedTrace:
    """What was at hand for a number: the date of its own sentence, and what earlier sentences left."""

    mention: PeriodMention | None
    period: Period | None
    place: PlaceMention | None
    national: bool


@dataclass(slots=True)
class Trace:
    """All that was overheard of one document. Numbers are found by where they begin."""

    plain: str = ""
    frame: DocumentFrame | None = None
    sentences: list[Sentence] = field(default_factory=list)
    furniture: dict[int, str] = field(default_factory=dict)
    analyses: Sequence[SentenceAnalysis] = ()
    resolved: list[Resolved] = field(default_factory=list)
    terms: dict[Span, list[TermMatch]] = field(default_factory=dict)
    bound: dict[int, BindTrace] = field(default_factory=dict)
    carried: dict[int, CarriedTrace] = field(default_factory=dict)

    def bind_trace(self, quantity: Quantity) -> BindTrace:
        """Gives what was overheard of a number, to read or to fill."""
        return self.bound.setdefault(quantity.number.start, BindTrace())


class TracingBinder(Binder):
    """Binds as ever, and notes what each way would have given."""

    def __init__(
        self, grammar: PhraseGrammar, matcher: MetricMatcher, namer: Namer, scopes: ShareScopes
    ) -> None:
        super().__init__(grammar, matcher, namer, scopes)
        self.trace = Trace()

    def _bind_one(self, scene: Scene, reading: Reading, bindings: Sequence[Binding]) -> Binding:
        note = self.trace.bind_trace(reading.quantity)
        note.reading = reading
        own = self._by_own_words(scene, reading)
        drafts = [own, *(way(scene, reading, bindings, own) for way in self._shared.ways())]
        note.attempts = [
            Attempt(draft.rule, draft.words, draft.match.metric if draft.match is not None else None)
            for draft in drafts
            if draft is not None
        ]
        return super()._bind_one(scene, reading, bindings)

    def _settled(self, scene: Scene, quantity: Quantity, draft: Draft, own: tuple[Span, Span]) -> Binding:
        note = self.trace.bind_trace(quantity)
        note.spans = draft.match.spans if draft.match is not None else ()
        note.regions, note.own = draft.regions, own
        return super()._settled(scene, quantity, draft, own)


class TracingResolver(ContextResolver):
    """Resolves as ever, and notes what stood ready."""

    def __init__(self, places: PlaceChooser, periods: PeriodChooser) -> None:
        super().__init__(places, periods)
        self.trace = Trace()

    def resolve(self, document: DocumentFrame, analyses: Sequence[SentenceAnalysis]) -> list[Resolved]:
        resolved = super().resolve(document, analyses)
        self.trace.frame, self.trace.analyses, self.trace.resolved = document, analyses, resolved
        return resolved

    def _resolve_one(
        self,
        document: DocumentFrame,
        analysis: SentenceAnalysis,
        binding: Binding,
        mention: PeriodMention | None,
        following: int,
        carried: Any,
    ) -> Resolved:
        period = carried.periods.period if carried.periods.has_period else None
        resolved = super()._resolve_one(document, analysis, binding, mention, following, carried)
        self.trace.carried[binding.quantity.number.start] = CarriedTrace(
            mention, period, carried.place, carried.national
        )
        return resolved


class TracingExtractor(Extractor):
    """Extracts as ever; `examine` gives the trace beside the result."""

    def __init__(self, rules: RuleSet) -> None:
        binders: list[TracingBinder] = []

        def make_binder(
            grammar: PhraseGrammar, matcher: MetricMatcher, namer: Namer, scopes: ShareScopes
        ) -> Binder:
            binders.append(TracingBinder(grammar, matcher, namer, scopes))
            return binders[-1]

        super().__init__(rules, binder=make_binder)
        self.periods = PeriodChooser(rules)
        self._overheard = binders[0]
        self._resolver = TracingResolver(self._places, self.periods)
        self._context = self._resolver
        self._trace = Trace()

    @property
    def matcher(self) -> MetricMatcher:
        """What finds metrics."""
        return self._matcher

    @property
    def places(self) -> PlaceChooser:
        """What chooses places."""
        return self._places

    def examine(self, document: Document) -> tuple[DocumentResult, Trace]:
        """Extracts a document and gives all that was overheard."""
        trace = Trace(plain=fold(document.text))
        self._trace = self._overheard.trace = self._resolver.trace = trace
        trace.sentences = list(segment(document.text, document.body_start))
        trace.furniture = dict(self._furniture.find(trace.plain, trace.sentences))
        result = self.extract(document)
        return result, trace

    def findings(self, result: DocumentResult) -> list[Finding]:
        """Gives what the checks found in a document, with the reasons."""
        return self._checker.find(result.facts)

    def weights(self, fact: Fact) -> list[tuple[str, float]]:
        """Gives the features of a fact that count for its confidence, each with its log odds."""
        return self._confidence.weigh(
            features(fact.rule_ids, fact.metric_id, fact.metric_text, fact.period_source, fact.place_source)
        )

    def _analyse(
        self, page: _Page, sentence: Sentence, earlier: Sequence[SentenceAnalysis], drops: list[Drop]
    ) -> SentenceAnalysis:
        self._trace.terms = page.terms
        return super()._analyse(page, sentence, earlier, drops)
