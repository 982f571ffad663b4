"""Which of some numbers in a row add up to another: pure arithmetic, no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

# Sums of decimals are off by less than this share of them.
_ROUNDING_ERROR = 1e-9


@dataclass(frozen=True, slots=True)
class Addition:
    """Parts of a whole by their places, in order; parts of these as (part, first, end); where it all ends."""

    parts: tuple[int, ...]
    inner: tuple[tuple[int, int, int], ...]
    end: int


def add_up(values: Sequence[float], whole: float, slack: float = 0.0) -> Addition | None:
    """Gives how the first numbers of a row add up to a whole, each by itself or with its own parts behind it.

    `4 | 3, 1, 2, 1` is 3 + 1, and the 3 is 1 + 2. Two parts at least; the longest explanation wins; None
    where there is none. `slack` is how far off a sum may be.
    """
    return _Adder(values, slack).add_up(whole)


@dataclass(slots=True)
class _Adder:
    values: Sequence[float]
    slack: float
    # What is missing at a place -> how it is filled up from there on.
    known: dict[tuple[int, float], Addition | None] = field(default_factory=dict)

    def add_up(self, whole: float) -> Addition | None:
        found = self._fill(0, whole)
        return found if found is not None and len(found.parts) > 1 else None

    def _fill(self, start: int, missing: float) -> Addition | None:
        if start >= len(self.values):
            return None
        left = missing - self.values[start]
        if left < 0 and not self._is_nothing(left, missing):
            return None
        key = (start, round(missing, 6))
        if key not in self.known:
            self.known[key] = self._from(start, left, missing)
        return self.known[key]

    def _from(self, start: int, left: float, missing: float) -> Addition | None:
        for end in self._ends(start):
            own = ((start, start + 1, end),) if end > start + 1 else ()
            if self._is_nothing(left, missing):
                return Addition((start,), own, end)
            behind = self._fill(end, left)
            if behind is not None:
                return Addition((start, *behind.parts), (*own, *behind.inner), behind.end)
        return None

    def _ends(self, start: int) -> list[int]:
        """Gives where the parts of one number may end, its own parts first: two or more that add up to it."""
        value, total = self.values[start], 0.0
        for stop in range(start + 1, len(self.values)):
            total += self.values[stop]
            if stop > start + 1 and self._is_nothing(total - value, value):
                return [stop + 1, start + 1]
            if total > value + self.slack:
                break
        return [start + 1]

    def _is_nothing(self, difference: float, size: float) -> bool:
        return abs(difference) <= self.slack + _ROUNDING_ERROR * max(abs(size), 1.0)
