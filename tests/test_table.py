"""The tables: columns as the contract has them, the same bytes for the same facts, old or new as a whole."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extract import parquet
from extract.errors import InputError, InternalError, OutputError
from extract.models import (
    Document,
    DocumentResult,
    Drop,
    Fact,
    FailedDocument,
    Grain,
    Period,
    PublishedSource,
    Span,
)
from extract.table import (
    FILE_NAMES,
    DatasetWriter,
    RunInfo,
    describe_schema,
    documents_table,
    facts_table,
    load_documents,
    load_facts,
)
from extract.table_schema import FACTS, TABLES

MakeFact = Callable[..., Fact]

RUN = RunInfo(package_version="0.1.0", rules_hash="abc", tokenizer="underthesea", tokenizer_version="9.5.0")
METRIC = {
    "metric_id": "mobile_base_stations",
    "pillar": "infrastructure",
    "label_vi": "trạm BTS",
    "label_en": "mobile base stations",
    "typical_unit": "station",
    "attributes": ("technology", "scope"),
}
UNIT = {
    "unit_id": "km",
    "dimension": "length",
    "symbol": "km",
    "base": "m",
    "factor": 1000.0,
    "forms": ["km", "cây số"],
}
PROVINCE = {
    "province_code": "60",
    "list": "63",
    "name": "Bình Thuận",
    "type": "tỉnh",
    "valid_to": dt.date(2025, 6, 30),
    "successor_code": "68",
    "aliases": "",
}
# The contract: name, type, whether null is allowed.
CONTRACT = """
fact_id string | doc_id string | metric_id dictionary null | metric_text string | technology dictionary null
scope dictionary null | component dictionary null | value double | value_max double null
denominator double null | bound dictionary | unit_id dictionary | unit_text string null
status dictionary | change dictionary
period_start date32 null | period_end date32 null | period_grain dictionary null | period_source dictionary
baseline_start date32 null | baseline_end date32 null | province_code dictionary null
province_name dictionary null | province_code_2025 dictionary null | place_text string null
place_level dictionary null | place_source dictionary | sentence string | sentence_start int32
char_start int32 | char_end int32 | rule_ids string | confidence float | duplicate_of string null
checks string null | statement_id string
"""


def result_of(doc_id: str, *facts: Fact, **changes: Any) -> DocumentResult:
    document = Document(doc_id, "Tỉnh có 4.285 trạm.", f"news/{doc_id}.txt", "0" * 64, **changes)
    return DocumentResult(document, facts, sentences=1, province_code="60")


def write(out_dir: Path, results: Iterable[DocumentResult | FailedDocument]) -> None:
    with DatasetWriter(
        out_dir, RUN, metrics_rows=[METRIC], units_rows=[UNIT], provinces_rows=[PROVINCE]
    ) as writer:
        for result in results:
            writer.add(result)
        writer.timings["total"] = 1.5


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_columns_are_those_of_the_contract(make_fact: MakeFact) -> None:
    shown = [
        " ".join(
            [
                field.name,
                "dictionary" if pa.types.is_dictionary(field.type) else str(field.type).removesuffix("[day]"),
                *(["null"] if field.nullable else []),
            ]
        )
        for field in facts_table([make_fact()]).schema
    ]
    assert shown == [part.strip() for line in CONTRACT.strip().split("\n") for part in line.split("|")]


def test_each_column_carries_its_description(make_fact: MakeFact) -> None:
    schema = facts_table([make_fact()]).schema
    for field, (name, _, description) in zip(schema, describe_schema(), strict=True):
        assert field.name == name
        assert field.metadata[b"description"].decode() == description != ""
    assert schema.field("char_start").metadata[b"unit"] == b"code points"


def test_describe_schema_names_types_as_the_contract_does() -> None:
    described = {name: kind for name, kind, _ in describe_schema()}
    assert described["metric_id"] == "dictionary string, null"
    assert described["period_start"] == "date32, null"
    assert (described["value"], described["confidence"], described["char_end"]) == (
        "float64",
        "float32",
        "int32",
    )


def test_values_go_through_the_file(tmp_path: Path, make_fact: MakeFact) -> None:
    day = dt.date(2024, 7, 31)
    fact = make_fact(
        "a",
        8,
        value=5.0,
        value_max=8.0,
        denominator=63.0,
        period_start=day,
        period_end=day,
        period_grain=Grain.DAY,
        duplicate_of="x",
        checks="ratio_ok",
        technology="3G,4G",
    )
    write(tmp_path, [result_of("a", fact)])
    (row,) = load_facts(tmp_path).to_pylist()
    wanted = {column.name: getattr(fact, column.name) for column in FACTS.columns}
    wanted["rule_ids"] = "unit.station metric.mobile_base_stations"
    wanted["confidence"] = pytest.approx(0.95)
    assert row == wanted
    assert replace(Fact.from_dict(row), confidence=fact.confidence) == fact


def test_a_run_writes_all_files_and_nothing_else(tmp_path: Path, make_fact: MakeFact) -> None:
    write(tmp_path / "deep" / "out", [result_of("a", make_fact("a"))])
    assert sorted(path.name for path in (tmp_path / "deep" / "out").iterdir()) == sorted(FILE_NAMES)


def test_the_schema_says_what_ran(tmp_path: Path, make_fact: MakeFact) -> None:
    write(tmp_path, [result_of("a", make_fact("a")), FailedDocument("b", "b.txt", "not UTF-8")])
    wanted = {**RUN.to_metadata(), "documents": "2"}
    for table in TABLES:
        file = pq.ParquetFile(tmp_path / table.file_name)
        assert {k.decode(): v.decode() for k, v in file.schema_arrow.metadata.items()} == wanted
        # Readers that are not Arrow see it as well, and what columns mean.
        assert file.metadata.metadata[b"rules_hash"] == b"abc"
        meanings = json.loads(file.metadata.metadata[b"column_descriptions"])
        assert meanings == {column.name: column.description for column in table.columns}
        assert file.schema_arrow.equals(table.to_schema(), check_metadata=False)
        assert file.schema_arrow.field(0).metadata[b"description"] == table.columns[0].description.encode()


def test_no_document_gives_empty_tables(tmp_path: Path) -> None:
    with DatasetWriter(tmp_path, RUN):
        pass
    assert load_facts(tmp_path).num_rows == 0
    assert load_facts(tmp_path).schema.equals(FACTS.to_schema(), check_metadata=False)


def test_the_same_run_gives_the_same_bytes(
    tmp_path: Path, make_fact: MakeFact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 4)
    for name in ("one", "two"):
        write(
            tmp_path / name,
            (
                result_of(f"d{n}", *(make_fact(f"d{n}", m, metric_id=f"m{n}{m}") for m in range(3)))
                for n in range(9)
            ),
        )
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_row_groups_share_their_dictionaries(
    tmp_path: Path, make_fact: MakeFact, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = [make_fact("a", n, metric_id=None if n == 3 else f"m{n % 4}") for n in range(10)]
    whole = facts_table(facts)
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 3)
    write(tmp_path, [result_of("a", *facts)])
    assert pq.ParquetFile(tmp_path / "facts.parquet").num_row_groups == 4
    loaded = load_facts(tmp_path)
    assert loaded.to_pylist() == whole.to_pylist()
    dictionaries = [chunk.dictionary.to_pylist() for chunk in loaded["metric_id"].chunks]
    assert all(dictionary == dictionaries[0] for dictionary in dictionaries)


def test_documents(tmp_path: Path, make_fact: MakeFact) -> None:
    published = Period(dt.date(2024, 7, 1), dt.date(2024, 7, 31), Grain.MONTH)
    document = result_of(
        "a",
        make_fact("a"),
        title="T",
        url="https://example.com/a",
        published=published,
        published_source=PublishedSource.METADATA,
    )
    empty = DocumentResult(Document("b", " \n", "b.txt", "1", encoding="utf-16", warnings=("one", "two")))
    broken = DocumentResult(Document("c", "x", "c.txt", "2"), error="took too long")
    write(tmp_path, [document, empty, broken, FailedDocument("d", "d.txt", "NUL byte", "3")])
    rows = load_documents(tmp_path).to_pylist()
    assert [(row["doc_id"], row["status"], row["facts"], row["error"]) for row in rows] == [
        ("a", "ok", 1, None),
        ("b", "empty", 0, None),
        ("c", "error", 0, "took too long"),
        ("d", "error", 0, "NUL byte"),
    ]
    assert (rows[1]["encoding"], rows[1]["warning"]) == ("utf-16", "one; two")
    first = rows[0]
    assert (first["encoding"], first["warning"]) == (None, None)
    assert (first["published"], first["published_grain"], first["published_source"]) == (
        dt.date(2024, 7, 1),
        "month",
        "metadata",
    )
    assert (first["source"], first["characters"], first["sentences"]) == ("news/a.txt", 19, 1)
    assert (first["province_code"], first["url"], first["title"]) == ("60", "https://example.com/a", "T")
    assert documents_table([document, empty]).to_pylist() == rows[:2]


def test_the_ontology_tables(tmp_path: Path) -> None:
    write(tmp_path, [])
    (metric,) = pq.read_table(tmp_path / "metrics.parquet").to_pylist()
    (unit,) = pq.read_table(tmp_path / "units.parquet").to_pylist()
    (province,) = pq.read_table(tmp_path / "provinces.parquet").to_pylist()
    assert (metric["attributes"], metric["definition"]) == ("technology;scope", None)
    assert (unit["factor"], unit["forms"], unit["iso4217"]) == (1000.0, "km;cây số", None)
    assert (province["valid_to"], province["valid_from"], province["aliases"]) == (
        dt.date(2025, 6, 30),
        None,
        None,
    )


def test_a_row_with_an_unknown_column_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(InternalError, match="units: no column colour"),
        DatasetWriter(tmp_path, RUN, units_rows=[{**UNIT, "colour": "red"}]),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_run_json(tmp_path: Path, make_fact: MakeFact) -> None:
    drops = (Drop(Span(0, 1), "calendar_date", "x"), Drop(Span(2, 3), "calendar_date", "x"))
    first = result_of(
        "a",
        make_fact("a", checks="parts_sum_ok ratio_ok"),
        make_fact("a", 20, duplicate_of="a-0", checks="ratio_ok"),
    )
    with DatasetWriter(tmp_path, RUN) as writer:
        writer.add(DocumentResult(first.document, first.facts, drops, warnings=("no date",)))
        writer.add(FailedDocument("b", "b.txt", "not UTF-8: byte 0xe1 at offset 3", "9"))
        writer.timings["extract"] = 0.12345
    run = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert run.pop("versions").pop("pyarrow") == pa.__version__
    assert run == {
        "rules_hash": "abc",
        "counts": {
            "documents": 2,
            "documents_ok": 1,
            "documents_empty": 0,
            "documents_error": 1,
            "facts": 2,
            "duplicates": 1,
            "drops": {"calendar_date": 2},
            "ambiguous": {},
            "checks": {"parts_sum_ok": 1, "ratio_ok": 2},
        },
        "errors": [{"doc_id": "b", "source": "b.txt", "error": "not UTF-8: byte 0xe1 at offset 3"}],
        "warnings": [{"doc_id": "a", "warning": "no date"}],
        "inputs": [
            {"doc_id": "a", "source": "news/a.txt", "sha256": "0" * 64},
            {"doc_id": "b", "source": "b.txt", "sha256": "9"},
        ],
        "timings": {"extract": 0.123},
    }


def test_the_data_package_describes_the_files(tmp_path: Path, make_fact: MakeFact) -> None:
    write(tmp_path, [result_of("a", make_fact("a"))])
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert [resource["name"] for resource in package["resources"]] == [table.name for table in TABLES]
    for resource, table in zip(package["resources"], TABLES, strict=True):
        content = (tmp_path / resource["path"]).read_bytes()
        assert resource["sha256"] == hashlib.sha256(content).hexdigest()
        assert [field["name"] for field in resource["schema"]["fields"]] == [c.name for c in table.columns]
    fields = {field["name"]: field for field in package["resources"][0]["schema"]["fields"]}
    assert fields["status"]["constraints"] == {"required": True, "enum": ["actual", "target"]}
    assert [fields[name]["type"] for name in ("value", "char_start", "period_end", "unit_id")] == [
        "number",
        "integer",
        "date",
        "string",
    ]


@pytest.mark.parametrize("rows_per_group", [3, 7, 20_000])
def test_documents_in_any_order_give_the_same_tables(
    tmp_path: Path, make_fact: MakeFact, monkeypatch: pytest.MonkeyPatch, rows_per_group: int
) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", rows_per_group)
    names = [f"d{number:02}" for number in range(20)]

    def documents(order: list[str]) -> Iterable[DocumentResult | FailedDocument]:
        for name in order:
            if name == "d07":
                yield FailedDocument(name, f"{name}.txt", "not UTF-8")
            else:
                facts = [make_fact(name, start, metric_id=f"m{name}", technology="3G") for start in range(3)]
                yield result_of(name, *facts, warnings=("is it so?",), encoding="utf-8")

    write(tmp_path / "sorted", documents(names))
    for number, order in enumerate((names[::-1], names[10:] + names[:10], names[::2] + names[1::2])):
        write(tmp_path / f"{number}", documents(order))
        assert contents(tmp_path / f"{number}") == contents(tmp_path / "sorted")


def test_a_run_out_of_order_that_is_stopped_leaves_the_old_tables(
    tmp_path: Path, make_fact: MakeFact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_PER_GROUP", 1)
    write(tmp_path, [result_of("a", make_fact("a"))])
    before = contents(tmp_path)
    with pytest.raises(RuntimeError), DatasetWriter(tmp_path, RUN) as writer:
        for name in ("c", "b", "a"):
            writer.add(result_of(name, make_fact(name)))
        raise RuntimeError("stop")
    assert contents(tmp_path) == before


def test_what_breaks_a_promise_is_refused(tmp_path: Path, make_fact: MakeFact) -> None:
    def add(*results: DocumentResult) -> None:
        with DatasetWriter(tmp_path, RUN) as writer:
            for result in results:
                writer.add(result)

    with pytest.raises(InternalError, match="documents: a was added twice"):
        add(result_of("a"), result_of("a"))
    with pytest.raises(InternalError, match="documents: a was added twice"):
        add(result_of("a"), result_of("b"), result_of("a"))
    with pytest.raises(InternalError, match="the fact at 3 comes after one at 9"):
        add(result_of("a", make_fact("a", 9), make_fact("a", 3)))
    with pytest.raises(InternalError, match="a: holds a fact of b"):
        add(result_of("a", make_fact("b")))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"unit_id": None}, r"facts\.unit_id: null"),
        ({"status": "perhaps"}, r"facts\.status: \['perhaps'\] not among its values"),
        ({"value": "many"}, r"facts\.value: "),
        ({"char_end": 2**40}, r"facts\.char_end: "),
    ],
)
def test_a_fact_that_does_not_fit_is_named(
    make_fact: MakeFact, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InternalError, match=message):
        facts_table([make_fact(**changes)])


@pytest.mark.parametrize("error", [KeyboardInterrupt, InternalError, RuntimeError])
def test_a_run_that_is_stopped_leaves_the_old_tables(
    tmp_path: Path, make_fact: MakeFact, error: type[BaseException]
) -> None:
    write(tmp_path, [result_of("a", make_fact("a"))])
    before = contents(tmp_path)
    with pytest.raises(error), DatasetWriter(tmp_path, RUN) as writer:
        writer.add(result_of("b", make_fact("b")))
        raise error("stop")
    assert contents(tmp_path) == before


def test_a_run_killed_in_the_swap_shows_one_set_to_load_facts(
    tmp_path: Path, make_fact: MakeFact, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    write(tmp_path, [result_of("a", make_fact("a"))])
    rename = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if target.name == "documents.parquet":
            raise Killed
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(Killed):
            write(tmp_path, [result_of("b", make_fact("b"))])
    assert load_facts(tmp_path)["doc_id"].to_pylist() == ["b"]
    assert load_documents(tmp_path)["doc_id"].to_pylist() == ["b"]
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["inputs"][0]["doc_id"] == "a"
    # A run that starts and is stopped at once has still completed the swap of the one before.
    with pytest.raises(RuntimeError), DatasetWriter(tmp_path, RUN):
        raise RuntimeError
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["inputs"][0]["doc_id"] == "b"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILE_NAMES)


def test_a_full_disk_is_an_output_error(
    tmp_path: Path, make_fact: MakeFact, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, [result_of("a", make_fact("a"))])
    before = contents(tmp_path)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", refuse)
    with pytest.raises(OutputError, match="cannot be written: No space left on device"):
        write(tmp_path, [result_of("b", make_fact("b"))])
    assert contents(tmp_path) == before


def test_an_output_folder_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.touch()
    with pytest.raises(OutputError, match=r"out: is a file, not a folder"):
        write(path, [])


def test_loading_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"facts\.parquet: no such file: has `extract run` written there\?"):
        load_facts(tmp_path)
    (tmp_path / "facts.parquet").write_bytes(b"nonsense")
    with pytest.raises(InputError, match=r"facts\.parquet: not readable as Parquet"):
        load_facts(tmp_path)
    pq.write_table(pa.table({"fact_id": ["x"]}), tmp_path / "facts.parquet")
    with pytest.raises(InputError, match=r"is no table of facts: lacks doc_id, metric_id"):
        load_facts(tmp_path)
