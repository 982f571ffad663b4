"""Closed classes of phrases that may end a stretch of text: looked up word by word from its end.

A pattern `(?:a|b|c)\\s*$` is tried at each character of the stretch; a lookup of its last words is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

from extract.text import fold

ValueT = TypeVar("ValueT")

# No word of a phrase is longer; a longer run of characters is not looked through.
_MAX_WORD = 16
_SPACES = " \n\t\r\x0b\x0c"


class Ending(NamedTuple, Generic[ValueT]):
    """A phrase that ends a stretch: what it stands for and where it begins."""

    value: ValueT
    start: int


class PhraseEnd(Generic[ValueT]):
    """Finds which of its phrases ends a stretch of folded text. The longest wins."""

    def __init__(self, phrases: Mapping[str, ValueT]) -> None:
        self._values = {tuple(fold(phrase).split()): value for phrase, value in phrases.items()}
        # What a longer phrase may end with.
        self._tails = {phrase[place:] for phrase in self._values for place in range(1, len(phrase))}

    @classmethod
    def of_words(cls, phrases: Iterable[str]) -> PhraseEnd[str]:
        """Makes a lookup whose value is the phrase itself."""
        return PhraseEnd({phrase: phrase for phrase in phrases})

    def find(self, text: str, start: int = 0, end: int | None = None) -> Ending[ValueT] | None:
        """Gives the longest phrase that ends `text[start:end]`, white space behind it aside, or None."""
        stop = len(text) if end is None else end
        words: tuple[str, ...] = ()
        best: Ending[ValueT] | None = None
        while True:
            while stop > start and text[stop - 1] in _SPACES:
                stop -= 1
            begin = stop
            floor = max(start, stop - _MAX_WORD)
            while begin > floor and text[begin - 1] not in _SPACES:
                begin -= 1
            if begin == stop or (begin == floor > start and text[begin - 1] not in _SPACES):
                break
            words = (text[begin:stop], *words)
            value = self._values.get(words)
            if value is not None:
                best = Ending(value, begin)
            else:
                # `(gần 5`: a mark may stand before the first word.
                inner = begin
                while inner < stop and not (text[inner].isalnum() or text[inner] == "_"):
                    inner += 1
                if inner > begin and (value := self._values.get((text[inner:stop], *words[1:]))) is not None:
                    best = Ending(value, inner)
                    break
            if words not in self._tails:
                break
            stop = begin
        return best
