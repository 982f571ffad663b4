"""`extract compare`: what differs between two runs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from extract.cli_options import EXIT_OK, EXIT_SOME_FAILED

app = typer.Typer()


class CompareFormat(StrEnum):
    """How a comparison is printed."""

    TEXT = "text"
    MARKDOWN = "markdown"
    JSON = "json"


_EXAMPLES = (
    "Example: [bold]extract compare out/ fresh/[/bold]\n\n"
    "For a review: [bold]extract compare out/ fresh/ --format markdown[/bold]"
)


@app.command(epilog=_EXAMPLES)
def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Output of the earlier run.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Output of the later run.")],
    limit: Annotated[int, typer.Option(min=0, help="Facts listed of each kind; 0 for all.")] = 50,
    format: Annotated[
        CompareFormat, typer.Option("--format", help="text, markdown or json.")
    ] = CompareFormat.TEXT,
) -> None:
    """Show which facts of two runs differ: came (+), went (-), changed (~); exit 1 where any table does."""
    from extract.compare import compare as compare_runs
    from extract.compare_display import comparison_lines

    comparison = compare_runs(old, new)
    for line in comparison_lines(comparison, format.value, limit):
        typer.echo(line)
    raise typer.Exit(EXIT_OK if comparison.is_equal else EXIT_SOME_FAILED)
