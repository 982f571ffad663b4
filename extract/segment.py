"""Sentences with offsets: text in, spans out. Line breaks come first, then stops.

Written here because a tokenizer's sentence splitter gives no offsets, ignores line breaks and takes
quadratic time on runs of dots.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from extract.models import Sentence, Span

# A line without a stop is cut here, so that no later step meets an unbounded sentence.
MAX_SENTENCE = 1500
MAX_HEADING = 150

_LINE = re.compile(r"[^\n]+")
_STOP = regex.compile(r"(?<![.!?…])[.!?…]++[\"”’'»)\]]*(?=\s+[\"“‘'«(\[\-–•+*]*\s?[\p{Lu}\p{Nd}])")
_ABBREVIATION = regex.compile(
    r"(?:^|[\s(\"“])(?:\p{Lu}|Ng|TP|Tp|TX|Tx|TT|PGS|GS|TS|ThS|Ths|BS|CN|KTS|LS|NSND|NSƯT|Mr|Mrs|Ms|Dr|St|No|P|Q|H|X"
    r"|PGS\.TS|GS\.TS|GS\.TSKH|TSKH|ĐD|NS|Th\.S|Nxb|Sđd)$"
)
_BULLET = re.compile(
    r"\s*(?:[-–—•●▪*+·○]\s*|\(?[0-9]{1,2}[.)/](?![0-9])\s*|[0-9]{1,2}(?:\.[0-9]{1,2})+\.?\s|[a-zđ]\)\s*)\S"
)


def segment(text: str, start: int = 0) -> Iterator[Sentence]:
    """Gives the sentences of `text` from offset `start` in order. Spans hold no outer white space."""
    index = 0
    paragraph = -1
    for line in _LINE.finditer(text, start):
        spans = list(_split_line(text, line.start(), line.end()))
        if not spans:
            continue
        paragraph += 1
        bullet = _BULLET.match(text, line.start(), line.end()) is not None
        heading = (
            len(spans) == 1
            and spans[0].end - spans[0].start <= MAX_HEADING
            and text[spans[0].end - 1] not in '.!?…;,"”'
        )
        for span in spans:
            yield Sentence(span, index, paragraph, is_heading=heading, is_bullet=bullet)
            index += 1


def _split_line(text: str, start: int, end: int) -> Iterator[Span]:
    position = start
    for stop in _STOP.finditer(text, start, end):
        before = text[max(position, stop.start() - 10) : stop.start()]
        if text[stop.start()] == "." and stop.end() == stop.start() + 1 and _ABBREVIATION.search(before):
            continue
        yield from _bounded(text, position, stop.end())
        position = stop.end()
    yield from _bounded(text, position, end)


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    """Gives the stretch without outer white space, in pieces of at most MAX_SENTENCE characters."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > MAX_SENTENCE:
        cut = (
            max(text.rfind("; ", start, start + MAX_SENTENCE), text.rfind(", ", start, start + MAX_SENTENCE))
            + 1
        )
        if cut <= start:
            cut = text.rfind(" ", start, start + MAX_SENTENCE)
        if cut <= start:
            cut = start + MAX_SENTENCE
        yield Span(start, cut)
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if start < end:
        yield Span(start, end)
