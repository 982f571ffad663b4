"""The scorer on small made-up cases with known numbers, and on the annotated seeds themselves."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from extract.errors import InputError
from extract.evaluate import MEASURES, Evaluation, Score, evaluate, load_gold, load_texts
from extract.gold import GoldDocument, locate, parse_period
from extract.models import Document, DocumentResult
from extract.table import DatasetWriter, RunInfo

TEXT = "Toàn tỉnh có 4.285 trạm BTS, gồm 84 trạm 5G và 3 trụ cột. Phủ 99,9% dân số, dài 5,5 km."
STATION: dict[str, Any] = {
    "quote": "4.285 trạm",
    "n": 1,
    "value": 4285,
    "value_max": None,
    "denominator": None,
    "bound": "eq",
    "unit": "station",
    "unit_text": "trạm",
    "metric": "trạm BTS",
    "metric_id": "mobile_base_stations",
    "technology": "",
    "scope": "",
    "component": "",
    "status": "actual",
    "change": "none",
    "period": "doc",
    "place": "Bình Thuận",
    "province": "60",
}
OPTIONAL = {**STATION, "quote": "3 trụ cột", "value": 3, "unit": "pillar", "optional": True}
YEAR = (dt.date(2024, 1, 1), dt.date(2024, 12, 31))


def gold_of(tmp_path: Path, *facts: dict[str, Any], published: str | None = "2024") -> list[GoldDocument]:
    path = tmp_path / "gold.jsonl"
    line = {"doc": "a", "published": published, "facts": list(facts)}
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    return load_gold(path)


def row_of(quote: str = "4.285 trạm", **changes: Any) -> dict[str, Any]:
    """A row that says what `STATION` says, about a quote of the text."""
    start = TEXT.index(quote)
    row = {
        "doc_id": "a",
        "metric_id": "mobile_base_stations",
        "metric_text": "trạm BTS",
        "technology": None,
        "scope": None,
        "component": None,
        "value": 4285.0,
        "value_max": None,
        "denominator": None,
        "bound": "eq",
        "unit_id": "station",
        "unit_text": "trạm",
        "status": "actual",
        "change": "none",
        "period_start": YEAR[0],
        "period_end": YEAR[1],
        "province_code": "60",
        "char_start": start,
        "char_end": start + len(quote),
        "rule_ids": "unit.station",
    }
    return {**row, **changes}


def judge(tmp_path: Path, row: dict[str, Any], **gold: Any) -> set[str]:
    """Gives the measures that one row gets wrong against one gold fact."""
    result = evaluate([row], gold_of(tmp_path, {**STATION, **gold}), {"a": TEXT})
    assert (result.gold, result.predicted) == (1, 1)
    return {measure for measure in MEASURES if not result.scores[measure].correct}


def test_a_fact_that_is_right_in_all(tmp_path: Path) -> None:
    result = evaluate([row_of()], gold_of(tmp_path, STATION), {"a": TEXT})
    assert all(result.scores[measure] == Score(1, 1, 1) for measure in MEASURES)
    assert result.by_metric == {"mobile_base_stations": Score(1, 1, 1)}
    assert (result.misses, result.false_alarms, result.wrong_fields) == ((), (), ())


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"unit_id": "household", "unit_text": "hộ"}, {"unit"}),
        ({"bound": "gt"}, {"bound_change"}),
        ({"change": "increase"}, {"bound_change"}),
        ({"status": "target"}, {"status"}),
        ({"metric_id": None}, {"metric"}),
        ({"metric_id": None, "metric_text": "số"}, {"metric", "metric_partial"}),
        ({"technology": "5G"}, {"attributes"}),
        ({"period_start": None, "period_end": None}, {"period"}),
        ({"period_start": dt.date(2024, 7, 1)}, {"period"}),
        ({"province_code": None}, {"province"}),
    ],
)
def test_one_wrong_field_costs_its_measure_and_the_row(
    tmp_path: Path, changes: dict[str, Any], wrong: set[str]
) -> None:
    row = set() if wrong == {"attributes"} else {"row"}
    assert judge(tmp_path, row_of(**changes)) == wrong | row


def test_a_wrong_value_costs_all_measures(tmp_path: Path) -> None:
    assert judge(tmp_path, row_of(value=4286.0)) == set(MEASURES)
    assert judge(tmp_path, row_of(denominator=63.0)) == set(MEASURES)
    assert judge(tmp_path, row_of(value_max=9000.0)) == set(MEASURES)
    assert judge(tmp_path, row_of(), denominator=63) == set(MEASURES)


@pytest.mark.parametrize(
    ("gold", "row", "same"),
    [
        (("km", 5.5), ("m", 5500.0), True),
        (("km", 5.5), ("km", 5.5), True),
        (("km", 5.5), ("m", 5.5), True),
        (("km", 5.5), ("ha", 5.5), False),
        (("Gbps", 1.0), ("bit/s", 1e9), True),
        (("percentage_point", 3.0), ("percent", 3.0), True),
        (("person", 7.0), ("member", 7.0), True),
        (("commune", 7.0), ("ward", 7.0), True),
        (("commune", 7.0), ("village", 7.0), False),
    ],
)
def test_units_that_are_the_same(
    tmp_path: Path, gold: tuple[str, float], row: tuple[str, float], same: bool
) -> None:
    wrong = judge(
        tmp_path,
        row_of(unit_id=row[0], value=row[1], unit_text=None),
        unit=gold[0],
        value=gold[1],
        unit_text="x",
    )
    assert ("unit" not in wrong) is same
    assert "value" not in wrong


def test_a_unit_text_in_common_is_enough_but_not_for_money(tmp_path: Path) -> None:
    assert "unit" not in judge(tmp_path, row_of(unit_id="tower", unit_text="trạm BTS"))
    assert "unit" in judge(
        tmp_path, row_of(unit_id="tower", unit_text="tỷ đồng"), unit="VND", unit_text="tỷ đồng"
    )


def test_without_a_gold_id_half_of_the_words_must_agree(tmp_path: Path) -> None:
    assert "metric" not in judge(tmp_path, row_of(metric_text="số trạm BTS"), metric_id="")
    assert "metric" in judge(tmp_path, row_of(metric_text="trạm y tế xã"), metric_id="")
    # No word that says anything on either side is no agreement.
    assert "metric" in judge(tmp_path, row_of(metric_text="số"), metric_id="", metric="tổng số")


@pytest.mark.parametrize(
    ("text", "published", "days"),
    [
        ("2024", None, YEAR),
        ("2024-02", None, (dt.date(2024, 2, 1), dt.date(2024, 2, 29))),
        ("2024-10-08", None, (dt.date(2024, 10, 8), dt.date(2024, 10, 8))),
        ("2024-Q1", None, (dt.date(2024, 1, 1), dt.date(2024, 3, 31))),
        ("2021/2025", None, (dt.date(2021, 1, 1), dt.date(2025, 12, 31))),
        ("2023-01/2023-06", None, (dt.date(2023, 1, 1), dt.date(2023, 6, 30))),
        ("2025-07-01/2025-08-19", None, (dt.date(2025, 7, 1), dt.date(2025, 8, 19))),
        ("doc", "2024", YEAR),
        ("doc", None, None),
        ("", "2024", None),
    ],
)
def test_annotated_periods(text: str, published: str | None, days: tuple[dt.date, dt.date] | None) -> None:
    assert parse_period(text, published) == days


def test_an_undated_document_wants_no_period(tmp_path: Path) -> None:
    gold = gold_of(tmp_path, STATION, published=None)
    dated = evaluate([row_of()], gold, {"a": TEXT})
    undated = evaluate([row_of(period_start=None, period_end=None)], gold, {"a": TEXT})
    assert (dated.scores["period"].correct, undated.scores["period"].correct) == (0, 1)


def test_misses_and_false_alarms_are_listed(tmp_path: Path) -> None:
    result = evaluate([row_of("84 trạm")], gold_of(tmp_path, STATION), {"a": TEXT})
    assert result.scores["value"] == Score(0, 1, 1)
    (miss,) = result.misses
    assert (miss.quote, TEXT[miss.span.start : miss.span.end]) == ("4.285 trạm", "4.285 trạm")
    (alarm,) = result.false_alarms
    assert (alarm.text, alarm.rule_ids) == ("84 trạm", "unit.station")
    assert "gồm 84 trạm 5G" in alarm.context


def test_wrong_fields_say_what_was_wanted_and_what_was_found(tmp_path: Path) -> None:
    result = evaluate([row_of(status="target", province_code=None)], gold_of(tmp_path, STATION), {"a": TEXT})
    assert [(wrong.field, wrong.expected, wrong.found) for wrong in result.wrong_fields] == [
        ("status", "actual", "target"),
        ("province", "60", "-"),
    ]


def test_optional_facts_count_for_nothing(tmp_path: Path) -> None:
    gold = gold_of(tmp_path, STATION, OPTIONAL)
    for rows in (
        [row_of()],
        [row_of(), row_of("3 trụ cột", value=9.0)],
        [row_of(), row_of("3"), row_of("3 trụ")],
    ):
        result = evaluate(rows, gold, {"a": TEXT})
        assert result.scores["row"] == Score(1, 1, 1), rows
        assert result.false_alarms == ()


def test_each_fact_answers_once_and_the_greatest_overlap_wins(tmp_path: Path) -> None:
    rows = [row_of("có 4", value=1.0), row_of(), row_of("trạm BTS", value=2.0)]
    result = evaluate(rows, gold_of(tmp_path, STATION), {"a": TEXT})
    assert result.scores["value"] == Score(1, 3, 1)
    assert [alarm.text for alarm in result.false_alarms] == ["có 4", "trạm BTS"]
    assert result.scores["value"].percents() == (33.3, 100.0, 50.0)


def test_facts_of_other_documents_are_left_out(tmp_path: Path) -> None:
    result = evaluate([row_of(), row_of(doc_id="b")], gold_of(tmp_path, STATION), {"a": TEXT})
    assert result.scores["row"] == Score(1, 1, 1)


def test_each_metric_has_its_own_score(tmp_path: Path) -> None:
    other = {**STATION, "quote": "99,9%", "value": 99.9, "unit": "percent", "metric_id": "mobile_coverage"}
    rows = [row_of(), row_of("99,9%", value=99.9), row_of("84 trạm", metric_id=None)]
    result = evaluate(rows, gold_of(tmp_path, STATION, other), {"a": TEXT})
    assert result.by_metric == {
        "": Score(0, 1, 0),
        "mobile_base_stations": Score(1, 2, 1),
        "mobile_coverage": Score(0, 0, 1),
    }


def test_scores_of_nothing_are_zero() -> None:
    assert (Score(0, 0, 0).precision, Score(0, 0, 0).recall, Score(0, 0, 0).f1) == (0.0, 0.0, 0.0)
    assert Score(1, 2, 4).f1 == pytest.approx(1 / 3)


def test_rows_from_pandas_are_read_alike(tmp_path: Path) -> None:
    rows = [row_of(), row_of("84 trạm", period_start=None, period_end=None, metric_id=None)]
    gold = gold_of(tmp_path, STATION)
    table = pa.Table.from_pylist(rows)
    assert evaluate(table, gold, {"a": TEXT}) == evaluate(rows, gold, {"a": TEXT})
    assert evaluate(table.to_pandas().to_dict("records"), gold, {"a": TEXT}) == evaluate(
        rows, gold, {"a": TEXT}
    )
    stamped = [{**row, "period_start": dt.datetime(2024, 1, 1)} for row in rows[:1]]
    assert evaluate(stamped, gold, {"a": TEXT}).scores["period"].correct == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"line 1: "),
        ("[]", r"line 1: must be an object with `doc`"),
        ('{"doc": "a"}', r"line 1: `facts` must be a list"),
        ('{"doc": "a", "facts": [{"quote": "x"}]}', r"fact 1: lacks n, value, period"),
        (json.dumps({"doc": "a", "facts": [{**STATION, "n": 0}]}), r"fact 1: needs a quote and `n`"),
        (json.dumps({"doc": "a", "facts": [{**STATION, "period": "soon"}]}), r"fact 1: period 'soon'"),
        (json.dumps({"doc": "a", "published": "x", "facts": []}), r"line 1: 'x' is no ISO day"),
        ("", "holds no annotated document"),
        ('{"doc": "a", "facts": []}\n{"doc": "a", "facts": []}', "document a stands there more than once"),
    ],
)
def test_gold_that_cannot_be_used(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(line, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_gold(path)


def test_gold_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gold\.jsonl: cannot be read"):
        load_gold(tmp_path / "gold.jsonl")


def test_a_quote_that_does_not_stand_in_the_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a: the quote '4\.285 trạm' does not stand 2 times"):
        evaluate([], gold_of(tmp_path, {**STATION, "n": 2}), {"a": TEXT})
    with pytest.raises(InputError, match="a: its text is not there"):
        evaluate([], gold_of(tmp_path, STATION), {})


def test_occurrences_inside_longer_numbers_count(tmp_path: Path) -> None:
    (document,) = gold_of(tmp_path, {**STATION, "quote": "8", "n": 2})
    (span,) = locate(document, TEXT)
    assert TEXT[span.start : span.start + 2] == "84"


def test_texts_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffMột\r\nhai".encode())
    assert load_texts(["a"], folder=tmp_path) == {"a": "Một\nhai"}
    with pytest.raises(InputError, match="no text of b, c"):
        load_texts(["a", "b", "c"], folder=tmp_path)


def test_texts_from_where_the_run_found_them(tmp_path: Path) -> None:
    source = tmp_path / "news" / "a.txt"
    source.parent.mkdir()
    source.write_text(TEXT, encoding="utf-8")
    with DatasetWriter(tmp_path / "out", RunInfo("0.1.0", "abc", "underthesea", "9.5.0")) as writer:
        writer.add(DocumentResult(Document("a", TEXT, source.as_posix(), "0")))
    assert load_texts(["a"], out_dir=tmp_path / "out") == {"a": TEXT}
    source.unlink()
    with pytest.raises(InputError, match="no text of a"):
        load_texts(["a"], out_dir=tmp_path / "out")
    with pytest.raises(InputError, match="neither a folder of texts nor the output of a run"):
        load_texts(["a"])


def evaluate_seeds(repository: Path, **changes: Any) -> Evaluation:
    """Scores rows that say what the gold of the seeds says, but for `changes`."""
    gold = load_gold(repository / "tests" / "gold" / "seeds.jsonl")
    texts = load_texts([document.doc_id for document in gold], folder=repository / "seeds")
    rows = []
    for document in gold:
        for fact, span in zip(document.facts, locate(document, texts[document.doc_id]), strict=True):
            days = parse_period(fact.period, document.published) or (None, None)
            rows.append(
                {
                    "doc_id": document.doc_id,
                    "metric_id": fact.metric_id or None,
                    "metric_text": fact.metric,
                    "technology": fact.technology,
                    "scope": fact.scope,
                    "component": fact.component,
                    "value": fact.value,
                    "value_max": fact.value_max,
                    "denominator": fact.denominator,
                    "bound": fact.bound,
                    "unit_id": fact.unit,
                    "unit_text": fact.unit_text,
                    "status": fact.status,
                    "change": fact.change,
                    "period_start": days[0],
                    "period_end": days[1],
                    "province_code": fact.province,
                    "char_start": span.start,
                    "char_end": span.end,
                    **changes,
                }
            )
    return evaluate(rows, gold, texts)


def test_the_gold_of_the_seeds_agrees_with_itself(repository: Path) -> None:
    result = evaluate_seeds(repository)
    assert (result.gold, result.predicted) == (102, 102)
    assert all(result.scores[measure].percents() == (100.0, 100.0, 100.0) for measure in MEASURES)


def test_one_wrong_column_on_the_seeds(repository: Path) -> None:
    result = evaluate_seeds(repository, status="target")
    targets = 102 - len(result.wrong_fields)
    assert result.scores["status"].correct == result.scores["row"].correct == targets
    assert result.scores["value"].correct == 102
