"""Numbers that are never facts: folded text in, stretches to leave out with the reason."""

from __future__ import annotations

import re

from extract.models import Drop, Span
from extract.numerals import read_multiplier
from extract.prefilter import LiteralScanner
from extract.rules import CuePattern, RuleSet
from extract.units import UnitLexicon

_LAST_OF_LIST = re.compile(r"\s?(?:,|và)\s?[0-9]+[a-zđ]?$")


class NotFactFinder:
    """Finds document numbers, clock times, names with numbers and their like. Made once per rule set."""

    def __init__(self, rules: RuleSet, units: UnitLexicon, scanner: LiteralScanner | None = None) -> None:
        self._cues = CuePattern.table((CuePattern.of(cue) for cue in rules.not_facts), scanner)
        self._units = units

    def find(self, folded: str, start: int, end: int) -> list[Drop]:
        """Gives the stretches whose numbers are never facts, each with its reason and rule, in order."""
        drops: list[Drop] = []
        if end - start < self._cues.shortest:
            return drops
        for pattern in self._cues.possible_in(folded, start, end):
            cue = pattern.cue
            for match in pattern.find(folded, start, end):
                stop = match.end()
                if cue.unless_unit and self._has_unit(folded, stop, end):
                    # `bệnh nhân 2899 và 1 trường hợp`: the last of the list counts, the others are names.
                    last = _LAST_OF_LIST.search(folded, match.start(), stop)
                    if last is None:
                        continue
                    stop = last.start()
                drops.append(Drop(Span(match.start(), stop), cue.value, cue.rule_id))
        return sorted(drops, key=lambda drop: (drop.span, drop.rule_id))

    def _has_unit(self, folded: str, position: int, end: int) -> bool:
        product, position = read_multiplier(folded, position, end)
        return product > 1 or self._units.read(folded, position, end) is not None
