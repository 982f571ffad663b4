"""Files of many records -> raw records, one at a time: JSON lines, CSV and Parquet.

No file is held in memory whole. What is wrong with one record is a `BadRecord` and the next one follows;
what is wrong with the file is raised, and what came before stands.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, BinaryIO

from extract.encoding import SAMPLE_BYTES, detect_encoding, find_escaped_byte
from extract.errors import InputError
from extract.wording import count_of, json_fault

# Articles of a few kB: enough rows for Arrow to be fast, and few enough for long ones to fit in memory.
PARQUET_ROWS = 64
_MARKS = ",;\t|"
# How JSON begins that is written for people.
_OPENINGS = frozenset({"{", "[", "[{"})
# So many records of a stream are held until all columns that the user named were seen.
_LOOK_AHEAD = 2_000


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as stored. `row` counts from 1 (of JSON lines: the line), `where` names it to people."""

    row: int
    where: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that could not be read, and why."""

    row: int
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns that are looked for, the first that holds something wins."""

    text: tuple[str, ...] = ("text", "content", "body")
    id: tuple[str, ...] = ("id", "doc_id", "url")
    date: tuple[str, ...] = ("published", "date", "publish_date")
    # Metadata under their own names.
    other: tuple[str, ...] = ("title", "url", "province", "source")
    # What the user named: a file without it is refused.
    required: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """All names, each once."""
        return tuple(dict.fromkeys((*self.text, *self.id, *self.date, *self.other)))


def choose_columns(text: str = "", id: str = "", date: str = "") -> Columns:
    """Gives the columns that the user named (empty: the defaults). A file must have those."""
    named = {"text": text, "id": id, "date": date}
    chosen = {field: (name,) for field, name in named.items() if name}
    return Columns(**chosen, required=tuple(name for name in (text, id, date) if name))


@dataclass(frozen=True, slots=True)
class TextStream:
    """The lines of a text file as they come, and the encoding that its beginning shows."""

    stream: io.TextIOWrapper
    encoding: str


def open_text(stream: BinaryIO, newline: str) -> TextStream:
    """Gives a stream of bytes as text; bytes that are no UTF-8 are escaped, others replaced.

    Raises what reading the stream raises.
    """
    raw = _Replayed(stream)
    encoding = detect_encoding(raw.beginning, whole=False)
    errors = "surrogateescape" if encoding in ("utf-8", "utf-8-sig") else "replace"
    buffered = io.BufferedReader(raw)
    return TextStream(io.TextIOWrapper(buffered, encoding=encoding, errors=errors, newline=newline), encoding)


def read_jsonl(stream: io.TextIOBase, longest: int) -> Iterator[RawRecord | BadRecord]:
    """Reads one JSON object a line. Lines of more than `longest` characters are passed over (0: none).

    Raises InputError for a file that is one JSON value over several lines.
    """
    is_first = True
    for row, line in enumerate(_lines(stream, longest), start=1):
        where = f"line {row}"
        if line is None:
            yield BadRecord(row, where, f"the line is longer than {longest} characters")
            continue
        if not line.strip():
            continue
        if is_first and line.strip() in _OPENINGS:
            raise InputError(where, "opens JSON that goes over several lines, but one object a line is read")
        is_first = False
        byte = find_escaped_byte(line)
        if byte is not None:
            yield BadRecord(row, where, f"not UTF-8: byte {byte:#04x}")
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield BadRecord(row, where, f"no JSON: {json_fault(error)}")
            continue
        if isinstance(values, dict):
            yield RawRecord(row, where, values)
        else:
            yield BadRecord(row, where, f"must be a JSON object, not {_json_name(values)}")


def read_csv(stream: io.TextIOBase, columns: Columns, longest: int) -> Iterator[RawRecord | BadRecord]:
    """Reads rows under a header; cells are parted by commas, semicolons, tabs or bars, as the header is.

    A quote that never closes is told with what it swallows: where the text should have ended nobody knows.
    A file that holds nothing has no rows. Raises InputError for one without a text column.
    """
    lines = _csv_lines(stream, longest)
    header = next(lines, "")
    if not header.strip():
        if not any(line.strip() for line in lines):
            return
        raise InputError("header", "is empty")
    # The limit of the csv module is one for the process; 128 kB is less than a long article.
    csv.field_size_limit(longest or 2**31 - 1)
    mark = guess_mark(header)
    source = _RecordLines(chain([header], lines))
    reader = csv.reader(source, delimiter=mark)
    row = 0
    try:
        names = [name.strip() for name in next(reader)]
        if source.ended:
            raise InputError("header", "a quote opens there and never closes")
        check_columns(names, columns)
        source.begin_record()
        for cells in reader:
            row += bool(cells)
            if source.ended:
                lost = source.line - source.first
                swallowed = f": {count_of(lost, 'line')} behind it swallowed" if lost else ""
                yield BadRecord(
                    row,
                    f"row {row}, line {source.first}",
                    f"a quote opens there and never closes{swallowed}",
                )
            elif cells:
                yield _csv_record(row, source.line, names, cells)
            source.begin_record()
    except csv.Error as error:
        raise InputError(f"line {source.line}", f"not readable as CSV: {error}") from error


def guess_mark(header: str) -> str:
    """Gives what parts the cells of a CSV with this header: a comma, a semicolon, a tab or a bar."""
    return max(_MARKS, key=header.count)


class _RecordLines:
    """Lines for a CSV reader, counted from 1."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.line = 0
        # The first line of the record under way.
        self.first = 1
        # A reader asks for more behind the last line only while a quote is open.
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.line += 1
        return line

    def begin_record(self) -> None:
        """Notes that the record under way is read."""
        self.first = self.line + 1


def _csv_record(row: int, line: int, names: Sequence[str], cells: Sequence[str]) -> RawRecord | BadRecord:
    where = f"row {row}, line {line}"
    if len(cells) > len(names):
        return BadRecord(row, where, f"{len(cells)} cells for {len(names)} columns")
    byte = next((byte for cell in cells if (byte := find_escaped_byte(cell)) is not None), None)
    if byte is not None:
        return BadRecord(row, where, f"not UTF-8: byte {byte:#04x}")
    return RawRecord(row, where, dict(zip(names, cells, strict=False)))


def read_parquet(file: BinaryIO | str, columns: Columns) -> Iterator[RawRecord | BadRecord]:
    """Reads rows of the columns that are needed.

    Raises InputError for a file without a text column, and what Arrow raises for one that is damaged.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(file, memory_map=False, pre_buffer=False) as parquet:
        names = parquet.schema_arrow.names
        check_columns(names, columns)
        wanted = [name for name in columns.all if name in names]
        row = 0
        # Group by group: a batch over two groups would be lost whole when the second is damaged.
        for group in range(parquet.num_row_groups):
            batches = parquet.iter_batches(PARQUET_ROWS, [group], wanted, use_threads=False)
            for batch in batches:
                for index in range(batch.num_rows):
                    row += 1
                    yield _parquet_record(batch, index, row)


def _parquet_record(batch: Any, index: int, row: int) -> RawRecord | BadRecord:
    where = f"row {row}"
    values: dict[str, Any] = {}
    for name, column in zip(batch.schema.names, batch.columns, strict=True):
        try:
            values[name] = column[index].as_py()
        except (ValueError, OverflowError) as error:
            # Text that is no UTF-8, a day that Python's calendar does not have.
            return BadRecord(row, where, f"column {name}: {error}")
    return RawRecord(row, where, values)


def check_columns(names: Sequence[str], columns: Columns) -> None:
    """Raises InputError, which names the columns there are, where the text or a required one is missing.

    So it does where a column that is looked for stands there twice.
    """
    if not any(name in names for name in columns.text):
        raise InputError("header", missing_column(columns.text, names))
    for name in columns.required:
        if name not in names:
            raise InputError("header", missing_column((name,), names))
    twice = [name for name in columns.all if list(names).count(name) > 1]
    if twice:
        raise InputError("header", f"has the column {twice[0]} twice")


class NamedColumns:
    """Looks in records, which need not all have the same fields, for the columns that the user named."""

    def __init__(self, columns: Columns) -> None:
        self._missing = dict.fromkeys(columns.required)
        self._seen: dict[str, None] = {}

    def in_file(self, records: Iterable[RawRecord | BadRecord]) -> None:
        """Reads until all were seen. Raises InputError, which names those there are, for one that is not."""
        if self._missing and all(self._note(record) for record in records):
            self._refuse()

    def in_stream(self, records: Iterator[RawRecord | BadRecord]) -> Iterator[RawRecord | BadRecord]:
        """Gives the records of what cannot be read twice; the first ones only when all columns were seen.

        Raises InputError as `in_file` does: before any record, but for more of them than can be held behind.
        """
        held: list[RawRecord | BadRecord] = []
        for record in islice(records, _LOOK_AHEAD if self._missing else 0):
            held.append(record)
            if not self._note(record):
                break
        else:
            if len(held) < _LOOK_AHEAD:
                self._refuse()
        yield from held
        for record in records:
            self._note(record)
            yield record
        self._refuse()

    def _note(self, record: RawRecord | BadRecord) -> bool:
        """Notes the columns of a record; asks whether one is still missing."""
        if self._missing and isinstance(record, RawRecord):
            self._seen.update(dict.fromkeys(record.values))
            for name in record.values.keys() & self._missing.keys():
                del self._missing[name]
        return bool(self._missing)

    def _refuse(self) -> None:
        if self._missing and self._seen:
            there = ", ".join(map(str, self._seen))
            raise InputError(
                "records", f"none has a column {next(iter(self._missing))}; the columns: {there}"
            )


def missing_column(any_of: Sequence[str], names: Sequence[str]) -> str:
    """Says that none of the columns is there, and what there is."""
    wanted = f"{', '.join(any_of[:-1])} or {any_of[-1]}" if any_of[1:] else any_of[0]
    return f"has no column {wanted}; its columns: {', '.join(map(str, names)) or 'none'}"


def _lines(stream: io.TextIOBase, longest: int) -> Iterator[str | None]:
    """Gives lines; one that is too long is read to its end and given as None."""
    while line := stream.readline(longest or -1):
        if not longest or len(line) < longest or line.endswith("\n"):
            yield line
            continue
        while rest := stream.readline(longest):
            if rest.endswith("\n"):
                break
        yield None


def _csv_lines(stream: io.TextIOBase, longest: int) -> Iterator[str]:
    for number, line in enumerate(_lines(stream, longest), start=1):
        if line is None:
            raise InputError(f"line {number}", f"is longer than {longest} characters")
        yield line


def _json_name(value: object) -> str:
    if value is None:
        return "null"
    return {list: "a list", str: "a string", bool: "true or false"}.get(type(value), "a number")


class _Replayed(io.RawIOBase):
    """A stream whose `beginning` has been looked at, from its beginning on.

    Data before a damage are given before the damage is raised, so that the records in them count.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._read: Callable[[int], bytes] = getattr(stream, "read1", stream.read)
        self._error: Exception | None = None
        pieces: list[bytes] = []
        missing = SAMPLE_BYTES
        try:
            while missing > 0 and (piece := self._read(missing)):
                pieces.append(piece)
                missing -= len(piece)
        except Exception as error:
            self._error = error
        self.beginning = b"".join(pieces)
        self._position = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = len(buffer)
        if self._position < len(self.beginning):
            data = self.beginning[self._position : self._position + size]
            self._position += len(data)
        elif self._error is not None:
            raise self._error
        else:
            data = self._read(size)
        buffer[: len(data)] = data
        return len(data)
