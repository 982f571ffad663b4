"""Metadata files: three formats, one result; every fault of a file in one message."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import logging
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.calendar_periods import parse_iso_period
from extract.errors import InputError
from extract.metadata import DocumentMetadata, load_metadata
from extract.models import Grain, Period

ROWS = [
    {"doc_id": "a", "published": "2024-10-08", "url": "https://example.com/a", "province": "Bến Tre"},
    {"doc_id": "b", "published": "2024-07", "title": "Tiêu đề"},
    {"doc_id": "c", "published": "2024", "source": "Báo Bến Tre"},
    {"doc_id": "d"},
]
COLUMNS = ["doc_id", "published", "url", "source", "title", "province"]
WANTED = {
    "a": DocumentMetadata(
        Period(dt.date(2024, 10, 8), dt.date(2024, 10, 8), Grain.DAY),
        url="https://example.com/a",
        province="Bến Tre",
    ),
    "b": DocumentMetadata(Period(dt.date(2024, 7, 1), dt.date(2024, 7, 31), Grain.MONTH), title="Tiêu đề"),
    "c": DocumentMetadata(
        Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31), Grain.YEAR), source="Báo Bến Tre"
    ),
    "d": DocumentMetadata(),
}


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    lines = [",".join(COLUMNS), *(",".join(row.get(column, "") for column in COLUMNS) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_csv(tmp_path: Path) -> None:
    assert load_metadata(write_csv(tmp_path / "m.csv", ROWS)).by_id == WANTED


def test_csv_with_mark_and_windows_line_ends(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "m.csv", ROWS)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_metadata(path).by_id == WANTED


def test_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS) + "\n\n", encoding="utf-8")
    assert load_metadata(path).by_id == WANTED


def test_jsonl_with_a_number_for_a_year(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    path.write_text('{"doc_id": 7, "published": 2024}', encoding="utf-8")
    assert load_metadata(path).by_id == {"7": DocumentMetadata(parse_iso_period("2024"))}


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "m.parquet"
    pq.write_table(pa.Table.from_pylist([{c: row.get(c) for c in COLUMNS} for row in ROWS]), path)
    assert load_metadata(path).by_id == WANTED


def test_parquet_with_dates(tmp_path: Path) -> None:
    path = tmp_path / "m.parquet"
    days = [dt.date(2024, 10, 8), None]
    stamps = [dt.datetime(2024, 10, 8, 6, 15), None]
    for column in (pa.array(days), pa.array(stamps)):
        pq.write_table(pa.table({"doc_id": ["a", "b"], "published": column}), path)
        assert load_metadata(path).by_id["a"].published == parse_iso_period("2024-10-08")
        assert load_metadata(path).by_id["b"].published is None


@pytest.mark.parametrize("text", ["2024-13", "2024-02-30", "08/10/2024", "soon", "24", "1066", "2024-1-2"])
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_iso_period(text)


def test_a_clock_time_is_left_out() -> None:
    assert parse_iso_period("2024-10-08T05:30:00+07:00") == parse_iso_period("2024-10-08")


def test_a_bad_date_is_left_out_with_a_warning(tmp_path: Path) -> None:
    rows = [
        {"doc_id": "a", "published": "2024-13-01", "title": "T"},
        {"doc_id": "b", "published": "1/5/2024"},
    ]
    stated = load_metadata(write_csv(tmp_path / "m.csv", rows))
    assert stated.by_id == {
        "a": DocumentMetadata(title="T"),
        "b": DocumentMetadata(parse_iso_period("2024-05-01")),
    }
    assert stated.warnings == {"a": "date left out: m.csv, line 2: '2024-13-01' is not in the calendar"}


def test_faults_are_listed_up_to_ten_and_then_counted(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_metadata(write_csv(tmp_path / "m.csv", [{"url": "x"}] * 13))
    message = str(caught.value)
    assert "line 2: no doc_id" in message
    assert "line 11: no doc_id" in message
    assert "line 12" not in message
    assert message.endswith("and 3 more")


def test_all_faults_are_found_at_once(tmp_path: Path) -> None:
    rows = [{"doc_id": "a"}, {"doc_id": "a"}, {"url": "x"}, {"doc_id": "a"}]
    with pytest.raises(InputError, match=r"line 3: doc_id a .*second time; line 4: no doc_id$"):
        load_metadata(write_csv(tmp_path / "m.csv", rows).rename(tmp_path / "n.csv"))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_mark_between_cells_is_guessed(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(f"doc_id{mark}published{mark}title\na{mark}1/5/2024{mark}T\n")
    assert load_metadata(path).by_id == {"a": DocumentMetadata(parse_iso_period("2024-05-01"), title="T")}


@pytest.mark.parametrize("name", ["m.csv.gz", "m.ndjson", "m.jsonl.GZ", "m.ndjson.gz"])
def test_other_names_and_compressed_files(tmp_path: Path, name: str) -> None:
    plain = "doc_id,title\na,T\n" if ".csv" in name else '{"doc_id": "a", "title": "T"}\n'
    content = plain.encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.lower().endswith(".gz") else content)
    assert load_metadata(tmp_path / name).by_id == {"a": DocumentMetadata(title="T")}


def test_a_compressed_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    (tmp_path / "m.csv.gz").write_bytes(gzip.compress(b"doc_id,title\na,T\n")[:-6])
    with pytest.raises(InputError, match=r"m\.csv\.gz: cannot be read: "):
        load_metadata(tmp_path / "m.csv.gz")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("m.xlsx", b"", r"unknown kind of metadata file '\.xlsx'; known: \.csv, \.jsonl, \.ndjson"),
        ("m.parquet.gz", b"", r"unknown kind of metadata file '\.parquet\.gz'"),
        ("m.csv", b"id,published\na,2024\n", r"has no column doc_id; its columns: id, published"),
        ("m.csv", b"", r"is empty"),
        ("m.csv", b"doc_id,url,url\na,b,c\n", r"two columns of one name: url"),
        ("m.csv", b"doc_id,url\na,b,c\n", r"line 2: 3 cells for 2 columns"),
        ("m.csv", b"doc_id\n\xe1\n", r"not UTF-8: byte 0xe1 at offset 7"),
        ("m.csv", b'doc_id,url\na,"b\n', r"not readable as CSV"),
        (
            "m.jsonl",
            b'{"doc_id": "a"}\n{"doc_id"\n[1]\n',
            r"line 2: no JSON.*; line 3: must be a JSON object",
        ),
        ("m.jsonl", b"\n", r"is empty"),
        ("m.parquet", b"nonsense", r"not readable as Parquet"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_metadata(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"m\.csv: no such file"):
        load_metadata(tmp_path / "m.csv")


def test_columns_not_used_are_named_in_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "m.csv"
    path.write_text("doc_id,author,url,notes\na,x,y,z\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        assert load_metadata(path).by_id == {"a": DocumentMetadata(url="y")}
    assert "columns not used: author, notes" in caplog.text
