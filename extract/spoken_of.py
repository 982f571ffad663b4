"""What a number is of where its clause does not say it: a bare noun, the head of the sentence, the topic.

In: a sentence, a number's reading and draft. Out: a draft, the same one where nothing more is found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.draft import MAX_LOOKED_BACK, MAX_REGIONS, Draft, MetricChooser
from extract.metrics import MetricMatcher
from extract.models import Span
from extract.phrases import PhraseGrammar, trimmed, without_adverbials
from extract.reading import Reading
from extract.scene import Binding, Scene
from extract.shared_words import MAX_EXISTS
from extract.text import fold

# A bare number of these may take up what was spoken of before: `525 tổ`, `0,7163 điểm`.
_OF_TOPIC = frozenset({"count", "score", "rank_places"})
# `tỷ lệ này đạt 83%`: what the sentences before spoke of.
_ANAPHOR = re.compile(r"(?<!\w)(?:tỉ lệ|con số|chỉ tiêu|chỉ số|số|mức|kết quả)\s+(?:này|trên|đó)(?!\w)")
# A place behind a noun, and words that go on behind it.
_SAID_OF = re.compile(
    r"\s+(?:ở|tại)\s+[^,.;:()0-9]{1,24}?\s+(?:sử dụng|được|bị|đã|đang|có|tham gia|thực hiện)(?!\w)"
)
# `Về diện tích nuôi tôm, ...`, not `Về phía tỉnh, ...`.
_ABOUT = re.compile(
    r"[\s\"'-]*(?:về|đối với|riêng về|xét về|tính về|(?:trong|ở|riêng) (?:hoạt động|lĩnh vực|mảng|công tác))"
    r"\s+(?!phía|phần|lâu dài)"
    r"(?P<about>[^,;:.()0-9]{4,60}?)\s*,"
)


class SpokenOf:
    """Finds what is spoken of around a number that says too little. Made once per rule set."""

    def __init__(self, grammar: PhraseGrammar, matcher: MetricMatcher, choose: MetricChooser) -> None:
        self._grammar = grammar
        self._matcher = matcher
        self._choose = choose

    def find(self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft) -> Draft:
        """Gives the draft with what is spoken of, where it holds no metric yet."""
        if scene.row is not None:
            return self._row(scene, reading, scene.row, draft)
        for fall_back in (self._alone, self._topic):
            # Behind a rank stands in what field it is one: `hạng 25/63 tỉnh, thành phố`.
            if draft.match is None and (reading.right is None or reading.quantity.is_rank):
                draft = fall_back(scene, reading, draft)
        if draft.match is None:
            draft = self._same_words(scene, reading, bindings, draft)
        says_nothing = not draft.words or draft.rule == "bind.previous"
        if draft.match is None and (says_nothing or self._grammar.only_ranks(fold(draft.words))):
            draft = self._about(scene, reading, draft)
        return draft

    def _row(self, scene: Scene, reading: Reading, row: Span, draft: Draft) -> Draft:
        """`Tỷ lệ hồ sơ trực tuyến` over a line `75,3%`: a table flattened to lines."""
        label = trimmed(scene.folded, row.start, row.end)
        words = scene.text[label.start : label.end]
        terms = [term for told in scene.topic() for term in told]
        match = self._choose.best(terms, (row,), reading.quantity)
        return replace(draft, rule="bind.row", words=words, match=match, regions=(row,))

    def _alone(self, scene: Scene, reading: Reading, draft: Draft) -> Draft:
        """`Xã có 842 hộ`, `gồm 138 xã`: a bare noun that a place has so many of."""
        if draft.rule not in ("bind.right", "bind.label", "bind.inherited") or reading.names_measure:
            return draft
        lead = reading.quantity.lead
        before = scene.folded[max(scene.sentence.start, lead - MAX_EXISTS) : lead]
        if before.strip() and self._grammar.exists.search(before) is None:
            return draft
        if _SAID_OF.match(scene.folded, reading.quantity.span.end):
            # `1.920 doanh nghiệp ở Bình Dương sử dụng lao động ...`: more is said of them.
            return draft
        match = self._matcher.of_noun(reading.quantity.unit_text)
        return replace(draft, rule="bind.alone", match=match) if match is not None else draft

    def _topic(self, scene: Scene, reading: Reading, draft: Draft) -> Draft:
        """`Đến nay có 525 tổ`, `tỷ lệ này đạt 83%`: what the sentences before speak of."""
        quantity, left = reading.quantity, reading.frame.left
        points_back = _ANAPHOR.search(scene.folded, left.start, left.end) is not None
        # `đến 8/8 huyện và 76/76 xã`: a list goes on about the thing before.
        is_listed = draft.rule == "bind.inherited" and quantity.denominator is not None
        # `Thành phố vươn lên thứ 2`: of the ranking that was spoken of.
        ranks_only = (
            quantity.is_rank
            and "number.lead" not in quantity.rule_ids
            and self._grammar.only_ranks(fold(draft.words))
        )
        if (quantity.dimension not in _OF_TOPIC or is_listed) and not (points_back or ranks_only):
            return draft
        if not self._matcher.has_metric_in(quantity.unit_id):
            return draft
        before = [term for term in scene.terms if term.span.end <= quantity.span.start]
        topic = scene.topic()
        match = self._matcher.of_topic(
            [*(term for told in topic for term in told), *before], quantity.unit_id
        )
        if match is None and ranks_only:
            # `Tại hội nghị ...` says where it was told: each sentence may name the ranking for itself.
            told_apart = (self._matcher.of_topic(told, quantity.unit_id) for told in (before, *topic[::-1]))
            match = next((found for found in told_apart if found is not None), None)
        return replace(draft, rule="bind.topic", match=match) if match is not None else draft

    def _same_words(self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft) -> Draft:
        """The same words as those of an earlier number name the same metric."""
        words, unit_id = draft.words.lower(), reading.quantity.unit_id
        for other in reversed([*scene.recent[-MAX_LOOKED_BACK:], *bindings[-MAX_LOOKED_BACK:]]):
            if words and other.metric_text.lower() == words and other.quantity.unit_id == unit_id:
                match = self._choose.same(other, reading.quantity)
                if match is not None:
                    regions = (*draft.regions, *other.regions[:MAX_REGIONS])
                    return replace(draft, rule="bind.same_words", match=match, regions=regions)
        return draft

    def _about(self, scene: Scene, reading: Reading, draft: Draft) -> Draft:
        """`Về diện tích nuôi tôm, tỉnh đứng thứ hai với 143.000 ha`: what the sentence opens with."""
        opened = _ABOUT.match(scene.folded, scene.sentence.start, reading.quantity.lead)
        if opened is None:
            return draft
        span = Span(opened.start("about"), opened.end("about"))
        words = without_adverbials(scene.text, span, scene.fillers)
        match = self._choose.best(scene.terms, (span, *reading.own), reading.quantity)
        return replace(draft, rule="bind.about", words=words, match=match, regions=(span, *reading.own))
