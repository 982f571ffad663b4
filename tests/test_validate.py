"""`extract validate`: every fault with its row and column, in any fact table, however it was stored."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.errors
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import Outcome, extract_command

from extract import table_parts
from extract.pandera_schema import build_fact_schema
from extract.table_parts import Fault
from extract.table_schema import FACTS
from extract.validation import Validation

Rows = list[dict[str, Any]]

# A row, a column, and what is told of it, when the row of the seeds' first document is changed so.
FAULTS: list[tuple[int, dict[str, Any], str, str, str]] = [
    (0, {"value": 21.0}, "value", "offset_number", "21 is not what '20 tỉnh, thành phố' states"),
    (3, {"value": 1944.0}, "value", "offset_number", "1944 is not what '1.255 trạm BTS' states"),
    (0, {"value": None}, "value", "required", "is empty"),
    (0, {"value": float("inf")}, "value", "finite", "inf, empty, empty: not finite"),
    (0, {"value_max": 20.0}, "value_max", "range_order", "20 is not above the lower end 20"),
    (0, {"bound": "about"}, "bound", "values", "about is none of eq, approx, gt, ge, lt, le"),
    (0, {"status": "maybe"}, "status", "values", "maybe is none of actual, target"),
    (1, {"metric_id": "cables"}, "metric_id", "metric_known", "cables is no metric of the ontology"),
    (1, {"unit_id": "trụ"}, "unit_id", "unit_known", "trụ is no unit, no rate of units and not the noun"),
    (1, {"unit_id": "VND/a/"}, "unit_id", "unit_known", "VND/a/ is no unit"),
    (1, {"technology": "4G,6G"}, "technology", "pattern", "4G,6G is not of the form"),
    (1, {"confidence": 1.5}, "confidence", "maximum", "1.5 is more than 1"),
    (1, {"char_start": -1}, "char_start", "minimum", "-1 is less than 0"),
    (1, {"char_end": 1136}, "char_end", "offset_order", "1136 is not behind char_start 1136"),
    (1, {"char_end": 9_999}, "char_start", "offset_sentence", "1136 to 9999 is not within the sentence"),
    (1, {"sentence_start": 1137}, "char_start", "offset_sentence", "which begins at 1137"),
    (1, {"char_end": 1147}, "char_start", "offset_words", "begins or ends with a blank: '4.285 trạm '"),
    (1, {"fact_id": "4285"}, "fact_id", "pattern", "4285 is not of the form [0-9a-f]{16}"),
    (1, {"rule_ids": " "}, "rule_ids", "pattern", "  is not of the form"),
    (0, {"period_end": dt.date(2029, 12, 31)}, "period_end", "period_order", "before period_start 2030"),
    (0, {"period_end": dt.date(2031, 12, 31)}, "period_grain", "period_grain", "to 2031-12-31 is no year"),
    (0, {"period_grain": "month"}, "period_grain", "period_grain", "2030-12-31 is no month"),
    (0, {"period_grain": None}, "period_start", "period_whole", "2030-01-01, 2030-12-31, empty: these stand"),
    (0, {"period_source": "none"}, "period_source", "period_source", "none, but period_start is 2030-01-01"),
    (0, {"baseline_end": dt.date(2020, 1, 1)}, "baseline_start", "baseline_whole", "empty, 2020-01-01"),
    (0, {"province_code": "61"}, "province_code", "province_valid", "61 Bình Thuận, today in 68: not"),
    (0, {"province_code_2025": "60"}, "province_code", "province_valid", "today in 60"),
    (0, {"province_name": None}, "province_code", "province_whole", "60, empty, 68: codes and name"),
    (0, {"place_source": "none"}, "place_source", "place_source", "none, but place_text is Bình Thuận"),
]  # fmt: skip
# What else is wrong where a cell is.
FOLLOWING = {
    "finite": {"offset_number"},
    "minimum": {"offset_sentence"},
    "period_order": {"period_grain"},
    "offset_sentence": {"offset_order"},
}


@pytest.fixture
def rows(seeds_run: Path) -> Rows:
    """The facts of the seeds' first document."""
    every: Rows = pq.read_table(seeds_run / "facts.parquet").to_pylist()
    return [row for row in every if row["doc_id"] == every[0]["doc_id"]]


def write_rows(path: Path, rows: Rows) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, FACTS.to_plain_schema()), path)
    return path


def faults_of(path: Path) -> list[Fault]:
    return list(Validation(path).faults())


def test_the_tables_of_a_run_have_no_fault(seeds_run: Path) -> None:
    outcome = extract_command("validate", seeds_run)
    summary = (
        "107 rows of facts, 5 rows of documents, 93 rows of metrics, 572 rows of units, 97 rows of provinces"
    )
    assert outcome == Outcome(0, "", f"{summary}: no faults\n")


@pytest.fixture(scope="module")
def wrong_cells(seeds_run: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[Fault]]:
    """The faults of a table that has each of `FAULTS` in a row of its own, by row."""
    every: Rows = pq.read_table(seeds_run / "facts.parquet").to_pylist()
    rows = []
    for number, (place, change, *_) in enumerate(FAULTS):
        rows.append({**every[place], "fact_id": f"{number:016x}", **change})
    found: dict[int, list[Fault]] = {}
    for fault in faults_of(write_rows(tmp_path_factory.mktemp("wrong") / "facts.parquet", rows)):
        # The order of rows is that of the list, which is not what is looked at.
        if fault.check != "order":
            found.setdefault(fault.row or 0, []).append(fault)
    return found


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=[f"{case[3]}-{case[1]}" for case in FAULTS])
def test_a_cell_that_is_wrong_is_told_with_row_and_column(
    wrong_cells: dict[int, list[Fault]], number: int
) -> None:
    _, change, column, check, message = FAULTS[number]
    found = wrong_cells[number + 1]
    (fault,) = [fault for fault in found if fault.check == check]
    assert (fault.column, fault.fact_id) == (column, change.get("fact_id", f"{number:016x}"))
    assert message in fault.message
    assert {fault.check for fault in found} - {check} <= FOLLOWING.get(check, set())


def test_words_are_read_where_digits_do_not_say_the_value(tmp_path: Path, rows: Rows) -> None:
    sentence = "Dự án kéo dài 4 năm rưỡi."
    start = rows[1]["sentence_start"]
    words = {"sentence": sentence, "char_start": start + 14, "char_end": start + 24, "unit_id": "year"}
    rows = [rows[0], rows[1] | words | {"value": 4.5}]
    assert faults_of(write_rows(tmp_path / "facts.parquet", rows)) == []
    rows[1]["value"] = 4.6
    (fault,) = faults_of(write_rows(tmp_path / "facts.parquet", rows))
    assert (fault.row, fault.check) == (2, "offset_number")


def test_provinces_count_in_the_list_of_the_documents_date(tmp_path: Path) -> None:
    """19 is Thái Nguyên in both lists, 15 was Yên Bái and is Lào Cai, 10 was Lào Cai."""
    (tmp_path / "in").mkdir()
    for name, day in (("old", "2024-05-02"), ("new", "2025-08-02"), ("undated", "")):
        head = f"# published = {day}\n" if day else ""
        (tmp_path / "in" / f"{name}.txt").write_text(f"{head}Tỉnh Lào Cai có 12 chợ.\n", encoding="utf-8")
    out = tmp_path / "out"
    assert extract_command("run", tmp_path / "in", "--out", out, "-q") == Outcome(0, "", "")
    assert faults_of(out) == []
    table = pq.read_table(out / "facts.parquet")
    codes = dict(zip(table["doc_id"].to_pylist(), table["province_code"].to_pylist(), strict=True))
    assert codes == {"new": "15", "old": "10", "undated": "10"}
    other = pa.array([{"10": "15", "15": "10"}[codes[doc]] for doc in table["doc_id"].to_pylist()])
    pq.write_table(
        table.set_column(table.schema.get_field_index("province_code"), "province_code", other),
        out / "facts.parquet",
    )
    found = [(fault.row, fault.check) for fault in faults_of(out)]
    # Without a date either list may be meant.
    assert found == [(1, "province_valid"), (2, "province_valid")]


def test_keys_order_and_references_of_a_run(tmp_path: Path, seeds_run: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(seeds_run, out)
    rows: Rows = pq.read_table(out / "facts.parquet").to_pylist()
    rows[3]["fact_id"] = rows[1]["fact_id"]
    rows[7]["duplicate_of"] = "0123456789abcdef"
    rows[8]["duplicate_of"] = rows[8]["fact_id"]
    rows[106]["doc_id"] = "other"
    rows[10], rows[11] = rows[11], rows[10]
    write_rows(out / "facts.parquet", rows)
    file = str(out / "facts.parquet")
    found = {(fault.file, fault.row, fault.column, fault.check): fault.message for fault in faults_of(out)}
    assert found == {
        (file, 9, "duplicate_of", "duplicate_other"): f"{rows[8]['fact_id']} is the fact itself",
        (file, 12, "doc_id", "order"): "the row before comes after it: rows stand in the order of doc_id, "
        "char_start, char_end",
        (file, 4, "fact_id", "unique"): "doc_id, fact_id: the same as in row 2",
        (file, 107, "doc_id", "document"): "stands in no row of documents",
        (file, None, "doc_id", "document_facts"): "1 documents have other numbers of facts than "
        "documents.facts says",
        (file, 8, "duplicate_of", "duplicate_known"): "no fact of the document has this id",
    }


def test_the_other_tables_of_a_run_are_checked_too(tmp_path: Path, seeds_run: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(seeds_run, out)
    for name, column, value in (("provinces", "list", "62"), ("documents", "status", None)):
        rows: Rows = pq.read_table(out / f"{name}.parquet").to_pylist()
        rows[2][column] = value
        schema = pq.read_schema(out / f"{name}.parquet")
        fields = [
            field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in schema
        ]
        nullable = pa.schema([field.with_nullable(True) for field in fields])
        pq.write_table(pa.Table.from_pylist(rows, nullable), out / f"{name}.parquet")
    found = [(Path(fault.file).name, fault.row, fault.column, fault.check) for fault in faults_of(out)]
    assert found == [
        ("documents.parquet", 3, "status", "required"),
        ("provinces.parquet", 3, "list", "values"),
    ]


@pytest.mark.parametrize("rows_per_part", [1, 7, 20_000])
def test_parts_and_files_make_no_difference(
    tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch, rows_per_part: int
) -> None:
    monkeypatch.setattr(table_parts, "ROWS_PER_PART", rows_per_part)
    rows[4]["confidence"] = 2.0
    rows[12]["fact_id"] = rows[2]["fact_id"]
    rows[15], rows[16] = rows[16], rows[15]
    whole = [(fault.row, fault.check) for fault in faults_of(write_rows(tmp_path / "facts.parquet", rows))]
    assert whole == [(5, "maximum"), (17, "order"), (13, "unique")]
    (tmp_path / "facts").mkdir()
    write_rows(tmp_path / "facts" / "part-00000.parquet", rows[:10])
    write_rows(tmp_path / "facts" / "part-00001.parquet", rows[10:])
    found = [(Path(item.file).stem, item.row, item.check) for item in faults_of(tmp_path / "facts")]
    assert found == [("part-00000", 5, "maximum"), ("part-00001", 7, "order"), ("part-00001", 3, "unique")]
    (unique,) = [item for item in faults_of(tmp_path / "facts") if item.check == "unique"]
    assert unique.message.endswith("part-00000.parquet row 3")


def _by_pandas(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path)


def _by_pandas_as_csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False)


def _with_times(frame: pd.DataFrame, path: Path) -> None:
    days = [column.name for column in FACTS.columns if pa.types.is_date(column.type)]
    frame.assign(**{name: pd.to_datetime(frame[name]) for name in days}).to_parquet(path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("facts.parquet", _by_pandas),
        ("facts.csv", _by_pandas_as_csv),
        ("facts.csv.gz", _by_pandas_as_csv),
        ("facts.parquet", _with_times),
    ],
)
def test_tables_that_others_wrote_are_read(
    tmp_path: Path, seeds_run: Path, name: str, write: Callable[[pd.DataFrame, Path], None]
) -> None:
    frame = pd.read_parquet(seeds_run / "facts.parquet").assign(remark="mine")
    write(frame, tmp_path / name)
    assert faults_of(tmp_path / name) == []
    frame["status"] = frame["status"].astype("object")
    frame.loc[5, "status"] = "maybe"
    write(frame, tmp_path / name)
    assert [(fault.row, fault.column, fault.check) for fault in faults_of(tmp_path / name)] == [
        (6, "status", "values")
    ]


def test_columns_that_are_missing_or_of_another_type(tmp_path: Path, rows: Rows) -> None:
    table = pa.Table.from_pylist(rows, FACTS.to_plain_schema()).drop_columns(["sentence"])
    place = table.schema.get_field_index("value")
    words = pa.array([str(row["value"]) for row in rows])
    path = tmp_path / "facts.parquet"
    pq.write_table(table.set_column(place, "value", words), path)
    assert faults_of(path) == [
        Fault(str(path), None, "value", "type", "is string, not float64"),
        Fault(str(path), None, "sentence", "column", "there is no such column"),
    ]


def test_cells_of_csv_that_cannot_be_read_are_told_once(tmp_path: Path, seeds_run: Path) -> None:
    path = tmp_path / "facts.csv"
    extract_command("export", seeds_run, "--to", "csv", "-o", path)
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
    for row, column, cell in ((3, "value", "1,46"), (4, "period_start", "8/10/2024"), (5, "char_end", "1.5")):
        lines[row][lines[0].index(column)] = cell
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    found = [(fault.row, fault.column, fault.check, fault.message) for fault in faults_of(path)]
    assert found[0] == (3, "value", "type", "'1,46' is no number")
    assert found[1] == (4, "period_start", "type", "'8/10/2024' is no day such as 2024-10-08")
    assert ("char_end", "type", "'1.5' is no whole number") in [fault[1:] for fault in found]
    assert not {check for _, _, check, _ in found} & {"required"}


def test_an_empty_table_is_valid(tmp_path: Path) -> None:
    assert faults_of(write_rows(tmp_path / "facts.parquet", [])) == []


def test_what_is_printed(tmp_path: Path, rows: Rows) -> None:
    for row in rows[:3]:
        row["confidence"] = 2.0
    path = write_rows(tmp_path / "facts.parquet", rows)
    outcome = extract_command("validate", path, "--limit", "2")
    told = [f"{path} row {n} ({rows[n - 1]['fact_id']}) confidence: 2.0 is more than 1\n" for n in (1, 2)]
    summary = f"{len(rows)} rows of facts: 3 faults (3 maximum)\n"
    assert outcome == Outcome(1, "".join(told), f"maximum: 1 more, --limit 0 lists all\n{summary}")
    printed = extract_command("validate", path, "--limit", "0", "--format", "json")
    assert [(item["row"], item["column"]) for item in json.loads(printed.out)] == [
        (1, "confidence"),
        (2, "confidence"),
        (3, "confidence"),
    ]
    printed = extract_command("validate", path, "--format", "csv")
    assert [row["row"] for row in csv.DictReader(io.StringIO(printed.out))] == ["1", "2", "3"]


def test_what_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"no table")
    (tmp_path / "empty").mkdir()
    for path, reason in (
        (tmp_path / "none.parquet", "no such file"),
        (tmp_path / "a.parquet", "not readable as Parquet"),
        (tmp_path / "empty", "holds no table of facts"),
        (Path(__file__), "is neither .parquet nor .csv"),
    ):
        outcome = extract_command("validate", path)
        assert (outcome.code, outcome.out) == (2, "")
        assert f"error: {path}: {reason}" in outcome.err


def test_the_schema_is_there_for_frames_of_ones_own(seeds_run: Path) -> None:
    schema = build_fact_schema()
    for options in ({}, {"dtype_backend": "pyarrow"}):
        frame = pd.read_parquet(seeds_run / "facts.parquet", **options)  # type: ignore[call-overload]
        assert schema.validate(frame).equals(frame)
    frame = pd.read_parquet(seeds_run / "facts.parquet")
    frame["status"] = frame["status"].astype("object")
    frame.loc[4, "status"] = "maybe"
    frame.loc[4, "char_end"] = 0
    with pytest.raises(pandera.errors.SchemaErrors) as raised:
        schema.validate(frame, lazy=True)
    cases = raised.value.failure_cases
    assert set(cases["check"]) == {"none of actual, target", "less than 1", "offset_order"}
    assert set(cases["index"]) == {4}
    assert schema.columns["status"].description == "Happened, or hoped for at the time of writing"
