"""Annotated sentences of a news corpus: scored where the corpus is given, skipped elsewhere."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

from extract.pipeline import Extractor

CORPUS = os.environ.get("EXTRACT_CORPUS", "")
SCRIPT = runpy.run_path(str(Path(__file__).parent.parent / "scripts" / "eval_sentences.py"))
FLOORS = {"value": 97.0, "unit": 96.0, "bound_change": 93.0, "status": 91.0, "period": 91.0, "province": 93.0}


@pytest.mark.skipif(not CORPUS, reason="EXTRACT_CORPUS names no corpus")
def test_development_sentences_keep_their_scores(extractor: Extractor) -> None:
    evaluation = SCRIPT["evaluate_sentences"](extractor, SCRIPT["GOLD_FILES"][0], Path(CORPUS))
    scores = {name: evaluation.scores[name].percents()[2] for name in FLOORS}
    assert {name: score for name, score in scores.items() if score < FLOORS[name]} == {}


def test_a_corpus_with_another_text_is_refused(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    gold = tmp_path / "gold.jsonl"
    gold.write_text(
        '{"doc": "00", "source_doc": "a", "start": 0, "end": 2, "published": null, "facts": []}\n'
    )
    corpus = tmp_path / "corpus.parquet"
    pq.write_table(pa.table({"doc_id": ["a"], "text": ["một văn bản khác"]}), corpus)
    with pytest.raises(ValueError, match="another text"):
        SCRIPT["load_sentences"](gold, corpus)
