"""Both lists of provinces, as `provinces.parquet` of a run has them: what a code of a fact stands for.

A code alone does not tell: 19 is Thái Nguyên in both lists, and since 1 July 2025 Bắc Kạn is part of it; 52
was Bình Định and is Gia Lai. Knows codes and names, not facts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from extract.errors import InputError
from extract.places import COUNTRY_CODE, COUNTRY_NAME
from extract.province_names import typed_forms, unknown_province
from extract.text import fold

OLD, NEW, BOTH = "63", "34", "both"


@dataclass(frozen=True, slots=True)
class _Listed:
    """A province of one list. `names` are all official ones, the latest last."""

    code: str
    list_id: str
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    successor: str


class ProvinceLists:
    """The provinces of both lists, made of the rows of `provinces.parquet`."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._listed = tuple(
            _Listed(
                row["province_code"],
                row["list"],
                tuple(name for name in (row["name"], row["later_name"]) if name),
                tuple((row["aliases"] or "").split(";")),
                row["successor_code"] or row["province_code"],
            )
            for row in rows
        )
        self._by_code: dict[str, list[_Listed]] = defaultdict(list)
        for province in self._listed:
            self._by_code[province.code].append(province)
        self._parts = Counter(province.successor for province in self._listed if province.list_id == OLD)

    def list_of(self, code: str, name: str) -> str | None:
        """Gives the list that a fact's code counts in: 63, 34 or both; None where the day must tell.

        It is both where the merger left the province as it was.
        """
        fitting = [province for province in self._by_code.get(code, ()) if name in province.names]
        if fitting and all(self.parts(province.successor) == 1 for province in fitting):
            return BOTH
        return fitting[0].list_id if len(fitting) == 1 else None

    def name_of(self, code: str, list_id: str) -> str | None:
        """Gives the official name of a code in a list, the present one where `list_id` is both."""
        wanted = NEW if list_id == BOTH else list_id
        return next(
            (province.names[0] for province in self._by_code.get(code, ()) if province.list_id == wanted),
            None,
        )

    def successor_of(self, code: str, list_id: str) -> str | None:
        """Gives the code of the province that holds it since 1 July 2025; None for an unknown code."""
        return next(
            (
                province.successor
                for province in self._by_code.get(code, ())
                if list_id in (province.list_id, BOTH)
            ),
            None,
        )

    def parts(self, code: str) -> int:
        """Gives of how many provinces one of the list of 34 was made."""
        return self._parts[code]

    def find(self, text: str) -> frozenset[tuple[str, str]]:
        """Gives codes and names of all provinces, of either list, that a name, alias or code means.

        Marks may be missing. Raises InputError, which names similar ones, when there is none.
        """
        marked, plain = typed_forms(text)
        if marked & {fold(COUNTRY_CODE), *typed_forms(COUNTRY_NAME)[0]}:
            return frozenset({(COUNTRY_CODE, COUNTRY_NAME)})
        # Without marks only where nothing is written so: they tell names apart.
        found = self._called(marked, 0) or self._called(plain, 1)
        if not found:
            names = (name for province in self._listed for name in province.names)
            raise InputError("--province", unknown_province(text, names))
        return found

    def has_code(self, text: str) -> bool:
        """Asks whether a province of either list has this code."""
        return text in self._by_code

    def _called(self, wanted: frozenset[str], form: int) -> frozenset[tuple[str, str]]:
        """Gives what has one of these codes or names, typed with marks (0) or without (1)."""
        return frozenset(
            (province.code, name)
            for province in self._listed
            if province.code in wanted
            or any(wanted & typed_forms(called)[form] for called in (*province.names, *province.aliases))
            for name in province.names
        )

    def successors(self, provinces: Iterable[tuple[str, str]]) -> frozenset[str]:
        """Gives the codes of today's provinces that hold these, given by code and name."""
        wanted = set(provinces)
        return frozenset(
            province.successor
            for province in self._listed
            if any((province.code, name) in wanted for name in province.names)
        ) | {code for code, _ in wanted if code == COUNTRY_CODE}


def days_since_epoch(day: dt.date) -> int:
    """Gives a day as the numbers of a date column count it."""
    return (day - dt.date(1970, 1, 1)).days
