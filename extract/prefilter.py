"""What a regular expression cannot match without: pattern in, literals out of which each match holds one.

Most patterns of the rules fit a sentence in a hundred. A look for a few literals says so fifty times as fast
as the pattern, and nothing is lost: where no literal can be told, there is no test. Literals are looked for
in the shape of a text: each digit a 0, all white space one blank.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

# The parser of the standard library; its tree is the only way to know what a pattern needs.
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick

# More alternatives than these take longer to look for than they save.
MAX_LITERALS = 300
# A class of more characters than these tells nothing.
_MAX_CLASS = 10
_MAX_REPEAT = 3
# So many characters of a text are looked through at once, so that a long one takes no more memory.
STRETCH = 16_000

_DIGIT = re.compile("[1-9]")
_NARROW = bytes.maketrans(b"123456789\t\n\v\f\r\x1c\x1d\x1e\x1f", b"000000000         ")
_WIDE_BLANKS = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)  # fmt: skip
_BLANKS = re.compile(r"\s+")
_REPEATS = frozenset({codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT})
_ZERO_WIDTH = frozenset({codes.AT, codes.ASSERT, codes.ASSERT_NOT})
_NOTHING = frozenset({""})
_BLANK = frozenset({" "})

ItemT = TypeVar("ItemT")


def shape_of(text: str) -> str:
    """Gives a text as literals are looked for in it: digits as 0, white space as one blank, ends too."""
    return _same_length(f" {' '.join(text.split())} ")


def _same_length(text: str) -> str:
    """Gives the shape of a text but for blanks that follow each other; the length stays."""
    for blank in _WIDE_BLANKS:
        if blank in text:
            text = text.replace(blank, " ")
    # Through bytes: a translation takes twenty times as long on text that is not ASCII.
    return text.encode("utf-8", "replace").translate(_NARROW).decode("utf-8")


class _Hits(NamedTuple):
    """The literals in a stretch of a text: where each ends in it, in order, and their numbers.

    `shape` is as long as the stretch: each white space is a blank, and two may part what a literal has
    together.
    """

    text: str
    start: int
    shape: str
    ends: list[int]
    numbers: list[int]


class LiteralScanner:
    """Looks for the literals of several tables in one pass.

    What was found in a stretch of a document is kept until another is asked about, because its sentences are
    asked about one by one, and by each table.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._automaton: AhoCorasick | None = None
        self._hits = _Hits("", 0, "", [], [])

    def add(self, literals: Iterable[str]) -> list[int]:
        """Gives the numbers of literals, which are looked for from now on."""
        self._automaton = None
        self._hits = _Hits("", 0, "", [], [])
        return [self._numbers.setdefault(literal, len(self._numbers)) for literal in literals]

    def find(self, shape: str) -> list[tuple[int, int, int]]:
        """Gives number, start and end of each literal in a shape, in the order of their ends."""
        if self._automaton is None:
            self._automaton = AhoCorasick(list(self._numbers))
        return self._automaton.find_matches_as_indexes(shape, overlapping=True)

    def numbers_in(self, text: str, start: int, end: int) -> list[int]:
        """Gives the numbers of all literals between two offsets of a text."""
        hits = self._hits
        if hits.text is not text or start < hits.start or end > hits.start + len(hits.shape):
            hits = self._hits = self._scan(text, start, max(end, start + STRETCH))
        start, end = start - hits.start, end - hits.start
        if hits.shape.find("  ", start, end) >= 0:
            return [number for number, _, _ in self.find(shape_of(hits.shape[start:end]))]
        return hits.numbers[bisect_right(hits.ends, start) : bisect_right(hits.ends, end)]

    def _scan(self, text: str, start: int, end: int) -> _Hits:
        shape = _same_length(text[start:end])
        found = self.find(shape)
        return _Hits(text, start, shape, [stop for _, _, stop in found], [number for number, _, _ in found])


class PatternTable(Generic[ItemT]):
    """Many patterns, and which of them can match in a text at all. Made once per rule set."""

    def __init__(self, items: Iterable[tuple[ItemT, str]], scanner: LiteralScanner | None = None) -> None:
        """`items` are what is wanted back, each with its regular expression.

        Tables that are asked about the same documents share a `scanner`.
        """
        self._items: list[ItemT] = []
        self._always = 0
        # How many characters a match has at least, whichever pattern it is of.
        self.shortest = int(codes.MAXREPEAT)
        owners: dict[str, int] = defaultdict(int)
        for number, (item, pattern) in enumerate(items):
            self._items.append(item)
            literals, shortest = needs_of(pattern)
            self.shortest = min(self.shortest, shortest)
            if not literals:
                self._always |= 1 << number
            for literal in literals:
                owners[literal] |= 1 << number
        self._scanner = scanner or LiteralScanner()
        self._owners = dict(zip(self._scanner.add(owners), owners.values(), strict=True))

    def possible(self, text: str) -> list[ItemT]:
        """Gives, in order, the items whose pattern can match in the text."""
        return self._owned([number for number, _, _ in self._scanner.find(shape_of(text))])

    def possible_in(self, text: str, start: int, end: int) -> list[ItemT]:
        """Gives, in order, the items whose pattern can match between two offsets of a longer text."""
        return self._owned(self._scanner.numbers_in(text, start, end))

    def _owned(self, numbers: Iterable[int]) -> list[ItemT]:
        found, owners = self._always, self._owners
        for number in numbers:
            if number in owners:
                found |= owners[number]
        items = []
        while found:
            lowest = found & -found
            items.append(self._items[lowest.bit_length() - 1])
            found ^= lowest
        return items


class Needs(NamedTuple):
    """What each match of a pattern has: one of these literals, none where they are not known; its length."""

    literals: tuple[str, ...]
    shortest: int


def needs_of(pattern: str) -> Needs:
    """Gives what matches cannot do without, the literals as they stand in a shape.

    `(?:điều|khoản)\\s+[0-9]+` needs `điều 0` or `khoản 0`. Raises nothing: of what the parser of `re`
    does not read nothing is known.
    """
    tree = _parsed(pattern)
    return Needs(_literals_of(tree), tree.getwidth()[0] if tree is not None else 0)


def _parsed(pattern: str) -> Any:
    """Gives the tree of a pattern, or None where it is not one of `re`."""
    try:
        return parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None


def _literals_of(tree: Any) -> tuple[str, ...]:
    if tree is None or tree.state.flags & re.IGNORECASE:
        return ()
    found = _better(*_Needs.of(list(tree)).candidates)
    if not found or "" in found:
        return ()
    return tuple(sorted(found)) if len(found) <= MAX_LITERALS else ()


@dataclass(frozen=True, slots=True)
class _Needs:
    """What the matches of a piece of a pattern look like, as sets of literals.

    `whole`: every match is one of these; None where they are not known or too many. `opens`, `closes`: every
    match begins or ends with one of these. `holds`: every match holds one of these, None where not known.
    """

    whole: frozenset[str] | None
    opens: frozenset[str] = _NOTHING
    closes: frozenset[str] = _NOTHING
    holds: frozenset[str] | None = None

    @classmethod
    def of(cls, items: Sequence[Any]) -> _Needs:
        """Reads a concatenation: runs of known literals between the pieces that are not known."""
        run: frozenset[str] = _NOTHING
        opens: frozenset[str] | None = None
        held: list[frozenset[str] | None] = []
        for code, value in items:
            needs = _of_item(code, value)
            if needs.whole is not None:
                longer = _joined(run, needs.whole)
                if longer is not None:
                    run = longer
                    continue
                # Too many: the ends of the run say enough.
                held.append(run)
                opens = run if opens is None else opens
                run = _shortened(run, needs.whole)
                continue
            first = _joined(run, needs.opens) or run
            held += [first, needs.holds]
            opens = first if opens is None else opens
            run = needs.closes
        if opens is None:
            return cls(run, run, run, run)
        held.append(run)
        return cls(None, opens, run, _better(*held))

    @property
    def candidates(self) -> tuple[frozenset[str] | None, ...]:
        """The sets of which each alone is needed."""
        return (self.whole, self.opens, self.closes, self.holds)


_UNKNOWN = _Needs(None)
_EMPTY = _Needs(_NOTHING)


def _of_item(code: Any, value: Any) -> _Needs:
    if code is codes.LITERAL:
        return _exactly({chr(value)})
    if code is codes.IN:
        return _of_class(value)
    if code in _ZERO_WIDTH:
        return _EMPTY
    if code is codes.SUBPATTERN:
        return _UNKNOWN if value[1] & re.IGNORECASE else _Needs.of(list(value[3]))
    if code is codes.ATOMIC_GROUP:
        return _Needs.of(list(value))
    if code is codes.BRANCH:
        return _of_branches([_Needs.of(list(branch)) for branch in value[1]])
    if code in _REPEATS:
        return _of_repeat(value[0], value[1], _Needs.of(list(value[2])))
    return _UNKNOWN


def _of_class(items: Sequence[tuple[Any, Any]]) -> _Needs:
    found: set[str] = set()
    for code, value in items:
        if code is codes.LITERAL:
            found.add(chr(value))
        elif code is codes.RANGE and value[1] - value[0] < _MAX_CLASS:
            found.update(map(chr, range(value[0], value[1] + 1)))
        elif code is codes.CATEGORY and value is codes.CATEGORY_SPACE:
            found.add(" ")
        else:
            return _UNKNOWN
    needs = _exactly(found)
    return needs if needs.whole is not None and len(needs.whole) <= _MAX_CLASS else _UNKNOWN


def _of_branches(branches: Sequence[_Needs]) -> _Needs:
    wholes = [branch.whole for branch in branches]
    whole = _united(wholes)
    if whole is not None:
        return _Needs(whole, whole, whole, whole)
    opens = _united([branch.opens for branch in branches]) or _NOTHING
    closes = _united([branch.closes for branch in branches]) or _NOTHING
    return _Needs(None, opens, closes, _united([_better(*branch.candidates) for branch in branches]))


def _of_repeat(least: int, most: int, needs: _Needs) -> _Needs:
    if needs.whole == _BLANK:
        # White space is one blank, however much there is.
        return _exactly({" "} if least else {"", " "})
    if needs.whole is not None and most <= _MAX_REPEAT:
        whole = _united([_power(needs.whole, times) for times in range(least, most + 1)])
        if whole is not None:
            return _Needs(whole, whole, whole, whole)
    if not least:
        return _UNKNOWN
    if needs.whole is not None:
        # `[0-9]{3,6}` begins and ends with three digits.
        ends = _power(needs.whole, min(least, _MAX_REPEAT)) or needs.whole
        return _Needs(None, ends, ends, ends)
    return _Needs(None, needs.opens, needs.closes, needs.holds)


def _power(whole: frozenset[str], times: int) -> frozenset[str] | None:
    found: frozenset[str] | None = _NOTHING
    for _ in range(times):
        found = _joined(found, whole) if found is not None else None
    return found


def _exactly(texts: Iterable[str]) -> _Needs:
    whole = frozenset(_folded(text) for text in texts)
    return _Needs(whole, whole, whole, whole)


def _folded(text: str) -> str:
    """Gives a literal as it stands in a shape."""
    return _DIGIT.sub("0", _BLANKS.sub(" ", text))


def _joined(first: frozenset[str], second: frozenset[str]) -> frozenset[str] | None:
    """Gives each of `first` followed by each of `second`; None where those are too many."""
    if len(first) * len(second) > 2 * MAX_LITERALS:
        return None
    # Two blanks side by side are one in a shape.
    joined = frozenset(a + b[1:] if a[-1:] == b[:1] == " " else a + b for a, b in product(first, second))
    return joined if len(joined) <= MAX_LITERALS else None


def _shortened(run: frozenset[str], following: frozenset[str]) -> frozenset[str]:
    """Gives the last characters of a run with what follows it, as many as there is room for."""
    for length in (4, 3, 2, 1):
        longer = _joined(frozenset(text[-length:] for text in run), following)
        if longer is not None:
            return longer
    return following


def _united(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    found: set[str] = set()
    for texts in sets:
        if texts is None:
            return None
        found |= texts
    return frozenset(found) if len(found) <= 2 * MAX_LITERALS else None


def _better(*sets: frozenset[str] | None) -> frozenset[str] | None:
    """Gives the set that costs least to ask for; None where each says nothing."""
    known = [_fewest(texts) for texts in sets if texts and "" not in texts]
    return min(known, key=_cost, default=None)


def _fewest(texts: frozenset[str]) -> frozenset[str]:
    """Leaves out what holds another: `lần` stands in `lần thứ`, the shorter says as much."""
    kept: list[str] = []
    for text in sorted(texts, key=len):
        if not any(other in text for other in kept):
            kept.append(text)
    return frozenset(kept)


def _cost(texts: frozenset[str]) -> float:
    """Guesses the cost of a test: the looks, and how often the pattern is tried for nothing."""
    held = _CHARACTERS * sum(10.0 ** -sum(_TELLING.get(c, _LETTER) for c in text) for text in sorted(texts))
    return held / (1.0 + held) + len(texts) * _LOOK


# How much a character tells: letters and marks more than digits and blanks.
_TELLING = {"0": 0.5, " ": 0.5}
_LETTER = 1.2
# The characters of a sentence at whose place a literal may stand, and a literal more to look for, which costs
# next to nothing, against a try of the pattern.
_CHARACTERS = 150
_LOOK = 0.00002
