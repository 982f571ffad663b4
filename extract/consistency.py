"""Two numbers of the same thing that cannot both be true, in one document or in several.

In: facts. Out: `conflict` and `target_below_actual`. The same thing is the same metric of the ontology with
the same attributes, unit, place and words; which metrics have but one true value at a place and time, and
which of two values is better, is said by the metric's rule (`adds_up`, `better`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from extract.finding import Finding
from extract.models import Bound, Change, Fact, Source, Status
from extract.rules import RuleSet, words_pattern
from extract.stated import is_counted, measured_units, quote_of, stated_interval, written_interval
from extract.text import fold

CONFLICT, TARGET_BELOW = "conflict", "target_below_actual"

# Numbers that are bound so are often of a part, or their metric was guessed.
_UNSURE = frozenset(
    {
        "bind.part", "bind.named", "bind.paired", "bind.antecedent", "bind.forward", "bind.topic",
        "bind.inherited", "bind.previous", "bind.completed", "bind.of_plan", "bind.of_total",
        "ambiguous.metric", "ambiguous.place",
    }
)  # fmt: skip
# These places are known by their code; narrower ones by their words.
WIDE_LEVELS = ("province", "country")
# Of more numbers of one thing each is only compared with so many behind it.
MAX_COMPARED = 50
_UPPER, _LOWER = frozenset({Bound.LT, Bound.LE}), frozenset({Bound.GT, Bound.GE})
_WORD = re.compile(r"[^\W\d_]+")

Key = tuple[object, ...]


class ConsistencyChecker:
    """Compares numbers of the same thing. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        def words(name: str) -> str:
            return words_pattern(rules.word_forms(f"check.{name}"))

        self._metrics = rules.metrics_by_id
        self._measured = measured_units(rules)
        self._idle = re.compile(words("idle"))
        self._other_time = re.compile(words("other_time"))
        self._narrower = re.compile(rf"(?i:(?:{words('narrower_places')}))\s+(?=[A-ZÀ-ỸĐ0-9])")

    def find(self, facts: Sequence[Fact]) -> Iterator[Finding]:
        """Gives the findings of one document."""
        yield from self.conflicts(facts, across=False)
        yield from self.targets_below(facts)

    def conflicts(self, facts: Iterable[Fact], *, across: bool) -> Iterator[Finding]:
        """Gives pairs of which not both can be true; `across` documents, or within one."""
        groups: dict[Key, list[Fact]] = {}
        for fact in facts:
            if self._has_one_value(fact):
                groups.setdefault(value_key(fact), []).append(fact)
        for group in groups.values():
            for one, other in _pairs(self._clear(group) if across else group):
                if (one.doc_id != other.doc_id) is across and self._contradict(one, other):
                    yield Finding(CONFLICT, (one, other), f"{quote_of(one)} and {quote_of(other)}")

    def targets_below(self, facts: Iterable[Fact], *, across: bool = False) -> Iterator[Finding]:
        """Gives targets that had been reached before, each with the number that is better."""
        groups: dict[Key, list[Fact]] = {}
        for fact in facts:
            if self._may_be_target(fact):
                groups.setdefault(subject_key(fact), []).append(fact)
        for group in groups.values():
            targets = [fact for fact in group if fact.status is Status.TARGET][:MAX_COMPARED]
            actuals = [fact for fact in group if fact.status is Status.ACTUAL][:MAX_COMPARED]
            for target in targets:
                for actual in actuals:
                    if (actual.doc_id != target.doc_id) is across and self._is_below(target, actual):
                        pair = sorted((actual, target), key=lambda fact: (fact.doc_id, fact.char_start))
                        reason = f"target {quote_of(target)}, {quote_of(actual)} before"
                        yield Finding(TARGET_BELOW, tuple(pair), reason)
                        break

    @property
    def single_metrics(self) -> list[str]:
        """The metrics that have one true value at a place and time."""
        return [metric.id for metric in self._metrics.values() if not metric.adds_up]

    @property
    def directed_metrics(self) -> list[str]:
        """The metrics of which a rule says what is better."""
        return [metric.id for metric in self._metrics.values() if metric.better is not None]

    # -- which numbers are compared --------------------------------------------------------------------

    def _has_one_value(self, fact: Fact) -> bool:
        """Asks whether a fact is of something that has but one value at its place and time."""
        metric = self._metrics.get(fact.metric_id or "")
        return (
            metric is not None
            and not metric.adds_up
            and fact.change is Change.NONE
            and fact.period_start is not None
            and (fact.period_source in (Source.SENTENCE, Source.CONTEXT) or "period.now" in fact.rule_ids)
            and fact.province_code is not None
            and fact.duplicate_of is None
            and not _UNSURE & set(fact.rule_ids)
        )

    def _may_be_target(self, fact: Fact) -> bool:
        metric = self._metrics.get(fact.metric_id or "")
        return (
            metric is not None
            and metric.better is not None
            and fact.unit_id == metric.typical_unit
            and fact.change is Change.NONE
            and fact.period_start is not None
            and fact.province_code is not None
            and fact.denominator is None
            and not _UNSURE & set(fact.rule_ids)
        )

    # -- whether two agree -----------------------------------------------------------------------------

    def _clear(self, group: Sequence[Fact]) -> list[Fact]:
        """Leaves out documents that state two values themselves: these are of two things."""
        by_document: dict[str, list[Fact]] = {}
        for fact in group:
            by_document.setdefault(fact.doc_id, []).append(fact)
        return [
            fact
            for facts in by_document.values()
            if not any(self._differ(one, other) for one, other in _pairs(facts))
            for fact in facts
        ]

    def _contradict(self, one: Fact, other: Fact) -> bool:
        if not self._differ(one, other):
            return False
        if one.doc_id == other.doc_id and one.sentence_start == other.sentence_start:
            # Two numbers of one sentence are of two things.
            return False
        return self._is_same_thing(one, other)

    def _differ(self, one: Fact, other: Fact) -> bool:
        exact = is_counted(one, self._measured)
        first, second = (stated_interval(fact, exact=exact) for fact in (one, other))
        return first is not None and second is not None and not first.meets(second)

    def _is_below(self, target: Fact, actual: Fact) -> bool:
        if actual.period_end is None or target.period_end is None or actual.period_end > target.period_end:
            return False
        goal, reached = written_interval(target), stated_interval(actual)
        if goal is None or reached is None or not self._is_same_thing(target, actual):
            return False
        if self._metrics[target.metric_id or ""].better == "more":
            return target.bound not in _UPPER and goal.lies_below(reached)
        return target.bound not in _LOWER and reached.lies_below(goal)

    def _is_same_thing(self, one: Fact, other: Fact) -> bool:
        """Asks whether the words say the same, and nothing beside them names another place or moment."""
        return (
            self._subject(one) == self._subject(other)
            and not self._is_apart(one)
            and not self._is_apart(other)
        )

    def _subject(self, fact: Fact) -> frozenset[str]:
        """Gives the words of a metric that say what it is of."""
        return frozenset(_WORD.findall(self._idle.sub(" ", fold(fact.metric_text))))

    def _is_apart(self, fact: Fact) -> bool:
        """Asks whether a number may be of another moment or place than it seems."""
        if self._other_time.search(fold(fact.sentence)):
            return True
        if fact.place_level in (*WIDE_LEVELS, None):
            return self._narrower.search(fact.sentence) is not None
        # A narrower place that was carried on may have ended.
        return fact.place_source is not Source.SENTENCE


def value_key(fact: Fact) -> Key:
    """Gives what must be the same in two facts for one to contradict the other."""
    return (
        *subject_key(fact), fact.status, fact.period_start, fact.period_end, fact.denominator, fact.change,
    )  # fmt: skip


def subject_key(fact: Fact) -> Key:
    """Gives what a fact is about: metric, attributes, unit and place."""
    place = "" if fact.place_level in WIDE_LEVELS else fold(fact.place_text or "")
    return (
        fact.metric_id, fact.technology, fact.scope, fact.component, fact.unit_id, fact.province_code, place,
    )  # fmt: skip


def _pairs(group: Sequence[Fact]) -> Iterator[tuple[Fact, Fact]]:
    yield from combinations(group[:MAX_COMPARED], 2)
