"""The article's own arithmetic: which of its numbers agree with each other, and which cannot be true.

In: the facts of one document, in order. Out: `Finding`s, and the facts with the names of theirs in `checks`.
A finding never changes a number: what the article says is kept and flagged. Where words leave a doubt whether
two numbers belong together, nothing is said.

- `ratio_ok`, `ratio_mismatch`: `257.175/510.640 ... đạt 50,36%`: a ratio, or a count and its whole, against
  the percentage stated for it. It agrees when it can be read from the digits written, rounded half up or cut
  off, and from the words that bound it (`gần`, `trên`).
- `parts_sum_ok`, `parts_sum_mismatch`: `4.285 trạm, trong đó 1.002 ...; 1.255 ...`: parts that add up to
  their whole; parts that are said to be all of it (`gồm`) and do not. Likewise shares that add up to 100%.
- `share_over_100`: a share of people, homes or another whole above 100%; not of a plan, not a growth.
- `implausible`: a level outside the range that the metric's rule gives for its unit (`plausible`).
- `rank_beyond`: a rank above its denominator, or above 63 among provinces (34 since 1 July 2025).
- `conflict`: two values of one metric for the same attributes, place, period, status and unit, of which not
  both can be true: digits as above, `khoảng` is 10% more or less, `trên` and `dưới` are open ends. Not for
  metrics that count events (`adds_up`).
- `target_below_actual`: a goal that was reached before, in a metric whose rule says what is `better`.

Of two documents `conflict` and `target_below_actual` are looked for by `table_checks.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from extract import consistency, ratio_checks, sum_checks, value_checks
from extract.consistency import ConsistencyChecker
from extract.finding import Finding, passages_of
from extract.models import Fact
from extract.ratio_checks import RatioChecker
from extract.rules import RuleSet
from extract.sum_checks import SumChecker
from extract.value_checks import ValueChecker

# Something is wrong, in the article or in what was read from it.
WRONG = (
    ratio_checks.MISMATCH,
    sum_checks.MISMATCH,
    consistency.CONFLICT,
    value_checks.OVER_100,
    value_checks.RANK_BEYOND,
    value_checks.IMPLAUSIBLE,
    consistency.TARGET_BELOW,
)
AGREEING = (ratio_checks.OK, sum_checks.OK)


class Checker:
    """Checks documents. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self._ratios = RatioChecker(rules)
        self._sums = SumChecker(rules)
        self._values = ValueChecker(rules)
        self._consistency = ConsistencyChecker(rules)

    def find(self, facts: Sequence[Fact]) -> list[Finding]:
        """Gives the findings of one document, in the order of the text."""
        passages = list(passages_of(facts))
        found = [*self._sums.find(passages), *self._consistency.find(facts)]
        for passage in passages:
            found += [*self._ratios.find(passage), *self._values.find(passage)]
        return sorted(found, key=lambda finding: (finding.facts[0].char_start, finding.name))

    def mark(self, facts: Sequence[Fact]) -> list[Fact]:
        """Gives the facts of one document with the names of their findings: sorted, each once."""
        names: dict[str, set[str]] = {}
        for finding in self.find(facts):
            for fact in finding.facts:
                names.setdefault(fact.fact_id, set()).add(finding.name)
        return [
            replace(fact, checks=join_names(names[fact.fact_id])) if fact.fact_id in names else fact
            for fact in facts
        ]


def join_names(names: Iterable[str]) -> str:
    """Gives names as they stand in the column `checks`."""
    return " ".join(sorted(set(names)))


def names_of(checks: str | None) -> list[str]:
    """Reads the column `checks`."""
    return checks.split() if checks else []
