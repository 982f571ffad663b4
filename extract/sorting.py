"""Rows in any order -> one sorted Parquet file, in bounded memory.

Rows that come in order go straight into the file. From the first one that does not, rows are sorted in runs,
kept on disk, and merged at the end. The file has the same bytes whichever way its rows came.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract import parquet
from extract.errors import InternalError
from extract.parquet import Row, TableWriter
from extract.table_schema import TableDescription

# So many rows of each run are in memory while runs are merged.
_MERGED_ROWS = 128

_Key = tuple[Any, ...]


class SortedWriter:
    """Writes one Parquet file, sorted by `key`. Rows of equal keys keep the order in which they came."""

    def __init__(
        self, description: TableDescription, path: Path, key: Sequence[str], *, unique: bool = False
    ) -> None:
        self._description = description
        self._path = path
        self._columns = tuple(key)
        self._unique = unique
        self._writer = TableWriter(description, path)
        self._last: _Key | None = None
        self._runs: _Runs | None = None
        self._waiting: list[Row] = []

    def add(self, rows: Sequence[Row]) -> None:
        """Adds rows that are in order among themselves."""
        if not rows:
            return
        if self._runs is None:
            if self._last is None or self._key(rows[0]) >= self._last:
                self._check(self._key(rows[0]), self._last)
                self._writer.add(rows)
                self._last = self._key(rows[-1])
                return
            self._begin_runs()
        self._waiting.extend(rows)
        if len(self._waiting) >= parquet.ROWS_PER_GROUP:
            self._end_run()

    def close(self, metadata: Mapping[str, str]) -> None:
        """Completes the file. Raises InternalError for two rows of one key where keys are unique."""
        if self._runs is not None:
            self._end_run()
            self._writer = TableWriter(self._description, self._path)
            last: _Key | None = None
            for row in self._runs.merged(self._key):
                key = self._key(row)
                self._check(key, last)
                last = key
                self._writer.add([row])
            self._runs.remove()
            self._runs = None
        self._writer.close(metadata)

    def abandon(self) -> None:
        """Closes all files without finishing them. They are thrown away."""
        if self._runs is not None:
            self._runs.close()
        self._writer.abandon()

    def _check(self, key: _Key, last: _Key | None) -> None:
        if self._unique and key == last:
            raise InternalError(f"{self._description.name}: {', '.join(map(str, key))} was added twice")

    def _key(self, row: Row) -> _Key:
        return tuple(row[name] for name in self._columns)

    def _begin_runs(self) -> None:
        """What is written so far becomes the first run."""
        self._writer.close({})
        first = self._path.with_name(f"{self._path.name}.first")
        self._path.replace(first)
        self._runs = _Runs(self._description, first, self._path.with_name(f"{self._path.name}.runs"))

    def _end_run(self) -> None:
        if self._runs is not None and self._waiting:
            self._runs.add(sorted(self._waiting, key=self._key))
        self._waiting = []


class _Runs:
    """Sorted runs on disk: a Parquet file, and behind it an Arrow file with one batch a run."""

    def __init__(self, description: TableDescription, first: Path, path: Path) -> None:
        self._first = first
        self._path = path
        self._count = 0
        # Arrow files do not let a dictionary change between batches.
        self._schema = pa.schema(
            [
                pa.field(column.name, pa.string() if pa.types.is_dictionary(column.type) else column.type)
                for column in description.columns
            ]
        )
        self._writer = pa.ipc.new_file(str(path), self._schema)

    def add(self, rows: list[Row]) -> None:
        """Stores a run. Raises InternalError for a value that does not fit its column."""
        try:
            self._writer.write_batch(pa.RecordBatch.from_pylist(rows, self._schema))
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise InternalError(f"{self._path.stem}: {error}") from error
        self._count += 1

    def merged(self, key: Callable[[Row], _Key]) -> Iterator[Row]:
        """Gives all rows in order. Nothing can be added afterwards."""
        self._writer.close()
        with pa.memory_map(str(self._path)) as source, pq.ParquetFile(self._first) as first:
            reader = pa.ipc.open_file(source)
            runs = [_rows(reader.get_batch(number)) for number in range(self._count)]
            batches = first.iter_batches(_MERGED_ROWS)
            yield from heapq.merge((row for batch in batches for row in batch.to_pylist()), *runs, key=key)

    def remove(self) -> None:
        """Removes the files."""
        self._path.unlink()
        self._first.unlink()

    def close(self) -> None:
        """Closes the file that is written; it may stay incomplete."""
        try:
            self._writer.close()
        except (OSError, pa.ArrowException):
            return


def _rows(batch: pa.RecordBatch) -> Iterator[Row]:
    for start in range(0, batch.num_rows, _MERGED_ROWS):
        yield from batch.slice(start, _MERGED_ROWS).to_pylist()
