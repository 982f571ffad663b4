"""Bytes -> text: which encoding they are in, and the text as the rest of the package wants it.

Articles come in UTF-8, UTF-16 or windows-1258 and are detected; metadata and gold are UTF-8.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

# The byte order marks, the longer first: that of UTF-32 begins as that of UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What has no mark and is no UTF-8 is one of these, or else FALLBACK.
_CANDIDATES = {"utf_16_le": "utf-16-le", "utf_16_be": "utf-16-be", "cp1258": "windows-1258"}
# Every byte but five has a letter in it: what nothing fits can at least be looked at.
FALLBACK = "windows-1252"
# So much of a file is looked at.
SAMPLE_BYTES = 1 << 18
# Of a text in an old encoding, one byte in five is no ASCII.
_FEW = 0.01
# The share of the letters beyond ASCII that Vietnamese must have for a reading to be believed.
_BELIEVED = 0.9

_ESCAPED = re.compile("[\udc80-\udcff]")
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text in NFC with `\\n` line breaks, the encoding that it was read in, and what is doubtful."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode_text(content: bytes) -> str:
    """Gives the text of a file that must be UTF-8, with or without BOM: metadata, gold.

    Raises ValueError that names the first byte at fault and its offset in the file.
    """
    return normalize_text(_decode_utf8(content))


def decode(content: bytes, declared: str | None = None, *, lenient: bool = False) -> Decoded:
    """Gives the text of an article in whichever encoding it is stored.

    `declared` is what the article says of itself, which holds where it is no UTF-8. With `lenient`, single
    bytes at fault are read as U+FFFD, with a warning. Raises ValueError for what is no text, and for UTF-8
    that is damaged: the first byte at fault and its offset are named.
    """
    encoding = detect_encoding(content)
    if encoding == FALLBACK and declared is not None and _can_decode(content, declared):
        encoding = codecs.lookup(declared).name
    warnings = fallback_warnings(encoding)
    if encoding not in ("utf-8", "utf-8-sig"):
        text = content.decode(encoding, "replace")
    elif lenient:
        text = content.decode(encoding, "replace")
        if "\ufffd" in text and not _can_decode(content, encoding):
            warnings = (*warnings, "bytes that are no UTF-8 were read as U+FFFD")
    else:
        text = _decode_utf8(content)
    return Decoded(normalize_text(text), encoding, warnings)


def normalize_text(text: str) -> str:
    """Gives a text in NFC, without byte order mark, line breaks as `\\n`.

    Raises ValueError for a NUL character, which no article holds.
    """
    nul = text.find("\0")
    if nul >= 0:
        raise ValueError(f"not a text: NUL byte at offset {len(text[:nul].encode('utf-8', 'surrogatepass'))}")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def replace_half_pairs(text: str) -> tuple[str, tuple[str, ...]]:
    """Replaces halves of surrogate pairs, which no file can hold, by U+FFFD. Gives text and warnings."""
    if _HALF_PAIR.search(text) is None:
        return text, ()
    return _HALF_PAIR.sub("\ufffd", text), ("half characters (lone surrogates) were read as U+FFFD",)


def find_escaped_byte(text: str) -> int | None:
    """Gives the first byte that was no UTF-8 in a text decoded with `surrogateescape`, or None."""
    if text.isascii():
        return None
    match = _ESCAPED.search(text)
    return None if match is None else ord(match[0]) - 0xDC00


def fallback_warnings(encoding: str) -> tuple[str, ...]:
    """Gives the warning that goes with a text that was read in the fallback."""
    return (f"no encoding fits: read as {FALLBACK}",) if encoding == FALLBACK else ()


def detect_encoding(content: bytes, *, whole: bool = True) -> str:
    """Gives the encoding of a text: by its mark, else UTF-8, UTF-16 or windows-1258, else FALLBACK.

    Damaged UTF-8 is UTF-8 still. With `whole` false, `content` is the beginning of a file of many texts,
    few of which may be damaged.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    sample = content[:SAMPLE_BYTES]
    fault = _utf8_fault(content, whole=whole)
    if fault is None:
        # UTF-16 of plain letters is UTF-8 as well, with a NUL byte at every letter.
        return _detected(sample) or "utf-8" if 0 in sample else "utf-8"
    if fault >= SAMPLE_BYTES:
        sample = content[fault - SAMPLE_BYTES // 2 : fault + SAMPLE_BYTES // 2]
    if 0 not in sample and _is_damaged_utf8(sample, whole=whole):
        return "utf-8"
    return _detected(sample) or ("utf-8" if 0 in sample else FALLBACK)


def _decode_utf8(content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8: byte {content[error.start]:#04x} at offset {error.start}") from error
    nul = content.find(0)
    if nul >= 0:
        raise ValueError(f"not a text: NUL byte at offset {nul}")
    return text


def _can_decode(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _utf8_fault(content: bytes, *, whole: bool) -> int | None:
    """Gives the offset of the first byte that is no UTF-8. A beginning may end within a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final=whole)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _is_damaged_utf8(sample: bytes, *, whole: bool) -> bool:
    """Asks whether most of what is not ASCII is UTF-8: other encodings have next to no such sequences."""
    text = sample.decode("utf-8", "surrogateescape")
    bad = len(_ESCAPED.findall(text))
    if not whole and bad < _FEW * len(sample):
        # Records in plain ASCII, and some stray bytes.
        return True
    return sum(character >= "\x80" for character in text) - bad >= bad


def _detected(sample: bytes) -> str | None:
    """Asks charset-normalizer, and believes it where the letters are those of Vietnamese."""
    # Takes 30 ms to import, and nearly all articles are UTF-8.
    from charset_normalizer import from_bytes

    even = sample[: len(sample) // 2 * 2] if 0 in sample else sample
    best = from_bytes(even, cp_isolation=list(_CANDIDATES), enable_fallback=False).best()
    if best is None or best.encoding not in _CANDIDATES:
        return None
    text = unicodedata.normalize("NFC", even.decode(best.encoding, "replace"))
    letters = [character for character in text if character >= "\x80" and character.isalpha()]
    marks = sum(unicodedata.combining(character) != 0 for character in text)
    known = sum(character in vietnamese_letters() for character in letters)
    if _CONTROL.search(text) or known < _BELIEVED * (len(letters) + marks):
        return None
    return _CANDIDATES[best.encoding]


@cache
def vietnamese_letters() -> frozenset[str]:
    """Gives the letters of Vietnamese that are not ASCII."""
    tones = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
    lower = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in tones]
    return frozenset(
        form for letter in (*lower, "đ") for form in (letter, letter.upper()) if not form.isascii()
    )
