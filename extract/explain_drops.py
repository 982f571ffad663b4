"""Why numbers of a text gave no fact: every run of digits that none holds, and the rules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.explain_text import Examined
from extract.explanation import NoFact
from extract.models import Drop, Span
from extract.rule_meanings import REASONS

DATE = "date"
# Code points that are looked up together.
_BLOCK = 256
_DIGITS = re.compile(r"[0-9]+(?:[.,/][0-9]+)*")


def no_facts_of(examined: Examined) -> list[NoFact]:
    """Gives the numbers without a fact in the order of the text, each with reason, rules and words."""
    result = examined.result
    taken = [Span(fact.char_start, fact.char_end) for fact in result.facts]
    taken += [item.binding.quantity.number for item in examined.trace.resolved]
    free = [drop for drop in _longest_first(result.drops) if not _meets(drop.span, taken)]
    dates = [Drop(m.span, DATE, m.rule_id) for item in examined.trace.analyses for m in item.periods]
    told: list[tuple[Span, list[Drop]]] = []
    # Of stretches of one length a date says most.
    nearby = _Nearby(_longest_first((*dates, *free)))
    held = _Nearby([Drop(span, "", "") for span in taken])
    for number in _numbers(examined.text):
        if held.over(number):
            continue
        causes = nearby.over(number)
        if number.end <= result.document.body_start:
            causes = [Drop(number, "header", "number.header")]
        causes = causes or [Drop(number, "not_read", "number.unread")]
        if told and told[-1][1][0] == causes[0] and causes[0].rule_id != "number.unread":
            # `06:15` is told once.
            told[-1] = (Span(told[-1][0].start, number.end), told[-1][1])
        else:
            told.append((number, causes))
    shown = [number for number, _ in told]
    # Numbers in words have no digits.
    told += [(drop.span, [drop]) for drop in free if not _meets(drop.span, shown)]
    return list(_notes(examined, sorted(told, key=lambda item: item[0])))


def _numbers(text: str) -> Iterator[Span]:
    return (Span(match.start(), match.end()) for match in _DIGITS.finditer(text))


def _longest_first(drops: Sequence[Drop]) -> list[Drop]:
    return sorted(
        drops,
        key=lambda drop: (drop.span.start - drop.span.end, drop.reason != DATE, drop.span, drop.rule_id),
    )


class _Nearby:
    """Drops by the stretches of text that they lie in: a long text is not searched for each number."""

    def __init__(self, drops: Sequence[Drop]) -> None:
        self._drops = drops
        self._by_block: dict[int, list[int]] = {}
        for place, drop in enumerate(drops):
            for block in _blocks(drop.span):
                self._by_block.setdefault(block, []).append(place)

    def over(self, number: Span) -> list[Drop]:
        """Gives the drops that overlap a number, in the order given."""
        places = {place for block in _blocks(number) for place in self._by_block.get(block, ())}
        return [drop for drop in map(self._drops.__getitem__, sorted(places)) if drop.span.overlaps(number)]


def _blocks(span: Span) -> range:
    return range(span.start // _BLOCK, max(span.start, span.end - 1) // _BLOCK + 1)


def _meets(span: Span, others: Sequence[Span]) -> bool:
    return any(other.overlaps(span) for other in others)


def _notes(examined: Examined, told: Sequence[tuple[Span, Sequence[Drop]]]) -> Iterator[NoFact]:
    for number, causes in told:
        first = causes[0]
        rules = tuple(examined.book.note(rule) for rule in dict.fromkeys(drop.rule_id for drop in causes))
        yield NoFact(
            examined.quote(number),
            examined.quote(first.span),
            first.reason,
            REASONS.get(first.reason, ""),
            rules,
        )
