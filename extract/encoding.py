"""Bytes of a file -> text, the same way for articles, metadata and gold."""

from __future__ import annotations

import unicodedata


def decode_text(content: bytes) -> str:
    """Gives the text of a file: UTF-8 with or without BOM, in NFC, line breaks as `\\n`.

    Raises ValueError that names the first byte at fault and its offset in the file.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8: byte {content[error.start]:#04x} at offset {error.start}") from error
    nul = content.find(0)
    if nul >= 0:
        raise ValueError(f"not a text: NUL byte at offset {nul}")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)
