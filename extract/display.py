"""What a person reads in the terminal: rows, summaries and scores, as tables, CSV or JSON."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

from extract.check_rules import RuleCheck
from extract.errors import InputError
from extract.evaluate import Evaluation
from extract.new_rule import NewRule
from extract.report import Report
from extract.rules import RuleSet
from extract.schema_rules import Cue, Entry, Metric, Unit
from extract.wording import count_of, format_metric
from extract.wording import format_period as format_period
from extract.wording import format_value as format_value

Row = Mapping[str, Any]
SUMMARY_ROWS = 12
# Of a doc_id so many letters are shown.
ID_WIDTH = 27
# Of a fact_id so many, and so many more while that is the beginning of two.
FACT_ID_WIDTH, FACT_ID_STEP = 6, 2
# All stand in run.json.
TROUBLES_TOLD = 50
# A rate of less than this many seconds says nothing.
_FIRST_MOMENT = 0.5


class Progress:
    """A progress bar on standard error while a run lasts; silent where nobody looks on."""

    def __init__(self, *, quiet: bool) -> None:
        console = Console(stderr=True)
        self._bar = RichProgress(
            TextColumn("[progress.description]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=quiet or not console.is_terminal,
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def update(self, done: int, total: int | None, size: int) -> None:
        """Shows how many documents are done, of all where that is known, and how many bytes were read."""
        if self._task is None:
            self._task = self._bar.add_task("reading articles", total=total, rate="")
        task = next(task for task in self._bar.tasks if task.id == self._task)
        self._bar.update(
            self._task, completed=done, total=total, rate=format_rate(done, size, task.elapsed or 0.0)
        )


def format_rate(documents: int, size: int, seconds: float) -> str:
    """Gives how fast articles are read: `41.3 articles/s, 0.12 MB/s`; nothing in the first moment."""
    if seconds < _FIRST_MOMENT:
        return ""
    return f"{documents / seconds:,.1f} articles/s, {size / seconds / 1e6:,.2f} MB/s"


def print_troubles(report: Report, metadata: Path | None) -> None:
    """Tells on standard error what went wrong or is doubtful, of each kind so many and how many more."""
    kinds = (
        [f"warning: {metadata}: no input has the doc_id {doc_id!r}" for doc_id in report.unknown_ids],
        [f"warning: {doc_id}: {warning}" for doc_id, warning in report.warnings],
        [f"failed: {failure.source}: {failure.reason}" for failure in report.failed],
    )
    for lines in kinds:
        for line in lines[:TROUBLES_TOLD]:
            print(line, file=sys.stderr)
        if len(lines) > TROUBLES_TOLD:
            kind = lines[0].partition(":")[0]
            print(f"{kind}: {len(lines) - TROUBLES_TOLD} more, see run.json", file=sys.stderr)


def print_report(report: Report, out: Path) -> None:
    """Prints the summary of a run on standard error."""
    console = Console(stderr=True)
    overview = Table(
        title=f"{count_of(report.facts, 'fact')} from {count_of(report.documents, 'document')} in {out}",
        title_justify="left",
    )
    overview.add_column("facts per metric")
    overview.add_column("facts per province")
    overview.add_column("numbers left out, by reason")
    metrics = Counter(
        {name or "(no metric of the ontology)": count for name, count in report.metrics.items()}
    )
    provinces = Counter({name or "(none)": count for name, count in report.provinces.items()})
    overview.add_row(_counted(metrics), _counted(provinces), _counted(report.drops))
    console.print(overview)
    if report.doubts:
        settled = ", ".join(f"{count} by {name}" for name, count in sorted(report.doubts.items()))
        console.print(f"ambiguous, settled by rule: {settled}", markup=False)
    if report.checks:
        found = ", ".join(f"{count} {name}" for name, count in sorted(report.checks.items()))
        console.print(f"facts that the checks speak of, by finding: {found}", markup=False)
        console.print("one finding speaks of several facts; `extract check` lists findings", markup=False)
    if report.resumed:
        done = "was" if report.resumed == 1 else "were"
        console.print(f"{count_of(report.resumed, 'article')} {done} done by the run that was stopped")
    if report.reused:
        same = "has" if report.reused == 1 else "have"
        console.print(f"{count_of(report.reused, 'article')} {same} not changed: the rows were taken over")
    for label, names in (("empty", report.empty), ("failed", [failure.doc_id for failure in report.failed])):
        if names:
            more = f" and {len(names) - SUMMARY_ROWS} more" if len(names) > SUMMARY_ROWS else ""
            console.print(f"{len(names)} {label}: {', '.join(names[:SUMMARY_ROWS])}{more}", markup=False)


def _counted(counts: Counter[str]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    lines = [f"{count:>5}  {name}" for name, count in ordered[:SUMMARY_ROWS]]
    if len(ordered) > SUMMARY_ROWS:
        rest = sum(count for _, count in ordered[SUMMARY_ROWS:])
        lines.append(f"{rest:>5}  in {len(ordered) - SUMMARY_ROWS} more")
    return "\n".join(lines)


def print_facts(rows: Sequence[Row], form: str, *, total: int, ids: Collection[str] = ()) -> None:
    """Prints facts on standard output: all columns in CSV and JSON, the main ones in a table.

    `total` is how many there are of them; the others were cut by a limit. With the `ids` of all facts of the
    run a table begins with as much of each fact's own as `extract explain` needs.
    """
    if form == "json":
        print(json.dumps(list(rows), ensure_ascii=False, indent=1, default=str))
        return
    if form == "csv":
        _print_csv(rows)
        return
    console = Console()
    table = Table(show_lines=False, header_style="bold")
    length = _id_length(ids)
    if ids:
        table.add_column("fact", no_wrap=True)
    for name in ("document", "metric", "value", "unit", "period", "place", "status"):
        table.add_column(name, justify="right" if name == "value" else "left", overflow="fold")
    shown = _short_ids({row["doc_id"] for row in rows})
    for row in rows:
        fact = [Text(row["fact_id"][:length])] if ids else []
        table.add_row(
            *fact, Text(shown[row["doc_id"]]), Text(format_metric(row)), Text(format_value(row)),
            Text(row["unit_id"]), Text(format_period(row)), Text(row["place_text"] or ""),
            Text(row["status"]),
        )  # fmt: skip
    console.print(table)
    all_of_them = count_of(total, "fact")
    shown_of_them = f"{len(rows)} of {all_of_them}; --limit 0 shows all"
    console.print(shown_of_them if len(rows) < total else all_of_them, highlight=False)


def _id_length(ids: Collection[str]) -> int:
    """Gives how many letters tell all ids apart, in steps; 0 where there are none."""
    every = set(ids)
    longest = max(map(len, every), default=0)
    for length in range(FACT_ID_WIDTH, longest, FACT_ID_STEP):
        if len({each[:length] for each in every}) == len(every):
            return length
    return longest


def _short_ids(doc_ids: Collection[str]) -> dict[str, str]:
    """Gives ids as a column shows them: long ones cut in their middle, where they can still be told apart."""
    half = (ID_WIDTH - 1) // 2
    short = {
        doc_id: doc_id if len(doc_id) <= ID_WIDTH else f"{doc_id[:half]}…{doc_id[-half:]}"
        for doc_id in doc_ids
    }
    counts = Counter(short.values())
    return {doc_id: shown if counts[shown] == 1 else doc_id for doc_id, shown in short.items()}


def _print_csv(rows: Sequence[Row]) -> None:
    from extract.table import describe_schema

    names = [name for name, _, _ in describe_schema()]
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows([{name: row[name] for name in names} for row in rows])


def print_schema(columns: Sequence[tuple[str, str, str]], form: str) -> None:
    """Prints the columns of the fact table."""
    if form == "json":
        rows = [{"name": name, "type": kind, "description": meaning} for name, kind, meaning in columns]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("name", "type", "description"))
        writer.writerows(columns)
        return
    table = Table(header_style="bold")
    for name in ("column", "type", "meaning"):
        table.add_column(name, overflow="fold")
    for column in columns:
        table.add_row(*(Text(cell) for cell in column))
    Console().print(table)


def print_evaluation(evaluation: Evaluation, form: str, *, details: bool) -> None:
    """Prints scores, and what is wrong where `details` are wanted."""
    if form == "json":
        print(json.dumps(evaluation.to_dict(), ensure_ascii=False, indent=1))
        return
    if form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(("field", "precision", "recall", "f1"))
        writer.writerows((name, *score.percents()) for name, score in evaluation.scores.items())
        return
    console = Console()
    console.print(f"{evaluation.gold} gold facts, {evaluation.predicted} predicted")
    if evaluation.optional:
        console.print(
            f"not counted: {evaluation.optional} gold facts marked optional, "
            f"{evaluation.near_optional} predicted there"
        )
    console.print(_score_table("field", evaluation.scores.items()))
    if not details:
        return
    console.print(_score_table("metric", sorted(evaluation.by_metric.items())))
    for miss in evaluation.misses:
        console.print(f"missed       {miss.doc_id}:{miss.span.start}  {miss.context}", markup=False)
    for alarm in evaluation.false_alarms:
        console.print(f"false alarm  {alarm.doc_id}:{alarm.span.start}  {alarm.context}", markup=False)
    for wrong in evaluation.wrong_fields:
        console.print(
            f"wrong {wrong.field}  {wrong.doc_id}:{wrong.span.start}  {wrong.context}\n"
            f"             expected {wrong.expected}, found {wrong.found}",
            markup=False,
        )


def _score_table(label: str, scores: Any) -> Table:
    table = Table(header_style="bold")
    table.add_column(label)
    for name in ("precision", "recall", "F1", "gold", "predicted"):
        table.add_column(name, justify="right")
    for name, score in scores:
        precision, recall, f1 = score.percents()
        table.add_row(
            Text(name or "(open)"),
            f"{precision:.1f}",
            f"{recall:.1f}",
            f"{f1:.1f}",
            str(score.gold),
            str(score.predicted),
        )
    return table


# -- rules -----------------------------------------------------------------------------------------


def print_rules(rules: RuleSet, family: str) -> None:
    """Prints all rules, or those of one family. Raises InputError for an unknown family."""
    families = rules.families
    if family and family not in families:
        raise InputError(family, f"no such family of rules; there are {', '.join(families)}")
    table = Table(header_style="bold")
    for name in ("id", "meaning", "where"):
        table.add_column(name, overflow="fold")
    for name, entries in families.items():
        if family in ("", name):
            for entry in entries:
                table.add_row(Text(entry.rule_id), Text(_meaning(entry)), Text(f"{entry.file}:{entry.line}"))
    Console().print(table)


def _meaning(entry: Entry) -> str:
    if isinstance(entry, Metric):
        return f"{entry.label_en} / {entry.label_vi}"
    if isinstance(entry, Unit):
        return f"{entry.dimension}: {', '.join(entry.forms[:4])}"
    if isinstance(entry, Cue):
        return f"{entry.value}: {', '.join(entry.forms[:4]) if entry.forms else 'pattern'}"
    return ""


def print_rule(rules: RuleSet, rule: str) -> None:
    """Prints one rule as it stands in its file. Raises InputError when there is none of that id."""
    entry = rules.find(rule)
    if entry is None:
        raise InputError(rule, "no rule has this id; `extract rules list` names all")
    fields = {
        name: value
        for name, value in entry.model_dump(
            mode="json", exclude={"file", "line", "is_own"}, exclude_none=True
        ).items()
        if value not in ((), [], {}, False, "")
    }
    print(f"# {entry.rule_id}, in {entry.file}:{entry.line}")
    print(yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=100), end="")


def print_rule_check(outcome: RuleCheck) -> None:
    """Prints what the examples of the rules gave; faults go to standard error."""
    told = (*outcome.faults, *outcome.unfinished)
    console = Console(stderr=bool(told))
    for line in told:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    undone = f", {len(outcome.unfinished)} unfinished" if outcome.unfinished else ""
    console.print(
        f"{outcome.rules} rules, {outcome.examples} examples checked, "
        f"{count_of(len(outcome.faults), 'fault')}{undone}"
    )


def print_new_rule(rule: NewRule, folder: Path) -> None:
    """Prints which file was written; what is to do with it goes to standard error."""
    print(rule.path)
    console = Console(stderr=True)
    for fault in rule.faults:
        console.print(fault, markup=False, highlight=False, soft_wrap=True)
    if rule.unfinished:
        console.print(f"still to be filled in: {', '.join(rule.unfinished)}", highlight=False, soft_wrap=True)
    console.print(f"then: extract rules check --rules {folder}", highlight=False, markup=False)
