"""The made parts of docs/ are as the code and the annotated texts make them; what differs is told."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from commands import extract_command

from extract.evaluate import Score
from extract.panel_schema import describe_panel
from extract.rules import RuleSet
from extract.table_schema import TABLES

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "scripts" / "write_docs.py"


@pytest.fixture(scope="module")
def script() -> Mapping[str, Any]:
    """The script's functions."""
    sys.path.insert(0, str(SCRIPT.parent))
    try:
        return runpy.run_path(str(SCRIPT))
    finally:
        sys.path.remove(str(SCRIPT.parent))


def test_the_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("table", [*(table.name for table in TABLES), "panel"])
def test_columns_are_shown_as_the_command_shows_them(table: str) -> None:
    outcome = extract_command("schema", table, "--format", "markdown")
    assert outcome.code == 0
    assert outcome.out in (ROOT / "docs" / "columns.md").read_text(encoding="utf-8")
    known = {known.name: known for known in (*TABLES, describe_panel(current_provinces=True))}[table]
    rows = [line.split("`")[1] for line in outcome.out.splitlines() if line.startswith("| `")]
    assert rows == [column.name for column in known.columns]


def test_scores_of_sets_add_up_by_metric(script: Mapping[str, Any], rules: RuleSet) -> None:
    class Half:
        """Stands for an evaluation."""

        def __init__(self, **scores: Score) -> None:
            self.by_metric = {name.replace("open", ""): score for name, score in scores.items()}

    halves = [Half(dti_rank=Score(3, 4, 5), open=Score(1, 2, 2)), Half(dti_rank=Score(2, 2, 3))]
    lines = list(script["by_metric"](halves, rules))
    assert lines[2:5] == [
        "| all metrics of the ontology | 8 | 6 | 83.3 | 62.5 | 71.4 |",
        "| open: none of the ontology | 2 | 2 | 50.0 | 50.0 | 50.0 |",
        "| `dti_rank` | 8 | 6 | 83.3 | 62.5 | 71.4 |",
    ]
    assert "`mobile_coverage`" in lines[-1]
    assert "`dti_rank`" not in lines[-1]


def test_a_page_without_its_marks_is_told(script: Mapping[str, Any]) -> None:
    with pytest.raises(SystemExit, match="2 places marked"):
        script["scores_page"]("# Scores\n")
