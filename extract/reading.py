"""Reading: which words of its frame name what a number measures, and on which side of it they stand.

In: a sentence and the frame of one of its numbers. Out: a `Reading`, still without a metric.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extract.frames import Frame
from extract.models import Bound, Change, Span
from extract.names_told import names_end
from extract.naming import Namer
from extract.phrases import PhraseGrammar, without_adverbials
from extract.quantity import Quantity
from extract.scene import Binding, Scene
from extract.text import fold

MAX_OBJECT_SYLLABLES = 6
# Units that say by themselves what is counted; the others need words on one side.
COUNTED = frozenset({"count"})
PHYSICAL = frozenset({"length", "area", "volume", "mass"})
AMOUNTS = frozenset({"money", "mass", "area", "volume", "energy"})
# Who comes is counted in visits: `khách quốc tế 19.000 lượt`, `khách du lịch đến Hạ Long 59.000 lượt khách`.
_VISITS = re.compile(r"lượt(?:\s+(?:khách|người))?")
_VISITORS = re.compile(r"(?<!\w)(?:khách|du khách|người)(?!\w)")
# Nouns of these say nothing of who is counted.
_ANYBODY = frozenset({"người"})
# Where the noun of a rate ends: `thuê bao | /100 dân`, `thuê bao | trên 100 dân`.
_PER = re.compile(r"\s*/|\s+(?:tính\s+)?(?:trên|cho|mỗi)\s")
# What a rank is in stands behind it, after the field: `thứ 3 cả nước về ...`.
_RANK_OF = re.compile(
    r"\s*(?:[^,.;:()0-9]{0,30}?\s)?(?:về\s+(?:chỉ số\s+xếp hạng\s+)?|(?:trong|trên|của)\s+(?=danh sách|bảng))"
)
# What leads to that which a sum is for, from or by.
_OBJECT = re.compile(r"\s+(?P<lead>từ|do|cho|để|vào)\s+(?=[^\W\d])")
# `Mục tiêu đặt ra là có | 58.730 người tham gia`: what is counted stands behind.
_IS_TO_HAVE = re.compile(r"(?<!\w)là\s+(?:phải\s+|sẽ\s+)?có(?!\w)")


@dataclass(frozen=True, slots=True)
class Reading:
    """The words about one number.

    `left` and `right` are the phrases beside it, `words` those that name what it measures by `rule`.
    `says_what`: the phrase behind says what is counted. `names_measure`: the one before begins with a noun
    of measure (`tổng đàn trâu`). `own` are the stretches that belong to this number alone.
    """

    frame: Frame
    left: Span | None
    right: Span | None
    rule: str
    words: str
    says_what: bool
    names_measure: bool

    @property
    def quantity(self) -> Quantity:
        """The number."""
        return self.frame.quantity

    @property
    def own(self) -> tuple[Span, Span]:
        """The words before the number, and the number with its unit noun and the words behind."""
        return self.frame.left, Span(self.quantity.span.start, self.frame.right.end)

    @property
    def phrases(self) -> tuple[Span, ...]:
        """The words before the number, and the number with the phrase behind, up to where that ends."""
        behind = self.right.end if self.right is not None else self.quantity.span.end
        return self.frame.left, Span(self.quantity.span.start, behind)

    @property
    def is_counted(self) -> bool:
        """Whether the unit names the thing counted."""
        return self.quantity.dimension in COUNTED


class FrameReader:
    """Reads the words of a frame. Made once per rule set."""

    def __init__(self, grammar: PhraseGrammar, namer: Namer) -> None:
        self._grammar = grammar
        self._namer = namer

    def read(self, scene: Scene, frame: Frame, before: Binding | None) -> Reading:
        """Gives the words about a number; `before` is the number before it in the sentence."""
        quantity, folded = frame.quantity, scene.folded
        if quantity.dimension == "share" and quantity.change is Change.NONE:
            frame = replace(frame, right=self._grammar.without_against(folded, frame.right))
        left = self._grammar.left_phrase(folded, frame.left, scene.fillers, scene.words)
        if left is None and frame.in_bracket and frame.shares is None:
            left = self._explained(scene, frame, before)
        if left is not None and self._grammar.is_goal(folded, left):
            # `đạt 45,8%, trong khi mục tiêu đề ra là 50%`: of what the number before is of.
            left = None
        # Of a share or a ratio the population and what is said of it are both named.
        reads_on = quantity.dimension == "share" or quantity.denominator is not None
        frame = _behind_names(scene.text, frame)
        counts_anything = self._counts_anything(folded, quantity)
        is_share = reads_on and (left is None or not frame.copula)
        right = self._right(scene, frame, share=is_share, wide=counts_anything)
        compares = quantity.is_rank or quantity.unit_id == "times"
        if right is not None and (
            self._grammar.is_date(folded, right, scene.fillers)
            or (compares and self._grammar.is_place(folded, right, scene.fillers))
        ):
            # `41 triệu đồng năm 2017`: when, not what. `thứ 3 vùng Đông Bắc`, `gấp 3 lần năm ngoái`: among
            # whom or with what.
            right = None
        if right is None and quantity.dimension in COUNTED and not is_share:
            # `7 trường ở Hà Nội đang thí điểm`: a noun with nothing behind it takes what is said of it.
            right = self._right(scene, frame, share=False, wide=True)
        if left is not None and quantity.dimension in COUNTED and self._grammar.says_how_many(folded, left):
            left = None
        if left is not None and right is not None and _IS_TO_HAVE.search(folded, left.start, quantity.lead):
            left = None
        if left is not None and self._introduces(folded, frame, left, right):
            left = None
        names_measure = left is not None and self._grammar.names_measure(folded, left)
        says_what = right is not None and not (counts_anything and self._grammar.says_where(folded, right))
        rule = _side(frame, left, right, names_measure=names_measure or counts_anything, says_what=says_what)
        if left is not None and quantity.dimension in PHYSICAL and self._namer.ends_in_measure(folded, left):
            # `đường mòn dài 3,5 km dẫn tới hồ`: what follows is said of the thing, not of its length.
            rule = "bind.left"
        names_after = right is not None and self._grammar.names_measure(folded, right)
        takes_noun = quantity.dimension in (*AMOUNTS, "rate") or (
            quantity.dimension == "share" and quantity.change is not Change.NONE
        )
        of_plan = right is not None and self._grammar.names_plan(folded, right)
        if names_after and not names_measure and takes_noun and not of_plan:
            # `Công ty đạt 57.895 tỷ đồng doanh thu`, `tăng 30% doanh thu`: the noun of measure stands behind.
            rule = "bind.right"
        words = self._words(scene, frame, left, right, rule, before)
        prices = self._grammar.price_base(scene.plain, frame.left)
        if left is not None and prices is not None and prices.start >= left.end:
            words = f"{words} {scene.text[prices.start : prices.end]}"
        ranked = self._ranked_by(scene, frame)
        if ranked is not None:
            rule, words = "bind.rank_of", without_adverbials(scene.text, ranked, scene.fillers)
        return Reading(frame, left, right, rule, words, says_what, names_measure)

    def is_bare_price(self, words: str) -> bool:
        """Asks whether words name a price and not of what: `giá niêm yết`."""
        return self._namer.is_bare(words) and "giá" in fold(words).split()

    def is_bare_yield(self, words: str) -> bool:
        """Asks whether words name a measure of farming and not of what: `năng suất bình quân`."""
        return self._namer.is_bare_yield(words)

    def object_of_yield(self, words: str) -> str:
        """Gives what a measure of farming is of, else nothing."""
        return self._namer.object_of_yield(words)

    def _explained(self, scene: Scene, frame: Frame, before: Binding | None) -> Span | None:
        """Gives the words that a bracket explains: `thời tiết nóng bức (khoảng 29-34 độ C)`."""
        since = _end_of(before.quantity) if before is not None else scene.sentence.start
        opened = scene.folded.rfind("(", since, frame.quantity.span.start)
        if opened < 0:
            return None
        return self._grammar.left_phrase(scene.folded, Span(since, opened), scene.fillers, scene.words)

    def _right(self, scene: Scene, frame: Frame, *, share: bool, wide: bool) -> Span | None:
        return self._grammar.right_phrase(
            scene.folded, frame.right, scene.words, scene.fillers, share=share, wide=wide
        )

    def _counts_anything(self, folded: str, quantity: Quantity) -> bool:
        """Asks whether the unit counts anything of its kind: `người`, `ca`."""
        span = quantity.unit_span
        return span is not None and bool(self._grammar.bare_counter.fullmatch(folded, span.start, span.end))

    def _words(
        self,
        scene: Scene,
        frame: Frame,
        left: Span | None,
        right: Span | None,
        rule: str,
        before: Binding | None,
    ) -> str:
        """Gives the words that name the metric, value and unit aside."""
        quantity, folded = frame.quantity, scene.folded
        counted = counted_noun(quantity)
        behind = without_adverbials(scene.text, right, scene.fillers)
        deed = None
        if counted and rule in ("bind.right", "bind.label"):
            deed = self._namer.deed_for(folded, frame.left, scene.words)
        if deed is not None:
            return f"{scene.text[deed.start : deed.end]} {counted} {behind}".strip()
        if left is None:
            return f"{counted} {behind}".strip()
        if rule == "bind.right":
            has_own = behind or not counted
            if has_own or not self._grammar.ends_in_verb(folded, left, quantity.lead):
                return f"{counted} {behind}".strip()
        # `bệnh viện đã tiêm được 100 người`: nothing behind says of which persons, the verb before does.
        is_label = rule in ("bind.label", "bind.right")
        since = _end_of(before.quantity) if before is not None else scene.sentence.start
        named = self._namer.name(
            folded, since, frame.left, left, scene.words, scene.fillers,
            counted=is_label, physical=quantity.dimension in PHYSICAL,
        )  # fmt: skip
        words = " ".join(without_adverbials(scene.text, span, scene.fillers) for span in named)
        is_measure = self._grammar.names_measure(folded, named[0])
        if is_label:
            counts_anything = self._counts_anything(folded, quantity)
            needs_no_noun = is_measure and counts_anything
            if is_measure and not counts_anything:
                # `Bệnh viện có quy mô 800 giường bệnh`: the noun says of what.
                words = without_adverbials(scene.text, named[0], scene.fillers)
            # `làm chết 15 người`: the verb alone tells of whom.
            needs_no_noun = needs_no_noun or (fold(counted) in _ANYBODY and not behind)
            noun = "" if needs_no_noun else new_noun(words, counted)
            # `trong đó đưa 259 lao động đi làm việc ở nước ngoài`: what is said of them stands behind.
            return f"{words} {noun} {behind}".strip() if noun else words
        if rule != "bind.both" or right is None:
            return f"{words} {self._object(scene, frame, words)}".strip()
        if quantity.dimension != "share" and not is_measure and self._grammar.is_nominal(folded, right):
            # `quản lý 13.000 m cầu bến`: what is measured stands behind its unit.
            done = self._namer.deed_done(folded, frame.left)
            return f"{scene.text[done.start : done.end]} {behind}" if done is not None else behind
        # A short object after the number completes the phrase (`phủ 73% hộ dân`); a long one is new.
        is_short = len(behind.split()) <= MAX_OBJECT_SYLLABLES
        return f"{words} {behind}".strip() if is_short else words

    def _introduces(self, folded: str, frame: Frame, left: Span, right: Span | None) -> bool:
        """Asks whether a colon only leads to what is counted: `số liệu ban đầu: 1.606 nhà | tốc mái`."""
        quantity = frame.quantity
        if right is None or not folded[left.end : quantity.lead].rstrip().endswith(":"):
            return False
        if self._grammar.names_measure(folded, left) or not self._grammar.is_nominal(folded, right):
            return False
        return quantity.dimension in (*COUNTED, *PHYSICAL)

    def _object(self, scene: Scene, frame: Frame, words: str) -> str:
        """Gives what a sum is for, from or by: `chi 14 tỷ đồng | cho chuyển đổi số`."""
        if frame.quantity.dimension != "money" or not self._grammar.takes_object(fold(words)):
            return ""
        lead = _OBJECT.match(scene.folded, frame.right.start, frame.right.end)
        if lead is None:
            return ""
        behind = Span(lead.end(), frame.right.end)
        what = self._grammar.right_phrase(scene.folded, behind, scene.words, scene.fillers, share=False)
        if what is None or self._grammar.is_adverbial(scene.folded, what, scene.fillers):
            return ""
        named = without_adverbials(scene.text, what, scene.fillers)
        return f"{lead['lead']} {named}"

    def _ranked_by(self, scene: Scene, frame: Frame) -> Span | None:
        """Gives what a rank is in where it is said behind: `đứng thứ 3 cả nước về chuyển đổi số`."""
        if not frame.quantity.is_rank:
            return None
        opened = _RANK_OF.match(scene.folded, frame.quantity.span.end, frame.right.end)
        if opened is None:
            return None
        behind = Span(opened.end(), frame.right.end)
        return self._grammar.right_phrase(scene.folded, behind, scene.words, scene.fillers, share=False)


def _behind_names(text: str, frame: Frame) -> Frame:
    """Leaves out the names of all those counted: `2 huyện | Giồng Riềng và Gò Quao | hoàn thành`."""
    if frame.quantity.dimension not in COUNTED:
        return frame
    end = names_end(text, frame.quantity, frame.right)
    return frame if end is None else replace(frame, right=Span(end, frame.right.end))


def counted_noun(quantity: Quantity) -> str:
    """Gives the noun of a count, also of a rate: the `thuê bao` of `thuê bao/100 dân`."""
    counts = quantity.unit.dimension in COUNTED if quantity.unit is not None else bool(quantity.unit_id)
    if not counts:
        return ""
    is_rate = quantity.unit_id == "per_100_people" or "/" in quantity.unit_id
    return _PER.split(quantity.unit_text)[0] if is_rate else quantity.unit_text


def new_noun(words: str, counted: str) -> str:
    """Gives the noun of a count unless words before it have it or name those whose visits they are."""
    is_visit = _VISITS.fullmatch(fold(counted)) is not None and _VISITORS.search(fold(words)) is not None
    has_noun = re.search(rf"(?<!\w){re.escape(fold(counted))}(?!\w)", fold(words)) is not None
    return "" if is_visit or has_noun else counted


def _end_of(quantity: Quantity) -> int:
    """Gives where the words begin that a number leaves to the next: its noun is one, a unit is not."""
    if quantity.dimension in COUNTED and quantity.unit_span is not None:
        return quantity.unit_span.start
    return quantity.span.end


def _side(
    frame: Frame, left: Span | None, right: Span | None, *, names_measure: bool, says_what: bool
) -> str:
    """Decides on which side of the number the words stand that name what it measures."""
    dimension = frame.quantity.dimension
    if frame.quantity.is_rank:
        return "bind.left" if left is not None and frame.quantity.bound is not Bound.LE else "bind.right"
    if left is not None and (frame.is_label or (names_measure and not says_what and dimension in COUNTED)):
        return "bind.label"
    if left is not None and frame.copula:
        return "bind.both" if dimension == "share" and right is not None else "bind.left"
    if dimension in COUNTED or left is None:
        return "bind.right"
    return "bind.both" if right is not None else "bind.left"
