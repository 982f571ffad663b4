"""Facts -> CSV or JSON lines, batch by batch."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from extract.export import Exported, ExportOptions, Target
from extract.fact_filter import iter_facts
from extract.spreadsheet import MARK, guarded
from extract.staging import written_whole
from extract.table_schema import FACTS

# Confidence is stored in four bytes: 0.95 would come out as 0.949999988.
_DIGITS = 6


def export_text(options: ExportOptions) -> Exported:
    """Writes all columns of the wanted facts. Raises as `export` does."""
    with written_whole(options.out) as draft:
        rows = (_write_csv if options.target is Target.CSV else _write_jsonl)(options, draft)
    return Exported((options.out,), rows)


def _write_csv(options: ExportOptions, path: Path) -> int:
    """Writes text in quotes and an empty cell for null, so that an empty text can be told from it."""
    schema = FACTS.to_plain_schema()
    rows = 0
    with path.open("wb") as file:
        if options.excel:
            file.write(MARK)
        with pa.csv.CSVWriter(file, schema) as writer:
            for batch in iter_facts(options.directory, options.filters):
                writer.write_batch(_guarded(batch) if options.excel else batch)
                rows += batch.num_rows
    return rows


def _guarded(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [guarded(cells) if pa.types.is_string(cells.type) else cells for cells in batch.columns]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _write_jsonl(options: ExportOptions, path: Path) -> int:
    rows = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for batch in iter_facts(options.directory, options.filters):
            for row in batch.to_pylist():
                file.write(f"{json.dumps(plain_row(row), ensure_ascii=False)}\n")
            rows += batch.num_rows
    return rows


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Gives a fact as JSON has it: days as ISO text, whole numbers without a point, null for infinity."""
    return {name: _plain(name, value) for name, value in row.items()}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        if name == "confidence":
            return round(value, _DIGITS)
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    return value.isoformat() if hasattr(value, "isoformat") else value
