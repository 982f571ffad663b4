"""Grouping and sorting of columns as numbers: what a panel needs, over millions of rows.

In and out: Arrow columns and numpy arrays. Knows no facts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_LARGEST = 2**62


def codes_of(column: pa.ChunkedArray) -> tuple[Integers, pa.Array]:
    """Gives a number for each cell, the same for the same text, -1 for null; and the texts by number."""
    array = column.combine_chunks()
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    return pc.fill_null(array.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64), array.dictionary


def ranks_of(column: pa.ChunkedArray) -> tuple[Integers, pa.Array]:
    """Gives the same as `codes_of`, but a smaller number stands for a text that is sorted before."""
    codes, texts = codes_of(column)
    order = pc.array_sort_indices(texts).to_numpy().astype(np.int64)
    # The last place is that of null.
    ranks = np.full(len(texts) + 1, -1, np.int64)
    ranks[order] = np.arange(len(texts))
    return ranks[codes], texts.take(pa.array(order))


def days_of(column: pa.ChunkedArray, null: int) -> Integers:
    """Gives the days of a date column since 1970, `null` where there is none."""
    days: Integers = pc.fill_null(column.cast(pa.int32()), null).to_numpy().astype(np.int64)
    return days


def floats_of(column: pa.ChunkedArray) -> Floats:
    """Gives a column of numbers, NaN where there is none."""
    numbers: Floats = pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy().astype(np.float64)
    return numbers


def group_codes(keys: Sequence[Integers]) -> Integers:
    """Gives a number from 0 on for each row, the same where all keys are the same."""
    rows = len(keys[0])
    group, groups = np.zeros(rows, np.int64), 1
    for key in keys:
        if not rows:
            break
        lowest = int(key.min())
        different = int(key.max()) - lowest + 1
        if groups * different > _LARGEST:
            group, groups = _dense(group)
        if groups * different > _LARGEST:
            key, different = _dense(key)
            lowest = 0
        group, groups = group * different + (key - lowest), groups * different
    return _dense(group)[0]


def _dense(codes: Integers) -> tuple[Integers, int]:
    found, dense = np.unique(codes, return_inverse=True)
    return dense.astype(np.int64), max(1, len(found))


def sorted_rows(*keys: npt.NDArray[np.generic]) -> Integers:
    """Gives the places of the rows in sorted order: by the first key, then by the second, and so on."""
    return np.lexsort(keys[::-1]).astype(np.int64)


def is_first(*keys: Integers) -> Mask:
    """Asks of each row of a sorted table whether one of its keys is another than in the row before."""
    first = np.ones(len(keys[0]), np.bool_)
    if len(first):
        first[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return first


def count_distinct(group: Integers, values: Integers, groups: int) -> Integers:
    """Gives for each group how many different values its rows have."""
    if not len(group):
        return np.zeros(groups, np.int64)
    span = int(values.max()) + 1
    pairs = np.unique(group * span + values)
    return np.bincount(pairs // span, minlength=groups).astype(np.int64)


def count_meeting(group: Integers, low: Floats, high: Floats) -> Integers:
    """Gives for each interval how many of its group it meets, itself included."""
    size = np.bincount(group, minlength=1)[group] if len(group) else np.zeros(0, np.int64)
    # One that is not met lies wholly below or wholly above.
    met: Integers = size - _count_below(group, high, low) - _count_below(group, -low, -high)
    return met


def _count_below(group: Integers, points: Floats, queries: Floats) -> Integers:
    """Gives for each query how many points of its group are smaller."""
    rows = len(group)
    is_point = np.repeat(np.array([1, 0]), rows)
    groups, numbers = np.tile(group, 2), np.concatenate([points, queries])
    order = sorted_rows(groups, numbers, is_point)
    seen = np.cumsum(is_point[order])
    points_before = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=1))])
    below = np.empty(2 * rows, np.int64)
    below[order] = seen - points_before[groups[order]]
    return below[rows:]
