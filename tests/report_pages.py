"""Runs and their pages for tests: small articles in, the page as bytes and as a tree out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import lxml.html
import pyarrow as pa
import pyarrow.parquet as pq
from commands import Outcome, extract_command

from extract.table import load_documents, load_facts

# Every number is a fact, one of them a target.
ARTICLES = {
    "ben_tre": "Bến Tre chuyển đổi số\n\n"
    "Năm 2023, tỉnh Bến Tre có 9 chợ và 157 cầu.\nTỉnh có 4.285 trạm BTS.\n",
    "ca_mau": "Tin Cà Mau\n\n"
    "Năm 2023, tỉnh Cà Mau có 12 chợ.\nPhấn đấu đến năm 2030, tỉnh Cà Mau có 30 chợ.\n",
}
EVIL = "<script>alert(1)</script>"


def run_on(folder: Path, articles: Mapping[str, str] = ARTICLES) -> Path:
    """Writes articles as files and runs on them. Gives the folder of the tables."""
    inputs = folder / "in"
    inputs.mkdir()
    for name, text in articles.items():
        (inputs / f"{name}.txt").write_text(text, encoding="utf-8")
    return run_inputs(folder, inputs)


def run_inputs(folder: Path, inputs: Path, *options: object) -> Path:
    """Runs on a file or folder. Gives the folder of the tables."""
    out = folder / "out"
    assert extract_command("run", inputs, "--out", out, "--workers", 1, "-q", *options).code in (0, 1)
    return out


def report_on(out: Path, *options: object, page: Path | None = None) -> Outcome:
    """Makes the page of a run, beside its folder where no other place is named."""
    return extract_command("report", out, "-o", page or page_path(out), *options)


def page_path(out: Path) -> Path:
    """Gives where `report_on` writes the page."""
    return out.parent / "report.html"


def page_of(out: Path, *options: object) -> Any:
    """Makes the page of a run. Gives its tree."""
    outcome = report_on(out, *options)
    assert outcome.code == 0, outcome.err
    return lxml.html.document_fromstring(page_path(out).read_bytes())


def store_of(tree: Any) -> list[dict[str, Any]]:
    """Gives the rows that the page's script reads, by the names of their fields."""
    (script,) = tree.xpath("//script[@id='facts-data']")
    store = json.loads(script.text)
    return [
        {
            field["name"]: store["words"][cell] if field["words"] and cell is not None else cell
            for field, cell in zip(store["fields"], row, strict=True)
        }
        for row in store["rows"]
    ]


def words_of(element: Any) -> str:
    """Gives the words in an element, each run of spaces as one."""
    return " ".join(element.text_content().split())


def copy_run(out: Path, folder: Path) -> Path:
    """Copies a run with its articles, for a test to change. Gives the folder of the tables."""
    for name in ("in", out.name):
        shutil.copytree(out.parent / name, folder / name)
    set_sources(folder / out.name, lambda source: source.replace(str(out.parent), str(folder)))
    return folder / out.name


def set_sources(out: Path, change: Callable[[str], str]) -> None:
    """Changes where the articles of a run were read from."""
    table = load_documents(out)
    sources = pa.array([change(source) for source in table.column("source").to_pylist()], pa.string())
    index = table.schema.get_field_index("source")
    pq.write_table(table.set_column(index, table.schema.field(index), sources), out / "documents.parquet")


def set_checks(out: Path, checks: Mapping[int, str]) -> None:
    """Writes findings into the fact table of a run, by the number of the row counted from 1."""
    table = load_facts(out)
    values = [checks.get(number) for number in range(1, table.num_rows + 1)]
    index = table.schema.get_field_index("checks")
    table = table.set_column(index, table.schema.field(index), pa.array(values, pa.string()))
    pq.write_table(table, out / "facts.parquet")
