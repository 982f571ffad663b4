"""What a written number can mean: the interval in which the true one lies.

In: a fact with its sentence. Out: `Interval`s, by the digits that are written and the words that bound
them. Knows no language but the marks between digits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass

from extract.models import Bound, Fact
from extract.rules import RuleSet

# `khoảng 1.000` may be so much more or less: a share of the number.
APPROXIMATE = 0.1
# Sums of decimals are off by less than this share of them.
_ROUNDING_ERROR = 1e-9
# What is counted is exact down to one.
_WHOLE = 1.0
_COUNTING = frozenset({"count", "rank"})

_NUMERAL = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_SEPARATORS = str.maketrans("", "", ".,")


@dataclass(frozen=True, slots=True)
class Interval:
    """All that a number may truly be, both ends included; an end may be infinite."""

    low: float
    high: float

    def meets(self, other: Interval) -> bool:
        """Asks whether one number can lie in both."""
        slack = _ROUNDING_ERROR * max(_size(self), _size(other), _ROUNDING_ERROR)
        return self.low <= other.high + slack and other.low <= self.high + slack

    def lies_below(self, other: Interval) -> bool:
        """Asks whether all of it is less than all of the other."""
        return self.high < other.low and not self.meets(other)

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def percent_of(self, whole: Interval) -> Interval:
        """Gives the share of a whole in percent; neither may be below zero, nor the whole zero."""
        return Interval(100 * self.low / whole.high, 100 * self.high / whole.low)


def quote_of(fact: Fact) -> str:
    """Gives value and unit as they are written."""
    return fact.sentence[fact.char_start - fact.sentence_start : fact.char_end - fact.sentence_start]


def are_equal(first: float, second: float) -> bool:
    """Asks whether two numbers are the same but for the error of adding decimals."""
    return math.isclose(first, second, rel_tol=_ROUNDING_ERROR, abs_tol=_ROUNDING_ERROR)


def step_of(fact: Fact) -> float | None:
    """Gives the place value of the last digit that is written: 10,000 for `1,46 triệu`, 0.01 for `84,59%`.

    None where digits do not tell: `1 tỷ 200 triệu`, `hai tuyến`.
    """
    return _step(quote_of(fact), 0, fact.value)


def measured_units(rules: RuleSet) -> frozenset[str]:
    """Gives the units that measure; all others count, also those that no rule knows."""
    return frozenset(unit.id for unit in rules.units if unit.dimension not in _COUNTING)


def is_counted(fact: Fact, measured: Collection[str]) -> bool:
    """Asks whether a fact counts, so that a whole number is exact down to one."""
    return fact.unit_id not in measured and "/" not in fact.unit_id


def written_interval(fact: Fact, *, exact: bool = False) -> Interval | None:
    """Gives what the digits of the value can stand for, None where they do not tell how exact it is.

    A number may be rounded half up or cut off at its last digit; an `exact` one only above the last digit
    of a whole number.
    """
    value = _written(quote_of(fact), 0, fact.value, exact=exact)
    if value is not None and fact.value_max is not None:
        return Interval(value.low, max(value.high, fact.value_max))
    return value


def stated_interval(fact: Fact, *, exact: bool = False) -> Interval | None:
    """Gives what the value may truly be by its digits and the words that bound it, else None."""
    value = written_interval(fact, exact=exact)
    return None if value is None else _bounded(value, fact.bound)


def near_interval(fact: Fact) -> Interval | None:
    """Gives where the true value lies if its words are apt: `trên 80%` is not said of 95%."""
    value = stated_interval(fact)
    written = written_interval(fact)
    if value is None or written is None:
        return None
    slack = APPROXIMATE * max(abs(written.low), abs(written.high))
    return Interval(max(value.low, written.low - slack), min(value.high, written.high + slack))


def whole_interval(fact: Fact) -> Interval | None:
    """Gives what y of `x/y` may truly be, None where there is none or its digits do not tell."""
    if fact.denominator is None or fact.denominator <= 0:
        return None
    return _written(quote_of(fact), 1, fact.denominator, exact=True)


def _bounded(value: Interval, bound: Bound) -> Interval:
    match bound:
        case Bound.APPROX:
            slack = APPROXIMATE * max(abs(value.low), abs(value.high))
            return Interval(value.low - slack, value.high + slack)
        case Bound.GT | Bound.GE:
            return Interval(value.low, math.inf)
        case Bound.LT | Bound.LE:
            return Interval(-math.inf, value.high)
        case _:
            return value


def _written(quote: str, number: int, value: float, *, exact: bool) -> Interval | None:
    if _NUMERAL.search(quote) is None:
        # Number words are small and exact.
        return Interval(value, value)
    step = _step(quote, number, value)
    if step is None:
        return None
    if exact and step == _WHOLE:
        return Interval(value, value)
    return Interval(value - step / 2, value + step)


def _step(quote: str, number: int, value: float) -> float | None:
    """Reads the step off the digits: `1,46 triệu` has 146 of them, so each is worth 10,000."""
    numerals: list[str] = _NUMERAL.findall(quote)
    if number >= len(numerals):
        return None
    digits = int(numerals[number].translate(_SEPARATORS))
    if digits == 0 or value <= 0:
        return None
    exponent = math.log10(value / digits)
    if abs(exponent - round(exponent)) > _ROUNDING_ERROR:
        return None
    return float(10.0 ** round(exponent))


def _size(interval: Interval) -> float:
    return max((abs(end) for end in (interval.low, interval.high) if math.isfinite(end)), default=0.0)
