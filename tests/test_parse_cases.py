"""The public parsers on written-out cases: text in, whole result out (`cases/parse/*.yaml`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import extract

CASES = Path(__file__).parent / "cases"
REFERENCE = dt.date(2023, 10, 17)
DEFAULTS: Mapping[str, Any] = {
    "value_max": None, "denominator": None, "bound": "eq", "change": "none", "unit_id": "", "unit_text": "",
}  # fmt: skip


def load_cases(name: str) -> list[Any]:
    """Gives a parameter for each case of a file."""
    cases = yaml.safe_load((CASES / "parse" / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=f"{name}:{case['text']}") for case in cases]


QUANTITIES = [*load_cases("quantities"), *load_cases("no_quantities"), *load_cases("number_edges")]
PERIODS = [*load_cases("periods"), *load_cases("period_edges")]


@pytest.mark.parametrize("case", QUANTITIES)
def test_the_text_gives_these_quantities_and_no_others(case: dict[str, Any]) -> None:
    text = case["text"]
    found = [
        {"quote": text[item.char_start : item.char_end], "value": item.value}
        | {name: getattr(item, name) for name in DEFAULTS}
        for item in extract.parse_quantities(text)
    ]
    wanted = [{**DEFAULTS, **entry} for entry in case["quantities"]]
    assert [{**entry, "value": float(entry["value"])} for entry in wanted] == found


@pytest.mark.parametrize("case", PERIODS)
def test_the_text_gives_these_periods_and_no_others(case: dict[str, Any]) -> None:
    text = case["text"]
    found = [
        {
            "quote": text[item.char_start : item.char_end],
            "start": item.start,
            "end": item.end,
            "grain": item.grain,
            "role": item.role,
        }
        for item in extract.parse_periods(text, reference=case.get("reference", REFERENCE))
    ]
    assert found == case["periods"]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Phấn đấu đến năm 2025 đạt chuẩn", "goal"),
        ("Trước năm 2025 phải xong", "goal"),
        ("Trong năm 2025, tỉnh xây cầu", "value"),
        ("Tính đến năm 2025, tỉnh có cầu", "value"),
        ("Đến tháng 12/2024, tỉnh có cầu", "value"),
    ],
)
def test_without_a_reference_only_a_year_can_be_a_goal(text: str, role: str) -> None:
    (found,) = extract.parse_periods(text)
    assert found.role == role


def test_each_text_stands_once() -> None:
    for parameters in (QUANTITIES, PERIODS):
        texts = [parameter.values[0]["text"] for parameter in parameters]
        assert sorted(texts) == sorted(set(texts))


def test_there_are_enough_cases() -> None:
    """Whole facts in `cases/`, bare quantities and periods in `cases/parse/`, negatives included."""
    whole = sum(len(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in CASES.glob("*.yaml"))
    negatives = [case for case in (*QUANTITIES, *PERIODS) if not any(list(case.values[0].values())[1:])]
    assert whole + len(QUANTITIES) + len(PERIODS) >= 400
    assert len(negatives) >= 60
