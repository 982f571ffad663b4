"""Runs the command line as a user would, but in this process: heavy modules are loaded once."""

from __future__ import annotations

import contextlib
import io
import os
from dataclasses import dataclass
from unittest import mock

from extract.cli import main


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command gave."""

    code: int
    out: str
    err: str


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def extract_command(*arguments: object, stdin: bytes = b"", terminal: bool = False) -> Outcome:
    """Runs `extract` with these arguments. Gives the exit code and what it printed, also at a `terminal`."""
    out, err = _Terminal() if terminal else io.StringIO(), io.StringIO()
    given = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    with (
        mock.patch("sys.argv", ["extract", *map(str, arguments)]),
        mock.patch("sys.stdin", given),
        mock.patch.dict(os.environ, {"COLUMNS": "200", "NO_COLOR": "1"}),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = main()
    return Outcome(code, out.getvalue(), err.getvalue())
