"""What is named on the command line: which files are meant, in which order, and what is refused."""

from __future__ import annotations

import logging
import os
import unicodedata
from pathlib import Path

import pytest
from documents import read_inputs

from extract.errors import InputError
from extract.models import Document, FailedDocument
from extract.sources import Filters, IdFrom, Kind, Source, find_sources, printable

TEXT = "Toàn tỉnh có 9 trạm."


def make(folder: Path, *names: str) -> Path:
    """Makes files with one article's text."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(TEXT, encoding="utf-8")
    return folder


def stems(sources: list[Source]) -> list[str]:
    return [source.stem for source in sources]


def test_files_of_all_kinds_are_found_and_others_passed_over(tmp_path: Path) -> None:
    make(
        tmp_path,
        "a.txt",
        "b.HTML",
        "c.htm.gz",
        "d.txt.ZST",
        "e.txt.bz2",
        "f.txt.xz",
        "notes.md",
        "x.gz",
        "y.docx",
    )
    make(tmp_path, "r.jsonl", "s.ndjson.gz", "t.csv.zst", "u.parquet", "v.parquet.gz")
    found = find_sources([tmp_path])
    assert [(source.stem, source.kind.value) for source in found] == [
        ("a", "text"),
        ("b", "html"),
        ("c", "html"),
        ("d", "text"),
        ("e", "text"),
        ("f", "text"),
        ("r", "jsonl"),
        ("s", "jsonl"),
        ("t", "csv"),
        ("u", "parquet"),
    ]


def test_articles_come_first_by_their_ids_and_then_records_by_their_files(tmp_path: Path) -> None:
    make(tmp_path, "z/a.txt", "b.txt", "y.jsonl", "c.csv")
    names = ("y.jsonl", "c.csv", "b.txt", "z")
    inputs: list[str | Path] = ["-", *(tmp_path / name for name in names)]
    wanted = ["a", "b", "stdin", "c", "y"]
    assert stems(find_sources(inputs)) == wanted
    assert stems(find_sources(inputs[::-1])) == wanted


@pytest.mark.parametrize(
    ("include", "exclude", "wanted"),
    [
        ((), (), ["a", "b", "c", "d"]),
        (("*.txt",), (), ["a", "b", "d"]),
        (("2024/*",), (), ["b", "c", "d"]),
        (("2024/*.txt", "a*"), (), ["a", "b", "d"]),
        ((), ("c.html", "*/deep/*"), ["a", "b"]),
        (("*.txt",), ("2024/*",), ["a"]),
    ],
)
def test_globs_choose_files_by_path_or_name(
    tmp_path: Path, include: tuple[str, ...], exclude: tuple[str, ...], wanted: list[str]
) -> None:
    make(tmp_path, "a.txt", "2024/b.txt", "2024/c.html", "2024/deep/d.txt")
    assert stems(find_sources([tmp_path], Filters(include, exclude))) == wanted


def test_globs_leave_named_files_alone_and_compare_letters_not_bytes(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "bài.txt")
    make(tmp_path, decomposed, "x.txt")
    assert stems(find_sources([tmp_path], Filters(("bài*",)))) == ["bài"]
    assert stems(find_sources([tmp_path / "x.txt"], Filters(("bài*",)))) == ["x"]


def test_a_folder_without_a_wanted_file_says_so(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    with pytest.raises(InputError, match=r"holds no file that is read .* and that include and exclude leave"):
        find_sources([tmp_path], Filters(("*.html",)))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_paths_with_spaces_and_vietnamese_letters(tmp_path: Path, form: str) -> None:
    name = "thư mục của tôi/bài viết số 1.txt"
    make(tmp_path, unicodedata.normalize(form, name))  # type: ignore[arg-type]
    for spelling in ("NFC", "NFD"):
        named = tmp_path / unicodedata.normalize(spelling, name)
        (document,) = read_inputs([named])
        assert (document.doc_id, isinstance(document, Document)) == ("bài viết số 1", True)


def test_two_names_that_differ_in_bytes_only_have_one_id(tmp_path: Path) -> None:
    make(tmp_path, "bài.txt")
    if (tmp_path / unicodedata.normalize("NFD", "bài.txt")).exists():
        pytest.skip("this file system composes names")
    make(tmp_path, unicodedata.normalize("NFD", "bài.txt"))
    with pytest.raises(InputError, match="has the doc_id 'bài', and so has"):
        find_sources([tmp_path])


@pytest.mark.parametrize("other", ["y/a.txt", "a.html", "a.txt.gz"])
def test_two_articles_of_one_stem_are_refused(tmp_path: Path, other: str) -> None:
    make(tmp_path, "a.txt", other)
    with pytest.raises(InputError, match="has the doc_id 'a', and so has"):
        find_sources([tmp_path])


def test_articles_of_one_stem_are_all_told_up_to_ten(tmp_path: Path) -> None:
    make(tmp_path, *(f"{number:02}/index.html" for number in range(13)), "b.txt", "b.html")
    with pytest.raises(InputError) as raised:
        find_sources([tmp_path])
    first, *others = str(raised.value).split("\n")
    folder = tmp_path.as_posix()
    assert first == f"{folder}/b.txt: has the doc_id 'b', and so has {folder}/b.html"
    assert others[0] == f"  {folder}/01/index.html: has the doc_id 'index', and so has {folder}/00/index.html"
    assert others[-2:] == [
        "  and 3 more",
        "  rename them, or make ids of whole paths: --id-from path (in Python id_from='path')",
    ]
    assert len(others) == 11


def test_ids_may_be_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make(
        tmp_path, "crawl/a/index.html", "crawl/b/index.v2.html.gz", "crawl/c.txt", "d.txt", "e/news.jsonl.gz"
    )
    (tmp_path / "link").symlink_to(tmp_path / "crawl")
    found = find_sources(["./crawl", "link", "d.txt", "e", "-"], id_from=IdFrom.PATH)
    assert stems(found) == ["crawl/a/index", "crawl/b/index.v2", "crawl/c", "d", "stdin", "e/news"]
    make(tmp_path, "d.html")
    with pytest.raises(InputError, match=r"d\.txt: has the doc_id 'd', and so has d\.html\n  rename them$"):
        find_sources(["."], id_from=IdFrom.PATH)


def test_files_of_records_may_share_a_stem(tmp_path: Path) -> None:
    make(tmp_path, "x/part.jsonl", "y/part.jsonl", "part.txt")
    assert stems(find_sources([tmp_path])) == ["part", "part", "part"]


def test_a_file_named_twice_or_through_a_link_counts_once(tmp_path: Path) -> None:
    make(tmp_path, "x/a.txt", "x/r.jsonl")
    (tmp_path / "link").symlink_to(tmp_path / "x")
    found = find_sources(
        [tmp_path / "x", tmp_path / "x" / "a.txt", tmp_path / "link", tmp_path / "link" / "a.txt", "-", "-"]
    )
    assert stems(found) == ["a", "stdin", "r"]


def test_a_circle_of_links_ends_and_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    make(tmp_path, "x/a.txt")
    (tmp_path / "x" / "round").symlink_to(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert stems(find_sources([tmp_path])) == ["a"]
    assert "round: a link to a folder is not followed" in caplog.text


def test_links_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    make(tmp_path, "ok.txt")
    (tmp_path / "broken.txt").symlink_to(tmp_path / "nothing.txt")
    (tmp_path / "one.jsonl").symlink_to(tmp_path / "two.jsonl")
    (tmp_path / "two.jsonl").symlink_to(tmp_path / "one.jsonl")
    outcomes = {item.doc_id: item for item in read_inputs([tmp_path])}
    assert isinstance(outcomes.pop("ok"), Document)
    assert {name: item.reason for name, item in outcomes.items() if isinstance(item, FailedDocument)} == {
        "broken": "cannot be read: is a link that leads nowhere",
        "one": "cannot be read: is a link that leads nowhere",
        "two": "cannot be read: is a link that leads nowhere",
    }
    with pytest.raises(InputError, match=r"broken\.txt: is a link that leads nowhere"):
        find_sources([tmp_path / "broken.txt"])


def test_folders_named_like_files_are_folders(tmp_path: Path) -> None:
    make(tmp_path, "a.txt/b.txt", "set.parquet/c.txt", "d.jsonl/e.txt")
    assert stems(find_sources([tmp_path])) == ["b", "c", "e"]
    assert stems(find_sources([tmp_path / "a.txt"])) == ["b"]


def test_the_output_and_the_metadata_are_no_input(tmp_path: Path) -> None:
    make(tmp_path, "a.txt", "dates.csv", "out/facts.parquet", "out/x.txt")
    assert stems(find_sources([tmp_path], skip=[tmp_path / "out", tmp_path / "dates.csv"])) == ["a"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.docx", "is no file of a kind that is read: .txt, .html"),
        ("a", "is no file of a kind that is read"),
        ("a.gz", "is no file of a kind that is read"),
        ("a.zip", "can be named as zip://"),
        ("a.parquet.gz", "Parquet is compressed inside"),
    ],
)
def test_a_named_file_of_another_kind_is_refused(tmp_path: Path, name: str, reason: str) -> None:
    make(tmp_path, name)
    with pytest.raises(InputError) as raised:
        find_sources([tmp_path / name])
    assert reason in str(raised.value)


def test_standard_input_has_the_kind_that_is_stated() -> None:
    (source,) = find_sources(["-"], stdin_kind=Kind.CSV)
    assert (source.kind, source.stem, source.location) == (Kind.CSV, "stdin", None)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("bài 1", "bài 1"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\udcff", "\\xff"),
        ("a\u2028b", "a\\u2028b"),
        ("x\x00", "x\\x00"),
    ],
)
def test_names_are_made_printable(name: str, shown: str) -> None:
    assert printable(name) == shown


def test_many_tiny_files(tmp_path: Path) -> None:
    """2,000 here; the same holds for 100,000, which takes too long to make in every run of the tests."""
    for number in range(2_000):
        (tmp_path / f"{number:05}.txt").write_bytes(b"x")
    opened = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert len(find_sources([tmp_path])) == 2_000
    assert sum(isinstance(item, Document) for item in read_inputs([tmp_path])) == 2_000
    if opened:
        assert len(os.listdir("/proc/self/fd")) == opened
