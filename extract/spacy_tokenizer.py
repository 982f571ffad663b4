"""A tokenizer for spaCy whose tokens are the words that facts are read with.

Registered as `vn_words` by an entry point, so that a pipeline on disk finds it by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer
from spacy.vocab import Vocab

from extract.alignment import align
from extract.models import Span
from extract.segment import segment
from extract.words import segment_words

TOKENIZER = "vn_words"


class WordTokenizer(DummyTokenizer):
    """Cuts a text into Vietnamese words (`Lạng Sơn` is one), numbers and marks; `doc.text` is the text."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        end = 0
        for word in [*_words(text), Span(len(text), len(text))]:
            gap = text[end : word.start]
            if words and gap.startswith(" "):
                spaces[-1], gap = True, gap[1:]
            for token in (gap, text[word.start : word.end]):
                if token:
                    words.append(token)
                    spaces.append(False)
            end = word.end
        return Doc(self.vocab, words=words, spaces=spaces)

    def __reduce__(self) -> tuple[type[WordTokenizer], tuple[Vocab]]:
        return type(self), (self.vocab,)


def _words(text: str) -> Iterator[Span]:
    """Gives the words of a text in order, as offsets into it."""
    aligned = align(text)
    end = 0
    for sentence in segment(aligned.text):
        for word in segment_words(aligned.text, sentence.span):
            span = Span(max(end, aligned.to_given(word.start)), aligned.to_given(word.end))
            if span.start < span.end:
                yield span
                end = span.end


def create_tokenizer() -> Callable[[Language], WordTokenizer]:
    """Gives what makes the tokenizer of a pipeline, as spaCy's registry wants it."""

    def make(nlp: Language) -> WordTokenizer:
        return WordTokenizer(nlp.vocab)

    return make
