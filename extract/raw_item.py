"""One raw input -> one `Document`. The same value gives the same document, in this process or another.

A `RawItem` is an article that lies in a file of its own, or the text of a record. Nothing here knows of the
other inputs, so items may be read in any order and place.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import BinaryIO

from extract.compression import STREAM_ERRORS, split_compression
from extract.document import build_document, text_digest
from extract.encoding import Decoded, decode, normalize_text, replace_half_pairs
from extract.errors import ExtractError
from extract.html import declared_encoding, read_page
from extract.limits import DEFAULT_MAX_ARTICLE_BYTES
from extract.location import Location, open_location
from extract.metadata import DocumentMetadata
from extract.models import Document, FailedDocument
from extract.mojibake import mojibake_warnings
from extract.sources import Kind
from extract.wording import option_name


@dataclass(frozen=True, slots=True)
class RawItem:
    """One article as it was found: where it lies, or its bytes, or the text of its record.

    `metadata` and `encoding` are what a record states and how its file was decoded. `source` names the
    place to people.
    """

    doc_id: str
    source: str
    kind: Kind
    payload: Location | bytes | str
    metadata: DocumentMetadata = field(default_factory=DocumentMetadata)
    encoding: str | None = None
    warnings: tuple[str, ...] = ()


def read_item(
    item: RawItem, metadata: DocumentMetadata | None = None, max_bytes: int = DEFAULT_MAX_ARTICLE_BYTES
) -> Document | FailedDocument:
    """Reads one article. `metadata` wins over what the item states of itself, and that over its text.

    An article of more than `max_bytes` (0: no limit), after decompression, is refused.
    """
    known = (metadata or DocumentMetadata()).or_else(item.metadata)
    if isinstance(item.payload, str):
        return _read_record(item, item.payload, known, max_bytes)
    content = item.payload if isinstance(item.payload, bytes) else _load(item, item.payload, max_bytes)
    if isinstance(content, FailedDocument):
        return content
    if max_bytes and len(content) > max_bytes:
        return FailedDocument(item.doc_id, item.source, too_long(max_bytes))
    digest = hashlib.sha256(content).hexdigest()
    try:
        decoded, known = _read_content(item.kind, content, known)
    except (ValueError, ExtractError) as error:
        return FailedDocument(item.doc_id, item.source, getattr(error, "reason", str(error)), digest)
    return build_document(
        item.doc_id,
        decoded.text,
        item.source,
        digest,
        known,
        file_name=_file_name(item.source),
        encoding=decoded.encoding,
        warnings=(*item.warnings, *decoded.warnings, *mojibake_warnings(decoded.text)),
    )


def load_item(item: RawItem, max_bytes: int = DEFAULT_MAX_ARTICLE_BYTES) -> RawItem | FailedDocument:
    """Gives the item with its bytes in place of where they lie."""
    if not isinstance(item.payload, Location):
        return item
    content = _load(item, item.payload, max_bytes)
    return content if isinstance(content, FailedDocument) else replace(item, payload=content)


def too_long(max_bytes: int) -> str:
    """Says that an article is too long."""
    return f"is longer than {max_bytes} bytes, the limit set by {option_name('max_article_bytes')}"


def read_limited(stream: BinaryIO, max_bytes: int) -> bytes:
    """Reads a stream to its end, or to one byte more than is allowed."""
    return stream.read(max_bytes + 1 if max_bytes else -1)


def _read_record(
    item: RawItem, text: str, known: DocumentMetadata, max_bytes: int
) -> Document | FailedDocument:
    text, warnings = replace_half_pairs(text)
    digest = text_digest(text)
    if max_bytes and len(text) > max_bytes // 4 and len(text.encode()) > max_bytes:
        return FailedDocument(item.doc_id, item.source, too_long(max_bytes), digest, item.encoding)
    try:
        text = normalize_text(text)
    except ValueError as error:
        return FailedDocument(item.doc_id, item.source, str(error), digest, item.encoding)
    return build_document(
        item.doc_id,
        text,
        item.source,
        digest,
        known,
        encoding=item.encoding,
        warnings=(*item.warnings, *warnings, *mojibake_warnings(text)),
    )


def _load(item: RawItem, location: Location, max_bytes: int) -> bytes | FailedDocument:
    def fail(reason: str) -> FailedDocument:
        return FailedDocument(item.doc_id, item.source, reason)

    try:
        with open_location(location) as stream:
            return read_limited(stream, max_bytes)
    except ExtractError as error:
        return fail(getattr(error, "reason", str(error)))
    except Exception as error:
        if not location.is_remote and not isinstance(error, STREAM_ERRORS):
            raise
        # Every protocol has errors of its own.
        return fail(f"cannot be read: {describe(error)}")


def describe(error: Exception) -> str:
    """Gives an error in words: what the system says of it, without number and path."""
    return (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__


def _read_content(kind: Kind, content: bytes, known: DocumentMetadata) -> tuple[Decoded, DocumentMetadata]:
    if kind is not Kind.HTML:
        return decode(content), known
    # A page with one bad byte, mostly in a script, is still a page.
    decoded = decode(content, declared_encoding(content), lenient=True)
    page = read_page(decoded.text)
    warnings = decoded.warnings if page.text else (*decoded.warnings, "no article was found in the page")
    return Decoded(normalize_text(page.text), decoded.encoding, warnings), known.or_else(page.metadata)


def _file_name(source: str) -> str:
    return split_compression(PurePath(source.partition("::")[0]).name)[0]
