"""How sure a row is: weights of features, fitted elsewhere, added up."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from extract.confidence import BASE, Confidence, features
from extract.models import Document, Source
from extract.pipeline import Extractor
from extract.places import PlaceLevel

ROOT = Path(__file__).parent.parent


def test_the_features_of_a_row() -> None:
    found = features(("bind.left", "period.year"), None, "tỷ lệ hộ nghèo", Source.SENTENCE, Source.CONTEXT)
    assert found == [
        BASE, "metric.open", "words.some", "period_source.sentence", "place_source.context", "bind.left",
        "period.year",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "feature"), [("diện tích", "words.few"), ("a b c d e f g h", "words.many")]
)
def test_the_length_of_a_name_is_a_feature(words: str, feature: str) -> None:
    assert feature in features((), "dti_rank", words, Source.NONE, Source.NONE)


def test_confidence_adds_up_the_weights_that_there_are(extractor: Extractor) -> None:
    confidence = Confidence(extractor.rules)
    weighed = confidence.weigh([BASE, "metric.known", "no.such_feature"])
    assert [name for name, _ in weighed] == [BASE, "metric.known"]
    odds = sum(weight for _, weight in weighed)
    assert confidence.of([BASE, "metric.known"]) == round(1 / (1 + math.exp(-odds)), 3)
    assert confidence.of([]) == 0.5


def test_what_is_known_and_dated_is_surer_than_what_is_planned_for_somewhere(extractor: Extractor) -> None:
    def sure(text: str) -> float:
        (fact,) = extractor.extract(Document("a", text, "-", "-")).facts
        return fact.confidence

    known = sure("Năm 2023, tỷ lệ phủ sóng 4G của Lạng Sơn đạt 97% dân số.")
    assert known > 0.7 > 0.5 > sure("Công ty dự kiến sẽ bán 3.000 suất.")


def test_every_weight_is_of_a_feature_that_can_stand_in_a_row(extractor: Extractor) -> None:
    """A rule that was renamed must not leave its weight behind."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "extract").glob("*.py"))
    in_code = set(re.findall(r'"([a-z]+\.[a-z_]+)"', sources))
    in_rules = {entry.rule_id for family in extractor.rules.families.values() for entry in family}
    named = {BASE, "metric.open", "metric.known", "words.few", "words.some", "words.many"}
    named |= {f"place.{level.value}" for level in PlaceLevel}
    named |= {f"{field}_source.{source.value}" for field in ("period", "place") for source in Source}
    assert {weight.of for weight in extractor.rules.confidence} <= in_code | in_rules | named
