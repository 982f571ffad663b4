"""Each way of binding is a named rule that fires in at least one case of cases/binding.yaml."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from documents import document_of

import extract.bind
from extract.pipeline import Extractor

CASES = Path(__file__).parent / "cases" / "binding.yaml"


def test_each_way_of_binding_has_a_case(extractor: Extractor) -> None:
    named = set(re.findall(r"`(bind\.\w+)`", extract.bind.__doc__ or ""))
    fired: set[str] = set()
    for case in yaml.safe_load(CASES.read_text(encoding="utf-8")):
        facts = extractor.extract(document_of(case)).facts
        fired |= {rule for fact in facts for rule in fact.rule_ids}
    assert named
    assert named <= fired
