"""The values that flow through a run: Document -> Sentence -> Quantity and other mentions -> Fact.

All are frozen; offsets are half-open and count code points of `Document.text`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, NamedTuple, Self

from extract.wording import format_metric, format_period, format_value


class Bound(StrEnum):
    """How the stated number bounds the true one."""

    EQ = "eq"
    APPROX = "approx"
    GT = "gt"
    GE = "ge"
    LT = "lt"
    LE = "le"


class Change(StrEnum):
    """Whether the number is a level or the size of a change."""

    NONE = "none"
    INCREASE = "increase"
    DECREASE = "decrease"


class Status(StrEnum):
    """Whether the number has happened or is hoped for."""

    ACTUAL = "actual"
    TARGET = "target"


class Source(StrEnum):
    """Where a period or a place was read."""

    SENTENCE = "sentence"
    CONTEXT = "context"
    DOCUMENT = "document"
    NONE = "none"


class Grain(StrEnum):
    """The size of the calendar unit that a period was stated in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    RANGE = "range"


class PublishedSource(StrEnum):
    """Where a document's date was found."""

    METADATA = "metadata"
    TEXT = "text"
    PATH = "path"
    NONE = "none"


class DocumentStatus(StrEnum):
    """What became of a document."""

    OK = "ok"
    EMPTY = "empty"
    ERROR = "error"


class Span(NamedTuple):
    """A stretch of the document's text: code points, half-open."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Asks whether the two share a character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """Asks whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included, and the grain that it was stated in."""

    start: dt.date
    end: dt.date
    grain: Grain


@dataclass(frozen=True, slots=True)
class Document:
    """One article as read: text in NFC with `\\n` line breaks.

    `published` is a day, or a month or year where only that is known. `province` is a name or code
    that the user's metadata state for the document, as given. `body_start` is where the article begins,
    after header lines such as `# published = 2024-10-08`: these belong to `text`, so offsets hold.
    `encoding` is what the input was decoded from; `warnings` say what is doubtful about the input.
    """

    doc_id: str
    text: str
    source: str
    sha256: str
    title: str | None = None
    published: Period | None = None
    published_source: PublishedSource = PublishedSource.NONE
    province: str | None = None
    url: str | None = None
    body_start: int = 0
    encoding: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FailedDocument:
    """An article that could not be read, and why. It is reported, and the run goes on."""

    doc_id: str
    source: str
    reason: str
    sha256: str | None = None
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, and the line (paragraph) of the text that it stands in, both counted from 0."""

    span: Span
    index: int
    paragraph: int
    is_heading: bool = False
    is_bullet: bool = False


# What the values of a fact in JSON, or in a row of the table, are in a fact.
_FACT_KINDS: Mapping[str, type[StrEnum]] = {
    "bound": Bound,
    "status": Status,
    "change": Change,
    "period_grain": Grain,
    "period_source": Source,
    "place_source": Source,
}
_FACT_DAYS = ("period_start", "period_end", "baseline_start", "baseline_end")


@dataclass(frozen=True, slots=True, repr=False)
class Fact:
    """One stated measurement. Fields are the columns of the fact table, in its order.

    `extract schema` tells what each means. `rule_ids` is a tuple here and one text with spaces in the table.
    """

    fact_id: str
    doc_id: str
    metric_id: str | None
    metric_text: str
    technology: str | None
    scope: str | None
    component: str | None
    value: float
    value_max: float | None
    denominator: float | None
    bound: Bound
    unit_id: str
    unit_text: str | None
    status: Status
    change: Change
    period_start: dt.date | None
    period_end: dt.date | None
    period_grain: Grain | None
    period_source: Source
    baseline_start: dt.date | None
    baseline_end: dt.date | None
    province_code: str | None
    province_name: str | None
    province_code_2025: str | None
    place_text: str | None
    place_level: str | None
    place_source: Source
    sentence: str
    sentence_start: int
    char_start: int
    char_end: int
    rule_ids: tuple[str, ...]
    confidence: float
    duplicate_of: str | None = None
    checks: str | None = None
    statement_id: str = ""

    def __repr__(self) -> str:
        row = {name: getattr(self, name) for name in _FACT_FIELDS}
        parts = [f"{format_metric(row)}: {format_value(row)} {self.unit_id}", format_period(row)]
        parts += [self.place_text or "", self.status if self.status is Status.TARGET else ""]
        return f"<Fact {', '.join(part for part in parts if part)}>"

    def to_dict(self) -> dict[str, str | float | int | None]:
        """Gives the row of the fact table with values that JSON has: days are written as `2024-10-08`."""
        return {name: _plain(getattr(self, name)) for name in _FACT_FIELDS}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Self:
        """Makes the fact that `to_dict`, or a row of the fact table, was made of. Other keys are left out.

        Raises KeyError for a column that is missing and ValueError for a value that its column cannot hold.
        """
        values = {name: row[name] for name in _FACT_FIELDS}
        for name, kind in _FACT_KINDS.items():
            if values[name] is not None:
                values[name] = kind(values[name])
        for name in _FACT_DAYS:
            if isinstance(values[name], str):
                values[name] = dt.date.fromisoformat(values[name])
        return cls(**{**values, "rule_ids": tuple(row["rule_ids"].split())})


_FACT_FIELDS = tuple(item.name for item in fields(Fact))


def _plain(value: Any) -> Any:
    """Gives a value of a fact as JSON has it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dt.date):
        return value.isoformat()
    return " ".join(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class Drop:
    """A number that gave no fact, and the reason: counted in the run's summary."""

    span: Span
    reason: str
    rule_id: str


# Rules of this prefix say that more than one reading fitted.
DOUBT = "ambiguous."


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """All that one document gave. `document` is the input; `province_code` its main province."""

    document: Document
    facts: tuple[Fact, ...] = ()
    drops: tuple[Drop, ...] = ()
    province_code: str | None = None
    sentences: int = 0
    error: str | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def doubts(self) -> tuple[str, ...]:
        """What was unsure and settled by a rule, once for each fact: `metric`, `place`, `spelling`."""
        return tuple(
            rule.removeprefix(DOUBT)
            for fact in self.facts
            for rule in fact.rule_ids
            if rule.startswith(DOUBT)
        )

    @property
    def status(self) -> DocumentStatus:
        """`error` when it failed, `empty` when it holds no text, else `ok`."""
        if self.error is not None:
            return DocumentStatus.ERROR
        return DocumentStatus.OK if self.document.text.strip() else DocumentStatus.EMPTY
