"""How sure a fact is: each field that was carried, shared with another number or ambiguous costs a share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from extract.models import Source
from extract.resolved import Resolved

# Of a fact that has all its fields from its own sentence.
SUREST = 0.95
NO_METRIC, CARRIED_PERIOD, CARRIED_PLACE = 0.8, 0.9, 0.92
_BY_RULE = (
    ("unit.as_written", 0.8), ("unit.money_implied", 0.7), ("unit.shared", 0.9), ("bind.inherited", 0.9),
    ("bind.previous", 0.75), ("number.words", 0.9), ("ambiguous.metric", 0.9),
    ("ambiguous.spelling", 0.95), ("ambiguous.place", 0.9), ("bind.topic", 0.85),
    ("bind.same_words", 0.9), ("bind.part", 0.95), ("bind.antecedent", 0.9), ("bind.completed", 0.9),
    ("bind.forward", 0.95),
)  # fmt: skip


class Factor(NamedTuple):
    """What makes a fact less sure, and what its confidence is multiplied with."""

    reason: str
    factor: float


def factors_of(item: Resolved) -> Iterator[Factor]:
    """Gives all that a fact is less sure for, in the order in which it is multiplied."""
    if item.binding.metric is None:
        yield Factor("no metric of the ontology", NO_METRIC)
    if item.period_source is Source.CONTEXT:
        yield Factor("the period is not from its own sentence", CARRIED_PERIOD)
    if item.place_source in (Source.CONTEXT, Source.NONE):
        yield Factor("the place is not from its own sentence, nor the article's", CARRIED_PLACE)
    rules = {*item.binding.quantity.rule_ids, *item.binding.rule_ids, *item.rule_ids}
    for rule, factor in _BY_RULE:
        if rule in rules:
            yield Factor(rule, factor)


def confidence_of(item: Resolved) -> float:
    """Gives 0 to 1."""
    score = SUREST
    for _, factor in factors_of(item):
        score *= factor
    return round(score, 3)
