"""Parsing is linear in the length of the text, whatever is in it: runs of digits, marks and number words.

The work is counted in calls and not timed, so that the test says the same on any machine; the patterns of the
grammar themselves are timed by `make bench`.
"""

from __future__ import annotations

import datetime as dt
import runpy
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import extract

BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "bench_parse.py"
PIECES = runpy.run_path(str(BENCHMARK))["PIECES"]
SIZE = 6_000
# Twice the text may cost little more than twice the calls.
TOLERANCE = 2.3


def calls(action: Callable[[], object]) -> int:
    """Counts the calls of functions, Python's and C's, that an action makes."""
    count = 0

    def note(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("piece", PIECES)
def test_twice_the_text_takes_twice_the_work(piece: str) -> None:
    text = (piece * SIZE)[: 2 * SIZE]
    reference = dt.date(2021, 5, 1)
    for parse in (extract.parse_quantities, lambda part: extract.parse_periods(part, reference)):
        parse(text)  # What is made once is made.
        half = calls(lambda parse=parse: parse(text[:SIZE]))  # type: ignore[misc]
        whole = calls(lambda parse=parse: parse(text))  # type: ignore[misc]
        assert whole <= TOLERANCE * half, (half, whole)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=60))
def test_any_mixture_of_the_pieces_is_read_with_sound_offsets(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = extract.parse_quantities(text)
    assert all(0 <= item.char_start < item.char_end <= len(text) for item in found)
    assert all(first.char_end <= second.char_start for first, second in pairwise(found))
    assert all(item.start <= item.end for item in extract.parse_periods(text, dt.date(2021, 5, 1)))
