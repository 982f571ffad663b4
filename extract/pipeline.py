"""The spine: one document in, its facts out.

Strings the steps together: fold, segment, find, tokenize, bind, resolve, check.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby

from extract.analysis import SentenceAnalysis
from extract.bind import Binder
from extract.checks import Checker
from extract.confidence import Confidence, features
from extract.context import ContextResolver, DocumentFrame
from extract.furniture import FurnitureFinder
from extract.home_place import HomePlaces
from extract.metrics import MetricMatcher, TermMatch
from extract.models import (
    Document,
    DocumentResult,
    Drop,
    Fact,
    Period,
    Sentence,
    Span,
)
from extract.names_told import find_where
from extract.naming import Namer
from extract.number_words import WORDS_PATTERN
from extract.once import Once
from extract.period_choice import PeriodChooser
from extract.periods import PeriodFinder, PeriodMention, dated_spans, implied_year
from extract.phrases import PhraseGrammar
from extract.place_choice import PlaceChooser
from extract.places import Gazetteer, PlaceLevel
from extract.prefilter import LiteralScanner
from extract.quantities import QuantityFinder
from extract.quantity import Quantity
from extract.reference_day import reference_day
from extract.resolved import Resolved
from extract.rules import RuleSet
from extract.scene import Binding, Scene
from extract.segment import segment
from extract.share_scope import ShareScopes
from extract.spelling import SpellingMender
from extract.statements import mark_statements
from extract.status import StatusFinder
from extract.text import fold
from extract.unit_naming import UnitNamer
from extract.words import SentenceTokenizer, TokenizedSentence

# A line that names those under it is no longer.
MAX_ROW_SYLLABLES = 40
# A bare noun may take up what was spoken of so many sentences before.
TOPIC_SENTENCES = 3

_DIGIT = re.compile("[0-9]")
_LISTED_NAME = re.compile(r"\)\s*[,;.]\s+(?:và\s+)?[^()0-9;.]{2,80}\(")
# Only such sentences are tokenized: a digit, which is met sooner alone, a number word or a rank in words.
_NUMBER_IN_WORDS = re.compile(
    rf"{WORDS_PATTERN.pattern}|(?:thứ|hạng)\s+nh(?:ất|ì)|gấp\s|(?:đứng|dẫn|xếp)\s+đầu"
)

MakeBinder = Callable[[PhraseGrammar, MetricMatcher, Namer, ShareScopes], Binder]


@dataclass(frozen=True, slots=True)
class _Page:
    """A document's text and two copies of the same length that patterns run on.

    `folded` has one spelling, slips mended; in `joined` dashes inside names part nothing. `published` is what
    dates without a year are read against. `numbered` are the
    sentences that can hold a number. `terms` keeps the words of the metric rules by sentence: those of one
    are asked for again by the sentences after it.
    """

    text: str
    folded: str
    joined: str
    published: Period | None
    numbered: frozenset[Span]
    terms: dict[Span, list[TermMatch]] = field(default_factory=dict)


class Extractor:
    """Extracts facts from documents. Made once per process: it compiles the rules.

    `binder` is another way to bind numbers to metrics, for comparison.
    """

    def __init__(
        self, rules: RuleSet, gazetteer: Gazetteer | None = None, binder: MakeBinder = Binder
    ) -> None:
        self.rules = rules
        self.gazetteer = gazetteer or Gazetteer(rules)
        # What a document is looked through for by rules, in one pass.
        scanner = LiteralScanner()
        self._quantities = QuantityFinder(rules, scanner)
        self._periods = PeriodFinder(rules, scanner)
        self._status = StatusFinder(rules, scanner)
        self._matcher = MetricMatcher(rules)
        self._grammar = PhraseGrammar(rules, self.gazetteer.dashed_names)
        self._binder = binder(self._grammar, self._matcher, Namer(rules, self._grammar), ShareScopes(rules))
        self._places = PlaceChooser(rules, self.gazetteer)
        self._home = HomePlaces(rules, self.gazetteer.province_names)
        self._context = ContextResolver(self._places, PeriodChooser(rules))
        self._confidence = Confidence(rules)
        self._spelling = SpellingMender(rules)
        self._furniture = FurnitureFinder(rules, scanner)
        self._tokenizer = SentenceTokenizer()
        self._units = UnitNamer(rules, self._quantities, self._tokenizer)
        self._checker = Checker(rules)

    def extract(self, document: Document) -> DocumentResult:
        """Gives the facts of one document, in the order of the text."""
        text = document.text
        sentences = list(segment(text, document.body_start))
        plain = fold(text)
        furniture = self._furniture.find(plain, sentences)
        kept = [sentence for sentence in sentences if sentence.paragraph not in furniture]
        outside = [sentence for sentence in sentences if sentence.paragraph in furniture]
        page = self._page(document, _blank(plain, outside), kept)
        folded = page.folded
        analyses: list[SentenceAnalysis] = []
        drops = [
            Drop(sentence.span, "furniture", furniture[sentence.paragraph])
            for sentence in outside
            if _DIGIT.search(text, sentence.span.start, sentence.span.end)
        ]
        for sentence in kept:
            analyses.append(self._analyse(page, sentence, analyses[-TOPIC_SENTENCES:], drops))
        on = reference_day(document.published, analyses)
        home = self._home.find(document.url, folded, document.body_start)
        main = self._places.main_place(folded, analyses, document.province, home)
        frame = DocumentFrame(text, folded, document.published, main, on)
        resolved = self._context.resolve(frame, analyses)
        place = self._places.resolve_main(main, on)
        content_hash = hashlib.sha256(text.encode()).hexdigest()
        facts = mark_statements(list(self._facts(document, content_hash, resolved)))
        return DocumentResult(
            document=document,
            facts=tuple(self._checker.mark(facts)),
            drops=tuple(drops),
            province_code=place.code if place is not None else None,
            sentences=len(sentences),
        )

    # -- one sentence ------------------------------------------------------------------------------

    def _page(self, document: Document, plain: str, sentences: Sequence[Sentence]) -> _Page:
        numbered = _can_hold_number(plain, (sentence.span for sentence in sentences))
        folded = self._spelling.mend(document.text, plain, numbered)
        if folded != plain:
            numbered = _can_hold_number(folded, numbered)
        joined = self._grammar.join_dashes(folded)
        published = document.published or implied_year(folded)
        return _Page(document.text, folded, joined, published, frozenset(numbered))

    def _analyse(
        self, page: _Page, sentence: Sentence, earlier: Sequence[SentenceAnalysis], drops: list[Drop]
    ) -> SentenceAnalysis:
        folded, start, end = page.folded, sentence.span.start, sentence.span.end
        places = tuple(self.gazetteer.find(page.text, folded, start, end))
        find_periods = Once(partial(self._find_periods, page, sentence.span))
        find_cues = Once(partial(self._status.find, folded, start, end))
        bindings: tuple[Binding, ...] = ()
        if sentence.span in page.numbered:
            quantities, told, tokenized = self._find_quantities(
                page.text, folded, sentence, find_periods, drops
            )
            if quantities:
                tokenized = tokenized or self._tokenizer.tokenize(page.text, folded, sentence.span)
                previous = earlier[-1].bindings[-1] if earlier and earlier[-1].bindings else None
                scene = Scene(
                    text=page.text,
                    folded=page.joined,
                    plain=page.folded,
                    sentence=sentence.span,
                    terms=self._terms_of(page, sentence, tokenized),
                    words=tokenized.words,
                    fillers=[
                        *(period.span for period in find_periods()),
                        *told,
                        *(
                            place.span
                            for place in places
                            if not any(span.contains(place.span) for span in told)
                        ),
                    ],
                    previous=previous,
                    recent=[binding for item in earlier for binding in item.bindings],
                    topic=Once(partial(self._topic_terms, page, [item.sentence for item in earlier])),
                    row=_row_of(folded, sentence, quantities, earlier),
                )
                bound = self._binder.bind(scene, quantities)
                bindings = tuple(self._keep_bound(folded, sentence, bound, previous, drops))
        return SentenceAnalysis(sentence, bindings, places, find_periods, find_cues)

    def _find_periods(self, page: _Page, sentence: Span) -> tuple[PeriodMention, ...]:
        return tuple(self._periods.find(page.folded, sentence.start, sentence.end, page.published))

    def _topic_terms(self, page: _Page, earlier: Sequence[Sentence]) -> list[list[TermMatch]]:
        """Gives the words of the metric rules in each of the sentences just before."""
        return [self._terms_of(page, sentence) for sentence in earlier]

    def _terms_of(
        self, page: _Page, sentence: Sentence, tokenized: TokenizedSentence | None = None
    ) -> list[TermMatch]:
        """Gives the words of the metric rules in a sentence, found once; `tokenized` where it is at hand."""
        if sentence.span not in page.terms:
            tokenized = tokenized or self._tokenizer.tokenize(
                page.text, page.folded, sentence.span, words=False
            )
            page.terms[sentence.span] = self._matcher.find_terms(tokenized, self._tokenizer)
        return page.terms[sentence.span]

    def _find_quantities(
        self,
        text: str,
        folded: str,
        sentence: Sentence,
        find_periods: Callable[[], Sequence[PeriodMention]],
        drops: list[Drop],
    ) -> tuple[list[Quantity], list[Span], TokenizedSentence | None]:
        """Gives the quantities of a sentence, the places that counts of them only name, and its words."""
        start, end = sentence.span.start, sentence.span.end
        quantities, rejected = self._quantities.find(
            text, folded, start, end, lambda: dated_spans(find_periods())
        )
        drops.extend(rejected)
        kept: list[Quantity] = []
        for quantity in quantities:
            if quantity.unit is not None and quantity.unit.structural:
                drops.append(Drop(quantity.span, "structural_count", quantity.unit.rule_id))
            elif (
                quantity.unit is not None
                and quantity.unit_id == quantity.unit.id
                and quantity.unit.dimension == "time"
                and not (self._quantities.keeps_duration(folded, start, end, quantity))
            ):
                drops.append(Drop(quantity.span, "duration", "unit.duration"))
            else:
                kept.append(quantity)
        named, unnamed, tokenized = self._units.name(text, folded, sentence.span, kept)
        drops.extend(unnamed)
        told: list[Span] = []
        counted: list[Quantity] = []
        for quantity in named:
            where = find_where(text, folded, quantity, end)
            if where is None:
                counted.append(quantity)
            else:
                told.append(where)
                drops.append(Drop(quantity.span, "structural_count", "unit.names_told"))
        return counted, told, tokenized

    def _keep_bound(
        self,
        folded: str,
        sentence: Sentence,
        bound: Sequence[Binding],
        previous: Binding | None,
        drops: list[Drop],
    ) -> Iterator[Binding]:
        """Drops bare numbers that nothing states, and gives the others the unit that their words imply."""
        before = previous
        for binding in bound:
            quantity = binding.quantity
            if "number.lead" in quantity.rule_ids and binding.metric is None:
                # A leader in no known ranking is praise.
                drops.append(Drop(quantity.span, "ordinal", "number.lead"))
                continue
            if quantity.unit_id:
                before = binding
                yield binding
                continue
            stated = self._quantities.is_stated(folded, sentence.span.start, quantity)
            unit_id, rule = self._implied_unit(binding, previous, stated=stated, sentence=sentence)
            if (
                unit_id is None
                and before is not None
                and _lists_in_brackets(folded, before.quantity, quantity)
            ):
                unit_id, rule = before.quantity.unit_id, "unit.of_list"
                binding = replace(
                    binding,
                    metric=before.metric,
                    metric_text=before.whole,
                    scope=before.scope,
                    rule_ids=(*((before.metric.rule_id,) if before.metric is not None else ()), "bind.named"),
                )
            if unit_id is None or not (binding.metric_text or binding.metric is not None):
                drops.append(Drop(quantity.span, "bare_number", "number.bare"))
                continue
            before = replace(
                binding, quantity=replace(quantity, unit_id=unit_id, rule_ids=(*quantity.rule_ids, rule))
            )
            yield before

    def _implied_unit(
        self, binding: Binding, previous: Binding | None, *, stated: bool, sentence: Sentence
    ) -> tuple[str | None, str]:
        quantity = binding.quantity
        written_large = quantity.value >= 1000 or quantity.value != quantity.value.to_integral_value()
        if binding.metric is not None and (stated or written_large or quantity.denominator is not None):
            unit_id = binding.metric.typical_unit
            is_share = unit_id == "percent"
            return ("unit" if is_share and quantity.denominator is not None else unit_id), "unit.of_metric"
        if sentence.is_bullet and stated and previous is not None and quantity.denominator is None:
            return previous.quantity.unit_id, "unit.of_list"
        if quantity.multiplied:
            return "VND", "unit.money_implied"
        if quantity.denominator is not None or (stated and written_large):
            return self._quantities.unit_named_in(binding.metric_text), "unit.of_head"
        return None, ""

    # -- facts -------------------------------------------------------------------------------------

    def _facts(self, document: Document, content_hash: str, resolved: Sequence[Resolved]) -> Iterator[Fact]:
        """Gives the facts of a document; those of one sentence share its text."""
        for sentence, items in groupby(resolved, key=lambda item: item.sentence):
            evidence = document.text[sentence.span.start : sentence.span.end]
            for item in items:
                yield self._fact(document, content_hash, item, evidence)

    def _fact(self, document: Document, content_hash: str, item: Resolved, evidence: str) -> Fact:
        binding, quantity = item.binding, item.binding.quantity
        identity = f"{content_hash}:{quantity.span.start}:{quantity.span.end}"
        level = item.place.level
        metric_id = binding.metric.id if binding.metric is not None else None
        rule_ids = tuple(dict.fromkeys((*quantity.rule_ids, *binding.rule_ids, *item.rule_ids)))
        return Fact(
            fact_id=hashlib.sha256(identity.encode()).hexdigest()[:16],
            doc_id=document.doc_id,
            metric_id=metric_id,
            metric_text=binding.metric_text,
            technology=binding.technology,
            scope=binding.scope,
            component=binding.component,
            value=float(quantity.value),
            value_max=_maybe_float(quantity.value_max),
            denominator=_maybe_float(quantity.denominator),
            bound=quantity.bound,
            unit_id=quantity.unit_id,
            unit_text=quantity.unit_text or None,
            status=item.status,
            change=quantity.change,
            period_start=item.period.start if item.period is not None else None,
            period_end=item.period.end if item.period is not None else None,
            period_grain=item.period.grain if item.period is not None else None,
            period_source=item.period_source,
            baseline_start=item.baseline.start if item.baseline is not None else None,
            baseline_end=item.baseline.end if item.baseline is not None else None,
            province_code=item.place.code,
            province_name=item.place.name,
            province_code_2025=item.place.code_2025,
            place_text=item.place_text,
            place_level=level.value if level is not None and level is not PlaceLevel.FOREIGN else None,
            place_source=item.place_source,
            sentence=evidence,
            sentence_start=item.sentence.span.start,
            char_start=quantity.span.start,
            char_end=quantity.span.end,
            rule_ids=rule_ids,
            confidence=self._confidence.of(
                features(rule_ids, metric_id, binding.metric_text, item.period_source, item.place_source)
            ),
        )


def _row_of(
    folded: str, sentence: Sentence, quantities: Sequence[Quantity], earlier: Sequence[SentenceAnalysis]
) -> Span | None:
    """Gives the line that names what a line with one number alone is of: a table flattened to lines."""
    if not _is_cell(folded, sentence, [quantity.span for quantity in quantities]):
        return None
    for item in reversed(earlier):
        if item.sentence.paragraph == sentence.paragraph:
            return None
        if not item.bindings:
            start, end = item.sentence.span
            return item.sentence.span if len(folded[start:end].split()) <= MAX_ROW_SYLLABLES else None
        if not _is_cell(folded, item.sentence, [binding.quantity.span for binding in item.bindings]):
            return None
    return None


def _is_cell(folded: str, sentence: Sentence, numbers: Sequence[Span]) -> bool:
    """Asks whether a sentence is one number and nothing else."""
    start, end = sentence.span
    return (
        len(numbers) == 1 and folded[start:end].strip() == folded[numbers[0].start : numbers[0].end].strip()
    )


def _lists_in_brackets(folded: str, before: Quantity, quantity: Quantity) -> bool:
    """Asks whether a bare number goes on a list of names: `Sở Y tế (191 dịch vụ), Sở Xây dựng (160)`."""
    gap = folded[before.span.end : quantity.span.start]
    return (
        before.dimension == "count"
        and quantity.denominator is None
        and folded[before.span.start - 1 : before.span.start] == "("
        and folded[quantity.span.end : quantity.span.end + 1] == ")"
        and _LISTED_NAME.fullmatch(gap) is not None
    )


def _can_hold_number(folded: str, sentences: Iterable[Span]) -> list[Span]:
    return [
        span
        for span in sentences
        if _DIGIT.search(folded, span.start, span.end)
        or _NUMBER_IN_WORDS.search(folded, span.start, span.end)
    ]


def _blank(folded: str, sentences: Sequence[Sentence]) -> str:
    """Gives the text with spaces for these sentences, so that nothing is read there and offsets hold."""
    pieces: list[str] = []
    position = 0
    for sentence in sentences:
        start, end = sentence.span
        pieces += [folded[position:start], " " * (end - start)]
        position = end
    return "".join((*pieces, folded[position:])) if pieces else folded


def _maybe_float(value: object) -> float | None:
    return None if value is None else float(str(value))
