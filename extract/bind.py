"""Binding: which words name what a number measures.

In: one tokenized sentence with its quantities. Out: a `Binding` for each, with the metric of the
ontology where one fits, else the words that a reader would name. Each way of binding is a named rule:

- `bind.left`      `[metric] đạt/là/chiếm [number]`
- `bind.right`     `[number] [thing counted] [modifiers]`, `[share] [population] [verb phrase]`
- `bind.both`      `[mạng cáp quang phủ] [share] [hộ dân]`
- `bind.label`     `[name] [number] [unit], [name] [number] [unit]`
- `bind.inherited` a list, bracket, fraction or change that shares the words of the number before
- `bind.antecedent` a noun alone that points back to a fuller phrase
- `bind.forward`   the first of two shares of which one thing is said
- `bind.paired`    `[name], [name] lần lượt [number], [number]`
- `bind.previous`  the metric was named in the sentence before
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from extract.metrics import CHANGE_UNITS, MetricMatch, MetricMatcher, TermMatch
from extract.models import Bound, Change, Span
from extract.quantity import Quantity
from extract.rules import RuleSet, words_pattern
from extract.schema_rules import Metric

MAX_PHRASE_SYLLABLES = 14
MAX_RIGHT_PHRASE_SYLLABLES = 10
MAX_CLAUSE_SYLLABLES = 9
MAX_OWNED_SYLLABLES = 9
MAX_LABEL_SYLLABLES = 6
# A phrase of at most so many characters says which part (`cấp xã`), not what is measured.
SHORT_PHRASE = 24
LISTED_ITEM_SYLLABLES = 3
# Units that say by themselves what is counted; the others need words on one side.
_COUNTED = frozenset({"count"})
# What leads to a date or place that is no part of a metric's name: `trong năm 2023`, `của tỉnh Hà Nam`.
_ADVERBIAL = re.compile(
    r"(?:^|\s)(?:(?:trong|tại|ở|của|trên địa bàn|trên|vào|đến|tính đến|từ|cho|thuộc|hồi|hết|đầu|cuối|cả|toàn)"
    r"\s+)+"
    r"(?:(?:tỉnh|thành phố|TP\.?|huyện|thị xã|quận|cả|hết|đầu|cuối|tháng|năm|quý)\s+)*$",
    re.IGNORECASE,
)
_IN_TURN = re.compile(r"(?<!\w)(?:lần lượt|tương ứng)(?!\w)")
_LISTED = re.compile(r"\s*(?:,|và|,\s*và)\s*(?:(?:khoảng|hơn|gần|trên)\s*)?")
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
    # A short name straight before one number of a list: `khách nội địa 1.471.300 lượt, khách quốc tế ...`.
    is_label: bool


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
    # The name that `lần lượt` gives this number; its place is the number's place.
    name: Span | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What binding knows of a sentence.

    `fillers` are its dates and places, `terms` the words of the metric rules in it, `words` the words as
    segmented. `topic` gives the terms of the sentences just before, when they are needed.
    """

    text: str
    folded: str
    sentence: Span
    terms: Sequence[TermMatch]
    words: Sequence[Span]
    fillers: Sequence[Span]
    previous: Binding | None
    topic: Callable[[], Sequence[TermMatch]]


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
                    self._is_label(folded, quantities, index, left),
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

    def _is_label(self, folded: str, quantities: Sequence[Quantity], index: int, left: Span) -> bool:
        """Asks whether the words before a number of a list only name it, with no verb between."""
        quantity = quantities[index]
        if (
            index == 0
            or quantity.dimension not in _COUNTED
            or quantities[index - 1].unit_id != quantity.unit_id
        ):
            return False
        words = folded[left.start : left.end].strip(" ,;:-")
        opened = folded[quantities[index - 1].span.end : left.end].lstrip()[:1] in (",", ";")
        return opened and 0 < len(words.split()) <= MAX_LABEL_SYLLABLES and not self._trailing.search(words)

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

    def left_phrase(self, folded: str, left: Span, scene: Scene) -> Span | None:
        """Gives the noun phrase that ends a stretch, without copulas, dates and openers."""
        segment = folded[left.start : left.end]
        if segment.rstrip().endswith((",", ";")):
            # `Theo điều tra, hơn 90% dân số ...`: the number opens a clause of its own.
            return None
        trail = self._trailing.search(segment)
        stop = left.start + (trail.start() if trail is not None else len(segment))
        # The last syllable of a name may look like a copula: `Cao Bằng có 161 xã`.
        stop = max([stop, *(f.end for f in scene.fillers if f.start < stop < f.end <= left.end)])
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
            for filler in scene.fillers:
                if filler.start <= moved < filler.end and filler.end <= stop:
                    moved = filler.end
            while moved < stop and not folded[moved].isalnum():
                moved += 1
            if moved == start:
                break
            start = moved
        while stop > start and not (folded[stop - 1].isalnum() or folded[stop - 1] in ")%"):
            stop -= 1
        limit = MAX_PHRASE_SYLLABLES
        if self._heads.match(folded, start, stop) is None:
            # Without a noun of measure a long stretch is a clause; its last words say what is done.
            limit = MAX_CLAUSE_SYLLABLES
        return _last_syllables(folded, start, stop, limit, scene.words)

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
            # `mẫu Mazda CX5 có giá bán`: a short owner before the noun of measure belongs to it.
            is_long = len(folded[begin:stop].split()) > MAX_OWNED_SYLLABLES
            return heads[0].start() if is_long else begin
        auxiliaries = [match.end() for match in self._auxiliary.finditer(folded, begin, stop)]
        if auxiliaries and folded[auxiliaries[-1] : stop].strip():
            return auxiliaries[-1]
        return begin

    def right_phrase(self, folded: str, right: Span, words: Sequence[Span], *, share: bool) -> Span | None:
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
        return _first_syllables(folded, start, end, limit, words)

    # -- binding -----------------------------------------------------------------------------------

    def bind(self, scene: Scene, quantities: Sequence[Quantity]) -> list[Binding]:
        """Gives one binding for each quantity of a sentence, in order."""
        frames = self.frames(scene.folded, scene.sentence, quantities)
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
            + [match.end() for match in self._hard.finditer(folded, scene.sentence.start, turn.start())]
        )
        trail = self._trailing.search(folded[start : turn.start()])
        stop = start + trail.start() if trail is not None else turn.start()
        edges = [
            start,
            *(edge for match in self._soft.finditer(folded, start, stop) for edge in match.span()),
            stop,
        ]
        items = [
            Span(*_trimmed(folded, first, last)) for first, last in zip(edges[::2], edges[1::2], strict=True)
        ]
        names = [item for item in items if item.start < item.end]
        if len(names) < count:
            return []
        names = names[-count:]
        begin = self._phrase_start(folded, names[0].start, names[0].end)
        return [Span(*_trimmed(folded, begin, names[0].end)), *names[1:]]

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
        left = self.left_phrase(folded, frame.left, scene)
        share = quantity.dimension == "share"
        right = self.right_phrase(
            folded, frame.right, scene.words, share=share and (left is None or not frame.copula)
        )
        direction = _direction(frame, left, right)
        words = _words(scene, frame, left, right, direction)
        # The unit noun itself names the thing counted, so it belongs to the words on the right.
        own = (frame.left, Span(quantity.span.start, frame.right.end))
        regions: tuple[Span, ...] = own
        match = self._match(scene.terms, own, quantity)
        if match is None and (quantity.is_rank or (quantity.dimension in _COUNTED and frame.shares is None)):
            # A rank seldom repeats its index; a count may stand after the clause that names it.
            regions = (Span(scene.sentence.start, quantity.lead), *own)
            match = self._match(scene.terms, regions, quantity)
        antecedent = bindings[-1] if bindings else scene.previous
        if shared is not None and self._shares_words(folded, frame, left, right, match, shared):
            direction = "bind.inherited"
            if match is None:
                regions = (*own, *shared.regions)
                match = self._match(scene.terms, regions, quantity) or _same_metric(shared, quantity)
            if not words or (quantity.dimension not in _COUNTED and left is None):
                words = _joined(shared.metric_text, words)
        elif antecedent is not None and _points_back(quantity, direction, right, words, antecedent):
            # `16 ca dương tính (Hà Nam: 10 ca)`: the noun alone points back to the full phrase.
            direction = "bind.antecedent"
            words = antecedent.metric_text
            match = match or _same_metric(antecedent, quantity)
        elif not words and scene.previous is not None:
            direction = "bind.previous"
            words = scene.previous.metric_text
            match = match or _same_metric(scene.previous, quantity)
        if match is None and quantity.dimension in _COUNTED and right is None:
            match = self._matcher.of_topic(scene.topic(), quantity.unit_id)
            direction = "bind.topic" if match is not None else direction
        if match is None:
            return Binding(quantity, None, words, None, None, None, (direction,), regions)
        return self._with_attributes(folded, quantity, match, words, direction, own, regions)

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
        if _leans_on_previous(frame, left, right):
            return True
        return (
            match is None
            and shared.metric is not None
            and left is not None
            and self._matcher.names_part(shared.metric, folded, left)
        )

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


def _direction(frame: Frame, left: Span | None, right: Span | None) -> str:
    """Decides on which side of the number the words stand that name what it measures."""
    dimension = frame.quantity.dimension
    if frame.quantity.is_rank:
        return "bind.left" if left is not None and frame.quantity.bound is not Bound.LE else "bind.right"
    if left is not None and frame.is_label:
        return "bind.label"
    if left is not None and frame.copula:
        return "bind.both" if dimension == "share" and right is not None else "bind.left"
    if dimension in _COUNTED or left is None:
        return "bind.right"
    return "bind.both" if right is not None else "bind.left"


def _words(scene: Scene, frame: Frame, left: Span | None, right: Span | None, direction: str) -> str:
    """Gives the words that name the metric, value and unit aside."""
    left_text = _without_adverbials(scene, left)
    right_text = _without_adverbials(scene, right)
    counted = frame.quantity.unit_text if frame.quantity.dimension in _COUNTED else ""
    if direction == "bind.right":
        return f"{counted} {right_text}".strip()
    if direction == "bind.both":
        # A short object after the number completes the phrase (`phủ 73% hộ dân`); a long one is new matter.
        return f"{left_text} {right_text}".strip() if len(right_text.split()) <= 6 else left_text
    return left_text


def _without_adverbials(scene: Scene, span: Span | None) -> str:
    """Gives the words of a span without its dates and places: when and where are columns of their own."""
    if span is None:
        return ""
    text = scene.text
    pieces = []
    position = span.start
    for filler in sorted(scene.fillers):
        if filler.start < position or filler.end > span.end:
            continue
        before = text[position : filler.start]
        opening = _ADVERBIAL.search(before)
        if opening is None and filler.start != span.start:
            continue
        pieces.append(before[: opening.start()] if opening is not None else before)
        position = filler.end
    pieces.append(text[position : span.end])
    words = " ".join(" ".join(pieces).split()).strip(" ,;:-")
    return words if words else text[span.start : span.end]


def _leans_on_previous(frame: Frame, left: Span | None, right: Span | None) -> bool:
    """Asks whether the number says too little by itself and shares the words of the one before."""
    if frame.shares is None:
        return False
    if left is None and right is None:
        return True
    if frame.in_bracket and (right is None or left is None):
        return True
    return left is None and right is not None and right.end - right.start <= SHORT_PHRASE


def _points_back(
    quantity: Quantity, direction: str, right: Span | None, words: str, antecedent: Binding
) -> bool:
    """Asks whether a count of which only the noun is given repeats the thing counted before it."""
    return (
        direction == "bind.right"
        and right is None
        and quantity.dimension in _COUNTED
        and antecedent.quantity.unit_id == quantity.unit_id
        and len(antecedent.metric_text) > len(words)
    )


def _same_metric(other: Binding, quantity: Quantity) -> MetricMatch | None:
    """Gives the metric of another number when this one can be of it too."""
    if other.metric is None or not _accepts(other.metric, quantity):
        return None
    return MetricMatch(other.metric, (), 0)


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


def _trimmed(folded: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and not folded[start].isalnum():
        start += 1
    while stop > start and not folded[stop - 1].isalnum():
        stop -= 1
    return start, stop


def _last_syllables(folded: str, start: int, stop: int, limit: int, words: Sequence[Span]) -> Span | None:
    """Gives the last `limit` syllables of a stretch, not cutting a word; None when no letter is in it."""
    syllables = list(re.finditer(r"\S+", folded[start:stop]))
    if not any(character.isalpha() for character in folded[start:stop]):
        return None
    first = start + syllables[-min(limit, len(syllables))].start()
    inside = next((word for word in words if word.start < first < word.end), None)
    return Span(max(start, inside.start) if inside is not None else first, start + syllables[-1].end())


def _first_syllables(folded: str, start: int, stop: int, limit: int, words: Sequence[Span]) -> Span | None:
    """Gives the first `limit` syllables of a stretch, not cutting a word; None when no letter is in it."""
    syllables = list(re.finditer(r"\S+", folded[start:stop]))
    if not any(character.isalpha() for character in folded[start:stop]):
        return None
    last = start + syllables[min(limit, len(syllables)) - 1].end()
    inside = next((word for word in words if word.start < last < word.end), None)
    return Span(start + syllables[0].start(), min(stop, inside.end) if inside is not None else last)


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
