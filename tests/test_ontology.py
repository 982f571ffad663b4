"""The ontology as data: `cases/ontology/*.yaml` hold sentences, a number in each and the metric it is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from extract.models import Document
from extract.pipeline import Extractor
from extract.rules import RuleSet

CASES = Path(__file__).parent / "cases" / "ontology"
ATTRIBUTES = ("technology", "scope", "component")


def load_cases() -> Iterator[Any]:
    """Gives one test parameter for each sentence."""
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{path.stem}:{case['text'][:48]}")


ALL_CASES = list(load_cases())


@pytest.mark.parametrize("case", ALL_CASES)
def test_the_number_is_of_this_metric(case: Mapping[str, Any], extractor: Extractor) -> None:
    facts = extractor.extract(Document("case", case["text"], "-", "case")).facts
    (fact,) = [fact for fact in facts if fact.value == pytest.approx(case["value"])][:1]
    assert (fact.metric_id or "") == case["metric_id"]
    if case["metric_id"]:
        assert {name: getattr(fact, name) for name in ATTRIBUTES if name in case} == {
            name: case[name] for name in ATTRIBUTES if name in case
        }


def test_every_metric_has_cases_and_examples(rules: RuleSet) -> None:
    named = {case.values[0]["metric_id"] for case in ALL_CASES}
    for metric in rules.metrics:
        assert metric.id in named
        assert len(metric.examples) >= 3, metric.id
        assert len(metric.not_examples) >= 2, metric.id
