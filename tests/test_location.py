"""URLs: files, folders and globs of any protocol that fsspec knows, and what is said where it does not."""

from __future__ import annotations

import builtins
import gzip
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from documents import read_inputs

from extract.errors import InputError
from extract.extras import how_to_install
from extract.location import is_url, url_label
from extract.models import Document, FailedDocument
from extract.sources import Filters, find_sources

TEXT = "Toàn tỉnh có 9 trạm."


@pytest.fixture
def memory() -> Iterator[Any]:
    """A file system in memory with some articles."""
    system = fsspec.filesystem("memory")
    system.pipe("/news/a.txt", TEXT.encode())
    system.pipe("/news/deep/b.txt.gz", gzip.compress(TEXT.encode()))
    system.pipe("/news/r.jsonl", json.dumps({"id": "c", "text": TEXT}).encode())
    system.pipe("/news/notes.md", b"x")
    yield system
    system.rm("/news", recursive=True)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("memory://news/a.txt", {"a": "memory://news/a.txt"}),
        (
            "memory://news",
            {"a": "memory://news/a.txt", "b": "memory://news/deep/b.txt.gz", "c": "memory://news/r.jsonl#1"},
        ),
        ("memory://news/*.jsonl", {"c": "memory://news/r.jsonl#1"}),
    ],
)
def test_files_folders_and_globs(memory: Any, url: str, wanted: dict[str, str]) -> None:
    found = read_inputs([url])
    assert {item.doc_id: item.source for item in found} == wanted
    assert all(isinstance(item, Document) and item.text == TEXT for item in found)


def test_a_url_beside_a_folder_and_filters(memory: Any, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(TEXT, encoding="utf-8")
    sources = find_sources([tmp_path, "memory://news"], Filters(exclude=("deep/*", "*.jsonl")))
    assert [source.stem for source in sources] == ["a", "x"]


def test_a_zip_is_read_through_its_url(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pack.zip", "w") as pack:
        pack.writestr("in/bài.txt", TEXT)
        pack.writestr("r.jsonl", json.dumps({"text": TEXT}))
    for url in (f"zip://::{tmp_path}/pack.zip", f"zip://in/bài.txt::{tmp_path}/pack.zip"):
        (first, *_) = read_inputs([url])
        assert isinstance(first, Document)
        assert (first.doc_id, first.text) == ("bài", TEXT)
        assert first.source == f"zip://in/bài.txt::{tmp_path}/pack.zip"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("memory://nothing/here.txt", "no such file or folder"),
        ("memory://news/notes.md", "is no file of a kind that is read"),
        ("memory://news/*.html", "holds no file that is read"),
        ("nosuch://a/b.txt", "cannot be listed: Protocol not known: nosuch"),
    ],
)
def test_a_url_that_means_nothing_is_refused(memory: Any, url: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        find_sources([url])


def test_a_protocol_whose_library_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec.core, "url_to_fs", refuse)
    with pytest.raises(InputError, match="a library is not installed: Install s3fs to access S3"):
        find_sources(["s3://bucket/a.txt"])


def test_without_fsspec_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    load = builtins.__import__

    def refuse(name: str, *rest: Any, **named: Any) -> Any:
        if name == "fsspec":
            raise ImportError("No module named 'fsspec'")
        return load(name, *rest, **named)

    monkeypatch.delitem(sys.modules, "fsspec")
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputError, match=re.escape(how_to_install("remote"))):
        find_sources(["s3://bucket/a.txt"])


def test_what_breaks_while_a_url_is_read_fails_alone(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Lost(Exception):
        """An error of a protocol's own."""

    opened = fsspec.open

    def break_off(url: str, *rest: Any) -> Any:
        if "/a.txt" in url or "r.jsonl" in url:
            raise Lost("connection lost")
        return opened(url, *rest)

    monkeypatch.setattr(fsspec, "open", break_off)
    outcomes = {item.doc_id: item for item in read_inputs(["memory://news"])}
    assert isinstance(outcomes.pop("b"), Document)
    assert {name: item.reason for name, item in outcomes.items() if isinstance(item, FailedDocument)} == {
        "a": "cannot be read: connection lost",
        "r": "cannot be read: connection lost",
    }


@pytest.mark.parametrize(
    ("url", "label"),
    [
        ("ftp://me:secret@host/a.txt", "ftp://host/a.txt"),
        ("https://host/a.html?sig=secret", "https://host/a.html"),
        ("https://me:p@ss@host/a.html", "https://host/a.html"),
        ("s3://bucket/what?.txt", "s3://bucket/what?.txt"),
        ("zip://a.txt::https://me:secret@host/b.zip", "zip://a.txt::https://host/b.zip"),
        ("zip://a.txt::https://host:8080/b.zip?sig=a:b/c", "zip://a.txt::https://host:8080/b.zip"),
    ],
)
def test_secrets_of_a_url_are_not_shown(url: str, label: str) -> None:
    assert url_label(url) == label


@pytest.mark.parametrize(
    ("address", "remote"),
    [
        ("s3://a/b", True),
        ("zip://a::b.zip", True),
        ("a/b.txt", False),
        ("-", False),
        ("C:\\a.txt", False),
        ("a:b.txt", False),
    ],
)
def test_what_is_a_url(address: str, remote: bool) -> None:
    assert is_url(address) is remote
