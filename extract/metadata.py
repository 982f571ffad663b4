"""What the user states about documents: `--metadata FILE` and the header lines of a text file.

In: a CSV, JSONL or Parquet file with a column `doc_id`. Out: one `DocumentMetadata` for each id, and what is
doubtful. All faults of a file are found before any is reported, so that it can be mended in one go.
"""

from __future__ import annotations

import csv
import io
import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from extract.compression import STREAM_ERRORS, split_compression
from extract.encoding import decode_text
from extract.errors import InputError
from extract.location import Location, open_location
from extract.models import Period
from extract.records import guess_mark
from extract.stated_date import as_text, parse_stated_date
from extract.wording import json_fault

logger = logging.getLogger(__name__)

# More faults than this are counted, not listed.
FAULTS_LISTED = 10


@dataclass(frozen=True, slots=True)
class DocumentMetadata:
    """What is stated about one document. None where nothing is."""

    published: Period | None = None
    url: str | None = None
    source: str | None = None
    title: str | None = None
    province: str | None = None

    def or_else(self, other: DocumentMetadata) -> DocumentMetadata:
        """Gives this, with gaps filled from `other`."""
        return DocumentMetadata(
            published=self.published or other.published,
            url=self.url or other.url,
            source=self.source or other.source,
            title=self.title or other.title,
            province=self.province or other.province,
        )


@dataclass(frozen=True, slots=True)
class StatedMetadata:
    """What a file states: by doc_id, and by doc_id what of it was left out, and why."""

    by_id: Mapping[str, DocumentMetadata] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)


METADATA_KEYS = tuple(field.name for field in fields(DocumentMetadata))


def build_metadata(values: Mapping[str, str]) -> DocumentMetadata:
    """Makes metadata of stated values; other keys and empty values are left out.

    Raises ValueError for a `published` that is no date.
    """
    known = {key: values[key].strip() for key in METADATA_KEYS if key in values}
    published = known.pop("published", "")
    return DocumentMetadata(
        published=parse_stated_date(published) if published else None,
        **{key: value or None for key, value in known.items()},
    )


def load_metadata(path: Path) -> StatedMetadata:
    """Reads a metadata file, by its suffix: `.csv`, `.jsonl`, `.ndjson`, also compressed, or `.parquet`.

    Columns other than `doc_id` and those of `DocumentMetadata` are left out, with a warning that names
    them; a date that is none is left out too. Raises InputError for a file that cannot be read, lacks
    `doc_id`, or has rows at fault: no id, an id for the second time.
    """
    readers = {".csv": _read_csv, ".jsonl": _read_jsonl, ".ndjson": _read_jsonl, ".parquet": _read_parquet}
    name, compression = split_compression(path.name)
    suffix = Path(name).suffix.lower()
    reader = readers.get(suffix)
    if reader is None or (suffix == ".parquet" and compression):
        known = f"{', '.join(readers)}, all but .parquet also compressed"
        raise InputError(path, f"unknown kind of metadata file {''.join(path.suffixes)!r}; known: {known}")
    if not path.is_file():
        raise InputError(path, "no such file" if not path.exists() else "is not a file")
    try:
        columns, rows = reader(path)
    except STREAM_ERRORS as error:
        reason = (isinstance(error, OSError) and error.strerror) or str(error)
        raise InputError(path, f"cannot be read: {reason}") from error
    if "doc_id" not in columns:
        raise InputError(path, f"has no column doc_id; its columns: {', '.join(columns) or 'none'}")
    others = [column for column in columns if column not in {"doc_id", *METADATA_KEYS}]
    if others:
        logger.warning("%s: columns not used: %s", path, ", ".join(others))
    return _collect(path, rows)


_Rows = Iterator[tuple[str, Mapping[str, Any]]]


def _collect(path: Path, rows: _Rows) -> StatedMetadata:
    metadata: dict[str, DocumentMetadata] = {}
    warnings: dict[str, str] = {}
    faults: list[str] = []
    counts: Counter[str] = Counter()
    for where, row in rows:
        values = {key: as_text(value) for key, value in row.items()}
        doc_id = values.get("doc_id", "").strip()
        if not doc_id:
            faults.append(f"{where}: no doc_id")
            continue
        counts[doc_id] += 1
        if counts[doc_id] == 2:
            faults.append(f"{where}: doc_id {doc_id} stands there for the second time")
        try:
            metadata[doc_id] = build_metadata(values)
        except ValueError as error:
            warnings[doc_id] = f"date left out: {path.name}, {where}: {error}"
            metadata[doc_id] = build_metadata({**values, "published": ""})
    if faults:
        raise InputError(path, _listed(faults))
    return StatedMetadata(metadata, warnings)


def _listed(faults: list[str]) -> str:
    shown = "; ".join(faults[:FAULTS_LISTED])
    rest = len(faults) - FAULTS_LISTED
    return f"{shown}; and {rest} more" if rest > 0 else shown


def _read_text(path: Path) -> str:
    try:
        with open_location(Location(str(path), split_compression(path.name)[1])) as stream:
            return decode_text(stream.read())
    except ValueError as error:
        raise InputError(path, str(error)) from error


def _read_csv(path: Path) -> tuple[list[str], _Rows]:
    text = _read_text(path)
    lines = csv.reader(
        io.StringIO(text, newline=""), strict=True, delimiter=guess_mark(text.partition("\n")[0])
    )
    try:
        table = [(lines.line_num, cells) for cells in lines if cells]
    except csv.Error as error:
        raise InputError(path, f"line {lines.line_num}: not readable as CSV: {error}") from error
    if not table:
        raise InputError(path, "is empty")
    columns = [cell.strip() for cell in table[0][1]]
    twice = [column for column, count in Counter(columns).items() if count > 1]
    if twice:
        raise InputError(path, f"has two columns of one name: {', '.join(twice)}")
    faults = [
        f"line {line}: {len(cells)} cells for {len(columns)} columns"
        for line, cells in table[1:]
        if len(cells) > len(columns)
    ]
    if faults:
        raise InputError(path, _listed(faults))
    rows = ((f"line {line}", dict(zip(columns, cells, strict=False))) for line, cells in table[1:])
    return columns, rows


def _read_jsonl(path: Path) -> tuple[list[str], _Rows]:
    records: list[tuple[str, Mapping[str, Any]]] = []
    columns: dict[str, None] = {}
    faults: list[str] = []
    for number, line in enumerate(_read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            faults.append(f"line {number}: no JSON: {json_fault(error)}")
            continue
        if not isinstance(record, dict):
            faults.append(f"line {number}: must be a JSON object, not a {type(record).__name__}")
            continue
        columns.update(dict.fromkeys(record))
        records.append((f"line {number}", record))
    if faults:
        raise InputError(path, _listed(faults))
    if not records:
        raise InputError(path, "is empty")
    return list(columns), iter(records)


def _read_parquet(path: Path) -> tuple[list[str], _Rows]:
    # Arrow is 60 MB to import, and most metadata are no Parquet.
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        schema = pq.read_schema(path)
        wanted = [name for name in schema.names if name in {"doc_id", *METADATA_KEYS}]
        records = pq.read_table(path, columns=wanted).to_pylist()
    except pa.ArrowException as error:
        raise InputError(path, f"not readable as Parquet: {error}") from error
    return list(schema.names), ((f"row {number}", record) for number, record in enumerate(records, start=1))
