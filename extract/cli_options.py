"""What several commands of the command line share: exit codes, and options of one meaning."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

EXIT_OK, EXIT_SOME_FAILED, EXIT_WRONG = 0, 1, 2
# What the command line library gives for Ctrl-C.
EXIT_STOPPED = 130


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
# Which facts are wanted, of `show` and `export`.
ProvinceOption = Annotated[
    str,
    typer.Option(
        "--province", help="Name of a province, or its code in the list of 63 or 34; else a place as written."
    ),
]
MetricOption = Annotated[
    str, typer.Option("--metric", help="A metric id, or words of the metric as written.")
]
StatusOption = Annotated[str, typer.Option("--status", help="actual or target.")]
DocumentOption = Annotated[str, typer.Option("--document", help="The beginning of a doc_id.")]
ConfidenceOption = Annotated[
    float,
    typer.Option(
        "--min-confidence", metavar="X", min=0.0, max=1.0, help="Leave out less sure facts, 0 to 1."
    ),
]
TextsOption = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--texts",
        metavar="DIR",
        help="Folder of the texts, <doc_id>.txt; by default they are read where the run read them.",
    ),
]
TextColumnOption = Annotated[
    str,
    typer.Option("--text-column", metavar="NAME", help="Column of the text in records, as for the run."),
]
