"""Where provinces stand on a map of equal squares: `places/tiles.yaml` in, one `Tile` a province out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from extract.errors import RulesError
from extract.rules import TILES_FILE, default_rules_folder

_EMPTY = "--"


@dataclass(frozen=True, slots=True)
class Tile:
    """The square of a province. Rows are counted from the north, columns from the west, both from 0.

    `label` is what is written in it where the name is too long, else empty.
    """

    code: str
    row: int
    column: int
    label: str = ""


def load_tiles(path: Path | None = None) -> dict[str, tuple[Tile, ...]]:
    """Reads the tiles of both lists, by the list (`63`, `34`), in the order of the grid.

    Raises RulesError with every fault found: another shape, a province that stands twice.
    """
    file = default_rules_folder() / TILES_FILE if path is None else path
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise RulesError([f"{file}: not readable as YAML: {' '.join(str(error).split())}"]) from error
    if not isinstance(content, dict):
        raise RulesError([f"{file}: must hold a grid for each list of provinces"])
    faults: list[str] = []
    tiles = {}
    for list_id, entry in content.items():
        if not _is_entry(entry):
            faults.append(f"{file}: `{list_id}`: must have `grid`, a list of lines, and may have `labels`")
            continue
        tiles[str(list_id)] = tuple(_tiles(entry))
        faults.extend(f"{file}: `{list_id}`: {fault}" for fault in _faults(tiles[str(list_id)], entry))
    if faults:
        raise RulesError(faults)
    return tiles


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() <= {"grid", "labels"}
        and isinstance(entry.get("grid"), list)
        and all(isinstance(line, str) for line in entry["grid"])
        and isinstance(entry.get("labels", {}), dict)
    )


def _tiles(entry: Mapping[str, Any]) -> Iterator[Tile]:
    labels = entry.get("labels", {})
    for row, line in enumerate(entry["grid"]):
        for column, code in enumerate(line.split()):
            if code != _EMPTY:
                yield Tile(code, row, column, str(labels.get(code, "")))


def _faults(tiles: tuple[Tile, ...], entry: Mapping[str, Any]) -> Iterator[str]:
    first: dict[str, Tile] = {}
    for tile in tiles:
        other = first.setdefault(tile.code, tile)
        if other is not tile:
            yield f"{tile.code} stands in line {tile.row + 1} and already in line {other.row + 1}"
    for code in entry.get("labels", {}):
        if code not in first:
            yield f"a label for {code!r}, which stands nowhere in the grid"
