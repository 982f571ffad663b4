"""Single numbers that cannot be: shares above 100%, values out of range, ranks beyond the last.

In: a fact in its sentence. Out: `share_over_100`, `implausible`, `rank_beyond`. What may be is data: the
`plausible` ranges of a metric (`rules/metrics/`), the words of shares and of provinces (`rules/words.yaml`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from extract.finding import Finding, Passage, format_number, is_share
from extract.models import Bound, Change, Fact, Grain, Source
from extract.places import MERGER
from extract.rules import RuleSet, words_pattern
from extract.schema_rules import Metric
from extract.stated import quote_of
from extract.text import fold

OVER_100, IMPLAUSIBLE, RANK_BEYOND = "share_over_100", "implausible", "rank_beyond"

FULL = 100.0
# How many provinces there are before and since the merger.
PROVINCES_BEFORE, PROVINCES_SINCE = 63, 34
# Behind a percentage so many characters may say what it is compared with.
_COMPARED_WITHIN = 40
_UPPER = frozenset({Bound.LT, Bound.LE})


class ValueChecker:
    """Looks at single numbers. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        def words(name: str) -> str:
            return words_pattern(rules.word_forms(f"check.{name}"))

        bound = words_pattern([form for cue in rules.bounds for form in cue.forms])
        self._metrics = rules.metrics_by_id
        self._part_of = re.compile(rf"{words('part_of')}\s+(?:{bound}\s+)*$")
        self._compared = re.compile(words("compared"))
        self._growth = re.compile(words("growth"))
        self._bounded = re.compile(words("bounded_shares"))
        self._provinces = re.compile(rf"\s*(?:(?:trong|của|trên)\s+)?(?:số\s+)?{words('province_fields')}")

    def find(self, passage: Passage) -> Iterator[Finding]:
        """Gives the findings of one sentence."""
        for fact in passage.facts:
            if fact.change is not Change.NONE or fact.bound in _UPPER:
                continue
            if fact.unit_id == "rank":
                yield from self._rank(passage, fact)
            if fact.unit_id == "percent" and fact.value > FULL:
                yield from self._over_100(passage, fact)
            elif (metric := self._metrics.get(fact.metric_id or "")) is not None:
                yield from self._implausible(metric, fact)

    def _over_100(self, passage: Passage, fact: Fact) -> Iterator[Finding]:
        metric = self._metrics.get(fact.metric_id or "")
        behind = passage.behind(fact)[:_COMPARED_WITHIN]
        words = passage.folded[: fact.char_start - passage.start][-_COMPARED_WITHIN:]
        if "bind.of_plan" in fact.rule_ids or self._compared.search(behind) or not is_share(fact):
            return
        if metric is not None:
            limit = metric.plausible.get("percent", (0.0, math.inf))[1]
            never = limit <= FULL and self._growth.search(words) is None
        else:
            is_bounded = self._bounded.match(fold(fact.metric_text)) is not None
            is_part = self._part_of.search(words) is not None
            never = is_part or (is_bounded and self._growth.search(words) is None)
        if never:
            yield Finding(OVER_100, (fact,), f"{quote_of(fact)} of a whole, which is 100%")

    def _implausible(self, metric: Metric, fact: Fact) -> Iterator[Finding]:
        low, high = metric.plausible.get(fact.unit_id, (-math.inf, math.inf))
        if fact.value < low or fact.value > high:
            expected = f"{format_number(low)} to {format_number(high)}"
            yield Finding(IMPLAUSIBLE, (fact,), f"{quote_of(fact)}, expected {expected} for {metric.id}")

    def _rank(self, passage: Passage, fact: Fact) -> Iterator[Finding]:
        if fact.denominator is not None:
            if fact.value > fact.denominator:
                yield Finding(RANK_BEYOND, (fact,), f"{quote_of(fact)}: there are {fact.denominator:g}")
            return
        metric = self._metrics.get(fact.metric_id or "")
        of_provinces = metric is not None and metric.ranks == "provinces"
        if not of_provinces and self._provinces.match(passage.behind(fact)) is None:
            return
        count = provinces_at(fact)
        if fact.value > count:
            yield Finding(RANK_BEYOND, (fact,), f"{quote_of(fact)}: there are {count} provinces")


def provinces_at(fact: Fact) -> int:
    """Gives how many provinces there are at the time that a rank is of.

    Those since the merger count only where the text states a time after it: a ranking of a year before may
    be published later.
    """
    since = (
        fact.period_start is not None
        and fact.period_start >= MERGER
        and fact.period_source is Source.SENTENCE
        and fact.period_grain is not Grain.DAY
    )
    return PROVINCES_SINCE if since else PROVINCES_BEFORE
