"""Label Studio: facts go there as predictions, and what annotators made of them comes back as gold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import lxml.etree
import pyarrow.parquet as pq
import pytest
from commands import Outcome, extract_command

from extract.gold import load_gold
from extract.table import load_documents

Task = dict[str, Any]


def export_tasks(out: Path, path: Path, *options: object) -> list[Task]:
    outcome = extract_command("export", out, "--to", "label-studio", "-o", path, *options)
    assert outcome.code == 0, outcome.err
    tasks: list[Task] = json.loads(path.read_text(encoding="utf-8"))
    return tasks


def accept(tasks: list[Task]) -> list[Task]:
    """Gives tasks as Label Studio exports them when an annotator submits all predictions as they are."""
    return [
        {
            "id": number,
            "data": task["data"],
            "annotations": [annotation(task["predictions"][0]["result"])],
            "predictions": task["predictions"],
        }
        for number, task in enumerate(tasks, start=101)
    ]


def annotation(result: list[Task], **fields: Any) -> Task:
    return {
        "id": 1,
        "completed_by": 1,
        "result": json.loads(json.dumps(result)),
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": "2024-10-08T06:15:00.000000Z",
        "updated_at": "2024-10-08T06:15:00.000000Z",
        "lead_time": 12.5,
        **fields,
    }


def region(name: str, start: int, end: int, **cells: str) -> list[Task]:
    """Gives the results of a region that an annotator drew."""
    common = {"id": name, "to_name": "text", "origin": "manual"}
    results: list[Task] = []
    for control, cell in cells.items():
        kind = {"fact": "labels", "bound": "choices", "province": "choices", "optional": "choices"}.get(
            control
        )
        key = {"labels": "labels", "choices": "choices"}.get(kind or "", "text")
        value = {"start": start, "end": end, key: [cell]}
        results.append({**common, "from_name": control, "type": kind or "textarea", "value": value})
    return results


def write_export(path: Path, tasks: list[Task]) -> Path:
    path.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    return path


def import_gold(path: Path, *options: object) -> Outcome:
    return extract_command("import-gold", path, "-o", path.with_suffix(".jsonl"), *options)


@pytest.fixture
def tasks(tmp_path: Path, seeds_run: Path) -> list[Task]:
    """The seeds as tasks."""
    return export_tasks(seeds_run, tmp_path / "tasks.json")


@pytest.fixture
def one(tmp_path: Path) -> tuple[Path, list[Task]]:
    """The output of a run over one short article with characters above U+FFFF, and its task."""
    (tmp_path / "in").mkdir()
    text = "# published = 2024-10\n🙂🙂 Xã có 12 chợ.\nXã có 12 chợ, 3 trường học ở Bến Tre."
    (tmp_path / "in" / "a.txt").write_text(text, encoding="utf-8")
    assert extract_command("run", tmp_path / "in", "--out", tmp_path / "out", "-q").code == 0
    return tmp_path / "out", export_tasks(tmp_path / "out", tmp_path / "tasks.json")


def test_a_task_holds_the_text_and_every_fact(tasks: list[Task], seeds_run: Path) -> None:
    assert [task["data"]["doc_id"] for task in tasks] == load_documents(seeds_run)["doc_id"].to_pylist()
    first = tasks[0]
    assert sorted(first["data"]) == ["doc_id", "published", "text", "title", "url"]
    (prediction,) = first["predictions"]
    assert prediction["model_version"].startswith("extract 0.1.0, rules ")
    assert 0 < prediction["score"] < 1
    span = {"start": 468, "end": 486}
    results = [item for item in prediction["result"] if item["id"] == "9ad7900afb24f0c3"]
    sure = pq.read_table(seeds_run / "facts.parquet")["confidence"][0].as_py()
    assert results[0] == {
        "id": "9ad7900afb24f0c3",
        "from_name": "fact",
        "to_name": "text",
        "type": "labels",
        "value": {**span, "text": "20 tỉnh, thành phố", "labels": ["target"]},
        "score": round(sure, 3),
    }
    said = {item["from_name"]: item["value"] for item in results[1:]}
    assert said["value"] == {**span, "text": ["20"]}
    assert said["bound"] == {**span, "choices": ["le"]}
    assert said["province"] == {**span, "choices": ["Bình Thuận (60)"]}
    assert (said["period"]["text"], said["metric_id"]["choices"]) == (["2030"], ["dti_rank"])
    # What is empty has no result.
    assert sorted(said) == [
        "bound", "change", "component", "metric", "metric_id", "period", "place", "province", "unit",
        "unit_text", "value",
    ]  # fmt: skip
    every = [item for task in tasks for item in task["predictions"][0]["result"]]
    assert sum(item["type"] == "labels" for item in every) == 107


def test_results_name_controls_and_choices_of_the_labelling_interface(
    tasks: list[Task], tmp_path: Path
) -> None:
    config = lxml.etree.fromstring((tmp_path / "tasks.labeling.xml").read_bytes())
    controls = {item.get("name"): item for item in config.iter("Labels", "TextArea", "Choices")}
    choices = {
        name: {choice.get("value") for choice in control}
        for name, control in controls.items()
        if len(control)
    }
    assert {item.get("toName") for item in controls.values()} == {config.find("Text").get("name")}
    assert config.find("Text").get("value") == "$text"
    used = {
        word for item in config.iter("Header") for word in item.get("value").split() if word.startswith("$")
    }
    assert {name.removeprefix("$") for name in used} <= set(tasks[0]["data"])
    for task in tasks:
        for item in task["predictions"][0]["result"]:
            control = controls[item["from_name"]]
            assert control.tag.lower() == item["type"]
            if item["type"] == "textarea":
                assert [type(cell) for cell in item["value"]["text"]] == [str]
            else:
                assert set(item["value"][item["type"]]) <= choices[item["from_name"]]
    assert len(choices["metric_id"]) == 93
    assert {"Việt Nam (VN)", "Thái Nguyên (19)", "Yên Bái (15)", "Lào Cai (15)"} <= choices["province"]


def test_label_studios_own_library_accepts_config_and_predictions(tasks: list[Task], tmp_path: Path) -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface").LabelInterface(
        (tmp_path / "tasks.labeling.xml").read_text(encoding="utf-8")
    )
    interface.validate()
    for task in tasks:
        assert interface.validate_prediction(task["predictions"][0], return_errors=True) == []


def test_predictions_that_are_accepted_are_gold_that_the_run_meets_fully(
    tasks: list[Task], tmp_path: Path, seeds_run: Path
) -> None:
    path = write_export(tmp_path / "project.json", accept(tasks))
    assert import_gold(path) == Outcome(0, "", f"{tmp_path / 'project.jsonl'}: 107 facts of 5 documents\n")
    outcome = extract_command("eval", path.with_suffix(".jsonl"), seeds_run, "--format", "json")
    found = json.loads(outcome.out)
    assert (found["gold"], found["misses"], found["false_alarms"], found["wrong_fields"]) == (107, [], [], [])
    assert set(map(tuple, (score.values() for score in found["scores"].values()))) == {(100.0, 100.0, 100.0)}


def test_records_of_a_larger_file_go_there_and_back(tmp_path: Path) -> None:
    records = [{"id": f"n{number}", "body": f"🙂 Xã có {number} chợ."} for number in (12, 13)]
    source = tmp_path / "news.jsonl"
    source.write_text("".join(f"{json.dumps(record)}\n" for record in records), encoding="utf-8")
    out = tmp_path / "out"
    assert extract_command("run", source, "--out", out, "-q").code == 0
    path = write_export(tmp_path / "project.json", accept(export_tasks(out, tmp_path / "tasks.json")))
    assert import_gold(path).code == 0
    outcome = extract_command("eval", path.with_suffix(".jsonl"), out, "--min", "row=100")
    assert outcome.code == 0


def test_what_was_corrected_deleted_and_added(tmp_path: Path, one: tuple[Path, list[Task]]) -> None:
    out, tasks = one
    text = tasks[0]["data"]["text"]
    (task,) = accept(tasks)
    labels = [item for item in task["annotations"][0]["result"] if item["type"] == "labels"]
    assert [item["value"]["text"] for item in labels] == ["12 chợ", "12 chợ", "3 trường học"]
    first, second, _ = (item["id"] for item in labels)
    # The first is deleted, the value of the second corrected, another added with a blank too much.
    kept = [item for item in task["annotations"][0]["result"] if item["id"] != first]
    for item in kept:
        if item["id"] == second and item["from_name"] == "value":
            item["value"]["text"] = ["13"]
    start = text.index("ở Bến Tre")
    kept += region(
        "new", start - 1, start + 9, fact="target", value="0.5", unit="percent", province="Bến Tre (83)",
        period="2021/2025", optional="optional",
    )  # fmt: skip
    task["annotations"] = [annotation(kept)]
    path = write_export(tmp_path / "project.json", [task])
    assert import_gold(path) == Outcome(0, "", f"{tmp_path / 'project.jsonl'}: 3 facts of 1 document\n")
    (document,) = load_gold(path.with_suffix(".jsonl"))
    assert (document.doc_id, document.published) == ("a", "2024-10")
    corrected, unchanged, added = document.facts
    assert (corrected.quote, corrected.n, corrected.value, corrected.unit_text) == ("12 chợ", 2, 13.0, "chợ")
    assert (unchanged.quote, unchanged.n, unchanged.value, unchanged.unit) == (
        "3 trường học",
        1,
        3.0,
        "school",
    )
    assert (added.quote, added.n, added.value, added.unit) == ("ở Bến Tre", 1, 0.5, "percent")
    assert (added.status, added.bound, added.change, added.period) == ("target", "eq", "none", "2021/2025")
    assert (added.province, added.optional, unchanged.optional) == ("83", True, False)
    found = json.loads(extract_command("eval", path.with_suffix(".jsonl"), out, "--format", "json").out)
    assert [item["context"].split("\n")[0][:6] for item in found["false_alarms"]] == ["# publ"]
    assert [(item["field"], item["expected"]) for item in found["wrong_fields"]] == [("value", "13.0, -, -")]


def test_offsets_of_older_versions_count_as_javascript_does(
    tmp_path: Path, one: tuple[Path, list[Task]]
) -> None:
    tasks = accept(one[1])
    for item in tasks[0]["annotations"][0]["result"]:
        # Two characters before are above U+FFFF.
        item["value"] |= {"start": item["value"]["start"] + 2, "end": item["value"]["end"] + 2}
    path = write_export(tmp_path / "project.json", tasks)
    assert import_gold(path).code == 0
    (document,) = load_gold(path.with_suffix(".jsonl"))
    assert [(fact.quote, fact.n) for fact in document.facts] == [
        ("12 chợ", 1),
        ("12 chợ", 2),
        ("3 trường học", 1),
    ]


def test_which_annotation_counts(tmp_path: Path, one: tuple[Path, list[Task]]) -> None:
    def with_value(value: str, **fields: Any) -> Task:
        return annotation(region("r", 23, 25, fact="actual", value=value, unit="market"), **fields)

    later = "2024-10-09T00:00:00Z"
    (task,) = accept(one[1])
    two = [
        with_value("1", updated_at=later),
        with_value("2", completed_by={"id": 7, "email": "b@example.com"}),
    ]
    for given, options, value, several in (
        (two, (), 1.0, True),
        ([*two, with_value("3", updated_at=later, id=2, was_cancelled=True)], (), 1.0, True),
        ([*two, with_value("4", ground_truth=True)], (), 4.0, False),
        (two, ("--annotator", "7"), 2.0, False),
        (two, ("--annotator", "b@example.com"), 2.0, False),
    ):
        path = write_export(tmp_path / "project.json", [{**task, "annotations": given}])
        outcome = import_gold(path, "--replace", *options)
        assert ("note: of 1 task with several annotations the last counts" in outcome.err) is several
        assert [fact.value for fact in load_gold(path.with_suffix(".jsonl"))[0].facts] == [value]


def test_tasks_that_nobody_annotated_are_no_gold(tmp_path: Path, tasks: list[Task]) -> None:
    exported = accept(tasks)
    exported[0]["annotations"] = []
    exported[1]["annotations"][0]["result"] = []
    path = write_export(tmp_path / "project.json", exported)
    outcome = import_gold(path)
    assert "note: 1 task without annotation left out\n" in outcome.err
    documents = load_gold(path.with_suffix(".jsonl"))
    assert [document.doc_id for document in documents] == [task["data"]["doc_id"] for task in tasks[1:]]
    # That a text states nothing is gold too.
    assert documents[0].facts == ()
    for task in exported:
        task["annotations"] = []
    outcome = import_gold(write_export(path, exported), "--replace")
    assert outcome == Outcome(2, "", f"error: {path}: holds no task that was annotated\n")


def test_faults_of_an_export_are_told_with_the_words_they_are_at(
    tmp_path: Path, one: tuple[Path, list[Task]]
) -> None:
    (task,) = accept(one[1])
    start = task["data"]["text"].index("12 chợ")
    results = region("r", start, start + 6, fact="actual", value="1,46", bound="about", period="tháng 7")
    results += region("s", start, start + 6, value="1", unit="market")
    path = write_export(tmp_path / "project.json", [{**task, "annotations": [annotation(results)]}])
    outcome = import_gold(path)
    where = f"task 101: a, '12 chợ' at {start}"
    assert outcome.code == 2
    for fault in (
        "value: '1,46' is no number such as 1460000 or 75.6",
        "bound: 'about' is none of eq, approx, gt, ge, lt, le",
        "unit: is missing",
        "period: 'tháng 7' is no ISO day, month or year",
    ):
        assert f"{where}: {fault}" in outcome.err
    assert not path.with_suffix(".jsonl").exists()
    wrong = region("r", 3, 5, fact="actual")
    wrong[0]["value"]["text"] = "chợ"
    for results, fault in (
        (wrong, "the region 3 to 5 holds 'chợ', but the text has 'ub'"),
        (region("r", 900, 905, fact="actual"), "the region 900 to 905 holds no words of the text"),
        (region("r", 3, 5, colour="red"), "'colour' is no control of the labelling interface"),
    ):
        path = write_export(tmp_path / "project.json", [{**task, "annotations": [annotation(results)]}])
        assert f"task 101: {fault}" in import_gold(path).err


def test_files_that_are_no_export(tmp_path: Path, one: tuple[Path, list[Task]]) -> None:
    path = tmp_path / "project.json"
    for content, reason in (
        ("{", "is no JSON"),
        ("{}", "is no export of Label Studio in its format JSON"),
        ('[{"id": 1, "text": "a", "fact": []}]', "is no export of Label Studio in its format JSON"),
        ('[{"data": {"text": "a"}, "annotations": [{"result": []}]}]', "has no text and doc_id"),
    ):
        path.write_text(content, encoding="utf-8")
        outcome = import_gold(path)
        assert (outcome.code, reason in outcome.err) == (2, True)
    (task,) = accept(one[1])
    write_export(path, [task, task])
    assert "document a has more than one annotated task" in import_gold(path).err


def test_gold_is_not_replaced_unasked(tmp_path: Path, one: tuple[Path, list[Task]]) -> None:
    path = write_export(tmp_path / "project.json", accept(one[1]))
    gold = path.with_suffix(".jsonl")
    gold.write_text("mine")
    outcome = import_gold(path)
    assert outcome == Outcome(2, "", f"error: {gold}: is there already: choose another name, or --replace\n")
    assert gold.read_text() == "mine"
    assert import_gold(path, "--replace").code == 0
    outcome = extract_command("import-gold", path, "-o", path, "--replace")
    assert (outcome.code, "is there already" in outcome.err) == (2, True)


def test_documents_without_text_are_told(tmp_path: Path, seeds_run: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    ids = pq.read_table(seeds_run / "documents.parquet")["doc_id"].to_pylist()
    seeds = Path(__file__).parent.parent / "seeds"
    (texts / f"{ids[2]}.txt").write_bytes((seeds / f"{ids[2]}.txt").read_bytes())
    path = tmp_path / "tasks.json"
    outcome = extract_command("export", seeds_run, "--to", "label-studio", "-o", path, "--texts", texts)
    assert outcome.code == 0
    assert f"note: no task for {ids[0]}: The folder of texts has no file {ids[0]}.txt." in outcome.err
    assert [task["data"]["doc_id"] for task in json.loads(path.read_text(encoding="utf-8"))] == [ids[2]]
    (texts / f"{ids[2]}.txt").unlink()
    path.unlink()
    outcome = extract_command("export", seeds_run, "--to", "label-studio", "-o", path, "--texts", texts)
    assert (outcome.code, "there is nothing to label: The folder of texts has no file" in outcome.err) == (
        2,
        True,
    )
    assert not path.exists()


def test_filters_choose_facts_and_the_documents_that_have_them(tmp_path: Path, seeds_run: Path) -> None:
    path = tmp_path / "tasks.json"
    (task,) = export_tasks(seeds_run, path, "--document", "000")
    assert task["data"]["doc_id"].startswith("000")
    tasks = export_tasks(seeds_run, path, "--metric", "dti_rank")
    assert 0 < len(tasks) < 5
    assert {
        item["value"]["choices"][0]
        for task in tasks
        for item in task["predictions"][0]["result"]
        if item["from_name"] == "metric_id"
    } == {"dti_rank"}


def test_a_document_without_facts_is_a_task_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, text in (("a", "Xã có 12 chợ."), ("b", "Trời đẹp."), ("c", "Xã có 13 chợ.")):
        (tmp_path / "in" / f"{name}.txt").write_text(text, encoding="utf-8")
    assert extract_command("run", tmp_path / "in", "--out", tmp_path / "out", "-q").code == 0
    tasks = export_tasks(tmp_path / "out", tmp_path / "tasks.json")
    assert [(task["data"]["doc_id"], len(task["predictions"][0]["result"]) > 0) for task in tasks] == [
        ("a", True),
        ("b", False),
        ("c", True),
    ]
