"""Files and folders -> documents: what is read, in which order, and what is said of bad input."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import unicodedata
from pathlib import Path

import pytest
from documents import read_inputs

from extract.calendar_periods import parse_iso_period
from extract.errors import InputError
from extract.metadata import DocumentMetadata
from extract.models import Document, FailedDocument, PublishedSource
from extract.sources import find_sources

TEXT = "Bình Thuận chuyển đổi số\n\nĐến nay, toàn tỉnh có 4.285 trạm.\n"


def read_one(path: Path, metadata: DocumentMetadata | None = None) -> Document:
    """Reads the one document of a path."""
    given = {} if metadata is None else {path.stem: metadata}
    (document,) = read_inputs([path], given)
    assert isinstance(document, Document), document
    return document


def fail_one(path: Path) -> FailedDocument:
    """Reads the one document of a path, which must fail."""
    (document,) = read_inputs([path])
    assert isinstance(document, FailedDocument)
    return document


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing: no such file or folder"):
        find_sources([tmp_path / "missing"])


def test_an_empty_folder_says_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x")
    (tmp_path / ".hidden.txt").write_text("x")
    with pytest.raises(InputError, match=r"holds no file that is read \(\.txt, \.html"):
        find_sources([tmp_path])


def test_no_input_at_all_is_an_error() -> None:
    with pytest.raises(InputError, match="no file or folder was named"):
        find_sources([])


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"PK")
    with pytest.raises(InputError, match=r"a\.docx: is no file of a kind that is read: \.txt"):
        find_sources([path])


def test_two_files_with_one_stem_are_both_named(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("x")
    with pytest.raises(InputError, match=r"y/a\.txt: has the doc_id 'a', and so has .*x/a\.txt"):
        find_sources([tmp_path])


def test_a_file_named_twice_counts_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert len(find_sources([tmp_path, tmp_path / "a.txt", tmp_path])) == 1


def test_documents_come_in_the_order_of_their_ids_over_all_inputs(tmp_path: Path) -> None:
    for name in ("x/b.txt", "x/deep/a.txt", "y/c.TXT", "z.txt", ".git/q.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    inputs = [tmp_path / "z.txt", tmp_path / "y", tmp_path / "x"]
    assert [document.doc_id for document in read_inputs(inputs)] == ["a", "b", "c", "z"]
    assert [source.stem for source in find_sources([tmp_path])] == ["a", "b", "c", "z"]


def test_an_empty_file_is_an_empty_document(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch()
    document = read_one(path)
    assert (document.text, document.title, document.published) == ("", None, None)


def test_a_file_that_is_not_utf8_names_byte_and_offset_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("Tỉnh có ".encode() + b"\xe1 tr\xb9m")
    (tmp_path / "b.txt").write_text(TEXT, encoding="utf-8")
    failed, document = read_inputs([tmp_path])
    assert isinstance(failed, FailedDocument)
    assert failed.reason == "not UTF-8: byte 0xe1 at offset 11"
    assert failed.source.endswith("a.txt")
    assert failed.sha256 == hashlib.sha256((tmp_path / "a.txt").read_bytes()).hexdigest()
    assert isinstance(document, Document)


def test_an_offset_counts_the_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfab\xff")
    assert fail_one(path).reason == "not UTF-8: byte 0xff at offset 5"


def test_nul_bytes_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"abc\0def\0")
    assert fail_one(path).reason == "not a text: NUL byte at offset 3"


def test_a_file_that_may_not_be_read_fails_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    failed = fail_one(path)
    assert failed.reason == "cannot be read: Permission denied"
    assert failed.sha256 is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o000)
    with pytest.raises(InputError, match=r"locked: cannot be read"):
        find_sources([tmp_path])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: "\ufeff" + text,
    ],
    ids=["nfd", "crlf", "cr", "bom"],
)
def test_however_it_is_stored_the_text_is_the_same(tmp_path: Path, change) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "a.txt"
    path.write_bytes(change(TEXT).encode())
    document = read_one(path)
    assert document.text == TEXT
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_fifty_megabytes_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    sentence = "Toàn tỉnh có 4.285 trạm, sáng nay (8/10) thêm 12 trạm năm 2024. "
    path.write_text(sentence * (50_000_000 // len(sentence.encode()) + 1), encoding="utf-8")
    document = read_one(path)
    assert path.stat().st_size > 50_000_000
    assert len(document.text) % len(sentence) == 0
    assert document.title is None


def test_a_name_in_nfd_gives_an_id_in_nfc(tmp_path: Path) -> None:
    path = tmp_path / unicodedata.normalize("NFD", "bài viết.txt")
    path.write_text(TEXT, encoding="utf-8")
    assert read_inputs([tmp_path])[0].doc_id == "bài viết"


HEADED = f"""# published = 2024-07
# url = https://example.com/a
# title = Tiêu đề
# province = Bình Thuận
# source = Báo Bình Thuận
{TEXT}"""


def test_header_lines_are_metadata_and_offsets_still_hold(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(HEADED, encoding="utf-8")
    document = read_one(path)
    assert document.text == HEADED
    assert document.text[document.body_start :] == TEXT
    assert document.published == parse_iso_period("2024-07")
    assert document.published_source is PublishedSource.METADATA
    assert (document.url, document.title, document.province) == (
        "https://example.com/a",
        "Tiêu đề",
        "Bình Thuận",
    )


def test_the_metadata_file_wins_over_header_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(HEADED, encoding="utf-8")
    document = read_one(path, DocumentMetadata(published=parse_iso_period("2023-01-02"), province="VN"))
    assert document.published == parse_iso_period("2023-01-02")
    assert (document.province, document.title) == ("VN", "Tiêu đề")


def test_header_lines_win_over_the_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("# published = 2024\nTiêu đề (24/05/2022)\nToàn tỉnh có 9 trạm.\n", encoding="utf-8")
    assert read_one(path).published == parse_iso_period("2024")


def test_a_header_date_that_is_none_is_reported_and_the_text_is_asked(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("# published = 31/02/2024\n# note = x\nTiêu đề (24/05/2022)\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        document = read_one(path)
    assert document.published is not None
    assert document.published.start == dt.date(2022, 5, 24)
    assert document.published_source is PublishedSource.TEXT
    assert "a: header line published is left out: '31/02/2024'" in caplog.text
    assert "header key note is not known" in caplog.text


def test_a_heading_with_a_hash_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("# Bình Thuận chuyển đổi số\nToàn tỉnh có 9 trạm.\n", encoding="utf-8")
    assert read_one(path).body_start == 0


def test_a_file_named_like_its_address_has_its_date(tmp_path: Path) -> None:
    path = tmp_path / "chuyen-doi-so-20210420064430661.txt"
    path.write_text(TEXT, encoding="utf-8")
    document = read_one(path)
    assert document.published == parse_iso_period("2021-04-20")
    assert document.published_source is PublishedSource.PATH


@pytest.mark.parametrize(
    ("seed", "title", "published"),
    [
        ("000", "Bình Thuận chủ động và quyết liệt chuyển đổi số đạt nhiều kết quả tích cực", None),
        ("001", "Đẩy mạnh CĐS, Bình Phước tăng tốc hướng tới xây dựng chính quyền số", dt.date(2022, 11, 21)),
        ("002", "Ấn tượng với công cuộc chuyển đổi số quyết liệt ở xứ Dừa", dt.date(2024, 10, 8)),
        ("003", None, dt.date(2022, 5, 24)),
        ("004", "Chuyển đổi số để nâng cao chất lượng cuộc sống xã hội", None),
    ],
)
def test_the_seeds(repository: Path, seed: str, title: str | None, published: dt.date | None) -> None:
    (path,) = (repository / "seeds").glob(f"{seed}_*.txt")
    document = read_one(path)
    assert (document.published.start if document.published else None) == published
    assert document.published_source is (PublishedSource.TEXT if published else PublishedSource.NONE)
    if title is not None:
        assert document.title == title
