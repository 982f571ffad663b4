"""Measures the extractor on sentences of a news corpus that was annotated by reading.

`python scripts/eval_sentences.py CORPUS.parquet [GOLD.jsonl ...]`. The corpus is a Parquet file
with `doc_id` and `text`; it is no part of this project. The gold in tests/gold holds, per sentence, where it
stands in which document, and its facts; each sentence is read as a text of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from extract.evaluate import Evaluation, evaluate, load_gold
from extract.metadata import parse_published
from extract.models import Document
from extract.pipeline import Extractor
from extract.rules import load_rules

GOLD_FOLDER = Path(__file__).parent.parent / "tests" / "gold"
GOLD_FILES = (GOLD_FOLDER / "sentences_dev.jsonl", GOLD_FOLDER / "sentences_held.jsonl")


def load_sentences(gold: Path, corpus: Path) -> dict[str, str]:
    """Gives the annotated sentences by id. Raises KeyError when the corpus lacks a document."""
    table = pq.read_table(corpus, columns=["doc_id", "text"])
    texts = dict(zip(table["doc_id"].to_pylist(), table["text"].to_pylist(), strict=True))
    sentences: dict[str, str] = {}
    for line in gold.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        text = unicodedata.normalize("NFC", texts[record["source_doc"]])
        sentence = text[record["start"] : record["end"]]
        if hashlib.sha256(sentence.encode()).hexdigest()[:16] != record["doc"]:
            raise ValueError(f"{record['doc']}: the corpus holds another text there")
        sentences[record["doc"]] = sentence
    return sentences


def evaluate_sentences(extractor: Extractor, gold: Path, corpus: Path) -> Evaluation:
    """Extracts each sentence of a gold file alone and compares."""
    documents = load_gold(gold)
    sentences = load_sentences(gold, corpus)
    rows: list[Mapping[str, Any]] = []
    for item in documents:
        published = parse_published(item.published) if item.published else None
        document = Document(item.doc_id, sentences[item.doc_id], "-", item.doc_id, published=published)
        rows.extend(asdict(fact) for fact in extractor.extract(document).facts)
    return evaluate(rows, documents, sentences)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints F1 per field for each gold file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("gold", type=Path, nargs="*", default=list(GOLD_FILES))
    options = parser.parse_args(arguments)
    extractor = Extractor(load_rules())
    for gold in options.gold:
        evaluation = evaluate_sentences(extractor, gold, options.corpus)
        print(f"{gold.name}: {evaluation.gold} gold facts, {evaluation.predicted} predicted")
        for line in _lines(evaluation):
            print(f"  {line}")
    return 0


def _lines(evaluation: Evaluation) -> Iterable[str]:
    for name, score in evaluation.scores.items():
        precision, recall, f1 = score.percents()
        yield f"{name:15} precision {precision:5.1f}  recall {recall:5.1f}  F1 {f1:5.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
