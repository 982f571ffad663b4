"""A number with what belongs to it: its multipliers before, its unit behind.

Folded text in, `Number` and `Quantity` out. How separators are read is in `numerals.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from extract.models import Span
from extract.numerals import DIGITS_PATTERN, has_ambiguous_comma, parse_digits, read_multiplier
from extract.quantity import Number, Quantity
from extract.units import UnitRead

_SMALLER_MULTIPLE = re.compile(
    r"\s+([0-9]{1,3}(?:,[0-9]+)?)(?=\s{0,2}(?:(?:trăm|chục)\s+)?(?:nghìn|ngàn|triệu|tỉ))"
)
# `2 nghìn 300 hộ`.
_HUNDREDS = re.compile(r"\s+([0-9]{3})(?![0-9%/-]|[.,][0-9]|\s*(?:nghìn|ngàn|triệu|tỉ|%))")
_AND_A_HALF = re.compile(r"\s+rưỡi(?!\w)")
# `1 tỷ 2 đồng` is said for 1,2 tỷ.
_SHORT_TENTH = re.compile(r"\s+([1-9])(?=\s+(?:đồng|usd)(?!\w))")


def read_number(folded: str, position: int, end: int) -> Number:
    """Reads the digits at `position` with their multipliers: `1 tỷ 200 triệu`, `5,5 nghìn tỷ`.

    Raises ValueError where no digits stand.
    """
    match = DIGITS_PATTERN.match(folded, position, end)
    if match is None:
        raise ValueError(f"no digits at {position}")
    product, stop = read_multiplier(folded, match.end(), end)
    value = parse_digits(match[0]) * product
    if product == 1:
        return Number(value, match.start(), stop, raw=match[0])
    steps = product
    while (tail := _SMALLER_MULTIPLE.match(folded, stop, end)) is not None:
        smaller, smaller_end = read_multiplier(folded, tail.end(), end)
        if steps == product == 1000 and smaller > product and len(tail[1]) == 3:
            # `3 nghìn 200 tỷ`: the thousands and what follows count the same scale.
            value, product = (value + parse_digits(tail[1])) * smaller, product * smaller
            return Number(value, match.start(), smaller_end, multiplied=True, raw=match[0])
        if smaller >= steps:
            break
        value += parse_digits(tail[1]) * smaller
        stop, steps = smaller_end, smaller
    if steps < product:
        return Number(value, match.start(), stop, multiplied=True, raw=match[0])
    if product == 1000 and (rest := _HUNDREDS.match(folded, stop, end)) is not None:
        value += Decimal(rest[1])
        stop = rest.end()
    elif (half := _AND_A_HALF.match(folded, stop, end)) is not None:
        value += product / 2
        stop = half.end()
    elif (tenth := _SHORT_TENTH.match(folded, stop, end)) is not None:
        value += Decimal(tenth[1]) * product / 10
        stop = tenth.end()
    return Number(value, match.start(), stop, multiplied=True, raw=match[0])


def measured(number: Number, unit: UnitRead) -> Quantity:
    """Gives a number with its unit.

    A comma before three digits parts thousands of what comes whole.
    """
    value = number.value
    whole = comes_whole(unit)
    if has_ambiguous_comma(number.raw) and not number.multiplied and whole:
        # Counted things and đồng come whole: `340,656 thuê bao` is no fraction of a subscription.
        value = parse_digits(number.raw, comma_groups=True)
    return Quantity(
        span=Span(number.start, unit.end),
        number=Span(number.start, number.end),
        value=value,
        lead=number.start,
        unit=unit.unit,
        unit_id=unit.unit_id,
        unit_span=Span(unit.start, unit.end),
        multiplied=number.multiplied,
        rule_ids=("number.words" if number.in_words else "number.digits", *unit.rule_ids),
    )


def comes_whole(unit: UnitRead) -> bool:
    """Asks whether what is measured has no parts, so that a comma before three digits parts thousands."""
    return unit.unit.dimension == "count" or unit.unit.id == "VND"


def and_a_half(folded: str, quantity: Quantity, end: int) -> Quantity:
    """Reads `2 tấn rưỡi`, `một năm rưỡi`: half a unit more."""
    if not folded.startswith(" ", quantity.span.end):
        return quantity
    half = _AND_A_HALF.match(folded, quantity.span.end, end)
    if half is None or quantity.multiplied or quantity.dimension in ("count", "share", "rate"):
        return quantity
    span = Span(quantity.span.start, half.end())
    return replace(quantity, span=span, value=quantity.value + Decimal("0.5"))


def bare(number: Number) -> Quantity:
    """Gives a number without a unit."""
    span = Span(number.start, number.end)
    return Quantity(
        span=span,
        number=span,
        value=number.value,
        lead=number.start,
        multiplied=number.multiplied,
        rule_ids=("number.words" if number.in_words else "number.digits",),
    )
