"""Quantities: folded text in, numbers with unit, bound and change out.

A grammar over characters. It knows numbers, units, ratios, ranks and ranges, and what numbers are
never facts; it does not know what is measured, when or where.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import regex

from extract.models import Bound, Change, Drop, Span
from extract.numerals import (
    DIGITS_PATTERN,
    WORDS_PATTERN,
    has_ambiguous_comma,
    parse_digits,
    parse_number_words,
    read_multiplier,
)
from extract.rules import PATTERN_TIMEOUT_SECONDS, RuleSet, cue_pattern, words_pattern
from extract.schema_rules import Cue, Unit
from extract.text import fold, trie_pattern

PROVINCE_COUNTS = frozenset({63, 64, 34})
# How far to the left of a number its bound and change words are looked for.
CUE_WINDOW = 48


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number as stated, with all that the text says about it but what, when and where.

    `span` covers value and unit, `number` the digits or words alone. `unit_id` is empty for a bare
    numeral. Values are exact decimals, multiplied out.
    """

    span: Span
    number: Span
    value: Decimal
    value_max: Decimal | None
    denominator: Decimal | None
    bound: Bound
    change: Change
    unit_id: str
    unit_text: str
    unit: Unit | None
    rule_ids: tuple[str, ...]
    multiplied: bool = False
    in_words: bool = False
    # Where the words that lead to the number begin: bound and change words included.
    lead: int = 0
    unit_span: Span | None = None

    @property
    def is_rank(self) -> bool:
        """Asks whether the number is a place in an order."""
        return self.unit_id == "rank"


@dataclass(frozen=True, slots=True)
class _Number:
    value: Decimal
    start: int
    end: int
    multiplied: bool = False
    in_words: bool = False
    raw: str = ""


@dataclass(frozen=True, slots=True)
class _UnitRead:
    unit: Unit
    unit_id: str
    start: int
    end: int
    rule_ids: tuple[str, ...]


class UnitLexicon:
    """The spellings of units, as one trie. Longest match first."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self._by_form = {" ".join(fold(form).split()): unit for unit in units for form in unit.forms}
        self._pattern = re.compile(trie_pattern(self._by_form))

    def match(self, folded: str, position: int, end: int) -> tuple[Unit, int] | None:
        """Gives the unit whose longest spelling stands at `position`, and where it ends."""
        match = self._pattern.match(folded, position, end)
        while match is not None and match.end() > position:
            stop = match.end()
            last = folded[stop - 1]
            following = folded[stop] if stop < end else " "
            if not (last.isalnum() and (following.isalnum() or following == "_")):
                return self._by_form[" ".join(match[0].split())], stop
            # The longest spelling runs into a word: try shorter ones.
            match = self._pattern.match(folded, position, stop - 1)
        return None


_RATE_PEOPLE = re.compile(r"(?:([0-9]{1,3}(?:\.[0-9]{3})*)\s*|(vạn)\s+)(dân|người|hộ)(?!\w)")
_SLASH = re.compile(r"\s?/\s?")
_FILLER = re.compile(r"\s{1,2}(?:số|các)\s+")
_SPACE = re.compile(r"\s{0,3}")
_RANGE_MARK = re.compile(r"\s{0,2}(?:-|~|đến|tới)\s{0,2}")
_RATIO_MARK = re.compile(r"\s?/\s?")
_ALTERNATIVE_UNITS = frozenset({"person", "household", "enterprise", "commune", "team"})
_POINTING = r"(?:\s+(?:tỉnh|thành phố|địa phương|quốc gia|nước|đơn vị|doanh nghiệp|trường)(?:,\s*(?:thành phố|thành))?)"
_RANK = re.compile(
    r"(?<!\w)(?P<cue>(?:vị trí|hạng|vị thứ|xếp|đứng|ở|lên|xuống|giữ|đạt)\s+(?:thứ\s+)?(?:hạng\s+)?|thứ\s+(?:hạng\s+)?)"
    r"(?P<n>[0-9]{1,3}|nhất|nhì|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười)(?![0-9.,]*[0-9])(?!\w)"
    r"(?:\s?/\s?(?P<m>[0-9]{1,3})(?![0-9]))?"
)
_RANK_WORDS = {
    "nhất": 1, "nhì": 2, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8,
    "chín": 9, "mười": 10,
}  # fmt: skip
_RANK_BEFORE = re.compile(r"(?<!\w)(?:xếp|đứng|hạng|vị trí|vị thứ|vươn lên|tụt xuống|đang ở|ở)(?:\s+\w+){0,3}\s*$")
_RANK_AFTER = re.compile(
    r"\s*(?:,\s*)?(?:(?:tỉnh|thành|trong|trên|cả nước|toàn quốc|thế giới|khu vực|vùng|đông nam á|châu|quốc gia|của cả nước|/)(?!\w))"
)
_RANK_BLOCK = re.compile(r"(?<!\w)(?:lần|đợt|ngày|hôm|sáng|chiều|tối|đời|thế kỉ|con|người|khóa|kì|làn sóng|cuộc cách mạng[\w ]*lần)\s*$")
_TOP = re.compile(
    r"(?<!\w)(?P<cue>(?:tốp|top)(?:\s+đầu)?\s+|(?:nhóm|trong\s+số|trong)\s+)(?P<q>(?P<n>[0-9]{1,3})"
    rf"(?P<noun>{_POINTING})?)(?![0-9.,]*[0-9])(?!\w)"
)
_TOP_AFTER = re.compile(r"[^.;,]{0,40}?(?<!\w)(?:dẫn đầu|đứng đầu|cao nhất|tốt nhất|hàng đầu|đầu cả nước)(?!\w)")
_TIMES = re.compile(r"(?<!\w)(?:gấp|tăng gấp|cao gấp|lớn gấp|nhiều gấp)\s+(?:(?:khoảng|gần|hơn|trên|tới)\s+)*(?P<q>đôi|rưỡi|(?P<n>[0-9]+(?:[.,][0-9]+)?|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)(?:\s*-\s*(?P<max>[0-9]+(?:[.,][0-9]+)?))?\s*lần)(?!\w)")
_FRACTION_AFTER = re.compile(
    r"\s+(?:số|dân số|diện tích|tổng|so|giá|thời gian|lượng|chiều|thu nhập|trong|của|công suất|mức)(?!\w)"
)
_FRACTION_BEFORE = re.compile(r"(?<!\w)(?:hơn|gần|khoảng|chiếm|bằng|tới|đến|còn|trên|ít nhất|giảm|tăng)\s*$")
_SINGLE_WORD_BLOCK = re.compile(
    r"(?<!\w)(?:thứ|hạng|giải|lớp|số|lần|nhóm|quận|phường|cấp|loại|đợt|ngày|mồng|mùng|tháng|cả|quí|bậc|vòng"
    r"|tập|phần|chương|khóa|khu|tầng|bà|anh|chị|cô|chú|ông|em|mỗi|hàng|từng|vài|mấy|phút|năm|trong|những|các|một)\s*$"
)
_VAGUE_BEFORE = re.compile(r"(?<!\w)(?:vài|mấy|hàng|nhiều|chừng ấy)\s*$")
_GLUE = re.compile(r"([a-zà-ỹđ]+)$")


class QuantityFinder:
    """Finds quantities on folded text. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self.units = UnitLexicon(rules.units)
        self._by_id = rules.units_by_id
        self._bounds_before = [
            (cue, regex.compile(rf"(?:{cue_pattern(cue).pattern})\s*$")) for cue in rules.bounds if cue.side == "before"
        ]
        self._bounds_after = [
            (cue, regex.compile(rf"\s*(?:{cue_pattern(cue).pattern})")) for cue in rules.bounds if cue.side == "after"
        ]
        self._not_facts = [(cue, cue_pattern(cue)) for cue in rules.not_facts]
        filler = words_pattern(rules.word_forms("change.fillers"))
        self._changes = [
            (cue, regex.compile(rf"(?:{cue_pattern(cue).pattern})(?:\s+(?:{filler}))*\s*$")) for cue in rules.changes
        ]
        self._levels = re.compile(words_pattern(rules.word_forms("change.level_words")) + r"\s*$")
        self._glue_words = frozenset(rules.word_forms("number.glue_words"))
        self._verbs = re.compile(words_pattern(rules.word_forms("number.value_verbs")) + r"\s*:?\s*$")
        self._time_measures = re.compile(
            words_pattern(rules.word_forms("time.measure_cues")) + r"[^,;:.()]{0,30}$"
        )
        self._time_measures_after = re.compile(r"\s*" + words_pattern(rules.word_forms("time.measure_after")))

    # -- masks ---------------------------------------------------------------------------------

    def masks(self, folded: str, start: int, end: int) -> list[Drop]:
        """Gives the stretches whose numbers are never facts, each with its reason and rule."""
        drops = []
        for cue, pattern in self._not_facts:
            for match in pattern.finditer(folded, start, end, timeout=PATTERN_TIMEOUT_SECONDS):
                if match.end() == match.start() or cue.unless_unit and self._has_unit(folded, match.end(), end):
                    continue
                drops.append(Drop(Span(match.start(), match.end()), cue.value, cue.rule_id))
        return sorted(drops, key=lambda drop: (drop.span, drop.rule_id))

    def _has_unit(self, folded: str, position: int, end: int) -> bool:
        _, position = read_multiplier(folded, position)
        gap = _SPACE.match(folded, position, end)
        return self.units.match(folded, gap.end() if gap else position, end) is not None

    # -- numbers -------------------------------------------------------------------------------

    def find(
        self, text: str, folded: str, start: int, end: int, masked: Sequence[Span]
    ) -> tuple[list[Quantity], list[Drop]]:
        """Gives the quantities between two offsets in order, and the numbers that are none."""
        drops: list[Drop] = []
        taken: list[Span] = list(masked)
        found: list[Quantity] = []

        def is_free(span: Span) -> bool:
            return not any(span.overlaps(other) for other in taken)

        def take(quantity: Quantity) -> None:
            found.append(quantity)
            taken.append(quantity.span)

        for quantity in (*self._times(folded, start, end), *self._ranks(folded, start, end)):
            if is_free(quantity.span):
                take(quantity)
        position = start
        while (match := DIGITS_PATTERN.search(folded, position, end)) is not None:
            position = match.end()
            span = Span(match.start(), match.end())
            if not is_free(span):
                continue
            outcome = self._read(text, folded, span, start, end, taken)
            if isinstance(outcome, Drop):
                drops.append(outcome)
            else:
                take(outcome)
                position = max(position, outcome.span.end)
        for match in WORDS_PATTERN.finditer(folded, start, end):
            span = Span(match.start(), match.end())
            if is_free(span) and (quantity := self._read_words(text, folded, match, start, end)) is not None:
                if is_free(quantity.span):
                    take(quantity)
        found.sort(key=lambda quantity: quantity.span)
        found = self._share_units(folded, found)
        finished = [self._with_cues(folded, start, end, quantity, found) for quantity in found]
        return [
            replace(quantity, unit_text=text[quantity.unit_span.start : quantity.unit_span.end])
            if quantity.unit_span is not None
            else quantity
            for quantity in finished
        ], drops

    def _read_number(self, folded: str, position: int, end: int) -> _Number | None:
        match = DIGITS_PATTERN.match(folded, position, end)
        if match is None:
            return None
        raw = match[0]
        value = parse_digits(raw)
        product, stop = read_multiplier(folded, match.end())
        stop = min(stop, end)
        multiplied = product > 1
        value *= product
        if multiplied:
            # `1 tỷ 200 triệu đồng`: a smaller multiple follows straight on.
            tail = re.compile(r"\s+([0-9]{1,3}(?:,[0-9]+)?)(?=\s{0,2}(?:nghìn|ngàn|triệu|tỉ))").match(folded, stop, end)
            if tail is not None:
                more, more_end = read_multiplier(folded, tail.end())
                if more < product:
                    value += parse_digits(tail[1]) * more
                    stop = more_end
        return _Number(value, match.start(), stop, multiplied, raw=raw)

    def _glued_badly(self, folded: str, span: Span, start: int) -> bool:
        """Asks whether the digits hang on a word, a code or another number: `BN2807`, `Covid-19`."""
        before = folded[span.start - 1] if span.start > start else " "
        if before in "/.,:" and span.start - 2 >= start and folded[span.start - 2].isdigit():
            return True
        if before in "#@_&$" and before != "$":
            return True
        if before == "-" and span.start - 2 >= start and folded[span.start - 2].isalpha():
            return True
        if before.isalpha():
            glued = _GLUE.search(folded, max(start, span.start - 12), span.start)
            return glued is None or glued[1] not in self._glue_words
        return False

    def _read(
        self, text: str, folded: str, span: Span, start: int, end: int, taken: Sequence[Span]
    ) -> Quantity | Drop:
        if self._glued_badly(folded, span, start):
            return Drop(span, "name_part", "number.glued")
        number = self._read_number(folded, span.start, end)
        if number is None:
            return Drop(span, "unreadable", "number.digits")
        ratio = self._ratio(folded, number, start, end, taken)
        if ratio is not None:
            return ratio
        ranged = self._range(text, folded, number, end, taken)
        if ranged is not None:
            return ranged
        unit = self._read_unit(folded, number, end)
        if unit is None:
            following = folded[number.end] if number.end < end else " "
            if following.isalpha() or (following in "-/:" and number.end + 1 < end and folded[number.end + 1].isalnum()):
                return Drop(Span(span.start, number.end + 1), "name_part", "number.glued")
            return self._bare(number)
        return self._measured(folded, number, unit)

    def _measured(self, folded: str, number: _Number, unit: _UnitRead) -> Quantity:
        value = number.value
        if has_ambiguous_comma(number.raw) and not number.multiplied and unit.unit.dimension == "count":
            value = parse_digits(number.raw, comma_groups=True)
        return Quantity(
            span=Span(number.start, unit.end),
            number=Span(number.start, number.end),
            value=value,
            value_max=None,
            denominator=None,
            bound=Bound.EQ,
            change=Change.NONE,
            unit_id=unit.unit_id,
            unit_text="",
            unit_span=Span(unit.start, unit.end),
            unit=unit.unit,
            rule_ids=("number.words" if number.in_words else "number.digits", *unit.rule_ids),
            multiplied=number.multiplied,
            in_words=number.in_words,
        )

    def _bare(self, number: _Number) -> Quantity:
        value = number.value
        if has_ambiguous_comma(number.raw) and not number.multiplied:
            value = parse_digits(number.raw)
        return Quantity(
            span=Span(number.start, number.end),
            number=Span(number.start, number.end),
            value=value,
            value_max=None,
            denominator=None,
            bound=Bound.EQ,
            change=Change.NONE,
            unit_id="",
            unit_text="",
            unit=None,
            rule_ids=("number.words" if number.in_words else "number.digits",),
            multiplied=number.multiplied,
            in_words=number.in_words,
        )

    # -- units ---------------------------------------------------------------------------------

    def _read_unit(self, folded: str, number: _Number, end: int) -> _UnitRead | None:
        gap = _SPACE.match(folded, number.end, end)
        position = gap.end() if gap is not None else number.end
        read = self.units.match(folded, position, end)
        if read is None:
            filler = _FILLER.match(folded, number.end, end)
            if filler is not None:
                position = filler.end()
                read = self.units.match(folded, position, end)
        if read is None:
            return None
        unit, stop = read
        return self._read_rate(folded, unit, position, stop, end)

    def _read_rate(self, folded: str, unit: Unit, start: int, stop: int, end: int) -> _UnitRead:
        unit_id = unit.id
        rule_ids = [unit.rule_id]
        while (slash := _SLASH.match(folded, stop, end)) is not None:
            people = _RATE_PEOPLE.match(folded, slash.end(), end)
            if people is not None:
                unit_id = self._per_people(unit_id, people)
                stop = people.end()
                rule_ids.append("unit.rate")
                continue
            per = self.units.match(folded, slash.end(), end)
            if per is None or not (per[0].dimension in ("count", "time", "mass", "area", "volume", "length", "energy", "score", "power", "rank_places", "times") or per[0].id == "USD"):
                break
            if unit.dimension == "count" and per[0].dimension == "count" and per[0].id not in ("person", "household"):
                # `thôn/xóm`: two names of one thing, not a rate.
                stop = per[1]
                continue
            unit_id = f"{unit_id}/{per[0].id}"
            stop = per[1]
            rule_ids.append("unit.rate")
        return _UnitRead(unit, unit_id, start, stop, tuple(rule_ids))

    def _per_people(self, unit_id: str, people: re.Match[str]) -> str:
        count = 10_000 if people[2] else int(people[1].replace(".", ""))
        if people[3] == "hộ":
            return f"{unit_id}/{count}_households" if count > 1 else f"{unit_id}/household"
        if unit_id == "subscription" and count == 100:
            return "per_100_people"
        return f"{unit_id}/{count}_people"

    # -- shapes --------------------------------------------------------------------------------

    def _ratio(
        self, folded: str, number: _Number, start: int, end: int, taken: Sequence[Span]
    ) -> Quantity | Drop | None:
        mark = _RATIO_MARK.match(folded, number.end, end)
        if mark is None or number.multiplied:
            return None
        second = DIGITS_PATTERN.match(folded, mark.end(), end)
        if second is None:
            return None
        span = Span(number.start, second.end())
        if second.end() < end and (folded[second.end()] == "/" or folded[second.end()].isalpha()):
            return Drop(span, "document_number", "number.ratio")
        over = parse_digits(second[0])
        whole = number.value == number.value.to_integral_value() and over == over.to_integral_value()
        unit = self._read_unit(folded, _Number(over, second.start(), second.end(), raw=second[0]), end)
        if unit is not None and (unit.unit.dimension != "count" or unit.unit.structural and over > 63):
            unit = None
        before = folded[max(start, span.start - CUE_WINDOW) : span.start]
        quantity = Quantity(
            span=span, number=span, value=number.value, value_max=None, denominator=over, bound=Bound.EQ,
            change=Change.NONE, unit_id="", unit_text="", unit=None, rule_ids=("number.ratio",),
        )  # fmt: skip
        if not whole or over == 0:
            return Drop(span, "unreadable", "number.ratio")
        if _RANK_BEFORE.search(before) and number.value <= over:
            return replace(quantity, unit_id="rank", rule_ids=("number.rank",))
        small = number.value < over <= 10
        if small and (_FRACTION_AFTER.match(folded, span.end, end) or _FRACTION_BEFORE.search(before)) and unit is None:
            return replace(quantity, unit_id="fraction", rule_ids=("number.fraction",))
        if unit is not None:
            return replace(
                quantity, span=Span(span.start, unit.end), unit_id=unit.unit_id, unit=unit.unit,
                unit_span=Span(unit.start, unit.end), rule_ids=("number.ratio", *unit.rule_ids),
            )  # fmt: skip
        if over in PROVINCE_COUNTS and number.value <= over:
            return replace(quantity, unit_id="rank", rule_ids=("number.rank",))
        if number.value <= 31 and over <= 12:
            return Drop(span, "calendar_date", "number.ratio")
        return quantity if number.value <= over * 2 else Drop(span, "name_part", "number.ratio")

    def _range(
        self, text: str, folded: str, number: _Number, end: int, taken: Sequence[Span]
    ) -> Quantity | None:
        first_unit = self._read_unit(folded, number, end)
        mark = _RANGE_MARK.match(folded, first_unit.end if first_unit else number.end, end)
        if mark is None:
            return None
        second = self._read_number(folded, mark.end(), end)
        if second is None or any(Span(second.start, second.end).overlaps(span) for span in taken):
            return None
        unit = self._read_unit(folded, second, end)
        if unit is None and not second.multiplied:
            return None
        if first_unit is not None and (unit is None or first_unit.unit_id != unit.unit_id):
            return None
        low = number.value
        if second.multiplied and not number.multiplied:
            factor, _ = read_multiplier(folded, second.start + len(second.raw))
            low *= factor
        comma_groups = (
            unit is not None and unit.unit.dimension == "count" and not second.multiplied
            and has_ambiguous_comma(number.raw) and has_ambiguous_comma(second.raw)
        )  # fmt: skip
        high = second.value
        if comma_groups:
            low, high = parse_digits(number.raw, comma_groups=True), parse_digits(second.raw, comma_groups=True)
        if not low < high:
            return None
        joined = _Number(low, number.start, second.end, second.multiplied, raw="")
        quantity = self._measured(folded, joined, unit) if unit is not None else self._bare(joined)
        return replace(quantity, value_max=high, rule_ids=("number.range", *quantity.rule_ids[1:]))

    def _ranks(self, folded: str, start: int, end: int) -> list[Quantity]:
        found = []
        for match in _RANK.finditer(folded, start, end):
            number = _RANK_WORDS.get(match["n"]) or int(match["n"]) if not match["n"].isdigit() else int(match["n"])
            over = Decimal(match["m"]) if match["m"] else None
            cue = match["cue"]
            before = folded[max(start, match.start() - 40) : match.start()]
            ordinal = "thứ" in cue or "hạng" in cue or "vị trí" in cue
            if _RANK_BLOCK.search(before) or number == 0:
                continue
            if match["m"]:
                if not ordinal and not re.match(r"xếp|đứng", cue):
                    continue
            elif not ordinal:
                continue
            elif not (
                re.match(r"xếp|đứng|vị trí|vị thứ", cue)
                or _RANK_BEFORE.search(before)
                or (_RANK_AFTER.match(folded, match.end(), end) and not cue.startswith("hạng"))
            ):
                continue
            inner = re.search(r"(?:thứ|hạng)\s+(?:hạng\s+)?$", cue)
            left = match.start() + (inner.start() if inner else len(cue))
            span = Span(left, match.end())
            found.append(
                Quantity(
                    span=span, number=Span(match.start("n"), match.end()), value=Decimal(number), value_max=None,
                    denominator=over, bound=Bound.EQ, change=Change.NONE, unit_id="rank", unit_text="",
                    unit=self._by_id.get("rank"), rule_ids=("number.rank",),
                )  # fmt: skip
            )
        for match in _TOP.finditer(folded, start, end):
            explicit = match["cue"].startswith(("tốp", "top"))
            if not explicit and not (match["noun"] and _TOP_AFTER.match(folded, match.end(), end)):
                continue
            whole = Span(match.start(), match.end()) if explicit else Span(match.start("q"), match.end("q"))
            found.append(
                Quantity(
                    span=whole, number=Span(match.start("n"), match.end("n")), value=Decimal(match["n"]),
                    value_max=None, denominator=None, bound=Bound.LE, change=Change.NONE, unit_id="rank",
                    unit_text=(match["noun"] or "").strip(), unit=self._by_id.get("rank"), rule_ids=("number.top",),
                )  # fmt: skip
            )
        return found

    def _times(self, folded: str, start: int, end: int) -> list[Quantity]:
        found = []
        for match in _TIMES.finditer(folded, start, end):
            if match["q"] == "đôi":
                value = Decimal(2)
            elif match["q"] == "rưỡi":
                value = Decimal("1.5")
            else:
                words = parse_number_words(match["n"])
                value = words if words is not None else parse_digits(match["n"])
            span = Span(match.start("q"), match.end("q"))
            found.append(
                Quantity(
                    span=span, number=span, value=value, value_max=parse_digits(match["max"]) if match["max"] else None,
                    denominator=None, bound=Bound.EQ, change=Change.INCREASE, unit_id="times", unit_text="lần",
                    unit=self._by_id.get("times"), rule_ids=("number.times",),
                )  # fmt: skip
            )
        return found

    def _read_words(
        self, text: str, folded: str, match: re.Match[str], start: int, end: int
    ) -> Quantity | None:
        """Reads a number in words where it counts something; a bare `ba` or `năm` is none."""
        words = match[0].split()
        before = folded[max(start, match.start() - 20) : match.start()]
        if _VAGUE_BEFORE.search(before):
            return None
        for count in range(len(words), 0, -1):
            part = re.match(r"\s+".join(words[:count]), folded[match.start() : end])
            value = parse_number_words(" ".join(words[:count]))
            if value is None or part is None:
                continue
            stop = match.start() + part.end()
            single = count == 1
            if single and (words[0] in ("một", "không", "nửa") or _SINGLE_WORD_BLOCK.search(before)):
                return None
            if single and text[match.start()].isupper() and folded[start : match.start()].strip(' "-+*•'):
                return None
            number = _Number(value, match.start(), stop, any(w in ("nghìn", "ngàn", "triệu", "tỉ", "vạn") for w in words[:count]), True)
            unit = self._read_unit(folded, number, end)
            if unit is None:
                if count == len(words) and not single and value >= 20:
                    return self._bare(number)
                continue
            if single and (unit.unit.structural or unit.unit.dimension == "time"):
                return None
            if words[0] == "năm" and single and not re.search(r"(?<!\w)(?:có|gồm|là|với|và|đã|thêm|tại|cho|của)\s*$|^\W*$", before):
                return None
            return self._measured(folded, number, unit)
        return None

    # -- what stands around ----------------------------------------------------------------------

    def _share_units(self, folded: str, found: list[Quantity]) -> list[Quantity]:
        """Gives a bare number the unit of the next one that it is set against: `từ 40 lên 60%`."""
        link = re.compile(r"\s*(?:,|và|hoặc|lên|xuống|còn|xuống còn|lên đến|lên tới|đến|tới)?\s*(?:còn|mức|hơn|gần|khoảng)?\s*")
        shared = list(found)
        for index in range(len(shared) - 2, -1, -1):
            quantity, following = shared[index], shared[index + 1]
            if quantity.unit_id or not following.unit_id or following.unit is None or quantity.denominator is not None:
                continue
            gap = folded[quantity.span.end : following.span.start]
            if gap.strip() and link.fullmatch(gap):
                value = quantity.value
                shared[index] = replace(
                    quantity, unit_id=following.unit_id, unit=following.unit, unit_text="", value=value,
                    rule_ids=(*quantity.rule_ids, "unit.shared"),
                )  # fmt: skip
        return shared

    def _with_cues(
        self, folded: str, start: int, end: int, quantity: Quantity, found: Sequence[Quantity]
    ) -> Quantity:
        left_limit = max(
            [start, quantity.span.start - CUE_WINDOW]
            + [other.span.end for other in found if other.span.end <= quantity.span.start]
        )
        window = folded[left_limit : quantity.span.start]
        bound, lead, rules = quantity.bound, quantity.span.start, list(quantity.rule_ids)
        change = quantity.change
        directed: list[Bound] = []
        # `khoảng hơn 20`: peel bound words off from the number outwards; a directed one wins.
        comparison = regex.search(r"(?<!\w)(?:cao|thấp|nhiều|ít|lớn|nhỏ|nhanh|chậm|tốt|đắt|rẻ|kém)\s+hơn\s*$", window)
        if comparison is None:
            for _ in range(3):
                peeled = self._peel(window)
                if peeled is None:
                    break
                cue, at = peeled
                window = window[:at]
                lead = left_limit + at
                directed.append(Bound(cue.value))
                rules.append(cue.rule_id)
        for cue, pattern in self._bounds_after:
            match = pattern.match(folded, quantity.span.end, end)
            if match is not None:
                directed.append(Bound(cue.value))
                rules.append(cue.rule_id)
                break
        if directed and quantity.bound is Bound.EQ:
            bound = next((item for item in directed if item is not Bound.APPROX), Bound.APPROX)
        if not self._levels.search(window) and not quantity.is_rank and quantity.unit_id != "times":
            for cue, pattern in self._changes:
                found_change = pattern.search(window)
                if found_change is not None:
                    change = Change(cue.value)
                    lead = left_limit + found_change.start()
                    rules.append(cue.rule_id)
                    break
        return replace(quantity, bound=bound, change=change, lead=lead, rule_ids=tuple(rules))

    def _peel(self, window: str) -> tuple[Cue, int] | None:
        best: tuple[Cue, int] | None = None
        for cue, pattern in self._bounds_before:
            match = pattern.search(window)
            if match is not None and (best is None or match.start() < best[1]):
                best = (cue, match.start())
        return best

    # -- verdicts that need the words around ------------------------------------------------------

    def keeps_duration(self, folded: str, start: int, end: int, quantity: Quantity) -> bool:
        """Asks whether a length of time is itself measured, and does not only date something."""
        before = folded[max(start, quantity.lead - 60) : quantity.lead]
        if self._time_measures_after.match(folded, quantity.span.end, end):
            return True
        return self._time_measures.search(before) is not None or quantity.change is not Change.NONE

    def is_stated(self, folded: str, start: int, quantity: Quantity) -> bool:
        """Asks whether a verb of measure leads to a bare number: `là 2.550`, `đạt gần 927.000`."""
        return self._verbs.search(folded[max(start, quantity.lead - 40) : quantity.lead]) is not None
