"""The map of squares: every province of both lists has one, and what is wrong in its file is told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from extract.errors import RulesError
from extract.places import Gazetteer
from extract.province_tiles import load_tiles
from extract.rules import RuleSet, load_rules, rule_files


@pytest.mark.parametrize("list_id", ["63", "34"])
def test_every_province_has_exactly_one_square(list_id: str, rules: RuleSet) -> None:
    tiles = load_tiles()[list_id]
    codes = Counter(tile.code for tile in tiles)
    provinces = [item.code for item in Gazetteer(rules).provinces if item.list_id == list_id]
    assert len(provinces) == int(list_id)
    assert codes == Counter(provinces)


@pytest.mark.parametrize("list_id", ["63", "34"])
def test_no_two_provinces_share_a_square(list_id: str) -> None:
    places = [(tile.row, tile.column) for tile in load_tiles()[list_id]]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("north", "south"),
    [
        ("02", "01"),
        ("01", "38"),
        ("38", "46"),
        ("46", "49"),
        ("49", "56"),
        ("56", "79"),
        ("79", "92"),
        ("92", "96"),
    ],
)
def test_north_is_up(north: str, south: str) -> None:
    rows = {tile.code: tile.row for tile in load_tiles()["63"]}
    assert rows[north] < rows[south]


@pytest.mark.parametrize(
    ("west", "east"), [("11", "22"), ("14", "31"), ("64", "52"), ("89", "84"), ("80", "77")]
)
def test_west_is_left(west: str, east: str) -> None:
    columns = {tile.code: tile.column for tile in load_tiles()["63"]}
    assert columns[west] < columns[east]


def test_squares_hold_names_of_two_short_lines(rules: RuleSet) -> None:
    names = {(item.list_id, item.code): item.later_name or item.name for item in Gazetteer(rules).provinces}
    for list_id, tiles in load_tiles().items():
        for tile in tiles:
            lines = (tile.label or names[list_id, tile.code]).split(" ", 1)
            assert max(map(len, lines)) <= 6, lines


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('"63": {grid: ["01 --", "-- 01"]}', "`63`: 01 stands in line 2 and already in line 1"),
        ('"63": {grid: ["01"], labels: {"02": x}}', "`63`: a label for '02', which stands nowhere"),
        ('"63": {grid: 5}', "`63`: must have `grid`"),
        ('"63": {grid: ["01"], rows: 5}', "`63`: must have `grid`"),
        ("[]", "must hold a grid for each list of provinces"),
        ("{", "not readable as YAML"),
    ],
)
def test_a_fault_in_the_file_is_told(content: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "tiles.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RulesError) as raised:
        load_tiles(path)
    assert fault in str(raised.value)


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="not readable as YAML"):
        load_tiles(tmp_path / "tiles.yaml")


def test_the_map_is_no_rule_and_no_part_of_the_hash_of_the_rules(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "mine.yaml").write_text("terms: []\n")
    before = load_rules(tmp_path)
    (tmp_path / "places" / "tiles.yaml").write_text('"63": {grid: []}\n')
    assert rule_files(tmp_path) == [tmp_path / "places" / "mine.yaml"]
    assert load_rules(tmp_path).digest == before.digest
