"""A text and the facts in it -> paragraphs of plain and marked pieces, as a page shows them.

Facts may overlap, links may not: facts that share characters are one mark, from the first to the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.models import Span


@dataclass(frozen=True, slots=True)
class MarkedFact:
    """A fact as a mark shows it. `number` is its place in the fact table, `label` what is read aloud."""

    number: int
    span: Span
    label: str
    is_target: bool
    is_doubtful: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, and the facts that it states: none for plain text."""

    text: str
    facts: tuple[MarkedFact, ...] = ()


Paragraph = tuple[Piece, ...]


def mark_paragraphs(text: str, facts: Sequence[MarkedFact]) -> list[Paragraph]:
    """Gives the lines of a text that are not blank, facts marked. Facts are in order of their spans."""
    paragraphs: list[list[Piece]] = [[]]
    for piece in mark_pieces(text, facts):
        if piece.facts:
            paragraphs[-1].append(piece)
            continue
        first, *others = piece.text.split("\n")
        paragraphs[-1].append(Piece(first))
        paragraphs.extend([Piece(line)] for line in others)
    return [kept for pieces in paragraphs if (kept := _without_empty(pieces))]


def mark_pieces(text: str, facts: Sequence[MarkedFact], offset: int = 0) -> Iterator[Piece]:
    """Gives a text in pieces, one behind the other. `offset` is where it begins in the document's text."""
    position = 0
    for cluster in _clusters(facts):
        start, end = cluster[0].span.start - offset, max(fact.span.end for fact in cluster) - offset
        yield Piece(text[position:start])
        yield Piece(text[start:end], tuple(cluster))
        position = end
    yield Piece(text[position:])


def _clusters(facts: Iterable[MarkedFact]) -> Iterator[list[MarkedFact]]:
    cluster: list[MarkedFact] = []
    end = -1
    for fact in facts:
        if cluster and fact.span.start >= end:
            yield cluster
            cluster = []
        cluster.append(fact)
        end = max(end, fact.span.end) if len(cluster) > 1 else fact.span.end
    if cluster:
        yield cluster


def _without_empty(pieces: Sequence[Piece]) -> Paragraph:
    """Gives the pieces that hold text; nothing for a blank line."""
    if not any(piece.facts or piece.text.strip() for piece in pieces):
        return ()
    return tuple(piece for piece in pieces if piece.text)
