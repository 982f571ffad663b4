"""The panel of a run -> SDMX-CSV 2.0, and beside it the structure that it follows.

SDMX has one observation for each key. That is the panel (the best value of each metric, place and period),
not the facts, of which several may state the same. Source: SDMX-CSV data message field guide, version 2.0.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from typing import Any

from extract.calendar_periods import calendar_grain
from extract.errors import InputError
from extract.export import Exported, ExportOptions, beside_path
from extract.panel_input import Choice
from extract.panel_run import PanelOptions, PanelResult, make_panel
from extract.sdmx_structure import (
    AGENCY,
    ATTRIBUTES,
    DIMENSIONS,
    FLOW,
    FREQUENCIES,
    MEASURE,
    NOT_APPLICABLE,
    TIME,
    VERSION,
    area_code,
    describe_structure,
    time_period,
)
from extract.staging import written_whole
from extract.table import load_table
from extract.table_schema import METRICS, PROVINCES
from extract.wording import count_of

Row = Mapping[str, Any]

# `I`, information: what a database does with it is its own matter.
_STRUCTURE_CELLS = ("dataflow", f"{AGENCY}:{FLOW}({VERSION})", "I")
HEADER = (
    "STRUCTURE",
    "STRUCTURE_ID",
    "ACTION",
    *(item.id for item in (*DIMENSIONS, TIME, MEASURE, *ATTRIBUTES)),
)
_BATCH = 10_000


def export_sdmx(options: ExportOptions) -> Exported:
    """Writes both files. Raises as `export` does, and InputError for a filter by document or a limit."""
    filters = options.filters
    if filters.document:
        raise InputError("--document", "chooses no rows of the panel, which sdmx-csv is made of")
    choice = Choice(filters.metric, filters.province, filters.status, filters.min_confidence)
    panel = make_panel(PanelOptions(options.directory, choice))
    metrics = load_table(options.directory, METRICS).to_pylist()
    provinces = load_table(options.directory, PROVINCES).to_pylist()
    beside = beside_path(options)
    with written_whole(beside) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(describe_structure(metrics, provinces), file, ensure_ascii=False, indent=1)
        file.write("\n")
    with written_whole(options.out) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(HEADER)
        for row in _rows(panel):
            writer.writerow((*_STRUCTURE_CELLS, *_cells(row)))
    return Exported((options.out, beside), panel.table.num_rows, "observation", _notes(panel))


def _rows(panel: PanelResult) -> Iterator[Row]:
    for batch in panel.table.to_batches(_BATCH):
        yield from batch.to_pylist()


def _cells(row: Row) -> Iterator[object]:
    frequency, _ = FREQUENCIES[row["period_grain"]]
    # SDMX has no code for weeks that do not begin on a Monday: they are ranges.
    time = time_period(row["period_start"], row["period_end"], row["period_grain"])
    yield "_O" if "/" in time else frequency
    yield area_code(row["province_code"], row["province_list"] or "")
    yield row["metric_id"]
    for name in ("technology", "scope", "component"):
        yield row[name] or NOT_APPLICABLE
    yield row["unit_id"]
    yield row["status"]
    yield row["change"]
    yield _baseline(row)
    yield time
    yield _number(row["value"])
    yield _number(row["value_max"])
    yield _number(row["denominator"])
    yield row["bound"]
    yield row["n_statements"]
    yield row["n_documents"]
    yield _number(row["value_lowest"])
    yield _number(row["value_highest"])
    yield round(row["confidence"], 6)
    yield row["flags"]
    yield row["best_fact_id"]


def _baseline(row: Row) -> str:
    start, end = row["baseline_start"], row["baseline_end"]
    return NOT_APPLICABLE if start is None else time_period(start, end, calendar_grain(start, end))


def _number(value: float | None) -> object:
    if value is None:
        return ""
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


def _notes(panel: PanelResult) -> tuple[str, ...]:
    reasons = [f"{count} {reason}" for reason, count in panel.left_out.items()]
    if not reasons:
        return ()
    return (f"of {count_of(panel.chosen, 'fact')} left out: {', '.join(reasons)}",)
