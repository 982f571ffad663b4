"""Writes the parts of docs/ that are made: all of columns.md, and in scores.md what is between the marks.

The columns come from extract/table_schema.py and extract/panel_schema.py; the scores from the annotated texts
of this repository, read anew with the rules as they are.

    python scripts/write_docs.py            write the files
    python scripts/write_docs.py --check    exit 1 if a file differs from what would be written
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from eval_annotated import GOLD_FOLDER, evaluate_gold

from extract.document import build_document, text_digest
from extract.evaluate import Evaluation, Score, evaluate
from extract.gold import load_gold
from extract.metadata import DocumentMetadata
from extract.panel_schema import describe_panel
from extract.pipeline import Extractor
from extract.rules import RuleSet, load_rules
from extract.schema_markdown import schema_markdown
from extract.table_schema import SCHEMA_VERSION, TABLES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
BEGIN, END = "<!-- made by scripts/write_docs.py -->", "<!-- end -->"
# Gold file -> what it is, in the words of the table.
SETS = {
    "seeds": "the five seed articles: rules written with them at hand",
    "digital_held": "digital transformation, other provinces: only scored for long, then read once",
    "digital_dev": "the same: read while tuning",
    "digital2_dev": "the same, second set: read while tuning",
    "provinces3_dev": "reports of provinces, third set: read while tuning",
    "provinces2_dev": "the same, second set: read while tuning",
    "provinces_dev": "the same, first set, freely worded: read while tuning",
}
MEASURES = ("value", "unit", "bound_change", "status", "period", "province", "metric", "row", "attributes")
COLUMNS_HEAD = f"""\
# Columns

Every table that `extract run` and `extract panel` write, column by column (schema {SCHEMA_VERSION}).
`make docs` makes this page from `extract/table_schema.py`. `extract schema TABLE` shows the same in the
terminal, and `--format json` gives it as data. More columns may follow in later versions; names, order and
types of those that are here stay.

`dictionary string` is a string of few values (`category` in pandas), `date32` a day (`datetime.date`).
"""


def columns_page() -> str:
    """Gives docs/columns.md."""
    tables = (*TABLES, describe_panel(current_provinces=True))
    sections = ["\n".join(schema_markdown(table)) for table in tables]
    return "\n\n".join([COLUMNS_HEAD.rstrip(), *sections]) + "\n"


def scores_page(old: str) -> str:
    """Gives docs/scores.md with the tables between the marks made anew, in the order in which they stand."""
    parts = old.split(BEGIN)
    if len(parts) != 1 + 2:
        raise SystemExit(f"scores.md: 2 places marked {BEGIN} are needed")
    rules = load_rules()
    evaluations = evaluate_all(Extractor(rules))
    made = (by_set(evaluations), by_metric(evaluations.values(), rules))
    filled = [parts[0]]
    for lines, part in zip(made, parts[1:], strict=True):
        filled.append("\n".join([BEGIN, "", *lines, "", END]) + part.partition(END)[2])
    return "".join(filled)


def evaluate_all(extractor: Extractor) -> dict[str, Evaluation]:
    """Measures each set; the seeds as `extract run` reads them, with the dates that it finds itself."""
    found = {}
    for name in SETS:
        gold = GOLD_FOLDER / f"{name}.jsonl"
        is_seeds = name == "seeds"
        found[name] = evaluate_seeds(extractor, gold) if is_seeds else evaluate_gold(extractor, gold, {})
    return found


def evaluate_seeds(extractor: Extractor, gold: Path) -> Evaluation:
    """Measures the articles in seeds/."""
    results = []
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        document = build_document(path.stem, text, "-", text_digest(text), DocumentMetadata())
        results.append(extractor.extract(document))
    texts = {result.document.doc_id: result.document.text for result in results}
    return evaluate([asdict(fact) for result in results for fact in result.facts], load_gold(gold), texts)


def by_set(evaluations: Mapping[str, Evaluation]) -> Iterator[str]:
    """Gives F1 in percent for each set and field."""
    yield f"| set | facts | {' | '.join(name.replace('_', ', ') for name in MEASURES)} |"
    yield f"| --- | ---: |{' ---: |' * len(MEASURES)}"
    for name, evaluation in evaluations.items():
        f1 = " | ".join(f"{evaluation.scores[measure].percents()[2]:.1f}" for measure in MEASURES)
        yield f"| {SETS[name]} | {evaluation.gold} | {f1} |"


def by_metric(evaluations: Iterable[Evaluation], rules: RuleSet) -> Iterator[str]:
    """Gives precision and recall for each metric over all sets, then which metrics no text states."""
    total: dict[str, Score] = {}
    for evaluation in evaluations:
        for metric, score in evaluation.by_metric.items():
            before = total.get(metric, Score(0, 0, 0))
            total[metric] = Score(
                before.correct + score.correct, before.predicted + score.predicted, before.gold + score.gold
            )
    yield "| metric | facts | found | precision | recall | F1 |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    known = {metric: score for metric, score in total.items() if metric}
    yield _metric_row("all metrics of the ontology", _sum(known.values()))
    yield _metric_row("open: none of the ontology", total.get("", Score(0, 0, 0)))
    for metric in sorted(known, key=lambda name: (-known[name].gold, name)):
        yield _metric_row(f"`{metric}`", known[metric])
    never = [metric.id for metric in rules.metrics if metric.id not in total]
    yield ""
    yield f"Stated in none of these texts: {', '.join(f'`{name}`' for name in never) or 'none'}."


def _sum(scores: Iterable[Score]) -> Score:
    counted = list(scores)
    return Score(
        sum(score.correct for score in counted),
        sum(score.predicted for score in counted),
        sum(score.gold for score in counted),
    )


def _metric_row(name: str, score: Score) -> str:
    precision, recall, f1 = score.percents()
    shown = (
        f"{precision:.1f}" if score.predicted else "",
        f"{recall:.1f}" if score.gold else "",
        f"{f1:.1f}" if score.predicted and score.gold else "",
    )
    return f"| {name} | {score.gold} | {score.predicted} | {' | '.join(shown)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes or checks the files. Gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 where a file differs")
    options = parser.parse_args(arguments)
    scores = DOCS / "scores.md"
    pages = {
        DOCS / "columns.md": columns_page(),
        scores: scores_page(scores.read_text(encoding="utf-8")),
    }
    stale = [
        path
        for path, content in pages.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != content
    ]
    for path in stale:
        print(f"{path.relative_to(ROOT)}: {'differs, run `make docs`' if options.check else 'written'}")
        if not options.check:
            path.write_text(pages[path], encoding="utf-8")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
