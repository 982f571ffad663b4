"""The tables of a run -> what a page shows of it: counts, the rows that fit on it, its articles one by one.

A page cannot hold everything of a large run. Articles with findings that speak against a fact come first,
then those with most facts; rows are shown of as many whole articles as fit, texts of the first of these. All
counts are over the whole run.
"""

from __future__ import annotations

import heapq
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from extract.display import format_value
from extract.errors import InputError
from extract.found_texts import FoundText, TextFinder
from extract.models import DocumentStatus, Span, Status
from extract.page_counts import COUNTED_COLUMNS, FactCounts, findings_of, is_doubtful
from extract.page_text import MarkedFact, Paragraph, mark_paragraphs, mark_pieces
from extract.parquet import Row
from extract.places import MERGER
from extract.rows import warnings_of
from extract.staging import staged_path
from extract.table import RUN_FILE, iter_batches, load_table
from extract.table_schema import DOCUMENTS, FACTS, METRICS, PROVINCES

# Longer texts are shown by their evidence alone: they would make the page too long to open.
LONGEST_TEXT = 200_000
TROUBLES_SHOWN = 100

_OVERVIEW = ("doc_id", "source", "published", "status", "facts", "error", "warning")
_RANKED = ("doc_id", "status", "facts")


@dataclass(frozen=True, slots=True)
class PageLimits:
    """How many articles a page shows the text of, and how many rows of facts; 0 for all."""

    documents: int
    facts: int


@dataclass(frozen=True, slots=True)
class NumberedRow:
    """A row of the fact table and its place in it, counted from 1."""

    number: int
    row: Row


@dataclass(frozen=True, slots=True)
class Article:
    """An article as a page shows it: its text with facts marked, or its evidence and the reason for that."""

    document: Row
    facts: int
    findings: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What went wrong with an article, or is doubtful."""

    doc_id: str
    source: str
    reason: str


@dataclass(slots=True)
class Overview:
    """What is counted over all documents. Of troubles the first are kept, all are counted."""

    statuses: Counter[str] = field(default_factory=Counter)
    with_facts: int = 0
    # doc_ids of articles that came out since the provinces merged.
    after_merger: set[str] = field(default_factory=set)
    failed: list[Trouble] = field(default_factory=list)
    warnings: list[Trouble] = field(default_factory=list)
    warned: int = 0

    @property
    def documents(self) -> int:
        """How many there are."""
        return self.statuses.total()

    def add(self, rows: Sequence[Row]) -> None:
        """Counts some documents."""
        for row in rows:
            self.statuses[row["status"]] += 1
            self.with_facts += row["facts"] > 0
            if row["published"] is not None and row["published"] >= MERGER:
                self.after_merger.add(row["doc_id"])
            if row["status"] == DocumentStatus.ERROR and len(self.failed) < TROUBLES_SHOWN:
                self.failed.append(Trouble(row["doc_id"], row["source"], row["error"] or ""))
            for warning in warnings_of(row):
                self.warned += 1
                if len(self.warnings) < TROUBLES_SHOWN:
                    self.warnings.append(Trouble(row["doc_id"], row["source"], warning))


@dataclass(frozen=True, slots=True)
class RunData:
    """What a page shows of a run, but for the texts. `rows` are those of `chosen` documents, in order."""

    run: Mapping[str, Any]
    metrics: tuple[Row, ...]
    provinces: tuple[Row, ...]
    counts: FactCounts
    overview: Overview
    chosen: tuple[Row, ...]
    # doc_ids of those whose text is shown.
    shown: frozenset[str]
    rows: tuple[NumberedRow, ...]


def load_run(out_dir: Path, limits: PageLimits) -> RunData:
    """Reads the tables of a run. Raises InputError for one that is missing or cannot be read."""
    run = _run_json(out_dir)
    provinces = tuple(load_table(out_dir, PROVINCES).to_pylist())
    overview = Overview()
    for batch in iter_batches(out_dir, DOCUMENTS, _OVERVIEW):
        overview.add(batch.to_pylist())
    counts = FactCounts(provinces, overview.after_merger)
    for batch in iter_batches(out_dir, FACTS, COUNTED_COLUMNS):
        counts.add(batch.to_pylist())
    chosen, shown = _choose(out_dir, counts, limits)
    return RunData(
        run=run,
        metrics=tuple(load_table(out_dir, METRICS).to_pylist()),
        provinces=provinces,
        counts=counts,
        overview=overview,
        chosen=tuple(_rows_of(out_dir, chosen)),
        shown=frozenset(shown),
        rows=tuple(_numbered(out_dir, chosen)),
    )


def iter_articles(data: RunData, texts: TextFinder) -> Iterator[Article]:
    """Gives the articles whose text is shown, in the order of their ids, each when it is asked for."""
    by_document: dict[str, list[NumberedRow]] = {doc_id: [] for doc_id in data.shown}
    for item in data.rows:
        if item.row["doc_id"] in by_document:
            by_document[item.row["doc_id"]].append(item)
    for document in data.chosen:
        doc_id = document["doc_id"]
        if doc_id in data.shown:
            yield _article(document, by_document[doc_id], texts)


def marked(item: NumberedRow) -> MarkedFact:
    """Gives a fact as a mark in its text shows it."""
    row = item.row
    name = row["metric_id"] or row["metric_text"]
    return MarkedFact(
        item.number,
        Span(row["char_start"], row["char_end"]),
        f"{name}, {format_value(row)} {row['unit_id']}, {row['status']}",
        row["status"] == Status.TARGET,
        is_doubtful(row),
    )


def _article(document: Row, items: Sequence[NumberedRow], texts: TextFinder) -> Article:
    if document["characters"] > LONGEST_TEXT:
        found = FoundText(None, f"The text has more than {LONGEST_TEXT:,} characters.")
    else:
        found = texts.find(document)
    facts = [marked(item) for item in items]
    findings = tuple(sorted({name for item in items for name in findings_of(item.row)}))
    if found.text is not None and not all(_stands(item.row, found.text) for item in items):
        found = FoundText(None, "The text is read otherwise today than by the run, so offsets do not hold.")
    if found.text is None:
        evidence = tuple(_evidence(items))
        return Article(document, len(items), findings, evidence, found.reason)
    return Article(document, len(items), findings, tuple(mark_paragraphs(found.text, facts)))


def _stands(row: Row, text: str) -> bool:
    return text.startswith(row["sentence"], row["sentence_start"])


def _evidence(items: Sequence[NumberedRow]) -> Iterator[Paragraph]:
    """Gives the sentences that state facts, each once."""
    by_sentence: dict[tuple[int, str], list[MarkedFact]] = {}
    for item in items:
        by_sentence.setdefault((item.row["sentence_start"], item.row["sentence"]), []).append(marked(item))
    for (start, sentence), facts in by_sentence.items():
        yield tuple(piece for piece in mark_pieces(sentence, facts, start) if piece.text)


def _choose(out_dir: Path, counts: FactCounts, limits: PageLimits) -> tuple[set[str], list[str]]:
    """Gives the documents whose rows are shown, and of those the ones whose texts are."""

    def ranked() -> Iterator[tuple[int, int, str]]:
        for batch in iter_batches(out_dir, DOCUMENTS, _RANKED):
            for row in batch.to_pylist():
                if row["status"] == DocumentStatus.OK:
                    yield -counts.doubtful[row["doc_id"]], -row["facts"], row["doc_id"]

    # Each has a fact, but for those shown without one.
    most = limits.facts + limits.documents if limits.facts and limits.documents else None
    ordered = sorted(ranked()) if most is None else heapq.nsmallest(most, ranked())
    chosen: set[str] = set()
    shown: list[str] = []
    room = limits.facts or counts.facts
    for _, facts, doc_id in ordered:
        if -facts > room:
            continue
        room += facts
        has_room = not limits.documents or len(shown) < limits.documents
        if has_room:
            shown.append(doc_id)
        if facts or has_room:
            chosen.add(doc_id)
    return chosen, shown


def _rows_of(out_dir: Path, chosen: set[str]) -> Iterator[Row]:
    for batch in iter_batches(out_dir, DOCUMENTS):
        yield from _filtered(batch, chosen)[1]


def _numbered(out_dir: Path, chosen: set[str]) -> Iterator[NumberedRow]:
    first = 1
    for batch in iter_batches(out_dir, FACTS):
        places, rows = _filtered(batch, chosen)
        yield from (NumberedRow(first + place, row) for place, row in zip(places, rows, strict=True))
        first += batch.num_rows


def _filtered(batch: pa.RecordBatch, chosen: set[str]) -> tuple[list[int], list[Row]]:
    """Gives the rows of the chosen documents, and where they stand in the batch."""
    wanted = [doc_id in chosen for doc_id in batch.column("doc_id").to_pylist()]
    places = [place for place, is_wanted in enumerate(wanted) if is_wanted]
    return places, batch.filter(pa.array(wanted, pa.bool_())).to_pylist()


def _run_json(out_dir: Path) -> Mapping[str, Any]:
    path = staged_path(out_dir, RUN_FILE)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(path, "no such file: has `extract run` written there?") from error
    except (OSError, ValueError) as error:
        raise InputError(path, f"cannot be read: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("counts"), dict):
        raise InputError(path, "is no run.json: lacks counts")
    return content
