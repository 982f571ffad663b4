"""Dates and periods: folded text in, calendar periods with roles out.

Knows the ways in which Vietnamese news writes a date, full, partial or relative to the document's own
date. Which number a period belongs to is decided in `period_choice.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from extract.calendar_periods import Clock, year_period
from extract.models import Grain, Period, Span
from extract.period_forms import compile_form
from extract.period_readers import baseline_of
from extract.prefilter import LiteralScanner, PatternTable
from extract.rules import RuleSet, words_pattern

# A date so near the beginning of a sentence sets the time for the sentences after it.
OPENING = 12
# The same months of another year: always what something is compared with.
SAME_PERIOD = "period.same_period"
# Four digits without the word for year, often of a name.
BARE_YEAR = "period.bare_year"
# A month or day with its year; `Quyết định số 1351/QĐ-UBND ngày 5/3/2021` dates a document.
_WRITTEN_OUT = re.compile(
    r"(?<![0-9/])(?:[0-9]{1,2}[/.-])?[0-9]{1,2}(?:[/.-]|\s+năm\s+)(?P<year>20[0-9]{2})(?![0-9/\-])"
)
# The months or quarter of a report with their year: `2 tháng đầu năm 2026`, `quý I/2026`.
_REPORT_OF = re.compile(
    r"(?<!\w)(?:\w+\s+tháng(?:\s+(?:đầu|cuối))?(?:\s+của)?\s+(?:năm\s+)?|nửa\s+(?:đầu|cuối)\s+năm\s+"
    r"|quí\s+(?:[1-4]|i{1,3}|iv)\s*(?:/|năm\s+|của\s+năm\s+))(?P<year>20[0-9]{2})(?![0-9])"
)
_DOCUMENT_NUMBER = re.compile(r"(?<!\w)số\s+[0-9]|[0-9]/(?:[0-9]{4}/)?(?:qđ|nq|ct|kh|tt|nđ|qh|tb)")
DOCUMENT_WINDOW = 60
# `theo giá so sánh 2010`: the year of the prices.
_PRICES_OF = re.compile(r"(?<!\w)giá\s+(?:so sánh|cố định)\s+(?:năm\s+)?$")
# `Nghị quyết đặt ra chỉ tiêu đến 2025`: the date is that of the goal, not of the document.
_SETS_GOAL = re.compile(
    r"(?<!\w)(?:chỉ tiêu|mục tiêu|phấn đấu)(?:\s+(?:là|cụ thể|trong|của|cho|đến|tới))?\s*$"
)
# Months on end are compared with those of the year before: `so với 4 tháng đầu năm 2017`.
_SAME_PERIOD_OF = re.compile(
    r"(?<!\w)(?:cùng kì\s+(?:của\s+)?(?:năm\s+)?|so(?:\s+với)?\s+\w+\s+tháng\s+đầu\s+(?:năm\s+)?)"
    r"((?:19|20)[0-9]{2})(?![0-9])"
)

# `từ` may stand before the first date or belong to it.
_FROM = re.compile(r"(?<!\w)từ(?:\s+(?:cuối|đầu|giữa|ngày|khoảng))*(?:\s+\S{0,3})?$")
_TO = re.compile(r"\s*(?:đến|tới|-)\s*(?:hết\s+|cuối\s+|đầu\s+|giữa\s+|nay\s+)*")


class PeriodRole(StrEnum):
    """What a period in a sentence is for."""

    VALUE = "value"
    GOAL = "goal"
    BASELINE = "baseline"
    DOCUMENT = "document"
    NOW = "now"


@dataclass(frozen=True, slots=True)
class PeriodMention:
    """A period in the text. `period` is None when no year can be known: it still is no number."""

    span: Span
    period: Period | None
    role: PeriodRole
    rule_id: str
    carries: bool = True


def dated_spans(mentions: Iterable[PeriodMention]) -> list[Span]:
    """Gives the spans of the mentions that write a date out, where a number is a date's and no quantity's."""
    return [mention.span for mention in mentions if mention.role is not PeriodRole.NOW]


def implied_year(folded: str) -> Period | None:
    """Gives the year that an undated text is of, else None.

    The one after that of `so với cùng kỳ năm 2023`, else that of most dates that it writes out
    (`trong tháng 11/2023`), those of documents aside, or of its months on end; of as many the earlier.
    """
    years = [int(match[1]) for match in _SAME_PERIOD_OF.finditer(folded)]
    if years:
        return year_period(max(years) + 1)
    dated = [
        int(match["year"])
        for match in _WRITTEN_OUT.finditer(folded)
        if not _DOCUMENT_NUMBER.search(folded, max(0, match.start() - DOCUMENT_WINDOW), match.start())
    ]
    if not dated:
        dated = [int(match["year"]) for match in _REPORT_OF.finditer(folded)]
    # A deadline (`trước 31/12/2030`) is written once, the time of the report again and again.
    return year_period(max(dated, key=lambda year: (dated.count(year), -year))) if dated else None


class PeriodFinder:
    """Finds periods on folded text. Made once per rule set: it takes its cue words from there."""

    def __init__(self, rules: RuleSet, scanner: LiteralScanner | None = None) -> None:
        forms = enumerate(compile_form(rule) for rule in rules.periods)
        self._forms = PatternTable(((item, item[1].pattern.pattern) for item in forms), scanner)
        self._baseline = re.compile(
            words_pattern(rules.word_forms("period.baseline_cues")) + r"[^,;:()0-9]{0,25}\(?$"
        )
        self._document = re.compile(
            words_pattern(rules.word_forms("period.document_nouns")) + r"[^,;:.()]{0,90}(?:[,(]\s*)?$"
        )
        # `gấp đôi năm 2015`, `bằng 105% năm 2022`, `cao hơn năm 2021`: compared without `so với`.
        self._compared = re.compile(
            r"(?<!\w)(?:gấp\s+(?:đôi|rưỡi|ba|bốn|[0-9.,]+(?:\s*lần)?)|bằng\s+[0-9.,]+\s?%|"
            r"(?:cao|thấp|nhiều|ít|lớn|nhỏ|nhanh|chậm)\s+hơn)\s+(?:của\s+)?(?:giai đoạn\s+)?$"
        )
        # `thấp nhất trong 10 năm qua`: the window of a record, not the time of the number.
        self._superlative = re.compile(
            r"(?<!\w)(?<!chậm )(?<!muộn )(?<!sớm )(?<!ít )nhất"
            r"\s+(?:(?:là\s+)?(?:trong|kể|tính)\s+)?(?:vòng\s+)?$"
        )
        # `tàu do Đức sản xuất năm 1978 đã mất tích`: the year belongs to the thing.
        self._made = re.compile(
            r"(?<!\w)do\s+(?:\w+\s+){1,4}(?:sản xuất|chế tạo|đóng|xây dựng|xây)\s+(?:(?:từ|vào|trong)\s+)?$"
        )
        # `đạt 53% dự toán năm 2020`: the year is that of the plan, not of the number.
        self._plan_year = re.compile(
            r"[0-9]\s?%[^,;.()]{0,40}(?<!\w)(?:dự toán|kế hoạch|chỉ tiêu|mục tiêu)[^,;.()0-9]{0,20}$"
        )
        self._occasion = re.compile(
            words_pattern(rules.word_forms("period.occasions"))
            + r"(?:\s+(?:vào|từ|trong|hồi|ngày|tháng|năm|đầu|giữa|cuối))*\s*$"
        )
        self._vision = re.compile(words_pattern(rules.word_forms("period.vision_cues")) + r"\s+(?:đến\s+)?$")
        self._goal = re.compile(r"(?<!\w)(?<!tính )(?:đến|tới|vào|trước|trong)\s+(?:hết\s+|cuối\s+|đầu\s+)?$")
        self._goal_without_reference = re.compile(r"(?<!\w)(?<!tính )(?:đến|tới|trước)\s+$")

    def find(self, folded: str, start: int, end: int, reference: Period | None) -> list[PeriodMention]:
        """Gives the periods between two offsets in order, none overlapping another."""
        if end - start < self._forms.shortest:
            return []
        forms = self._forms.possible_in(folded, start, end)
        if not forms:
            return []
        clock = Clock(reference)
        found: list[tuple[int, int, int, PeriodMention]] = []
        for order, form in forms:
            for match in form.find(folded, start, end):
                role = PeriodRole.NOW if form.rule.read == "now" else PeriodRole.VALUE
                span, period = Span(match.start(), match.end()), form.read(match, clock)
                carries = form.rule.carries
                if carries == "opening":
                    carries = span.start - start <= OPENING
                mention = PeriodMention(span, period, role, form.rule.id, carries)
                found.append((match.start(), -match.end(), order, mention))
        found.sort(key=lambda item: item[:3])
        kept: list[PeriodMention] = []
        for _, _, _, mention in found:
            if kept and mention.span.start < kept[-1].span.end:
                continue
            kept.append(self._with_role(folded, start, mention, reference))
        return list(_against(_joined(folded, start, kept)))

    def _with_role(
        self, folded: str, start: int, mention: PeriodMention, reference: Period | None
    ) -> PeriodMention:
        if mention.role is PeriodRole.NOW:
            return mention
        before = folded[max(start, mention.span.start - 120) : mention.span.start]
        role = PeriodRole.VALUE
        if (
            mention.rule_id == SAME_PERIOD
            or self._superlative.search(before)
            or self._compared.search(before)
        ):
            role = PeriodRole.BASELINE
        elif (
            folded.startswith("nhiệm kì", mention.span.start)
            or self._plan_year.search(before)
            or _PRICES_OF.search(before)
            or self._made.search(before)
            or self._occasion.search(before)
        ):
            role = PeriodRole.DOCUMENT
        elif self._baseline.search(before):
            role = PeriodRole.BASELINE
        elif self._vision.search(before) or (self._document.search(before) and not _SETS_GOAL.search(before)):
            role = PeriodRole.DOCUMENT
        elif mention.period is not None:
            if reference is None:
                is_goal = mention.period.grain is Grain.YEAR and self._goal_without_reference.search(before)
            else:
                is_ahead = mention.period.start > reference.end and self._goal.search(before)
                # `đến năm 2025` in 2025 is a goal still; `trong năm 2025` then is the running year.
                is_running = mention.period.end > reference.end and mention.period.grain is Grain.YEAR
                is_goal = is_ahead or (is_running and self._goal_without_reference.search(before))
            role = PeriodRole.GOAL if is_goal else PeriodRole.VALUE
        return replace(mention, role=role)


def _joined(folded: str, start: int, mentions: Sequence[PeriodMention]) -> Iterator[PeriodMention]:
    """Makes one range of two dates: `từ tháng 10/2019 đến cuối năm 2020`, `từ quý I đến quý III/2023`."""
    held: PeriodMention | None = None
    for mention in mentions:
        joint = _from_to(folded, start, held, mention) if held is not None else None
        if joint is not None:
            held = joint
            continue
        if held is not None:
            yield held
        held = mention
    if held is not None:
        yield held


def _from_to(folded: str, start: int, first: PeriodMention, second: PeriodMention) -> PeriodMention | None:
    gap = folded[first.span.end : second.span.start]
    if not _TO.fullmatch(gap) or first.period is None or second.period is None:
        return None
    opened = folded[max(start, first.span.start - 12) : first.span.start + 3]
    # `hỗ trợ theo Đề án 1956 từ năm 2010 đến 9 tháng đầu năm 2018`: no document is named after months.
    is_report = first.role is PeriodRole.DOCUMENT and second.period.grain is not Grain.YEAR
    if (
        not _FROM.search(opened)
        or not (first.role is PeriodRole.VALUE or is_report)
        or first.period.start >= second.period.end
    ):
        return None
    period = Period(first.period.start, second.period.end, Grain.RANGE)
    role = PeriodRole.VALUE if is_report else second.role
    span = Span(first.span.start, second.span.end)
    return replace(second, span=span, period=period, role=role, rule_id="period.from_to")


def _against(mentions: Iterable[PeriodMention]) -> Iterator[PeriodMention]:
    """Reads `so với quý trước`, `so với cùng kỳ` against the period that stands before in the sentence."""
    before: Period | None = None
    for mention in mentions:
        if mention.role is PeriodRole.VALUE:
            before = mention.period
        elif mention.role is PeriodRole.BASELINE and before is not None and mention.period is not None:
            earlier = baseline_of(before, mention.rule_id, mention.period)
            mention = replace(mention, period=earlier or mention.period)
        yield mention
