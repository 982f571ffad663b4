"""A panel -> a Parquet or CSV file, or rows and talk in the terminal."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

from extract.display import format_period, format_value
from extract.errors import OutputError
from extract.panel_run import PanelResult
from extract.parquet import ROWS_PER_GROUP
from extract.staging import written_whole
from extract.table import check_output
from extract.wording import count_of

# So many rows are Python objects at a time.
_BATCH = 10_000


def check_target(path: Path, directory: Path) -> None:
    """Refuses, before any work, a file that cannot be written or is one of the run's own.

    Raises OutputError.
    """
    if path.suffix not in _WRITERS:
        raise OutputError(path, f"is neither {' nor '.join(_WRITERS)}: the suffix says how it is written")
    check_output(path, directory)


def write_panel(table: pa.Table, path: Path) -> None:
    """Writes the panel as its suffix says, whole or not at all. Raises OutputError."""
    with written_whole(path) as draft:
        _WRITERS[path.suffix](table, draft)


def _write_parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd", row_group_size=ROWS_PER_GROUP)


def _write_csv(table: pa.Table, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        _print_csv(table, file)


_WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {".parquet": _write_parquet, ".csv": _write_csv}


def print_panel(table: pa.Table, form: str, limit: int = 0) -> None:
    """Prints the panel on standard output: all columns in CSV and JSON, the main ones in a table.

    Of the rows so many as `limit` says, 0 for all.
    """
    total = table.num_rows
    table = table.slice(0, limit) if limit else table
    if form == "csv":
        _print_csv(table, sys.stdout)
    elif form == "json":
        _print_json(table, sys.stdout)
    else:
        _print_table(table, total)


def _print_csv(table: pa.Table, file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table.column_names)
    for batch in table.to_batches(_BATCH):
        writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))


def _print_json(table: pa.Table, file: TextIO) -> None:
    file.write("[")
    mark = "\n"
    for row in _rows(table):
        file.write(f"{mark}{json.dumps(row, ensure_ascii=False, default=str)}")
        mark = ",\n"
    file.write("\n]\n")


def _print_table(table: pa.Table, total: int) -> None:
    console = Console()
    shown = Table(header_style="bold")
    for name in ("metric", "value", "unit", "period", "place", "status", "from", "flags"):
        shown.add_column(name, justify="right" if name in ("value", "from") else "left", overflow="fold")
    for row in _rows(table):
        attributes = [row[name] for name in ("technology", "scope", "component") if row[name]]
        metric = row["metric_id"] or row["metric_text"]
        cells = (
            f"{metric} ({', '.join(attributes)})" if attributes else metric,
            format_value(row),
            row["unit_id"],
            format_period(row),
            row["place_text"] or row["province_name"],
            row["status"],
            str(row["n_statements"]),
            row["flags"],
        )
        shown.add_row(*(Text(cell or "") for cell in cells))
    console.print(shown)
    rows = count_of(total, "row")
    shown_of_them = f"{table.num_rows} of {rows}; --limit 0 shows all"
    console.print(shown_of_them if table.num_rows < total else rows, highlight=False)


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(_BATCH):
        yield from batch.to_pylist()


def print_summary(result: PanelResult) -> None:
    """Tells on standard error how many facts stand behind the panel, and why the others do not."""
    for line in summary_lines(result):
        print(line, file=sys.stderr)


def summary_lines(result: PanelResult) -> Sequence[str]:
    """Gives what the user of a panel is to be told, line by line."""
    rows, chosen = count_of(result.table.num_rows, "row"), count_of(result.chosen, "fact")
    lines = [f"{rows} from {result.entered:,} of {chosen}"]
    if result.left_out:
        reasons = (f"{count} {reason}" for reason, count in result.left_out.items())
        lines.append(f"left out: {', '.join(reasons)}")
    if result.undated:
        lines.append(
            f"note: {count_of(result.undated, 'fact')} without a period because the article has no date; "
            "`extract run --metadata` takes dates"
        )
    if result.conflicts:
        lines.append(
            f"note: rows whose numbers cannot all be true: {result.conflicts} (flag conflict), of one "
            f"document alone: {result.own_conflicts}"
        )
    if not result.choice.current_provinces:
        return lines
    merged = result.merged
    if merged is None:
        if result.old_provinces:
            lines.append(
                f"note: {count_of(result.old_provinces, 'row')} of provinces that merged on 1 July 2025 "
                "stand alone: nothing is summed or averaged without --merge"
            )
        return lines
    lines.append(f"merged: {count_of(merged.made, 'row')} made of {merged.parts}")
    stayed = {
        "unit that does not add up so": merged.unsound,
        "no other part": merged.alone,
        "the whole is stated": merged.stated,
    }
    if any(stayed.values()):
        reasons = (f"{count} {reason}" for reason, count in stayed.items() if count)
        lines.append(f"rows of merged provinces left as they are: {', '.join(reasons)}")
    return lines
