"""Words that a number shares with another: lists, brackets, parts of a whole, the sentence before.

In: a sentence, a number's reading and draft, the numbers before it. Out: another draft, or None where the way
does not apply. The ways are listed in `extract/bind.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from extract.draft import MAX_LOOKED_BACK, MAX_REGIONS, Draft, MetricChooser, joined
from extract.kind_words import find_kind
from extract.metrics import MetricMatch, MetricMatcher
from extract.models import Change, Span
from extract.phrases import PhraseGrammar, trimmed, without_adverbials
from extract.price_words import PriceWords
from extract.quantity import Quantity
from extract.reading import AMOUNTS, COUNTED, PHYSICAL, FrameReader, Reading, counted_noun, new_noun
from extract.scene import Binding, Scene
from extract.text import fold

# A phrase of at most so many characters says which part (`cấp xã`), not what is measured.
SHORT_PHRASE = 24
# `có tổng cộng khoảng 842 hộ`: the verb stands no further from its number.
MAX_EXISTS = 24
# A number without words is of one of so many before its sentence.
MAX_PREVIOUS = 3
# What is done with a whole takes no more: `cứng hóa`, `đưa vào sử dụng`.
MAX_DEED_SYLLABLES = 4
# `bằng 97,5% so với cùng kỳ`: what it is compared with stands so near behind.
MAX_COMPARED = 10
# Units of an index, in which places are ranked.
_INDEX = frozenset({"rank", "score", "rank_places"})
# What is grown or kept is told in these before its yield is.
_HOLDS_YIELD = frozenset({"count", "area"})
# What stands behind these is what was counted or weighed: `2 tấn rau củ quả`.
_OWN_NOUN = frozenset({*COUNTED, *AMOUNTS, "length"})
_OF_NOUN = re.compile(r"(?<!\w)(?:vốn|diện tích)(?!\w)")
# Two to five syllables with a capital each, the kind of place in front of them or not.
_CAPITAL = r"[A-ZÀ-ỸĐ][^\W\d_]*"
_PROPER_NAME = re.compile(
    rf"(?:(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh|thôn|bản|hồ|khu)|{_CAPITAL})"
    rf"(?:\s+{_CAPITAL}){{1,4}}"
)
_PLACE_KIND = re.compile(r"(?:xã|phường|thị trấn|huyện|quận|thị xã|thành phố|tỉnh)\s")

Way = Callable[[Scene, Reading, Sequence[Binding], Draft], Draft | None]


class SharedWords:
    """Finds the words that a number shares with others. Made once per rule set."""

    def __init__(
        self, grammar: PhraseGrammar, matcher: MetricMatcher, reader: FrameReader, choose: MetricChooser
    ) -> None:
        self._grammar = grammar
        self._matcher = matcher
        self._reader = reader
        self._choose = choose
        self._prices = PriceWords(reader)

    def ways(self) -> tuple[Way, ...]:
        """Gives the ways to share words with another number, in the order in which they are tried."""
        return (
            self._number_of, self._prices.find, find_kind, self._named, self._antecedent, self._part,
            self._of_plan, self._of_total, self._inherited, self._completed, self._same_head,
            self._same_object, self._previous,
        )  # fmt: skip

    def _number_of(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`Số xã hoàn thành 19 tiêu chí là 86 xã`: the noun is that of the number told of before."""
        if not reading.is_counted or reading.says_what or reading.left is not None:
            return None
        noun = fold(counted_noun(reading.quantity)).split()
        told = self._grammar.number_of(scene.folded, scene.sentence.start, reading.quantity.lead)
        if told is None or not noun or scene.folded[told.start : told.end].split()[0] != noun[0]:
            return None
        words = without_adverbials(scene.text, told, scene.fillers)
        if len(words.split()) <= len(noun):
            return None
        regions = (told, *reading.own)
        match = draft.match or self._choose.best(scene.terms, regions, reading.quantity)
        return Draft("bind.number_of", words, match, regions)

    def _named(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`Tân An 188 ca; An Bình 126 ca`: names only say of whom, what is counted was said before."""
        left = reading.left or trimmed(scene.folded, reading.frame.left.start, reading.frame.left.end)
        if left.start == left.end or draft.match is not None or reading.says_what:
            return None
        is_name = _PROPER_NAME.fullmatch(scene.text, left.start, left.end) is not None
        is_listed = scene.folded[scene.sentence.start : left.start].rstrip().endswith((":", ";", ","))
        is_place = is_listed and self._grammar.is_place(scene.folded, left, scene.fillers)
        says_who = self._says_who(scene, reading, bindings)
        if not is_name and not (is_place and reading.is_counted) and not says_who:
            return None
        unit_id = reading.quantity.unit_id
        other = bindings[-1] if bindings and bindings[-1].quantity.unit_id == unit_id else None
        if other is not None and _PROPER_NAME.fullmatch(other.whole):
            # `hồ Ka La thấp hơn 4,6 m; hồ Đan Kia thấp hơn 4,1 m`: nothing but names is told.
            return None
        if other is not None:
            match, regions = self._shared_match(scene, reading, other, draft)
            return Draft("bind.named", other.whole, match, regions)
        colon = scene.folded.rfind(":", scene.sentence.start, left.start)
        is_place = is_place or _PLACE_KIND.match(scene.folded, left.start) is not None
        opens = not scene.folded[scene.sentence.start : left.start].strip()
        if says_who or (colon < 0 and opens and is_place and not bindings and reading.right is None):
            # `Tỷ lệ hộ nghèo giảm 5%. Xã Đồng Hóa giảm 7,96%.`: the same of another place.
            recent = scene.recent[-MAX_PREVIOUS:]
            other = next((item for item in reversed(recent) if item.quantity.unit_id == unit_id), None)
            if other is not None:
                match, regions = self._shared_match(scene, reading, other, draft)
                return Draft("bind.named", other.whole, match, regions)
        if says_who:
            return None
        opening = Span(scene.sentence.start, max(colon, scene.sentence.start))
        phrase = self._grammar.left_phrase(scene.folded, opening, scene.fillers, scene.words)
        if phrase is None:
            return None
        words = without_adverbials(scene.text, phrase, scene.fillers)
        match = self._choose.best(scene.terms, (opening, *reading.own), reading.quantity)
        return Draft("bind.named", words, match, (opening, *reading.own))

    def _says_who(self, scene: Scene, reading: Reading, bindings: Sequence[Binding]) -> bool:
        """Asks whether all words before a share say of whom it is: `Bộ Công Thương dẫn đầu với tỷ lệ 83%`."""
        if reading.quantity.dimension != "share" or reading.quantity.change is not Change.NONE:
            return False
        if any(other.quantity.unit_id != reading.quantity.unit_id for other in bindings):
            # `1.139 tấn đạt 95%`: of what was weighed.
            return False
        if reading.right is not None and not reading.frame.in_bracket:
            return False
        since = bindings[-1].quantity.span.end if bindings else scene.sentence.start
        return self._grammar.says_who(scene.plain, Span(since, reading.quantity.lead), scene.fillers)

    def _antecedent(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`16 ca dương tính (Hà Nam: 10 ca)`: the noun alone points back to the full phrase."""
        if (
            draft.rule != "bind.right"
            or reading.says_what
            or self._grammar.tells(scene.folded, reading.frame.right)
        ):
            return None
        # `tạo việc làm mới cho 20.000 lao động`: the deed before says which; `thành lập 399 tổ`: it does not.
        deed = fold(draft.words).removesuffix(fold(counted_noun(reading.quantity))).strip()
        says_which = bool(deed) and not self._grammar.sets_up(deed)
        near = bindings[-MAX_LOOKED_BACK:]
        # `trên địa bàn tỉnh có 7.174 doanh nghiệp`: what a place has is told anew.
        looks_back = reading.quantity.unit_text and not self._is_told_anew(scene, reading)
        earlier = [*scene.recent[-MAX_LOOKED_BACK:], *near] if looks_back else near
        other = _same_noun(reading.quantity, draft.words, earlier)
        if other is None or says_which:
            return None
        said = self.said_of(scene, reading)
        match = draft.match or self._choose.same(other, reading.quantity)
        # `21 chủ thể là hợp tác xã; 9 chủ thể là tổ hợp tác`: what one part is holds for no other.
        base = other.whole if said else draft.base
        return replace(
            draft, rule="bind.antecedent", words=f"{other.whole} {said}".strip(), match=match, base=base
        )

    def said_of(self, scene: Scene, reading: Reading) -> str:
        """Gives what those counted are said to be, else nothing: `12 người | là đảng viên`."""
        if not reading.is_counted or reading.says_what:
            return ""
        which = self._grammar.predicate_noun(scene.folded, reading.frame.right, scene.words, scene.fillers)
        return scene.text[which.start : which.end] if which is not None else ""

    def _is_told_anew(self, scene: Scene, reading: Reading) -> bool:
        """Asks whether a place leads to a count that needs no more words: `toàn tỉnh có 7.174 DN`."""
        if self._matcher.of_noun(reading.quantity.unit_text) is None:
            return False
        lead = reading.quantity.lead
        before = scene.folded[max(scene.sentence.start, lead - MAX_EXISTS) : lead]
        return self._grammar.exists.search(before) is not None and self._grammar.has_place(before)

    def _part(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`2.130 tổ công nghệ số cộng đồng, trong đó 260 tổ cấp xã`: a part of what was counted before."""
        quantity = reading.quantity
        near = bindings[-MAX_LOOKED_BACK:]
        if not near:
            # `Tỷ lệ thanh toán trực tuyến đạt 98%. Trong đó, cấp tỉnh đạt 100%.`
            names_level = reading.left is not None and self._grammar.is_level(scene.plain, reading.left)
            goes_on = names_level or self._grammar.goes_on(scene.folded, scene.sentence)
            near = scene.recent[-1:] if goes_on else []
        elif ";" not in scene.folded[near[-1].quantity.span.end : quantity.lead]:
            # `phủ sóng 100% xã; có 510 tuyến cáp quang, kết nối đến 90% thôn`: of its own clause first.
            semicolon = scene.folded.rfind(";", scene.sentence.start, quantity.lead)
            near = [item for item in near if item.quantity.span.start > semicolon]
        done = self._done_with(scene, reading, bindings, draft)
        if done is not None:
            return done
        alike = (item for item in reversed(near) if item.quantity.unit_id == quantity.unit_id)
        whole = next((item for item in alike if self._is_part_of(scene.plain, item, reading)), None)
        if draft.match is not None or whole is None:
            return None
        which = draft.words.removeprefix(counted_noun(quantity)).strip()
        return Draft(
            "bind.part",
            joined(whole.whole, which),
            self._choose.same(whole, quantity),
            (*reading.own, *whole.regions[:MAX_REGIONS]),
            whole.whole,
        )

    def _done_with(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`1.458 km đường xã, trong đó đã nhựa hóa 1.237 km`: what is done is done with the whole."""
        left, quantity = reading.left, reading.quantity
        if not bindings or left is None or draft.match is not None or reading.right is not None:
            return None
        whole = bindings[-1]
        if whole.quantity.unit_id != quantity.unit_id or quantity.dimension not in PHYSICAL:
            return None
        since = whole.quantity.span.end
        is_short = len(draft.words.split()) <= MAX_DEED_SYLLABLES
        if not is_short or ";" in scene.folded[since : left.start]:
            return None
        if reading.names_measure or not self._grammar.is_done(scene.folded, since, left):
            return None
        regions = (*reading.own, *whole.regions[:MAX_REGIONS])
        return Draft("bind.part", joined(whole.whole, draft.words), None, regions, whole.whole)

    def _of_plan(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`đạt 1.005 tỷ đồng, hoàn thành 101% kế hoạch`: the plan is of what the number before is of."""
        if reading.right is None or not self._grammar.names_plan(scene.folded, reading.right):
            return None
        of = bindings[reading.frame.shares] if reading.frame.shares is not None else None
        if not bindings and reading.left is None:
            of = scene.previous
        if of is None:
            return None
        match, regions = self._shared_match(scene, reading, of, draft)
        return Draft("bind.of_plan", joined(of.whole, draft.words), match, regions, of.whole)

    def _of_total(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`120 xã đạt chuẩn, chiếm 80% tổng số xã`: the whole is the scope, the metric stands before."""
        shared = reading.frame.shares
        if reading.right is None or reading.quantity.dimension != "share" or shared is None:
            return None
        gap = scene.folded[bindings[shared].quantity.span.end : reading.quantity.lead]
        if not self._grammar.is_of_total(gap, scene.folded, reading.right):
            return None
        match, regions = self._shared_match(scene, reading, bindings[shared], draft)
        words = self._of_whole(scene, reading.right, bindings[shared])
        return Draft("bind.of_total", words, match, regions)

    def _of_whole(self, scene: Scene, right: Span, part: Binding) -> str:
        """Gives the whole with what is said of the part: `lực lượng lao động | tham gia BHXH`."""
        noun = counted_noun(part.quantity)
        words = part.whole
        if not noun or not fold(words).startswith(f"{fold(noun)} "):
            return words
        whole = self._grammar.without_total(without_adverbials(scene.text, right, scene.fillers))
        if not whole or fold(whole).startswith(fold(noun)):
            return words
        return f"{whole} {words[len(noun) + 1 :]}"

    def _inherited(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """A list, bracket, fraction or change shares the words of the number before."""
        frame, quantity = reading.frame, reading.quantity
        if bindings and self._grammar.is_aspect(draft.words):
            # `thu về 8 triệu USD, tăng 53% về lượng và 37% về giá trị`: in what the thing before grows.
            whole = bindings[-1].whole
            match, regions = self._shared_match(scene, reading, bindings[-1], draft)
            return Draft("bind.inherited", joined(whole, draft.words), match, regions, whole)
        says_nothing = not draft.words or self._grammar.needs_subject(fold(draft.words))
        if frame.shares is None and not (bindings and says_nothing):
            return None
        # `đạt 34 tỷ đồng, so với năm trước tăng 9%`: nothing but the comparison stands between.
        shared = bindings[frame.shares if frame.shares is not None else -1]
        if not (frame.in_bracket or self._grammar.needs_subject(fold(draft.words))):
            until = len(bindings) if frame.shares is None else frame.shares + 1
            shared = _of_same_unit(quantity, shared, bindings[:until])
        parted = ";" in scene.folded[shared.quantity.span.end : quantity.lead] and reading.right is not None
        is_part = draft.match is None and self._is_part_of(scene.plain, shared, reading)
        if parted or not (says_nothing or is_part or _leans_on(reading, shared.quantity)):
            return None
        match, regions = self._shared_match(scene, reading, shared, draft)
        words, base = draft.words, ""
        says_nothing_new = reading.right is None and fold(words) in fold(shared.metric_text)
        if not words or (says_nothing_new and reading.left is None):
            # `bằng 80% kế hoạch, tăng 12%`: what grows is the thing planned.
            behind = scene.folded[quantity.span.end : quantity.span.end + MAX_COMPARED].lstrip()
            compares = quantity.change is not Change.NONE or behind.startswith("so ")
            words, base = (shared.whole, "") if compares else (shared.metric_text, shared.base)
        elif frame.in_bracket and words == counted_noun(quantity) and shared.metric is None:
            # `1.000 hộ dân (3.662 người) phải sơ tán`: the same is said of both.
            noun = counted_noun(shared.quantity)
            said = shared.metric_text.removeprefix(noun) if noun else ""
            words = f"{words}{said}" if said != shared.metric_text else words
        elif self._grammar.needs_subject(fold(words)):
            # `khu vực dịch vụ tăng 7,8%, đóng góp 3,1 điểm phần trăm`: the verb alone names nothing.
            words = joined(shared.whole, words)
        elif shared.quantity.is_rank and reading.left is None and reading.right is None:
            # `khách Nga đứng thứ hai với 365.000 lượt`: what is ranked is counted.
            words = joined(shared.whole, new_noun(shared.whole, words))
        elif reading.left is None and quantity.dimension not in _OWN_NOUN and not counted_noun(quantity):
            # `60% câu hỏi cơ bản, 40% nâng cao`: parts of one whole, each with the words of the whole.
            base = shared.whole
            words = joined(base, words)
        return Draft("bind.inherited", words, match, regions, base)

    def _shared_match(
        self, scene: Scene, reading: Reading, shared: Binding, draft: Draft
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
            same = self._choose.same(shared, reading.quantity)
            if same is not None:
                return same, regions
        match = self._choose.best(scene.terms, regions, reading.quantity)
        return match or self._choose.same(shared, reading.quantity), regions

    def _completed(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`825 tuyến cáp quang với tổng chiều dài 7.312 km`: half of the name stands before."""
        if draft.match is not None or not bindings:
            return None
        before = bindings[-1]
        if ";" in scene.folded[before.quantity.span.end : reading.quantity.lead]:
            return None
        regions = (*reading.own, *before.regions[:MAX_REGIONS])
        match = self._choose.best(scene.terms, regions, reading.quantity)
        if match is None or not any(own.contains(span) for own in reading.own for span in match.spans):
            return None
        return replace(draft, rule="bind.completed", match=match, regions=regions)

    def _same_head(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
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
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`2.848 lồng nuôi cá, sản lượng 2.720 tấn`: the measure is of what was told just before."""
        if draft.match is None and bindings and self._grammar.is_bare_sum(fold(draft.words)):
            # `xử phạt 222 vụ với số tiền 1,9 tỷ đồng`
            before = bindings[-1]
            gap = scene.folded[before.quantity.span.end : reading.quantity.lead]
            if before.quantity.dimension in COUNTED and not re.search(r"[;:.]", gap):
                return replace(draft, rule="bind.same_object", words=joined(draft.words, before.whole))
        if draft.match is not None or not self._reader.is_bare_yield(draft.words):
            return None
        for other in reversed(bindings[-MAX_LOOKED_BACK:]):
            thing = self._reader.object_of_yield(other.whole)
            if not thing and other.quantity.dimension in _HOLDS_YIELD:
                # Capital and land are of enterprises and projects; which ones is said of their number.
                noun = counted_noun(other.quantity)
                thing = noun if noun and _OF_NOUN.search(fold(draft.words)) else other.whole
            if thing and not self._reader.is_bare_yield(thing):
                return replace(draft, rule="bind.same_object", words=joined(draft.words, thing))
        return None

    def _previous(
        self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`Mức giá này tăng 3.000 đồng`: the metric was named in the sentence before."""
        if draft.words or scene.previous is None:
            return None
        # `... 68,5% trong tổng số 168.000 hồ sơ. Đà Nẵng (58,9%) xếp sau.`: of shares the last one is meant.
        last = scene.recent[-MAX_PREVIOUS:]
        alike = (other for other in reversed(last) if other.quantity.unit_id == reading.quantity.unit_id)
        of = next(alike, scene.previous)
        match = draft.match or self._choose.same(of, reading.quantity)
        return replace(draft, rule="bind.previous", words=of.metric_text, match=match)

    def _is_part_of(self, folded: str, whole: Binding, reading: Reading) -> bool:
        """Asks whether the words about a number only say which part of another's metric it is."""
        metric = whole.metric
        if reading.left is not None and self._grammar.is_level(folded, reading.left):
            return True
        if metric is None or self._choose.same(whole, reading.quantity) is None:
            return False
        sides = (side for side in (reading.left, reading.right) if side is not None)
        return any(self._matcher.names_part(metric, folded, side) for side in sides)


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
