"""Numbers in a row that add up to another, with parts of parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.adding import Addition, add_up


@pytest.mark.parametrize(
    ("values", "whole", "parts", "inner", "end"),
    [
        ([1002, 1255, 1944, 84], 4285, (0, 1, 2, 3), (), 4),
        ([6, 4], 10, (0, 1), (), 2),
        # What stands behind the list is left over.
        ([6, 4, 7], 10, (0, 1), (), 2),
        # Parts with parts: 3 is 1 and 2; both have their own.
        ([3, 1, 2, 1], 4, (0, 3), ((0, 1, 3),), 4),
        ([3, 1, 2, 2, 1, 1], 5, (0, 3), ((0, 1, 3), (3, 4, 6)), 6),
        # Two that are equal to another by chance are parts of the whole where only that adds up.
        ([4, 2, 2], 8, (0, 1, 2), (), 3),
        ([2.6, 17.1], 19.7, (0, 1), (), 2),
    ],
)
def test_numbers_that_add_up(
    values: list[float],
    whole: float,
    parts: tuple[int, ...],
    inner: tuple[tuple[int, int, int], ...],
    end: int,
) -> None:
    assert add_up(values, whole) == Addition(parts, inner, end)


@pytest.mark.parametrize(
    ("values", "whole"),
    [([], 5), ([5], 5), ([6, 5], 10), ([6, 3], 10), ([11, 1], 10), ([48, 10], 38)],
)
def test_numbers_that_do_not(values: list[float], whole: float) -> None:
    assert add_up(values, whole) is None


def test_decimals_may_be_off_by_the_slack() -> None:
    assert add_up([91.6, 8.3], 100) is None
    assert add_up([91.6, 8.3], 100, slack=0.1) == Addition((0, 1), (), 2)


def test_a_row_of_equal_numbers_takes_no_time_that_grows_with_its_ways() -> None:
    assert add_up([1.0] * 40, 20) is not None
    assert add_up([1.0, 2.0] * 20, 1_000) is None


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=12))
def test_what_is_found_adds_up(values: list[int]) -> None:
    whole = sum(values)
    found = add_up([float(value) for value in values], float(whole))
    assert found is not None
    assert sum(values[index] for index in found.parts) == whole
    assert all(sum(values[first:end]) == values[part] for part, first, end in found.inner)
