"""`extract explain`: why a fact is as it is. Arguments in; what is done stands in `explain*.py`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from extract.cli_options import RulesOption, TextColumnOption, TextsOption
from extract.errors import InputError

EXAMPLES = (
    "Example: [bold]extract explain 004_58b7aed90a1081d4:3 out/[/bold]\n\n"
    "A text: [bold]extract explain --text 'Tỉnh có 4.285 trạm BTS' --province 'Bình Thuận'[/bold]"
)
EXIT_DISAGREES = 1


class ExplainFormat(StrEnum):
    """How an explanation is printed."""

    TEXT = "text"
    JSON = "json"


def explain(
    reference: Annotated[
        str,
        typer.Argument(
            metavar="[FACT_ID|DOC[:N]]",
            help="A fact by its id, all facts of a document, or its N-th; the beginning of an id is enough.",
        ),
    ] = "",
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Output of a run.")] = Path("out"),
    text: Annotated[
        Optional[str],  # noqa: UP045  (typer reads the annotation at run time)
        typer.Option("--text", metavar="TEXT", help="Explain this text instead; - for standard input."),
    ] = None,
    published: Annotated[str, typer.Option(help="With --text: its date, in ISO form.")] = "",
    province: Annotated[str, typer.Option(help="With --text: the province that it is about.")] = "",
    texts: TextsOption = None,
    text_column: TextColumnOption = "",
    rules: RulesOption = None,
    format: Annotated[ExplainFormat, typer.Option("--format", help="text or json.")] = ExplainFormat.TEXT,
) -> None:  # fmt: skip
    """Explain facts: the words of each field, the rules with file and line, and what lost against them."""
    from extract.explain import Explainer
    from extract.explain_display import print_explanation
    from extract.explain_run import RunOptions, explain_reference
    from extract.explain_stated import explain_text
    from extract.rules import load_rules

    if (text is None) == (not reference):
        raise InputError("explain", "give a fact or document of a run, or --text")
    if text is None and (published or province):
        raise InputError("explain", "--published and --province go with --text")
    explainer = Explainer(load_rules(rules))
    if text is not None:
        content = sys.stdin.buffer.read() if text == "-" else text.encode()
        explanation = explain_text(content, published, province, explainer)
    else:
        options = RunOptions(directory, texts, text_column)
        explanation = explain_reference(reference, options, explainer)
    print_explanation(explanation, format.value)
    if explanation.disagrees:
        raise typer.Exit(EXIT_DISAGREES)
