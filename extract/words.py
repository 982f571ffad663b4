"""Words and tokens: one sentence in, a spaCy `Doc` of syllables and underthesea's words out.

The segmenter joins numbers to words (`1.176 thôn`) and is wrong on a tenth of names, so its words do not
cut the text: tokens are syllables, numbers and marks, and the words stand beside them as spans, to name an
unknown unit and to veto a match inside a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extract.models import Span
from extract.segmenter import load_segmenter
from extract.text import fold, strip_diacritics

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

# Vietnamese letters first: a class of ranges is met faster than what is no digit, mark or blank.
_TOKEN = re.compile(
    r"(?=\S)(?:[a-zA-ZÀ-ÖØ-öø-ưẠ-ỹ]++(?![^\W\d_])|[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+|[^\w\s]|_+|\d+)"
)
# The segmenter's own patterns backtrack without bound on these; fillers keep the length.
_UNSAFE = re.compile(r"(?:https?|ftp)://\S+|www\.\S+|[^\w\s]{4,}|(?:\w{1,3}\.){4,}\w*|\S{40,}")
# A vocabulary keeps every string it has met; a fresh one now and then keeps memory flat.
SENTENCES_PER_VOCABULARY = 20_000


@dataclass(frozen=True, slots=True)
class TokenizedSentence:
    """A sentence's tokens as a spaCy Doc, where they begin and end, and the words, all in the document."""

    doc: Doc
    tokens: Sequence[tuple[int, int]]
    words: tuple[Span, ...]


def new_vocabulary() -> Vocab:
    """Gives a spaCy vocabulary whose NORM is the folded spelling and whose LOWER has no marks either."""
    from spacy.attrs import LOWER, NORM
    from spacy.vocab import Vocab

    return Vocab(lex_attr_getters={NORM: fold, LOWER: _without_marks})


def _without_marks(text: str) -> str:
    return strip_diacritics(fold(text))


def token_spans(text: str, start: int, end: int) -> list[Span]:
    """Gives syllables, numbers and single marks between two offsets."""
    return [Span(*match.span()) for match in _TOKEN.finditer(text, start, end)]


def build_doc(vocabulary: Vocab, text: str, tokens: Sequence[tuple[int, int]]) -> Doc:
    """Gives a spaCy Doc of the tokens. What stands between them is not kept."""
    from spacy.tokens import Doc

    return Doc(vocabulary, words=[text[start:end] for start, end in tokens])


def segment_words(text: str, span: Span) -> tuple[Span, ...]:
    """Gives the words of a sentence as underthesea sees them, never joined across a digit.

    Falls back to single tokens where its answer cannot be aligned with the text.
    """
    safe = _UNSAFE.sub(_filler, text[span.start : span.end])
    found = load_segmenter().words(safe)
    if found is None:
        return tuple(token_spans(text, span.start, span.end))
    words: list[Span] = []
    offset = span.start
    for start, end, is_joined in found:
        # Words of letters alone are the most; they are told at once.
        if is_joined and not (piece := safe[start:end].replace(" ", "")).isalpha() and _has_digit(piece):
            words.extend(token_spans(text, offset + start, offset + end))
        else:
            words.append(Span(offset + start, offset + end))
    return tuple(words)


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _filler(match: re.Match[str]) -> str:
    return "x" * len(match[0])


class SentenceTokenizer:
    """Tokenizes sentences; holds the vocabulary that its Docs share and renews it now and then."""

    def __init__(self) -> None:
        self.vocabulary = new_vocabulary()
        self.generation = 0
        self._seen = 0

    def tokenize(self, text: str, folded: str, span: Span, *, words: bool = True) -> TokenizedSentence:
        """Gives the tokens of one sentence as folded, and its words unless they are not wanted."""
        self._seen += 1
        if self._seen > SENTENCES_PER_VOCABULARY:
            self.vocabulary, self._seen = new_vocabulary(), 0
            self.generation += 1
        tokens = [match.span() for match in _TOKEN.finditer(folded, span.start, span.end)]
        segmented = segment_words(text, span) if words else ()
        return TokenizedSentence(build_doc(self.vocabulary, folded, tokens), tokens, segmented)
