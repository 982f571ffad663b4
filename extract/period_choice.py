"""Which period of its sentence a number holds for, and which periods outlive their sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.analysis import SentenceAnalysis
from extract.models import Grain, Span
from extract.periods import PeriodMention, PeriodRole
from extract.rules import RuleSet, words_pattern
from extract.text import LIST_MARK

# So many characters between a number and a date behind it still tie the two.
NEAR = 14
SAME_CLAUSE = 70
NEAR_BRACKET = 30
# The day of a report stands so near the beginning of its sentence.
OPENING = 20
# `trong năm ngày nghỉ lễ` stands so near before the days.
NEAR_DAYS = 24
_OVER_DAYS = re.compile(r"(?<!\w)(?:trong|suốt|từ)\s(?!dịp)")
# `tính đến hết` stands so near before a date, or begins it.
AS_OF = 12
_COUNTED_TO = re.compile(r"(?<!\w)tính (?:đến|tới)\s")
_AS_OF = re.compile(r"(?<!\w)(?:đến|tới|hết)\s")

# `giảm 200 tỷ so với kế hoạch năm 2020`: a plan between a number and the year behind it parts them.
_PLANNED = re.compile(r"(?<!\w)(?:dự toán|kế hoạch|chỉ tiêu|mục tiêu|phấn đấu|dự kiến)(?!\w)")
# `so với cùng kỳ năm 2023 (đạt 100% kế hoạch năm 2024)`: a share of the plan is of now.
_OF_PLAN = re.compile(r"\s*(?:so(?:\s+với)?\s+)?(?:kế hoạch|dự toán|chỉ tiêu|mục tiêu|nghị quyết)(?!\w)")
# `tổng mức đầu tư 850 tỷ đồng, hoàn thành trong năm 2024`: the date is that of the work.
_DONE_BY = re.compile(
    r"(?<!\w)(?:hoàn thành|khởi công|khánh thành|thông xe|đưa vào|đi vào|vận hành|bàn giao|động thổ"
    r"|trong khi)(?!\w)"
)
# `Cùng kỳ năm 2020 là 51.162 lượt`: the old period is the subject, compared with nothing.
_STATED = re.compile(r"\s*(?:là|đạt|chỉ|có)(?!\w)")
_MOMENT = re.compile(r"(?<!\w)thời điểm\s+(?:ngày\s+)?$")
_BRACKETED = re.compile(r"\s*\(\s*(?:(?:vào|tại|tính đến|đến|hồi|thời điểm|đầu|giữa|cuối)\s+)*")
# `đạt 60% và đến năm 2030, tỷ lệ là 80%`: the date is that of what follows.
_OPENS_NEXT = re.compile(r"\s*,?\s*(?:và|còn|nhưng)\s+(?:(?:tính|riêng|trong|từ|vào|sang|tới|hết|đến)\s+)*")
_COMPARED = re.compile(
    r"(?<!\w)(?:so(?:\s+với)?|(?:cao|thấp|nhiều|ít|lớn|nhỏ|tăng|giảm)\s+hơn)(?:\s+\w+){0,2}\s*$"
)
# A day after one of these is that of all that follows: `phiên 29/4`, `trong ngày 1/5`.
_DAY_OF_REPORT = re.compile(
    r"(?:(?<!\w)(?:phiên(?: giao dịch)?|trong|cả|tính từ|(?:tính|cập nhật|lũy kế|thống kê)\s+đến"
    r"|(?:đến|tới)\s+(?:khoảng\s+)?[0-9]{1,2}\s?(?:h|giờ)[0-9]{0,2})|(?:^|[.:\n]\s*)đến)"
    r"(?:\s+(?:khoảng\s+)?[0-9]{1,2}\s?(?:h|giờ)[0-9]{0,2})?"
    r"(?:\s+(?:sáng|trưa|chiều|tối|đêm)(?:\s+nay)?)?\s*(?:ngày\s*)?(?:hôm\s*)?\(?\s*$"
)
# `đến ngày 16/4 thì sập`: an event, not the day of a report.
_HAPPENED = re.compile(r"\)?\s*,?\s*(?:thì|mới)(?!\w)")
# Somebody tells what follows on the day that stands before.
_REPORTS = re.compile(r"(?<!\w)(?:cho biết|cho hay|thông tin|xác nhận|báo cáo|thông báo|trao đổi|nói)(?!\w)")
_DATE_LINK = re.compile(LIST_MARK + r"(?:năm\s+|đến\s+)*")
_STOCK = re.compile(
    r"(?:^|[.;,]\s*)(?:toàn tỉnh|cả tỉnh|toàn thành phố|toàn huyện|toàn xã|tỉnh|thành phố|huyện|địa phương"
    r"|cả nước)[^.;,]{0,24}(?<!\w)có\s+$"
)


class PeriodChooser:
    """Chooses the period of each number among those of its sentence. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self._flashbacks = re.compile(r"[\W_]*" + words_pattern(rules.word_forms("period.flashbacks")))
        self._told_in_turn = re.compile(words_pattern(rules.word_forms("bind.in_turn")))
        self._singled_out = re.compile(r"[\W_]*" + words_pattern(rules.word_forms("period.singled_out")))
        self._continuers = re.compile(r"[\W_]*" + words_pattern(rules.word_forms("period.continuers")))

    def looks_back(self, folded: str, sentence: Span) -> bool:
        """Asks whether a sentence tells of an earlier time for itself alone: `Trước đó, ...`."""
        return self._flashbacks.match(folded, sentence.start, sentence.end) is not None

    def goes_on(self, folded: str, sentence: Span) -> bool:
        """Asks whether a sentence goes on about the time of the one before: `Trong đó, ...`."""
        return self._continuers.match(folded, sentence.start, sentence.end) is not None

    def is_as_of(self, folded: str, mention: PeriodMention) -> bool:
        """Asks whether a date says up to when: `tính đến hết tháng 6`."""
        before = folded[max(0, mention.span.start - AS_OF) : mention.span.end]
        return _AS_OF.search(before) is not None

    def is_counted_to(self, folded: str, mention: PeriodMention) -> bool:
        """Asks whether a report counts up to a year or month: `tính đến tháng 6/2022`.

        Months are also when something was done: `đến hết tháng 7/2024 đã hỗ trợ`.
        """
        grain = mention.period.grain if mention.period is not None else None
        if grain is Grain.YEAR:
            return self.is_as_of(folded, mention)
        before = folded[max(0, mention.span.start - AS_OF) : mention.span.end]
        return grain is Grain.MONTH and _COUNTED_TO.search(before) is not None

    def spans_days(self, folded: str, mention: PeriodMention) -> bool:
        """Asks whether several days are the time of a report: `trong năm ngày nghỉ lễ (30/4 - 4/5)`."""
        return (
            _OVER_DAYS.search(folded[max(0, mention.span.start - NEAR_DAYS) : mention.span.end]) is not None
        )

    def singles_out(self, folded: str, sentence: Span) -> bool:
        """Asks whether a sentence looks at a part of the time before: `Riêng tháng 6, ...`."""
        return self._singled_out.match(folded, sentence.start, sentence.end) is not None

    def choose(self, folded: str, analysis: SentenceAnalysis) -> list[PeriodMention | None]:
        """Gives for each number of a sentence its period, or None where the sentence states none."""
        spans = [binding.quantity.span for binding in analysis.bindings]
        chosen = [
            self._own_period(folded, analysis, span, end)
            for span, end in zip(spans, analysis.limits, strict=True)
        ]
        for index, mention in self._in_turn(folded, analysis, spans):
            chosen[index] = mention
        return chosen

    def _in_turn(
        self, folded: str, analysis: SentenceAnalysis, spans: Sequence[Span]
    ) -> Iterator[tuple[int, PeriodMention]]:
        """Pairs dates with numbers: `năm 2021 và 2022 lần lượt đạt 5% và 6%`."""
        turn = self._told_in_turn.search(folded, analysis.sentence.span.start, analysis.sentence.span.end)
        if turn is None:
            return
        usable = [m for m in analysis.periods if m.role in (PeriodRole.VALUE, PeriodRole.GOAL)]
        for run in _runs([m.span for m in usable], folded):
            numbers = [index for index, span in enumerate(spans) if span.start > turn.end()]
            if len(run) == len(numbers) and usable[run[-1]].span.end <= spans[numbers[0]].start:
                yield from ((index, usable[place]) for index, place in zip(numbers, run, strict=True))
            before = [index for index, span in enumerate(spans) if span.end <= usable[run[0]].span.start]
            if len(before) >= len(run) and not numbers:
                last = before[-len(run) :]
                yield from ((index, usable[place]) for index, place in zip(last, run, strict=True))

    def _own_period(
        self, folded: str, analysis: SentenceAnalysis, span: Span, following: int
    ) -> PeriodMention | None:
        """Chooses the period of the sentence that holds for a number, or None.

        A period right behind the number wins (`30% vào năm 2025`); else the nearest before it; else one
        behind it in the same clause. What a change is compared with holds only for a number in brackets
        after it: `so với năm 2020 (xếp thứ 25/63)`.
        """
        mention = _nearest(folded, analysis, span, following)
        if mention is None or mention.role is not PeriodRole.NOW:
            return mention
        # `Tối 20/4, ông A cho biết, đến nay đã có 501 ca`: now is the day of the report.
        start = analysis.sentence.span.start
        return next(
            (
                m
                for m in analysis.periods
                if m.role is PeriodRole.VALUE
                and m.period is not None
                and m.period.grain is Grain.DAY
                and m.span.start - start <= OPENING
                and m.span.end <= mention.span.start
                and _REPORTS.search(folded, m.span.end, mention.span.start)
                and not any(m.span.end <= b.quantity.span.start < span.start for b in analysis.bindings)
            ),
            mention,
        )


def _runs(spans: Sequence[Span], folded: str) -> Iterator[list[int]]:
    """Gives the stretches of at least two dates that only commas and `và` part, by index."""
    run = [0] if spans else []
    for index in range(1, len(spans)):
        gap = folded[spans[index - 1].end : spans[index].start]
        if _DATE_LINK.fullmatch(gap):
            run.append(index)
            continue
        if len(run) > 1:
            yield run
        run = [index]
    if len(run) > 1:
        yield run


def _nearest(folded: str, analysis: SentenceAnalysis, span: Span, following: int) -> PeriodMention | None:
    usable = [m for m in analysis.periods if m.role in (PeriodRole.VALUE, PeriodRole.GOAL, PeriodRole.NOW)]
    for mention in analysis.periods:
        if mention.role is PeriodRole.BASELINE and 0 <= span.start - mention.span.end <= 20:
            between = folded[mention.span.end : span.start]
            before = folded[max(0, mention.span.start - 20) : mention.span.start]
            stated = _STATED.match(between) and not _COMPARED.search(before)
            of_plan = _OF_PLAN.match(folded, span.end) is not None
            if (between.lstrip().startswith("(") and not of_plan) or stated:
                return mention
    numbers = [binding.quantity.span for binding in analysis.bindings if binding.quantity.span != span]
    left = [
        m
        for m in usable
        if m.span.end <= span.start
        and not any(_is_bracketed(folded, number, m) for number in numbers)
        and not (
            is_moment(folded, m)
            # `Tại thời điểm 31/12/2023, có 5.000 doanh nghiệp; 300 hợp tác xã`: of all that follows.
            and m.span.start - analysis.sentence.span.start > OPENING
            and ";" in folded[m.span.end : span.start]
        )
    ]
    right = [m for m in usable if span.end <= m.span.start < following]
    if right:
        gap = folded[span.end : right[0].span.start]
        if _OPENS_NEXT.fullmatch(gap):
            return left[-1] if left else None
        if _is_bracketed(folded, span, right[0]):
            # `từ 32,21% (đầu năm 2016) xuống còn 11,56% (cuối năm 2019)`: each with its own date.
            return right[0]
        clear = not re.search(r"[,;()]", gap) and not _PLANNED.search(gap)
        if clear and len(gap) <= NEAR:
            return right[0]
        is_of_work = "," in gap and _DONE_BY.search(gap)
        if not left and len(gap) <= SAME_CLAUSE and not re.search(r"[;(]", gap) and not is_of_work:
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


def is_moment(folded: str, mention: PeriodMention) -> bool:
    """Asks whether a day is that of one count in a report: `tổng đàn lợn tại thời điểm 1/4/2016`."""
    return _MOMENT.search(folded, max(0, mention.span.start - AS_OF), mention.span.start) is not None


def _is_bracketed(folded: str, number: Span, mention: PeriodMention) -> bool:
    """Asks whether a date stands alone in brackets straight behind a number: `11,56% (cuối năm 2019)`."""
    if not 0 < mention.span.start - number.end <= NEAR_BRACKET:
        return False
    opened = _BRACKETED.fullmatch(folded, number.end, mention.span.start) is not None
    return opened and folded[mention.span.end : mention.span.end + 2].lstrip().startswith(")")


def is_stock(folded: str, analysis: SentenceAnalysis) -> bool:
    """Asks whether a sentence says what a place has at the time of writing: `Toàn tỉnh có 9 tổ`."""
    lead = analysis.bindings[0].quantity.lead
    return _STOCK.search(folded[analysis.sentence.span.start : lead]) is not None


def sets_day(folded: str, start: int, mention: PeriodMention) -> bool:
    """Asks whether a day is that of a report or session, and not of one event; `start` is its sentence's."""
    first, last = mention.span.start, mention.span.end
    if folded.startswith("phiên", first):
        return True
    # `trong ngày 1/5`: the word for day may belong to the date.
    digit = next((at for at in range(first, last) if folded[at].isdigit()), first)
    led = _DAY_OF_REPORT.search(folded[max(start, first - 24) : digit])
    return led is not None and _HAPPENED.match(folded, last) is None
