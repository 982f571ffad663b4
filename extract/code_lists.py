"""The lists that codes of a fact table must stand in: metrics, units, provinces, documents of the run.

Taken from the tables that lie beside the facts, else from the packaged rules. Documents are held as hashes,
so that a million of them take 20 MB.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from extract.constraints import RowConstraint, days
from extract.ontology_rows import metrics_rows, provinces_rows, units_rows
from extract.panel_places import NEW, OLD
from extract.places import COUNTRY_CODE, COUNTRY_NAME, MERGER, Gazetteer
from extract.rules import load_rules
from extract.table import iter_batches, load_table
from extract.table_schema import DOCUMENTS, METRICS, PROVINCES, UNITS
from extract.text import fold

Hashes = npt.NDArray[np.uint64]
Row = Mapping[str, Any]

# A rate may be over any noun: `VND/trading_session`.
_NOUN = re.compile(r"[a-z0-9_]+")


def row_hashes(*columns: pd.Series) -> Hashes:
    """Gives a hash of each row of some columns of words; empty cells are alike."""
    frame = pd.DataFrame({number: column.astype("object") for number, column in enumerate(columns)})
    return np.asarray(pd.util.hash_pandas_object(frame, index=False, categorize=False), dtype=np.uint64)


class KnownDocuments:
    """The documents of a run: which there are, their lists of provinces, their numbers of facts."""

    def __init__(self, out_dir: Path) -> None:
        """Reads them. Raises InputError where they cannot be read."""
        names = ("doc_id", "published", "facts")
        hashes, lists, counts = [np.empty(0, np.uint64)], [np.empty(0, object)], [np.empty(0, np.int64)]
        for batch in iter_batches(out_dir, DOCUMENTS, names):
            frame = pa.Table.from_batches([batch]).to_pandas(date_as_object=False)
            hashes.append(row_hashes(frame["doc_id"]))
            lists.append(_lists_of(frame["published"]))
            counts.append(frame["facts"].to_numpy(np.int64))
        found = np.concatenate(hashes)
        order = np.argsort(found, kind="stable")
        self.hashes: Hashes = found[order]
        self._lists = np.concatenate(lists)[order]
        self.facts: npt.NDArray[np.int64] = np.concatenate(counts)[order]

    def places(self, hashes: Hashes) -> npt.NDArray[np.int64]:
        """Gives where documents stand among `hashes` of these, -1 for one that is unknown."""
        if not len(self.hashes):
            return np.full(len(hashes), -1)
        found = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return np.where(self.hashes[found] == hashes, found, -1)

    def lists(self, hashes: Hashes) -> npt.NDArray[np.object_]:
        """Gives the list of provinces that is valid at each document's date; empty where it has none."""
        found = self.places(hashes)
        if not len(self.hashes):
            return np.full(len(hashes), "", object)
        return np.where(found < 0, "", self._lists[found])


def _lists_of(published: pd.Series) -> npt.NDArray[np.object_]:
    is_new = days(published) >= pd.Timestamp(MERGER)
    return np.where(published.isna(), "", np.where(is_new, NEW, OLD)).astype(object)


@dataclass(frozen=True)
class CodeLists:
    """What codes may be. `provinces` gives names and successor by list and code."""

    metrics: frozenset[str]
    units: frozenset[str]
    provinces: Mapping[tuple[str, str], tuple[frozenset[str], str]]
    documents: KnownDocuments | None = None

    def constraints(self) -> tuple[RowConstraint, ...]:
        """Gives what they promise of a fact."""
        return (
            RowConstraint(
                "metric_known", ("metric_id",), self._knows_metric, "{metric_id} is no metric of the ontology"
            ),
            RowConstraint(
                "unit_known",
                ("unit_id", "unit_text"),
                self._knows_unit,
                "{unit_id} is no unit, no rate of units and not the noun as written ({unit_text})",
            ),
            RowConstraint(
                "province_valid",
                ("province_code", "province_name", "province_code_2025", "doc_id"),
                self._knows_province,
                "{province_code} {province_name}, today in {province_code_2025}: not in the list of "
                "provinces valid at the document's date",
            ),
        )

    def _knows_metric(self, frame: pd.DataFrame) -> pd.Series[bool]:
        return frame["metric_id"].isna() | frame["metric_id"].isin(self.metrics)

    def _knows_unit(self, frame: pd.DataFrame) -> pd.Series[bool]:
        units, texts = frame["unit_id"].astype("object"), frame["unit_text"].astype("object")
        known = [
            unit in self.units
            or not isinstance(unit, str)
            or self._is_rate(unit)
            or (isinstance(text, str) and fold(text) == unit)
            for unit, text in zip(units, texts, strict=True)
        ]
        return pd.Series(known, frame.index, dtype=bool)

    def _is_rate(self, unit: str) -> bool:
        over, *bases = unit.split("/")
        return bool(bases) and over in self.units and all(_NOUN.fullmatch(base) for base in bases)

    def _knows_province(self, frame: pd.DataFrame) -> pd.Series[bool]:
        names = ["province_code", "province_name", "province_code_2025"]
        cells = frame[names].astype("object")
        cells["list"] = (
            self.documents.lists(row_hashes(frame["doc_id"])) if self.documents is not None else ""
        )
        # As many as there are provinces, however many rows.
        different = cells.drop_duplicates().dropna().itertuples(index=False, name=None)
        wrong = {row for row in different if not self._is_valid(*row)}
        fits = [row not in wrong for row in cells.itertuples(index=False, name=None)]
        return pd.Series(fits, frame.index, dtype=bool)

    def _is_valid(self, code: str, name: str, successor: str, list_id: str) -> bool:
        if (code, name, successor) == (COUNTRY_CODE, COUNTRY_NAME, COUNTRY_CODE):
            return True
        found = (self.provinces.get((wanted, code)) for wanted in ([list_id] if list_id else [OLD, NEW]))
        return any(entry is not None and name in entry[0] and successor == entry[1] for entry in found)


def load_code_lists(out_dir: Path | None) -> CodeLists:
    """Reads the lists that lie beside the facts of a run, else those of the packaged rules.

    Raises InputError where tables of the run cannot be read.
    """
    if out_dir is None:
        rules = load_rules()
        return _lists(metrics_rows(rules), units_rows(rules), provinces_rows(Gazetteer(rules)))
    rows = (load_table(out_dir, table).to_pylist() for table in (METRICS, UNITS, PROVINCES))
    return _lists(*rows, documents=KnownDocuments(out_dir))


def _lists(
    metrics: Iterable[Row],
    units: Iterable[Row],
    provinces: Iterable[Row],
    *,
    documents: KnownDocuments | None = None,
) -> CodeLists:
    by_code: dict[tuple[str, str], tuple[frozenset[str], str]] = {}
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in provinces:
        key = (row["list"], row["province_code"])
        names[key] |= {name for name in (row["name"], row["later_name"]) if name}
        by_code[key] = (frozenset(names[key]), row["successor_code"] or row["province_code"])
    return CodeLists(
        frozenset(row["metric_id"] for row in metrics),
        frozenset(row["unit_id"] for row in units),
        by_code,
        documents,
    )
