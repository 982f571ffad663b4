"""The written forms of dates and periods, compiled from rules/periods.yaml.

A pattern there is written with words in capitals for the pieces that many forms share: `DAY`, `MONTH`,
`YEAR` and the rest of `PIECES`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.calendar_periods import Clock, day_period, parse_notation
from extract.errors import RulesError
from extract.models import Period
from extract.period_readers import MONTH_WORDS, READERS, SMALL_WORDS, Read
from extract.schema_rules import PeriodForm
from extract.text import fold
from extract.timed_pattern import Match, Pattern, compile_pattern, compile_tried, find_all, find_first

# The document's day in the examples of the rules.
EXAMPLE_DAY = dt.date(2023, 10, 17)

_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH_NAMES = "|".join(sorted(MONTH_WORDS, key=len, reverse=True))
_SMALL = "|".join(SMALL_WORDS)
# `5 năm tới`, `nhiều năm trước` count years and name none.
_COUNTERS = (
    "[0-9]", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mươi", "mốt", "lăm",
    "chục", "trăm", "nghìn", "ngàn", "vạn", "triệu", "tỉ", "nửa", "nhiều", "vài", "mấy", "những", "các", "số",
)  # fmt: skip
# `mười hai tháng`: no number begins behind another number word.
_NO_NUMBER_BEFORE = "".join(f"(?<!{word} )" for word in ("mười", "mươi", "trăm", "linh", "lẻ"))

PIECES = {
    "DAY": r"(?:0?[1-9]|[12][0-9]|3[01])",
    "MONTH": _MONTH,
    "YEAR": _YEAR,
    # A month in digits or by name: `tháng Năm`, but `tháng năm 2020` names none.
    "NAMED_MONTH": rf"(?:{_MONTH}|(?!năm\s+[0-9])(?:{_MONTH_NAMES}))",
    # How many months or years, in digits or words.
    "COUNT": rf"(?:1[01]|0?[1-9]|{_NO_NUMBER_BEFORE}(?<!\w)(?:{_SMALL}))",
    "SMALL": rf"(?:{_NO_NUMBER_BEFORE}(?<!\w)(?:{_SMALL}))",
    # The year behind a month or quarter: `/2023`, `năm 2023`, `năm ngoái`.
    "IN_YEAR": (
        rf"(?:\s*+(?:/|-|,|\.(?=20))?\s*+(?:của\s+)?(?:năm\s+)?(?P<y>{_YEAR})(?![0-9])"
        r"|\s+(?:của\s+)?(?P<rel>năm nay|năm ngoái|năm trước))"
    ),
    "SEP": r"\s?[/.\-]\s?",
    "UNTIL": r"\s*(?:-|đến(?:\s+hết)?|tới)\s*",
    # No digits of another number right before, and right behind.
    "FREE": r"(?<![0-9.,/\-])(?<![0-9][.,/] )",
    "DONE": r"(?![0-9]|[.,/][0-9]|%)",
    "END": r"(?![0-9])",
    "WORD": r"(?!\w)",
    "NOT_COUNTED": "".join(f"(?<!{word} )" for word in _COUNTERS),
}
_PIECE = re.compile("|".join(sorted(PIECES, key=len, reverse=True)))
_KEPT = re.compile(r"(\(\?P<\w+>|\\.)")


@dataclass(frozen=True, slots=True)
class Form:
    """One written form, compiled: its rule, its pattern and how a match is read."""

    rule: PeriodForm
    pattern: Pattern
    reader: Read

    def find(self, folded: str, start: int, end: int) -> Sequence[Match]:
        """Gives all matches between two offsets but empty ones. Raises RulesError when they take too long."""
        if isinstance(self.pattern, re.Pattern):
            return [
                found for found in self.pattern.finditer(folded, start, end) if found.end() > found.start()
            ]
        return find_all(self.rule, self.pattern, folded, start, end)

    def search(self, text: str) -> Match | None:
        """Gives the first match. Raises RulesError when it takes too long."""
        if isinstance(self.pattern, re.Pattern):
            return self.pattern.search(text)
        return find_first(self.rule, self.pattern, text)

    def read(self, match: Match, clock: Clock) -> Period | None:
        """Gives the period that a match means, or None where no year can be known.

        Raises RulesError when the groups of the match are not what its reader reads.
        """
        try:
            return self.reader(match, clock, self.rule)
        except (ValueError, OverflowError):
            # A day that no calendar has.
            return None
        except (TypeError, LookupError) as error:
            # A group that took no part in the match, or a word that is no month.
            where = f"{self.rule.file}:{self.rule.line}: `{self.rule.id}`"
            raise RulesError(
                [f"{where}: `{self.rule.read}` cannot read the groups of {match[0][:60]!r}"]
            ) from error


def expand(pattern: str) -> str:
    """Gives the regular expression of a rule: pieces filled in, letters folded, escapes and groups kept."""
    parts, names = _PIECE.split(pattern), _PIECE.findall(pattern)
    folded = ["".join(_fold_part(piece) for piece in _KEPT.split(part)) for part in parts]
    filled = [*(PIECES[name] for name in names), ""]
    return "".join(part + piece for part, piece in zip(folded, filled, strict=True))


def compile_form(rule: PeriodForm) -> Form:
    """Compiles a rule. Raises ValueError when its pattern does not compile or lacks a group of its reader."""
    reader = READERS.get(rule.read)
    if reader is None:
        raise ValueError(f"`read`: {rule.read!r} is none of {', '.join(sorted(READERS))}")
    expanded = expand(rule.pattern)
    pattern: Pattern = compile_pattern(expanded) if rule.is_own else compile_tried(expanded)
    missing = reader.groups - pattern.groupindex.keys()
    if missing:
        lacking = ", ".join(sorted(missing))
        raise ValueError(f"the pattern lacks the groups {lacking} that `{rule.read}` reads")
    return Form(rule, pattern, reader.read)


def example_faults(rule: PeriodForm) -> list[str]:
    """Gives what is wrong with the examples of a rule. Raises as `compile_form`, `search` and `read` do."""
    form = compile_form(rule)
    faults = []
    for example in rule.examples:
        text, arrow, wanted = (part.strip() for part in example.partition("=>"))
        match = form.search(fold(text))
        if not arrow or match is None:
            faults.append(f"matches not its own example {example!r}")
            continue
        period = form.read(match, Clock(day_period(EXAMPLE_DAY)))
        if period is None or (period.start, period.end) != parse_notation(wanted):
            found = "no period" if period is None else f"{period.start} to {period.end}"
            faults.append(f"reads its example {example!r} as {found}")
    faults.extend(
        f"matches its counter-example {example!r}"
        for example in rule.not_examples
        if form.search(fold(example))
    )
    return faults


def _fold_part(part: str) -> str:
    return part if _KEPT.fullmatch(part) else fold(part)
