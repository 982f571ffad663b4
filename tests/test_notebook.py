"""The notebook: it shows what it says, from any folder, and is kept without outputs (nbmake runs it too)."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NAME = "explore.ipynb"
NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def run_in(folder: Path) -> dict[str, list[Any]]:
    """Runs the notebook with a folder as its working directory. Gives the outputs of each cell by its id."""
    notebook = nbformat.read(NOTEBOOKS / NAME, as_version=4)
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return {cell["id"]: cell["outputs"] for cell in notebook.cells if cell["cell_type"] == "code"}


def text_of(outputs: list[Any]) -> str:
    """Gives all that a cell printed or showed, as text."""
    return "".join(item["text"] if "text" in item else item["data"]["text/plain"] for item in outputs)


def test_it_shows_targets_coverage_and_contradictions_of_a_run_elsewhere(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(repository / "out", tmp_path / "of another name")
    monkeypatch.setenv("EXTRACT_OUT", "of another name")
    outputs = run_in(tmp_path)
    assert list(outputs) == ["load", "targets", "coverage", "contradictions"]
    facts = json.loads((repository / "out" / "run.json").read_text(encoding="utf-8"))["counts"]["facts"]
    assert f"{facts} facts of 5 articles" in text_of(outputs["load"])
    assert "fiber_coverage" in text_of(outputs["targets"])
    assert re.search(r"^\d+ targets, [1-9]\d* with an actual value", text_of(outputs["targets"]))
    assert [item["data"]["image/png"] != "" for item in outputs["coverage"] if "data" in item] == [True]
    assert "none of 58 of the 63 provinces" in text_of(outputs["coverage"])
    assert "1.483/1.542 = 96,17%, stated 80,2%" in text_of(outputs["contradictions"])


def test_without_a_run_it_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EXTRACT_OUT", raising=False)
    (tmp_path / "here").mkdir()
    with pytest.raises(CellExecutionError, match=r"no run in out or \.\./out: extract run INPUT --out out/"):
        run_in(tmp_path / "here")


def test_it_is_kept_without_outputs() -> None:
    # Outputs would go stale with every change of the rules, and pictures differ between machines.
    notebook = json.loads((NOTEBOOKS / NAME).read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [(cell["outputs"], cell["execution_count"]) for cell in cells] == [([], None)] * len(cells)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
