"""Files of many records: columns, ids, metadata, compression, and what becomes of bad ones."""

from __future__ import annotations

import bz2
import csv
import datetime as dt
import gzip
import io
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from documents import read_inputs

from extract.calendar_periods import parse_iso_period
from extract.document import text_digest
from extract.metadata import DocumentMetadata
from extract.models import Document, FailedDocument, PublishedSource
from extract.reader import iter_items
from extract.records import Columns, choose_columns
from extract.sources import IdFrom, Kind, find_sources

TEXT = "Toàn tỉnh có 9 trạm."
RECORDS: list[dict[str, Any]] = [
    {"id": "a1", "text": TEXT, "published": "2024-10-08", "title": "Một", "province": "Bến Tre"},
    {"id": "a2", "text": "Xã có 5 chợ.", "published": "", "title": "", "province": ""},
    {"id": "a3", "text": "Huyện có 3 cầu.", "published": "2024-07", "title": "Ba", "province": ""},
]


CUT = "cannot be read: Compressed file ended before the end-of-stream marker was reached"


def write_jsonl(path: Path, records: list[Any]) -> Path:
    path.write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
    )
    return path


def write_csv(path: Path, records: list[dict[str, Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(records[0]))
        writer.writeheader()
        writer.writerows(records)
    return path


def write_parquet(path: Path, records: list[dict[str, Any]]) -> Path:
    pq.write_table(pa.Table.from_pylist(records), path)
    return path


WRITERS: dict[str, Callable[[Path, list[Any]], Path]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": write_parquet,
}
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": lambda data: pa.compress(data, codec="zstd", asbytes=True),
}


def texts(found: list[Document | FailedDocument]) -> dict[str, str]:
    """Gives the text of each document, or why it failed."""
    return {item.doc_id: item.text if isinstance(item, Document) else item.reason for item in found}


# -- the three formats -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", WRITERS)
def test_records_are_documents_with_what_their_columns_state(tmp_path: Path, kind: str) -> None:
    path = WRITERS[kind](tmp_path / f"news.{kind}", RECORDS)
    first, second, third = read_inputs([path])
    assert isinstance(first, Document) and isinstance(second, Document) and isinstance(third, Document)
    assert (first.doc_id, first.text, first.title, first.province) == ("a1", TEXT, "Một", "Bến Tre")
    assert (first.published, first.published_source) == (
        parse_iso_period("2024-10-08"),
        PublishedSource.METADATA,
    )
    assert (first.source, first.sha256, first.encoding) == (
        f"{path.as_posix()}#1",
        text_digest(TEXT),
        "utf-8",
    )
    assert (second.published, second.title, second.province) == (None, "Xã có 5 chợ.", None)
    assert third.published == parse_iso_period("2024-07")


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_compressed_records(tmp_path: Path, kind: str, suffix: str) -> None:
    plain = WRITERS[kind](tmp_path / f"news.{kind}", RECORDS)
    packed = tmp_path / f"packed.{kind}{suffix}"
    packed.write_bytes(COMPRESS[suffix](plain.read_bytes()))
    assert texts(read_inputs([packed])) == texts(read_inputs([plain]))


@pytest.mark.parametrize("suffix", COMPRESS)
def test_compressed_articles_have_the_stem_without_the_suffix(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"bai-20210420064430661.txt{suffix}").write_bytes(COMPRESS[suffix](TEXT.encode()))
    (document,) = read_inputs([tmp_path])
    assert isinstance(document, Document)
    assert (document.doc_id, document.text) == ("bai-20210420064430661", TEXT)
    assert document.published == parse_iso_period("2021-04-20")


@pytest.mark.parametrize("kind", WRITERS)
def test_records_without_an_id_are_named_by_their_row(tmp_path: Path, kind: str) -> None:
    path = WRITERS[kind](tmp_path / f"news-20210420.{kind}", [{"text": TEXT}, {"text": "b"}])
    found = read_inputs([path])
    assert [item.doc_id for item in found] == ["news-20210420#1", "news-20210420#2"]
    # The name of the file is that of a collection: no date of an article.
    assert isinstance(found[0], Document)
    assert found[0].published is None


@pytest.mark.parametrize(
    ("record", "doc_id", "text"),
    [
        ({"doc_id": "x", "content": TEXT}, "x", TEXT),
        ({"url": "https://a.vn/b.htm", "body": TEXT}, "https://a.vn/b.htm", TEXT),
        ({"id": None, "url": "https://a.vn/b.htm", "text": None, "body": TEXT}, "https://a.vn/b.htm", TEXT),
        ({"id": 17, "text": TEXT}, "17", TEXT),
        ({"id": 17.0, "text": TEXT}, "17", TEXT),
        ({"id": {"$oid": "5f"}, "text": TEXT}, '{"$oid": "5f"}', TEXT),
        ({"id": " be\u0302\nn ", "text": TEXT}, "bê\\nn", TEXT),
        ({"id": "", "text": TEXT}, "r#1", TEXT),
        ({"id": "x", "text": ""}, "x", ""),
        ({"id": "x", "text": "a\r\nbe\u0302"}, "x", "a\nbê"),
    ],
)
def test_columns_are_tried_in_order(tmp_path: Path, record: dict[str, Any], doc_id: str, text: str) -> None:
    assert texts(read_inputs([write_jsonl(tmp_path / "r.jsonl", [record])])) == {doc_id: text}


@pytest.mark.parametrize("kind", WRITERS)
def test_columns_may_be_named(tmp_path: Path, kind: str) -> None:
    records = [{"text": "no", "id": "no", "noi_dung": TEXT, "ma": "x", "ngay": "8/10/2024 06:15"}]
    path = WRITERS[kind](tmp_path / f"r.{kind}", records)
    (document,) = read_inputs([path], columns=choose_columns("noi_dung", "ma", "ngay"))
    assert isinstance(document, Document)
    assert (document.doc_id, document.text, document.published) == ("x", TEXT, parse_iso_period("2024-10-08"))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (Columns(), "has no column text, content or body; its columns: ma, noi_dung"),
        (choose_columns("van_ban"), "has no column van_ban; its columns: ma, noi_dung"),
        (choose_columns("noi_dung", "id"), "has no column id; its columns: ma, noi_dung"),
        (choose_columns("noi_dung", "", "ngay"), "has no column ngay; its columns: ma, noi_dung"),
    ],
)
def test_a_missing_column_names_those_there_are(
    tmp_path: Path, kind: str, columns: Columns, reason: str
) -> None:
    WRITERS[kind](tmp_path / f"r.{kind}", [{"ma": "x", "noi_dung": TEXT}])
    (tmp_path / "ok.txt").write_text(TEXT, encoding="utf-8")
    ok, failed = read_inputs([tmp_path], columns=columns)
    assert isinstance(ok, Document)
    assert isinstance(failed, FailedDocument)
    assert (failed.doc_id, failed.reason) == ("r", f"header: {reason}")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-10-08T06:15:00", "2024-10-08"),
        ("2024-10-07T23:30:00Z", "2024-10-08"),
        ("2024-10-07T23:30:00 +0000", "2024-10-08"),
        ("2024-10-08T06:15:00+07:00", "2024-10-08"),
        ("08/10/2024", "2024-10-08"),
        ("8-10-2024, 6h15", "2024-10-08"),
        (2024, "2024"),
    ],
)
def test_dates_of_records(tmp_path: Path, value: object, day: str) -> None:
    (document,) = read_inputs([write_jsonl(tmp_path / "r.jsonl", [{"text": TEXT, "date": value}])])
    assert isinstance(document, Document)
    assert (document.published, document.warnings) == (parse_iso_period(day), ())


def test_times_of_parquet_are_those_of_vietnam(tmp_path: Path) -> None:
    moment = dt.datetime(2024, 10, 7, 23, 30, tzinfo=dt.UTC)
    for number, value in enumerate((moment, moment.replace(tzinfo=None), moment.date())):
        (document,) = read_inputs(
            [write_parquet(tmp_path / f"{number}.parquet", [{"text": TEXT, "date": value}])]
        )
        assert isinstance(document, Document)
        assert document.published == parse_iso_period("2024-10-08" if number == 0 else "2024-10-07")


@pytest.mark.parametrize("value", ["hôm qua", "31/02/2024", 1728345600, [2024], "0001-01-01T00:00:00Z"])
def test_a_date_that_is_none_is_told_and_the_text_is_asked(tmp_path: Path, value: object) -> None:
    record = {"text": "Tiêu đề (24/05/2022)\nXã có 5 chợ.", "date": value}
    (document,) = read_inputs([write_jsonl(tmp_path / "r.jsonl", [record])])
    assert isinstance(document, Document)
    assert (document.published, document.published_source) == (
        parse_iso_period("2022-05-24"),
        PublishedSource.TEXT,
    )
    (warning,) = document.warnings
    assert warning.startswith("date left out: ")


def test_the_metadata_file_wins_over_columns_and_these_over_the_text(tmp_path: Path) -> None:
    text = "# published = 2020\n# province = VN\nTiêu đề (24/05/2022)\nXã có 5 chợ."
    path = write_jsonl(tmp_path / "r.jsonl", [{"id": "x", "text": text, "date": "2024-10-08", "title": "T"}])
    (document,) = read_inputs([path])
    assert isinstance(document, Document)
    assert (document.published, document.province) == (parse_iso_period("2024-10-08"), "VN")
    (document,) = read_inputs([path], {"x": DocumentMetadata(published=parse_iso_period("2023"))})
    assert isinstance(document, Document)
    assert (document.published, document.title) == (parse_iso_period("2023"), "T")


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_csv_of_other_marks_with_quotes_and_line_breaks(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "r.csv"
    path.write_text(
        f'id{mark}text\r\nx{mark}"Xã có 5 chợ,\r\nnói ""thế""; | và\t9 trạm"\r\n\r\ny{mark}b\r\n',
        encoding="utf-8-sig",
    )
    assert texts(read_inputs([path])) == {"x": 'Xã có 5 chợ,\nnói "thế"; | và\t9 trạm', "y": "b"}


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_encodings_of_records(tmp_path: Path, kind: str, codec: str) -> None:
    path = WRITERS[kind](tmp_path / f"r.{kind}", RECORDS * 1)
    path.write_text(path.read_text(encoding="utf-8"), encoding=codec, newline="")
    found = read_inputs([path])
    assert texts(found) == {record["id"]: record["text"] for record in RECORDS}
    assert {item.encoding for item in found} == {codec}


def test_fields_longer_than_the_csv_module_allows(tmp_path: Path) -> None:
    text = "Xã có 5 chợ. " * 50_000
    assert texts(read_inputs([write_csv(tmp_path / "r.csv", [{"text": text}])])) == {"r#1": text}


@pytest.mark.parametrize(
    ("kind", "content", "wanted"),
    [
        ("text", TEXT.encode(), {"stdin": TEXT}),
        ("text", TEXT.encode("utf-16"), {"stdin": TEXT}),
        ("text", b"", {"stdin": ""}),
        ("jsonl", b"", {"stdin": ""}),
        ("csv", b"", {"stdin": ""}),
        ("text", gzip.compress(TEXT.encode(), mtime=0), {"stdin": TEXT}),
        ("text", gzip.compress(TEXT.encode(), mtime=0)[:-5], {"stdin": CUT}),
        ("jsonl", COMPRESS[".zst"](json.dumps({"text": TEXT}).encode()), {"stdin#1": TEXT}),
        ("jsonl", bz2.compress(json.dumps({"text": TEXT}).encode()), {"stdin#1": TEXT}),
        ("csv", lzma.compress(f"id,text\nx,{TEXT}\n".encode()), {"x": TEXT}),
        ("jsonl", json.dumps({"text": TEXT}).encode(), {"stdin#1": TEXT}),
        ("csv", f"id,text\nx,{TEXT}\n".encode(), {"x": TEXT}),
    ],
)
def test_standard_input(kind: str, content: bytes, wanted: dict[str, str]) -> None:
    with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(content))):
        assert texts(read_inputs(["-"], stdin_kind=Kind(kind))) == wanted


# -- what is wrong with single records -------------------------------------------------------------


def test_lines_that_are_no_json_fail_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    lines = [
        b'{"text": "a"}',
        b"",
        b'{"text": "b"',
        b"[1, 2]",
        b"null",
        b'"text"',
        b"12",
        b"[" * 100_000,
        b'{"text": ' + b"9" * 5000 + b"}",
        b'{"text": "\xff"}',
        b'{"text": "c"}\r',
    ]
    path.write_bytes(b"\n".join(lines))
    found = texts(read_inputs([path]))
    assert (found.pop("r#1"), found.pop("r#11")) == ("a", "c")
    reasons = [reason.partition(": ")[0::2] for reason in found.values()]
    assert [where for where, _ in reasons] == [f"line {number}" for number in range(3, 11)]
    told = [reason for _, reason in reasons]
    assert all(reason.startswith("no JSON: ") for reason in (told[0], told[5], told[6]))
    assert told[1:5] == [
        "must be a JSON object, not a list",
        "must be a JSON object, not null",
        "must be a JSON object, not a string",
        "must be a JSON object, not a number",
    ]
    assert told[7] == "not UTF-8: byte 0xff"


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"id": "x", "text": None}, "line 1: the text is null"),
        ({"id": "x", "text": 5}, "line 1: the text is no string but of type int"),
        ({"id": "x", "text": ["a"]}, "line 1: the text is no string but of type list"),
        (
            {"id": "x", "van_ban": TEXT},
            "line 1: has no column text, content or body; its columns: id, van_ban",
        ),
        ({"id": "x", "text": "a\0b"}, "not a text: NUL byte at offset 1"),
    ],
)
def test_a_record_without_a_text_fails_alone(tmp_path: Path, record: dict[str, Any], reason: str) -> None:
    found = texts(read_inputs([write_jsonl(tmp_path / "r.jsonl", [record, {"id": "y", "text": TEXT}])]))
    assert found == {"x": reason, "y": TEXT}


def test_half_characters_are_replaced_and_told(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('{"text": "Xã \\ud83d có 5 chợ \\ud83d\\ude00"}\n', encoding="utf-8")
    (document,) = read_inputs([path])
    assert isinstance(document, Document)
    assert document.text == "Xã \ufffd có 5 chợ 😀"
    assert document.warnings[0] == "half characters (lone surrogates) were read as U+FFFD"


def test_rows_of_parquet_that_python_cannot_hold_fail_alone(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": ["a", "b", "c"],
            "text": pa.array([TEXT.encode(), b"\xff", b"c"], pa.binary()).view(pa.string()),
            "date": pa.array([0, 0, 2**60], pa.timestamp("us")),
        }
    )
    pq.write_table(table, tmp_path / "r.parquet")
    found = texts(read_inputs([tmp_path / "r.parquet"]))
    assert found["a"] == TEXT
    assert found["r#2"].startswith("row 2: column text: ")
    assert found["r#3"].startswith("row 3: column date: ")


def test_a_row_with_too_many_cells_fails_alone_and_with_too_few_has_no_text(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("id,text\na,x,y\nb\nc,z\n")
    assert texts(read_inputs([tmp_path])) == {
        "r#1": "row 1, line 2: 3 cells for 2 columns",
        "b": "row 2, line 3: has no column text, content or body; its columns: id",
        "c": "z",
    }


def test_an_id_that_stands_twice_fails_the_second_time_and_names_both_places(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("first")
    one = write_jsonl(tmp_path / "one.jsonl", [{"id": "a", "text": "x"}, {"id": "b", "text": "y"}])
    two = write_csv(tmp_path / "two.csv", [{"id": "b", "text": "z"}, {"id": "b", "text": "z"}])
    found = texts(read_inputs([tmp_path]))
    twice = "stands there for the second time"
    hint = "; with --id-from path (in Python id_from='path') the file's path is in front of the id"
    assert found == {
        "a": "first",
        "b": "y",
        "a~2": f"the id 'a' {twice}: {(tmp_path / 'a.txt').as_posix()}; again: {one.as_posix()}, line 1"
        + hint,
        "b~2": f"the id 'b' {twice}: {one.as_posix()}, line 2; again: {two.as_posix()}, row 1, line 2{hint}",
        "b~3": f"the id 'b' {twice}: {one.as_posix()}, line 2; again: {two.as_posix()}, row 2, line 3{hint}",
    }
    again = write_jsonl(tmp_path / "three.jsonl", [{"id": "x", "text": "x"}, {"id": "x", "text": "y"}])
    failed = texts(read_inputs([again]))["x~2"]
    assert failed == f"the id 'x' {twice}: {again.as_posix()}, line 1; again: {again.as_posix()}, line 2"


def test_with_ids_of_paths_yearly_exports_may_count_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for year in ("2023", "2024"):
        Path(year).mkdir()
        write_jsonl(Path(year, "news.jsonl"), [{"id": 1, "text": year}, {"text": "no id"}])
    write_csv(Path("2024.csv"), [{"id": "1", "text": "csv"}])
    assert texts(read_inputs(["."], id_from=IdFrom.PATH)) == {
        "2023/news#1": "2023",
        "2023/news#2": "no id",
        "2024/news#1": "2024",
        "2024/news#2": "no id",
        "2024#1": "csv",
    }


# -- columns that were named -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        (choose_columns("van_ban"), "van_ban"),
        (choose_columns("noi_dung", "id"), "id"),
        (choose_columns("noi_dung", "ma", "ngay"), "ngay"),
    ],
)
def test_a_named_column_that_no_line_has_fails_the_file(tmp_path: Path, columns: Columns, name: str) -> None:
    lines = [{"ma": "x", "noi_dung": TEXT}, {"ma": "y", "noi_dung": TEXT, "nguon": "z"}]
    reason = f"records: none has a column {name}; the columns: ma, noi_dung, nguon"
    path = write_jsonl(tmp_path / "r.jsonl", lines)
    assert texts(read_inputs([path], columns=columns)) == {"r": reason}
    with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes()))):
        assert texts(read_inputs(["-"], stdin_kind=Kind.JSONL, columns=columns)) == {"stdin": reason}


def test_files_of_one_name_that_fail_are_told_without_their_name(tmp_path: Path) -> None:
    for year in ("2023", "2024"):
        (tmp_path / year).mkdir()
        write_jsonl(tmp_path / year / "news.jsonl", [{"text": "a"}])
    reason = "records: none has a column ma; the columns: text"
    assert texts(read_inputs([tmp_path], columns=choose_columns(id="ma"))) == {
        "news": reason,
        "news~2": reason,
    }


def test_a_named_column_may_stand_in_some_records_only(tmp_path: Path) -> None:
    lines = [{"text": "a"}] * 3 + [{"text": "b", "ma": "x"}]
    path = write_jsonl(tmp_path / "r.jsonl", lines)
    wanted = {"r#1": "a", "r#2": "a", "r#3": "a", "x": "b"}
    assert texts(read_inputs([path], columns=choose_columns(id="ma"))) == wanted
    with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes()))):
        found = texts(read_inputs(["-"], stdin_kind=Kind.JSONL, columns=choose_columns(id="ma")))
    assert list(found) == ["stdin#1", "stdin#2", "stdin#3", "x"]


def test_of_a_long_stream_the_records_before_count(tmp_path: Path) -> None:
    lines = b'{"text": "a"}\n' * 3_000
    with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(lines))):
        *read, failed = read_inputs(["-"], stdin_kind=Kind.JSONL, columns=choose_columns(date="ngay"))
    assert (len(read), all(isinstance(item, Document) for item in read)) == (3_000, True)
    assert isinstance(failed, FailedDocument)
    assert (
        failed.reason == "records: none has a column ngay; the columns: text; the 3000 records before count"
    )


def test_a_wanted_column_that_stands_there_twice_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("id,text,note,note,text\nx,a,1,2,b\n")
    twice = pa.table([["x"], ["a"], ["b"]], names=["id", "text", "text"])
    pq.write_table(twice, tmp_path / "s.parquet")
    (tmp_path / "t.csv").write_text("id,text,note,note\nx,a,1,2\n")
    reason = "header: has the column text twice"
    assert texts(read_inputs([tmp_path])) == {"r": reason, "s": reason, "x": "a"}


# -- what is wrong with whole files ----------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".gz", ".xz", ".zst"])
def test_a_stream_that_is_cut_off_gives_the_records_before(tmp_path: Path, suffix: str) -> None:
    lines = b"".join(
        b'{"text": "%d %s"}\n' % (number, text_digest(str(number)).encode()) for number in range(20_000)
    )
    packed = COMPRESS[suffix](lines)
    (tmp_path / f"r.jsonl{suffix}").write_bytes(packed[: len(packed) * 3 // 4])
    *read, failed = read_inputs([tmp_path])
    assert len(read) > 5_000
    assert all(isinstance(item, Document) for item in read)
    assert isinstance(failed, FailedDocument)
    assert failed.reason.startswith("cannot be read: ")
    assert failed.reason.endswith(f"; the {len(read)} records before count")


@pytest.mark.parametrize(
    "name", ["r.jsonl.gz", "r.csv.bz2", "r.jsonl.xz", "r.jsonl.zst", "r.parquet", "a.txt.gz"]
)
def test_a_file_that_is_not_what_its_name_says_is_told_and_the_rest_goes_on(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"this is nothing of the kind, whatever its name may say" * 3)
    (tmp_path / "ok.txt").write_text(TEXT, encoding="utf-8")
    found = {item.doc_id: item for item in read_inputs([tmp_path])}
    assert isinstance(found.pop("ok"), Document)
    (failed,) = found.values()
    assert isinstance(failed, FailedDocument)
    assert failed.reason.startswith("cannot be read: ")


def test_a_parquet_that_is_damaged_inside_gives_the_rows_before(tmp_path: Path) -> None:
    path = tmp_path / "r.parquet"
    records = [{"text": f"{number} {text_digest(str(number))}"} for number in range(2_000)]
    pq.write_table(pa.Table.from_pylist(records), path, row_group_size=500, use_dictionary=False)
    start = pq.ParquetFile(path).metadata.row_group(2).column(0).data_page_offset
    content = bytearray(path.read_bytes())
    content[start : start + 60] = b"\xff" * 60
    path.write_bytes(content)
    *read, failed = read_inputs([path])
    assert len(read) == 1_000
    assert isinstance(failed, FailedDocument)
    assert failed.reason.endswith("; the 1000 records before count")


def test_a_quote_that_is_never_closed_is_told_with_what_it_swallows(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text('id,text\na,x\nb,"two\nlines"\nc,"never closed\nd,y\ne,z\n')
    assert texts(read_inputs([tmp_path])) == {
        "a": "x",
        "b": "two\nlines",
        "r#3": "row 3, line 5: a quote opens there and never closes: 2 lines behind it swallowed",
    }


@pytest.mark.parametrize(("rest", "told"), [("", ""), ("\nc,y", ": 1 line behind it swallowed")])
def test_a_quote_that_is_never_closed_near_the_end(tmp_path: Path, rest: str, told: str) -> None:
    (tmp_path / "r.csv").write_text(f'id,text\na,x\nb,"never closed{rest}')
    assert texts(read_inputs([tmp_path])) == {
        "a": "x",
        "r#2": f"row 2, line 3: a quote opens there and never closes{told}",
    }


def test_a_header_with_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text('id,"text\na,x\n')
    assert texts(read_inputs([tmp_path])) == {"r": "header: a quote opens there and never closes"}


def test_a_quote_that_is_never_closed_in_a_long_file_ends_it(tmp_path: Path) -> None:
    rows = "".join(f"{number},x\n" for number in range(10))
    (tmp_path / "r.csv").write_text(f'id,text\n{rows}bad,"never closed\n' + "y\n" * 800_000)
    *read, failed = read_inputs([tmp_path], max_bytes=200_000)
    assert len(read) == 10
    assert isinstance(failed, FailedDocument)
    assert "not readable as CSV: field larger than field limit" in failed.reason


@pytest.mark.parametrize("opening", ["{", "[", "[{"])
def test_json_over_several_lines_is_told_once(tmp_path: Path, opening: str) -> None:
    (tmp_path / "r.jsonl").write_text(f'\n{opening}\n  "id": 1,\n  "text": "a"\n}}\n')
    reason = "line 2: opens JSON that goes over several lines, but one object a line is read"
    assert texts(read_inputs([tmp_path])) == {"r": reason}


def test_a_file_that_holds_nothing_is_an_empty_article_of_whatever_kind_it_is(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.csv", "d.txt", "e.jsonl.gz", "h.html"):
        (tmp_path / name).touch()
    (tmp_path / "f.csv").write_text("id,text\n")
    (tmp_path / "g.jsonl").write_text("\n \n")
    (tmp_path / "i.csv").write_text("\n\n")
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "p.parquet")
    found = read_inputs([tmp_path])
    assert texts(found) == dict.fromkeys("abdefghip", "")
    assert all(isinstance(item, Document) for item in found)


def test_what_is_broken_is_not_taken_for_empty(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\nid,text\n1,x\n")
    (tmp_path / "b.csv").write_text("id,words\n")
    (tmp_path / "c.parquet").touch()
    found = texts(read_inputs([tmp_path]))
    assert found["a"] == "header: is empty"
    assert found["b"] == "header: has no column text, content or body; its columns: id, words"
    assert found["c"].startswith("cannot be read: ")


def test_empty_files_of_records_of_one_name_do_not_fail(tmp_path: Path) -> None:
    for name in ("a/news.jsonl", "b/news.jsonl", "b/news.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "news.txt").write_text("Xã có 12 chợ.")
    wanted = {"news": "Xã có 12 chợ.", "news~2": "", "news~3": "", "news~4": ""}
    assert texts(read_inputs([tmp_path])) == wanted


# -- what is too long ------------------------------------------------------------------------------


def test_an_article_above_the_limit_is_refused_and_one_below_is_read(tmp_path: Path) -> None:
    reason = "is longer than 20 bytes, the limit set by --max-article-bytes (in Python max_article_bytes)"
    (tmp_path / "a.txt").write_bytes(b"x" * 21)
    (tmp_path / "b.txt").write_bytes(b"x" * 20)
    (tmp_path / "bomb.txt.gz").write_bytes(gzip.compress(b"x" * 20_000_000, mtime=0))
    write_jsonl(tmp_path / "r.jsonl", [{"text": "ộ" * 7}, {"text": "ộ" * 6}])
    assert texts(read_inputs([tmp_path], max_bytes=20)) == {
        "a": reason,
        "b": "x" * 20,
        "bomb": reason,
        "r#1": reason,
        "r#2": "ộ" * 6,
    }


def test_an_article_of_20_megabytes_is_refused_by_default_and_read_without_limit(tmp_path: Path) -> None:
    from extract.limits import DEFAULT_MAX_ARTICLE_BYTES

    (tmp_path / "a.txt").write_text("Bà con phấn khởi.\n" * 900_000, encoding="utf-8")
    (failed,) = read_inputs([tmp_path], max_bytes=DEFAULT_MAX_ARTICLE_BYTES)
    assert isinstance(failed, FailedDocument)
    assert "the limit set by --max-article-bytes" in failed.reason
    (document,) = read_inputs([tmp_path], max_bytes=0)
    assert isinstance(document, Document)


def test_a_line_without_end_is_passed_over(tmp_path: Path) -> None:
    long = '{"text": "' + "x" * 3_000_000 + '"}'
    (tmp_path / "r.jsonl").write_text(f'{{"text": "a"}}\n{long}\n{{"text": "b"}}\n{long}')
    assert texts(read_inputs([tmp_path], max_bytes=1000)) == {
        "r#1": "a",
        "r#2": "line 2: the line is longer than 1002000 characters",
        "r#3": "b",
        "r#4": "line 4: the line is longer than 1002000 characters",
    }


@pytest.mark.parametrize("name", ["r.jsonl", "r.jsonl.gz", "r.csv", "r.parquet"])
def test_a_large_file_is_read_piece_by_piece(tmp_path: Path, name: str) -> None:
    """What Python holds at once stays far below what the file holds."""
    import tracemalloc

    records = [{"id": str(number), "text": f"{number} " + "Xã có 5 chợ. " * 300} for number in range(4_000)]
    path = tmp_path / name
    plain = WRITERS[name.split(".")[1]](tmp_path / name.removesuffix(".gz"), records)
    if path != plain:
        path.write_bytes(gzip.compress(plain.read_bytes(), 1, mtime=0))
    del records
    total = 0
    tracemalloc.start()
    try:
        for item in iter_items(find_sources([path])):
            assert not isinstance(item, FailedDocument)
            assert isinstance(item.payload, str)
            total += len(item.payload)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert total > 15_000_000
    assert peak < 5_000_000
