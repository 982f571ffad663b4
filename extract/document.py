"""A text and what is stated of it -> a `Document`: its header lines, its title and its date."""

from __future__ import annotations

import hashlib
import logging
import re

from extract.metadata import METADATA_KEYS, DocumentMetadata, build_metadata
from extract.models import Document, PublishedSource
from extract.published import find_published

logger = logging.getLogger(__name__)

# So many unknown keys of a header are told, however many it has.
_KEYS_TOLD = 5
_HEADER_LINE = re.compile(r"#[ \t]*(?P<key>[A-Za-z_]+)[ \t]*=(?P<value>[^\n]*)(?:\n|$)")
# A title stands among the first lines; a longer line is prose.
_TITLE_LINES = 6
_LONGEST_TITLE = 200
_NO_TITLE = re.compile(r"[0-9]+\.\s|[-•*]\s|.*:$")


def text_digest(text: str) -> str:
    """Gives the hash of a text that comes from no file."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def build_document(
    doc_id: str,
    text: str,
    source: str,
    digest: str,
    metadata: DocumentMetadata,
    *,
    file_name: str = "",
    encoding: str | None = None,
    warnings: tuple[str, ...] = (),
) -> Document:
    """Makes a document of a text in NFC with `\\n` line breaks, and finds its date where none is stated.

    `file_name` is that of a file that holds this article alone: it may carry the article's date.
    """
    header, body_start = _read_header(doc_id, text)
    known = metadata.or_else(header)
    published, published_source = known.published, PublishedSource.METADATA
    if published is None:
        # A file is often named as its address ends; its folders may carry the day of the download.
        found = find_published(text, body_start, known.url or file_name)
        published, published_source = found or (None, PublishedSource.NONE)
    return Document(
        doc_id=doc_id,
        text=text,
        source=source,
        sha256=digest,
        title=known.title or _find_title(text, body_start),
        published=published,
        published_source=published_source,
        province=known.province,
        url=known.url,
        body_start=body_start,
        encoding=encoding,
        warnings=warnings,
    )


def _read_header(doc_id: str, text: str) -> tuple[DocumentMetadata, int]:
    """Reads lines such as `# published = 2024-10-08` at the beginning, and where the article begins."""
    values: dict[str, str] = {}
    unknown: dict[str, None] = {}
    start = 0
    while (match := _HEADER_LINE.match(text, start)) is not None:
        key = match["key"].lower()
        if key in METADATA_KEYS:
            values[key] = match["value"]
        else:
            unknown[key] = None
        start = match.end()
    if unknown:
        told = ", ".join(list(unknown)[:_KEYS_TOLD])
        logger.warning("%s: header key %s is not known; known: %s", doc_id, told, ", ".join(METADATA_KEYS))
    try:
        return build_metadata(values), start
    except ValueError as error:
        # The article itself is sound; a date may still be found in its text.
        logger.warning("%s: header line published is left out: %s", doc_id, error)
        del values["published"]
        return build_metadata(values), start


def _find_title(text: str, start: int) -> str | None:
    """Gives the first short line that is neither an item of a list nor an opener such as `Bình Định:`."""
    for line in text[start : start + _TITLE_LINES * _LONGEST_TITLE].split("\n")[:_TITLE_LINES]:
        title = line.strip()
        if len(title) > _LONGEST_TITLE:
            return None
        if title and not _NO_TITLE.match(title):
            return title
    return None
