"""What the first pass over a document leaves for the second: sentences with all that was found in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from extract.models import Sentence
from extract.periods import PeriodMention
from extract.places import PlaceMention
from extract.scene import Binding
from extract.status import GOAL, StatusCue


@dataclass(frozen=True, slots=True)
class SentenceAnalysis:
    """One sentence and all that was found in it.

    `find_periods` and `find_cues` look for dates and status cues once, when they are first asked for: a
    sentence without a number needs them only where a number follows.
    """

    sentence: Sentence
    bindings: tuple[Binding, ...]
    places: tuple[PlaceMention, ...]
    find_periods: Callable[[], tuple[PeriodMention, ...]]
    find_cues: Callable[[], tuple[StatusCue, ...]]

    @property
    def periods(self) -> tuple[PeriodMention, ...]:
        """The dates and periods, in order."""
        return self.find_periods()

    @property
    def cues(self) -> tuple[StatusCue, ...]:
        """The status cues, in order."""
        return self.find_cues()

    @property
    def states_goal(self) -> bool:
        """Whether a date or plan in it is of numbers, not in the name of a plan: it has some, or a goal."""
        return bool(self.bindings) or any(cue.rule_id == GOAL for cue in self.cues)

    @property
    def limits(self) -> tuple[int, ...]:
        """For each number, where the next of its sentence begins; for the last, where the sentence ends."""
        following = [binding.quantity.span.start for binding in self.bindings[1:]]
        return (*following, self.sentence.span.end) if self.bindings else ()
