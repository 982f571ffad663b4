"""Two numbers that make one quantity: ratios (`159/159 xã`), fractions, ranges, one of so many.

Folded text and the first number in, a quantity out, or the reason why the two are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from extract.coverage import Coverage
from extract.models import Bound, Drop, Span
from extract.number_words import ONES, parse_numeral
from extract.numbers import bare, comes_whole, measured, read_number
from extract.numerals import (
    DIGITS,
    DIGITS_PATTERN,
    has_ambiguous_comma,
    parse_digits,
    read_multiplier,
)
from extract.phrase_end import PhraseEnd
from extract.quantity import Number, Quantity
from extract.ranks import RankFinder
from extract.rules import RuleSet, words_pattern
from extract.units import UnitLexicon, UnitRead

# A bare x/63 or x/34 is a rank among the provinces.
PROVINCE_COUNTS = frozenset({63, 64, 34})
MAX_FRACTION_DENOMINATOR = 10
# Longer runs of digits are codes, and no float holds them.
MAX_DIGITS = 24

_RANGE_MARK = re.compile(
    r"\s{0,2}(?:-|~|÷|\.{2,3}|(?:đến|tới)(?:\s+(?:hơn|gần|khoảng|trên|tối đa|dưới))?(?!\w))\s{0,2}"
)
# `5 hay 6 hộ`: one or the other, only when they follow each other.
_OR_MARK = re.compile(r"\s+(?:hay|hoặc)\s+")
# `giữa 20 và 30 triệu đồng`.
_BETWEEN = re.compile(r"(?<!\w)giữa\s+$")
_AND_MARK = re.compile(r"\s+và\s+")
_RATIO_MARK = re.compile(r"\s?/\s?")
_AMONG_MARK = re.compile(r"\s+(?:trên\s+tổng\s+số|trong\s+tổng\s+số|trong\s+số|trên|trong)\s+")
_ONE_WORD = "|".join(ONES)
_EITHER = re.compile(rf"({_ONE_WORD})(?:\s*,\s*|\s*-\s*|\s+|\s+(?:hay|hoặc|đến|tới)\s+)({_ONE_WORD})(?!\w)")
_SMALL = rf"(?:{DIGITS}|mười|{_ONE_WORD})"
_EVERY = re.compile(
    rf"(?<!\w)(?:(?P<every>cứ)|trong)\s+(?:mỗi\s+)?(?P<m>{_SMALL})(?![\w%])"
    r"(?:\s+[^\W\d]+){1,5}?\s*,?\s+(?:(?P<then>thì)\s+)?(?:lại\s+|sẽ\s+)?(?:có\s+)?"
    rf"(?:(?P<over>hơn|trên|ít nhất)\s+|(?P<about>gần|khoảng)\s+|(?:tới|đến)\s+)?(?P<n>{_SMALL})(?![\w%])"
)


class PairReader:
    """Reads quantities that two numbers make. Made once per rule set."""

    def __init__(self, rules: RuleSet, units: UnitLexicon, ranks: RankFinder) -> None:
        self._units = units
        self._ranks = ranks
        self._wholes = re.compile(r"\s+" + words_pattern(rules.word_forms("fraction.wholes")))
        self._fraction_cues = PhraseEnd.of_words(rules.word_forms("fraction.cues"))

    def read(
        self,
        folded: str,
        number: Number,
        unit: UnitRead | None,
        start: int,
        end: int,
        taken: Coverage,
    ) -> Quantity | Drop | None:
        """Gives the quantity that `number` makes with the one behind it, or None where it stands alone.

        `unit` is what stands right behind the first number.
        """
        behind = folded[number.end : number.end + 2].strip()[:1]
        if behind == "/":
            return self._ratio(folded, number, start, end)
        among = self._among(folded, number, end) if behind == "t" else None
        return among or self._range(folded, number, unit, end, taken)

    def find_every(self, folded: str, start: int, end: int) -> Iterator[Quantity | Drop]:
        """Gives `cứ 10 hộ thì 7 hộ` as 7/10; `cứ 100 dân` before another thing is a condition."""
        if "cứ " not in folded[start:end] and "trong " not in folded[start:end]:
            return
        for match in _EVERY.finditer(folded, start, end):
            value, over = parse_numeral(match["n"]), parse_numeral(match["m"])
            whole = self._units.read(folded, match.end("m"), end)
            part = self._units.read(folded, match.end("n"), end)
            told = match["every"] is not None or match["then"] is not None
            if whole is None or whole.unit.dimension != "count" or not told:
                continue
            if value >= over or (part is not None and part.unit_id != whole.unit_id):
                if match["every"] is not None:
                    yield Drop(Span(match.start(), whole.end), "condition", "number.every")
                continue
            number = Span(match.start("m"), match.end("n"))
            yield Quantity(
                span=Span(number.start, part.end if part is not None else number.end), number=number,
                value=value, lead=match.start(), denominator=over, unit=self._units.by_id.get("fraction"),
                unit_id="fraction", unit_span=Span(whole.start, whole.end),
                bound=Bound.GT if match["over"] else Bound.APPROX if match["about"] else Bound.EQ,
                rule_ids=("number.every",),
            )  # fmt: skip

    def read_either(self, folded: str, position: int, end: int) -> Quantity | None:
        """Reads `hai ba người`, `bốn, năm hộ`: one or the other of two numbers that follow each other."""
        follows = _EITHER.match(folded, position, end)
        pair = (ONES[follows[1]], ONES[follows[2]]) if follows is not None else (0, 0)
        # `năm bảy`, five to seven, is the one pair that skips a number.
        if follows is None or (pair[1] - pair[0] != 1 and pair != (5, 7)):
            return None
        unit = self._units.read(folded, follows.end(), end)
        if unit is None or unit.unit.structural or unit.unit.dimension in ("time", "times"):
            return None
        low, high = Decimal(ONES[follows[1]]), Decimal(ONES[follows[2]])
        quantity = measured(Number(low, position, follows.end(), in_words=True), unit)
        return replace(quantity, value_max=high, rule_ids=("number.range", *quantity.rule_ids[1:]))

    # -- ratios ------------------------------------------------------------------------------------

    def _ratio(self, folded: str, number: Number, start: int, end: int) -> Quantity | Drop | None:
        """Reads `159/159 xã`, `450/980 tỷ đồng`, `xếp 14/63`, `1/3 số hộ`; a day and month is none."""
        mark = _RATIO_MARK.match(folded, number.end, end)
        digits = DIGITS_PATTERN.match(folded, mark.end(), end) if mark is not None else None
        if digits is None or len(digits[0]) > MAX_DIGITS:
            return None
        second = read_number(folded, digits.start(), end)
        span = Span(number.start, second.end)
        following = folded[second.end] if second.end < end else " "
        unit = self._units.read(folded, second.end, end)
        if following == "/" or (following.isalpha() and unit is None):
            return Drop(span, "document_number", "number.ratio")
        value, over = number.value, second.value
        if second.multiplied and not number.multiplied:
            value *= read_multiplier(folded, digits.end(), end)[0]
        quantity = Quantity(
            span=span, number=span, value=value, lead=span.start, denominator=over,
            multiplied=second.multiplied, rule_ids=("number.ratio",),
        )  # fmt: skip
        if second.multiplied or (unit is not None and unit.unit.dimension not in ("count", "time")):
            return (
                _over(quantity, unit) if 0 < value <= over * 2 else Drop(span, "unreadable", "number.ratio")
            )
        if over == 0 or any(part != part.to_integral_value() for part in (value, over)):
            return Drop(span, "unreadable", "number.ratio")
        rank = replace(
            quantity, unit_id="rank", unit=self._units.by_id.get("rank"), rule_ids=("number.rank",)
        )
        if self._ranks.is_led_to(folded, start, span.start) and value <= over:
            return rank
        if value < over <= MAX_FRACTION_DENOMINATOR and self._is_fraction(folded, span, start, unit, end):
            fraction = self._units.by_id.get("fraction")
            return replace(quantity, unit_id="fraction", unit=fraction, rule_ids=("number.fraction",))
        if unit is not None and unit.unit.dimension == "count" and not unit.unit.structural:
            return _over(quantity, unit)
        if over in PROVINCE_COUNTS and value <= over:
            return rank
        if value <= 31 and over <= 12:
            return Drop(span, "calendar_date", "number.ratio")
        return quantity if value <= over * 2 else Drop(span, "name_part", "number.ratio")

    def _is_fraction(self, folded: str, span: Span, start: int, unit: UnitRead | None, end: int) -> bool:
        if self._wholes.match(folded, span.end, end):
            return True
        return unit is None and self._fraction_cues.find(folded, start, span.start) is not None

    def _among(self, folded: str, number: Number, end: int) -> Quantity | Drop | None:
        """Reads `1.500 trong số 5.500 máy bay`, `12 trên tổng số 15 xã` as a ratio."""
        mark = _AMONG_MARK.match(folded, number.end, end)
        if mark is None or DIGITS_PATTERN.match(folded, mark.end(), end) is None:
            return None
        second = read_number(folded, mark.end(), end)
        unit = self._units.read(folded, second.end, end)
        if unit is None or unit.unit.dimension != "count" or not 0 < number.value <= second.value:
            return None
        span = Span(number.start, second.end)
        if number.value == 1 or unit.unit.structural:
            # `1 trong 21 đô thị` says that there are others, and measures nothing.
            return Drop(Span(span.start, unit.end), "structural_count", "number.among")
        quantity = Quantity(
            span=span, number=span, value=number.value, lead=span.start, denominator=second.value,
            rule_ids=("number.among",),
        )  # fmt: skip
        return _over(quantity, unit)

    # -- ranges ------------------------------------------------------------------------------------

    def _range(
        self,
        folded: str,
        number: Number,
        first_unit: UnitRead | None,
        end: int,
        taken: Coverage,
    ) -> Quantity | None:
        """Reads `25-35%`, `từ 1,2 đến 5 triệu đồng`: the unit stands last, or with both numbers."""
        first_end = first_unit.end if first_unit else number.end
        mark = _RANGE_MARK.match(folded, first_end, end)
        either = _OR_MARK.match(folded, first_end, end) if mark is None else None
        if (
            mark is None
            and folded.startswith(" và ", first_end)
            and _BETWEEN.search(folded[max(0, number.start - 8) : number.start])
        ):
            mark = _AND_MARK.match(folded, first_end, end)
        joint = mark or either
        if joint is None or DIGITS_PATTERN.match(folded, joint.end(), end) is None:
            return None
        second = read_number(folded, joint.end(), end)
        if either is not None and (number.multiplied or second.value - number.value != 1):
            return None
        if len(second.raw) > MAX_DIGITS:
            return None
        unit = self._units.read(folded, second.end, end)
        if unit is None and second.multiplied:
            unit = self._units.read_implied_money(folded, second.end, end)
        if not taken.is_free(Span(second.start, second.end)) or (unit is None and not second.multiplied):
            return None
        low, high = number.value, second.value
        if first_unit is not None:
            scale = _common_scale(first_unit, unit)
            if scale is None:
                return None
            high *= scale
        elif second.multiplied and not number.multiplied:
            # `5 - 7 triệu`, but `500.000 - 2 triệu` has the first written out.
            scaled = low * read_multiplier(folded, second.start + len(second.raw), end)[0]
            low = scaled if scaled < high else low
        counts = unit is not None and comes_whole(unit) and not second.multiplied
        if counts and has_ambiguous_comma(number.raw) and has_ambiguous_comma(second.raw):
            low, high = (parse_digits(item.raw, comma_groups=True) for item in (number, second))
        if not low < high:
            return None
        joined = Number(low, number.start, second.end, second.multiplied)
        quantity = measured(joined, unit) if unit is not None else bare(joined)
        if first_unit is not None and unit is not None and first_unit.unit.id != unit.unit.id:
            # `500 kg đến 1 tấn` is told in the unit that stands first.
            first = Span(first_unit.start, first_unit.end)
            quantity = replace(quantity, unit=first_unit.unit, unit_id=first_unit.unit_id, unit_span=first)
        return replace(quantity, value_max=high, rule_ids=("number.range", *quantity.rule_ids[1:]))


def _common_scale(first: UnitRead, second: UnitRead | None) -> Decimal | None:
    """Gives what turns a value in the second unit into the first, or None where they measure two things.

    The rate of `150.000 đồng đến 300.000 đồng/kg` stands once, behind both.
    """
    if second is None:
        return None
    if first.unit_id in (second.unit_id, second.unit.id):
        return Decimal(1)
    here, there = first.unit, second.unit
    same = here.base is not None and here.base == there.base and first.unit_id == here.id
    if not same or second.unit_id != there.id or not here.factor or not there.factor:
        return None
    return Decimal(str(there.factor)) / Decimal(str(here.factor))


def _over(quantity: Quantity, unit: UnitRead | None) -> Quantity:
    """Gives a ratio with the unit behind its second number."""
    if unit is None:
        return quantity
    return replace(
        quantity, span=Span(quantity.span.start, unit.end), unit_id=unit.unit_id, unit=unit.unit,
        unit_span=Span(unit.start, unit.end), rule_ids=(*quantity.rule_ids, *unit.rule_ids),
    )  # fmt: skip
