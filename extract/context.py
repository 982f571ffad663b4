"""Context: when, where and whether, for every bound number of a document.

A second pass. In: the sentences of one document with their bindings, periods, places and status cues.
Out: period, place and status of each number, each with where it was read: the sentence itself, an
earlier sentence, heading or list opener (`context`), or the document as a whole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.bind import Binding
from extract.models import Change, Grain, Period, Sentence, Source, Span, Status
from extract.periods import PeriodMention, PeriodRole
from extract.places import COUNTRY_CODE, COUNTRY_NAME, Gazetteer, PlaceLevel, PlaceMention, ResolvedPlace
from extract.rules import RuleSet, cue_pattern, words_pattern

# Weights of a place named in the title or first sentences against one named later.
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT, DISTRICT_WEIGHT = 4.0, 2.0, 1.0, 0.8
LEAD_SENTENCES = 4
# An article without any place is about the home country when it speaks of its institutions or money.
MIN_ARTICLE_SENTENCES = 3
# A document is about a province when this share of its mentions of provinces is of that one.
MAIN_SHARE = 0.4
# So many characters between a number and a date or place behind it still tie the two.
NEAR = 14
# A word of time so near the beginning of a sentence sets the time for the sentences after it.
OPENING = 20
# A date stated once holds for later paragraphs until so many pass without a number.
MAX_PERIOD_AGE = 4
SAME_CLAUSE = 70

_PLACE_LINK = re.compile(
    r"(?<!\w)(?:tại|ở|của|trên địa bàn|thuộc|trong|về|đến|cho|khắp|trên)(?:\s+\w+){0,3}\s*$"
)
_COMPARISON = re.compile(
    r"(?<!\w)(?:so với|dẫn đầu|đứng đầu|đầu|nhất|nhì|bình quân|trung bình|top|tốp)(?:\s+\w+)?\s*$"
)
# `đạt 53% dự toán năm 2020`: the year is that of the plan, not of the number.
_PLANNED = re.compile(r"(?<!\w)(?:dự toán|kế hoạch|chỉ tiêu|mục tiêu)(?!\w)")
_STOCK = re.compile(
    r"(?:^|[.;,]\s*)(?:toàn tỉnh|cả tỉnh|toàn thành phố|toàn huyện|toàn xã|tỉnh|thành phố|huyện|địa phương"
    r"|cả nước)"
    r"[^.;,]{0,24}(?<!\w)có\s+$"
)


@dataclass(frozen=True, slots=True)
class StatusCue:
    """Words that say whether what follows has happened."""

    span: Span
    status: Status
    rule_id: str
    weak: bool


@dataclass(frozen=True, slots=True)
class SentenceAnalysis:
    """One sentence and all that was found in it."""

    sentence: Sentence
    bindings: tuple[Binding, ...]
    periods: tuple[PeriodMention, ...]
    places: tuple[PlaceMention, ...]
    cues: tuple[StatusCue, ...]


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


@dataclass(frozen=True, slots=True)
class MainPlace:
    """The place that a document is about: a province by name, the country, or neither."""

    province: str | None
    is_country: bool
    rule_id: str


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


class StatusFinder:
    """Finds status cues on folded text."""

    def __init__(self, rules: RuleSet) -> None:
        self._cues = [(cue, cue_pattern(cue)) for cue in rules.status]

    def find(self, folded: str, start: int, end: int) -> tuple[StatusCue, ...]:
        """Gives the cues between two offsets in order; of overlapping ones the longer."""
        found: list[StatusCue] = []
        for cue, pattern in self._cues:
            found.extend(
                StatusCue(
                    Span(match.start(), match.end()),
                    Status(cue.value),
                    cue.rule_id,
                    match[0].startswith("hiện"),
                )
                for match in pattern.finditer(folded, start, end)
            )
        found.sort(key=lambda item: (item.span.start, -item.span.end))
        kept: list[StatusCue] = []
        for item in found:
            if kept and item.span.start < kept[-1].span.end:
                continue
            kept.append(item)
        return tuple(kept)


class ContextResolver:
    """Gives the numbers of a document their period, place and status. Made once per rule set."""

    def __init__(self, rules: RuleSet, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._home = re.compile(words_pattern(rules.word_forms("place.home_cues")))
        self._national_source = re.compile(
            r"(?:^|[.,;\"]\s*)(?:theo|số liệu|thống kê|báo cáo)[^,;:.]{0,60}"
            + words_pattern(rules.word_forms("place.national_agencies"))
        )

    # -- the document's own place ---------------------------------------------------------------

    def main_place(self, folded: str, analyses: Sequence[SentenceAnalysis], given: str | None) -> MainPlace:
        """Gives the place that a document is about, from its title, first sentences and frequency."""
        if given is not None:
            name = self._gazetteer.province_named(given)
            if name is not None:
                return MainPlace(name, False, "place.metadata")
            if given in (COUNTRY_CODE, COUNTRY_NAME):
                return MainPlace(None, True, "place.metadata")
        weights: dict[str, float] = defaultdict(float)
        country = foreign = 0.0
        for number, analysis in enumerate(analyses):
            weight = TITLE_WEIGHT if number == 0 else LEAD_WEIGHT if number < LEAD_SENTENCES else BODY_WEIGHT
            for place in analysis.places:
                if place.level is PlaceLevel.COUNTRY:
                    country += weight
                elif place.level is PlaceLevel.FOREIGN:
                    foreign += weight
                elif len(place.provinces) == 1:
                    factor = 1.0 if place.level is PlaceLevel.PROVINCE else DISTRICT_WEIGHT
                    weights[place.provinces[0]] += weight * factor
        total = sum(weights.values())
        titled = {name for place in analyses[0].places for name in place.provinces} if analyses else set()
        if len(titled) == 1 and max(weights.values(), default=0.0) == weights.get(min(titled)):
            return MainPlace(min(titled), False, "place.title")
        if total:
            name = max(sorted(weights), key=lambda key: weights[key])
            others = [weight for key, weight in weights.items() if key != name]
            if (
                weights[name] > max(others, default=0.0)
                and weights[name] >= MAIN_SHARE * total
                and weights[name] >= LEAD_WEIGHT
                and weights[name] >= foreign
            ):
                return MainPlace(name, False, "place.document")
        if country and country >= foreign:
            return MainPlace(None, True, "place.document_country")
        if not foreign and len(analyses) >= MIN_ARTICLE_SENTENCES and self._home.search(folded):
            return MainPlace(None, True, "place.home_cues")
        return MainPlace(None, False, "place.none")

    # -- all numbers ------------------------------------------------------------------------------

    def resolve(
        self,
        text: str,
        folded: str,
        analyses: Sequence[SentenceAnalysis],
        published: Period | None,
        main: MainPlace,
        on: dt.date | None,
    ) -> list[Resolved]:
        """Gives every binding of the document its period, place and status, in order."""
        carried = _Carried()
        resolved: list[Resolved] = []
        for analysis in analyses:
            sentence = analysis.sentence
            if sentence.paragraph != carried.paragraph and not (carried.opener and sentence.is_bullet):
                carried = carried.next_paragraph(sentence.paragraph)
            carried.paragraph = sentence.paragraph
            for position, binding in enumerate(analysis.bindings):
                following = (
                    analysis.bindings[position + 1].quantity.span.start
                    if position + 1 < len(analysis.bindings)
                    else sentence.span.end
                )
                resolved.append(
                    self._resolve_one(
                        text, folded, analysis, binding, following, published, main, on, carried, resolved
                    )
                )
            self._carry(folded, analysis, carried, published)
        return resolved

    def _carry(
        self, folded: str, analysis: SentenceAnalysis, carried: _Carried, published: Period | None
    ) -> None:
        last = [
            mention
            for mention in analysis.periods
            if mention.role in (PeriodRole.VALUE, PeriodRole.GOAL)
            or (mention.role is PeriodRole.NOW and analysis.bindings and _opens(folded, analysis, mention))
        ]
        if last:
            mention = last[-1]
            dated = mention.role is not PeriodRole.NOW and mention.period is not None
            is_day = mention.period is not None and mention.period.grain is Grain.DAY
            if mention.role is PeriodRole.NOW:
                carried.has_period, carried.period, carried.is_firm = False, None, False
            elif dated and (analysis.bindings or not is_day):
                # A day without a number is that of an event; a year or quarter sets the time.
                carried.has_period, carried.period = True, mention.period
                carried.is_goal = mention.role is PeriodRole.GOAL
                carried.is_firm = bool(analysis.bindings)
            carried.age = 0
        elif analysis.bindings:
            carried.age = 0
        if analysis.cues:
            carried.status = analysis.cues[-1].status
            carried.has_status = True
        start, end = analysis.sentence.span.start, analysis.sentence.span.end
        named = [
            place
            for place in analysis.places
            if place.level is not PlaceLevel.REGION and self._holds(folded, start, place, is_rank=False)
        ]
        if named:
            carried.place = named[0]
        local = any(place.provinces for place in named)
        carried.national = not local and (
            carried.national or self._national_source.search(folded, start, end) is not None
        )
        carried.opener = folded[analysis.sentence.span.end - 1] == ":" or (
            carried.opener and analysis.sentence.is_bullet
        )

    def _resolve_one(
        self,
        text: str,
        folded: str,
        analysis: SentenceAnalysis,
        binding: Binding,
        following: int,
        published: Period | None,
        main: MainPlace,
        on: dt.date | None,
        carried: _Carried,
        earlier: Sequence[Resolved],
    ) -> Resolved:
        quantity = binding.quantity
        mention = _own_period(folded, analysis, quantity.span, following)
        rules: list[str] = []
        period: Period | None
        if mention is not None:
            rules.append(mention.rule_id)
            if mention.role is PeriodRole.NOW:
                period, source = published, Source.DOCUMENT if published else Source.NONE
            else:
                period, source = mention.period, Source.SENTENCE if mention.period else Source.NONE
        elif carried.has_period and not (carried.age and _is_stock(folded, analysis)):
            period, source = carried.period, Source.CONTEXT
            rules.append("period.carried")
        else:
            period, source = published, Source.DOCUMENT if published else Source.NONE
            rules.append("period.document")
        status, status_rules = self._status(analysis, binding, mention, carried, published, period)
        rules.extend(status_rules)
        baseline = None
        if quantity.change is not Change.NONE:
            baseline = _baseline(analysis, quantity.span, following)
        place, place_text, place_source, place_rule = self._place(
            text, folded, analysis, binding, following, main, on, carried
        )
        rules.append(place_rule)
        return Resolved(
            analysis.sentence,
            binding,
            status,
            period,
            source,
            baseline,
            place,
            place_text,
            place_source,
            tuple(rules),
        )

    # -- status -----------------------------------------------------------------------------------

    def _status(
        self,
        analysis: SentenceAnalysis,
        binding: Binding,
        mention: PeriodMention | None,
        carried: _Carried,
        published: Period | None,
        period: Period | None,
    ) -> tuple[Status, list[str]]:
        quantity = binding.quantity
        before = [cue for cue in analysis.cues if cue.span.end <= quantity.span.start + 1]
        if mention is not None and mention.role is PeriodRole.GOAL:
            return Status.TARGET, ["status.goal_year"]
        if (
            mention is not None
            and mention.role is PeriodRole.VALUE
            and period is not None
            and published is not None
            and period.start > published.end
        ):
            return Status.TARGET, ["status.future_period"]
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
                return Status.ACTUAL, ["status.past_period"]
            return cue.status, [cue.rule_id]
        after = [
            cue
            for cue in analysis.cues
            if cue.rule_id == "status.beaten" and 0 <= cue.span.start - quantity.span.end <= SAME_CLAUSE
        ]
        if after:
            return after[0].status, [after[0].rule_id]
        if carried.has_status and carried.status is Status.TARGET and mention is None:
            return Status.TARGET, ["status.carried"]
        return Status.ACTUAL, []

    # -- places -----------------------------------------------------------------------------------

    def _place(
        self,
        text: str,
        folded: str,
        analysis: SentenceAnalysis,
        binding: Binding,
        following: int,
        main: MainPlace,
        on: dt.date | None,
        carried: _Carried,
    ) -> tuple[ResolvedPlace, str | None, Source, str]:
        start = analysis.sentence.span.start
        quantity = binding.quantity
        usable = [
            place for place in analysis.places if self._holds(folded, start, place, is_rank=quantity.is_rank)
        ]
        name = binding.name
        paired = [place for place in usable if name is not None and name.contains(place.span)]
        chosen = paired[0] if paired else _own_place(folded, start, usable, quantity.span, following)
        if chosen is not None:
            place, place_text = self._resolve_mention(text, chosen, usable, main, on)
            return place, place_text, Source.SENTENCE, chosen.rule_id
        if self._national_source.search(folded, start, analysis.sentence.span.end):
            return _country(), COUNTRY_NAME, Source.SENTENCE, "place.national_source"
        if carried.national:
            return _country(), COUNTRY_NAME, Source.CONTEXT, "place.national_source"
        if carried.place is not None:
            place, place_text = self._resolve_mention(text, carried.place, (carried.place,), main, on)
            return place, place_text, Source.CONTEXT, "place.carried"
        if main.province is not None:
            resolved = self._gazetteer.resolve_province(main.province, on)
            return resolved, resolved.name, Source.DOCUMENT, main.rule_id
        if main.is_country:
            return _country(), COUNTRY_NAME, Source.DOCUMENT, main.rule_id
        return ResolvedPlace(None, None, None, None), None, Source.NONE, main.rule_id

    def _holds(self, folded: str, start: int, place: PlaceMention, *, is_rank: bool) -> bool:
        """Asks whether a number can hold for the place, which is not only compared with or ranked in."""
        if place.level is not PlaceLevel.COUNTRY:
            return True
        if is_rank:
            return False
        before = folded[max(start, place.span.start - 30) : place.span.start]
        return not _COMPARISON.search(before)

    def _resolve_mention(
        self,
        text: str,
        mention: PlaceMention,
        others: Sequence[PlaceMention],
        main: MainPlace,
        on: dt.date | None,
    ) -> tuple[ResolvedPlace, str]:
        written = text[mention.span.start : mention.span.end]
        if mention.level is PlaceLevel.COUNTRY:
            return _country(), written
        if mention.level is PlaceLevel.REGION:
            return ResolvedPlace(None, None, None, PlaceLevel.REGION), written
        if mention.level is PlaceLevel.FOREIGN:
            return ResolvedPlace(None, None, None, None), written
        names = mention.provinces
        name: str | None = names[0] if len(names) == 1 else None
        if name is None:
            near = [
                other
                for other in others
                if other.level is PlaceLevel.PROVINCE and other.provinces[0] in names
            ]
            name = near[0].provinces[0] if near else main.province if main.province in names else None
        if name is None:
            return ResolvedPlace(None, None, None, mention.level), written
        resolved = self._gazetteer.resolve_province(name, on)
        if mention.level is PlaceLevel.PROVINCE:
            return resolved, written
        return replace(resolved, level=mention.level), f"{mention.name}, {resolved.name}"


def _opens(folded: str, analysis: SentenceAnalysis, mention: PeriodMention) -> bool:
    """Asks whether a word for now holds for all that follows: `đến nay`, or `hiện` at the beginning."""
    words = folded[mention.span.start : mention.span.end]
    is_plain = words.startswith("hiện") and not words.endswith(("nay", "tại"))
    return not is_plain or mention.span.start - analysis.sentence.span.start <= OPENING


def _is_stock(folded: str, analysis: SentenceAnalysis) -> bool:
    """Asks whether a sentence says what a place has at the time of writing: `Toàn tỉnh có 9 tổ`."""
    lead = analysis.bindings[0].quantity.lead
    return _STOCK.search(folded[analysis.sentence.span.start : lead]) is not None


def _country() -> ResolvedPlace:
    return ResolvedPlace(COUNTRY_CODE, COUNTRY_NAME, COUNTRY_CODE, PlaceLevel.COUNTRY)


def _own_period(folded: str, analysis: SentenceAnalysis, span: Span, following: int) -> PeriodMention | None:
    """Chooses the period of the sentence that holds for a number, or None.

    A period right behind the number wins (`30% vào năm 2025`); else the nearest before it; else one
    behind it in the same clause. What a change is compared with holds only for a number in brackets
    after it: `so với năm 2020 (xếp thứ 25/63)`.
    """
    usable = [m for m in analysis.periods if m.role in (PeriodRole.VALUE, PeriodRole.GOAL, PeriodRole.NOW)]
    for mention in analysis.periods:
        if mention.role is PeriodRole.BASELINE and 0 <= span.start - mention.span.end <= 20:
            between = folded[mention.span.end : span.start]
            if between.lstrip().startswith("("):
                return mention
    left = [m for m in usable if m.span.end <= span.start]
    right = [m for m in usable if span.end <= m.span.start < following]
    if right:
        gap = folded[span.end : right[0].span.start]
        clear = not re.search(r"[,;()]", gap) and not _PLANNED.search(gap)
        if clear and len(gap) <= NEAR:
            return right[0]
        if not left and len(gap) <= SAME_CLAUSE and not re.search(r"[;]", gap):
            return right[0]
        if (
            clear
            and left
            and left[-1].role is PeriodRole.NOW
            and right[0].role is not PeriodRole.NOW
            and len(gap) <= SAME_CLAUSE
        ):
            return right[0]
    return left[-1] if left else None


def _baseline(analysis: SentenceAnalysis, span: Span, following: int) -> Period | None:
    for mention in analysis.periods:
        if mention.role is PeriodRole.BASELINE and span.end <= mention.span.start < following:
            return mention.period
    return None


def _own_place(
    folded: str, start: int, places: Sequence[PlaceMention], span: Span, following: int
) -> PlaceMention | None:
    """Chooses the place of the sentence that holds for a number, or None."""
    left = [place for place in places if place.span.end <= span.start]
    right = [place for place in places if span.end <= place.span.start < following]
    if left and re.fullmatch(r"\s*[(:]\s*(?:\w+\s+)?", folded[left[-1].span.end : span.start]):
        return left[-1]
    if right:
        gap = folded[span.end : right[0].span.start]
        linked = _PLACE_LINK.search(gap) is not None
        if not re.search(r"[;()]", gap) and linked and (not left or len(gap) <= SAME_CLAUSE):
            return _narrowest(right, folded)
        if not left and linked:
            return _narrowest(right, folded)
    if left:
        return _narrowest_before(left, folded)
    return None


def _narrowest(places: Sequence[PlaceMention], folded: str) -> PlaceMention:
    """Gives the first of `xã X, huyện Y, tỉnh Z`: the narrowest comes first."""
    return places[0]


def _narrowest_before(places: Sequence[PlaceMention], folded: str) -> PlaceMention:
    """Gives the first of the run of places, parted by commas, that ends nearest before the number."""
    chosen = places[-1]
    for place in reversed(places[:-1]):
        gap = folded[place.span.end : chosen.span.start]
        if (
            chosen.level is PlaceLevel.PROVINCE
            and place.level is PlaceLevel.DISTRICT
            and re.fullmatch(r"\s*[,(-]?\s*(?:tỉnh|thành phố|tp\.?)?\s*", gap)
        ):
            chosen = place
        else:
            break
    return chosen
