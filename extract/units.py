"""Units after a number: folded text and an offset in, the unit and its extent out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.schema_rules import Unit
from extract.text import fold, trie_pattern

_RATE_PEOPLE = re.compile(
    r"(?:([0-9]{1,3}(?:\.?[0-9]{3})*)\s*|(?:một\s+|1\s+)?(vạn)\s+)(dân|người dân|người|hộ)(?!\w)"
)
_BASE_PEOPLE = r"(?P<people>(?:100|1\.?000|10\.?000|100\.?000|(?:một |1 )?vạn)\s+(?:người\s+)?dân)(?!\w)"
# What a count is per: `thuê bao di động trên 100 dân`, `thuê bao Internet/100 dân`.
_PER_HEADS = re.compile(
    r"(?:\s+(?![0-9]|trên|mỗi|tính)[^\W\d_]+){0,4}?(?:\s?/\s?|\s+(?:(?:tính\s+)?trên|cho)\s+(?:mỗi\s+)?)"
    + _BASE_PEOPLE
)
# The same said before the count: `cứ 100 dân có 103 thuê bao`, `tính trên 1.000 dân đạt 0,7 doanh nghiệp`.
# `trên` alone is a base where a verb follows (`số bác sĩ trên 10.000 dân đạt 8,5 bác sĩ`), else a bound
# (`phục vụ trên 10.000 dân`).
RATE_BASE = re.compile(
    r"(?<!\w)(?:(?P<may_bound>(?<!có )(?<!với )(?<!gồm )(?<!cho )(?<!vụ )trên)"
    r"|cứ|mỗi|(?:tính|bình quân|trung bình)\s+(?:trên|cho))\s+(?:mỗi\s+)?"
    + _BASE_PEOPLE
    + r"(?(may_bound)(?=\s+(?:đạt|là|ước|bằng|ở mức|tăng|giảm|chiếm)(?!\w)))"
)
# What is counted per 100 people as telephone lines: `mật độ đạt 73,8 máy/100 dân`.
_TELEPHONES = frozenset({"subscription", "device", "smartphone"})
_SLASH = re.compile(r"\s?/\s?")
# `5.000 đồng/1 hộp`: one of the thing below the slash.
_PER_ONE = re.compile(r"\s?/\s?(?:(?:0?1|một|mỗi)\s(?=[^\W\d]))?")
# `6,8-inch`, as English ties a number to its measure.
_HYPHEN = re.compile(r"-(?=[^\W\d])")
_FILLER = re.compile(r"\s{1,2}(?:số|các)\s+")
# `550 "nhà máy"`: a noun may stand in quotes.
_SPACE = re.compile(r"\s{0,3}(?:\"(?=[^\W\d]))?")
# Dimensions that may stand below the slash of a rate.
_PER_DIMENSIONS = frozenset(
    {"count", "time", "mass", "area", "volume", "length", "energy", "score", "power", "rank_places", "times"}
)
# A rate in words: `5 triệu đồng mỗi tháng`, `140 tấn một ngày`, `20.000 đồng mỗi kg`.
_PER_WORD = re.compile(r"\s+(?:(?:trên|cho)\s+)?(?:mỗi|hàng|hằng|một)\s+(?!năm\s+(?:qua|nay|trước|sau))")
_SPOKEN = frozenset({"money", "mass", "volume", "energy", "area", "length", "data"})
_SPOKEN_PER = frozenset({"time", "mass", "area", "volume", "energy"})
# As a base of rates, `vụ` is a crop and no case: `5 tấn/ha/vụ`.
_PER_NAMES = {"vụ": "crop", "điểm": "point"}
# Counted things that are a base of rates; other pairs are two names of one thing (`thôn/xóm`).
_PER_COUNTS = frozenset({"person", "household"})


@dataclass(frozen=True, slots=True)
class UnitRead:
    """A unit found at `start` to `end`; of a rate, `unit` is the upper one and `unit_id` names both."""

    unit: Unit
    unit_id: str
    start: int
    end: int
    rule_ids: tuple[str, ...]


class UnitLexicon:
    """The spellings of units, as one trie. The longest match wins."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.by_id = {unit.id: unit for unit in units}
        self._by_form = {" ".join(fold(form).split()): unit for unit in units for form in unit.forms}
        self._pattern = re.compile(trie_pattern(self._by_form))

    def match(self, folded: str, position: int, end: int) -> tuple[Unit, int] | None:
        """Gives the unit whose longest spelling stands at `position`, and where it ends."""
        match = self._pattern.match(folded, position, end)
        while match is not None and match.end() > position:
            stop = match.end()
            following = folded[stop] if stop < end else " "
            if not (folded[stop - 1].isalnum() and (following.isalnum() or following == "_")):
                unit = self._by_form.get(match[0])
                return unit or self._by_form[" ".join(match[0].split())], stop
            # The longest spelling runs into a word: try shorter ones.
            match = self._pattern.match(folded, position, stop - 1)
        return None

    def read(self, folded: str, position: int, end: int) -> UnitRead | None:
        """Gives the unit after a number that ends at `position`: `trạm`, `số thuê bao`, `đồng/người`."""
        for pattern in (_SPACE, _FILLER, _HYPHEN):
            gap = pattern.match(folded, position, end)
            found = self.match(folded, gap.end(), end) if gap is not None else None
            if gap is not None and found is not None and (pattern is not _HYPHEN or found[0].base):
                return self._with_rate(folded, found[0], gap.end(), found[1], end)
        return None

    def read_implied_money(self, folded: str, position: int, end: int) -> UnitRead | None:
        """Gives money per something where the currency is left out: `100.000/kg`."""
        money = self.by_id.get("VND")
        if money is None or (slash := _SLASH.match(folded, position, end)) is None:
            return None
        if slash.end() >= end or not folded[slash.end()].isalpha():
            return None
        read = self._with_rate(folded, money, position, position, end)
        return read if read.end > position else None

    def money(self, position: int) -> UnitRead | None:
        """Gives đồng that are meant but not written at `position`, or None where the rules know no đồng."""
        money = self.by_id.get("VND")
        return UnitRead(money, money.id, position, position, (money.rule_id,)) if money is not None else None

    def _with_rate(self, folded: str, unit: Unit, start: int, stop: int, end: int) -> UnitRead:
        heads = _PER_HEADS.match(folded, stop, end) if unit.dimension == "count" else None
        if heads is not None:
            people = _RATE_PEOPLE.match(folded, heads.start("people"), end)
            if people is not None:
                rules = (unit.rule_id, "unit.rate")
                return UnitRead(unit, _per_people(unit.id, people), start, heads.end(), rules)
        if folded[stop : stop + 2].strip()[:1] != "/":
            spoken = _PER_WORD.match(folded, stop, end)
            found = self.match(folded, spoken.end(), end) if spoken is not None else None
            if found is not None and unit.dimension in _SPOKEN and found[0].dimension in _SPOKEN_PER:
                rules = (unit.rule_id, "unit.rate")
                return UnitRead(unit, f"{unit.id}/{found[0].id}", start, found[1], rules)
            return UnitRead(unit, unit.id, start, stop, (unit.rule_id,))
        unit_id = unit.id
        rule_ids = [unit.rule_id]
        while (slash := _PER_ONE.match(folded, stop, end)) is not None:
            people = _RATE_PEOPLE.match(folded, slash.end(), end)
            if people is not None:
                unit_id, stop = _per_people(unit_id, people), people.end()
                rule_ids.append("unit.rate")
                continue
            found = self.match(folded, slash.end(), end)
            if found is None or found[0].dimension not in _PER_DIMENSIONS:
                break
            per, stop = found
            if unit.dimension == "count" and per.dimension == "count" and per.id not in _PER_COUNTS:
                continue
            named = _PER_NAMES.get(folded[slash.end() : stop], per.id)
            unit_id = f"{unit_id}/{named}"
            rule_ids.append("unit.rate")
        return UnitRead(unit, unit_id, start, stop, tuple(rule_ids))


def per_people_named(unit_id: str, people: str) -> str:
    """Names a rate by the words of its base: `100 dân`."""
    match = _RATE_PEOPLE.match(people)
    return _per_people(unit_id, match) if match is not None else unit_id


def _per_people(unit_id: str, people: re.Match[str]) -> str:
    """Names a rate by head: `thuê bao/100 dân` alone has a name of its own in the contract."""
    count = 10_000 if people[2] else int(people[1].replace(".", ""))
    if people[3] == "hộ":
        return f"{unit_id}/{count}_households" if count > 1 else f"{unit_id}/household"
    if unit_id in _TELEPHONES and count == 100:
        return "per_100_people"
    return f"{unit_id}/{count}_people"
