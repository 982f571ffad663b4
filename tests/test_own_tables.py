"""A run replaces the tables of runs and nothing else, and never what it reads."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import Outcome, extract_command

from extract.table import load_facts

TEXT = "Xã có 12 chợ."


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The output of a run over one article."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert extract_command("run", tmp_path / "a.txt", "--out", tmp_path / "out", "-q").code == 0
    return tmp_path / "out"


def bytes_below(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["documents.parquet", "facts.parquet"])
def test_articles_in_a_table_of_such_a_name_are_not_replaced(tmp_path: Path, name: str) -> None:
    pq.write_table(pa.table({"text": [TEXT]}), tmp_path / name)
    before = bytes_below(tmp_path)
    named = extract_command("run", tmp_path / name, "--out", tmp_path)
    reason = "is an input, and the run would replace it: choose another folder for the output"
    assert named == Outcome(2, "", f"error: {tmp_path / name}: {reason}\n")
    (tmp_path / "a.txt").write_text(TEXT)
    met = extract_command("run", tmp_path, "--out", tmp_path)
    reason = "was not written by a run: move it elsewhere"
    assert met == Outcome(2, "", f"error: {tmp_path / name}: {reason}\n")
    (tmp_path / "a.txt").unlink()
    assert bytes_below(tmp_path) == before


def test_a_part_of_the_facts_that_is_named_is_not_replaced(tmp_path: Path) -> None:
    part = tmp_path / "facts" / "part-00000.parquet"
    part.parent.mkdir()
    pq.write_table(pa.table({"text": [TEXT]}), part)
    outcome = extract_command("run", part, "--out", tmp_path)
    assert (outcome.code, "is an input, and the run would replace it" in outcome.err) == (2, True)
    (tmp_path / "a.txt").write_text(TEXT)
    outcome = extract_command("run", tmp_path / "a.txt", "--out", tmp_path)
    assert outcome == Outcome(2, "", f"error: {part}: was not written by a run: move it elsewhere\n")


def test_metadata_that_the_run_would_replace_are_refused(out: Path) -> None:
    metadata = out / "documents.parquet"
    outcome = extract_command("run", out.parent / "a.txt", "--out", out, "--metadata", metadata)
    assert (outcome.code, "is an input, and the run would replace it" in outcome.err) == (2, True)


@pytest.mark.parametrize("name", ["run.json", "datapackage.json", "croissant.json"])
def test_a_description_of_something_else_is_not_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / name).write_text('{"versions": {"mine": "1"}}')
    outcome = extract_command("run", tmp_path / "a.txt", "--out", tmp_path)
    assert outcome == Outcome(
        2, "", f"error: {tmp_path / name}: was not written by a run: move it elsewhere\n"
    )
    assert sorted(bytes_below(tmp_path)) == sorted(["a.txt", name])


def test_metadata_of_ones_own_beside_the_tables_of_a_run_are_not_replaced(out: Path) -> None:
    own = '{"name": "my-facts", "license": "https://spdx.org/licenses/CC-BY-4.0"}'
    (out / "croissant.json").write_text(own)
    outcome = extract_command("run", out.parent / "a.txt", "--out", out)
    reason = "was not written by a run: move it elsewhere"
    assert outcome == Outcome(2, "", f"error: {out / 'croissant.json'}: {reason}\n")
    assert (out / "croissant.json").read_text() == own


def test_a_table_that_was_rewritten_by_hand_is_not_replaced(out: Path) -> None:
    table = load_facts(out).replace_schema_metadata(None)
    pq.write_table(table, out / "facts.parquet")
    outcome = extract_command("run", out.parent / "a.txt", "--out", out)
    assert (outcome.code, "facts.parquet: was not written by a run" in outcome.err) == (2, True)


def test_damaged_tables_of_a_run_are_made_again(out: Path) -> None:
    (out / "facts.parquet").write_bytes(b"half")
    (out / "run.json").write_text("")
    assert extract_command("run", out.parent / "a.txt", "--out", out, "-q") == Outcome(0, "", "")
    assert load_facts(out).num_rows == 1


def test_tables_of_another_run_in_a_folder_are_passed_over(out: Path, tmp_path: Path) -> None:
    extract_command("panel", out, "-o", tmp_path / "panel.parquet")
    outcome = extract_command("run", tmp_path, "--out", tmp_path / "other", "-q")
    tables = f"{(out / 'documents.parquet').as_posix()} (and 5 more)"
    warning = f"WARNING extract.own_tables: {tables}: passed over as a table of a run\n"
    assert outcome == Outcome(0, "", warning)
    assert load_facts(tmp_path / "other")["doc_id"].to_pylist() == ["a"]


def test_a_folder_of_nothing_but_tables_holds_no_articles(out: Path, tmp_path: Path) -> None:
    outcome = extract_command("run", out, "--out", tmp_path / "other", "-q")
    assert (outcome.code, "is a table of a run and holds no articles" in outcome.err) == (2, True)
    assert not (tmp_path / "other").exists()


def test_a_table_of_a_run_that_is_named_is_read(out: Path, tmp_path: Path) -> None:
    arguments = [out / "facts.parquet", "--text-column", "sentence", "--out", tmp_path / "other", "-q"]
    assert extract_command("run", *arguments) == Outcome(0, "", "")
    assert load_facts(tmp_path / "other")["doc_id"].to_pylist() == ["a"]
