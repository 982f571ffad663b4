"""What a run did, counted from the rows that it wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from extract.models import DocumentStatus, FailedDocument
from extract.parquet import Row
from extract.rows import counts_of, warnings_of


@dataclass(slots=True)
class Report:
    """What a run did. Documents stand in the order of the input."""

    documents: int = 0
    facts: int = 0
    # Facts that a document states again.
    duplicates: int = 0
    # Articles whose rows were taken over: from the tables of the run before, from a run that was stopped.
    reused: int = 0
    resumed: int = 0
    empty: list[str] = field(default_factory=list)
    failed: list[FailedDocument] = field(default_factory=list)
    # doc_id and what is doubtful about its input.
    warnings: list[tuple[str, str]] = field(default_factory=list)
    # Of the metadata, those of no input.
    unknown_ids: list[str] = field(default_factory=list)
    metrics: Counter[str] = field(default_factory=Counter)
    provinces: Counter[str] = field(default_factory=Counter)
    drops: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    # Facts with each finding of `checks.py`.
    checks: Counter[str] = field(default_factory=Counter)

    @property
    def statuses(self) -> dict[DocumentStatus, int]:
        """How many documents there are of each status."""
        failed, empty = len(self.failed), len(self.empty)
        return {
            DocumentStatus.OK: self.documents - failed - empty,
            DocumentStatus.EMPTY: empty,
            DocumentStatus.ERROR: failed,
        }

    def count_documents(self, rows: Sequence[Row]) -> None:
        """Adds rows of documents."""
        for row in rows:
            doc_id = row["doc_id"]
            self.documents += 1
            if row["status"] == DocumentStatus.ERROR:
                failed = FailedDocument(doc_id, row["source"], row["error"], row["sha256"], row["encoding"])
                self.failed.append(failed)
                continue
            if row["status"] == DocumentStatus.EMPTY:
                self.empty.append(doc_id)
            self.warnings.extend((doc_id, warning) for warning in warnings_of(row))
            self.drops.update(counts_of(row["drops"]))
            self.doubts.update(counts_of(row["ambiguous"]))

    def count_facts(self, rows: Sequence[Row]) -> None:
        """Adds rows of facts."""
        self.facts += len(rows)
        self.duplicates += sum(row["duplicate_of"] is not None for row in rows)
        self.metrics.update(row["metric_id"] or "" for row in rows)
        for row in rows:
            if row["checks"]:
                self.checks.update(row["checks"].split())
        self.provinces.update(row["province_name"] or "" for row in rows)

    def settle(self, order: Mapping[str, int]) -> None:
        """Puts documents in the order of the input, whichever way they came."""
        self.empty.sort(key=lambda doc_id: order[doc_id])
        self.failed.sort(key=lambda failure: order[failure.doc_id])
        self.warnings.sort(key=lambda warning: order[warning[0]])
