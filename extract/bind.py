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
- `bind.forward`   the first of two shares of which one thing is said
- `bind.rank_of`   `đứng thứ [rank] cả nước về [metric]`
- `bind.paired`    `[name], [name] lần lượt [number], [number]`
- `bind.same_words` the same words as those of an earlier number
- `bind.same_head` a price alone, of what the price before was of
- `bind.same_object` `diện tích lúa [number] ha, sản lượng [number] tấn`: of the same crop or herd
- `bind.named`     `số ca mắc cao gồm: [name] [number]; [name] [number]`: names of which the same is told
- `bind.about`     `Về [metric], tỉnh đứng thứ hai với [number]`: what the sentence opens with
- `bind.topic`     a noun, or `tỷ lệ này`, of what the sentences before speak of
- `bind.previous`  the metric was named in the sentence before
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.frames import FrameFinder
from extract.metrics import MetricMatch, MetricMatcher, TermMatch
from extract.models import Change, Span
from extract.naming import Namer
from extract.pairing import find_pairs
from extract.phrases import PhraseGrammar, trimmed, without_adverbials
from extract.quantity import Quantity
from extract.reading import AMOUNTS, COUNTED, FrameReader, Reading, counted_noun
from extract.scene import Binding, Scene
from extract.schema_rules import Attribute
from extract.share_scope import ShareScope, ShareScopes
from extract.text import LIST_MARK, fold

# A phrase of at most so many characters says which part (`cấp xã`), not what is measured.
SHORT_PHRASE = 24
# `có tổng cộng khoảng 842 hộ`: the verb stands no further from its number.
MAX_EXISTS = 24
# `bằng 97,5% so với cùng kỳ`: what it is compared with stands so near behind.
MAX_COMPARED = 10
# A number looks back over so many others at most, and at so many stretches of words of theirs.
MAX_LOOKED_BACK = 12
MAX_REGIONS = 6
# A bare number of these may take up what was spoken of before: `525 tổ`, `0,7163 điểm`.
_OF_TOPIC = frozenset({"count", "score", "rank_places"})
# Units of an index, in which places are ranked.
_INDEX = frozenset({"rank", "score", "rank_places"})
_SHARES = frozenset({"percent", "fraction", "percentage_point"})
# What is grown or kept is told in these before its yield is.
_HOLDS_YIELD = frozenset({"count", "area"})
# What stands behind these is what was counted or weighed: `2 tấn rau củ quả`.
_OWN_NOUN = frozenset({*COUNTED, *AMOUNTS, "length"})
# `tỷ lệ này đạt 83%`: what the sentences before spoke of.
_ANAPHOR = re.compile(r"(?<!\w)(?:tỉ lệ|con số|chỉ tiêu|chỉ số|số|mức|kết quả)\s+(?:này|trên|đó)(?!\w)")
# Two to five syllables with a capital each, the kind of place in front of them or not.
_CAPITAL = r"[A-ZÀ-ỸĐ][^\W\d_]*"
_PROPER_NAME = re.compile(
    rf"(?:(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|thôn|bản|hồ|khu)|{_CAPITAL})"
    rf"(?:\s+{_CAPITAL}){{1,4}}"
)
# A place behind a noun, and words that go on behind it.
_SAID_OF = re.compile(
    r"\s+(?:ở|tại)\s+[^,.;:()0-9]{1,24}?\s+(?:sử dụng|được|bị|đã|đang|có|tham gia|thực hiện)(?!\w)"
)
# `Về diện tích nuôi tôm, ...`, not `Về phía tỉnh, ...`.
_ABOUT = re.compile(
    r"[\s\"'-]*(?:về|đối với|riêng về|xét về|tính về)\s+(?!phía|phần|lâu dài)"
    r"(?P<about>[^,;:.()0-9]{4,60}?)\s*,"
)
_JOINT = re.compile(r"(?<!\w)và(?!\w)")
# `thuê bao (cố định và di động)`, `cả cáp quang và di động`: two names of one thing.
_BOTH = re.compile(r"\([^()]*$|(?<!\w)cả(?:\s+\w+){1,4}\s*$")
_COORDINATION = re.compile(r"(?:\s+[\w/]+){0,4}" + LIST_MARK)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What is held of a number while the rules are tried in order."""

    rule: str
    words: str
    match: MetricMatch | None
    regions: tuple[Span, ...]
    base: str = ""


class Binder:
    """Binds quantities to metrics. Made once per rule set."""

    def __init__(
        self, grammar: PhraseGrammar, matcher: MetricMatcher, namer: Namer, scopes: ShareScopes
    ) -> None:
        self._grammar = grammar
        self._matcher = matcher
        self._frames = FrameFinder(grammar)
        self._reader = FrameReader(grammar, namer)
        self._scopes = scopes

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
            bindings[index] = self._forward(scene, readings[index], bindings[index], bindings[index + 1])
        for index, name in find_pairs(self._grammar, scene, frames):
            bindings[index] = self._paired(scene, bindings[index], name)
        return bindings

    def _bind_one(self, scene: Scene, reading: Reading, bindings: Sequence[Binding]) -> Binding:
        draft = self._by_own_words(scene, reading)
        for share in (
            self._named,
            self._antecedent,
            self._part,
            self._of_plan,
            self._of_total,
            self._inherited,
            self._completed,
            self._same_head,
            self._same_object,
            self._previous,
        ):
            shared = share(scene, reading, bindings, draft)
            if shared is not None:
                draft = shared
                break
        for fall_back in (self._alone, self._topic):
            # Behind a rank stands in what field it is one: `hạng 25/63 tỉnh, thành phố`.
            if draft.match is None and (reading.right is None or reading.quantity.is_rank):
                draft = fall_back(scene, reading, draft)
        if draft.match is None:
            draft = self._same_words(scene, reading, bindings, draft)
        if draft.match is None and (not draft.words or self._grammar.only_ranks(fold(draft.words))):
            draft = self._about(scene, reading, draft)
        return self._finished(scene, reading, draft)

    # -- the words of the number itself ------------------------------------------------------------

    def _by_own_words(self, scene: Scene, reading: Reading) -> _Draft:
        """Holds the metric that the words on both sides of the number name."""
        quantity = reading.quantity
        regions: tuple[Span, ...] = reading.own
        match = None
        if reading.right is not None and quantity.dimension == "share":
            # What is said of a share ends with its phrase; the next clause may name something else.
            match = self._match(scene.terms, reading.phrases, quantity)
        match = match or self._match(scene.terms, regions, quantity)
        match = self._first_named(scene, reading, match)
        is_listed = reading.frame.shares is not None
        score_in_brackets = not quantity.unit_id and reading.frame.in_bracket
        if match is None and (
            quantity.is_rank or (reading.is_counted and not is_listed) or score_in_brackets
        ):
            # A rank or a score in brackets seldom repeats its index; a count may stand after the clause
            # that names it.
            regions = (Span(scene.sentence.start, quantity.lead), *regions)
            match = self._match(scene.terms, regions, quantity)
        base = ""
        right = reading.right
        if reading.left is not None and right is not None and self._grammar.names_plan(scene.folded, right):
            base = without_adverbials(scene.text, reading.left, scene.fillers)
        return _Draft(reading.rule, reading.words, match, regions, base)

    def _first_named(self, scene: Scene, reading: Reading, match: MetricMatch | None) -> MetricMatch | None:
        """Gives the first of two metrics that share one number: `hộ có Internet và điện thoại đạt 80%`."""
        left = reading.frame.left
        if match is None or not reading.frame.copula:
            return match
        joint = _JOINT.search(scene.folded, left.start, left.end)
        if joint is None or _BOTH.search(scene.folded[left.start : joint.start()]):
            return match
        first = self._match(scene.terms, (Span(left.start, joint.start()),), reading.quantity)
        named_behind = any(span.start > joint.start() for span in match.spans)
        return first if first is not None and named_behind else match

    # -- words shared with another number ----------------------------------------------------------

    def _named(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """`Tân An 188 ca; An Bình 126 ca`: names only say of whom, what is counted was said before."""
        left = reading.left or trimmed(scene.folded, reading.frame.left.start, reading.frame.left.end)
        if left.start == left.end or draft.match is not None or reading.says_what:
            return None
        is_name = _PROPER_NAME.fullmatch(scene.text, left.start, left.end) is not None
        is_listed = scene.folded[scene.sentence.start : left.start].rstrip().endswith((":", ";", ","))
        is_place = is_listed and self._grammar.is_place(scene.folded, left, scene.fillers)
        if not is_name and not (is_place and reading.is_counted):
            return None
        unit_id = reading.quantity.unit_id
        other = bindings[-1] if bindings and bindings[-1].quantity.unit_id == unit_id else None
        if other is not None and _PROPER_NAME.fullmatch(other.whole):
            # `hồ Ka La thấp hơn 4,6 m; hồ Đan Kia thấp hơn 4,1 m`: nothing but names is told.
            return None
        if other is not None:
            match, regions = self._shared_match(scene, reading, other, draft)
            return _Draft("bind.named", other.whole, match, regions)
        colon = scene.folded.rfind(":", scene.sentence.start, left.start)
        opening = Span(scene.sentence.start, max(colon, scene.sentence.start))
        phrase = self._grammar.left_phrase(scene.folded, opening, scene.fillers, scene.words)
        if phrase is None:
            return None
        words = without_adverbials(scene.text, phrase, scene.fillers)
        match = self._match(scene.terms, (opening, *reading.own), reading.quantity)
        return _Draft("bind.named", words, match, (opening, *reading.own))

    def _antecedent(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """`16 ca dương tính (Hà Nam: 10 ca)`: the noun alone points back to the full phrase."""
        if draft.rule != "bind.right" or reading.says_what:
            return None
        near = bindings[-MAX_LOOKED_BACK:]
        # `trên địa bàn tỉnh có 7.174 doanh nghiệp`: what a place has is told anew.
        looks_back = reading.quantity.unit_text and not self._is_told_anew(scene, reading)
        earlier = [*scene.recent[-MAX_LOOKED_BACK:], *near] if looks_back else near
        other = _same_noun(reading.quantity, draft.words, earlier)
        if other is None:
            return None
        match = draft.match or self._same_metric(other, reading.quantity)
        return replace(draft, rule="bind.antecedent", words=other.whole, match=match)

    def _is_told_anew(self, scene: Scene, reading: Reading) -> bool:
        """Asks whether a place leads to a count that needs no more words: `toàn tỉnh có 7.174 DN`."""
        if self._matcher.of_noun(reading.quantity.unit_text) is None:
            return False
        lead = reading.quantity.lead
        before = scene.folded[max(scene.sentence.start, lead - MAX_EXISTS) : lead]
        return self._grammar.exists.search(before) is not None and self._grammar.has_place(before)

    def _part(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """`2.130 tổ công nghệ số cộng đồng, trong đó 260 tổ cấp xã`: a part of what was counted before."""
        quantity = reading.quantity
        near = bindings[-MAX_LOOKED_BACK:]
        if near and ";" not in scene.folded[near[-1].quantity.span.end : quantity.lead]:
            # `phủ sóng 100% xã; có 510 tuyến cáp quang, kết nối đến 90% thôn`: of its own clause first.
            semicolon = scene.folded.rfind(";", scene.sentence.start, quantity.lead)
            near = [item for item in near if item.quantity.span.start > semicolon]
        alike = (item for item in reversed(near) if item.quantity.unit_id == quantity.unit_id)
        whole = next((item for item in alike if self._is_part_of(scene.plain, item, reading)), None)
        if draft.match is not None or whole is None:
            return None
        which = draft.words.removeprefix(counted_noun(quantity)).strip()
        return _Draft(
            "bind.part",
            _joined(whole.whole, which),
            self._same_metric(whole, quantity),
            (*reading.own, *whole.regions[:MAX_REGIONS]),
            whole.whole,
        )

    def _of_plan(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """`đạt 1.005 tỷ đồng, hoàn thành 101% kế hoạch`: the plan is of what the number before is of."""
        if reading.right is None or not self._grammar.names_plan(scene.folded, reading.right):
            return None
        of = bindings[reading.frame.shares] if reading.frame.shares is not None else None
        if not bindings and reading.left is None:
            of = scene.previous
        if of is None:
            return None
        match, regions = self._shared_match(scene, reading, of, draft)
        return _Draft("bind.of_plan", _joined(of.whole, draft.words), match, regions, of.whole)

    def _of_total(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """`120 xã đạt chuẩn, chiếm 80% tổng số xã`: the whole is the scope, the metric stands before."""
        shared = reading.frame.shares
        if reading.right is None or reading.quantity.dimension != "share" or shared is None:
            return None
        gap = scene.folded[bindings[shared].quantity.span.end : reading.quantity.lead]
        if not self._grammar.is_of_total(gap, scene.folded, reading.right):
            return None
        match, regions = self._shared_match(scene, reading, bindings[shared], draft)
        return _Draft("bind.of_total", bindings[shared].whole, match, regions)

    def _inherited(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """A list, bracket, fraction or change shares the words of the number before."""
        frame, quantity = reading.frame, reading.quantity
        says_nothing = not draft.words
        if frame.shares is None and not (bindings and says_nothing):
            return None
        # `đạt 34 tỷ đồng, so với năm trước tăng 9%`: nothing but the comparison stands between.
        shared = bindings[frame.shares if frame.shares is not None else -1]
        if not frame.in_bracket:
            shared = _of_same_unit(quantity, shared, bindings)
        parted = ";" in scene.folded[shared.quantity.span.end : quantity.lead] and reading.right is not None
        is_part = draft.match is None and self._is_part_of(scene.plain, shared, reading)
        says_nothing = says_nothing or self._grammar.needs_subject(fold(draft.words))
        if parted or not (says_nothing or is_part or _leans_on(reading, shared.quantity)):
            return None
        match, regions = self._shared_match(scene, reading, shared, draft)
        words, base = draft.words, ""
        says_nothing_new = reading.right is None and fold(words) in fold(shared.metric_text)
        if not words or (says_nothing_new and reading.left is None):
            # `bằng 80% kế hoạch, tăng 12%`: what grows is the thing planned.
            behind = scene.folded[quantity.span.end : quantity.span.end + MAX_COMPARED].lstrip()
            compares = quantity.change is not Change.NONE or behind.startswith("so ")
            words = shared.whole if compares else shared.metric_text
        elif self._grammar.needs_subject(fold(words)):
            # `khu vực dịch vụ tăng 7,8%, đóng góp 3,1 điểm phần trăm`: the verb alone names nothing.
            words = _joined(shared.whole, words)
        elif shared.quantity.is_rank and reading.left is None and reading.right is None:
            # `khách Nga đứng thứ hai với 365.000 lượt`: what is ranked is counted.
            words = _joined(shared.whole, words)
        elif reading.left is None and quantity.dimension not in _OWN_NOUN and not counted_noun(quantity):
            # `60% câu hỏi cơ bản, 40% nâng cao`: parts of one whole, each with the words of the whole.
            base = shared.whole
            words = _joined(base, words)
        return _Draft("bind.inherited", words, match, regions, base)

    def _shared_match(
        self, scene: Scene, reading: Reading, shared: Binding, draft: _Draft
    ) -> tuple[MetricMatch | None, tuple[Span, ...]]:
        """Gives the metric of a number's own words, else of these with the words that it shares."""
        if draft.match is not None:
            return draft.match, draft.regions
        regions = (*reading.own, *shared.regions[:MAX_REGIONS])
        if (
            reading.quantity.is_rank
            and shared.metric is not None
            and shared.metric.typical_unit not in _INDEX
        ):
            # `kinh tế số chiếm 32% GRDP, đứng thứ 5`: the rank of a share is none of an index.
            return None, regions
        if reading.left is None and reading.right is None:
            # Without a word of its own it is of the same metric.
            same = self._same_metric(shared, reading.quantity)
            if same is not None:
                return same, regions
        match = self._match(scene.terms, regions, reading.quantity)
        return match or self._same_metric(shared, reading.quantity), regions

    def _completed(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """`825 tuyến cáp quang với tổng chiều dài 7.312 km`: half of the name stands before."""
        if draft.match is not None or not bindings:
            return None
        before = bindings[-1]
        if ";" in scene.folded[before.quantity.span.end : reading.quantity.lead]:
            return None
        regions = (*reading.own, *before.regions[:MAX_REGIONS])
        match = self._match(scene.terms, regions, reading.quantity)
        if match is None or not any(own.contains(span) for own in reading.own for span in match.spans):
            return None
        return replace(draft, rule="bind.completed", match=match, regions=regions)

    def _same_head(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """`Giá vàng SJC là 55 triệu đồng. Tại TP.HCM, giá niêm yết 56 triệu đồng`: of gold as well."""
        if (
            draft.match is not None
            or draft.rule == "bind.right"
            or not self._reader.is_bare_price(draft.words)
        ):
            return None
        head = fold(draft.words).split()[0]
        for other in reversed([*scene.recent[-MAX_LOOKED_BACK:], *bindings[-MAX_LOOKED_BACK:]]):
            same = other.quantity.unit_id == reading.quantity.unit_id
            named = fold(other.metric_text).startswith(f"{head} ") and not self._reader.is_bare_price(
                other.metric_text
            )
            if same and named:
                return replace(draft, rule="bind.same_head", words=other.metric_text)
        return None

    def _same_object(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """`2.848 lồng nuôi cá, sản lượng 2.720 tấn`: the measure is of what was told just before."""
        if draft.match is not None or not self._reader.is_bare_yield(draft.words):
            return None
        for other in reversed(bindings[-MAX_LOOKED_BACK:]):
            thing = self._reader.object_of_yield(other.whole)
            if not thing and other.quantity.dimension in _HOLDS_YIELD and other.metric is None:
                thing = other.whole
            if thing and not self._reader.is_bare_yield(thing):
                return replace(draft, rule="bind.same_object", words=_joined(draft.words, thing))
        return None

    def _previous(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft | None:
        """`Mức giá này tăng 3.000 đồng`: the metric was named in the sentence before."""
        if draft.words or scene.previous is None:
            return None
        match = draft.match or self._same_metric(scene.previous, reading.quantity)
        return replace(draft, rule="bind.previous", words=scene.previous.metric_text, match=match)

    def _is_part_of(self, folded: str, whole: Binding, reading: Reading) -> bool:
        """Asks whether the words about a number only say which part of another's metric it is."""
        metric = whole.metric
        if metric is None or self._same_metric(whole, reading.quantity) is None:
            return False
        sides = (side for side in (reading.left, reading.right) if side is not None)
        return any(self._matcher.names_part(metric, folded, side) for side in sides)

    def _same_words(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: _Draft
    ) -> _Draft:
        """The same words as those of an earlier number name the same metric."""
        words, unit_id = draft.words.lower(), reading.quantity.unit_id
        for other in reversed([*scene.recent[-MAX_LOOKED_BACK:], *bindings[-MAX_LOOKED_BACK:]]):
            if words and other.metric_text.lower() == words and other.quantity.unit_id == unit_id:
                match = self._same_metric(other, reading.quantity)
                if match is not None:
                    regions = (*draft.regions, *other.regions[:MAX_REGIONS])
                    return replace(draft, rule="bind.same_words", match=match, regions=regions)
        return draft

    # -- nothing said but the noun -------------------------------------------------------------------

    def _alone(self, scene: Scene, reading: Reading, draft: _Draft) -> _Draft:
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

    def _about(self, scene: Scene, reading: Reading, draft: _Draft) -> _Draft:
        """`Về diện tích nuôi tôm, tỉnh đứng thứ hai với 143.000 ha`: what the sentence opens with."""
        opened = _ABOUT.match(scene.folded, scene.sentence.start, reading.quantity.lead)
        if opened is None:
            return draft
        span = Span(opened.start("about"), opened.end("about"))
        words = without_adverbials(scene.text, span, scene.fillers)
        match = self._match(scene.terms, (span, *reading.own), reading.quantity)
        return replace(draft, rule="bind.about", words=words, match=match, regions=(span, *reading.own))

    def _topic(self, scene: Scene, reading: Reading, draft: _Draft) -> _Draft:
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

    # -- over the whole sentence -----------------------------------------------------------------------

    def _forward(self, scene: Scene, reading: Reading, binding: Binding, following: Binding) -> Binding:
        """Gives `100% xã` what is said of both in `100% xã và 97,6% thôn được phủ sóng`."""
        quantity = binding.quantity
        gap = scene.folded[quantity.span.end : following.quantity.lead]
        if (
            binding.metric is not None
            or following.metric is None
            or quantity.unit_id != following.quantity.unit_id
            or not _COORDINATION.fullmatch(gap)
        ):
            return binding
        own = (reading.frame.left, Span(quantity.span.start, following.quantity.lead))
        regions = (*own, *following.regions)
        match = self._match(scene.terms, regions, quantity)
        if match is None:
            return binding
        draft = _Draft("bind.forward", binding.metric_text, match, regions)
        return self._settled(scene, quantity, draft, own)

    def _paired(self, scene: Scene, binding: Binding, name: Span) -> Binding:
        """Gives a number the name that `lần lượt` tells for it, be it of a thing or of a place."""
        quantity = binding.quantity
        own = (name, quantity.span)
        match = self._match(scene.terms, own, quantity)
        if match is None and binding.metric is not None:
            match = MetricMatch(binding.metric, (), 0)
        is_place_or_date = any(f.start <= name.end and name.start < f.end for f in scene.fillers)
        words = binding.metric_text if is_place_or_date else scene.text[name.start : name.end]
        draft = _Draft("bind.paired", words, match, own)
        return replace(self._settled(scene, quantity, draft, own), name=name)

    # -- results ---------------------------------------------------------------------------------------

    def _match(
        self, terms: Sequence[TermMatch], regions: Sequence[Span], quantity: Quantity
    ) -> MetricMatch | None:
        is_change = quantity.change is not Change.NONE
        return self._matcher.best(terms, regions, quantity.unit_id, quantity.span.start, is_change=is_change)

    def _same_metric(self, other: Binding, quantity: Quantity) -> MetricMatch | None:
        """Gives the metric of another number when this one can be of it too."""
        is_change = quantity.change is not Change.NONE
        if other.metric is None or not self._matcher.accepts(
            other.metric, quantity.unit_id, is_change=is_change
        ):
            return None
        return MetricMatch(other.metric, (), 0)

    def _finished(self, scene: Scene, reading: Reading, draft: _Draft) -> Binding:
        if draft.match is not None and not draft.words:
            # `DTI 2023: Đà Nẵng (0,7002)`: the words of the metric stand further off.
            words = " ".join(scene.text[span.start : span.end] for span in draft.match.spans)
            draft = replace(draft, words=words)
        return self._settled(scene, reading.quantity, draft, reading.own)

    def _settled(self, scene: Scene, quantity: Quantity, draft: _Draft, own: tuple[Span, Span]) -> Binding:
        """Gives a binding with the attributes that the metric has; a number's own words are read first."""
        match = draft.match
        if match is None:
            scope = self._share_scope(scene, quantity, draft, own)
            rules = (draft.rule,) if scope is None else (draft.rule, scope.rule_id)
            value = scope.value if scope is not None else None
            return Binding(quantity, None, draft.words, None, value, None, rules, draft.regions, draft.base)
        attributes, folded = match.metric.attributes, scene.plain
        # What a share is over stands behind it first; what a rank is of before it, be it further off.
        order = own if quantity.is_rank else own[::-1]
        beyond = tuple(region for region in draft.regions if region not in own)
        wider = (own[0], *beyond, own[1]) if quantity.is_rank else (*order, *beyond)
        technology = None
        if attributes.technology:
            near = self._matcher.read_technology(folded, order)
            technology = near or self._matcher.read_technology(folded, wider)
        return Binding(
            quantity,
            match.metric,
            draft.words,
            technology,
            self._matcher.read_attribute(attributes.scope, folded, wider),
            self._component(attributes.component, scene, draft, own, wider),
            (match.metric.rule_id, *_doubts(match), draft.rule),
            draft.regions,
            draft.base,
        )

    def _component(
        self,
        component: Attribute | None,
        scene: Scene,
        draft: _Draft,
        own: tuple[Span, Span],
        wider: Sequence[Span],
    ) -> str | None:
        """Gives the part of an index: of a number's own words, else of those that it shares."""
        if component is None:
            return None
        near = self._matcher.find_attribute(component, scene.plain, own)
        if near is None and draft.rule == "bind.inherited":
            # `kinh tế số đạt 0,66 điểm, xếp thứ 27`: not what stands at the head of the sentence.
            words = fold(draft.words)
            near = self._matcher.find_attribute(component, words, (Span(0, len(words)),))
        return self._matcher.read_attribute(component, scene.plain, wider) if near is None else near

    def _share_scope(
        self, scene: Scene, quantity: Quantity, draft: _Draft, own: tuple[Span, Span]
    ) -> ShareScope | None:
        """Gives what a share of an open metric is over: `97% dân số`, `tỷ lệ hộ nghèo giảm 0,8%`."""
        if quantity.unit_id not in _SHARES:
            return None
        words = fold(draft.words)
        if quantity.change is not Change.NONE:
            # `tăng 9%` is no share of anything, but where a rate grows.
            return self._scopes.before(words) if words.startswith("tỉ lệ") else None
        behind = scene.plain[quantity.span.end : own[1].end].lstrip()
        if behind.startswith("so ") or draft.rule == "bind.of_plan":
            return None
        return self._scopes.behind(behind) or self._scopes.before(words)


def _of_same_unit(quantity: Quantity, shared: Binding, bindings: Sequence[Binding]) -> Binding:
    """Gives the number whose words one without words takes: of amounts the last of its unit.

    `diện tích 240 ha, sản lượng 217 tấn, năm trước là 202 ha`.
    """
    if quantity.dimension not in AMOUNTS or shared.quantity.dimension not in (*AMOUNTS, "rate"):
        return shared
    same = (other for other in reversed(bindings) if other.quantity.unit_id == quantity.unit_id)
    return next(same, shared)


def _leans_on(reading: Reading, shared: Quantity) -> bool:
    """Asks whether a number says too little by itself and shares the words of the one before."""
    left, right = reading.left, reading.right
    if left is None and right is None:
        return True
    if reading.frame.in_bracket and (right is None or left is None):
        return True
    same_kind = reading.quantity.unit_id == shared.unit_id or reading.is_counted
    return left is None and right is not None and right.end - right.start <= SHORT_PHRASE and same_kind


def _same_noun(quantity: Quantity, words: str, earlier: Sequence[Binding]) -> Binding | None:
    """Gives the last number of the same noun that says more of it: a noun alone repeats what was counted."""
    if quantity.dimension not in COUNTED or not quantity.unit_id:
        return None
    noun = quantity.unit_text.lower()
    return next(
        (
            other
            for other in reversed(earlier)
            if _counts_same(other.quantity, quantity.unit_id, noun) and len(other.metric_text) > len(words)
        ),
        None,
    )


def _counts_same(other: Quantity, unit_id: str, noun: str) -> bool:
    """Asks whether another number counts what a noun alone says: `vụ` after `vụ tai nạn giao thông`."""
    text = other.unit_text.lower()
    return text.startswith(f"{noun} ") or (other.unit_id == unit_id and text.startswith(noun))


def _doubts(match: MetricMatch) -> tuple[str, ...]:
    """Names what is unsure about a metric: another fits as well, or a word is written otherwise."""
    tied = ("ambiguous.metric",) if match.is_tied else ()
    return tied if match.exact else (*tied, "ambiguous.spelling")


def _joined(first: str, second: str) -> str:
    return first if f" {second} " in f" {first} " else f"{first} {second}".strip()
