"""Whether a number has happened or is hoped for: the words that say so, and analysed sentences.

Folded text in, status cues out. Which cue holds for which number is decided in `context.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from extract.models import Span, Status
from extract.prefilter import LiteralScanner
from extract.rules import CuePattern, RuleSet

# Words for a goal: `phấn đấu`.
GOAL = "status.goal"


@dataclass(frozen=True, slots=True)
class StatusCue:
    """Words that say whether what follows has happened."""

    span: Span
    status: Status
    rule_id: str


class StatusFinder:
    """Finds status cues on folded text."""

    def __init__(self, rules: RuleSet, scanner: LiteralScanner | None = None) -> None:
        self._cues = CuePattern.table((CuePattern.of(cue) for cue in rules.status), scanner)

    def find(self, folded: str, start: int, end: int) -> tuple[StatusCue, ...]:
        """Gives the cues between two offsets in order; of overlapping ones the longer."""
        found: list[StatusCue] = []
        for pattern in self._cues.possible_in(folded, start, end):
            cue = pattern.cue
            found.extend(
                StatusCue(Span(match.start(), match.end()), Status(cue.value), cue.rule_id)
                for match in pattern.find(folded, start, end)
            )
        found.sort(key=lambda item: (item.span.start, -item.span.end))
        kept: list[StatusCue] = []
        for item in found:
            if kept and item.span.start < kept[-1].span.end:
                continue
            kept.append(item)
        return tuple(kept)
