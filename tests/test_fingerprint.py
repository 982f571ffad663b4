"""What rows depend on: pages on the libraries that read pages, other articles not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from extract import fingerprint
from extract.fingerprint import content_key, engine_fingerprint, page_libraries
from extract.raw_item import RawItem
from extract.sources import Kind


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """Versions are looked up once; a test may change them."""
    page_libraries.cache_clear()
    yield
    page_libraries.cache_clear()


def keys() -> dict[Kind, str | None]:
    return {kind: content_key(RawItem("a", "a", kind, b"x")) for kind in (Kind.TEXT, Kind.HTML)}


def test_without_the_html_extra_only_pages_have_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, with_extra = engine_fingerprint("rules", 1), keys()
    known = fingerprint._version
    page_libraries.cache_clear()
    missing = ("trafilatura", "lxml", "justext")
    monkeypatch.setattr(fingerprint, "_version", lambda name: "none" if name in missing else known(name))
    without = keys()
    assert engine_fingerprint("rules", 1) == engine
    assert without[Kind.TEXT] == with_extra[Kind.TEXT]
    assert without[Kind.HTML] != with_extra[Kind.HTML]


def test_another_version_of_what_reads_all_articles_is_another_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = engine_fingerprint("rules", 1)
    monkeypatch.setattr(fingerprint, "_version", lambda name: "0")
    assert engine_fingerprint("rules", 1) != engine
