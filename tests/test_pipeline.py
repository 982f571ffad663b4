"""Whole documents: offsets, spelling, duplicates, ids, and what a rule id may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from documents import read_inputs
from hypothesis import given
from hypothesis import strategies as st

from extract.dataset_run import Options, extract_item, run
from extract.document import build_document, text_digest
from extract.location import Location
from extract.metadata import build_metadata
from extract.models import Document, DocumentResult, DocumentStatus, Fact, FailedDocument
from extract.pipeline import Extractor
from extract.raw_item import RawItem
from extract.sources import Kind

ARTICLE = """Thuỷ sản Cà Mau năm 2022 vượt kế hoạch

(20/12/2022)

Năm 2022, tỉnh Cà Mau đạt sản lượng 620.000 tấn thuỷ sản, tăng 4,5% so với năm 2021. \
Toàn tỉnh có hơn 280.000 ha nuôi tôm, trong đó 24.000 ha tôm sinh thái.

Kết quả theo huyện:
- Huyện Đầm Dơi: 72.000 ha
- Huyện Năm Căn: 25.600 ha; 18/21 hợp tác xã có lãi

Tỉnh phấn đấu đến năm 2030 kim ngạch xuất khẩu đạt 2 tỷ USD. \
Hiện có 18 nhà máy chế biến, công suất 250.000 tấn/năm.
"""
# Families that the grammar itself gives to its rules, beside the ids of the rules folder.
GRAMMAR = {
    "bind",
    "change",
    "cue",
    "number",
    "period",
    "place",
    "rank",
    "range",
    "ratio",
    "status",
    "times",
    "unit",
}
GRAMMAR |= {"fraction", "bound"}


def document_of(text: str, doc_id: str = "a", **stated: str) -> Document:
    """Makes a document as a file with this text would give it."""
    return build_document(doc_id, text, "-", text_digest(text), build_metadata(stated))


def what_it_says(fact: Fact) -> dict[str, Any]:
    """Gives all of a fact but its id."""
    return {field.name: getattr(fact, field.name) for field in fields(fact) if field.name != "fact_id"}


@pytest.fixture(scope="module")
def results(extractor: Extractor, seeds: list[Document]) -> list[DocumentResult]:
    """The results of the seeds and of an article of our own."""
    return [extractor.extract(document) for document in (*seeds, document_of(ARTICLE))]


@pytest.fixture(scope="module")
def seeds() -> list[Document]:
    """The documents of `seeds/`."""
    found = read_inputs([Path(__file__).parent.parent / "seeds"])
    return [document for document in found if isinstance(document, Document)]


def all_facts(results: list[DocumentResult]) -> Iterator[tuple[str, Fact]]:
    for result in results:
        for fact in result.facts:
            yield result.document.text, fact


def test_every_offset_slices_back(results: list[DocumentResult]) -> None:
    for text, fact in all_facts(results):
        assert text[fact.sentence_start : fact.sentence_start + len(fact.sentence)] == fact.sentence
        inside = fact.sentence[fact.char_start - fact.sentence_start : fact.char_end - fact.sentence_start]
        assert inside == text[fact.char_start : fact.char_end] != ""
        assert (
            fact.sentence_start <= fact.char_start < fact.char_end <= fact.sentence_start + len(fact.sentence)
        )
        assert fact.unit_text is None or fact.unit_text in text


def test_facts_stand_in_the_order_of_the_text_and_do_not_overlap(results: list[DocumentResult]) -> None:
    for result in results:
        ends = [(fact.char_start, fact.char_end) for fact in result.facts]
        assert ends == sorted(ends)
        assert all(before[1] <= after[0] for before, after in pairwise(ends))


def test_fact_ids_are_all_different(results: list[DocumentResult]) -> None:
    ids = [fact.fact_id for _, fact in all_facts(results)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[0-9a-f]{16}", fact_id) for fact_id in ids)


def test_every_fact_names_the_rules_that_made_it(results: list[DocumentResult], extractor: Extractor) -> None:
    known = {entry.rule_id for family in extractor.rules.families.values() for entry in family}
    for _, fact in all_facts(results):
        assert fact.rule_ids
        assert len(set(fact.rule_ids)) == len(fact.rule_ids)
        for rule_id in fact.rule_ids:
            assert rule_id in known or rule_id.partition(".")[0] in GRAMMAR, rule_id
            assert " " not in rule_id
        if fact.metric_id is not None:
            assert f"metric.{fact.metric_id}" in fact.rule_ids


def test_confidence_is_a_share(results: list[DocumentResult]) -> None:
    assert all(0 < fact.confidence <= 1 for _, fact in all_facts(results))


def test_every_unit_has_a_row_or_is_a_rate_or_stands_as_written(
    results: list[DocumentResult], extractor: Extractor
) -> None:
    for _, fact in all_facts(results):
        known = fact.unit_id in extractor.rules.units_by_id or "/" in fact.unit_id
        assert known or {"unit.as_written", "unit.of_head"} & set(fact.rule_ids), fact.unit_id


def test_an_article_gives_these_facts(results: list[DocumentResult]) -> None:
    text, facts = results[-1].document.text, results[-1].facts
    assert [
        (
            text[fact.char_start : fact.char_end],
            fact.value,
            fact.denominator,
            fact.unit_id,
            fact.bound.value,
            fact.change.value,
            fact.status.value,
            fact.period_end and fact.period_end.year,
            fact.province_code,
        )
        for fact in facts
    ] == [
        ("620.000 tấn", 620000, None, "tonne", "eq", "none", "actual", 2022, "96"),
        ("4,5%", 4.5, None, "percent", "eq", "increase", "actual", 2022, "96"),
        ("280.000 ha", 280000, None, "ha", "gt", "none", "actual", 2022, "96"),
        ("24.000 ha", 24000, None, "ha", "eq", "none", "actual", 2022, "96"),
        ("72.000 ha", 72000, None, "ha", "eq", "none", "actual", 2022, "96"),
        ("25.600 ha", 25600, None, "ha", "eq", "none", "actual", 2022, "96"),
        ("18/21 hợp tác xã", 18, 21, "cooperative", "eq", "none", "actual", 2022, "96"),
        ("2 tỷ USD", 2e9, None, "USD", "eq", "none", "target", 2030, "96"),
        ("18 nhà máy", 18, None, "factory", "eq", "none", "actual", 2022, "96"),
        ("250.000 tấn/năm", 250000, None, "tonne/year", "eq", "none", "actual", 2022, "96"),
    ]


@pytest.mark.parametrize(
    "store",
    [
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\ufeff" + text,
    ],
    ids=["nfd", "crlf", "bom"],
)
def test_however_the_file_is_stored_the_facts_are_the_same(
    tmp_path: Path, extractor: Extractor, store: Any, results: list[DocumentResult]
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(store(ARTICLE).encode())
    result = extract_item(extractor, RawItem("a", str(path), Kind.TEXT, Location(str(path))))
    assert isinstance(result, DocumentResult)
    assert result.facts == results[-1].facts


@pytest.mark.parametrize("text", ["", " \n\n", "Bà con phấn khởi.", "Không có con số nào ở đây cả.\n" * 50])
def test_a_text_without_numbers_gives_nothing(extractor: Extractor, text: str) -> None:
    result = extractor.extract(document_of(text))
    assert (result.facts, result.error) == ((), None)
    assert result.status is (DocumentStatus.OK if text.strip() else DocumentStatus.EMPTY)


def test_header_lines_give_no_facts_and_offsets_count_them(extractor: Extractor) -> None:
    text = "# published = 2023-05-06\n# title = Có 9 xã và 80 hộ\nHuyện có 12 chợ.\n"
    document = document_of(text)
    (fact,) = extractor.extract(document).facts
    assert text[fact.char_start : fact.char_end] == "12 chợ"
    assert str(fact.period_start) == "2023-05-06"


def test_a_second_statement_points_to_the_first(extractor: Extractor) -> None:
    text = "Xã có 14 hợp tác xã. Huyện có 90 chợ.\nHiện xã có 14 hợp tác xã."
    first, other, second = extractor.extract(document_of(text)).facts
    assert (first.duplicate_of, other.duplicate_of, second.duplicate_of) == (None, None, first.fact_id)
    assert second.fact_id != first.fact_id


def test_the_same_number_of_another_year_or_place_is_no_duplicate(extractor: Extractor) -> None:
    text = "Năm 2020, An Giang có 14 chợ. Năm 2021, An Giang có 14 chợ. Năm 2021, Trà Vinh có 14 chợ."
    assert [fact.duplicate_of for fact in extractor.extract(document_of(text)).facts] == [None] * 3


def test_fact_ids_depend_on_the_text_and_not_on_its_name(extractor: Extractor) -> None:
    ids = [
        [fact.fact_id for fact in extractor.extract(document_of(text, doc_id)).facts]
        for text, doc_id in ((ARTICLE, "a"), (ARTICLE, "b"), (ARTICLE + " ", "a"))
    ]
    assert ids[0] == ids[1]
    assert not set(ids[0]) & set(ids[2])


def test_a_document_gives_the_same_facts_whatever_came_before(
    extractor: Extractor, results: list[DocumentResult]
) -> None:
    fresh = Extractor(extractor.rules)
    assert fresh.extract(document_of(ARTICLE)) == results[-1]
    extractor.extract(document_of("Năm 1999, Hà Giang có 77 hộ."))
    assert extractor.extract(document_of(ARTICLE)) == results[-1]


def test_one_bad_document_does_not_stop_the_rest(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    for name in ("a", "c"):
        (articles / f"{name}.txt").write_text("Xã có 12 chợ.", encoding="utf-8")
    (articles / "b.txt").write_bytes("Xã có 12 chợ".encode() + b"\xff")
    report = run(Options((articles,), tmp_path / "out"))
    assert (report.documents, report.facts) == (3, 2)
    assert [(failure.doc_id, type(failure)) for failure in report.failed] == [("b", FailedDocument)]


def test_every_dropped_number_lies_in_the_text_and_has_a_reason(results: list[DocumentResult]) -> None:
    for result in results:
        for drop in result.drops:
            assert 0 <= drop.span.start < drop.span.end <= len(result.document.text)
            assert re.fullmatch(r"[a-z_]+", drop.reason)
            assert re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", drop.rule_id)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 5000 + " hộ",
        "1.000" * 3000,
        "(((" * 2000 + " 5 hộ " + ")))" * 2000,
        "năm " * 5000,
        "hai mươi " * 3000,
        "5 - 6 - 7 - 8 / 9 / 10 % % % hộ/xã/tỉnh/km",
        "\u200b5\u200bhộ\u00a0\u00a0 6\u2003hộ",
        "👍5👍hộ",
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_odd_texts_keep_the_promises(extractor: Extractor, text: str) -> None:
    for fact in extractor.extract(document_of(text)).facts:
        assert text[fact.sentence_start : fact.sentence_start + len(fact.sentence)] == fact.sentence
        assert (
            fact.sentence_start <= fact.char_start < fact.char_end <= fact.sentence_start + len(fact.sentence)
        )


PIECES = st.sampled_from(
    [
        "Năm",
        "2021",
        "tỉnh",
        "An",
        "Giang",
        "có",
        "12.500",
        "hộ",
        ",",
        "45%",
        "tăng",
        "giảm",
        "xuống",
        "còn",
        "gấp",
        "3",
        "lần",
        "thứ",
        "5",
        "/",
        "63",
        "đến",
        "-",
        "từ",
        "hơn",
        "khoảng",
        "tỷ",
        "đồng",
        "(",
        ")",
        ";",
        ":",
        ".",
        "\n",
        "4G",
        "ngày",
        "5/6/2020",
        "quý",
        "II",
        "phấn",
        "đấu",
        "sẽ",
        "đã",
        "trạm",
        "BTS",
        "kinh",
        "tế",
        "số",
        "đạt",
    ]
)


@given(pieces=st.lists(PIECES, max_size=40))
def test_any_mix_of_words_and_numbers_keeps_the_promises(extractor: Extractor, pieces: list[str]) -> None:
    text = " ".join(pieces)
    result = extractor.extract(document_of(text, published="2023-04-05"))
    position = 0
    for fact in result.facts:
        assert position <= fact.char_start < fact.char_end
        position = fact.char_end
        assert text[fact.sentence_start : fact.sentence_start + len(fact.sentence)] == fact.sentence
        assert (fact.period_start is None) == (fact.period_end is None)
        assert fact.period_start is None or fact.period_end is None or fact.period_start <= fact.period_end
        assert what_it_says(fact)["rule_ids"]


def test_what_was_ambiguous_is_named_in_the_row_and_counted(extractor: Extractor) -> None:
    text = "Long An phát triển giao thông\nHuyện Châu Thành có 120 km đường. Kinh tế sô trong GRDP đạt 12%."
    result = extractor.extract(Document("d", text, "-", "d"))
    road, share = result.facts
    assert (road.province_code, share.metric_id) == ("80", "digital_economy_share")
    assert "ambiguous.place" in road.rule_ids
    assert "ambiguous.spelling" in share.rule_ids
    assert sorted(result.doubts) == ["place", "place", "spelling"]
