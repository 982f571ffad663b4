"""Regular expressions of rules, which anyone may write: compiled with care, matched with a limit of time.

They are matched by `regex`, which can stop in the midst of a match, but written in the syntax of `re`, whose
parser tells what a pattern is made of. Dates of the package alone are matched by `re`, which is faster:
each of their patterns is tried on hard texts before it is released.
"""

from __future__ import annotations

import re
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, TypeAlias

import regex

from extract.errors import RulesError
from extract.schema_rules import Entry
from extract.segment import MAX_SENTENCE

# A pattern in the rules that takes longer than this on one sentence is a fault of the pattern.
PATTERN_TIMEOUT_SECONDS = 1.0


def parse_pattern(source: str) -> Any:
    """Gives the tree of a pattern as the parser of `re` does. Raises ValueError with the reason."""
    try:
        return parser.parse(source)
    except re.error as error:
        raise ValueError(f"the pattern does not compile: {error}") from error
    except (RecursionError, OverflowError) as error:
        reason = "it is nested too deeply or repeats too often"
        raise ValueError(f"the pattern does not compile: {reason}") from error


# Of either engine; `re` knows no limit of time.
Pattern: TypeAlias = regex.Pattern[str] | re.Pattern[str]
Match: TypeAlias = regex.Match[str] | re.Match[str]


def compile_pattern(source: str) -> regex.Pattern[str]:
    """Compiles a pattern. Raises ValueError with the reason."""
    # What repeats a million times is written out by the compiler.
    if parse_pattern(source).getwidth()[0] > MAX_SENTENCE:
        least = f"the pattern matches nothing shorter than {MAX_SENTENCE} characters"
        raise ValueError(f"{least}, so it would match in no sentence")
    try:
        return regex.compile(source)
    except (regex.error, RecursionError) as error:
        raise ValueError(f"the pattern does not compile: {error}") from error


def compile_tried(source: str) -> re.Pattern[str]:
    """Compiles a pattern that is known to take no long time. Raises ValueError with the reason."""
    try:
        return re.compile(source)
    except re.error as error:
        raise ValueError(f"the pattern does not compile: {error}") from error


def find_all(
    entry: Entry, pattern: regex.Pattern[str], text: str, start: int, end: int
) -> list[regex.Match[str]]:
    """Gives all matches between two offsets but empty ones. Raises RulesError when they take too long."""
    try:
        found = pattern.finditer(text, start, end, timeout=PATTERN_TIMEOUT_SECONDS)
        return [match for match in found if match.end() > match.start()]
    except TimeoutError as error:
        raise _runaway(entry) from error


def find_first(entry: Entry, pattern: regex.Pattern[str], text: str) -> regex.Match[str] | None:
    """Gives the first match. Raises RulesError when it takes too long."""
    try:
        return pattern.search(text, timeout=PATTERN_TIMEOUT_SECONDS)
    except TimeoutError as error:
        raise _runaway(entry) from error


def _runaway(entry: Entry) -> RulesError:
    where = f"{entry.file}:{entry.line}: `{entry.id}`"
    return RulesError(
        [f"{where}: the pattern takes longer than {PATTERN_TIMEOUT_SECONDS:g} s on one sentence"]
    )
