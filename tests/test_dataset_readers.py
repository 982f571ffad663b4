"""The tables of a run load in other libraries: the same rows, days as days, parts as one table."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import datasets
import duckdb
import frictionless
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
from commands import extract_command

from extract.table_schema import FACTS, TABLES

Rows = list[dict[str, Any]]

NAMES = [column.name for column in FACTS.columns]
CATEGORIES = [column.name for column in FACTS.columns if pa.types.is_dictionary(column.type)]
DAYS = [column.name for column in FACTS.columns if pa.types.is_date(column.type)]


@pytest.fixture(scope="session")
def run_in_parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run over the seeds, its facts in three files. Not to be written to."""
    out = tmp_path_factory.mktemp("parts") / "out"
    seeds = Path(__file__).parent.parent / "seeds"
    assert extract_command("run", seeds, "--out", out, "--rows-per-part", "40", "-q").code == 0
    return out


@pytest.fixture(params=["one file", "parts"])
def facts(request: pytest.FixtureRequest) -> Path:
    """A fact table: a file, or a folder of parts."""
    if request.param == "one file":
        return Path(request.getfixturevalue("seeds_run")) / "facts.parquet"
    return Path(request.getfixturevalue("run_in_parts")) / "facts"


@pytest.fixture
def wanted(seeds_run: Path) -> Rows:
    rows: Rows = pq.read_table(seeds_run / "facts.parquet").to_pylist()
    return rows


def files_of(facts: Path) -> str:
    return str(facts / "*.parquet" if facts.is_dir() else facts)


def test_pyarrow(facts: Path, wanted: Rows) -> None:
    table = pa.dataset.dataset(facts).to_table()
    assert table.to_pylist() == wanted
    assert all(pa.types.is_dictionary(table.schema.field(name).type) for name in CATEGORIES)
    assert table.schema.field("value").metadata[b"description"].startswith(b"The number, multiplied out")


def test_pandas(facts: Path, wanted: Rows) -> None:
    frame = pd.read_parquet(facts)
    assert list(frame.columns) == NAMES
    assert {name for name in NAMES if isinstance(frame[name].dtype, pd.CategoricalDtype)} == set(CATEGORIES)
    assert {type(day) for day in frame["period_start"].dropna()} == {dt.date}
    assert frame["value"].tolist() == [row["value"] for row in wanted]
    assert frame["metric_id"].isna().tolist() == [row["metric_id"] is None for row in wanted]
    recent = frame[frame["period_start"].notna() & (frame["period_start"] >= dt.date(2030, 1, 1))]
    assert len(recent) == sum((row["period_start"] or dt.date.min) >= dt.date(2030, 1, 1) for row in wanted)


def test_pandas_with_arrow_types(facts: Path, wanted: Rows) -> None:
    frame = pd.read_parquet(facts, dtype_backend="pyarrow")
    assert frame["period_start"].dtype == pd.ArrowDtype(pa.date32())
    assert str(frame["status"].dtype).startswith("dictionary<values=string")
    assert frame["char_end"].tolist() == [row["char_end"] for row in wanted]


def test_polars(facts: Path, wanted: Rows) -> None:
    frame = pl.read_parquet(files_of(facts))
    assert frame.columns == NAMES
    assert {frame.schema[name] for name in CATEGORIES} == {pl.Categorical()}
    assert {frame.schema[name] for name in DAYS} == {pl.Date()}
    assert (frame.schema["value"], frame.schema["char_end"]) == (pl.Float64(), pl.Int32())
    assert frame.to_dicts() == wanted
    lazy = pl.scan_parquet(files_of(facts)).filter(pl.col("status") == "target").collect()
    assert lazy.height == sum(row["status"] == "target" for row in wanted)


def test_duckdb(facts: Path, wanted: Rows) -> None:
    files = files_of(facts)
    relation = duckdb.sql(f"SELECT * FROM '{files}' ORDER BY doc_id, char_start, char_end")
    assert relation is not None
    assert relation.columns == NAMES
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert {types[name] for name in CATEGORIES} == {"VARCHAR"}
    assert {types[name] for name in DAYS} == {"DATE"}
    assert relation.fetchall() == [tuple(row.values()) for row in wanted]
    described = f"SELECT value FROM parquet_kv_metadata('{files}') WHERE key = 'column_descriptions'"
    stored = duckdb.connect().execute(described).fetchall()
    meanings = [json.loads(bytes(value).decode()) for (value,) in stored]
    assert meanings
    assert all(
        meaning == {column.name: column.description for column in FACTS.columns} for meaning in meanings
    )


def test_hugging_face_datasets(
    facts: Path, wanted: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(
        "parquet", data_files=files_of(facts), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert loaded.column_names == NAMES
    assert {loaded.features[name].dtype for name in DAYS} == {"date32"}
    # Words are words, whether they were stored once or in every row.
    assert {loaded.features[name].dtype for name in CATEGORIES} <= {
        "string",
        "dictionary<values=string, indices=int32, ordered=0>",
    }
    assert loaded.to_list() == wanted


def test_the_data_package_is_valid(facts: Path) -> None:
    report = frictionless.validate(str(facts.parent / "datapackage.json"))
    assert (report.valid, report.errors) == (True, [])
    counts = {task.name.partition("-part")[0]: 0 for task in report.tasks}
    for task in report.tasks:
        counts[task.name.partition("-part")[0]] += int(task.stats["rows"])
    assert counts == {"facts": 107, "documents": 5, "metrics": 93, "units": 572, "provinces": 97}


def test_the_data_package_tells_what_is_wrong(seeds_run: Path, tmp_path: Path) -> None:
    """So that a package that is valid says something."""
    for path in seeds_run.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    table = pq.read_table(tmp_path / "facts.parquet")
    confidence = pa.array([2.0, *table["confidence"].to_pylist()[1:]], pa.float32())
    place = table.schema.get_field_index("confidence")
    pq.write_table(table.set_column(place, "confidence", confidence), tmp_path / "facts.parquet")
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    (task,) = [task for task in report.tasks if not task.valid]
    assert [(error.type, error.field_name) for error in task.errors] == [("constraint-error", "confidence")]


# In a process of its own: a library that it imports takes standard error for itself.
READ_CROISSANT = """
import json, sys
import mlcroissant
data = mlcroissant.Dataset(jsonld=sys.argv[1])
issues = data.metadata.ctx.issues
def plain(cell):
    return cell.decode() if isinstance(cell, bytes) else cell if isinstance(cell, (int, float)) else str(cell)
records = {item.name: list(data.records(item.uuid)) for item in data.metadata.record_sets}
print(json.dumps({
    "errors": list(issues.errors),
    "warnings": list(issues.warnings),
    "counts": {name: len(rows) for name, rows in records.items()},
    "facts": [{name: plain(cell) for name, cell in row.items()} for row in records["facts"]],
}))
"""


def test_croissant(facts: Path, wanted: Rows) -> None:
    command = [sys.executable, "-c", READ_CROISSANT, str(facts.parent / "croissant.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["errors"] == []
    # What who publishes the tables knows, and a run does not.
    assert sorted(warning.partition('" is')[0].rpartition("/")[2] for warning in found["warnings"]) == [
        "citeAs",
        "datePublished",
        "license",
    ]
    assert found["counts"] == {"facts": 107, "documents": 5, "metrics": 93, "units": 572, "provinces": 97}
    assert [row["facts/sentence"] for row in found["facts"]] == [row["sentence"] for row in wanted]
    assert [row["facts/value"] for row in found["facts"]] == [row["value"] for row in wanted]
    days = [row["facts/period_start"][:10] for row in found["facts"]]
    assert [None if day in ("NaT", "None") else dt.date.fromisoformat(day) for day in days] == [
        row["period_start"] for row in wanted
    ]


def test_croissant_names_every_column_and_file(facts: Path) -> None:
    document = json.loads((facts.parent / "croissant.json").read_text(encoding="utf-8"))
    fields = {field["@id"]: field for item in document["recordSet"] for field in item["field"]}
    assert list(fields) == [f"{table.name}/{column.name}" for table in TABLES for column in table.columns]
    assert fields["facts/doc_id"]["references"] == {"field": {"@id": "documents/doc_id"}}
    assert fields["facts/char_end"]["description"].endswith("[code points]")
    for item in document["distribution"]:
        if item["@type"] == "cr:FileObject":
            assert (facts.parent / item["contentUrl"]).stat().st_size == int(item["contentSize"].split()[0])
    assert "datePublished" not in document
