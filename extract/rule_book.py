"""Where each rule id of a fact stands: the entry of a YAML file with its line, or a rule that is code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extract.rule_meanings import MEANINGS
from extract.rules import RuleSet, default_rules_folder
from extract.schema_rules import Cue, Entry, Metric, PeriodForm, Unit

_FORMS_TOLD = 4


@dataclass(frozen=True, slots=True)
class RuleNote:
    """A rule that fired: where it stands and what it does. `words_at` is a word list that it reads."""

    id: str
    where: str
    meaning: str
    is_code: bool = False
    words_at: str = ""


class RuleBook:
    """Looks rules up by the ids of the column `rule_ids`. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = rules
        self._entries = {entry.rule_id: entry for family in rules.families.values() for entry in family}
        self._weights = {entry.of: entry for entry in rules.confidence}
        self._words = {entry.id: entry for entry in rules.word_entries}

    def entry(self, rule: str) -> Entry | None:
        """Gives the entry of a YAML file, or None for a rule that is code."""
        return self._entries.get(rule)

    def note(self, rule: str) -> RuleNote:
        """Gives where a rule stands and what it does; an id that nothing knows says so."""
        entry = self._entries.get(rule)
        if entry is not None:
            return RuleNote(rule, self.where(entry), _meaning(entry))
        code = MEANINGS.get(rule)
        if code is None:
            return RuleNote(rule, "", "no rule of today has this id", is_code=True)
        words = self._words.get(code.words)
        words_at = self.where(words) if words is not None else ""
        return RuleNote(rule, f"extract/{code.module}.py", code.meaning, is_code=True, words_at=words_at)

    def weight_at(self, feature: str) -> str:
        """Gives file and line of the weight of a feature; nothing where it has none."""
        entry = self._weights.get(feature)
        return self.where(entry) if entry is not None else ""

    def where(self, entry: Entry) -> str:
        """Gives file and line: `rules/units/counts.yaml:261`, of another folder its path as given."""
        for folder in reversed(self._rules.folders):
            path = folder / entry.file
            if path.is_file() and _holds(path, entry):
                name = "rules" if folder == default_rules_folder() else folder.as_posix()
                return f"{name}/{entry.file}:{entry.line}"
        return f"{entry.file}:{entry.line}"


def _holds(path: Path, entry: Entry) -> bool:
    lines = path.read_text(encoding="utf-8").splitlines()
    return 0 < entry.line <= len(lines) and entry.id in lines[entry.line - 1]


def _meaning(entry: Entry) -> str:
    if isinstance(entry, Metric):
        return f"{entry.label_en}: {entry.definition}"
    if isinstance(entry, Unit):
        return f"{entry.dimension}: {_told(entry.forms)}"
    if isinstance(entry, Cue):
        words = _told(entry.forms) if entry.forms else f"as in “{entry.examples[0]}”"
        return f"{entry.value}: {words}" if entry.value else words
    if isinstance(entry, PeriodForm):
        return f"as in “{entry.examples[0]}”"
    return ""


def _told(forms: tuple[str, ...]) -> str:
    return ", ".join(forms[:_FORMS_TOLD]) + (", …" if len(forms) > _FORMS_TOLD else "")
