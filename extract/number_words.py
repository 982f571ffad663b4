"""Numbers written as words: folded Vietnamese words in, exact decimals and how many words they took out.

One pass from left to right, each word looked at a bounded number of times. Knows nothing of units.
Source of the forms: the usual way to read numbers aloud, northern (`linh`, `nghìn`) and southern (`lẻ`,
`ngàn`), with the short forms of speech (`hai lăm`, `triệu rưỡi`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from extract.numerals import NO_MULTIPLIER, parse_digits

ONES = {
    "không": 0, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
    "chín": 9,
}  # fmt: skip
# Ones that stand only behind a ten: `hai mươi mốt`, `ba lăm`.
_AFTER_TEN = {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
_SCALES = {"nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỉ": 10**9}
# A scale behind a scale multiplies it: `nghìn tỷ`, `triệu tỷ`.
_SCALED = "tỉ"
_STARTS = "|".join([*(word for word in ONES if word != "không"), "không(?= phẩy)", "mười", "nửa"])
_NUMBER_WORDS = "|".join(
    [*ONES, *_AFTER_TEN, *_SCALES, "mười", "mươi", "chục", "trăm", "linh", "lẻ", "phẩy", "rưỡi", "nửa"]
)
# `chín trăm chín mươi chín triệu chín trăm ...` is no longer than this.
MAX_NUMBER_WORDS = 24
# A run of number words; `read_number_words` says how much of it is a number.
WORDS_PATTERN = re.compile(
    rf"(?<!\w)(?:{_STARTS})(?:\s+{NO_MULTIPLIER}(?:{_NUMBER_WORDS})){{0,{MAX_NUMBER_WORDS - 1}}}(?!\w)"
)


class WordNumber(NamedTuple):
    """A number in words: its value, how many words it took, and whether a scale such as nghìn is in it."""

    value: Decimal
    taken: int
    multiplied: bool


class _Part(NamedTuple):
    """A stretch below a scale: its value, the position behind it, and what `rưỡi` and a short one add to."""

    value: Decimal
    end: int
    step: int


def read_number_words(words: Sequence[str]) -> WordNumber | None:
    """Reads the longest number that the words begin with, or None where they begin with none.

    `hai mươi mốt nghìn không trăm mười một` is 21011, `ba triệu rưỡi` 3500000, `một phẩy năm` 1.5,
    `một trăm hai` 120. `năm` behind a ten is a year: `hai mươi năm` is 20 and leaves a word.
    """
    total = Decimal(0)
    position = 0
    previous_scale = 0
    while True:
        part = _read_part(words, position)
        if part is None:
            break
        scale, end = _read_scale(words, part.end)
        if previous_scale and scale >= previous_scale:
            break
        if position and scale == 1 and part.end - position == 1:
            # `một triệu năm` is a million years: a single one behind a scale is led by `linh`.
            break
        total += part.value * scale
        position, previous_scale = end, scale
        step = scale if scale > 1 else part.step
        tail = _read_tail(words, position, step)
        if tail is not None:
            total += tail[0]
            position = tail[1]
            break
        if scale == 1:
            break
    return WordNumber(total, position, not _SCALES.keys().isdisjoint(words[:position])) if position else None


def parse_number_words(text: str) -> Decimal | None:
    """Gives the value of folded words that are one number and nothing else, or None."""
    words = text.split()
    read = read_number_words(words)
    return read.value if read is not None and read.taken == len(words) else None


def parse_numeral(text: str) -> Decimal:
    """Gives the value of one numeral, in folded words or in digits. Raises ValueError on anything else."""
    words = parse_number_words(text)
    return words if words is not None else parse_digits(text)


def _read_scale(words: Sequence[str], position: int) -> tuple[int, int]:
    scale = 1
    while position < len(words) and words[position] in _SCALES:
        if scale > 1 and words[position] != _SCALED:
            break
        scale *= _SCALES[words[position]]
        position += 1
        if words[position - 1] == _SCALED:
            break
    return scale, position


def _read_tail(words: Sequence[str], position: int, step: int) -> tuple[Decimal, int] | None:
    """Reads what ends a number behind a scale: `rưỡi`, `linh năm`, or the short `ba` of `hai triệu ba`."""
    word = _at(words, position)
    if step > 1 and word == "rưỡi":
        return Decimal(step) / 2, position + 1
    if step > 1 and word in ("linh", "lẻ"):
        one = _at(words, position + 1)
        return (Decimal(ONES[one]), position + 2) if one in ONES and one != "không" else None
    short = {**ONES, **_AFTER_TEN}.get(word, 0)
    follows = _at(words, position + 1)
    is_last = follows not in _SCALES and follows not in ("trăm", "mươi", "chục", "phẩy", *_AFTER_TEN)
    if step >= 100 and short and word != "năm" and is_last:
        return Decimal(short * step) / 10, position + 1
    return None


def _read_part(words: Sequence[str], position: int) -> _Part | None:
    """Reads what stands before a scale: `không trăm mười một`, `hai lăm`, `một phẩy năm`, `nửa`."""
    word = _at(words, position)
    if word == "nửa":
        return _Part(Decimal("0.5"), position + 1, 1)
    hundreds = 0
    step = 1
    end = position
    if word in ONES and _at(words, position + 1) == "trăm":
        hundreds, step, end = 100 * ONES[word], 100, position + 2
        one = _at(words, end + 1)
        if _at(words, end) in ("linh", "lẻ"):
            if one not in ONES or one == "không":
                return _Part(Decimal(hundreds), end, step)
            return _Part(Decimal(hundreds + ONES[one]), end + 2, 1)
    tens = _read_tens(words, end)
    if tens is None:
        return _Part(Decimal(hundreds), end, step) if hundreds or step > 1 else None
    # `một trăm hai` is 120 and read as a tail; behind `trăm` only a written ten belongs to the hundred.
    if step > 1 and tens.value < 10:
        return _Part(Decimal(hundreds), end, step)
    part = _Part(hundreds + tens.value, tens.end, tens.step)
    if _at(words, part.end) != "phẩy":
        return part
    return _read_decimals(words, part)


def _read_tens(words: Sequence[str], position: int) -> _Part | None:
    word, follows = _at(words, position), _at(words, position + 1)
    if word == "mười":
        value, end = 10, position + 1
    elif word in ONES and word != "không" and follows in ("mươi", "chục"):
        value, end = 10 * ONES[word], position + 2
    elif word in ONES and word != "không" and follows in _AFTER_TEN:
        # `hai mốt` is 21, `ba lăm` 35: the ten is left out.
        return _Part(Decimal(10 * ONES[word] + _AFTER_TEN[follows]), position + 2, 1)
    elif word in ONES:
        return _Part(Decimal(ONES[word]), position + 1, 1)
    else:
        return None
    one = {**ONES, **_AFTER_TEN}.get(_at(words, end), 0)
    if one and _at(words, end) != "năm" and _at(words, end + 1) not in ("trăm", "mươi", "chục"):
        return _Part(Decimal(value + one), end + 1, 1)
    return _Part(Decimal(value), end, 10 if word != "mười" else 1)


def _read_decimals(words: Sequence[str], whole: _Part) -> _Part:
    """Reads the digits behind `phẩy`, said one by one or as one number below a hundred."""
    start = end = whole.end + 1
    while _at(words, end) in ONES and _at(words, end + 1) not in ("mươi", "chục", "trăm"):
        end += 1
    digits = "".join(str(ONES[word]) for word in words[start:end])
    if not digits:
        tens = _read_tens(words, start)
        if tens is None:
            return whole
        digits, end = str(tens.value), tens.end
    return _Part(whole.value + Decimal(f"0.{digits}"), end, 1)


def _at(words: Sequence[str], position: int) -> str:
    return words[position] if position < len(words) else ""
