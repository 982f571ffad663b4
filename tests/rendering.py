"""Numbers written out, so that tests can ask whether they are read back."""

from __future__ import annotations

from hypothesis import strategies as st

ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
DECIMALS = st.integers(0, 9999).map(lambda number: f"{number:04d}".rstrip("0")).filter(bool)


def grouped(number: int, mark: str) -> str:
    """Writes thousands in groups of three."""
    return f"{number:,}".replace(",", mark)


def tens_in_words(number: int) -> list[str]:
    """Writes 0 to 99."""
    tens, ones = divmod(number, 10)
    if tens == 0:
        return [ONES[ones]]
    words = ["mười"] if tens == 1 else [ONES[tens], "mươi"]
    if ones == 0:
        return words
    if ones == 1 and tens > 1:
        return [*words, "mốt"]
    return [*words, "lăm" if ones == 5 else ONES[ones]]


def group_in_words(number: int, *, full: bool) -> list[str]:
    """Writes 1 to 999; `full` names the empty hundreds, as after a higher group."""
    hundreds, rest = divmod(number, 100)
    words = [ONES[hundreds], "trăm"] if hundreds or full else []
    if rest == 0:
        return words
    if rest < 10:
        return [*words, "linh", ONES[rest]] if words else [ONES[rest]]
    return [*words, *tens_in_words(rest)]


def in_words(number: int) -> str:
    """Writes 0 to 999,999,999 as it is read aloud."""
    if number == 0:
        return "không"
    words: list[str] = []
    for scale, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        group = number // scale % 1000
        if group:
            words += [*group_in_words(group, full=bool(words)), *([name] if name else [])]
    return " ".join(words)
