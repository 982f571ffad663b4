"""Which period of its sentence a number holds for, and which periods outlive their sentence."""

from __future__ import annotations

import re

from extract.analysis import SentenceAnalysis
from extract.models import Period, Span
from extract.periods import PeriodMention, PeriodRole

# So many characters between a number and a date behind it still tie the two.
NEAR = 14
SAME_CLAUSE = 70
# A word of time so near the beginning of a sentence sets the time for the sentences after it.
OPENING = 20

# `đạt 53% dự toán năm 2020`: the year is that of the plan, not of the number.
_PLANNED = re.compile(r"(?<!\w)(?:dự toán|kế hoạch|chỉ tiêu|mục tiêu|phấn đấu|dự kiến)(?!\w)")
# `Cùng kỳ năm 2020 là 51.162 lượt`: the old period is the subject, compared with nothing.
_STATED = re.compile(r"\s*(?:là|đạt|chỉ|có)(?!\w)")
_COMPARED = re.compile(r"(?<!\w)so(?:\s+với)?(?:\s+\w+){0,2}\s*$")
# A day after one of these is that of all that follows: `phiên 29/4`, `trong ngày 1/5`.
_DAY_OF_REPORT = re.compile(
    r"(?<!\w)(?:phiên(?: giao dịch)?|trong ngày|cả ngày|tính từ|đến(?:\s+[0-9]{1,2}\s?(?:h|giờ)[0-9]{0,2})?)"
    r"\s*(?:hôm\s*)?\(?\s*$"
)
_STOCK = re.compile(
    r"(?:^|[.;,]\s*)(?:toàn tỉnh|cả tỉnh|toàn thành phố|toàn huyện|toàn xã|tỉnh|thành phố|huyện|địa phương"
    r"|cả nước)[^.;,]{0,24}(?<!\w)có\s+$"
)


def own_period(folded: str, analysis: SentenceAnalysis, span: Span, following: int) -> PeriodMention | None:
    """Chooses the period of the sentence that holds for a number, or None.

    A period right behind the number wins (`30% vào năm 2025`); else the nearest before it; else one
    behind it in the same clause. What a change is compared with holds only for a number in brackets
    after it: `so với năm 2020 (xếp thứ 25/63)`.
    """
    usable = [m for m in analysis.periods if m.role in (PeriodRole.VALUE, PeriodRole.GOAL, PeriodRole.NOW)]
    for mention in analysis.periods:
        if mention.role is PeriodRole.BASELINE and 0 <= span.start - mention.span.end <= 20:
            between = folded[mention.span.end : span.start]
            before = folded[max(0, mention.span.start - 20) : mention.span.start]
            stated = _STATED.match(between) and not _COMPARED.search(before)
            if between.lstrip().startswith("(") or stated:
                return mention
    left = [m for m in usable if m.span.end <= span.start]
    right = [m for m in usable if span.end <= m.span.start < following]
    if right:
        gap = folded[span.end : right[0].span.start]
        clear = not re.search(r"[,;()]", gap) and not _PLANNED.search(gap)
        if clear and len(gap) <= NEAR:
            return right[0]
        if not left and len(gap) <= SAME_CLAUSE and not re.search(r"[;(]", gap):
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


def own_baseline(analysis: SentenceAnalysis, span: Span, following: int) -> Period | None:
    """Gives the period that a change is measured against, stated behind it."""
    for mention in analysis.periods:
        if mention.role is PeriodRole.BASELINE and span.end <= mention.span.start < following:
            return mention.period
    return None


def sets_now(folded: str, analysis: SentenceAnalysis, mention: PeriodMention) -> bool:
    """Asks whether a word for now holds for all that follows: `đến nay`, or `hiện` at the beginning."""
    words = folded[mention.span.start : mention.span.end]
    is_plain = words.startswith("hiện") and not words.endswith(("nay", "tại"))
    return not is_plain or mention.span.start - analysis.sentence.span.start <= OPENING


def is_stock(folded: str, analysis: SentenceAnalysis) -> bool:
    """Asks whether a sentence says what a place has at the time of writing: `Toàn tỉnh có 9 tổ`."""
    lead = analysis.bindings[0].quantity.lead
    return _STOCK.search(folded[analysis.sentence.span.start : lead]) is not None


def sets_day(folded: str, mention: PeriodMention) -> bool:
    """Asks whether a day is that of a report or session, and not of one event."""
    start = mention.span.start
    return (
        folded.startswith("phiên", start)
        or _DAY_OF_REPORT.search(folded[max(0, start - 24) : start]) is not None
    )
