"""The fact table of a run -> the facts that enter a panel, in columns; the others are counted by reason.

Read row group by row group: what is left out never adds up in memory, and neither do the sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from extract.errors import InputError
from extract.models import Source
from extract.panel_places import ProvinceLists, days_since_epoch
from extract.places import COUNTRY_CODE, MERGER, PlaceLevel
from extract.table import load_table, parquet_errors, table_files
from extract.table_schema import DOCUMENTS, FACTS, METRICS, PROVINCES
from extract.text import fold

Integers = npt.NDArray[np.int64]

_WIDE = (PlaceLevel.COUNTRY.value, PlaceLevel.PROVINCE.value)
_CONDITION_COLUMNS = ("period_source", "place_source", "rule_ids")
# Columns that are gone through as they are.
_KEPT = (
    "fact_id", "doc_id", "metric_id", "metric_text", "technology", "scope", "component", "value", "value_max",
    "denominator", "bound", "unit_id", "status", "change", "period_start", "period_end", "period_grain",
    "baseline_start", "baseline_end", "province_code", "province_name", "province_code_2025", "place_text",
    "place_level", "confidence", "duplicate_of", "checks",
)  # fmt: skip
_QUOTE = ("sentence", "sentence_start", "char_start", "char_end")


class LeftOut(StrEnum):
    """Why a fact is in no row; the first that holds."""

    CONFIDENCE = "of a lower confidence"
    METRIC = "no metric of the ontology"
    PLACE = "no place, or one abroad"
    REGION = "a region"
    NARROW = "a place narrower than a province"
    PERIOD = "no period"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which facts enter. Empty fields ask for all; `narrow_places` and `open_metrics` let more in."""

    metric: str = ""
    province: str = ""
    status: str = ""
    min_confidence: float = 0.0
    open_metrics: bool = False
    narrow_places: bool = False
    current_provinces: bool = False


@dataclass(frozen=True, slots=True)
class PanelFacts:
    """The facts that enter, and where each stands among all of the run.

    `facts` has the columns `_KEPT` and `carried` (how many of period and place were not read in the sentence)
    and `ambiguous`. `chosen` facts were asked for; those that then did not enter are counted in `left_out`,
    and in `undated` those without a period whose documents have no date. `late` are documents without a date
    that speak of days since the merger. `metadata` tells of the run.
    """

    facts: pa.Table
    positions: Integers
    chosen: int
    left_out: Counter[LeftOut]
    undated: int
    late: frozenset[str]
    metadata: dict[str, str]


def load_provinces(out_dir: Path) -> ProvinceLists:
    """Reads both lists of provinces. Raises InputError as `load_facts` does."""
    return ProvinceLists(load_table(out_dir, PROVINCES).to_pylist())


def load_published(out_dir: Path) -> pa.Table:
    """Reads id, date and address of the documents. Raises InputError as `load_facts` does."""
    return load_table(out_dir, DOCUMENTS, ("doc_id", "published", "url", "source"))


def load_panel_facts(
    out_dir: Path, choice: Choice, provinces: ProvinceLists, documents: pa.Table
) -> PanelFacts:
    """Reads the facts that enter a panel; `documents` as `load_published` gives them.

    Raises InputError when a table is missing or lacks columns, and for an unknown province, metric or status.
    """
    wanted = _Wanted(out_dir, choice, provinces)
    undated = frozenset(documents.filter(pc.is_null(documents["published"]))["doc_id"].to_pylist())
    tables = [_columns(FACTS.to_schema().empty_table())]
    positions = [np.empty(0, np.int64)]
    left_out: Counter[LeftOut] = Counter()
    chosen = of_undated = 0
    late: set[str] = set()
    metadata: dict[str, str] = {}
    for group in iter_row_groups(out_dir):
        table = group.read((*_KEPT, *_CONDITION_COLUMNS))
        metadata = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
        if undated:
            late.update(undated.intersection(_speaking_of_days_since_merger(table)))
        asked = wanted.mask(table)
        chosen += int(asked.sum())
        enters = asked.copy()
        for reason, fails in _reasons(table, choice):
            fails = enters & fails
            left_out[reason] += int(fails.sum())
            if reason is LeftOut.PERIOD and undated:
                ids = table.filter(pa.array(fails))["doc_id"].to_pylist()
                of_undated += sum(doc_id in undated for doc_id in ids)
            enters &= ~fails
        positions.append(group.first_row + np.flatnonzero(enters))
        tables.append(_columns(table.filter(pa.array(enters))))
    facts = pa.concat_tables(tables).unify_dictionaries()
    where = np.concatenate(positions)
    return PanelFacts(facts, where, chosen, +left_out, of_undated, frozenset(late), metadata)


def load_quotes(out_dir: Path, positions: Integers) -> list[str]:
    """Reads the words that state value and unit of some facts, given by their rows in rising order."""
    quotes: list[str] = []
    done = 0
    for group in iter_row_groups(out_dir):
        end = int(np.searchsorted(positions, group.first_row + group.rows))
        if end > done:
            rows = pa.array(positions[done:end] - group.first_row)
            columns = [column.to_pylist() for column in group.read(_QUOTE).take(rows).itercolumns()]
            quotes += [
                sentence[begin - start : stop - start]
                for sentence, start, begin, stop in zip(*columns, strict=True)
            ]
        done = end
    return quotes


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A piece of the fact table: `rows` of them, of which the first has the number `first_row`."""

    file: pq.ParquetFile
    path: Path
    number: int
    first_row: int
    rows: int

    def read(self, columns: Sequence[str]) -> pa.Table:
        """Gives some columns. Raises InputError when they cannot be read."""
        with parquet_errors(self.path):
            table = self.file.read_row_group(self.number, columns=list(columns)).select(list(columns))
            return table.replace_schema_metadata(self.file.schema_arrow.metadata)


def iter_row_groups(out_dir: Path) -> Iterator[RowGroup]:
    """Gives the pieces of the fact table in order; none where there is no fact.

    Raises InputError when there is no table, or it lacks columns.
    """
    first_row = 0
    for path in table_files(out_dir, FACTS):
        with parquet_errors(path):
            file = pq.ParquetFile(path)
        missing = [column.name for column in FACTS.columns if column.name not in file.schema_arrow.names]
        if missing:
            raise InputError(path, f"is no table of {FACTS.name}: lacks {', '.join(missing)}")
        with file:
            for number in range(file.num_row_groups):
                rows = file.metadata.row_group(number).num_rows
                yield RowGroup(file, path, number, first_row, rows)
                first_row += rows


class _Wanted:
    """Which facts the user asked for: looked up once, asked of each piece of the table."""

    def __init__(self, out_dir: Path, choice: Choice, provinces: ProvinceLists) -> None:
        if choice.status not in ("", "actual", "target"):
            raise InputError("--status", f"{choice.status!r} is neither actual nor target")
        self._choice = choice
        self._metrics = _metrics_called(out_dir, choice) if choice.metric else []
        self._provinces = provinces.find(choice.province) if choice.province else frozenset()
        self._successors = provinces.successors(self._provinces)

    def mask(self, table: pa.Table) -> npt.NDArray[np.bool_]:
        """Gives for each row whether it was asked for."""
        mask = np.ones(table.num_rows, dtype=np.bool_)
        if self._choice.status:
            mask &= _is_in(table, "status", [self._choice.status])
        if self._choice.metric:
            mask &= _is_in(table, "metric_id", self._metrics) | self._named(table)
        if self._choice.province:
            mask &= self._lies_there(table)
        return mask

    def _named(self, table: pa.Table) -> npt.NDArray[np.bool_]:
        """Asks of open metrics whether their words hold those asked for."""
        if not self._choice.open_metrics:
            return np.zeros(table.num_rows, dtype=np.bool_)
        words = fold(self._choice.metric)
        texts = [text for text in pc.unique(table["metric_text"]).to_pylist() if words in fold(text)]
        return _is_in(table, "metric_text", texts) & _is_null(table, "metric_id")

    def _lies_there(self, table: pa.Table) -> npt.NDArray[np.bool_]:
        if self._choice.current_provinces:
            here = _is_in(table, "province_code_2025", sorted(self._successors))
            return here | _is_in(table, "province_code", sorted(self._successors & {COUNTRY_CODE}))
        mask = np.zeros(table.num_rows, dtype=np.bool_)
        for code, name in sorted(self._provinces):
            mask |= _is_in(table, "province_code", [code]) & _is_in(table, "province_name", [name])
        return mask


def _metrics_called(out_dir: Path, choice: Choice) -> list[str]:
    """Gives the metrics of an id, or of words of their names. Raises InputError where there must be one."""
    words = fold(choice.metric)
    rows: list[dict[str, Any]] = load_table(out_dir, METRICS).to_pylist()
    exact = [row["metric_id"] for row in rows if row["metric_id"] == choice.metric]
    found = exact or [
        row["metric_id"] for row in rows if words in fold(row["label_vi"]) or words in fold(row["label_en"])
    ]
    if not found and not choice.open_metrics:
        raise InputError("--metric", f"no metric of the ontology is called {choice.metric!r}")
    return found


def _reasons(table: pa.Table, choice: Choice) -> Iterator[tuple[LeftOut, npt.NDArray[np.bool_]]]:
    """Gives for each reason the facts that it keeps out."""
    if choice.min_confidence > 0:
        # A float of 32 bits is a little less than the 0.95 that was written.
        confidence = np.round(table["confidence"].to_numpy().astype(np.float64), 6)
        yield LeftOut.CONFIDENCE, confidence < choice.min_confidence
    if not choice.open_metrics:
        yield LeftOut.METRIC, _is_null(table, "metric_id")
    region = _is_in(table, "place_level", [PlaceLevel.REGION.value])
    yield LeftOut.PLACE, _is_null(table, "province_code") & ~region
    if not choice.narrow_places:
        yield LeftOut.REGION, region
        yield LeftOut.NARROW, ~_is_in(table, "place_level", _WIDE)
    yield LeftOut.PERIOD, _is_null(table, "period_start") | _is_null(table, "period_end")


def _columns(table: pa.Table) -> pa.Table:
    """Gives the columns that go through, and what is made of those that do not."""
    read_here = [_is_in(table, name, [Source.SENTENCE.value]) for name in ("period_source", "place_source")]
    carried = sum((~mask).astype(np.int8) for mask in read_here)
    ambiguous = pc.match_substring_regex(table["rule_ids"], r"(?:^| )ambiguous\.")
    kept = table.select(list(_KEPT))
    # Words are keys only where nothing better says what or where it is.
    for name, needed in (
        ("metric_text", _is_null(table, "metric_id")),
        ("place_text", ~_is_in(table, "place_level", _WIDE)),
    ):
        words = pc.if_else(pa.array(needed), table[name], pa.scalar(None, pa.string()))
        kept = kept.set_column(kept.schema.get_field_index(name), name, words)
    return kept.append_column("carried", pa.array(carried, pa.int8())).append_column("ambiguous", ambiguous)


def _speaking_of_days_since_merger(table: pa.Table) -> list[str]:
    """Gives the documents that state what happened on a day or in a month since the provinces merged."""
    start = pc.fill_null(table["period_start"].cast(pa.int32()), 0).to_numpy()
    late = start >= days_since_epoch(MERGER)
    late &= _is_in(table, "period_grain", ["day", "month"]) & _is_in(table, "status", ["actual"])
    found: list[str] = pc.unique(table.filter(pa.array(late))["doc_id"]).to_pylist()
    return found


def _is_in(table: pa.Table, name: str, values: Sequence[str]) -> npt.NDArray[np.bool_]:
    mask: npt.NDArray[np.bool_] = np.asarray(
        pc.fill_null(pc.is_in(table[name], value_set=pa.array(values, pa.string())), False)
    )
    return mask


def _is_null(table: pa.Table, name: str) -> npt.NDArray[np.bool_]:
    mask: npt.NDArray[np.bool_] = np.asarray(pc.is_null(table[name]))
    return mask
