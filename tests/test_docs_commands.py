"""The pages of docs/: commands print what is shown, files are written, rules load and keep their examples."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from commands import extract_command
from doc_blocks import Block, Command, blocks_of, commands_of, differs_at, run

from extract.check_rules import check_examples
from extract.rules import load_rules

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs").glob("*.md"))
# What a page may read, and may change: it is a copy. Beside it stands the dataset of the seeds, as of today.
NEEDED = ("seeds", "tests/gold")
# Of these `bash`, `console` and `yaml` are looked at here; `text` is for what cannot be run: other machines,
# other people's files.
LANGUAGES = {"bash", "console", "json", "pycon", "python", "text", "yaml"}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a reader has after `make run`."""
    folder = tmp_path_factory.mktemp("clone")
    for name in NEEDED:
        shutil.copytree(ROOT / name, folder / name)
    with contextlib.chdir(folder):
        assert extract_command("run", "seeds/", "--out", "out/", "--quiet").code == 0
    return folder


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_shows_is_what_happens(
    page: Path, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(clone, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for block in blocks_of(page):
        assert block.language in LANGUAGES, f"{page.name}:{block.line}"
        if block.file_name:
            Path(block.file_name).parent.mkdir(parents=True, exist_ok=True)
            Path(block.file_name).write_text(block.content, encoding="utf-8")
        elif block.language in ("bash", "console"):
            for command in commands_of(block):
                outcome = run(command)
                where = f"{page.name}:{block.line}: {command.line}"
                assert outcome.code == command.code, f"{where}: {outcome.err or outcome.out}"
                if command.output is not None:
                    printed = [line.rstrip() for line in (outcome.out + outcome.err).splitlines()]
                    assert differs_at(command.output, printed) == "", where


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_rules_that_a_page_shows_load_and_keep_their_examples(page: Path, tmp_path: Path) -> None:
    shown = [block for block in blocks_of(page) if block.language == "yaml" and not block.file_name]
    for block in shown:
        (tmp_path / f"line{block.line}.yaml").write_text(block.content, encoding="utf-8")
    if shown:
        outcome = check_examples(load_rules(tmp_path))
        assert (outcome.faults, outcome.unfinished) == ((), ())


# -- the reading of pages ------------------------------------------------------------------------------

PAGE = """
# Title

```console
$ extract schema
…
$ extract compare a b  # exit code 1
equal
```

```yaml
# my_rules/a.yaml
units: []
```

```bash
# a word
extract run \\
  seeds/
```
"""


def test_blocks_are_found_with_their_line_their_file_and_their_commands(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(PAGE, encoding="utf-8")
    console, yaml, bash = blocks_of(tmp_path / "page.md")
    assert [(block.language, block.line) for block in (console, yaml, bash)] == [
        ("console", 4),
        ("yaml", 11),
        ("bash", 16),
    ]
    assert (console.file_name, yaml.file_name) == ("", "my_rules/a.yaml")
    assert commands_of(console) == [
        Command("extract schema", 0, ("…",)),
        Command("extract compare a b", 1, ("equal",)),
    ]
    assert commands_of(bash) == [Command("extract run    seeds/", 0, None)]


@pytest.mark.parametrize(
    ("expected", "found", "difference"),
    [
        (["a", "b"], ["a", "b"], ""),
        (["a", "…", "d"], ["a", "b", "c", "d"], ""),
        (["…"], [], ""),
        (["a", "…"], ["a"], ""),
        (["a … c"], ["a b b c"], ""),
        (["a … c"], ["a b"], "line 1 'a … c' is not there, but 'a b'"),
        (["a"], ["b"], "line 1 'a' is not there, but 'b'"),
        (["a", "b"], ["a"], "line 2 'b' is not there, but 'nothing more'"),
        (["a"], ["a", "b"], "more is printed: 'b'"),
        (["…", "z"], ["a", "b"], "line 2 'z' is not there, but 'a'"),
    ],
)
def test_outputs_are_compared_line_by_line(expected: list[str], found: list[str], difference: str) -> None:
    assert differs_at(expected, found) == difference


def test_what_needs_a_shell_is_run_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("x\n", encoding="utf-8")
    assert run(Command("cat *.txt | tr x y", 0, None)).out == "y\n"
    assert run(Command("extract --version | cut -c1-7", 0, None)).out == "extract\n"
    assert commands_of(Block("bash", "\n# only a word\n", 1)) == []
