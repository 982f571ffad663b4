"""Rules: YAML files in, one frozen and checked `RuleSet` out.

Every file in a rules folder may hold any family (`units`, `metrics`, `bounds`, ...), so a new domain
fits in one file. All faults of all files are found before any is reported. Gazetteer tables
(`places/*.csv`) are read by `places.py`, the map of `places/tiles.yaml` by `province_tiles.py`.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import regex
from pydantic import ValidationError

from extract.backtracking import SLOW_SECONDS, slow_text
from extract.errors import RulesError
from extract.models import Bound, Change, Status
from extract.period_forms import example_faults, expand
from extract.prefilter import LiteralScanner, PatternTable
from extract.rule_yaml import LineDict, parse_yaml, read_rule_file
from extract.schema_rules import (
    DIMENSIONS,
    FAMILIES,
    Cue,
    Entry,
    Metric,
    PeriodForm,
    Term,
    Unit,
    Weight,
    Words,
)
from extract.text import fold, trie_pattern
from extract.timed_pattern import compile_pattern, find_all, find_first

# How provinces are drawn, which no row depends on: no rule, and no part of the hash of the rules.
TILES_FILE = "places/tiles.yaml"

# Behind the first letter of a word: no letter stands before it.
_NO_WORD_BEFORE = r"(?<!\w.)"
# What the cues of a family may mean.
_VALUES = {
    "bounds": tuple(Bound),
    "changes": tuple(Change),
    "status": tuple(Status),
    "furniture": ("line", "box"),
}

EntryT = TypeVar("EntryT", bound=Entry)


@dataclass(frozen=True)
class RuleSet:
    """All rules of a run, in file order, and a hash of the files that they came from."""

    units: tuple[Unit, ...]
    bounds: tuple[Cue, ...]
    changes: tuple[Cue, ...]
    status: tuple[Cue, ...]
    not_facts: tuple[Cue, ...]
    furniture: tuple[Cue, ...]
    scopes: tuple[Cue, ...]
    periods: tuple[PeriodForm, ...]
    terms: tuple[Term, ...]
    metrics: tuple[Metric, ...]
    words: Mapping[str, tuple[str, ...]]
    confidence: tuple[Weight, ...]
    folders: tuple[Path, ...]
    digest: str
    # The word lists with file and line.
    word_entries: tuple[Words, ...] = ()

    @property
    def families(self) -> Mapping[str, Sequence[Entry]]:
        """The rules that can fire, by family."""
        return {
            "units": self.units,
            "bounds": self.bounds,
            "changes": self.changes,
            "status": self.status,
            "not_facts": self.not_facts,
            "furniture": self.furniture,
            "scopes": self.scopes,
            "periods": self.periods,
            "metrics": self.metrics,
        }

    def find(self, rule: str) -> Entry | None:
        """Gives the rule of an id, either as it stands in its file or as in the column `rule_ids`."""
        entries = [entry for family in self.families.values() for entry in family]
        return next((entry for entry in entries if rule in (entry.rule_id, entry.id)), None)

    @cached_property
    def units_by_id(self) -> Mapping[str, Unit]:
        """Units by their id."""
        return {unit.id: unit for unit in self.units}

    @cached_property
    def metrics_by_id(self) -> Mapping[str, Metric]:
        """Metrics by their id."""
        return {metric.id: metric for metric in self.metrics}

    def word_forms(self, words_id: str) -> tuple[str, ...]:
        """Gives the folded forms of a closed word class. Raises RulesError when there is none."""
        try:
            return self.words[words_id]
        except KeyError:
            raise RulesError([f"word class `{words_id}` is needed by the grammar but not defined"]) from None


def default_rules_folder() -> Path:
    """Gives the rules that the package carries: inside a wheel, or beside the package in a checkout."""
    package = Path(str(resources.files("extract")))
    inside = package / "_rules"
    return inside if inside.is_dir() else package.parent / "rules"


def rule_files(folder: Path) -> list[Path]:
    """Gives the YAML files of a rules folder that hold rules, in a fixed order."""
    tiles = folder / TILES_FILE
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix in {".yaml", ".yml"} and path.is_file() and path != tiles
    )


def load_rules(extra: Path | None = None, *, replace: bool = False) -> RuleSet:
    """Reads the packaged rules and those of `extra`, whose entries win where ids are the same.

    With `replace`, `extra` stands alone. Raises RulesError with every fault found.
    """
    folders: list[Path] = []
    if not replace or extra is None:
        folders.append(default_rules_folder())
    if extra is not None:
        if not extra.is_dir():
            raise RulesError([f"{extra}: no such folder"])
        folders.append(extra)
    faults: list[str] = []
    digest = hashlib.sha256()
    found: dict[str, dict[str, Entry]] = {family: {} for family in FAMILIES}
    for folder in folders:
        files = rule_files(folder)
        if not files and not any(folder.rglob("*.csv")):
            faults.append(f"{folder}: no .yaml file in it")
        here: dict[str, dict[str, Entry]] = {family: {} for family in FAMILIES}
        for path in files:
            digest.update(path.relative_to(folder).as_posix().encode())
            content = read_rule_file(path, path.relative_to(folder).as_posix())
            digest.update(content)
            _read_file(path, folder, content, here, faults)
        for path in sorted(folder.rglob("*.csv")):
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(read_rule_file(path, path.relative_to(folder).as_posix()))
        if folder != default_rules_folder():
            # Those of the package are looked at by `extract rules check`.
            faults.extend(slow_patterns(entry for entries in here.values() for entry in entries.values()))
        for family, entries in here.items():
            found[family].update(entries)
    rules = RuleSet(
        units=_of(found["units"], Unit),
        bounds=_of(found["bounds"], Cue),
        changes=_of(found["changes"], Cue),
        status=_of(found["status"], Cue),
        not_facts=_of(found["not_facts"], Cue),
        furniture=_of(found["furniture"], Cue),
        scopes=_of(found["scopes"], Cue),
        periods=_of(found["periods"], PeriodForm),
        terms=_of(found["terms"], Term),
        metrics=_of(found["metrics"], Metric),
        words={
            entry.id: tuple(dict.fromkeys(fold(form) for form in entry.forms))
            for entry in _of(found["words"], Words)
        },
        confidence=_of(found["confidence"], Weight),
        folders=tuple(folders),
        digest=digest.hexdigest(),
        word_entries=_of(found["words"], Words),
    )
    faults.extend(cross_check(rules))
    if faults:
        raise RulesError(faults)
    return rules


def _of(entries: Mapping[str, Entry], kind: type[EntryT]) -> tuple[EntryT, ...]:
    return tuple(entry for entry in entries.values() if isinstance(entry, kind))


def _read_file(
    path: Path, folder: Path, content: bytes, found: dict[str, dict[str, Entry]], faults: list[str]
) -> None:
    name = path.relative_to(folder).as_posix()
    try:
        data = parse_yaml(content)
    except ValueError as error:
        faults.append(f"{name}: not readable as YAML: {error}")
        return
    if data is None:
        return
    if not isinstance(data, dict):
        faults.append(f"{name}: must hold families ({', '.join(FAMILIES)}), not a {type(data).__name__}")
        return
    for family, entries in data.items():
        if family not in FAMILIES:
            faults.append(f"{name}: unknown family `{family}`; known: {', '.join(FAMILIES)}")
            continue
        if not isinstance(entries, list):
            faults.append(f"{name}: `{family}` must be a list of entries")
            continue
        for position, raw in enumerate(entries, start=1):
            filled_in = {"file": name, "is_own": folder != default_rules_folder()}
            _read_entry(filled_in, family, position, raw, found, faults)


def _read_entry(
    filled_in: Mapping[str, Any],
    family: str,
    position: int,
    raw: object,
    found: dict[str, dict[str, Entry]],
    faults: list[str],
) -> None:
    name = filled_in["file"]
    label = raw.get("id", f"entry {position}") if isinstance(raw, dict) else f"entry {position}"
    line = raw.line if isinstance(raw, LineDict) else 0
    where = f"{name}:{line}: {family} `{label}`"
    if not isinstance(raw, dict):
        faults.append(f"{name}: {family} entry {position}: must be a mapping")
        return
    try:
        entry = FAMILIES[family].model_validate({**_tuples(raw), **filled_in, "line": line})
    except ValidationError as error:
        for fault in error.errors():
            field = ".".join(str(part) for part in fault["loc"]) or "entry"
            message = "unknown key" if fault["type"] == "extra_forbidden" else fault["msg"]
            faults.append(f"{where}: `{field}`: {message}")
        return
    if entry.id in found[family]:
        first = found[family][entry.id]
        faults.append(f"{where}: this id stands already in {first.file}:{first.line}")
        return
    values = _VALUES.get(family)
    if values is not None and isinstance(entry, Cue) and entry.value not in values:
        faults.append(f"{where}: `value`: {entry.value!r} is none of {', '.join(values)}")
    try:
        faults.extend(f"{where}: {fault}" for fault in _entry_faults(entry))
    except RulesError as error:
        # A pattern that takes too long on its own example.
        faults.extend(error.faults)
    found[family][entry.id] = entry


def _tuples(value: Any) -> Any:
    """Gives YAML data with tuples for lists, as the frozen entries want them."""
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return value


def _entry_faults(entry: Entry) -> list[str]:
    """Finds what the shape alone cannot tell: patterns that do not compile, examples that do not match."""
    faults = [
        f"the form {form!r} is not in NFC"
        for form in getattr(entry, "forms", ())
        if not unicodedata.is_normalized("NFC", form)
    ]
    if isinstance(entry, Cue):
        try:
            # Alone, so that a fault is told with its place in the pattern as written.
            compile_pattern(_cue_source(entry))
            pattern = CuePattern.of(entry)
        except ValueError as error:
            return [*faults, str(error)]
        for example in entry.examples:
            if not pattern.search(fold(example)):
                faults.append(f"matches not its own example {example!r}")
        for example in entry.not_examples:
            if pattern.search(fold(example)):
                faults.append(f"matches its counter-example {example!r}")
    if isinstance(entry, PeriodForm):
        try:
            faults.extend(example_faults(entry))
        except ValueError as error:
            faults.append(str(error))
    if isinstance(entry, Unit):
        forms = [fold(form) for form in entry.forms]
        for example in entry.examples:
            if not any(form in fold(example) for form in forms):
                faults.append(f"no form stands in its example {example!r}")
    return faults


def slow_patterns(entries: Iterable[Entry]) -> Iterator[str]:
    """Gives a fault for each entry whose pattern takes too long on a text made to be hard for it.

    Patterns that do not compile are passed over: they are told elsewhere.
    """
    for entry in entries:
        if isinstance(entry, PeriodForm):
            source = expand(entry.pattern)
        elif isinstance(entry, Cue) and entry.pattern is not None:
            source = fold_pattern(entry.pattern)
        else:
            continue
        text = None
        with suppress(ValueError):
            text = slow_text(source)
        if text is not None:
            where = f"{entry.file}:{entry.line}: `{entry.id}`"
            shown = f"{text[:30]!r}…{text[-10:]!r}"
            yield f"{where}: the pattern takes longer than {SLOW_SECONDS:g} s on a sentence such as {shown}"


@dataclass(frozen=True, slots=True)
class CuePattern:
    """A cue's pattern that may not run away: a rule that takes too long stops the run and is named."""

    cue: Cue
    pattern: regex.Pattern[str]

    @classmethod
    def of(cls, cue: Cue, before: str = "", after: str = "") -> CuePattern:
        """Compiles a cue, with patterns that must stand right before and behind it. Raises ValueError."""
        return cls(cue, compile_pattern(f"{before}(?:{_cue_source(cue)}){after}"))

    @classmethod
    def table(
        cls, patterns: Iterable[CuePattern], scanner: LiteralScanner | None = None
    ) -> PatternTable[CuePattern]:
        """Gives the patterns as a table that says which of them can match in a text."""
        return PatternTable(((item, item.pattern.pattern) for item in patterns), scanner)

    def find(self, folded: str, start: int, end: int) -> list[regex.Match[str]]:
        """Gives all matches between two offsets but empty ones. Raises RulesError when they take too long."""
        return find_all(self.cue, self.pattern, folded, start, end)

    def search(self, text: str) -> regex.Match[str] | None:
        """Gives the first match. Raises RulesError when it takes too long."""
        return find_first(self.cue, self.pattern, text)


def _cue_source(cue: Cue) -> str:
    return fold_pattern(cue.pattern) if cue.pattern is not None else words_pattern(cue.forms)


def words_pattern(forms: Iterable[str]) -> str:
    """Gives a pattern that matches any of the forms as whole words on folded text."""
    # The look back stands behind the first letter: a search then skips to the letters that words begin with.
    return rf"(?:{trie_pattern({fold(form) for form in forms}, after_first=_NO_WORD_BEFORE)})(?!\w)"


def fold_pattern(pattern: str) -> str:
    """Folds the letters of a pattern, so that it can be written as people spell.

    Escapes such as `\\S` keep their case; all else is lower case.
    """
    parts = regex.split(r"(\\.)", pattern)
    return "".join(part if part.startswith("\\") else fold(part) for part in parts)


def cross_check(rules: RuleSet) -> list[str]:
    """Gives the faults of rules together: names that point nowhere, words that two units claim."""
    faults: list[str] = []
    owners: dict[str, Unit] = {}
    for unit in rules.units:
        for form in unit.forms:
            owner = owners.setdefault(fold(form), unit)
            if owner.id != unit.id:
                faults.append(
                    f"{unit.file}:{unit.line}: units `{unit.id}`: the form {form!r} belongs to `{owner.id}`"
                )
    terms = {term.id for term in rules.terms}
    known_units = {unit.id for unit in rules.units} | DIMENSIONS | {"none", "per_100_people"}
    for metric in rules.metrics:
        where = f"{metric.file}:{metric.line}: metrics `{metric.id}`"
        groups = [group for pattern in metric.patterns for group in pattern]
        for alternative in (part.strip() for group in groups for part in group.split("|")):
            if alternative.startswith("$") and alternative[1:] not in terms:
                faults.append(f"{where}: no term `{alternative}`")
            if not alternative:
                faults.append(f"{where}: an empty alternative in its patterns")
        if rules.units:
            faults.extend(
                f"{where}: unknown unit `{unit}`"
                for unit in metric.units
                if unit not in known_units and "/" not in unit
            )
            faults.extend(
                f"{where}: `plausible`: unknown unit `{unit}`"
                for unit in metric.plausible
                if unit not in known_units - DIMENSIONS | {metric.typical_unit} and "/" not in unit
            )
    return faults
