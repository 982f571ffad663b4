"""docs/looking.md names every reason why a number gives no fact, as the code words it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from extract.explain import Explainer
from extract.explain_stated import explain_text
from extract.rule_meanings import REASONS
from extract.rules import RuleSet

PAGE = (Path(__file__).parent.parent / "docs" / "looking.md").read_text(encoding="utf-8")
(TABLE,) = re.findall(r"<!-- names: REASONS -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)


def test_all_reasons_are_told_as_the_code_words_them() -> None:
    assert dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", TABLE, re.MULTILINE)) == REASONS


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        ("Dịch COVID-19 lan rộng.", "19", "name_part"),
        ("Xe chạy dọc quốc lộ 1.", "1", "name_part"),
        ("Giá xăng RON 92 tăng.", "92", "name_part"),
        ("Theo Quyết định số 749/QĐ-TTg.", "749", "document_number"),
        ("Kế hoạch có 3 trụ cột.", "3", "structural_count"),
        ("Tỉnh cứ 100 dân có 103 thuê bao.", "100", "condition"),
        ("Trẻ từ 12 tuổi được tiêm.", "12", "age"),
        ("Họp lúc 6h30.", "6h30", "clock_time"),
    ],
)
def test_the_numbers_that_the_page_shows_are_left_out_for_that_reason(
    rules: RuleSet, text: str, number: str, reason: str
) -> None:
    assert number in PAGE
    left_out = explain_text(text.encode(), "", "", Explainer(rules)).no_facts
    assert [(item.number.text, item.reason) for item in left_out] == [(number, reason)]
