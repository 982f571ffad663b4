"""The fact table of a run -> what a page counts: by metric, province, finding; targets and actual values.

All facts count, however many rows a page shows. They are added some at a time, so memory grows with the
number of metrics and provinces, not with that of facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from extract.models import Change, Status
from extract.parquet import Row
from extract.places import COUNTRY_CODE

# Names of findings that end so say that the article's numbers agree.
GOOD_ENDING = "_ok"
# Values of districts and regions are no value of their province.
_WHOLE = ("province", "country")

COUNTED_COLUMNS = (
    "doc_id", "metric_id", "technology", "scope", "component", "value", "value_max", "denominator", "bound",
    "unit_id", "status", "change", "period_start", "period_end", "period_grain", "province_code",
    "province_name", "province_code_2025", "place_level", "confidence", "duplicate_of", "checks",
)  # fmt: skip


def findings_of(row: Row) -> list[str]:
    """Gives the findings about a fact."""
    return row["checks"].split() if row["checks"] else []


def is_good(finding: str) -> bool:
    """Asks whether a finding says that numbers agree."""
    return finding.endswith(GOOD_ENDING)


def is_doubtful(row: Row) -> bool:
    """Asks whether a finding speaks against a fact."""
    return not all(is_good(finding) for finding in findings_of(row))


@dataclass(frozen=True, slots=True)
class ProvinceKey:
    """A province in one of the two lists; the country and no place are in neither."""

    list_id: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PairKey:
    """What a target and an actual value must share to be compared."""

    metric_id: str
    province_name: str
    attributes: tuple[str, ...]
    unit_id: str


@dataclass(slots=True)
class Pair:
    """The latest actual value and the latest target of one kind."""

    actual: Row | None = None
    target: Row | None = None


@dataclass(slots=True)
class FactCounts:
    """Counts facts as they are added, in the order of the table.

    `provinces` are rows of the table of provinces; `after_merger` the doc_ids of articles that came out since
    the provinces merged: the codes of their facts belong to the list of 34.
    """

    provinces: Iterable[Row]
    after_merger: Collection[str]
    facts: int = 0
    duplicates: int = 0
    # By a column, how many have something in it.
    filled: Counter[str] = field(default_factory=Counter)
    by_metric: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_province: Counter[tuple[ProvinceKey, str]] = field(default_factory=Counter)
    by_both: Counter[tuple[str, str]] = field(default_factory=Counter)
    # By list and code: of the 63 as at the article's date, of the 34 as it is today.
    on_map: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    doubtful: Counter[str] = field(default_factory=Counter)
    pairs: dict[PairKey, Pair] = field(default_factory=dict)
    _old_names: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        self._old_names = frozenset(
            (row["province_code"], name)
            for row in self.provinces
            if row["list"] == "63"
            for name in (row["name"], row["later_name"])
            if name
        )

    def add(self, rows: Sequence[Row]) -> None:
        """Counts some facts."""
        for row in rows:
            self.facts += 1
            self.duplicates += row["duplicate_of"] is not None
            for name in ("metric_id", "period_start", "province_code"):
                self.filled[name] += row[name] is not None
            place = self._place(row)
            metric, status = row["metric_id"] or "", row["status"]
            self.by_metric[metric, status] += 1
            self.by_province[place, status] += 1
            self.by_both[metric, place.name] += 1
            if place.list_id == "63":
                self.on_map["63", place.code] += 1
            if place.list_id:
                self.on_map["34", row["province_code_2025"]] += 1
            self.findings.update(findings_of(row))
            if is_doubtful(row):
                self.doubtful[row["doc_id"]] += 1
            self._pair(row)

    def _place(self, row: Row) -> ProvinceKey:
        code, name = row["province_code"] or "", row["province_name"] or ""
        if code == COUNTRY_CODE or not row["province_code_2025"]:
            return ProvinceKey("", code, name)
        old = (code, name) in self._old_names and row["doc_id"] not in self.after_merger
        return ProvinceKey("63" if old else "34", code, name)

    def _pair(self, row: Row) -> None:
        if (
            not row["metric_id"]
            or not row["province_code"]
            or row["place_level"] not in _WHOLE
            or row["change"] != Change.NONE
        ):
            return
        attributes = tuple(row[name] or "" for name in ("technology", "scope", "component"))
        key = PairKey(row["metric_id"], row["province_name"], attributes, row["unit_id"])
        pair = self.pairs.setdefault(key, Pair())
        if row["status"] == Status.TARGET:
            pair.target = _later(pair.target, row)
        else:
            pair.actual = _later(pair.actual, row)


def _later(known: Row | None, row: Row) -> Row:
    """Gives the fact of the later period; of two the one that stands first in the table."""
    return row if known is None or _end(row) > _end(known) else known


def _end(row: Row) -> Any:
    return str(row["period_end"] or "")
