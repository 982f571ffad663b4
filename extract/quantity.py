"""The value that the grammar of numbers gives: one number with its unit, bound and change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from extract.models import Bound, Change, Span
from extract.schema_rules import Unit


class Number(NamedTuple):
    """Digits or words that make one value. `raw` are the digits as written, without multiplier."""

    value: Decimal
    start: int
    end: int
    multiplied: bool = False
    in_words: bool = False
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number as stated, with all that the text says about it but what, when and where.

    `span` covers value and unit, `number` the digits or words alone, `lead` is where the words that
    lead to it begin, bound and change included. `unit_id` is empty for a bare numeral. Values are exact
    decimals, multiplied out.
    """

    span: Span
    number: Span
    value: Decimal
    lead: int
    value_max: Decimal | None = None
    denominator: Decimal | None = None
    bound: Bound = Bound.EQ
    change: Change = Change.NONE
    unit: Unit | None = None
    unit_id: str = ""
    unit_text: str = ""
    unit_span: Span | None = None
    multiplied: bool = False
    rule_ids: tuple[str, ...] = ()

    @property
    def is_rank(self) -> bool:
        """Asks whether the number is a place in an order."""
        return self.unit_id == "rank"

    @property
    def dimension(self) -> str:
        """What the unit measures; `rate` for one unit per another, empty for a bare numeral."""
        if "/" in self.unit_id and self.unit is not None and self.unit.id != self.unit_id:
            return "rate"
        if self.unit is None:
            # A noun that the units do not know counts things.
            return "count" if self.unit_id else ""
        return self.unit.dimension
