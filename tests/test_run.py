"""`extract run`: what it writes, what it says, and that two runs are the same."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from commands import Outcome, extract_command

from extract.table import FILE_NAMES, load_documents, load_facts

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"


def write_articles(folder: Path, **texts: str) -> Path:
    """Makes a folder of articles."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Gives the hash of each file in a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def summary(folder: Path) -> dict[str, Any]:
    """Gives `run.json`."""
    loaded: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def seeds_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path]:
    """The output of a run on the seeds, made once."""
    out = tmp_path_factory.mktemp("seeds") / "out"
    return extract_command("run", SEEDS, "--out", out), out


def test_a_run_on_the_seeds_writes_all_tables(seeds_run: tuple[Outcome, Path]) -> None:
    outcome, out = seeds_run
    assert (outcome.code, outcome.out) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == sorted(FILE_NAMES)
    documents = load_documents(out).to_pylist()
    assert [row["doc_id"] for row in documents] == sorted(path.stem for path in SEEDS.glob("*.txt"))
    assert [row["status"] for row in documents] == ["ok"] * 5
    assert [row["province_code"] for row in documents] == ["60", "70", "83", "74", "52"]


def test_the_summary_of_a_run_stands_on_standard_error(seeds_run: tuple[Outcome, Path]) -> None:
    outcome, out = seeds_run
    facts = load_facts(out).num_rows
    assert f"{facts} facts from 5 documents" in outcome.err
    assert "mobile_base_stations" in outcome.err
    assert "document_number" in outcome.err


def test_run_json_counts_what_the_tables_hold(seeds_run: tuple[Outcome, Path]) -> None:
    _, out = seeds_run
    run = summary(out)
    facts = load_facts(out).to_pylist()
    assert run["counts"]["documents"] == run["counts"]["documents_ok"] == 5
    assert run["counts"]["facts"] == len(facts)
    assert run["counts"]["duplicates"] == sum(row["duplicate_of"] is not None for row in facts)
    assert (run["errors"], run["warnings"]) == ([], [])
    assert [entry["sha256"] for entry in run["inputs"]] == [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(SEEDS.glob("*.txt"))
    ]


def test_rows_are_sorted_by_document_and_offset(seeds_run: tuple[Outcome, Path]) -> None:
    _, out = seeds_run
    keys = [(row["doc_id"], row["char_start"], row["char_end"]) for row in load_facts(out).to_pylist()]
    assert keys == sorted(keys)


def test_two_runs_give_equal_bytes(seeds_run: tuple[Outcome, Path], tmp_path: Path) -> None:
    _, first = seeds_run
    assert extract_command("run", SEEDS, "--out", tmp_path / "out", "--quiet").code == 0
    ours, theirs = digests(first), digests(tmp_path / "out")
    differing = {name for name in ours | theirs if ours.get(name) != theirs.get(name)}
    assert differing <= {"run.json"}
    one, other = summary(first), summary(tmp_path / "out")
    assert {key for key in one if one[key] != other[key]} <= {"timings"}


def test_the_order_in_which_inputs_are_named_does_not_matter(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", b="Xã có 12 chợ.", a="Huyện có 9 cầu.")
    files = [articles / "b.txt", articles / "a.txt"]
    for out, inputs in (("one", files), ("two", files[::-1]), ("three", [articles])):
        assert extract_command("run", *inputs, "--out", tmp_path / out).code == 0
    assert digests(tmp_path / "one")["facts.parquet"] == digests(tmp_path / "two")["facts.parquet"]
    assert digests(tmp_path / "one")["facts.parquet"] == digests(tmp_path / "three")["facts.parquet"]


def test_quiet_prints_nothing(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", a="Xã có 12 chợ.")
    assert extract_command("run", articles, "--out", tmp_path / "out", "-q") == Outcome(0, "", "")


def test_an_article_that_cannot_be_read_is_told_and_the_others_are_extracted(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", a="Xã có 12 chợ.", c="Huyện có 9 cầu.", d="")
    (articles / "b.txt").write_bytes("12 chợ".encode() + b"\xff")
    outcome = extract_command("run", articles, "--out", tmp_path / "out")
    assert outcome.code == 1
    reason = "not UTF-8: byte 0xff at offset 8"
    assert f"failed: {(articles / 'b.txt').as_posix()}: {reason}" in outcome.err
    assert "1 empty: d" in outcome.err
    assert "1 failed: b" in outcome.err
    rows = {row["doc_id"]: row for row in load_documents(tmp_path / "out").to_pylist()}
    assert {doc_id: (row["status"], row["error"], row["facts"]) for doc_id, row in rows.items()} == {
        "a": ("ok", None, 1),
        "b": ("error", reason, 0),
        "c": ("ok", None, 1),
        "d": ("empty", None, 0),
    }
    facts = load_facts(tmp_path / "out").to_pylist()
    assert [(row["doc_id"], row["value"], row["unit_id"]) for row in facts] == [
        ("a", 12.0, "marketplace"),
        ("c", 9.0, "bridge"),
    ]
    assert [(entry["doc_id"], entry["error"]) for entry in summary(tmp_path / "out")["errors"]] == [
        ("b", reason)
    ]


def test_a_path_that_is_not_there_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    outcome = extract_command("run", tmp_path / "none", "--out", tmp_path / "out")
    assert outcome == Outcome(2, "", f"error: {tmp_path / 'none'}: no such file or folder\n")
    assert not (tmp_path / "out").exists()


def test_a_folder_without_articles_is_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    outcome = extract_command("run", tmp_path / "in", "--out", tmp_path / "out")
    assert outcome.code == 2
    assert f"{tmp_path / 'in'}: holds no file that is read" in outcome.err


def test_an_output_that_is_a_file_is_named(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", a="Xã có 12 chợ.")
    (tmp_path / "out").write_text("mine")
    outcome = extract_command("run", articles, "--out", tmp_path / "out")
    assert outcome.code == 2
    assert str(tmp_path / "out") in outcome.err
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", a="Xã có 12 chợ.")
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    outcome = extract_command("run", articles, "--out", locked / "out")
    assert outcome.code == 2
    assert str(locked / "out") in outcome.err


def test_an_older_run_is_replaced_as_a_whole_and_other_files_stay(tmp_path: Path) -> None:
    out = tmp_path / "out"
    old = write_articles(tmp_path / "old", a="Xã có 12 chợ.", b="Huyện có 9 cầu.")
    new = write_articles(tmp_path / "new", z="Tỉnh có 4 cảng.")
    assert extract_command("run", old, "--out", out).code == 0
    (out / "notes.md").write_text("mine")
    assert extract_command("run", new, "--out", out).code == 0
    assert [row["doc_id"] for row in load_documents(out).to_pylist()] == ["z"]
    assert [row["doc_id"] for row in load_facts(out).to_pylist()] == ["z"]
    assert [entry["doc_id"] for entry in summary(out)["inputs"]] == ["z"]
    assert sorted(path.name for path in out.iterdir()) == sorted([*FILE_NAMES, "notes.md"])


def test_a_run_that_fails_leaves_the_older_one(tmp_path: Path) -> None:
    out = tmp_path / "out"
    articles = write_articles(tmp_path / "in", a="Xã có 12 chợ.")
    assert extract_command("run", articles, "--out", out).code == 0
    before = digests(out)
    (tmp_path / "rules").mkdir()
    assert extract_command("run", articles, "--out", out, "--rules", tmp_path / "rules").code == 2
    assert extract_command("run", tmp_path / "none", "--out", out).code == 2
    assert digests(out) == before


def test_the_users_dates_and_provinces_are_used(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", a="Toàn tỉnh có 12 chợ.", b="Toàn tỉnh có 9 cầu.")
    metadata = tmp_path / "dates.csv"
    metadata.write_text("doc_id,published,province\na,2021-05,Kon Tum\nb,2025-08-01,52\n", encoding="utf-8")
    assert extract_command("run", articles, "--out", tmp_path / "out", "--metadata", metadata).code == 0
    facts = load_facts(tmp_path / "out").to_pylist()
    assert [(str(row["period_start"]), str(row["period_end"]), row["province_code"]) for row in facts] == [
        ("2021-05-01", "2021-05-31", "62"),
        ("2025-08-01", "2025-08-01", "52"),
    ]


def test_metadata_of_documents_that_are_not_there_is_a_warning(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", a="Xã có 12 chợ.")
    metadata = tmp_path / "dates.csv"
    metadata.write_text("doc_id,published\na,2021\nnobody,2022\n", encoding="utf-8")
    outcome = extract_command("run", articles, "--out", tmp_path / "out", "--metadata", metadata, "-q")
    assert outcome == Outcome(0, "", f"warning: {metadata}: no input has the doc_id 'nobody'\n")
    run_json = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    told = "stands in the metadata, but in no input"
    assert run_json["warnings"] == [{"doc_id": "nobody", "warning": told}]


def test_dates_that_are_none_are_left_out_and_told(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", a="Xã có 12 chợ.", b="# published = 2020\nXã có 9 cầu.")
    metadata = tmp_path / "dates.csv"
    metadata.write_text("doc_id,published\na,31/02/2021\nb,2021-13\n", encoding="utf-8")
    outcome = extract_command("run", articles, "--out", tmp_path / "out", "--metadata", metadata)
    told = [
        ("a", "date left out: dates.csv, line 2: '31/02/2021' is not in the calendar"),
        ("b", "date left out: dates.csv, line 3: '2021-13' is not in the calendar"),
    ]
    assert outcome.code == 0
    assert [line for line in outcome.err.splitlines() if line.startswith("warning: ")] == [
        f"warning: {doc_id}: {warning}" for doc_id, warning in told
    ]
    documents = load_documents(tmp_path / "out").to_pylist()
    assert [(row["doc_id"], row["warning"]) for row in documents] == told
    assert [str(row["published"]) for row in documents] == ["None", "2020-01-01"]
    run_json = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert run_json["warnings"] == [{"doc_id": doc_id, "warning": warning} for doc_id, warning in told]


def test_metadata_that_is_not_there_is_named(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", a="Xã có 12 chợ.")
    outcome = extract_command("run", articles, "--out", tmp_path / "out", "--metadata", tmp_path / "none.csv")
    assert (outcome.code, outcome.err) == (2, f"error: {tmp_path / 'none.csv'}: no such file\n")


def test_rules_of_ones_own_change_the_facts_and_the_hash(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in", a="Vườn có 12 gốc sưa.")
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "mine.yaml").write_text(
        "units: [{id: rosewood, dimension: count, forms: [gốc sưa]}]\n", encoding="utf-8"
    )
    assert extract_command("run", articles, "--out", tmp_path / "one").code == 0
    assert extract_command("run", articles, "--out", tmp_path / "two", "--rules", rules).code == 0
    (row,) = load_facts(tmp_path / "two").to_pylist()
    assert (row["value"], row["unit_id"]) == (12.0, "rosewood")
    assert summary(tmp_path / "one")["rules_hash"] != summary(tmp_path / "two")["rules_hash"]
    units = pq.read_table(tmp_path / "two" / "units.parquet").column("unit_id").to_pylist()
    assert "rosewood" in units
