"""Documents for tests: the text of a case and what it states about itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from extract.document import build_document, text_digest
from extract.metadata import DocumentMetadata, build_metadata
from extract.models import Document, FailedDocument
from extract.raw_item import read_item
from extract.reader import ReadOptions, iter_items
from extract.records import Columns
from extract.sources import Filters, IdFrom, Kind, find_sources


def document_of(case: Mapping[str, Any]) -> Document:
    """Makes the document that a case describes: its text, and date or province if it states them."""
    stated = {key: case[key] for key in ("published", "province") if key in case}
    return build_document("case", case["text"], "-", text_digest(case["text"]), build_metadata(stated))


def read_inputs(
    inputs: Sequence[str | Path],
    metadata: Mapping[str, DocumentMetadata] | None = None,
    *,
    filters: Filters | None = None,
    stdin_kind: Kind = Kind.TEXT,
    columns: Columns | None = None,
    max_bytes: int = 0,
    id_from: IdFrom = IdFrom.NAME,
) -> list[Document | FailedDocument]:
    """Reads every document that the inputs mean, as a run does."""
    sources = find_sources(inputs, filters, stdin_kind=stdin_kind, id_from=id_from)
    items = iter_items(sources, ReadOptions(columns or Columns(), max_bytes, id_from))
    known = metadata or {}
    return [
        item if isinstance(item, FailedDocument) else read_item(item, known.get(item.doc_id), max_bytes)
        for item in items
    ]
