"""Numbers as Vietnamese news writes them: folded text in, exact decimals out.

Knows digits with their two styles of separators, multipliers (nghìn, triệu, tỷ) and number words.
Knows nothing of units, rules or files.
"""

from __future__ import annotations

import re
from decimal import Decimal

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
_NO_MULTIPLIER = r"(?!(?:triệu\s+(?:chứng|tập|hồi|phú)|tỉ\s+(?:lệ|số|giá|phú|trọng|suất|mỉ))(?!\w))"
_MULTIPLIER = "|".join(MULTIPLIERS)
# After a numeral: `nghìn tỷ`, `triệu`, also glued on either side (`192tỷđồng`).
MULTIPLIER_PATTERN = re.compile(rf"\s{{0,2}}{_NO_MULTIPLIER}({_MULTIPLIER})(?=\W|$|đồng|usd|vnđ|vnd|đ)")

_ONES = {
    "không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_SCALES = {"nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỉ": 10**9}
_STARTS = "một|hai|ba|bốn|năm|sáu|bảy|bẩy|tám|chín|mười|nửa"
_NUMBER_WORDS = (
    "không|một|mốt|hai|ba|bốn|tư|năm|lăm|nhăm|sáu|bảy|bẩy|tám|chín|mười|mươi|chục|trăm|nghìn|ngàn"
    "|vạn|triệu|tỉ|linh|lẻ|phẩy|rưỡi|nửa"
)
# A run of number words; the caller asks `parse_number_words` how much of it is a number.
WORDS_PATTERN = re.compile(rf"(?<!\w)(?:{_STARTS})(?:\s+{_NO_MULTIPLIER}(?:{_NUMBER_WORDS}))*(?!\w)")


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
    return re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", text) is not None


def parse_number_words(text: str) -> Decimal | None:
    """Gives the value of a number in folded words, or None when the words are none.

    `hai mươi mốt nghìn không trăm mười một` is 21011; `ba triệu rưỡi` 3500000; `một phẩy năm` 1.5.
    """
    words = text.split()
    if not words:
        return None
    if "phẩy" in words:
        return _parse_decimal_words(words)
    total = Decimal(0)
    # `một triệu rưỡi` is half of the last scale more; `một trăm rưỡi` is 150.
    last_scale = Decimal(1)
    half = words[-1] == "rưỡi"
    if half:
        words = words[:-1]
    position = 0
    previous_scale = Decimal(10**30)
    while position < len(words):
        end = position
        while end < len(words) and words[end] not in _SCALES:
            end += 1
        group = _parse_group(words[position:end])
        if group is None:
            return None
        scale = Decimal(1)
        while end < len(words) and words[end] in _SCALES:
            scale *= _SCALES[words[end]]
            end += 1
        if scale >= previous_scale:
            return None
        total += group * scale
        last_scale = scale if scale > 1 else _trailing_scale(words[position:end])
        previous_scale = scale
        position = end
    if half:
        total += last_scale / 2
    return total


def _trailing_scale(words: list[str]) -> Decimal:
    if words and words[-1] == "trăm":
        return Decimal(100)
    if words and words[-1] == "chục":
        return Decimal(10)
    return Decimal(1)


def _parse_decimal_words(words: list[str]) -> Decimal | None:
    mark = words.index("phẩy")
    whole = parse_number_words(" ".join(words[:mark]))
    tail = words[mark + 1 :]
    scale = Decimal(1)
    while tail and tail[-1] in _SCALES:
        scale *= _SCALES[tail.pop()]
    if whole is None or not tail:
        return None
    if all(word in _ONES for word in tail):
        digits = "".join(str(_ONES[word]) for word in tail)
    else:
        fraction = parse_number_words(" ".join(tail))
        if fraction is None:
            return None
        digits = str(fraction)
    return (whole + Decimal(f"0.{digits}")) * scale


def _parse_group(words: list[str]) -> Decimal | None:
    """Gives the value of hundreds, tens and ones; an empty group before a scale counts as none."""
    if not words:
        return None
    if words == ["nửa"]:
        return Decimal("0.5")
    value = 0
    rest = list(words)
    if len(rest) >= 2 and rest[1] == "trăm" and rest[0] in _ONES:
        value += 100 * _ONES[rest[0]]
        rest = rest[2:]
        if rest and rest[0] in ("linh", "lẻ"):
            rest = rest[1:]
            if len(rest) != 1 or rest[0] not in _ONES:
                return None
    if rest and rest[0] == "mười":
        value += 10
        rest = rest[1:]
    elif len(rest) >= 2 and rest[1] in ("mươi", "chục") and rest[0] in _ONES:
        value += 10 * _ONES[rest[0]]
        rest = rest[2:]
    elif len(rest) >= 2 and rest[0] in _ONES and rest[1] in ("mốt", "tư", "lăm", "nhăm"):
        # `hai mốt` is 21, `ba lăm` 35: the ten is left out.
        value += 10 * _ONES[rest[0]]
        rest = rest[1:]
    if rest and rest[0] in _ONES:
        value += _ONES[rest[0]]
        rest = rest[1:]
    return Decimal(value) if not rest else None


def read_multiplier(folded: str, position: int) -> tuple[Decimal, int]:
    """Gives the product of the multipliers that stand at `position`, and where they end.

    `nghìn tỷ đồng` gives 10**12. Gives (1, position) when there is none.
    """
    product = Decimal(1)
    while (match := MULTIPLIER_PATTERN.match(folded, position)) is not None:
        product *= MULTIPLIERS[match[1]]
        position = match.end()
    return product, position
