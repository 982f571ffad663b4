"""Context: when, where and whether, for every bound number of a document.

A second pass. In: the sentences of one document with their bindings, periods, places and status cues.
Out: period, place and status of each number, each with where it was read: the sentence itself, an
earlier sentence, heading or list opener (`context`), or the document as a whole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from extract.analysis import SentenceAnalysis
from extract.calendar_periods import year_period
from extract.models import Change, Grain, Period, Source, Status
from extract.period_choice import SAME_CLAUSE, PeriodChooser
from extract.period_context import PeriodContext, own_baseline
from extract.periods import OPENING, PeriodMention, PeriodRole
from extract.place_choice import (
    MainPlace,
    PlaceChooser,
    can_hold,
    country_place,
    enumerated,
    is_field,
    is_whole,
    own_place,
)
from extract.places import COUNTRY_NAME, PlaceLevel, PlaceMention, ResolvedPlace
from extract.quantity import Quantity
from extract.resolved import Resolved
from extract.scene import Binding
from extract.status import GOAL, StatusCue
from extract.titles import with_dates_below

# Status cues that hold beyond their sentence, and those that also count behind a number.
_LASTING = frozenset({GOAL, "status.by_year"})
_BEHIND = frozenset({"status.beaten", "status.soon"})
# `1.300 trường học sẽ được xây`: of a plan, the noun of the number is the subject.
_OF_SUBJECT = re.compile(r"[^,;.:()0-9\n]{1,40}")
_WILL = re.compile(r"(?:sẽ|sắp|dự kiến)(?!\w)")
# `thấp hơn 0,4% so với chỉ tiêu tỉnh giao (35,5%)`, `chỉ tiêu tỉnh giao là 91%`: the goal itself.
GIVEN_GOAL_WINDOW = 60
GIVEN_GOAL = re.compile(
    r"(?<!\w)(?:chỉ tiêu|mục tiêu|kế hoạch|dự toán|nghị quyết)(?:\s+[^\W\d]+){0,5}?\s+(?:\(|là\s+)\Z"
    r"|\(\s*(?:chỉ tiêu|mục tiêu|kế hoạch|dự toán)(?:\s+[^\W\d]+){0,4}?\s+\Z"
)
# Places that several provinces may have; one that cannot be told leaves the article's.
_SMALL = frozenset({PlaceLevel.DISTRICT, PlaceLevel.COMMUNE})
_GROWS = re.compile(r"(?<!\w)(?:tăng|giảm|hạ|nâng|lên|xuống|cải thiện|kéo giảm)(?!\w)")
_NEW_LEVEL = re.compile(r"^[^,;.]{0,24}(?<!\w)(?:lên|xuống|còn)(?!\w)")
_OLD_LEVEL = re.compile(r"[^.;,]{0,12}(?<!\w)(?:lên|xuống|còn)(?!\w)[^.;,]{0,16}[0-9]")


@dataclass(frozen=True, slots=True)
class DocumentFrame:
    """What holds for all sentences of a document. `on` is the day whose list of provinces is valid."""

    text: str
    folded: str
    published: Period | None
    main: MainPlace
    on: dt.date | None


@dataclass(slots=True)
class _Carried:
    """What earlier sentences left for later ones. Lives for one document."""

    periods: PeriodContext
    paragraph: int = -1
    status: Status = Status.ACTUAL
    has_status: bool = False
    # Sentences whose status cues have not been asked for yet.
    told: list[SentenceAnalysis] = field(default_factory=list)
    place: PlaceMention | None = None
    opener: bool = False
    # A national body is the source of what follows, until a province is named.
    national: bool = False
    # Sentences since then that have not been asked for their source yet.
    sources: list[SentenceAnalysis] = field(default_factory=list)

    def next_paragraph(self, paragraph: int, *, goes_on: bool) -> _Carried:
        """Gives what outlives a paragraph; a goal does where the next goes on: `Bên cạnh đó, ...`."""
        self.periods.next_paragraph()
        carried = _Carried(self.periods, paragraph, national=self.national, sources=self.sources)
        if goes_on:
            carried.status, carried.has_status, carried.told = self.status, self.has_status, self.told
        return carried

    def is_target(self, folded: str) -> bool:
        """Asks whether what was told before is a goal that still holds."""
        last = next((analysis for analysis in reversed(self.told) if analysis.cues), None)
        if last is not None:
            # A goal holds for the sentences after it; a plan (`sẽ`) only for its own.
            lasts = last.cues[-1].rule_id in _LASTING and last.cues[-1] not in _given_goals(folded, last)
            # `xuất siêu hơn 6,5 tỷ USD, hướng tới mục tiêu tăng trưởng cao. Cụ thể, ...`: told by the way.
            by_the_way = _is_by_the_way(last)
            self.has_status = lasts and (_opens(folded, last) or (last.states_goal and not by_the_way))
            self.status = last.cues[-1].status
        self.told.clear()
        return self.has_status and self.status is Status.TARGET


class ContextResolver:
    """Gives the numbers of a document their period, place and status. Made once per rule set."""

    def __init__(self, places: PlaceChooser, periods: PeriodChooser) -> None:
        self._places = places
        self._periods = periods

    def resolve(self, document: DocumentFrame, analyses: Sequence[SentenceAnalysis]) -> list[Resolved]:
        """Gives every binding of the document its period, place and status, in order."""
        carried = _Carried(PeriodContext(document.published))
        resolved: list[Resolved] = []
        # Behind the last number nothing is asked for any more.
        last = max((number for number, item in enumerate(analyses, 1) if item.bindings), default=0)
        asides = self._asides(document.folded, analyses[:last])
        for analysis in analyses[:last]:
            sentence = analysis.sentence
            if sentence.paragraph in asides:
                continue
            if sentence.paragraph != carried.paragraph and not (carried.opener and sentence.is_bullet):
                goes_on = self._periods.goes_on(document.folded, sentence.span)
                carried = carried.next_paragraph(sentence.paragraph, goes_on=goes_on)
            carried.paragraph = sentence.paragraph
            carried.periods.open_sentence(document.folded, analysis, self._periods)
            mentions = self._periods.choose(document.folded, analysis)
            for binding, mention, following in zip(analysis.bindings, mentions, analysis.limits, strict=True):
                resolved.append(self._resolve_one(document, analysis, binding, mention, following, carried))
            self._carry(document, analysis, carried)
        return with_dates_below(resolved)

    def _asides(self, folded: str, analyses: Sequence[SentenceAnalysis]) -> set[int]:
        """Gives the lines that part nothing: one sentence without a number, as of a picture, and behind it
        the text goes on about what was said before: `Trong đó, ...`.
        """
        asides: set[int] = set()
        for before, item, after in zip(analyses, analyses[1:], analyses[2:], strict=False):
            line = item.sentence.paragraph
            stands_alone = before.sentence.paragraph != line != after.sentence.paragraph
            says_nothing = not item.bindings and not item.sentence.is_heading and not _opens(folded, item)
            if stands_alone and says_nothing and self._periods.goes_on(folded, after.sentence.span):
                start = item.sentence.span.start
                if any(
                    told.role is PeriodRole.VALUE
                    and told.span.start - start <= OPENING
                    and told.period is not None
                    and told.period.grain is not Grain.DAY
                    for told in item.periods
                ):
                    # `6 tháng đầu năm, sản xuất ổn định.`: the time of what follows.
                    continue
                asides.add(line)
        return asides

    def _carry(self, document: DocumentFrame, analysis: SentenceAnalysis, carried: _Carried) -> None:
        """Notes what a sentence leaves for those after it."""
        folded, main = document.folded, document.main
        carried.periods.close_sentence(folded, analysis, self._periods)
        carried.told.append(analysis)
        start = analysis.sentence.span.start
        ranks = [b.quantity.span for b in analysis.bindings if b.quantity.is_rank]
        named = [
            place
            for place in analysis.places
            if place.level is not PlaceLevel.REGION
            and (place.level is not PlaceLevel.FOREIGN or main.province is None)
            and can_hold(folded, start, place, is_rank=False)
            and not is_field(place, ranks)
            and not (main.province is not None and is_whole(folded, start, place))
        ]
        listed = enumerated(folded, named)
        carries = [place for place in named if place not in listed]
        if carries and not analysis.sentence.is_bullet:
            # What one bullet names holds for no other. `Trong khó khăn của cả nước, Hà Tĩnh vẫn thu được`:
            # of several the article's own.
            own = (place for place in carries if main.province in place.provinces)
            carried.place = next(own, carries[0])
        if any(place.provinces for place in named):
            carried.national = False
            carried.sources.clear()
        elif not carried.national:
            carried.sources.append(analysis)
        carried.opener = _opens(folded, analysis) or (carried.opener and analysis.sentence.is_bullet)

    def _resolve_one(
        self,
        document: DocumentFrame,
        analysis: SentenceAnalysis,
        binding: Binding,
        mention: PeriodMention | None,
        following: int,
        carried: _Carried,
    ) -> Resolved:
        """Resolves one number; `following` is where the next one of its sentence begins."""
        span = binding.quantity.span
        ranks = binding.quantity.is_rank or binding.quantity.unit_id == "rank_places"
        period, period_source, period_rule = carried.periods.resolve(
            document.folded, analysis, mention, of_edition=ranks
        )
        if period is not None:
            period = _at_its_end(document.folded, analysis, binding.quantity, mention, period)
        status, status_rule = self._status(document, analysis, binding, mention, carried, period)
        place, place_text, place_source, place_rules = self._place(
            document, analysis, binding, following, carried
        )
        is_change = binding.quantity.change is not Change.NONE
        return Resolved(
            sentence=analysis.sentence,
            binding=binding,
            status=status,
            period=period,
            period_source=period_source,
            baseline=own_baseline(analysis, span, following, period) if is_change else None,
            place=place,
            place_text=place_text,
            place_source=place_source,
            rule_ids=tuple(rule for rule in (period_rule, status_rule, *place_rules) if rule),
        )

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
        start = analysis.sentence.span.start
        if _is_given_goal(document.folded, start, quantity):
            return Status.TARGET, "status.given_goal"
        given = _given_goals(document.folded, analysis)
        before = [
            cue for cue in analysis.cues if cue.span.end <= quantity.span.start + 1 and cue not in given
        ]
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
        after = [cue for cue in analysis.cues if _is_behind(document.folded, quantity, cue)]
        if after:
            return after[0].status, after[0].rule_id
        if mention is None and carried.is_target(document.folded):
            return Status.TARGET, "status.carried"
        return Status.ACTUAL, ""

    def _place(
        self,
        document: DocumentFrame,
        analysis: SentenceAnalysis,
        binding: Binding,
        following: int,
        carried: _Carried,
    ) -> tuple[ResolvedPlace, str | None, Source, tuple[str, ...]]:
        """Gives the place that a number holds for, its words, where it was read, and the rules."""
        text, folded, main, on = document.text, document.folded, document.main, document.on
        start, quantity = analysis.sentence.span.start, binding.quantity
        ranks = [b.quantity.span for b in analysis.bindings if b.quantity.is_rank]
        usable = [
            place
            for place in analysis.places
            if can_hold(folded, start, place, is_rank=quantity.is_rank)
            and not is_field(place, ranks)
            and not (main.province is not None and is_whole(folded, start, place))
        ]
        name = binding.name
        paired = [place for place in usable if name is not None and name.contains(place.span)]
        paired += [place for place in analysis.places if _owns(folded, place, quantity)]
        chosen = paired[0] if paired else own_place(folded, usable, quantity.span, following)
        is_partner = (
            chosen is not None
            and main.province is not None
            and self._places.is_partner(folded, start, chosen, quantity.span)
        )
        if chosen is not None and not is_partner:
            place, place_text = self._places.resolve(text, chosen, usable, main, on)
            if place.code is not None or chosen.level not in _SMALL:
                return place, place_text, Source.SENTENCE, self._place_rules(chosen, chosen.rule_id, on)
        own = self._places.resolve_main(main, on)
        is_local = own is not None and main.province is not None
        if own is not None and is_local and self._places.speaks_of_here(folded, start, quantity.span.start):
            # `Theo Tổng cục Thống kê, GRDP của tỉnh ...`: what is said wins over who says it.
            return own, own.name, Source.DOCUMENT, ("place.anaphor",)
        if self._places.has_national_source(folded, analysis):
            return country_place(), COUNTRY_NAME, Source.SENTENCE, ("place.national_source",)
        if self._is_national(folded, carried):
            return country_place(), COUNTRY_NAME, Source.CONTEXT, ("place.national_source",)
        if carried.place is not None:
            place, place_text = self._places.resolve(text, carried.place, (carried.place,), main, on)
            if place.code is not None or carried.place.level not in _SMALL:
                return (
                    place,
                    place_text,
                    Source.CONTEXT,
                    self._place_rules(carried.place, "place.carried", on),
                )
        if own is not None and not self._places.is_of_device(main, quantity.unit_id):
            return own, own.name, Source.DOCUMENT, (main.rule_id,)
        return ResolvedPlace(None, None, None, None), None, Source.NONE, (main.rule_id,)

    def _is_national(self, folded: str, carried: _Carried) -> bool:
        """Asks whether a sentence before named a national body as the source of what follows."""
        if not carried.national and carried.sources:
            carried.national = any(self._places.has_national_source(folded, item) for item in carried.sources)
            carried.sources.clear()
        return carried.national

    def _place_rules(self, mention: PlaceMention, rule: str, on: dt.date | None) -> tuple[str, ...]:
        """Names the rule of a place, and that the words around had to say which of several it is."""
        return (rule, "ambiguous.place") if self._places.is_shared(mention, on) else (rule,)


def _opens(folded: str, analysis: SentenceAnalysis) -> bool:
    """Asks whether a sentence opens what stands below it."""
    return folded[analysis.sentence.span.end - 1] == ":"


def _at_its_end(
    folded: str, analysis: SentenceAnalysis, quantity: Quantity, mention: PeriodMention | None, period: Period
) -> Period:
    """Gives the year of a level at one end of a change: `2016 - 2019 giảm từ 50% xuống còn 20%`.

    The old level is of the first year of several, or of the year before a single one; the new one is of the
    last.
    """
    is_years = period.start.month == period.start.day == 1 and period.end.month == 12 and period.end.day == 31
    if not is_years:
        return period
    first, last = period.start.year, period.end.year
    if _is_old_level(folded, quantity):
        since = mention.span.end if mention is not None else analysis.sentence.span.start
        # Before a plan the level is still the same: `năm nay sẽ nâng vốn từ 37 tỷ lên 47 tỷ`.
        plans = any(cue.status is Status.TARGET for cue in analysis.cues)
        # A year of the sentence itself may be that of an event: `từ năm 2015, ... tăng từ 20 xã`.
        grows = (
            mention is None
            and not plans
            and _GROWS.search(folded, min(since, quantity.lead), quantity.lead) is not None
        )
        return year_period(first if first < last or not grows else first - 1)
    before = [other.quantity for other in analysis.bindings if other.quantity.span.end <= quantity.lead]
    if first < last and before and _is_old_level(folded, before[-1]):
        gap = folded[before[-1].span.end : quantity.span.start]
        return year_period(last) if _NEW_LEVEL.search(gap) else period
    return period


def _is_by_the_way(told: SentenceAnalysis) -> bool:
    """Asks whether the goal of a sentence stands behind its last number, and none before it."""
    if not told.bindings:
        return False
    last = told.bindings[-1].quantity.span
    hoped = any(cue.status is Status.TARGET and cue.span.end <= last.start + 1 for cue in told.cues)
    return not hoped and last.end <= told.cues[-1].span.start


def _owns(folded: str, place: PlaceMention, quantity: Quantity) -> bool:
    """Asks whether a number is the place's own: the 266 of `8% trong tổng số 266 tỷ USD của cả nước`."""
    if place.level is not PlaceLevel.COUNTRY or quantity.is_rank:
        return False
    if place.span.end <= quantity.lead:
        # `cao hơn bình quân của cả nước (0,4014 điểm)`
        opens = folded[place.span.end : quantity.lead].strip() == "("
        return opens and quantity.change is Change.NONE
    between = folded[quantity.span.end : max(quantity.span.end, place.span.start)]
    return quantity.dimension != "share" and between.strip() == "của"


def _is_given_goal(folded: str, start: int, quantity: Quantity) -> bool:
    """Asks whether a number is the amount of a goal: the 70 of `đạt 63% (mục tiêu 70%)`."""
    return GIVEN_GOAL.search(folded, max(start, quantity.lead - GIVEN_GOAL_WINDOW), quantity.lead) is not None


def _given_goals(folded: str, analysis: SentenceAnalysis) -> frozenset[StatusCue]:
    """Gives the words for goals that hold for their own amount alone: `đạt 46%, trong khi mục tiêu là 50%`.

    What a sentence opens with holds on: `Mục tiêu là 90% hồ sơ, 80% báo cáo`.
    """
    start = analysis.sentence.span.start
    given = [b.quantity.lead for b in analysis.bindings[1:] if _is_given_goal(folded, start, b.quantity)]
    return frozenset(
        cue for cue in analysis.cues if any(0 <= lead - cue.span.start <= GIVEN_GOAL_WINDOW for lead in given)
    )


def _is_behind(folded: str, quantity: Quantity, cue: StatusCue) -> bool:
    """Asks whether a status cue behind a number is said of it."""
    gap = cue.span.start - quantity.span.end
    if cue.rule_id in _BEHIND:
        return 0 <= gap <= SAME_CLAUSE
    if gap <= 0 or _WILL.match(folded, cue.span.start) is None:
        return False
    return _OF_SUBJECT.fullmatch(folded, quantity.span.end, cue.span.start) is not None


def _is_old_level(folded: str, quantity: Quantity) -> bool:
    """Asks whether a plan starts from this number: the 70.000 of `sẽ tăng từ 70.000 lên 110.000 đồng`."""
    led = folded[max(0, quantity.lead - 40) : quantity.lead].rstrip()
    opens = led.endswith("từ") or folded[quantity.lead : quantity.span.start].strip().startswith("từ")
    return opens and _OLD_LEVEL.match(folded, quantity.span.end) is not None
