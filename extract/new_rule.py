"""A new metric as a YAML file: what is known of it filled in, the rest marked as still to do.

In: a `Wish`. Out: a file that loads, and what must still be filled in before `extract rules check` ends well.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from extract.check_rules import TO_DO, check_metric, extract_example, unfinished
from extract.errors import InputError, OutputError, RulesError
from extract.pipeline import Extractor
from extract.rules import RuleSet, cross_check, load_rules, rule_files
from extract.schema_rules import DIMENSIONS, Identifier, Metric, MetricExample, Unit
from extract.text import fold

# The unit that stands for a dimension: `money` is mostly dong.
_TYPICAL = {"money": "VND", "share": "percent", "length": "km", "area": "ha", "mass": "tonne", "time": "year"}
# Ahead of a unit these belong to the number: `tỷ đồng`.
_MULTIPLES = ("nghìn", "ngàn", "triệu", "tỷ", "nghìn tỷ", "triệu tỷ")
# Parts the groups of a phrase; `C++` has none.
_AND = re.compile(r"(?:^|\s)\+(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Wish:
    """A metric to be made. Each phrase is a way to say it: groups parted by ` + `, alternatives by ` | `."""

    id: str
    folder: Path
    label: str = ""
    definition: str = ""
    pillar: str = ""
    units: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewRule:
    """A file that was written: where, what is still to do, and examples that do not give the metric."""

    path: Path
    unfinished: tuple[str, ...]
    faults: tuple[str, ...]


def write_metric(wish: Wish) -> NewRule:
    """Writes `ID.yaml` into the folder of rules, which is made where there is none.

    Raises InputError for an id that is malformed or taken, an unknown unit or an empty phrase, RulesError for
    a folder whose rules have faults, OutputError for a file that is there already or cannot be written.
    """
    path = wish.folder / f"{wish.id}.yaml"
    rules = _rules_of(wish.folder)
    _check_id(wish, rules)
    if path.exists():
        raise OutputError(path, "is there already")
    metric = _metric(wish, rules)
    faults: tuple[str, ...] = ()
    whole = replace(rules, metrics=(*rules.metrics, metric))
    wrong = cross_check(whole)
    if wrong:
        raise RulesError(wrong)
    if wish.phrases and wish.units:
        extractor = Extractor(whole)
        if not metric.examples:
            metric = metric.model_copy(update={"examples": tuple(_made_up(metric, extractor, whole))})
        faults = tuple(check_metric(extractor, metric, whole))
    try:
        wish.folder.mkdir(parents=True, exist_ok=True)
        path.write_text(render(metric, wish.folder.name, made_up=not wish.examples), encoding="utf-8")
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error
    return NewRule(path, tuple(unfinished(metric)), faults)


def _rules_of(folder: Path) -> RuleSet:
    """Gives the rules that the metric joins: those of the folder too, once it has any."""
    if folder.exists() and not folder.is_dir():
        raise OutputError(folder, "is no folder")
    has_rules = folder.is_dir() and (rule_files(folder) or any(folder.rglob("*.csv")))
    return load_rules(folder if has_rules else None)


def _check_id(wish: Wish, rules: RuleSet) -> None:
    try:
        TypeAdapter(Identifier).validate_python(wish.id)
    except ValidationError as error:
        reason = "an id is of small letters, digits and _, and begins with a letter: visitor_arrivals"
        raise InputError(wish.id, reason) from error
    known = rules.metrics_by_id.get(wish.id)
    if known is not None:
        raise InputError(wish.id, f"a metric has this id already, in {known.file}:{known.line}")


def _metric(wish: Wish, rules: RuleSet) -> Metric:
    units = tuple(dict.fromkeys(_unit_id(name, rules) for name in wish.units))
    phrases = tuple(_groups(phrase) for phrase in wish.phrases)
    label = _plain(wish.label) or (_first_words(phrases[0], rules) if phrases else "")
    typical = units[0] if units else TO_DO
    return Metric(
        id=wish.id,
        file=f"{wish.id}.yaml",
        line=_first_line(),
        pillar=_plain(wish.pillar) or "own",
        label_vi=label or TO_DO,
        label_en=wish.id.replace("_", " "),
        definition=_plain(wish.definition) or TO_DO,
        typical_unit=_TYPICAL.get(typical, typical) if typical in DIMENSIONS else typical,
        units=units,
        patterns=phrases or ((TO_DO,),),
        examples=tuple(text for example in wish.examples if (text := _plain(example))),
    )


def _unit_id(name: str, rules: RuleSet) -> str:
    """Gives the id of a unit that is named by it, by its dimension or as it is written in text."""
    plain = _plain(name)
    if plain in rules.units_by_id or plain in DIMENSIONS or plain == "none":
        return plain
    base, slash, _ = plain.partition("/")
    if slash and base in rules.units_by_id:
        return plain
    wanted = fold(plain)
    for multiple in sorted(map(fold, _MULTIPLES), key=len, reverse=True):
        wanted = wanted.removeprefix(f"{multiple} ")
    for unit in rules.units:
        if wanted in map(fold, unit.forms):
            return unit.id
    reason = (
        "no unit has this id or is written so; `extract rules list units` names all, and `count` takes all "
        "nouns that are counted"
    )
    raise InputError(name or "--unit", reason)


def _groups(phrase: str) -> tuple[str, ...]:
    groups = tuple(
        " | ".join(" ".join(part.split()) for part in group.split("|"))
        for group in _AND.split(_plain(phrase))
    )
    if not all(part.strip() for group in groups for part in group.split("|")):
        raise InputError(phrase or "--phrase", "holds no words, or none on one side of a + or |")
    return groups


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _first_words(groups: Sequence[str], rules: RuleSet) -> str:
    """Gives a phrase that a pattern stands for: the first alternative of each group."""
    terms = {term.id: term.forms[0] for term in rules.terms}
    firsts = (group.split(" | ")[0] for group in groups)
    return " ".join(terms.get(word[1:], word) if word.startswith("$") else word for word in firsts)


# -- examples --------------------------------------------------------------------------------------------


def _made_up(metric: Metric, extractor: Extractor, rules: RuleSet) -> Iterator[MetricExample]:
    """Gives for each pattern a plain sentence in which the metric is found."""
    for pattern in metric.patterns:
        words = _first_words(pattern, rules)
        for text in _sentences(words, metric, rules):
            fact = next((f for f in extract_example(extractor, text) if f.metric_id == metric.id), None)
            if fact is not None:
                yield MetricExample(text=text, value=fact.value)
                break


def _sentences(words: str, metric: Metric, rules: RuleSet) -> Iterator[str]:
    unit = rules.units_by_id.get(metric.typical_unit)
    noun = unit.forms[0] if unit is not None and unit.forms else ""
    amount = f"1.250 {noun}".strip()
    if unit is not None and unit.dimension == "share":
        amount = f"12,5{unit.symbol or f' {noun}'}"
    elif unit is not None and unit.dimension == "money":
        amount = f"1.250 tỷ {noun}"
    if _is_counted(words, metric.units, rules):
        yield f"Năm 2024, toàn tỉnh có 1.250 {words}"
    yield f"Năm 2024, {words} của tỉnh đạt {amount}"
    yield f"Năm 2024, {words} đạt {amount}"
    yield f"Năm 2024, toàn tỉnh có {amount} {words}"
    yield f"Năm 2024, toàn tỉnh có 1.250 {words}"


def _is_counted(words: str, units: Sequence[str], rules: RuleSet) -> bool:
    """Asks whether the words begin with the noun of one of the units."""

    def begins(unit: Unit) -> bool:
        return any(f"{fold(words)} ".startswith(f"{fold(form)} ") for form in unit.forms)

    return any(begins(unit) for unit in rules.units if {unit.id, unit.dimension} & set(units))


# -- the file --------------------------------------------------------------------------------------------

_HEAD = """\
# A metric of your own; docs/rules.md tells the language of these files.
# Try it:    extract text "..." --rules {folder}
# Check it:  extract rules check --rules {folder}
metrics:
"""


def _first_line() -> int:
    return _HEAD.count("\n") + 1


def render(metric: Metric, folder: str, *, made_up: bool) -> str:
    """Gives the file of a metric, each key with a word on what goes there; `folder` is named in its head."""
    return _HEAD.format(folder=f"{folder}/") + "".join(f"{line}\n" for line in _lines(metric, made_up))


def _lines(metric: Metric, made_up: bool) -> Iterator[str]:
    yield f"  - id: {metric.id}"
    yield "    # The part of the ontology that it belongs to: any word."
    yield f"    pillar: {_scalar(metric.pillar)}"
    yield f"    label_vi: {_scalar(metric.label_vi)}"
    yield f"    label_en: {_scalar(metric.label_en)}"
    yield "    # What is counted and what is not, in a sentence."
    yield f"    definition: {_scalar(metric.definition)}"
    yield "    # The unit that it mostly has: an id that `extract rules list units` shows."
    yield f"    typical_unit: {_scalar(metric.typical_unit)}"
    yield "    # All that it is stated in: ids of units, or dimensions (count, money) for all of theirs."
    yield f"    units: [{', '.join(map(_scalar, metric.units))}]"
    yield "    # Each line is a way to say it: groups of words that must all stand near the number, in any"
    yield '    # order; " | " parts alternatives. Of the metrics that fit, the one with most words wins.'
    yield "    patterns:"
    yield from (f"      - [{', '.join(map(_quoted, pattern))}]" for pattern in metric.patterns)
    yield "    # Words near the number that rule it out, such as those of a metric that is said alike."
    yield "    blocked_by: []"
    if metric.examples and made_up:
        yield "    # Made up, and read as they should be. Better are sentences from the news that you read."
    else:
        yield "    # Sentences that state it, better from the news: a text, or {text: ..., value: ...}."
    yield from _list("examples", [_example(item) for item in metric.examples])
    yield "    # Sentences that use like words and state something else."
    yield from _list("not_examples", [])


def _list(key: str, items: Sequence[str]) -> Iterable[str]:
    return [f"    {key}:", *(f"      - {item}" for item in items)] if items else [f"    {key}: []"]


def _example(example: str | MetricExample) -> str:
    if isinstance(example, str):
        return _quoted(example)
    return f"{{text: {_quoted(example.text)}, value: {example.value:.15g}}}"


def _scalar(text: str) -> str:
    """Gives a word as it is, anything else in quotes: YAML reads `true` and `a: b` as no strings."""
    return text if text.isidentifier() and yaml.safe_load(text) == text else _quoted(text)


def _quoted(text: str) -> str:
    # A string of JSON is one of YAML.
    return json.dumps(text, ensure_ascii=False)
