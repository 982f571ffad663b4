"""The panel: facts in, whole rows out; which value is the best, what stands behind it, what is left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from panels import Facts, Row, only, panel_of, place, rows_of

from extract.errors import InputError
from extract.models import Bound, Change, Fact, Grain, Source, Status
from extract.panel_input import LeftOut
from extract.panel_output import summary_lines
from extract.panel_schema import describe_panel
from extract.rows import fact_row
from extract.table import facts_table

DAY = dt.date


@pytest.fixture
def facts(make_fact: Callable[..., Fact]) -> Facts:
    """Facts to which a test adds its own."""
    return Facts(make_fact)


# -- whole rows ------------------------------------------------------------------------------------


def test_the_whole_panel_of_two_articles(tmp_path: Path, facts: Facts) -> None:
    coverage = {"metric_id": "fiber_coverage", "scope": "household", "unit_id": "percent"}
    facts.add("73%", 73.0, "a", bound=Bound.APPROX, **coverage)
    facts.add("72,71%", 72.71, "b", confidence=0.874, **coverage)
    facts.add("5%", 5.0, "b", change=Change.INCREASE, **coverage,
              baseline_start=DAY(2022, 1, 1), baseline_end=DAY(2022, 12, 31))  # fmt: skip
    run = facts.write(tmp_path / "out", urls={"a": "https://www.bao.vn/1.htm", "b": "https://bao.vn/2.htm"})
    same = {
        "metric_id": "fiber_coverage", "metric_text": None, "technology": None, "scope": "household",
        "component": None, "unit_id": "percent", "province_code": "60", "province_name": "Bình Thuận",
        "province_list": "63", "place_level": "province", "place_text": None, "period_start": DAY(2023, 1, 1),
        "period_end": DAY(2023, 12, 31), "period_grain": "year", "status": "actual", "value_max": None,
        "denominator": None, "n_sources": 1, "flags": "",
    }  # fmt: skip
    assert rows_of(run) == [
        same | {
            "change": "increase", "baseline_start": DAY(2022, 1, 1), "baseline_end": DAY(2022, 12, 31),
            "value": 5.0, "bound": "eq", "n_statements": 1, "n_documents": 1, "value_lowest": 5.0,
            "value_highest": 5.0, "spread": 0.0, "confidence": 0.95, "fact_ids": "b-109",
            "best_fact_id": "b-109",
        },
        same | {
            "change": "none", "baseline_start": None, "baseline_end": None, "value": 72.71, "bound": "eq",
            "n_statements": 2, "n_documents": 2, "value_lowest": 72.71, "value_highest": 73.0,
            "spread": 73.0 - 72.71, "confidence": 0.874, "fact_ids": "b-9 a-9", "best_fact_id": "b-9",
        },
    ]  # fmt: skip


def test_the_columns_are_described(tmp_path: Path, facts: Facts) -> None:
    facts.add("1", 1.0)
    run = facts.write(tmp_path / "out")
    for current in (False, True):
        table = panel_of(run, current_provinces=current).table
        description = describe_panel(current_provinces=current)
        assert table.schema.equals(description.to_schema(), check_metadata=False)
        for column in description.columns:
            assert table.schema.field(column.name).metadata[b"description"].decode() == column.description
        assert set(description.primary_key) <= set(table.column_names)
    assert table.schema.metadata[b"rules_hash"] == b"abc"
    assert b'"current_provinces": true' in table.schema.metadata[b"panel"]


def test_a_run_without_facts_gives_an_empty_panel(tmp_path: Path, facts: Facts) -> None:
    result = panel_of(facts.write(tmp_path / "out"))
    assert (result.table.num_rows, result.chosen, result.entered) == (0, 0, 0)
    assert result.table.schema.equals(describe_panel().to_schema(), check_metadata=False)
    assert summary_lines(result) == ["0 rows from 0 of 0 facts"]


# -- what is the best value ------------------------------------------------------------------------

ROUGH, OVER, LESS_SURE = {"bound": Bound.APPROX}, {"bound": Bound.GT}, {"confidence": 0.874}
CARRIED = {"period_source": Source.CONTEXT}
AFAR = {"place_source": Source.DOCUMENT}


@pytest.mark.parametrize(
    ("best", "other"),
    [
        # An exact number, also where it is less sure; then a rough one, a range, a bound.
        (("73", 73.0, LESS_SURE), ("74", 74.0, ROUGH)),
        (("73", 73.0, ROUGH), ("72 - 74", 72.0, {"value_max": 74.0})),
        (("72 - 74", 72.0, {"value_max": 74.0}), ("73", 73.0, OVER)),
        # The surer one.
        (("74", 74.0, CARRIED), ("73", 73.0, LESS_SURE)),
        # What the sentence says itself.
        (("74", 74.0, {}), ("73", 73.0, CARRIED)),
        (("74", 74.0, AFAR), ("73", 73.0, CARRIED | AFAR)),
        # More decimals, where both may be true.
        (("72,71", 72.71, {}), ("73", 73.0, {})),
    ],
    ids=lambda part: part[0],
)
def test_of_two_statements_one_is_the_best(
    tmp_path: Path, facts: Facts, best: tuple[str, float, Row], other: tuple[str, float, Row]
) -> None:
    facts.add(other[0], other[1], "a", **other[2])
    facts.add(best[0], best[1], "b", **best[2])
    (row,) = rows_of(facts.write(tmp_path / "out"))
    assert (row["value"], row["best_fact_id"], row["fact_ids"]) == (best[1], "b-9", "b-9 a-9")


def test_what_most_statements_agree_with_goes_first(tmp_path: Path, facts: Facts) -> None:
    facts.add("84", 84.0, "a")
    facts.add("73", 73.0, "b")
    facts.add("73", 73.0, "c", bound=Bound.APPROX)
    (row,) = rows_of(facts.write(tmp_path / "out"))
    assert (row["value"], row["fact_ids"], row["flags"]) == (73.0, "b-9 a-9 c-9", "conflict")


@pytest.mark.parametrize(
    ("best", "other"),
    [
        (DAY(2024, 1, 5), DAY(2024, 1, 6)),
        (DAY(2024, 6, 1), DAY(2023, 12, 30)),
        (DAY(2023, 12, 31), DAY(2024, 1, 1)),
        (DAY(2023, 11, 1), DAY(2023, 3, 1)),
        (DAY(2020, 1, 1), None),
    ],
)
def test_an_article_soon_after_the_period_goes_first(
    tmp_path: Path, facts: Facts, best: dt.date, other: dt.date | None
) -> None:
    facts.add("73", 73.0, "a")
    facts.add("84", 84.0, "b")
    assert rows_of(facts.write(tmp_path / "out", published={"a": other, "b": best}))[0]["value"] == 84.0


def test_the_fact_id_goes_first_where_all_else_is_equal(tmp_path: Path, facts: Facts) -> None:
    facts.add("84", 84.0, "b", fact_id="x2")
    facts.add("73", 73.0, "a", fact_id="x3")
    facts.add("95", 95.0, "c", fact_id="x1")
    assert rows_of(facts.write(tmp_path / "out"))[0]["fact_ids"] == "x1 x2 x3"


# -- what counts -----------------------------------------------------------------------------------


def test_what_a_document_says_again_is_one_statement(tmp_path: Path, facts: Facts) -> None:
    facts.add("73", 73.0, confidence=0.855)
    facts.add("73", 73.0, duplicate_of="a-9")
    facts.add("84", 84.0, "b")
    (row,) = rows_of(facts.write(tmp_path / "out"))
    # The surer of the two speaks for both.
    assert only([row], "n_statements", "n_documents", "fact_ids") == [(2, 2, "a-109 a-9 b-9")]


def test_a_duplicate_whose_first_is_of_a_narrower_place_counts(tmp_path: Path, facts: Facts) -> None:
    facts.add("73", 73.0, place_level="district", place_text="Phan Thiết, Bình Thuận")
    facts.add("73", 73.0, duplicate_of="a-9")
    (row,) = rows_of(facts.write(tmp_path / "out"))
    assert only([row], "n_statements", "fact_ids", "place_level") == [(1, "a-109", "province")]


def test_copies_of_one_text_are_one_document(tmp_path: Path, facts: Facts) -> None:
    for doc_id in ("c", "a", "b"):
        facts.add("73", 73.0, doc_id, fact_id="same")
    facts.add("84", 84.0, "d", fact_id="other")
    (row,) = rows_of(facts.write(tmp_path / "out"))
    assert only([row], "n_statements", "n_documents", "fact_ids") == [(2, 2, "other same")]


def test_sources_are_sites(tmp_path: Path, facts: Facts) -> None:
    urls = {
        "a": "https://bao.vn/1", "b": "https://www.bao.vn/2", "c": "http://m.BAO.vn:80/3", "d": "https://tin.vn/4",
        "e": "https://[", "f": "",
    }  # fmt: skip
    for doc_id in urls:
        facts.add("73", 73.0, doc_id)
    (row,) = rows_of(facts.write(tmp_path / "out", urls=urls))
    # One without a site is a source of its own.
    assert only([row], "n_statements", "n_documents", "n_sources") == [(6, 6, 4)]


def test_the_spread_takes_in_ranges_and_bounds(tmp_path: Path, facts: Facts) -> None:
    facts.add("5 - 8", 5.0, "a", value_max=8.0)
    facts.add("6", 6.0, "b")
    facts.add("4", 4.0, "c", bound=Bound.GT)
    (row,) = rows_of(facts.write(tmp_path / "out"))
    assert only([row], "value", "value_max", "value_lowest", "value_highest", "spread", "flags") == [
        (6.0, None, 4.0, 8.0, 4.0, "")
    ]


@pytest.mark.parametrize(
    ("stated", "conflict"),
    [
        ([("gần 73", 73.0, ROUGH), ("72,71", 72.71, {})], False),
        ([("72,7", 72.7, {}), ("72,71", 72.71, {})], False),
        ([("72,6", 72.6, {}), ("72,71", 72.71, {})], True),
        ([("4.285", 4285.0, {}), ("4.286", 4286.0, {})], True),
        ([("1,46 triệu", 1460000.0, {}), ("1.462.123", 1462123.0, {})], False),
        ([("97", 97.0, OVER), ("98", 98.0, {}), ("99", 99.0, {"bound": Bound.LT})], False),
        # Each two of them, but not all three.
        ([("97", 97.0, OVER), ("97", 97.0, {}), ("98", 98.0, {"bound": Bound.GE})], True),
        ([("9/63", 9.0, {"denominator": 63.0}), ("9", 9.0, {})], False),
        ([("9/63", 9.0, {"denominator": 63.0}), ("9/34", 9.0, {"denominator": 34.0})], True),
        ([("5 - 8", 5.0, {"value_max": 8.0}), ("5", 5.0, {})], False),
    ],
)
def test_numbers_conflict_where_not_all_can_be_true(
    tmp_path: Path, facts: Facts, stated: list[tuple[str, float, Row]], conflict: bool
) -> None:
    for number, (quote, value, changes) in enumerate(stated):
        facts.add(quote, value, f"doc{number}", **changes)
    result = panel_of(facts.write(tmp_path / "out"))
    (row,) = result.table.to_pylist()
    assert ("conflict" in row["flags"].split(), result.conflicts) == (conflict, conflict)


def test_how_precisely_a_number_is_written_is_read_wherever_its_row_lies(
    tmp_path: Path, facts: Facts
) -> None:
    facts.add("3", 3.0, "a", metric_id="population")
    facts.add("1,46 triệu", 1460000.0, "b", metric_id="mobile_subscriptions", technology="4G")
    facts.add("1.462.123", 1462123.0, "c", metric_id="mobile_subscriptions", technology="4G")
    facts.add("1.463.000", 1463000.0, "d", metric_id="mobile_subscriptions", **place("Hà Nội"))
    facts.add("1,464 triệu", 1464000.0, "d", metric_id="mobile_subscriptions", **place("Hà Nội"))
    for rows_per_part in (0, 1, 2):
        run = facts.write(tmp_path / f"out{rows_per_part}", rows_per_part=rows_per_part)
        assert only(rows_of(run), "metric_id", "province_name", "value", "flags") == [
            ("mobile_subscriptions", "Bình Thuận", 1462123.0, ""),
            ("mobile_subscriptions", "Hà Nội", 1463000.0, "conflict"),
            ("population", "Bình Thuận", 3.0, ""),
        ]


def test_flags_of_the_best_and_findings_of_all(tmp_path: Path, facts: Facts) -> None:
    doubt = ("number.plain", "ambiguous.place")
    facts.add("73", 73.0, "a", rule_ids=doubt, bound=Bound.APPROX, checks="ratio_mismatch parts_sum_ok")
    facts.add("74", 74.0, "b", confidence=0.5, bound=Bound.APPROX, checks="parts_sum_mismatch ratio_ok")
    facts.add("90", 90.0, "c", metric_id="population", checks="ratio_ok")
    rows = rows_of(facts.write(tmp_path / "out"))
    assert only(rows, "metric_id", "flags") == [
        ("mobile_base_stations", "approximate ambiguous parts_sum_mismatch ratio_mismatch"),
        ("population", ""),
    ]


# -- rows of their own -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"metric_id": "mobile_tower_sites"},
        {"technology": "4G"},
        {"scope": "commune"},
        {"component": "overall"},
        {"unit_id": "site"},
        {"status": Status.TARGET},
        {"change": Change.INCREASE},
        {"period_start": DAY(2022, 1, 1)},
        {"period_end": DAY(2024, 12, 31)},
        place("Hà Nội"),
        place("Việt Nam"),
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_differs_in_a_key_has_its_own_row(tmp_path: Path, facts: Facts, changes: Row) -> None:
    facts.add("73", 73.0)
    facts.add("74", 74.0, **changes)
    rows = rows_of(facts.write(tmp_path / "out"))
    assert sorted(only(rows, "value", "n_statements", "flags")) == [(73.0, 1, ""), (74.0, 1, "")]


def test_changes_are_parted_by_their_baseline_and_levels_are_not(tmp_path: Path, facts: Facts) -> None:
    before: dict[str, Any] = {"baseline_start": DAY(2022, 1, 1), "baseline_end": DAY(2022, 12, 31)}
    for changes in ({}, before):
        facts.add("5", 5.0, change=Change.INCREASE, **changes)
        facts.add("73", 73.0, **changes)
    rows = rows_of(facts.write(tmp_path / "out"))
    assert only(rows, "change", "baseline_start", "n_statements") == [
        ("increase", DAY(2022, 1, 1), 1),
        ("increase", None, 1),
        ("none", None, 2),
    ]


@pytest.mark.parametrize(
    ("start", "end", "grain"),
    [
        (DAY(2024, 2, 29), DAY(2024, 2, 29), "day"),
        (DAY(2024, 10, 7), DAY(2024, 10, 13), "week"),
        (DAY(2024, 10, 8), DAY(2024, 10, 14), "range"),
        (DAY(2024, 2, 1), DAY(2024, 2, 29), "month"),
        (DAY(2023, 2, 1), DAY(2023, 2, 27), "range"),
        (DAY(2024, 12, 1), DAY(2024, 12, 31), "month"),
        (DAY(2024, 10, 1), DAY(2024, 12, 31), "quarter"),
        (DAY(2024, 2, 1), DAY(2024, 4, 30), "range"),
        (DAY(2024, 1, 1), DAY(2024, 6, 30), "half"),
        (DAY(2024, 4, 1), DAY(2024, 9, 30), "range"),
        (DAY(2024, 1, 1), DAY(2024, 12, 31), "year"),
        (DAY(2023, 7, 1), DAY(2024, 6, 30), "range"),
        (DAY(2021, 1, 1), DAY(2025, 12, 31), "range"),
        (DAY(1969, 1, 1), DAY(1969, 3, 31), "quarter"),
    ],
)
def test_the_grain_is_that_of_the_days(
    tmp_path: Path, facts: Facts, start: dt.date, end: dt.date, grain: str
) -> None:
    # The first three months are a range where they are stated so, and the first quarter all the same.
    facts.add("73", 73.0, period_start=start, period_end=end, period_grain=Grain.RANGE)
    assert only(rows_of(facts.write(tmp_path / "out")), "period_grain") == [(grain,)]


# -- what enters -----------------------------------------------------------------------------------

NOWHERE: dict[str, Any] = {
    "province_code": None, "province_name": None, "province_code_2025": None, "place_text": "Nhật Bản",
    "place_level": None,
}  # fmt: skip
REGION: dict[str, Any] = NOWHERE | {"place_text": "Tây Nguyên", "place_level": "region"}
DISTRICT: dict[str, Any] = {"place_text": "La Gi, Bình Thuận", "place_level": "district"}
NO_PERIOD: dict[str, Any] = {
    "period_start": None, "period_end": None, "period_grain": None, "period_source": Source.NONE,
}  # fmt: skip


@pytest.fixture
def mixed(tmp_path: Path, facts: Facts) -> Path:
    """A run with a fact of each kind that does not enter, some of them for several reasons."""
    facts.add("1", 1.0)
    facts.add("2", 2.0, metric_id=None, metric_text="trạm sạc")
    facts.add("3", 3.0, metric_id=None, metric_text="Trạm  sạc", **NO_PERIOD)
    facts.add("4", 4.0, **NOWHERE)
    facts.add("5", 5.0, **REGION)
    facts.add("6", 6.0, **DISTRICT)
    facts.add("7", 7.0, **NO_PERIOD)
    facts.add("8", 8.0, "b", **NO_PERIOD)
    facts.add("9", 9.0, confidence=0.4)
    facts.add("10", 10.0, metric_id=None, metric_text="Trạm Sạc", confidence=0.6)
    return facts.write(tmp_path / "out", published={"b": None})


def test_what_is_left_out_is_counted_by_its_first_reason(mixed: Path) -> None:
    result = panel_of(mixed, min_confidence=0.5)
    assert only(result.table.to_pylist(), "value") == [(1.0,)]
    assert (result.chosen, result.entered, result.undated) == (10, 1, 1)
    assert list(result.left_out.items()) == [
        (LeftOut.CONFIDENCE, 1), (LeftOut.METRIC, 3), (LeftOut.PLACE, 1), (LeftOut.REGION, 1),
        (LeftOut.NARROW, 1), (LeftOut.PERIOD, 2),
    ]  # fmt: skip
    assert summary_lines(result) == [
        "1 row from 1 of 10 facts",
        "left out: 1 of a lower confidence, 3 no metric of the ontology, 1 no place, or one abroad, "
        "1 a region, 1 a place narrower than a province, 2 no period",
        "note: 1 fact without a period because the article has no date; `extract run --metadata` takes dates",
    ]


def test_the_least_confidence_is_one_that_enters(tmp_path: Path, facts: Facts) -> None:
    facts.add("1", 1.0, confidence=0.95)
    run = facts.write(tmp_path / "out")
    assert (panel_of(run, min_confidence=0.95).entered, panel_of(run, min_confidence=0.951).entered) == (1, 0)


def test_open_metrics_have_rows_by_their_words_and_unit(mixed: Path) -> None:
    rows = rows_of(mixed, open_metrics=True)
    assert only(rows, "metric_id", "metric_text", "value", "n_statements", "flags") == [
        ("mobile_base_stations", None, 1.0, 2, "conflict"),
        (None, "trạm sạc", 2.0, 2, "conflict"),
    ]


def test_narrow_places_and_regions_have_rows_of_their_own(mixed: Path) -> None:
    rows = rows_of(mixed, narrow_places=True, min_confidence=0.5)
    assert only(rows, "province_code", "province_list", "place_level", "place_text", "value") == [
        ("60", "63", "district", "La Gi, Bình Thuận", 6.0),
        ("60", "63", "province", None, 1.0),
        (None, None, "region", "Tây Nguyên", 5.0),
    ]


@pytest.mark.parametrize(
    ("choice", "values"),
    [
        ({"metric": "population"}, [3.0]),
        ({"metric": "TRẠM thu phát sóng di động"}, [1.0, 2.0]),
        ({"metric": "base stations"}, [1.0, 2.0]),
        ({"metric": "sạc", "open_metrics": True}, [4.0]),
        ({"province": "Hà Nội"}, [2.0]),
        ({"province": "thành phố hà nội"}, [2.0]),
        ({"province": "01"}, [2.0]),
        ({"province": "VN"}, [3.0]),
        ({"province": "việt nam"}, [3.0]),
        ({"province": "Lâm Đồng"}, []),
        ({"province": "Lâm Đồng", "current_provinces": True}, [1.0]),
        ({"province": "VN", "current_provinces": True}, [3.0]),
        ({"status": "target"}, [2.0]),
        ({"status": "target", "province": "60"}, []),
    ],
)
def test_facts_are_chosen(tmp_path: Path, facts: Facts, choice: dict[str, Any], values: list[float]) -> None:
    facts.add("1", 1.0)
    facts.add("2", 2.0, status=Status.TARGET, **place("Hà Nội"))
    facts.add("3", 3.0, metric_id="population", **place("Việt Nam"))
    facts.add("4", 4.0, metric_id=None, metric_text="trạm sạc xe điện", unit_id="station")
    assert sorted(row["value"] for row in rows_of(facts.write(tmp_path / "out"), **choice)) == values


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"province": "Atlantis"}, "--province: no province is called 'Atlantis'"),
        ({"metric": "bogus"}, "--metric: no metric of the ontology is called 'bogus'"),
        ({"status": "bogus"}, "--status: 'bogus' is neither actual nor target"),
        ({"min_confidence": 1.5}, "--min-confidence: 1.5 is not within 0 and 1"),
        ({"min_confidence": float("nan")}, "--min-confidence: nan is not within 0 and 1"),
    ],
)
def test_a_choice_that_fits_nothing_is_told(
    tmp_path: Path, facts: Facts, choice: dict[str, Any], message: str
) -> None:
    run = facts.write(tmp_path / "out")
    with pytest.raises(InputError, match=f"^{message}"):
        panel_of(run, **choice)


@pytest.mark.parametrize("name", ["facts", "documents", "provinces"])
def test_a_table_that_is_missing_damaged_or_another_is_told(tmp_path: Path, facts: Facts, name: str) -> None:
    facts.add("1", 1.0)
    run = facts.write(tmp_path / "out")
    path = run / f"{name}.parquet"
    pq.write_table(pa.table({"doc_id": ["a"]}), path)
    with pytest.raises(InputError, match=f"{name}.parquet: is no table of {name}: lacks"):
        panel_of(run)
    path.write_bytes(b"PAR1 and no more")
    with pytest.raises(InputError, match=f"{name}.parquet: not readable as Parquet"):
        panel_of(run)
    path.unlink()
    with pytest.raises(InputError, match=f"{name}.parquet: no such file"):
        panel_of(run)


# -- the same panel --------------------------------------------------------------------------------

CHOICES: tuple[dict[str, Any], ...] = ({}, {"open_metrics": True, "current_provinces": True})


@pytest.fixture
def many(facts: Facts) -> Facts:
    """Facts with all that a panel has to settle, in twelve documents."""
    bounds = list(Bound)
    for number in range(240):
        doc_id = f"doc{number % 12:02}"
        value = float(70 + number * 7 % 5)
        facts.add(
            f"{value:.0f}", value, doc_id,
            fact_id=f"f{number % 97}" if number % 3 else f"g{number}",
            metric_id=None if number % 11 == 0 else f"metric{number % 4}",
            metric_text=("trạm sạc", "Trạm Sạc")[number % 2],
            technology=(None, "4G", "3G,4G")[number % 3],
            bound=bounds[number % 6],
            confidence=(0.95, 0.874, 0.855)[number % 3],
            checks=(None, "ratio_mismatch", "ratio_ok")[number // 7 % 3],
            **place(("Bình Thuận", "Hà Nội", "Lâm Đồng", "Việt Nam")[number // 5 % 4]),
        )  # fmt: skip
    return facts


def bytes_of(folder: Path, path: Path, **choice: Any) -> bytes:
    from extract.panel_output import write_panel

    write_panel(panel_of(folder, **choice).table, path)
    return path.read_bytes()


def test_the_same_facts_give_the_same_bytes(tmp_path: Path, many: Facts) -> None:
    run = many.write(tmp_path / "out", published={"doc03": None})
    in_parts = many.write(tmp_path / "parts", published={"doc03": None}, rows_per_part=50)
    assert len(list((in_parts / "facts").iterdir())) == 5
    shuffled = many.write(tmp_path / "shuffled", published={"doc03": None})
    table = pq.read_table(run / "facts.parquet")
    order = np.random.default_rng(7).permutation(table.num_rows)
    table = table.take(pa.array(order)).unify_dictionaries()
    pq.write_table(table, shuffled / "facts.parquet", row_group_size=37)
    for choice in CHOICES:
        wanted = bytes_of(run, tmp_path / "panel.parquet", **choice)
        for other in (run, in_parts, shuffled):
            assert bytes_of(other, tmp_path / "other.parquet", **choice) == wanted
    assert bytes_of(run, tmp_path / "panel.csv") == bytes_of(shuffled, tmp_path / "other.csv")


def test_every_fact_that_enters_stands_behind_one_row(tmp_path: Path, many: Facts) -> None:
    run = many.write(tmp_path / "out")
    result = panel_of(run, open_metrics=True)
    rows = result.table.to_pylist()
    listed = [(fact_id, number) for number, row in enumerate(rows) for fact_id in row["fact_ids"].split()]
    assert len(listed) == len(set(listed))
    assert {fact_id for fact_id, _ in listed} == {fact.fact_id for fact in many.facts}
    assert result.entered == len(many.facts)
    for row in rows:
        assert row["fact_ids"].split()[0] == row["best_fact_id"]
        assert row["value_lowest"] <= row["value"] <= row["value_highest"]
        assert row["n_sources"] <= row["n_documents"] <= row["n_statements"] <= len(row["fact_ids"].split())


def test_the_key_tells_rows_apart(tmp_path: Path, many: Facts) -> None:
    run = many.write(tmp_path / "out")
    for choice in CHOICES:
        table = panel_of(run, **choice).table
        key = describe_panel(current_provinces="current_provinces" in choice).primary_key
        keys = only(table.to_pylist(), *key)
        assert len(set(keys)) == len(keys) > 10


def test_rows_of_a_facts_table_made_elsewhere_will_do(tmp_path: Path, facts: Facts) -> None:
    fact = facts.add("73", 73.0)
    run = facts.write(tmp_path / "out")
    table = facts_table([fact])
    assert table.to_pylist()[0]["fact_id"] == fact_row(fact)["fact_id"]
    # Without the metadata of a run.
    pq.write_table(table.replace_schema_metadata(None), run / "facts.parquet")
    assert only(rows_of(run), "value") == [(73.0,)]
