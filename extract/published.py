"""The day on which an article came out, read from the article itself.

In: the document's text and its address. Out: a period and where it was found, or None. A wrong date is
worse than none, since every `hiện nay` of the article is measured from it: where two readings compete,
there is no answer. Dates of documents (`Nghị quyết ... ngày 22/12/2024`) and of events are never taken.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urlsplit

from extract.calendar_periods import day_period
from extract.models import Period, PublishedSource
from extract.text import fold

# A dateline stands among the first lines that hold text; furniture such as `Dòng sự kiện` comes before.
HEAD_LINES = 12
TAIL_LINES = 3
# No dateline seen was longer: author, weekday, date, clock time, time zone, counter of views.
LONGEST_DATELINE = 120
# How far the text is read for `sáng nay (8/10)` and for years: 60,000 characters is ten long articles.
INFERENCE_WINDOW = 60_000
# The web came to Vietnam in November 1997.
FIRST_YEAR, LAST_YEAR = 1997, 2099
# A day without a year belongs to the year of the dates about it when they lie within half a year.
HALF_YEAR_DAYS = 183
# So often a text names the year that it was written in, where nothing else shows which that is.
MENTIONS_OF_THE_PRESENT = 3

_YEAR = r"(?:19|20)[0-9]{2}"
_DATE = re.compile(
    rf"(?<![0-9/.-])(?:ngày\s+)?(?:"
    rf"(?P<day>[0-9]{{1,2}})\s?(?P<mark>[/.-])\s?(?P<month>[0-9]{{1,2}})\s?(?P=mark)\s?(?P<year>{_YEAR})"
    rf"|(?P<iso_year>{_YEAR})-(?P<iso_month>[0-9]{{2}})-(?P<iso_day>[0-9]{{2}})"
    rf"|(?P<word_day>[0-9]{{1,2}})\s+(?:tháng|th)\s?(?P<word_month>[0-9]{{1,2}}),?\s+(?:năm\s+)?(?P<word_year>{_YEAR})"
    rf")(?![0-9/]|[.-][0-9])"
)
_WEEKDAY = re.compile(
    r"(?<!\w)(?:thứ\s+(?P<name>hai|ba|tư|năm|sáu|bẩy|bảy|[2-7])|(?P<sunday>chủ\s+nhật|cn)|t(?P<short>[2-7]))(?!\w)"
)
_WEEKDAYS = {"hai": 0, "ba": 1, "tư": 2, "năm": 3, "sáu": 4, "bẩy": 5, "bảy": 5} | {
    str(number): number - 2 for number in range(2, 8)
}
_CLOCK = re.compile(
    r"(?<![0-9:])(?:[01]?[0-9]|2[0-3])\s?(?:[:h]|giờ)\s?[0-5][0-9](?::[0-5][0-9])?(?:\s?phút|')?"
    r"\s?(?:am|pm|sa|ch)?(?![0-9:])(?!\w)"
)
# Words by which a site says that this is when the article went up. `fold` has already made y into i.
_PUBLISHED_LABEL = re.compile(
    r"(?<!\w)(?:(?:ngày\s+|thời gian\s+|được\s+|bài\s+|tin\s+)*(?:đăng(?:\s+(?:tin|bài|tải))?|xuất\s+bản)"
    r"|published(?:\s+on)?|posted(?:\s+on)?)(?:\s+(?:lúc|ngày|vào))*(?!\w)"
)
_UPDATED_LABEL = re.compile(r"(?<!\w)(?:ngày\s+)?cập\s+nhật(?:\s+(?:lúc|ngày|lần cuối|vào))*(?!\w)")
_FURNITURE = re.compile(
    r"(?<!\w)(?:gmt|utc)\s?(?:[+-]\s?[0-9]{1,2}(?::?[0-9]{2})?)?"
    r"|(?<!\w)(?:lượt xem|lượt đọc|số lượt xem|đã xem|lượt truy cập|views?)\s*:?\s*[0-9.,]*"
    r"|[0-9.,]+\s+(?:lượt xem|lượt đọc|views?)(?!\w)"
    r"|(?<!\w)(?:tác giả|theo|nguồn|người đăng|bởi|by|lúc|ngày|hôm nay)(?!\w)"
    r"|(?<!\w)(?:chia sẻ|in bài|in trang|bình luận|thích|nghe bài|lưu bài|facebook|zalo|twitter|email)(?!\w)"
)
# A title that speaks of a day may carry that day in brackets: `Kỷ niệm ngày thành lập Đảng (3/2/2020)`.
_DAY_OF_THE_TITLE = re.compile(
    r"(?<!\w)(?:ngày|lễ|kỉ niệm|mừng|dịp|quốc khánh|sinh|mất|giỗ|từ|trước|sau|đến|hạn"
    r"|sáng|chiều|tối|năm)(?!\w)"
)
_BRACKETED_AT_END = re.compile(rf"[(\[]\s*({_DATE.pattern})\s*[)\]]\s*$")

_PATH_FOLDERS = re.compile(rf"/({_YEAR})[/-]([01]?[0-9])[/-]([0-3]?[0-9])(?=/|$|-)")
_PATH_STAMP = re.compile(
    rf"(?:^|[-_/])({_YEAR})([01][0-9])([0-3][0-9])(?:[0-2][0-9][0-5][0-9][0-9]{{2,7}})?(?:\.[a-z]{{2,6}})?$"
)

_TODAY = re.compile(
    r"(?<!\w)(?:hôm|sáng|trưa|chiều|tối|đêm|sớm|khuya)\s+nay,?\s*"
    r"(?P<open>\(\s*)?(?P<word>ngày\s+)?(?P<day>[0-9]{1,2})[/-](?P<month>[0-9]{1,2})(?:[/-](?P<year>20[0-9]{2}))?"
    # `hôm nay 1/3 số hộ` is a fraction of the households.
    r"(?![0-9/-]*[0-9])(?!\s+(?:số|tổng|trong|của|lượng|dân|diện)(?!\w))"
)
_YEAR_MENTION = re.compile(
    rf"(?<![0-9.,])(?:(?:(?P<day>[0-9]{{1,2}})[/.-])?(?P<month>[0-9]{{1,2}})[/.-])?(?P<year>{_YEAR})(?![0-9]|[.,][0-9])"
)
_GOAL_BEFORE = re.compile(
    r"(?<!\w)(?:đến|tới|tầm nhìn|hướng|định hướng|giai đoạn|nhiệm kì|khóa|niên khóa|năm học|niên độ|dự kiến"
    r"|mục tiêu|phấn đấu|kế hoạch|quí|world cup|euro|sea games|seagame)"
    r"\s+(?:(?:hết|cuối|đầu|giữa|ngày|tháng|năm|mốc|sau|i|ii|iii|iv)\s+)*$"
)
_FROM_NOW = re.compile(
    rf"(?<!\w)(?:từ nay (?:đến|tới) (?:hết|cuối) năm|năm nay,?(?: năm)? \(?)\s*(?P<year>{_YEAR})(?![0-9])"
)
_THIS_YEAR = re.compile(
    rf"(?<!\w)(?:tháng đầu năm|quí (?:i|ii|iii|[1-3])(?:/|\s+năm\s+|\s+))\s*(?P<year>{_YEAR})(?![0-9])"
)
_RANGE_BEFORE = re.compile(rf"{_YEAR}\s*[-/]\s*$")
# `Nghị định số 82/2024/NĐ-CP` tells a year, but 82 is no month.
_DOCUMENT_NUMBER_AFTER = re.compile(r"\s?/\s?[^\W\d]")
_RANGE_AFTER = re.compile(rf"\s*[-/]\s*{_YEAR}")


@dataclass(frozen=True, slots=True)
class _Dateline:
    """A date that stands as a line of its own, and what stands with it."""

    day: dt.date
    labelled: bool
    clock: bool


@dataclass(frozen=True, slots=True)
class _YearMention:
    """A year in the text, with its month (and day) where stated."""

    year: int
    day: dt.date | None


def find_published(
    document_text: str, body_start: int, url: str | None
) -> tuple[Period, PublishedSource] | None:
    """Finds the day an article came out: a dateline, else a date in its address, else `sáng nay (8/10)`.

    `document_text` is in NFC with `\\n` line breaks; what precedes `body_start` is not looked at. Gives
    None when nothing is sure.
    """
    day = _dateline(document_text, body_start)
    if day is not None:
        return day_period(day), PublishedSource.TEXT
    day = find_date_in_path(url) if url else None
    if day is not None:
        return day_period(day), PublishedSource.PATH
    day = _inferred(fold(document_text[body_start : body_start + INFERENCE_WINDOW]))
    if day is not None:
        return day_period(day), PublishedSource.TEXT
    return None


def find_date_in_path(url: str) -> dt.date | None:
    """Finds a day in an address: `.../2021/04/20/...` or `...-20210420064430661.htm`."""
    try:
        path = unquote(urlsplit(url).path).lower().rstrip("/")
    except ValueError:
        # `http://[abc/x` is no address, and the text is sound.
        return None
    stamp = _PATH_STAMP.search(path)
    if stamp is not None:
        return _day(stamp[1], stamp[2], stamp[3])
    folders = _PATH_FOLDERS.search(path)
    return None if folders is None else _day(folders[1], folders[2], folders[3])


def _day(year: str, month: str, day: str) -> dt.date | None:
    """Gives the day, or None when the calendar has no such day or the web was not there yet."""
    if not FIRST_YEAR <= int(year) <= LAST_YEAR:
        return None
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None


def _day_of(match: re.Match[str]) -> dt.date | None:
    for prefix in ("", "iso_", "word_"):
        if match[f"{prefix}year"] is not None:
            return _day(match[f"{prefix}year"], match[f"{prefix}month"], match[f"{prefix}day"])
    return None


def _lines_forward(text: str, start: int) -> Iterator[str]:
    """Gives lines that hold text, one by one, without splitting a text of 50 MB."""
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        line = text[start : min(end, start + 4 * LONGEST_DATELINE)].strip()
        if line:
            yield line
        start = end + 1


def _lines_backward(text: str, start: int) -> Iterator[str]:
    end = len(text)
    while end > start:
        begin = max(text.rfind("\n", start, end) + 1, start)
        line = text[max(begin, end - 4 * LONGEST_DATELINE) : end].strip()
        if line:
            yield line
        end = begin - 1


def _dateline(text: str, start: int) -> dt.date | None:
    """Finds the date that the head of the text states, or its last lines under a label."""
    found: list[_Dateline] = []
    for number, line in enumerate(islice(_lines_forward(text, start), HEAD_LINES)):
        if number == 0 and (day := _bracketed_in_title(line)) is not None:
            found.append(_Dateline(day, labelled=False, clock=False))
        elif (dateline := _read_dateline(line)) is not None:
            found.append(dateline)
    if not found:
        tail = (_read_dateline(line) for line in islice(_lines_backward(text, start), TAIL_LINES))
        found = [dateline for dateline in tail if dateline is not None and dateline.labelled]
    # The head of a page may also hold the day of the visit: a label or a clock time tells them apart.
    for group in (
        [dateline for dateline in found if dateline.labelled],
        [dateline for dateline in found if dateline.clock],
        found,
    ):
        if group:
            days = {dateline.day for dateline in group}
            return days.pop() if len(days) == 1 else None
    return None


def _bracketed_in_title(line: str) -> dt.date | None:
    folded = fold(line)
    match = _BRACKETED_AT_END.search(folded)
    if match is None or match.start() == 0 or len(_DATE.findall(folded)) > 1:
        return None
    if _DAY_OF_THE_TITLE.search(folded, 0, match.start()):
        return None
    return _day_of(match)


def _read_dateline(line: str) -> _Dateline | None:
    """Reads a line that holds a date, what goes with it and at most a name: `AD| 21/11/2022 06:15`."""
    if len(line) > LONGEST_DATELINE:
        return None
    folded = fold(line)
    dates = list(_DATE.finditer(folded))
    days = [_day_of(match) for match in dates]
    if not dates or None in days:
        return None
    published, updated = _PUBLISHED_LABEL.search(folded), _UPDATED_LABEL.search(folded)
    # `Đăng ngày 21/11/2022, cập nhật ngày 25/11/2022`: the first is meant.
    both = published and updated and published.start() < dates[0].start() < updated.start()
    if len(set(days)) > 1 and not both:
        return None
    weekday, clock = _WEEKDAY.search(folded), _CLOCK.search(_blank(folded, _DATE))
    day = days[0]
    if day is None or (weekday is not None and _weekday_number(weekday) != day.weekday()):
        return None
    rest = folded
    for pattern in (_DATE, _CLOCK, _WEEKDAY, _PUBLISHED_LABEL, _UPDATED_LABEL, _FURNITURE):
        rest = _blank(rest, pattern)
    left_over = [line[match.start() : match.end()] for match in re.finditer(r"\w+", rest)]
    labelled = published is not None
    if left_over:
        # A name of a person or a paper, each word in capitals, before the date; prose is no dateline.
        is_name = len(left_over) <= 6 and all(word[0].isupper() for word in left_over)
        if not is_name or not (labelled or updated or weekday or clock):
            return None
        if re.search(r"\w", rest[dates[0].end() :]):
            return None
    elif folded.startswith(("-", "*", "+", "•")) and not (labelled or updated):
        # An item of a list of events.
        return None
    return _Dateline(day, labelled=labelled, clock=clock is not None)


def _blank(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(lambda match: " " * len(match[0]), text)


def _weekday_number(match: re.Match[str]) -> int:
    return 6 if match["sunday"] else _WEEKDAYS[match["name"] or match["short"]]


def _inferred(folded: str) -> dt.date | None:
    """Reads `sáng nay (8/10)` with the year that the text speaks of as its present."""
    todays = list(_TODAY.finditer(folded))
    if not todays or len({(int(m["day"]), int(m["month"])) for m in todays}) > 1:
        return None
    stated = {match["year"] for match in todays if match["year"]}
    day, month = todays[0]["day"], todays[0]["month"]
    if stated:
        return _day(stated.pop(), month, day) if len(stated) == 1 else None
    mentions = list(_year_mentions(folded))
    if not mentions:
        return None
    candidate = _day(str(max(mention.year for mention in mentions)), month, day)
    return candidate if candidate is not None and _is_present(candidate, mentions, folded) else None


def _is_present(candidate: dt.date, mentions: list[_YearMention], folded: str) -> bool:
    """Asks whether the text speaks of the candidate's year as its present.

    Measured on 57 news articles of known date with one such day: the latest year alone was wrong in 22,
    this rule in none of the 19 that it answers.
    """
    year = str(candidate.year)
    if any(match["year"] == year for match in _FROM_NOW.finditer(folded)):
        return True
    dated = [m.day for m in mentions if m.day is not None and m.year == candidate.year]
    # `tháng 12/2020` beside `sáng nay (5/1)`: the latest year stated is the last one, not this one.
    if any((other - candidate).days > HALF_YEAR_DAYS for other in dated):
        return False
    # In the first quarter most years named are last year's: only an earlier date of this very year will do.
    if candidate.month <= 3 and not any(other <= candidate for other in dated):
        return False
    if candidate.month > 3 and any(match["year"] == year for match in _THIS_YEAR.finditer(folded)):
        return True
    return sum(mention.year == candidate.year for mention in mentions) >= MENTIONS_OF_THE_PRESENT


def _year_mentions(folded: str) -> Iterator[_YearMention]:
    """Gives the years of a text that are no goals: `đến năm 2030`, `giai đoạn 2021-2025` are not given."""
    for match in _YEAR_MENTION.finditer(folded):
        before = folded[max(0, match.start() - 40) : match.start()]
        in_range = _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(folded, match.end())
        if in_range or _GOAL_BEFORE.search(before):
            continue
        year, month = int(match["year"]), match["month"]
        if _DOCUMENT_NUMBER_AFTER.match(folded, match.end()):
            month = None
        if not FIRST_YEAR <= year <= LAST_YEAR:
            continue
        yield _YearMention(year, None if month is None else _day(match["year"], month, match["day"] or "15"))
