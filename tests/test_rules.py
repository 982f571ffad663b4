"""Rules: the packaged ones are sound, faults are all told at once, and a folder of one's own adds to them."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from extract.check_rules import RuleCheck, check_examples, check_metric, extract_example
from extract.cli import main
from extract.cli_options import EXIT_WRONG
from extract.errors import RulesError
from extract.pipeline import Extractor
from extract.places import Gazetteer
from extract.rules import default_rules_folder, load_rules, rule_files
from extract.rules import fold_pattern as folded_pattern
from extract.schema_rules import FAMILIES, Metric

TOURISM = """
units:
  - id: sightseer
    dimension: count
    label_en: sightseer
    forms: [lượt du khách tham quan]
    examples: [đón 500 lượt du khách tham quan]
metrics:
  - id: tourism_revenue
    pillar: tourism
    label_vi: doanh thu du lịch
    label_en: tourism revenue
    definition: Revenue from tourism.
    typical_unit: VND
    units: [money]
    patterns:
      - ["doanh thu | tổng thu", "du lịch"]
    examples:
      - {text: "Doanh thu du lịch đạt 1.450 tỷ đồng", value: 1450000000000}
    not_examples:
      - "Doanh thu vận tải đạt 300 tỷ đồng"
  - id: tourist_visits
    pillar: tourism
    label_vi: lượt khách du lịch
    label_en: tourist visits
    definition: Number of visits by tourists.
    typical_unit: visitor
    units: [visitor, sightseer]
    patterns:
      - ["lượt khách | lượt du khách tham quan"]
    examples:
      - {text: "Bãi biển đón 82.000 lượt khách", value: 82000}
      - {text: "Vườn quốc gia đón 500 lượt du khách tham quan", value: 500}
    not_examples:
      - "Bến xe có 82.000 hành khách"
"""
TITLE_METRIC = """
metrics:
  - id: {id}
    pillar: x
    label_vi: x
    label_en: x
    definition: x
    typical_unit: person
    units: [person]
    patterns: [["{words}"]]
    examples: ["x"]
"""


def write_rules(folder: Path, **files: str) -> Path:
    """Makes a folder of rules."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.yaml").write_text(content, encoding="utf-8")
    return folder


def faults_of(folder: Path) -> tuple[str, ...]:
    """Gives the faults that loading the folder reports."""
    with pytest.raises(RulesError) as raised:
        load_rules(folder)
    return raised.value.faults


def fault_of(folder: Path, content: str) -> str:
    """Gives the one fault of a folder with one file of this content."""
    (fault,) = faults_of(write_rules(folder, mine=content))
    return fault


# -- the packaged rules ----------------------------------------------------------------------------


def test_the_packaged_rules_load_clean() -> None:
    rules = load_rules()
    assert {family: bool(entries) for family, entries in rules.families.items()} == dict.fromkeys(
        ("units", "bounds", "changes", "status", "not_facts", "furniture", "scopes", "periods", "metrics"),
        True,
    )


def test_the_packaged_rules_are_in_nfc() -> None:
    for path in rule_files(default_rules_folder()):
        text = path.read_text(encoding="utf-8")
        assert unicodedata.is_normalized("NFC", text), path.name


def test_each_metric_has_an_example_and_a_counter_example() -> None:
    lacking = [metric.id for metric in load_rules().metrics if not metric.examples or not metric.not_examples]
    assert lacking == []


PACKAGED = load_rules()


@pytest.mark.parametrize("metric", PACKAGED.metrics, ids=lambda metric: metric.id)
def test_each_metric_is_found_in_its_examples_and_not_in_its_counter_examples(
    metric: Metric, extractor: Extractor
) -> None:
    assert list(check_metric(extractor, metric, PACKAGED)) == []


def test_a_rule_is_found_by_its_id_and_by_its_name_in_rule_ids() -> None:
    rules = load_rules()
    metric = rules.metrics[0]
    assert rules.find(metric.id) is rules.find(f"metric.{metric.id}") is metric
    assert rules.find("no_such_rule") is None


def test_a_word_class_that_is_not_there_is_named() -> None:
    with pytest.raises(RulesError, match=r"word class `no\.such`"):
        load_rules().word_forms("no.such")


def test_the_same_rules_have_the_same_hash_and_others_another(tmp_path: Path) -> None:
    assert load_rules().digest == load_rules().digest
    assert load_rules(write_rules(tmp_path / "mine", tourism=TOURISM)).digest != load_rules().digest


def test_escapes_in_a_pattern_keep_their_case() -> None:
    assert folded_pattern(r"Tỷ\S+\W") == r"tỉ\S+\W"


# -- faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ("plausible: {person: [100, 100]}", "`plausible`: person: [100, 100] does not rise"),
        ("plausible: {person: [100, 1]}", "`plausible`: person: [100, 1] does not rise"),
        ("plausible: {parsec: [0, 1]}", "`plausible`: unknown unit `parsec`"),
        ("plausible: {person: [0]}", "`plausible.person.1`: Field required"),
        ("better: higher", "`better`: Input should be 'more' or 'less'"),
        ("ranks: countries", "`ranks`: Input should be 'provinces'"),
    ],
)
def test_what_checks_need_is_checked_on_loading(tmp_path: Path, field: str, fault: str) -> None:
    metric = TITLE_METRIC.format(id="x", words="x") + f"    {field}\n"
    assert fault in fault_of(tmp_path / "mine", metric)


CUE = "bounds:\n  - id: bound.mine\n    value: gt\n    examples: [vượt xa 5%]\n"
FAULTS = {
    "unknown key": (
        f"{CUE}    forms: [vượt xa]\n    colour: red\n",
        "mine.yaml:2: bounds `bound.mine`: `colour`: unknown key",
    ),
    "unknown family": ("fruits: []\n", "mine.yaml: unknown family `fruits`; known: " + ", ".join(FAMILIES)),
    "bad regex": (
        f"{CUE}    pattern: 'vượt (xa'\n",
        "mine.yaml:2: bounds `bound.mine`: the pattern does not compile: missing ), unterminated subpattern"
        " at position 5",
    ),
    "example that does not match": (
        f"{CUE}    forms: [lố]\n",
        "mine.yaml:2: bounds `bound.mine`: matches not its own example 'vượt xa 5%'",
    ),
    "counter-example that matches": (
        f"{CUE}    forms: [vượt xa]\n    not_examples: [vượt xa 9%]\n",
        "mine.yaml:2: bounds `bound.mine`: matches its counter-example 'vượt xa 9%'",
    ),
    "both forms and pattern": (
        f"{CUE}    forms: [vượt xa]\n    pattern: 'vượt xa'\n",
        "mine.yaml:2: bounds `bound.mine`: `entry`: Value error, give either `forms` or `pattern`",
    ),
    "unknown term": (
        TITLE_METRIC.format(id="mine", words="$nobody_knows"),
        "mine.yaml:3: metrics `mine`: no term `$nobody_knows`",
    ),
    "empty alternative": (
        TITLE_METRIC.format(id="mine", words="dân số | "),
        "mine.yaml:3: metrics `mine`: an empty alternative in its patterns",
    ),
    "unknown unit": (
        TITLE_METRIC.format(id="mine", words="dân số").replace("[person]", "[unicorn]"),
        "mine.yaml:3: metrics `mine`: unknown unit `unicorn`",
    ),
    "form of two units": (
        "units:\n  - id: my_unit\n    dimension: count\n    forms: [trạm y tế]\n",
        "mine.yaml:2: units `my_unit`: the form 'trạm y tế' belongs to `health_station`",
    ),
    "example without its form": (
        "units:\n  - id: my_unit\n    dimension: count\n    forms: [cây nêu]\n    examples: [xây 5 nhà]\n",
        "mine.yaml:2: units `my_unit`: no form stands in its example 'xây 5 nhà'",
    ),
    "form not in NFC": (
        unicodedata.normalize("NFD", "units:\n  - id: my_unit\n    dimension: count\n    forms: [bốt gác]\n"),
        f"mine.yaml:2: units `my_unit`: the form {unicodedata.normalize('NFD', 'bốt gác')!r} is not in NFC",
    ),
    "not a list": ("units: {id: my_unit}\n", "mine.yaml: `units` must be a list of entries"),
    "not a mapping of families": (
        "- id: my_unit\n",
        f"mine.yaml: must hold families ({', '.join(FAMILIES)}), not a list",
    ),
    "entry that is no mapping": ("units: [mine]\n", "mine.yaml: units entry 1: must be a mapping"),
}


@pytest.mark.parametrize(("content", "fault"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_reported_with_file_and_entry(tmp_path: Path, content: str, fault: str) -> None:
    assert fault_of(tmp_path / "rules", content) == fault


def test_a_key_that_stands_twice_is_a_fault(tmp_path: Path) -> None:
    fault = fault_of(tmp_path / "rules", f"{CUE}    forms: [vượt xa]\n    value: ge\n")
    assert fault.startswith("mine.yaml: not readable as YAML: the key `value` stands twice")
    assert "line 6" in fault


def test_an_id_that_stands_twice_in_one_folder_is_a_fault(tmp_path: Path) -> None:
    unit = "units:\n  - id: my_unit\n    dimension: count\n    forms: [{}]\n"
    folder = write_rules(tmp_path / "rules", a=unit.format("cây nêu"), b=unit.format("cột mốc"))
    assert faults_of(folder) == ("b.yaml:2: units `my_unit`: this id stands already in a.yaml:2",)


def test_what_is_not_yaml_is_told_with_its_line_and_no_name_but_that_of_the_file(tmp_path: Path) -> None:
    content = "units:\n  - id: my_unit\n   dimension: count\n"
    assert fault_of(tmp_path / "rules", content) == (
        "mine.yaml: not readable as YAML: did not find expected '-' indicator, line 3, column 4 "
        "(while parsing a block collection, line 2, column 3)"
    )


@pytest.mark.parametrize("content", ["units: [a\n", "units: [a, b]]\n", "\tunits: []\n"])
def test_what_is_not_yaml_is_named(tmp_path: Path, content: str) -> None:
    assert fault_of(tmp_path / "rules", content).startswith("mine.yaml: not readable as YAML: ")


def test_what_is_not_utf8_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "mine.yaml").write_bytes(b"units: [\xe1\xb9\xff]\n")
    (fault,) = faults_of(folder)
    assert fault.startswith("mine.yaml: not readable as YAML: ")
    assert re.search(r", position \d+$", fault)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    fault = fault_of(tmp_path / "rules", "units:\n  - id: my_unit\n    forms: [cây nêu]\n")
    assert fault == "mine.yaml:2: units `my_unit`: `dimension`: Field required"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert faults_of(tmp_path / "none") == (f"{tmp_path / 'none'}: no such folder",)


def test_a_folder_without_rules_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == (f"{tmp_path}: no .yaml file in it",)


def test_an_empty_file_is_no_fault(tmp_path: Path) -> None:
    folder = write_rules(tmp_path / "rules", mine="", note="# nothing yet\n")
    assert load_rules(folder).units == load_rules().units


def test_all_faults_of_all_files_are_told_at_once_and_nothing_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one_each = {name.replace(" ", "_").replace("-", "_"): content for name, (content, _) in FAULTS.items()}
    # Two files that claim the same id hide each other's own fault; each gets an id of its own.
    files = {
        name: content.replace("bound.mine", f"bound.x{index}").replace("id: my_unit", f"id: x{index}")
        for index, (name, content) in enumerate(one_each.items())
    }
    folder = write_rules(tmp_path / "rules", **files)
    faults = faults_of(folder)
    assert {fault.split(".yaml")[0] for fault in faults} == set(files)
    article = tmp_path / "a.txt"
    article.write_text("Xã có 11 thôn.\n", encoding="utf-8")
    out = tmp_path / "out"
    command = ["extract", "run", str(article), "--out", str(out), "--rules", str(folder)]
    monkeypatch.setattr("sys.argv", command)
    assert main() == EXIT_WRONG
    told = capsys.readouterr().err
    assert f"{len(faults)} faults in the rules" in told
    assert all(fault in told for fault in faults)
    assert not out.exists()


# -- rules of one's own ----------------------------------------------------------------------------


def test_a_new_unit_and_new_metrics_of_another_domain_fit_in_one_file(tmp_path: Path) -> None:
    rules = load_rules(write_rules(tmp_path / "rules", tourism=TOURISM))
    extractor = Extractor(rules)
    added = [metric for metric in rules.metrics if metric.pillar == "tourism"]
    assert [fault for metric in added for fault in check_metric(extractor, metric, rules)] == []
    facts = extract_example(
        extractor, "Năm 2023, Cát Bà đón 2.100 lượt du khách tham quan; doanh thu du lịch đạt 40 tỷ đồng."
    )
    assert [(fact.metric_id, fact.value, fact.unit_id) for fact in facts] == [
        ("tourist_visits", 2100.0, "sightseer"),
        ("tourism_revenue", 40e9, "VND"),
    ]
    assert all(f"metric.{fact.metric_id}" in fact.rule_ids for fact in facts)
    assert "unit.sightseer" in facts[0].rule_ids


def test_without_that_file_the_same_numbers_have_no_metric(extractor: Extractor) -> None:
    (fact,) = extract_example(extractor, "Doanh thu du lịch đạt 40 tỷ đồng.")
    assert (fact.metric_id, fact.value, fact.unit_id) == (None, 40e9, "VND")


def test_a_folder_extends_the_packaged_rules(tmp_path: Path) -> None:
    before, after = load_rules(), load_rules(write_rules(tmp_path / "rules", tourism=TOURISM))
    assert {metric.id for metric in after.metrics} - {metric.id for metric in before.metrics} == {
        "tourism_revenue",
        "tourist_visits",
    }
    assert {unit.id for unit in after.units} - {unit.id for unit in before.units} == {"sightseer"}


def test_an_entry_replaces_the_packaged_one_of_the_same_id(tmp_path: Path) -> None:
    content = "bounds:\n  - {id: bound.gt, value: ge, forms: [hơn], examples: [hơn 5%]}\n"
    rules = load_rules(write_rules(tmp_path / "rules", mine=content))
    (replaced,) = (cue for cue in rules.bounds if cue.id == "bound.gt")
    assert (replaced.value, replaced.forms) == ("ge", ("hơn",))
    assert len(rules.bounds) == len(load_rules().bounds)
    facts = extract_example(Extractor(rules), "Có hơn 320 hộ và trên 5 xã tham gia.")
    assert [(fact.value, fact.bound.value) for fact in facts] == [(320.0, "ge"), (5.0, "eq")]


def test_with_replace_a_folder_stands_alone(tmp_path: Path) -> None:
    content = TOURISM.replace("[money]", "[sightseer]").replace("[visitor, sightseer]", "[sightseer]")
    rules = load_rules(write_rules(tmp_path / "rules", tourism=content), replace=True)
    assert [unit.id for unit in rules.units] == ["sightseer"]
    assert {metric.id for metric in rules.metrics} == {"tourism_revenue", "tourist_visits"}


def test_rules_without_a_gazetteer_are_a_fault(tmp_path: Path) -> None:
    rules = load_rules(write_rules(tmp_path / "rules", units="units: []\n"), replace=True)
    with pytest.raises(RulesError, match=r"places/provinces\.csv: no such file"):
        Gazetteer(rules)


RIDERS = "người cưỡi ngựa"


@pytest.mark.parametrize(
    ("example", "told"),
    [
        (
            "Có 5 người ném còn",
            "5 of the unit `person` is of no metric; `mine` takes this unit, so its words fit no pattern, "
            "or one of `blocked_by` is among them",
        ),
        (
            "Có 1.250 con ngựa",
            "1,250 of the unit `animal` is of no metric; the `units` of `mine` allow only `person`",
        ),
        (
            {"text": "Có 5 người cưỡi ngựa", "value": 6},
            "5 of the unit `person` is read as `mine`, but value is 5, the example says 6",
        ),
        (
            {"text": "Có 5 người cưỡi ngựa", "scope": "all"},
            "5 of the unit `person` is read as `mine`, but scope is empty, the example says all",
        ),
        (
            "Có 1.676 tổ công nghệ số cộng đồng",
            "1,676 of the unit `team` is read as `community_digital_teams`",
        ),
        ("Không có ai cưỡi ngựa", "no number there is read as a fact"),
    ],
)
def test_checking_says_what_is_read_in_an_example_in_place_of_the_metric(
    tmp_path: Path, example: str | dict[str, Any], told: str
) -> None:
    metric = TITLE_METRIC.format(id="mine", words=RIDERS).replace(
        'examples: ["x"]', f"examples: [{json.dumps(example, ensure_ascii=False)}]"
    )
    rules = load_rules(write_rules(tmp_path / "rules", mine=metric))
    text = example if isinstance(example, str) else example["text"]
    assert list(check_metric(Extractor(rules), rules.metrics_by_id["mine"], rules)) == [
        f"mine.yaml:3: metrics `mine`: not found in its example {text!r}: {told}"
    ]


def test_checking_says_what_is_read_in_a_counter_example(tmp_path: Path) -> None:
    metric = TITLE_METRIC.format(id="mine", words=RIDERS).replace(
        'examples: ["x"]', 'examples: ["Có 5 người cưỡi ngựa"]\n    not_examples: ["Có 7 người cưỡi ngựa"]'
    )
    rules = load_rules(write_rules(tmp_path / "rules", mine=metric))
    assert list(check_metric(Extractor(rules), rules.metrics_by_id["mine"], rules)) == [
        "mine.yaml:3: metrics `mine`: found in its counter-example 'Có 7 người cưỡi ngựa': "
        "7 of the unit `person` is read as `mine`",
    ]


def test_checking_counts_rules_and_examples(tmp_path: Path) -> None:
    outcome = check_examples(load_rules())
    assert outcome == RuleCheck(outcome.rules, outcome.examples, ())
    assert outcome.rules == sum(len(entries) for entries in load_rules().families.values())
    assert outcome.examples > outcome.rules
