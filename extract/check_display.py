"""What `extract check` prints: findings by kind, what is wrong first, and statements of several documents."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from extract.checks import AGREEING, WRONG
from extract.display import format_period, format_value
from extract.finding import Finding
from extract.models import Fact
from extract.rows import fact_row
from extract.stated import quote_of
from extract.table_checks import Listing, Repeated

REPEATED = "repeated"
_FIELDS = ("kind", "wrong", "documents", "sources", "fact_ids", "stated", "calculation", "sentences")
_APART = " | "


def print_findings(listing: Listing, repeated: Sequence[Repeated], in_all: int, form: str) -> None:
    """Prints findings and repeated statements on standard output; `in_all` counts the latter."""
    if form == "json":
        content = {
            "counts": {**{name: listing.counts[name] for name in _kinds(listing)}, REPEATED: in_all},
            "findings": [_finding_json(finding) for finding in _findings(listing)],
            REPEATED: [_repeated_json(item) for item in repeated],
        }
        print(json.dumps(content, ensure_ascii=False, indent=1, default=str))
    elif form == "csv":
        writer = csv.DictWriter(sys.stdout, _FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(_finding_cells(finding) for finding in _findings(listing))
        writer.writerows(_repeated_cells(item) for item in repeated)
    else:
        _print_tables(listing, repeated, in_all)


def _print_tables(listing: Listing, repeated: Sequence[Repeated], in_all: int) -> None:
    console = Console()
    for name in _kinds(listing):
        found = listing.findings[name]
        table = _table(name, len(found), listing.counts[name], ("document", "calculation", "sentence"))
        for finding in found:
            doc_ids = dict.fromkeys(fact.doc_id for fact in finding.facts)
            table.add_row(
                Text("\n".join(doc_ids)), Text(_calculation(finding)), Text("\n".join(_sentences(finding)))
            )
        console.print(table)
    if repeated:
        columns = ("documents", "sources", "metric", "value", "period", "place", "sentence")
        table = _table("the same statement in several documents", len(repeated), in_all, columns)
        for item in repeated:
            row = fact_row(item.fact)
            table.add_row(
                str(item.documents), str(item.sources), Text(row["metric_id"] or row["metric_text"]),
                Text(f"{format_value(row)} {row['unit_id']}"), Text(format_period(row)),
                Text(row["place_text"] or ""), Text(row["sentence"]),
            )  # fmt: skip
        console.print(table)
    wrong = sum(listing.counts[name] for name in WRONG)
    agreeing = sum(listing.counts[name] for name in AGREEING)
    console.print(f"findings of something wrong: {wrong}; of numbers that agree: {agreeing}")
    if wrong or agreeing:
        console.print("each is about one fact or several; `extract run` counts the facts", highlight=False)


def _table(title: str, shown: int, in_all: int, columns: Sequence[str]) -> Table:
    of = f"{shown} of {in_all}" if shown < in_all else str(in_all)
    table = Table(title=f"{title}: {of}", title_justify="left", header_style="bold", show_lines=True)
    for column in columns:
        table.add_column(column, overflow="fold", ratio=3 if column == "sentence" else None)
    return table


def _kinds(listing: Listing) -> list[str]:
    """Gives the names that were found: what is wrong first, names of other rules last."""
    known = [name for name in (*WRONG, *AGREEING) if name in listing.counts]
    return [*known, *sorted(listing.counts.keys() - set(known))]


def _findings(listing: Listing) -> Iterator[Finding]:
    for name in _kinds(listing):
        yield from listing.findings[name]


def _calculation(finding: Finding) -> str:
    return finding.reason or ", ".join(quote_of(fact) for fact in finding.facts)


def _sentences(finding: Finding) -> list[str]:
    return list(dict.fromkeys(fact.sentence for fact in finding.facts))


def _fact_json(fact: Fact) -> dict[str, Any]:
    row = fact_row(fact)
    names = (
        "doc_id", "fact_id", "metric_id", "metric_text", "value", "unit_id", "status", "period_start",
        "period_end", "place_text", "sentence",
    )  # fmt: skip
    return {"stated": quote_of(fact), **{name: row[name] for name in names}}


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.name,
        "wrong": finding.name in WRONG,
        "calculation": _calculation(finding),
        "facts": [_fact_json(fact) for fact in finding.facts],
    }


def _repeated_json(item: Repeated) -> dict[str, Any]:
    return {
        "statement_id": item.fact.statement_id,
        "documents": item.documents,
        "sources": item.sources,
        "fact": _fact_json(item.fact),
    }


def _finding_cells(finding: Finding) -> dict[str, Any]:
    return {
        "kind": finding.name,
        "wrong": finding.name in WRONG,
        "documents": _APART.join(dict.fromkeys(fact.doc_id for fact in finding.facts)),
        "sources": "",
        "fact_ids": " ".join(fact.fact_id for fact in finding.facts),
        "stated": _APART.join(quote_of(fact) for fact in finding.facts),
        "calculation": _calculation(finding),
        "sentences": _APART.join(_sentences(finding)),
    }


def _repeated_cells(item: Repeated) -> dict[str, Any]:
    return {
        "kind": REPEATED,
        "wrong": False,
        "documents": item.documents,
        "sources": item.sources,
        "fact_ids": item.fact.fact_id,
        "stated": quote_of(item.fact),
        "calculation": item.fact.statement_id,
        "sentences": item.fact.sentence,
    }
