"""`extract rules new`: what it writes loads, says what is to do, and works at once where enough is said."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from commands import Outcome, extract_command

from extract.check_rules import unfinished
from extract.rules import load_rules
from extract.schema_rules import Metric, MetricExample

FOLDER = "my_rules"


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make(metric: str, *options: str) -> Outcome:
    """Makes a metric in the folder that is meant when none is named."""
    return extract_command("rules", "new", metric, *options)


def loaded(metric: str) -> Metric:
    """Gives a metric of the folder as the engine reads it."""
    return load_rules(Path(FOLDER)).metrics_by_id[metric]


def metrics_of(text: str) -> list[tuple[str | None, float]]:
    """Gives metric and value of each fact of a text under the folder's rules."""
    outcome = extract_command("text", text, "--rules", FOLDER, "--format", "json")
    assert outcome.code == 0
    return [(row["metric_id"], row["value"]) for row in json.loads(outcome.out)]


def test_a_bare_metric_loads_and_says_what_is_to_be_filled_in() -> None:
    outcome = make("visitor_arrivals")
    assert (outcome.code, outcome.out) == (0, "my_rules/visitor_arrivals.yaml\n")
    keys = "label_vi, definition, typical_unit, units, patterns, examples"
    assert outcome.err == (f"still to be filled in: {keys}\nthen: extract rules check --rules my_rules\n")
    assert list(unfinished(loaded("visitor_arrivals"))) == keys.split(", ")
    assert loaded("visitor_arrivals").label_en == "visitor arrivals"


def test_the_check_names_what_is_to_be_filled_in_and_fails() -> None:
    make("visitor_arrivals", "--label", "lượt khách")
    outcome = extract_command("rules", "check", "--rules", FOLDER)
    assert (outcome.code, outcome.out) == (2, "")
    first, last = outcome.err.splitlines()
    line = "my_rules/visitor_arrivals.yaml"
    number = 1 + Path(line).read_text(encoding="utf-8").splitlines().index("  - id: visitor_arrivals")
    assert first == (
        f"visitor_arrivals.yaml:{number}: metrics `visitor_arrivals`: still to be filled in: "
        "definition, typical_unit, units, patterns, examples"
    )
    assert last.endswith("0 faults, 1 unfinished")


def test_phrase_and_unit_make_a_metric_that_works() -> None:
    text = "Năm 2024, Lào Cai đón 8,2 triệu lượt khách"
    options = (
        "--phrase",
        "lượt khách | du khách",
        "--unit",
        "lượt khách",
        "--definition",
        "Visits of tourists.",
    )
    outcome = make("visitor_arrivals", *options)
    assert "still to be filled in" not in outcome.err
    assert metrics_of(text) == [("visitor_arrivals", 8_200_000.0)]
    assert loaded("visitor_arrivals").units == ("visitor",)


def test_groups_of_a_phrase_stand_in_any_order() -> None:
    make("tourism_revenue", "--phrase", "doanh thu | tổng thu + du lịch", "--unit", "tỷ đồng")
    assert loaded("tourism_revenue").patterns == (("doanh thu | tổng thu", "du lịch"),)
    assert loaded("tourism_revenue").typical_unit == "VND"
    assert metrics_of("Ngành du lịch của tỉnh đạt doanh thu 40 tỷ đồng") == [("tourism_revenue", 40e9)]


@pytest.mark.parametrize(
    ("unit", "phrase", "example"),
    [
        (
            "%",
            "công suất phòng",
            MetricExample(text="Năm 2024, công suất phòng của tỉnh đạt 12,5%", value=12.5),
        ),
        (
            "visitor",
            "khách quốc tế",
            MetricExample(text="Năm 2024, toàn tỉnh có 1.250 khách quốc tế", value=1250),
        ),
        (
            "money",
            "doanh thu du lịch",
            MetricExample(text="Năm 2024, doanh thu du lịch của tỉnh đạt 1.250 tỷ đồng", value=1.25e12),
        ),
    ],
)
def test_examples_are_made_up_that_the_metric_is_found_in(
    unit: str, phrase: str, example: MetricExample
) -> None:
    make("mine", "--phrase", phrase, "--unit", unit)
    assert loaded("mine").examples == (example,)


def test_examples_of_ones_own_are_taken_and_tried() -> None:
    outcome = make(
        "visitor_arrivals", "--phrase", "lượt khách", "--unit", "visitor", "--example", "Huyện có 5 khách sạn"
    )
    assert outcome.code == 0
    assert (
        "not found in its example 'Huyện có 5 khách sạn': 5 of the unit `hotel` is of no metric; "
        in outcome.err
    )
    assert loaded("visitor_arrivals").examples == ("Huyện có 5 khách sạn",)


def test_where_no_plain_sentence_gives_the_metric_examples_are_to_be_filled_in() -> None:
    outcome = make("mine", "--phrase", "tỷ lệ", "--unit", "rank")
    assert "still to be filled in: definition, examples\n" in outcome.err
    assert loaded("mine").examples == ()


@pytest.mark.parametrize(
    "text",
    ['Năm: "2024"', "a # b", "yes", "- x", "khách\nquốc tế", "NFD " + unicodedata.normalize("NFD", "lượt")],
)
def test_any_words_are_kept_as_they_are(text: str) -> None:
    make("mine", "--label", text, "--definition", text, "--pillar", text)
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    metric = loaded("mine")
    assert (metric.label_vi, metric.definition, metric.pillar) == (plain, plain, plain)


@pytest.mark.parametrize("metric", ["Visitor", "lượt_khách", "2g", "a-b", "../x", "a b", ""])
def test_a_malformed_id_is_refused(metric: str) -> None:
    outcome = make(metric)
    assert (outcome.code, outcome.out) == (2, "")
    assert f"error: {metric}: an id is of small letters, digits and _" in outcome.err
    assert not Path(FOLDER).exists()


def test_an_id_that_a_metric_has_is_refused_with_its_place() -> None:
    assert "a metric has this id already, in metrics/government.yaml:" in make("dti_rank").err
    make("mine")
    written = Path(FOLDER, "mine.yaml").read_bytes()
    outcome = make("mine", "--label", "x")
    assert (outcome.code, outcome.out) == (2, "")
    assert "mine: a metric has this id already, in mine.yaml:" in outcome.err
    assert Path(FOLDER, "mine.yaml").read_bytes() == written


def test_a_file_that_is_there_stays() -> None:
    Path(FOLDER).mkdir()
    Path(FOLDER, "mine.yaml").write_text("# notes\n", encoding="utf-8")
    outcome = make("mine")
    assert (outcome.code, outcome.err) == (2, "error: my_rules/mine.yaml: is there already\n")
    assert Path(FOLDER, "mine.yaml").read_text(encoding="utf-8") == "# notes\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--unit", "parsec"), "parsec: no unit has this id or is written so"),
        (("--phrase", " "), "holds no words"),
        (("--phrase", "a + "), "holds no words"),
        (("--phrase", "a | "), "holds no words"),
        (("--phrase", "$nobody"), "no term `$nobody`"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_written(options: tuple[str, ...], told: str) -> None:
    outcome = make("mine", *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert told in outcome.err
    assert not Path(FOLDER).exists()


def test_a_folder_with_faults_is_told() -> None:
    Path(FOLDER).mkdir()
    Path(FOLDER, "other.yaml").write_text("fruits: []\n", encoding="utf-8")
    outcome = make("mine")
    assert (outcome.code, outcome.out) == (2, "")
    assert "unknown family `fruits`" in outcome.err


def test_a_folder_that_is_a_file_is_told() -> None:
    Path(FOLDER).write_text("", encoding="utf-8")
    outcome = make("mine")
    assert (outcome.code, outcome.err) == (2, "error: my_rules: is no folder\n")


def test_another_metric_goes_into_a_file_beside_it() -> None:
    make("one")
    make("two", "--rules", f"{FOLDER}/")
    assert sorted(path.name for path in Path(FOLDER).iterdir()) == ["one.yaml", "two.yaml"]
    assert loaded("one").file == "one.yaml"
