"""Why numbers of a text gave no fact: every run of digits that none holds, and the rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.explain_text import Examined
from extract.explanation import NoFact
from extract.models import Drop, Span

_DIGITS = re.compile(r"[0-9]+(?:[.,/][0-9]+)*")


def no_facts_of(examined: Examined) -> Iterator[NoFact]:
    """Gives the numbers without a fact in the order of the text, with reason, rule and words."""
    result = examined.result
    drops = sorted(result.drops, key=lambda drop: drop.span)
    facts = [Span(fact.char_start, fact.char_end) for fact in result.facts]
    numbers = [item.binding.quantity.number for item in examined.trace.resolved]
    dates = [(mention.span, mention.rule_id) for item in examined.trace.analyses for mention in item.periods]
    told: set[Drop] = set()
    found: list[NoFact] = []
    for match in _DIGITS.finditer(examined.text):
        span = Span(match.start(), match.end())
        drop = next((drop for drop in drops if drop.span.overlaps(span)), None)
        date = next(((at, rule) for at, rule in dates if at.overlaps(span)), None)
        if any(other.overlaps(span) for other in (*facts, *numbers)):
            continue
        if span.end <= result.document.body_start:
            found.append(_told(examined, span, span, "header", "number.header"))
        elif drop is not None:
            found.append(_told(examined, span, drop.span, drop.reason, drop.rule_id))
            told.add(drop)
        elif date is not None:
            found.append(_told(examined, span, date[0], "date", date[1]))
        else:
            found.append(_told(examined, span, span, "not_read", "number.unread"))
    # Numbers in words, and sentences without digits.
    for drop in drops:
        if drop not in told and not any(drop.span.overlaps(fact) for fact in facts):
            found.append(_told(examined, drop.span, drop.span, drop.reason, drop.rule_id))
    return iter(sorted(found, key=lambda item: (item.number.start, item.number.end)))


def _told(examined: Examined, number: Span, around: Span, reason: str, rule: str) -> NoFact:
    return NoFact(examined.quote(number), examined.quote(around), reason, examined.book.note(rule))
