"""`extract run`: its options, and how it is stopped."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import Annotated, Optional

import typer

from extract.cli_options import EXIT_OK, EXIT_SOME_FAILED, RulesOption
from extract.errors import ExtractError
from extract.limits import DEFAULT_MAX_ARTICLE_BYTES, DEFAULT_MAX_ARTICLE_SECONDS, DEFAULT_ROWS_PER_PART

app = typer.Typer()


class StdinFormat(StrEnum):
    """What standard input holds."""

    TEXT = "text"
    HTML = "html"
    JSONL = "jsonl"
    CSV = "csv"


class IdSource(StrEnum):
    """What doc_ids are made of."""

    NAME = "name"
    PATH = "path"


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
        Optional[StdinFormat],  # noqa: UP045
        typer.Option(
            "--stdin-format", rich_help_panel=_INPUTS, help="What standard input (-) holds; by default text."
        ),
    ] = None,
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
    id_from: Annotated[
        IdSource,
        typer.Option(
            "--id-from", rich_help_panel=_INPUTS,
            help="The doc_id of a file: its name, or its path as given, without suffixes; with path the id "
            "of a record has its file in front, as in 2024/news#17.",
        ),
    ] = IdSource.NAME,
    max_article_bytes: Annotated[
        int,
        typer.Option(
            "--max-article-bytes", metavar="N", min=0, rich_help_panel=_INPUTS,
            help="Longer articles are refused; 0 for no limit.",
        ),
    ] = DEFAULT_MAX_ARTICLE_BYTES,
    max_article_seconds: Annotated[
        float,
        typer.Option(
            "--max-article-seconds", metavar="N", min=0, rich_help_panel=_INPUTS,
            help="Articles that take more time of the processor are given up; 0 for no limit.",
        ),
    ] = DEFAULT_MAX_ARTICLE_SECONDS,
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
    from extract.dataset_run import run as run_extraction
    from extract.display import Progress, print_report, print_troubles
    from extract.running import run_options
    from extract.sources import STANDARD_INPUT

    if stdin_format is not None and STANDARD_INPUT not in inputs:
        typer.echo("warning: --stdin-format changes nothing: no input is -", err=True)
    if ray_address is not None and engine is not EngineName.RAY:
        typer.echo("warning: --ray-address changes nothing without --engine ray", err=True)
    options = run_options(
        inputs,
        out,
        rules=rules,
        metadata=metadata,
        include=include or (),
        exclude=exclude or (),
        stdin_format=(stdin_format or StdinFormat.TEXT).value,
        text_column=text_column,
        id_column=id_column,
        date_column=date_column,
        id_from=id_from.value,
        max_article_bytes=max_article_bytes,
        workers=workers or "auto",
        resume=resume,
        cache=cache,
        max_errors=max_errors,
        rows_per_part=rows_per_part,
        engine=engine.value,
        ray_address=ray_address,
        max_article_seconds=max_article_seconds,
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
