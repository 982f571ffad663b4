"""Where an article is at home: the address, and the mark of the paper at its beginning."""

from __future__ import annotations

import pytest

from extract.home_place import HomePlaces
from extract.models import Document
from extract.pipeline import Extractor
from extract.text import fold


@pytest.fixture(scope="module")
def homes(extractor: Extractor) -> HomePlaces:
    return HomePlaces(extractor.rules, extractor.gazetteer.province_names)


@pytest.mark.parametrize(
    ("address", "province"),
    [
        ("https://thongkethaibinh.gov.vn/tin/1", "Thái Bình"),
        ("https://tintucnamdinh.vn/xa-dat-chuan", "Nam Định"),
        ("https://thoibaotaichinh.vn/a", None),
        ("https://baogialai.com.vn/cong-bo-so-lieu-post283068.html", "Gia Lai"),
        ("https://www.baoquangnam.vn/kinh-te/1.html", "Quảng Nam"),
        ("http://vinhlong.gov.vn/tin", "Vĩnh Long"),
        ("https://dantri.com.vn/noi-vu/ca-mau-cai-cach-2025.htm", "Cà Mau"),
        # Two provinces, a sea and a common word tell nothing.
        ("https://vnexpress.net/tu-gia-lai-den-kon-tum-1.html", None),
        ("https://vnexpress.net/vung-bien-thai-binh-duong-1.html", None),
        ("https://vnexpress.net/doc-lap-hoa-binh-1.html", None),
        ("https://vnexpress.net/kinh-te-1.html", None),
        # Syllables of a title that only look like a province.
        ("https://cafef.vn/gia-vang-giam-gia-lai-tang.chn", None),
        ("https://tuoitre.vn/ba-nguyen-thi-hue-tu-choi-123.htm", None),
        ("https://hue.vnexpress.net/tin", None),
        ("https://dantri.com.vn/xay-cau-o-tinh-gia-lai-1.htm", "Gia Lai"),
        ("baogialai.com.vn/tin", "Gia Lai"),
        ("http://[broken", None),
    ],
)
def test_the_province_of_an_address(homes: HomePlaces, address: str, province: str | None) -> None:
    assert homes.find(address, "", 0) == province


@pytest.mark.parametrize(
    ("text", "province"),
    [
        ("(QNO) - Chiều nay, UBND tỉnh họp.", "Quảng Nam"),
        ("Tiêu đề\n(Baonghean.vn) - UBND tỉnh họp.", "Nghệ An"),
        ("Sáng nay (8/10), UBND tỉnh họp.", None),
        ("UBND tỉnh họp. " * 40 + "(QNO)", None),
    ],
)
def test_the_mark_of_a_paper(homes: HomePlaces, text: str, province: str | None) -> None:
    assert homes.find(None, fold(text), 0) == province


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Toàn tỉnh có 12 chợ.", "64"),
        # What names a province, or speaks of the country, is not about the paper's own.
        ("Kon Tum có 12 chợ. Tại Kon Tum, chợ mở cả tuần.", "62"),
        ("Cả nước có 12 chợ.", "VN"),
    ],
)
def test_a_province_without_name_is_that_of_the_paper(extractor: Extractor, text: str, code: str) -> None:
    document = Document("a", text, "-", "-", url="https://baogialai.com.vn/tin-1.html")
    assert [fact.province_code for fact in extractor.extract(document).facts] == [code]


def test_a_province_without_name_is_not_the_country(extractor: Extractor) -> None:
    text = "UBND tỉnh cho biết thu ngân sách đạt 12 tỷ đồng. Sở Y tế chi 5 tỷ đồng. Toàn tỉnh có 3 chợ."
    facts = extractor.extract(Document("a", text, "-", "-")).facts
    assert [(fact.value, fact.province_code) for fact in facts] == [(12e9, None), (5e9, None), (3.0, None)]
