"""docs/rules.md names every key, value, reader and piece of the language, and no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel

from extract import schema_rules
from extract.models import Bound, Change, Status
from extract.period_forms import PIECES
from extract.period_readers import READERS
from extract.schema_rules import DIMENSIONS, FAMILIES, Cue, Entry

PAGE = (Path(__file__).parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")
# Filled in by the loader.
NOT_WRITTEN = {"file", "line", "is_own"}
TABLES = dict(re.findall(r"<!-- keys: (\w+) -->\n\n((?:\|.*\n)+)", PAGE))
NAMES = dict(re.findall(r"<!-- names: (\w+) -->\n?(.*?)<!-- end -->", PAGE, re.DOTALL))


def rows_of(table: str) -> dict[str, list[str]]:
    """Gives the cells of a Markdown table by the name in the first."""
    rows = [[cell.strip() for cell in line.strip("|\n").split(" | ")] for line in table.splitlines()]
    return {row[0].strip(" `"): row[1:] for row in rows if row[0].strip().startswith("`")}


def models() -> dict[str, type[BaseModel]]:
    """Gives the shapes of entries and of what stands in them."""
    found = (getattr(schema_rules, name) for name in dir(schema_rules))
    return {
        kind.__name__: kind
        for kind in found
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not BaseModel
    }


def test_every_shape_has_its_table() -> None:
    assert set(TABLES) == set(models())
    assert {kind.__name__ for kind in FAMILIES.values()} <= set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_names_the_keys_of_its_shape_and_which_are_needed(name: str) -> None:
    fields = models()[name].model_fields
    # What every entry has is told once.
    common = set(Entry.model_fields) - {"id"} if name != "Entry" else set()
    wanted = {
        key: "yes" if field.is_required() else "no"
        for key, field in fields.items()
        if key not in NOT_WRITTEN | common
    }
    assert {key: cells[0] for key, cells in rows_of(TABLES[name]).items()} == wanted


def test_every_family_is_told() -> None:
    assert [family for family in FAMILIES if f"`{family}`" not in PAGE and f"{family}:\n" not in PAGE] == []


def test_all_dimensions_are_named() -> None:
    assert set(re.findall(r"`(\w+)`", NAMES["DIMENSIONS"])) == DIMENSIONS


def test_all_readers_are_named_with_their_groups() -> None:
    told = {name: set(re.findall(r"`(\w+)`", cells[0])) for name, cells in rows_of(NAMES["READERS"]).items()}
    assert told == {name: set(reader.groups) for name, reader in READERS.items()}


def test_all_pieces_are_named() -> None:
    assert rows_of(NAMES["PIECES"]).keys() == PIECES.keys()


def test_what_cues_may_mean_is_told() -> None:
    rows = rows_of(NAMES["VALUES"])
    assert rows.keys() == {family for family, kind in FAMILIES.items() if kind is Cue}
    values: Mapping[str, list[str]] = {
        "bounds": [item.value for item in Bound],
        "changes": [item.value for item in Change],
        "status": [item.value for item in Status],
        "furniture": ["line", "box"],
    }
    assert {name: re.findall(r"`(\w+)`", rows[name][0]) for name in values} == values
