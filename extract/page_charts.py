"""Counts -> charts as plain numbers: what a template draws as SVG, with the texts that stand beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extract.display import format_period, format_value
from extract.models import Status
from extract.page_counts import FactCounts, Pair, PairKey, ProvinceKey
from extract.parquet import Row
from extract.province_tiles import Tile

NO_METRIC, NO_PLACE = "no metric of the ontology", "no place"
# A bar is drawn on a scale from 0 to this.
FULL = 100.0
SHOWN_PAIRS = 100
_GRID_METRICS, _GRID_PLACES = 15, 10
_STEPS = (1, 2, 5)
_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a bar chart: facts by status, their widths on the scale up to FULL."""

    label: str
    note: str
    actual: int
    target: int
    actual_width: float
    target_width: float

    @property
    def total(self) -> int:
        """Both together."""
        return self.actual + self.target


@dataclass(frozen=True, slots=True)
class Comparison:
    """A target beside what was reached, and where both stand on a scale up to FULL."""

    metric: str
    place: str
    unit: str
    actual: str
    actual_period: str
    target: str
    target_period: str
    actual_at: float
    target_at: float


@dataclass(frozen=True, slots=True)
class Cell:
    """A number and its level of colour: 0 for none, up to 5."""

    count: int
    level: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Facts by metric and province: the most frequent of both."""

    places: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    legend: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class MapTile:
    """A province on the map."""

    code: str
    name: str
    lines: tuple[str, ...]
    row: int
    column: int
    cell: Cell


@dataclass(frozen=True, slots=True)
class TileMap:
    """A map of one list of provinces. `legend`: level and the numbers that it stands for."""

    list_id: str
    tiles: tuple[MapTile, ...]
    rows: int
    columns: int
    legend: tuple[tuple[int, str], ...]
    facts: int
    covered: int


def metric_bars(counts: FactCounts, metrics: Iterable[Row]) -> list[Bar]:
    """Gives a bar for each metric that has facts, the most frequent first."""
    labels = {row["metric_id"]: row["label_en"] for row in metrics}
    totals: dict[str, Counter[str]] = {}
    for (metric, status), count in counts.by_metric.items():
        totals.setdefault(metric, Counter())[status] += count
    return _bars((metric or NO_METRIC, labels.get(metric, ""), by) for metric, by in totals.items())


def province_bars(counts: FactCounts) -> list[Bar]:
    """Gives a bar for each province as the table names it, the most frequent first."""
    totals: dict[ProvinceKey, Counter[str]] = {}
    for (place, status), count in counts.by_province.items():
        totals.setdefault(place, Counter())[status] += count
    return _bars(
        (
            place.name or NO_PLACE,
            f"{place.code}, list of {place.list_id}" if place.list_id else place.code,
            by,
        )
        for place, by in totals.items()
    )


def _bars(rows: Iterable[tuple[str, str, Mapping[str, int]]]) -> list[Bar]:
    ordered = sorted(rows, key=lambda row: (-sum(row[2].values()), row[0], row[1]))
    longest = max((sum(by.values()) for _, _, by in ordered), default=0) or 1
    return [
        Bar(
            label,
            note,
            by.get(Status.ACTUAL, 0),
            by.get(Status.TARGET, 0),
            _at(by.get(Status.ACTUAL, 0), longest),
            _at(by.get(Status.TARGET, 0), longest),
        )
        for label, note, by in ordered
    ]


def _at(value: float, highest: float) -> float:
    return round(max(0.0, min(FULL, FULL * value / highest)), 2)


def comparisons(pairs: Mapping[PairKey, Pair]) -> list[Comparison]:
    """Gives what has both an actual value and a target, by metric and province."""
    return [
        _comparison(key, pair.actual, pair.target)
        for key, pair in sorted(pairs.items(), key=lambda item: _pair_order(item[0]))
        if pair.actual is not None and pair.target is not None
    ]


def _pair_order(key: PairKey) -> tuple[str, str, tuple[str, ...], str]:
    return key.metric_id, key.province_name, key.attributes, key.unit_id


def _comparison(key: PairKey, actual: Row, target: Row) -> Comparison:
    values = [abs(row["value_max"] or row["value"]) for row in (actual, target)]
    highest = max(FULL if key.unit_id == "percent" else 0.0, *values) or 1.0
    attributes = ", ".join(filter(None, key.attributes))
    return Comparison(
        f"{key.metric_id} ({attributes})" if attributes else key.metric_id,
        key.province_name,
        key.unit_id,
        format_value(actual),
        format_period(actual),
        format_value(target),
        format_period(target),
        _at(values[0], highest),
        _at(values[1], highest),
    )


def metric_grid(counts: FactCounts) -> Grid:
    """Gives the facts of the most frequent metrics in the most frequent provinces."""
    metrics: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for (metric, place), count in counts.by_both.items():
        metrics[metric] += count if metric else 0
        places[place] += count if place and metric else 0
    columns = _most(places, _GRID_PLACES)
    rows = _most(metrics, _GRID_METRICS)
    highest = max((counts.by_both[metric, place] for metric in rows for place in columns), default=0)
    steps = level_steps(highest)
    return Grid(
        tuple(columns),
        tuple(
            (metric, tuple(_cell(counts.by_both[metric, place], steps) for place in columns))
            for metric in rows
        ),
        legend_of(steps),
    )


def _most(counts: Mapping[str, int], limit: int) -> list[str]:
    ordered = sorted(
        (name for name, count in counts.items() if count), key=lambda name: (-counts[name], name)
    )
    return ordered[:limit]


def tile_map(list_id: str, tiles: Sequence[Tile], provinces: Iterable[Row], counts: FactCounts) -> TileMap:
    """Gives the map of a list of provinces, coloured by the number of their facts."""
    names = {
        row["province_code"]: row["later_name"] or row["name"] for row in provinces if row["list"] == list_id
    }
    by_code = {tile.code: counts.on_map[list_id, tile.code] for tile in tiles}
    steps = level_steps(max(by_code.values(), default=0))
    drawn = tuple(
        MapTile(
            tile.code,
            names.get(tile.code, tile.code),
            tuple((tile.label or names.get(tile.code, tile.code)).split(" ", 1)),
            tile.row,
            tile.column,
            _cell(by_code[tile.code], steps),
        )
        for tile in tiles
    )
    return TileMap(
        list_id,
        drawn,
        max((tile.row for tile in tiles), default=-1) + 1,
        max((tile.column for tile in tiles), default=-1) + 1,
        legend_of(steps),
        sum(by_code.values()),
        sum(count > 0 for count in by_code.values()),
    )


def level_steps(highest: int) -> tuple[int, ...]:
    """Gives the least number of each level of colour, rising: the last needed of 1, 2, 5, 10, 20 …"""
    steps = [1]
    power = 1
    while power <= highest:
        steps.extend(step * power for step in _STEPS if 1 < step * power <= highest)
        power *= 10
    return (1, *steps[1:][-(_LEVELS - 1) :])


def legend_of(steps: Sequence[int]) -> tuple[tuple[int, str], ...]:
    """Gives each level with the numbers that it stands for: `0`, `1 to 4`, `5 or more`."""
    named = [(0, "0")]
    for level, (step, following) in enumerate(pairwise(steps), start=1):
        named.append((level, f"{step:,}" if following == step + 1 else f"{step:,} to {following - 1:,}"))
    return (*named, (len(steps), f"{steps[-1]:,} or more"))


def _cell(count: int, steps: Sequence[int]) -> Cell:
    return Cell(count, sum(count >= step for step in steps))
