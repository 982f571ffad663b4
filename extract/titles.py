"""Numbers of a title: it gives no date, and the text below says the same with one.

In: the resolved numbers of a document, in order. Out: the same, those of the title with the period that the
text states for the same value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extract.models import Source
from extract.resolved import Resolved

# A title rounds: `hơn 2.600 tỷ đồng` is told as 2.615 tỷ đồng below.
ROUNDED = Decimal("0.03")


def with_dates_below(resolved: Sequence[Resolved]) -> list[Resolved]:
    """Gives numbers of the title without a date of their own the period of the same value below."""
    return [_dated(item, resolved) if _is_undated_title(item) else item for item in resolved]


def _is_undated_title(item: Resolved) -> bool:
    sentence = item.sentence
    undated = item.period_source in (Source.DOCUMENT, Source.NONE)
    return undated and sentence.is_heading and sentence.paragraph == 0


def _dated(title: Resolved, resolved: Sequence[Resolved]) -> Resolved:
    for other in resolved:
        stated = other.period_source in (Source.SENTENCE, Source.CONTEXT)
        if stated and other.sentence.paragraph > 0 and _says_the_same(title, other):
            rules = (*(rule for rule in title.rule_ids if rule != "period.document"), "period.of_title")
            return replace(title, period=other.period, period_source=Source.CONTEXT, rule_ids=rules)
    return title


def _says_the_same(title: Resolved, other: Resolved) -> bool:
    first, second = title.binding.quantity, other.binding.quantity
    if (first.unit_id, first.change, first.denominator) != (
        second.unit_id, second.change, second.denominator
    ):  # fmt: skip
        return False
    return abs(first.value - second.value) <= ROUNDED * abs(second.value)
