"""Lines that are no part of an article: they give no fact and no context, and what is like them does."""

from __future__ import annotations

import pytest
from documents import document_of

from extract.models import DocumentResult
from extract.pipeline import Extractor
from extract.rules import RuleSet

ARTICLE = "Toàn tỉnh Bến Tre có 4.285 trạm BTS."


def extract(extractor: Extractor, text: str) -> DocumentResult:
    return extractor.extract(document_of({"text": text}))


def values(result: DocumentResult) -> list[float]:
    return [fact.value for fact in result.facts]


FURNITURE = [
    "Ảnh: 120 hộ dân ở xã Mỹ Lý nhận 5 triệu đồng",
    "Xem thêm: Hà Nội có 1.200 trạm BTS",
    ">> Hà Nội thu 5.000 tỷ đồng",
    "Bình luận (12)",
    "1.234 lượt xem",
    "Thích 1.204 | Chia sẻ 35",
    "Hotline: 0912 345 678",
    "Từ khóa: 5 triệu thuê bao, Hà Nội",
    "Theo dõi Báo Hà Nội trên Google News",
    "Nguồn: Báo Hà Nội, 12/5/2019",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_a_line_of_furniture_gives_no_fact_and_no_context(extractor: Extractor, line: str) -> None:
    alone = extract(extractor, f"{ARTICLE}\nTỷ lệ hộ nghèo là 5%.")
    result = extract(extractor, f"{ARTICLE}\n{line}\nTỷ lệ hộ nghèo là 5%.")
    assert [(fact.value, fact.province_code, fact.period_start) for fact in result.facts] == [
        (fact.value, fact.province_code, fact.period_start) for fact in alone.facts
    ]
    for fact in result.facts:
        text = result.document.text
        assert text[fact.sentence_start :].startswith(fact.sentence)
        assert str(int(fact.value))[0] in text[fact.char_start : fact.char_end]


def test_numbers_of_furniture_are_counted_as_left_out(extractor: Extractor) -> None:
    result = extract(extractor, f"{ARTICLE}\nẢnh: 120 hộ dân\nXem thêm")
    assert [(drop.reason, drop.rule_id) for drop in result.drops] == [("furniture", "furniture.caption")]
    assert result.sentences == 3


def test_a_box_of_links_ends_with_the_next_paragraph(extractor: Extractor) -> None:
    box = "Tin liên quan\nHà Nội có 1.200 trạm BTS\n• Huế có 900 trạm BTS\n    Đà Nẵng có 700 trạm BTS.\n"
    assert values(extract(extractor, f"{ARTICLE}\n{box}Tỷ lệ hộ nghèo là 5%.\nXã có 12 chợ.")) == [
        4285,
        5,
        12,
    ]
    assert values(extract(extractor, f"{ARTICLE}\n{box}")) == [4285]


@pytest.mark.parametrize(
    "text",
    [
        "Chia sẻ tại hội nghị, lãnh đạo sở cho biết tỉnh có 1.200 trạm BTS.",
        "Theo dõi 1.200 trạm BTS trên địa bàn.",
        "“Toàn tỉnh có 1.200 trạm BTS”, ông nói.",
        "» Toàn tỉnh có 1.200 trạm BTS.",
        "Trạm BTS ở xã đảo. Ảnh: TTXVN. Toàn tỉnh có 1.200 trạm BTS.",
        "Nguồn: 1.200 tỷ đồng từ ngân sách tỉnh.",
        "Đường dây nóng 1022 nhận 1.200 cuộc gọi.",
    ],
)
def test_prose_that_begins_alike_is_read(extractor: Extractor, text: str) -> None:
    assert 1200 in [value if value < 1e9 else value / 1e9 for value in values(extract(extractor, text))]


def test_no_line_takes_long(rules: RuleSet, extractor: Extractor) -> None:
    """A line made to have many readings: the patterns would stop the run if they took a second."""
    for line in ("Like | " * 60 + "x", "Nguồn: " + "https://a " * 38 + "9", "Tel: " + "0 - 0 " * 60 + "x"):
        extract(extractor, line)
    assert len(rules.furniture) >= 10


def test_each_rule_has_examples_and_counter_examples(rules: RuleSet) -> None:
    assert [cue.id for cue in rules.furniture if not cue.examples or not cue.not_examples] == []
