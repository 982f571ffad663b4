"""Rows of some documents and of their facts <-> bytes: what a worker hands back and what lies on the disk.

Two Arrow streams, one behind the other: the documents, then their facts, each sorted as in the tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from extract.errors import InternalError
from extract.models import DocumentResult, FailedDocument
from extract.parquet import Row
from extract.rows import document_row, fact_rows
from extract.table_schema import DOCUMENTS, FACTS, TableDescription

_ENGINE = b"engine"


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of some documents, and the fingerprint of the engine that made them."""

    engine: str
    documents: pa.Table
    facts: pa.Table

    @classmethod
    def of(cls, engine: str, results: Sequence[tuple[str | None, DocumentResult | FailedDocument]]) -> Block:
        """Makes a block of documents, each behind the key of its content. Raises InternalError."""
        documents: list[Row] = [document_row(result, key) for key, result in results]
        documents.sort(key=lambda row: row["doc_id"])
        facts: list[Row] = [
            row for _, result in results if isinstance(result, DocumentResult) for row in fact_rows(result)
        ]
        facts.sort(key=lambda row: (row["doc_id"], row["char_start"], row["char_end"]))
        return cls(engine, _table(DOCUMENTS, documents), _table(FACTS, facts))

    @classmethod
    def from_bytes(cls, content: bytes) -> Block:
        """Reads a block. Raises pyarrow.ArrowException for bytes that are none."""
        source = pa.BufferReader(content)
        with pa.ipc.open_stream(source) as reader:
            documents = reader.read_all()
        with pa.ipc.open_stream(source) as reader:
            facts = reader.read_all()
        engine = (documents.schema.metadata or {}).get(_ENGINE, b"").decode()
        return cls(engine, documents, facts)

    def to_bytes(self) -> bytes:
        """Gives the block as bytes, the same for the same rows."""
        sink = pa.BufferOutputStream()
        options = pa.ipc.IpcWriteOptions(compression="zstd")
        for table in (self.documents.replace_schema_metadata({_ENGINE: self.engine.encode()}), self.facts):
            with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
                writer.write_table(table)
        content: bytes = sink.getvalue().to_pybytes()
        return content


def _table(description: TableDescription, rows: Sequence[Row]) -> pa.Table:
    try:
        return pa.Table.from_pylist(list(rows), description.to_plain_schema())
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise InternalError(f"{description.name}: {error}") from error
