"""What a regular expression cannot match without: pattern in, literals out of which each match holds one.

Most patterns of the rules fit a sentence in a hundred. A test for a few literals says so fifty times as
fast as the pattern, and nothing is lost: where no literal can be told, there is no test.
"""

from __future__ import annotations

import re

# The parser of the standard library; its tree is the only way to know what a pattern needs.
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

# More alternatives than these take longer to look for than they save.
MAX_LITERALS = 60

_REPEATS = frozenset({codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT})


def needed_literals(pattern: str) -> tuple[str, ...]:
    """Gives literals of which every match of the pattern holds at least one, or none when it is not known.

    `(?:điều|khoản)\\s+[0-9]+` needs `điều` or `khoản`. Raises nothing: what the parser of `re` does not read
    has no such literals.
    """
    try:
        tree = parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return ()
    if tree.state.flags & re.IGNORECASE:
        return ()
    found = _of_sequence(list(tree))
    if not found:
        return ()
    # `lần` stands in `lần thứ`: the shorter says as much.
    fewest = [word for word in found if not any(other != word and other in word for other in found)]
    return tuple(sorted(fewest)) if len(fewest) <= MAX_LITERALS else ()


def shortest_match(pattern: str) -> int:
    """Gives how many characters a match of the pattern has at least; 0 where that is not known."""
    try:
        return int(parser.parse(pattern).getwidth()[0])
    except (re.error, RecursionError, OverflowError):
        return 0


def can_match(literals: tuple[str, ...], text: str) -> bool:
    """Asks whether a pattern that needs one of the literals can match in the text at all."""
    if not literals:
        return True
    return any(literal in text for literal in literals)


def _of_sequence(items: list[Any]) -> frozenset[str] | None:
    """Gives the best set of a concatenation: longest shortest literal first, then fewest."""
    best: frozenset[str] | None = None
    run = ""
    for code, value in [*items, (codes.AT, None)]:
        if code is codes.LITERAL:
            run += chr(value)
            continue
        if run:
            best = _better(best, frozenset({run}))
            run = ""
        best = _better(best, _of_item(code, value))
    return best


def _of_item(code: Any, value: Any) -> frozenset[str] | None:
    if code is codes.SUBPATTERN:
        return None if value[1] & re.IGNORECASE else _of_sequence(list(value[3]))
    if code is codes.ATOMIC_GROUP:
        return _of_sequence(list(value))
    if code in _REPEATS and value[0] > 0:
        return _of_sequence(list(value[2]))
    if code is codes.BRANCH:
        branches = [_of_sequence(list(branch)) for branch in value[1]]
        known = [branch for branch in branches if branch is not None]
        return frozenset().union(*known) if len(known) == len(branches) else None
    if code is codes.IN and all(item[0] is codes.LITERAL for item in value):
        return frozenset(chr(item[1]) for item in value)
    return None


def _better(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    if first is None or second is None:
        return second if first is None else first
    return max(first, second, key=lambda literals: (min(map(len, literals)), -len(literals)))
