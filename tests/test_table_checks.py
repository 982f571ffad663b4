"""`extract check`: findings of a run's tables, within documents and across them."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from commands import Outcome, extract_command

from extract import table_checks
from extract.rules import RuleSet
from extract.table import load_facts
from extract.table_checks import Listing, TableChecker, source_of

SHARE = "tỷ lệ hộ gia đình có kết nối Internet"
ARTICLES = {
    # The same statement in two papers, one of them twice.
    "a1": ("https://bao1.vn/a1", f"Năm 2023, {SHARE} của tỉnh Nghệ An đạt 82,4%."),
    "a2": ("https://www.bao2.vn/a2", f"Theo báo cáo, năm 2023, {SHARE} của tỉnh Nghệ An đạt 82,4%."),
    "a3": ("https://bao2.vn/a3", f"Năm 2023, {SHARE} của tỉnh Nghệ An đạt 82,4%."),
    # Another value, and a goal that was reached.
    "b1": ("https://bao3.vn/b1", f"Năm 2023, {SHARE} của tỉnh Nghệ An là 79,1%."),
    "c1": ("https://bao3.vn/c1", f"Đến năm 2025, tỉnh Nghệ An phấn đấu {SHARE} đạt 80%."),
    # Of another place, another year, in another's words.
    "d1": ("https://bao3.vn/d1", f"Năm 2023, {SHARE} của tỉnh Hà Tĩnh là 79,1%."),
    "d2": ("https://bao3.vn/d2", f"Năm 2022, {SHARE} của tỉnh Nghệ An là 71,3%."),
    # Within one document.
    "e1": ("https://bao4.vn/e1", "Đến nay, Nghệ An có 1.240/1.600 hộ trồng ngô đã gieo xong, đạt 71,2%."),
    "e2": ("https://bao4.vn/e2", "Năm 2023, Nghệ An có 46 ca sởi, gồm 19 ca nam và 27 ca nữ."),
}


def run_of(folder: Path, articles: dict[str, tuple[str, str]], *options: str) -> Path:
    """Runs over articles of one day; gives the folder of the tables."""
    records = [
        {"id": name, "url": url, "published": "2024-03-05", "text": text}
        for name, (url, text) in articles.items()
    ]
    source = folder / "news.jsonl"
    source.write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    outcome = extract_command("run", source, "--out", folder / "out", "--workers", 1, *options)
    assert outcome.code == 0, outcome.err
    return folder / "out"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("checks"), ARTICLES)


def listed(outcome: Outcome) -> dict[str, Any]:
    """Gives what a command printed as JSON."""
    assert (outcome.code, outcome.err) == (0, "")
    content: dict[str, Any] = json.loads(outcome.out)
    return content


def test_findings_within_documents_and_across_them(out: Path) -> None:
    content = listed(extract_command("check", out, "--format", "json"))
    assert content["counts"] == {
        "ratio_mismatch": 1,
        "conflict": 3,
        "target_below_actual": 1,
        "parts_sum_ok": 1,
        "repeated": 1,
    }
    found = [
        (item["kind"], item["wrong"], [fact["doc_id"] for fact in item["facts"]], item["calculation"])
        for item in content["findings"]
    ]
    assert found == [
        ("ratio_mismatch", True, ["e1", "e1"], "1.240/1.600 = 77,5%, stated 71,2%"),
        ("conflict", True, ["a1", "b1"], "82,4% and 79,1%"),
        ("conflict", True, ["a2", "b1"], "82,4% and 79,1%"),
        ("conflict", True, ["a3", "b1"], "82,4% and 79,1%"),
        ("target_below_actual", True, ["a1", "c1"], "target 80%, 82,4% before"),
        ("parts_sum_ok", False, ["e2", "e2", "e2"], "19 + 27 = 46, stated 46 ca"),
    ]
    fact = content["findings"][0]["facts"][1]
    assert (fact["stated"], fact["value"], fact["unit_id"]) == ("71,2%", 71.2, "percent")
    assert fact["sentence"] == ARTICLES["e1"][1]


def test_a_document_with_two_values_itself_contradicts_no_other(tmp_path: Path) -> None:
    """Two values in one sentence are of two things, also where a second paper prints the same."""
    text = "Năm 2023, tỉnh Nghệ An có hai vùng: dân số là 7.842 người; dân số là 6.757 người."
    out = run_of(tmp_path, {"x": ("https://a.vn/x", text), "y": ("https://b.vn/y", text)})
    assert [row["metric_id"] for row in load_facts(out).to_pylist()].count("population") == 4
    assert "conflict" not in listed(extract_command("check", out, "--format", "json"))["counts"]


def test_a_statement_counts_its_documents_and_their_sources(out: Path) -> None:
    (item,) = listed(extract_command("check", out, "--format", "json"))["repeated"]
    assert (item["documents"], item["sources"]) == (3, 2)
    assert (item["fact"]["doc_id"], item["fact"]["stated"]) == ("a1", "82,4%")
    rows = load_facts(out).to_pylist()
    same = [row["doc_id"] for row in rows if row["statement_id"] == item["statement_id"]]
    assert same == ["a1", "a2", "a3"]


def test_statements_of_no_known_place_or_time_are_not_grouped(tmp_path: Path) -> None:
    text = "Công ty có 14 nhà máy."
    out = run_of(tmp_path, {"x": ("https://a.vn/x", text), "y": ("https://b.vn/y", text)})
    assert len({row["statement_id"] for row in load_facts(out).to_pylist()}) == 1
    assert listed(extract_command("check", out, "--format", "json"))["counts"] == {"repeated": 0}


def test_equal_numbers_of_two_communes_are_two_statements(tmp_path: Path) -> None:
    texts = ["Năm 2023, xã Mỹ Lý, huyện Kỳ Sơn, tỉnh Nghệ An có 14 trường học."]
    texts.append(texts[0].replace("Mỹ Lý", "Na Ngoi"))
    out = run_of(
        tmp_path, {name: (f"https://{name}.vn/", text) for name, text in zip("xy", texts, strict=True)}
    )
    places = {row["place_text"] for row in load_facts(out).to_pylist()}
    assert len(places) == 2
    assert listed(extract_command("check", out, "--format", "json"))["counts"] == {"repeated": 0}


def test_only_strict_makes_findings_an_error(out: Path, tmp_path: Path) -> None:
    assert extract_command("check", out).code == 0
    assert extract_command("check", out, "--strict").code == 1
    fine = run_of(tmp_path, {"e2": ARTICLES["e2"]})
    assert extract_command("check", fine, "--strict").code == 0


def test_the_table_shows_what_is_wrong_first(out: Path) -> None:
    outcome = extract_command("check", out, "--limit", 2)
    lines = [line.strip() for line in outcome.out.splitlines()[:-2]]
    titles = [line for line in lines if ": " in line and not line.startswith(("│", "┃"))]
    assert titles == [
        "ratio_mismatch: 1",
        "conflict: 2 of 3",
        "target_below_actual: 1",
        "parts_sum_ok: 1",
        "the same statement in several documents: 1",
    ]
    assert "1.240/1.600 = 77,5%, stated 71,2%" in outcome.out
    assert outcome.out.splitlines()[-2:] == [
        "findings of something wrong: 5; of numbers that agree: 1",
        "each is about one fact or several; `extract run` counts the facts",
    ]


def test_csv_has_a_row_for_each_finding(out: Path) -> None:
    outcome = extract_command("check", out, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert Counter(row["kind"] for row in rows) == {
        "ratio_mismatch": 1,
        "conflict": 3,
        "target_below_actual": 1,
        "parts_sum_ok": 1,
        "repeated": 1,
    }
    assert rows[0]["documents"] == "e1"
    assert rows[1]["documents"] == "a1 | b1"
    assert (rows[-1]["documents"], rows[-1]["sources"]) == ("3", "2")


def test_a_table_in_parts_is_checked_as_one_file(out: Path, tmp_path: Path) -> None:
    parts = run_of(tmp_path, ARTICLES, "--rows-per-part", "2")
    assert (parts / "facts").is_dir()
    one, other = (extract_command("check", folder, "--format", "json").out for folder in (out, parts))
    assert one == other


def test_groups_are_read_some_at_a_time(out: Path, rules: RuleSet, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {finding.reason for finding in TableChecker(out, rules).across_documents()}
    monkeypatch.setattr(table_checks, "MAX_FACTS", 2)
    assert {finding.reason for finding in TableChecker(out, rules).across_documents()} == whole != set()


def test_a_finding_of_other_rules_is_listed_without_its_calculation(
    out: Path, tmp_path: Path, rules: RuleSet
) -> None:
    table = load_facts(out)
    names = ["my_check" if row["doc_id"] == "e1" else None for row in table.to_pylist()]
    place = table.column_names.index("checks")
    changed = table.set_column(place, table.schema.field("checks"), [names])
    pq.write_table(changed, tmp_path / "facts.parquet")
    (finding,) = TableChecker(tmp_path, rules).within_documents()
    assert (finding.name, len(finding.facts), finding.reason) == ("my_check", 2, "")


def test_an_empty_table_has_no_findings(tmp_path: Path) -> None:
    out = run_of(tmp_path, {"x": ("https://a.vn/x", "Trời nắng đẹp.")})
    assert listed(extract_command("check", out, "--format", "json"))["counts"] == {"repeated": 0}
    assert extract_command("check", out, "--strict").code == 0


def test_a_folder_without_tables_is_wrong_input(tmp_path: Path) -> None:
    outcome = extract_command("check", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert "no such file: has `extract run` written there?" in outcome.err


def test_a_table_of_an_older_version_is_wrong_input(out: Path, tmp_path: Path) -> None:
    pq.write_table(load_facts(out).drop_columns(["statement_id"]), tmp_path / "facts.parquet")
    outcome = extract_command("check", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert "lacks statement_id" in outcome.err


def test_a_file_that_is_no_parquet_is_wrong_input(tmp_path: Path) -> None:
    (tmp_path / "facts.parquet").write_bytes(b"no table")
    outcome = extract_command("check", tmp_path)
    assert outcome.code == 2
    assert "not readable as Parquet" in outcome.err


def test_the_findings_of_a_run_are_counted(out: Path, tmp_path: Path) -> None:
    run = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert run["counts"]["checks"] == {"parts_sum_ok": 3, "ratio_mismatch": 2}
    source = tmp_path / "a.txt"
    source.write_text(ARTICLES["e1"][1], encoding="utf-8")
    outcome = extract_command("run", source, "--out", tmp_path / "out")
    assert "2 ratio_mismatch" in outcome.err


def test_a_listing_counts_all_and_keeps_some(make_finding: Callable[[str], Any]) -> None:
    listing = Listing.of((make_finding(name) for name in ("x", "y", "x", "x")), 2)
    assert listing.counts == {"x": 3, "y": 1}
    assert {name: len(found) for name, found in listing.findings.items()} == {"x": 2, "y": 1}


@pytest.fixture
def make_finding(make_fact: Callable[..., Any]) -> Callable[[str], Any]:
    from extract.finding import Finding

    return lambda name: Finding(name, (make_fact(),), "")


@pytest.mark.parametrize(
    ("url", "path", "source"),
    [
        ("https://www.bao.vn/a/1.html", "news.jsonl", "bao.vn"),
        (None, "https://bao.vn/1.html", "bao.vn"),
        (None, "news/a.txt", "news/a.txt"),
        ("khong phai dia chi", "news/a.txt", "news/a.txt"),
    ],
)
def test_the_source_of_an_article(url: str | None, path: str, source: str) -> None:
    assert source_of(url, path) == source
