"""Annotated text that the rules were not written from: floors that hold what has been reached."""

from __future__ import annotations

import os
import runpy
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract.pipeline import Extractor

CORPUS = os.environ.get("EXTRACT_CORPUS", "")
SCRIPT = runpy.run_path(str(Path(__file__).parent.parent / "scripts" / "eval_annotated.py"))
FIELDS = ("value", "unit", "status", "period", "province", "metric")
FLOORS = {
    "digital": dict(zip(FIELDS, (98.0, 98.0, 94.0, 94.0, 96.0, 82.0), strict=True)),
    "digital2": dict(zip(FIELDS, (98.0, 98.0, 98.0, 95.0, 97.0, 84.0), strict=True)),
    "provinces": dict(zip(FIELDS, (98.0, 98.0, 95.0, 84.0, 96.0, 59.0), strict=True)),
    "provinces2": dict(zip(FIELDS, (98.0, 98.0, 97.0, 86.0, 98.0, 79.0), strict=True)),
    "passages": dict(zip(FIELDS, (98.0, 98.0, 93.0, 91.0, 92.0, 76.0), strict=True)),
    "passages2": dict(zip(FIELDS, (98.0, 98.0, 89.0, 84.0, 87.0, 54.0), strict=True)),
    "telecom": dict(zip(FIELDS, (97.0, 97.0, 90.0, 85.0, 91.0, 57.0), strict=True)),
    "sentences": dict(zip(FIELDS, (98.0, 97.0, 93.0, 95.0, 95.0, 72.0), strict=True)),
}


def under_floor(extractor: Extractor, name: str, corpus: Mapping[str, str]) -> dict[str, float]:
    """Gives the fields of a development set whose F1 is under the floor."""
    gold = SCRIPT["GOLD_FOLDER"] / f"{name}_dev.jsonl"
    evaluation = SCRIPT["evaluate_gold"](extractor, gold, corpus)
    scores = {field: evaluation.scores[field].percents()[2] for field in FLOORS[name]}
    return {field: score for field, score in scores.items() if score < FLOORS[name][field]}


@pytest.mark.parametrize("name", ["digital", "digital2", "provinces", "provinces2"])
def test_passages_of_our_own_wording_keep_their_scores(extractor: Extractor, name: str) -> None:
    assert under_floor(extractor, name, {}) == {}


@pytest.mark.skipif(not CORPUS, reason="EXTRACT_CORPUS names no corpus")
@pytest.mark.parametrize("name", ["passages", "passages2", "telecom", "sentences"])
def test_news_keeps_its_scores(extractor: Extractor, name: str) -> None:
    assert under_floor(extractor, name, SCRIPT["load_corpus"](Path(CORPUS))) == {}


def test_a_corpus_with_another_text_is_refused(tmp_path: Path) -> None:
    gold = tmp_path / "passages_dev.jsonl"
    gold.write_text('{"doc": "a", "source_doc": "a", "start": 0, "end": 2, "sha256": "00", "facts": []}\n')
    corpus = tmp_path / "corpus.parquet"
    pq.write_table(pa.table({"doc_id": ["a"], "text": ["một văn bản khác"]}), corpus)
    with pytest.raises(ValueError, match="another text"):
        SCRIPT["load_texts"](gold, SCRIPT["load_corpus"](corpus))
