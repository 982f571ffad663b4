"""Cases as data: `cases/*.yaml` hold texts and the whole facts that must be read in them.

`quote`, `value` and `unit_id` describe the number itself. `value_max`, `denominator`, `bound`, `change` and
`status` have defaults, so that each case compares them; other fields count where a case names them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from documents import document_of

from extract.gold import parse_period
from extract.models import Fact
from extract.pipeline import Extractor

CASES = Path(__file__).parent / "cases"
DEFAULTS: Mapping[str, Any] = {
    "value_max": None,
    "denominator": None,
    "bound": "eq",
    "change": "none",
    "status": "actual",
}
COMPARED_WHERE_NAMED = frozenset(
    {"quote", "metric_id", "metric_text", "technology", "scope", "component", "province_code", "place_text"}
)
KNOWN_IN_FACT = {"value", "unit_id", "period", *DEFAULTS, *COMPARED_WHERE_NAMED}
KNOWN_IN_CASE = {"name", "text", "published", "province", "facts", "why"}


def load_cases() -> Iterator[Any]:
    """Gives one test parameter for each case, named `file:name`."""
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{path.stem}:{case['name']}")


ALL_CASES = list(load_cases())


def wanted_fact(entry: Mapping[str, Any], published: str | None) -> dict[str, Any]:
    """Gives what a fact must say, with the defaults filled in and the period as its two days."""
    wanted = {**DEFAULTS, **entry}
    if "period" in wanted:
        period = wanted["period"]
        wanted["period"] = (None, None) if period == "none" else parse_period(period, published)
    return wanted


def found_fact(fact: Fact, text: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """Gives what a fact says about the fields that are asked for."""
    found: dict[str, Any] = {
        "quote": text[fact.char_start : fact.char_end],
        "period": (fact.period_start, fact.period_end),
    }
    return {name: found[name] if name in found else getattr(fact, name) for name in names}


@pytest.mark.parametrize("case", ALL_CASES)
def test_the_text_gives_these_facts_and_no_others(case: dict[str, Any], extractor: Extractor) -> None:
    document = document_of(case)
    facts = extractor.extract(document).facts
    wanted = [wanted_fact(entry, case.get("published")) for entry in case["facts"]]
    shown = [(document.text[fact.char_start : fact.char_end], fact.value, fact.unit_id) for fact in facts]
    assert len(facts) == len(wanted), f"{case['why']} Found: {shown}"
    for fact, expected in zip(facts, wanted, strict=True):
        assert found_fact(fact, document.text, expected) == expected, case["why"]


def test_each_case_is_well_formed() -> None:
    """A key spelt wrong, or a code that YAML read as a number, would make a case check nothing."""
    for parameter in ALL_CASES:
        (case,) = parameter.values
        assert set(case) <= KNOWN_IN_CASE, parameter.id
        assert {"name", "text", "facts", "why"} <= set(case), parameter.id
        assert unicodedata.is_normalized("NFC", case["text"]), parameter.id
        for entry in case["facts"]:
            assert {"value", "unit_id"} <= set(entry) <= KNOWN_IN_FACT, parameter.id
            texts = [
                value for key, value in entry.items() if key not in ("value", "value_max", "denominator")
            ]
            assert all(value is None or isinstance(value, str) for value in texts), parameter.id
            assert case["text"].count(entry.get("quote", "")) > 0, parameter.id


def test_each_case_has_its_own_name() -> None:
    ids = [parameter.id for parameter in ALL_CASES]
    assert len(set(ids)) == len(ids)


def test_there_are_enough_cases_that_must_give_nothing() -> None:
    empty = [parameter.id for parameter in ALL_CASES if not parameter.values[0]["facts"]]
    assert len(empty) >= 40
