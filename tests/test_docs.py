"""The README and the pages in docs/: links hold, Python runs, and where they show what comes back, it does.

Blocks fenced `python` are run, those fenced `pycon` are compared with what they show, in order and in one
namespace a page, in a folder that holds seeds/ and the output of a run over them.
"""

from __future__ import annotations

import doctest
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

import extract

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(?P<kind>python|pycon)[ \t]*\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)
SHOWN = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
DOCS = [ROOT / "README.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [path for path in DOCS if BLOCK.search(path.read_text(encoding="utf-8"))]
LINK = re.compile(r"\]\((?!https?:)(?P<file>[^)#]*)(?:#(?P<heading>[^)]*))?\)")


def run_blocks(path: Path) -> list[str]:
    """Runs the blocks of a page. Gives what differs from what it shows; raises what a plain block raises."""
    text = path.read_text(encoding="utf-8")
    # As a module would have it: a class or a pickle of the page asks for it.
    names: dict[str, Any] = {"__name__": "__docs__"}
    differences: list[str] = []
    runner = doctest.DocTestRunner(optionflags=SHOWN)
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start("code"))
        if block["kind"] == "python":
            # Empty lines in front, so that a traceback names the line of the page.
            exec(compile("\n" * line + block["code"], str(path), "exec"), names)
            continue
        test = doctest.DocTestParser().get_doctest(block["code"], names, path.name, str(path), line)
        runner.run(test, out=differences.append, clear_globs=False)
        names.update(test.globs)
    return differences


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with seeds/ and out/."""
    made = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "seeds", made / "seeds")
    extract.run(made / "seeds", made / "out", workers=1)
    return made


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_python_of_a_page_runs(
    page: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    differences = run_blocks(page)
    assert not differences, "\n".join(differences)


def headings_of(text: str) -> set[str]:
    """Gives the headings of a page as links name them."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", plain, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", DOCS, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.finditer(page.read_text(encoding="utf-8")):
        target = (page.parent / link["file"]).resolve() if link["file"] else page
        assert target.is_file(), link[0]
        if link["heading"]:
            assert link["heading"] in headings_of(target.read_text(encoding="utf-8")), link[0]


def test_a_block_that_fails_or_shows_something_else_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 1\n```\n\n```pycon\n>>> x + 1\n3\n>>> x\n1\n```\n", encoding="utf-8")
    (difference,) = run_blocks(page)
    assert 'page.md", line 6' in difference
    assert "Expected:\n    3\nGot:\n    2" in difference
    page.write_text("```python\nx = y\n```\n", encoding="utf-8")
    with pytest.raises(NameError, match="'y' is not defined"):
        run_blocks(page)
