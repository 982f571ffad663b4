"""A text as it is given and as it is read (NFC, `\\n` line breaks, no byte order mark), offset by offset."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from extract.encoding import normalize_text, replace_half_pairs

# A letter of ASCII joins with nothing before it, so that each of these pieces can be read alone.
_PIECE = re.compile(r"\r\n|[\x00-\x7f][^\x00-\x7f]*|[^\x00-\x7f]+")


@dataclass(frozen=True, slots=True)
class AlignedText:
    """`text` is what is read of `given`. `starts` is None where both are the same."""

    given: str
    text: str
    starts: Sequence[int] | None = None

    def to_given(self, offset: int) -> int:
        """Gives the offset in the text as given, of one in the text as read."""
        return offset if self.starts is None else self.starts[offset]


def align(given: str) -> AlignedText:
    """Reads a text, and keeps for each character where it begins in the text as given.

    Half characters and NUL characters, which no article holds, are read as U+FFFD.
    """
    clean = replace_half_pairs(given)[0].replace("\0", "\ufffd")
    text = normalize_text(clean)
    if text == given:
        return AlignedText(given, text)
    starts: list[int] = []
    for match in _PIECE.finditer(clean):
        starts += _starts(match[0], match.start())
    # A byte order mark is not read.
    starts = starts[len(starts) - len(text) :]
    return AlignedText(given, text, (*starts, len(given)))


def _starts(piece: str, start: int) -> list[int]:
    """Gives for each character that is read of a piece where it begins."""
    if piece == "\r\n":
        return [start]
    whole = unicodedata.normalize("NFC", piece)
    if whole == piece:
        return list(range(start, start + len(piece)))
    starts: list[int] = []
    position = 0
    while position < len(piece):
        end = position + 1
        while end < len(piece) and unicodedata.combining(piece[end]):
            end += 1
        read = len(unicodedata.normalize("NFC", piece[position:end]))
        # Marks that found no letter to join stand as they are.
        same = read == end - position
        starts += range(start + position, start + end) if same else [start + position] * read
        position = end
    # Some letters of other scripts join without being marks.
    return starts if len(starts) == len(whole) else [start] * len(whole)
