"""Whether two stated numbers can both be true: `gần 73%` and `72,71%` can, 4.285 and 4.286 stations cannot.

In: numbers as they were stated. Out: the true values that each leaves open, and yes or no. Pure: knows
neither metrics nor tables.

A number leaves open an interval of true values. `72,71` was rounded to its last written digit, so it means
72.705 to 72.715; a directed bound (`trên 97%`) leaves one side open, a range all that lies in it. Numbers can
all be true where one value lies in all their intervals, and since these are intervals, that is so exactly
where each two of them agree.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from extract.models import Bound

# Rounding is to the nearest, and of two neighbours in the last digit no value rounds to both: the interval is
# a little short of half a digit to each side, by more than floats are off.
_HALF_DIGIT = 0.5 * (1 - 1e-6)
# `khoảng 1.000` is round by three digits, but nobody says it of 1.900.
_WIDEST_APPROX = 0.1
# Words such as `nghìn`, `triệu` and `tỷ` stand for so many digits that nobody wrote.
_DIGITS_OF_A_WORD = 3
_NUMBER = re.compile(r"[0-9]+(?:[.,\s][0-9]+)*")


@dataclass(frozen=True, slots=True)
class StatedValue:
    """A number as stated: `value` is the lower end of a range, `value_max` the upper one.

    `decimals` says how precisely it was written: 2 for `72,71`, 0 for `4.285`, -4 for `1,46 triệu`.
    `bound` is one of `Bound`.
    """

    value: float
    value_max: float | None = None
    bound: str = Bound.EQ
    decimals: int = 0


def agree(first: StatedValue, second: StatedValue) -> bool:
    """Asks whether both can be true of one thing. Symmetric; every number agrees with itself."""
    return can_all_be_true((first, second))


def can_all_be_true(stated: Iterable[StatedValue]) -> bool:
    """Asks whether one value is left open by all of them; so it is by none at all."""
    lowest, highest = -math.inf, math.inf
    for value in stated:
        low, high = possible_values(value)
        lowest, highest = max(lowest, low), min(highest, high)
    return lowest <= highest


def possible_values(stated: StatedValue) -> tuple[float, float]:
    """Gives the lowest and the highest true value that the number leaves open, both included.

    The bound of a range says only whether its ends are rough (`khoảng 50 đến 150`).
    """
    ends = (stated.value, stated.value if stated.value_max is None else stated.value_max)
    low, high = min(ends), max(ends)
    if stated.value_max is None:
        match stated.bound:
            case Bound.GT:
                return math.nextafter(high, math.inf), math.inf
            case Bound.GE:
                return low, math.inf
            case Bound.LT:
                return -math.inf, math.nextafter(low, -math.inf)
            case Bound.LE:
                return -math.inf, high
    rough = stated.bound == Bound.APPROX
    return low - _slack(low, stated.decimals, rough=rough), high + _slack(high, stated.decimals, rough=rough)


def written_decimals(quote: str, value: float) -> int:
    """Gives how many decimals of `value` are written in `quote`, below 0 where only thousands or more are.

    `1,46 triệu thuê bao` writes 1460000 down to the ten thousands: -4. Where the digits of the value stand
    nowhere in the quote (`hai triệu rưỡi`), its shortest decimal form counts, without whole groups of three
    zeros. Offsets, marks of thousands and words of size need not be known: the value tells them.
    """
    _, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is not a number")
    for match in _NUMBER.finditer(quote):
        written = re.sub(r"[^0-9]", "", match[0])
        if value == 0:
            if not written.strip("0"):
                return len(written) - 1
        elif (significant := written.strip("0")) and significant == "".join(map(str, digits)):
            return len(written) - len(written.rstrip("0")) - exponent
    return max(0, -exponent) - max(0, exponent) // _DIGITS_OF_A_WORD * _DIGITS_OF_A_WORD


def _slack(value: float, decimals: int, *, rough: bool) -> float:
    """Gives how far the true value may lie from one that is neither bound nor the middle of a range."""
    rounding = _HALF_DIGIT * 10.0**-decimals
    if not rough:
        return rounding
    # `gần 927.000` is rough by a thousand: by one in the last digit that is not zero.
    digits = Decimal(repr(value)).normalize().as_tuple()
    step = 10.0 ** max(-decimals, digits.exponent) if isinstance(digits.exponent, int) else 0.0
    return max(rounding, min(step, _WIDEST_APPROX * abs(value)))
