"""Rules against their own examples, through the whole pipeline."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from extract.document import text_digest
from extract.models import Document, Fact
from extract.pipeline import Extractor
from extract.rules import RuleSet, slow_patterns
from extract.schema_rules import Entry, Metric, MetricExample

# Stands in a rule for what is still to be filled in.
TO_DO = "TODO"


@dataclass(frozen=True, slots=True)
class RuleCheck:
    """How many rules and examples were looked at, and every fault with file and line.

    `unfinished` are rules with keys that are still to be filled in, with file and line too.
    """

    rules: int
    examples: int
    faults: tuple[str, ...]
    unfinished: tuple[str, ...] = ()


def extract_example(extractor: Extractor, text: str) -> tuple[Fact, ...]:
    """Gives the facts of a text that stands alone."""
    text = unicodedata.normalize("NFC", text)
    return extractor.extract(Document("example", text, "-", text_digest(text))).facts


def check_examples(rules: RuleSet) -> RuleCheck:
    """Extracts every example of every metric, and times every pattern on texts that are hard for it.

    Loading has checked the examples of the other families already.
    """
    extractor = Extractor(rules)
    faults = list(slow_patterns(entry for family in rules.families.values() for entry in family))
    examples = 0
    for metric in rules.metrics:
        examples += len(metric.examples) + len(metric.not_examples)
        faults.extend(check_metric(extractor, metric, rules))
    counted = sum(len(entries) for entries in rules.families.values())
    examples += sum(
        len(getattr(entry, "examples", ())) + len(getattr(entry, "not_examples", ()))
        for family, entries in rules.families.items()
        if family != "metrics"
        for entry in entries
    )
    undone = [
        f"{_where(family, entry)}: still to be filled in: {', '.join(keys)}"
        for family, entries in rules.families.items()
        for entry in entries
        if (keys := list(unfinished(entry)))
    ]
    return RuleCheck(counted, examples, tuple(faults), tuple(undone))


def unfinished(entry: Entry) -> Iterator[str]:
    """Gives the keys of a rule that say `TODO`, and of a metric the lists that it cannot do without."""
    for name, value in entry.model_dump(exclude={"file", "line"}).items():
        is_empty = isinstance(entry, Metric) and name in ("units", "examples") and not value
        if is_empty or TO_DO in _strings(value):
            yield name


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _strings(item)


def _where(family: str, entry: Entry) -> str:
    return f"{entry.file}:{entry.line}: {family} `{entry.id}`"


def check_metric(extractor: Extractor, metric: Metric, rules: RuleSet) -> Iterable[str]:
    """Gives the faults of one metric of the rules: examples that do not give it, counter-examples that do."""
    where = _where("metrics", metric)
    for example in metric.examples:
        wanted = example if isinstance(example, MetricExample) else MetricExample(text=example)
        facts = extract_example(extractor, wanted.text)
        if not any(_satisfies(fact, metric, wanted) for fact in facts):
            found = "; ".join(_told(fact, metric, wanted, rules) for fact in facts)
            yield (
                f"{where}: not found in its example {wanted.text!r}: "
                f"{found or 'no number there is read as a fact'}"
            )
    for text in metric.not_examples:
        found = ", ".join(_shown(f) for f in extract_example(extractor, text) if f.metric_id == metric.id)
        if found:
            yield f"{where}: found in its counter-example {text!r}: {found} is read as `{metric.id}`"


def _satisfies(fact: Fact, metric: Metric, wanted: MetricExample) -> bool:
    return fact.metric_id == metric.id and not _unlike(fact, wanted)


def _unlike(fact: Fact, wanted: MetricExample) -> list[str]:
    """Gives the keys of an example that a fact does not meet."""
    names = ("value", "technology", "scope", "component")
    return [name for name in names if getattr(wanted, name) not in (None, getattr(fact, name))]


def _told(fact: Fact, metric: Metric, wanted: MetricExample, rules: RuleSet) -> str:
    """Says what was read in place of what an example wants, and what the metric allows."""
    shown = _shown(fact)
    if fact.metric_id == metric.id:
        others = [
            f"{name} is {_plain(getattr(fact, name))}, the example says {_plain(getattr(wanted, name))}"
            for name in _unlike(fact, wanted)
        ]
        return f"{shown} is read as `{metric.id}`, but {' and '.join(others)}"
    if fact.metric_id:
        return f"{shown} is read as `{fact.metric_id}`"
    if not _takes(metric, fact.unit_id, rules):
        allowed = ", ".join(f"`{unit}`" for unit in metric.units)
        return f"{shown} is of no metric; the `units` of `{metric.id}` allow only {allowed}"
    return (
        f"{shown} is of no metric; `{metric.id}` takes this unit, so its words fit no pattern, or one of "
        "`blocked_by` is among them"
    )


def _takes(metric: Metric, unit_id: str, rules: RuleSet) -> bool:
    """Asks whether a metric can be stated in a unit: by its id or its dimension."""
    unit = rules.units_by_id.get(unit_id)
    dimension = unit.dimension if unit is not None else "rate" if "/" in unit_id else "count"
    return bool({unit_id, dimension} & set(metric.units))


def _shown(fact: Fact) -> str:
    return f"{_plain(fact.value)} of the unit `{fact.unit_id}`"


def _plain(value: object) -> str:
    return f"{value:,.10g}" if isinstance(value, float) else str(value or "empty")
