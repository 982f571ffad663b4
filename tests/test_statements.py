"""The same statement: one id in whatever document, and a duplicate within one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from documents import document_of

from extract.models import Bound, Change, Fact, Status
from extract.pipeline import Extractor
from extract.statements import mark_statements

MakeFact = Callable[..., Fact]


def test_the_same_statement_has_one_id_in_two_documents(extractor: Extractor) -> None:
    texts = (
        "Năm 2023, An Giang có 14 chợ. Tỉnh cũng có 3 bến xe.",
        "Báo cáo nêu: năm 2023, tỉnh An Giang có 14 chợ.",
    )
    (first, other), (again,) = (
        extractor.extract(document_of({"text": text, "published": "2024-01-05"})).facts for text in texts
    )
    assert re.fullmatch(r"[0-9a-f]{16}", first.statement_id)
    assert first.statement_id == again.statement_id != other.statement_id
    assert first.fact_id != again.fact_id
    assert again.duplicate_of is None


@pytest.mark.parametrize(
    "change",
    [
        {"metric_id": None},
        {"metric_id": None, "metric_text": "mobile_base_stations_"},
        {"technology": "4G"},
        {"scope": "commune"},
        {"component": "overall"},
        {"value": 4286.0},
        {"value_max": 4300.0},
        {"denominator": 5000.0},
        {"bound": Bound.GT},
        {"unit_id": "site"},
        {"status": Status.TARGET},
        {"change": Change.INCREASE},
        {"province_code": None},
        {"province_code": "70"},
    ],
    ids=lambda change: ",".join(f"{name}={value}" for name, value in change.items()),
)
def test_another_statement_has_another_id(make_fact: MakeFact, change: dict[str, Any]) -> None:
    one, other = mark_statements([make_fact(), make_fact(start=20, **change)])
    assert one.statement_id != other.statement_id
    assert other.duplicate_of is None


def test_what_is_written_otherwise_is_the_same_statement(make_fact: MakeFact) -> None:
    """Neither the words of a metric of the ontology count, nor the unit or the place as written."""
    one, other = mark_statements(
        [make_fact(), make_fact(start=20, metric_text="trạm phát sóng", unit_text="cái", place_text="tỉnh")]
    )
    assert one.statement_id == other.statement_id
    assert (one.duplicate_of, other.duplicate_of) == (None, one.fact_id)


def test_open_metrics_are_the_same_when_their_words_are(make_fact: MakeFact) -> None:
    one, other = mark_statements(
        [
            make_fact(metric_id=None, metric_text="Hoà giải viên"),
            make_fact(start=20, metric_id=None, metric_text="hòa giải viên"),
        ]
    )
    assert one.statement_id == other.statement_id
