"""Rows -> Parquet files of a written-out schema, row group by row group, the same bytes for the same rows.

Knows tables as `TableDescription`s and rows as mappings, not what they are about.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract.errors import InternalError
from extract.table_schema import Column, TableDescription

# 20,000 facts are about 15 MB as columns: what a run holds at most.
ROWS_PER_GROUP = 20_000
# As Python objects they would be 60 MB, so that no more than this wait as rows.
_ROWS_WAITING = 1_000

Row = Mapping[str, Any]


class Encoder:
    """Turns rows into Arrow tables of one schema. A word keeps its dictionary code over all of them."""

    def __init__(self, description: TableDescription) -> None:
        self._description = description
        self.schema = description.to_schema()
        self._codes: dict[str, dict[str, int]] = {
            column.name: {value: code for code, value in enumerate(column.values)}
            for column in description.columns
            if pa.types.is_dictionary(column.type)
        }

    def table(self, rows: Sequence[Row]) -> pa.Table:
        """Gives the rows as a table. Raises InternalError for a value that does not fit its column."""
        return self.joined([self.columns(rows)])

    def columns(self, rows: Sequence[Row]) -> list[pa.Array]:
        """Gives the rows as columns, words as their codes. Raises InternalError as `table` does."""
        return [
            self._array(column, [row[column.name] for row in rows]) for column in self._description.columns
        ]

    def joined(self, pieces: Sequence[Sequence[pa.Array]]) -> pa.Table:
        """Gives columns, one piece behind the other, as a table."""
        arrays = []
        for column, parts in zip(self._description.columns, zip(*pieces, strict=True), strict=True):
            array = pa.concat_arrays(parts)
            if column.name in self._codes:
                words = pa.array(list(self._codes[column.name]), pa.string())
                array = pa.DictionaryArray.from_arrays(array, words)
            arrays.append(array)
        return pa.Table.from_arrays(arrays, schema=self.schema)

    def _array(self, column: Column, values: list[Any]) -> pa.Array:
        where = f"{self._description.name}.{column.name}"
        if not column.nullable and None in values:
            raise InternalError(f"{where}: null in a column that has none")
        if column.values and not set(values) <= {None, *column.values}:
            raise InternalError(
                f"{where}: {sorted(set(values) - {None, *column.values})} not among its values"
            )
        try:
            if column.name not in self._codes:
                return pa.array(values, column.type)
            codes = self._codes[column.name]
            indices = [None if value is None else codes.setdefault(value, len(codes)) for value in values]
            return pa.array(indices, pa.int32())
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise InternalError(f"{where}: {error}") from error


class TableWriter:
    """Writes one Parquet file in row groups of fixed size."""

    def __init__(self, description: TableDescription, path: Path) -> None:
        self.paths: tuple[Path, ...] = (path,)
        self._encoder = Encoder(description)
        self._rows: list[Row] = []
        # What of a group is columns already.
        self._pieces: list[list[pa.Array]] = []
        self._encoded = 0
        # Arrow stores its schema when a file is opened, but the number of documents is known at the end.
        self._writer = pq.ParquetWriter(
            path, self._encoder.schema.remove_metadata(), compression="zstd", store_schema=False
        )

    def add(self, rows: Sequence[Row]) -> None:
        self._rows.extend(rows)
        while len(self._rows) >= min(_ROWS_WAITING, ROWS_PER_GROUP - self._encoded):
            self._encode(min(_ROWS_WAITING, ROWS_PER_GROUP - self._encoded))

    def close(self, metadata: Mapping[str, str]) -> None:
        """Writes what is left, and the schema with `metadata`: once for Arrow, once for other readers.

        Those see no metadata of single columns, so what columns mean stands in `column_descriptions` too.
        """
        if self._rows:
            self._encode(len(self._rows))
        self._end_group()
        schema = self._encoder.schema.with_metadata(dict(metadata))
        stored = base64.b64encode(schema.serialize().to_pybytes()).decode("ascii")
        meanings = {field.name: field.metadata[b"description"].decode() for field in schema}
        descriptions = json.dumps(meanings, ensure_ascii=False)
        self._writer.add_key_value_metadata(
            {**metadata, "column_descriptions": descriptions, "ARROW:schema": stored}
        )
        self._writer.close()

    def abandon(self) -> None:
        """Closes the file without finishing it. It is thrown away, so what fails here does not matter."""
        try:
            self._writer.close()
        except OSError:
            return

    def _encode(self, count: int) -> None:
        """Turns the first rows that wait into columns, and writes a group that is full."""
        self._pieces.append(self._encoder.columns(self._rows[:count]))
        del self._rows[:count]
        self._encoded += count
        if self._encoded >= ROWS_PER_GROUP:
            self._end_group()

    def _end_group(self) -> None:
        if self._pieces:
            self._writer.write_table(self._encoder.joined(self._pieces))
        self._pieces, self._encoded = [], 0


class PartedWriter:
    """Writes one Parquet file, or from a number of rows on a folder of them: `part-00000.parquet` and on.

    `metadata` is asked for when a part is full, so it must be known then. `rows_per_part` of 0 is no limit.
    """

    def __init__(
        self,
        description: TableDescription,
        path: Path,
        folder: Path,
        rows_per_part: int,
        metadata: Callable[[], Mapping[str, str]],
    ) -> None:
        self.paths: tuple[Path, ...] = (path,)
        self._description = description
        self._folder = folder
        self._limit = rows_per_part
        self._metadata = metadata
        self._writer = TableWriter(description, path)
        self._rows = 0

    def add(self, rows: Sequence[Row]) -> None:
        while self._limit and self._rows + len(rows) > self._limit:
            room = self._limit - self._rows
            self._writer.add(rows[:room])
            rows = rows[room:]
            self._begin_part()
        self._writer.add(rows)
        self._rows += len(rows)

    def close(self, metadata: Mapping[str, str]) -> None:
        """Completes the last file."""
        self._writer.close(metadata)

    def abandon(self) -> None:
        """Closes the last file without finishing it."""
        self._writer.abandon()

    def _begin_part(self) -> None:
        self._writer.close(self._metadata())
        if len(self.paths) == 1:
            self._folder.mkdir()
            self.paths = (self.paths[0].replace(self._part(0)),)
        path = self._part(len(self.paths))
        self._writer = TableWriter(self._description, path)
        self.paths = (*self.paths, path)
        self._rows = 0

    def _part(self, number: int) -> Path:
        return self._folder / f"part-{number:05}.parquet"
