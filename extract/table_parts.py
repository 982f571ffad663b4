"""A table in Parquet or CSV -> frames of some rows at a time, and the cells that cannot be read.

A table may come from elsewhere: words as dictionary or plain, numbers of any width, days as times at
midnight. A CSV file that begins with a byte order mark is one for spreadsheets, as `extract export --excel`
writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from extract.errors import InputError
from extract.spreadsheet import is_for_spreadsheets, unguarded
from extract.table import parquet_errors
from extract.table_schema import Column, TableDescription

ROWS_PER_PART = 20_000
_CSV_BYTES = 8_000_000
# With an empty cell among them they would become other numbers.
_WHOLE = {
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int8(): pd.Int8Dtype(),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong. `row` counts from 1 in its file, None for the whole; `fact_id` may be unknown.

    `check` names what is not kept, `message` says it with what stands there.
    """

    file: str
    row: int | None
    column: str
    check: str
    message: str
    fact_id: str = ""


@dataclass(frozen=True, slots=True)
class TablePart:
    """Some rows of one file. `first_row` is the number of the first of them, counted from 1.

    `columns` are those of the table that stand in the file and may be what they are for: `frame` has no
    others.
    """

    file: str
    first_row: int
    columns: frozenset[str]
    frame: pd.DataFrame
    faults: tuple[Fault, ...] = ()


def iter_parts(path: Path, table: TableDescription) -> Iterator[TablePart]:
    """Reads a file, `.parquet` or `.csv` (also compressed). Faults of whole columns come in the first part.

    Raises InputError for a file that cannot be read as what its name says, or of another kind.
    """
    suffixes = path.suffixes
    if path.suffix == ".parquet":
        yield from _parquet_parts(path, table)
    elif ".csv" in suffixes[-2:]:
        yield from _csv_parts(path, table)
    else:
        raise InputError(path, "is neither .parquet nor .csv")


def _parquet_parts(path: Path, table: TableDescription) -> Iterator[TablePart]:
    with parquet_errors(path), pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        faults = _missing(path, table, schema.names)
        usable = []
        for column in table.columns:
            if column.name not in schema.names:
                continue
            kind = schema.field(column.name).type
            if _can_be(kind, column):
                usable.append(column)
            else:
                faults.append(
                    Fault(str(path), None, column.name, "type", f"is {kind}, not {column.type_name}")
                )
        names = [column.name for column in usable]
        first_row = 1
        for batch in file.iter_batches(ROWS_PER_PART, columns=names):
            part = _from_arrow(path, first_row, pa.Table.from_batches([batch]).select(names), usable)
            yield _with_faults(part, faults)
            first_row, faults = first_row + batch.num_rows, []
        if faults or first_row == 1:
            empty = _from_arrow(path, first_row, pa.table({name: [] for name in names}), ())
            yield _with_faults(empty, faults)


def _csv_parts(path: Path, table: TableDescription) -> Iterator[TablePart]:
    try:
        guarded = is_for_spreadsheets(path)
        with pa.input_stream(path, compression="detect") as stream:
            reader = pa.csv.open_csv(
                stream,
                read_options=pa.csv.ReadOptions(block_size=_CSV_BYTES),
                parse_options=pa.csv.ParseOptions(newlines_in_values=True),
                convert_options=pa.csv.ConvertOptions(
                    column_types={column.name: pa.string() for column in table.columns},
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=False,
                    null_values=[""],
                ),
            )
            present = [column for column in table.columns if column.name in reader.schema.names]
            faults = _missing(path, table, reader.schema.names)
            first_row = 1
            for batch in reader:
                part = _from_words(path, first_row, batch, present, guarded=guarded)
                yield _with_faults(part, faults)
                first_row, faults = first_row + batch.num_rows, []
            if faults or first_row == 1:
                names = frozenset(column.name for column in present)
                frame = pd.DataFrame({name: pd.Series(dtype="str") for name in names})
                yield TablePart(str(path), first_row, names, frame, tuple(faults))
    except (OSError, pa.ArrowException) as error:
        raise InputError(path, f"not readable as CSV: {error}") from error


def _with_faults(part: TablePart, faults: Sequence[Fault]) -> TablePart:
    return TablePart(part.file, part.first_row, part.columns, part.frame, (*faults, *part.faults))


def _missing(path: Path, table: TableDescription, names: Sequence[str]) -> list[Fault]:
    return [
        Fault(str(path), None, column.name, "column", "there is no such column")
        for column in table.columns
        if column.name not in names
    ]


def _can_be(kind: pa.DataType, column: Column) -> bool:
    """Asks whether a column of this type can hold what the column is for."""
    types = pa.types
    if types.is_dictionary(kind):
        kind = kind.value_type
    if types.is_null(kind):
        return column.nullable
    if types.is_floating(column.type):
        return bool(types.is_floating(kind) or types.is_integer(kind) or types.is_decimal(kind))
    if types.is_integer(column.type):
        return bool(types.is_integer(kind))
    if types.is_date(column.type):
        return bool(types.is_date(kind) or types.is_timestamp(kind))
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _from_arrow(path: Path, first_row: int, data: pa.Table, columns: Sequence[Column]) -> TablePart:
    for number, column in enumerate(columns):
        cells = data.column(number)
        if (
            pa.types.is_dictionary(cells.type)
            or pa.types.is_null(cells.type)
            or pa.types.is_decimal(cells.type)
        ):
            plain = pa.string() if pa.types.is_dictionary(column.type) else column.type
            data = data.set_column(number, column.name, cells.cast(plain))
    frame = data.to_pandas(types_mapper=_WHOLE.get, date_as_object=False, timestamp_as_object=False)
    return TablePart(str(path), first_row, frozenset(data.column_names), frame)


def _from_words(
    path: Path, first_row: int, batch: pa.RecordBatch, columns: Sequence[Column], *, guarded: bool
) -> TablePart:
    """Reads the cells of a CSV file; what cannot be read is left empty, with a fault."""
    data: dict[str, pd.Series] = {}
    faults: list[Fault] = []
    for column in columns:
        words = batch.column(batch.schema.get_field_index(column.name))
        if guarded:
            words = unguarded(words)
        cells = words.to_pandas()
        made = _read_cells(cells, column)
        for row in (made.isna() & cells.notna()).to_numpy().nonzero()[0]:
            message = f"{cells.iloc[row]!r} is no {_NOUNS[_reader_of(column)]}"
            faults.append(Fault(str(path), first_row + int(row), column.name, "type", message))
        data[column.name] = made
    return TablePart(str(path), first_row, frozenset(data), pd.DataFrame(data), tuple(faults))


def _reader_of(column: Column) -> str:
    for name, asks in (
        ("number", pa.types.is_floating),
        ("whole", pa.types.is_integer),
        ("day", pa.types.is_date),
    ):
        if asks(column.type):
            return name
    return "text"


_NOUNS = {"number": "number", "whole": "whole number", "day": "day such as 2024-10-08"}


def _read_cells(cells: pd.Series, column: Column) -> pd.Series:
    kind = _reader_of(column)
    if kind == "text":
        return cells
    if kind == "day":
        return pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    if kind == "number":
        return numbers
    return numbers.where(numbers % 1 == 0).astype("Int64")
