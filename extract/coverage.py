"""Which characters of a sentence are spoken for: asked and marked in constant time per character."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from extract.models import Span


class Coverage:
    """The characters between two offsets, each taken or free."""

    def __init__(self, start: int, end: int, find: Callable[[], Iterable[Span]] = tuple) -> None:
        """`find` gives what is taken from the outset; it is called when that is first asked for."""
        self._start = start
        self._length = max(0, end - start)
        self._find = find
        self._filled: bytearray | None = None

    @property
    def _taken(self) -> bytearray:
        if self._filled is None:
            self._filled = bytearray(self._length)
            for span in self._find():
                self.add(span)
        return self._filled

    def add(self, span: Span) -> None:
        """Takes the characters of a span; what lies outside the offsets is left out."""
        begin, stop = self._clip(span)
        self._taken[begin:stop] = b"\x01" * (stop - begin)

    def is_free(self, span: Span) -> bool:
        """Asks whether no character of the span is taken."""
        begin, stop = self._clip(span)
        return self._taken.find(1, begin, stop) == -1

    def next_taken(self, position: int) -> int:
        """Gives the first taken offset from `position` on, or where the characters end."""
        found = self._taken.find(1, max(0, position - self._start))
        return self._start + (found if found >= 0 else self._length)

    def _clip(self, span: Span) -> tuple[int, int]:
        begin = max(0, span.start - self._start)
        return begin, max(begin, min(span.end - self._start, self._length))
