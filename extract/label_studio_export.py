"""Documents of a run with their texts -> tasks for Label Studio, the facts as predictions to be corrected."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from statistics import fmean
from typing import Any, TextIO

import pyarrow.parquet as pq

from extract import label_studio
from extract.calendar_periods import to_notation
from extract.errors import InputError
from extract.export import Exported, ExportOptions, beside_path
from extract.export_text import plain_row
from extract.fact_filter import iter_facts
from extract.found_texts import TextFinder
from extract.staging import written_whole
from extract.table import iter_batches, load_table, table_files
from extract.table_schema import DOCUMENTS, FACTS, METRICS, PROVINCES
from extract.wording import count_of

Row = Mapping[str, Any]

_DOCUMENT = (
    "doc_id",
    "source",
    "sha256",
    "characters",
    "title",
    "published",
    "published_grain",
    "url",
    "status",
)
_TOLD = 5
_ISO_LENGTH = {"year": 4, "month": 7, "day": 10}
# Gold's name -> the column of facts, where it is another one.
_COLUMNS = {"unit": "unit_id", "metric": "metric_text"}


def export_label_studio(options: ExportOptions) -> Exported:
    """Writes a task for each document and the labelling interface beside it.

    Filters choose facts; with others than by document, documents without such a fact are left out. Raises as
    `export` does, and InputError where no text is found.
    """
    if options.texts is not None and not options.texts.is_dir():
        raise InputError(options.texts, "is no folder")
    metrics = load_table(options.directory, METRICS, ("metric_id",))["metric_id"].to_pylist()
    provinces = load_table(options.directory, PROVINCES).to_pylist()
    version = _model_version(options)
    tasks = _Tasks(options, version)
    with written_whole(options.out) as draft, draft.open("w", encoding="utf-8", newline="\n") as file:
        tasks.write(file)
    beside = beside_path(options)
    with written_whole(beside) as draft:
        draft.write_text(label_studio.labeling_config(metrics, provinces), encoding="utf-8", newline="\n")
    return Exported((options.out, beside), tasks.written, "task", tuple(tasks.notes()))


class _Tasks:
    """Writes tasks, and counts those that have no text."""

    def __init__(self, options: ExportOptions, version: str) -> None:
        self._options = options
        self._version = version
        self._missing: list[tuple[str, str]] = []
        self.written = 0

    def notes(self) -> Iterator[str]:
        """Gives what the user is to be told: a few of the documents without text, and how many more."""
        for doc_id, reason in self._missing[:_TOLD]:
            yield f"no task for {doc_id}: {reason}"
        if len(self._missing) > _TOLD:
            yield f"no task for {count_of(len(self._missing) - _TOLD, 'document')} more"

    def write(self, file: TextIO) -> None:
        """Writes the list of tasks, one at a time. Raises InputError where there is none."""
        chosen = self._options.filters
        by_fact = bool(chosen.province or chosen.metric or chosen.status or chosen.min_confidence)
        documents = self._documents()
        finder = TextFinder(self._documents(), self._options.texts, self._options.text_column)
        mark = "["
        for row, of_document in _side_by_side(documents, self._facts()):
            if by_fact and not of_document:
                continue
            found = finder.find(row)
            if found.text is None:
                self._missing.append((row["doc_id"], found.reason))
                continue
            task = _task(row, found.text, of_document, self._version)
            file.write(f"{mark}\n{json.dumps(task, ensure_ascii=False)}")
            mark = ","
            self.written += 1
        if not self.written:
            reason = self._missing[0][1] if self._missing else "no document is chosen"
            raise InputError("--to label-studio", f"there is nothing to label: {reason}")
        file.write("\n]\n")

    def _documents(self) -> Iterator[Row]:
        for batch in iter_batches(self._options.directory, DOCUMENTS, _DOCUMENT):
            for row in batch.to_pylist():
                if row["doc_id"].startswith(self._options.filters.document) and row["status"] == "ok":
                    yield row

    def _facts(self) -> Iterator[Row]:
        for batch in iter_facts(self._options.directory, self._options.filters):
            yield from batch.to_pylist()


def _side_by_side(documents: Iterator[Row], facts: Iterator[Row]) -> Iterator[tuple[Row, list[Row]]]:
    """Gives each document with its facts. Both are in the order of `doc_id`."""
    groups = groupby(facts, key=itemgetter("doc_id"))
    doc_id, group = next(groups, (None, iter(())))
    for row in documents:
        while doc_id is not None and doc_id < row["doc_id"]:
            doc_id, group = next(groups, (None, iter(())))
        yield row, list(group) if doc_id == row["doc_id"] else []


def _task(document: Row, text: str, facts: list[Row], version: str) -> dict[str, Any]:
    published, grain = document["published"], document["published_grain"]
    prediction: dict[str, Any] = {
        "model_version": version,
        "result": [item for fact in facts for item in _region(fact, text)],
    }
    if facts:
        prediction["score"] = round(fmean(fact["confidence"] for fact in facts), 4)
    return {
        "data": {
            "text": text,
            "doc_id": document["doc_id"],
            "title": document["title"] or "",
            "published": "" if published is None else str(published)[: _ISO_LENGTH[grain or "day"]],
            "url": document["url"] or "",
        },
        "predictions": [prediction],
    }


def _region(fact: Row, text: str) -> Iterator[dict[str, Any]]:
    """Gives the results of one fact: its label, and each control that is filled in."""
    start, end = fact["char_start"], fact["char_end"]
    span = {"start": start, "end": end}
    common = {"id": fact["fact_id"], "to_name": label_studio.TEXT}
    label = {**span, "text": text[start:end], "labels": [fact["status"]]}
    score = round(fact["confidence"], 4)
    yield {**common, "from_name": label_studio.LABELS, "type": "labels", "value": label, "score": score}
    cells = _cells(fact)
    for control in label_studio.controls(("",), ("",)):
        cell = cells.get(control.name)
        if not cell:
            continue
        kind, key = ("choices", "choices") if control.choices else ("textarea", "text")
        yield {**common, "from_name": control.name, "type": kind, "value": {**span, key: [cell]}}


def _cells(fact: Row) -> dict[str, str]:
    """Gives what stands in the controls of a fact; what is empty or unknown is left out."""
    row = plain_row(fact)
    names = (control.name for control in label_studio.controls())
    cells = {name: row.get(_COLUMNS.get(name, name)) for name in names}
    if fact["period_start"] is not None:
        cells["period"] = to_notation(fact["period_start"], fact["period_end"])
    if fact["province_code"] is not None:
        cells["province"] = label_studio.province_choice(fact["province_name"], fact["province_code"])
    cells["place"] = fact["place_text"] or fact["province_name"]
    return {name: str(cell) for name, cell in cells.items() if cell is not None and cell != ""}


def _model_version(options: ExportOptions) -> str:
    metadata = pq.read_metadata(table_files(options.directory, FACTS)[0]).metadata or {}
    version, rules = (metadata.get(key, b"").decode() for key in (b"package_version", b"rules_hash"))
    return f"extract {version}, rules {rules[:8]}"
