"""The seeds against their gold: floors that a change may not fall under, and numbers that are never facts."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from documents import read_inputs

from extract.agreement import MEASURES
from extract.evaluate import Evaluation, evaluate, load_gold, under_floor
from extract.models import Document, DocumentResult, Fact, Span
from extract.pipeline import Extractor
from extract.table import facts_table

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests" / "gold" / "seeds.jsonl"
FLOORS = ROOT / "tests" / "gold" / "floors.json"

# Numbers in the seeds that measure nothing: documents, dates, names, captions, markers, spans of years.
NEVER_FACTS = {
    "000": [
        "57- NQ/TW",
        "22/12/2024",
        "10-NQ/TU",
        "18/3/2022",
        "Khóa XIV",
        "đến năm 2025",
        "năm 2030",
        "3G, 4G",
        "4G/5G",
        "trong năm 2025",
    ],
    "001": [
        "21/11/2022 06:15",
        "04-NQ/TU",
        "18/5/2021",
        "2016 - 2022",
        "2022 - 2025",
        "Ảnh 1",
        "mạng 5G",
        "năm 2021",
        "so với năm 2020",
        "đến năm 2030",
    ],
    "002": [
        "Bốn năm trước",
        "20/10/2020",
        "01-NQ/TU",
        "2020 - 2025",
        "(10/10)",
        "Chợ 4.0",
        "16/6",
        "K12",
        "(8/10)",
        "thuê bao 2G",
        "sử dụng 4G",
        "7/2024",
        "2021-2025",
        "82/2024/NĐ-CP",
        "10/7/2024",
        "100 dân",
    ],
    "003": [
        "(24/05/2022)",
        "52-NQ/TW",
        "lần thứ tư",
        "lần thứ XIII",
        "lần thứ XI",
        "2020-2025",
        "05-NQ/TU",
        "mức độ 4",
        "15 tuổi",
        "(2019, 2020)",
        "tháng 4/2022",
        "Năm 2019",
    ],
    "004": [
        "1. Dòng sự kiện",
        "2. Nghị quyết 57",
        "05-NQ/TU",
        "xã hội - 1",
        "xã hội - 2",
        "xã hội - 3",
        "xã hội - 4",
        "cấp 2",
        "SJC2",
        "Chợ 4.0",
        "thời 4.0",
        "18/3/2023",
        "260/QĐ-TTg",
        "mạng 5G",
        "Làng O2",
        "2021-2025",
        "năm 2022",
        "5/2023",
        "3G, 4G",
    ],
}


@pytest.fixture(scope="module")
def results(extractor: Extractor) -> dict[str, DocumentResult]:
    """What the seeds give, by the number that their names begin with."""
    found = {}
    for document in read_inputs([ROOT / "seeds"]):
        assert isinstance(document, Document)
        found[document.doc_id[:3]] = extractor.extract(document)
    return found


@pytest.fixture(scope="module")
def evaluation(results: dict[str, DocumentResult]) -> Evaluation:
    """The seeds measured against their gold."""
    facts: list[Fact] = [fact for result in results.values() for fact in result.facts]
    texts = {result.document.doc_id: result.document.text for result in results.values()}
    return evaluate(facts_table(facts), load_gold(GOLD), texts)


def test_the_gold_is_the_one_that_the_floors_were_set_for() -> None:
    """Whoever changes the gold sets its digest anew, and looks at the floors while at it."""
    pinned = json.loads(FLOORS.read_text(encoding="utf-8"))
    assert hashlib.sha256(GOLD.read_bytes()).hexdigest() == pinned["gold_sha256"]
    assert set(pinned["floors"]) <= set(MEASURES)


def test_no_score_is_under_its_floor(evaluation: Evaluation) -> None:
    floors = json.loads(FLOORS.read_text(encoding="utf-8"))["floors"]
    wrong = [
        f"{item.doc_id[:3]} {item.quote!r} {item.field}: expected {item.expected}, found {item.found}"
        for item in evaluation.wrong_fields
    ]
    missed = [f"missed {item.doc_id[:3]} {item.context!r}" for item in evaluation.misses]
    alarms = [f"false alarm {item.doc_id[:3]} {item.context!r}" for item in evaluation.false_alarms]
    assert under_floor(evaluation, floors) == [], "\n".join([*wrong, *missed, *alarms])


@pytest.mark.parametrize(
    ("seed", "quote"), [(seed, quote) for seed, quotes in NEVER_FACTS.items() for quote in quotes]
)
def test_a_number_that_measures_nothing_is_in_no_fact(
    results: dict[str, DocumentResult], seed: str, quote: str
) -> None:
    text = results[seed].document.text
    start = text.find(quote)
    assert start >= 0, f"{quote!r} does not stand in seed {seed}"
    while start >= 0:
        forbidden = Span(start, start + len(quote))
        hits = [
            text[fact.char_start : fact.char_end]
            for fact in results[seed].facts
            if forbidden.overlaps(Span(fact.char_start, fact.char_end))
            # `thuê bao/100 dân` is the unit of a density: only the 100 alone would be wrong.
            and not (quote == "100 dân" and fact.unit_id == "per_100_people")
        ]
        assert hits == []
        start = text.find(quote, start + 1)
