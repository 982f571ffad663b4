"""`extract panel`: from articles to the file or the terminal, and how it ends."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from commands import extract_command

from extract.panel_output import write_panel
from extract.panel_schema import Flag, describe_panel

ROOT = Path(__file__).parent.parent
SEEDS_PANEL = Path(__file__).parent / "cases" / "panel" / "seeds.csv"
NAMES = [column.name for column in describe_panel().columns]
SEEDS_NOTES = """\
60 rows from 61 of 107 facts
left out: 6 no metric of the ontology, 4 a place narrower than a province, 36 no period
note: 36 facts without a period because the article has no date; `extract run --metadata` takes dates
note: rows whose numbers cannot all be true: 1 (flag conflict), of one document alone: 1
"""
# Three articles, two of them about the same numbers.
ARTICLES = {
    "a": "Bến Tre đẩy mạnh chuyển đổi số\n\nĐến hết năm 2023, hạ tầng cáp quang của tỉnh Bến Tre phủ gần 73% "
    "hộ gia đình. Tỉnh Bến Tre có 1.851 trạm BTS.",
    "b": "Chuyển đổi số ở Bến Tre\n\nNăm 2023, tỉnh Bến Tre có 1.851 trạm BTS. Hạ tầng cáp quang của tỉnh "
    "Bến Tre phủ 72,71% hộ gia đình.",
    "c": "Phấn đấu đến năm 2025, tỉnh Bến Tre có 2.000 trạm BTS.",
}  # fmt: skip


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run on the seeds."""
    folder = tmp_path_factory.mktemp("panel") / "out"
    assert extract_command("run", ROOT / "seeds", "--out", folder, "-q").code == 0
    return folder


def panel_rows(*arguments: object) -> list[dict[str, Any]]:
    """Gives the rows that the command prints as JSON."""
    outcome = extract_command("panel", *arguments, "--format", "json")
    assert outcome.code == 0, outcome.err
    rows: list[dict[str, Any]] = json.loads(outcome.out)
    return rows


def test_articles_go_in_and_rows_come_out(tmp_path: Path) -> None:
    for name, text in ARTICLES.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    assert extract_command("run", *sorted(tmp_path.glob("*.txt")), "--out", out, "-q").code == 0
    wanted = (
        "metric_id", "scope", "value", "bound", "period_start", "period_grain", "status", "n_statements",
        "value_lowest", "value_highest", "flags",
    )  # fmt: skip
    assert [tuple(row[name] for name in wanted) for row in panel_rows(out, "--province", "Bến Tre")] == [
        ("fiber_coverage", "household", 72.71, "eq", "2023-01-01", "year", "actual", 2, 72.71, 73.0, ""),
        ("mobile_base_stations", None, 1851.0, "eq", "2023-01-01", "year", "actual", 2, 1851.0, 1851.0, ""),
        ("mobile_base_stations", None, 2000.0, "eq", "2025-01-01", "year", "target", 1, 2000.0, 2000.0, ""),
    ]


def test_the_panel_of_the_seeds_is_as_it_was_read(seeds: Path) -> None:
    with SEEDS_PANEL.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        wanted = list(reader)
        names = list(reader.fieldnames or ())
    outcome = extract_command("panel", seeds, "--format", "csv")
    assert (outcome.code, outcome.err) == (0, SEEDS_NOTES)
    found = list(csv.DictReader(io.StringIO(outcome.out)))
    for row in found:
        # Findings of the articles' own arithmetic are no matter of the panel.
        row["flags"] = " ".join(flag for flag in row["flags"].split() if flag in list(Flag))
    assert [{name: row[name] for name in names} for row in found] == wanted


def test_the_file_says_by_its_suffix_how_it_is_written(seeds: Path, tmp_path: Path) -> None:
    table, text = tmp_path / "panel.parquet", tmp_path / "panel.csv"
    for path in (table, text):
        outcome = extract_command("panel", seeds, "-o", path)
        assert (outcome.code, outcome.out, outcome.err) == (0, "", SEEDS_NOTES)
    assert pq.read_schema(table).names == NAMES
    assert pq.read_table(table).num_rows == 60
    printed = extract_command("panel", seeds, "--format", "csv").out
    assert text.read_bytes() == printed.encode("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["panel.csv", "panel.parquet"]


def test_cells_of_csv_are_plain(seeds: Path) -> None:
    arguments = ("--metric", "fiber_coverage", "--status", "actual", "--format", "csv")
    lines = extract_command("panel", seeds, *arguments).out.splitlines()
    assert lines[0] == ",".join(NAMES)
    (row,) = csv.DictReader(lines)
    days = row["period_start"], row["period_end"], row["baseline_start"]
    assert days == ("2024-10-08", "2024-10-08", "")
    assert (row["value"], row["n_statements"]) == ("72.81", "1")
    # As short as it can be written, not as four bytes are as eight.
    assert re.fullmatch(r"0\.[0-9]{1,3}", row["confidence"])
    assert (row["province_name"], row["province_code"]) == ("Bến Tre", "83")


def test_json_has_the_same_cells(seeds: Path) -> None:
    rows = panel_rows(seeds)
    assert all(list(row) == NAMES for row in rows)
    assert len(rows) == 60
    assert rows[0]["period_start"] == "2024-10-08"
    assert panel_rows(seeds, "--metric", "telehealth_share") == []


def test_the_table_shows_the_main_columns(seeds: Path) -> None:
    outcome = extract_command("panel", seeds, "--metric", "dti_rank", "--province", "70")
    lines = outcome.out.splitlines()
    assert [word for word in lines[1].split() if word.isalpha()] == [
        "metric", "value", "unit", "period", "place", "status", "from", "flags",
    ]  # fmt: skip
    assert any("dti_rank (overall)" in line and "9/63" in line and "2021" in line for line in lines)
    assert any("rank_places" in line and "+16" in line for line in lines)
    assert lines[-1] == "11 rows"


def test_the_provinces_of_today_stand_beside(seeds: Path) -> None:
    outcome = extract_command("panel", seeds, "--current-provinces", "--merge", "mean", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(outcome.out)))
    assert {(row["province_name"], row["province_name_2025"]) for row in rows} == {
        ("Bình Thuận", "Lâm Đồng"), ("Bình Phước", "Đồng Nai"), ("Bến Tre", "Vĩnh Long"),
        ("Bình Dương", "Hồ Chí Minh"), ("Bình Định", "Gia Lai"),
    }  # fmt: skip
    assert "merged: 0 rows made of 0\n" in outcome.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing"], "missing/provinces.parquet: no such file"),
        (["{seeds}", "--province", "Atlantis"], "--province: no province is called 'Atlantis'"),
        (["{seeds}", "--merge", "sum"], "--merge: needs --current-provinces"),
        (["{seeds}", "-o", "panel.xlsx"], "panel.xlsx: is neither .parquet nor .csv"),
        (["{seeds}", "-o", "panel"], "panel: is neither .parquet nor .csv"),
        (["{seeds}", "-o", "nowhere/panel.csv"], "nowhere/panel.csv: its folder does not exist"),
        (["{seeds}", "-o", "{seeds}/facts.parquet"], "facts.parquet: is a table of the run itself"),
        (["{seeds}", "-o", "{seeds}/facts/part-00000.parquet"], "its folder does not exist"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_is_wrong_is_told(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = (seeds / "facts.parquet").read_bytes()
    outcome = extract_command("panel", *(part.format(seeds=seeds) for part in arguments))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("error: ")
    assert message in outcome.err
    assert list(tmp_path.iterdir()) == []
    assert (seeds / "facts.parquet").read_bytes() == before


def test_a_folder_or_a_part_of_the_run_is_no_target(seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "panel.csv").mkdir()
    (tmp_path / "facts").mkdir()
    part = tmp_path / "facts" / "part-00000.parquet"
    part.write_bytes((seeds / "facts.parquet").read_bytes())
    for name in ("provinces", "documents", "metrics", "units"):
        (tmp_path / f"{name}.parquet").write_bytes((seeds / f"{name}.parquet").read_bytes())
    assert "is a folder" in extract_command("panel", tmp_path, "-o", tmp_path / "panel.csv").err
    assert "of the run itself" in extract_command("panel", tmp_path, "-o", part).err
    assert len(panel_rows(tmp_path)) == 60


def test_a_file_that_cannot_be_finished_leaves_the_old_one(
    seeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "panel.parquet"
    assert extract_command("panel", seeds, "-o", target).code == 0
    before = target.read_bytes()

    def full(*_: object, **__: object) -> None:
        (tmp_path / ".panel.parquet.draft").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pq, "write_table", full)
        outcome = extract_command("panel", seeds, "-o", target)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"error: {target}: cannot be written: No space left on device\n"
    assert [path.name for path in tmp_path.iterdir()] == ["panel.parquet"]
    assert target.read_bytes() == before
    write_panel(pq.read_table(target), target)
    assert pq.read_table(target).num_rows == 60


def test_the_schema_of_the_panel_is_shown() -> None:
    outcome = extract_command("schema", "panel", "--format", "json")
    assert [row["name"] for row in json.loads(outcome.out)] == [
        column.name for column in describe_panel(current_provinces=True).columns
    ]
    assert extract_command("schema", "bogus").code == 2


def test_a_limit_cuts_what_is_printed_and_no_file(seeds: Path, tmp_path: Path) -> None:
    every = panel_rows(seeds)
    assert panel_rows(seeds, "--limit", "3") == every[:3]
    assert panel_rows(seeds, "--limit", "0") == every
    outcome = extract_command("panel", seeds, "--limit", "3")
    assert outcome.out.splitlines()[-1] == "3 of 60 rows; --limit 0 shows all"
    # What is told of the whole panel stays so.
    assert outcome.err == SEEDS_NOTES
    at_terminal = extract_command("panel", seeds, terminal=True).out.splitlines()
    assert at_terminal[-1] == "50 of 60 rows; --limit 0 shows all"
    outcome = extract_command("panel", seeds, "--limit", "3", "-o", tmp_path / "panel.csv")
    assert outcome.code == 2
    assert outcome.err == "error: --limit: cuts what is printed; a file (--output) holds all rows\n"
    assert not (tmp_path / "panel.csv").exists()
