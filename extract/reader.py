"""Articles on disk -> `Document`s, one by one.

In: files and folders. Out: text in NFC with `\\n` line breaks, the hash of the file's bytes, and what is
known of the article. A file that cannot be read is handed on as a `FailedDocument`; the rest goes on.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from extract.encoding import decode_text
from extract.errors import InputError
from extract.metadata import METADATA_KEYS, DocumentMetadata, build_metadata
from extract.models import Document, FailedDocument, PublishedSource
from extract.published import find_published

logger = logging.getLogger(__name__)

SUFFIX = ".txt"

_HEADER_LINE = re.compile(r"#[ \t]*(?P<key>[A-Za-z_]+)[ \t]*=(?P<value>[^\n]*)(?:\n|$)")
# A title stands among the first lines; a longer line is prose.
_TITLE_LINES = 6
_LONGEST_TITLE = 200
_NO_TITLE = re.compile(r"[0-9]+\.\s|[-•*]\s|.*:$")


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to be read, and the id that its document will have."""

    doc_id: str
    path: Path


def find_inputs(inputs: Sequence[Path]) -> list[InputFile]:
    """Finds the `.txt` files that are meant, in the order of their doc_ids.

    Folders are searched to the bottom; hidden files and folders are passed over, and a file that is named
    twice counts once. Raises InputError for a path that does not exist, a folder without a `.txt` file, a
    file of another kind, and two files with the same stem, since the stem is the doc_id.
    """
    if not inputs:
        raise InputError("input", "no file or folder was named")
    found: dict[str, InputFile] = {}
    for path in inputs:
        if path.is_dir():
            files = _files_below(path)
            if not files:
                raise InputError(path, f"holds no *{SUFFIX} file, looked in all folders below it")
        elif path.is_file():
            if path.suffix.lower() != SUFFIX:
                raise InputError(path, f"is no {SUFFIX} file")
            files = [path]
        else:
            reason = "is neither a file nor a folder" if path.exists() else "no such file or folder"
            raise InputError(path, reason)
        for file in files:
            doc_id = unicodedata.normalize("NFC", _printable(file.stem))
            other = found.setdefault(doc_id, InputFile(doc_id, file)).path
            if other.resolve() != file.resolve():
                raise InputError(file, f"has the doc_id {doc_id!r}, and so has {other}: rename one of them")
    return sorted(found.values(), key=lambda file: file.doc_id)


def read_document(file: InputFile, metadata: DocumentMetadata) -> Document | FailedDocument:
    """Reads one file. `metadata` wins over the file's header lines, and these over its text."""
    source = _printable(file.path.as_posix())
    if not file.path.is_file():
        # A pipe would be waited for, a link may lead nowhere.
        return FailedDocument(file.doc_id, source, "is no regular file")
    try:
        content = file.path.read_bytes()
    except OSError as error:
        return FailedDocument(file.doc_id, source, f"cannot be read: {error.strerror or error}")
    digest = hashlib.sha256(content).hexdigest()
    try:
        text = decode_text(content)
    except ValueError as error:
        return FailedDocument(file.doc_id, source, str(error), digest)
    return build_document(file.doc_id, text, source, digest, metadata)


def _printable(name: str) -> str:
    """Gives a file name with the bytes that are no UTF-8 escaped: a table holds text only."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def text_digest(text: str) -> str:
    """Gives the hash of a text that comes from no file."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def build_document(doc_id: str, text: str, source: str, digest: str, metadata: DocumentMetadata) -> Document:
    """Makes a document of a text as `decode_text` gives it, and finds its date where none is stated."""
    header, body_start = _read_header(doc_id, text)
    known = metadata.or_else(header)
    published, published_source = known.published, PublishedSource.METADATA
    if published is None:
        # A file is often named as its address ends; its folders may carry the day of the download.
        found = find_published(text, body_start, known.url or Path(source).name)
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
    )


def _files_below(folder: Path) -> list[Path]:
    """Gives the `.txt` files in a folder, by relative path. Raises InputError where one cannot be opened."""

    def refuse(error: OSError) -> None:
        raise InputError(error.filename or folder, f"cannot be read: {error.strerror}") from error

    files: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        files.extend(
            Path(parent, name)
            for name in names
            if not name.startswith(".") and Path(name).suffix.lower() == SUFFIX
        )
    return sorted(files, key=lambda file: file.relative_to(folder).as_posix())


def _read_header(doc_id: str, text: str) -> tuple[DocumentMetadata, int]:
    """Reads lines such as `# published = 2024-10-08` at the beginning, and where the article begins."""
    values: dict[str, str] = {}
    start = 0
    while (match := _HEADER_LINE.match(text, start)) is not None:
        key = match["key"].lower()
        if key in METADATA_KEYS:
            values[key] = match["value"]
        else:
            logger.warning("%s: header key %s is not known; known: %s", doc_id, key, ", ".join(METADATA_KEYS))
        start = match.end()
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
