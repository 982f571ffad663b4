"""The article's own arithmetic: texts in, the findings of each number out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from documents import document_of, read_inputs

from extract.checks import AGREEING, WRONG, Checker, join_names, names_of
from extract.models import Document
from extract.pipeline import Extractor
from extract.rules import RuleSet
from extract.stated import quote_of

DATE = {"published": "2024-03-05", "province": "Nghệ An"}


def checked(extractor: Extractor, text: str, **stated: str) -> list[tuple[str, str | None]]:
    """Gives each number of a text as written, and its findings."""
    case = {"text": text, **DATE, **stated}
    return [(quote_of(fact), fact.checks) for fact in extractor.extract(document_of(case)).facts]


def all_with(finding: str | None, *quotes: str) -> list[tuple[str, str | None]]:
    return [(quote, finding) for quote in quotes]


# -- the seeds: all that is true of them, and nothing else -----------------------------------------

SEEDS = {
    "000_a2a52f8417544912": [
        ("4.285 trạm", "parts_sum_ok"),
        ("1.002 trạm BTS", "parts_sum_ok"),
        ("1.255 trạm BTS", "parts_sum_ok"),
        ("1.944 trạm BTS", "parts_sum_ok"),
        ("84 trạm BTS", "parts_sum_ok"),
    ],
    "001_70b6e61a1dd99024": [],
    "002_98bd25edb4421de0": [
        ("1.542/1.823 DVCTT", "ratio_ok"),
        ("84,59%", "ratio_ok"),
        ("1.483/1.542 DVCTT", "ratio_mismatch"),
        ("80,2%", "ratio_mismatch"),
    ],
    "003_c23ee6b3e6e53259": [],
    "004_58b7aed90a1081d4": [("257.175/510.640", "ratio_ok"), ("50.36%", "ratio_ok")],
}


@pytest.fixture(scope="module")
def seeds() -> dict[str, Document]:
    found = read_inputs([Path(__file__).parent.parent / "seeds"])
    return {item.doc_id: item for item in found if isinstance(item, Document)}


@pytest.mark.parametrize("doc_id", sorted(SEEDS))
def test_the_findings_of_the_seeds(extractor: Extractor, seeds: dict[str, Document], doc_id: str) -> None:
    facts = extractor.extract(seeds[doc_id]).facts
    assert [(quote_of(fact), fact.checks) for fact in facts if fact.checks] == SEEDS[doc_id]


def test_what_was_calculated_is_told(
    extractor: Extractor, seeds: dict[str, Document], rules: RuleSet
) -> None:
    facts = extractor.extract(seeds["002_98bd25edb4421de0"]).facts
    assert [(finding.name, finding.reason) for finding in Checker(rules).find(facts)] == [
        ("ratio_ok", "1.542/1.823 = 84,59%, stated 84,59%"),
        ("ratio_mismatch", "1.483/1.542 = 96,17%, stated 80,2%"),
    ]


# -- ratios ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Vụ đông, 1.240/1.600 hộ đã gieo xong, đạt 77,5%.", ("1.240/1.600 hộ", "77,5%")),
        # Rounded half up, and cut off.
        ("Có 1.336/1.562 thôn đã có điện, đạt 85,53%.", ("1.336/1.562 thôn", "85,53%")),
        ("Có 1.336/1.562 thôn đã có điện, đạt 85%.", ("1.336/1.562 thôn", "85%")),
        # The percentage first.
        (
            "Tỷ lệ hồ sơ đúng hạn đạt 98,2% (2.455/2.500 hồ sơ).",
            ("98,2%", "2.455/2.500 hồ sơ"),
        ),
        # Words that bound it.
        ("Ngành y tế tiêm nhắc cho 18.305/24.000 trẻ, đạt gần 77%.", ("18.305/24.000 trẻ", "77%")),
        ("Đã giải ngân cho 810/1.000 dự án, đạt trên 80%.", ("810/1.000 dự án", "80%")),
        # A count, its whole and the share.
        (
            "Trong tổng số 2.000 hộ nghèo, có 1.676 hộ được vay vốn, đạt 83,8%.",
            ("2.000 hộ nghèo", "1.676 hộ", "83,8%"),
        ),
        (
            "Hội nghị có 842 người dự trên tổng số 920 người được mời (tỷ lệ 91,5%).",
            ("842 người", "920 người", "91,5%"),
        ),
    ],
)
def test_a_ratio_agrees_with_its_percentage(extractor: Extractor, text: str, quotes: Iterable[str]) -> None:
    assert checked(extractor, text) == all_with("ratio_ok", *quotes)


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("Có 1.240/1.600 hộ trồng ngô đã gieo xong, đạt 71,2%.", ("1.240/1.600 hộ", "71,2%")),
        ("Tỷ lệ hồ sơ đúng hạn đạt 89,2% (2.455/2.500 hồ sơ).", ("89,2%", "2.455/2.500 hồ sơ")),
        ("Toàn tỉnh có 98/120 trạm y tế đạt chuẩn (đạt 86,1%).", ("98/120 trạm y tế", "86,1%")),
        (
            "Trong tổng số 2.000 hộ nghèo, có 1.676 hộ được vay vốn, đạt 93,8%.",
            ("2.000 hộ nghèo", "1.676 hộ", "93,8%"),
        ),
    ],
)
def test_a_ratio_contradicts_its_percentage(extractor: Extractor, text: str, quotes: Iterable[str]) -> None:
    assert checked(extractor, text) == all_with("ratio_mismatch", *quotes)


@pytest.mark.parametrize(
    "text",
    [
        # Of a plan, of another whole, a growth.
        "Toàn huyện có 12/15 xã đạt chuẩn nông thôn mới, đạt 105% kế hoạch năm.",
        "Toàn huyện có 12/15 xã đạt chuẩn, chiếm 40% số xã của vùng.",
        "Có 12/15 xã thu ngân sách khá, tăng 25%.",
        # Another statement stands between.
        "Có 12/15 xã đạt chuẩn, hộ nghèo chiếm 5%.",
        # Two lists.
        "Có 12/15 xã và 30/40 thôn có nhà văn hóa, đạt 80% và 75%.",
        # Less than the share, which is said to be more, but not by how much.
        "Đã giải ngân cho 95/100 dự án, đạt trên 80%.",
        # A rank is no ratio.
        "Tỉnh xếp thứ 9/63, đạt 71,2%.",
    ],
)
def test_no_word_about_what_may_not_belong_together(extractor: Extractor, text: str) -> None:
    assert {finding for _, finding in checked(extractor, text)} == {None}


# -- parts and their whole -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (
            "Tỉnh thu 8.400 tỷ đồng, gồm thu nội địa 6.900 tỷ đồng và thu xuất nhập khẩu 1.500 tỷ đồng.",
            ("8.400 tỷ đồng", "6.900 tỷ đồng", "1.500 tỷ đồng"),
        ),
        (
            "Bệnh viện tiếp nhận 46 ca ngộ độc: nam 19 ca, nữ 27 ca.",
            ("46 ca", "19 ca", "27 ca"),
        ),
        # The whole behind its parts.
        ("Đợt này có nam 19 ca, nữ 27 ca, tổng cộng 46 ca.", ("19 ca", "27 ca", "46 ca")),
        # In brackets, and at other places.
        (
            "Sở Y tế ghi nhận 16 ca sởi (Vinh 9 ca, Cửa Lò 7 ca) trong tuần.",
            ("16 ca", "9 ca", "7 ca"),
        ),
        # Line by line, and in the sentence behind.
        (
            "Tỉnh có 620 trạm BTS, gồm:\n- Viettel: 300 trạm\n- VNPT: 200 trạm\n- MobiFone: 120 trạm",
            ("620 trạm BTS", "300 trạm", "200 trạm", "120 trạm"),
        ),
        (
            "Vụ này nông dân xuống giống 6.500 ha. Trong đó, 1.500 ha trồng ngô và 5.000 ha trồng lạc.",
            ("6.500 ha", "1.500 ha", "5.000 ha"),
        ),
    ],
)
def test_parts_add_up_to_their_whole(extractor: Extractor, text: str, quotes: Iterable[str]) -> None:
    assert checked(extractor, text) == all_with("parts_sum_ok", *quotes)


def test_parts_may_have_parts_themselves(extractor: Extractor, rules: RuleSet) -> None:
    text = "Tuần qua có 9 ca sốt xuất huyết, trong đó 7 ca ở thành phố (4 ca nam, 3 ca nữ) và 2 ca ở huyện."
    facts = extractor.extract(document_of({"text": text, **DATE})).facts
    assert [fact.checks for fact in facts] == ["parts_sum_ok"] * 5
    assert [finding.reason for finding in Checker(rules).find(facts)] == [
        "7 + 2 = 9, stated 9 ca",
        "4 + 3 = 7, stated 7 ca",
    ]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (
            "Tỉnh thu 8.400 tỷ đồng, gồm thu nội địa 6.900 tỷ đồng và thu xuất nhập khẩu 1.900 tỷ đồng.",
            ("8.400 tỷ đồng", "6.900 tỷ đồng", "1.900 tỷ đồng"),
        ),
        (
            "Huyện có 26 trường học, bao gồm 14 trường mầm non, 9 trường tiểu học và 6 trường trung học.",
            ("26 trường", "14 trường", "9 trường", "6 trường"),
        ),
    ],
)
def test_parts_that_are_all_do_not_add_up(extractor: Extractor, text: str, quotes: Iterable[str]) -> None:
    found = checked(extractor, text)
    assert {finding for _, finding in found} == {"parts_sum_mismatch"}
    assert len(found) == len(list(quotes))


@pytest.mark.parametrize(
    "text",
    [
        # `trong đó` may be some of them only.
        "Tỉnh thu 8.400 tỷ đồng, trong đó thu nội địa 6.900 tỷ đồng và thu xuất nhập khẩu 1.200 tỷ đồng.",
        # The list goes on without numbers.
        "Huyện có 26 trường học, gồm 14 trường mầm non, 9 trường tiểu học và các trường trung học.",
        "Huyện có 26 trường học, gồm 14 trường mầm non, 9 trường tiểu học, trường dân tộc nội trú...",
        # Numbers that are bound, or of another year.
        "Huyện có 26 trường học, gồm hơn 14 trường mầm non và 9 trường tiểu học.",
        # What is counted is not the same.
        "Huyện có 26 trường học, gồm 310 phòng học và 40 phòng chức năng.",
        # A sum by chance: nothing says that they are parts.
        "Mặt hàng lạc bán được 48 tấn; ngô bán được 10 tấn; khoai bán được 38 tấn.",
    ],
)
def test_no_word_about_parts_that_may_not_be_all(extractor: Extractor, text: str) -> None:
    assert {finding for _, finding in checked(extractor, text)} == {None}


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("Cơ cấu kinh tế: nông nghiệp 22,5%, công nghiệp 41%, dịch vụ 36,5%.", ["parts_sum_ok"] * 3),
        ("Diện tích lúa chiếm 62%, còn lại 38% là cây ăn quả.", ["parts_sum_ok"] * 2),
        ("Cơ cấu kinh tế: nông nghiệp 22,5%, công nghiệp 45%, dịch vụ 36,5%.", ["parts_sum_mismatch"] * 3),
        # A structure may leave something out, and two shares may be of two wholes.
        ("Cơ cấu kinh tế: nông nghiệp 22,5%, công nghiệp 31%, dịch vụ 36,5%.", [None] * 3),
        ("Lạm phát khoảng 60% ở châu Phi, thất nghiệp khoảng 40%.", [None] * 2),
    ],
)
def test_shares_of_one_whole(extractor: Extractor, text: str, findings: list[str | None]) -> None:
    assert [finding for _, finding in checked(extractor, text)] == findings


# -- single values ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Tỷ lệ hộ gia đình có kết nối Internet đạt 108%.", "share_over_100"),
        ("Tỷ lệ hộ nghèo của xã là 112%.", "share_over_100"),
        ("Rừng trồng chiếm 130% diện tích đất lâm nghiệp.", "share_over_100"),
        ("Tỷ lệ hộ gia đình có kết nối Internet đạt 98%.", None),
        # Of a plan, against another time, a growth.
        ("Tỷ lệ hộ gia đình có kết nối Internet đạt 108% kế hoạch.", None),
        ("Thu phí trực tuyến của huyện đạt 120% kế hoạch.", None),
        ("Tỷ lệ giải ngân đạt 105% so với cùng kỳ.", None),
        ("Doanh thu du lịch tăng 130%.", None),
        ("Nhà máy chạy ở 110% công suất.", None),
    ],
)
def test_a_share_above_the_whole(extractor: Extractor, text: str, finding: str | None) -> None:
    assert {found for _, found in checked(extractor, text)} == {finding}


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Mật độ điện thoại của tỉnh đạt 980 thuê bao/100 dân.", "implausible"),
        ("Mật độ điện thoại của tỉnh đạt 98 thuê bao/100 dân.", None),
        ("Chỉ số DTI của tỉnh đạt 4.210 điểm.", "implausible"),
        ("Chỉ số DTI của tỉnh đạt 0,7163 điểm.", None),
    ],
)
def test_a_value_outside_the_range_of_its_metric(
    extractor: Extractor, text: str, finding: str | None
) -> None:
    assert [found for _, found in checked(extractor, text)] == [finding]


@pytest.mark.parametrize(
    ("text", "published", "finding"),
    [
        ("Chỉ số DTI của tỉnh xếp thứ 66/63 tỉnh, thành phố.", "2024-03-05", "rank_beyond"),
        ("Chỉ số DTI của tỉnh xếp thứ 71 cả nước.", "2024-03-05", "rank_beyond"),
        ("Tỉnh xếp thứ 68 tỉnh, thành phố về cải cách hành chính.", "2024-03-05", "rank_beyond"),
        ("Chỉ số DTI của tỉnh xếp thứ 61 cả nước.", "2024-03-05", None),
        ("Trường xếp thứ 71 cả nước về số bài báo.", "2024-03-05", None),
        # 34 provinces since 1 July 2025, where the text states a time after it.
        ("Quý IV/2025, Chỉ số DTI của tỉnh xếp thứ 40 cả nước.", "2026-02-01", "rank_beyond"),
        ("Năm 2024, Chỉ số DTI của tỉnh xếp thứ 40 cả nước.", "2026-02-01", None),
        ("Chỉ số DTI của tỉnh xếp thứ 40 cả nước.", "2026-02-01", None),
    ],
)
def test_a_rank_beyond_the_last(extractor: Extractor, text: str, published: str, finding: str | None) -> None:
    assert [found for _, found in checked(extractor, text, published=published)] == [finding]


# -- two statements of one thing -------------------------------------------------------------------

SHARE_2023 = "Năm 2023, tỷ lệ hộ gia đình có kết nối Internet của tỉnh đạt 82,4%. "


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        (
            f"{SHARE_2023}Theo báo cáo, tỷ lệ hộ gia đình có kết nối Internet năm 2023 là 79,1%.",
            ["conflict", "conflict"],
        ),
        (
            "Năm 2022, dân số tỉnh là 3.420.000 người. Theo niên giám, dân số tỉnh năm 2022 là "
            "3.365.000 người.",
            ["conflict", "conflict"],
        ),
        (
            "Năm 2023, Chỉ số DTI của tỉnh xếp thứ 12. Báo cáo khác cho thấy Chỉ số DTI năm 2023 của tỉnh "
            "xếp thứ 13.",
            ["conflict", "conflict"],
        ),
        # Rounded, about, bound, said again.
        (f"{SHARE_2023}Theo báo cáo, tỷ lệ hộ gia đình có kết nối Internet năm 2023 là 82%.", [None, None]),
        (
            "Năm 2022, dân số tỉnh khoảng 3,4 triệu người. Theo niên giám, dân số tỉnh năm 2022 là "
            "3.365.000 người.",
            [None, None],
        ),
        (
            f"{SHARE_2023}Theo báo cáo, tỷ lệ hộ gia đình có kết nối Internet năm 2023 đạt trên 80%.",
            [None, None],
        ),
        (f"{SHARE_2023}Theo báo cáo, tỷ lệ hộ gia đình có kết nối Internet năm 2023 là 82,4%.", [None, None]),
        # Of another year, another place, another moment.
        (f"{SHARE_2023}Tỷ lệ hộ gia đình có kết nối Internet năm 2022 là 79,1%.", [None, None]),
        (
            f"{SHARE_2023}Riêng huyện Đô Lương, tỷ lệ hộ gia đình có kết nối Internet năm 2023 là 79,1%.",
            [None, None],
        ),
        (
            "Năm 2023, dân số tỉnh là 3.420.000 người. Sau sáp nhập năm 2023, dân số tỉnh là "
            "4.100.000 người.",
            [None, None],
        ),
        # Events add up.
        ("Năm 2023 tỉnh tổ chức 12 lớp tập huấn. Năm 2023 tỉnh tổ chức 30 lớp tập huấn.", [None, None]),
    ],
)
def test_two_values_of_one_thing(extractor: Extractor, text: str, findings: list[str | None]) -> None:
    assert [finding for _, finding in checked(extractor, text)] == findings


@pytest.mark.parametrize(
    ("actual", "goal", "finding"),
    [
        ("Năm 2023, {} của tỉnh đạt 86%.", "Đến năm 2025, tỉnh phấn đấu {} đạt 80%.", "target_below_actual"),
        (
            "Năm 2023, {} của tỉnh đạt 86%.",
            "Đến năm 2025, tỉnh phấn đấu {} đạt trên 80%.",
            "target_below_actual",
        ),
        ("Năm 2023, {} của tỉnh đạt 76%.", "Đến năm 2025, tỉnh phấn đấu {} đạt 80%.", None),
        ("Năm 2023, {} của tỉnh đạt dưới 86%.", "Đến năm 2025, tỉnh phấn đấu {} đạt 80%.", None),
        ("Năm 2023, {} của huyện Đô Lương đạt 86%.", "Đến năm 2025, tỉnh phấn đấu {} đạt 80%.", None),
    ],
)
def test_a_goal_that_was_reached_before(
    extractor: Extractor, actual: str, goal: str, finding: str | None
) -> None:
    share = "tỷ lệ dân số có tài khoản thanh toán"
    text = f"{actual.format(share)} {goal.format(share)}"
    assert [found for _, found in checked(extractor, text)] == [finding, finding]


# -- names -----------------------------------------------------------------------------------------


def test_the_names_of_a_fact_are_sorted_and_each_stands_once() -> None:
    assert join_names(["ratio_ok", "conflict", "ratio_ok"]) == "conflict ratio_ok"
    assert names_of("conflict ratio_ok") == ["conflict", "ratio_ok"]
    assert names_of(None) == []


def test_a_fact_may_have_several_findings(extractor: Extractor) -> None:
    text = (
        "Năm 2023 có 2.000 hồ sơ trực tuyến, gồm 1.500 hồ sơ cấp tỉnh và 500 hồ sơ cấp huyện. "
        "Trong số 2.500 hồ sơ đã nhận, có 2.000 hồ sơ nộp trực tuyến, đạt 80%."
    )
    assert checked(extractor, text) == [
        *all_with("parts_sum_ok", "2.000 hồ sơ", "1.500 hồ sơ", "500 hồ sơ"),
        *all_with("ratio_ok", "2.500 hồ sơ", "2.000 hồ sơ", "80%"),
    ]


def test_every_name_is_described_in_the_table(extractor: Extractor) -> None:
    from extract.table import describe_schema

    (description,) = [meaning for name, _, meaning in describe_schema() if name == "checks"]
    assert all(name in description for name in (*WRONG, *AGREEING))


def test_checks_change_no_number(extractor: Extractor) -> None:
    text = "Có 1.240/1.600 hộ trồng ngô đã gieo xong, đạt 71,2%."
    ratio, share = extractor.extract(document_of({"text": text, **DATE})).facts
    assert (ratio.value, ratio.denominator, share.value) == (1240, 1600, 71.2)
