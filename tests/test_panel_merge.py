"""Provinces of the panel: both lists, the province of today, values that are merged where that is sound."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from panels import Facts, only, panel_of, place, rows_of

from extract.errors import InputError
from extract.models import Bound, Change, Fact, Grain, Status
from extract.panel_merge import Merge
from extract.panel_output import summary_lines

DAY = dt.date
LATER = DAY(2025, 9, 1)
OLD_PARTS = ("Bình Thuận", "Đắk Nông", "Lâm Đồng")
IN_2025 = {
    "period_start": DAY(2025, 7, 1), "period_end": DAY(2025, 9, 30), "period_grain": Grain.QUARTER,
}  # fmt: skip


@pytest.fixture
def facts(make_fact: Callable[..., Fact]) -> Facts:
    """Facts to which a test adds its own."""
    return Facts(make_fact)


def merged(folder: Path, way: Merge = Merge.SUM) -> list[dict[str, Any]]:
    """Gives the rows of the panel of today's provinces."""
    return rows_of(folder, way, current_provinces=True)


# -- two lists, one code ---------------------------------------------------------------------------


def test_a_code_of_both_lists_is_two_provinces(tmp_path: Path, facts: Facts) -> None:
    facts.add("1", 1.0, "a", **place("Thái Nguyên"))
    facts.add("2", 2.0, "b", **place("Thái Nguyên"), **IN_2025)
    facts.add("3", 3.0, "c", **place("Thái Nguyên"))
    facts.add("4", 4.0, "d", **place("Thái Nguyên"))
    run = facts.write(tmp_path / "out", published={"b": LATER, "c": LATER, "d": None})
    # Since the merger Bắc Kạn is part of it, and whether a time before is told in old or new borders is open.
    assert only(rows_of(run), "province_code", "province_name", "province_list", "value", "flags") == [
        ("19", "Thái Nguyên", "34", 3.0, "borders_unclear"),
        ("19", "Thái Nguyên", "34", 2.0, ""),
        ("19", "Thái Nguyên", "63", 1.0, "conflict"),
    ]


def test_a_name_tells_the_lists_apart(tmp_path: Path, facts: Facts) -> None:
    facts.add("1", 1.0, "a", **place("Bình Định"))
    facts.add("2", 2.0, "b", **place("Gia Lai", "52"), **IN_2025)
    facts.add("3", 3.0, "c", **place("Gia Lai"))
    # A document without a date that names the new Gia Lai was read with the new list.
    facts.add("4", 4.0, "d", **place("Gia Lai", "52"), **IN_2025)
    facts.add("5", 5.0, "d", **place("Thái Nguyên"), **IN_2025)
    run = facts.write(tmp_path / "out", published={"b": None, "d": None})
    assert only(rows_of(run), "province_code", "province_name", "province_list", "n_statements") == [
        ("19", "Thái Nguyên", "34", 1),
        ("52", "Gia Lai", "34", 2),
        ("52", "Bình Định", "63", 1),
        ("64", "Gia Lai", "63", 1),
    ]


def test_an_article_without_a_date_that_tells_of_days_since_the_merger_is_later(
    tmp_path: Path, facts: Facts
) -> None:
    day = {"period_start": DAY(2025, 8, 19), "period_end": DAY(2025, 8, 19), "period_grain": Grain.DAY}
    facts.add("1", 1.0, "a", **place("Thái Nguyên"))
    facts.add("2", 2.0, "a", metric_id=None, **day)
    facts.add("3", 3.0, "b", **place("Thái Nguyên"))
    facts.add("4", 4.0, "b", metric_id=None, status=Status.TARGET, **day)
    run = facts.write(tmp_path / "out", published={"a": None, "b": None})
    assert only(rows_of(run), "province_list", "value") == [("34", 1.0), ("63", 3.0)]


def test_a_province_that_did_not_merge_is_one_before_and_since(tmp_path: Path, facts: Facts) -> None:
    facts.add("1", 1.0, "a", **place("Hà Nội"))
    facts.add("1", 1.0, "b", **place("Hà Nội"))
    facts.add("2", 2.0, "a", **place("Thừa Thiên Huế"))
    facts.add("2", 2.0, "b", **place("Huế"))
    run = facts.write(tmp_path / "out", published={"b": LATER})
    assert only(rows_of(run), "province_code", "province_name", "province_list", "n_documents", "flags") == [
        ("01", "Hà Nội", "both", 2, ""),
        ("46", "Huế", "both", 2, ""),
    ]
    assert rows_of(run, province="Thừa Thiên Huế") == rows_of(run, province="Huế") != []


def test_the_country_has_no_list(tmp_path: Path, facts: Facts) -> None:
    facts.add("1", 1.0, **place("Việt Nam"))
    (row,) = rows_of(facts.write(tmp_path / "out"), current_provinces=True)
    assert only([row], "province_code", "province_name", "province_list", "province_code_2025") == [
        ("VN", "Việt Nam", None, None)
    ]


# -- the province of today -------------------------------------------------------------------------


def test_values_of_old_provinces_stay_their_own(tmp_path: Path, facts: Facts) -> None:
    for number, name in enumerate(OLD_PARTS):
        facts.add(f"{number}", float(number), **place(name))
    run = facts.write(tmp_path / "out")
    result = panel_of(run, current_provinces=True)
    assert only(result.table.to_pylist(), "province_name", "province_name_2025", "value") == [
        ("Bình Thuận", "Lâm Đồng", 0.0),
        ("Đắk Nông", "Lâm Đồng", 1.0),
        ("Lâm Đồng", "Lâm Đồng", 2.0),
    ]
    assert summary_lines(result)[1:] == [
        "note: 3 rows of provinces that merged on 1 July 2025 stand alone: "
        "nothing is summed or averaged without --merge"
    ]
    assert "province_code_2025" not in rows_of(run)[0]


def test_a_sum_of_all_parts(tmp_path: Path, facts: Facts) -> None:
    facts.add("4.285", 4285.0, "a", confidence=0.874, **place("Bình Thuận"))
    facts.add("4.285", 4285.0, "b", **place("Bình Thuận"))
    facts.add("1.000", 1000.0, "b", bound=Bound.GT, checks="parts_sum_mismatch", **place("Đắk Nông"))
    facts.add("1.200", 1200.0, "b", confidence=0.5, **place("Lâm Đồng"))
    facts.add("1.300", 1300.0, "c", confidence=0.4, **place("Lâm Đồng"))
    run = facts.write(tmp_path / "out")
    result = panel_of(run, Merge.SUM, current_provinces=True)
    assert result.table.to_pylist() == [
        {
            "metric_id": "mobile_base_stations", "metric_text": None, "technology": None, "scope": None,
            "component": None, "unit_id": "station", "province_code": "68", "province_name": "Lâm Đồng",
            "province_list": "34", "province_code_2025": "68", "province_name_2025": "Lâm Đồng",
            "place_level": "province", "place_text": None, "period_start": DAY(2023, 1, 1),
            "period_end": DAY(2023, 12, 31), "period_grain": "year", "status": "actual", "change": "none",
            "baseline_start": None, "baseline_end": None, "value": 6485.0, "value_max": None,
            "denominator": None, "bound": "gt", "n_statements": 5,
            # Document b speaks of all three.
            "n_documents": 3, "n_sources": 3, "value_lowest": 6485.0, "value_highest": 6585.0,
            "spread": 100.0, "confidence": 0.5, "flags": "conflict merged_3_of_3 parts_sum_mismatch",
            "fact_ids": "b-9 a-9 b-109 b-209 c-9", "best_fact_id": "b-9 b-109 b-209",
        }
    ]  # fmt: skip
    assert summary_lines(result) == [
        "1 row from 5 of 5 facts",
        "note: rows whose numbers cannot all be true: 1 (flag conflict), of one document alone: 0",
        "merged: 1 row made of 3",
    ]


def test_a_part_that_is_missing_is_told(tmp_path: Path, facts: Facts) -> None:
    facts.add("1", 1.0, **place("Bình Thuận"))
    facts.add("2", 2.0, **place("Lâm Đồng"))
    rows = merged(facts.write(tmp_path / "out"))
    assert only(rows, "province_name", "value", "flags") == [("Lâm Đồng", 3.0, "merged_2_of_3")]


def test_one_part_alone_is_not_merged(tmp_path: Path, facts: Facts) -> None:
    facts.add("1", 1.0, **place("Bình Thuận"))
    facts.add("2", 2.0, **place("Lâm Đồng"), technology="4G")
    facts.add("3", 3.0, **place("Lâm Đồng"), status=Status.TARGET)
    facts.add("4", 4.0, **place("Lâm Đồng"), period_end=DAY(2023, 6, 30))
    facts.add("5", 5.0, **place("Hà Nội"))
    result = panel_of(facts.write(tmp_path / "out"), Merge.SUM, current_provinces=True)
    assert sorted(only(result.table.to_pylist(), "value", "flags")) == [
        (float(value), "") for value in range(1, 6)
    ]
    assert summary_lines(result)[1:] == [
        "merged: 0 rows made of 0",
        "rows of merged provinces left as they are: 4 no other part",
    ]


def test_what_is_stated_of_the_whole_goes_before_what_is_calculated(tmp_path: Path, facts: Facts) -> None:
    facts.add("1", 1.0, "a", **place("Bình Thuận"), **IN_2025)
    facts.add("2", 2.0, "a", **place("Lâm Đồng"), **IN_2025)
    facts.add("5", 5.0, "b", **place("Lâm Đồng"), **IN_2025)
    result = panel_of(
        facts.write(tmp_path / "out", published={"b": LATER}), Merge.SUM, current_provinces=True
    )
    assert only(result.table.to_pylist(), "province_list", "province_name", "value", "flags") == [
        ("63", "Bình Thuận", 1.0, ""),
        ("34", "Lâm Đồng", 5.0, ""),
        ("63", "Lâm Đồng", 2.0, ""),
    ]
    assert summary_lines(result)[-1] == ("rows of merged provinces left as they are: 2 the whole is stated")


@pytest.mark.parametrize(
    ("unit", "way"),
    [
        ("station", Merge.SUM), ("person", Merge.SUM), ("VND", Merge.SUM), ("km", Merge.SUM),
        ("ha", Merge.SUM), ("tonne", Merge.SUM), ("kWh", Merge.SUM), ("Gbit/s", Merge.SUM),
        ("percent", Merge.MEAN), ("score", Merge.MEAN), ("per_100_people", Merge.MEAN),
        ("VND/person", Merge.MEAN), ("percentage_point", Merge.MEAN),
        ("rank", None), ("rank_places", None), ("times", None), ("fraction", None), ("celsius", None),
        ("year", None), ("a unit of nobody", None),
    ],
)  # fmt: skip
def test_only_what_fits_the_unit_is_merged(
    tmp_path: Path, facts: Facts, unit: str, way: Merge | None
) -> None:
    facts.add("2", 2.0, unit_id=unit, **place("Bình Thuận"))
    facts.add("5", 5.0, unit_id=unit, **place("Lâm Đồng"))
    run = facts.write(tmp_path / "out")
    for wanted in Merge:
        result = panel_of(run, wanted, current_provinces=True)
        values = [row["value"] for row in result.table.to_pylist()]
        if wanted is way:
            assert values == [7.0 if way is Merge.SUM else 3.5]
        else:
            assert sorted(values) == [2.0, 5.0]
            assert summary_lines(result)[-1].endswith("left as they are: 2 unit that does not add up so")


def test_a_mean_says_so(tmp_path: Path, facts: Facts) -> None:
    facts.add("70", 70.0, unit_id="percent", **place("Bình Thuận"))
    facts.add("80 - 90", 80.0, unit_id="percent", value_max=90.0, **place("Đắk Nông"))
    facts.add("75", 75.0, unit_id="percent", bound=Bound.APPROX, **place("Lâm Đồng"))
    (row,) = merged(facts.write(tmp_path / "out"), Merge.MEAN)
    assert only([row], "value", "value_max", "bound", "flags") == [
        (75.0, pytest.approx(235 / 3), "approx", "approximate merged_3_of_3 unweighted_mean"),
    ]


@pytest.mark.parametrize(
    ("bounds", "wanted"),
    [
        (("eq", "eq"), "eq"), (("eq", "approx"), "approx"), (("approx", "ge"), "ge"), (("gt", "ge"), "gt"),
        (("lt", "le"), "lt"), (("gt", "lt"), "approx"),
    ],
)  # fmt: skip
def test_a_sum_is_bounded_as_its_parts_are(
    tmp_path: Path, facts: Facts, bounds: tuple[str, str], wanted: str
) -> None:
    for bound, name in zip(bounds, OLD_PARTS, strict=False):
        facts.add("1", 1.0, bound=Bound(bound), **place(name))
    assert only(merged(facts.write(tmp_path / "out")), "bound") == [(wanted,)]


def test_wholes_add_up_where_every_part_has_one(tmp_path: Path, facts: Facts) -> None:
    for metric_id, second in (("online_services", 100.0), ("population", None)):
        facts.add("1/50", 1.0, metric_id=metric_id, denominator=50.0, **place("Bình Thuận"))
        facts.add("2/100", 2.0, metric_id=metric_id, denominator=second, **place("Lâm Đồng"))
    rows = merged(facts.write(tmp_path / "out"))
    assert only(rows, "metric_id", "value", "denominator") == [
        ("online_services", 3.0, 150.0),
        ("population", 3.0, None),
    ]


def test_changes_are_merged_with_their_like(tmp_path: Path, facts: Facts) -> None:
    before: dict[str, Any] = {"baseline_start": DAY(2022, 1, 1), "baseline_end": DAY(2022, 12, 31)}
    facts.add("1", 1.0, change=Change.INCREASE, **place("Bình Thuận"), **before)
    facts.add("2", 2.0, change=Change.INCREASE, **place("Lâm Đồng"), **before)
    facts.add("4", 4.0, change=Change.INCREASE, **place("Đắk Nông"))
    facts.add("8", 8.0, change=Change.DECREASE, **place("Đắk Nông"), **before)
    rows = merged(facts.write(tmp_path / "out"))
    assert sorted(only(rows, "value", "flags")) == [(3.0, "merged_2_of_3"), (4.0, ""), (8.0, "")]


def test_districts_are_never_merged(tmp_path: Path, facts: Facts) -> None:
    for name in OLD_PARTS:
        facts.add("1", 1.0, **(place(name) | {"place_level": "district", "place_text": f"Tân Phú, {name}"}))
    rows = rows_of(facts.write(tmp_path / "out"), Merge.SUM, current_provinces=True, narrow_places=True)
    assert [row["value"] for row in rows] == [1.0, 1.0, 1.0]


def test_open_metrics_are_merged_by_their_words(tmp_path: Path, facts: Facts) -> None:
    words = ("trạm sạc", "Trạm sạc", "trạm bơm")
    for text, name in zip(words, OLD_PARTS, strict=True):
        facts.add("1", 1.0, metric_id=None, metric_text=text, **place(name))
    rows = rows_of(facts.write(tmp_path / "out"), Merge.SUM, current_provinces=True, open_metrics=True)
    assert sorted(only(rows, "metric_text", "value")) == [("trạm bơm", 1.0), ("trạm sạc", 2.0)]


def test_merging_needs_the_provinces_of_today(tmp_path: Path, facts: Facts) -> None:
    with pytest.raises(InputError, match=r"^--merge: needs --current-provinces"):
        panel_of(facts.write(tmp_path / "out"), Merge.SUM)
