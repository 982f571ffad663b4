"""What an explanation holds: plain values, the same for people and for programs."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extract.rule_book import RuleNote


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the text, with their offsets. `sentence` is the number of their sentence, from 1; 0: none."""

    text: str
    start: int
    end: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Lost:
    """What else could have been: the value, its words, and why it is not."""

    value: str
    words: tuple[Quote, ...]
    reason: str
    rule: RuleNote | None = None


@dataclass(frozen=True, slots=True)
class FieldNote:
    """One field of a fact: its value, the words that it came from, the rules, and what lost against it.

    `source` says where it was read, when that is not the words of its own sentence.
    """

    name: str
    value: str
    words: tuple[Quote, ...] = ()
    rules: tuple[RuleNote, ...] = ()
    source: str = ""
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text that is highlighted, and as what."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, by its number from 1, with its marks."""

    sentence: int
    text: str
    start: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class WeightNote:
    """A feature of a row that speaks for it (above 0) or against it, as log odds; see `confidence.py`."""

    feature: str
    log_odds: float
    where: str


@dataclass(frozen=True, slots=True)
class FactExplanation:
    """All about one fact. `row` is the fact as in the table, `number` its place in the document, from 1."""

    number: int
    row: Mapping[str, Any]
    passage: Passage
    context: tuple[Passage, ...]
    fields: tuple[FieldNote, ...]
    confidence: tuple[WeightNote, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoFact:
    """A number that gave no fact; `around` are the words that the first of the rules matched."""

    number: Quote
    around: Quote
    reason: str
    meaning: str
    rules: tuple[RuleNote, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that was asked for about one document. `notes` is what the reader must know first."""

    doc_id: str
    facts: tuple[FactExplanation, ...]
    no_facts: tuple[NoFact, ...] = ()
    notes: tuple[str, ...] = ()
    # The fact table says otherwise than what comes out today.
    disagrees: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Gives all as data that JSON can hold."""
        plain: dict[str, Any] = _plain(dataclasses.asdict(self))
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value
