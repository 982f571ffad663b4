"""Numbers that are never facts: folded text in, stretches to leave out with the reason."""

from __future__ import annotations

from extract.models import Drop, Span
from extract.numerals import read_multiplier
from extract.rules import CuePattern, RuleSet
from extract.units import UnitLexicon


class NotFactFinder:
    """Finds document numbers, clock times, names with numbers and their like. Made once per rule set."""

    def __init__(self, rules: RuleSet, units: UnitLexicon) -> None:
        self._cues = [CuePattern.of(cue) for cue in rules.not_facts]
        self._units = units

    def find(self, folded: str, start: int, end: int) -> list[Drop]:
        """Gives the stretches whose numbers are never facts, each with its reason and rule, in order."""
        drops = []
        sentence = folded[start:end]
        for pattern in self._cues:
            if not pattern.can_match(sentence):
                continue
            cue = pattern.cue
            for match in pattern.find(folded, start, end):
                if cue.unless_unit and self._has_unit(folded, match.end(), end):
                    continue
                drops.append(Drop(Span(match.start(), match.end()), cue.value, cue.rule_id))
        return sorted(drops, key=lambda drop: (drop.span, drop.rule_id))

    def _has_unit(self, folded: str, position: int, end: int) -> bool:
        _, position = read_multiplier(folded, position)
        return self._units.read(folded, position, end) is not None
