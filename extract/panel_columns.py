"""The facts of a panel as columns of numbers: which row each belongs to, and what speaks for it.

In: facts and documents as `panel_input` gives them. Out: one number of each kind for every fact. What they
decide is in `panel.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from extract.models import Bound
from extract.panel_grouping import Floats, Integers, codes_of, days_of, floats_of, group_codes, ranks_of
from extract.panel_input import PanelFacts
from extract.panel_places import BOTH, NEW, OLD, ProvinceLists, days_since_epoch
from extract.places import COUNTRY_CODE, MERGER
from extract.sites import site_of
from extract.text import fold

# What parts one row from another, beside days and words.
_KEYS = (
    "metric_id", "technology", "scope", "component", "unit_id", "place_level", "province_code",
    "province_list", "status", "change",
)  # fmt: skip
_DAYS = ("period_start", "period_end", "baseline_start", "baseline_end")
_NO_DAY = -(10**6)
# What is added to the distance in days of articles from before the end of the period; that of those without
# a date.
_BEFORE_THE_END, _NEVER = 10**6, 10**7
_LISTS = (OLD, NEW, BOTH)
_EXACT, _ROUGH, _RANGE, _BOUNDED = range(4)


@dataclass(frozen=True, slots=True)
class Columns:
    """What decides about a fact. Of `exactness` and what follows, less is better; `doubt` is -confidence.

    `fact` and `document` are in the order of their ids.
    """

    group: Integers
    statement: Integers
    source: Integers
    exactness: Integers
    doubt: Floats
    carried: Integers
    distance: Integers
    fact: Integers
    document: Integers

    def take(self, rows: Integers) -> Columns:
        """Gives some rows."""
        return Columns(*(getattr(self, field.name)[rows] for field in fields(self)))


def with_lists(read: PanelFacts, documents: pa.Table, provinces: ProvinceLists) -> pa.Table:
    """Gives the facts with `province_list`, null for the country and regions.

    Where code and name are the same in both lists the date of the document tells, as it did when the place
    was read; without one, whether the document speaks of days since the merger, or of a province that is new.
    """
    facts = read.facts
    code, codes = codes_of(facts["province_code"])
    name, names = codes_of(facts["province_name"])
    pairs, pair = np.unique(code * (len(names) + 1) + name + 1, return_inverse=True)
    of_pair = np.full(len(pairs), -1, np.int64)
    by_date = np.zeros(len(pairs), np.bool_)
    for number, (code_number, name_number) in enumerate(zip(*np.divmod(pairs, len(names) + 1), strict=True)):
        text = codes[int(code_number)].as_py() if code_number >= 0 else COUNTRY_CODE
        if text == COUNTRY_CODE:
            continue
        found = provinces.list_of(text, names[int(name_number) - 1].as_py() if name_number else "")
        by_date[number] = found is None
        of_pair[number] = _LISTS.index(OLD if found is None else found)
    lists = of_pair[pair]
    document, ids = codes_of(facts["doc_id"])
    is_late = np.asarray(pc.is_in(ids, value_set=pa.array(sorted(read.late), pa.string())))
    is_late = is_late | (_published(ids, documents) >= days_since_epoch(MERGER))
    is_late[document[lists == _LISTS.index(NEW)]] = True
    lists = np.where(by_date[pair] & is_late[document], _LISTS.index(NEW), lists)
    indices = pa.array(lists, pa.int32(), mask=lists < 0)
    return facts.append_column(
        "province_list", pa.DictionaryArray.from_arrays(indices, pa.array(_LISTS, pa.string()))
    )


def build_columns(facts: pa.Table, documents: pa.Table) -> Columns:
    """Gives what decides about each fact; `facts` as `with_lists` gives them."""
    document, ids = ranks_of(facts["doc_id"])
    statement = pc.coalesce(facts["duplicate_of"], facts["fact_id"])
    published = _published(ids, documents)[document]
    late_by = published - days_of(facts["period_end"], 0)
    distance = np.abs(late_by) + np.where(late_by < 0, _BEFORE_THE_END, 0)
    return Columns(
        group=_groups(facts),
        statement=codes_of(statement)[0],
        source=_sources(ids, documents)[document],
        exactness=_exactness(facts),
        doubt=-floats_of(facts["confidence"]),
        carried=facts["carried"].to_numpy().astype(np.int64),
        distance=np.where(published == _NO_DAY, _NEVER, distance),
        fact=ranks_of(facts["fact_id"])[0],
        document=document,
    )


def _groups(facts: pa.Table) -> Integers:
    """Gives the same number to the facts of one row."""
    keys = [codes_of(facts[name])[0] for name in _KEYS]
    for name in _DAYS:
        days = days_of(facts[name], _NO_DAY)
        if name.startswith("baseline"):
            # A level is measured against nothing.
            days[np.asarray(pc.equal(facts["change"].cast(pa.string()), "none"))] = _NO_DAY
        keys.append(days)
    return group_codes([*keys, *(folded_codes(facts[name]) for name in ("place_text", "metric_text"))])


def folded_codes(column: pa.ChunkedArray) -> Integers:
    """Gives the same number for words that differ in case, tone placement or spelling of i alone."""
    codes, texts = codes_of(column)
    numbers: dict[str, int] = {}
    folded = [numbers.setdefault(" ".join(fold(text).split()), len(numbers)) for text in texts.to_pylist()]
    return np.array([*folded, -1], np.int64)[codes]


def _exactness(facts: pa.Table) -> Integers:
    classes = {Bound.EQ.value: _EXACT, Bound.APPROX.value: _ROUGH}
    codes, bounds = codes_of(facts["bound"])
    found = np.array([classes.get(bound, _BOUNDED) for bound in bounds.to_pylist()], np.int64)
    exactness = found[codes] if len(found) else np.zeros(0, np.int64)
    is_range = np.asarray(pc.is_valid(facts["value_max"]))
    return np.where(is_range, np.maximum(exactness, _RANGE), exactness)


def _published(ids: pa.Array, documents: pa.Table) -> Integers:
    """Gives the day on which each document came out, `_NO_DAY` where it is not known."""
    return days_of(_of_documents(ids, documents, "published"), _NO_DAY)


def _sources(ids: pa.Array, documents: pa.Table) -> Integers:
    """Gives the same number to documents of one site; one whose site is not known has a number of its own."""
    numbers: dict[str, int] = {}
    columns = (_of_documents(ids, documents, name).to_pylist() for name in ("url", "source"))
    sites = (site_of(url) or site_of(source) for url, source in zip(*columns, strict=True))
    known = [numbers.setdefault(site or f"\0{place}", len(numbers)) for place, site in enumerate(sites)]
    return np.array(known, np.int64)


def _of_documents(ids: pa.Array, documents: pa.Table, name: str) -> pa.ChunkedArray:
    """Gives a column of the documents of these ids, null for one that the table lacks."""
    return documents[name].take(pc.index_in(ids, value_set=documents["doc_id"].combine_chunks()))
