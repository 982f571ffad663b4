"""Pages of HTML: text with title and lead, date from the metadata alone, encoding as declared."""

from __future__ import annotations

import builtins
import gzip
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from documents import read_inputs

from extract.calendar_periods import parse_iso_period
from extract.extras import how_to_install
from extract.html import declared_encoding, read_page
from extract.metadata import DocumentMetadata
from extract.models import Document, FailedDocument, PublishedSource

TITLE = "Bến Tre đẩy mạnh chuyển đổi số trong năm 2024"
LEAD = "Tỉnh Bến Tre đã cấp 2.241 chứng thư số cá nhân, tăng 16% so với cùng kỳ năm trước."
BODY = [
    "Theo Sở Thông tin và Truyền thông, đến nay toàn tỉnh có 4.285 trạm BTS, phủ sóng đến tất cả các xã.",
    "Tỷ lệ hồ sơ trực tuyến đạt 75,6%, phấn đấu đến năm 2025 đạt trên 85% tại tất cả các sở, ngành.",
    "Thời gian tới, tỉnh tiếp tục đầu tư hạ tầng số, phát triển kinh tế số và xã hội số trên địa bàn.",
]
SIDEBAR = (
    '<aside class="sidebar"><time datetime="2019-01-02">02/01/2019, 08:00</time>'
    '<a href="/x">Hà Nội đạt 98%</a></aside>'
)
LINKED = '<script type="application/ld+json">{}</script>'


def page(head: str = "", body: str = "", charset: str = "utf-8") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in BODY)
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{TITLE}</title>{head}</head><body>'
        f'<nav><a href="/">Trang chủ</a></nav><article><h1>{TITLE}</h1>{body}{paragraphs}</article>'
        f"{SIDEBAR}<footer>Hotline: 0912 345 678</footer></body></html>"
    )


def read(path: Path, content: str | bytes, metadata: DocumentMetadata | None = None) -> Document:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (document,) = read_inputs([path], {} if metadata is None else {path.name.partition(".")[0]: metadata})
    assert isinstance(document, Document), document
    return document


def test_the_article_is_read_and_not_what_is_about_it(tmp_path: Path) -> None:
    document = read(tmp_path / "bai-1.html", page())
    assert document.doc_id == "bai-1"
    assert document.title == TITLE
    assert all(text in document.text for text in BODY)
    assert "Trang chủ" not in document.text
    assert "Hà Nội" not in document.text
    assert document.text.count(TITLE) == 1


def test_title_and_lead_that_the_text_lacks_are_put_before_it(tmp_path: Path) -> None:
    head = f'<meta name="description" content="{LEAD}"><meta property="og:title" content="{TITLE}">'
    lines = read(tmp_path / "a.html", page(head)).text.split("\n")
    assert lines[:2] == [TITLE, LEAD]
    named = head.replace(TITLE, f"{TITLE} | Báo Bến Tre")
    assert read(tmp_path / "c.html", page(named)).text.split("\n")[:2] == [TITLE, LEAD]
    bare = page(head).replace(f"<h1>{TITLE}</h1>", "")
    assert read(tmp_path / "d.html", bare).text.split("\n")[:3] == [TITLE, LEAD, BODY[0]]
    again = read(tmp_path / "b.html", page(head, f"<p>{LEAD.replace('cá nhân', 'cá  nhân')}</p>"))
    assert again.text.count("2.241") == 1


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2024-10-08T06:15:00+07:00">',
        '<meta itemprop="datePublished" content="2024-10-08">',
        '<meta name="pubdate" content="08/10/2024 06:15">',
        LINKED.replace("{}", '{"@type": "NewsArticle", "datePublished": "2024-10-08T06:15:00+07:00"}'),
        LINKED.replace(
            "{}", '{"@graph": [{"@type": ["X"]}, {"@type": ["NewsArticle"], "datePublished": "2024-10-08"}]}'
        ),
        '<script type="application/ld+json">{broken</script><meta name="date" content="2024-10-08">',
        '<meta property="article:published_time" content="hôm qua"><meta name="date" content="2024-10-08">',
    ],
)
def test_the_date_is_that_of_the_metadata(tmp_path: Path, head: str) -> None:
    document = read(tmp_path / "a.html", page(head))
    assert document.published == parse_iso_period("2024-10-08")
    assert document.published_source is PublishedSource.METADATA


def test_the_date_is_else_that_of_the_address(tmp_path: Path) -> None:
    head = '<link rel="canonical" href="https://baobentre.vn/chuyen-doi-so-20241008064430661.htm">'
    document = read(tmp_path / "a.html", page(head))
    assert document.url == "https://baobentre.vn/chuyen-doi-so-20241008064430661.htm"
    assert document.published == parse_iso_period("2024-10-08")
    assert document.published_source is PublishedSource.PATH
    named = read(tmp_path / "chuyen-doi-so-20241008064430661.htm", page())
    assert named.published == parse_iso_period("2024-10-08")


def test_a_date_that_is_only_shown_beside_the_article_is_not_taken(tmp_path: Path) -> None:
    document = read(tmp_path / "a.html", page())
    assert (document.published, document.published_source) == (None, PublishedSource.NONE)


def test_the_metadata_file_wins_over_the_page(tmp_path: Path) -> None:
    head = '<meta property="article:published_time" content="2024-10-08">'
    given = DocumentMetadata(published=parse_iso_period("2023"), title="T")
    document = read(tmp_path / "a.html", page(head), given)
    assert (document.published, document.title) == (parse_iso_period("2023"), "T")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (page().encode("utf-16"), "utf-16"),
        (page(charset="iso-8859-1").encode(), "utf-8"),
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + page().encode(), "utf-8"),
        (gzip.compress(page().encode()), "utf-8"),
    ],
)
def test_encodings_of_pages(tmp_path: Path, content: bytes, encoding: str) -> None:
    suffix = ".html.gz" if content.startswith(b"\x1f\x8b") else ".html"
    document = read(tmp_path / f"a{suffix}", content)
    assert (document.doc_id, document.encoding) == ("a", encoding)
    assert BODY[0] in document.text


def test_a_stray_byte_does_not_lose_a_page(tmp_path: Path) -> None:
    document = read(tmp_path / "a.html", page().encode() + b"<!-- \xff -->")
    assert BODY[0] in document.text
    assert document.warnings == ("bytes that are no UTF-8 were read as U+FFFD",)


@pytest.mark.parametrize(
    "content", ["", "<html></html>", "<html><body><p></p></body></html>", "no page at all"]
)
def test_a_page_without_an_article_is_empty_and_told(tmp_path: Path, content: str) -> None:
    document = read(tmp_path / "a.html", content)
    if not document.text:
        assert document.warnings == ("no article was found in the page",)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        (b"<meta charset=windows-1258>", "windows-1258"),
        (b'<META http-equiv="Content-Type" content="text/html; charset=UTF-8">', "UTF-8"),
        (b"<p>charset=x</p>", None),
    ],
)
def test_the_declared_encoding(head: bytes, encoding: str | None) -> None:
    assert declared_encoding(head) == encoding


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    links = '<link rel="canonical" href="https://a.vn/b.htm"><script src="https://a.vn/c.js"></script>'
    assert read_page(page(links)).text


def test_without_the_extra_pages_fail_with_its_name_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = builtins.__import__

    def refuse(name: str, *rest: Any, **named: Any) -> Any:
        if name.startswith("trafilatura"):
            raise ImportError("No module named 'trafilatura'")
        return load(name, *rest, **named)

    for name in [name for name in sys.modules if name.startswith("trafilatura")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", refuse)
    (tmp_path / "a.html").write_text(page(), encoding="utf-8")
    (tmp_path / "b.txt").write_text(BODY[0], encoding="utf-8")
    failed, read_one = read_inputs([tmp_path])
    assert isinstance(failed, FailedDocument)
    assert how_to_install("html") in failed.reason
    assert isinstance(read_one, Document)
