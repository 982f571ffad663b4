"""Documents for tests: the text of a case and what it states about itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.metadata import build_metadata
from extract.models import Document
from extract.reader import build_document, text_digest


def document_of(case: Mapping[str, Any]) -> Document:
    """Makes the document that a case describes: its text, and date or province if it states them."""
    stated = {key: case[key] for key in ("published", "province") if key in case}
    return build_document("case", case["text"], "-", text_digest(case["text"]), build_metadata(stated))
