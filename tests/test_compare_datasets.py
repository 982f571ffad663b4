"""The script that compares two runs: equal runs are equal, and each difference is told."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from extract.models import Document, DocumentResult, Fact
from extract.table import DatasetWriter, RunInfo

SCRIPT = Path(__file__).parent.parent / "scripts" / "compare_datasets.py"
MakeFact = Callable[..., Fact]


def load_script() -> ModuleType:
    """Loads the script as a module."""
    spec = importlib.util.spec_from_file_location("compare_datasets", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


compare_datasets = load_script()


def write_run(
    out: Path, facts: Sequence[Fact], *, source: str = "a.txt", title: str | None = None, metric: str = "a"
) -> Path:
    """Writes the output of a run on one document."""
    texts = ("pillar", "label_vi", "label_en", "definition", "typical_unit")
    rows = [{"metric_id": metric, **dict.fromkeys(texts, "x")}]
    writer = DatasetWriter(out, RunInfo("1", "hash", "underthesea", "9"), metrics_rows=rows)
    with writer:
        document = Document("a", "Tỉnh có 4.285 trạm.", source, "sha", title=title)
        writer.add(DocumentResult(document, tuple(facts)))
        writer.timings["extract"] = len(out.name) / 7
    return out


def report(old: Path, new: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """Runs the script. Gives its exit code and its lines."""
    code: int = compare_datasets.main([str(old), str(new)])
    return code, capsys.readouterr().out.splitlines()


def stated(make_fact: MakeFact, start: int = 8, **changes: object) -> Fact:
    """A fact whose offsets point to the number in its sentence."""
    return make_fact("a", start, **{"char_end": start + 5, **changes})


def test_runs_with_the_same_rows_are_equal(
    tmp_path: Path, make_fact: MakeFact, capsys: pytest.CaptureFixture[str]
) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)])
    new = write_run(tmp_path / "newer", [stated(make_fact)], source="elsewhere/a.txt")
    assert report(old, new, capsys) == (0, ["equal"])


def test_added_and_removed_facts_are_told(
    tmp_path: Path, make_fact: MakeFact, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = stated(make_fact), stated(make_fact, 9, char_end=13)
    old, new = write_run(tmp_path / "old", [one]), write_run(tmp_path / "new", [two])
    says = "metric_id mobile_base_stations, metric_text trạm BTS, value 4285, unit_id station, status actual"
    assert report(old, new, capsys) == (
        1,
        [
            "+ a  Tỉnh có 4[.285] trạm.",
            f"    {says}, province_code 60",
            "- a  Tỉnh có [4.285] trạm.",
            f"    {says}, province_code 60",
            # The document counts its facts, which are as many as before.
            "facts: 1 added, 1 removed, 0 changed",
        ],
    )


def test_fields_that_differ_are_told(
    tmp_path: Path, make_fact: MakeFact, capsys: pytest.CaptureFixture[str]
) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)])
    new = write_run(tmp_path / "new", [stated(make_fact, value=4285.5, technology="5G", province_code=None)])
    assert report(old, new, capsys) == (
        1,
        [
            "~ a  Tỉnh có [4.285] trạm.",
            "    technology: (none) -> 5G",
            "    value: 4285 -> 4285.5",
            "    province_code: 60 -> (none)",
            "facts: 0 added, 0 removed, 1 changed",
        ],
    )


def test_other_tables_that_differ_are_told(
    tmp_path: Path, make_fact: MakeFact, capsys: pytest.CaptureFixture[str]
) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)], title="Một")
    new = write_run(tmp_path / "new", [stated(make_fact)], title="Hai", metric="b")
    assert report(old, new, capsys) == (
        1,
        [
            "documents.parquet: 1 rows only in the old run, 1 only in the new",
            "metrics.parquet: 1 rows only in the old run, 1 only in the new",
            "facts: 0 added, 0 removed, 0 changed",
        ],
    )


def test_a_long_sentence_is_cut(make_fact: MakeFact) -> None:
    sentence = "x" * 60 + "5 hộ" + "y" * 60
    fact = make_fact("a", 60, sentence=sentence, char_end=64)
    row = {name: getattr(fact, name) for name in ("sentence", "sentence_start", "char_start", "char_end")}
    assert compare_datasets.snippet(row) == "…" + "x" * 40 + "[5 hộ]" + "y" * 40 + "…"


def test_a_folder_without_tables_is_named(tmp_path: Path, make_fact: MakeFact) -> None:
    new = write_run(tmp_path / "new", [stated(make_fact)])
    command = [sys.executable, str(SCRIPT), str(tmp_path / "none"), str(new)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert str(tmp_path / "none" / "facts.parquet") in done.stderr


def test_a_table_that_is_missing_is_named(
    tmp_path: Path, make_fact: MakeFact, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (write_run(tmp_path / name, [stated(make_fact)]) for name in ("old", "new"))
    (new / "units.parquet").unlink()
    assert compare_datasets.main([str(old), str(new)]) == 2
    assert str(new / "units.parquet") in capsys.readouterr().err
