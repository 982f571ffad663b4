"""`extract.load` and `extract.to_frame`: tables as data frames of four libraries."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, assert_type

import duckdb
import fsspec
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

import extract
from extract.extras import how_to_install
from extract.models import Fact, Grain
from extract.table_schema import FACTS, TABLES

NAMES = [column.name for column in FACTS.columns]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run over four articles, in one file."""
    return run_over_articles(tmp_path_factory.mktemp("one"))


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with facts in two parts."""
    return run_over_articles(tmp_path_factory.mktemp("parts"), rows_per_part=2)


def run_over_articles(folder: Path, **options: Any) -> Path:
    """Writes four articles of a fact each and runs over them."""
    (folder / "news").mkdir()
    for number, status in enumerate(("có", "phấn đấu đến năm 2030 có", "có", "có")):
        text = f"Năm 2023, tỉnh Bến Tre {status} {number + 12} chợ."
        (folder / "news" / f"{number}.txt").write_text(text, encoding="utf-8")
    return extract.run(folder / "news", folder / "out", **options).out


def test_a_table_is_what_pandas_reads(out: Path) -> None:
    facts = extract.load(out)
    assert_type(facts, pd.DataFrame)
    pd.testing.assert_frame_equal(facts, pd.read_parquet(out / "facts.parquet"))
    assert facts["value"].tolist() == [12.0, 13.0, 14.0, 15.0]
    assert len(facts[facts["period_end"] <= dt.date(2024, 1, 1)]) == 3
    assert facts["status"].dtype == "category"


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "duckdb"])
def test_parts_are_read_as_one_table(out: Path, parts: Path, kind: Any) -> None:
    assert len(list((parts / "facts").iterdir())) == 2
    one, several = rows_of(extract.load(out, as_=kind)), rows_of(extract.load(parts, as_=kind))
    assert (len(one), one) == (4, several)


def rows_of(table: Any) -> list[tuple[Any, ...]]:
    """Gives the rows of a table of any library, what is missing as None."""
    if isinstance(table, pd.DataFrame):
        plain = table.astype(object).where(table.notna(), None)
        return list(plain.itertuples(index=False, name=None))
    if isinstance(table, pl.DataFrame):
        return table.rows()
    if isinstance(table, duckdb.DuckDBPyRelation):
        rows: list[tuple[Any, ...]] = table.fetchall()
        return rows
    return [tuple(row.values()) for row in table.to_pylist()]


@pytest.mark.parametrize("kind", ["polars", "arrow", "duckdb", "pandas"])
def test_all_libraries_give_the_same_rows(out: Path, kind: Any) -> None:
    expected = [tuple(row.values()) for row in pq.read_table(out / "facts.parquet").to_pylist()]
    assert rows_of(extract.load(out, as_=kind)) == expected


def test_types_of_each_library(out: Path) -> None:
    frame = extract.load(out, as_="polars")
    assert_type(frame, pl.DataFrame)
    assert frame.schema["period_start"] == pl.Date
    assert isinstance(frame.schema["status"], pl.Categorical)
    relation = extract.load(out, as_="duckdb")
    assert_type(relation, duckdb.DuckDBPyRelation)
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    assert (types["period_start"], types["status"], types["value"]) == ("DATE", "VARCHAR", "DOUBLE")
    table = extract.load(out, as_="arrow")
    assert table.schema.metadata[b"documents"] == b"4"
    assert table.schema.field("value").metadata[b"description"].startswith(b"The number")


def test_a_relation_can_be_queried_by_its_name(out: Path) -> None:
    facts = extract.load(out, as_="duckdb")
    counts = duckdb.sql("SELECT status, count(*) FROM facts GROUP BY status ORDER BY status")
    assert counts is not None
    assert (counts.fetchall(), facts.columns) == ([("actual", 3), ("target", 1)], NAMES)


@pytest.mark.parametrize("kind", ["pandas", "polars", "arrow", "duckdb"])
def test_columns_come_in_the_order_asked_for(out: Path, parts: Path, kind: Any) -> None:
    for folder in (out, parts):
        table = extract.load(folder, columns=["unit_id", "value"], as_=kind)
        names = table.column_names if kind == "arrow" else table.columns
        assert list(names) == ["unit_id", "value"]
        assert rows_of(table)[0] == ("marketplace", 12.0)
    assert rows_of(extract.load(out, columns="value", as_=kind)) == [(12.0,), (13.0,), (14.0,), (15.0,)]


@pytest.mark.parametrize("table", [table.name for table in TABLES])
def test_every_table_can_be_read(out: Path, table: Any) -> None:
    (description,) = (item for item in TABLES if item.name == table)
    assert list(extract.load(out, table).columns) == [column.name for column in description.columns]


def test_facts_at_hand_have_the_columns_and_types_of_the_table(out: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted((out.parent / "news").iterdir())]
    facts = [fact for number, text in enumerate(texts) for fact in extract.extract(text, doc_id=str(number))]
    pd.testing.assert_frame_equal(extract.to_frame(facts), extract.load(out))
    assert extract.to_frame(facts, as_="polars").equals(extract.load(out, as_="polars"))
    assert rows_of(extract.to_frame(facts, as_="duckdb")) == rows_of(extract.load(out, as_="duckdb"))
    assert extract.to_frame(iter(facts), as_="arrow").num_rows == 4


def test_no_facts_are_a_table_without_rows(make_fact: Callable[..., Fact]) -> None:
    empty, one = extract.to_frame([]), extract.to_frame([make_fact(period_grain=Grain.DAY)])
    assert (len(empty), list(empty.columns)) == (0, NAMES)
    assert empty.dtypes.astype(str).tolist() == one.dtypes.astype(str).tolist()


def test_a_url_is_read_by_its_library(out: Path, parts: Path) -> None:
    memory = fsspec.filesystem("memory")
    for name, folder in (("one", out), ("parts", parts)):
        memory.put(str(folder), f"/{name}", recursive=True)
        for kind in ("pandas", "polars", "arrow", "duckdb"):
            loaded = extract.load(f"memory://{name}/", columns=["value", "status"], as_=kind)
            assert rows_of(loaded) == rows_of(extract.load(out, columns=["value", "status"]))
    with pytest.raises(extract.InputError, match=r"memory://other/facts.parquet: no such file"):
        extract.load("memory://other")
    with pytest.raises(extract.InputError, match=r"nothing://other: cannot be read: Protocol not known"):
        extract.load("nothing://other")
    memory.pipe("/broken/facts.parquet", b"PAR1 no table")
    with pytest.raises(extract.InputError, match=r"memory://broken: cannot be read: "):
        extract.load("memory://broken")


# -- what is not there -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"table": "fact"}, "table: 'fact' is not known; similar: facts"),
        (
            {"table": "panel"},
            "table: 'panel' is not known; there are facts, documents, metrics, units, provinces",
        ),
        ({"columns": ["value", "province"]}, "columns: 'province' is not known; similar: province_name, "),
        ({"columns": []}, "columns: none is named"),
        ({"as_": "spark"}, "as_: 'spark' is not known; there are pandas, polars, arrow, duckdb"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(out: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(extract.ArgumentError) as caught:
        extract.load(out, **options)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["polars", "duckdb"])
def test_a_library_that_is_not_installed_is_named(
    out: Path, name: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    expected = f"as_='{name}' needs {name}, which is not installed: {how_to_install('frames', name)}"
    for call in (partial(extract.load, out), partial(extract.to_frame, [])):
        with pytest.raises(extract.MissingLibraryError) as caught:
            call(as_=name)
        assert str(caught.value) == expected
        assert isinstance(caught.value, ImportError)
    assert len(extract.load(out)) == 4


def test_a_folder_without_tables_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name, message in (
        ("none", "no such folder"),
        ("file", "is a file; the folder of a run is read"),
        ("", "no such file: has `extract run` written there?"),
    ):
        with pytest.raises(extract.InputError, match=message):
            extract.load(tmp_path / name)


def copy_of(folder: Path, target: Path) -> Path:
    """Copies the output of a run."""
    for path in folder.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    return target


@pytest.mark.parametrize("kind", ["pandas", "duckdb"])
def test_a_damaged_table_says_so(out: Path, parts: Path, tmp_path: Path, kind: Any) -> None:
    damaged = copy_of(out, tmp_path / "damaged")
    (damaged / "facts.parquet").write_bytes((out / "facts.parquet").read_bytes()[:2000])
    with pytest.raises(extract.InputError, match=r"facts\.parquet: not readable as Parquet"):
        extract.load(damaged, as_=kind)
    (damaged / "facts.parquet").write_bytes((out / "documents.parquet").read_bytes())
    with pytest.raises(extract.InputError, match=r"facts\.parquet: is no table of facts: lacks fact_id"):
        extract.load(damaged, as_=kind)
    lacking = copy_of(parts, tmp_path / "lacking")
    (lacking / "facts" / "part-00000.parquet").unlink()
    with pytest.raises(extract.InputError, match=r"facts: lacks part-00000\.parquet, which the run wrote"):
        extract.load(lacking, as_=kind)


def test_a_description_of_something_else_says_so(out: Path, tmp_path: Path) -> None:
    strange = copy_of(out, tmp_path / "strange")
    (strange / "datapackage.json").write_text(json.dumps({"resources": []}))
    with pytest.raises(extract.InputError, match=r"datapackage\.json: is not as a run wrote it"):
        extract.load(strange)
    (strange / "datapackage.json").unlink()
    assert len(extract.load(strange)) == 4


def test_a_folder_may_have_letters_of_a_pattern_in_its_name(out: Path, tmp_path: Path) -> None:
    folder = copy_of(out, tmp_path / "out [1] * it's")
    assert rows_of(extract.load(folder, as_="duckdb")) == rows_of(extract.load(out, as_="duckdb"))
