"""Which facts say the same: within a document one is the duplicate of the other, across documents they share
a `statement_id`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from extract.models import Fact
from extract.text import fold

_DIGITS = 16
# Between the parts of a key: stands in no text.
_APART = "\x1f"


def statement_key(fact: Fact) -> tuple[object, ...]:
    """Gives what is the same in two facts that say the same; None stands for what is not known."""
    return (
        fact.metric_id or fold(fact.metric_text), fact.technology, fact.scope, fact.component, fact.value,
        fact.value_max, fact.denominator, fact.unit_id, fact.status, fact.change, fact.period_start,
        fact.period_end, fact.province_code, fact.bound,
    )  # fmt: skip


def mark_statements(facts: Sequence[Fact]) -> list[Fact]:
    """Gives the facts of a document their statement, and points each that is said again to the first."""
    first: dict[tuple[object, ...], str] = {}
    marked = []
    for fact in facts:
        key = statement_key(fact)
        original = first.setdefault(key, fact.fact_id)
        marked.append(
            replace(
                fact,
                duplicate_of=original if original != fact.fact_id else None,
                statement_id=_statement_id(key),
            )
        )
    return marked


def _statement_id(key: tuple[object, ...]) -> str:
    """Gives the hash of a key; what is not known differs from any text."""
    text = _APART.join("" if part is None else f"={part}" for part in key)
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
