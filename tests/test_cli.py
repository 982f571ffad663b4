"""Every other command: what it prints, in which form, and with which exit code it ends."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import Outcome, extract_command

from extract import __version__
from extract.__main__ import main as start
from extract.display import print_facts
from extract.rules import RuleSet
from extract.table import describe_schema, load_facts

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests" / "gold" / "seeds.jsonl"
COLUMNS = [name for name, _, _ in describe_schema()]
COMMANDS = [
    [],
    ["run"],
    ["show"],
    ["panel"],
    ["text"],
    ["check"],
    ["eval"],
    ["report"],
    ["schema"],
    ["rules", "list"],
    ["rules", "show"],
    ["rules", "check"],
    ["rules", "new"],
    ["compare"],
]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run on the seeds."""
    folder = tmp_path_factory.mktemp("cli") / "out"
    assert extract_command("run", ROOT / "seeds", "--out", folder, "-q").code == 0
    return folder


def rows_of(outcome: Outcome) -> list[dict[str, Any]]:
    """Gives the rows that a command printed as JSON."""
    assert (outcome.code, outcome.err) == (0, "")
    rows: list[dict[str, Any]] = json.loads(outcome.out)
    return rows


# -- the program as a whole ------------------------------------------------------------------------


def test_the_version_is_printed() -> None:
    assert extract_command("--version") == Outcome(0, f"extract {__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "extract")
def test_the_help_of_every_command_has_an_example(command: list[str]) -> None:
    outcome = extract_command(*command, "--help")
    assert outcome.code == 0
    assert f"Example: extract {' '.join(command)}" in " ".join(outcome.out.split())


@pytest.mark.parametrize("arguments", [["bogus"], ["run"], ["run", "--bogus"], ["show", "--limit", "x"]])
def test_a_wrong_use_is_told_on_standard_error(arguments: list[str]) -> None:
    outcome = extract_command(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert "Usage: " in outcome.err
    assert "--help" in outcome.err


def test_the_help_loads_no_heavy_module() -> None:
    program = (
        "import sys\n"
        "sys.argv = ['extract', '--help']\n"
        "from extract.cli import main\n"
        "code = main()\n"
        "heavy = {'spacy', 'underthesea', 'pandas', 'pyarrow', 'yaml', 'pydantic'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")


def test_the_package_runs_as_a_module() -> None:
    command = [sys.executable, "-m", "extract", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"extract {__version__}\n")


@pytest.mark.parametrize("moment", ["loading", "running"])
def test_ctrl_c_in_the_first_moments_gives_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], moment: str
) -> None:
    class Stopped:
        def __getattr__(self, name: str) -> Any:
            if moment == "loading":
                raise KeyboardInterrupt
            return self

        def __call__(self) -> int:
            raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "extract.cli", Stopped())
    assert start() == 130
    assert capsys.readouterr().err == "stopped\n"


# -- show ------------------------------------------------------------------------------------------


def test_all_facts_are_shown_as_json(out: Path) -> None:
    rows = rows_of(extract_command("show", out, "--format", "json"))
    assert [row["fact_id"] for row in rows] == load_facts(out).column("fact_id").to_pylist()
    assert all(list(row) == COLUMNS for row in rows)


def test_facts_are_shown_as_csv(out: Path) -> None:
    outcome = extract_command("show", out, "--format", "csv")
    reader = csv.DictReader(io.StringIO(outcome.out))
    assert reader.fieldnames == COLUMNS
    assert [row["fact_id"] for row in reader] == load_facts(out).column("fact_id").to_pylist()


def test_facts_are_shown_as_a_table(out: Path) -> None:
    outcome = extract_command("show", out, "--document", "001", "--limit", "2")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    assert "document" in lines[1]
    assert "dti_rank (overall)" in outcome.out
    assert "9/63" in outcome.out
    assert "+16" in outcome.out
    total = sum(row["doc_id"].startswith("001") for row in load_facts(out).to_pylist())
    assert lines[-1] == f"2 of {total} facts; --limit 0 shows all"


@pytest.mark.parametrize(
    ("arguments", "column", "wanted"),
    [
        (["--province", "Bến Tre"], "province_code", "83"),
        (["--province", "bến tre"], "province_code", "83"),
        (["--province", "70"], "province_code", "70"),
        (["--metric", "dti_rank"], "metric_id", "dti_rank"),
        (["--status", "target"], "status", "target"),
        (["--document", "003"], "doc_id", "003_c23ee6b3e6e53259"),
        (["--province", "tỉnh Bến Tre"], "province_code", "83"),
        (["--province", "ben tre"], "province_code", "83"),
        (["--province", "Bến-Tre"], "province_code", "83"),
    ],
)
def test_facts_are_filtered(out: Path, arguments: list[str], column: str, wanted: str) -> None:
    rows = rows_of(extract_command("show", out, *arguments, "--format", "json"))
    everything = load_facts(out).to_pylist()
    assert [row["fact_id"] for row in rows] == [row["fact_id"] for row in everything if row[column] == wanted]
    assert rows


def test_a_metric_may_be_named_by_its_words(out: Path) -> None:
    rows = rows_of(extract_command("show", out, "--metric", "SỢI", "--format", "json"))
    assert rows == []
    rows = rows_of(extract_command("show", out, "--metric", "CÁP QUANG BIỂN", "--format", "json"))
    assert rows
    assert all("cáp quang biển" in row["metric_text"].lower() for row in rows)


def test_filters_add_up_and_the_limit_cuts(out: Path) -> None:
    both = ["--province", "83", "--metric", "digital_certificates", "--format", "json"]
    rows = rows_of(extract_command("show", out, *both))
    assert [(row["value"], row["unit_id"], row["scope"]) for row in rows] == [
        (493.0, "organisation", "organisation"),
        (2241.0, "person", "individual"),
    ]
    assert rows_of(extract_command("show", out, *both, "--limit", "1")) == rows[:1]


def test_less_sure_facts_are_left_out(out: Path) -> None:
    everything = rows_of(extract_command("show", out, "--format", "json"))
    sure = rows_of(extract_command("show", out, "--min-confidence", "0.8", "--format", "json"))
    assert sure == [row for row in everything if row["confidence"] >= 0.8]
    assert 0 < len(sure) < len(everything)
    least = f"{everything[0]['confidence']:.3f}"
    assert everything[0] in rows_of(
        extract_command("show", out, "--min-confidence", least, "--format", "json")
    )
    assert extract_command("show", out, "--min-confidence", "2").code == 2


def test_a_code_of_the_list_of_34_shows_what_it_holds(out: Path) -> None:
    rows = rows_of(extract_command("show", out, "--province", "86", "--format", "json"))
    wanted = [
        row
        for row in load_facts(out).to_pylist()
        if "86" in (row["province_code"], row["province_code_2025"])
    ]
    assert [row["fact_id"] for row in rows] == [row["fact_id"] for row in wanted]
    assert {row["province_name"] for row in rows} == {"Bến Tre"}


@pytest.mark.parametrize("name", ["TP.HCM", "Huế", "Hue", "thừa thiên - huế", "VN"])
def test_provinces_without_facts_are_known_by_all_their_names(out: Path, name: str) -> None:
    outcome = extract_command("show", out, "--province", name, "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")


def test_a_place_may_be_named_as_it_is_written(out: Path) -> None:
    facts = load_facts(out).to_pylist()
    place = next(row["place_text"] for row in facts if row["place_level"] == "district")
    rows = rows_of(extract_command("show", out, "--province", place.upper(), "--format", "json"))
    assert [row["fact_id"] for row in rows] == [row["fact_id"] for row in facts if row["place_text"] == place]


def test_a_province_that_does_not_exist_is_refused_with_similar_names(out: Path) -> None:
    outcome = extract_command("show", out, "--province", "Bến Che")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: --province: no province is called 'Bến Che' (similar: Bến Tre")


def test_long_ids_are_cut_in_the_middle_where_they_stay_apart(tmp_path: Path) -> None:
    ids = [f"https://bao.vn/tin/mot-bai-viet-rat-dai-{end}" for end in ("so-mot.html", "so-hai.html")]
    alike = [f"https://bao.vn/{part}/bai-viet-rat-la-dai.html" for part in ("kinh-te-va-xa-hoi", "doi-song")]
    records = [{"id": doc_id, "text": "Xã có 5 chợ."} for doc_id in (*ids, *alike)]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    assert extract_command("run", tmp_path / "r.jsonl", "--out", tmp_path / "out", "-q").code == 0
    shown = extract_command("show", tmp_path / "out").out
    for wanted in ("https://bao.v…i-so-mot.html", "https://bao.v…i-so-hai.html", *alike):
        assert f" {wanted} " in shown


def test_a_table_names_each_fact_so_that_it_can_be_explained(out: Path) -> None:
    rows = load_facts(out).to_pylist()
    (named,) = [
        line.split("│")[1].strip()
        for line in extract_command("show", out).out.splitlines()
        if f"│ {rows[2]['fact_id'][:6]}" in line
    ]
    assert rows[2]["fact_id"].startswith(named)
    explained = json.loads(extract_command("explain", named, out, "--format", "json").out)
    assert [fact["row"]["fact_id"] for fact in explained["facts"]] == [rows[2]["fact_id"]]


def test_as_much_of_an_id_is_shown_as_tells_all_apart(capsys: pytest.CaptureFixture[str]) -> None:
    stated = {"metric_text": "chợ", "value": 5.0, "bound": "eq", "change": "none", "unit_id": "market"}
    named = {"fact_id": "abcdef0100000000", "doc_id": "a", "status": "actual"}
    row: dict[str, Any] = {**dict.fromkeys(COLUMNS), **stated, **named}
    for other, shown in (
        ("b", "abcdef"),
        ("abcdef0200000000", "abcdef01"),
        ("abcdef0100000001", row["fact_id"]),
    ):
        print_facts([row], "table", total=1, ids=[row["fact_id"], other])
        assert f"│ {shown} │ a " in capsys.readouterr().out
    print_facts([row], "table", total=1)
    assert "fact " not in capsys.readouterr().out.splitlines()[1]


def test_at_a_terminal_a_long_table_is_cut(out: Path) -> None:
    total = load_facts(out).num_rows
    assert extract_command("show", out).out.splitlines()[-1] == f"{total} facts"
    lines = extract_command("show", out, terminal=True).out.splitlines()
    assert (lines[-1], len(lines) < 70) == (f"50 of {total} facts; --limit 0 shows all", True)
    assert (
        extract_command("show", out, "--limit", "0", terminal=True).out.splitlines()[-1] == f"{total} facts"
    )
    assert len(rows_of(extract_command("show", out, "--format", "json", terminal=True))) == total


def test_a_status_that_does_not_exist_is_refused(out: Path) -> None:
    outcome = extract_command("show", out, "--status", "maybe")
    assert outcome == Outcome(2, "", "error: --status: 'maybe' is neither actual nor target\n")


def test_showing_what_no_run_has_written_is_refused(tmp_path: Path) -> None:
    outcome = extract_command("show", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert str(tmp_path / "facts.parquet") in outcome.err


def test_showing_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facts.parquet").write_bytes(b"no table")
    outcome = extract_command("show", tmp_path)
    assert outcome.code == 2
    assert f"{tmp_path / 'facts.parquet'}: not readable as Parquet" in outcome.err


# -- text ------------------------------------------------------------------------------------------

SENTENCE = "Toàn tỉnh có hơn 4.285 trạm BTS 4G."


def test_a_text_from_the_command_line_as_json() -> None:
    (row,) = rows_of(
        extract_command(
            "text", SENTENCE, "--published", "2024-07", "--province", "Bến Tre", "--format", "json"
        )
    )
    wanted = {
        "metric_id": "mobile_base_stations",
        "technology": "4G",
        "value": 4285.0,
        "bound": "gt",
        "unit_id": "station",
        "status": "actual",
        "change": "none",
        "period_start": "2024-07-01",
        "period_end": "2024-07-31",
        "period_source": "document",
        "province_code": "83",
        "province_code_2025": "86",
        "sentence": SENTENCE,
    }
    assert {name: row[name] for name in wanted} == wanted


def test_a_text_from_standard_input() -> None:
    given = rows_of(extract_command("text", "--format", "json", stdin=SENTENCE.encode()))
    assert given == rows_of(extract_command("text", SENTENCE, "--format", "json"))


def test_a_line_stands_for_standard_input() -> None:
    given = rows_of(extract_command("text", "-", "--format", "json", stdin=SENTENCE.encode()))
    assert given == rows_of(extract_command("text", SENTENCE, "--format", "json"))


def test_a_text_of_a_province_that_does_not_exist() -> None:
    outcome = extract_command("text", SENTENCE, "--province", "Atlantis", "--format", "json")
    assert (outcome.code, outcome.err) == (0, "warning: --province: no province is called 'Atlantis'\n")
    assert [row["province_code"] for row in json.loads(outcome.out)] == [None]


@pytest.mark.parametrize("published", ["1/5/2024", "2024-05-01", "Thứ tư, 1/5/2024, 10:30 (GMT+7)"])
def test_the_date_of_a_text_may_be_written_in_many_ways(published: str) -> None:
    (row,) = rows_of(extract_command("text", SENTENCE, "--published", published, "--format", "json"))
    assert row["period_start"] == "2024-05-01"


@pytest.mark.parametrize("command", [("text", SENTENCE), ("explain", "--text", SENTENCE)])
def test_a_date_that_is_none_is_told_with_its_option(command: tuple[str, ...]) -> None:
    outcome = extract_command(*command, "--published", "30/2/2024")
    assert outcome == Outcome(2, "", "error: --published: '30/2/2024' is not in the calendar\n")


def test_a_text_as_csv() -> None:
    outcome = extract_command("text", SENTENCE, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(outcome.out))
    assert (outcome.code, row["value"], row["unit_id"]) == (0, "4285.0", "station")


def test_a_text_as_a_table() -> None:
    outcome = extract_command("text", SENTENCE)
    assert outcome.code == 0
    assert "> 4,285" in outcome.out
    assert outcome.out.splitlines()[-1] == "1 fact"


def test_a_text_without_facts_gives_no_rows() -> None:
    assert rows_of(extract_command("text", "Bà con phấn khởi.", "--format", "json")) == []


# -- eval ------------------------------------------------------------------------------------------


def test_scores_above_their_floors_end_well(out: Path) -> None:
    outcome = extract_command("eval", GOLD, out, "--min", "value=50", "--min", "row=10", "--format", "json")
    assert (outcome.code, outcome.err) == (0, "")
    scores = json.loads(outcome.out)
    assert set(scores) == {
        "gold", "predicted", "optional", "near_optional", "scores", "by_metric", "misses", "false_alarms",
        "wrong_fields",
    }  # fmt: skip


def test_optional_facts_are_said_to_count_for_nothing(out: Path, tmp_path: Path) -> None:
    documents = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    count = len(documents[0]["facts"])
    before = json.loads(extract_command("eval", GOLD, out, "--format", "json").out)
    for fact in documents[0]["facts"]:
        fact["optional"] = True
    gold = tmp_path / "gold.jsonl"
    gold.write_text("".join(json.dumps(document) + "\n" for document in documents), encoding="utf-8")
    outcome = extract_command("eval", gold, out, "--no-details")
    after = json.loads(extract_command("eval", gold, out, "--format", "json").out)
    optional, near = after["optional"], after["near_optional"]
    assert f"not counted: {optional} gold facts marked optional, {near} predicted there\n" in outcome.out
    assert optional + after["gold"] == before["optional"] + before["gold"]
    assert (near + after["predicted"]) == before["near_optional"] + before["predicted"]
    assert optional >= count


def test_a_score_under_its_floor_ends_with_one(out: Path) -> None:
    outcome = extract_command("eval", GOLD, out, "--min", "value=101", "--no-details")
    assert outcome.code == 1
    assert "value: F1" in outcome.err
    assert "is under 101" in outcome.err


@pytest.mark.parametrize(
    ("floor", "reason"),
    [
        ("value", "'value' is not of the form FIELD=F1"),
        ("value=high", "'value=high' is not of the form FIELD=F1"),
        ("colour=9", "'colour' is no field"),
    ],
)
def test_a_floor_that_is_none_is_refused(out: Path, floor: str, reason: str) -> None:
    outcome = extract_command("eval", GOLD, out, "--min", floor)
    assert (outcome.code, outcome.out) == (2, "")
    assert reason in outcome.err


def test_gold_that_is_not_there_is_named(out: Path, tmp_path: Path) -> None:
    outcome = extract_command("eval", tmp_path / "none.jsonl", out)
    assert outcome.code == 2
    assert str(tmp_path / "none.jsonl") in outcome.err


def test_texts_may_be_read_from_a_folder(out: Path, tmp_path: Path) -> None:
    assert extract_command("eval", GOLD, out, "--texts", ROOT / "seeds", "--no-details").code == 0
    outcome = extract_command("eval", GOLD, out, "--texts", tmp_path)
    assert outcome.code == 2
    assert "no text of 000_a2a52f8417544912" in outcome.err


def test_scores_as_csv(out: Path) -> None:
    outcome = extract_command("eval", GOLD, out, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert {"value", "unit", "metric", "row"} <= {row["field"] for row in rows}
    assert all(0 <= float(row["f1"]) <= 100 for row in rows)


def test_scores_as_a_table(out: Path) -> None:
    outcome = extract_command("eval", GOLD, out)
    assert outcome.code == 0
    assert "gold facts" in outcome.out
    assert "mobile_base_stations" in outcome.out


# -- schema ----------------------------------------------------------------------------------------


def test_the_schema_as_json_names_every_column() -> None:
    rows = rows_of(extract_command("schema", "--format", "json"))
    assert [row["name"] for row in rows] == COLUMNS
    assert all(row["type"] and row["description"] for row in rows)


def test_the_schema_as_csv() -> None:
    rows = list(csv.reader(io.StringIO(extract_command("schema", "--format", "csv").out)))
    assert [row[0] for row in rows] == ["name", *COLUMNS]


def test_the_schema_as_a_table() -> None:
    outcome = extract_command("schema")
    assert outcome.code == 0
    assert all(column in outcome.out for column in COLUMNS)


# -- rules -----------------------------------------------------------------------------------------


def test_all_rules_are_listed() -> None:
    outcome = extract_command("rules", "list")
    assert outcome.code == 0
    for rule in ("metric.dti_rank", "unit.household", "bound.gt", "not_fact.phone", "status.goal"):
        assert rule in outcome.out


def test_the_rules_of_one_family_are_listed() -> None:
    outcome = extract_command("rules", "list", "bounds")
    assert "bound.gt" in outcome.out
    assert "metric." not in outcome.out


def test_a_family_that_does_not_exist_is_refused() -> None:
    outcome = extract_command("rules", "list", "fruits")
    assert (outcome.code, outcome.out) == (2, "")
    assert "fruits: no such family of rules; there are units, bounds" in outcome.err


@pytest.mark.parametrize("rule", ["dti_rank", "metric.dti_rank"])
def test_a_rule_is_shown_with_its_examples(rule: str, rules: RuleSet) -> None:
    outcome = extract_command("rules", "show", rule)
    assert outcome.code == 0
    assert "metric.dti_rank" in outcome.out.splitlines()[0]
    assert "metrics/government.yaml:" in outcome.out.splitlines()[0]
    metric = rules.metrics_by_id["dti_rank"]
    shown = " ".join(outcome.out.split())
    for example in (*metric.examples, *metric.not_examples):
        text = example if isinstance(example, str) else example.text
        assert text in shown


def test_a_rule_that_does_not_exist_is_refused() -> None:
    outcome = extract_command("rules", "show", "nobody")
    assert (outcome.code, outcome.out) == (2, "")
    assert "nobody: no rule has this id" in outcome.err


def test_rules_with_faults_end_with_two(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("fruits: []\nunits: {}\n", encoding="utf-8")
    outcome = extract_command("rules", "check", "--rules", tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert "2 faults in the rules" in outcome.err
    assert "unknown family `fruits`" in outcome.err
    assert "`units` must be a list of entries" in outcome.err


def test_an_example_that_gives_another_metric_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "metrics:\n  - {id: mine, pillar: x, label_vi: x, label_en: x, definition: x, typical_unit: person,\n"
        "     units: [person], patterns: [[người cưỡi ngựa]], examples: [Có 5 người ném còn]}\n",
        encoding="utf-8",
    )
    outcome = extract_command("rules", "check", "--rules", tmp_path)
    assert outcome.code == 2
    assert "mine.yaml:2: metrics `mine`: not found in its example 'Có 5 người ném còn'" in outcome.err
