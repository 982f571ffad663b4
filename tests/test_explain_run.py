"""Facts of a run, explained: found by id, read again, and told plainly where that is not possible."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from commands import Outcome, extract_command

from extract.explain import Explainer
from extract.explain_run import RunOptions, explain_reference
from extract.rules import RuleSet
from extract.table import load_documents, load_facts

FIRST = "Năm 2023, tỉnh Bến Tre có 157 xã. Trong đó, 48 xã đạt chuẩn.\n"
SECOND = "# published = 2024-03\nLễ hội diễn ra vui vẻ tại phường 5.\n"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A folder with two articles in `in` and their tables in `out`."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "first_article.txt").write_text(FIRST, encoding="utf-8")
    (tmp_path / "in" / "second_article.txt").write_text(SECOND, encoding="utf-8")
    assert (
        extract_command("run", tmp_path / "in", "--out", tmp_path / "out", "-q", "--workers", "1").code == 0
    )
    return tmp_path


def explain(run: Path, reference: str, *more: object) -> Outcome:
    return extract_command("explain", reference, run / "out", *more)


def test_a_fact_is_found_by_its_id_by_its_number_and_by_the_beginning_of_an_id(run: Path) -> None:
    fact_id = load_facts(run / "out").column("fact_id").to_pylist()[1]
    by_id = explain(run, fact_id)
    assert by_id.code == 0, by_id.err
    assert by_id.out.startswith(f"first_article:2  {fact_id}  48 commune")
    assert by_id.out.count("  confidence  ") == 1
    assert "without a fact" not in by_id.out
    for reference in ("first_article:2", "first_a:2", fact_id[:8]):
        assert explain(run, reference).out == by_id.out


def test_a_document_gives_all_its_facts_and_the_numbers_without_one(run: Path) -> None:
    outcome = explain(run, "first_article")
    assert outcome.out.count("  confidence  ") == 2
    assert "“2023”" in outcome.out.partition("without a fact")[2]


def test_a_document_without_facts_tells_its_numbers(run: Path) -> None:
    outcome = explain(run, "second_article")
    assert outcome.code == 0
    assert "header" in outcome.out and "number.header" in outcome.out


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("first_articel", "similar: first_article"),
        ("first_article:9", "the document has facts 1 to 2"),
        ("first_article:0", "the document has facts 1 to 2"),
        ("second_article:1", "the document has no facts"),
        ("zzzz", "documents: first_article, second_article"),
    ],
)
def test_an_unknown_reference_is_told_with_similar_ids(run: Path, reference: str, told: str) -> None:
    outcome = explain(run, reference)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err


def test_a_fact_id_with_a_slip_is_told_with_the_real_one(run: Path) -> None:
    fact_id = load_facts(run / "out").column("fact_id").to_pylist()[0]
    wrong = fact_id[:-1] + ("0" if fact_id[-1] != "0" else "1")
    outcome = explain(run, wrong)
    assert outcome.code == 2
    assert fact_id in outcome.err


def test_a_text_that_is_gone_or_changed_is_told(run: Path) -> None:
    path = run / "in" / "first_article.txt"
    path.write_text(FIRST.replace("157", "158"), encoding="utf-8")
    changed = explain(run, "first_article:1")
    assert changed.code == 2
    assert "The text has changed since the run" in changed.err
    path.unlink()
    gone = explain(run, "first_article:1")
    assert gone.code == 2
    assert "--texts DIR" in gone.err


def test_a_text_is_found_in_a_folder(run: Path) -> None:
    shutil.move(run / "in", run / "elsewhere")
    assert explain(run, "first_article:1").code == 2
    assert explain(run, "first_article:1", "--texts", run / "elsewhere").code == 0


def test_other_rules_than_those_of_the_run_are_told(run: Path) -> None:
    extra = run / "extra"
    extra.mkdir()
    unit = "units:\n  - id: commune\n    dimension: count\n    forms: [bản quán]\n"
    (extra / "units.yaml").write_text(unit, encoding="utf-8")
    outcome = explain(run, "first_article:1", "--rules", extra)
    assert outcome.code == 1
    assert "The rules are not those of the run" in outcome.out
    assert "unit_id was 'commune'" in outcome.out or "does not come out today" in outcome.out


def test_a_changed_rule_that_changes_nothing_here_is_told_and_is_fine(run: Path) -> None:
    extra = run / "extra"
    extra.mkdir()
    unit = "units:\n  - id: lighthouse\n    dimension: count\n    forms: [ngọn hải đăng]\n"
    (extra / "units.yaml").write_text(unit, encoding="utf-8")
    outcome = explain(run, "first_article:1", "--rules", extra)
    assert outcome.code == 0
    assert "This fact comes out the same." in outcome.out


def test_a_stated_province_and_date_are_taken_up_again(tmp_path: Path) -> None:
    records = [
        {
            "id": "a",
            "text": "Toàn tỉnh có 157 xã. Năm nay xây 9 cầu.",
            "published": "2023-05",
            "province": "Huế",
        }
    ]
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    assert extract_command("run", path, "--out", tmp_path / "out", "-q", "--workers", "1").code == 0
    outcome = extract_command("explain", "a", tmp_path / "out", "--format", "json")
    assert outcome.code == 0, outcome.out
    data = json.loads(outcome.out)
    rows = load_facts(tmp_path / "out").to_pylist()
    assert [fact["row"]["fact_id"] for fact in data["facts"]] == [row["fact_id"] for row in rows]
    assert not data["notes"]


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    assert extract_command("explain", "a:1", tmp_path).code == 2


def test_a_fact_of_two_documents_names_both(run: Path) -> None:
    shutil.copy(run / "in" / "first_article.txt", run / "in" / "same_again.txt")
    extract_command("run", run / "in", "--out", run / "out", "-q", "--workers", "1")
    fact_id = load_facts(run / "out").column("fact_id").to_pylist()[0]
    outcome = explain(run, fact_id)
    assert outcome.code == 0
    assert "Documents of the same content have this fact too: same_again." in outcome.out


def test_every_fact_of_the_seeds_comes_out_as_the_run_wrote_it(
    tmp_path: Path, repository: Path, rules: RuleSet
) -> None:
    out = tmp_path / "out"
    assert extract_command("run", repository / "seeds", "--out", out, "-q", "--workers", "1").code == 0
    rows = load_facts(out).to_pylist()
    assert len(rows) == 107
    explainer = Explainer(rules)
    explained = []
    for doc_id in load_documents(out).column("doc_id").to_pylist():
        explanation = explain_reference(doc_id, RunOptions(out), explainer)
        assert (explanation.notes, explanation.disagrees) == ((), False)
        explained += [fact.row for fact in explanation.facts]
    assert explained == rows
