"""Facts and documents -> Parquet tables, and back.

In: `DocumentResult`s in any order, one by one. Out: a folder with facts, documents, the
ontology tables, a data package and `run.json`, replaced as a whole. The same input gives the same bytes:
only `timings` in `run.json` differ. Columns are described in `table_schema.py`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from extract import datapackage
from extract.errors import InputError, InternalError, OutputError
from extract.models import DocumentResult, DocumentStatus, Fact, FailedDocument
from extract.parquet import Encoder, Row, TableWriter
from extract.sorting import SortedWriter
from extract.staging import Staging, output_errors, staged_path
from extract.table_schema import (
    DOCUMENTS,
    FACTS,
    METRICS,
    PROVINCES,
    SCHEMA_VERSION,
    TABLES,
    UNITS,
    TableDescription,
    describe_schema,
)

__all__ = [
    "SCHEMA_VERSION",
    "DatasetWriter",
    "RunInfo",
    "describe_schema",
    "documents_table",
    "facts_table",
    "load_documents",
    "load_facts",
]

RUN_FILE = "run.json"
# `run.json` comes last: where it names a run, all tables of that run are there.
FILE_NAMES = (*(table.file_name for table in TABLES), datapackage.FILE_NAME, RUN_FILE)


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What ran. It goes into the schema of each table and into `run.json`."""

    package_version: str
    rules_hash: str
    tokenizer: str
    tokenizer_version: str

    def to_metadata(self) -> dict[str, str]:
        """Gives it as the metadata of a schema."""
        return {
            "schema_version": SCHEMA_VERSION,
            "package_version": self.package_version,
            "rules_hash": self.rules_hash,
            "tokenizer": self.tokenizer,
            "tokenizer_version": self.tokenizer_version,
        }


def facts_table(facts: Iterable[Fact]) -> pa.Table:
    """Gives the fact table, in the order given. Raises InternalError for a fact that does not fit it."""
    return Encoder(FACTS).table([_fact_row(fact) for fact in facts])


def documents_table(results: Iterable[DocumentResult | FailedDocument]) -> pa.Table:
    """Gives the table of documents, in the order given."""
    return Encoder(DOCUMENTS).table([_document_row(result) for result in results])


def load_facts(out_dir: Path) -> pa.Table:
    """Reads the fact table of a run. Raises InputError when there is none or it lacks columns."""
    return _load(out_dir, FACTS)


def load_documents(out_dir: Path) -> pa.Table:
    """Reads the documents of a run. Raises InputError as `load_facts` does."""
    return _load(out_dir, DOCUMENTS)


class DatasetWriter:
    """Writes the output of a run as it comes, and puts it in place when the `with` block ends well.

    An exception in the block throws the new files away and leaves an older run as it was. `timings`
    (seconds by name) may be filled until then; the rest of `run.json` is known from what was added.
    """

    def __init__(
        self,
        out_dir: Path,
        run_info: RunInfo,
        *,
        metrics_rows: Sequence[Row] = (),
        units_rows: Sequence[Row] = (),
        provinces_rows: Sequence[Row] = (),
    ) -> None:
        self.timings: dict[str, float] = {}
        self._run_info = run_info
        self._ontology = ((METRICS, metrics_rows), (UNITS, units_rows), (PROVINCES, provinces_rows))
        self._out_dir = out_dir
        self._counts: Counter[str] = Counter()
        self._drops: Counter[str] = Counter()
        self._doubts: Counter[str] = Counter()
        self._inputs: list[tuple[str, str, str | None]] = []
        self._errors: list[dict[str, str]] = []
        self._warnings: list[dict[str, str]] = []

    def __enter__(self) -> Self:
        """Makes the folder. Raises OutputError when it cannot be written."""
        self._staging = Staging(self._out_dir, FILE_NAMES)
        try:
            with output_errors(self._out_dir):
                self._facts = self._sorted_writer(FACTS, "doc_id", "char_start", "char_end")
                self._documents = self._sorted_writer(DOCUMENTS, "doc_id")
        except OutputError:
            self._staging.discard()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Puts the new tables in place, or throws them away after an exception."""
        committing = False
        try:
            if kind is None:
                self._finish()
                committing = True
                self._staging.commit()
        finally:
            if not committing:
                self._abandon()

    def add(self, result: DocumentResult | FailedDocument) -> None:
        """Adds a document. Raises InternalError when its facts are out of order.

        A document that is added twice is found out at the latest when the block ends.
        """
        origin = result if isinstance(result, FailedDocument) else result.document
        row = _document_row(result)
        self._inputs.append((origin.doc_id, origin.source, origin.sha256))
        self._counts["documents"] += 1
        self._counts[f"documents_{row['status']}"] += 1
        if row["error"] is not None:
            self._errors.append({"doc_id": origin.doc_id, "source": origin.source, "error": row["error"]})
        if isinstance(result, DocumentResult):
            warnings = (*result.document.warnings, *result.warnings)
            self._warnings.extend({"doc_id": origin.doc_id, "warning": warning} for warning in warnings)
        with output_errors(self._out_dir):
            self._documents.add([row])
            if isinstance(result, DocumentResult):
                self._add_facts(result)

    def _add_facts(self, result: DocumentResult) -> None:
        doc_id = result.document.doc_id
        place = (-1, -1)
        for fact in result.facts:
            if fact.doc_id != doc_id:
                raise InternalError(f"{doc_id}: holds a fact of {fact.doc_id}")
            if (fact.char_start, fact.char_end) < place:
                raise InternalError(f"{doc_id}: the fact at {fact.char_start} comes after one at {place[0]}")
            place = (fact.char_start, fact.char_end)
        self._counts["facts"] += len(result.facts)
        self._counts["duplicates"] += sum(fact.duplicate_of is not None for fact in result.facts)
        self._drops.update(drop.reason for drop in result.drops)
        self._doubts.update(result.doubts)
        self._facts.add([_fact_row(fact) for fact in result.facts])

    def _sorted_writer(self, description: TableDescription, *key: str) -> SortedWriter:
        path = self._staging.path(description.file_name)
        return SortedWriter(description, path, key, unique=key == description.primary_key)

    def _finish(self) -> None:
        metadata = {**self._run_info.to_metadata(), "documents": str(self._counts["documents"])}
        with output_errors(self._out_dir):
            self._facts.close(metadata)
            self._documents.close(metadata)
            for description, rows in self._ontology:
                writer = TableWriter(description, self._staging.path(description.file_name))
                writer.add([_ontology_row(description, row) for row in rows])
                writer.close(metadata)
            files = [self._staging.path(table.file_name) for table in TABLES]
            package = datapackage.describe_package(files, self._run_info.package_version)
            self._write_json(datapackage.FILE_NAME, package)
            self._write_json(RUN_FILE, self._describe_run())

    def _describe_run(self) -> dict[str, Any]:
        names = [
            "documents",
            *(f"documents_{status.value}" for status in DocumentStatus),
            "facts",
            "duplicates",
        ]
        info = self._run_info
        return {
            "versions": {
                "extract": info.package_version,
                "schema": SCHEMA_VERSION,
                "pyarrow": pa.__version__,
                info.tokenizer: info.tokenizer_version,
            },
            "rules_hash": info.rules_hash,
            "counts": {
                **{name: self._counts[name] for name in names},
                "drops": dict(sorted(self._drops.items())),
                "ambiguous": dict(sorted(self._doubts.items())),
            },
            "errors": sorted(self._errors, key=itemgetter("doc_id")),
            "warnings": sorted(self._warnings, key=itemgetter("doc_id")),
            "inputs": [
                {"doc_id": doc_id, "source": source, "sha256": digest}
                for doc_id, source, digest in sorted(self._inputs, key=itemgetter(0))
            ],
            "timings": {name: round(seconds, 3) for name, seconds in self.timings.items()},
        }

    def _write_json(self, name: str, content: Mapping[str, Any]) -> None:
        with self._staging.path(name).open("w", encoding="utf-8", newline="\n") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
            file.write("\n")

    def _abandon(self) -> None:
        self._facts.abandon()
        self._documents.abandon()
        self._staging.discard()


def _fact_row(fact: Fact) -> Row:
    row = {column.name: getattr(fact, column.name) for column in FACTS.columns}
    row["rule_ids"] = " ".join(fact.rule_ids)
    return row


def _document_row(result: DocumentResult | FailedDocument) -> Row:
    row: dict[str, Any] = dict.fromkeys((column.name for column in DOCUMENTS.columns), None)
    row.update(characters=0, sentences=0, facts=0, published_source="none")
    if isinstance(result, FailedDocument):
        row.update(doc_id=result.doc_id, source=result.source, sha256=result.sha256, error=result.reason)
        row.update(status=DocumentStatus.ERROR, encoding=result.encoding)
        return row
    document = result.document
    for name in ("doc_id", "source", "sha256", "title", "published_source", "url"):
        row[name] = getattr(document, name)
    if document.published is not None:
        row["published"] = document.published.start
        row["published_grain"] = document.published.grain
    row.update(
        province_code=result.province_code,
        characters=len(document.text),
        sentences=result.sentences,
        facts=len(result.facts),
        status=result.status,
        error=result.error,
        encoding=document.encoding,
        warning="; ".join((*document.warnings, *result.warnings)) or None,
    )
    return row


def _ontology_row(description: TableDescription, given: Row) -> Row:
    """Gives a row with all columns: lists joined by semicolons, what is not given or empty as null."""
    row: dict[str, Any] = dict.fromkeys((column.name for column in description.columns), None)
    unknown = sorted(given.keys() - row.keys())
    if unknown:
        raise InternalError(f"{description.name}: no column {', '.join(unknown)}")
    for name, value in given.items():
        text = ";".join(value) if isinstance(value, (list, tuple)) else value
        row[name] = None if text == "" else text
    return row


def _load(out_dir: Path, description: TableDescription) -> pa.Table:
    path = staged_path(out_dir, description.file_name)
    if not path.is_file():
        raise InputError(path, "no such file: has `extract run` written there?")
    with _parquet_errors(path):
        table = pq.read_table(path).unify_dictionaries()
    missing = [column.name for column in description.columns if column.name not in table.column_names]
    if missing:
        raise InputError(path, f"is no table of {description.name}: lacks {', '.join(missing)}")
    return table


@contextmanager
def _parquet_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise InputError(path, f"not readable as Parquet: {error}") from error
