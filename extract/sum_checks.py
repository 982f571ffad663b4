"""Parts against their whole: `4.285 trạm BTS, trong đó 1.002 trạm 2G, 1.255 trạm 3G, ...`.

In: the facts of a document, sentence by sentence. Out: `parts_sum_ok` and `parts_sum_mismatch`. Parts are of
the unit and status of their whole; their places and periods may differ, for these often are what parts them.
That they add up to the digit is what tells that they are all of it; that they do not is a finding only where
the words claim that they are all (`gồm`), and nothing else stands in the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from itertools import pairwise
from operator import add

from extract.adding import add_up
from extract.finding import Finding, Passage, format_number, is_level
from extract.models import Bound, Fact
from extract.rules import RuleSet, words_pattern
from extract.share_sums import ShareSumChecker
from extract.stated import Interval, are_equal, is_counted, measured_units, quote_of, stated_interval

OK, MISMATCH = "parts_sum_ok", "parts_sum_mismatch"

# Longer lists are tables.
MAX_PARTS = 40
# So far may the first part stand from its whole.
MAX_GAP = 200

_CLAIM_GAP = r"[^0-9.;()]{0,80}"
_SEPARATORS = re.compile(r"[,;]|(?<!\w)(?:và|cùng|hoặc)(?!\w)")
# Behind the last part nothing goes on.
_TAIL = re.compile(r"[^0-9,;:().…]{0,60}\.?\s*")
# Behind one of these a number of the same unit may be of something else.
_BREAK = re.compile(r"[;.)]")
_DIGIT = re.compile("[0-9]")


class SumChecker:
    """Adds up parts. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        def words(name: str) -> str:
            return words_pattern(rules.word_forms(f"check.{name}"))

        self._parts = re.compile(rf"{words('parts')}|{words('all_parts')}")
        # A word that leads to other things as well, or a colon: only where no other item begins between.
        self._weak_parts = re.compile(rf"[^;]*?(?<!so ){words('weak_parts')}[^;]*|[^,;:]*:[^;:]*")
        self._claim = re.compile(rf"{_CLAIM_GAP}{words('all_parts')}\s*:?{_CLAIM_GAP}")
        self._opener = re.compile(words("part_openers"))
        self._totals = re.compile(words("totals"))
        self._measured = measured_units(rules)
        self._shares = ShareSumChecker(rules)

    def find(self, passages: Sequence[Passage]) -> Iterator[Finding]:
        """Gives the findings of a document."""
        for number, passage in enumerate(passages):
            yield from self._in_sentence(passage)
            yield from self._shares.find(passage, OK, MISMATCH)
            yield from self._in_next(passages, number)

    # -- one sentence ----------------------------------------------------------------------------------

    def _in_sentence(self, passage: Passage) -> Iterator[Finding]:
        for alike in _by_unit(passage.facts):
            if not 3 <= len(alike) <= MAX_PARTS:
                continue
            taken: set[str] = set()
            for index, whole in enumerate(alike[:-2]):
                if whole.fact_id in taken:
                    continue
                for finding in self._parts_behind(passage, whole, alike[index + 1 :]):
                    taken |= {fact.fact_id for fact in finding.facts}
                    yield finding
            for index, whole in enumerate(alike):
                if index >= 2 and not taken & {fact.fact_id for fact in alike[index - 2 : index + 1]}:
                    yield from self._total_behind(passage, whole, alike[:index])
            if not taken:
                yield from self._claimed(passage, alike)

    def _parts_behind(self, passage: Passage, whole: Fact, rest: Sequence[Fact]) -> Iterator[Finding]:
        """Gives the sums that begin with a whole: its own first, then those of its parts."""
        gap = passage.between(whole, rest[0])
        if len(gap) > MAX_GAP:
            return
        if gap.count("(") > gap.count(")"):
            close = _closing(passage.folded, rest[0].char_end - passage.start)
            rest = [fact for fact in rest if fact.char_start - passage.start < close]
        elif not (self._parts.search(gap) or self._weak_parts.fullmatch(gap)):
            return
        yield from _sums(passage, whole, rest)

    def _total_behind(self, passage: Passage, whole: Fact, before: Sequence[Fact]) -> Iterator[Finding]:
        """`Nam 12 ca, nữ 18 ca, tổng cộng 30 ca`."""
        if self._totals.search(passage.between(before[-1], whole)) is None:
            return
        total = before[-1].value
        for count in range(2, len(before) + 1):
            total += before[-count].value
            if are_equal(total, whole.value):
                yield _finding(OK, whole, before[-count:])
                return

    def _claimed(self, passage: Passage, alike: Sequence[Fact]) -> Iterator[Finding]:
        """`54 xã, gồm 20 xã vùng cao và 30 xã vùng thấp`: parts that are all, and do not add up."""
        whole, parts = alike[0], alike[1:]
        if self._claim.fullmatch(passage.between(whole, parts[0])) is None:
            return
        if any(fact.bound is not Bound.EQ or _when(fact) != _when(whole) for fact in alike):
            return
        listed = [fact for fact in passage.facts if fact.char_start >= whole.char_start]
        tail = passage.behind(parts[-1])
        if len(listed) != len(alike) or not _TAIL.fullmatch(tail) or _SEPARATORS.search(tail):
            return
        gaps = [passage.between(one, other) for one, other in pairwise(parts)]
        if any(len(_SEPARATORS.findall(gap)) != 1 or _DIGIT.search(gap) or "(" in gap for gap in gaps):
            return
        exact = is_counted(whole, self._measured)
        true = _sum_interval(parts, exact=exact)
        stated = stated_interval(whole, exact=exact)
        if true is not None and stated is not None and not stated.meets(true):
            yield _finding(MISMATCH, whole, parts)

    # -- the sentences behind --------------------------------------------------------------------------

    def _in_next(self, passages: Sequence[Passage], number: int) -> Iterator[Finding]:
        """`Tỉnh có 4.285 trạm. Trong đó, có 1.002 trạm 2G; ...`, and a list of which each line is a part."""
        passage = passages[number]
        behind = passages[number + 1] if number + 1 < len(passages) else None
        if behind is None or not passage.is_followed_by(behind):
            return
        if self._opener.match(behind.folded):
            for whole in _last_of_each_unit(passage):
                parts = [fact for fact in behind.facts if _is_part(fact, whole)]
                if 2 <= len(parts) <= MAX_PARTS:
                    yield from _sums(behind, whole, parts)
        elif passage.folded.rstrip().endswith(":") and is_level(passage.facts[-1]):
            whole = passage.facts[-1]
            parts = _first_of_each_line(passages, number, whole)
            if len(parts) >= 2 and are_equal(sum(part.value for part in parts), whole.value):
                yield _finding(OK, whole, parts)


def _by_unit(facts: Sequence[Fact]) -> Iterator[list[Fact]]:
    """Gives the amounts of a sentence, those of one unit and status at a time."""
    groups: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        if is_level(fact) and fact.value > 0:
            groups.setdefault((fact.unit_id, fact.status), []).append(fact)
    yield from groups.values()


def _last_of_each_unit(passage: Passage) -> list[Fact]:
    """Gives the last amount of each unit in a sentence."""
    return list({fact.unit_id: fact for fact in passage.facts if is_level(fact)}.values())


def _is_part(fact: Fact, whole: Fact) -> bool:
    same = fact.unit_id == whole.unit_id and fact.status is whole.status
    return same and is_level(fact) and 0 < fact.value <= whole.value


def _when(fact: Fact) -> tuple[object, object]:
    return fact.period_start, fact.period_end


def _sums(passage: Passage, whole: Fact, rest: Sequence[Fact]) -> Iterator[Finding]:
    """Gives the sum of a whole over the numbers behind it, and the sums of parts that have parts themselves.

    All of the list must be used: `4 ca, trong đó 3 ca ở Hà Nội (1), Hưng Yên (2) và 1 ca ...`. What stands
    behind a mark may be left over.
    """
    added = add_up([fact.value for fact in rest], whole.value)
    if added is None:
        return
    end = added.end
    if end < len(rest) and _BREAK.search(passage.between(rest[end - 1], rest[end])) is None:
        return
    yield _finding(OK, whole, [rest[index] for index in added.parts])
    for part, first, stop in added.inner:
        yield _finding(OK, rest[part], rest[first:stop])


def _first_of_each_line(passages: Sequence[Passage], number: int, whole: Fact) -> list[Fact]:
    """Gives the first number of each line of a list, if it is a part of the whole in all of them."""
    parts: list[Fact] = []
    before = passages[number]
    for passage in passages[number + 1 : number + 1 + MAX_PARTS]:
        if not before.is_followed_by(passage) or not _is_part(passage.facts[0], whole):
            break
        parts.append(passage.facts[0])
        before = passage
    return parts


def _closing(folded: str, position: int) -> int:
    """Gives where the bracket that is open at a position is closed."""
    depth = 1
    for index in range(position, len(folded)):
        depth += {"(": 1, ")": -1}.get(folded[index], 0)
        if depth == 0:
            return index
    return len(folded)


def _sum_interval(parts: Sequence[Fact], *, exact: bool) -> Interval | None:
    intervals = [stated_interval(part, exact=exact) for part in parts]
    known = [interval for interval in intervals if interval is not None]
    return reduce(add, known) if len(known) == len(intervals) else None


def _finding(name: str, whole: Fact, parts: Sequence[Fact]) -> Finding:
    added = " + ".join(format_number(part.value) for part in parts)
    total = format_number(round(sum(part.value for part in parts), 6))
    facts = sorted((whole, *parts), key=lambda fact: fact.char_start)
    return Finding(name, tuple(facts), f"{added} = {total}, stated {quote_of(whole)}")
