"""Ranks, top-N groups, multiples and halves: the numbers that are known by their shape.

Folded text in, quantities out. A rank is told from an ordinal (`lần thứ 4`, `thứ 2, ngày 5/6`) by the
words before and after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from extract.models import Bound, Change, Span
from extract.number_words import parse_number_words, parse_numeral
from extract.numerals import parse_digits
from extract.phrase_end import PhraseEnd
from extract.quantity import Quantity
from extract.rules import RuleSet, words_pattern
from extract.units import UnitLexicon

_RANK_WORDS = {
    "nhất": 1, "nhì": 2, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
    "chín": 9, "mười": 10,
}  # fmt: skip
_WORDS = "|".join(_RANK_WORDS)
_RANK = re.compile(
    rf"(?<!\w)(?P<cue>(?:(?:vị trí|hạng|vị thứ|xếp|đứng|ở|lên|xuống|giữ|đạt|cùng|về|lại|ngôi)\s+)?"
    rf"(?:(?:vị trí|hạng|thứ|số)\s+){{0,4}})"
    rf"(?P<n>[0-9]{{1,3}}|{_WORDS})(?![0-9.,]*[0-9])(?!\w)"
    r"(?:(?:\s?/\s?(?P<m>[0-9]{1,3})(?![0-9]))|\s+(?:trong|trên)\s+(?:(?:tổng\s+)?số\s+)?(?P<of>[0-9]{1,3})"
    r"(?=\s+(?:tỉnh|thành|địa phương|quốc gia|nước|đơn vị|huyện|sở|bộ|quận|xã|trường)(?!\w)))?"
)
_VERB = re.compile(
    r"(?:xếp|đứng|vị trí|vị thứ|(?:lên|xuống|giữ|ở|đạt|cùng|về|lại|ngôi)\s+(?:vị trí|hạng|thứ hạng|thứ))"
)
_INDEX = re.compile(r"(?<!\w)(?:chỉ số|xếp hạng|bảng|tốp|top|index|dti|pci)(?!\w)")
# `hạng 2 năm 2021, hạng 4 năm 2022`: one rank a year.
_IN_YEAR = re.compile(r"\s+(?:(?:vào|trong)\s+)?năm\s+[0-9]{4}(?!\w)")
_TOP = re.compile(
    r"(?<!\w)(?:(?P<top>(?:tốp|top)(?:\s+đầu)?\s+)|(?:nhóm|trong\s+số|trong)\s+)"
    rf"(?P<q>(?P<n>[0-9]{{1,3}}|{_WORDS})"
    r"(?P<noun>\s+(?:tỉnh|thành phố|địa phương|quốc gia|nước|đơn vị|doanh nghiệp|trường)"
    r"(?:,\s*(?:thành phố|thành))?)?)(?![0-9.,]*[0-9])(?!\w)"
)
_TIMES = re.compile(
    r"(?<!\w)gấp\s+(?:(?:(?P<about>khoảng|gần)|(?P<over>hơn|trên)|tới)\s+)*(?P<q>đôi|rưỡi|"
    rf"(?P<n>[0-9]+(?:[.,][0-9]+)?|{_WORDS})(?:\s*(?:-|đến|tới)\s*(?P<max>[0-9]+(?:[.,][0-9]+)?))?"
    r"(?:\s*lần|(?=\s+(?:so với|năm\s+[0-9]|cùng kì)|\s*[,.;)]|\s*$)))(?!\w)"
)
_HALF = re.compile(
    r"(?<!\w)(?P<q>(?:(?:một|1)\s+)?nửa)(?!\w)"
    r"(?!\s+(?:đầu|cuối|năm|ngày|đêm|tháng|giờ|tiếng|thế kỉ|sau|kia|đời))"
)
_PARTS = re.compile(rf"(?<!\w)(?P<n>một|hai|ba|bốn|năm)\s+phần\s+(?P<m>{_WORDS})(?!\w)")
_HALF_LED = re.compile(r"(?<!\w)(?:hơn|gần|khoảng|quá|một)\s*$")


class RankFinder:
    """Finds numbers known by their shape. Made once per rule set."""

    def __init__(self, rules: RuleSet, units: UnitLexicon) -> None:
        self._units = units
        self._before = re.compile(words_pattern(rules.word_forms("rank.verbs")) + r"(?:\s+\w+){0,3}\s*$")
        self._after = re.compile(r"\s*,?\s*" + words_pattern(rules.word_forms("rank.fields")))
        self._ordinal = PhraseEnd.of_words(rules.word_forms("rank.ordinals"))
        self._lead = re.compile(
            rf"(?P<q>{words_pattern(rules.word_forms('rank.lead_verbs'))})"
            rf"(?:\s+(?:về|tại|trong)\s+[^.,;]{{1,30}}?)?\s+{words_pattern(rules.word_forms('rank.lead_fields'))}"
        )
        self._not_leading = re.compile(words_pattern(rules.word_forms("rank.not_leading")) + r"[^.;:]{0,30}$")
        self._leaders = re.compile(r"[^.;,]{0,40}?" + words_pattern(rules.word_forms("rank.leaders")))

    def find(self, folded: str, start: int, end: int) -> Iterator[Quantity]:
        """Gives ranks, top-N groups, multiples and halves between two offsets."""
        # A look for a word that each cannot do without is cheaper than its pattern.
        sentence = folded[start:end]
        if "gấp" in sentence:
            yield from self._multiples(folded, start, end)
        if any(word in sentence for word in ("trong", "top", "tốp", "nhóm")):
            yield from self._tops(folded, start, end)
        if any(word in sentence for word in ("thứ", "hạng", "/", "vị trí")):
            yield from self._ranks(folded, start, end)
        if " đầu " in sentence or "nhất" in sentence:
            yield from self._leads(folded, start, end)
        if "phần" in sentence or "nửa" in sentence:
            yield from self._halves(folded, start, end)

    def is_led_to(self, folded: str, start: int, position: int) -> bool:
        """Asks whether a verb of ranking stands before `position`: `xếp`, `đứng ở vị trí`."""
        return self._before.search(folded[max(start, position - 48) : position]) is not None

    def _ranks(self, folded: str, start: int, end: int) -> Iterator[Quantity]:
        listed = False
        for match in _RANK.finditer(folded, start, end):
            cue = match["cue"]
            if not cue:
                continue
            before = folded[max(start, match.start() - 40) : match.start()]
            value = _value(match["n"])
            ordinal = re.search(r"thứ|hạng|vị trí", cue) is not None
            led = _VERB.match(cue) is not None or self._before.search(before) is not None
            if value == 0 or self._ordinal.find(before) or not (ordinal or (led and match["m"])):
                continue
            if not match["n"].isdigit() and "thứ" not in cue and "hạng" not in cue:
                continue
            in_field = self._after.match(folded, match.end(), end) is not None and not cue.startswith("hạng")
            # Once one rank is stated, the next may leave out the verb: `chính quyền số thứ ba`.
            in_year = "hạng" in cue and _IN_YEAR.match(folded, match.end(), end) is not None
            in_year = in_year and _INDEX.search(folded, start, match.start()) is not None
            # `Hà Nội (thứ 43), Nghệ An (thứ 36)`: alone in brackets behind who is ranked.
            in_bracket = (
                "thứ" in cue
                and folded[match.start() - 1 : match.start()] == "("
                and (folded[match.end() : match.end() + 1] == ")")
            )
            is_stated = match["m"] or led or in_field or in_year or in_bracket
            if not (is_stated or (listed and ("thứ" in cue or "hạng" in cue))):
                continue
            listed = True
            inner = re.search(r"(?:thứ|hạng|số)\s+(?:hạng\s+)?$", cue)
            begin = match.start() + (inner.start() if inner else len(cue))
            over = Decimal(match["m"] or match["of"]) if match["m"] or match["of"] else None
            yield self._rank(Span(begin, match.end()), Span(match.start("n"), match.end()), value, over)

    def _rank(self, span: Span, number: Span, value: Decimal, over: Decimal | None) -> Quantity:
        return Quantity(
            span=span, number=number, value=value, lead=span.start, denominator=over,
            unit=self._units.by_id.get("rank"), unit_id="rank", rule_ids=("number.rank",),
        )  # fmt: skip

    def _leads(self, folded: str, start: int, end: int) -> Iterator[Quantity]:
        """Gives `đứng đầu cả nước` as the first rank, but not `người đứng đầu`, `nhóm dẫn đầu`."""
        for match in self._lead.finditer(folded, start, end):
            if self._not_leading.search(folded[max(start, match.start() - 45) : match.start()]):
                continue
            span = Span(match.start("q"), match.end("q"))
            yield replace(self._rank(span, span, Decimal(1), None), rule_ids=("number.lead",))

    def _tops(self, folded: str, start: int, end: int) -> Iterator[Quantity]:
        for match in _TOP.finditer(folded, start, end):
            led = match["noun"] is not None and self._leaders.match(folded, match.end(), end) is not None
            if not led and (match["top"] is None or not match["n"].isdigit()):
                continue
            span = Span(match.start() if match["top"] else match.start("q"), match.end("q"))
            yield Quantity(
                span=span, number=Span(match.start("n"), match.end("n")), value=_value(match["n"]),
                lead=match.start(), bound=Bound.LE, unit=self._units.by_id.get("rank"), unit_id="rank",
                unit_text=(match["noun"] or "").strip(), rule_ids=("number.top",),
            )  # fmt: skip

    def _multiples(self, folded: str, start: int, end: int) -> Iterator[Quantity]:
        for match in _TIMES.finditer(folded, start, end):
            fixed = {"đôi": Decimal(2), "rưỡi": Decimal("1.5")}
            span = Span(match.start("q"), match.end("q"))
            yield Quantity(
                span=span, number=span, value=fixed.get(match["q"]) or _value(match["n"]),
                lead=match.start(), value_max=_greater(match["max"], match["n"]),
                bound=Bound.GT if match["over"] else Bound.APPROX if match["about"] else Bound.EQ,
                change=Change.INCREASE, unit=self._units.by_id.get("times"), unit_id="times", unit_text="lần",
                rule_ids=("number.times",),
            )  # fmt: skip

    def _halves(self, folded: str, start: int, end: int) -> Iterator[Quantity]:
        for match in _PARTS.finditer(folded, start, end):
            value = parse_number_words(match["n"])
            if value is not None and value < _value(match["m"]):
                yield self._fraction(Span(match.start(), match.end()), value, _value(match["m"]))
        for match in _HALF.finditer(folded, start, end):
            before = folded[max(start, match.start() - 12) : match.start()]
            if match["q"] == "nửa" and not _HALF_LED.search(before):
                continue
            yield self._fraction(Span(match.start("q"), match.end("q")), Decimal(1), Decimal(2))

    def _fraction(self, span: Span, value: Decimal, over: Decimal) -> Quantity:
        return Quantity(
            span=span, number=span, value=value, lead=span.start, denominator=over,
            unit=self._units.by_id.get("fraction"), unit_id="fraction",
            rule_ids=("number.fraction",),
        )  # fmt: skip


def _greater(high: str | None, low: str | None) -> Decimal | None:
    """Gives the upper end of a range, or None where there is none above the lower."""
    if high is None or low is None or parse_digits(high) <= _value(low):
        return None
    return parse_digits(high)


def _value(text: str) -> Decimal:
    if text in _RANK_WORDS:
        return Decimal(_RANK_WORDS[text])
    return parse_numeral(text)
