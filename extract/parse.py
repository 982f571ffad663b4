"""Quantities, periods and places of a text alone: the grammars as a library, without metrics or files."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, partial
from threading import Lock

from extract.analysis import SentenceAnalysis
from extract.arguments import Day, published_period, reference_period
from extract.models import Bound, Change, Grain, Period, Span
from extract.once import Once
from extract.periods import PeriodFinder, PeriodMention, PeriodRole, dated_spans
from extract.place_choice import PlaceChooser
from extract.places import Gazetteer, PlaceLevel, PlaceMention, ResolvedPlace
from extract.quantities import QuantityFinder
from extract.reference_day import reference_day
from extract.rules import RuleSet, load_rules
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


@dataclass(frozen=True, slots=True)
class ParsedPlace:
    """One place as named. `level` is how wide it is: country, region, province, district, commune, foreign.

    `province_code` and `province_name` are of the province that it is or lies in, of the list valid at the
    text's date; `province_code_2025` is the one that holds it since 1 July 2025. All three are None abroad,
    for regions, and for a name of several provinces where nothing tells which.
    """

    name: str
    level: PlaceLevel
    province_code: str | None
    province_name: str | None
    province_code_2025: str | None
    char_start: int
    char_end: int


class Parser:
    """The grammars of a rule set. What finds places is made when it is first asked for.

    May be shared by threads: those that parse quantities take turns.
    """

    def __init__(self, rules: RuleSet, gazetteer: Gazetteer | None = None) -> None:
        self._rules = rules
        self._quantities = QuantityFinder(rules)
        self._periods = PeriodFinder(rules)
        self._units = UnitNamer(rules, self._quantities, SentenceTokenizer())
        self._given = gazetteer
        # The tokenizer keeps a vocabulary and renews it.
        self._turn = Lock()

    @cached_property
    def _place_grammars(self) -> tuple[Gazetteer, PlaceChooser]:
        gazetteer = self._given or Gazetteer(self._rules)
        return gazetteer, PlaceChooser(self._rules, gazetteer)

    def quantities(self, text: str) -> list[ParsedQuantity]:
        """See `extract.parse_quantities`."""
        text = unicodedata.normalize("NFC", text)
        with self._turn:
            return list(self._iter_quantities(text, fold(text)))

    def _iter_quantities(self, text: str, folded: str) -> Iterator[ParsedQuantity]:
        for sentence in segment(text):
            start, end = sentence.span.start, sentence.span.end
            dated = dated_spans(self._periods.find(folded, start, end, None))
            found, _ = self._quantities.find(text, folded, start, end, partial(tuple, dated))
            found, _, _ = self._units.name(text, folded, sentence.span, found)
            for item in found:
                yield ParsedQuantity(
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

    def periods(self, text: str, reference: Period | None = None) -> list[ParsedPeriod]:
        """See `extract.parse_periods`."""
        text = unicodedata.normalize("NFC", text)
        folded = fold(text)
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
            for item in self._periods.find(folded, sentence.span.start, sentence.span.end, reference)
            if item.period is not None
        ]

    def places(self, text: str, published: Period | None = None) -> list[ParsedPlace]:
        """See `extract.find_places`."""
        text = unicodedata.normalize("NFC", text)
        folded = fold(text)
        gazetteer, chooser = self._place_grammars
        analyses = [
            SentenceAnalysis(
                sentence,
                (),
                tuple(gazetteer.find(text, folded, *sentence.span)),
                Once(partial(self._mentions, folded, sentence.span, published)),
                tuple,
            )
            for sentence in segment(text)
        ]
        on = reference_day(published, analyses)
        main = chooser.main_place(folded, analyses, None)
        return [
            _parsed_place(mention, chooser.resolve(text, mention, analysis.places, main, on)[0])
            for analysis in analyses
            for mention in analysis.places
        ]

    def _mentions(self, folded: str, span: Span, published: Period | None) -> tuple[PeriodMention, ...]:
        return tuple(self._periods.find(folded, span.start, span.end, published))


@cache
def packaged_parser() -> Parser:
    """Gives the parser of the packaged rules, made once per process."""
    return Parser(load_rules())


def parse_quantities(text: str) -> list[ParsedQuantity]:
    """Reads every quantity that a text states, in order, with the packaged rules.

    A bare numeral is a quantity with an empty `unit_id`. Offsets count code points of `text` in NFC.

    >>> [(q.value, q.unit_id) for q in parse_quantities("Xã có hơn 1,2 nghìn hộ, thu 3 tỷ đồng.")]
    [(1200.0, 'household'), (3000000000.0, 'VND')]
    """
    return packaged_parser().quantities(text)


def parse_periods(text: str, reference: Day = None) -> list[ParsedPeriod]:
    """Reads every date and period that a text states, in order, with the packaged rules.

    `reference` is the text's own date, against which partial and relative dates are read; without it they
    are left out. Raises ArgumentError for one that is no date.

    >>> [(str(p.start), str(p.end)) for p in parse_periods("Quý I/2024, tỉnh đón 1,2 triệu lượt khách.")]
    [('2024-01-01', '2024-03-31')]
    """
    return packaged_parser().periods(text, reference_period(reference))


def find_places(text: str, *, published: Day = None) -> list[ParsedPlace]:
    """Finds every place that a text names, in order, with the packaged rules.

    `published` is the text's own date, which decides the list of provinces that codes are of; without it that
    is the list of 63, unless the text states a day or month after 1 July 2025. Offsets count code points of
    `text` in NFC. Raises ArgumentError for a date that is none.

    >>> [(p.name, p.level.value, p.province_code) for p in find_places("Huyện Ba Tri, tỉnh Bến Tre")]
    [('Ba Tri', 'district', '83'), ('Bến Tre', 'province', '83')]
    """
    return packaged_parser().places(text, published_period(published))


def _parsed_place(mention: PlaceMention, resolved: ResolvedPlace) -> ParsedPlace:
    return ParsedPlace(
        mention.name,
        mention.level,
        resolved.code,
        resolved.name,
        resolved.code_2025,
        mention.span.start,
        mention.span.end,
    )
