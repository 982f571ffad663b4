"""What an explanation says of a fact: the words of each field, the rules with their lines, and what lost."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from commands import extract_command
from documents import document_of
from test_cases import ALL_CASES

from extract.explain import Explainer, ReadDocument
from extract.explanation import Explanation, FactExplanation, FieldNote, Quote
from extract.pipeline import Extractor
from extract.rules import RuleSet


@pytest.fixture(scope="module")
def explainer(rules: RuleSet) -> Explainer:
    """An explainer with the packaged rules."""
    return Explainer(rules)


def explained(explainer: Explainer, text: str, **stated: str) -> Explanation:
    read = explainer.read(document_of({"text": text, **stated}))
    return read.explain(range(len(read.rows)), drops=True)


def field_of(fact: FactExplanation, name: str) -> FieldNote:
    return next(field for field in fact.fields if field.name == name)


# Text, which of its facts, field, value, rule, where the rule stands, and the words.
SAYS = [
    ("Tỉnh có 4.285 trạm BTS.", 0, "unit", "station", "unit.station", "rules/units/counts.yaml", "trạm BTS"),
    ("Tuyến đường dài 12,5 km.", 0, "unit", "km", "unit.km", "rules/units/measures.yaml", "km"),
    ("Toàn xã có hơn 200 hộ.", 0, "bound", "gt", "bound.gt", "rules/bounds.yaml", "hơn"),
    ("Nhà trường có 30 lớp trở lên.", 0, "bound", "ge", "bound.ge_after", "rules/bounds.yaml", "trở lên"),
    ("Xuất khẩu gạo tăng 14%.", 0, "change", "increase", "change.increase", "rules/changes.yaml", "tăng"),
    ("Xã phấn đấu trồng 20 ha rừng.", 0, "status", "target", "status.goal", "rules/status.yaml", "phấn đấu"),
    ("Tháng 5/2023 có 9 tổ.", 0, "period", "2023-05", "period.month", "rules/periods.yaml", "Tháng 5/2023"),
    ("Huyện có quy mô dân số 98.400 người.", 0, "metric", "population", "metric.population",
     "rules/metrics/context.yaml", "dân số"),
    ("Có 97% dân số biết.", 0, "scope", "population", "scope.population", "rules/scopes.yaml", "dân số"),
    ("Huế thu ngân sách 12 tỷ đồng.", 0, "place", "Huế (46)", "place.province", "extract/places.py", "Huế"),
    ("Tỉnh có 4.285 trạm BTS.", 0, "value", "4,285", "number.digits", "extract/numbers.py", "4.285"),
    ("Đội bóng có 5 - 8 thành viên.", 0, "value", "5-8", "number.range", "extract/pairs.py", "5 - 8"),
    ("Tỉnh xếp thứ 9/63 về chuyển đổi số.", 0, "metric_text", "chuyển đổi số", "bind.rank_of",
     "extract/reading.py", "chuyển đổi số"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "name", "value", "rule", "where", "words"), SAYS)
def test_a_field_tells_its_value_words_and_rule(
    explainer: Explainer, repository: Path, text: str, number: int, name: str, value: str, rule: str,
    where: str, words: str,
) -> None:  # fmt: skip
    field = field_of(explained(explainer, text).facts[number], name)
    assert field.value == value
    assert words in [quote.text for quote in field.words]
    fired = next((note for note in field.rules if note.id == rule), None)
    assert fired is not None, [note.id for note in field.rules]
    assert fired.where.partition(":")[0] == where
    path, _, line = fired.where.partition(":")
    if line:
        written = (repository / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert rule.partition(".")[2] in written


def test_a_period_and_a_status_are_told_with_the_sentence_they_were_carried_from(
    explainer: Explainer,
) -> None:
    text = "Đến năm 2025, tỉnh phấn đấu có 85 xã đạt chuẩn. Tỷ lệ hộ nghèo còn 3%."
    fact = explained(explainer, text, published="2023-05-01").facts[1]
    period, status = field_of(fact, "period"), field_of(fact, "status")
    assert [note.id for note in period.rules] == ["period.carried"]
    assert [(quote.text, quote.sentence) for quote in period.words] == [("năm 2025", 1)]
    assert period.source == "carried from sentence 1"
    assert [note.id for note in status.rules] == ["status.carried"]
    assert status.words[0].sentence == 1
    assert [passage.sentence for passage in fact.context] == [1]
    assert any(mark.kind == "period" for mark in fact.context[0].marks)


def test_a_place_is_told_with_the_sentence_it_was_carried_from(explainer: Explainer) -> None:
    text = "Lễ tổng kết diễn ra tại Hà Nam với 20 đội.\nTại Nam Định, vụ lúa được mùa. Sản lượng đạt 900 tấn."
    place = field_of(explained(explainer, text).facts[1], "place")
    assert place.value == "Nam Định (36)"
    assert [note.id for note in place.rules] == ["place.carried"]
    assert [(quote.text, quote.sentence) for quote in place.words] == [("Nam Định", 2)]


def test_a_metric_taken_over_names_the_number_that_had_it(explainer: Explainer) -> None:
    text = "Toàn tỉnh có 2.130 tổ công nghệ số cộng đồng, trong đó 260 tổ cấp xã."
    fact = explained(explainer, text).facts[1]
    metric = field_of(fact, "metric")
    assert metric.value == "community_digital_teams"
    assert metric.source == "taken over from “2.130 tổ công nghệ số cộng đồng”"
    assert "tổ công nghệ số cộng đồng" in [quote.text for quote in metric.words]
    assert [note.id for note in field_of(fact, "metric_text").rules] == ["bind.part"]


def test_a_unit_taken_over_names_the_number_that_had_it(explainer: Explainer) -> None:
    unit = field_of(explained(explainer, "Tỷ lệ che phủ rừng tăng từ 40 lên 60%.").facts[0], "unit")
    assert [note.id for note in unit.rules] == ["unit.shared"]
    assert unit.source == "taken over from “60%”"


def test_a_metric_that_lacks_a_word_is_named_where_none_fits(explainer: Explainer) -> None:
    metric = field_of(explained(explainer, "Có 250 doanh nghiệp đăng ký thương hiệu.").facts[0], "metric")
    assert metric.value == "(no metric of the ontology)"
    assert metric.lost
    assert all(item.reason.startswith("needs also one of: ") for item in metric.lost)


def test_a_metric_that_lost_is_named_with_its_words_and_the_reason(explainer: Explainer) -> None:
    text = "Tỷ lệ dân số được phủ sóng di động 4G đạt 99,9%."
    metric = field_of(explained(explainer, text).facts[0], "metric")
    lost = {item.value: item for item in metric.lost}
    assert metric.value == "mobile_coverage"
    assert lost["population"].reason == "blocked_by “phủ sóng”"
    assert [quote.text for quote in lost["population"].words] == ["dân số"]
    assert lost["population"].rule is not None
    assert lost["population"].rule.where.startswith("rules/metrics/context.yaml:")


def test_a_metric_of_another_unit_lost_for_it(explainer: Explainer) -> None:
    text = "Toàn tỉnh có 697 tổ công nghệ số cộng đồng với 3.418 thành viên."
    metric = field_of(explained(explainer, text).facts[0], "metric")
    reasons = {item.value: item.reason for item in metric.lost}
    assert reasons["community_digital_team_members"].startswith("is not stated in team (units: ")


def test_dates_and_places_that_lost_are_named(explainer: Explainer) -> None:
    text = "Năm 2022, Hà Nam thu 50 tỷ đồng, tăng 5% so với năm 2020; cả nước đứng thứ hai là Lào."
    fact = explained(explainer, text).facts[1]
    assert ("2020", "what is compared with") in [
        (item.value, item.reason) for item in field_of(fact, "period").lost
    ]
    assert field_of(fact, "baseline").value == "2020"
    assert "cả nước" in [item.value for item in field_of(fact, "place").lost]


def test_confidence_is_told_with_all_that_speaks_for_and_against(
    explainer: Explainer, repository: Path
) -> None:
    for parameter in ALL_CASES[::25]:
        read = explainer.read(document_of(parameter.values[0]))
        for fact in read.explain(range(len(read.rows)), drops=False).facts:
            odds = sum(weight.log_odds for weight in fact.confidence)
            assert 1 / (1 + math.exp(-odds)) == pytest.approx(fact.row["confidence"], abs=0.001)
            for weight in fact.confidence:
                path, _, line = weight.where.rpartition(":")
                lines = (repository / path).read_text(encoding="utf-8").splitlines()
                assert lines[int(line)].strip() == f"of: {weight.feature}"


def test_mended_spelling_is_told(explainer: Explainer) -> None:
    fact = explained(explainer, "Cả tỉnh có 1.200 doanh nghiêp mới trong quý I/2024.").facts[0]
    assert any(note.startswith("“nghiêp” is read as “nghiệp” (spelling.mended") for note in fact.notes)


def test_checks_and_duplicates_point_to_the_other_numbers(explainer: Explainer) -> None:
    text = "Tỉnh có 100 trạm, gồm 60 trạm 4G và 40 trạm 5G.\nNăm 2021 có 7 hồ.\nTỉnh có 100 trạm."
    facts = explained(explainer, text).facts
    checks = field_of(facts[0], "checks")
    assert [quote.text for quote in checks.words] == ["60 trạm", "40 trạm"]
    assert "60 + 40 = 100" in checks.source


# -- numbers without a fact ------------------------------------------------------------------------

NO_FACTS = [
    (
        "Nghị quyết 57-NQ/TW đã ban hành.",
        "57",
        "document_number",
        "not_fact.document_named",
        "rules/not_facts",
    ),
    ("Kế hoạch có 3 trụ cột.", "3", "structural_count", "unit.pillar", "rules/units/counts.yaml"),
    ("Xem thêm: Bắc Ninh có 98% hồ sơ", "98", "furniture", "furniture.link", "rules/furniture.yaml"),
    ("Việc ấy xảy ra năm 2019.", "2019", "date", "period.year", "rules/periods.yaml"),
    ("Bệnh Covid-19 lan rộng.", "19", "name_part", "", ""),
    ("Việc kéo dài trong 2 năm qua.", "2", "", "", ""),
    ("Đội có 12.", "12", "bare_number", "number.bare", "extract/pipeline.py"),
]


@pytest.mark.parametrize(("text", "number", "reason", "rule", "where"), NO_FACTS)
def test_a_number_without_a_fact_tells_the_rule(
    explainer: Explainer, text: str, number: str, reason: str, rule: str, where: str
) -> None:
    explanation = explained(explainer, text)
    assert not explanation.facts
    told = next(item for item in explanation.no_facts if item.number.text == number)
    assert told.reason == reason or not reason
    assert told.meaning
    assert all(note.where for note in told.rules)
    assert any(note.id == rule and note.where.startswith(where) for note in told.rules) or not rule


def test_every_digit_is_in_a_fact_or_told_without_one(explainer: Explainer) -> None:
    for parameter in ALL_CASES[::10]:
        document = document_of(parameter.values[0])
        read = explainer.read(document)
        explanation = read.explain(range(len(read.rows)), drops=True)
        spans = [(fact.row["char_start"], fact.row["char_end"]) for fact in explanation.facts]
        spans += [(item.number.start, item.number.end) for item in explanation.no_facts]
        digits = [at for at, letter in enumerate(document.text) if letter in "0123456789"]
        missed = [at for at in digits if not any(start <= at < end for start, end in spans)]
        # The base of a rate or the second date of a fact's own words stands between value and unit.
        assert not missed, (document.text, [document.text[at - 5 : at + 5] for at in missed])


# -- whole documents ---------------------------------------------------------------------------------


def check_quotes(explanation: Explanation, text: str) -> None:
    def walk(value: Any) -> None:
        if isinstance(value, Quote):
            assert text[value.start : value.end] == value.text
        elif isinstance(value, (list, tuple)):
            for item in value:
                walk(item)
        elif hasattr(value, "__dataclass_fields__"):
            for name in value.__dataclass_fields__:
                walk(getattr(value, name))

    walk(explanation)


def agrees(fact: FactExplanation) -> None:
    """The explanation says what the row says, and cites each of its rules."""
    row = fact.row
    assert field_of(fact, "metric").value == (row["metric_id"] or "(no metric of the ontology)")
    assert field_of(fact, "unit").value == row["unit_id"]
    for name in ("bound", "change", "status"):
        assert field_of(fact, name).value == row[name]
    for name in ("technology", "scope", "component"):
        assert [f.value for f in fact.fields if f.name == name] == ([row[name]] if row[name] else [])
    assert field_of(fact, "place").value.startswith(row["place_text"] or "(none)")
    cited = {note.id for field in fact.fields for note in field.rules}
    assert set(row["rule_ids"].split()) <= cited
    assert field_of(fact, "value").words


def test_all_facts_of_the_seeds_are_explained_as_their_rows_say(
    explainer: Explainer, extractor: Extractor, repository: Path
) -> None:
    count = 0
    for path in sorted((repository / "seeds").glob("*.txt")):
        document = document_of({"text": path.read_text(encoding="utf-8")})
        read = explainer.read(document)
        assert read.facts == extractor.extract(document).facts
        explanation = read.explain(range(len(read.rows)), drops=True)
        check_quotes(explanation, document.text)
        for fact in explanation.facts:
            agrees(fact)
            count += 1
    assert count == 107


def test_the_cases_are_explained_as_their_rows_say(explainer: Explainer, extractor: Extractor) -> None:
    for parameter in ALL_CASES[::5]:
        document = document_of(parameter.values[0])
        read: ReadDocument = explainer.read(document)
        assert read.facts == extractor.extract(document).facts
        explanation = read.explain(range(len(read.rows)), drops=True)
        check_quotes(explanation, document.text)
        for fact in explanation.facts:
            agrees(fact)


# -- on the command line -----------------------------------------------------------------------------


def test_a_text_is_explained_in_plain_marks() -> None:
    outcome = extract_command(
        "explain",
        "--text",
        "Năm 2023, tỉnh có hơn 4.285 trạm BTS, theo Kế hoạch số 12.",
        "--province",
        "Bình Thuận",
    )
    assert outcome.code == 0, outcome.err
    assert "[period Năm 2023], [place tỉnh có] [bound hơn] [value 4.285] [unit trạm BTS]" in outcome.out
    assert "by unit.station  rules/units/counts.yaml:" in outcome.out
    assert "place.metadata" in outcome.out
    assert "“12” " in outcome.out.partition("without a fact")[2]


def test_a_text_may_come_from_standard_input() -> None:
    outcome = extract_command("explain", "--text", "-", stdin="Xã có 842 hộ.".encode())
    assert outcome.code == 0
    assert "842 household" in outcome.out


def test_json_holds_the_same_and_comes_out_the_same_twice() -> None:
    arguments = ("explain", "--text", "Năm 2023, Huế có 12 hồ. Tiền là 5.", "--format", "json")
    first, second = extract_command(*arguments), extract_command(*arguments)
    assert first.out == second.out
    data = json.loads(first.out)
    fact = data["facts"][0]
    assert fact["row"]["period_start"] == "2023-01-01"
    fields = {field["name"]: field for field in fact["fields"]}
    assert fields["unit"]["words"] == [{"text": "hồ", "start": 20, "end": 22, "sentence": 1}]
    assert fields["unit"]["rules"][0]["where"].startswith("rules/units/counts.yaml:")
    assert [item["number"]["text"] for item in data["no_facts"]] == ["2023", "5"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain",),
        ("explain", "some", "--text", "Xã có 5 hộ."),
        ("explain", "some", "--published", "2023"),
        ("explain", "--text", "Xã có 5 hộ.", "--published", "soon"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...]) -> None:
    outcome = extract_command(*arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("error: ")
    assert not outcome.out
