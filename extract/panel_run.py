"""One command: the folder of a run and what is wanted of it -> the panel as a typed, sorted table."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from extract.errors import InputError
from extract.panel import build_panel
from extract.panel_input import Choice, LeftOut, load_panel_facts, load_provinces, load_published
from extract.panel_merge import Merge, Merged, merge_provinces
from extract.panel_places import OLD
from extract.panel_schema import Flag, describe_panel
from extract.table import load_table
from extract.table_schema import UNITS, TableDescription


@dataclass(frozen=True, slots=True)
class PanelOptions:
    """What is wanted. `merge` needs `choice.current_provinces`."""

    directory: Path
    choice: Choice
    merge: Merge | None = None


@dataclass(frozen=True, slots=True)
class PanelResult:
    """The panel, and what its user is to be told.

    `chosen` facts were asked for, `entered` of them stand behind rows; of the rest the reasons are counted.
    `undated` facts had no period because their documents have no date. The numbers of `conflicts` rows cannot
    all be true, and those of `own_conflicts` come from one document. `old_provinces` rows are of provinces
    that merged. `merged` is None where nothing was to be merged.
    """

    table: pa.Table
    choice: Choice
    chosen: int
    entered: int
    left_out: Counter[LeftOut]
    undated: int
    conflicts: int
    own_conflicts: int
    old_provinces: int
    merged: Merged | None


def make_panel(options: PanelOptions) -> PanelResult:
    """Makes the panel of a run.

    Raises InputError when a table is missing or is none, and for options that fit nothing.
    """
    choice, directory = options.choice, options.directory
    if options.merge is not None and not choice.current_provinces:
        raise InputError("--merge", "needs --current-provinces")
    if not 0 <= choice.min_confidence <= 1:
        raise InputError("--min-confidence", f"{choice.min_confidence:g} is not within 0 and 1")
    provinces, documents = load_provinces(directory), load_published(directory)
    read = load_panel_facts(directory, choice, provinces, documents)
    panel = build_panel(directory, read, documents, provinces)
    merged = None
    if options.merge is not None:
        units = load_table(directory, UNITS, ("unit_id", "dimension")).to_pydict()
        dimensions = dict(zip(units["unit_id"], units["dimension"], strict=True))
        merged = merge_provinces(panel, options.merge, dimensions, provinces)
        panel = merged.panel
    description = describe_panel(current_provinces=choice.current_provinces)
    stated = {**asdict(choice), "merge": options.merge}
    metadata = {**read.metadata, "panel": json.dumps(stated, ensure_ascii=False, sort_keys=True)}
    table = _typed(panel.rows, description, metadata)
    conflict = pc.match_substring_regex(table["flags"], rf"(?:^| ){Flag.CONFLICT}(?: |$)")
    own = pc.equal(table["n_documents"], 1)
    return PanelResult(
        table,
        choice,
        chosen=read.chosen,
        entered=read.facts.num_rows,
        left_out=read.left_out,
        undated=read.undated,
        conflicts=_count(conflict),
        own_conflicts=_count(pc.and_(conflict, own)),
        old_provinces=_count(pc.equal(panel.rows["province_list"], OLD)),
        merged=merged,
    )


def _count(mask: pa.ChunkedArray) -> int:
    return int(pc.sum(mask).as_py() or 0)


def _typed(rows: pa.Table, description: TableDescription, metadata: dict[str, str]) -> pa.Table:
    """Gives the columns in order and as described, the rows sorted by the key."""
    ordered = rows.sort_by([(name, "ascending") for name in description.primary_key])
    columns = []
    for column in description.columns:
        cells = ordered[column.name]
        if pa.types.is_dictionary(column.type):
            # Coded by the sorted rows, words do not tell in which order the facts came.
            words = pa.array(column.values, pa.string()) if column.values else pc.unique(cells.drop_null())
            numbers = pc.index_in(cells, value_set=words).combine_chunks()
            cells = pa.DictionaryArray.from_arrays(numbers, words)
        columns.append(cells.cast(column.type))
    return pa.Table.from_arrays(columns, schema=description.to_schema(metadata))
