"""Why a number is of its metric: the words, the way they were bound, and the metrics that lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from extract.explain_text import Examined
from extract.explanation import FieldNote, Lost, Quote
from extract.metrics import Candidate, expand_group
from extract.models import Change, Span
from extract.resolved import Resolved
from extract.rule_book import RuleNote
from extract.rules import words_pattern
from extract.scene import Binding
from extract.schema_rules import Attribute, Metric
from extract.text import fold

MOST_LOST = 6
# `tỷ lệ` alone is no near miss: so many syllables of a metric must stand there.
_NEAR_WEIGHT = 3
# Words that a metric lacks, near misses and metrics of other words of the sentence that are told at most.
_MISSING_TOLD, _NEAR_TOLD, _BEYOND_TOLD = 4, 3, 3
_TECHNOLOGY = re.compile(r"(?<![0-9.,])([2-6])\s?g(?!\w)")


def metric_fields(examined: Examined, item: Resolved) -> list[FieldNote]:
    """Gives the metric of a fact, its words, how they were bound, and the attributes."""
    binding = item.binding
    rules = [examined.book.note(rule) for rule in binding.rule_ids]
    named = tuple(rule for rule in rules if rule.id.startswith(("metric.", "ambiguous.")))
    bound = tuple(rule for rule in rules if rule.id.startswith("bind."))
    scoped = tuple(rule for rule in rules if rule.id.startswith("scope."))
    words, source = _metric_words(examined, item)
    metric = FieldNote(
        "metric", binding.metric.id if binding.metric is not None else "(no metric of the ontology)",
        words, named, source, tuple(_lost_metrics(examined, item)),
    )  # fmt: skip
    texts, origin = _text_words(examined, item)
    metric_text = FieldNote(
        "metric_text",
        binding.metric_text or "(none)",
        texts,
        bound,
        origin,
        _lost_ways(examined, item, texts),
    )
    return [metric, metric_text, *_attributes(examined, binding, scoped)]


# -- the words ------------------------------------------------------------------------------------


def _metric_words(examined: Examined, item: Resolved) -> tuple[tuple[Quote, ...], str]:
    """Gives the words that name the metric, and where they are from when not about the number itself."""
    if item.binding.metric is None:
        return (), "the words about the number fit no metric; they are kept as they are"
    trace = examined.bound(item.binding)
    if trace.spans:
        words = examined.quotes(trace.spans)
        away = {quote.sentence for quote in words} - {item.sentence.index + 1}
        return words, _of_sentences(away)
    other = _other_of(examined, item, item.binding.metric)
    if other is None:
        noun = item.binding.quantity.unit_span
        words = examined.quotes([noun]) if noun is not None else ()
        return words, "the noun alone names it"
    words = examined.quotes(examined.bound(other).spans)
    number = examined.text[other.quantity.span.start : other.quantity.span.end]
    return words, f"taken over from “{number}”{_in_sentence(examined, item, other)}"


def _other_of(examined: Examined, item: Resolved, metric: Metric) -> Binding | None:
    """Gives the number nearest before with the metric in words of its own, else the nearest behind."""
    start = item.binding.quantity.span.start
    others = [
        other.binding
        for other in examined.trace.resolved
        if other.binding.metric is metric and examined.bound(other.binding).spans
    ]
    before = [other for other in others if other.quantity.span.start < start]
    behind = [other for other in others if other.quantity.span.start > start]
    return before[-1] if before else behind[0] if behind else None


def _in_sentence(examined: Examined, item: Resolved, other: Binding) -> str:
    number = examined.sentence_at(other.quantity.span.start)
    return "" if number == item.sentence.index + 1 else f" of sentence {number}"


def _of_sentences(numbers: set[int]) -> str:
    told = ", ".join(str(number) for number in sorted(numbers) if number)
    return f"words of sentence {told}" if told else ""


def _text_words(examined: Examined, item: Resolved) -> tuple[tuple[Quote, ...], str]:
    """Gives where the words of `metric_text` stand: as they are, in pieces, or in an earlier sentence."""
    words, near = item.binding.metric_text, item.binding.quantity.span.start
    found = examined.find(words, item.sentence.span, near)
    if found is not None:
        return examined.quotes([found]), ""
    before = [s.span for s in examined.trace.sentences if s.index < item.sentence.index][::-1]
    for span in before:
        found = examined.find(words, span, near)
        if found is not None:
            quote = examined.quote(found)
            return (quote,), f"words of sentence {quote.sentence}"
    pieces = _pieces(examined, words, [item.sentence.span, *before], near)
    if pieces is None:
        return (), "put together from words about the number"
    quotes = examined.quotes(pieces)
    return quotes, _of_sentences({quote.sentence for quote in quotes} - {item.sentence.index + 1})


def _pieces(examined: Examined, words: str, spans: list[Span], near: int) -> list[Span] | None:
    """Cuts words into the fewest runs that stand in the text; None where one of them stands nowhere."""
    rest, found = words.split(), list[Span]()
    while rest:
        for size in range(len(rest), 0, -1):
            run = " ".join(rest[:size])
            place = next((at for span in spans if (at := examined.find(run, span, near)) is not None), None)
            if place is not None:
                found.append(place)
                rest = rest[size:]
                break
        else:
            return None
    return found


# -- what lost -------------------------------------------------------------------------------------


def _lost_metrics(examined: Examined, item: Resolved) -> Iterator[Lost]:
    quantity, chosen = item.binding.quantity, item.binding.metric
    trace = examined.bound(item.binding)
    matcher = examined.extractor.matcher
    is_change = quantity.change is not Change.NONE
    terms = examined.trace.terms.get(item.sentence.span, [])
    near = [term for term in terms if any(region.contains(term.span) for region in trace.regions)]
    anchor = quantity.span.start
    inside = matcher.candidates(near, quantity.unit_id, anchor, is_change=is_change)
    fitted = {candidate.metric.id for candidate in inside if not candidate.missing}
    everywhere = matcher.candidates(terms, quantity.unit_id, anchor, is_change=is_change)
    won = next((c for c in inside if chosen is not None and c.metric.id == chosen.id and not c.missing), None)
    told = beyond = 0
    for candidate in [c for c in inside if not c.missing]:
        if (chosen is None or candidate.metric.id != chosen.id) and told < MOST_LOST:
            told += 1
            yield _lost(examined, candidate, _why(examined, candidate, won, quantity.unit_id, item))
    for candidate in everywhere:
        is_new = candidate.metric.id not in fitted and (chosen is None or candidate.metric.id != chosen.id)
        if is_new and not candidate.missing and candidate.takes_unit and beyond < _BEYOND_TOLD:
            beyond += 1
            yield _lost(examined, candidate, "not all of these words are about this number")
    if chosen is None:
        misses = [c for c in inside if c.missing and c.takes_unit and not c.blocked]
        for candidate in [c for c in misses if c.weight >= _NEAR_WEIGHT][:_NEAR_TOLD]:
            lacking = " | ".join(candidate.missing[:_MISSING_TOLD])
            more = " | …" if len(candidate.missing) > _MISSING_TOLD else ""
            yield _lost(examined, candidate, f"needs also one of: {lacking}{more}")


def _lost(examined: Examined, candidate: Candidate, reason: str) -> Lost:
    rule = examined.book.note(candidate.metric.rule_id)
    return Lost(candidate.metric.id, examined.quotes(candidate.spans), reason, rule)


def _why(
    examined: Examined, candidate: Candidate, won: Candidate | None, unit_id: str, item: Resolved
) -> str:
    """Says why a metric whose words all stand about the number was not chosen."""
    if candidate.blocked:
        blocking = dict.fromkeys(examined.text[span.start : span.end] for span in candidate.blocked)
        words = ", ".join(f"“{word}”" for word in blocking)
        return f"blocked_by {words}"
    if not candidate.takes_unit:
        return f"is not stated in {unit_id or 'bare numbers'} (units: {', '.join(candidate.metric.units)})"
    if won is None:
        way = item.binding.rule_ids[-1] if item.binding.rule_ids else "its own words"
        return f"the metric was settled by {way}"
    if candidate.weight < won.weight:
        return f"explains {candidate.weight} syllables, the chosen one {won.weight}"
    if candidate.weight == won.weight and candidate.distance > won.distance:
        return f"as many syllables ({won.weight}), but further from the number"
    if candidate.weight == won.weight:
        return f"as many syllables ({won.weight}) as near; the first in the rules wins"
    return "the words nearer to the number already named the chosen one"


def _lost_ways(examined: Examined, item: Resolved, texts: tuple[Quote, ...]) -> tuple[Lost, ...]:
    """Gives the ways of binding that fitted too: the number's own words where it shares those of another."""
    used = {rule for rule in item.binding.rule_ids if rule.startswith("bind.")}
    trace = examined.bound(item.binding)
    lost: list[Lost] = []
    taken = [Span(quote.start, quote.end) for quote in texts]
    for order, attempt in enumerate(trace.attempts):
        if attempt.rule in used or attempt.rule in {known.rule.id for known in lost if known.rule}:
            continue
        if attempt.words == item.binding.metric_text and attempt.metric is item.binding.metric:
            continue
        metric = attempt.metric.id if attempt.metric is not None else "no metric"
        reason = (
            "the number's own words; they say too little" if order == 0 else "fits too, but is tried later"
        )
        value = f"“{attempt.words}” ({metric})" if attempt.words else f"no words ({metric})"
        lost.append(Lost(value, (), reason, examined.book.note(attempt.rule)))
    reading = trace.reading
    if reading is not None:
        sides = (("left", reading.left), ("right", reading.right))
        for side, span in sides:
            if span is not None and not any(span.overlaps(words) for words in taken):
                where = "before" if side == "left" else "behind"
                reason = f"{reading.rule} decides"
                lost.append(Lost(f"the words {where} it", examined.quotes([span]), reason))
    return tuple(lost)


# -- attributes ------------------------------------------------------------------------------------


def _attributes(examined: Examined, binding: Binding, scoped: tuple[RuleNote, ...]) -> Iterator[FieldNote]:
    metric = binding.metric
    own = examined.bound(binding).own or ()
    # What a share is over stands behind it first; what a rank is of before it.
    near = own if binding.quantity.is_rank else own[::-1]
    regions = tuple(dict.fromkeys((*near, *binding.regions)))
    rules = (examined.book.note(metric.rule_id),) if metric is not None else scoped
    if binding.technology:
        spans = [
            Span(match.start(), match.end())
            for region in regions
            for match in _TECHNOLOGY.finditer(examined.folded, region.start, region.end)
            if f"{match[1]}G" in binding.technology
        ]
        yield FieldNote("technology", binding.technology, examined.quotes(spans), rules)
    for name, value in (("scope", binding.scope), ("component", binding.component)):
        if not value:
            continue
        attribute: Attribute | None = getattr(metric.attributes, name) if metric is not None else None
        if attribute is None:
            yield FieldNote(name, value, _scope_words(examined, binding), scoped)
            continue
        span = _cue_of(examined, attribute, value, regions)
        if span is None:
            yield FieldNote(name, value, (), rules, "no words say it: the default of the metric")
        else:
            yield FieldNote(name, value, examined.quotes([span]), rules)


def _cue_of(examined: Examined, attribute: Attribute, value: str, regions: tuple[Span, ...]) -> Span | None:
    terms = {term.id: tuple(fold(form) for form in term.forms) for term in examined.extractor.rules.terms}
    forms = [
        form
        for cue in attribute.cues
        if cue.value == value
        for item in cue.forms
        for form in expand_group(item, terms)
    ]
    if not forms:
        return None
    pattern = re.compile(words_pattern(forms))
    for region in regions:
        match = pattern.search(examined.folded, region.start, region.end)
        if match is not None:
            return Span(match.start(), match.end())
    return None


def _scope_words(examined: Examined, binding: Binding) -> tuple[Quote, ...]:
    """Gives the noun that an open share is over, where the rule of it or the unit names it."""
    rules = examined.extractor.rules
    forms = [form for cue in rules.scopes if cue.value == binding.scope for form in cue.forms]
    unit = rules.units_by_id.get(binding.scope or "")
    forms += list(unit.forms) if unit is not None else []
    own = examined.bound(binding).own
    if not forms or own is None:
        return ()
    pattern = re.compile(words_pattern(forms))
    for region in (own[1], own[0]):
        match = pattern.search(examined.folded, region.start, region.end)
        if match is not None:
            return (examined.quote(Span(match.start(), match.end())),)
    return ()
