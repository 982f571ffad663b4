"""What `extract compare` prints: the facts that differ with the words around their numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from extract.compare import Change, Comparison, Field, Row, TableChange
from extract.table_schema import FACTS
from extract.wording import count_of

SNIPPET_BEFORE, SNIPPET_AFTER = 40, 40
# What an added or removed fact says.
_SAID = (
    "metric_id", "metric_text", "value", "value_max", "denominator", "unit_id", "status", "change",
    "period_start", "period_end", "province_code",
)  # fmt: skip
# Hashes: that they differ says nothing to a person beside the fields that they are made of.
_SILENT = frozenset({"fact_id", "statement_id", "sentence_start", "char_start", "char_end"})


def comparison_lines(comparison: Comparison, form: str, limit: int) -> Iterator[str]:
    """Gives the lines of a report in `text`, `markdown` or `json`.

    Of each kind of difference at most `limit` are listed, or all where that is 0; JSON has all.
    """
    if form == "json":
        yield json.dumps(_plain(comparison), ensure_ascii=False, indent=1, default=str)
    elif form == "markdown":
        yield from _markdown(comparison, limit)
    else:
        yield from _text(comparison, limit)


def summary(comparison: Comparison) -> str:
    """Gives the difference in a sentence."""
    if comparison.is_equal:
        return "equal"
    parts = [
        f"{count_of(len(comparison.added), 'fact')} added",
        f"{len(comparison.removed)} removed",
        f"{len(comparison.changed)} changed",
    ]
    if comparison.fields:
        counts = (f"{name} {count}" for name, count in comparison.fields.most_common())
        parts[-1] += f" ({', '.join(counts)})"
    if comparison.traces:
        parts.append(f"{len(comparison.traces)} found in another way")
    return ", ".join(parts)


def snippet(row: Row) -> str:
    """Gives the words around a number, with the number itself in brackets."""
    start, end = row["char_start"] - row["sentence_start"], row["char_end"] - row["sentence_start"]
    sentence = row["sentence"]
    before = sentence[max(0, start - SNIPPET_BEFORE) : start]
    after = sentence[end : end + SNIPPET_AFTER]
    opening = "…" if start > SNIPPET_BEFORE else ""
    closing = "…" if end + SNIPPET_AFTER < len(sentence) else ""
    return " ".join(f"{opening}{before}[{sentence[start:end]}]{after}{closing}".split())


def _said(row: Row) -> list[str]:
    return [f"{name} {_shown(row[name])}" for name in _SAID if row[name] not in (None, "none")]


def _fields(fields: Iterable[Field]) -> Iterator[tuple[str, str, str]]:
    """Gives what differs, for people: name, old and new; of the rules those that went and came."""
    for name, old, new in fields:
        if name == "rule_ids":
            gone, come = (old or "").split(), (new or "").split()
            yield (
                "rules",
                " ".join(rule for rule in gone if rule not in come) or "(none)",
                " ".join(rule for rule in come if rule not in gone) or "(none)",
            )
        elif name not in _SILENT:
            yield name, _shown(old), _shown(new)


def _shown(value: Any) -> str:
    if value is None:
        return "(none)"
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _shown_fields(change: Change) -> list[tuple[str, str, str]]:
    fields = [
        (name, round(old, 3), round(new, 3)) if name == "confidence" else (name, old, new)
        for name, old, new in change.fields
    ]
    shown = [item for item in _fields(fields) if item[1] != item[2]]
    return shown or [("place in the text", _place(change.old), _place(change.new))]


def _place(row: Row) -> str:
    return f"{row['char_start']}-{row['char_end']}"


def _first(items: Sequence[Any], limit: int) -> Sequence[Any]:
    return items[:limit] if limit else items


def _more(items: Sequence[Any], limit: int) -> list[str]:
    return [f"… and {len(items) - limit:,} more"] if limit and len(items) > limit else []


# -- text ----------------------------------------------------------------------------------------------


def _text(comparison: Comparison, limit: int) -> Iterator[str]:
    for sign, rows in (("+", comparison.added), ("-", comparison.removed)):
        for row in _first(rows, limit):
            yield f"{sign} {row['doc_id']}  {snippet(row)}"
            yield f"    {', '.join(_said(row))}"
        yield from _more(rows, limit)
    for sign, changes in (("~", comparison.changed), ("=", comparison.traces)):
        for change in _first(changes, limit):
            yield f"{sign} {change.new['doc_id']}  {snippet(change.new)}"
            for name, old, new in _shown_fields(change):
                yield f"    {name}: {old} -> {new}"
        yield from _more(changes, limit)
    for table in comparison.tables:
        yield from _table_lines(table, limit)
    yield summary(comparison)


def _table_lines(table: TableChange, limit: int) -> Iterator[str]:
    if table.columns:
        yield f"{table.name}: columns differ: {', '.join(table.columns)}"
    for word, keys in (("added", table.added), ("removed", table.removed), ("changed", table.changed)):
        if keys:
            yield f"{table.name}: {word}: {', '.join((*_first(keys, limit), *_more(keys, limit)))}"


# -- Markdown ------------------------------------------------------------------------------------------


def _markdown(comparison: Comparison, limit: int) -> Iterator[str]:
    yield f"**{_capital(summary(comparison))}.**"
    for title, rows in (("Added", comparison.added), ("Removed", comparison.removed)):
        if rows:
            cells = [(row["doc_id"], snippet(row), "<br>".join(map(_cell, _said(row)))) for row in rows]
            yield from _section(title, ("document", "text", "fact"), cells, limit)
    for title, changes in (("Changed", comparison.changed), ("Found in another way", comparison.traces)):
        if changes:
            cells = [(item.new["doc_id"], snippet(item.new), _differences(item)) for item in changes]
            yield from _section(title, ("document", "text", "old → new"), cells, limit)
    lines = [line for table in comparison.tables for line in _table_lines(table, limit)]
    if lines:
        yield ""
        yield from (f"- {_cell(line)}" for line in lines)


def _section(
    title: str, heads: Sequence[str], cells: Sequence[tuple[str, str, str]], limit: int
) -> Iterator[str]:
    yield from ("", f"### {title}", "", f"| {' | '.join(heads)} |", "| --- | --- | --- |")
    for document, text, says in _first(cells, limit):
        yield f"| {_cell(document)} | {_cell(text)} | {says} |"
    for line in _more(cells, limit):
        yield from ("", line)


def _differences(change: Change) -> str:
    return "<br>".join(
        f"{_cell(name)}: {_cell(old)} → {_cell(new)}" for name, old, new in _shown_fields(change)
    )


def _cell(text: str) -> str:
    """Gives a text that Markdown shows as it is, in one cell."""
    for mark in "\\`*_[]<>|~":
        text = text.replace(mark, f"\\{mark}" if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark])
    return " ".join(text.split())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- JSON ----------------------------------------------------------------------------------------------


def _plain(comparison: Comparison) -> dict[str, Any]:
    def changes(items: Sequence[Change]) -> list[dict[str, Any]]:
        return [
            {
                "doc_id": item.new["doc_id"],
                "fact_id": item.new["fact_id"],
                "text": snippet(item.new),
                "fields": {name: {"old": old, "new": new} for name, old, new in item.fields},
            }
            for item in items
        ]

    return {
        "equal": comparison.is_equal,
        FACTS.name: {
            "added": list(comparison.added),
            "removed": list(comparison.removed),
            "changed": changes(comparison.changed),
            "traces": changes(comparison.traces),
        },
        "tables": {
            table.name: {
                "columns": list(table.columns),
                "added": list(table.added),
                "removed": list(table.removed),
                "changed": list(table.changed),
            }
            for table in comparison.tables
        },
    }
