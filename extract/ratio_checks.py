"""A ratio against the percentage that is stated for it: `257.175/510.640 ..., đạt 50,36%`.

In: the facts of a sentence. Out: `ratio_ok` and `ratio_mismatch`. Both want the percentage beside the ratio,
with nothing but words that lead from one to the other; agreement to a decimal is also enough to tell that
the two belong together where more stands between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.finding import Finding, Passage, format_number, is_level, is_share
from extract.models import Bound, Change, Fact
from extract.rules import RuleSet, words_pattern
from extract.stated import Interval, near_interval, quote_of, stated_interval, step_of, whole_interval

OK, MISMATCH = "ratio_ok", "ratio_mismatch"

# The percentage stands so many numbers from its ratio at most.
MAX_APART = 3
# A percentage written to a tenth agrees with a ratio by chance once in a thousand times.
EXACT_STEP = 0.1
# A share looks back over so many numbers for its whole.
MAX_LOOKED_BACK = 12
# `trong tổng số` stands so near before the whole.
LEAD_WITHIN = 20
# Two numbers of a list stand so near.
LIST_GAP = 40
# So much of the ratio's own words may stand between the two.
_WORDS = r"(?:[^0-9.;:()]|(?<!\w)[2-6]g(?!\w)){0,90}?"
_CLAUSE_END = re.compile(r"\s*(?:[.;)]|,|$)")
_CLOSED = re.compile(r"[^0-9.;:()]{0,40}\)")
_LISTED = re.compile(r"(?<!\w)(?:và|lần lượt)(?!\w)|,")


class RatioChecker:
    """Compares ratios with percentages. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        link = words_pattern(rules.word_forms("check.share_links")) + r"\s*|=\s*"
        bound = words_pattern([form for cue in rules.bounds for form in cue.forms]) + r"\s*"
        tail = rf"(?:{link})+(?:{bound})*"
        self._forward = re.compile(
            rf"\s*{tail}|{_WORDS},\s*(?:và\s+)?{tail}|{_WORDS}\(\s*(?:{link})*(?:{bound})*"
        )
        self._backward = re.compile(rf"{_WORDS}[(,]\s*(?:{link}|với\s+)*(?:{bound})*")
        self._of_whole = re.compile(words_pattern(rules.word_forms("check.of_whole")))
        self._in_turn = re.compile(words_pattern(rules.word_forms("bind.in_turn")))

    def find(self, passage: Passage) -> list[Finding]:
        """Gives the findings of one sentence."""
        shares = [place for place, fact in enumerate(passage.facts) if is_share(fact) and fact.value > 0]
        if not shares or len(passage.facts) < 2:
            return []
        settled: set[int] = set()
        found = list(self._of_ratios(passage, shares, settled))
        found += self._of_wholes(passage, [place for place in shares if place not in settled])
        return found

    # -- x/y and its percentage ------------------------------------------------------------------------

    def _of_ratios(self, passage: Passage, shares: Sequence[int], settled: set[int]) -> Iterator[Finding]:
        """Notes in `settled` the numbers that it found something about."""
        facts = passage.facts
        pairs = [
            (abs(place - index), index, place)
            for place in shares
            for index in range(max(0, place - MAX_APART), min(len(facts), place + MAX_APART + 1))
            if _is_ratio(facts[index])
            and facts[index].status is facts[place].status
            and not any(_is_ratio(fact) for fact in facts[min(index, place) + 1 : max(index, place)])
        ]
        pairs.sort()
        for apart, index, place in pairs:
            if {index, place} & settled:
                continue
            step = step_of(facts[place])
            exact = step is not None and step <= EXACT_STEP
            beside = apart == 1 and self._leads_to(passage, index, place)
            if (beside or exact) and _agree(facts[index], facts[place]):
                settled |= {index, place}
                yield _finding(OK, facts[index], facts[place])
        for apart, index, place in pairs:
            if (
                apart == 1
                and not {index, place} & settled
                and self._leads_to(passage, index, place)
                and self._stands_alone(passage, index, place)
                and _disagree(facts[index], facts[place])
            ):
                settled |= {index, place}
                yield _finding(MISMATCH, facts[index], facts[place])

    def _leads_to(self, passage: Passage, index: int, place: int) -> bool:
        """Asks whether nothing but words of share parts the two: `..., đạt 50,36%`, `50,36% (...)`."""
        count, share = passage.facts[index], passage.facts[place]
        if index < place:
            return self._forward.fullmatch(passage.between(count, share)) is not None
        return self._backward.fullmatch(passage.between(share, count)) is not None

    def _stands_alone(self, passage: Passage, index: int, place: int) -> bool:
        """Asks whether the two are no part of two lists, and nothing says what else the share is of."""
        if self._in_turn.search(passage.folded):
            return False
        facts = passage.facts
        first, last = min(index, place), max(index, place)
        end = _CLAUSE_END if place == last else _CLOSED
        listed_before = first > 0 and _are_listed(passage, first - 1, first)
        listed_behind = last + 1 < len(facts) and _are_listed(passage, last, last + 1)
        ends = end.match(passage.behind(facts[last])) is not None
        return ends and not listed_before and not listed_behind

    # -- a count, its whole and the share --------------------------------------------------------------

    def _of_wholes(self, passage: Passage, shares: Sequence[int]) -> Iterator[Finding]:
        """`2.000 hộ, trong đó 1.676 hộ (83,8%)`, `842 người trên tổng số 920 người (91,5%)`."""
        facts = passage.facts
        for place in shares:
            if place == 0 or not is_level(facts[place - 1]) or not self._leads_to(passage, place - 1, place):
                continue
            share, last = facts[place], facts[place - 1]
            alike = [
                fact
                for fact in facts[max(0, place - 1 - MAX_LOOKED_BACK) : place - 1]
                if _is_alike(fact, last)
            ]
            step = step_of(share)
            ends = _CLAUSE_END.match(passage.behind(share)) is not None
            for other in reversed(alike):
                part, whole = sorted((other, last), key=lambda fact: fact.value)
                told = ends and self._is_of_whole(passage, other, last)
                exact = step is not None and step <= EXACT_STEP and part is last
                if part.value < whole.value and (told or exact) and _agree(part, share, whole):
                    yield _finding(OK, part, share, whole)
                    break
            else:
                yield from self._wrong_share(passage, last, share, alike)

    def _is_of_whole(self, passage: Passage, first: Fact, second: Fact) -> bool:
        """Asks whether words say that one of two counts is the whole: `trong số 2.000 hộ có 1.676 hộ ...`."""
        before = passage.before(first)[-LEAD_WITHIN:]
        return any(self._of_whole.search(text) for text in (passage.between(first, second), before))

    def _wrong_share(
        self, passage: Passage, part: Fact, share: Fact, alike: Sequence[Fact]
    ) -> Iterator[Finding]:
        """Only where the sentence counts one whole, says that the count is of it, and ends with the share."""
        if len(alike) != 1 or _CLAUSE_END.match(passage.behind(share)) is None:
            return
        (whole,) = alike
        gap = passage.between(whole, part)
        if (
            part.value < whole.value
            and ";" not in gap
            and self._is_of_whole(passage, whole, part)
            and (part.period_start, part.province_code) == (whole.period_start, whole.province_code)
            and part.bound is whole.bound is Bound.EQ
            and _disagree(part, share, whole)
        ):
            yield _finding(MISMATCH, part, share, whole)


def _is_ratio(fact: Fact) -> bool:
    """Asks whether a fact is x of y things; a rank of so many and `1/3` are none."""
    return (
        fact.denominator is not None
        and fact.denominator > 0
        and fact.change is Change.NONE
        and fact.unit_id not in ("rank", "fraction", "score")
    )


def _is_alike(fact: Fact, other: Fact) -> bool:
    return is_level(fact) and fact.unit_id == other.unit_id and fact.status is other.status and fact.value > 0


def _are_listed(passage: Passage, first: int, second: int) -> bool:
    """Asks whether two numbers are two of a list: alike, with little and a mark of a list between them."""
    one, other = passage.facts[first], passage.facts[second]
    if one.unit_id != other.unit_id or (one.denominator is None) is not (other.denominator is None):
        return False
    gap = passage.between(one, other)
    return len(gap) <= LIST_GAP and _LISTED.search(gap) is not None


def _true_share(part: Fact, whole: Fact | None) -> Interval | None:
    """Gives in what interval the share must lie, None where digits do not tell."""
    over = whole_interval(part) if whole is None else stated_interval(whole, exact=True)
    value = stated_interval(part, exact=True)
    if value is None or over is None or over.low <= 0:
        return None
    return value.percent_of(over)


def _agree(part: Fact, share: Fact, whole: Fact | None = None) -> bool:
    stated, true = near_interval(share), _true_share(part, whole)
    return stated is not None and true is not None and stated.meets(true)


def _disagree(part: Fact, share: Fact, whole: Fact | None = None) -> bool:
    stated, true = stated_interval(share), _true_share(part, whole)
    return stated is not None and true is not None and not stated.meets(true)


def _finding(name: str, part: Fact, share: Fact, whole: Fact | None = None) -> Finding:
    over = part.denominator if whole is None else whole.value
    true = 100 * part.value / (over or 1.0)
    named = f"{format_number(part.value)}/{format_number(over or 0)}"
    facts = sorted((part, share, *([whole] if whole else [])), key=lambda fact: fact.char_start)
    reason = f"{named} = {format_number(round(true, 2))}%, stated {quote_of(share)}"
    return Finding(name, tuple(facts), reason)
