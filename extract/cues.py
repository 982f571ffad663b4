"""Words about a number that say how it is meant: bounds (`hơn`, `trở lên`), changes (`tăng`, `giảm`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.models import Bound, Change
from extract.phrase_end import PhraseEnd
from extract.quantity import Quantity
from extract.rules import CuePattern, RuleSet, words_pattern
from extract.schema_rules import Cue

# How far to the left of a number its bound and change words are looked for.
CUE_WINDOW = 48
# How far to the right: `hoặc cao hơn`.
AFTER_WINDOW = 20
# Bound words pile up at most so deep: `ước đạt khoảng hơn`.
MAX_BOUND_WORDS = 3
# The size of a change is stated a second time in one of these: `tăng 9,84 điểm, tương ứng 0,8%`.
_MOVE_UNITS = frozenset({"percent", "percentage_point", "point", "score"})

# Bounds that may stand before a word of change; `vượt lên 4 hạng` is a change alone.
_BEFORE_CHANGE = frozenset({Bound.APPROX, Bound.GE, Bound.LE})

_LETTERS = re.compile(r"[^\W_]+")
_LETTER = re.compile(r"[^\W\d_]")
_COMPARATIVE = re.compile(
    r"(?<!\w)(?<!không )(?<!hoặc )(?:cao|thấp|nhiều|ít|lớn|nhỏ|nhanh|chậm|tốt|đắt|rẻ|kém)\s+hơn\s*$"
)
# How a rank moved: the last such word before the number, `thấp hơn` as one.
_MOVED = re.compile(
    r"(?<!\w)(?:(?P<down>giảm|tụt|rớt|lùi|xuống|sụt|mất|(?:thấp|kém|dưới)\s+hơn|kém)|tăng|lên|vượt|nhích|thăng"
    r"|cải thiện|tiến|vươn|nhảy|thêm|(?:cao|trên|tốt)\s+hơn|hơn)(?!\w)"
)
# Words between it and the number at most.
_MAX_MOVED = 6
# `lớn hơn 500 ha` bounds; with what it is compared to, it is a change: `nhiều hơn 20 xã so với năm trước`.
_COMPARED_SIZE = re.compile(r"(?<!\w)(?<!không )(?<!hoặc )(?:(?P<gt>lớn|nhiều)|nhỏ|ít)\s+hơn\s*$")
_COMPARED_TO = re.compile(
    r"[^.;]{0,60}?(?<!\w)(?:so|cùng kì|năm (?:trước|ngoái)|tháng trước|quí trước|trước đó)(?!\w)"
)
# `So với cùng kỳ, số vụ nhiều hơn 7%`: of one sentence.
_COMPARED_BEFORE = re.compile(
    r"(?<!\w)(?:so (?:với|cùng)|đặt cạnh|sánh với)\s[^.;:0-9]*(?:năm \d{4})?[^.;:0-9]*$"
)
MAX_COMPARED = 80
_SIGNS = {"≥": Bound.GE, "≤": Bound.LE, ">": Bound.GT, "<": Bound.LT, "~": Bound.APPROX, "≈": Bound.APPROX}
# Not an arrow and not the end of a tag: `=> 95%`, `<b>5 hộ`.
_SIGN = re.compile(r"(?<![-=\w\"'/])([≥≤><~≈])(=?)\s*$")
_SIGNED_CHANGE = re.compile(r"\(\s*(?P<sign>[+-])$")
_FROM = re.compile(r"(?<!\w)từ\s*$")
_OPENS_RANGE = re.compile(r"(?<!\w)(?:(?:trong|ở)\s+khoảng(?:\s+từ)?|từ)\s*$")
_AGAINST = " so với "
_EXCEEDED = re.compile(r"(?<!\w)vượt(?:\s+(?:mức|hơn|gần|tới|đến|trên|khoảng))?\s*$")
_TO_LEVEL = re.compile(r"[^.;]{0,60}?(?<!\w)(?:lên|xuống|còn|về|thành)(?!\w)")
# `tăng 5% so với tháng trước và 10% so với cùng kỳ`: what each is compared with may stand between.
_LIST_LINK = re.compile(
    r"(?:\s*(?:so với|về) [^,;.:()0-9]{1,40}?|\s*\([^()]{1,60}\))?"
    r"\s*(?:,\s*và|,?\s*thậm chí(?:\s+là)?|,|và|hoặc)\s*"
)
_EQUIVALENT = re.compile(r"\s*(?:\(\s*|,\s*)?(?:tương đương|tương ứng|hay|tức)(?:\s+(?:với|là))?\s*")
_SAME_MOVE = re.compile(r"\s*(?:,\s*)?\(?\s*(?:tương ứng(?: với)?|tương đương(?: với)?|hay|ứng với|tức)?\s*")


class CueReader:
    """Reads bounds and changes. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        before = [cue for cue in rules.bounds if cue.side == "before"]
        self._before = _phrases(before)
        self._before_patterns = CuePattern.table(
            CuePattern.of(cue, after=r"\s*$") for cue in before if not cue.forms
        )
        self._planned = re.compile(
            r"\s*(?:so với\s+)?" + words_pattern(rules.word_forms("change.excess_over"))
        )
        self._carriers = PhraseEnd.of_words(rules.word_forms("bound.carriers"))
        self._after = CuePattern.table(
            CuePattern.of(cue, before=r"^\s*") for cue in rules.bounds if cue.side == "after"
        )
        self._changes = _phrases(rules.changes)
        self._fillers = PhraseEnd.of_words(rules.word_forms("change.fillers"))
        filler = words_pattern(rules.word_forms("change.fillers"))
        self._change_patterns = CuePattern.table(
            CuePattern.of(cue, after=rf"(?:\s+(?:{filler}))*\s*\(?$")
            for cue in rules.changes
            if not cue.forms
        )
        self._levels = PhraseEnd.of_words(rules.word_forms("change.level_words"))

    def read(self, folded: str, start: int, end: int, quantities: Sequence[Quantity]) -> list[Quantity]:
        """Gives the quantities of a sentence, in order, with their bounds and changes."""
        finished: list[Quantity] = []
        limit = start
        for quantity in quantities:
            current = self._read_one(folded, max(limit, quantity.span.start - CUE_WINDOW), end, quantity)
            finished.append(_share(folded, finished[-1], current) if finished else current)
            limit = quantity.span.end
        return finished

    def _read_one(self, folded: str, limit: int, end: int, quantity: Quantity) -> Quantity:
        window = folded[limit : quantity.lead]
        tail = folded[quantity.span.end : min(end, quantity.span.end + AFTER_WINDOW)]
        after = self._cue_after(tail) if tail.lstrip()[:1].isalpha() else None
        signed = self._signed(window, quantity)
        if signed is not None:
            return signed
        sign = _SIGN.search(window)
        if sign is not None:
            # `tăng ≥ 5%`: what stands before the sign may say more.
            equal = {Bound.GT: Bound.GE, Bound.LT: Bound.LE} if sign[2] else {}
            bound = equal.get(_SIGNS[sign[1]], _SIGNS[sign[1]])
            fired = (*quantity.rule_ids, "bound.sign")
            quantity = replace(quantity, bound=bound, lead=limit + sign.start(), rule_ids=fired)
            window = window[: sign.start()]
        if after is None and sign is None and not _LETTER.search(window):
            return quantity
        size = _COMPARED_SIZE.search(window)
        if (
            size is not None
            and _COMPARED_TO.match(folded, quantity.span.end, end) is None
            and _COMPARED_BEFORE.search(folded, max(0, limit - MAX_COMPARED), limit + size.start()) is None
        ):
            bound = Bound.GT if size["gt"] else Bound.LT
            rules = (*quantity.rule_ids, "bound.compared")
            return replace(quantity, bound=bound, lead=limit + size.start(), rule_ids=rules)
        # `vượt 31 trường so với chỉ tiêu` as well: of counts `vượt 31 trường` alone is more than 31.
        compares = folded.startswith(_AGAINST, quantity.span.end, end)
        if (quantity.unit_id == "percent" or compares) and (
            at := self._excess(folded, limit, quantity, end)
        ) is not None:
            excess = (*quantity.rule_ids, "change.excess")
            return replace(quantity, change=Change.INCREASE, lead=at, rule_ids=excess)
        if quantity.value_max is not None:
            # `từ 6.000 - 7.000`, `trong khoảng 6.000 - 7.000`: the words open a range and bound nothing.
            window = _OPENS_RANGE.sub("", window)
        lead = quantity.lead
        cues: list[Cue] = []
        if not _COMPARATIVE.search(window):
            for _ in range(MAX_BOUND_WORDS):
                peeled = self._peel(window)
                if peeled is None:
                    break
                cue, at = peeled
                window, lead = window[:at], min(lead, limit + at)
                cues.append(cue)
        if after is not None:
            cues.append(after)
        bound = quantity.bound
        if cues and bound is Bound.EQ:
            bounds = [Bound(cue.value) for cue in cues]
            bound = next((item for item in bounds if item is not Bound.APPROX), Bound.APPROX)
        if _FROM.search(window) and not _TO_LEVEL.match(folded, quantity.span.end, end):
            # `giảm từ 10%` without a level that it leads to is the size of the change.
            window = _FROM.sub("", window)
        change, change_at, rule = self._change(window, quantity)
        if change_at is not None:
            lead = min(lead, limit + change_at)
            bounded = self._peel(window[:change_at]) if bound is Bound.EQ else None
            if bounded is not None and bounded[0].value in _BEFORE_CHANGE:
                # `ước tăng 7,2%`: the bound stands before the change.
                bound, lead = Bound(bounded[0].value), min(lead, limit + bounded[1])
                cues.append(bounded[0])
        elif not cues and change is quantity.change:
            return quantity
        cited = [*quantity.rule_ids, *(cue.rule_id for cue in cues), *([rule] if rule else [])]
        return replace(quantity, bound=bound, change=change, lead=lead, rule_ids=tuple(cited))

    def _excess(self, folded: str, limit: int, quantity: Quantity, end: int) -> int | None:
        """Gives where `vượt` of `vượt 12% kế hoạch`, `(vượt 36%)` begins: by how much, not over how much."""
        exceeded = _EXCEEDED.search(folded[limit : quantity.lead])
        if exceeded is None:
            return None
        at = limit + exceeded.start()
        in_brackets = folded[limit:at].rstrip().endswith("(") and folded[quantity.span.end : end][:1] == ")"
        return at if in_brackets or self._planned.match(folded, quantity.span.end, end) else None

    def _signed(self, window: str, quantity: Quantity) -> Quantity | None:
        """Reads a change that is written as a sign: `(-3,1%)`."""
        moved = _SIGNED_CHANGE.search(window) if quantity.unit_id in _MOVE_UNITS else None
        if moved is None:
            return None
        change = Change.INCREASE if moved["sign"] == "+" else Change.DECREASE
        return replace(quantity, change=change, rule_ids=(*quantity.rule_ids, "change.sign"))

    def _cue_after(self, tail: str) -> Cue | None:
        """Gives the bound that begins the words after a number: `trở lên`."""
        return next((item.cue for item in self._after.possible(tail) if item.search(tail)), None)

    def _peel(self, window: str) -> tuple[Cue, int] | None:
        """Gives the longest bound word that ends the window, and where it begins."""
        best = self._before.find(window)
        if best is not None and window[: best.start].rstrip().endswith("lương"):
            # `lương tối thiểu` is the name of a wage.
            return None
        carrier = self._carriers.find(window) if best is None else None
        if carrier is not None:
            # `vượt mốc 1 triệu`, `quanh con số 2%`: a noun stands between.
            best = self._before.find(window, 0, carrier.start)
        found = (best.value, best.start) if best is not None else None
        for pattern in self._before_patterns.possible(window):
            match = pattern.search(window)
            if match is not None and (found is None or match.start() < found[1]):
                found = (pattern.cue, match.start())
        return found

    def _change(self, window: str, quantity: Quantity) -> tuple[Change, int | None, str]:
        """Gives the change that the words before a number state, where they begin, and the rule."""
        if quantity.unit_id == "rank_places":
            moved = next(reversed(list(_MOVED.finditer(window))), None)
            if moved is None or len(_LETTERS.findall(window, moved.end())) > _MAX_MOVED:
                return Change.NONE, None, ""
            change = Change.DECREASE if moved["down"] else Change.INCREASE
            return change, moved.start(), f"change.{change}"
        if quantity.is_rank or quantity.change is not Change.NONE:
            return quantity.change, None, ""
        level, move = self._levels.find(window), self._changes.find(window)
        if level is not None and (move is None or move.start >= level.start):
            # `tăng lên 50%`, but `nhích lên 1,2%` is one word of change.
            return Change.NONE, None, ""
        for pattern in self._change_patterns.possible(window):
            match = pattern.search(window)
            if match is not None:
                return Change(pattern.cue.value), match.start(), pattern.cue.rule_id
        stop = len(window.rstrip().removesuffix("("))
        while True:
            ending = self._changes.find(window, 0, stop)
            if ending is not None:
                return Change(ending.value.value), ending.start, ending.value.rule_id
            filler = self._fillers.find(window, 0, stop)
            if filler is None:
                return Change.NONE, None, ""
            stop = filler.start


def _phrases(cues: Sequence[Cue]) -> PhraseEnd[Cue]:
    return PhraseEnd({form: cue for cue in cues for form in cue.forms})


def _share(folded: str, previous: Quantity, quantity: Quantity) -> Quantity:
    """Gives a listed number the bound and change of the one before: `giảm lần lượt 30% và 28%`.

    The same move in another unit shares the change too: `tăng 9,84 điểm, tương ứng 0,8%`.
    """
    if previous.change is Change.NONE and previous.bound is Bound.EQ:
        return quantity
    if quantity.change is not Change.NONE or quantity.is_rank or previous.is_rank:
        return quantity
    gap = folded[previous.span.end : quantity.lead]
    listed = _LIST_LINK.fullmatch(gap) is not None and quantity.unit_id == previous.unit_id
    same_move = (
        ("tương" in gap or "ứng" in gap or "(" in gap)
        and _SAME_MOVE.fullmatch(gap) is not None
        and quantity.unit_id in _MOVE_UNITS
    )
    # `ít nhất 10 tỷ Nhân dân tệ (tương đương 1,54 tỷ USD)`: one amount in two currencies.
    same_amount = (
        quantity.dimension == previous.dimension == "money" and _EQUIVALENT.fullmatch(gap) is not None
    )
    shares_bound = quantity.bound is Bound.EQ and (
        (listed and previous.bound is Bound.APPROX) or (same_amount and previous.bound is not Bound.EQ)
    )
    moved = previous.change is not Change.NONE and previous.unit_id != "times"
    shares_change = moved and (listed or same_move or same_amount)
    if not shares_bound and not shares_change:
        return quantity
    return replace(
        quantity,
        bound=previous.bound if shares_bound else quantity.bound,
        change=previous.change if shares_change else quantity.change,
        rule_ids=(*quantity.rule_ids, "cue.shared"),
    )
