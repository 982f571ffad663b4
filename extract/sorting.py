"""Rows in any order -> one sorted Parquet file, or several that follow each other, in bounded memory.

Rows that come in order go straight into the file. From the first one that does not, rows are sorted in runs,
kept on disk, and merged at the end. The file has the same bytes whichever way its rows came.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from extract import parquet
from extract.errors import InternalError
from extract.parquet import Row
from extract.table_schema import TableDescription

# So many rows of all runs together are in memory while they are merged, but a few of each at least.
_MERGED_ROWS = 4_096
_MERGED_ROWS_OF_RUN = 16

_Key = tuple[Any, ...]


class RowWriter(Protocol):
    """Writes rows in the order in which they come, to one file or several."""

    @property
    def paths(self) -> Sequence[Path]:
        """The files, in order."""

    def add(self, rows: Sequence[Row]) -> None:
        """Adds rows."""

    def close(self, metadata: Mapping[str, str]) -> None:
        """Completes the files."""

    def abandon(self) -> None:
        """Closes them without finishing them."""


class SortedWriter:
    """Writes a table sorted by `key`, by writers that `new_writer` makes: rows of equal keys stay in order.

    `scratch` is the beginning of the paths of files that are needed meanwhile.
    """

    def __init__(
        self,
        description: TableDescription,
        scratch: Path,
        key: Sequence[str],
        new_writer: Callable[[], RowWriter],
        *,
        unique: bool = False,
    ) -> None:
        self._description = description
        self._scratch = scratch
        self._new_writer = new_writer
        self._columns = tuple(key)
        self._unique = unique
        self._writer = new_writer()
        self._last: _Key | None = None
        self._runs: _Runs | None = None
        # Tables, because rows take five times as much memory.
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0

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
        self._waiting.append(self._plain_table(rows))
        self._waiting_rows += len(rows)
        if self._waiting_rows >= parquet.ROWS_PER_GROUP:
            self._end_run()

    def close(self, metadata: Mapping[str, str]) -> None:
        """Completes the file. Raises InternalError for two rows of one key where keys are unique."""
        if self._runs is not None:
            self._end_run()
            self._writer = self._new_writer()
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
        first = [
            path.replace(self._scratch.with_name(f"{self._scratch.name}.first-{number}"))
            for number, path in enumerate(self._writer.paths)
        ]
        for folder in {path.parent for path in self._writer.paths} - {self._scratch.parent}:
            folder.rmdir()
        runs = self._scratch.with_name(f"{self._scratch.name}.runs")
        self._runs = _Runs(self._description, first, runs)

    def _end_run(self) -> None:
        if self._runs is not None and self._waiting:
            waiting = pa.concat_tables(self._waiting)
            # The order of Arrow is that of Python: of code points, and rows of equal keys stay in order.
            self._runs.add(waiting.sort_by([(name, "ascending") for name in self._columns]))
        self._waiting, self._waiting_rows = [], 0

    def _plain_table(self, rows: Sequence[Row]) -> pa.Table:
        """Gives rows as a table. Raises InternalError for a value that does not fit its column."""
        try:
            return pa.Table.from_pylist(list(rows), self._description.to_plain_schema())
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise InternalError(f"{self._description.name}: {error}") from error


class _Runs:
    """Sorted runs on disk: the first in Parquet files, and behind it an Arrow file of one batch a run."""

    def __init__(self, description: TableDescription, first: Sequence[Path], path: Path) -> None:
        self._first = first
        self._path = path
        self._count = 0
        # Arrow files do not let a dictionary change between batches.
        self._schema = description.to_plain_schema()
        self._writer = pa.ipc.new_file(str(path), self._schema)

    def add(self, rows: pa.Table) -> None:
        """Stores a run."""
        self._writer.write_batch(rows.combine_chunks().to_batches()[0])
        self._count += 1

    def merged(self, key: Callable[[Row], _Key]) -> Iterator[Row]:
        """Gives all rows in order. Nothing can be added afterwards."""
        self._writer.close()
        with pa.memory_map(str(self._path)) as source:
            reader = pa.ipc.open_file(source)
            size = max(_MERGED_ROWS_OF_RUN, _MERGED_ROWS // (self._count + 1))
            runs = [_rows(reader.get_batch(number), size) for number in range(self._count)]
            yield from heapq.merge(self._first_rows(size), *runs, key=key)

    def _first_rows(self, size: int) -> Iterator[Row]:
        for path in self._first:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(size):
                    yield from batch.to_pylist()

    def remove(self) -> None:
        """Removes the files."""
        self._path.unlink()
        for path in self._first:
            path.unlink()

    def close(self) -> None:
        """Closes the file that is written; it may stay incomplete."""
        try:
            self._writer.close()
        except (OSError, pa.ArrowException):
            return


def _rows(batch: pa.RecordBatch, size: int) -> Iterator[Row]:
    for start in range(0, batch.num_rows, size):
        yield from batch.slice(start, size).to_pylist()
