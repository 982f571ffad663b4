"""The commands that read the tables of a run: show, check, panel, eval, report, schema."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from extract.cli_options import (
    EXIT_OK,
    EXIT_SOME_FAILED,
    ConfidenceOption,
    DocumentOption,
    Format,
    FormatOption,
    MetricOption,
    ProvinceOption,
    RulesOption,
    StatusOption,
    TextColumnOption,
    TextsOption,
)
from extract.errors import InputError
from extract.limits import DEFAULT_REPORT_DOCUMENTS, DEFAULT_REPORT_FACTS, DEFAULT_SHOWN

app = typer.Typer()

LimitOption = Annotated[
    Optional[int],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option(
        "--limit", min=0,
        help=f"Rows shown at most; 0 for all. By default all, but {DEFAULT_SHOWN} in a table at a terminal.",
    ),
]  # fmt: skip


def _rows_shown(limit: int | None, form: Format) -> int:
    """Gives how many rows are printed, 0 for all."""
    if limit is not None:
        return limit
    return DEFAULT_SHOWN if form is Format.TABLE and sys.stdout.isatty() else 0


@app.command(
    epilog="Example: [bold]extract show out/ --province 'Bến Tre' --status target --format csv[/bold]"
)
def show(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Output of a run.")] = Path("out"),
    province: ProvinceOption = "",
    metric: MetricOption = "",
    status: StatusOption = "",
    document: DocumentOption = "",
    min_confidence: ConfidenceOption = 0.0,
    limit: LimitOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Read the facts of a run in the terminal."""
    from extract.display import print_facts
    from extract.fact_filter import Filters, select_facts
    from extract.panel_input import load_provinces
    from extract.table import load_facts

    limit = _rows_shown(limit, format)
    filters = Filters(province, metric, status, document, min_confidence, limit)
    facts = load_facts(directory)
    rows, total = select_facts(facts, filters, load_provinces(directory) if province else None)
    print_facts(rows, format.value, total=total, ids=facts.column("fact_id").to_pylist())


@app.command(epilog="Example: [bold]extract check out/ --strict[/bold]")
def check(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Output of a run.")] = Path("out"),
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 when something is wrong.")] = False,
    limit: Annotated[int, typer.Option(min=0, help="Findings listed of each kind; 0 for all.")] = 20,
    rules: RulesOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """List where the numbers of articles agree, contradict each other or cannot be."""
    from itertools import chain

    from extract.check_display import print_findings
    from extract.checks import WRONG
    from extract.rules import load_rules
    from extract.table_checks import Listing, TableChecker

    checker = TableChecker(directory, load_rules(rules))
    listing = Listing.of(chain(checker.within_documents(), checker.across_documents()), limit)
    repeated, in_all = checker.repeated(limit)
    print_findings(listing, repeated, in_all, format.value)
    wrong = any(listing.counts[name] for name in WRONG)
    raise typer.Exit(EXIT_SOME_FAILED if strict and wrong else EXIT_OK)


class Places(StrEnum):
    """Which places have rows in a panel."""

    PROVINCE = "province"
    ALL = "all"


class MergeWay(StrEnum):
    """How values of provinces that merged become one."""

    SUM = "sum"
    MEAN = "mean"


_WHICH = "Which facts"
_PANEL_EXAMPLES = (
    "Example: [bold]extract panel out/ -o panel.parquet[/bold]\n\n"
    "One metric: [bold]extract panel out/ --metric dti_rank --status actual --format csv[/bold]\n\n"
    "Today's provinces: [bold]extract panel out/ --current-provinces --merge sum -o panel.csv[/bold]"
)


@app.command(epilog=_PANEL_EXAMPLES)
def panel(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Output of a run.")] = Path("out"),
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--output", "-o", metavar="FILE",
            help="Where the panel goes, by its suffix as .parquet or .csv; else to standard output.",
        ),
    ] = None,
    metric: Annotated[
        str, typer.Option(rich_help_panel=_WHICH, help="A metric id, or words of its name.")
    ] = "",
    province: Annotated[
        str,
        typer.Option(
            rich_help_panel=_WHICH,
            help="Name or code of a province, or VN; with --current-provinces the whole province of today.",
        ),
    ] = "",
    status: Annotated[str, typer.Option(rich_help_panel=_WHICH, help="actual or target.")] = "",
    min_confidence: Annotated[
        float, typer.Option(metavar="X", rich_help_panel=_WHICH, help="Leave out less sure facts, 0 to 1.")
    ] = 0.0,
    open_metrics: Annotated[
        bool,
        typer.Option(
            "--open", rich_help_panel=_WHICH,
            help="Also facts of no metric of the ontology: a row for the same words and unit. What is worded "
            "otherwise has another row, and the same words may mean two things.",
        ),
    ] = False,
    places: Annotated[
        Places,
        typer.Option(
            rich_help_panel=_WHICH,
            help="province: provinces and the country; all: regions, districts and communes too, as rows of "
            "their own.",
        ),
    ] = Places.PROVINCE,
    current_provinces: Annotated[
        bool,
        typer.Option(
            "--current-provinces",
            help="Say of each row which of the 34 provinces since 1 July 2025 holds it. Values stay those of "
            "the old provinces.",
        ),
    ] = False,
    merge: Annotated[
        Optional[MergeWay],  # noqa: UP045
        typer.Option(
            help="With --current-provinces: calculate a value for a province of today from those of the "
            "provinces that it was made of. sum: add counts, money, lengths and the like; mean: take the "
            "plain average of shares, scores and rates. Other rows stay as they are.",
        ),
    ] = None,
    limit: LimitOption = None,
    format: FormatOption = Format.TABLE,
) -> None:  # fmt: skip
    """Make a panel of the facts of a run: a row for each metric, place and period, with its best value."""
    from extract.panel_input import Choice
    from extract.panel_merge import Merge
    from extract.panel_output import check_target, print_panel, print_summary, write_panel
    from extract.panel_run import PanelOptions, make_panel

    choice = Choice(
        metric, province, status, min_confidence, open_metrics, places is Places.ALL, current_provinces
    )
    if output is not None:
        if limit is not None:
            raise InputError("--limit", "cuts what is printed; a file (--output) holds all rows")
        check_target(output, directory)
    result = make_panel(PanelOptions(directory, choice, None if merge is None else Merge(merge.value)))
    if output is None:
        print_panel(result.table, format.value, _rows_shown(limit, format))
    else:
        write_panel(result.table, output)
    print_summary(result)


@app.command(
    epilog="Example: [bold]extract eval tests/gold/seeds.jsonl out/ --min value=98 --min row=92[/bold]"
)
def eval(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Annotated facts, one JSON document a line.")],
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Output of a run.")] = Path("out"),
    texts: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--texts", metavar="DIR", help="Folder of the texts; by default where the run read them."
        ),
    ] = None,
    minimum: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--min", metavar="FIELD=F1", help="Exit 1 when F1 of FIELD is below, in percent."),
    ] = None,
    details: Annotated[bool, typer.Option(help="List misses, false alarms and wrong fields.")] = True,
    format: FormatOption = Format.TABLE,
) -> None:
    """Measure precision, recall and F1 of a run against gold."""
    from extract.display import print_evaluation
    from extract.evaluate import evaluate, load_gold, load_texts, parse_floors, under_floor
    from extract.table import load_facts

    floors = parse_floors(minimum or [])
    documents = load_gold(gold)
    found = load_texts([item.doc_id for item in documents], folder=texts, out_dir=directory)
    evaluation = evaluate(load_facts(directory), documents, found)
    print_evaluation(evaluation, format.value, details=details)
    failures = under_floor(evaluation, floors)
    for failure in failures:
        typer.echo(failure, err=True)
    raise typer.Exit(EXIT_SOME_FAILED if failures else EXIT_OK)


@app.command(epilog="Example: [bold]extract report out/ -o report.html[/bold]")
def report(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Output of a run.")] = Path("out"),
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="The page.")] = Path("report.html"),
    texts: TextsOption = None,
    text_column: TextColumnOption = "",
    max_documents: Annotated[
        int,
        typer.Option("--max-documents", metavar="N", min=0, help="Texts that are shown; 0 for all."),
    ] = DEFAULT_REPORT_DOCUMENTS,
    max_facts: Annotated[
        int,
        typer.Option("--max-facts", metavar="N", min=0, help="Rows of the table of facts; 0 for all."),
    ] = DEFAULT_REPORT_FACTS,
) -> None:  # fmt: skip
    """Make one page of HTML of a run: texts with their facts, a table, charts and maps (extra report)."""
    from extract.page import PageOptions, write_page
    from extract.page_data import PageLimits
    from extract.wording import count_of

    limits = PageLimits(max_documents, max_facts)
    summary = write_page(PageOptions(directory, out, texts, text_column, limits))
    typer.echo(
        f"{out}: {count_of(summary.facts, 'fact')} of {count_of(summary.documents, 'article')}, "
        f"{count_of(summary.texts, 'text')} shown, "
        f"{summary.size / 1e6:.1f} MB",
        err=True,
    )
    if summary.without:
        without = count_of(summary.without, "text")
        typer.echo(f"note: {without} not shown; the first, {summary.first_reason}", err=True)


class TableName(StrEnum):
    """A table that this package writes."""

    FACTS = "facts"
    DOCUMENTS = "documents"
    METRICS = "metrics"
    UNITS = "units"
    PROVINCES = "provinces"
    PANEL = "panel"


class SchemaFormat(StrEnum):
    """How the columns of a table are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command(epilog="Example: [bold]extract schema --format json[/bold]")
def schema(
    table: Annotated[TableName, typer.Argument(metavar="[TABLE]", help="Another table.")] = TableName.FACTS,
    format: Annotated[
        SchemaFormat, typer.Option("--format", help="table, csv, json or markdown.")
    ] = SchemaFormat.TABLE,
) -> None:
    """Show the columns of the fact table, or of another one, with type and meaning."""
    from extract.display import print_schema
    from extract.panel_schema import describe_panel
    from extract.schema_markdown import schema_markdown
    from extract.table_schema import TABLES, describe_schema

    tables = {known.name: known for known in (*TABLES, describe_panel(current_provinces=True))}
    if format is SchemaFormat.MARKDOWN:
        typer.echo("\n".join(schema_markdown(tables[table.value])))
    else:
        print_schema(describe_schema(tables[table.value]), format.value)
