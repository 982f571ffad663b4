"""Each way of binding is a named rule that fires in at least one case of cases/binding.yaml."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

import extract.bind
from extract.metadata import build_metadata
from extract.pipeline import Extractor
from extract.reader import build_document, text_digest

CASES = Path(__file__).parent / "cases" / "binding.yaml"


def test_each_way_of_binding_has_a_case(extractor: Extractor) -> None:
    named = set(re.findall(r"`(bind\.\w+)`", extract.bind.__doc__ or ""))
    fired: set[str] = set()
    for case in yaml.safe_load(CASES.read_text(encoding="utf-8")):
        metadata = build_metadata({"published": case["published"]})
        document = build_document("case", case["text"], "-", text_digest(case["text"]), metadata)
        fired |= {rule for fact in extractor.extract(document).facts for rule in fact.rule_ids}
    assert named
    assert named <= fired
