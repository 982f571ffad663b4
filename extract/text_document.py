"""A text at hand -> the document that a run makes of the same text in a record."""

from __future__ import annotations

from extract.errors import ArgumentError
from extract.metadata import DocumentMetadata
from extract.models import Document, FailedDocument
from extract.raw_item import RawItem, read_item
from extract.sources import STANDARD_INPUT, Kind


def text_document(text: str, metadata: DocumentMetadata, doc_id: str = "text") -> Document:
    """Gives the document: text in NFC, its date and title found in it where `metadata` state none.

    Raises ArgumentError for what is no text, such as one with a NUL character.
    """
    if not isinstance(text, str):
        raise TypeError(f"text must be a str, not {type(text).__name__}")
    # No limit of length: whoever has the text in memory has room for it.
    document = read_item(RawItem(doc_id, STANDARD_INPUT, Kind.TEXT, text, metadata), max_bytes=0)
    if isinstance(document, FailedDocument):
        raise ArgumentError("text", document.reason)
    return document
