"""Rules that are made to harm: each is refused in words that name it, and none hangs, grows or crashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from extract import rule_yaml, timed_pattern
from extract.backtracking import slow_text
from extract.errors import RulesError
from extract.models import Document
from extract.pipeline import Extractor
from extract.rules import RuleSet, load_rules

BOMB = "units:\n  - id: &a [x, x]\n" + "".join(
    f"    k{number}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
    for number, (before, name) in enumerate(zip("abcdefgh", "bcdefghi", strict=True))
)
YAML_FAULTS = {
    "bomb": (BOMB, "the alias `*a`: write the value out"),
    "value of itself": ("units: &a [*a]", "the alias `*a`: write the value out"),
    "deep lists": ("[" * 100_000, "more than 20 levels of lists and mappings"),
    "deep mappings": ("\n".join(" " * depth + "a:" for depth in range(3000)), "more than 20 levels"),
    "code": ("units: !!python/object/apply:os.system ['true']", "the tag `tag:yaml.org,2002:python/object/"),
    "tag": ("units: [{id: !!int ''}]", "the tag `tag:yaml.org,2002:int`: values need none"),
    "list as key": ("? [a, b]\n: c", "the key `['a', 'b']` is no text"),
    "number as key": ("units: [{1: a}]", "the key `1` is no text"),
    "key twice": ("units: []\nunits: []", "the key `units` stands twice"),
    "no date": ("units: [{id: 2023-13-45}]", "month must be in 1..12"),
    "long number": (f"units: [{{id: {'9' * 5000}}}]", "Exceeds the limit"),
    "bytes": ("units: \0", "control characters are not allowed"),
}


def rules_of(folder: Path, content: str, *, whole: bool = False) -> RuleSet:
    """Loads these rules, with the packaged ones where they are to be run."""
    (folder / "x.yaml").write_text(content, encoding="utf-8")
    return load_rules(folder, replace=not whole)


def cue(pattern: str, example: str = "aa", family: str = "not_facts", value: str = "mine") -> str:
    """Writes a cue with this pattern."""
    entry = f"id: mine.cue, value: {value}, pattern: '{pattern}', examples: ['{example}']"
    return f"{family}:\n  - {{{entry}}}\n"


def period(pattern: str, example: str) -> str:
    """Writes a form of a year with this pattern."""
    return f"periods:\n  - {{id: mine.year, read: year, pattern: '{pattern}', examples: ['{example}']}}\n"


@pytest.mark.parametrize(("content", "fault"), YAML_FAULTS.values(), ids=YAML_FAULTS.keys())
def test_yaml_that_harms_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(RulesError) as error:
        rules_of(tmp_path, content)
    (told,) = error.value.faults
    assert told.startswith("x.yaml: not readable as YAML: ")
    assert fault in told


@pytest.mark.parametrize("name", ["x.yaml", "places/x.csv"])
def test_a_file_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(rule_yaml, "MAX_FILE_BYTES", 1_000_000)
    (tmp_path / "places").mkdir()
    with (tmp_path / name).open("wb") as file:
        file.truncate(10**12)
    with pytest.raises(RulesError, match=f"{name}: is longer than 1000000 bytes"):
        load_rules(tmp_path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (cue("(?:a|a)+$"), "`mine.cue`: the pattern takes longer than 0.5 s on a sentence such as 'aaaaaa"),
        (cue("(?:a|a)+", family="bounds", value="gt"), "the pattern takes longer than 0.5 s"),
        (cue("(a+)+b", "aab"), "the pattern takes longer than 0.5 s"),
        (cue(r"(?:\w+\s?)+$"), "the pattern takes longer than 0.5 s"),
        (cue("x(?=(?:a|a)+b)", "xab"), "the pattern takes longer than 0.5 s"),
        (cue("a*a*a*a*b", "b"), "the pattern takes longer than 0.5 s"),
        (period("(?:a|a)+(?P<y>2023)(?P<rel>)", "aa2023 => 2023"), "the pattern takes longer than 0.5 s"),
        (cue("(?:a|a)+$", f"{'a' * 60}!"), "`mine.cue`: the pattern takes longer than 1 s on one sentence"),
        (period("(?:a|a)+$(?P<y>x)?", f"{'a' * 60}! => 2023"), "takes longer than 1 s on one sentence"),
        (cue("(?:(?:a{1000}){1000}){1000}"), "the pattern matches nothing shorter than 1500 characters"),
        (cue("(" * 3000 + "a" + ")" * 3000), "nested too deeply or repeats"),
        (cue("a(?R)?a"), "the pattern does not compile: unknown extension"),
        (period("năm (?P<y>x)?(?P<rel>)", "năm nay => 2023"), "`year` cannot read the groups of 'năm '"),
        (f"words:\n  - {{id: mine.words, forms: ['{'a' * 5000}']}}\n", "at most 200 characters"),
        ("confidence:\n  - {id: mine.weight, of: x, log_odds: .nan}\n", "Input should be a finite number"),
    ],
)  # fmt: skip
def test_a_rule_that_harms_is_refused_and_named(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(RulesError) as error:
        rules_of(tmp_path, content)
    assert any(told.startswith("x.yaml:2: ") and fault in told for told in error.value.faults)


def test_a_date_that_runs_away_stops_the_run_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if the texts that patterns are tried on had not found it.
    monkeypatch.setattr("extract.rules.slow_text", lambda source: None)
    monkeypatch.setattr(timed_pattern, "PATTERN_TIMEOUT_SECONDS", 0.1)
    rules = rules_of(tmp_path, period("năm (?:a|a)+ (?P<y>2023)(?P<rel>)", "năm aa 2023 => 2023"), whole=True)
    with pytest.raises(RulesError, match=r"x.yaml:2: `mine.year`: the pattern takes longer than 0.1 s"):
        Extractor(rules).extract(Document("a", f"Năm {'a' * 60} có 5 trạm 2023.", "-", "0"))


def test_a_date_whose_groups_are_not_there_stops_the_run_and_is_named(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, period("niên vụ (?P<y>2023)?(?P<rel>)", "niên vụ 2023 => 2023"), whole=True)
    with pytest.raises(
        RulesError, match=r"x.yaml:2: `mine.year`: `year` cannot read the groups of 'niên vụ '"
    ):
        Extractor(rules).extract(Document("a", "Niên vụ này có 5 trạm.", "-", "0"))


@pytest.mark.parametrize(
    "pattern", [r"cấp\s+[0-9]+", r"(?:đợt|lần)\s+thứ\s+\w+", r"(?>a+)+b", "(?:a{1,5} ?)+"]
)
def test_a_usual_pattern_is_fast_on_every_text(pattern: str) -> None:
    assert slow_text(pattern) is None
