"""When a number holds, over a whole document: the date of its own sentence, or one stated before.

A date stated once holds for the numbers after it. How long depends on what it is: the year or month of a
report outlives its paragraph, the day of an event or a goal's year does not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extract.analysis import SentenceAnalysis
from extract.calendar_periods import in_year, year_period
from extract.models import Grain, Period, Source, Span
from extract.period_choice import PeriodChooser, is_moment, is_stock, sets_day
from extract.period_readers import same_months
from extract.periods import BARE_YEAR, OPENING, SAME_PERIOD, PeriodMention, PeriodRole

# A date stated once holds for later paragraphs until so many pass without a number.
MAX_PERIOD_AGE = 4
# A stretch of at most so many days is an event like a day, not the time of a report.
EVENT_DAYS = 10
# Until this month texts report on the year before.
MAX_REPORT_MONTH = 3
# A date outlives its paragraph only when it ended no longer before the text.
MAX_PAST_DAYS = 400
# What is told against the same months is of a report that ended no longer before the text.
MAX_REPORT_DAYS = 100
# A report covers more than a month.
MONTH_DAYS = 31
# The title and the paragraph that tells what all is about.
LEAD = 1
# A line without a stop is a title only when it is no longer.
MAX_TITLE = 80
_PART = re.compile(r"\W*trong (?:đó|số (?:này|đó|ấy))(?!\w)")
_SAME_MONTHS = "cùng kì"
_SO_FAR = frozenset({"period.since", "period.since_beginning"})

Resolution = tuple[Period | None, Source, str]


@dataclass(slots=True)
class PeriodContext:
    """What earlier sentences of a document say of the time of later ones. Lives for one document."""

    published: Period | None
    period: Period | None = None
    has_period: bool = False
    is_goal: bool = False
    # A number of its own sentence held for the period, or of a year one of a later sentence: only then does
    # it outlive the paragraph.
    is_firm: bool = False
    # It is a year up to whose end is counted: `tính đến hết năm 2018`.
    is_as_of: bool = False
    # How many paragraphs ago the period was stated or last held for a number.
    age: int = 0
    # What held before a look back (`Trước đó, ...`), which lasts for its paragraph only.
    resumed: Period | None = None
    # The last date of the sentence before, for one that goes on about it (`Theo đó, ...`).
    latest: PeriodMention | None = None
    # What the last number of the sentence before holds for, and the number before in this one.
    told: Period | None = None
    telling: Period | None = None
    # The time of the report before a sentence of now, for what is told against the year before.
    reported: Period | None = None

    def next_paragraph(self) -> None:
        """Forgets what does not outlive a paragraph."""
        self.told = self.telling = None
        if self.resumed is not None:
            self.period, self.has_period, self.is_firm, self.is_goal = self.resumed, True, True, False
            self.resumed = None
        keeps = self.is_firm and not self.is_goal and self.age < MAX_PERIOD_AGE
        if not keeps:
            self.period, self.has_period = None, False
        self.is_firm, self.is_goal = keeps, False
        self.age += 1

    def open_sentence(self, folded: str, analysis: SentenceAnalysis, chooser: PeriodChooser) -> None:
        """Takes up the date of the sentence before where this one goes on about it."""
        latest = self.latest
        if latest is None or not chooser.goes_on(folded, analysis.sentence.span):
            return
        if self.has_period and latest.period == self.period:
            return
        if latest.role in (PeriodRole.VALUE, PeriodRole.GOAL) and latest.period is not None:
            self.has_period, self.period = True, latest.period
            self.is_goal = latest.role is PeriodRole.GOAL
            self.is_firm = False
            self.age = 0

    def resolve(
        self,
        folded: str,
        analysis: SentenceAnalysis,
        mention: PeriodMention | None,
        *,
        of_edition: bool = False,
    ) -> Resolution:
        """Gives the period that a number holds for, where it was read, and the rule.

        `of_edition`: it is a rank, which holds for the year of its ranking (`hiện xếp thứ 7`). Numbers are
        asked for in order: each leaves its period to the parts told behind it.
        """
        resolution = self._resolve(folded, analysis, mention, of_edition=of_edition)
        span = analysis.sentence.span
        if mention is None and _PART.match(folded, span.start, span.end) and self.told is not None:
            # `..., Hà Tĩnh xếp thứ 25. Trong đó, nhận thức số xếp thứ 1.`: parts are told of one time.
            resolution = (self.told, Source.CONTEXT, "period.carried")
        is_goal = mention is not None and mention.role is PeriodRole.GOAL
        # `đạt 50%, cao hơn năm 2022 (40%). Trong đó, ...`: not what it is compared with.
        if mention is None or mention.role is not PeriodRole.BASELINE:
            self.telling = None if is_goal else resolution[0]
        return resolution

    def _resolve(
        self,
        folded: str,
        analysis: SentenceAnalysis,
        mention: PeriodMention | None,
        *,
        of_edition: bool = False,
    ) -> Resolution:
        is_yearly = self.has_period and not self.is_goal and self._is_year()
        if of_edition and is_yearly and mention is not None and mention.role is PeriodRole.NOW:
            return self.period, Source.CONTEXT, "period.carried"
        own = Source.DOCUMENT if self.published is not None else Source.NONE
        if mention is not None and mention.role is not PeriodRole.NOW:
            period = mention.period
            if mention.rule_id == SAME_PERIOD and period is not None:
                # `cùng kỳ năm 2020 là 51.162 xe`: the months are those of the numbers around.
                around = self.period if self.has_period else self.published
                period = same_months(around, period) if around is not None else period
            if self._is_so_far(mention):
                # `từ đầu năm đến nay` of a text without a date, that told of four months before.
                period = self.period
            return period, Source.SENTENCE if period else Source.NONE, mention.rule_id
        if mention is not None:
            return self.published, own, mention.rule_id
        compared = _year_after(analysis, self.published, of_edition=of_edition)
        if compared is not None and not (self.has_period and _within(self.period, compared)):
            return compared, Source.SENTENCE, "period.after_baseline"
        month = _month_after(analysis, self.period if self.has_period else None, self.published)
        if month is not None:
            return month, Source.SENTENCE, "period.after_baseline"
        is_of_now = self.age > 0 and not self.is_as_of and is_stock(folded, analysis)
        if self.has_period and not is_of_now:
            self.is_firm = self.is_firm or (
                self._is_of_report()
                and not self._is_long_past(self.period)
                and not self.is_goal
                and self.resumed is None
            )
            return self.period, Source.CONTEXT, "period.carried"
        if not self.has_period and self._is_just_reported() and _is_compared(folded, analysis):
            return self.reported, Source.CONTEXT, "period.carried"
        if self.published is None and (year := _year_of_growth(analysis)) is not None:
            return year, Source.SENTENCE, "period.after_baseline"
        return self.published, own, "period.document"

    def _is_year(self) -> bool:
        return self.period is not None and self.period.grain is Grain.YEAR

    def _is_so_far(self, mention: PeriodMention) -> bool:
        """Asks whether `so far this year` ends with the months told before: the text's own day is unknown."""
        so_far, carried = mention.period, self.period
        if so_far is None or carried is None or not self.has_period or self.is_goal:
            return False
        undated = self.published is None or self.published.grain is Grain.YEAR
        began = carried.start == so_far.start and carried.end < so_far.end
        return undated and began and mention.rule_id in _SO_FAR

    def _is_of_report(self) -> bool:
        """Asks whether the period is one that reports are on: months on end or a year."""
        return self.period is not None and _days(self.period) > MONTH_DAYS

    def _is_just_reported(self) -> bool:
        """Asks whether a report came before a sentence of now whose time ended shortly before the text."""
        if self.reported is None or self.published is None:
            return self.reported is not None
        return (self.published.start - self.reported.end).days <= MAX_REPORT_DAYS

    def _is_long_past(self, period: Period | None) -> bool:
        """Asks whether a period ended so long before the text that it holds for no later paragraph.

        Of 33 numbers of annotated news in paragraphs behind such a date, 10 were still of it.
        """
        if period is None or self.published is None:
            return False
        return (self.published.start - period.end).days > MAX_PAST_DAYS

    def _is_aside(
        self, folded: str, analysis: SentenceAnalysis, mention: PeriodMention, chooser: PeriodChooser
    ) -> bool:
        """Asks whether a sentence of another date leaves the time of the report as it is."""
        if _is_last_month(mention.period, self.period) and not chooser.is_as_of(folded, mention):
            # `6 tháng đầu năm ... Tháng 6 tăng 1,5%.`: a look at the last of the months of the report.
            return True
        if is_moment(folded, mention) and _is_part(mention.period, self.period):
            return True
        # `Riêng tuần qua ...`: only this sentence is of it.
        singled_out = chooser.singles_out(folded, analysis.sentence.span)
        return singled_out and _is_part(mention.period, self.period)

    def close_sentence(self, folded: str, analysis: SentenceAnalysis, chooser: PeriodChooser) -> None:
        """Notes what a sentence leaves for those after it."""
        last = [
            mention
            for mention in analysis.periods
            if mention.role in (PeriodRole.VALUE, PeriodRole.GOAL)
            or (mention.role is PeriodRole.NOW and (analysis.bindings or _opens(analysis, mention)))
        ]
        if any(mention.rule_id != BARE_YEAR for mention in last):
            # `6 tháng đầu năm 2023 ... Tuần lễ số 2023`: the year of a name says less than a written date.
            last = [mention for mention in last if mention.rule_id != BARE_YEAR]
        sentence = analysis.sentence
        # A heading, or what ends with a colon, gives its date to all that stands under it.
        is_title = sentence.is_heading and sentence.span.end - sentence.span.start <= MAX_TITLE
        opens = folded[sentence.span.end - 1] == ":" or (is_title and not analysis.bindings)
        self.latest = last[-1] if last else None
        self.told, self.telling = self.telling, None
        if not analysis.bindings:
            # `Năm 2023, tình hình phức tạp. Trong đó, ...`: what is told next is of this sentence.
            self.told = None
        if not last:
            if analysis.bindings:
                self.age = 0
            return
        mention = last[-1]
        if mention.role is PeriodRole.GOAL and not opens and not analysis.states_goal:
            # `Tỉnh vừa có kế hoạch phát triển hạ tầng số đến năm 2030.`: the name of a plan.
            return
        if self.has_period and not self.is_goal and self._is_aside(folded, analysis, mention, chooser):
            self.age = 0
            return
        looks_back = chooser.looks_back(folded, sentence.span)
        if looks_back and self.has_period and self.is_firm and self.resumed is None:
            self.resumed = self.period
        is_event = mention.period is not None and _days(mention.period) <= EVENT_DAYS
        sets = is_event and (
            sets_day(folded, sentence.span.start, mention)
            # `Đợt mưa lớn từ ngày 25 đến 29-10 khiến nhiều nơi bị ngập.`: what follows is of those days.
            or (
                mention.period is not None
                and _days(mention.period) > 1
                and chooser.spans_days(folded, mention)
            )
        )
        is_past = not opens and self._is_long_past(mention.period)
        if (
            mention.role is PeriodRole.NOW
            and self._is_of_report()
            and not (self.is_goal or self._is_long_past(self.period))
        ):
            self.reported = self.period
        if mention.role is PeriodRole.NOW or not (mention.carries or opens):
            self.has_period, self.period, self.is_firm = False, None, False
        elif mention.period is not None and (analysis.bindings or not is_event or sets or opens):
            # A day without a number is that of an event; a year or quarter sets the time.
            was_firm = self.is_firm and self.period == mention.period and not is_event
            self.has_period, self.period, self.reported = True, mention.period, None
            self.is_goal = mention.role is PeriodRole.GOAL
            self.is_as_of = chooser.is_counted_to(folded, mention)
            leads = not is_event and sentence.paragraph <= LEAD and _opens(analysis, mention)
            lasts = not is_event or (_days(mention.period) > 1 and chooser.spans_days(folded, mention))
            self.is_firm = not (looks_back or is_past) and (
                was_firm or sets or opens or leads or (lasts and bool(analysis.bindings))
            )
        elif is_event and _is_later(mention.period, self.period):
            # The story has gone on to another day.
            self.has_period, self.period, self.is_firm = False, None, False
        self.age = 0


def _year_after(analysis: SentenceAnalysis, published: Period | None, *, of_edition: bool) -> Period | None:
    """Gives the year of numbers told against the years before: `tăng 0,14 điểm so với năm 2021` is of 2022.

    A level of today may be compared with any year, so that of a dated text this holds only for rankings,
    and for what is told in the first months of a year of the year before.
    """
    years = [
        mention.period.start.year
        for mention in analysis.periods
        if mention.role is PeriodRole.BASELINE
        and mention.rule_id != SAME_PERIOD
        and mention.period is not None
        and mention.period.grain is Grain.YEAR
    ]
    if not years:
        return None
    year = max(years) + 1
    if published is not None:
        running = published.start.year
        of_last = published.start.month <= MAX_REPORT_MONTH and year == running - 1
        if not of_last and not (of_edition and running - 1 <= year <= running):
            return None
    return year_period(year)


def _year_of_growth(analysis: SentenceAnalysis) -> Period | None:
    """Gives the year after that of `so với cùng kỳ năm 2021` in a text that is not dated."""
    years = [
        mention.period.start.year
        for mention in analysis.periods
        if mention.rule_id == SAME_PERIOD
        and mention.period is not None
        and mention.period.grain is Grain.YEAR
    ]
    return year_period(years[-1] + 1) if years else None


def _month_after(
    analysis: SentenceAnalysis, carried: Period | None, published: Period | None
) -> Period | None:
    """Gives the month of numbers told against that of the year before: `giảm 41% so với tháng 4/2017`.

    It is the last month that the report covers, else that of the text or the one before.
    """
    months = [
        mention.period
        for mention in analysis.periods
        if mention.role is PeriodRole.BASELINE
        and mention.period is not None
        and mention.period.grain is Grain.MONTH
    ]
    if not months:
        return None
    month = in_year(months[-1], months[-1].start.year + 1)
    if carried is not None:
        return month if _is_last_month(month, carried) else None
    if published is None:
        return None
    since = (published.start - month.end).days
    return month if -MONTH_DAYS < since <= MONTH_DAYS else None


def _is_compared(folded: str, analysis: SentenceAnalysis) -> bool:
    """Asks whether a sentence measures growth since the year before: `tăng 1,1% so với cùng kỳ`."""
    span = analysis.sentence.span
    return _SAME_MONTHS in folded[span.start : span.end]


def _within(period: Period | None, year: Period) -> bool:
    return period is not None and year.start <= period.start and period.end <= year.end


def _opens(analysis: SentenceAnalysis, mention: PeriodMention) -> bool:
    return mention.span.start - analysis.sentence.span.start <= OPENING


def _is_last_month(period: Period | None, carried: Period | None) -> bool:
    """Asks whether a month is the last of a longer stretch."""
    return (
        period is not None
        and carried is not None
        and period.grain is Grain.MONTH
        and carried.grain in (Grain.RANGE, Grain.QUARTER, Grain.HALF)
        and carried.start < period.start
        and period.end == carried.end
    )


def _is_part(period: Period | None, carried: Period | None) -> bool:
    if period is None or carried is None:
        return False
    return carried.start <= period.start <= carried.end and _days(period) < _days(carried)


def _is_later(period: Period | None, carried: Period | None) -> bool:
    return period is not None and carried is not None and period.start > carried.end


def own_baseline(
    analysis: SentenceAnalysis, span: Span, following: int, period: Period | None
) -> Period | None:
    """Gives the period that a change is measured against, stated behind it.

    `so với cùng kỳ năm 2021` means the months of the number's own period.
    """
    for mention in analysis.periods:
        if mention.role is PeriodRole.BASELINE and span.end <= mention.span.start < following:
            if mention.rule_id == SAME_PERIOD and mention.period is not None and period is not None:
                return same_months(period, mention.period)
            return mention.period
    return None


def _days(period: Period) -> int:
    return (period.end - period.start).days + 1
