"""Fits the weights of confidence to annotated rows, and says how far they can be trusted.

`python scripts/fit_confidence.py --corpus CORPUS.parquet --texts FOLDER [--write FILE]`: corpus and texts as
for eval_annotated.py. Only sets count that the rules were not tuned on for long. A row is right when all that
the whole row asks for is right. The table is of rows that the weights were not fitted to: each set is left
out in turn. The fit is a logistic regression with a penalty on the squares; numpy alone.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from eval_annotated import GOLD_FOLDER, evaluate_gold, load_corpus

from extract.confidence import BASE, features
from extract.models import Source
from extract.pipeline import Extractor
from extract.rules import load_rules

HALVES = (
    "*_held",
    "reports2_dev",
    "reports4_dev",
    "reports5_dev",
    "reports6_dev",
    "reports7_dev",
    "provinces2_dev",
    "digital2_dev",
)
# Features of fewer rows say nothing yet.
LEAST_ROWS = 25
PENALTY = 3.0
STEPS = 60
THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
# Rules of these families say how a row was read; units and metrics say what it is of.
FAMILIES = ("bind.", "period.", "place.", "status.", "number.", "ambiguous.", "unit.rate", "unit.as_written")

Array = npt.NDArray[np.float64]


def load_rows(corpus: Path, texts: Path) -> list[tuple[str, list[str], bool]]:
    """Gives set, features and verdict of each row that counts."""
    extractor = Extractor(load_rules())
    known = load_corpus(corpus)
    rows = []
    for gold in sorted({path for half in HALVES for path in GOLD_FOLDER.glob(f"{half}.jsonl")}):
        for row, right in evaluate_gold(extractor, gold, known, texts).judged:
            rows.append((gold.stem, row_features(row), right))
    return rows


def row_features(row: Any) -> list[str]:
    """Gives the features of a row that may get a weight."""
    found = features(
        row["rule_ids"], row["metric_id"], row["metric_text"],
        Source(row["period_source"]), Source(row["place_source"]),
    )  # fmt: skip
    given = set(row["rule_ids"])
    return [name for name in found if name not in given or name.startswith(FAMILIES)]


def fit(matrix: Array, right: Array) -> Array:
    """Gives the weights by Newton's method; the first column, of all ones, has no penalty."""
    weights = np.zeros(matrix.shape[1])
    penalty = PENALTY * np.r_[1e-6, np.ones(matrix.shape[1] - 1)]
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (right - chance) - penalty * weights
        curve = (matrix.T * (chance * (1 - chance))) @ matrix + np.diag(penalty)
        weights += np.linalg.solve(curve, slope)
    return weights


def table(chance: Array, right: Array) -> list[str]:
    """Gives the lines of the table: of rows with so much confidence, what share is right."""
    lines = [
        "| confidence at least | rows | share of rows | right | mean confidence |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for least in THRESHOLDS:
        chosen = chance >= least
        if chosen.any():
            lines.append(
                f"| {least:.1f} | {chosen.sum()} | {chosen.mean():.0%} | {right[chosen].mean():.0%} "
                f"| {chance[chosen].mean():.2f} |"
            )
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the table and, where asked, writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="Parquet file with doc_id and text")
    parser.add_argument("--texts", type=Path, required=True, help="folder with the texts of pages")
    parser.add_argument("--write", type=Path, help="YAML file to write the weights to")
    options = parser.parse_args(arguments)
    rows = load_rows(options.corpus, options.texts)
    counts = Counter(name for _, found, _ in rows for name in found)
    names = [BASE, *sorted(name for name, count in counts.items() if count >= LEAST_ROWS and name != BASE)]
    matrix = np.array([[name in found for name in names] for _, found, _ in rows], dtype=float)
    right = np.array([verdict for *_, verdict in rows], dtype=float)
    sets = np.array([name for name, *_ in rows])
    chance = np.zeros(len(rows))
    for name in sorted(set(sets)):
        weights = fit(matrix[sets != name], right[sets != name])
        chance[sets == name] = 1 / (1 + np.exp(-matrix[sets == name] @ weights))
    print("\n".join(table(chance, right)))
    if options.write is not None:
        fitted = zip(names, fit(matrix, right), strict=True)
        options.write.write_text(yaml_text(fitted, counts, len(rows)), encoding="utf-8")
    return 0


def yaml_text(fitted: Any, counts: Counter[str], rows: int) -> str:
    """Gives the weights as a rules file."""
    lines = [
        "# Log odds that a row is right, made by scripts/fit_confidence.py. `of` is a feature: a rule that",
        "# fired, or one that extract/confidence.py names.",
        "confidence:",
    ]
    for name, weight in fitted:
        told = rows if name == BASE else counts[name]
        lines += [
            f"  - id: confidence.{name.replace('.', '_').lower()}",
            f"    of: {name}",
            f"    log_odds: {weight:.2f}",
            f"    why: {told} rows",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
