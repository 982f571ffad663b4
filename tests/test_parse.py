"""The library's own entries: quantities and periods of a text, whole."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import unicodedata

import extract
from extract.models import Bound, Change, Grain
from extract.parse import ParsedPeriod, ParsedQuantity
from extract.periods import PeriodRole


def test_quantities_come_whole_and_in_order() -> None:
    text = "Giá lúa từ 6.000 - 7.000 đồng/kg, tăng hơn 5%."
    assert extract.parse_quantities(text) == [
        ParsedQuantity(6000.0, 7000.0, None, Bound.EQ, Change.NONE, "VND/kg", "đồng/kg", 11, 32),
        ParsedQuantity(5.0, None, None, Bound.GT, Change.INCREASE, "percent", "%", 43, 45),
    ]


def test_a_bare_numeral_has_no_unit() -> None:
    (quantity,) = extract.parse_quantities("Tổng số là 2.550.")
    assert (quantity.value, quantity.unit_id, quantity.unit_text) == (2550.0, "", "")


def test_dates_are_no_quantities() -> None:
    assert extract.parse_quantities("Ngày 18/3/2022, quý I/2024, năm 2030.") == []


def test_offsets_count_the_text_in_nfc() -> None:
    text = unicodedata.normalize("NFD", "Xã có 120 hộ.")
    (quantity,) = extract.parse_quantities(text)
    assert unicodedata.normalize("NFC", text)[quantity.char_start : quantity.char_end] == "120 hộ"


def test_periods_come_whole_and_in_order() -> None:
    text = "9 tháng năm 2023 tăng so với năm 2022."
    assert extract.parse_periods(text) == [
        ParsedPeriod(dt.date(2023, 1, 1), dt.date(2023, 9, 30), Grain.RANGE, PeriodRole.VALUE, 0, 16),
        ParsedPeriod(dt.date(2022, 1, 1), dt.date(2022, 12, 31), Grain.YEAR, PeriodRole.BASELINE, 29, 37),
    ]


def test_a_partial_date_needs_the_date_of_the_text() -> None:
    assert extract.parse_periods("Sáng 5/6, có 3 ca.") == []
    (period,) = extract.parse_periods("Sáng 5/6, có 3 ca.", dt.date(2023, 6, 6))
    assert (period.start, period.end, period.grain) == (dt.date(2023, 6, 5), dt.date(2023, 6, 5), Grain.DAY)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import extract, sys; print([m for m in ('spacy', 'yaml', 'pandas', 'pyarrow') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
