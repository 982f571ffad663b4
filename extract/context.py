"""Context: when, where and whether, for every bound number of a document.

A second pass. In: the sentences of one document with their bindings, periods, places and status cues.
Out: period, place and status of each number, each with where it was read: the sentence itself, an
earlier sentence, heading or list opener (`context`), or the document as a whole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.analysis import SentenceAnalysis
from extract.bind import Binding
from extract.models import Change, Grain, Period, Sentence, Source, Status
from extract.period_choice import SAME_CLAUSE, is_stock, own_baseline, own_period, sets_day, sets_now
from extract.periods import PeriodMention, PeriodRole
from extract.place_choice import MainPlace, PlaceChooser, can_hold, country_place, own_place
from extract.places import COUNTRY_NAME, PlaceLevel, PlaceMention, ResolvedPlace
from extract.quantity import Quantity

# Status cues that hold beyond their sentence, and those that also count behind a number.
_LASTING = frozenset({"status.goal", "status.by_year"})
_BEHIND = frozenset({"status.beaten", "status.soon"})
# A date stated once holds for later paragraphs until so many pass without a number.
MAX_PERIOD_AGE = 4


_OLD_LEVEL = re.compile(r"[^.;,]{0,12}(?<!\w)(?:lên|xuống|còn)(?!\w)[^.;,]{0,16}[0-9]")


@dataclass(frozen=True, slots=True)
class DocumentFrame:
    """What holds for all sentences of a document. `on` is the day whose list of provinces is valid."""

    text: str
    folded: str
    published: Period | None
    main: MainPlace
    on: dt.date | None


@dataclass(frozen=True, slots=True)
class Resolved:
    """A bound number in its context."""

    sentence: Sentence
    binding: Binding
    status: Status
    period: Period | None
    period_source: Source
    baseline: Period | None
    place: ResolvedPlace
    place_text: str | None
    place_source: Source
    rule_ids: tuple[str, ...]


@dataclass(slots=True)
class _Carried:
    """What earlier sentences left for later ones. Lives for one document."""

    paragraph: int = -1
    period: Period | None = None
    has_period: bool = False
    is_goal: bool = False
    # A number of its own sentence held for the period: only then does it outlive the paragraph.
    is_firm: bool = False
    status: Status = Status.ACTUAL
    has_status: bool = False
    place: PlaceMention | None = None
    opener: bool = False
    # A national body is the source of what follows, until a province is named.
    national: bool = False
    # How many paragraphs ago the period was stated or last held for a number.
    age: int = 0

    def next_paragraph(self, paragraph: int) -> _Carried:
        """Gives what outlives a paragraph: a date stated once holds for the following run of numbers."""
        keeps = self.is_firm and not self.is_goal and self.age < MAX_PERIOD_AGE
        return _Carried(
            paragraph=paragraph,
            period=self.period if keeps else None,
            has_period=keeps,
            is_firm=keeps,
            national=self.national,
            age=self.age + 1,
        )


class ContextResolver:
    """Gives the numbers of a document their period, place and status. Made once per rule set."""

    def __init__(self, places: PlaceChooser) -> None:
        self._places = places

    def resolve(self, document: DocumentFrame, analyses: Sequence[SentenceAnalysis]) -> list[Resolved]:
        """Gives every binding of the document its period, place and status, in order."""
        carried = _Carried()
        resolved: list[Resolved] = []
        for analysis in analyses:
            sentence = analysis.sentence
            if sentence.paragraph != carried.paragraph and not (carried.opener and sentence.is_bullet):
                carried = carried.next_paragraph(sentence.paragraph)
            carried.paragraph = sentence.paragraph
            ends = [*(binding.quantity.span.start for binding in analysis.bindings[1:]), sentence.span.end]
            for binding, following in zip(analysis.bindings, ends, strict=False):
                resolved.append(self._resolve_one(document, analysis, binding, following, carried))
            self._carry(document.folded, analysis, carried)
        return resolved

    def _carry(self, folded: str, analysis: SentenceAnalysis, carried: _Carried) -> None:
        """Notes what a sentence leaves for those after it."""
        last = [
            mention
            for mention in analysis.periods
            if mention.role in (PeriodRole.VALUE, PeriodRole.GOAL)
            or (mention.role is PeriodRole.NOW and analysis.bindings and sets_now(folded, analysis, mention))
        ]
        if last:
            mention = last[-1]
            dated = mention.role is not PeriodRole.NOW and mention.period is not None
            is_day = mention.period is not None and mention.period.grain is Grain.DAY
            if mention.role is PeriodRole.NOW:
                carried.has_period, carried.period, carried.is_firm = False, None, False
            elif dated and (analysis.bindings or not is_day or sets_day(folded, mention)):
                # A day without a number is that of an event; a year or quarter sets the time.
                carried.has_period, carried.period = True, mention.period
                carried.is_goal = mention.role is PeriodRole.GOAL
                carried.is_firm = sets_day(folded, mention) if is_day else bool(analysis.bindings)
            carried.age = 0
        elif analysis.bindings:
            carried.age = 0
        if analysis.cues:
            # A goal holds for the sentences after it; a plan (`sẽ`) only for its own.
            carried.has_status = analysis.cues[-1].rule_id in _LASTING
            carried.status = analysis.cues[-1].status
        start = analysis.sentence.span.start
        named = [
            place
            for place in analysis.places
            if place.level is not PlaceLevel.REGION and can_hold(folded, start, place, is_rank=False)
        ]
        if named:
            carried.place = named[0]
        local = any(place.provinces for place in named)
        carried.national = not local and (
            carried.national or self._places.has_national_source(folded, analysis)
        )
        carried.opener = folded[analysis.sentence.span.end - 1] == ":" or (
            carried.opener and analysis.sentence.is_bullet
        )

    def _resolve_one(
        self,
        document: DocumentFrame,
        analysis: SentenceAnalysis,
        binding: Binding,
        following: int,
        carried: _Carried,
    ) -> Resolved:
        """Resolves one number; `following` is where the next one of its sentence begins."""
        span = binding.quantity.span
        mention = own_period(document.folded, analysis, span, following)
        period, period_source, period_rule = self._period(document, analysis, mention, carried)
        status, status_rule = self._status(document, analysis, binding, mention, carried, period)
        place, place_text, place_source, place_rule = self._place(
            document, analysis, binding, following, carried
        )
        is_change = binding.quantity.change is not Change.NONE
        return Resolved(
            sentence=analysis.sentence,
            binding=binding,
            status=status,
            period=period,
            period_source=period_source,
            baseline=own_baseline(analysis, span, following) if is_change else None,
            place=place,
            place_text=place_text,
            place_source=place_source,
            rule_ids=tuple(rule for rule in (period_rule, status_rule, place_rule) if rule),
        )

    def _period(
        self,
        document: DocumentFrame,
        analysis: SentenceAnalysis,
        mention: PeriodMention | None,
        carried: _Carried,
    ) -> tuple[Period | None, Source, str]:
        """Gives the period that a number holds for, where it was read, and the rule."""
        own = Source.DOCUMENT if document.published is not None else Source.NONE
        if mention is not None and mention.role is not PeriodRole.NOW:
            return mention.period, Source.SENTENCE if mention.period else Source.NONE, mention.rule_id
        if mention is not None:
            return document.published, own, mention.rule_id
        if carried.has_period and not (carried.age and is_stock(document.folded, analysis)):
            return carried.period, Source.CONTEXT, "period.carried"
        return document.published, own, "period.document"

    def _status(
        self,
        document: DocumentFrame,
        analysis: SentenceAnalysis,
        binding: Binding,
        mention: PeriodMention | None,
        carried: _Carried,
        period: Period | None,
    ) -> tuple[Status, str]:
        """Gives the status of a number and the rule: the nearest cue before it, or its own period."""
        published = document.published
        quantity = binding.quantity
        before = [cue for cue in analysis.cues if cue.span.end <= quantity.span.start + 1]
        if before and before[-1].status is Status.TARGET and _is_old_level(document.folded, quantity):
            return Status.ACTUAL, "status.old_level"
        done = before and before[-1].status is Status.ACTUAL
        if mention is not None and mention.role is PeriodRole.GOAL:
            if done and before[-1].span.start >= mention.span.end:
                # `mục tiêu đến năm 2025 ..., đã trồng 3.000 ha`: the nearer word wins.
                return Status.ACTUAL, before[-1].rule_id
            return Status.TARGET, "status.goal_year"
        if (
            mention is not None
            and mention.role is PeriodRole.VALUE
            and period is not None
            and published is not None
            and period.start > published.end
        ):
            return Status.TARGET, "status.future_period"
        if before:
            cue = before[-1]
            past = (
                mention is not None
                and mention.role is PeriodRole.VALUE
                and period is not None
                and published is not None
                and period.end <= published.end
                and cue.span.end <= mention.span.start <= quantity.span.start
            )
            if past and cue.status is Status.TARGET:
                # `Trái với dự báo, trong quý I/2021 xuất khẩu tăng 6%`: a past date after the cue.
                return Status.ACTUAL, "status.past_period"
            return cue.status, cue.rule_id
        after = [
            cue
            for cue in analysis.cues
            if cue.rule_id in _BEHIND and 0 <= cue.span.start - quantity.span.end <= SAME_CLAUSE
        ]
        if after:
            return after[0].status, after[0].rule_id
        if carried.has_status and carried.status is Status.TARGET and mention is None:
            return Status.TARGET, "status.carried"
        return Status.ACTUAL, ""

    def _place(
        self,
        document: DocumentFrame,
        analysis: SentenceAnalysis,
        binding: Binding,
        following: int,
        carried: _Carried,
    ) -> tuple[ResolvedPlace, str | None, Source, str]:
        """Gives the place that a number holds for, its words, where it was read, and the rule."""
        text, folded, main, on = document.text, document.folded, document.main, document.on
        start, quantity = analysis.sentence.span.start, binding.quantity
        usable = [
            place for place in analysis.places if can_hold(folded, start, place, is_rank=quantity.is_rank)
        ]
        name = binding.name
        paired = [place for place in usable if name is not None and name.contains(place.span)]
        chosen = paired[0] if paired else own_place(folded, usable, quantity.span, following)
        if chosen is not None:
            place, place_text = self._places.resolve(text, chosen, usable, main, on)
            return place, place_text, Source.SENTENCE, chosen.rule_id
        if self._places.has_national_source(folded, analysis):
            return country_place(), COUNTRY_NAME, Source.SENTENCE, "place.national_source"
        if carried.national:
            return country_place(), COUNTRY_NAME, Source.CONTEXT, "place.national_source"
        if carried.place is not None:
            place, place_text = self._places.resolve(text, carried.place, (carried.place,), main, on)
            return place, place_text, Source.CONTEXT, "place.carried"
        own = self._places.resolve_main(main, on)
        if own is not None:
            return own, own.name, Source.DOCUMENT, main.rule_id
        return ResolvedPlace(None, None, None, None), None, Source.NONE, main.rule_id


def _is_old_level(folded: str, quantity: Quantity) -> bool:
    """Asks whether a plan starts from this number: the 70.000 of `sẽ tăng từ 70.000 lên 110.000 đồng`."""
    led = folded[max(0, quantity.lead - 40) : quantity.lead].rstrip()
    opens = led.endswith("từ") or folded[quantity.lead : quantity.span.start].strip().startswith("từ")
    return opens and _OLD_LEVEL.match(folded, quantity.span.end) is not None
