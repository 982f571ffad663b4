"""Whether a pattern runs away: texts made to be hard for it, on which it is timed when it is loaded.

A matcher that backtracks takes long where a repeated piece can be cut in many ways and what follows it fails.
So each repeat of a pattern is fed what it repeats, over and over, with an end that it does not take. This
finds the usual forms (`(a|a)+$`, `(a+)+b`, `a*a*a*b`), not all: matching itself has a limit of time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product
from re import _constants as codes  # type: ignore[attr-defined]
from typing import Any

from extract.segment import MAX_SENTENCE
from extract.timed_pattern import compile_pattern, parse_pattern

# On a sentence of the greatest length; the packaged patterns take some milliseconds.
SLOW_SECONDS = 0.5
_TEXTS = 120
# What a class is shown as: the first of these that it takes, so that classes that overlap are shown alike.
_SHOWN = "a0 .,-/:%()x\n"
# What a repeat is made to fail by.
_ENDS = ("", "!")
_VARIANTS = 4
_FEW = 8
_REPEATS = frozenset({codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT})
_LOOKS = frozenset({codes.ASSERT, codes.ASSERT_NOT})


def slow_text(source: str) -> str | None:
    """Gives a text on which a pattern takes too long, alone or at an end; None where none was found.

    Raises ValueError when the pattern does not compile.
    """
    patterns = [compile_pattern(source), compile_pattern(rf"(?:{source})\s*$")]
    tree = list(parse_pattern(source))
    for text in dict.fromkeys(islice(_hard_texts(tree), _TEXTS)):
        for pattern in patterns:
            try:
                pattern.search(text, timeout=SLOW_SECONDS)
            except TimeoutError:
                return text
    return None


def _hard_texts(tree: Sequence[Any]) -> Iterator[str]:
    # A matcher gives up at once where a text lacks a letter that every match has.
    whole = _samples(tree)[0]
    for before, repeated in _repeats(tree, ""):
        for piece, end in product(repeated, (*_ENDS, f"\x01{whole}")):
            times = (MAX_SENTENCE - len(before) - len(end)) // len(piece)
            yield before + piece * times + end


def _repeats(tree: Sequence[Any], before: str) -> Iterator[tuple[str, list[str]]]:
    """Gives the repeats of a pattern: a text that leads to each, and what it repeats."""
    for code, value in tree:
        for inner in _inner(code, value):
            yield from _repeats(inner, before)
        if code in _REPEATS and value[1] > _FEW:
            pieces = [piece for piece in _samples(list(value[2])) if piece]
            if pieces:
                yield before, pieces
        before += _samples([(code, value)])[0]


def _inner(code: Any, value: Any) -> list[list[Any]]:
    """Gives the patterns inside an item."""
    if code is codes.SUBPATTERN:
        return [list(value[3])]
    if code is codes.BRANCH:
        return [list(branch) for branch in value[1]]
    if code is codes.ATOMIC_GROUP:
        return [list(value)]
    if code in _REPEATS:
        return [list(value[2])]
    if code in _LOOKS:
        return [list(value[1])]
    return []


def _samples(tree: Sequence[Any]) -> list[str]:
    """Gives some texts that a pattern takes, at least one."""
    texts = [""]
    for code, value in tree:
        texts = [text + more for text, more in product(texts, _samples_of(code, value))]
        # The first and the last say most: nothing optional, and all of it.
        texts = list(dict.fromkeys([*texts[: _VARIANTS - 1], texts[-1]]))
    return texts


def _samples_of(code: Any, value: Any) -> list[str]:
    if code is codes.LITERAL:
        return [chr(value)]
    if code is codes.NOT_LITERAL:
        return [next(shown for shown in _SHOWN if ord(shown) != value)]
    if code is codes.ANY:
        return [_SHOWN[0]]
    if code is codes.IN:
        return [_shown_of_class(value)]
    if code in _LOOKS:
        return [""]
    inner = [text for item in _inner(code, value) for text in _samples(item)]
    if code in _REPEATS:
        least = value[0]
        repeated = [text * max(1, min(least, MAX_SENTENCE)) for text in inner]
        return [*repeated, ""] if not least else repeated
    return inner or [""]


def _shown_of_class(items: Sequence[tuple[Any, Any]]) -> str:
    negated = bool(items) and items[0][0] is codes.NEGATE
    literals = [chr(value) for code, value in items if code is codes.LITERAL]
    ranges = [chr(value[0]) for code, value in items if code is codes.RANGE]
    shown = (text for text in (*_SHOWN, *literals, *ranges) if _is_in(text, items) is not negated)
    return next(shown, "")


def _is_in(character: str, items: Sequence[tuple[Any, Any]]) -> bool:
    return any(_takes(character, code, value) for code, value in items)


def _takes(character: str, code: Any, value: Any) -> bool:
    if code is codes.LITERAL:
        return bool(ord(character) == value)
    if code is codes.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    return bool(code is codes.CATEGORY and _CATEGORIES[value](character))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


_CATEGORIES: Mapping[Any, Callable[[str], bool]] = {
    codes.CATEGORY_DIGIT: str.isdecimal,
    codes.CATEGORY_NOT_DIGIT: lambda character: not character.isdecimal(),
    codes.CATEGORY_SPACE: str.isspace,
    codes.CATEGORY_NOT_SPACE: lambda character: not character.isspace(),
    codes.CATEGORY_WORD: _is_word,
    codes.CATEGORY_NOT_WORD: lambda character: not _is_word(character),
}
