"""Why a number has its value, unit, bound and change."""

from __future__ import annotations

from extract.display import format_value
from extract.explain_text import Examined
from extract.explanation import FieldNote, Quote
from extract.models import Span
from extract.parquet import Row
from extract.quantity import Quantity
from extract.resolved import Resolved
from extract.rule_book import RuleNote
from extract.rules import CuePattern
from extract.schema_rules import Cue

FORM = "said by the form of the number itself"
# The unit of another number.
_TAKEN = frozenset({"unit.of_list", "unit.shared"})
# Words that bound a number stand at most so far behind it.
_BEHIND = 30
# Words of a cue may end a little before the words that lead to the number, or begin with them.
_BEFORE = 48


def number_fields(examined: Examined, item: Resolved, row: Row) -> list[FieldNote]:
    """Gives value, unit, bound and change of a fact."""
    quantity = item.binding.quantity
    rules = [examined.book.note(rule) for rule in quantity.rule_ids]
    numeric = tuple(rule for rule in rules if rule.id.startswith("number."))
    units = tuple(rule for rule in rules if rule.id.startswith("unit."))
    shared = tuple(rule for rule in rules if rule.id == "cue.shared")
    bounds = tuple(rule for rule in rules if rule.id.startswith("bound."))
    changes = tuple(rule for rule in rules if rule.id.startswith("change."))
    unit_words = () if quantity.unit_span is None else examined.quotes([quantity.unit_span])
    source = _unit_source(units, unit_words)
    other = _unit_giver(examined, item) if not unit_words and _TAKEN & {rule.id for rule in units} else None
    if other is not None and other.unit_span is not None:
        unit_words = examined.quotes([other.unit_span])
        source = f"taken over from “{examined.text[other.span.start : other.span.end]}”"
    plain = {**row, "bound": "eq", "change": "none"}
    notes = [
        FieldNote("value", format_value(plain), examined.quotes([_number_span(examined, item)]), numeric),
        FieldNote("unit", quantity.unit_id, unit_words, units or numeric, source),
    ]
    for name, value, fired in (
        ("bound", str(quantity.bound), bounds),
        ("change", str(quantity.change), changes),
    ):
        if value in ("eq", "none") and not fired:
            notes.append(FieldNote(name, value, source="no word says otherwise"))
            continue
        spans = [span for rule in fired if (span := _cue_span(examined, item, rule.id)) is not None]
        source = "" if fired else "holds on from the number before"
        if not fired and not shared:
            source = FORM
            fired = numeric
        notes.append(
            FieldNote(name, value, examined.quotes(spans), (*fired, *(() if fired else shared)), source)
        )
    return notes


def _unit_source(units: tuple[RuleNote, ...], words: tuple[Quote, ...]) -> str:
    if not units:
        return FORM
    return "" if words else "no unit is written behind it"


def _unit_giver(examined: Examined, item: Resolved) -> Quantity | None:
    """Gives the number of the sentence, or of one before, that says the unit: the nearest."""
    start = item.binding.quantity.span.start
    others = [
        other.binding.quantity
        for other in examined.trace.resolved
        if other.binding.quantity.unit_id == item.binding.quantity.unit_id
        and other.binding.quantity.unit_span is not None
        and other.sentence.index <= item.sentence.index
    ]
    return min(others, key=lambda other: abs(other.span.start - start), default=None)


def _number_span(examined: Examined, item: Resolved) -> Span:
    """Gives the digits or words of a number without its unit, both ends of a range or ratio included."""
    quantity = item.binding.quantity
    if quantity.value_max is None and quantity.denominator is None:
        return _trimmed(examined.text, quantity.number)
    unit = quantity.unit_span
    behind = unit is not None and unit.end == quantity.span.end and unit.start > quantity.number.start
    end = unit.start if unit is not None and behind else quantity.span.end
    return _trimmed(examined.text, Span(quantity.span.start, end))


def _cue_span(examined: Examined, item: Resolved, rule: str) -> Span | None:
    """Gives the words of a bound or change: those of its entry nearest to the number."""
    quantity, sentence = item.binding.quantity, item.sentence.span
    entry = examined.book.entry(rule)
    lead = Span(min(quantity.lead, quantity.span.start), quantity.number.start)
    led = _trimmed(examined.text, lead)
    if not isinstance(entry, Cue):
        return led if led.start < led.end else None
    pattern = CuePattern.of(entry)
    if entry.side == "after":
        end = min(sentence.end, quantity.span.end + _BEHIND)
        found = pattern.find(examined.folded, quantity.span.end, end)
        return Span(found[0].start(), found[0].end()) if found else None
    begin = max(sentence.start, min(lead.start, quantity.number.start) - _BEFORE)
    places = [
        Span(match.start(), match.end())
        for match in pattern.find(examined.folded, begin, quantity.number.end)
    ]
    inside = [place for place in places if place.start >= lead.start]
    return (inside or places)[-1] if places else (led if led.start < led.end else None)


def _trimmed(text: str, span: Span) -> Span:
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip(" ,;:("))
    return Span(min(start, span.end), max(start, span.start + len(words.rstrip(" ,;:("))))
