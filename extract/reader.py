"""Sources -> raw items, one at a time: files as they lie, records as they are read.

No id is given twice: of two items with one id the second is handed on as a `FailedDocument` that names both
places. So is whatever cannot be read, and the rest goes on. A file that holds nothing, of whatever kind, is
an article without text.
"""

from __future__ import annotations

import json
import logging
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from extract.compression import STREAM_ERRORS
from extract.encoding import fallback_warnings
from extract.errors import InputError
from extract.limits import DEFAULT_MAX_ARTICLE_BYTES
from extract.location import open_location, open_standard_input
from extract.metadata import DocumentMetadata
from extract.models import FailedDocument
from extract.raw_item import RawItem, describe, read_limited
from extract.records import (
    BadRecord,
    Columns,
    NamedColumns,
    RawRecord,
    missing_column,
    open_text,
    read_csv,
    read_jsonl,
    read_parquet,
)
from extract.sources import IdFrom, Kind, Source, printable
from extract.stated_date import as_text, parse_stated_date
from extract.wording import option_name

logger = logging.getLogger(__name__)

ID_HINT = f"; with {option_name('id_from', 'path')} the file's path is in front of the id"

# A letter takes up to six characters in JSON and up to three bytes in UTF-8; a record has other fields too.
_LINE_FACTOR = 2
_LINE_ROOM = 1_000_000


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are read: where records have their text, and how long an article may be (0: no limit).

    With `id_from` PATH the id of a record has its file in front.
    """

    columns: Columns = field(default_factory=Columns)
    max_bytes: int = DEFAULT_MAX_ARTICLE_BYTES
    id_from: IdFrom = IdFrom.NAME


def iter_items(
    sources: Iterable[Source], options: ReadOptions | None = None
) -> Iterator[RawItem | FailedDocument]:
    """Gives every article of the sources in their order, each id once. Opens a file when its turn comes."""
    reading = options or ReadOptions()
    # id -> the place that had it first; the place is written out only when it is asked for.
    places: dict[str, tuple[str, str]] = {}
    for source in sources:
        for item, where in _items_of(source, reading):
            first = places.get(item.doc_id)
            if first is None:
                places[item.doc_id] = (source.label, where)
                yield item
                continue
            if _is_empty_container(item, source):
                # Two files without a record are no two articles of one id.
                doc_id = _free_id(item.doc_id, places)
                places[doc_id] = (source.label, "")
                yield replace(item, doc_id=doc_id)
                continue
            # In one file the path does not tell them apart.
            helps = first[0] != source.label and reading.id_from is not IdFrom.PATH
            hint, here = ID_HINT if helps else "", _place(source.label, where)
            yield _second(item, _place(*first), here, places, hint, is_record=bool(where))


def _place(label: str, where: str) -> str:
    return f"{label}, {where}" if where else label


def _second(
    item: RawItem | FailedDocument,
    first: str,
    here: str,
    places: dict[str, tuple[str, str]],
    hint: str,
    is_record: bool,
) -> FailedDocument:
    """Reports an item whose id stands already, under an id of its own: ids name rows of the table."""
    doc_id = _free_id(item.doc_id, places)
    places[doc_id] = (item.source, "")
    if isinstance(item, FailedDocument) and not is_record:
        # The stem of a file of records is the id of nothing that can be mended.
        return FailedDocument(doc_id, item.source, item.reason)
    reason = f"the id {item.doc_id!r} stands there for the second time: {first}; again: {here}{hint}"
    if isinstance(item, FailedDocument):
        reason = f"{item.reason}; and {reason}"
    return FailedDocument(doc_id, item.source, reason)


def _free_id(doc_id: str, places: dict[str, tuple[str, str]]) -> str:
    number = 2
    while (free := f"{doc_id}~{number}") in places:
        number += 1
    return free


def _is_empty_container(item: RawItem | FailedDocument, source: Source) -> bool:
    return source.kind.is_container and isinstance(item, RawItem) and item.source == source.label


_Found = Iterator[tuple[RawItem | FailedDocument, str]]


def _items_of(source: Source, options: ReadOptions) -> _Found:
    """Gives the items of one source, each with its place in it (empty: the whole)."""
    if source.kind.is_container:
        yield from _records_of(source, options)
    elif source.location is not None:
        yield RawItem(source.stem, source.label, source.kind, source.location), ""
    else:
        yield _standard_input(source, options.max_bytes), ""


def _standard_input(source: Source, max_bytes: int) -> RawItem | FailedDocument:
    try:
        with open_standard_input() as stream:
            content = read_limited(stream, max_bytes)
    except STREAM_ERRORS as error:
        return FailedDocument(source.stem, source.label, f"cannot be read: {describe(error)}")
    return RawItem(source.stem, source.label, source.kind, content)


def _records_of(source: Source, options: ReadOptions) -> _Found:
    count = 0
    try:
        with ExitStack() as stack:
            records, encoding = _open_records(source, options, stack)
            for record in records:
                count += 1
                yield _item(source, record, options, encoding), record.where
    except Exception as error:
        # Whatever is wrong with a file, the others go on; the report names it.
        logger.debug("%s", source.label, exc_info=True)
        yield FailedDocument(source.stem, source.label, _file_fault(error, count)), ""
    else:
        if not count:
            yield RawItem(source.stem, source.label, Kind.TEXT, "", encoding=encoding), ""


def _file_fault(error: Exception, count: int) -> str:
    reason = f"{error.where}: {error.reason}" if isinstance(error, InputError) else describe(error)
    reason = reason if isinstance(error, InputError) else f"cannot be read: {reason}"
    before = "record before counts" if count == 1 else "records before count"
    return f"{reason}; the {count} {before}" if count else reason


def _open_records(
    source: Source, options: ReadOptions, stack: ExitStack
) -> tuple[Iterator[RawRecord | BadRecord], str]:
    stream = _open(source, stack)
    if source.kind is Kind.PARQUET:
        return read_parquet(stream, options.columns), "utf-8"
    longest = _LINE_FACTOR * options.max_bytes + _LINE_ROOM if options.max_bytes else 0
    if source.kind is Kind.CSV:
        text = open_text(stream, newline="")
        return read_csv(text.stream, options.columns, longest), text.encoding
    text = open_text(stream, newline="\n")
    named, records = NamedColumns(options.columns), read_jsonl(text.stream, longest)
    if source.location is None:
        return named.in_stream(records), text.encoding
    if options.columns.required:
        # Mostly the first record has them.
        with ExitStack() as again:
            named.in_file(read_jsonl(open_text(_open(source, again), newline="\n").stream, longest))
    return records, text.encoding


def _open(source: Source, stack: ExitStack) -> BinaryIO:
    if source.location is None:
        return stack.enter_context(open_standard_input())
    return stack.enter_context(open_location(source.location))


def _item(
    source: Source, record: RawRecord | BadRecord, options: ReadOptions, encoding: str
) -> RawItem | FailedDocument:
    """Makes an item of a record: its id, its text, and what its columns state."""
    row_id, label = f"{source.stem}#{record.row}", f"{source.label}#{record.row}"
    if isinstance(record, BadRecord):
        return FailedDocument(row_id, label, f"{record.where}: {record.reason}", encoding=encoding)
    values, columns = record.values, options.columns
    doc_id = _id_text(_first(values, columns.id))
    if options.id_from is IdFrom.PATH and doc_id:
        doc_id = f"{source.stem}#{doc_id}"
    doc_id = doc_id or row_id
    text = _first(values, columns.text)
    if not isinstance(text, str):
        reason = f"{record.where}: {_no_text(text, values, columns)}"
        return FailedDocument(doc_id, label, reason, encoding=encoding)
    metadata, warnings = _metadata_of(values, columns)
    return RawItem(
        doc_id,
        label,
        Kind.TEXT,
        text,
        metadata,
        encoding,
        (*fallback_warnings(encoding), *warnings),
    )


def _first(values: Any, names: tuple[str, ...]) -> Any:
    """Gives what the first of the columns holds that is filled in; else what one of them holds."""
    found = [values[name] for name in names if name in values]
    return next((value for value in found if value is not None and value != ""), found[0] if found else None)


def _no_text(value: object, values: Any, columns: Columns) -> str:
    if not any(name in values for name in columns.text):
        return missing_column(columns.text, list(values))
    return (
        "the text is null" if value is None else f"the text is no string but of type {type(value).__name__}"
    )


def _id_text(value: object) -> str:
    if isinstance(value, (dict, list)):
        # Exports of databases have such ids.
        value = json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
    return printable(unicodedata.normalize("NFC", as_text(value)).strip())


def _metadata_of(values: Any, columns: Columns) -> tuple[DocumentMetadata, tuple[str, ...]]:
    stated = {name: printable(as_text(values.get(name)).strip()) or None for name in columns.other}
    published = None
    warnings: tuple[str, ...] = ()
    date = _first(values, columns.date)
    if date is not None and date != "":
        try:
            published = parse_stated_date(date)
        except ValueError as error:
            warnings = (f"date left out: {error}",)
    return DocumentMetadata(published=published, **stated), warnings
