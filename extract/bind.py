"""Binding: which words name what a number measures.

In: one tokenized sentence with its quantities. Out: a `Binding` for each, with the metric of the
ontology where one fits, else the words that a reader would name. Each way of binding is a named rule:

- `bind.left`      `[metric] đạt/là/chiếm [number]`
- `bind.right`     `[number] [thing counted] [modifiers]`, `[share] [population] [verb phrase]`
- `bind.both`      `[mạng cáp quang phủ] [share] [hộ dân]`
- `bind.label`     `[name] [number] [unit], [name] [number] [unit]`
- `bind.inherited` a list, bracket, fraction or change that shares the words of the number before
- `bind.of_plan`   a share of the plan for what the number before measures: `bằng 101% kế hoạch`
- `bind.of_total`  what a number before has of a whole: `120 xã đạt chuẩn, chiếm 80% tổng số xã`
- `bind.part`      a count that only says which part of one before it is: `trong đó 260 tổ cấp xã`
- `bind.completed` words that name a metric only with those of the number before: `tổng chiều dài`
- `bind.antecedent` a noun alone that points back to a fuller phrase
- `bind.alone`     a bare noun that a place has so many of: `Xã có 842 hộ`
- `bind.forward`   the first of two numbers of which one thing is said, or of which the second is told
- `bind.rank_of`   `đứng thứ [rank] cả nước về [metric]`
- `bind.paired`    `[name], [name] lần lượt [number], [number]`
- `bind.same_words` the same words as those of an earlier number
- `bind.same_head` a price alone, of what the price before was of
- `bind.number_of` those whose number is told next: `số hộ bị hại gồm [number] hộ`
- `bind.priced`    `tôm thẻ loại 100 con/kg, giá [number]`, `giá lúa: OM18 [number], Jasmine [number]`
- `bind.same_object` `diện tích lúa [number] ha, sản lượng [number] tấn`: of the same crop or herd
- `bind.named`     `số ca mắc cao gồm: [name] [number]; [name] [number]`: names of which the same is told
- `bind.about`     `Về [metric], tỉnh đứng thứ hai với [number]`: what the sentence opens with
- `bind.row`      a line with nothing but a number, under the line that names it
- `bind.topic`     a noun, or `tỷ lệ này`, of what the sentences before speak of
- `bind.previous`  the metric was named in the sentence before
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.attributes import AttributeReader
from extract.draft import Draft, MetricChooser
from extract.frames import FrameFinder
from extract.metrics import MetricMatch, MetricMatcher
from extract.models import Span
from extract.naming import Namer
from extract.pairing import find_pairs
from extract.phrases import PhraseGrammar, without_adverbials
from extract.quantity import Quantity
from extract.reading import FrameReader, Reading, counted_noun
from extract.scene import Binding, Scene
from extract.share_scope import ShareScopes
from extract.shared_words import SharedWords
from extract.spoken_of import SpokenOf
from extract.text import LIST_MARK, fold

_JOINT = re.compile(r"(?<!\w)và(?!\w)")
# `thuê bao (cố định và di động)`, `cả cáp quang và di động`: two names of one thing.
_BOTH = re.compile(r"\([^()]*$|(?<!\w)cả(?:\s+\w+){1,4}\s*$")
# `11 xã, 24 thôn`, `25 tổ chức và 832 cá nhân`.
_LISTED = re.compile(r"\s*(?:,|và|, và)\s*")
# Units of which one thing can be said together; `16 xã, 3 di tích được xếp hạng` are no such.
_KINDS = (
    frozenset(
        {
            "province", "district", "city", "commune", "village", "neighbourhood", "residential_group",
            "administrative_unit",
        }
    ),
    frozenset(
        {
            "organisation", "agency", "unit", "enterprise", "cooperative", "household", "person",
            "individual", "official", "worker",
        }
    ),
)  # fmt: skip
# `12 tỉnh có 100% số xã ...`, `3 xã đạt từ 15 - 18 tiêu chí`.
_TOLD_BY = re.compile(r"\s*(?:có|đạt|hoàn thành)(?:\s+(?:từ|trên|dưới|đủ))?\s*")
_COORDINATION = re.compile(r"(?:\s+[\w/]+){0,4}" + LIST_MARK)


class Binder:
    """Binds quantities to metrics. Made once per rule set."""

    def __init__(
        self, grammar: PhraseGrammar, matcher: MetricMatcher, namer: Namer, scopes: ShareScopes
    ) -> None:
        self._grammar = grammar
        self._matcher = matcher
        self._choose = MetricChooser(matcher)
        self._frames = FrameFinder(grammar)
        self._reader = FrameReader(grammar, namer)
        self._shared = SharedWords(grammar, matcher, self._reader, self._choose)
        self._spoken = SpokenOf(grammar, matcher, self._choose)
        self._attributes = AttributeReader(matcher, scopes)

    def bind(self, scene: Scene, quantities: Sequence[Quantity]) -> list[Binding]:
        """Gives one binding for each quantity of a sentence, in order."""
        frames = self._frames.find(scene.folded, scene.sentence, quantities)
        readings: list[Reading] = []
        bindings: list[Binding] = []
        for frame in frames:
            reading = self._reader.read(scene, frame, bindings[-1] if bindings else None)
            readings.append(reading)
            bindings.append(self._bind_one(scene, reading, bindings))
        for index in range(len(bindings) - 2, -1, -1):
            bindings[index] = self._forward(
                scene, readings[index], bindings[index], readings[index + 1], bindings[index + 1]
            )
        for index, name in find_pairs(self._grammar, scene, frames):
            bindings[index] = self._paired(scene, bindings[index], name)
        return bindings

    def _bind_one(self, scene: Scene, reading: Reading, bindings: Sequence[Binding]) -> Binding:
        draft = self._by_own_words(scene, reading)
        for share in self._shared.ways():
            shared = share(scene, reading, bindings, draft)
            if shared is not None:
                draft = shared
                break
        else:
            said = self._shared.said_of(scene, reading) if draft.rule == "bind.right" else ""
            draft = replace(draft, words=f"{draft.words} {said}".strip())
        draft = self._spoken.find(scene, reading, bindings, draft)
        return self._finished(scene, reading, draft)

    def _by_own_words(self, scene: Scene, reading: Reading) -> Draft:
        """Holds the metric that the words on both sides of the number name."""
        quantity = reading.quantity
        regions: tuple[Span, ...] = reading.own
        match = None
        if reading.right is not None and quantity.dimension == "share":
            # What is said of a share ends with its phrase; the next clause may name something else.
            match = self._choose.best(scene.terms, reading.phrases, quantity)
        match = match or self._choose.best(scene.terms, regions, quantity)
        match = self._first_named(scene, reading, match)
        is_listed = reading.frame.shares is not None
        score_in_brackets = not quantity.unit_id and reading.frame.in_bracket
        if match is None and (
            quantity.is_rank or (reading.is_counted and not is_listed) or score_in_brackets
        ):
            # A rank or a score in brackets seldom repeats its index; a count may stand after the clause
            # that names it.
            regions = (Span(scene.sentence.start, quantity.lead), *regions)
            match = self._choose.best(scene.terms, regions, quantity)
        base = ""
        right = reading.right
        if reading.left is not None and right is not None and self._grammar.names_plan(scene.folded, right):
            base = without_adverbials(scene.text, reading.left, scene.fillers)
        return Draft(reading.rule, reading.words, match, regions, base)

    def _first_named(self, scene: Scene, reading: Reading, match: MetricMatch | None) -> MetricMatch | None:
        """Gives the first of two metrics that share one number: `hộ có Internet và điện thoại đạt 80%`."""
        left = reading.frame.left
        if match is None or not reading.frame.copula:
            return match
        joint = _JOINT.search(scene.folded, left.start, left.end)
        if joint is None or _BOTH.search(scene.folded[left.start : joint.start()]):
            return match
        first = self._choose.best(scene.terms, (Span(left.start, joint.start()),), reading.quantity)
        named_behind = any(span.start > joint.start() for span in match.spans)
        return first if first is not None and named_behind else match

    def _forward(
        self, scene: Scene, reading: Reading, binding: Binding, after: Reading, following: Binding
    ) -> Binding:
        """Gives `100% xã` what is said of both in `100% xã và 97,6% thôn được phủ sóng`."""
        quantity = binding.quantity
        gap = scene.folded[quantity.span.end : following.quantity.lead]
        same_unit = quantity.unit_id == following.quantity.unit_id
        of_share = after.quantity.dimension == "share" or after.quantity.unit_id == "criterion"
        if binding.metric is not None and "bind.alone" in binding.rule_ids and of_share:
            # `7 huyện có 95% dân số dùng nước sạch`: not how many districts there are.
            rules = tuple(rule for rule in binding.rule_ids if rule != binding.metric.rule_id)
            bare = replace(binding, metric=None, scope=None, rule_ids=rules)
            told = self._counted(scene, reading, bare, after, following.metric_text)
            return binding if told is bare else told
        if binding.metric is not None:
            return binding
        if reading.is_counted and reading.right is None and following.metric is None:
            return self._counted(scene, reading, binding, after, following.metric_text)
        if not same_unit or not _COORDINATION.fullmatch(gap):
            return binding
        own = (reading.frame.left, Span(quantity.span.start, following.quantity.lead))
        if following.metric is None:
            said = self._grammar.said_of(following.metric_text)
            if not said or quantity.dimension != "share" or self._grammar.said_of(binding.metric_text):
                return binding
            rules = (*binding.rule_ids, "bind.forward")
            return replace(binding, metric_text=f"{binding.metric_text} {said}", rule_ids=rules)
        regions = (*own, *following.regions)
        match = self._choose.best(scene.terms, regions, quantity)
        if match is None:
            return binding
        draft = Draft("bind.forward", binding.metric_text, match, regions)
        return self._settled(scene, quantity, draft, own)

    def _counted(
        self, scene: Scene, reading: Reading, binding: Binding, after: Reading, following: str
    ) -> Binding:
        """Gives a bare count what is said of it with or by means of the count behind it.

        `11 xã, 24 thôn đạt chuẩn`: the same is said of both. `12 tỉnh có 100% số xã đạt chuẩn`: the share is
        what is said.
        """
        quantity = reading.quantity
        gap = scene.folded[quantity.span.end : after.quantity.lead]
        noun = counted_noun(quantity)
        words = ""
        if _TOLD_BY.fullmatch(gap) and (after.right is not None or after.quantity.unit_id == "criterion"):
            end = after.right.end if after.right is not None else after.quantity.span.end
            words = f"{noun} {scene.text[quantity.span.end : end].strip()}"
        elif fold(binding.metric_text) == fold(noun) and _LISTED.fullmatch(gap) and after.is_counted:
            # `82 người chết, 110 người bị thương`: of one kind each is told its own.
            is_other = fold(noun).split()[:1] != fold(counted_noun(after.quantity)).split()[:1]
            alike = any({quantity.unit_id, after.quantity.unit_id} <= kind for kind in _KINDS)
            said = self._grammar.said_of(following) if is_other and alike else ""
            words = f"{noun} {said}" if said else ""
        if not words:
            return binding
        return replace(binding, metric_text=words, rule_ids=(*binding.rule_ids, "bind.forward"))

    def _paired(self, scene: Scene, binding: Binding, name: Span) -> Binding:
        """Gives a number the name that `lần lượt` tells for it, be it of a thing or of a place."""
        quantity = binding.quantity
        own = (name, quantity.span)
        match = self._choose.best(scene.terms, own, quantity)
        if match is None and binding.metric is not None:
            match = MetricMatch(binding.metric, (), 0)
        is_place_or_date = any(f.start <= name.end and name.start < f.end for f in scene.fillers)
        words = binding.metric_text if is_place_or_date else scene.text[name.start : name.end]
        draft = Draft("bind.paired", words, match, own)
        return replace(self._settled(scene, quantity, draft, own), name=name)

    def _finished(self, scene: Scene, reading: Reading, draft: Draft) -> Binding:
        if draft.match is not None and not draft.words:
            # `DTI 2023: Đà Nẵng (0,7002)`: the words of the metric stand further off.
            words = " ".join(scene.text[span.start : span.end] for span in draft.match.spans)
            draft = replace(draft, words=words)
        return self._settled(scene, reading.quantity, draft, reading.own)

    def _settled(self, scene: Scene, quantity: Quantity, draft: Draft, own: tuple[Span, Span]) -> Binding:
        return self._attributes.settled(scene, quantity, draft, own)
