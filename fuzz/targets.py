"""What is fuzzed: bytes in, nothing out; an exception is a finding. It needs no fuzzer itself.

The first byte says how the others are taken: as they are, or as numbers of pieces that texts and rules are
made of, so that the fuzzer need not find out what is read at all.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from unittest import mock

import extract
from extract import backtracking, timed_pattern
from extract.errors import RulesError
from extract.metadata import DocumentMetadata
from extract.models import Document
from extract.period_forms import compile_form
from extract.pipeline import Extractor
from extract.raw_item import RawItem, read_item
from extract.rules import CuePattern, RuleSet, load_rules
from extract.sources import Kind

# More time of the processor than this for an input of some kB is a finding.
SLOW_SECONDS = 5.0
# Patterns that are slow are told; so that a fuzzer meets many of them, sooner than in a run.
PATIENCE_SECONDS = 0.05
SAMPLE = (
    "Đến hết quý III/2023, tỉnh Bến Tre có hơn 1.676 trạm, tăng 5,5% so với năm 2022 (aaaaaaa aaaaaaaaaaaa)."
)
NUMBERS = (
    "0", "1", "5", "12", "75,6", "1.676", "2023", "30/4", "7/2024", "%", ".", ",", ";", ":", "(", ")", "/",
    "-", "–", "đến", "và", "hoặc", "tỉnh Bến Tre", "Cà Mau", "tỉnh", "xã", "I", "IV",
)  # fmt: skip
ODD = (
    "\n", "\n\n", "\u00a0", "\u200b", "\u0301", "🏖️", "👨‍👩‍👧", "http://", "a.a.", "\ufeff", "½", "٣", "İ",
    "\x85",
    "\ud7ff", "# a = b\n", "  ", "\t", "…", "“",
)  # fmt: skip
# Pieces of YAML.
PIECES = (
    "units:\n - ", "bounds:\n - ", "not_facts:\n - ", "periods:\n - ", "metrics:\n - ", "terms:\n - ",
    "words:\n - ", "confidence:\n - ", "furniture:\n - ", "id: a.b", "id: ab", "{", "}", ", ", "\n   ",
    "\n - ", "value: x", "value: gt", "value: line", "side: after", "forms: [a b]", "forms: [", "]",
    "pattern: '", "'", "examples: [a]", "examples: ['5 a => 2023']", "not_examples: [b]", "read: year",
    "read: month", "dimension: count", "factor: ", "log_odds: ", "of: ", "patterns: [[", "]]",
    "typical_unit: percent", "units: [percent]", "&a ", "*a", "!!int ", "? ", ": ", "1", "~", "a",
    "label_vi: x, label_en: x", "definition: x, pillar: x", ".nan", "2023-13-45", "0x", "1e400", "<<",
    "|\n", '"\\ud800"',
)  # fmt: skip
# Pieces of patterns.
ATOMS = (
    "a", "b", "aa", "(?:", "(", ")", "(?>", "(?=", "(?!", "(?<=", "(?<!", "|", "*", "+", "?", "*+", "*?",
    "{2,}",
    "{1,50}", "{1000}", "[a-z]", "[^a]", r"\\w", r"\\s", r"\\d", ".", "$", "^", r"\\b", r"\\1", "(?P<y>2023)",
    "(?P<y>",
    "(?P<rel>)", "(?P<rel>năm nay)", "(?P<m>MONTH)", "(?P<d>DAY)", "(?P<q>i)", "(?P<n>COUNT)",
    "(?P<half>đầu)",
    "IN_YEAR", "WORD", "FREE", "SEP", "năm", " ", "đồng", "(?i)", "(?i:", "(?#", "[", "]", "{", "}",
    r"\\", r"\\p{L}",
)  # fmt: skip
READERS = (
    "year",
    "month",
    "day",
    "quarter",
    "first_months",
    "half_year",
    "years",
    "relative",
    "now",
    "nothing",
)
FAMILIES = ("not_facts", "bounds", "changes", "status", "furniture", "scopes", "periods")
VALUES = ("x", "gt", "increase", "target", "line")
EXAMPLES = (
    "a",
    "aaaa",
    "năm 2023 => 2023",
    "2023 => 2023",
    "a => 2023-01",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
)


@cache
def rules() -> RuleSet:
    """The packaged rules."""
    return load_rules()


@cache
def extractor() -> Extractor:
    """An extractor with the packaged rules."""
    return Extractor(rules())


@cache
def tokens() -> tuple[str, ...]:
    """Words and examples of the rules, numbers, marks and what is odd."""
    families = (*rules().families.values(), rules().word_entries)
    forms = {form for family in families for entry in family for form in getattr(entry, "forms", ())}
    cues = (*rules().not_facts, *rules().bounds, *rules().changes, *rules().status)
    examples = {example for cue in cues for example in cue.examples}
    examples |= {example.partition(" => ")[0] for form in rules().periods for example in form.examples}
    return (*NUMBERS, *ODD, *sorted(forms), *sorted(examples))


def text_of(data: bytes) -> bytes:
    """Gives the bytes of an article."""
    if not data or not data[0] % 2:
        return data[1:]
    known = tokens()
    numbers = [int.from_bytes(data[at : at + 2], "big") for at in range(1, len(data), 2)]
    # A fifth is glued to what stands before.
    return "".join((" " if number % 5 else "") + known[number % len(known)] for number in numbers).encode()


def check_text(data: bytes) -> None:
    """Reads an article as a run does, and by the parsers of the library."""
    started = time.process_time()
    document = read_item(RawItem("a", "a.txt", Kind.TEXT, text_of(data), DocumentMetadata()))
    if not isinstance(document, Document):
        return
    text = document.text
    facts = extractor().extract(document).facts
    for fact in facts:
        end = fact.sentence_start + len(fact.sentence)
        assert text[fact.sentence_start : end] == fact.sentence
        assert fact.sentence_start <= fact.char_start < fact.char_end <= end
        assert abs(fact.value) < float("inf")
        assert fact.period_start is None or fact.period_end is None or fact.period_start <= fact.period_end
    assert all(first.char_end <= second.char_start for first, second in pairwise(facts))
    quantities = extract.parse_quantities(text)
    assert all(0 <= item.char_start < item.char_end <= len(text) for item in quantities)
    assert all(first.char_end <= second.char_start for first, second in pairwise(quantities))
    for period in extract.parse_periods(text, dt.date(2024, 2, 29)):
        assert period.start <= period.end
        assert 0 <= period.char_start < period.char_end <= len(text)
    assert extract.parse_quantities(unicodedata.normalize("NFD", text)) == quantities
    _check_time(started)


def rules_of(data: bytes) -> bytes:
    """Gives the content of a file of rules."""
    form = data[0] % 3 if data else 0
    if form == 0:
        return data[1:]
    if form == 1:
        return "".join(PIECES[byte % len(PIECES)] for byte in data[1:]).encode()
    return "".join(_entries(data[1:])).encode()


def _entries(data: bytes) -> Iterator[str]:
    """Writes whole entries: of each the family, what else it says, and its pattern up to a byte of zero."""
    for number, part in enumerate(data.split(b"\0")):
        if len(part) < 4:
            continue
        family = FAMILIES[part[0] % len(FAMILIES)]
        pattern = "".join(ATOMS[byte % len(ATOMS)] for byte in part[4:])
        said = f"value: {VALUES[part[1] % len(VALUES)]}"
        if family == "periods":
            said = f"read: {READERS[part[1] % len(READERS)]}"
        yield f"{family}:\n - id: a.b{number}\n   {said}\n"
        yield f'   pattern: "{pattern}"\n   examples: ["{EXAMPLES[part[2] % len(EXAMPLES)]}"]\n'
        if part[3] % 2:
            yield f'   not_examples: ["{EXAMPLES[part[3] % len(EXAMPLES)]}"]\n'


def check_rules(data: bytes) -> None:
    """Loads a file of rules; where it is sound, its patterns are matched."""
    started = time.process_time()
    folded = SAMPLE.lower()
    with (
        mock.patch.object(timed_pattern, "PATTERN_TIMEOUT_SECONDS", PATIENCE_SECONDS),
        mock.patch.object(backtracking, "SLOW_SECONDS", PATIENCE_SECONDS),
        tempfile.TemporaryDirectory() as folder,
    ):
        (Path(folder) / "x.yaml").write_bytes(rules_of(data))
        try:
            loaded = load_rules(Path(folder), replace=True)
            for cue in (
                *loaded.bounds,
                *loaded.changes,
                *loaded.status,
                *loaded.not_facts,
                *loaded.furniture,
            ):
                CuePattern.table([CuePattern.of(cue, after=r"\s*$")]).possible(folded)
                CuePattern.of(cue, after=r"\s*$").find(folded, 0, len(folded))
            for form in loaded.periods:
                compile_form(form).find(folded, 0, len(folded))
        except RulesError as error:
            # Told in words.
            assert error.faults
    _check_time(started)


def _check_time(started: float) -> None:
    taken = time.process_time() - started
    assert taken < SLOW_SECONDS, f"took {taken:.1f} s"
