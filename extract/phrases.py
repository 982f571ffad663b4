"""Phrases: the noun phrases before and after a number, cut at words and phrase boundaries.

Folded text and spans in, spans out. Knows the closed classes of words in rules/words.yaml (`bind.*`) and
nothing of metrics.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.models import Span
from extract.rules import RuleSet, words_pattern

MAX_PHRASE_SYLLABLES = 14
MAX_RIGHT_PHRASE_SYLLABLES = 10
MAX_CLAUSE_SYLLABLES = 9
MAX_OWNED_SYLLABLES = 9
LISTED_ITEM_SYLLABLES = 3
# Openers, dates and places are peeled off the front of a phrase at most so often.
MAX_PEELED = 4

_BRACKETS = re.compile(r"\([^()0-9]*\)")
# `đạt` ends a phrase before a value, not in `xã đạt chuẩn nông thôn mới`.
_REACHES_VALUE = r"(?<!\w)đạt(?=\s+(?:[0-9]|hơn|trên|gần|khoảng|tỉ lệ|mức|từ|tối|được|xấp xỉ|bình quân|tổng))"
# What leads to a date or place that is no part of a metric's name: `trong năm 2023`, `của tỉnh Hà Nam`.
_ADVERBIAL = re.compile(
    r"(?:^|\s)(?:(?:trong|tại|ở|của|trên địa bàn|trên|vào|đến|tính đến|từ|cho|thuộc|hồi|hết|đầu|cuối|cả|toàn)"
    r"\s+)+"
    r"(?:(?:tỉnh|thành phố|TP\.?|huyện|thị xã|quận|cả|hết|đầu|cuối|tháng|năm|quý)\s+)*$",
    re.IGNORECASE,
)


class PhraseGrammar:
    """Finds boundaries, copulas and phrases. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        def words(name: str) -> str:
            return words_pattern(rules.word_forms(f"bind.{name}"))

        # `với` parts two statements when a number or a total follows: `đạt 97% với hơn 1,46 triệu thuê bao`.
        self.hard = re.compile(
            rf"[;()]|:(?=\s)|\s-\s|{words('hard_boundaries')}"
            rf"|(?<!đối )(?<!so )(?<!cùng )(?<!\w)với(?=\s+(?:[0-9]|{words('totals')})|\s*$)"
        )
        self.soft = re.compile(r",(?=\s|$)|(?<!\w)(?:và|hoặc|hay|cũng như)(?!\w)")
        self.heads = re.compile(words("head_nouns"))
        self.copula_end = re.compile(
            rf"(?:{words('strong_copulas')}|:)(?:\s+(?:{words('copula_adverbs')}))*\s*$"
        )
        trailing = words_pattern(
            (*rules.word_forms("bind.copulas"), *rules.word_forms("bind.copula_adverbs"))
        )
        self.trailing = re.compile(rf"(?:\s*(?:{trailing}|[,:\"'(-]))+\s*$")
        self.leading = re.compile(rf"^(?:\s*(?:{words('left_starts')}|[,:\"')-]))+\s*")
        self._auxiliary = re.compile(words("auxiliaries"))
        self._empty = re.compile(rf"(?:{words('empty_subjects')}|\s|,)+")
        self.bare_counter = re.compile(words("bare_counters"))
        self._right_stop = re.compile(rf"[,;:()\"]|\s-\s|\.(?=\s|$)|{_REACHES_VALUE}|{words('right_stops')}")
        self._share_stop = re.compile(rf"[,;:()\"]|\s-\s|\.(?=\s|$)|{_REACHES_VALUE}|{words('share_stops')}")

    def left_phrase(
        self, folded: str, left: Span, fillers: Sequence[Span], words: Sequence[Span]
    ) -> Span | None:
        """Gives the noun phrase that ends a stretch, without copulas, openers and dates or places."""
        # Offsets are those of the stretch until the end: a document may be long.
        # `tổng sản phẩm (GRDP)`: brackets without a number explain a word and part nothing.
        segment = _BRACKETS.sub(lambda match: " " * len(match[0]), folded[left.start : left.end])
        if segment.rstrip().endswith((",", ";")):
            # `Theo điều tra, hơn 90% dân số ...`: the number opens a clause of its own.
            return None
        fillers, words = _within(fillers, left), _within(words, left)
        trail = self.trailing.search(segment)
        stop = trail.start() if trail is not None else len(segment)
        # `ước thực hiện`: a copula is a word of its own, not the end of another.
        stop = _outside_words(stop, words)
        # The last syllable of a name may look like a copula: `Cao Bằng có 161 xã`.
        stop = max([stop, *(filler.end for filler in fillers if filler.start < stop < filler.end)])
        hard = [match.end() for match in self.hard.finditer(segment, 0, stop)]
        start = self.phrase_start(segment, hard[-1] if hard else 0, stop)
        start = self._after_openers(segment, start, stop, fillers, words)
        while stop > start and not (segment[stop - 1].isalnum() or segment[stop - 1] in ")%"):
            stop -= 1
        if self._empty.fullmatch(segment, start, stop):
            return None
        if self.heads.match(segment, start, stop):
            phrase = _first_syllables(segment, start, stop, MAX_PHRASE_SYLLABLES, words)
        else:
            # Without a noun of measure a long stretch is a clause; its last words say what is done.
            phrase = _last_syllables(segment, start, stop, MAX_CLAUSE_SYLLABLES, words)
        return Span(left.start + phrase.start, left.start + phrase.end) if phrase is not None else None

    def _after_openers(
        self, segment: str, start: int, stop: int, fillers: Sequence[Span], words: Sequence[Span]
    ) -> int:
        """Gives where a phrase begins once openers, dates and places before it are peeled off."""
        for _ in range(MAX_PEELED):
            moved = start
            lead = self.leading.match(segment[start:stop])
            if lead is not None:
                moved = _outside_words(start + lead.end(), words, forward=False)
            for filler in fillers:
                if filler.start <= moved < filler.end and filler.end <= stop:
                    moved = filler.end
            while moved < stop and not segment[moved].isalnum():
                moved += 1
            if moved == start:
                break
            start = moved
        return start

    def phrase_start(self, folded: str, start: int, stop: int) -> int:
        """Gives where the noun phrase that ends at `stop` begins, not before `start`."""
        softs = [match.end() for match in self.soft.finditer(folded, start, stop)]
        openings = [start, *softs]
        for opening in openings:
            position = opening
            while position < stop and not folded[position].isalnum():
                position += 1
            head = self.heads.match(folded, position, stop)
            if head is not None and folded[head.end() : stop].strip():
                return position
        begin = openings[-1]
        if not folded[begin:stop].strip() and len(openings) > 1:
            begin = openings[-2]
        heads = [
            match for match in self.heads.finditer(folded, begin, stop) if folded[match.end() : stop].strip()
        ]
        if heads:
            # `mẫu Mazda CX5 có giá bán`: a short owner before the noun of measure belongs to it.
            is_long = len(folded[begin:stop].split()) > MAX_OWNED_SYLLABLES
            return heads[0].start() if is_long else begin
        auxiliaries = [match.end() for match in self._auxiliary.finditer(folded, begin, stop)]
        if auxiliaries and folded[auxiliaries[-1] : stop].strip():
            return auxiliaries[-1]
        return begin

    def right_phrase(self, folded: str, right: Span, words: Sequence[Span], *, share: bool) -> Span | None:
        """Gives the words after a number that belong to the thing counted."""
        pattern = self._share_stop if share else self._right_stop
        end = right.end
        item_start = right.start
        for stop in pattern.finditer(folded, right.start, right.end):
            # `cán bộ, công chức`, `xã, phường, thị trấn`: a short item before a comma lists one population.
            item = folded[item_start : stop.start()].split()
            if (
                stop[0] == ","
                and 0 < len(item) <= LISTED_ITEM_SYLLABLES
                and folded[stop.end() : right.end].strip()
            ):
                item_start = stop.end()
                continue
            end = stop.start()
            break
        start = right.start
        while start < end and not folded[start].isalnum():
            start += 1
        limit = MAX_PHRASE_SYLLABLES if share else MAX_RIGHT_PHRASE_SYLLABLES
        return _first_syllables(folded, start, end, limit, words)


def _within(spans: Sequence[Span], stretch: Span) -> list[Span]:
    """Gives the spans that lie in a stretch, by their offsets in it."""
    return [
        Span(span.start - stretch.start, span.end - stretch.start)
        for span in spans
        if stretch.start <= span.start and span.end <= stretch.end
    ]


def _outside_words(position: int, words: Sequence[Span], *, forward: bool = True) -> int:
    """Gives the edge of the word that an offset lies in, else the offset."""
    inside = next((word for word in words if word.start < position < word.end), None)
    if inside is None:
        return position
    return inside.end if forward else inside.start


def without_adverbials(text: str, span: Span | None, fillers: Sequence[Span]) -> str:
    """Gives the words of a span without its dates and places: when and where are columns of their own."""
    if span is None:
        return ""
    pieces = []
    position = span.start
    for filler in sorted(fillers):
        if filler.start < position or filler.end > span.end:
            continue
        before = text[position : filler.start]
        opening = _ADVERBIAL.search(before)
        if opening is None and filler.start != span.start:
            continue
        pieces.append(before[: opening.start()] if opening is not None else before)
        position = filler.end
    pieces.append(text[position : span.end])
    words = " ".join(" ".join(pieces).split()).strip(" ,;:-")
    return words if words else text[span.start : span.end]


def trimmed(folded: str, start: int, stop: int) -> Span:
    """Gives a stretch without the marks and spaces at its ends; empty when it holds nothing else."""
    while start < stop and not folded[start].isalnum():
        start += 1
    while stop > start and not folded[stop - 1].isalnum():
        stop -= 1
    return Span(start, stop)


def _last_syllables(folded: str, start: int, stop: int, limit: int, words: Sequence[Span]) -> Span | None:
    """Gives the last `limit` syllables of a stretch, not cutting a word; None when no letter is in it."""
    syllables = list(re.finditer(r"\S+", folded[start:stop]))
    if not any(character.isalpha() for character in folded[start:stop]):
        return None
    first = start + syllables[-min(limit, len(syllables))].start()
    inside = next((word for word in words if word.start < first < word.end), None)
    return Span(max(start, inside.start) if inside is not None else first, start + syllables[-1].end())


def _first_syllables(folded: str, start: int, stop: int, limit: int, words: Sequence[Span]) -> Span | None:
    """Gives the first `limit` syllables of a stretch, not cutting a word; None when no letter is in it."""
    syllables = list(re.finditer(r"\S+", folded[start:stop]))
    if not any(character.isalpha() for character in folded[start:stop]):
        return None
    last = start + syllables[min(limit, len(syllables)) - 1].end()
    inside = next((word for word in words if word.start < last < word.end), None)
    return Span(start + syllables[0].start(), min(stop, inside.end) if inside is not None else last)
