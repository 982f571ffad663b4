"""Facts against annotated facts: how many were found, how many are right, and which are not.

In: a fact table, gold documents and their texts. Out: an `Evaluation`. A predicted fact answers for the
gold fact whose quote it overlaps most; a field counts only where the value is right too.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import pyarrow as pa

from extract.agreement import MEASURES, REPORTED, Row, both_sides, judge
from extract.errors import InputError
from extract.gold import GoldDocument, load_gold, load_texts, locate
from extract.models import Span

__all__ = [
    "MEASURES",
    "Evaluation",
    "FalseAlarm",
    "Miss",
    "Score",
    "WrongField",
    "evaluate",
    "load_gold",
    "load_texts",
]

_CONTEXT_BEFORE, _CONTEXT_AFTER = 40, 25


@dataclass(frozen=True, slots=True)
class Score:
    """How many of the predicted and of the gold facts are correct."""

    correct: int
    predicted: int
    gold: int

    @property
    def precision(self) -> float:
        """Share of the predicted facts that is correct, 0 to 1."""
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of the gold facts that was found correctly, 0 to 1."""
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def percents(self) -> tuple[float, float, float]:
        """Gives precision, recall and F1 as percent with one decimal, as reports show them."""
        both = self.precision + self.recall
        # Not from `f1`: the last bit decides which way 3.75 is rounded, and all reports shall round alike.
        f1 = 200 * self.precision * self.recall / both if both else 0.0
        return round(100 * self.precision, 1), round(100 * self.recall, 1), round(f1, 1)


@dataclass(frozen=True, slots=True)
class Miss:
    """A gold fact that no predicted fact overlaps."""

    doc_id: str
    span: Span
    quote: str
    context: str


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """A predicted fact that answers for no gold fact."""

    doc_id: str
    span: Span
    text: str
    context: str
    rule_ids: str


@dataclass(frozen=True, slots=True)
class WrongField:
    """A field of a fact that was found, but says otherwise than the gold. `field` is one of `MEASURES`."""

    doc_id: str
    span: Span
    quote: str
    context: str
    field: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that an evaluation found. Optional gold facts and what overlaps them are not counted.

    `by_metric`: gold and predicted facts by metric id (`""` for none), correct where value and metric are.
    """

    scores: Mapping[str, Score]
    by_metric: Mapping[str, Score]
    misses: tuple[Miss, ...]
    false_alarms: tuple[FalseAlarm, ...]
    wrong_fields: tuple[WrongField, ...]
    # Each row that counts, and whether all of it is right.
    judged: tuple[tuple[Row, bool], ...] = ()
    # Gold facts marked as optional, and rows at them: neither count.
    optional: int = 0
    near_optional: int = 0

    @property
    def gold(self) -> int:
        """Number of gold facts that count."""
        return self.scores["value"].gold

    @property
    def predicted(self) -> int:
        """Number of predicted facts that count."""
        return self.scores["value"].predicted

    def to_dict(self) -> dict[str, object]:
        """Gives all of it as plain data, scores in percent."""

        def table(scores: Mapping[str, Score]) -> dict[str, dict[str, float]]:
            return {
                name: dict(zip(("precision", "recall", "f1"), score.percents(), strict=True))
                for name, score in scores.items()
            }

        return {
            "gold": self.gold,
            "predicted": self.predicted,
            "optional": self.optional,
            "near_optional": self.near_optional,
            "scores": table(self.scores),
            "by_metric": table(self.by_metric),
            "misses": [asdict(item) for item in self.misses],
            "false_alarms": [asdict(item) for item in self.false_alarms],
            "wrong_fields": [asdict(item) for item in self.wrong_fields],
        }


def parse_floors(texts: Iterable[str]) -> dict[str, float]:
    """Reads floors such as `value=98`, F1 in percent. Raises InputError for what is none."""
    floors: dict[str, float] = {}
    for text in texts:
        name, _, number = text.partition("=")
        if name not in MEASURES:
            raise InputError("--min", f"{name!r} is no field; there are {', '.join(MEASURES)}")
        try:
            floors[name] = float(number)
        except ValueError as error:
            raise InputError("--min", f"{text!r} is not of the form FIELD=F1") from error
    return floors


def under_floor(evaluation: Evaluation, floors: Mapping[str, float]) -> list[str]:
    """Gives a line for each field whose F1 is under its floor."""
    return [
        f"{name}: F1 {evaluation.scores[name].percents()[2]} is under {floor}"
        for name, floor in floors.items()
        if evaluation.scores[name].percents()[2] < floor
    ]


def evaluate(
    facts: pa.Table | Iterable[Row], gold: Sequence[GoldDocument], texts: Mapping[str, str]
) -> Evaluation:
    """Compares facts with gold. `texts` are by doc_id; facts of other documents are left out.

    Raises InputError when a text is missing or a quote does not stand in it.
    """
    by_document: dict[str, list[Row]] = defaultdict(list)
    for row in facts.to_pylist() if isinstance(facts, pa.Table) else facts:
        by_document[row["doc_id"]].append(_without_nan(row))
    tally = _Tally()
    for document in gold:
        if document.doc_id not in texts:
            raise InputError(document.doc_id, "its text is not there")
        text = unicodedata.normalize("NFC", texts[document.doc_id])
        _compare(document, text, by_document[document.doc_id], tally)
    return tally.to_evaluation()


class _Tally:
    """Counts while documents are compared."""

    def __init__(self) -> None:
        self.gold: Counter[str] = Counter()
        self.predicted: Counter[str] = Counter()
        self.correct: Counter[str] = Counter()
        self.correct_metrics: Counter[str] = Counter()
        self.misses: list[Miss] = []
        self.false_alarms: list[FalseAlarm] = []
        self.wrong_fields: list[WrongField] = []
        self.judged: list[tuple[Row, bool]] = []
        self.optional = 0
        self.near_optional = 0

    def to_evaluation(self) -> Evaluation:
        gold, predicted = self.gold.total(), self.predicted.total()
        return Evaluation(
            scores={measure: Score(self.correct[measure], predicted, gold) for measure in MEASURES},
            by_metric={
                metric: Score(self.correct_metrics[metric], self.predicted[metric], self.gold[metric])
                for metric in sorted(self.gold.keys() | self.predicted.keys())
            },
            misses=tuple(self.misses),
            false_alarms=tuple(self.false_alarms),
            wrong_fields=tuple(self.wrong_fields),
            judged=tuple(self.judged),
            optional=self.optional,
            near_optional=self.near_optional,
        )


def _compare(document: GoldDocument, text: str, rows: Sequence[Row], tally: _Tally) -> None:
    """Adds one document to the tally."""
    spans = locate(document, text)
    row_spans = [Span(row["char_start"], row["char_end"]) for row in rows]
    overlaps = _overlaps(spans, row_spans)
    partner = _pair(overlaps)
    optional = {index for index, fact in enumerate(document.facts) if fact.optional}
    # What answers for an optional fact, or for nothing but touches one, is neither right nor wrong.
    near_optional = {row for _, _, index, row in overlaps if index in optional}
    answered = {row: index for index, row in partner.items()}
    for number, row in enumerate(rows):
        index = answered.get(number)
        if index in optional or (index is None and number in near_optional):
            tally.near_optional += 1
            continue
        tally.predicted[row["metric_id"] or ""] += 1
        if index is None:
            tally.judged.append((row, False))
            span = row_spans[number]
            tally.false_alarms.append(
                FalseAlarm(
                    document.doc_id,
                    span,
                    text[span.start : span.end],
                    _context(text, span),
                    row.get("rule_ids") or "",
                )
            )
    for index, (fact, span) in enumerate(zip(document.facts, spans, strict=True)):
        if fact.optional:
            tally.optional += 1
            continue
        tally.gold[fact.metric_id] += 1
        if index not in partner:
            tally.misses.append(Miss(document.doc_id, span, fact.quote, _context(text, span)))
            continue
        row = rows[partner[index]]
        right = judge(fact, row, document.published)
        tally.judged.append((row, right["row"]))
        if right["value"]:
            tally.correct.update(measure for measure in MEASURES if right[measure])
            tally.correct_metrics[fact.metric_id] += right["metric"]
        for field in REPORTED:
            if not right[field]:
                expected, found = both_sides(field, fact, row)
                tally.wrong_fields.append(
                    WrongField(
                        document.doc_id, span, fact.quote, _context(text, span), field, expected, found
                    )
                )


# Characters in common, minus the distance of the beginnings, gold index, row index.
_Overlap = tuple[int, int, int, int]


def _overlaps(gold: Sequence[Span], rows: Sequence[Span]) -> list[_Overlap]:
    return [
        (
            min(here.end, there.end) - max(here.start, there.start),
            -abs(here.start - there.start),
            index,
            number,
        )
        for index, here in enumerate(gold)
        for number, there in enumerate(rows)
        if here.overlaps(there)
    ]


def _pair(overlaps: Iterable[_Overlap]) -> dict[int, int]:
    """Gives to each gold fact its row: the greatest overlap first, each fact and row once."""
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, index, number in sorted(overlaps, reverse=True):
        if index not in partner and number not in taken:
            partner[index] = number
            taken.add(number)
    return partner


def _context(text: str, span: Span) -> str:
    return text[max(0, span.start - _CONTEXT_BEFORE) : span.end + _CONTEXT_AFTER].replace("\n", " ")


def _without_nan(row: Row) -> Row:
    """Gives a row as Arrow has it: None for what pandas calls NaN or NaT, days without a clock time."""
    clean = {key: None if value != value else value for key, value in row.items()}
    for key in ("period_start", "period_end"):
        day = clean.get(key)
        if isinstance(day, dt.datetime):
            clean[key] = day.date()
    return clean
