"""What checks take and give: the facts of a sentence with its text, and findings about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from extract.models import Change, Fact
from extract.text import fold

# From one sentence to the next: a line break and a bullet at most.
NEXT_SENTENCE = 6
BILLION = 1e9
# What these count or measure is no level that adds up.
_NO_AMOUNT = frozenset({"percent", "rank", "score", "times", "rank_places", "fraction", "percentage_point"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: its name, the facts concerned in order, and what was calculated."""

    name: str
    facts: tuple[Fact, ...]
    reason: str


class Passage:
    """One sentence: its facts in order and its folded text, on which all patterns run."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        self.facts = tuple(facts)
        self.start = facts[0].sentence_start

    @cached_property
    def folded(self) -> str:
        """The sentence, folded."""
        return fold(self.facts[0].sentence)

    @property
    def end(self) -> int:
        """Where the sentence ends in the document's text."""
        return self.start + len(self.facts[0].sentence)

    def between(self, first: Fact, second: Fact) -> str:
        """Gives the text from the end of one number to the beginning of another."""
        return self.folded[first.char_end - self.start : second.char_start - self.start]

    def before(self, fact: Fact) -> str:
        """Gives the text before a number."""
        return self.folded[: fact.char_start - self.start]

    def behind(self, fact: Fact) -> str:
        """Gives the text behind a number."""
        return self.folded[fact.char_end - self.start :]

    def is_followed_by(self, other: Passage) -> bool:
        """Asks whether another sentence stands right behind this one."""
        return 0 <= other.start - self.end <= NEXT_SENTENCE


def passages_of(facts: Iterable[Fact]) -> Iterator[Passage]:
    """Gives the facts of a document, which stand in order, sentence by sentence."""
    for _, group in groupby(facts, key=attrgetter("sentence_start")):
        yield Passage(list(group))


def is_level(fact: Fact) -> bool:
    """Asks whether a fact states how much there is: no change, no ratio, no range, no share."""
    return (
        fact.change is Change.NONE
        and fact.denominator is None
        and fact.value_max is None
        and fact.unit_id not in _NO_AMOUNT
    )


def is_share(fact: Fact) -> bool:
    """Asks whether a fact is a level in percent."""
    return fact.unit_id == "percent" and fact.change is Change.NONE and fact.value_max is None


def format_number(value: float) -> str:
    """Writes a number as Vietnamese text does: `1.482.176`, `96,17`, `35.440 tỷ`."""
    if value >= BILLION and value % (BILLION / 1000) == 0:
        return f"{format_number(value / BILLION)} tỷ"
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.10g}"
    return text.translate(str.maketrans(",.", ".,"))
