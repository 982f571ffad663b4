"""Shares that are all of one whole: `nông nghiệp chiếm 40%, công nghiệp 35%, dịch vụ 25%`.

In: the facts of a sentence. Out: `parts_sum_ok` where they add up to 100%, `parts_sum_mismatch` where they
are called a structure (`cơ cấu`) and are more, or do not fill it with the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.adding import add_up
from extract.finding import Finding, Passage, format_number, is_share
from extract.models import Bound, Fact
from extract.rules import RuleSet, words_pattern
from extract.stated import quote_of, step_of

# Longer lists are tables.
MAX_SHARES = 40
# All of a whole, in percent.
WHOLE = 100.0
# What is written without decimals is exact to one.
COARSE_STEP = 1.0
# `cơ cấu kinh tế: ...` stands so near before its shares.
STRUCTURE_WITHIN = 60


class ShareSumChecker:
    """Adds up shares. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        def words(name: str) -> str:
            return words_pattern(rules.word_forms(f"check.{name}"))

        self._structure = re.compile(words("structure"))
        self._rest = re.compile(words("rest"))
        self._links = re.compile(words("part_links"))

    def find(self, passage: Passage, ok: str, mismatch: str) -> Iterator[Finding]:
        """Gives the findings of one sentence under these names."""
        for run in _runs(passage):
            if not 2 <= len(run) <= MAX_SHARES or any(not 0 < fact.value < WHOLE for fact in run):
                continue
            added = add_up([fact.value for fact in run], WHOLE, _slack(run))
            if added is not None and added.end == len(run):
                parts = [run[index] for index in added.parts]
                if len(parts) > 2 or self._is_pair(passage, parts):
                    yield _finding(ok, parts)
                for part, first, stop in added.inner:
                    yield _finding(ok, run[first:stop], run[part])
            elif self._is_wrong(passage, run):
                yield _finding(mismatch, run)

    def _is_pair(self, passage: Passage, parts: Sequence[Fact]) -> bool:
        """Asks whether two shares are of one whole: decimals that add up, or words that say so."""
        coarse = any(_step(fact) >= COARSE_STEP for fact in parts)
        return not coarse or self._links.search(passage.between(parts[0], parts[1])) is not None

    def _is_wrong(self, passage: Passage, run: Sequence[Fact]) -> bool:
        before = passage.before(run[0])[-STRUCTURE_WITHIN:]
        if len(run) < 3 or self._structure.search(before) is None or "(" in passage.between(run[0], run[-1]):
            return False
        if any(fact.bound is not Bound.EQ or _when(fact) != _when(run[0]) for fact in run):
            return False
        excess = sum(fact.value for fact in run) - WHOLE
        slack = sum(_step(fact) for fact in run)
        has_rest = self._rest.search(passage.between(run[-2], run[-1])) is not None
        return excess > slack or (has_rest and -excess > slack)


def _runs(passage: Passage) -> Iterator[list[Fact]]:
    """Gives the shares of a sentence clause by clause; all of them where each clause has but one."""
    runs: list[list[Fact]] = []
    shares = [fact for fact in passage.facts if is_share(fact)]
    if len(shares) < 2:
        return
    for fact in shares:
        last = runs[-1][-1] if runs else None
        joined = last is not None and ";" not in passage.between(last, fact)
        if last is not None and joined and last.status is fact.status:
            runs[-1].append(fact)
        else:
            runs.append([fact])
    yield from runs
    if len(runs) > 1 and all(len(run) == 1 for run in runs):
        yield shares


def _slack(run: Sequence[Fact]) -> float:
    """Gives how far off rounded decimals may be; whole numbers add up exactly."""
    steps = [_step(fact) for fact in run]
    return 0.0 if max(steps) >= COARSE_STEP else len(run) * max(steps) / 2


def _step(fact: Fact) -> float:
    return step_of(fact) or COARSE_STEP


def _when(fact: Fact) -> tuple[object, object]:
    return fact.period_start, fact.period_end


def _finding(name: str, parts: Sequence[Fact], whole: Fact | None = None) -> Finding:
    """Makes a finding of shares and what they are all of: 100%, or another share before them."""
    added = " + ".join(format_number(fact.value) for fact in parts)
    total = format_number(round(sum(fact.value for fact in parts), 6))
    stated = "all of it is 100%" if whole is None else f"stated {quote_of(whole)}"
    return Finding(name, (*([whole] if whole else []), *parts), f"{added} = {total}%, {stated}")
