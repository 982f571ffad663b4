"""What the first pass over a document leaves for the second: sentences with all that was found in them."""

from __future__ import annotations

from dataclasses import dataclass

from extract.models import Sentence
from extract.periods import PeriodMention
from extract.places import PlaceMention
from extract.scene import Binding
from extract.status import StatusCue


@dataclass(frozen=True, slots=True)
class SentenceAnalysis:
    """One sentence and all that was found in it."""

    sentence: Sentence
    bindings: tuple[Binding, ...]
    periods: tuple[PeriodMention, ...]
    places: tuple[PlaceMention, ...]
    cues: tuple[StatusCue, ...]

    @property
    def limits(self) -> tuple[int, ...]:
        """For each number, where the next of its sentence begins; for the last, where the sentence ends."""
        following = [binding.quantity.span.start for binding in self.bindings[1:]]
        return (*following, self.sentence.span.end) if self.bindings else ()
