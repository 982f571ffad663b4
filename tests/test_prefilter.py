"""What a pattern cannot match without: no match is lost, whatever the pattern."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extract.period_forms import compile_form
from extract.prefilter import STRETCH, LiteralScanner, PatternTable, needs_of, shape_of
from extract.rules import CuePattern, RuleSet
from extract.text import fold

# Pieces of which patterns are put together, of all the kinds that rules have.
PIECES = st.sampled_from(
    [
        "a", "ab", "0", "12", " ", r"\s", r"\s+", r"\s*", r"\s?", r"\s{0,3}", "[0-9]", "[0-9]{1,3}", "[1-4]+",
        "(?:ab|c d|e)", "(?:a|)", "(?:x(?:y|z)?)+", "[abc]", "[^a]", ".", r"\w+", r"\W", "b?", "(?:ab){2,3}",
        "(?:a|b|c)(?:d|e|f)", "(?<!a)", "(?=b)", "(?!c)", r"\b", "(a|b)", "(?>ab|a)", "-", "%",
        "(?:a1|b2)*",
    ]
)  # fmt: skip
PATTERNS = st.lists(st.one_of(PIECES, PIECES.map(lambda piece: f"(?:{piece}|q)")), min_size=1, max_size=6)
TEXTS = st.text(alphabet="abcdefqxyz0123 \n-%", max_size=14)


def can_match(literals: tuple[str, ...], text: str) -> bool:
    """Asks what a table asks of each pattern."""
    return not literals or any(literal in shape_of(text) for literal in literals)


@pytest.mark.parametrize(
    ("pattern", "literals"),
    [
        ("abc", ("abc",)),
        (r"(?:điều|khoản)\s+[0-9]+", ("khoản 0", "điều 0")),
        (r"(?<![0-9])[0-9]{1,2}/[0-9]{1,2}(?![0-9])", ("0/0",)),
        (r"lần(?:\s+thứ)?\s+[0-9]", ("lần 0", "lần thứ 0")),
        ("a?b?", ()),
        (r"\w+", ()),
        ("(?i)abc", ()),
        ("(", ()),
        ("", ()),
    ],
)
def test_literals_of_a_pattern(pattern: str, literals: tuple[str, ...]) -> None:
    assert needs_of(pattern).literals == literals


@settings(max_examples=600)
@given(PATTERNS, TEXTS)
def test_no_match_is_lost(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    if re.search(pattern, text):
        assert can_match(needs_of(pattern).literals, text)


@settings(max_examples=150)
@given(st.data())
def test_what_a_rule_matches_holds_its_literals(rules: RuleSet, data: st.DataObject) -> None:
    forms = [re.compile(compile_form(rule).pattern.pattern) for rule in rules.periods]
    pattern = data.draw(st.sampled_from(forms))
    text = data.draw(st.from_regex(pattern))
    if pattern.search(text):
        assert can_match(needs_of(pattern.pattern).literals, text)


def test_examples_of_the_rules_hold_their_literals(rules: RuleSet) -> None:
    for cue in (*rules.not_facts, *rules.status):
        pattern = CuePattern.of(cue)
        for example in cue.examples:
            folded = fold(example)
            if pattern.search(folded):
                assert can_match(needs_of(pattern.pattern.pattern).literals, folded), cue.id


@given(st.lists(PATTERNS, max_size=8), TEXTS)
def test_a_table_leaves_out_only_what_cannot_match(patterns: list[list[str]], text: str) -> None:
    sources = ["".join(pieces) for pieces in patterns]
    possible = PatternTable(enumerate(sources)).possible(text)
    assert possible == sorted(set(possible))
    assert all(number in possible for number, source in enumerate(sources) if re.search(source, text))


@given(st.lists(PATTERNS, max_size=8), st.lists(TEXTS, min_size=1, max_size=5), st.data())
def test_what_can_match_between_two_offsets(
    patterns: list[list[str]], texts: list[str], data: st.DataObject
) -> None:
    sources = ["".join(pieces) for pieces in patterns]
    scanner = LiteralScanner()
    table = PatternTable(enumerate(sources), scanner)
    other = PatternTable([("x", "x"), ("yz", "yz")], scanner)
    for text in texts:
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        possible = table.possible_in(text, start, end)
        assert possible == sorted(set(possible))
        for number, source in enumerate(sources):
            assert number in possible or not re.compile(source).search(text, start, end)
        assert other.possible_in(text, start, end) == [
            word for word in ("x", "yz") if word in text[start:end]
        ]


@pytest.mark.parametrize(
    "blank", [" ", "\n", "\t", "\x1c", "\x85", "\xa0", "\u2003", "\u2028", "\u3000", "  ", " \n"]
)
def test_any_white_space_is_a_blank(blank: str) -> None:
    table = PatternTable([("ratio", r"điều\s+[0-9]")])
    text = f"theo điều{blank}7, 5 điều"
    assert table.possible(text) == table.possible_in(text, 5, 12 + len(blank)) == ["ratio"]
    assert table.possible_in(text, 5, 8 + len(blank)) == []


def test_a_long_text_is_looked_through_in_stretches() -> None:
    table = PatternTable([("a", "abc"), ("b", "[0-9]b")])
    text = "x" * STRETCH + "abc" + "." * STRETCH + "7b"
    assert table.possible_in(text, STRETCH, STRETCH + 3) == ["a"]
    assert table.possible_in(text, STRETCH - 1, STRETCH + 2) == []
    assert table.possible_in(text, 0, len(text)) == ["a", "b"]
    assert table.possible_in(text, len(text) - 2, len(text)) == ["b"]
    assert table.possible_in(text, 0, 3) == []


def test_half_of_a_pair_is_no_fault() -> None:
    table = PatternTable([("a", "abc")])
    assert table.possible("\ud800abc") == table.possible_in("\ud800abc", 1, 4) == ["a"]


def test_a_table_knows_the_shortest_match() -> None:
    assert PatternTable([(1, "abc"), (2, "a[0-9]{2,3}b")]).shortest == 3
    assert PatternTable([(1, "abc"), (2, "(")]).shortest == 0


def test_a_literal_is_found_where_another_begins_or_overlaps() -> None:
    table = PatternTable([("one", "ab"), ("two", "abcd"), ("three", "bc"), ("four", "cde")])
    assert table.possible("xabcdx") == ["one", "two", "three"]
    assert table.possible("abcde") == ["one", "two", "three", "four"]
    assert table.possible("xyz") == []
