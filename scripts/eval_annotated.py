"""Measures the extractor on text that its rules were not written from.

`python scripts/eval_annotated.py [--corpus CORPUS.parquet] [--texts FOLDER] [SET ...]`. The sets are in
tests/gold:

- `digital`, `digital2`: passages on digital transformation in other provinces, written for this project from
  published figures; `provinces` to `provinces3`: the same on farming, trade, health, schools and tourism too.
  Their texts are in folders of these names in tests/gold.
- `passages` to `passages4`, `telecom`, `sentences`, `sentences2`: passages of articles and single sentences
  of a news corpus, as facts with the place of the text in it; those of `passages2` are full of numbers, those
  of `passages4` are on technology, those of `sentences2` hold a digit each. The corpus (Parquet with `doc_id`
  and `text`) is no part of this project; without `--corpus` these sets are passed over.
- `reports` to `reports7`: passages of news reports, in the first set on digital transformation, as facts with
  the address of each page. Their texts are no part of this project either: `--texts` names a folder that has
  them as `<doc>.txt`.

A set has a half for development (`dev`) and a half that is only scored (`held`), or one of the two.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from extract.calendar_periods import parse_iso_period
from extract.document import build_document
from extract.evaluate import Evaluation, evaluate
from extract.gold import GoldDocument, load_gold
from extract.metadata import DocumentMetadata
from extract.pipeline import Extractor
from extract.rules import load_rules

GOLD_FOLDER = Path(__file__).parent.parent / "tests" / "gold"
OWN_TEXTS = ("digital", "digital2", "provinces", "provinces2", "provinces3")
NEWS = ("passages", "passages2", "passages3", "passages4", "telecom", "sentences", "sentences2")
PAGES = ("reports", "reports2", "reports3", "reports4", "reports5", "reports6", "reports7")
SETS = (*OWN_TEXTS, *PAGES, *NEWS)
HALVES = ("dev", "held")
DIGEST_LENGTH = 16


def load_corpus(path: Path) -> dict[str, str]:
    """Gives the texts of a corpus in NFC by doc_id."""
    table = pq.read_table(path, columns=["doc_id", "text"])
    texts = zip(table["doc_id"].to_pylist(), table["text"].to_pylist(), strict=True)
    return {doc_id: unicodedata.normalize("NFC", text) for doc_id, text in texts}


def load_texts(gold: Path, corpus: Mapping[str, str], folder: Path | None = None) -> dict[str, str]:
    """Gives the texts of a gold file: from beside it, out of the corpus or, of pages, from a folder.

    Raises KeyError for a document that the corpus lacks, ValueError where another text is found.
    """
    texts: dict[str, str] = {}
    for line in gold.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if "source_doc" in record:
            text = corpus[record["source_doc"]][record["start"] : record["end"]]
        else:
            beside = gold.parent / gold.stem.partition("_")[0]
            path = (folder if folder is not None and "url" in record else beside) / f"{record['doc']}.txt"
            text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
        digest = hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]
        if digest != record.get("sha256", digest):
            raise ValueError(f"{record['doc']}: another text is found there")
        texts[record["doc"]] = text
    return texts


def evaluate_gold(
    extractor: Extractor, gold: Path, corpus: Mapping[str, str], folder: Path | None = None
) -> Evaluation:
    """Extracts each text of a gold file and compares."""
    documents = load_gold(gold)
    texts = load_texts(gold, corpus, folder)
    return evaluate(extract_rows(extractor, documents, texts), documents, texts)


def extract_rows(
    extractor: Extractor, documents: Sequence[GoldDocument], texts: Mapping[str, str]
) -> list[Mapping[str, Any]]:
    """Gives the facts of annotated documents as rows, each text read as of the day its annotation states."""
    rows: list[Mapping[str, Any]] = []
    for item in documents:
        published = parse_iso_period(item.published) if item.published else None
        stated = DocumentMetadata(published=published, url=item.url)
        document = build_document(item.doc_id, texts[item.doc_id], "-", item.doc_id, stated)
        document = replace(document, published=published)
        rows.extend(asdict(fact) for fact in extractor.extract(document).facts)
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints F1 per field for each set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET", help=", ".join(SETS))
    parser.add_argument("--corpus", type=Path, help="Parquet file with doc_id and text")
    parser.add_argument("--texts", type=Path, help="folder with the texts of `reports` to `reports7`")
    options = parser.parse_args(arguments)
    corpus = load_corpus(options.corpus) if options.corpus else {}
    extractor = Extractor(load_rules())
    for name in options.sets:
        if name in PAGES and options.texts is None:
            print(f"{name}: passed over, no --texts")
            continue
        if name in NEWS and not corpus:
            print(f"{name}: passed over, no --corpus")
            continue
        for half in HALVES:
            gold = GOLD_FOLDER / f"{name}_{half}.jsonl"
            if not gold.is_file():
                continue
            evaluation = evaluate_gold(extractor, gold, corpus, options.texts)
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
