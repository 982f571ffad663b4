"""What an article's rows depend on, as hashes: the engine that reads it, and the article with its metadata.

Two runs whose engines and articles have equal hashes give equal rows, so that rows can be taken over.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

from extract import __version__
from extract.metadata import METADATA_KEYS, DocumentMetadata
from extract.models import Period
from extract.raw_item import RawItem
from extract.sources import Kind
from extract.table_schema import SCHEMA_VERSION

# What reads, cuts and matches text. Another version of one may give other rows.
_LIBRARIES = (
    "underthesea",
    "underthesea-core",
    "spacy",
    "regex",
    "charset-normalizer",
)
# What finds the article in a page. Rows of other articles are the same where it is not installed.
_PAGE_LIBRARIES = ("trafilatura", "lxml", "justext")


def engine_fingerprint(rules_digest: str, max_article_bytes: int) -> str:
    """Gives the hash of all but the article itself: code, rules, libraries, schema and the limit of length.

    The code counts as it lies, not by its version alone: rows of yesterday's code are none of today's.
    """
    characters = unicodedata.unidata_version
    parts = [__version__, SCHEMA_VERSION, rules_digest, str(max_article_bytes), characters, _code_digest()]
    return _digest([*parts, *(f"{name}={_version(name)}" for name in _LIBRARIES)])


def content_key(item: RawItem) -> str | None:
    """Gives the hash of an article: its bytes or text, where it comes from and what is stated of it.

    That of a page holds the libraries too that read pages. None for one that is not loaded yet.
    """
    if isinstance(item.payload, bytes):
        payload = item.payload
    elif isinstance(item.payload, str):
        # Halves of pairs are replaced only when the text is read.
        payload = item.payload.encode("utf-8", "surrogatepass")
    else:
        return None
    # Of the kinds only pages are read in another way; a record has its text, a file its bytes.
    form = f"{'html' if item.kind is Kind.HTML else 'text'} {type(item.payload).__name__}"
    parts = [item.doc_id, item.source, form, item.encoding or "", *item.warnings, *_stated(item.metadata)]
    if item.kind is Kind.HTML:
        parts.append(page_libraries())
    return _digest([hashlib.sha256(payload).hexdigest(), *parts])


@cache
def page_libraries() -> str:
    """Gives the versions of what reads pages of HTML."""
    return " ".join(f"{name}={_version(name)}" for name in _PAGE_LIBRARIES)


def _stated(metadata: DocumentMetadata) -> Iterable[str]:
    for name in METADATA_KEYS:
        value = getattr(metadata, name)
        if isinstance(value, Period):
            value = f"{value.start} {value.end} {value.grain}"
        if value is not None:
            yield f"{name}={value}"


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass")
        # With the length in front no two lists of parts run together.
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.hexdigest()


def _code_digest() -> str:
    modules = (entry for entry in files("extract").iterdir() if entry.name.endswith(".py"))
    digest = hashlib.sha256()
    for entry in sorted(modules, key=lambda entry: entry.name):
        digest.update(hashlib.sha256(entry.name.encode() + b"\0" + entry.read_bytes()).digest())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"
