"""The fenced blocks of a page of docs/: found, written as files or run as commands, their output compared."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from commands import Outcome, extract_command

_BLOCK = re.compile(r"^```([a-z]*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
# The first line of a block that is a file of the reader's: `# my_rules/tourism.yaml`.
_FILE_NAME = re.compile(r"# ([\w./-]+\.(?:ya?ml|csv|txt|jsonl))\n")
_EXIT_CODE = re.compile(r"\s+# exit code (\d+)$")
_SHELL_MARKS = frozenset("|><&;$`*")
# A line that stands for any number of others.
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its content, and the line of the page that it begins on."""

    language: str
    content: str
    line: int

    @property
    def file_name(self) -> str:
        """The file that the block is, or nothing."""
        named = _FILE_NAME.match(self.content)
        return named[1] if named is not None else ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a shell block: what is typed, the exit code, and the output where the block shows it."""

    line: str
    code: int
    output: tuple[str, ...] | None


def blocks_of(page: Path) -> list[Block]:
    """Gives the fenced blocks of a page in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2], text.count("\n", 0, found.start()) + 1) for found in _BLOCK.finditer(text)
    ]


def commands_of(block: Block) -> list[Command]:
    """Gives the commands of a `console` or `bash` block. Only `console` shows outputs, behind `$ ` lines."""
    lines = block.content.replace("\\\n", " ").splitlines()
    if block.language == "bash":
        return [_command(line, None) for line in lines if line.strip() and not line.startswith("#")]
    starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
    ends = [*starts[1:], len(lines)]
    return [
        _command(lines[start][2:], tuple(line.rstrip() for line in lines[start + 1 : end]))
        for start, end in zip(starts, ends, strict=True)
    ]


def _command(line: str, output: tuple[str, ...] | None) -> Command:
    stated = _EXIT_CODE.search(line)
    return Command(_EXIT_CODE.sub("", line), int(stated[1]) if stated is not None else 0, output)


def run(command: Command) -> Outcome:
    """Runs a command in the working directory; `extract` without marks of the shell in this process."""
    words = shlex.split(command.line, comments=True)
    quoted = "".join(re.split(r"'[^']*'|\"[^\"]*\"", command.line))
    if words[0] == "extract" and not _SHELL_MARKS & set(quoted):
        return extract_command(*words[1:])
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        ["bash", "-euc", command.line],
        env={**os.environ, "PATH": path, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def differs_at(expected: Sequence[str], found: Sequence[str]) -> str:
    """Gives the first expected line that is not found in its place, or nothing where all are.

    A line of `…` stands for any number of lines, and within a line for any text.
    """
    position, is_free = 0, False
    for number, line in enumerate(expected):
        if line.strip() == ELLIPSIS:
            is_free = True
            continue
        places = range(position, len(found)) if is_free else range(position, min(position + 1, len(found)))
        place = next((index for index in places if _is_like(line, found[index])), None)
        if place is None:
            seen = found[position] if position < len(found) else "nothing more"
            return f"line {number + 1} {line!r} is not there, but {seen!r}"
        position, is_free = place + 1, False
    if position < len(found) and not is_free:
        return f"more is printed: {found[position]!r}"
    return ""


def _is_like(expected: str, found: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, expected.split(ELLIPSIS))), found) is not None
