"""Binding: which words name what a number measures.

In: one tokenized sentence with its quantities. Out: a `Binding` for each, with the metric of the
ontology where one fits, else the words that a reader would name. Each way of binding is a named rule:

- `bind.left`      `[metric] đạt/là/chiếm [number]`
- `bind.right`     `[number] [thing counted] [modifiers]`, `[share] [population] [verb phrase]`
- `bind.both`      `[mạng cáp quang phủ] [share] [hộ dân]`
- `bind.label`     `[name] [number] [unit], [name] [number] [unit]`
- `bind.inherited` a list, bracket, fraction or change that shares the words of the number before
- `bind.part`      a count that only says which part of one before it is: `trong đó 260 tổ cấp xã`
- `bind.antecedent` a noun alone that points back to a fuller phrase
- `bind.alone`     a bare noun that a place has so many of: `Xã có 842 hộ`
- `bind.forward`   the first of two shares of which one thing is said
- `bind.rank_of`   `đứng thứ [rank] cả nước về [metric]`
- `bind.paired`    `[name], [name] lần lượt [number], [number]`
- `bind.topic`     a noun, or `tỷ lệ này`, of what the sentences before speak of
- `bind.previous`  the metric was named in the sentence before
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from extract.frames import Frame, FrameFinder
from extract.metrics import CHANGE_UNITS, MetricMatch, MetricMatcher, TermMatch
from extract.models import Bound, Change, Span
from extract.naming import Namer
from extract.phrases import PhraseGrammar, trimmed, without_adverbials
from extract.quantity import Quantity
from extract.schema_rules import Metric
from extract.text import fold

# A phrase of at most so many characters says which part (`cấp xã`), not what is measured.
SHORT_PHRASE = 24
MAX_OBJECT_SYLLABLES = 6
# `có tổng cộng khoảng 842 hộ`: the verb stands no further from its number.
MAX_EXISTS = 24
# Units that say by themselves what is counted; the others need words on one side.
_COUNTED = frozenset({"count"})
# A bare number of these may take up what was spoken of before: `525 tổ`, `0,7163 điểm`.
_OF_TOPIC = frozenset({"count", "score", "rank_places"})
_AMOUNTS = frozenset({"money", "mass", "area", "volume", "energy"})
# What stands behind these is what was counted or weighed: `2 tấn rau củ quả`.
_OWN_NOUN = frozenset({*_COUNTED, *_AMOUNTS, "length"})
# Where the noun of a rate ends: `thuê bao | /100 dân`, `thuê bao | trên 100 dân`.
_PER = re.compile(r"\s*/|\s+(?:tính\s+)?(?:trên|cho|mỗi)\s")
_IN_TURN = re.compile(r"(?<!\w)(?:lần lượt|tương ứng)(?!\w)")
_LISTED = re.compile(r"\s*(?:,|và|,\s*và)\s*(?:(?:khoảng|hơn|gần|trên)\s*)?")
# `tỷ lệ này đạt 83%`: what the sentences before spoke of.
_ANAPHOR = re.compile(r"(?<!\w)(?:tỉ lệ|con số|chỉ tiêu|chỉ số|số|mức|kết quả)\s+(?:này|trên|đó)(?!\w)")
_JOINT = re.compile(r"(?<!\w)và(?!\w)")
# `thuê bao (cố định và di động)`, `cả cáp quang và di động`: two names of one thing.
_BOTH = re.compile(r"\([^()]*$|(?<!\w)cả(?:\s+\w+){1,4}\s*$")
_COORDINATION = re.compile(r"(?:\s+[\w/]+){0,4}\s*(?:,|và|,\s*và)\s*")
# What a rank is in stands behind it, after the field: `thứ 3 cả nước về ...`.
_RANK_OF = re.compile(r"\s*(?:[^,.;:()0-9]{0,30}?\s)?về\s+(?:chỉ số\s+xếp hạng\s+)?")


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
    # The words that later parts of the same whole share; empty where they are `metric_text`.
    base: str = ""
    # The name that `lần lượt` gives this number; its place is the number's place.
    name: Span | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What binding knows of a sentence.

    `fillers` are its dates and places, `terms` the words of the metric rules in it, `words` the words as
    segmented. `previous` is the last number of the sentence before, `recent` are
    those of the few sentences before, in order; `topic` gives the terms of
    those sentences, when they are needed.
    """

    text: str
    folded: str
    sentence: Span
    terms: Sequence[TermMatch]
    words: Sequence[Span]
    fillers: Sequence[Span]
    previous: Binding | None
    recent: Sequence[Binding]
    topic: Callable[[], Sequence[TermMatch]]


class Binder:
    """Binds quantities to metrics. Made once per rule set."""

    def __init__(self, grammar: PhraseGrammar, matcher: MetricMatcher, namer: Namer) -> None:
        self._namer = namer
        self._matcher = matcher
        self._grammar = grammar
        self._frames = FrameFinder(grammar)

    def bind(self, scene: Scene, quantities: Sequence[Quantity]) -> list[Binding]:
        """Gives one binding for each quantity of a sentence, in order."""
        frames = self._frames.find(scene.folded, scene.sentence, quantities)
        bindings: list[Binding] = []
        for frame in frames:
            bindings.append(self._bind_one(scene, frame, bindings))
        for index in range(len(bindings) - 2, -1, -1):
            bindings[index] = self._bind_forward(scene, frames, bindings, index)
        return self._bind_paired(scene, frames, bindings)

    def _bind_paired(
        self, scene: Scene, frames: Sequence[Frame], bindings: Sequence[Binding]
    ) -> list[Binding]:
        """Pairs names with numbers in turn: `siêu thị, chợ và tạp hóa tăng lần lượt 7%, 3% và 6%`."""
        paired = list(bindings)
        index = 0
        while index < len(paired):
            run = [index]
            while run[-1] + 1 < len(paired) and self._continues(scene.folded, bindings, run[-1]):
                run.append(run[-1] + 1)
            names = self._names_in_turn(scene, frames[index], len(run)) if len(run) > 1 else []
            for position, name in zip(run, names, strict=False):
                paired[position] = self._with_name(scene, paired[position], name)
            index = run[-1] + 1
        return paired

    def _continues(self, folded: str, bindings: Sequence[Binding], index: int) -> bool:
        first, second = bindings[index].quantity, bindings[index + 1].quantity
        gap = folded[first.span.end : second.span.start]
        return first.unit_id == second.unit_id and _LISTED.fullmatch(gap) is not None

    def _names_in_turn(self, scene: Scene, frame: Frame, count: int) -> list[Span]:
        """Gives the last `count` names before `lần lượt`, or none when there are fewer."""
        folded = scene.folded
        quantity = frame.quantity
        turn = _IN_TURN.search(folded, scene.sentence.start, quantity.span.start)
        if turn is None:
            return []
        start = max(
            [scene.sentence.start]
            + [
                match.end()
                for match in self._grammar.hard.finditer(folded, scene.sentence.start, turn.start())
            ]
        )
        trail = self._grammar.trailing.search(folded[start : turn.start()])
        stop = start + trail.start() if trail is not None else turn.start()
        edges = [
            start,
            *(edge for match in self._grammar.soft.finditer(folded, start, stop) for edge in match.span()),
            stop,
        ]
        items = [trimmed(folded, first, last) for first, last in zip(edges[::2], edges[1::2], strict=True)]
        names = [item for item in items if item.start < item.end]
        if len(names) < count:
            return []
        names = names[-count:]
        begin = self._grammar.phrase_start(folded, names[0].start, names[0].end)
        return [trimmed(folded, begin, names[0].end), *names[1:]]

    def _with_name(self, scene: Scene, binding: Binding, name: Span) -> Binding:
        quantity = binding.quantity
        regions = (name, Span(quantity.span.start, quantity.span.end))
        match = self._match(scene.terms, regions, quantity)
        if match is None and binding.metric is not None:
            match = MetricMatch(binding.metric, (), 0)
        is_place_or_date = any(
            filler.start <= name.end and name.start < filler.end for filler in scene.fillers
        )
        words = binding.metric_text if is_place_or_date else scene.text[name.start : name.end]
        if match is None:
            return replace(
                binding, metric=None, metric_text=words, rule_ids=("bind.paired",), regions=regions, name=name
            )
        named = self._with_attributes(scene.folded, quantity, match, words, "bind.paired", regions, regions)
        return replace(named, name=name)

    def _bind_forward(
        self, scene: Scene, frames: Sequence[Frame], bindings: Sequence[Binding], index: int
    ) -> Binding:
        """Gives `100% xã` what is said of both in `100% xã và 97,6% thôn được phủ sóng`."""
        binding, following = bindings[index], bindings[index + 1]
        quantity = binding.quantity
        gap = scene.folded[quantity.span.end : following.quantity.lead]
        if (
            binding.metric is not None
            or following.metric is None
            or quantity.unit_id != following.quantity.unit_id
            or not _COORDINATION.fullmatch(gap)
        ):
            return binding
        own = (frames[index].left, Span(quantity.span.start, following.quantity.lead))
        regions = (*own, *following.regions)
        match = self._match(scene.terms, regions, quantity)
        if match is None:
            return binding
        return self._with_attributes(
            scene.folded, quantity, match, binding.metric_text, "bind.forward", own, regions
        )

    def _bind_one(self, scene: Scene, frame: Frame, bindings: Sequence[Binding]) -> Binding:
        quantity, folded = frame.quantity, scene.folded
        shared = bindings[frame.shares] if frame.shares is not None else None
        base = ""
        left = self._grammar.left_phrase(folded, frame.left, scene.fillers, scene.words)
        # Of a share or a ratio the population and what is said of it are both named.
        reads_on = quantity.dimension == "share" or quantity.denominator is not None
        is_bare = self._grammar.bare_counter.fullmatch(folded, *_span(quantity.unit_span)) is not None
        right = self._grammar.right_phrase(
            folded,
            frame.right,
            scene.words,
            scene.fillers,
            share=reads_on and (left is None or not frame.copula),
            wide=is_bare,
        )
        heads = self._grammar.heads
        if left is not None and quantity.dimension in _COUNTED and self._grammar.says_how_many(folded, left):
            left = None
        names_measure = left is not None and heads.match(folded, left.start, left.end) is not None
        names_after = right is not None and heads.match(folded, right.start, right.end) is not None
        says_what = right is not None and not (is_bare and self._grammar.says_where(folded, right))
        direction = _direction(
            frame, left, right, names_measure=names_measure or is_bare, says_what=says_what
        )
        if names_after and not names_measure and quantity.dimension in _AMOUNTS:
            # `Công ty đạt 57.895 tỷ đồng doanh thu`: the noun of measure stands behind.
            direction = "bind.right"
        words = self._words(scene, frame, left, right, direction, bindings)
        ranked = self._ranked_by(scene, frame)
        if ranked is not None:
            direction, words = "bind.rank_of", without_adverbials(scene.text, ranked, scene.fillers)
        # The unit noun itself names the thing counted, so it belongs to the words on the right.
        own = (frame.left, Span(quantity.span.start, frame.right.end))
        regions: tuple[Span, ...] = own
        match = self._match(scene.terms, own, quantity)
        match = self._first_named(scene, frame, quantity, match)
        if match is None and (
            quantity.is_rank
            or (quantity.dimension in _COUNTED and frame.shares is None)
            or (not quantity.unit_id and frame.in_bracket)
        ):
            # A rank or a score in brackets seldom repeats its index; a count may stand after the clause
            # that names it.
            regions = (Span(scene.sentence.start, quantity.lead), *own)
            match = self._match(scene.terms, regions, quantity)
        points_back = right is None or (is_bare and not says_what)
        antecedent = (
            _antecedent(quantity, words, [*scene.recent, *bindings] if quantity.unit_text else bindings)
            if direction == "bind.right" and points_back
            else None
        )
        if antecedent is not None:
            # `16 ca dương tính (Hà Nam: 10 ca)`: the noun alone points back to the full phrase.
            direction = "bind.antecedent"
            words = antecedent.base or antecedent.metric_text
            match = match or _same_metric(antecedent, quantity)
        elif (
            match is None and (whole := self._whole_of(folded, bindings, quantity, (left, right))) is not None
        ):
            # `2.130 tổ công nghệ số cộng đồng, trong đó 260 tổ cấp xã`: a part of what was counted before.
            direction = "bind.part"
            regions = (*own, *whole.regions)
            match = _same_metric(whole, quantity)
            base = whole.base or whole.metric_text
            words = _joined(base, words.removeprefix(_counted_noun(quantity)).strip())
        elif shared is not None and self._shares_words(folded, frame, left, right, match, shared):
            direction = "bind.inherited"
            if match is None:
                regions = (*own, *shared.regions)
                match = self._match(scene.terms, regions, quantity) or _same_metric(shared, quantity)
            if not words or (right is None and left is None and fold(words) in fold(shared.metric_text)):
                words = shared.metric_text
            elif quantity.dimension not in _OWN_NOUN and left is None and not _counted_noun(quantity):
                # `60% câu hỏi cơ bản, 40% nâng cao`: parts of one whole, each with the words of the whole.
                base = shared.base or shared.metric_text
                words = _joined(base, words)
        elif not words and scene.previous is not None:
            direction = "bind.previous"
            words = scene.previous.metric_text
            match = match or _same_metric(scene.previous, quantity)
        if (
            match is None
            and right is None
            and direction in ("bind.right", "bind.label")
            and not names_measure
        ):
            match = self._counted_alone(scene, quantity)
            direction = "bind.alone" if match is not None else direction
        points_to_topic = _ANAPHOR.search(folded, frame.left.start, frame.left.end) is not None
        if match is None and right is None and (quantity.dimension in _OF_TOPIC or points_to_topic):
            before = [term for term in scene.terms if term.span.end <= quantity.span.start]
            match = self._matcher.of_topic([*scene.topic(), *before], quantity.unit_id)
            direction = "bind.topic" if match is not None else direction
        if match is None:
            return Binding(quantity, None, words, None, None, None, (direction,), regions, base)
        if not words:
            # `DTI 2023: Đà Nẵng (0,7002)`: the words of the metric stand further off.
            words = " ".join(scene.text[span.start : span.end] for span in match.spans)
        named = self._with_attributes(folded, quantity, match, words, direction, own, regions)
        return replace(named, base=base)

    def _first_named(
        self, scene: Scene, frame: Frame, quantity: Quantity, match: MetricMatch | None
    ) -> MetricMatch | None:
        """Gives the first of two metrics that share one number: `hộ có Internet và điện thoại đạt 80%`."""
        if match is None or not frame.copula:
            return match
        joint = _JOINT.search(scene.folded, frame.left.start, frame.left.end)
        if joint is None or _BOTH.search(scene.folded[frame.left.start : joint.start()]):
            return match
        first = self._match(scene.terms, (Span(frame.left.start, joint.start()),), quantity)
        named_behind = any(span.start > joint.start() for span in match.spans)
        return first if first is not None and named_behind else match

    def _counted_alone(self, scene: Scene, quantity: Quantity) -> MetricMatch | None:
        """Gives the metric of a bare noun that a place has so many of: `Xã có 842 hộ`, `gồm 138 xã`."""
        before = scene.folded[max(scene.sentence.start, quantity.lead - MAX_EXISTS) : quantity.lead]
        exists = self._grammar.exists.search(before) is not None or not before.strip()
        return self._matcher.of_noun(quantity.unit_text) if exists else None

    def _words(
        self,
        scene: Scene,
        frame: Frame,
        left: Span | None,
        right: Span | None,
        direction: str,
        bindings: Sequence[Binding],
    ) -> str:
        """Gives the words that name the metric, value and unit aside."""
        quantity = frame.quantity
        counted = _counted_noun(quantity)
        right_text = without_adverbials(scene.text, right, scene.fillers)
        if left is None or (
            direction == "bind.right"
            and (
                right_text or not counted or not self._grammar.ends_in_verb(scene.folded, left, quantity.lead)
            )
        ):
            return f"{counted} {right_text}".strip()
        since = _end_of_previous(bindings[-1].quantity) if bindings else scene.sentence.start
        # `bệnh viện đã tiêm được 100 người`: nothing behind says of which persons, the verb before does.
        is_label = direction in ("bind.label", "bind.right")
        named = self._namer.name(
            scene.folded, since, frame.left, left, scene.words, scene.fillers, counted=is_label
        )
        words = " ".join(without_adverbials(scene.text, span, scene.fillers) for span in named)
        if is_label:
            is_generic = self._names_measure(scene.folded, named[0]) and self._grammar.bare_counter.fullmatch(
                scene.folded, *_span(quantity.unit_span)
            )
            return words if is_generic or counted in words else f"{words} {counted}"
        if (
            direction == "bind.both"
            and quantity.dimension != "share"
            and not self._names_measure(scene.folded, named[0])
            and right is not None
            and self._grammar.is_nominal(scene.folded, right)
        ):
            # `quản lý 13.000 m cầu bến`: what is measured stands behind its unit.
            return right_text
        if direction == "bind.both" and len(right_text.split()) <= MAX_OBJECT_SYLLABLES:
            # A short object after the number completes the phrase (`phủ 73% hộ dân`); a long one is new.
            return f"{words} {right_text}".strip()
        return words

    def _names_measure(self, folded: str, phrase: Span) -> bool:
        return self._grammar.heads.match(folded, phrase.start, phrase.end) is not None

    def _ranked_by(self, scene: Scene, frame: Frame) -> Span | None:
        """Gives what a rank is in where it is said behind: `đứng thứ 3 cả nước về chuyển đổi số`."""
        if not frame.quantity.is_rank:
            return None
        opened = _RANK_OF.match(scene.folded, frame.quantity.span.end, frame.right.end)
        if opened is None:
            return None
        behind = Span(opened.end(), frame.right.end)
        return self._grammar.right_phrase(scene.folded, behind, scene.words, scene.fillers, share=False)

    def _shares_words(
        self,
        folded: str,
        frame: Frame,
        left: Span | None,
        right: Span | None,
        match: MetricMatch | None,
        shared: Binding,
    ) -> bool:
        """Asks whether a number says too little by itself, or only which part of the same metric it is."""
        if ";" in folded[shared.quantity.span.end : frame.quantity.lead] and right is not None:
            return False
        if _leans_on_previous(frame, left, right, shared.quantity):
            return True
        return match is None and self._is_part_of(folded, shared, frame.quantity, (left, right))

    def _whole_of(
        self, folded: str, bindings: Sequence[Binding], quantity: Quantity, words: Sequence[Span | None]
    ) -> Binding | None:
        """Gives the last number of the same unit in the sentence whose metric this one is a part of."""
        alike = (item for item in reversed(bindings) if item.quantity.unit_id == quantity.unit_id)
        return next((item for item in alike if self._is_part_of(folded, item, quantity, words)), None)

    def _is_part_of(
        self, folded: str, whole: Binding, quantity: Quantity, words: Sequence[Span | None]
    ) -> bool:
        """Asks whether the words about a number only say which part of another's metric it is."""
        metric = whole.metric
        if metric is None or not _accepts(metric, quantity):
            return False
        return any(part is not None and self._matcher.names_part(metric, folded, part) for part in words)

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
            (match.metric.rule_id, *_doubts(match), direction),
            tuple(regions),
        )


def _counted_noun(quantity: Quantity) -> str:
    """Gives the noun of a count, also of a rate: the `thuê bao` of `thuê bao/100 dân`."""
    counts = quantity.unit.dimension in _COUNTED if quantity.unit is not None else bool(quantity.unit_id)
    if not counts:
        return ""
    is_rate = quantity.unit_id == "per_100_people" or "/" in quantity.unit_id
    return _PER.split(quantity.unit_text)[0] if is_rate else quantity.unit_text


def _end_of_previous(quantity: Quantity) -> int:
    """Gives where the words begin that a number leaves to the next: its noun is one, a unit is not."""
    if quantity.dimension in _COUNTED and quantity.unit_span is not None:
        return quantity.unit_span.start
    return quantity.span.end


def _span(span: Span | None) -> tuple[int, int]:
    return (span.start, span.end) if span is not None else (0, 0)


def _reading_order(own: Sequence[Span], quantity: Quantity) -> list[Span]:
    """What a share is over stands behind it first, what a rank is of before it."""
    left, right = own[0], own[-1]
    return [left, right] if quantity.is_rank else [right, left]


def _direction(
    frame: Frame, left: Span | None, right: Span | None, *, names_measure: bool, says_what: bool
) -> str:
    """Decides on which side of the number the words stand that name what it measures.

    `names_measure`: the words before begin with a noun of measure (`tổng đàn trâu 142.300 con`).
    `says_what`: the words behind say what is counted.
    """
    dimension = frame.quantity.dimension
    if frame.quantity.is_rank:
        return "bind.left" if left is not None and frame.quantity.bound is not Bound.LE else "bind.right"
    if left is not None and (frame.is_label or (names_measure and not says_what and dimension in _COUNTED)):
        return "bind.label"
    if left is not None and frame.copula:
        return "bind.both" if dimension == "share" and right is not None else "bind.left"
    if dimension in _COUNTED or left is None:
        return "bind.right"
    return "bind.both" if right is not None else "bind.left"


def _leans_on_previous(frame: Frame, left: Span | None, right: Span | None, shared: Quantity) -> bool:
    """Asks whether the number says too little by itself and shares the words of the one before."""
    same_kind = frame.quantity.unit_id == shared.unit_id or frame.quantity.dimension in _COUNTED
    if frame.shares is None:
        return False
    if left is None and right is None:
        return True
    if frame.in_bracket and (right is None or left is None):
        return True
    return left is None and right is not None and right.end - right.start <= SHORT_PHRASE and same_kind


def _antecedent(quantity: Quantity, words: str, earlier: Sequence[Binding]) -> Binding | None:
    """Gives the last number of the same noun that says more of it: a noun alone repeats what was counted."""
    if quantity.dimension not in _COUNTED or not quantity.unit_id:
        return None
    return next(
        (
            other
            for other in reversed(earlier)
            if other.quantity.unit_id == quantity.unit_id
            and other.quantity.unit_text.lower().startswith(quantity.unit_text.lower())
            and len(other.metric_text) > len(words)
        ),
        None,
    )


def _same_metric(other: Binding, quantity: Quantity) -> MetricMatch | None:
    """Gives the metric of another number when this one can be of it too."""
    if other.metric is None or not _accepts(other.metric, quantity):
        return None
    return MetricMatch(other.metric, (), 0)


def _doubts(match: MetricMatch) -> tuple[str, ...]:
    """Names what is unsure about a metric: another fits as well, or a word is written otherwise."""
    tied = ("ambiguous.metric",) if match.is_tied else ()
    return tied if match.exact else (*tied, "ambiguous.spelling")


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
