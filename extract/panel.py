"""The facts of a run -> the panel: a row for each metric, attributes, unit, place, period, status, change.

In: the folder of a run. Out: the rows as a plain Arrow table, and what stands behind each. All is done on
columns of numbers; no fact becomes an object.

**What is one statement.** A number that a document says again (`duplicate_of`) is one statement, and so are
the same words in copies of one text, which have the same `fact_id`: reprints are no second witness. The row
is made of statements; `fact_ids` names all the facts.

**Which value is best.** The first of these that tells two statements apart, the last of them always does:

1. An exact number before a rough one, a range, and one that is only bounded: it says most.
2. The higher confidence: the rules that fired say how often they err.
3. Fewer of period and place carried over from elsewhere: what the sentence says itself was not inferred.
4. More statements of the row that can be true together with it: a slip of the pen stands alone.
5. More decimals written: of 73% and 72,71% the second says more, and both may be true.
6. An article after the period's end before one from within it or before, and the nearer to the end: the
   earlier had to guess, the later may speak of something revised. So of a goal the latest statement counts.
7. `fact_id`, then `doc_id`: any fixed order, so that the same facts give the same bytes.

**Conflict.** The numbers of a row conflict where no value is left open by all of them (`stated_values.py`):
rounding, bounds and ranges are no conflict. Two different denominators are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extract.models import Bound
from extract.panel_columns import Columns, build_columns, with_lists
from extract.panel_grouping import (
    Floats,
    Integers,
    Mask,
    codes_of,
    count_distinct,
    count_meeting,
    days_of,
    floats_of,
    is_first,
    sorted_rows,
)
from extract.panel_input import PanelFacts, load_quotes
from extract.panel_places import NEW, ProvinceLists, days_since_epoch
from extract.panel_schema import Flag
from extract.places import MERGER
from extract.stated_values import StatedValue, possible_values, written_decimals

# Findings of the column `checks` that nobody need be told of end so.
_FINE = "_ok"


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows of a panel in any order, and for each statement behind them its row, document and source.

    `rows` has the columns of `describe_panel(current_provinces=True)`, words as plain strings.
    """

    rows: pa.Table
    statement_rows: Integers
    documents: Integers
    sources: Integers


@dataclass(frozen=True, slots=True)
class _Agreement:
    """Of each statement with how many of its row it can be true, and how precisely it was written.

    `conflicts` holds the rows (groups) whose numbers cannot all be true.
    """

    meeting: Integers
    decimals: Integers
    conflicts: Integers


def build_panel(out_dir: Path, read: PanelFacts, documents: pa.Table, provinces: ProvinceLists) -> Panel:
    """Makes the panel of facts and documents as `panel_input` gives them; `out_dir` holds their sentences.

    Raises InputError when these cannot be read.
    """
    facts = with_lists(read, documents, provinces)
    columns = build_columns(facts, documents)
    facts, columns, positions = _without_copies(facts, columns, read.positions)
    # Of a number that its document says again, the best.
    order = sorted_rows(columns.group, columns.statement, *_criteria(columns))
    starts = is_first(columns.group[order], columns.statement[order])
    statements = order[starts]
    agreement = _agreement(out_dir, facts, positions, columns.group, statements)
    ranked = _rank(columns.take(statements), agreement)
    # The rank of each fact's statement, the place of the fact in it, and so the order of all facts.
    rank = np.empty(len(statements), np.int64)
    rank[ranked] = np.arange(len(statements))
    all_facts = order[sorted_rows(rank[np.cumsum(starts) - 1], np.arange(len(order)))]
    return _reduce(facts, columns, statements[ranked], all_facts, agreement.conflicts, provinces)


def _without_copies(
    facts: pa.Table, columns: Columns, positions: Integers
) -> tuple[pa.Table, Columns, Integers]:
    """Keeps of the same words in copies of one text one."""
    order = sorted_rows(columns.group, columns.fact, *_criteria(columns))
    kept = np.sort(order[is_first(columns.group[order], columns.fact[order])])
    if len(kept) == len(order):
        return facts, columns, positions
    return facts.take(pa.array(kept)), columns.take(kept), positions[kept]


def _criteria(columns: Columns) -> tuple[Integers | Floats, ...]:
    """Gives what tells facts apart that say the same."""
    return (
        columns.exactness, columns.doubt, columns.carried, columns.distance, columns.fact, columns.document,
    )  # fmt: skip


def _rank(columns: Columns, agreement: _Agreement) -> Integers:
    """Gives the statements by group, in each from the best to the worst: see the head of the module."""
    return sorted_rows(
        columns.group, columns.exactness, columns.doubt, columns.carried, -agreement.meeting,
        -agreement.decimals, columns.distance, columns.fact, columns.document,
    )  # fmt: skip


# -- what can be true together ---------------------------------------------------------------------


def _agreement(
    out_dir: Path, facts: pa.Table, positions: Integers, group: Integers, statements: Integers
) -> _Agreement:
    """Compares the statements of each group; their sentences are read only where their numbers differ."""
    stated = facts.select(["value", "value_max", "denominator", "bound"]).take(pa.array(statements))
    group = group[statements]
    names = ("value", "value_max", "denominator")
    numbers = [np.nan_to_num(floats_of(stated[name]), nan=-np.inf) for name in names]
    columns = [*numbers, codes_of(stated["bound"])[0]]
    groups = int(group.max()) + 1 if len(group) else 0
    # One of each group, with which the others are compared.
    sample = np.zeros(groups, np.int64)
    sample[group] = np.arange(len(group))
    differs = np.logical_or.reduce([column != column[sample[group]] for column in columns])
    is_mixed = np.zeros(groups, np.bool_)
    is_mixed[group[differs]] = True
    mixed = np.flatnonzero(is_mixed[group])
    meeting = np.bincount(group, minlength=groups)[group].astype(np.int64)
    decimals = np.zeros(len(group), np.int64)
    if not len(mixed):
        return _Agreement(meeting, decimals, np.empty(0, np.int64))
    decimals[mixed] = _written_decimals(out_dir, positions[statements[mixed]], numbers[0][mixed])
    low, high = _possible_values(stated.take(pa.array(mixed)), decimals[mixed])
    meeting[mixed] = count_meeting(group[mixed], low, high)
    order = sorted_rows(group[mixed])
    starts = np.flatnonzero(is_first(group[mixed][order]))
    conflict = np.maximum.reduceat(low[order], starts) > np.minimum.reduceat(high[order], starts)
    conflict |= _of_different_wholes(numbers[2][mixed][order], starts)
    return _Agreement(meeting, decimals, group[mixed][order][starts][conflict])


def _of_different_wholes(denominators: Floats, starts: Integers) -> Mask:
    """Asks of each group whether two denominators are stated."""
    highest = np.maximum.reduceat(denominators, starts)
    lowest = np.minimum.reduceat(np.where(denominators < 0, np.inf, denominators), starts)
    different: Mask = (highest >= 0) & (lowest < highest)
    return different


def _written_decimals(out_dir: Path, positions: Integers, values: Floats) -> Integers:
    order = sorted_rows(positions)
    decimals = np.empty(len(positions), np.int64)
    quotes = load_quotes(out_dir, positions[order])
    decimals[order] = [
        written_decimals(quote, value) for quote, value in zip(quotes, values[order].tolist(), strict=True)
    ]
    return decimals


def _possible_values(stated: pa.Table, decimals: Integers) -> tuple[Floats, Floats]:
    """Gives the lowest and the highest true value that each statement leaves open."""
    known: dict[StatedValue, tuple[float, float]] = {}
    limits = np.empty((len(decimals), 2), np.float64)
    names = ("value", "value_max", "bound")
    for number, parts in enumerate(
        zip(*(stated[name].to_pylist() for name in names), decimals.tolist(), strict=True)
    ):
        value = StatedValue(*parts)
        found = known.get(value)
        if found is None:
            found = known[value] = possible_values(value)
        limits[number] = found
    return limits[:, 0], limits[:, 1]


# -- rows ------------------------------------------------------------------------------------------


def _reduce(
    facts: pa.Table,
    columns: Columns,
    statements: Integers,
    all_facts: Integers,
    conflicts: Integers,
    provinces: ProvinceLists,
) -> Panel:
    """Makes one row of each group. `statements` and `all_facts` are sorted by group, the best first."""
    group = columns.group[statements]
    begins = is_first(group)
    best, row = facts.take(pa.array(statements[begins])), np.cumsum(begins) - 1
    documents, sources = columns.document[statements], columns.source[statements]
    lowest, highest = _extremes(facts.take(pa.array(statements)), np.flatnonzero(begins))
    begins_anew = is_first(columns.group[all_facts])
    offsets = np.append(np.flatnonzero(begins_anew), len(all_facts))
    ids = facts["fact_id"].take(pa.array(all_facts)).combine_chunks()
    rows = best.num_rows
    words = {
        field.name: best[field.name].cast(pa.string())
        for field in best.schema
        if pa.types.is_dictionary(field.type)
    }
    places = _places(words, provinces)
    is_level = pc.equal(words["change"], "none")
    flags = {
        Flag.CONFLICT: np.isin(group[begins], conflicts),
        Flag.APPROXIMATE: np.asarray(pc.equal(words["bound"], Bound.APPROX.value)),
        Flag.AMBIGUOUS: np.asarray(best["ambiguous"]),
        Flag.BORDERS: np.asarray(pc.fill_null(pc.equal(places["province_list"], NEW), False))
        & (days_of(best["period_end"], 0) < days_since_epoch(MERGER)),
    }
    findings = _findings(facts["checks"].take(pa.array(all_facts)), np.cumsum(begins_anew) - 1)
    table = pa.table(
        {
            **words,
            **places,
            "metric_text": best["metric_text"],
            "place_text": best["place_text"],
            "period_start": best["period_start"],
            "period_end": best["period_end"],
            "period_grain": _grains(best),
            "baseline_start": pc.if_else(is_level, None, best["baseline_start"]),
            "baseline_end": pc.if_else(is_level, None, best["baseline_end"]),
            "value": best["value"],
            "value_max": best["value_max"],
            "denominator": best["denominator"],
            "n_statements": np.bincount(row, minlength=rows),
            "n_documents": count_distinct(row, documents, rows),
            "n_sources": count_distinct(row, sources, rows),
            "value_lowest": lowest,
            "value_highest": highest,
            "spread": highest - lowest,
            # The shortest form of 32 bits: 0.95, not 0.949999988079071.
            "confidence": best["confidence"].cast(pa.string()).cast(pa.float64()),
            "flags": _flag_texts(flags, findings, rows),
            "fact_ids": pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), ids), " "),
            "best_fact_id": best["fact_id"],
        }
    )
    return Panel(table, row, documents, sources)


def _extremes(statements: pa.Table, starts: Integers) -> tuple[Floats, Floats]:
    """Gives the lowest and the highest number of each group, which begin at `starts`."""
    ends = [floats_of(statements[name]) for name in ("value", "value_max")]
    lowest, highest = np.fmin(*ends), np.fmax(*ends)
    if not len(starts):
        return lowest, highest
    return np.minimum.reduceat(lowest, starts), np.maximum.reduceat(highest, starts)


def _places(words: Mapping[str, pa.ChunkedArray], provinces: ProvinceLists) -> dict[str, pa.Array]:
    """Gives code, name and list of the place of each row, and the province that holds it now."""
    names = ("province_code", "province_name", "province_list")
    place = cache(partial(_place, provinces))
    found = [place(*key) for key in zip(*(words[name].to_pylist() for name in names), strict=True)]
    columns = zip(*found, strict=True) if found else [()] * 5
    return {
        name: pa.array(column, pa.string())
        for name, column in zip((*names, "province_code_2025", "province_name_2025"), columns, strict=True)
    }


def _place(
    provinces: ProvinceLists, code: str | None, name: str | None, list_id: str | None
) -> tuple[str | None, ...]:
    if code is None or list_id is None:
        return code, name, list_id, None, None
    successor = provinces.successor_of(code, list_id)
    successor_name = None if successor is None else provinces.name_of(successor, NEW)
    return code, provinces.name_of(code, list_id) or name, list_id, successor, successor_name


def _grains(rows: pa.Table) -> pa.Array:
    """Names the unit of calendar that the days of each row are."""
    start = rows["period_start"].to_numpy().astype("datetime64[D]")
    after = rows["period_end"].to_numpy().astype("datetime64[D]") + 1
    first, last = start.astype("datetime64[M]"), after.astype("datetime64[M]")
    whole = (start == first.astype("datetime64[D]")) & (after == last.astype("datetime64[D]"))
    months = np.where(whole, (last - first).astype(np.int64), 0)
    month = first.astype(np.int64) % 12
    days = (after - start).astype(np.int64)
    # The first day since 1970 was a Thursday.
    is_monday = (start.astype(np.int64) + 3) % 7 == 0
    conditions = {
        "day": days == 1,
        "week": (days == 7) & is_monday,
        "month": months == 1,
        "quarter": (months == 3) & (month % 3 == 0),
        "half": (months == 6) & (month % 6 == 0),
        "year": (months == 12) & (month == 0),
    }
    names = np.select(list(conditions.values()), [np.full(len(days), name) for name in conditions], "range")
    return pa.array(names, pa.string())


def _findings(checks: pa.ChunkedArray, rows: Integers) -> dict[int, list[str]]:
    """Gives for each row what its articles' own arithmetic says against its facts, where it does."""
    codes, texts = codes_of(checks)
    of_text = [[name for name in text.split() if not name.endswith(_FINE)] for text in texts.to_pylist()]
    has_finding = np.array([*(bool(names) for names in of_text), False], np.bool_)[codes]
    found: dict[int, set[str]] = defaultdict(set)
    for number in np.flatnonzero(has_finding):
        found[int(rows[number])].update(of_text[codes[number]])
    return {row: sorted(names) for row, names in found.items()}


def _flag_texts(flags: Mapping[Flag, Mask], findings: Mapping[int, Sequence[str]], rows: int) -> pa.Array:
    """Joins the flags of each row with what was found in its articles."""
    masks = np.stack([flags[flag] for flag in flags])
    combined = (masks.astype(np.int64) << np.arange(len(flags))[:, None]).sum(axis=0)
    texts = [
        " ".join(flag for place, flag in enumerate(flags) if number >> place & 1)
        for number in range(1 << len(flags))
    ]
    found = [texts[number] for number in combined]
    for row, names in findings.items():
        found[row] = " ".join([found[row], *names]).strip()
    return pa.array(found, pa.string())
