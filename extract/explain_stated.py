"""One text, given as it is, explained: its facts, and the numbers that gave none."""

from __future__ import annotations

from extract.document import build_document, text_digest
from extract.encoding import decode_text
from extract.errors import InputError
from extract.explain import Explainer
from extract.explanation import Explanation
from extract.metadata import build_metadata


def explain_text(content: bytes, published: str, province: str, explainer: Explainer) -> Explanation:
    """Explains a text of a stated date and province, both empty where not known.

    Raises InputError for a text that cannot be decoded and a date that is none.
    """
    values = {"published": published, "province": province}
    try:
        metadata = build_metadata({key: value for key, value in values.items() if value})
    except ValueError as error:
        raise InputError("--published", str(error)) from error
    try:
        text = decode_text(content)
    except ValueError as error:
        raise InputError("text", str(error)) from error
    read = explainer.read(build_document("text", text, "-", text_digest(text), metadata))
    return read.explain(range(len(read.rows)), drops=True)
