"""The command line: arguments in, exit codes out.

0: fine. 1: some articles failed, a score is under its floor, or numbers contradict each other. 2: usage,
rules, input or output wrong.
Data goes to standard output, talk to standard error. Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, Optional

import typer

from extract import __version__, cli_explain
from extract.errors import ExtractError, InputError
from extract.limits import (
    DEFAULT_MAX_ARTICLE_BYTES,
    DEFAULT_REPORT_DOCUMENTS,
    DEFAULT_REPORT_FACTS,
    DEFAULT_ROWS_PER_PART,
)

EXIT_OK, EXIT_SOME_FAILED, EXIT_WRONG = 0, 1, 2
# What the command line library gives for Ctrl-C.
EXIT_STOPPED = 130

app = typer.Typer(
    name="extract",
    help="Facts from Vietnamese news: every metric with its unit, its date and its province.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Example: [bold]extract run seeds/ --out out/[/bold], then [bold]extract show out/[/bold]",
)
rules_app = typer.Typer(
    no_args_is_help=True,
    help="Look at the rules and check them.",
    epilog="Example: [bold]extract rules show dti_rank[/bold]",
)
app.add_typer(rules_app, name="rules")
app.command(epilog=cli_explain.EXAMPLES)(cli_explain.explain)


class Format(StrEnum):
    """How rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


RulesOption = Annotated[
    Optional[Path],  # noqa: UP045  (typer reads the annotation at run time)
    typer.Option(
        "--rules", metavar="DIR", help="Folder of YAML rules that extend or replace the packaged ones."
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="table, csv or json.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"extract {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log single decisions to stderr.")] = False,
) -> None:
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
        force=True,
    )


class StdinFormat(StrEnum):
    """What standard input holds."""

    TEXT = "text"
    HTML = "html"
    JSONL = "jsonl"
    CSV = "csv"


class EngineName(StrEnum):
    """Where articles are read."""

    LOCAL = "local"
    RAY = "ray"


def _worker_count(text: str) -> int:
    """Reads `--workers`; 0 is `auto`."""
    if text == "auto":
        return 0
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise typer.BadParameter(f"{text!r} is neither a number from 1 on nor auto")


_INPUTS = "What is read"
_LARGE = "Large runs"
_RUN_EXAMPLES = (
    "Example: [bold]extract run seeds/ --out out/ --metadata dates.csv[/bold]\n\n"
    "Files of many articles: [bold]extract run news.jsonl.gz old.parquet --text-column body[/bold]\n\n"
    "Some files of a folder: [bold]extract run pages/ --include '2024/*.html' --exclude 'index*'[/bold]\n\n"
    "A pipe: [bold]zcat news.jsonl.gz | extract run - --stdin-format jsonl[/bold]\n\n"
    "A large corpus, and again after it was stopped: [bold]extract run news/ --workers 8 --resume[/bold]\n\n"
    "A URL: [bold]extract run s3://bucket/news/ --out out/[/bold]"
)


@app.command(epilog=_RUN_EXAMPLES)
def run(
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="Files, folders, URLs or - for standard input, mixed: .txt, .html, .jsonl, .csv, .parquet, "
            "all but Parquet also as .gz, .bz2, .xz, .zst.",
        ),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the tables go.")] = Path("out"),
    rules: RulesOption = None,
    metadata: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--metadata", metavar="FILE",
            help="CSV, JSONL or Parquet with doc_id and any of published, url, source, title, province.",
        ),
    ] = None,
    include: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--include", metavar="GLOB", rich_help_panel=_INPUTS,
            help="Of folders, only files whose name or path below the folder matches; may be repeated.",
        ),
    ] = None,
    exclude: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--exclude", metavar="GLOB", rich_help_panel=_INPUTS,
            help="Of folders, no file whose name or path matches; may be repeated.",
        ),
    ] = None,
    stdin_format: Annotated[
        StdinFormat,
        typer.Option("--stdin-format", rich_help_panel=_INPUTS, help="What standard input (-) holds."),
    ] = StdinFormat.TEXT,
    text_column: Annotated[
        str,
        typer.Option(
            "--text-column", metavar="NAME", rich_help_panel=_INPUTS,
            help="Column of the text in JSON lines, CSV and Parquet; by default text, content, body.",
        ),
    ] = "",
    id_column: Annotated[
        str,
        typer.Option(
            "--id-column", metavar="NAME", rich_help_panel=_INPUTS,
            help="Column of the doc_id; by default id, doc_id, url, else the file's stem and #row.",
        ),
    ] = "",
    date_column: Annotated[
        str,
        typer.Option(
            "--date-column", metavar="NAME", rich_help_panel=_INPUTS,
            help="Column of the date; by default published, date, publish_date.",
        ),
    ] = "",
    max_article_bytes: Annotated[
        int,
        typer.Option(
            "--max-article-bytes", metavar="N", min=0, rich_help_panel=_INPUTS,
            help="Longer articles are refused; 0 for no limit.",
        ),
    ] = DEFAULT_MAX_ARTICLE_BYTES,
    workers: Annotated[
        int,
        typer.Option(
            "--workers", metavar="N|auto", parser=_worker_count, rich_help_panel=_LARGE,
            help="Processes that read articles; auto: as many as there are cores and work for.",
        ),
    ] = "auto",  # type: ignore[assignment]  # the parser makes it a number
    resume: Annotated[
        bool,
        typer.Option(
            "--resume", rich_help_panel=_LARGE, help="Go on where a run that was stopped left off."
        ),
    ] = False,
    cache: Annotated[
        bool,
        typer.Option(
            "--cache/--no-cache", rich_help_panel=_LARGE,
            help="Take over the rows of articles that have not changed since the last run.",
        ),
    ] = True,
    max_errors: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            "--max-errors", metavar="N", min=0, rich_help_panel=_LARGE,
            help="Stop when more articles than this have failed; by default never.",
        ),
    ] = None,
    rows_per_part: Annotated[
        int,
        typer.Option(
            "--rows-per-part", metavar="N", min=1, rich_help_panel=_LARGE,
            help="Above so many facts they go into files in facts/ instead of facts.parquet.",
        ),
    ] = DEFAULT_ROWS_PER_PART,
    engine: Annotated[
        EngineName,
        typer.Option(
            "--engine", rich_help_panel=_LARGE,
            help="Where articles are read: on this machine, or on a cluster of Ray (extra ray).",
        ),
    ] = EngineName.LOCAL,
    ray_address: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--ray-address", metavar="ADDRESS", rich_help_panel=_LARGE,
            help="The cluster; by default RAY_ADDRESS, else one on this machine.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no summary.")] = False,
) -> None:  # fmt: skip
    """Extract the facts of articles and write the tables."""
    from extract.display import Progress, print_report, print_troubles
    from extract.records import choose_columns
    from extract.run import Options
    from extract.run import run as run_extraction
    from extract.sources import Filters, Kind

    options = Options(
        tuple(inputs),
        out,
        rules,
        metadata,
        Filters(tuple(include or ()), tuple(exclude or ())),
        Kind(stdin_format.value),
        choose_columns(text_column, id_column, date_column),
        max_article_bytes,
        workers=workers or None,
        resume=resume,
        cache=cache,
        max_errors=max_errors,
        rows_per_part=rows_per_part,
        ray=engine is EngineName.RAY,
        ray_address=ray_address,
    )
    with _told_how_to_resume(out), _stopped_by_sigterm(), Progress(quiet=quiet) as progress:
        report = run_extraction(options, progress.update)
    print_troubles(report, metadata)
    if not quiet:
        print_report(report, out)
    raise typer.Exit(EXIT_SOME_FAILED if report.failed else EXIT_OK)


@contextmanager
def _told_how_to_resume(out: Path) -> Iterator[None]:
    """Says after a run that was stopped that it can go on, where something is done."""
    from extract.staging import has_finished_parts

    try:
        yield
    except (KeyboardInterrupt, ExtractError):
        if has_finished_parts(out):
            typer.echo("what is done is kept: the same command with --resume goes on from there", err=True)
        raise


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """Makes SIGTERM stop a run as Ctrl-C does."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@app.command(
    epilog="Example: [bold]extract show out/ --province 'Bến Tre' --status target --format csv[/bold]"
)
def show(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Output of a run.")] = Path("out"),
    province: Annotated[str, typer.Option(help="Name or code of a province.")] = "",
    metric: Annotated[str, typer.Option(help="A metric id, or words of the metric as written.")] = "",
    status: Annotated[str, typer.Option(help="actual or target.")] = "",
    document: Annotated[str, typer.Option(help="The beginning of a doc_id.")] = "",
    limit: Annotated[int, typer.Option(min=0, help="Rows at most; 0 for all.")] = 0,
    format: FormatOption = Format.TABLE,
) -> None:
    """Read the facts of a run in the terminal."""
    from extract.display import Filters, print_facts, select_facts
    from extract.table import load_facts

    filters = Filters(province=province, metric=metric, status=status, document=document, limit=limit)
    rows, total = select_facts(load_facts(directory), filters)
    print_facts(rows, format.value, total=total)


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
            help="With --current-provinces, one row of provinces that merged where that is sound: the sum of "
            "counts, money, lengths and the like, or the unweighted mean of shares, scores and rates.",
        ),
    ] = None,
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
        check_target(output, directory)
    result = make_panel(PanelOptions(directory, choice, None if merge is None else Merge(merge.value)))
    if output is None:
        print_panel(result.table, format.value)
    else:
        write_panel(result.table, output)
    print_summary(result)


@app.command(epilog="Example: [bold]extract text 'Tỉnh có 4.285 trạm BTS' --province 'Bình Thuận'[/bold]")
def text(
    words: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="The text; standard input when left out.")
    ] = "",
    published: Annotated[str, typer.Option(help="Date of the text: day, month or year in ISO form.")] = "",
    province: Annotated[str, typer.Option(help="Province that the text is about.")] = "",
    rules: RulesOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Extract the facts of one text."""
    from extract.display import print_facts
    from extract.document import build_document, text_digest
    from extract.encoding import decode_text
    from extract.metadata import build_metadata
    from extract.pipeline import Extractor
    from extract.rules import load_rules
    from extract.table import facts_table

    try:
        content = decode_text(words.encode() or sys.stdin.buffer.read())
        values = {
            key: value for key, value in {"published": published, "province": province}.items() if value
        }
        metadata = build_metadata(values)
    except ValueError as error:
        raise InputError("text", str(error)) from error
    document = build_document("text", content, "-", text_digest(content), metadata)
    result = Extractor(load_rules(rules)).extract(document)
    rows = facts_table(result.facts).to_pylist()
    print_facts(rows, format.value, total=len(rows))


@app.command(
    epilog="Example: [bold]extract eval tests/gold/seeds.jsonl out/ --min value=98 --min row=88[/bold]"
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
    texts: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--texts", metavar="DIR",
            help="Folder of the texts, <doc_id>.txt; by default they are read where the run read them.",
        ),
    ] = None,
    text_column: Annotated[
        str,
        typer.Option("--text-column", metavar="NAME", help="Column of the text in records, as for the run."),
    ] = "",
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

    limits = PageLimits(max_documents, max_facts)
    summary = write_page(PageOptions(directory, out, texts, text_column, limits))
    typer.echo(
        f"{out}: {summary.facts} facts of {summary.documents} articles, {summary.texts} texts shown, "
        f"{summary.size / 1e6:.1f} MB",
        err=True,
    )


class TableName(StrEnum):
    """A table that this package writes."""

    FACTS = "facts"
    DOCUMENTS = "documents"
    METRICS = "metrics"
    UNITS = "units"
    PROVINCES = "provinces"
    PANEL = "panel"


@app.command(epilog="Example: [bold]extract schema --format json[/bold]")
def schema(
    table: Annotated[TableName, typer.Argument(metavar="[TABLE]", help="Another table.")] = TableName.FACTS,
    format: FormatOption = Format.TABLE,
) -> None:
    """Show the columns of the fact table, or of another one, with type and meaning."""
    from extract.display import print_schema
    from extract.panel_schema import describe_panel
    from extract.table_schema import TABLES, describe_schema

    tables = {known.name: known for known in (*TABLES, describe_panel(current_provinces=True))}
    print_schema(describe_schema(tables[table.value]), format.value)


@rules_app.command("list", epilog="Example: [bold]extract rules list metrics[/bold]")
def rules_list(
    family: Annotated[str, typer.Argument(metavar="[FAMILY]", help="One family only, such as metrics.")] = "",
    rules: RulesOption = None,
) -> None:
    """List the rules: id, meaning, file and line."""
    from extract.display import print_rules
    from extract.rules import load_rules

    print_rules(load_rules(rules), family)


@rules_app.command("show", epilog="Example: [bold]extract rules show dti_rank[/bold]")
def rules_show(
    rule: Annotated[str, typer.Argument(metavar="ID", help="Id of a rule, a metric or a unit.")],
    rules: RulesOption = None,
) -> None:
    """Show one rule with its examples."""
    from extract.display import print_rule
    from extract.rules import load_rules

    print_rule(load_rules(rules), rule)


@rules_app.command("check", epilog="Example: [bold]extract rules check --rules my_rules/[/bold]")
def rules_check(rules: RulesOption = None) -> None:
    """Check every rule against its own examples, through the whole pipeline."""
    from extract.check_rules import check_examples
    from extract.display import print_rule_check
    from extract.rules import load_rules

    loaded = load_rules(rules)
    outcome = check_examples(loaded)
    print_rule_check(outcome)
    raise typer.Exit(EXIT_WRONG if outcome.faults else EXIT_OK)


def main() -> int:
    """Runs the command line. Gives the exit code; a fault of the user's is told without a traceback."""
    try:
        app()
    except ExtractError as error:
        typer.echo(f"error: {error}", err=True)
        return EXIT_WRONG
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else EXIT_WRONG
        if code == EXIT_STOPPED:
            typer.echo("stopped; the output folder is as it was before", err=True)
        return code
    return EXIT_OK
