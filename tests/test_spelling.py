"""Slips of one letter or tone mark: mended where the words of the rules leave no doubt, else left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.models import Document, Span
from extract.pipeline import Extractor
from extract.rules import RuleSet
from extract.spelling import SpellingMender
from extract.text import fold


@pytest.fixture(scope="module")
def mender(rules: RuleSet) -> SpellingMender:
    return SpellingMender(rules)


def mended(mender: SpellingMender, text: str) -> str:
    return mender.mend(text, fold(text), [Span(0, len(text))])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Doanh nghiêp ký hơp đồng điện tử đạt 35%", "Doanh nghiệp ký hợp đồng điện tử đạt 35%"),
        ("dịch vụ công trưc tuyến", "dịch vụ công trực tuyến"),
        ("dịch vụ cộng trực tuyến", "dịch vụ công trực tuyến"),
        ("thủ tục hạnh chính", "thủ tục hành chính"),
        ("hồ sơ đươc tiếp nhận trực tuyến", "hồ sơ đươc tiếp nhận trực tuyến"),
        ("Công ty Nhât Quang", "Công ty Nhât Quang"),
    ],
)
def test_a_slip_is_mended_only_beside_a_word_of_the_rules(
    mender: SpellingMender, text: str, meant: str
) -> None:
    assert mended(mender, text) == fold(meant)


@pytest.mark.parametrize(
    "text",
    [
        "lãi suất dao động từ 5%",
        "vấn đề tại dự án KCN",
        "GDP của Việt Nam",
        "số lượng hổ hoang dã",
        "hội đồng quan hệ đối ngoại",
    ],
)
def test_words_that_are_right_stay(mender: SpellingMender, text: str) -> None:
    assert mended(mender, text) == fold(text)


def test_only_the_stretches_asked_for_are_mended(mender: SpellingMender) -> None:
    text = "doanh nghiêp. doanh nghiêp"
    assert mender.mend(text, fold(text), [Span(0, 13)]) == fold("doanh nghiệp. doanh nghiêp")


@pytest.mark.parametrize("word", ["nghiệp", "khuỷu", "quyết", "giếng", "ương", "ý", "yêu", "quốc", "xoèn"])
def test_syllables(mender: SpellingMender, word: str) -> None:
    assert mender.is_syllable(fold(word))


@pytest.mark.parametrize("word", ["nghiêp", "hơp", "trưc", "hđqt", "kỳnăm", "nestlé"])
def test_no_syllables(mender: SpellingMender, word: str) -> None:
    assert not mender.is_syllable(fold(word))


@given(st.text(alphabet="doanh nghiêpệợpáạ. \n1", max_size=60))
def test_the_length_stays(rules: RuleSet, text: str) -> None:
    assert len(mended(SpellingMender(rules), text)) == len(text)


@pytest.mark.parametrize(
    "text", ["Tại huyện Đa Krông có 300 doanh nghiệp", "dân số Trường Thành là 500 người"]
)
def test_names_are_never_mended(mender: SpellingMender, text: str) -> None:
    assert mended(mender, text) == fold(text)


def test_a_slip_does_not_lose_the_metric(extractor: Extractor) -> None:
    text = "Doanh nghiêp ký hơp đồng điện tử đạt 35%."
    (fact,) = extractor.extract(Document("d", text, "-", "d")).facts
    assert (fact.metric_id, fact.value) == ("e_contract_share", 35)
    assert fact.sentence == text
