"""A fact of a run, explained: the row is looked up, its text read again, and the row made anew.

The same code, rules, text and metadata give the same row; where they do not, the explanation says so first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from extract.display import format_period, format_value
from extract.document import build_document
from extract.errors import InputError
from extract.explain import Explainer, ReadDocument
from extract.explanation import Explanation
from extract.found_texts import TextFinder
from extract.limits import DEFAULT_MAX_ARTICLE_BYTES
from extract.metadata import DocumentMetadata
from extract.models import Document, Grain, Period, PublishedSource
from extract.parquet import Row
from extract.rules import RuleSet
from extract.staging import staged_path
from extract.table_schema import DOCUMENTS, FACTS

# The beginning of an id is enough from so many characters on.
MIN_PREFIX = 3
_SIMILAR, _LIKENESS = 5, 0.5
# Of more ids only those that begin alike are compared.
_MOST_COMPARED = 20_000
_NAMES_TOLD = 6


@dataclass(frozen=True, slots=True)
class Reference:
    """What was asked for: a document, and one of its facts, counted from 0, or None for all."""

    doc_id: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Which run, and where its texts are when not where the run read them."""

    directory: Path
    texts: Path | None = None
    text_column: str = ""


def explain_reference(reference: str, options: RunOptions, explainer: Explainer) -> Explanation:
    """Explains a fact (`FACT_ID`, `DOC:N`) or all of a document (`DOC`) of a run.

    Raises InputError for an unknown reference, naming similar ones, and for a text that is not there or has
    changed.
    """
    run = _Run(options.directory)
    found = run.find(reference)
    row = run.document(found.doc_id)
    if row["error"] is not None:
        raise InputError(found.doc_id, f"the run could not read it: {row['error']}")
    text = TextFinder([row], options.texts, options.text_column).find(row)
    if text.text is None:
        raise InputError(found.doc_id, text.reason)
    stated = run.facts(found.doc_id)
    document = _document(row, text.text, stated)
    explanation = _compared(run, explainer.rules, found, stated, explainer.read(document))
    others = run.others_with(reference, found.doc_id)
    if not others:
        return explanation
    told = f"Documents of the same content have this fact too: {', '.join(others)}."
    return replace(explanation, notes=(*explanation.notes, told))


def _document(row: Row, text: str, facts: Sequence[Row]) -> Document:
    """Makes the document again, with what the run was told about it as far as its tables say so."""
    known = DocumentMetadata(
        published=_published(row),
        url=row["url"],
        title=row["title"],
        province=_stated_province(facts),
    )
    document = build_document(row["doc_id"], text, row["source"], row["sha256"], known)
    return replace(document, published_source=PublishedSource(row["published_source"]))


def _published(row: Row) -> Period | None:
    from extract.calendar_periods import parse_iso_period

    start, grain = row["published"], row["published_grain"]
    if start is None:
        return None
    length = {Grain.YEAR: 4, Grain.MONTH: 7}.get(grain, 10)
    return parse_iso_period(start.isoformat()[:length], earliest=start.year)


def _stated_province(facts: Sequence[Row]) -> str | None:
    """Gives the province that the metadata stated: it stands in the facts that are of it."""
    stated = (row for row in facts if "place.metadata" in row["rule_ids"].split())
    return next((row["province_name"] for row in stated), None)


def _compared(
    run: _Run, rules: RuleSet, found: Reference, stated: Sequence[Row], read: ReadDocument
) -> Explanation:
    """Explains what is made anew, and says where that is not what the run wrote."""
    changed = run.what_changed(rules)
    today = {row["fact_id"]: number for number, row in enumerate(read.rows)}
    if found.number is None:
        notes = []
        differing = _differences(stated, read.rows)
        if differing:
            notes = [
                f"{changed or 'The same rules and code give other facts today.'} What differs:",
                *differing,
            ]
        elif run.has_other_rules(rules):
            notes = [f"{changed} The facts of this document come out the same."]
        return read.explain(range(len(read.rows)), drops=True, notes=notes, disagrees=bool(differing))
    wanted = stated[found.number]
    place = today.get(wanted["fact_id"])
    if place is None:
        reason = changed or "What the run was told about the article beyond its tables may be the reason."
        notes = [f"This fact does not come out today: {_told(wanted)}. {reason} Its numbers without a fact:"]
        return read.explain((), drops=True, notes=notes, disagrees=True)
    differing = _differences([wanted], [read.rows[place]])
    notes = []
    if differing:
        notes = [f"{changed or 'The row of the run differs from that of today.'} What differs:", *differing]
    elif run.has_other_rules(rules):
        notes = [f"{changed} This fact comes out the same."]
    return read.explain([place], drops=False, notes=notes, disagrees=bool(differing))


def _differences(stated: Sequence[Row], today: Sequence[Row]) -> list[str]:
    """Says in which columns rows of the run differ from those of today, and which stand on one side only."""
    new = {row["fact_id"]: row for row in today}
    old = {row["fact_id"]: row for row in stated}
    told = []
    for fact_id, row in old.items():
        other = new.get(fact_id)
        if other is None:
            told.append(f"  only in the run: {_told(row)}")
            continue
        columns = [name for name in row if row[name] != other.get(name)]
        told += [f"  {_told(row)}: {name} was {row[name]!r}, is {other.get(name)!r}" for name in columns]
    told += [f"  only today: {_told(row)}" for fact_id, row in new.items() if fact_id not in old]
    return told


def _told(row: Row) -> str:
    metric = row["metric_id"] or row["metric_text"]
    return f"{row['fact_id']} ({format_value(row)} {row['unit_id']}, {metric}, {format_period(row)})"


class _Run:
    """The tables of a run, as far as an explanation needs them."""

    def __init__(self, directory: Path) -> None:
        from extract.table import RUN_FILE, load_table

        self._directory = directory
        self._ids = load_table(directory, FACTS, ("fact_id", "doc_id"))
        self._documents = load_table(directory, DOCUMENTS)
        self._run_file = staged_path(directory, RUN_FILE)

    def find(self, reference: str) -> Reference:
        """Gives what a reference means: an id as it is, `DOC:N`, or the beginning of one id alone."""
        facts: list[str] = self._ids.column("fact_id").to_pylist()
        of: list[str] = self._ids.column("doc_id").to_pylist()
        documents: list[str] = self._documents.column("doc_id").to_pylist()
        known = frozenset(documents)
        for place in _places(facts, reference):
            return Reference(of[place], of[:place].count(of[place]))
        if reference in known:
            return Reference(reference)
        name, mark, number = reference.rpartition(":")
        if mark and number.isdecimal():
            doc_id = name if name in known else _only_beginning(documents, name)
            if doc_id is not None:
                return self._numbered(doc_id, int(number), of.count(doc_id))
        doc_id = _only_beginning(documents, reference)
        if doc_id is not None:
            return Reference(doc_id)
        fact_id = _only_beginning(facts, reference)
        if fact_id is not None:
            place = facts.index(fact_id)
            return Reference(of[place], of[:place].count(of[place]))
        raise InputError(reference, self._unknown(reference, facts, documents))

    def others_with(self, fact_id: str, doc_id: str) -> list[str]:
        """Gives other documents that have a fact of this id: they have the same text."""
        import pyarrow.compute as pc

        rows = self._ids.filter(pc.equal(self._ids["fact_id"], fact_id))
        return [other for other in rows.column("doc_id").to_pylist() if other != doc_id][:_NAMES_TOLD]

    def _numbered(self, doc_id: str, number: int, count: int) -> Reference:
        if not 1 <= number <= count:
            told = f"facts 1 to {count}" if count else "no facts"
            raise InputError(f"{doc_id}:{number}", f"the document has {told}")
        return Reference(doc_id, number - 1)

    def _unknown(self, reference: str, facts: Sequence[str], documents: Sequence[str]) -> str:
        name = reference.rpartition(":")[0] or reference
        similar = [*_similar(name, documents), *_similar(reference, facts)]
        told = f"; similar: {', '.join(similar[:_SIMILAR])}" if similar else ""
        some = ", ".join(documents[:_NAMES_TOLD]) + (", …" if len(documents) > _NAMES_TOLD else "")
        known = f"; documents: {some}" if not similar and documents else ""
        return f"no fact and no document of {self._directory} has this id{told}{known}"

    def document(self, doc_id: str) -> Row:
        """Gives the row of a document."""
        import pyarrow.compute as pc

        rows: list[Row] = self._documents.filter(pc.equal(self._documents["doc_id"], doc_id)).to_pylist()
        return rows[0]

    def facts(self, doc_id: str) -> list[Row]:
        """Gives the facts of a document, in order."""
        import pyarrow as pa

        from extract.table import iter_batches

        rows: list[Row] = []
        for batch in iter_batches(self._directory, FACTS):
            wanted = [item == doc_id for item in batch.column("doc_id").to_pylist()]
            if any(wanted):
                rows += batch.filter(pa.array(wanted, pa.bool_())).to_pylist()
        return rows

    def has_other_rules(self, rules: RuleSet) -> bool:
        """Asks whether the run had other rules than these."""
        return bool(self._run_json.get("rules_hash") != rules.digest)

    def what_changed(self, rules: RuleSet) -> str:
        """Says whether rules or code are others than those of the run; nothing where they are the same."""
        from extract.fingerprint import engine_fingerprint

        run = self._run_json
        if self.has_other_rules(rules):
            return (
                f"The rules are not those of the run (hash {str(run.get('rules_hash'))[:8]} then, "
                f"{rules.digest[:8]} now; --rules names those that were added)."
            )
        if run.get("engine") != engine_fingerprint(rules.digest, DEFAULT_MAX_ARTICLE_BYTES):
            return "The code, its libraries or the limit of length are not those of the run."
        return ""

    @cached_property
    def _run_json(self) -> dict[str, Any]:
        try:
            content = json.loads(self._run_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(self._run_file, f"cannot be read: {error}") from error
        if not isinstance(content, dict):
            raise InputError(self._run_file, "is no run.json")
        return content


def _places(items: Sequence[str], wanted: str) -> list[int]:
    return [place for place, item in enumerate(items) if item == wanted]


def _only_beginning(items: Sequence[str], beginning: str) -> str | None:
    """Gives the only item that begins so."""
    if len(beginning) < MIN_PREFIX:
        return None
    found = {item for item in items if item.startswith(beginning)}
    return found.pop() if len(found) == 1 else None


def _similar(wanted: str, items: Sequence[str]) -> list[str]:
    """Gives ids that are nearly the wanted one."""
    alike = sorted(set(items))
    if len(alike) > _MOST_COMPARED:
        alike = [item for item in alike if item[:2] == wanted[:2]][:_MOST_COMPARED]
    begun = [item for item in alike if len(wanted) >= MIN_PREFIX and item.startswith(wanted[:MIN_PREFIX])]
    close = get_close_matches(wanted, alike, n=_SIMILAR, cutoff=_LIKENESS)
    return list(dict.fromkeys([*close, *begun]))
