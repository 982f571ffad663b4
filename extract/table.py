"""Facts and documents -> Parquet tables, and back.

In: `DocumentResult`s or rows in any order, some at a time. Out: a folder with facts, documents, the ontology
tables, two descriptions of the tables and `run.json`, replaced as a whole. The same input gives the same
bytes: only `timings` in `run.json` differ. Columns are described in `table_schema.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from operator import attrgetter, itemgetter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from extract import croissant, datapackage
from extract.errors import InputError, InternalError, OutputError
from extract.models import DocumentResult, Fact, FailedDocument
from extract.parquet import Encoder, PartedWriter, Row, TableWriter
from extract.report import Report
from extract.rows import document_row, fact_row, fact_rows
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
from extract.written_file import describe_files

__all__ = [
    "SCHEMA_VERSION",
    "DatasetWriter",
    "RunInfo",
    "check_columns",
    "check_output",
    "dataset_paths",
    "describe_schema",
    "documents_table",
    "facts_table",
    "iter_batches",
    "load_documents",
    "load_facts",
    "load_table",
    "parquet_errors",
    "table_files",
]

RUN_FILE = "run.json"
# `run.json` comes last: where it names a run, all tables of that run are there.
FILE_NAMES = (*(table.file_name for table in TABLES), datapackage.FILE_NAME, croissant.FILE_NAME, RUN_FILE)
# All but the facts, which may be a folder.
_PLAIN_FILES = tuple(name for name in FILE_NAMES if name != FACTS.file_name)
_BATCH_ROWS = 5_000
_FACTS_ORDER = ("doc_id", "char_start", "char_end")


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What ran. It goes into the schema of each table and into `run.json`."""

    package_version: str
    rules_hash: str
    tokenizer: str
    tokenizer_version: str
    # The fingerprint of all that rows depend on but for the article; empty where nobody will take rows over.
    engine: str = ""

    def to_metadata(self) -> dict[str, str]:
        """Gives it as the metadata of a schema."""
        return {
            "schema_version": SCHEMA_VERSION,
            "package_version": self.package_version,
            "rules_hash": self.rules_hash,
            "tokenizer": self.tokenizer,
            "tokenizer_version": self.tokenizer_version,
        }


def dataset_paths(out_dir: Path) -> list[Path]:
    """Gives where the files and folders of a run lie, whether they are there or not."""
    return [out_dir / name for name in (*FILE_NAMES, FACTS.folder_name)]


def check_output(path: Path, directory: Path) -> None:
    """Refuses, before any work, a file beside a run's tables that cannot be written or is one of them.

    Raises OutputError.
    """
    if path.is_dir():
        raise OutputError(path, "is a folder")
    if not path.parent.is_dir():
        raise OutputError(path, "its folder does not exist")
    folder, target = directory.resolve(), path.resolve()
    if target in [folder / name for name in FILE_NAMES] or folder / FACTS.folder_name in target.parents:
        raise OutputError(path, "is a table of the run itself")


def facts_table(facts: Iterable[Fact]) -> pa.Table:
    """Gives the fact table, in the order given. Raises InternalError for a fact that does not fit it."""
    return Encoder(FACTS).table([fact_row(fact) for fact in facts])


def documents_table(results: Iterable[DocumentResult | FailedDocument]) -> pa.Table:
    """Gives the table of documents, in the order given."""
    return Encoder(DOCUMENTS).table([document_row(result) for result in results])


def load_facts(out_dir: Path) -> pa.Table:
    """Reads the fact table of a run. Raises InputError when there is none or it lacks columns."""
    return load_table(out_dir, FACTS)


def load_documents(out_dir: Path) -> pa.Table:
    """Reads the documents of a run. Raises InputError as `load_facts` does."""
    return load_table(out_dir, DOCUMENTS)


class DatasetWriter:
    """Writes the output of a run as it comes, and puts it in place when the `with` block ends well.

    An exception in the block throws the new files away and leaves an older run as it was. `timings`
    (seconds by name) may be filled until then; the rest of `run.json` is counted in `report` as it is added.
    Facts go into `facts.parquet`, or above `rows_per_part` rows (0: no limit) into files in `facts/`, where
    `expect` said before how many documents there are. Finished parts of a run that was stopped stay with
    `keep_parts`; `parts` is their folder and `had_parts` says whether there were any.
    """

    def __init__(
        self,
        out_dir: Path,
        run_info: RunInfo,
        *,
        metrics_rows: Sequence[Row] = (),
        units_rows: Sequence[Row] = (),
        provinces_rows: Sequence[Row] = (),
        rows_per_part: int = 0,
        keep_parts: bool = False,
        report: Report | None = None,
    ) -> None:
        self._rows_per_part = rows_per_part
        self._keep_parts = keep_parts
        self._expected: int | None = None
        self._facts: SortedWriter | None = None
        self._documents: SortedWriter | None = None
        self.timings: dict[str, float] = {}
        self._run_info = run_info
        self._ontology = ((METRICS, metrics_rows), (UNITS, units_rows), (PROVINCES, provinces_rows))
        self._out_dir = out_dir
        self._report = report if report is not None else Report()
        self._inputs: list[tuple[str, str, str | None]] = []

    def __enter__(self) -> Self:
        """Makes the folder. Raises OutputError when it cannot be written."""
        self._staging = Staging(self._out_dir, FILE_NAMES, (FACTS.folder_name,), keep_parts=self._keep_parts)
        return self

    @property
    def parts(self) -> Path:
        """The folder of finished parts. Raises OutputError when it cannot be made."""
        with output_errors(self._out_dir):
            return self._staging.parts

    @property
    def had_parts(self) -> bool:
        """Whether a run that was stopped had left finished parts."""
        return self._staging.had_parts

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Puts the new tables in place, or throws them away after an exception."""
        committing = False
        try:
            if kind is None:
                names = self._finish()
                committing = True
                forms = (FACTS.file_name, FACTS.folder_name)
                self._staging.commit(names, [form for form in forms if form not in names])
        finally:
            if not committing:
                self._abandon()

    def expect(self, documents: int) -> None:
        """Says before the first how many documents will be added: only then facts may be several files."""
        self._expected = documents

    def add(self, result: DocumentResult | FailedDocument) -> None:
        """Adds a document. Raises InternalError when its facts are out of order.

        A document that is added twice is found out at the latest when the block ends.
        """
        self.add_documents([document_row(result)])
        if isinstance(result, DocumentResult):
            self.add_facts(fact_rows(result))

    def add_documents(self, rows: Sequence[Row]) -> None:
        """Adds rows of documents, in order among themselves."""
        self._report.count_documents(rows)
        self._inputs.extend((row["doc_id"], row["source"], row["sha256"]) for row in rows)
        with output_errors(self._out_dir):
            self._open_writers()[0].add(rows)

    def add_facts(self, rows: Sequence[Row]) -> None:
        """Adds rows of facts, in order among themselves."""
        self._report.count_facts(rows)
        with output_errors(self._out_dir):
            self._open_writers()[1].add(rows)

    def _open_writers(self) -> tuple[SortedWriter, SortedWriter]:
        """Gives the writers of documents and of facts."""
        if self._documents is None or self._facts is None:
            path = self._staging.path
            one_file = partial(TableWriter, DOCUMENTS, path(DOCUMENTS.file_name))
            self._documents = SortedWriter(
                DOCUMENTS, path(DOCUMENTS.file_name), DOCUMENTS.primary_key, one_file, unique=True
            )
            parted = partial(
                PartedWriter,
                FACTS,
                path(FACTS.file_name),
                path(FACTS.folder_name),
                self._rows_per_part if self._expected is not None else 0,
                self._metadata,
            )
            self._facts = SortedWriter(FACTS, path(FACTS.file_name), _FACTS_ORDER, parted)
        return self._documents, self._facts

    def _metadata(self) -> dict[str, str]:
        """Gives what stands in the schema of every table."""
        documents = self._report.documents if self._expected is None else self._expected
        return {**self._run_info.to_metadata(), "documents": str(documents)}

    def _finish(self) -> list[str]:
        """Completes the new files. Gives their names, folders for several."""
        if self._expected not in (None, self._report.documents):
            raise InternalError(f"{self._expected} documents expected, {self._report.documents} added")
        metadata = self._metadata()
        with output_errors(self._out_dir):
            for rows_writer in self._open_writers():
                rows_writer.close(metadata)
            for description, rows in self._ontology:
                writer = TableWriter(description, self._staging.path(description.file_name))
                writer.add([_ontology_row(description, row) for row in rows])
                writer.close(metadata)
            root = self._staging.path("")
            files = [describe_files(root, _files_in(root, table)) for table in TABLES]
            version = self._run_info.package_version
            self._write_json(datapackage.FILE_NAME, datapackage.describe_package(files, version))
            self._write_json(croissant.FILE_NAME, croissant.describe_dataset(files, version))
            self._write_json(RUN_FILE, self._describe_run())
        in_parts = len(files[TABLES.index(FACTS)]) > 1
        return [FACTS.folder_name if in_parts else FACTS.file_name, *_PLAIN_FILES]

    def _describe_run(self) -> dict[str, Any]:
        info, report = self._run_info, self._report
        unknown = [(doc_id, "stands in the metadata, but in no input") for doc_id in report.unknown_ids]
        return {
            "versions": {
                "extract": info.package_version,
                "schema": SCHEMA_VERSION,
                "pyarrow": pa.__version__,
                info.tokenizer: info.tokenizer_version,
            },
            "rules_hash": info.rules_hash,
            **({"engine": info.engine} if info.engine else {}),
            "counts": {
                "documents": report.documents,
                **{f"documents_{status.value}": count for status, count in report.statuses.items()},
                "facts": report.facts,
                "duplicates": report.duplicates,
                "drops": dict(sorted(report.drops.items())),
                "ambiguous": dict(sorted(report.doubts.items())),
                "checks": dict(sorted(report.checks.items())),
            },
            "errors": [
                {"doc_id": failed.doc_id, "source": failed.source, "error": failed.reason}
                for failed in sorted(report.failed, key=attrgetter("doc_id"))
            ],
            "warnings": [
                {"doc_id": doc_id, "warning": warning}
                for doc_id, warning in sorted([*report.warnings, *unknown], key=itemgetter(0))
            ],
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
        for writer in (self._facts, self._documents):
            if writer is not None:
                writer.abandon()
        self._staging.discard()


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


def table_files(out_dir: Path, description: TableDescription) -> list[Path]:
    """Gives the files of a table in order: mostly one. Raises InputError when there is none."""
    path = staged_path(out_dir, description.file_name, description.folder_name)
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    if not files or not files[0].is_file():
        raise InputError(path, "no such file: has `extract run` written there?")
    return files


def _files_in(folder: Path, description: TableDescription) -> list[Path]:
    """Gives the new files of a table in order."""
    parts = folder / description.folder_name
    return sorted(parts.iterdir()) if parts.is_dir() else [folder / description.file_name]


def load_table(out_dir: Path, description: TableDescription, columns: Sequence[str] = ()) -> pa.Table:
    """Reads a table of a run, or columns of it. Raises InputError when there is none or it lacks columns."""
    files = table_files(out_dir, description)
    path = files[0] if len(files) == 1 else files[0].parent
    with parquet_errors(path):
        check_columns(path, description, pq.read_schema(files[0]).names)
        source = files if len(files) > 1 else path
        return pq.read_table(source, columns=list(columns) or None).unify_dictionaries()


def iter_batches(
    out_dir: Path, description: TableDescription, names: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Reads a table of a run some rows at a time, in order: all columns, or those of these names.

    Raises InputError as `load_table` does.
    """
    wanted = [column.name for column in description.columns] if names is None else list(names)
    for path in table_files(out_dir, description):
        with parquet_errors(path), pq.ParquetFile(path) as file:
            check_columns(path, description, file.schema_arrow.names)
            yield from file.iter_batches(_BATCH_ROWS, columns=wanted)


def check_columns(path: str | Path, description: TableDescription, names: Sequence[str]) -> None:
    """Raises InputError for a file that lacks columns of a table."""
    missing = [column.name for column in description.columns if column.name not in names]
    if missing:
        raise InputError(path, f"is no table of {description.name}: lacks {', '.join(missing)}")


@contextmanager
def parquet_errors(path: Path) -> Iterator[None]:
    """Turns what is said of a file that is no Parquet into an InputError about `path`."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise InputError(path, f"not readable as Parquet: {error}") from error
