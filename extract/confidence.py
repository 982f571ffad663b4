"""How sure a row is: an estimate of the chance that all of it is right, from the rules that fired.

In: a resolved number. Out: 0 to 1. The weights are log odds in rules/confidence.yaml, which
`scripts/fit_confidence.py` fitted to rows that were annotated by reading; each is of a feature, and a feature
that has no weight counts nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from extract.models import Source
from extract.rules import RuleSet

BASE = "base"
# A metric of so few or so many words is named less surely.
_FEW, _MANY = 2, 8


def features(
    rule_ids: Iterable[str], metric_id: str | None, metric_text: str, period: Source, place: Source
) -> list[str]:
    """Gives the features of a row that may have a weight: its rules, and what they leave out."""
    words = len(metric_text.split())
    length = "few" if words <= _FEW else "many" if words >= _MANY else "some"
    return [
        BASE,
        "metric.open" if metric_id is None else "metric.known",
        f"words.{length}",
        f"period_source.{period.value}",
        f"place_source.{place.value}",
        *dict.fromkeys(rule_ids),
    ]


class Confidence:
    """Gives rows their confidence. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self._weights = {weight.of: weight.log_odds for weight in rules.confidence}

    def weigh(self, row_features: Iterable[str]) -> list[tuple[str, float]]:
        """Gives the features that count, each with its log odds."""
        return [(name, self._weights[name]) for name in row_features if name in self._weights]

    def of(self, row_features: Iterable[str]) -> float:
        """Gives an estimate, 0 to 1, of the chance that the row is right; it is best to order rows by."""
        odds = sum(weight for _, weight in self.weigh(row_features))
        return round(1 / (1 + math.exp(-odds)), 3)
