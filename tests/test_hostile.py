"""Input and rules that break things: one bad article or rule is named, and nothing hangs or is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import extract
from extract.dataset_run import Options, run
from extract.errors import RulesError
from extract.models import Document, DocumentResult
from extract.pipeline import Extractor
from extract.rules import load_rules


def test_an_article_that_breaks_the_extractor_does_not_stop_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.txt").write_text("Xã có 5 trạm.\n")
    extract_one = Extractor.extract

    def fail_on_b(self: Extractor, document: Document) -> DocumentResult:
        if document.doc_id == "b":
            raise ZeroDivisionError("of all things")
        return extract_one(self, document)

    monkeypatch.setattr(Extractor, "extract", fail_on_b)
    report = run(Options((tmp_path,), tmp_path / "out"))
    assert [(item.doc_id, item.reason) for item in report.failed] == [
        ("b", "ZeroDivisionError: of all things")
    ]
    assert pq.read_table(tmp_path / "out" / "facts.parquet")["doc_id"].to_pylist() == ["a", "c"]


def test_a_file_name_that_is_no_text_is_escaped(tmp_path: Path) -> None:
    path = os.path.join(os.fsencode(tmp_path), b"\xff\xfe.txt")
    try:
        with open(path, "wb") as file:
            file.write("Xã có 5 trạm.".encode())
    except OSError:
        pytest.skip("this file system refuses such names")
    report = run(Options((tmp_path,), tmp_path / "out"))
    assert (report.documents, report.facts, report.failed) == (1, 1, [])
    (doc_id,) = pq.read_table(tmp_path / "out" / "documents.parquet")["doc_id"].to_pylist()
    assert doc_id == "\\xff\\xfe"


def test_a_pipe_in_a_folder_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Xã có 5 trạm.")
    os.mkfifo(tmp_path / "b.txt")
    report = run(Options((tmp_path,), tmp_path / "out"))
    assert [(item.doc_id, item.reason) for item in report.failed] == [
        ("b", "cannot be read: is no regular file")
    ]
    assert report.facts == 1


@pytest.mark.parametrize("text", ["9" * 400 + " hộ", "1/" + "9" * 400 + " xã", "5-" + "9" * 400 + " hộ"])
def test_a_run_of_digits_is_no_number(text: str) -> None:
    assert all(quantity.value < 1e30 for quantity in extract.parse_quantities(text))


@pytest.mark.parametrize("family", ["not_facts", "status", "bounds", "changes"])
def test_a_pattern_that_runs_away_stops_the_run_and_is_named(tmp_path: Path, family: str) -> None:
    value = {"not_facts": "slow", "status": "target", "bounds": "gt", "changes": "increase"}[family]
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "slow.yaml").write_text(
        f"{family}:\n  - id: slow.rule\n    value: {value}\n    pattern: '(?:a|a)+$'\n    examples: ['aa']\n"
    )
    (tmp_path / "in.txt").write_text("x " + "a" * 40 + " 5 trạm " + "a" * 40 + "!")
    with pytest.raises(RulesError, match=r"slow.yaml:2: `slow.rule`: the pattern takes longer"):
        run(Options((tmp_path / "in.txt",), tmp_path / "out", rules))


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("status:\n  - {id: status.x, value: soon, forms: [x], examples: [x]}\n", "'soon' is none of"),
        ("bounds:\n  - {id: bound.x, value: more, forms: [x], examples: [x]}\n", "'more' is none of"),
        (
            "metrics:\n  - {id: m, pillar: p, label_vi: v, label_en: e, definition: d, "
            "typical_unit: percent, units: [percent], patterns: [[]], examples: ['5% x']}\n",
            "patterns",
        ),
    ],
)
def test_a_rule_that_could_not_run_is_a_fault(tmp_path: Path, entry: str, fault: str) -> None:
    (tmp_path / "x.yaml").write_text(entry)
    with pytest.raises(RulesError, match=fault):
        load_rules(tmp_path)


def test_ctrl_c_leaves_the_older_tables_and_says_so(tmp_path: Path) -> None:
    articles = tmp_path / "in"
    articles.mkdir()
    (articles / "a.txt").write_text("Xã có 5 trạm.")
    out = tmp_path / "out"
    run(Options((articles,), out))
    before = (out / "facts.parquet").read_bytes()
    # The run cannot end before the signal comes: it waits for the rest of its input.
    command = [sys.executable, "-m", "extract", "run", "-", str(articles), "--out", str(out), "--no-cache"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stderr=pipe, text=True) as process:
        staged = out / ".extract-staging" / "parts"
        while process.poll() is None and not staged.is_dir():
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
        assert process.stderr is not None
        talk = process.stderr.read()
    assert process.returncode == 130
    assert "the output folder is as it was before" in talk
    assert (out / "facts.parquet").read_bytes() == before


def test_a_province_that_does_not_exist_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Xã có 5 trạm.")
    metadata = tmp_path / "metadata.csv"
    metadata.write_text("doc_id,province\na,Atlantis\n")
    report = run(Options((tmp_path / "a.txt",), tmp_path / "out", metadata=metadata))
    assert report.warnings == [("a", "no province is called 'Atlantis'")]
    metadata.write_text("doc_id,province\na,Bến Tre\n")
    assert run(Options((tmp_path / "a.txt",), tmp_path / "out", metadata=metadata)).warnings == []
    (tmp_path / "a.txt").write_text("# province = Ben Trê\nXã có 5 trạm.")
    report = run(Options((tmp_path / "a.txt",), tmp_path / "out"))
    assert report.warnings == [("a", "no province is called 'Ben Trê' (similar: Bến Tre)")]
    (tmp_path / "r.jsonl").write_text('{"text": "Xã có 5 trạm.", "province": "Hà Tỉnh"}\n')
    report = run(Options((tmp_path / "r.jsonl",), tmp_path / "out"))
    ((doc_id, warning),) = report.warnings
    assert (doc_id, warning.startswith("no province is called 'Hà Tỉnh' (similar: Hà Tĩnh")) == (
        "r#1",
        True,
    )
