"""Every row's span, cut out of the document, reads as the value that the row states.

Over the seeds, and over a corpus (Parquet with `doc_id` and `text`) where EXTRACT_CORPUS names one.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from extract.models import Document, Fact
from extract.parse import parse_quantities
from extract.pipeline import Extractor

CORPUS = os.environ.get("EXTRACT_CORPUS", "")
SEEDS = Path(__file__).parent.parent / "seeds"
# Words that are a number only beside others: of ranks, multiples and halves.
WORDS = {
    "đầu": 1, "nhất": 1, "nhì": 2, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
    "chín": 9, "mười": 10, "đôi": 2, "rưỡi": 1.5, "nửa": 1, "một": 1,
}  # fmt: skip


def values_of(quote: str) -> Iterator[float]:
    """Gives all values that a quote can state without its sentence."""
    for quantity in parse_quantities(quote):
        yield float(quantity.value)
    for digits in re.findall(r"[0-9]+", quote):
        yield float(digits)
    for word in re.findall(r"\w+", quote.lower()):
        if word in WORDS:
            yield WORDS[word]


def misread(text: str, facts: tuple[Fact, ...]) -> list[tuple[str, float]]:
    """Gives the quotes that do not read as the values of their rows."""
    quotes = [(text[fact.char_start : fact.char_end], fact) for fact in facts]
    # The sign of `âm 0,5%` stands before the quote.
    return [(quote, fact.value) for quote, fact in quotes if abs(fact.value) not in set(values_of(quote))]


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.stem)
def test_every_span_of_the_seeds_reads_as_its_value(path: Path, extractor: Extractor) -> None:
    text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    facts = extractor.extract(Document(path.stem, text, "-", "-")).facts
    assert facts
    assert misread(text, facts) == []


@pytest.mark.skipif(not CORPUS, reason="EXTRACT_CORPUS names no corpus")
def test_every_span_of_a_corpus_reads_as_its_value(extractor: Extractor) -> None:
    wrong = []
    for batch in pq.ParquetFile(CORPUS).iter_batches(100, columns=["doc_id", "text"]):
        for row in batch.to_pylist():
            text = unicodedata.normalize("NFC", row["text"])
            facts = extractor.extract(Document(row["doc_id"], text, "-", "-")).facts
            wrong.extend(misread(text, facts))
    assert wrong == []
