"""Every rule id that can stand in a fact is an entry of the YAML rules or of the register of code rules."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from documents import document_of
from test_cases import ALL_CASES

from extract.pipeline import Extractor
from extract.places import PlaceLevel
from extract.rule_book import RuleBook
from extract.rule_meanings import MEANINGS, REASONS
from extract.rules import RuleSet

FAMILIES = (
    "number",
    "unit",
    "bound",
    "change",
    "cue",
    "bind",
    "scope",
    "status",
    "period",
    "place",
    "ambiguous",
)
RULE_ID = re.compile(rf"(?:{'|'.join(FAMILIES)})\.[a-z_]+")
# Said by explanations alone, of what leaves no rule id in a fact.
ONLY_EXPLAINED = {"spelling.mended", "status.default", "number.header", "number.unread"}
FOLDER = Path(__file__).parent.parent / "extract"


def ids_in_code() -> set[str]:
    """Gives every string of the code that has the form of a rule id."""
    found = set()
    for path in FOLDER.glob("*.py"):
        if path.stem == "rule_meanings":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and RULE_ID.fullmatch(node.value)
            ):
                found.add(node.value)
    return found | {f"place.{level}" for level in PlaceLevel}


def ids_of_rules(rules: RuleSet) -> set[str]:
    return {entry.rule_id for family in rules.families.values() for entry in family}


def test_every_rule_id_in_the_code_is_in_the_register(rules: RuleSet) -> None:
    known = ids_of_rules(rules) | set(rules.words) | set(MEANINGS)
    assert ids_in_code() - known == set()


def test_the_register_holds_no_id_that_the_code_lacks(rules: RuleSet) -> None:
    assert set(MEANINGS) - ids_in_code() - ONLY_EXPLAINED == set()
    assert not set(MEANINGS) & ids_of_rules(rules)


def test_every_rule_that_fires_in_the_cases_is_known(rules: RuleSet, extractor: Extractor) -> None:
    fired: set[str] = set()
    for parameter in ALL_CASES:
        result = extractor.extract(document_of(parameter.values[0]))
        fired |= {rule for fact in result.facts for rule in fact.rule_ids}
        fired |= {drop.rule_id for drop in result.drops}
    assert len(fired) > 200
    assert fired - ids_of_rules(rules) - set(MEANINGS) == set()


def test_each_meaning_is_one_line_and_names_a_module(rules: RuleSet) -> None:
    for rule, code in MEANINGS.items():
        assert code.meaning and "\n" not in code.meaning, rule
        assert (FOLDER / f"{code.module}.py").is_file(), rule
        assert not code.words or code.words in rules.words, rule


def test_every_reason_of_a_rule_is_explained(rules: RuleSet) -> None:
    assert {cue.value for cue in rules.not_facts} <= set(REASONS)


@pytest.mark.parametrize(
    "family",
    ["units", "bounds", "changes", "status", "not_facts", "furniture", "scopes", "periods", "metrics"],
)
def test_the_line_that_is_told_holds_the_rule(rules: RuleSet, repository: Path, family: str) -> None:
    book = RuleBook(rules)
    entries = rules.families[family]
    for entry in entries[:: max(1, len(entries) // 8)]:
        path, _, line = book.note(entry.rule_id).where.rpartition(":")
        written = (repository / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert entry.id in written


def test_word_lists_are_told_with_their_line(rules: RuleSet, repository: Path) -> None:
    path, _, line = RuleBook(rules).note("place.anaphor").words_at.rpartition(":")
    written = (repository / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert "place.anaphors" in written


def test_a_rule_of_a_folder_of_the_user_is_told_with_its_path(tmp_path: Path) -> None:
    from extract.rules import load_rules

    cue = "  - id: bound.mine\n    value: gt\n    forms: [ngót nghét]\n    examples: [ngót nghét 5]\n"
    text = f"bounds:\n\n{cue}"
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    assert RuleBook(load_rules(tmp_path)).note("bound.mine").where == f"{tmp_path.as_posix()}/mine.yaml:3"


def test_an_unknown_id_says_so(rules: RuleSet) -> None:
    note = RuleBook(rules).note("bind.of_yesterday")
    assert note.where == "" and "no rule of today" in note.meaning
