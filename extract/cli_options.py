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
