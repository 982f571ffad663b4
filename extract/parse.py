"""Quantities and periods of a text alone: the grammars as a library, without metrics, places or files."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from functools import cache, partial

from extract.calendar_periods import day_period
from extract.models import Bound, Change, Grain
from extract.periods import PeriodFinder, PeriodRole, dated_spans
from extract.quantities import QuantityFinder
from extract.rules import load_rules
from extract.segment import segment
from extract.text import fold
from extract.unit_naming import UnitNamer
from extract.words import SentenceTokenizer


@dataclass(frozen=True, slots=True)
class ParsedQuantity:
    """One number as stated: value with unit, bound and change. Fields as in the fact table."""

    value: float
    value_max: float | None
    denominator: float | None
    bound: Bound
    change: Change
    unit_id: str
    unit_text: str
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class ParsedPeriod:
    """One date or period as stated. `role` says whether it can hold for a number."""

    start: dt.date
    end: dt.date
    grain: Grain
    role: PeriodRole
    char_start: int
    char_end: int


@cache
def _grammars() -> tuple[QuantityFinder, PeriodFinder, UnitNamer]:
    """Builds the grammars of the packaged rules once per process."""
    rules = load_rules()
    quantities = QuantityFinder(rules)
    return quantities, PeriodFinder(rules), UnitNamer(rules, quantities, SentenceTokenizer())


def parse_quantities(text: str) -> list[ParsedQuantity]:
    """See `extract.parse_quantities`."""
    text = unicodedata.normalize("NFC", text)
    folded = fold(text)
    quantities, periods, units = _grammars()
    parsed: list[ParsedQuantity] = []
    for sentence in segment(text):
        start, end = sentence.span.start, sentence.span.end
        dated = dated_spans(periods.find(folded, start, end, None))
        found, _ = quantities.find(text, folded, start, end, partial(tuple, dated))
        found, _, _ = units.name(text, folded, sentence.span, found)
        parsed.extend(
            ParsedQuantity(
                value=float(item.value),
                value_max=None if item.value_max is None else float(item.value_max),
                denominator=None if item.denominator is None else float(item.denominator),
                bound=item.bound,
                change=item.change,
                unit_id=item.unit_id,
                unit_text=item.unit_text,
                char_start=item.span.start,
                char_end=item.span.end,
            )
            for item in found
        )
    return parsed


def parse_periods(text: str, reference: dt.date | None = None) -> list[ParsedPeriod]:
    """See `extract.parse_periods`."""
    text = unicodedata.normalize("NFC", text)
    folded = fold(text)
    _, periods, _ = _grammars()
    known = day_period(reference) if reference is not None else None
    return [
        ParsedPeriod(
            item.period.start,
            item.period.end,
            item.period.grain,
            item.role,
            item.span.start,
            item.span.end,
        )
        for sentence in segment(text)
        for item in periods.find(folded, sentence.span.start, sentence.span.end, known)
        if item.period is not None
    ]
