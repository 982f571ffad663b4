"""A bound number with its time, place and status."""

from __future__ import annotations

from dataclasses import dataclass

from extract.models import Period, Sentence, Source, Status
from extract.places import ResolvedPlace
from extract.scene import Binding


@dataclass(frozen=True, slots=True)
class Resolved:
    """A bound number in its context."""

    sentence: Sentence
    binding: Binding
    status: Status
    period: Period | None
    period_source: Source
    baseline: Period | None
    place: ResolvedPlace
    place_text: str | None
    place_source: Source
    rule_ids: tuple[str, ...]
