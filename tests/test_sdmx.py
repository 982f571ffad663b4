"""SDMX-CSV 2.0: read by pysdmx with its structure, each code in its list, one observation for each key."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from commands import extract_command
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.model.dataflow import Schema

from extract.panel_input import Choice
from extract.panel_run import PanelOptions, make_panel
from extract.sdmx_structure import area_code, time_period


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def panel_csv(tmp_path: Path, seeds_run: Path) -> Path:
    """The seeds' panel in SDMX-CSV."""
    path = tmp_path / "panel.csv"
    outcome = extract_command("export", seeds_run, "--to", "sdmx-csv", "-o", path)
    assert (outcome.code, outcome.out) == (0, "")
    assert f"{path} and {tmp_path / 'panel.structure.json'}: 60 observations" in outcome.err
    assert "note: of 107 facts left out: " in outcome.err
    return path


def test_the_header_is_that_of_the_standard(panel_csv: Path) -> None:
    with panel_csv.open(encoding="utf-8", newline="") as file:
        header, first, *_ = csv.reader(file)
    assert header[:4] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ"]
    assert header[13:15] == ["TIME_PERIOD", "OBS_VALUE"]
    assert first[:3] == ["dataflow", "EXTRACT:FACTS_PANEL(1.0)", "I"]
    # All dimensions are filled in.
    assert all(first[3:15])


def test_data_and_structure_are_read_by_pysdmx(panel_csv: Path, seeds_run: Path) -> None:
    structure = panel_csv.with_suffix(".structure.json")
    # Checked against the schema of SDMX-JSON.
    message = read_sdmx(structure)
    assert [type(item).__name__ for item in message.structures or ()].count("Codelist") == 6
    (data,) = get_datasets(panel_csv, structure)
    assert isinstance(data.structure, Schema)
    panel = make_panel(PanelOptions(seeds_run, Choice())).table
    assert data.data["OBS_VALUE"].astype(float).tolist() == panel["value"].to_pylist()
    assert data.data["BEST_FACT_ID"].tolist() == panel["best_fact_id"].to_pylist()
    dimensions = [item.id for item in data.structure.components.dimensions]
    assert not data.data.duplicated(dimensions).any()
    coded = {
        item.id: {code.id for code in item.local_codes}
        for item in data.structure.components
        if item.local_codes
    }
    assert sorted(coded) == ["BOUND", "CHANGE", "FACT_STATUS", "FREQ", "INDICATOR", "REF_AREA"]
    for name, codes in coded.items():
        assert set(data.data[name]) <= codes
    assert len(coded["REF_AREA"]) == 1 + 63 + 34


@pytest.mark.parametrize(
    ("start", "end", "grain", "written"),
    [
        ("2024-01-01", "2024-12-31", "year", "2024"),
        ("2024-07-01", "2024-12-31", "half", "2024-S2"),
        ("2024-07-01", "2024-09-30", "quarter", "2024-Q3"),
        ("2024-02-01", "2024-02-29", "month", "2024-02"),
        ("2024-12-30", "2025-01-05", "week", "2025-W01"),
        ("2024-10-06", "2024-10-12", "week", "2024-10-06/P7D"),
        ("2024-10-08", "2024-10-08", "day", "2024-10-08"),
        ("2021-01-01", "2025-12-31", "range", "2021-01-01/P5Y"),
        ("2023-01-01", "2023-09-30", "range", "2023-01-01/P9M"),
        ("2025-07-01", "2025-08-19", "range", "2025-07-01/P50D"),
    ],
)
def test_periods(start: str, end: str, grain: str, written: str) -> None:
    assert time_period(day(start), day(end), grain) == written


def test_a_code_says_which_list_it_counts_in() -> None:
    assert [area_code("19", "63"), area_code("19", "34"), area_code("01", "both"), area_code("VN", "")] == [
        "P63_19",
        "P34_19",
        "P34_01",
        "VN",
    ]
