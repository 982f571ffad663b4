"""Which characters of a sentence are spoken for: asked and marked in constant time per character."""

from __future__ import annotations

from collections.abc import Iterable

from extract.models import Span


class Coverage:
    """The characters between two offsets, each taken or free."""

    def __init__(self, start: int, end: int, taken: Iterable[Span] = ()) -> None:
        self._start = start
        self._taken = bytearray(max(0, end - start))
        for span in taken:
            self.add(span)

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
        return self._start + (found if found >= 0 else len(self._taken))

    def _clip(self, span: Span) -> tuple[int, int]:
        begin = max(0, span.start - self._start)
        return begin, max(begin, min(span.end - self._start, len(self._taken)))
