"""Annotated facts: JSON lines in, `GoldDocument`s out, and the texts that they speak of.

The shape of a line is the contract between annotation and scorer: `{"doc": ..., "published": ...,
"facts": [...]}`, where a fact is found again in the text by its quote and which occurrence of it is meant.
"""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from extract.calendar_periods import parse_iso_period, parse_notation
from extract.encoding import decode_text
from extract.errors import InputError
from extract.found_texts import TextFinder
from extract.models import FailedDocument, Span
from extract.raw_item import RawItem, read_item
from extract.sources import file_source
from extract.table import load_documents
from extract.wording import json_fault

Days = tuple[dt.date, dt.date]

_TEXTS = (
    "quote",
    "bound",
    "unit",
    "unit_text",
    "metric",
    "metric_id",
    "technology",
    "scope",
    "component",
    "status",
    "change",
    "province",
)
_REQUIRED = (
    "n",
    "value",
    "period",
    *(key for key in _TEXTS if key not in {"technology", "scope", "component"}),
)


@dataclass(frozen=True, slots=True)
class GoldFact:
    """One annotated fact. `optional`: neither rewarded nor punished."""

    quote: str
    n: int
    value: float
    value_max: float | None
    denominator: float | None
    bound: str
    unit: str
    unit_text: str
    metric: str
    metric_id: str
    technology: str
    scope: str
    component: str
    status: str
    change: str
    period: str
    province: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """The facts of one document. `published` is an ISO day, month or year, or None when not known.

    `url` is where a page was found.
    """

    doc_id: str
    published: str | None
    facts: tuple[GoldFact, ...]
    url: str | None = None


def load_gold(path: Path) -> list[GoldDocument]:
    """Reads annotated documents, one JSON object a line. Raises InputError with every fault found."""
    try:
        text = decode_text(path.read_bytes())
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(path, str(error)) from error
    documents: list[GoldDocument] = []
    faults: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            documents.append(_build_document(json.loads(line)))
        except json.JSONDecodeError as error:
            faults.append(f"line {number}: no JSON: {json_fault(error)}")
        except (ValueError, TypeError) as error:
            faults.append(f"line {number}: {error}")
    twice = sorted({d.doc_id for d in documents if sum(d.doc_id == other.doc_id for other in documents) > 1})
    faults.extend(f"document {doc_id} stands there more than once" for doc_id in twice)
    if faults:
        raise InputError(path, "; ".join(faults))
    if not documents:
        raise InputError(path, "holds no annotated document")
    return documents


def load_texts(
    doc_ids: Iterable[str], *, folder: Path | None = None, out_dir: Path | None = None
) -> dict[str, str]:
    """Reads texts of documents: from `folder` (`<doc_id>.txt`), else where the run in `out_dir` found them.

    Raises InputError that names every text that is not there.
    """
    wanted = list(doc_ids)
    texts: dict[str, str] = {}
    if folder is not None:
        paths = {doc_id: folder / f"{doc_id}.txt" for doc_id in wanted}
    elif out_dir is not None:
        documents = load_documents(out_dir)
        rows = documents.filter(pc.is_in(documents["doc_id"], pa.array(wanted, pa.string()))).to_pylist()
        paths = {row["doc_id"]: Path(row["source"]) for row in rows}
        texts = _record_texts([row for row in rows if not paths[row["doc_id"]].is_file()])
    else:
        raise InputError("texts", "neither a folder of texts nor the output of a run was named")
    files = {doc_id: path for doc_id, path in paths.items() if doc_id not in texts}
    missing = [doc_id for doc_id in wanted if doc_id not in texts and not files.get(doc_id, Path()).is_file()]
    if missing:
        raise InputError(folder or out_dir or "texts", f"no text of {', '.join(missing)}")
    for doc_id, path in files.items():
        source = file_source(str(path))
        if source is None or source.location is None or source.kind.is_container:
            raise InputError(path, "is no file that holds one article")
        # Read as a run reads it, so that offsets are the same.
        document = read_item(RawItem(doc_id, source.label, source.kind, source.location), max_bytes=0)
        if isinstance(document, FailedDocument):
            raise InputError(path, document.reason)
        texts[doc_id] = document.text
    return texts


def _record_texts(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Gives the texts of records of larger files, as far as they are found again."""
    finder = TextFinder(rows)
    found = {row["doc_id"]: finder.find(row).text for row in rows}
    return {doc_id: text for doc_id, text in found.items() if text is not None}


def locate(document: GoldDocument, text: str) -> list[Span]:
    """Finds where each fact's quote stands in a text in NFC. Raises InputError where it does not."""
    return [_locate(document.doc_id, fact, text) for fact in document.facts]


def parse_period(text: str, published: str | None) -> Days | None:
    """Reads an annotated period: `2024`, `2024-07`, `2024-Q1`, `2021/2025`; `doc` is the document's date.

    Gives first and last day, or None where the period is not known. Raises ValueError for other text.
    """
    if text == "doc":
        return parse_period(published, None) if published else None
    if not text:
        return None
    return parse_notation(text)


def _locate(doc_id: str, fact: GoldFact, text: str) -> Span:
    start = -1
    for _ in range(fact.n):
        # Overlapping occurrences count too: plain substring search.
        start = text.find(fact.quote, start + 1)
        if start < 0:
            raise InputError(doc_id, f"the quote {fact.quote!r} does not stand {fact.n} times in the text")
    return Span(start, start + len(fact.quote))


def _build_document(record: Any) -> GoldDocument:
    if not isinstance(record, dict) or not isinstance(record.get("doc"), str):
        raise ValueError("must be an object with `doc`, a document's id")
    if not isinstance(record.get("facts"), list):
        raise ValueError("`facts` must be a list")
    published = record.get("published") or None
    if published is not None:
        parse_iso_period(published)
    facts: Sequence[Mapping[str, Any]] = record["facts"]
    return GoldDocument(
        doc_id=unicodedata.normalize("NFC", record["doc"]),
        published=published,
        facts=tuple(_build_fact(number, fact) for number, fact in enumerate(facts, start=1)),
        url=record.get("url") or None,
    )


def _build_fact(number: int, record: Mapping[str, Any]) -> GoldFact:
    missing = [key for key in _REQUIRED if key not in record]
    if missing:
        raise ValueError(f"fact {number}: lacks {', '.join(missing)}")
    if not isinstance(record["n"], int) or record["n"] < 1 or not record["quote"]:
        raise ValueError(f"fact {number}: needs a quote and `n`, which occurrence, counted from 1")
    period = record["period"] or ""
    try:
        parse_period(period, None)
    except ValueError as error:
        raise ValueError(f"fact {number}: period {error}") from error
    texts = {key: unicodedata.normalize("NFC", record.get(key) or "") for key in _TEXTS}
    return GoldFact(
        n=record["n"],
        value=float(record["value"]),
        value_max=_number_or_none(record.get("value_max")),
        denominator=_number_or_none(record.get("denominator")),
        period=period,
        optional=bool(record.get("optional")),
        **texts,
    )


def _number_or_none(value: float | None) -> float | None:
    return None if value is None else float(value)
