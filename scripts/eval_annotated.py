"""Measures the extractor on text that its rules were not written from.

`python scripts/eval_annotated.py [--corpus CORPUS.parquet] [SET ...]`. The sets are in tests/gold:

- `digital`: passages on digital transformation in other provinces, written for this project from published
  figures; their texts are in tests/gold/digital.
- `passages`, `passages2`, `sentences`, `sentences2`: beginnings of articles and single sentences of a news
  corpus, as facts with the place of the text in it; those of `passages2` are full of numbers, those of
  `sentences2` hold a digit each. The corpus (Parquet with `doc_id` and `text`) is no part of this project;
  without `--corpus` these sets are passed over.

A set has a half for development (`dev`) and a half that is only scored (`held`); `sentences2` has no `dev`.
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

from extract.calendar_periods import parse_iso_period
from extract.evaluate import Evaluation, evaluate, load_gold
from extract.models import Document
from extract.pipeline import Extractor
from extract.rules import load_rules

GOLD_FOLDER = Path(__file__).parent.parent / "tests" / "gold"
SETS = ("digital", "passages", "passages2", "sentences", "sentences2")
HALVES = ("dev", "held")
DIGEST_LENGTH = 16


def load_corpus(path: Path) -> dict[str, str]:
    """Gives the texts of a corpus in NFC by doc_id."""
    table = pq.read_table(path, columns=["doc_id", "text"])
    texts = zip(table["doc_id"].to_pylist(), table["text"].to_pylist(), strict=True)
    return {doc_id: unicodedata.normalize("NFC", text) for doc_id, text in texts}


def load_texts(gold: Path, corpus: Mapping[str, str]) -> dict[str, str]:
    """Gives the texts of a gold file, from beside it or out of the corpus.

    Raises KeyError for a document that the corpus lacks, ValueError where it holds another text.
    """
    texts: dict[str, str] = {}
    for line in gold.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if "source_doc" not in record:
            path = gold.parent / gold.stem.partition("_")[0] / f"{record['doc']}.txt"
            texts[record["doc"]] = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
            continue
        text = corpus[record["source_doc"]][record["start"] : record["end"]]
        if hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH] != record["sha256"]:
            raise ValueError(f"{record['doc']}: the corpus holds another text there")
        texts[record["doc"]] = text
    return texts


def evaluate_gold(extractor: Extractor, gold: Path, corpus: Mapping[str, str]) -> Evaluation:
    """Extracts each text of a gold file and compares."""
    documents = load_gold(gold)
    texts = load_texts(gold, corpus)
    rows: list[Mapping[str, Any]] = []
    for item in documents:
        published = parse_iso_period(item.published) if item.published else None
        document = Document(item.doc_id, texts[item.doc_id], "-", item.doc_id, published=published)
        rows.extend(asdict(fact) for fact in extractor.extract(document).facts)
    return evaluate(rows, documents, texts)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints F1 per field for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET", help=", ".join(SETS))
    parser.add_argument("--corpus", type=Path, help="Parquet file with doc_id and text")
    options = parser.parse_args(arguments)
    corpus = load_corpus(options.corpus) if options.corpus else {}
    extractor = Extractor(load_rules())
    for name in options.sets:
        if name != "digital" and not corpus:
            print(f"{name}: passed over, no --corpus")
            continue
        for half in HALVES:
            gold = GOLD_FOLDER / f"{name}_{half}.jsonl"
            if not gold.is_file():
                continue
            evaluation = evaluate_gold(extractor, gold, corpus)
            print(f"{name}, {half}: {evaluation.gold} gold facts, {evaluation.predicted} predicted")
            for line in _lines(evaluation):
                print(f"  {line}")
    return 0


def _lines(evaluation: Evaluation) -> Iterable[str]:
    for name, score in evaluation.scores.items():
        precision, recall, f1 = score.percents()
        yield f"{name:15} precision {precision:5.1f}  recall {recall:5.1f}  F1 {f1:5.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
