"""Rows of provinces that merged on 1 July 2025 -> rows of the provinces of today, where that is sound.

A value stated of a province is never changed unless the user asks for it: what the parts of Lâm Đồng had in
2023 is known, what Lâm Đồng as it is now had is a calculation. It is made by one of two ways:

- `sum`: what adds up, such as counts, money, lengths, areas. Not shares, ranks, scores and rates. Whatever
  two parts count both (an enterprise that works in both) is counted twice; nothing in a row tells.
- `mean`: shares, densities, scores and rates, each province counting the same, because the weights (people,
  households) are not in the table. Not ranks: the mean of two ranks is the rank of nobody. Not counts: the
  mean of the parts is nothing that the whole has.

Only rows that are the same in all but the province are merged: metric, attributes, unit, days, status, change
and baseline. One part alone is not merged and stays a row of its province, and so do parts of which the
whole is stated itself: what was stated goes before what was calculated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extract.models import Bound
from extract.panel import Panel
from extract.panel_columns import folded_codes
from extract.panel_grouping import (
    Floats,
    Integers,
    codes_of,
    count_distinct,
    days_of,
    floats_of,
    group_codes,
    is_first,
    sorted_rows,
)
from extract.panel_places import NEW, OLD, ProvinceLists
from extract.panel_schema import MERGED, Flag
from extract.places import PlaceLevel


class Merge(StrEnum):
    """How the values of provinces that merged become one."""

    SUM = "sum"
    MEAN = "mean"


# Dimensions of units, as `units.parquet` has them.
_DIMENSIONS = {
    Merge.SUM: frozenset(
        {"count", "money", "length", "area", "volume", "mass", "energy", "power", "data", "data_rate"}
    ),
    Merge.MEAN: frozenset({"share", "density", "score", "rate"}),
}
_RATE = "rate"
_KEYS = (
    "metric_id", "technology", "scope", "component", "unit_id", "place_level", "status", "change",
    "province_code_2025",
)  # fmt: skip
_DAYS = ("period_start", "period_end", "baseline_start", "baseline_end")
_NO_DAY = -(10**6)
_UPWARDS, _DOWNWARDS = {Bound.GT, Bound.GE}, {Bound.LT, Bound.LE}


@dataclass(frozen=True, slots=True)
class Merged:
    """A panel with merged rows, and how many rows of provinces that merged stayed, by reason.

    `made` rows were made of `parts`; `unsound` ones have a unit that the way does not fit, `alone` ones no
    other part with the same key, `stated` ones a row of the whole.
    """

    panel: Panel
    made: int
    parts: int
    unsound: int
    alone: int
    stated: int


def merge_provinces(
    panel: Panel, way: Merge, dimensions: Mapping[str, str], provinces: ProvinceLists
) -> Merged:
    """Merges rows of old provinces by the province of today. `dimensions` are those of the units by id."""
    rows = panel.rows
    lists = np.asarray(rows["province_list"].to_pylist(), dtype=object)
    levels = np.asarray(rows["place_level"].to_pylist(), dtype=object)
    is_province = levels == PlaceLevel.PROVINCE.value
    is_part = is_province & (lists == OLD) & np.asarray(pc.is_valid(rows["province_code_2025"]))
    sound = _is_sound(rows["unit_id"], way, dimensions)
    keys = [codes_of(rows[name])[0] for name in _KEYS] + [days_of(rows[name], _NO_DAY) for name in _DAYS]
    group = group_codes([*keys, folded_codes(rows["metric_text"])])
    size = np.bincount(group, minlength=1)[group]
    is_stated = np.isin(group, group[is_province & (lists == NEW)])
    merges = is_part & sound & ~is_stated & (size > 1)
    counts = {
        "unsound": int((is_part & ~sound).sum()),
        "stated": int((is_part & sound & is_stated).sum()),
        "alone": int((is_part & sound & ~is_stated & (size == 1)).sum()),
    }
    if not merges.any():
        return Merged(panel, 0, 0, **counts)
    parts = np.flatnonzero(merges)
    codes = np.asarray(rows["province_code"].to_pylist(), dtype=str)
    parts = parts[sorted_rows(group[parts], codes[parts])]
    begins = is_first(group[parts])
    merged = _merged_rows(rows.take(pa.array(parts)), begins, way, provinces)
    # Where each row is now: those that stay in front, in their order, then the merged ones.
    stays = ~merges
    place = np.cumsum(stays) - 1
    place[parts] = int(stays.sum()) + np.cumsum(begins) - 1
    statement_rows = place[panel.statement_rows]
    table = pa.concat_tables([rows.filter(pa.array(stays)), merged.select(rows.column_names)])
    # A document that speaks of two parts is one document.
    for name, values in (("n_documents", panel.documents), ("n_sources", panel.sources)):
        counted = pa.array(count_distinct(statement_rows, values, table.num_rows))
        table = table.set_column(table.schema.get_field_index(name), name, counted)
    made = Panel(table, statement_rows, panel.documents, panel.sources)
    return Merged(made, int(begins.sum()), len(parts), **counts)


def _is_sound(units: pa.ChunkedArray, way: Merge, dimensions: Mapping[str, str]) -> np.ndarray:
    codes, texts = codes_of(units)
    # A rate joins two units with a slash; a unit that no rule knows may be anything.
    known = [dimensions.get(unit, _RATE if "/" in unit else "") for unit in texts.to_pylist()]
    return np.array([*(dimension in _DIMENSIONS[way] for dimension in known), False], np.bool_)[codes]


def _merged_rows(parts: pa.Table, begins: np.ndarray, way: Merge, provinces: ProvinceLists) -> pa.Table:
    """Gives one row for each run of parts; n_documents and n_sources are counted later."""
    starts = np.flatnonzero(begins)
    sizes = np.diff(np.append(starts, parts.num_rows))

    def joined(values: Floats) -> Floats:
        total: Floats = np.add.reduceat(values, starts)
        return total if way is Merge.SUM else total / sizes

    values, ends = floats_of(parts["value"]), floats_of(parts["value_max"])
    has_end = np.logical_or.reduceat(~np.isnan(ends), starts)
    ends = joined(np.where(np.isnan(ends), values, ends))
    lowest, highest = (joined(floats_of(parts[name])) for name in ("value_lowest", "value_highest"))
    # Null where one part lacks it, and always for a mean.
    wholes = joined(floats_of(parts["denominator"])) if way is Merge.SUM else np.full(len(starts), np.nan)
    bounds = parts["bound"].to_pylist()
    flags = parts["flags"].to_pylist()
    runs = [slice(int(start), int(start + size)) for start, size in zip(starts, sizes, strict=True)]
    codes = parts["province_code_2025"].take(pa.array(starts)).to_pylist()
    own = [Flag.MEAN.value] if way is Merge.MEAN else []
    replaced = {
        "province_code": codes,
        "province_name": parts["province_name_2025"].take(pa.array(starts)),
        "province_list": [NEW] * len(starts),
        "value": joined(values),
        "value_max": pa.array(ends, mask=~has_end),
        "denominator": pa.array(wholes, mask=np.isnan(wholes)),
        "bound": [_joint_bound(bounds[run]) for run in runs],
        "n_statements": np.add.reduceat(parts["n_statements"].to_numpy(), starts),
        "value_lowest": lowest,
        "value_highest": highest,
        "spread": highest - lowest,
        "confidence": np.minimum.reduceat(floats_of(parts["confidence"]), starts),
        "flags": [
            _joint_flags(flags[run], [MERGED.format(parts=size, of=provinces.parts(code)), *own])
            for run, size, code in zip(runs, sizes, codes, strict=True)
        ],
        **{name: _joined_words(parts[name], starts) for name in ("fact_ids", "best_fact_id")},
    }
    merged = parts.take(pa.array(starts))
    for name, column in replaced.items():
        field = merged.schema.field(name)
        array = column if isinstance(column, pa.ChunkedArray) else pa.array(column, field.type)
        merged = merged.set_column(merged.schema.get_field_index(name), field, array)
    return merged


def _joint_bound(bounds: Sequence[str]) -> Bound:
    """Gives how a sum is bounded by the bounds of its parts; up and down at once only roughly."""
    found = {Bound(bound) for bound in bounds}
    up, down = found & _UPWARDS, found & _DOWNWARDS
    if up and down:
        return Bound.APPROX
    # One part that is strictly more makes the sum strictly more.
    strict = [bound for bound in (Bound.GT, Bound.LT, Bound.GE, Bound.LE, Bound.APPROX) if bound in found]
    return strict[0] if strict else Bound.EQ


def _joint_flags(flags: Sequence[str], own: Sequence[str]) -> str:
    """Gives what is doubtful about any part, and how many parts there are."""
    found = {flag for text in flags for flag in text.split()}
    known = [flag.value for flag in Flag if flag.value in found]
    return " ".join([*known, *own, *sorted(found - set(known))])


def _joined_words(column: pa.ChunkedArray, starts: Integers) -> pa.Array:
    offsets = pa.array(np.append(starts, len(column)), pa.int32())
    return pc.binary_join(pa.ListArray.from_arrays(offsets, column.combine_chunks()), " ")
