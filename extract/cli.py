"""The command line: arguments in, exit codes out. The commands are in `cli_run`, `cli_tables` and so on.

0: fine. 1: some articles failed, a score is under its floor, numbers contradict each other, or two runs
differ. 2: usage,
rules, input or output wrong.
Data goes to standard output, talk to standard error. Heavy imports wait until a command needs them.
"""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from extract import (
    __version__,
    cli_compare,
    cli_dataset,
    cli_explain,
    cli_rules,
    cli_run,
    cli_tables,
    cli_text,
)
from extract.cli_options import EXIT_OK, EXIT_STOPPED, EXIT_WRONG
from extract.errors import ExtractError

app = typer.Typer(
    name="extract",
    help="Facts from Vietnamese news: every metric with its unit, its date and its province.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Example: [bold]extract run seeds/ --out out/[/bold], then [bold]extract show out/[/bold]",
)
# Without a name the commands of each stand beside each other.
app.add_typer(cli_run.app)
app.add_typer(cli_tables.app)
app.add_typer(cli_dataset.app)
app.add_typer(cli_text.app)
app.add_typer(cli_compare.app)
app.command(epilog=cli_explain.EXAMPLES)(cli_explain.explain)
app.add_typer(cli_rules.app, name="rules")


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
