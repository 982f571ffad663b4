"""Which metric of the ontology the words about a number name.

The only module with spaCy matchers. In: a tokenized sentence, and stretches of it. Out: the metric
whose pattern explains most of those words, and its attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extract.models import Span
from extract.rules import RuleSet, words_pattern
from extract.schema_rules import Attribute, Metric
from extract.text import fold
from extract.words import SentenceTokenizer, TokenizedSentence, build_doc, token_spans

if TYPE_CHECKING:
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Span as SpacySpan

# Shorter forms are too often another word with other marks: `di đông`, `lao đông`.
MIN_ROUGH_SYLLABLES = 3
CHANGE_UNITS = frozenset({"percent", "percentage_point", "times"})
_TECHNOLOGY = re.compile(r"(?<![0-9.,])([2-6])\s?g(?!\w)")


@dataclass(frozen=True, slots=True)
class TermMatch:
    """A word sequence of the rules found in the text."""

    form: str
    span: Span
    syllables: int
    # False where the text has one mark otherwise: `kinh tế sô`.
    exact: bool = True


@dataclass(frozen=True, slots=True)
class MetricMatch:
    """A metric that fits, the words that name it, and how many syllables they are.

    `is_tied`: another metric explains as many. `exact`: no word has a mark otherwise.
    """

    metric: Metric
    spans: tuple[Span, ...]
    weight: int
    is_tied: bool = False
    exact: bool = True


@dataclass(frozen=True, slots=True)
class _CompiledMetric:
    metric: Metric
    patterns: tuple[tuple[frozenset[str], ...], ...]
    blocked: frozenset[str]
    # The words of the first groups: without one of them no pattern fits.
    opening: frozenset[str]


def expand_group(group: str, terms: dict[str, tuple[str, ...]]) -> frozenset[str]:
    """Gives the folded word sequences that a pattern group stands for."""
    forms: set[str] = set()
    for alternative in (part.strip() for part in group.split("|")):
        forms.update(terms[alternative[1:]] if alternative.startswith("$") else (fold(alternative),))
    return frozenset(" ".join(form.split()) for form in forms)


class MetricMatcher:
    """Finds metrics in tokenized sentences. Made once per rule set and process."""

    def __init__(self, rules: RuleSet) -> None:
        terms = {term.id: tuple(fold(form) for form in term.forms) for term in rules.terms}
        dimension = {unit.id: unit.dimension for unit in rules.units}
        self._compiled: list[_CompiledMetric] = []
        for metric in rules.metrics:
            patterns = tuple(
                tuple(expand_group(group, terms) for group in pattern) for pattern in metric.patterns
            )
            blocked = frozenset().union(
                *(expand_group(form, terms) for form in metric.blocked_by), frozenset()
            )
            opening = frozenset().union(*(pattern[0] for pattern in patterns if pattern))
            self._compiled.append(_CompiledMetric(metric, patterns, blocked, opening))
        self._alone = {fold(noun): metric for metric in rules.metrics for noun in metric.alone}
        self._dimension = dimension
        self._forms = sorted(
            {
                form
                for item in self._compiled
                for pattern in item.patterns
                for group in pattern
                for form in group
            }
            | {form for item in self._compiled for form in item.blocked}
        )
        self._cues: dict[int, list[tuple[str, re.Pattern[str]]]] = {}
        self._terms = terms
        self._matchers: tuple[PhraseMatcher, PhraseMatcher] | None = None
        self._generation = -1
        # Words of the text may be units; only those that a metric takes are told apart.
        self._taken = frozenset(unit for metric in rules.metrics for unit in metric.units)
        self._by_unit: dict[frozenset[str], list[_CompiledMetric]] = {}

    # -- term matches --------------------------------------------------------------------------

    def find_terms(self, sentence: TokenizedSentence, tokenizer: SentenceTokenizer) -> list[TermMatch]:
        """Gives every word sequence of the metric rules that stands in the sentence."""
        exact, rough = self._matchers_for(tokenizer)
        doc, tokens = sentence.doc, sentence.tokens
        found = []
        for key, start, end in exact(doc):
            span = Span(tokens[start][0], tokens[end - 1][1])
            found.append(TermMatch(doc.vocab.strings[key], span, end - start))
        taken = {match.span for match in found}
        for key, start, end in rough(doc):
            span = Span(tokens[start][0], tokens[end - 1][1])
            form = doc.vocab.strings[key]
            # White space apart, one syllable of three or more may have other marks.
            if span not in taken and _slips(doc[start:end], form.split()) == 1:
                found.append(TermMatch(form, span, end - start, exact=False))
        return sorted(found, key=lambda match: (match.span, match.form))

    def _matchers_for(self, tokenizer: SentenceTokenizer) -> tuple[PhraseMatcher, PhraseMatcher]:
        """Gives the matchers on the tokenizer's vocabulary; a renewed vocabulary needs new ones.

        The first compares the folded spelling, the second long forms without their marks.
        """
        from spacy.matcher import PhraseMatcher

        if self._matchers is None or self._generation != tokenizer.generation:
            exact = PhraseMatcher(tokenizer.vocabulary, attr="NORM")
            rough = PhraseMatcher(tokenizer.vocabulary, attr="LOWER")
            for form in self._forms:
                spans = token_spans(form, 0, len(form))
                doc = build_doc(tokenizer.vocabulary, form, spans)
                exact.add(form, [doc])
                if len(spans) >= MIN_ROUGH_SYLLABLES and len(form.split()) == len(spans):
                    rough.add(form, [doc])
            self._matchers = exact, rough
            self._generation = tokenizer.generation
        return self._matchers

    # -- choice ----------------------------------------------------------------------------------

    def _candidates(self, unit_id: str, *, is_change: bool) -> list[_CompiledMetric]:
        if is_change and unit_id in CHANGE_UNITS:
            # `thuê bao tăng 5%`: the change of any metric is stated in percent, points or times.
            return self._compiled
        accepted = self._accepted(unit_id)
        if accepted not in self._by_unit:
            self._by_unit[accepted] = [item for item in self._compiled if accepted & set(item.metric.units)]
        return self._by_unit[accepted]

    def _accepted(self, unit_id: str) -> frozenset[str]:
        """Gives what a metric must take to be of a unit: the unit itself or its dimension."""
        if not unit_id:
            return frozenset({"none"})
        dimension = self._dimension.get(unit_id, "rate" if "/" in unit_id else "count")
        return frozenset({unit_id, dimension} if unit_id in self._taken else {dimension})

    def accepts(self, metric: Metric, unit_id: str, *, is_change: bool) -> bool:
        """Asks whether a metric can be stated in a unit."""
        if is_change and unit_id in CHANGE_UNITS:
            return True
        return bool(self._accepted(unit_id) & set(metric.units))

    def best(
        self,
        terms: Sequence[TermMatch],
        regions: Iterable[Span],
        unit_id: str,
        anchor: int,
        *,
        is_change: bool = False,
    ) -> MetricMatch | None:
        """Gives the metric whose pattern covers most syllables; on a tie the nearest to `anchor`."""
        regions = tuple(regions)
        inside: dict[str, list[TermMatch]] = {}
        for term in terms:
            if any(region.contains(term.span) for region in regions):
                inside.setdefault(term.form, []).append(term)
        if not inside:
            return None
        present = inside.keys()
        exact = {form for form, matches in inside.items() if any(match.exact for match in matches)}
        best: tuple[tuple[int, int], MetricMatch] | None = None
        weights: dict[str, int] = {}
        for item in self._candidates(unit_id, is_change=is_change):
            if item.opening.isdisjoint(present) or item.blocked & exact:
                continue
            for pattern in item.patterns:
                chosen: list[TermMatch] = []
                for group in pattern:
                    options = [match for form in group & present for match in inside[form]]
                    if not options:
                        break
                    chosen.append(
                        max(options, key=lambda m: (m.syllables, -abs(m.span.start - anchor), m.span, m.form))
                    )
                else:
                    weight = _covered(chosen)
                    distance = min(abs(match.span.start - anchor) for match in chosen)
                    rank = (weight, -distance)
                    weights[item.metric.id] = max(weight, weights.get(item.metric.id, 0))
                    if best is None or rank > best[0]:
                        spans = tuple(sorted({match.span for match in chosen}))
                        is_exact = all(match.exact for match in chosen)
                        best = (rank, MetricMatch(item.metric, spans, weight, exact=is_exact))
        if best is None:
            return None
        is_tied = sum(weight == best[1].weight for weight in weights.values()) > 1
        return replace(best[1], is_tied=is_tied)

    def of_noun(self, noun: str) -> MetricMatch | None:
        """Gives the metric that a noun counts when nothing more is said of it: `Xã có 842 hộ`."""
        metric = self._alone.get(" ".join(fold(noun).split()))
        return MetricMatch(metric, (), 0) if metric is not None else None

    def has_metric_in(self, unit_id: str) -> bool:
        """Asks whether any metric is stated in exactly this unit."""
        return unit_id in self._taken

    def of_topic(self, terms: Sequence[TermMatch], unit_id: str) -> MetricMatch | None:
        """Gives the metric that the sentences before speak of, if it counts exactly this unit.

        `Tỉnh lập các tổ công nghệ số cộng đồng. Đến nay có 525 tổ.`: the second sentence names only `tổ`.
        """
        present = {term.form for term in terms}
        exact = {term.form for term in terms if term.exact}
        found = [
            (item, pattern)
            for item in self._candidates(unit_id, is_change=False)
            if unit_id in item.metric.units and not item.blocked & exact
            for pattern in item.patterns
            if all(group & present for group in pattern)
        ]
        if not found:
            return None
        item, pattern = max(found, key=lambda option: len(option[1]))
        spans = {term.span for term in terms for group in pattern if term.form in group}
        return MetricMatch(item.metric, _outermost(spans), 0)

    def names_part(self, metric: Metric, folded: str, region: Span) -> bool:
        """Asks whether a stretch names a value of one of the metric's attributes: `cấp xã`, `5G`."""
        attributes = metric.attributes
        if attributes.technology and self.read_technology(folded, (region,)):
            return True
        return any(
            pattern.search(folded, region.start, region.end)
            for attribute in (attributes.scope, attributes.component)
            if attribute is not None
            for _, pattern in self._cue_patterns(attribute)
        )

    # -- attributes --------------------------------------------------------------------------------

    def read_attribute(self, attribute: Attribute | None, folded: str, regions: Sequence[Span]) -> str | None:
        """Gives the value whose cue stands first in the regions, taken in order; else the default."""
        if attribute is None:
            return None
        found = self.find_attribute(attribute, folded, regions)
        return attribute.default if found is None else found

    def find_attribute(self, attribute: Attribute, folded: str, regions: Sequence[Span]) -> str | None:
        """Gives the value whose cue stands first in the regions, taken in order; else None."""
        patterns = self._cue_patterns(attribute)
        for region in regions:
            hits = [
                (match.start(), -(match.end() - match.start()), value)
                for value, pattern in patterns
                if (match := pattern.search(folded, region.start, region.end)) is not None
            ]
            if hits:
                return min(hits)[2]
        return None

    def _cue_patterns(self, attribute: Attribute) -> list[tuple[str, re.Pattern[str]]]:
        key = id(attribute)
        if key not in self._cues:
            self._cues[key] = [
                (
                    cue.value,
                    re.compile(
                        words_pattern(form for item in cue.forms for form in expand_group(item, self._terms))
                    ),
                )
                for cue in attribute.cues
            ]
        return self._cues[key]

    @staticmethod
    def read_technology(folded: str, regions: Sequence[Span]) -> str | None:
        """Gives the mobile generations named in the regions, in rising order: `3G,4G`."""
        found = sorted(
            {
                match[1]
                for region in regions
                for match in _TECHNOLOGY.finditer(folded, region.start, region.end)
            }
        )
        return ",".join(f"{generation}G" for generation in found) or None


def _slips(tokens: SpacySpan, form: Sequence[str]) -> int:
    """Counts the syllables of a stretch that are written otherwise than in a form."""
    return sum(token.norm_ != syllable for token, syllable in zip(tokens, form, strict=True))


def _outermost(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Gives the spans that lie in no other, in order."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end)):
        if not any(other.contains(span) for other in kept):
            kept.append(span)
    return tuple(kept)


def _covered(matches: Sequence[TermMatch]) -> int:
    """Counts the syllables that the matches cover, overlaps once (estimated by spans)."""
    total = 0
    spans: list[Span] = []
    for match in sorted(matches, key=lambda m: -m.syllables):
        if any(span.contains(match.span) for span in spans):
            continue
        spans.append(match.span)
        total += match.syllables
    return total
