"""Places: a gazetteer in, mentions of provinces, districts, regions and countries out.

Knows both lists of provinces (63 before 1 July 2025, 34 since). Which number a place belongs to is
decided in `place_choice.py`.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import takewhile
from pathlib import Path

from extract.errors import RulesError
from extract.models import Span
from extract.rules import RuleSet
from extract.text import fold, strip_diacritics, trie_pattern

# Resolution 202/2025/QH15: 63 provinces became 34 on this day.
MERGER = dt.date(2025, 7, 1)
CAPITAL, CAPITAL_WORD = "Hà Nội", "thủ đô"
CITY = "thành phố"
COUNTRY_CODE, COUNTRY_NAME = "VN", "Việt Nam"


class PlaceLevel(StrEnum):
    """How wide a place is."""

    COUNTRY = "country"
    REGION = "region"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Province:
    """One row of a list of provinces."""

    code: str
    list_id: str
    name: str
    type: str
    iso3166_2: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    successor: str
    region: str
    aliases: tuple[str, ...]
    nicknames: tuple[str, ...]
    # What it was called and of what type it was from a later day on: Huế since 2025.
    later_from: dt.date | None = None
    later_type: str = ""
    later_name: str = ""

    def name_on(self, day: dt.date | None) -> str:
        """Gives the official name on a day; that of its first day when the day is not known."""
        return (self.later_name if self._is_later(day) else "") or self.name

    def type_on(self, day: dt.date | None) -> str:
        """Gives `tỉnh` or `thành phố`, as of a day; that of its first day when the day is not known."""
        return (self.later_type if self._is_later(day) else "") or self.type

    def _is_later(self, day: dt.date | None) -> bool:
        return day is not None and self.later_from is not None and day >= self.later_from


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place in the text.

    `provinces` are those that it may lie in, as names of the gazetteer; `likely` is one of them that the
    kind of place speaks for.
    """

    span: Span
    level: PlaceLevel
    name: str
    provinces: tuple[str, ...]
    rule_id: str
    likely: str | None = None


@dataclass(frozen=True, slots=True)
class ResolvedPlace:
    """A place as the fact table has it."""

    code: str | None
    name: str | None
    code_2025: str | None
    level: PlaceLevel | None


@dataclass(frozen=True, slots=True)
class _Name:
    level: PlaceLevel
    name: str
    provinces: tuple[str, ...]
    any_case: bool = False
    # Also a common word or a person's name: counts only where nothing speaks against it.
    ambiguous: bool = False
    # Of several provinces the one that the word before the name speaks for: `quận Bình Tân`.
    likely: str | None = None


_NAME_FOLLOWS = re.compile(r"\s+(?:của\s+)?[^\W\d_a-zà-ỹđ]")
_ABROAD = frozenset({PlaceLevel.FOREIGN, PlaceLevel.COUNTRY, PlaceLevel.REGION})
# `tiếng Anh` is a language, `cô Nga` a woman, `giờ Việt Nam` a time zone, `phía Đông Bắc` a direction.
_NO_PLACE = re.compile(r"(?<!\w)(?:tiếng|cô|bà|chị|anh|ông|em|bé|giờ|phía|hướng)\s+$")
# `trên thế giới`, `Thế giới ghi nhận`, but `Tổ chức Y tế Thế giới`, `điều tra toàn cầu`.
_AS_PLACE = re.compile(
    r"(?:(?<!\w)(?:trên|khắp|toàn|cả|của|trong|so với|thị trường|bình quân|trung bình)\s+|^|[.,;:\n(\"]\s*)$"
)
# `tỉnh Hà Nam, Trung Quốc` lies abroad.
_IN_COUNTRY = re.compile(r"\s*[,(]\s*")
_SUPERLATIVE = re.compile(
    r"(?<!\w)(?:nhất|đầu tiên|hàng đầu|kỉ lục|top [0-9]+|tốp [0-9]+)\s+"
    r"(?:(?:trên|tại|của|ở|khu vực|toàn)\s+)*$"
)
_DISTRICT_WORDS = {
    "huyện": "huyện", "thị xã": "thị xã", "thành phố": "thành phố", "quận": "quận",
    "tp": "thành phố", "tp.": "thành phố", "tx": "thị xã", "tx.": "thị xã",
}  # fmt: skip
# A name of one word (`Pleiku`) stands alone only when it is too long to be a syllable like any other.
MIN_SINGLE_NAME = 5
# The looks back stand behind the first letter: a search then skips to the letters that the words begin with.
_COMMUNE = re.compile(
    trie_pattern(("xã", "phường", "thị trấn", "đặc khu"), " ", r"(?<!\w.)(?<!thị .)") + r"\s+"
)
_NAME_WORD = re.compile(r"[\w'-]+")
# Names of communes are no longer, in characters.
MAX_COMMUNE = 40
# The bare name is more often the man, a street or the youth union than the city.
_NEVER_BARE = frozenset({"hồ chí minh"})


class Gazetteer:
    """All places that the rules know, and the patterns that find them. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        folder = next(
            (
                path / "places"
                for path in reversed(rules.folders)
                if (path / "places" / "provinces.csv").is_file()
            ),
            None,
        )
        if folder is None:
            raise RulesError(["places/provinces.csv: no such file in any rules folder"])
        self.provinces = tuple(_read_provinces(folder / "provinces.csv"))
        self._old = {province.name: province for province in self.provinces if province.list_id == "63"}
        self._new = {province.name: province for province in self.provinces if province.list_id == "34"}
        self._new_by_code = {province.code: province for province in self._new.values()}
        self._old_by_code = {province.code: province for province in self._old.values()}
        names: dict[str, list[_Name]] = defaultdict(list)
        self._add_provinces(names)
        self._add_districts(names, folder / "districts.csv")
        self._communes = self._read_communes(folder / "communes.csv")
        self._add_regions(names, folder / "regions.csv")
        self._add_countries(names, folder / "countries.csv")
        for form in rules.word_forms("place.not_places"):
            names[form] = []
        self._names: Mapping[str, tuple[_Name, ...]] = {form: tuple(items) for form, items in names.items()}
        vetoed = "|".join(re.escape(form) for form in rules.word_forms("place.vetoed_before"))
        self._veto_before = re.compile(rf"(?<!\w)(?<!thành )(?<!khu )(?:{vetoed})\s+$")
        surnames = "|".join(re.escape(form) for form in rules.word_forms("place.surnames"))
        self._surname_before = re.compile(rf"(?<!\w)(?:{surnames})(?:\s+\w+)?\s+$")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """All names. Compiled when the first text is read: where others read, it is not needed."""
        # A look at the first letter, before the look back and the names, takes a third less time.
        initials = "".join(sorted({re.escape(name[:1]) for name in self._names}))
        return re.compile(rf"(?=[{initials}])(?<!\w)(?<!\w-)(?:{trie_pattern(self._names)})(?!\w|-[^\W\d_])")

    @property
    def province_names(self) -> tuple[str, ...]:
        """The names of all provinces, those of both lists, each once."""
        return tuple(dict.fromkeys((*self._old, *self._new)))

    # -- building ------------------------------------------------------------------------------

    def _add_provinces(self, names: dict[str, list[_Name]]) -> None:
        called = {old.later_name: old.name for old in self._old.values() if old.later_name != old.name}
        names[CAPITAL_WORD].append(_Name(PlaceLevel.PROVINCE, CAPITAL, (CAPITAL,)))
        for province in (*self._old.values(), *self._new.values()):
            # Huế is the city of today and the province Thừa Thiên Huế of before: one place.
            key = called.get(province.name, province.name)
            entry = _Name(PlaceLevel.PROVINCE, key, (key,))
            names_of = (province.name, *province.aliases)
            plain = {form for name in names_of for form in _typed_plainly(name)}
            forms = {fold(form) for form in (*names_of, *province.nicknames) if form}
            for form in sorted(forms | plain):
                if form not in _NEVER_BARE and entry not in names[form]:
                    names[form].append(entry)

    def _add_districts(self, names: dict[str, list[_Name]], path: Path) -> None:
        owners: dict[str, list[str]] = defaultdict(list)
        of_kind: dict[tuple[str, str], list[str]] = defaultdict(list)
        rows: dict[str, dict[str, str]] = {}
        for row in _read_csv(path):
            province = self._old_by_code[row["province"]].name
            for form in (row["name"], *_split(row["aliases"])):
                rows[fold(form)] = row
                if province not in owners[fold(form)]:
                    owners[fold(form)].append(province)
                if province not in of_kind[row["type"], fold(form)]:
                    of_kind[row["type"], fold(form)].append(province)
        for form in sorted(owners):
            row = rows[form]
            entry = _Name(PlaceLevel.DISTRICT, row["name"], tuple(owners[form]))
            if form.startswith(row["type"]):
                # `quận 1`: with a number small letters do.
                names[form].append(replace(entry, any_case=any(letter.isdigit() for letter in form)))
                continue
            stands_alone = " " in form or len(form) >= MIN_SINGLE_NAME
            if stands_alone and row["ambiguous"] != "yes" and form not in names:
                names[form].append(entry)
            for word, kind in _DISTRICT_WORDS.items():
                # Of several of a name the word tells which: `quận Bình Tân`, `huyện Bình Tân`.
                alike = of_kind.get((kind, form), [])
                if f"{word} {form}" not in names:
                    likely = alike[0] if len(alike) == 1 else None
                    names[f"{word} {form}"].append(replace(entry, likely=likely))

    def _read_communes(self, path: Path) -> Mapping[str, tuple[str, tuple[str, ...]]]:
        """Gives by folded name how a commune is written and the provinces that it may lie in.

        The list is that of 1 July 2025; most names are older, so that before that day each may lie in any
        of the provinces that merged into its own.
        """
        owners: dict[str, list[str]] = defaultdict(list)
        merged: dict[str, list[str]] = defaultdict(list)
        for province in self._old.values():
            merged[province.successor].append(province.name)
        written: dict[str, str] = {}
        for row in _read_csv(path):
            form = fold(row["name"])
            written[form] = row["name"]
            owners[form].extend(name for name in merged[row["province_34"]] if name not in owners[form])
        return {form: (written[form], tuple(owners[form])) for form in owners}

    def _add_regions(self, names: dict[str, list[_Name]], path: Path) -> None:
        for row in _read_csv(path):
            level = PlaceLevel.FOREIGN if row["kind"] == "foreign" else PlaceLevel.REGION
            for form in (row["name"], *_split(row["aliases"])):
                any_case = form == form.lower()
                names.setdefault(fold(form), []).append(_Name(level, row["name"], (), any_case))

    def _add_countries(self, names: dict[str, list[_Name]], path: Path) -> None:
        for row in _read_csv(path):
            home = row["code"] == COUNTRY_CODE
            level = PlaceLevel.COUNTRY if home else PlaceLevel.FOREIGN
            unsure = {fold(form) for form in _split(row["ambiguous"])}
            for form in (row["name"], *_split(row["aliases"]), *_split(row["ambiguous"])):
                folded = fold(form)
                if not names.get(folded):
                    any_case = home and form == form.lower()
                    names[folded] = [_Name(level, row["name"], (), any_case, folded in unsure and not home)]

    # -- finding -------------------------------------------------------------------------------

    def find(self, text: str, folded: str, start: int, end: int) -> list[PlaceMention]:
        """Gives the places named between two offsets, in order. Names must be written with a capital."""
        communes = list(self._find_communes(text, folded, start, end))
        found = [
            mention
            for match in self._pattern.finditer(folded, start, end)
            if (mention := self._read_name(text, folded, start, match)) is not None
            and not any(mention.span.overlaps(commune.span) for commune in communes)
        ]
        if not found and not communes:
            return []
        found = sorted([*found, *communes], key=lambda mention: mention.span)
        return [
            place
            for place, following in zip(found, [*found[1:], None], strict=False)
            if not (
                place.provinces
                and following is not None
                and following.level is PlaceLevel.FOREIGN
                and _IN_COUNTRY.fullmatch(folded, place.span.end, following.span.start)
            )
        ]

    def _read_name(self, text: str, folded: str, start: int, match: re.Match[str]) -> PlaceMention | None:
        """Gives the place of a name, or None where it is a word or a part of another name."""
        form = match[0]
        entries = self._names.get(form) or self._names.get(" ".join(form.split()))
        if not entries:
            return None
        begin, end = match.span()
        written = text[begin:end]
        if not entries[0].any_case and form == written and not form.isascii():
            # Nothing was folded, so that no letter of it is a capital.
            return None
        entry, before = entries[0], folded[max(start, begin - 20) : begin]
        is_home = entry.level in (PlaceLevel.PROVINCE, PlaceLevel.DISTRICT)
        if (
            (not entry.any_case and not _capitalised(written))
            # `Thủ đô Viêng Chăn` is another's.
            or (match[0] == CAPITAL_WORD and _NAME_FOLLOWS.match(text, end))
            or (is_home and self._vetoed(text, before, begin))
            or (
                entry.level is PlaceLevel.COUNTRY
                and not entry.any_case
                and _continues_name(text, start, begin)
            )
            or (entry.any_case and entry.level is PlaceLevel.FOREIGN and not _AS_PLACE.search(before))
            or (entry.level in _ABROAD and (_NO_PLACE.search(before) or _SUPERLATIVE.search(before)))
            or (entry.ambiguous and _stands_in_name(text, start, begin, end))
        ):
            return None
        provinces = tuple(dict.fromkeys(name for item in entries for name in item.provinces))
        rule = f"place.{entry.level}"
        return PlaceMention(Span(begin, end), entry.level, entry.name, provinces, rule, entry.likely)

    def _find_communes(self, text: str, folded: str, start: int, end: int) -> Iterator[PlaceMention]:
        """Gives communes and wards with the word for them; a bare name is too often something else.

        Looked up word by word: one pattern of all their names would take a second to compile.
        """
        for match in _COMMUNE.finditer(folded, start, end):
            words = _NAME_WORD.finditer(text, match.end(), min(end, match.end() + MAX_COMMUNE))
            name_words = takewhile(lambda word: word[0][:1].isupper() or word[0].isdigit(), words)
            for last in reversed(list(name_words)):
                form = " ".join(folded[match.end() : last.end()].split())
                if form in self._communes:
                    name, provinces = self._communes[form]
                    span = Span(match.start(), last.end())
                    yield PlaceMention(span, PlaceLevel.COMMUNE, name, provinces, "place.commune")
                    break

    @property
    def dashed_names(self) -> tuple[str, ...]:
        """The folded names that have a dash in them: `bà rịa - vũng tàu`."""
        return tuple(sorted(name for name in self._names if " - " in name))

    def _vetoed(self, text: str, before: str, start: int) -> bool:
        if self._veto_before.search(before):
            return True
        surname = self._surname_before.search(before)
        if surname is None:
            return False
        # `Nguyễn Phú Thọ` is a person: the family name is written with a capital just before.
        written = text[start - (len(before) - surname.start()) : start].split()
        return bool(written) and all(word[:1].isupper() for word in written)

    # -- resolving -----------------------------------------------------------------------------

    def resolve_province(self, name: str, on: dt.date | None) -> ResolvedPlace:
        """Gives code and successor of a province by name, as valid on a day (None: before the merger)."""
        unit = self._valid_on(name, on)
        return ResolvedPlace(unit.code, unit.name_on(on), unit.successor or unit.code, PlaceLevel.PROVINCE)

    def is_city(self, name: str, on: dt.date | None) -> bool:
        """Asks whether a province, by name, is a city of that rank on a day."""
        return self._valid_on(name, on).type_on(on) == CITY

    def _valid_on(self, name: str, on: dt.date | None) -> Province:
        """Gives the province of a name, of the list valid on a day; raises KeyError for an unknown name."""
        old, new = self._old.get(name), self._new.get(name)
        if on is not None and on >= MERGER:
            new = new or (self._new_by_code[old.successor] if old is not None else None)
            old = None
        valid = old or new
        if valid is None:
            raise KeyError(name)
        return valid

    def distinct(self, names: Sequence[str], on: dt.date | None) -> tuple[str, ...]:
        """Gives one name for each province of that day: what merged is one."""
        by_code = {self.resolve_province(name, on).code: name for name in reversed(names)}
        return tuple(name for name in names if name in by_code.values())

    def knows(self, text: str) -> bool:
        """Asks whether the user's metadata name a province or the whole country."""
        return text in (COUNTRY_CODE, COUNTRY_NAME) or self.province_named(text) is not None

    def province_named(self, text: str) -> str | None:
        """Gives the province that a name, alias or two-digit code of the user's metadata means."""
        if text in self._old_by_code:
            return self._old_by_code[text].name
        if text in self._new_by_code:
            return self._new_by_code[text].name
        cleaned = re.sub(r"^(?:tỉnh|thành phố|tp\.?)\s+", "", fold(text.strip()))
        for form in (fold(text.strip()), cleaned):
            for entry in self._names.get(form, ()):
                if entry.level is PlaceLevel.PROVINCE:
                    return entry.name
        return None


def _typed_plainly(name: str) -> set[str]:
    """Gives a name as typed without marks or with hyphens: `binh thuan`, `gia-lai`, `hanoi`."""
    folded = fold(name)
    plain = strip_diacritics(folded)
    if " " not in folded or folded in _NEVER_BARE:
        return set()
    return {plain, folded.replace(" ", "-"), plain.replace(" ", "-"), plain.replace(" ", "")}


def _capitalised(written: str) -> bool:
    """Asks whether a name is written as one: without marks (`Ben Tre`) only capitals tell it from words."""
    if written.isascii():
        words = [word for word in re.split(r"[\s-]+", written) if word.lower() not in _DISTRICT_WORDS]
        return all(word[:1].isupper() for word in words)
    return any(character.isupper() for character in written)


def _continues_name(text: str, start: int, position: int) -> bool:
    """Asks whether a capitalised word stands just before: `Bưu chính Viễn thông Việt Nam` is a company."""
    before = text[max(start, position - 24) : position]
    match = re.search(r"(\w+) $", before)
    return match is not None and match[1][:1].isupper() and match.start() > 0


def _stands_in_name(text: str, start: int, begin: int, end: int) -> bool:
    """Asks whether a capitalised word touches, or the sentence begins here: `Anh`, `Tào Đức Thắng`."""
    if not text[start:begin].strip(' "“-•'):
        return True
    following = re.match(r" [^\W\d_]", text[end : end + 2])
    if following is not None and text[end + 1].isupper():
        return True
    before = re.search(r"(\w+) $", text[max(start, begin - 24) : begin])
    return before is not None and before[1][:1].isupper()


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split(";") if part.strip()]


def _read_csv(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise RulesError([f"{path}: no such file"])
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _read_provinces(path: Path) -> list[Province]:
    def day(cell: str) -> dt.date | None:
        return dt.date.fromisoformat(cell) if cell else None

    return [
        Province(
            row["code"],
            row["list"],
            row["name"],
            row["type"],
            row["iso3166_2"],
            day(row["valid_from"]),
            day(row["valid_to"]),
            row["successor"],
            row["region"],
            tuple(_split(row["aliases"])),
            tuple(_split(row["nicknames"])),
            day(row["later_from"]),
            row["later_type"],
            row["later_name"],
        )
        for row in _read_csv(path)
    ]
