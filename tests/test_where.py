"""Places as data: `cases/where/*.yaml` hold texts and the province that each number in them holds for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from documents import document_of

from extract.pipeline import Extractor

CASES = Path(__file__).parent / "cases" / "where"


def load_cases() -> Iterator[Any]:
    """Gives one test parameter for each text."""
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(case, id=f"{path.stem}:{case['text'][:40]}")


@pytest.mark.parametrize("case", list(load_cases()))
def test_each_number_holds_for_its_province(case: Mapping[str, Any], extractor: Extractor) -> None:
    facts = extractor.extract(document_of(case)).facts
    found = {fact.value: (fact.province_code or "", fact.province_code_2025 or "") for fact in facts}
    for wanted in case["facts"]:
        place = found.get(wanted["value"], "no such fact")
        assert place == (wanted["province"], wanted["since_2025"]), case["why"]
