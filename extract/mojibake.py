"""Asks of a text whether it was read in the wrong encoding before it came here: a hint, never a repair."""

from __future__ import annotations

import re
from functools import cache

from extract.encoding import vietnamese_letters

# A hint needs no more than this; a text of 10 MB is not looked through.
LOOKED_AT = 200_000
# How many words must look wrong, and which share of all: foreign names have such letters too.
_LEAST_WORDS = 2
_LEAST_SHARE = 0.08

# What windows-1252 and Latin-1 show for the bytes 0x80 to 0xBF, of which UTF-8 makes its letters.
_CONTINUATION = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_UTF8_AS_LATIN = re.compile(
    rf"á[º»][{_CONTINUATION}]|Ä[‘\u0091\u0090ƒ\u0083‚\u0082]|Æ[°¡¯\u00a0]|Ã[{_CONTINUATION}]"
)
# Combining tones of windows-1258, and its letters for đ, ư, ơ, in Latin-1: `Viêòt`, `ðýõòc`.
_CP1258_AS_LATIN = re.compile(r"[êôâÊÔÂ][ìòÒÞÌ]|ðý|ýõ|[ãõý][ìÒÞÌ]")
# Letters of the TCVN3 fonts (`.VnTime`) inside a word: `ViÖt`, `®Õn`, `c¸c`.
_TCVN3 = re.compile(r"[A-Za-z][µ¸¶·¹¨»¾¼½©ª«¬®\u00adÖ×ØÜÞÏÑÎÊËÈÇÆÐÓÔÕ]|®[a-zÀ-ÿ]")
# VNI fonts write the mark behind the vowel: `Vieät`, `tænh`, `ñeán`. No word of Vietnamese has these pairs.
_VNI = re.compile(
    r"[aA][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄ]|[eE][äáàåãâùøûõïÄÁÀÅÃÂ]|[oO][äåïøûÄÅÏØÛ]|[uU][ïøûÏØÛ]|[ñÑ][a-zA-Z]"
    r"|ö[ôùøûõïtiôu]|[b-df-hj-np-tv-xz][æòóöô](?![a-z]*[àáạảã])[ïùøûõ]"
)
_WORD = re.compile(r"\S+")
_PUNCTUATION = "“”‘’–—…•\u00a0"

_KINDS = (
    (_UTF8_AS_LATIN, "looks like UTF-8 that was read as Latin-1 or windows-1252"),
    (_CP1258_AS_LATIN, "looks like windows-1258 that was read as Latin-1 or windows-1252"),
    (_TCVN3, "looks like text in a TCVN3 font (.VnTime), which is no Unicode"),
    (_VNI, "looks like text in a VNI font, which is no Unicode"),
)


def mojibake_warnings(text: str) -> tuple[str, ...]:
    """Gives what looks wrong with the letters of a text in NFC: mostly nothing, else one or two warnings."""
    text = text[:LOOKED_AT]
    warnings = ("characters were lost before (U+FFFD)",) if "\ufffd" in text else ()
    if text.isascii():
        return warnings
    if _sound_characters().issuperset(text):
        return warnings
    for pattern, meaning in _KINDS:
        # Sound text has next to no match, and its words need not be counted.
        if len(pattern.findall(text)) < _LEAST_WORDS:
            continue
        words = _WORD.findall(text)
        wrong = sum(pattern.search(word) is not None for word in words)
        if wrong >= max(_LEAST_WORDS, _LEAST_SHARE * len(words)):
            return (*warnings, meaning)
    return warnings


@cache
def _sound_characters() -> frozenset[str]:
    """Gives the characters that Vietnamese is written with: a text of these alone needs no closer look."""
    return frozenset((*map(chr, range(128)), *vietnamese_letters(), *_PUNCTUATION))
