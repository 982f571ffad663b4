"""Small words of what is told to people."""

from __future__ import annotations


def count_of(number: int, noun: str) -> str:
    """Gives a number with its noun: `1 fact`, `1,024 facts`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
