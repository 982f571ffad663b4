"""Texts of a run, found again where it read them, or in a folder: for people who want to see them.

The tables hold no texts. One counts as found only when its hash is the one that the run wrote down; else
there is a sentence that says why not. Nothing is fetched from a URL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from extract.location import is_url
from extract.models import Document, FailedDocument
from extract.parquet import Row
from extract.raw_item import RawItem, read_item
from extract.reader import ReadOptions, iter_items
from extract.records import Columns
from extract.sources import STANDARD_INPUT, Source, file_source

CHANGED = "The text has changed since the run: its hash is not the one in documents.parquet."
_ASK = "--texts DIR names a folder of texts, <doc_id>.txt."


@dataclass(frozen=True, slots=True)
class FoundText:
    """The text of a document, or None and the reason."""

    text: str | None
    reason: str = ""


class TextFinder:
    """Finds the texts of some documents of a run. `documents` are rows of its table.

    With `folder` they are read from `<doc_id>.txt` in it. `text_column` is the one that the run was told to
    read records from. A file of many records is read once; what is wanted of it is held until asked for.
    """

    def __init__(self, documents: Iterable[Row], folder: Path | None = None, text_column: str = "") -> None:
        self._folder = folder
        # All that is needed of a record: its row tells it from others.
        text = (text_column,) if text_column else Columns().text
        self._options = ReadOptions(Columns(text=text, id=(), date=(), other=()), max_bytes=0)
        self._wanted: dict[str, set[str]] = defaultdict(set)
        self._read: dict[str, dict[str, RawItem]] = {}
        for row in documents:
            container = None if folder is not None else _container(row["source"])
            if container is not None:
                self._wanted[container.label].add(row["source"])

    def find(self, row: Row) -> FoundText:
        """Gives the text of the document with this row."""
        item = self._in_folder(row) if self._folder is not None else self._at_source(row)
        if isinstance(item, FoundText):
            return item
        document = read_item(item, max_bytes=0)
        if isinstance(document, FailedDocument):
            return FoundText(None, f"The text cannot be read again: {document.reason}.")
        return _checked(document, row)

    def _in_folder(self, row: Row) -> RawItem | FoundText:
        name = f"{row['doc_id']}.txt"
        path = (self._folder or Path()) / name
        # An id may be an address, and shall not lead out of the folder.
        if Path(name).name != name or not _is_file(path):
            return FoundText(None, f"The folder of texts has no file {name}.")
        return _item(row, path)

    def _at_source(self, row: Row) -> RawItem | FoundText:
        source: str = row["source"]
        if source.partition("#")[0] == STANDARD_INPUT:
            return FoundText(None, f"The run read it from standard input. {_ASK}")
        if is_url(source):
            return FoundText(None, f"The run read it from a URL, which is not read again. {_ASK}")
        container = _container(source)
        if container is None:
            path = Path(source)
            missing = FoundText(None, f"The file is not where the run read it. {_ASK}")
            return _item(row, path) if _is_file(path) else missing
        if container.label not in self._read:
            self._read[container.label] = self._records(container)
        # Each is asked for once.
        record = self._read[container.label].pop(source, None)
        if record is None:
            return FoundText(None, f"The record is not where the run read it. {_ASK}")
        return record

    def _records(self, container: Source) -> dict[str, RawItem]:
        wanted = self._wanted[container.label]
        found: dict[str, RawItem] = {}
        for item in iter_items([container], self._options):
            if isinstance(item, RawItem) and item.source in wanted:
                found[item.source] = item
                if len(found) == len(wanted):
                    break
        return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # An id may be too long to be the name of a file.
        return False


def _item(row: Row, path: Path) -> RawItem | FoundText:
    source = file_source(str(path))
    if source is None or source.location is None or source.kind.is_container:
        return FoundText(None, f"The file holds no article of its own. {_ASK}")
    return RawItem(row["doc_id"], source.label, source.kind, source.location)


def _container(source: str) -> Source | None:
    """Gives the file that a record stands in: `news.jsonl#17`; None for a file of one article."""
    path, mark, number = source.rpartition("#")
    if not mark or not number.isdecimal() or is_url(path):
        return None
    found = file_source(path)
    return found if found is not None and found.kind.is_container else None


def _checked(document: Document, row: Row) -> FoundText:
    if document.sha256 != row["sha256"]:
        return FoundText(None, CHANGED)
    if len(document.text) != row["characters"]:
        # A page, read by another version of the library that finds the article in it.
        return FoundText(None, "The text is read otherwise today than by the run, so offsets do not hold.")
    return FoundText(document.text)
