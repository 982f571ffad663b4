"""The checks over the tables of a run: what its documents' findings say, and what documents say against
each other.

In: the folder of a run. Out: findings and repeated statements. The fact table is gone through some rows at a
time: of most rows nothing is kept, of those that may matter a hash of what they state, and only rows of
documents with findings, and of groups that disagree, become objects.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from extract.checks import Checker, names_of
from extract.consistency import WIDE_LEVELS, ConsistencyChecker
from extract.finding import Finding
from extract.models import Fact
from extract.rules import RuleSet
from extract.sites import site_of
from extract.table import iter_batches
from extract.table_schema import DOCUMENTS, FACTS

# So many facts are objects at a time.
MAX_FACTS = 100_000

_SUBJECT = ("metric_id", "technology", "scope", "component", "unit_id", "province_code")
_VALUE = (*_SUBJECT, "status", "period_start", "period_end", "denominator")
_PLACE = ("place_level", "place_text")
_KNOWN = ("period_start", "province_code")


@dataclass(frozen=True, slots=True)
class Repeated:
    """A statement of several documents: how many these are, how many sources, and one that states it."""

    fact: Fact
    documents: int
    sources: int


@dataclass(frozen=True, slots=True)
class _Question:
    """Which rows are compared, and what must be the same in them. `status` tells goals from the rest."""

    metrics: Sequence[str]
    key: tuple[str, ...]
    stated_period: bool
    by_status: bool


class TableChecker:
    """Checks the tables in a folder with the rules of the run. Methods raise InputError."""

    def __init__(self, out_dir: Path, rules: RuleSet) -> None:
        self._out_dir = out_dir
        self._checker = Checker(rules)
        self._consistency = ConsistencyChecker(rules)

    # -- within documents ------------------------------------------------------------------------------

    def within_documents(self) -> Iterator[Finding]:
        """Gives the findings that stand in the table, document by document, with what was calculated.

        The table counts: a finding that other rules would make is left out, one that these rules do not
        make is given without its calculation.
        """
        flagged = self._flagged()
        if not flagged:
            return
        rows = (row for batch in self._rows_of(flagged) for row in batch.to_pylist())
        for _, group in groupby(rows, key=lambda row: row["doc_id"]):
            yield from self._of_document([Fact.from_dict(row) for row in group])

    def _flagged(self) -> set[str]:
        found: set[str] = set()
        for batch in iter_batches(self._out_dir, FACTS, ("doc_id", "checks")):
            found.update(batch.filter(pc.is_valid(batch["checks"]))["doc_id"].to_pylist())
        return found

    def _rows_of(self, doc_ids: Iterable[str]) -> Iterator[pa.RecordBatch]:
        wanted = pa.array(sorted(doc_ids), pa.string())
        for batch in iter_batches(self._out_dir, FACTS):
            yield batch.filter(pc.is_in(batch["doc_id"], wanted))

    def _of_document(self, facts: Sequence[Fact]) -> Iterator[Finding]:
        stated = {fact.fact_id: names_of(fact.checks) for fact in facts}
        told: set[tuple[str, str]] = set()
        for finding in self._checker.find(facts):
            if all(finding.name in stated[fact.fact_id] for fact in finding.facts):
                told |= {(fact.fact_id, finding.name) for fact in finding.facts}
                yield finding
        left: dict[tuple[str, int], list[Fact]] = {}
        for fact in facts:
            for name in stated[fact.fact_id]:
                if (fact.fact_id, name) not in told:
                    left.setdefault((name, fact.sentence_start), []).append(fact)
        yield from (Finding(name, tuple(alike), "") for (name, _), alike in left.items())

    # -- across documents ------------------------------------------------------------------------------

    def across_documents(self) -> Iterator[Finding]:
        """Gives values of one thing that contradict each other in two documents, and goals that another
        document says were reached before."""
        values = _Question(self._consistency.single_metrics, _VALUE, stated_period=True, by_status=False)
        for facts in self._disagreeing(values):
            yield from self._consistency.conflicts(facts, across=True)
        goals = _Question(self._consistency.directed_metrics, _SUBJECT, stated_period=False, by_status=True)
        for facts in self._disagreeing(goals):
            yield from self._consistency.targets_below(facts, across=True)

    def _disagreeing(self, question: _Question) -> Iterator[list[Fact]]:
        """Gives the facts of groups that may disagree, whole groups at a time, in the order of the table."""
        columns = sorted({*question.key, *_PLACE, *_KNOWN, *_FILTERED, "status", "value", "doc_id"})
        keys: list[np.ndarray] = []
        documents: list[np.ndarray] = []
        values: list[np.ndarray] = []
        goals: list[np.ndarray] = []
        for batch in iter_batches(self._out_dir, FACTS, columns):
            rows = batch.filter(_may_compare(batch, question))
            keys.append(_hashes(rows, question.key))
            documents.append(_hash(rows, "doc_id"))
            values.append(rows["value"].to_numpy(zero_copy_only=False))
            goals.append(pc.equal(_plain(rows, "status"), "target").to_numpy(zero_copy_only=False))
        frame = pd.DataFrame(
            {
                "key": np.concatenate(keys or [np.empty(0, np.uint64)]),
                "document": np.concatenate(documents or [np.empty(0, np.uint64)]),
                "value": np.concatenate(values or [np.empty(0)]),
                "goal": np.concatenate(goals or [np.empty(0, bool)]).astype(bool),
            }
        )
        groups = frame.groupby("key")
        kinds = groups["goal"].nunique() if question.by_status else 2
        counts = groups.size()[
            (groups["value"].nunique() > 1) & (groups["document"].nunique() > 1) & (kinds == 2)
        ]
        yield from self._groups(question, counts)

    def _groups(self, question: _Question, counts: pd.Series[int]) -> Iterator[list[Fact]]:
        """Reads the rows of some groups, so many at a time as may be objects."""
        slices = math.ceil(int(counts.sum()) / MAX_FACTS)
        every = counts.index.to_numpy(np.uint64)
        for number in range(slices):
            wanted = every[every % np.uint64(slices) == number]
            facts: list[Fact] = []
            for batch in iter_batches(self._out_dir, FACTS):
                rows = batch.filter(_may_compare(batch, question))
                chosen = rows.filter(pa.array(np.isin(_hashes(rows, question.key), wanted)))
                facts += [Fact.from_dict(row) for row in chosen.to_pylist()]
            yield facts

    # -- the same statement ----------------------------------------------------------------------------

    def repeated(self, limit: int) -> tuple[list[Repeated], int]:
        """Gives the statements of most documents, and how many there are of two or more.

        Only facts whose period and place are known count. A source is the host of an article's address, or
        where there is none the file that it came from.
        """
        keys: list[np.ndarray] = []
        documents: list[np.ndarray] = []
        for batch in iter_batches(self._out_dir, FACTS, ("statement_id", "doc_id", *_KNOWN, *_PLACE)):
            rows = batch.filter(_is_known(batch))
            keys.append(_hashes(rows, ("statement_id",)))
            documents.append(_hash(rows, "doc_id"))
        if not keys:
            return [], 0
        frame = pd.DataFrame({"key": np.concatenate(keys), "document": np.concatenate(documents)})
        frame = frame.drop_duplicates()
        counts = frame["key"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        counts = counts[counts > 1]
        top = counts.head(limit) if limit else counts
        stated = frame[frame["key"].isin(top.index)]
        sources = stated["document"].map(self._sources()).groupby(stated["key"]).nunique()
        first = self._first_of(top.index.to_numpy(np.uint64))
        found = [Repeated(first[key], int(top[key]), int(sources[key])) for key in top.index]
        return found, len(counts)

    def _sources(self) -> dict[int, str]:
        """Gives the source of each document, by the hash of its id."""
        found: dict[int, str] = {}
        for batch in iter_batches(self._out_dir, DOCUMENTS, ("doc_id", "source", "url")):
            hashes = _hash(batch, "doc_id")
            named = zip(batch["url"].to_pylist(), batch["source"].to_pylist(), strict=True)
            found.update(zip(hashes.tolist(), (source_of(url, path) for url, path in named), strict=True))
        return found

    def _first_of(self, keys: np.ndarray) -> dict[int, Fact]:
        found: dict[int, Fact] = {}
        for batch in iter_batches(self._out_dir, FACTS):
            rows = batch.filter(_is_known(batch))
            hashes = _hashes(rows, ("statement_id",))
            for place in np.flatnonzero(np.isin(hashes, keys)).tolist():
                key = int(hashes[place])
                if key not in found:
                    found[key] = Fact.from_dict(rows.slice(place, 1).to_pylist()[0])
        return found


def source_of(url: str | None, path: str) -> str:
    """Gives who published an article: the site of its address, else the file it came from."""
    return site_of(url) or site_of(path) or path


@dataclass(slots=True)
class Listing:
    """The findings of a run: all counted, of each kind some kept. `limit` 0 keeps all."""

    limit: int
    counts: Counter[str]
    findings: dict[str, list[Finding]]

    @classmethod
    def of(cls, findings: Iterable[Finding], limit: int) -> Listing:
        """Counts findings as they come."""
        listing = cls(limit, Counter(), {})
        for finding in findings:
            listing.counts[finding.name] += 1
            kept = listing.findings.setdefault(finding.name, [])
            if not limit or len(kept) < limit:
                kept.append(finding)
        return listing


# What decides, beside the key, whether a row is compared.
_FILTERED = ("change", "period_source", "rule_ids", "duplicate_of")


def _may_compare(batch: pa.RecordBatch, question: _Question) -> pa.Array:
    """Asks of each row whether it may be compared; what the sentence says is asked later."""
    mask = pc.is_in(_plain(batch, "metric_id"), pa.array(question.metrics, pa.string()))
    mask = pc.and_(mask, pc.equal(_plain(batch, "change"), "none"))
    mask = pc.and_(mask, _is_known(batch))
    if question.stated_period:
        stated = pc.is_in(_plain(batch, "period_source"), pa.array(["sentence", "context"]))
        mask = pc.and_(mask, pc.or_(stated, pc.match_substring(batch["rule_ids"], "period.now")))
        mask = pc.and_(mask, pc.is_null(batch["duplicate_of"]))
    return mask


def _is_known(batch: pa.RecordBatch) -> pa.Array:
    return pc.and_(*(pc.is_valid(batch[name]) for name in _KNOWN))


def _hashes(batch: pa.RecordBatch, names: Sequence[str]) -> np.ndarray:
    """Gives a hash of some columns and of the narrower place for each row, the same in every batch."""
    is_wide = pc.is_in(_plain(batch, "place_level"), pa.array(WIDE_LEVELS))
    place = pc.if_else(is_wide, "", batch["place_text"])
    columns = {name: _plain(batch, name) for name in names}
    frame = pa.table({**columns, "place": place}).to_pandas()
    return pd.util.hash_pandas_object(frame, index=False).to_numpy()


def _hash(batch: pa.RecordBatch, name: str) -> np.ndarray:
    return pd.util.hash_array(batch[name].to_numpy(zero_copy_only=False).astype(object))


def _plain(batch: pa.RecordBatch, name: str) -> pa.Array:
    """Gives a column as plain words or numbers: codes of a dictionary differ between batches."""
    column = batch[name]
    if pa.types.is_date32(column.type):
        return column.cast(pa.int32())
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
