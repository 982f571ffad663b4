"""Compares the binding rules with binding each number to the nearest words that name a metric.

`python benchmarks/compare_binding.py [--corpus CORPUS.parquet]`. On the annotated sets it prints, for both
ways, the F1 of the metric and the numbers that share a metric with another number of their sentence though
the annotation gives them different ones.
"""

from __future__ import annotations

import argparse
import runpy
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from extract.bind import Binder
from extract.evaluate import evaluate
from extract.gold import GoldDocument, load_gold, locate
from extract.models import Change, Span
from extract.pipeline import Extractor
from extract.quantity import Quantity
from extract.rules import load_rules
from extract.scene import Binding, Scene

ROOT = Path(__file__).parent.parent
ANNOTATED = runpy.run_path(str(ROOT / "scripts" / "eval_annotated.py"))
GOLD: Path = ANNOTATED["GOLD_FOLDER"]
# Characters to each side of a number that are looked through, the nearest first.
WINDOWS = (16, 32, 48, 64, 96, 128, 192, 256, 512)


class NearestBinder(Binder):
    """Binds each number to the metric named nearest to it, on either side, whatever stands between."""

    def bind(self, scene: Scene, quantities: Sequence[Quantity]) -> list[Binding]:
        return [self._nearest(scene, quantity) for quantity in quantities]

    def _nearest(self, scene: Scene, quantity: Quantity) -> Binding:
        for width in WINDOWS:
            start = max(scene.sentence.start, quantity.span.start - width)
            region = Span(start, min(scene.sentence.end, quantity.span.end + width))
            match = self._matcher.best(
                scene.terms, (region,), quantity.unit_id, quantity.span.start,
                is_change=quantity.change is not Change.NONE,
            )  # fmt: skip
            if match is not None:
                words = " ".join(scene.text[span.start : span.end] for span in match.spans)
                return Binding(quantity, match.metric, words, None, None, None, (match.metric.rule_id,))
        return Binding(quantity, None, quantity.unit_text, None, None, None, ("bind.nearest",))


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the comparison, a line a set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="Parquet file with doc_id and text")
    options = parser.parse_args(arguments)
    corpus = ANNOTATED["load_corpus"](options.corpus) if options.corpus else {}
    rules = load_rules()
    ways = {"rules": Extractor(rules), "nearest": Extractor(rules, binder=NearestBinder)}
    for gold in sorted(GOLD.glob("*.jsonl")):
        if gold.stem.startswith("reports") or not (corpus or gold.stem.startswith(("digital", "seeds"))):
            continue
        texts = seed_texts(gold) if gold.stem == "seeds" else ANNOTATED["load_texts"](gold, corpus)
        shown = [
            f"{name}: metric {metric:5.1f}, shared wrongly {shared:3d}"
            for name, (metric, shared) in (
                (name, measure(extractor, gold, texts)) for name, extractor in ways.items()
            )
        ]
        print(f"{gold.stem:16} {'   '.join(shown)}")
    return 0


def seed_texts(gold: Path) -> dict[str, str]:
    """Gives the texts of the seeds."""
    return {
        item.doc_id: (ROOT / "seeds" / f"{item.doc_id}.txt").read_text(encoding="utf-8")
        for item in load_gold(gold)
    }


def measure(extractor: Extractor, gold: Path, texts: Mapping[str, str]) -> tuple[float, int]:
    """Gives the F1 of the metric, and how many pairs of one sentence have one metric but should not."""
    documents = load_gold(gold)
    rows = ANNOTATED["extract_rows"](extractor, documents, texts)
    score = evaluate(rows, documents, texts).scores["metric"]
    return score.percents()[2], shared_wrongly(rows, documents, texts)


def shared_wrongly(
    rows: Sequence[Mapping[str, Any]], documents: Sequence[GoldDocument], texts: Mapping[str, str]
) -> int:
    """Counts pairs of numbers of one sentence with one metric id where the annotation has two."""
    wrong = 0
    for item in documents:
        at = {row["char_start"]: row for row in rows if row["doc_id"] == item.doc_id and row["metric_id"]}
        sentences: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for fact, span in zip(item.facts, locate(item, texts[item.doc_id]), strict=True):
            row = at.get(span.start)
            if row is not None:
                named = fact.metric_id or fact.metric
                sentences[row["sentence_start"]].append((row["metric_id"], named))
        for found in sentences.values():
            pairs = combinations(found, 2)
            wrong += sum(first[0] == second[0] and first[1] != second[1] for first, second in pairs)
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
