"""`extract run` over mixed inputs: one table whatever was named, and every trouble told."""

from __future__ import annotations

import gzip
import hashlib
import json
import pickle
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from commands import Outcome, extract_command

from extract.dataset_run import Options, run
from extract.display import Progress, format_rate
from extract.location import Location
from extract.metadata import DocumentMetadata
from extract.models import Document, FailedDocument
from extract.raw_item import RawItem, read_item
from extract.shards import ShardLimits
from extract.sources import Kind
from extract.table import load_documents, load_facts

TEXT = "Xã có {} chợ."


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with articles of every kind."""
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "m.txt").write_text(TEXT.format(1), encoding="utf-16")
    (folder / "deep" / "c.txt.gz").write_bytes(gzip.compress(TEXT.format(2).encode()))
    (folder / "z.html").write_text(
        f"<html><head><title>Chợ của xã</title></head><body><article><h1>Chợ của xã</h1><p>{TEXT.format(3)} "
        + "Bà con phấn khởi vì chợ mới khang trang và sạch đẹp hơn trước rất nhiều. " * 5
        + "</p></article></body></html>",
        encoding="utf-8",
    )
    records = [{"id": "x", "text": TEXT.format(4), "date": "2024"}, {"id": "a", "text": TEXT.format(5)}]
    (folder / "r.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    (folder / "s.csv").write_text(
        f"text;url\n{TEXT.format(6)};https://a.vn/b-20210420064430661.htm\n", encoding="utf-8"
    )
    pq.write_table(pa.table({"content": [TEXT.format(7)]}), folder / "b.parquet")
    return folder


def rows(out: Path) -> list[tuple[str, float]]:
    return [(row["doc_id"], row["value"]) for row in load_facts(out).to_pylist()]


def digests(out: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.glob("*.parquet")}


def test_inputs_of_all_kinds_give_one_sorted_table(mixed: Path, tmp_path: Path) -> None:
    outcome = extract_command(
        "run", mixed, "-", "--out", tmp_path / "out", "-q", stdin=TEXT.format(8).encode()
    )
    assert outcome == Outcome(0, "", "")
    assert rows(tmp_path / "out") == [
        ("a", 5.0),
        ("b#1", 7.0),
        ("c", 2.0),
        ("https://a.vn/b-20210420064430661.htm", 6.0),
        ("m", 1.0),
        ("stdin", 8.0),
        ("x", 4.0),
        ("z", 3.0),
    ]
    documents = {row["doc_id"]: row for row in load_documents(tmp_path / "out").to_pylist()}
    assert list(documents) == [doc_id for doc_id, _ in rows(tmp_path / "out")]
    assert [documents[name]["encoding"] for name in ("m", "c", "b#1")] == ["utf-16", "utf-8", "utf-8"]
    url = documents["https://a.vn/b-20210420064430661.htm"]
    assert (str(url["published"]), url["published_source"]) == ("2021-04-20", "path")
    assert (str(documents["x"]["published"]), documents["x"]["published_grain"]) == ("2024-01-01", "year")
    run_json = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert [entry["doc_id"] for entry in run_json["inputs"]] == list(documents)


def test_the_order_of_inputs_does_not_matter_and_two_runs_are_the_same(mixed: Path, tmp_path: Path) -> None:
    files = sorted(path for path in mixed.rglob("*") if path.is_file())
    for out, inputs in (("one", [mixed]), ("two", files), ("three", files[::-1]), ("four", [mixed, *files])):
        assert extract_command("run", *inputs, "--out", tmp_path / out, "-q").code == 0
    assert digests(tmp_path / "one") == digests(tmp_path / "two") == digests(tmp_path / "three")
    assert digests(tmp_path / "one") == digests(tmp_path / "four")


def test_include_and_exclude_may_be_repeated(mixed: Path, tmp_path: Path) -> None:
    globs = ["--include", "*.txt*", "--include", "*.jsonl", "--exclude", "deep/*", "--exclude", "nothing"]
    assert extract_command("run", mixed, *globs, "--out", tmp_path / "out", "-q").code == 0
    assert [doc_id for doc_id, _ in rows(tmp_path / "out")] == ["a", "m", "x"]


def test_columns_and_the_format_of_standard_input_are_options(tmp_path: Path) -> None:
    outcome = extract_command(
        "run", "-", "--stdin-format", "csv", "--text-column", "nd", "--id-column", "ma",
        "--date-column", "ngay", "--out", tmp_path / "out", "-q",
        stdin="ma,nd,ngay\nk,Xã có 5 chợ.,08/10/2024\n".encode(),
    )  # fmt: skip
    assert outcome == Outcome(0, "", "")
    (row,) = load_facts(tmp_path / "out").to_pylist()
    assert (row["doc_id"], row["value"], str(row["period_start"])) == ("k", 5.0, "2024-10-08")


def test_options_that_change_nothing_are_told(mixed: Path, tmp_path: Path) -> None:
    options = ["--stdin-format", "csv", "--ray-address", "here:6379", "--out", tmp_path / "out", "-q"]
    assert extract_command("run", mixed / "m.txt", *options) == Outcome(
        0,
        "",
        "warning: --stdin-format changes nothing: no input is -\n"
        "warning: --ray-address changes nothing without --engine ray\n",
    )


def test_names_that_are_cut_in_the_summary_are_counted(tmp_path: Path) -> None:
    for number in range(15):
        (tmp_path / f"a{number:02}.txt").touch()
    (tmp_path / "b.txt").write_text("Không có gì.")
    outcome = extract_command("run", tmp_path, "--out", tmp_path / "out")
    assert outcome.code == 0
    assert "0 facts from 16 documents in " in outcome.err
    assert f"15 empty: {', '.join(f'a{number:02}' for number in range(12))} and 3 more" in outcome.err
    for number in range(1, 15):
        (tmp_path / f"a{number:02}.txt").unlink()
    (tmp_path / "b.txt").unlink()
    (tmp_path / "a00.txt").write_text("Xã có 12 chợ.")
    assert "1 fact from 1 document in " in extract_command("run", tmp_path, "--out", tmp_path / "out").err
    again = extract_command("run", tmp_path, "--out", tmp_path / "out").err
    assert "1 article has not changed: the rows were taken over" in again


def test_what_trafilatura_logs_of_a_page_is_not_told(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<html><body></body></html>")
    outcome = extract_command("run", tmp_path, "--out", tmp_path / "out", "-q")
    assert outcome == Outcome(0, "", "warning: a: no article was found in the page\n")


def test_the_limit_is_an_option(mixed: Path, tmp_path: Path) -> None:
    outcome = extract_command(
        "run", mixed / "m.txt", "--max-article-bytes", "10", "--out", tmp_path / "out", "-q"
    )
    assert outcome.code == 1
    assert "m.txt: is longer than 10 bytes, the limit set by --max-article-bytes" in outcome.err


def test_files_none_of_which_can_be_opened_leave_the_older_tables(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "a.txt").write_text("Xã có 12 chợ.")
    assert extract_command("run", tmp_path / "a.txt", "--out", out, "-q").code == 0
    (tmp_path / "x.csv").write_text("x,y\n1,2\n")
    (tmp_path / "z.parquet").write_bytes(b"no table")
    outcome = extract_command("run", tmp_path / "x.csv", tmp_path / "z.parquet", "--out", out)
    assert outcome.code == 2
    told = outcome.err.splitlines()
    assert told[0] == "error: input: no article could be read; no tables are written:"
    columns = "header: has no column text, content or body; its columns: x, y"
    assert told[1] == f"  {(tmp_path / 'x.csv').as_posix()}: {columns}"
    assert told[2].startswith(f"  {(tmp_path / 'z.parquet').as_posix()}: cannot be read: ")
    assert rows(out) == [("a", 12.0)]


@pytest.mark.parametrize(
    ("kind", "content", "options", "told"),
    [
        ("text", b"", [], "-: holds nothing; no tables are written"),
        ("jsonl", b"", [], "-: holds nothing; no tables are written"),
        ("jsonl", b"\n\n", [], "-: holds nothing; no tables are written"),
        ("csv", b"id,text\n", [], "-: holds nothing; no tables are written"),
        ("csv", b"", [], "-: holds nothing; no tables are written"),
        (
            "jsonl",
            b'{"id": 1, "text": "a"}\n' * 70,
            ["--id-column", "ma"],
            "-: records: none has a column ma; the columns: id, text",
        ),
        (
            "jsonl",
            b'{"id": 1, "nd": "a"}\n',
            [],
            "-#1: line 1: has no column text, content or body; its columns: id, nd",
        ),
    ],
)
def test_where_no_article_was_read_the_older_tables_stand(
    tmp_path: Path, kind: str, content: bytes, options: list[str], told: str
) -> None:
    out = tmp_path / "out"
    (tmp_path / "a.txt").write_text("Xã có 12 chợ.")
    assert extract_command("run", tmp_path / "a.txt", "--out", out, "-q").code == 0
    before = digests(out)
    outcome = extract_command("run", "-", "--stdin-format", kind, *options, "--out", out, stdin=content)
    assert (outcome.code, outcome.err.splitlines()[-1]) == (2, f"error: {told}")
    assert digests(out) == before
    assert not (out / ".extract-staging").exists()


def test_empty_files_are_told_in_one_way_and_alone_they_leave_the_older_tables(tmp_path: Path) -> None:
    out, articles = tmp_path / "out", tmp_path / "in"
    articles.mkdir()
    for name in ("a.txt", "b.jsonl", "c.csv"):
        (articles / name).touch()
    (articles / "d.txt").write_text("Xã có 12 chợ.")
    outcome = extract_command("run", articles, "--out", out)
    assert (outcome.code, "3 empty: a, b, c" in outcome.err.replace("\n", " ")) == (0, True)
    statuses = {row["doc_id"]: row["status"] for row in load_documents(out).to_pylist()}
    assert statuses == {"a": "empty", "b": "empty", "c": "empty", "d": "ok"}
    assert extract_command("validate", out).code == 0
    (articles / "d.txt").unlink()
    outcome = extract_command("run", articles, "--out", out)
    told = f"error: {(articles / 'a.txt').as_posix()} (and 2 more): holds nothing; no tables are written"
    assert (outcome.code, outcome.err.splitlines()[-1]) == (2, told)
    assert rows(out) == [("d", 12.0)]


def test_what_is_no_json_is_told_with_the_line_of_the_file_alone(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text('{"text": "Xã có 12 chợ."}\n{"text" "b"}\n')
    outcome = extract_command("run", tmp_path / "r.jsonl", "--out", tmp_path / "out", "-q")
    where = f"{(tmp_path / 'r.jsonl').as_posix()}#2"
    reason = "line 2: no JSON: Expecting ':' delimiter, column 9"
    assert outcome == Outcome(1, "", f"failed: {where}: {reason}\n")


def test_more_failures_than_a_shard_holds_leave_nothing_to_resume(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text("no json\n" * 200)
    outcome = extract_command("run", tmp_path / "r.jsonl", "--out", tmp_path / "out")
    lines = outcome.err.splitlines()
    assert (outcome.code, len(lines), lines[-1]) == (2, 12, "  and 190 more")
    assert not (tmp_path / "out" / ".extract-staging").exists()


def test_ids_of_paths_are_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("a", TEXT.format(1)), ("b", TEXT.format(2))):
        (tmp_path / "crawl" / name).mkdir(parents=True)
        (tmp_path / "crawl" / name / "index.txt").write_text(text)
    (tmp_path / "m.csv").write_text("doc_id,published\ncrawl/b/index,2024\n")
    arguments = ["run", "crawl", "--metadata", "m.csv", "-q"]
    assert extract_command(*arguments).code == 2
    assert extract_command(*arguments, "--id-from", "path") == Outcome(0, "", "")
    assert rows(tmp_path / "out") == [("crawl/a/index", 1.0), ("crawl/b/index", 2.0)]
    assert [str(row["period_start"]) for row in load_facts(tmp_path / "out").to_pylist()] == [
        "None",
        "2024-01-01",
    ]
    # Under another id an article is another one.
    assert extract_command("run", "crawl/a", "-q").code == 0
    assert rows(tmp_path / "out") == [("index", 1.0)]


def test_tables_beside_the_articles_are_no_articles(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Xã có 12 chợ.")
    for _ in range(2):
        assert extract_command("run", tmp_path, "--out", tmp_path, "-q") == Outcome(0, "", "")
    assert [row["doc_id"] for row in load_documents(tmp_path).to_pylist()] == ["a"]


def test_bad_input_of_every_kind_is_told_and_the_rest_is_extracted(mixed: Path, tmp_path: Path) -> None:
    (mixed / "bad.parquet").write_bytes(b"no table")
    (mixed / "cut.jsonl.gz").write_bytes(gzip.compress(b'{"id": "q", "text": "a"}\n')[:-9])
    (mixed / "no.jsonl").write_text(
        '{"id": "p", "text": "Xã có 9 cầu."}\nno json\n{"id": "a", "text": "again"}\n'
    )
    (mixed / "no.csv").write_text("x,y\n1,2\n")
    outcome = extract_command("run", mixed, "--out", tmp_path / "out")
    assert outcome.code == 1
    told = [
        line.removeprefix(f"failed: {mixed.as_posix()}/")
        for line in outcome.err.splitlines()
        if line.startswith("failed: ")
    ]
    assert len(told) == 5
    assert told[0].startswith("bad.parquet: cannot be read: ")
    assert told[1].startswith("cut.jsonl.gz: cannot be read: ")
    assert told[2] == "no.csv: header: has no column text, content or body; its columns: x, y"
    assert told[3].startswith("no.jsonl#2: line 2: no JSON: ")
    assert "r.jsonl#2: the id 'a' stands there for the second time: " in told[4]
    assert ("p", 9.0) in rows(tmp_path / "out")
    statuses = {row["doc_id"]: row["status"] for row in load_documents(tmp_path / "out").to_pylist()}
    assert [doc_id for doc_id, status in statuses.items() if status == "error"] == [
        "a~2",
        "bad",
        "cut",
        "no",
        "no#2",
    ]


def test_doubts_about_the_input_are_told_at_the_end_and_stand_in_the_table(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Toàn tỉnh có 9 trạm.".encode().decode("latin-1"), encoding="utf-8")
    outcome = extract_command("run", tmp_path / "a.txt", "--out", tmp_path / "out", "-q")
    hint = "looks like UTF-8 that was read as Latin-1 or windows-1252"
    assert outcome == Outcome(0, "", f"warning: a: {hint}\n")
    (row,) = load_documents(tmp_path / "out").to_pylist()
    assert (row["status"], row["warning"]) == ("ok", hint)
    run_json = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert run_json["warnings"] == [{"doc_id": "a", "warning": hint}]


def test_of_many_troubles_the_first_are_told(tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text("no json\n" * 60 + '{"text": "a"}\n')
    outcome = extract_command("run", tmp_path / "r.jsonl", "--out", tmp_path / "out", "-q")
    lines = outcome.err.splitlines()
    assert (outcome.code, len(lines)) == (1, 51)
    assert lines[-1] == "failed: 10 more, see run.json"


def test_metadata_that_no_record_has_are_told_at_the_end(mixed: Path, tmp_path: Path) -> None:
    metadata = tmp_path / "m.csv"
    metadata.write_text("doc_id,published,province\nx,2019,Bến Tre\nnobody,2022,\n", encoding="utf-8")
    outcome = extract_command("run", mixed, "--out", tmp_path / "out", "--metadata", metadata, "-q")
    assert outcome.err == f"warning: {metadata}: no input has the doc_id 'nobody'\n"
    facts = {row["doc_id"]: row for row in load_facts(tmp_path / "out").to_pylist()}
    assert (str(facts["x"]["period_start"]), facts["x"]["province_code"]) == ("2019-01-01", "83")


def test_a_folder_that_holds_its_own_output_is_read_again_without_it(mixed: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert extract_command("run", mixed, "--out", mixed / "out", "-q") == Outcome(0, "", "")
    assert len(rows(mixed / "out")) == 7


def test_progress_knows_no_total_while_records_are_read(mixed: Path, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []

    def note(done: int, total: int | None, size: int) -> None:
        assert size > 0
        seen.append((done, total))

    one_by_one = Options((mixed,), tmp_path / "out", workers=1, shards=ShardLimits(articles=1))
    run(one_by_one, note)
    # When the last one is handed out their number is known.
    assert seen == [*((number, None) for number in range(1, 7)), (7, 7)]
    seen.clear()
    run(Options((mixed / "m.txt",), tmp_path / "out"), note)
    assert seen == [(1, 1)]
    with Progress(quiet=False) as progress:
        progress.update(1, None, 100)
        progress.update(2, None, 200)
    assert format_rate(50, 1_000_000, 2.0) == "25.0 articles/s, 0.50 MB/s"


@pytest.mark.parametrize(
    "payload", ["Xã có 5 chợ.", "Xã có 5 chợ.".encode(), Location("nowhere.txt"), b"\xff\xfe"], ids=repr
)
def test_an_item_may_be_sent_to_another_process(payload: Any) -> None:
    item = RawItem("a", "a.txt", Kind.TEXT, payload, DocumentMetadata(title="T"), "utf-8", ("hm",))
    sent = pickle.loads(pickle.dumps(item))
    assert sent == item
    outcome = read_item(item)
    assert isinstance(outcome, Document | FailedDocument)
    assert read_item(sent) == outcome == pickle.loads(pickle.dumps(outcome))


def test_a_broken_address_costs_no_article(tmp_path: Path) -> None:
    records = [{"id": name, "text": "Xã có 12 chợ.", "url": "http://[abc/x"} for name in ("a", "b")]
    path = tmp_path / "r.jsonl"
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    assert extract_command("run", path, "--out", tmp_path / "out", "-q") == Outcome(0, "", "")
    assert rows(tmp_path / "out") == [("a", 12.0), ("b", 12.0)]
    assert extract_command("check", tmp_path / "out").code == 0
