"""Grouping of columns as numbers: the same as when every row is looked at."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.panel_grouping import (
    codes_of,
    count_distinct,
    count_meeting,
    group_codes,
    is_first,
    ranks_of,
    sorted_rows,
)

LARGE = st.integers(-(2**40), 2**40)
ROWS = st.lists(st.tuples(st.integers(-2, 3), LARGE | st.integers(0, 2), LARGE | st.just(7)), max_size=30)
INTERVALS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from([float("-inf"), -1.0, 0.0, 1.0, 2.5]),
        st.sampled_from([0.0, 1.0, 2.5, float("inf")]),
    ),
    max_size=30,
)


def columns_of(rows: list[tuple[int, ...]], width: int) -> list[np.ndarray]:
    return [np.array([row[place] for row in rows], np.int64) for place in range(width)]


@given(ROWS)
def test_groups_are_those_of_equal_keys(rows: list[tuple[int, ...]]) -> None:
    # Enough keys to need more than 64 bits.
    codes = group_codes([*columns_of(rows, 3), *columns_of(rows, 3)]).tolist()
    assert sorted(set(codes)) == list(range(len(set(rows))))
    assert len(set(zip(codes, rows, strict=True))) == len(set(rows))


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=30))
def test_different_values_are_counted(rows: list[tuple[int, ...]]) -> None:
    groups, values = columns_of(rows, 2)
    assert count_distinct(groups, values, 5).tolist() == [
        len({value for group, value in rows if group == number}) for number in range(5)
    ]


@given(INTERVALS)
def test_intervals_that_meet_are_counted(rows: list[tuple[int, float, float]]) -> None:
    rows = [(group, min(ends), max(ends)) for group, *ends in rows]
    group = np.array([row[0] for row in rows], np.int64)
    low, high = (np.array([row[place] for row in rows], np.float64) for place in (1, 2))
    assert count_meeting(group, low, high).tolist() == [
        sum(other[0] == row[0] and other[1] <= row[2] and row[1] <= other[2] for other in rows)
        for row in rows
    ]


@given(st.lists(st.none() | st.sampled_from(["b", "a", "đ", "", "Z"]), max_size=12))
def test_ranks_are_in_the_order_of_the_texts(texts: list[str | None]) -> None:
    parts = pa.chunked_array([pa.array(texts[:5], pa.string()), pa.array(texts[5:], pa.string())])
    for read in (codes_of, ranks_of):
        numbers, words = read(parts)
        assert [words[number].as_py() if number >= 0 else None for number in numbers] == texts
    ranks, words = ranks_of(parts)
    assert words.to_pylist() == sorted(words.to_pylist())
    encoded = parts.dictionary_encode().unify_dictionaries()
    assert ranks_of(encoded)[0].tolist() == ranks.tolist()


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_first_rows_begin_groups(rows: int) -> None:
    keys = np.array([3, 3, 5, 5, 5][:rows], np.int64), np.array([1, 2, 2, 2, 2][:rows], np.int64)
    assert is_first(*keys).tolist() == [True, True, True, False, False][:rows]


def test_rows_are_sorted_by_the_first_key_first() -> None:
    assert sorted_rows(np.array([2, 1, 2]), np.array([1.0, 5.0, 0.5])).tolist() == [1, 2, 0]
