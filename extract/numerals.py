"""Numbers in digits as Vietnamese news writes them: folded text in, exact decimals out.

Knows the two styles of separators and the multipliers behind a numeral (nghìn, triệu, tỷ). Knows nothing
of units, rules or files.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

# One numeral in digits: groups of three by dots, commas or single spaces, then a decimal part.
DIGITS = (
    r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?(?![0-9])"
    r"|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+(?![0-9])"
    r"|[0-9]{1,3}(?:,[0-9]{3}){2,}(?![0-9])"
    r"|[0-9]{1,3}(?: [0-9]{3})+(?:,[0-9]+)?(?![0-9.,]*[0-9])"
    r"|[0-9]+[.,][0-9]+(?![0-9])"
    r"|[0-9]+"
)
DIGITS_PATTERN = re.compile(DIGITS)

MULTIPLIERS = {
    "chục": Decimal(10),
    "trăm": Decimal(100),
    "nghìn": Decimal(1000),
    "ngàn": Decimal(1000),
    "vạn": Decimal(10_000),
    "triệu": Decimal(1_000_000),
    "tỉ": Decimal(1_000_000_000),
}
# `triệu chứng` is a symptom, `tỷ lệ` a rate: in these words the syllable multiplies nothing.
NO_MULTIPLIER = r"(?!(?:triệu\s+(?:chứng|tập|hồi|phú)|tỉ\s+(?:lệ|số|giá|phú|trọng|suất|mỉ))(?!\w))"
_MULTIPLIER = "|".join(MULTIPLIERS)
# After a numeral: `nghìn tỷ`, `triệu`, also glued on either side (`192tỷđồng`).
MULTIPLIER_PATTERN = re.compile(rf"\s{{0,2}}{NO_MULTIPLIER}({_MULTIPLIER})(?=\W|$|đồng|usd|vnđ|vnd|đ)")

_AMBIGUOUS_COMMA = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_MULTIPLIER_INITIALS = frozenset(word[0] for word in MULTIPLIERS)
_ONE = Decimal(1)
_SHORT_MULTIPLIER = re.compile(r"(k|K|tr|M|B)(?!\w)")
SHORT_MULTIPLIER_INITIALS = frozenset("kKtMB")
_SHORT_PRODUCTS = {"k": 10**3, "tr": 10**6, "m": 10**6, "b": 10**9}


def parse_digits(text: str, *, comma_groups: bool = False) -> Decimal:
    """Gives the value of one numeral in digits.

    How separators are read. Two or more groups of three are thousands, whichever mark parts them. A
    comma is otherwise the decimal mark, as the Vietnamese standard has it, unless `comma_groups`
    says that one group of three after it counts things (`340,656 thuê bao`). A dot is the thousands
    mark when exactly three digits follow and the number does not begin with 0 (`0.656`); else it is
    an English decimal point (`50.36`). Raises ValueError on anything else.
    """
    compact = text.replace(" ", "")
    dots, commas = compact.count("."), compact.count(",")
    if dots and commas:
        decimal_mark = max(".", ",", key=compact.rfind)
        group_mark = "," if decimal_mark == "." else "."
        return Decimal(compact.replace(group_mark, "").replace(decimal_mark, "."))
    if dots > 1 or commas > 1:
        return Decimal(compact.replace(".", "").replace(",", ""))
    if dots == 1:
        head, tail = compact.split(".")
        grouped = len(tail) == 3 and len(head) <= 3 and not head.startswith("0")
        return Decimal(head + tail) if grouped else Decimal(compact)
    if commas == 1:
        head, tail = compact.split(",")
        grouped = comma_groups and len(tail) == 3 and len(head) <= 3 and not head.startswith("0")
        return Decimal(head + tail) if grouped else Decimal(f"{head}.{tail}")
    return Decimal(compact)


def has_ambiguous_comma(text: str) -> bool:
    """Asks whether the numeral is one to three digits, a comma and three digits: `340,656`."""
    return "," in text and _AMBIGUOUS_COMMA.fullmatch(text) is not None


def read_multiplier(folded: str, position: int, end: int | None = None) -> tuple[Decimal, int]:
    """Gives the product of the multipliers that stand at `position` and before `end`, and where they end.

    `nghìn tỷ đồng` gives 10**12. Gives (1, position) when there is none.
    """
    product = _ONE
    limit = len(folded) if end is None else end
    if folded[position : position + 3].lstrip()[:1] not in _MULTIPLIER_INITIALS:
        return product, position
    while (match := MULTIPLIER_PATTERN.match(folded, position, limit)) is not None:
        product *= MULTIPLIERS[match[1]]
        position = match.end()
    return product, position


class ShortMultiplier(NamedTuple):
    """A letter that stands for a multiplier; `means_money`: đồng are meant where no unit follows."""

    product: Decimal
    end: int
    means_money: bool


def read_short_multiplier(text: str, position: int) -> ShortMultiplier | None:
    """Reads a letter glued to the digits that end at `position`, as headlines and prices have it.

    `k` is nghìn, `tr` triệu; capital `K`, `M` and `B` (thousand, million, billion) as in English. Takes the
    text as written: in lower case `m` is a metre.
    """
    match = _SHORT_MULTIPLIER.match(text, position)
    if match is None:
        return None
    letters = match[1]
    product = _SHORT_PRODUCTS[letters.lower()]
    return ShortMultiplier(Decimal(product), match.end(), letters in ("k", "tr"))
