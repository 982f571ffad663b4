"""Binding: which words name what a number measures.

In: one tokenized sentence with its quantities. Out: a `Binding` for each, with the metric of the
ontology where one fits, else the words that a reader would name. Each way of binding is a named rule:

- `bind.left`      `[metric] đạt/là/chiếm [number]`
- `bind.right`     `[number] [thing counted] [modifiers]`, `[share] [population] [verb phrase]`
- `bind.both`      `[mạng cáp quang phủ] [share] [hộ dân]`
- `bind.inherited` a list, bracket, fraction or change that shares the words of the number before
- `bind.previous`  the metric was named in the sentence before
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.metrics import CHANGE_UNITS, MetricMatch, MetricMatcher, TermMatch
from extract.models import Bound, Change, Span
from extract.quantity import Quantity
from extract.rules import RuleSet, words_pattern
from extract.schema_rules import Metric
from extract.words import TokenizedSentence

MAX_PHRASE_SYLLABLES = 14
MAX_RIGHT_PHRASE_SYLLABLES = 10
# A phrase of at most so many characters says which part (`cấp xã`), not what is measured.
SHORT_PHRASE = 24
LISTED_ITEM_SYLLABLES = 3
# Units that say by themselves what is counted; the others need words on one side.
_COUNTED = frozenset({"count"})
_COORDINATION = re.compile(r"(?:\s+[\w/]+){0,4}\s*(?:,|và|,\s*và)\s*")


@dataclass(frozen=True, slots=True)
class Frame:
    """The words that may name the metric of one number.

    `left` ends where the words leading to the number begin; `right` begins after its unit.
    `shares`: index of the quantity before, when its words hold for this one too.
    """

    quantity: Quantity
    left: Span
    right: Span
    copula: bool
    shares: int | None
    in_bracket: bool


@dataclass(frozen=True, slots=True)
class Binding:
    """A number and what it measures. `regions` are the words that decided it."""

    quantity: Quantity
    metric: Metric | None
    metric_text: str
    technology: str | None
    scope: str | None
    component: str | None
    rule_ids: tuple[str, ...]
    regions: tuple[Span, ...] = field(default=())
    metric_weight: int = 0


class Binder:
    """Binds quantities to metrics. Made once per rule set."""

    def __init__(self, rules: RuleSet, matcher: MetricMatcher) -> None:
        self._matcher = matcher
        hard = words_pattern(form for form in rules.word_forms("bind.hard_boundaries"))
        totals = words_pattern(rules.word_forms("bind.totals"))
        # `với` parts two statements when a number or a total follows: `đạt 97% với hơn 1,46 triệu thuê bao`.
        self._hard = re.compile(
            rf"[;()]|:(?=\s)|\s-\s|{hard}|(?<!đối )(?<!so )(?<!cùng )(?<!\w)với(?=\s+(?:[0-9]|{totals})|\s*$)"
        )
        self._soft = re.compile(r",(?=\s|$)|(?<!\w)(?:và|hoặc|hay|cũng như)(?!\w)")
        self._copula_end = re.compile(
            rf"(?:{words_pattern(rules.word_forms('bind.strong_copulas'))}|:)"
            rf"(?:\s+(?:{words_pattern(rules.word_forms('bind.copula_adverbs'))}))*\s*$"
        )
        trailing = words_pattern(
            (*rules.word_forms("bind.copulas"), *rules.word_forms("bind.copula_adverbs"))
        )
        self._trailing = re.compile(rf"(?:\s*(?:{trailing}|[,:\"'(-]))+\s*$")
        leading = words_pattern(rules.word_forms("bind.left_starts"))
        self._leading = re.compile(rf"^(?:\s*(?:{leading}|[,:\"')-]))+\s*")
        self._heads = re.compile(words_pattern(rules.word_forms("bind.head_nouns")))
        self._auxiliary = re.compile(words_pattern(rules.word_forms("bind.auxiliaries")))
        self._right_stop = re.compile(
            rf"[,;:()\"]|\s-\s|\.(?=\s|$)|{words_pattern(rules.word_forms('bind.right_stops'))}"
        )
        self._share_stop = re.compile(
            rf"[,;:()\"]|\s-\s|\.(?=\s|$)|{words_pattern(rules.word_forms('bind.share_stops'))}"
        )

    # -- frames ----------------------------------------------------------------------------------

    def frames(self, folded: str, sentence: Span, quantities: Sequence[Quantity]) -> list[Frame]:
        """Divides the words of a sentence among its quantities."""
        plain = _blank_brackets(folded[sentence.start : sentence.end], sentence.start, quantities)
        frames: list[Frame] = []
        cuts = [sentence.start]
        copulas = []
        for index, quantity in enumerate(quantities):
            before = quantities[index - 1].span.end if index else sentence.start
            gap = plain[before - sentence.start : quantity.lead - sentence.start]
            cut, copula = self._cut(gap, before, quantity, index > 0)
            copulas.append(copula)
            cuts.append(cut)
        for index, quantity in enumerate(quantities):
            left_start = cuts[index + 1]
            right_end = sentence.end
            if index + 1 < len(quantities):
                following = quantities[index + 1]
                right_end = cuts[index + 2] if cuts[index + 2] > quantity.span.end else following.lead
            stop = self._hard.search(plain, quantity.span.end - sentence.start, right_end - sentence.start)
            if stop is not None:
                right_end = sentence.start + stop.start()
            bracket = _inside_bracket(folded, sentence, quantity.span.start)
            left = Span(min(left_start, quantity.lead), quantity.lead)
            frames.append(
                Frame(
                    quantity,
                    left,
                    Span(quantity.span.end, max(right_end, quantity.span.end)),
                    copulas[index],
                    self._shares(folded, quantities, index, left, bracket),
                    bracket,
                )
            )
        return frames

    def _cut(self, gap: str, before: int, quantity: Quantity, has_previous: bool) -> tuple[int, bool]:
        """Finds where the words of this number begin, after those of the number before it."""
        copula = self._copula_end.search(gap) is not None or quantity.change is not Change.NONE
        begin: int | None = None if has_previous else 0
        for match in self._hard.finditer(gap):
            if not (match[0].startswith(":") and not gap[match.end() :].strip()):
                begin = match.end()
        if begin is not None and (not has_previous or copula or gap[begin:].strip()):
            return before + begin, copula
        segment = gap[begin or 0 :]
        softs = [match.end() + (begin or 0) for match in self._soft.finditer(segment)]
        if copula:
            # The name of a metric may hold commas itself; it begins with a head noun after one of them.
            for opening in softs:
                head = self._heads.match(gap, opening + len(gap[opening:]) - len(gap[opening:].lstrip()))
                if head is not None:
                    return before + opening, copula
        return before + (softs[-1] if softs else begin or 0), copula

    def _shares(
        self, folded: str, quantities: Sequence[Quantity], index: int, left: Span, bracket: bool
    ) -> int | None:
        if index == 0:
            return None
        quantity, previous = quantities[index], quantities[index - 1]
        own = self._trailing.sub("", self._leading.sub("", folded[left.start : left.end])).strip(" ,;:()-")
        if bracket and not _inside_bracket(
            folded, Span(previous.span.start, quantity.span.end), quantity.span.start
        ):
            return index - 1
        if not own:
            return index - 1
        return index - 1 if len(own.split()) <= 3 and not self._heads.match(own) else None

    # -- phrases -----------------------------------------------------------------------------------

    def left_phrase(self, folded: str, left: Span, fillers: Sequence[Span]) -> Span | None:
        """Gives the noun phrase that ends a stretch, without copulas, dates and openers."""
        segment = folded[left.start : left.end]
        trail = self._trailing.search(segment)
        stop = left.start + (trail.start() if trail is not None else len(segment))
        start = left.start
        hard = [match.end() for match in self._hard.finditer(folded, start, stop)]
        if hard:
            start = hard[-1]
        start = self._phrase_start(folded, start, stop)
        for _ in range(4):
            moved = start
            lead = self._leading.match(folded[start:stop])
            if lead is not None:
                moved = start + lead.end()
            for filler in fillers:
                if filler.start <= moved < filler.end and filler.end <= stop:
                    moved = filler.end
            while moved < stop and not folded[moved].isalnum():
                moved += 1
            if moved == start:
                break
            start = moved
        while stop > start and not (folded[stop - 1].isalnum() or folded[stop - 1] in ")%"):
            stop -= 1
        return _last_syllables(folded, start, stop, MAX_PHRASE_SYLLABLES)

    def _phrase_start(self, folded: str, start: int, stop: int) -> int:
        softs = [match.end() for match in self._soft.finditer(folded, start, stop)]
        openings = [start, *softs]
        for opening in openings:
            position = opening
            while position < stop and not folded[position].isalnum():
                position += 1
            head = self._heads.match(folded, position, stop)
            if head is not None and folded[head.end() : stop].strip():
                return position
        begin = openings[-1]
        if not folded[begin:stop].strip() and len(openings) > 1:
            begin = openings[-2]
        heads = [
            match for match in self._heads.finditer(folded, begin, stop) if folded[match.end() : stop].strip()
        ]
        if heads:
            return heads[0].start()
        auxiliaries = [match.end() for match in self._auxiliary.finditer(folded, begin, stop)]
        if auxiliaries and folded[auxiliaries[-1] : stop].strip():
            return auxiliaries[-1]
        return begin

    def right_phrase(self, folded: str, right: Span, *, share: bool) -> Span | None:
        """Gives the words after a number that belong to the thing counted."""
        pattern = self._share_stop if share else self._right_stop
        end = right.end
        item_start = right.start
        for stop in pattern.finditer(folded, right.start, right.end):
            # `cán bộ, công chức`, `xã, phường, thị trấn`: a short item before a comma lists one population.
            item = folded[item_start : stop.start()].split()
            if (
                stop[0] == ","
                and 0 < len(item) <= LISTED_ITEM_SYLLABLES
                and folded[stop.end() : right.end].strip()
            ):
                item_start = stop.end()
                continue
            end = stop.start()
            break
        start = right.start
        while start < end and not folded[start].isalnum():
            start += 1
        limit = MAX_PHRASE_SYLLABLES if share else MAX_RIGHT_PHRASE_SYLLABLES
        return _first_syllables(folded, start, end, limit)

    # -- binding -----------------------------------------------------------------------------------

    def bind(
        self,
        text: str,
        folded: str,
        sentence: TokenizedSentence,
        span: Span,
        quantities: Sequence[Quantity],
        terms: Sequence[TermMatch],
        fillers: Sequence[Span],
        previous: Binding | None,
    ) -> list[Binding]:
        """Gives one binding for each quantity of a sentence, in order."""
        frames = self.frames(folded, span, quantities)
        bindings: list[Binding] = []
        for frame in frames:
            before = bindings[frame.shares] if frame.shares is not None else None
            bindings.append(self._bind_one(text, folded, span, frame, terms, fillers, before, previous))
        for index in range(len(bindings) - 2, -1, -1):
            bindings[index] = self._bind_forward(folded, frames, bindings, index, terms)
        return bindings

    def _bind_forward(
        self,
        folded: str,
        frames: Sequence[Frame],
        bindings: Sequence[Binding],
        index: int,
        terms: Sequence[TermMatch],
    ) -> Binding:
        """Gives `100% xã` what is said of both in `100% xã và 97,6% thôn được phủ sóng`."""
        binding, following = bindings[index], bindings[index + 1]
        quantity = binding.quantity
        gap = folded[quantity.span.end : following.quantity.lead]
        if (
            binding.metric is not None
            or following.metric is None
            or quantity.unit_id != following.quantity.unit_id
            or not _COORDINATION.fullmatch(gap)
        ):
            return binding
        own = (frames[index].left, Span(quantity.span.start, following.quantity.lead))
        regions = (*own, *following.regions)
        match = self._match(terms, regions, quantity)
        if match is None:
            return binding
        return self._with_attributes(
            folded, quantity, match, binding.metric_text, "bind.forward", own, regions
        )

    def _bind_one(
        self,
        text: str,
        folded: str,
        sentence: Span,
        frame: Frame,
        terms: Sequence[TermMatch],
        fillers: Sequence[Span],
        shared: Binding | None,
        previous: Binding | None,
    ) -> Binding:
        quantity = frame.quantity
        dimension = quantity.unit.dimension if quantity.unit is not None else ""
        left = self.left_phrase(folded, frame.left, fillers)
        share = dimension == "share"
        right = self.right_phrase(folded, frame.right, share=share and (left is None or not frame.copula))
        direction = _direction(frame, left, right, dimension)
        # The unit noun itself names the thing counted, so it belongs to the words on the right.
        own = (frame.left, Span(quantity.span.start, frame.right.end))
        regions: tuple[Span, ...] = own
        match = self._match(terms, own, quantity)
        if match is None and (quantity.is_rank or (dimension in _COUNTED and frame.shares is None)):
            # A rank seldom repeats its index; a count may stand after the clause that names it.
            regions = (Span(sentence.start, quantity.lead), *own)
            match = self._match(terms, regions, quantity)
        words = _words(text, frame, left, right, direction, dimension)
        part = (
            match is None
            and shared is not None
            and shared.metric is not None
            and left is not None
            and self._matcher.names_part(shared.metric, folded, left)
        )
        if shared is not None and (part or _leans_on_previous(frame, left, right)):
            if match is None:
                regions = (*own, *shared.regions)
                match = self._match(terms, regions, quantity)
                if match is None and shared.metric is not None and _accepts(shared.metric, quantity):
                    match = MetricMatch(shared.metric, (), 0)
            direction = "bind.inherited"
            if not words or (dimension not in _COUNTED and left is None):
                words = _joined(shared.metric_text, words)
        elif not words and previous is not None:
            direction = "bind.previous"
            words = previous.metric_text
            if match is None and previous.metric is not None and _accepts(previous.metric, quantity):
                match = MetricMatch(previous.metric, (), 0)
        if match is None:
            return Binding(quantity, None, words, None, None, None, (direction,), regions)
        return self._with_attributes(folded, quantity, match, words, direction, own, regions)

    def _match(
        self, terms: Sequence[TermMatch], regions: Sequence[Span], quantity: Quantity
    ) -> MetricMatch | None:
        return self._matcher.best(
            terms,
            regions,
            quantity.unit_id,
            quantity.span.start,
            is_change=quantity.change is not Change.NONE,
        )

    def _with_attributes(
        self,
        folded: str,
        quantity: Quantity,
        match: MetricMatch,
        words: str,
        direction: str,
        own: Sequence[Span],
        regions: Sequence[Span],
    ) -> Binding:
        attributes = match.metric.attributes
        order = _reading_order(own, quantity)
        wider = [*order, *[region for region in regions if region not in own]]
        technology = None
        if attributes.technology:
            technology = next(
                (
                    found
                    for region in ([*order], wider)
                    if (found := self._matcher.read_technology(folded, region))
                ),
                None,
            )
        return Binding(
            quantity,
            match.metric,
            words,
            technology,
            self._matcher.read_attribute(attributes.scope, folded, wider),
            self._matcher.read_attribute(attributes.component, folded, wider),
            (match.metric.rule_id, direction),
            tuple(regions),
            match.weight,
        )


def _reading_order(own: Sequence[Span], quantity: Quantity) -> list[Span]:
    """What a share is over stands behind it first, what a rank is of before it."""
    left, right = own[0], own[-1]
    return [left, right] if quantity.is_rank else [right, left]


def _direction(frame: Frame, left: Span | None, right: Span | None, dimension: str) -> str:
    """Decides on which side of the number the words stand that name what it measures."""
    if frame.quantity.is_rank:
        return "bind.left" if left is not None and frame.quantity.bound is not Bound.LE else "bind.right"
    if left is not None and frame.copula:
        return "bind.both" if dimension == "share" and right is not None else "bind.left"
    if dimension in _COUNTED or left is None:
        return "bind.right"
    return "bind.both" if right is not None else "bind.left"


def _words(
    text: str, frame: Frame, left: Span | None, right: Span | None, direction: str, dimension: str
) -> str:
    """Gives the words that name the metric, value and unit aside."""
    left_text = text[left.start : left.end] if left is not None else ""
    right_text = text[right.start : right.end] if right is not None else ""
    counted = frame.quantity.unit_text if dimension in _COUNTED else ""
    if direction == "bind.right":
        return f"{counted} {right_text}".strip()
    if direction == "bind.both":
        # A short object after the number completes the phrase (`phủ 73% hộ dân`); a long one is new matter.
        return f"{left_text} {right_text}".strip() if len(right_text.split()) <= 6 else left_text
    return left_text


def _leans_on_previous(frame: Frame, left: Span | None, right: Span | None) -> bool:
    """Asks whether the number says too little by itself and shares the words of the one before."""
    if frame.shares is None:
        return False
    if left is None and right is None:
        return True
    if frame.in_bracket and (right is None or left is None):
        return True
    return left is None and right is not None and right.end - right.start <= SHORT_PHRASE


def _joined(first: str, second: str) -> str:
    return f"{first} {second}".strip() if second and second not in first else first


def _accepts(metric: Metric, quantity: Quantity) -> bool:
    if quantity.change is not Change.NONE and quantity.unit_id in CHANGE_UNITS:
        return True
    dimension = quantity.unit.dimension if quantity.unit is not None else "none"
    return (
        quantity.unit_id in metric.units
        or dimension in metric.units
        or (not quantity.unit_id and "none" in metric.units)
    )


def _last_syllables(folded: str, start: int, stop: int, limit: int) -> Span | None:
    words = list(re.finditer(r"\S+", folded[start:stop]))
    if not words or not any(character.isalpha() for character in folded[start:stop]):
        return None
    first = words[-limit] if len(words) > limit else words[0]
    return Span(start + first.start(), start + words[-1].end())


def _first_syllables(folded: str, start: int, stop: int, limit: int) -> Span | None:
    words = list(re.finditer(r"\S+", folded[start:stop]))
    if not words or not any(character.isalpha() for character in folded[start:stop]):
        return None
    last = words[min(limit, len(words)) - 1]
    return Span(start + words[0].start(), start + last.end())


def _blank_brackets(sentence: str, offset: int, quantities: Sequence[Quantity]) -> str:
    """Blanks brackets that hold no quantity: they explain a word and part nothing. Keeps the length."""

    def blank(match: re.Match[str]) -> str:
        start, end = offset + match.start(), offset + match.end()
        holds = any(start < quantity.span.start < end for quantity in quantities)
        return match[0] if holds else " " * len(match[0])

    return re.sub(r"\([^()]*\)", blank, sentence)


def _inside_bracket(folded: str, sentence: Span, position: int) -> bool:
    opened = folded.rfind("(", sentence.start, position)
    return opened >= 0 and folded.rfind(")", sentence.start, position) < opened
