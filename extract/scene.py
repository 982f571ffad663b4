"""What binding takes and gives: a sentence with all that was found in it, a number with what it measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from extract.metrics import TermMatch
from extract.models import Span
from extract.quantity import Quantity
from extract.schema_rules import Metric


@dataclass(frozen=True, slots=True)
class Binding:
    """A number and what it measures. `regions` are the words that decided it."""

    quantity: Quantity
    metric: Metric | None
    metric_text: str
    technology: str | None
    scope: str | None
    component: str | None
    rule_ids: tuple[str, ...]
    regions: tuple[Span, ...] = field(default=())
    # The words that later parts of the same whole share; empty where they are `metric_text`.
    base: str = ""
    # The name that `lần lượt` gives this number; its place is the number's place.
    name: Span | None = None

    @property
    def whole(self) -> str:
        """The words of the whole that this number is of or is a part of."""
        return self.base or self.metric_text


@dataclass(frozen=True, slots=True)
class Scene:
    """What binding knows of a sentence.

    `fillers` are its dates and places, `terms` the words of the metric rules in it, `words` the words as
    segmented. `previous` is the last number of the sentence before, `recent` are those of the few
    sentences before, in order; `topic` gives the terms of each of them, when they are needed.
    """

    text: str
    folded: str
    # As `folded`, with the dashes and commas of fixed pairs as they are written.
    plain: str
    sentence: Span
    terms: Sequence[TermMatch]
    words: Sequence[Span]
    fillers: Sequence[Span]
    previous: Binding | None
    recent: Sequence[Binding]
    topic: Callable[[], Sequence[Sequence[TermMatch]]]
    # The line above that names what a line with nothing but a number measures, as in a flattened table.
    row: Span | None = None
