"""The README: every `extract` command that it shows runs and ends well, and prints what is shown of it."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from commands import extract_command
from doc_blocks import blocks_of, commands_of, differs_at, run

from extract.check_rules import check_examples
from extract.rules import load_rules

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(?:console|bash|sh|shell)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What a command may read: the commands of one README follow each other in one folder.
NEEDED = ("seeds", "tests/gold", "rules")


def shown_lines(text: str) -> list[str]:
    """Gives the lines in the shell blocks of a text that are commands, without their prompt.

    In a block with prompts only lines behind one are commands, the rest is their output.
    """
    lines = []
    for block in BLOCK.findall(text):
        written = [line.strip() for line in block.replace("\\\n", " ").splitlines()]
        lines += [line[2:] for line in written if line.startswith("$ ")] or written
    return lines


def extract_commands(text: str) -> list[list[str]]:
    """Gives the arguments of the `extract` commands in a text, in order; where output goes is left out."""
    found = []
    for line in shown_lines(text):
        lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        command: list[str] = []
        for word in [*lexer, ";"]:
            if word not in ("|", ">", "<", "&&", "||", ";"):
                command.append(word)
                continue
            if command and Path(command[0]).name == "extract":
                found.append(command[1:])
            command = []
    return found


def test_every_command_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEEDED:
        shutil.copytree(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    # What `make run` does, which the README shows first.
    assert extract_command("run", "seeds/", "--out", "out/").code == 0
    for arguments in extract_commands((ROOT / "README.md").read_text(encoding="utf-8")):
        outcome = extract_command(*arguments)
        assert outcome.code == 0, f"extract {shlex.join(arguments)}: {outcome.err}"


def test_outputs_of_the_readme_are_what_is_printed() -> None:
    shown = [block for block in blocks_of(ROOT / "README.md") if block.language == "console"]
    assert shown
    for command in (command for block in shown for command in commands_of(block)):
        printed = [line.rstrip() for line in run(command).out.splitlines()]
        assert differs_at(command.output or (), printed) == "", command.line


def test_the_readme_is_read_in_two_minutes() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 195


def test_the_joins_of_the_pages_lose_and_double_no_fact(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news.jsonl").write_text(
        '{"id": "old", "date": "2024-05-01", "text": "Tỉnh Yên Bái có 12 chợ, gạo giá 9.000 đồng/kg."}\n'
        '{"id": "new", "date": "2025-08-01", "text": "Tỉnh Lào Cai có 12 chợ."}\n'
        '{"id": "all", "date": "2025-08-01", "text": "Cả nước có 12 chợ."}\n'
        '{"id": "undated", "text": "Tỉnh Lào Cai có 12 chợ."}\n'
    )
    assert extract_command("run", "news.jsonl", "--out", "out/", "-q").code == 0
    page = (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (joins,) = [block for block in blocks if "with_provinces" in block]
    names: dict[str, Any] = {}
    exec(joins, names)
    joined = [names[name] for name in ("with_provinces", "with_today", "with_units")]
    assert [len(table) for table in joined] == [len(names["facts"])] * 3
    provinces, today, units = (table.astype(object).where(table.notna(), None) for table in joined)
    assert dict(zip(provinces["doc_id"], provinces["name"], strict=True)) == {
        "all": None,
        "new": "Lào Cai",
        "old": "Yên Bái",
        "undated": "Lào Cai",
    }
    assert dict(zip(today["doc_id"], today["name_today"], strict=True)) == {
        "all": None,
        "new": "Lào Cai",
        "old": "Lào Cai",
        "undated": "Lào Cai",
    }
    assert dict(zip(units["unit_id"], units["dimension"], strict=True))["VND/kg"] is None


def test_commands_are_found_in_blocks_with_and_without_a_prompt() -> None:
    text = """
Run `extract run x`, which is no block.

```console
$ make setup  # once
$ extract run seeds/ --out out/
5 documents
$ .venv/bin/extract show out/ | head -5
```

```bash
# the dates of the articles
extract run seeds/ \\
  --out 'my out/'
make test && extract schema > schema.txt
```

```python
extract = 5
```
"""
    assert extract_commands(text) == [
        ["run", "seeds/", "--out", "out/"],
        ["show", "out/"],
        ["run", "seeds/", "--out", "my out/"],
        ["schema"],
    ]


def test_a_readme_without_commands_shows_none() -> None:
    assert extract_commands("") == extract_commands("# Title\n\n```yaml\nunits: []\n```\n") == []


def test_every_rule_of_the_readme_loads_and_keeps_its_examples(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for number, block in enumerate(blocks):
        (tmp_path / f"rule{number}.yaml").write_text(block, encoding="utf-8")
    assert check_examples(load_rules(tmp_path)).faults == ()
