"""What annotators made of the tasks, as Label Studio exports it (JSON) -> gold, a line for each document.

A task counts with one of its annotations: the one marked as ground truth, else the last that was not skipped.
What is deleted there is no fact, what is added is one. Predictions that nobody submitted are no gold.
"""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extract import label_studio
from extract.errors import InputError, OutputError
from extract.gold import parse_period
from extract.models import Bound, Change, Status
from extract.staging import output_errors, write_whole

_NUMBERS = ("value", "value_max", "denominator")
_CHOSEN = {"bound": (Bound, Bound.EQ), "change": (Change, Change.NONE), "status": (Status, None)}


@dataclass(frozen=True, slots=True)
class Imported:
    """What was read: documents and facts that are gold now, tasks without annotation and with several."""

    documents: int
    facts: int
    without: int
    several: int


@dataclass(frozen=True, slots=True)
class _Region:
    """A region of the text with what its controls say."""

    start: int
    end: int
    cells: Mapping[str, str]


def import_gold(source: Path, out: Path, *, annotator: str = "", replace: bool = False) -> Imported:
    """Reads an export of Label Studio and writes gold. `annotator` is an id or address: only theirs count.

    Raises InputError with every fault found, OutputError where the file cannot be written or stands there
    already and is not to be replaced.
    """
    if out.exists() and (out.samefile(source) or not replace):
        raise OutputError(out, "is there already: choose another name, or --replace")
    if not out.parent.is_dir():
        raise OutputError(out, "its folder does not exist")
    tasks = _load(source)
    faults: list[str] = []
    lines: list[dict[str, Any]] = []
    without = several = 0
    for number, task in enumerate(tasks, start=1):
        annotations = _submitted(task, annotator)
        if not annotations:
            without += 1
            continue
        several += len(annotations) > 1
        try:
            lines.append(_document(task, annotations[-1]))
        except _TaskError as error:
            faults += [f"task {task.get('id', number)}: {fault}" for fault in error.faults]
    twice = [doc for doc, count in Counter(line["doc"] for line in lines).items() if count > 1]
    faults += [f"document {doc} has more than one annotated task" for doc in sorted(twice)]
    if faults:
        raise InputError(source, "; ".join(faults))
    if not lines:
        raise InputError(source, "holds no task that was annotated")
    lines.sort(key=lambda line: str(line["doc"]))
    content = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
    with output_errors(out):
        write_whole(out, content.encode("utf-8"))
    return Imported(len(lines), sum(len(line["facts"]) for line in lines), without, several)


class _TaskError(Exception):
    """What is wrong with a task."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


def _load(path: Path) -> list[dict[str, Any]]:
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(path, f"is no JSON: {error}") from error
    if not isinstance(tasks, list) or not all(
        isinstance(task, dict)
        and isinstance(task.get("data"), dict)
        and isinstance(task.get("annotations"), list)
        for task in tasks
    ):
        raise InputError(path, "is no export of Label Studio in its format JSON (JSON-MIN holds too little)")
    return tasks


def _submitted(task: Mapping[str, Any], annotator: str) -> list[Mapping[str, Any]]:
    """Gives the annotations that may count, the one that does last."""
    found = [
        item
        for item in task["annotations"]
        if not item.get("was_cancelled") and (not annotator or annotator in _names(item.get("completed_by")))
    ]
    truth = [item for item in found if item.get("ground_truth")]
    return sorted(
        truth or found,
        key=lambda item: (
            str(item.get("updated_at") or item.get("created_at") or ""),
            str(item.get("id") or ""),
        ),
    )


def _names(who: Any) -> set[str]:
    return {str(who.get(key)) for key in ("id", "email")} if isinstance(who, dict) else {str(who)}


def _document(task: Mapping[str, Any], annotation: Mapping[str, Any]) -> dict[str, Any]:
    data = task["data"]
    text, doc_id = data.get("text"), data.get("doc_id")
    if not isinstance(text, str) or not isinstance(doc_id, str) or not doc_id:
        raise _TaskError("has no text and doc_id, so it was not made by `extract export --to label-studio`")
    facts: list[dict[str, Any]] = []
    faults: list[str] = []
    for region in sorted(_regions(annotation, text), key=lambda item: (item.start, item.end)):
        try:
            facts.append(_fact(region, text))
        except _TaskError as error:
            quote = text[region.start : region.end]
            faults += [f"{doc_id}, {quote!r} at {region.start}: {fault}" for fault in error.faults]
    if faults:
        raise _TaskError(*faults)
    url = {"url": data["url"]} if data.get("url") else {}
    return {"doc": doc_id, "published": data.get("published") or None, **url, "facts": facts}


def _regions(annotation: Mapping[str, Any], text: str) -> Iterator[_Region]:
    """Gives the regions of an annotation. Raises _TaskError for one that does not fit the text."""
    known = {control.name for control in label_studio.controls()} | {label_studio.LABELS}
    spans: dict[str, tuple[int, int]] = {}
    cells: dict[str, dict[str, str]] = defaultdict(dict)
    for item in annotation.get("result") or ():
        if item.get("type") == "relation":
            continue
        name, value, region = item.get("from_name"), item.get("value"), item.get("id")
        if name not in known or not isinstance(value, dict):
            raise _TaskError(f"{name!r} is no control of the labelling interface that the export wrote")
        if name == label_studio.LABELS:
            spans[region] = _span(value, text)
        cells[region]["status" if name == label_studio.LABELS else name] = _cell(value, name)
    for region, span in spans.items():
        yield _Region(*span, cells[region])


def _span(value: Mapping[str, Any], text: str) -> tuple[int, int]:
    """Gives where a region stands, blanks at its ends left out.

    Offsets count code points; older versions of Label Studio count those above U+FFFF twice, as JavaScript
    does. The words that the region holds tell which.
    """
    start, end, words = int(value.get("start", -1)), int(value.get("end", -1)), value.get("text")
    if isinstance(words, str) and text[start:end] != words:
        units = text.encode("utf-16-le")
        before = units[: 2 * start].decode("utf-16-le", "replace")
        inside = units[2 * start : 2 * end].decode("utf-16-le", "replace")
        if inside != words:
            raise _TaskError(
                f"the region {start} to {end} holds {words!r}, but the text has {text[start:end]!r}"
            )
        start, end = len(before), len(before) + len(inside)
    quote = text[max(start, 0) : max(end, 0)]
    if not quote.strip():
        raise _TaskError(f"the region {start} to {end} holds no words of the text")
    start += len(quote) - len(quote.lstrip())
    return start, start + len(quote.strip())


def _cell(value: Mapping[str, Any], name: str) -> str:
    """Gives what a control says: one text or one choice."""
    cells = value.get("labels" if name == label_studio.LABELS else "choices", value.get("text"))
    found: Sequence[str] = cells if isinstance(cells, list) else [str(cells or "")]
    return " ".join(str(cell).strip() for cell in found)


def _fact(region: _Region, text: str) -> dict[str, Any]:
    cells, faults = region.cells, []
    quote = text[region.start : region.end]
    fact: dict[str, Any] = {"quote": quote, "n": _occurrence(text, quote, region.start)}
    for name in _NUMBERS:
        try:
            fact[name] = _number(cells.get(name, ""))
        except ValueError as error:
            faults.append(f"{name}: {error}")
            fact[name] = None
    if not cells.get("value"):
        faults.append("value: is missing")
    for name, (kind, default) in _CHOSEN.items():
        chosen = cells.get(name) or default
        if chosen not in tuple(kind):
            faults.append(f"{name}: {chosen!r} is none of {', '.join(kind)}")
        fact[name] = str(chosen)
    if not cells.get("unit"):
        faults.append("unit: is missing")
    for name in (
        "unit",
        "unit_text",
        "metric",
        "metric_id",
        "technology",
        "scope",
        "component",
        "period",
        "place",
    ):
        fact[name] = cells.get(name, "")
    fact["province"] = label_studio.province_code(cells.get("province", ""))
    try:
        parse_period(fact["period"], None)
    except ValueError as error:
        faults.append(f"period: {error}")
    if cells.get("optional"):
        fact["optional"] = True
    if faults:
        raise _TaskError(*faults)
    return fact


def _occurrence(text: str, quote: str, start: int) -> int:
    """Gives which occurrence of the quote stands there, counted from 1, overlapping ones included."""
    number, position = 0, -1
    while position < start:
        position = text.find(quote, position + 1)
        number += 1
    return number


def _number(cell: str) -> float | int | None:
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise ValueError(f"{cell!r} is no number such as 1460000 or 75.6")
    return int(value) if value.is_integer() and abs(value) < 1e15 else value
