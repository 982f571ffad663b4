"""Documents and facts -> rows of their tables, as mappings. What a run counts is read from the rows again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from extract.errors import InternalError
from extract.models import DocumentResult, DocumentStatus, Fact, FailedDocument
from extract.parquet import Row
from extract.table_schema import DOCUMENTS, FACTS

_WARNINGS_APART = "; "


def fact_row(fact: Fact) -> Row:
    """Gives the row of a fact."""
    row = {column.name: getattr(fact, column.name) for column in FACTS.columns}
    row["rule_ids"] = " ".join(fact.rule_ids)
    return row


def fact_rows(result: DocumentResult) -> list[Row]:
    """Gives the rows of a document's facts. Raises InternalError for facts of another, or out of order."""
    doc_id = result.document.doc_id
    place = (-1, -1)
    for fact in result.facts:
        if fact.doc_id != doc_id:
            raise InternalError(f"{doc_id}: holds a fact of {fact.doc_id}")
        if (fact.char_start, fact.char_end) < place:
            raise InternalError(f"{doc_id}: the fact at {fact.char_start} comes after one at {place[0]}")
        place = (fact.char_start, fact.char_end)
    return [fact_row(fact) for fact in result.facts]


def _plain(reason: str) -> str:
    """Gives a reason that a table can hold: it may cite what is no text."""
    return reason.encode("utf-8", "backslashreplace").decode("utf-8")


def document_row(result: DocumentResult | FailedDocument, key: str | None = None) -> Row:
    """Gives the row of a document; `key` is the hash of its content, None where it shall be read again."""
    row: dict[str, Any] = dict.fromkeys((column.name for column in DOCUMENTS.columns), None)
    row.update(characters=0, sentences=0, facts=0, published_source="none")
    if isinstance(result, FailedDocument):
        row.update(
            doc_id=result.doc_id, source=result.source, sha256=result.sha256, error=_plain(result.reason)
        )
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
        warning=_WARNINGS_APART.join((*document.warnings, *result.warnings)) or None,
        content_key=key,
        drops=_counts_text(drop.reason for drop in result.drops),
        ambiguous=_counts_text(result.doubts),
    )
    return row


def warnings_of(row: Row) -> list[str]:
    """Gives the warnings that a document's row holds."""
    return row["warning"].split(_WARNINGS_APART) if row["warning"] else []


def counts_of(text: str | None) -> Counter[str]:
    """Reads `drops` or `ambiguous` of a document's row: `calendar_date=2;duration=1`."""
    counts: Counter[str] = Counter()
    for part in (text or "").split(";") if text else ():
        name, _, count = part.rpartition("=")
        counts[name] += int(count)
    return counts


def _counts_text(names: Iterable[str]) -> str | None:
    return ";".join(f"{name}={count}" for name, count in sorted(Counter(names).items())) or None
