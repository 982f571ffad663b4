"""Why a fact has its status, period, baseline and place, and from where they were carried."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from extract.analysis import SentenceAnalysis
from extract.context import GIVEN_GOAL, GIVEN_GOAL_WINDOW, DocumentFrame
from extract.explain_text import Examined
from extract.explanation import FieldNote, Lost, Quote
from extract.models import Change, Period, Source, Span, Status
from extract.periods import PeriodMention, PeriodRole
from extract.place_choice import can_hold, is_field, is_whole
from extract.places import PlaceLevel, PlaceMention
from extract.resolved import Resolved
from extract.rule_book import RuleNote
from extract.status import StatusCue
from extract.tracing import CarriedTrace

# Rules of status that read the date of the number.
_BY_DATE = ("status.goal_year", "status.future_period", "status.past_period")
_STATED = (PeriodRole.VALUE, PeriodRole.GOAL)


class ContextNotes:
    """Explains what the second pass gave one fact."""

    def __init__(self, examined: Examined, item: Resolved, analysis: SentenceAnalysis) -> None:
        self._examined = examined
        self._item = item
        self._analysis = analysis
        self._span = item.binding.quantity.span
        self._rules = [examined.book.note(rule) for rule in item.rule_ids]
        self._carried: CarriedTrace | None = examined.trace.carried.get(item.binding.quantity.number.start)

    def fields(self) -> list[FieldNote]:
        """Gives status, period, baseline and place."""
        notes = [self._status(), self._period()]
        if self._item.binding.quantity.change is not Change.NONE or self._item.baseline is not None:
            notes.append(self._baseline())
        return [*notes, self._place()]

    def _fired(self, family: str) -> tuple[RuleNote, ...]:
        return tuple(rule for rule in self._rules if rule.id.startswith(family))

    # -- status --------------------------------------------------------------------------------------

    def _status(self) -> FieldNote:
        rules = self._fired("status.")
        rule = rules[0].id if rules else ""
        cues = self._analysis.cues
        own = [cue for cue in cues if cue.rule_id == rule]
        chosen = min(own, key=lambda cue: self._distance(cue.span), default=None)
        words, source = (self._examined.quotes([chosen.span]) if chosen is not None else ()), ""
        if rule == "status.carried":
            words, source = self._carried_goal()
        elif rule == "status.given_goal":
            words = self._given_goal()
        elif rule in _BY_DATE and self._carried and self._carried.mention:
            words = self._examined.quotes([self._carried.mention.span])
        lost = tuple(self._lost_cues(cues, chosen))
        known = rules or (self._examined.book.note("status.default"),)
        return FieldNote("status", str(self._item.status), words, known, source, lost)

    def _given_goal(self) -> tuple[Quote, ...]:
        lead = self._item.binding.quantity.lead
        begin = max(self._analysis.sentence.span.start, lead - GIVEN_GOAL_WINDOW)
        found = GIVEN_GOAL.search(self._examined.folded, begin, lead)
        return self._examined.quotes([Span(found.start(), found.end())]) if found is not None else ()

    def _carried_goal(self) -> tuple[tuple[Quote, ...], str]:
        for earlier in self._examined.earlier(self._analysis):
            if earlier.cues and earlier.cues[-1].status is Status.TARGET:
                quote = self._examined.quote(earlier.cues[-1].span)
                return (quote,), f"carried from sentence {quote.sentence}"
        return (), ""

    def _lost_cues(self, cues: tuple[StatusCue, ...], chosen: StatusCue | None) -> Iterator[Lost]:
        for cue in cues:
            if cue is chosen:
                continue
            if cue.span.start > self._span.start:
                reason = "stands behind the number"
            elif chosen is not None and chosen.span.start > cue.span.start:
                reason = "a nearer word wins"
            else:
                reason = "another rule decides"
            if cue.status is self._item.status:
                reason = "says the same"
            rule = self._examined.book.note(cue.rule_id)
            yield Lost(str(cue.status), self._examined.quotes([cue.span]), reason, rule)

    # -- periods ---------------------------------------------------------------------------------------

    def _period(self) -> FieldNote:
        item, carried = self._item, self._carried
        rules = self._fired("period.")
        rule = rules[0].id if rules else ""
        mention = carried.mention if carried is not None else None
        words: tuple[Quote, ...] = ()
        source = ""
        used = mention
        if rule == "period.after_baseline":
            baselines = [m for m in self._analysis.periods if m.role is PeriodRole.BASELINE]
            words = self._examined.quotes(m.span for m in baselines)
        elif rule in ("period.carried", "period.of_title"):
            used = None
            words, source = self._origin_of(item.period, below=rule == "period.of_title")
        elif mention is not None:
            words = self._examined.quotes([mention.span])
            if mention.role is PeriodRole.NOW:
                source = self._document_date()
        elif rule == "period.document":
            source = self._document_date()
        if item.period_source is Source.CONTEXT and rule not in ("period.carried", "period.of_title"):
            words, source = self._origin_of(item.period, below=False)
        lost = tuple(self._lost_periods(used, rule))
        return FieldNote("period", period_text(item.period) or "(none)", words, rules, source, lost)

    def _document_date(self) -> str:
        document = self._examined.result.document
        if document.published is None:
            return "the date of the article is not known"
        found = f", found in its {document.published_source}" if document.published_source != "none" else ""
        return f"the date of the article{found}"

    def _origin_of(self, period: Period | None, *, below: bool) -> tuple[tuple[Quote, ...], str]:
        """Gives the words, in the nearest other sentence, that state a period."""
        examined = self._examined
        own = self._analysis.sentence.index
        later = [item for item in examined.trace.analyses if item.sentence.index > own]
        for analysis in later if below else examined.earlier(self._analysis):
            stated = [m for m in analysis.periods if m.role in _STATED and m.period == period]
            if stated:
                quote = examined.quote(stated[-1].span)
                verb = "stated in" if below else "carried from"
                return (quote,), f"{verb} sentence {quote.sentence}"
        return (), "carried, put together from dates stated before"

    def _lost_periods(self, used: PeriodMention | None, rule: str) -> Iterator[Lost]:
        examined, item = self._examined, self._item
        for mention in self._analysis.periods:
            if mention is used or (used is not None and mention.span == used.span):
                continue
            if rule == "period.after_baseline" and mention.role is PeriodRole.BASELINE:
                continue
            same = mention.period == item.period and mention.period is not None
            reason = "says the same" if same else self._why_not(mention, used)
            value = period_text(mention.period) or "(no year is known)"
            yield Lost(value, examined.quotes([mention.span]), reason, examined.book.note(mention.rule_id))
        carried = self._carried.period if self._carried is not None else None
        if carried is not None and carried != item.period:
            words, source = self._origin_of(carried, below=False)
            reason = "a date of the sentence itself wins"
            if rule == "period.document":
                reason = "the sentence says what a place has at the time of writing"
            yield Lost(
                period_text(carried), words, f"{source}; {reason}",
                examined.book.note("period.carried"),
            )  # fmt: skip

    def _why_not(self, mention: PeriodMention, used: PeriodMention | None) -> str:
        if mention.role is PeriodRole.BASELINE:
            return "what is compared with"
        if mention.role is PeriodRole.DOCUMENT:
            return "the year of a plan, document, event or thing, not of a number"
        if mention.role is PeriodRole.NOW:
            return (
                "means the day of the article; a stated date wins" if used else "means the day of the article"
            )
        behind = mention.span.start >= self._span.end
        if used is None:
            return "stands behind the number, in another part" if behind else "another rule decides"
        if behind:
            return "stands behind the number; the one before it wins"
        return (
            "the one right behind the number wins"
            if used.span.start >= self._span.end
            else "stands further from the number"
        )

    def _baseline(self) -> FieldNote:
        baseline = self._item.baseline
        found = [
            mention
            for mention in self._analysis.periods
            if mention.role is PeriodRole.BASELINE and mention.span.start >= self._span.end
        ]
        if baseline is None:
            return FieldNote("baseline", "(none)", source="nothing says what the change is measured against")
        rules = (self._examined.book.note(found[0].rule_id),) if found else ()
        words = self._examined.quotes([found[0].span]) if found else ()
        return FieldNote("baseline", period_text(baseline), words, rules)

    # -- places ----------------------------------------------------------------------------------------

    def _place(self) -> FieldNote:
        item, examined = self._item, self._examined
        rules = self._fired("place.") + self._fired("ambiguous.place")
        used: PlaceMention | None = None
        words: tuple[Quote, ...] = ()
        source = ""
        if item.place_source is Source.SENTENCE:
            used = self._own_place()
            words = examined.quotes([used.span]) if used is not None else self._source_words(self._analysis)
        elif item.place_source is Source.CONTEXT and rules and rules[0].id == "place.carried":
            carried = self._carried.place if self._carried is not None else None
            if carried is not None:
                words = examined.quotes([carried.span])
                source = f"carried from sentence {words[0].sentence}"
        elif item.place_source is Source.CONTEXT:
            words, source = self._national_words()
        elif item.place_source is Source.DOCUMENT:
            words, source = self._main_words(rules)
        else:
            source = "no place is stated"
        value = item.place_text or "(none)"
        if item.place.code is not None:
            value += f" ({item.place.code})"
        lost = tuple(self._lost_places(used))
        return FieldNote("place", value, words, rules, source, lost)

    def _own_place(self) -> PlaceMention | None:
        """Gives the mention that the place was read from: that of its words, nearest to the number."""
        found = [
            place
            for place in self._analysis.places
            if self._resolved_text(place, self._analysis.places) == self._item.place_text
        ]
        usable = [place for place in found if self._can_hold(place)]
        return min(usable or found, key=lambda place: self._distance(place.span), default=None)

    def _resolved_text(self, place: PlaceMention, others: tuple[PlaceMention, ...]) -> str:
        frame = self._frame
        return self._examined.extractor.places.resolve(frame.text, place, others, frame.main, frame.on)[1]

    @property
    def _frame(self) -> DocumentFrame:
        frame = self._examined.trace.frame
        if frame is None:
            raise ValueError("a document with facts has a frame")
        return frame

    def _can_hold(self, place: PlaceMention) -> bool:
        folded, start = self._examined.folded, self._analysis.sentence.span.start
        ranks = [b.quantity.span for b in self._analysis.bindings if b.quantity.is_rank]
        return (
            can_hold(folded, start, place, is_rank=self._item.binding.quantity.is_rank)
            and not is_field(place, ranks)
            and not (self._frame.main.province is not None and is_whole(folded, start, place))
        )

    def _source_words(self, analysis: SentenceAnalysis) -> tuple[Quote, ...]:
        span = self._examined.extractor.places.national_source(self._examined.folded, analysis)
        return self._examined.quotes([span]) if span is not None else ()

    def _national_words(self) -> tuple[tuple[Quote, ...], str]:
        for earlier in self._examined.earlier(self._analysis):
            words = self._source_words(earlier)
            if words:
                return words, f"carried from sentence {words[0].sentence}"
        return (), ""

    def _main_words(self, rules: tuple[RuleNote, ...]) -> tuple[tuple[Quote, ...], str]:
        """Gives words that say where the article is, the first of them, or the words for `the province`."""
        examined, main = self._examined, self._frame.main
        if rules and rules[0].id == "place.anaphor":
            span = examined.extractor.places.anaphor(
                examined.folded, self._analysis.sentence.span.start, self._span.start
            )
            words = examined.quotes([span]) if span is not None else ()
            return words, f"the article's own place ({main.rule_id})"
        is_main: Callable[[PlaceMention], bool]
        if main.province is not None:
            is_main = lambda place: place.provinces == (main.province,)  # noqa: E731
        else:
            is_main = lambda place: place.level is PlaceLevel.COUNTRY  # noqa: E731
        named = [place for item in examined.trace.analyses for place in item.places if is_main(place)]
        words = examined.quotes(place.span for place in named[:1])
        more = f", named {len(named)} times in it" if len(named) > 1 else ""
        return words, f"the article's own place{more}"

    def _lost_places(self, used: PlaceMention | None) -> Iterator[Lost]:
        examined = self._examined
        for place in self._analysis.places:
            if used is not None and place.span == used.span:
                continue
            if not self._can_hold(place):
                reason = "only what is compared with, ranked in, a share of, come from or gone to"
            elif used is None:
                reason = "stands behind the number, tied to something else"
            elif place.span.start >= self._span.end:
                reason = "stands behind the number"
            else:
                reason = "the one chosen is nearer or narrower"
            value = self._resolved_text(place, self._analysis.places)
            yield Lost(value, examined.quotes([place.span]), reason, examined.book.note(place.rule_id))
        carried = self._carried.place if self._carried is not None else None
        if carried is not None and self._item.place_source is not Source.CONTEXT:
            value = self._resolved_text(carried, (carried,))
            if value != self._item.place_text:
                quote = examined.quote(carried.span)
                reason = f"stated in sentence {quote.sentence}; what the sentence itself says wins"
                yield Lost(value, (quote,), reason, examined.book.note("place.carried"))
        main = examined.extractor.places.resolve_main(self._frame.main, self._frame.on)
        stated = self._item.place_source in (Source.SENTENCE, Source.CONTEXT)
        if stated and main is not None and main.name and main.code != self._item.place.code:
            rule = examined.book.note(self._frame.main.rule_id)
            yield Lost(main.name, (), "the article's own place; a stated one wins", rule)

    def _distance(self, span: Span) -> int:
        return min(abs(span.end - self._span.start), abs(span.start - self._span.end))


def period_text(period: Period | None) -> str:
    """Gives a period in its own grain: `2030`, `2024-07`, `2024-10-08`, or both ends."""
    from extract.display import format_period

    if period is None:
        return ""
    return format_period(
        {"period_start": period.start, "period_end": period.end, "period_grain": str(period.grain)}
    )
