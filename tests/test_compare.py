"""Two runs compared: equal runs are equal, and each difference is told once, in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from commands import extract_command

from extract.compare_display import snippet
from extract.models import Document, DocumentResult, Fact
from extract.table import DatasetWriter, RunInfo

MakeFact = Callable[..., Fact]


def write_run(
    out: Path,
    facts: Sequence[Fact],
    *,
    source: str = "a.txt",
    title: str | None = None,
    metric: str = "a",
    content: str = "sha",
) -> Path:
    """Writes the output of a run on one document."""
    texts = ("pillar", "label_vi", "label_en", "definition", "typical_unit")
    rows = [{"metric_id": metric, **dict.fromkeys(texts, "x")}]
    writer = DatasetWriter(out, RunInfo("1", "hash", "underthesea", "9"), metrics_rows=rows)
    with writer:
        document = Document("a", "Tỉnh có 4.285 trạm.", source, content, title=title)
        writer.add(DocumentResult(document, tuple(facts)))
        writer.timings["extract"] = len(out.name) / 7
    return out


def report(old: Path, new: Path, *options: str) -> tuple[int, list[str]]:
    """Compares two runs. Gives the exit code and the lines."""
    outcome = extract_command("compare", old, new, *options)
    return outcome.code, outcome.out.splitlines()


def stated(make_fact: MakeFact, start: int = 8, **changes: object) -> Fact:
    """A fact whose offsets point to the number in its sentence."""
    return make_fact("a", start, **{"char_end": start + 5, **changes})


def test_runs_with_the_same_rows_are_equal(tmp_path: Path, make_fact: MakeFact) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)])
    new = write_run(tmp_path / "newer", [stated(make_fact)], source="elsewhere/a.txt")
    assert report(old, new) == (0, ["equal"])
    assert report(old, new, "--format", "markdown") == (0, ["**Equal.**"])


def test_added_and_removed_facts_are_told(tmp_path: Path, make_fact: MakeFact) -> None:
    one, two = stated(make_fact), stated(make_fact, 14, char_end=18)
    old, new = write_run(tmp_path / "old", [one]), write_run(tmp_path / "new", [two])
    says = "metric_id mobile_base_stations, metric_text trạm BTS, value 4285, unit_id station, status actual"
    assert report(old, new) == (
        1,
        [
            "+ a  Tỉnh có 4.285 [trạm].",
            f"    {says}, province_code 60",
            "- a  Tỉnh có [4.285] trạm.",
            f"    {says}, province_code 60",
            # The document counts its facts, which are as many as before.
            "1 fact added, 1 removed, 0 changed",
        ],
    )


def test_fields_that_differ_are_told(tmp_path: Path, make_fact: MakeFact) -> None:
    first = stated(make_fact, rule_ids=("number.digits", "bind.left"))
    second = stated(
        make_fact,
        value=4285.5,
        technology="5G",
        province_code=None,
        rule_ids=("number.digits", "bind.right"),
    )
    old, new = write_run(tmp_path / "old", [first]), write_run(tmp_path / "new", [second])
    assert report(old, new) == (
        1,
        [
            "~ a  Tỉnh có [4.285] trạm.",
            "    technology: (none) -> 5G",
            "    value: 4285 -> 4285.5",
            "    province_code: 60 -> (none)",
            "    rules: bind.left -> bind.right",
            "0 facts added, 0 removed, 1 changed (technology 1, value 1, province_code 1)",
        ],
    )


def test_a_number_that_is_read_with_other_ends_is_the_same_fact(tmp_path: Path, make_fact: MakeFact) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)])
    new = write_run(
        tmp_path / "new", [stated(make_fact, fact_id="other", char_end=18, unit_text="trạm phát")]
    )
    assert report(old, new) == (
        1,
        [
            "~ a  Tỉnh có [4.285 trạm].",
            "    unit_text: trạm -> trạm phát",
            "0 facts added, 0 removed, 1 changed (unit_text 1)",
        ],
    )


def test_a_fact_of_an_edited_article_is_known_by_its_sentence(tmp_path: Path, make_fact: MakeFact) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)])
    moved = make_fact("a", 28, fact_id="other", sentence_start=20, char_end=33)
    new = write_run(tmp_path / "new", [moved], content="another")
    assert report(old, new) == (
        1,
        [
            "= a  Tỉnh có [4.285] trạm.",
            "    place in the text: 8-13 -> 28-33",
            "documents: changed: a",
            "0 facts added, 0 removed, 0 changed, 1 found in another way",
        ],
    )


def test_in_an_edited_article_another_sentence_is_another_fact(tmp_path: Path, make_fact: MakeFact) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)])
    other = stated(make_fact, fact_id="other", sentence="Xã có 4.285 trạm.")
    new = write_run(tmp_path / "new", [other], content="another")
    assert report(old, new)[1][-1] == "1 fact added, 1 removed, 0 changed"


def test_what_says_the_same_is_told_apart(tmp_path: Path, make_fact: MakeFact) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact, confidence=0.75)])
    new = write_run(tmp_path / "new", [stated(make_fact, confidence=0.5)])
    assert report(old, new) == (
        1,
        [
            "= a  Tỉnh có [4.285] trạm.",
            "    confidence: 0.75 -> 0.5",
            "0 facts added, 0 removed, 0 changed, 1 found in another way",
        ],
    )


def test_other_tables_that_differ_are_told(tmp_path: Path, make_fact: MakeFact) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)], title="Một")
    new = write_run(tmp_path / "new", [stated(make_fact)], title="Hai", metric="b")
    assert report(old, new) == (
        1,
        [
            "documents: changed: a",
            "metrics: added: b",
            "metrics: removed: a",
            "0 facts added, 0 removed, 0 changed",
        ],
    )


def test_long_lists_are_cut_and_counted(tmp_path: Path, make_fact: MakeFact) -> None:
    old = write_run(tmp_path / "old", [])
    facts = [make_fact("a", start, sentence="1 2 3 4 5", char_end=start + 1) for start in (0, 2, 4)]
    new = write_run(tmp_path / "new", facts)
    cut = report(old, new, "--limit", "2")[1]
    assert [line[:6] for line in cut if line.startswith("+")] == ["+ a  [", "+ a  1"]
    assert "… and 1 more" in cut
    assert cut[-1] == "3 facts added, 0 removed, 0 changed"
    assert sum(line.startswith("+") for line in report(old, new, "--limit", "0")[1]) == 3


def test_markdown_keeps_the_marks_of_the_text(tmp_path: Path, make_fact: MakeFact) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)])
    new = write_run(tmp_path / "new", [stated(make_fact, metric_text="trạm | *cột*")])
    assert report(old, new, "--format", "markdown") == (
        1,
        [
            "**0 facts added, 0 removed, 1 changed (metric_text 1).**",
            "",
            "### Changed",
            "",
            "| document | text | old → new |",
            "| --- | --- | --- |",
            r"| a | Tỉnh có \[4.285\] trạm. | metric\_text: trạm BTS → trạm \| \*cột\* |",
        ],
    )


def test_json_has_old_and_new_of_every_field(tmp_path: Path, make_fact: MakeFact) -> None:
    old = write_run(tmp_path / "old", [stated(make_fact)])
    new = write_run(tmp_path / "new", [stated(make_fact, value=5.0)])
    outcome = extract_command("compare", old, new, "--format", "json")
    content = json.loads(outcome.out)
    assert (outcome.code, content["equal"]) == (1, False)
    assert [item["fields"] for item in content["facts"]["changed"]] == [
        {"value": {"old": 4285.0, "new": 5.0}}
    ]


def test_a_long_sentence_is_cut(make_fact: MakeFact) -> None:
    sentence = "x" * 60 + "5 hộ" + "y" * 60
    fact = make_fact("a", 60, sentence=sentence, char_end=64)
    row = {name: getattr(fact, name) for name in ("sentence", "sentence_start", "char_start", "char_end")}
    assert snippet(row) == "…" + "x" * 40 + "[5 hộ]" + "y" * 40 + "…"


@pytest.mark.parametrize("missing", ["facts.parquet", "units.parquet"])
def test_a_table_that_is_missing_is_named(tmp_path: Path, make_fact: MakeFact, missing: str) -> None:
    old, new = (write_run(tmp_path / name, [stated(make_fact)]) for name in ("old", "new"))
    (new / missing).unlink()
    outcome = extract_command("compare", old, new)
    assert (outcome.code, outcome.out) == (2, "")
    assert str(new / missing) in outcome.err
