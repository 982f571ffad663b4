"""Drafts: what is held of a number while the ways of binding are tried on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extract.metrics import MetricMatch, MetricMatcher, TermMatch
from extract.models import Change, Span
from extract.quantity import Quantity
from extract.scene import Binding

# A number looks back over so many others at most, and at so many stretches of words of theirs.
MAX_LOOKED_BACK = 12
MAX_REGIONS = 6


@dataclass(frozen=True, slots=True)
class Draft:
    """What is held of a number while the rules are tried in order.

    `regions` are the words that decided it; `base` those that later parts of the same whole share.
    """

    rule: str
    words: str
    match: MetricMatch | None
    regions: tuple[Span, ...]
    base: str = ""


class MetricChooser:
    """Chooses the metric of a number: one that its words name, or that of another number."""

    def __init__(self, matcher: MetricMatcher) -> None:
        self._matcher = matcher

    def best(
        self, terms: Sequence[TermMatch], regions: Sequence[Span], quantity: Quantity
    ) -> MetricMatch | None:
        """Gives the metric that fits best of those that words in the regions name, or None."""
        is_change = quantity.change is not Change.NONE
        return self._matcher.best(terms, regions, quantity.unit_id, quantity.span.start, is_change=is_change)

    def same(self, other: Binding, quantity: Quantity) -> MetricMatch | None:
        """Gives the metric of another number when this one can be of it too."""
        is_change = quantity.change is not Change.NONE
        if other.metric is None or not self._matcher.accepts(
            other.metric, quantity.unit_id, is_change=is_change
        ):
            return None
        return MetricMatch(other.metric, (), 0)


def joined(first: str, second: str) -> str:
    """Gives words with others behind them, unless they have them already."""
    return first if f" {second} " in f" {first} " else f"{first} {second}".strip()
