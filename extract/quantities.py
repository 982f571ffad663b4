"""Quantities: folded text in, numbers with unit, bound and change out.

A grammar over characters. It knows numbers, units, ratios, ranks and ranges; it does not know what is
measured, when or where.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from extract.coverage import Coverage
from extract.cues import CueReader
from extract.models import Change, Drop, Span
from extract.not_facts import NotFactFinder
from extract.number_words import ONES, WORDS_PATTERN, read_number_words
from extract.numerals import (
    DIGITS_PATTERN,
    has_ambiguous_comma,
    parse_digits,
    read_multiplier,
    read_short_multiplier,
)
from extract.phrase_end import PhraseEnd
from extract.quantity import Number, Quantity
from extract.ranks import RankFinder
from extract.rules import RuleSet, words_pattern
from extract.text import fold
from extract.units import UnitLexicon, UnitRead

# A bare x/63 or x/34 is a rank among the provinces.
PROVINCE_COUNTS = frozenset({63, 64, 34})
MAX_FRACTION_DENOMINATOR = 10
# Longer runs of digits are codes, and no float holds them.
MAX_DIGITS = 24
# An amount per something without a currency is money only when it is this large: `100.000/kg`.
MIN_IMPLIED_MONEY = 1000

_RANGE_MARK = re.compile(
    r"\s{0,2}(?:-|~|÷|\.{2,3}|(?:đến|tới)(?:\s+(?:hơn|gần|khoảng|trên|tối đa))?(?!\w))\s{0,2}"
)
# `5 hay 6 hộ`: one or the other, only when they follow each other.
_OR_MARK = re.compile(r"\s+(?:hay|hoặc)\s+")
_RATIO_MARK = re.compile(r"\s?/\s?")
_SMALLER_MULTIPLE = re.compile(r"\s+([0-9]{1,3}(?:,[0-9]+)?)(?=\s{0,2}(?:nghìn|ngàn|triệu|tỉ))")
_AND_A_HALF = re.compile(r"\s+rưỡi(?!\w)")
# `1 tỷ 2 đồng` is said for 1,2 tỷ.
_SHORT_TENTH = re.compile(r"\s+([1-9])(?=\s+(?:đồng|usd)(?!\w))")
_GLUED_WORD = re.compile(r"([a-zà-ỹđ]+)$")
_SHARED_UNIT_LINK = re.compile(
    r"\s*(?:,|và|hoặc|lên|xuống|còn|xuống còn|lên đến|lên tới|đến|tới)?\s*(?:còn|mức|hơn|gần|khoảng)?\s*"
)
_FIVE_LED = re.compile(r"(?<!\w)(?:có|gồm|là|với|và|đã|thêm|tại|cho|của)\s*$|^\W*$")
_ONE_WORD = "|".join(ONES)
_EITHER = re.compile(rf"({_ONE_WORD})(?:\s*,\s*|\s+|\s+(?:hay|hoặc|đến|tới)\s+)({_ONE_WORD})(?!\w)")
# A number in words without a unit counts only when it is no small one: `hai mươi mốt`.
MIN_BARE_WORDS = 20
# `chín trăm chín mươi chín triệu chín trăm ...` is no longer than this.
MAX_NUMBER_WORDS = 24


class QuantityFinder:
    """Finds quantities on folded text. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self._units = UnitLexicon(rules.units)
        self._ranks = RankFinder(rules, self._units)
        self._cues = CueReader(rules)
        self._not_facts = NotFactFinder(rules, self._units)
        self._glue_words = frozenset(rules.word_forms("number.glue_words"))
        self._verbs = PhraseEnd.of_words(rules.word_forms("number.value_verbs"))
        self._fraction_after = re.compile(r"\s+" + words_pattern(rules.word_forms("fraction.wholes")))
        self._fraction_before = PhraseEnd.of_words(rules.word_forms("fraction.cues"))
        self._numbered = PhraseEnd.of_words(rules.word_forms("number.numbered_nouns"))
        self._vague = PhraseEnd.of_words(rules.word_forms("number.vague_words"))
        self._time_measures = re.compile(
            words_pattern(rules.word_forms("time.measure_cues")) + r"[^,;:.()]{0,30}$"
        )
        self._time_measures_after = re.compile(r"\s*" + words_pattern(rules.word_forms("time.measure_after")))

    def find(
        self, text: str, folded: str, start: int, end: int, dated: Sequence[Span]
    ) -> tuple[list[Quantity], list[Drop]]:
        """Gives the quantities between two offsets in order, and the numbers that are none.

        `dated` are stretches that are dates already. `text` is the text as written, `folded` its folding.
        """
        masks = self._not_facts.find(folded, start, end)
        taken = Coverage(start, end, [*(mask.span for mask in masks), *dated])
        drops = [mask for mask in masks if re.search(r"[0-9]", folded[mask.span.start : mask.span.end])]
        found: list[Quantity] = []

        def take(quantity: Quantity) -> None:
            if taken.is_free(quantity.span):
                found.append(quantity)
                taken.add(quantity.span)

        for quantity in self._ranks.find(folded, start, end):
            take(quantity)
        position = start
        while (match := DIGITS_PATTERN.search(folded, position, end)) is not None:
            position = match.end()
            span = Span(match.start(), match.end())
            if not taken.is_free(span):
                continue
            outcome = self._read_digits(text, folded, span, start, end, taken)
            if isinstance(outcome, Drop):
                drops.append(outcome)
            else:
                take(outcome)
                position = max(position, outcome.span.end)
        for match in WORDS_PATTERN.finditer(folded, start, end):
            in_words = self._read_words(text, folded, match, start, end)
            if in_words is not None:
                take(in_words)
        found.sort(key=lambda quantity: quantity.span)
        found = self._cues.read(folded, start, end, self._share_units(folded, found))
        return [_with_unit_text(text, quantity) for quantity in found], drops

    # -- numbers in digits -----------------------------------------------------------------------

    def _read_digits(
        self, text: str, folded: str, span: Span, start: int, end: int, taken: Coverage
    ) -> Quantity | Drop:
        if self._hangs_on_word(folded, span, start):
            return Drop(span, "name_part", "number.glued")
        if span.end - span.start > MAX_DIGITS:
            return Drop(span, "unreadable", "number.digits")
        number = _read_number(folded, span.start, end)
        shaped = self._ratio(folded, number, start, end) or self._range(folded, number, end, taken)
        if shaped is not None:
            return shaped
        short = self._short_multiple(text, folded, number, end)
        if short is not None:
            return short
        unit = self._units.read(folded, number.end, end)
        if unit is None and number.value >= MIN_IMPLIED_MONEY:
            unit = self._units.read_implied_money(folded, number.end, end)
        if unit is not None:
            return _and_a_half(folded, _measured(number, unit), end)
        following = folded[number.end : number.end + 2]
        if following[:1].isalpha() or (following[:1] in "-/:" and following[1:2].isalnum()):
            return Drop(Span(span.start, number.end + 1), "name_part", "number.glued")
        return _bare(number)

    def _short_multiple(self, text: str, folded: str, number: Number, end: int) -> Quantity | None:
        """Reads `500k/ngày`, `10K lượt xem`, `2,5B USD`, `12tr`: a letter for the multiplier.

        Capitals name models and sizes too (`3M`, `4K`): they count only before a unit.
        """
        read = read_short_multiplier(text, number.end) if not number.multiplied else None
        if read is None or read.end > end:
            return None
        longer = replace(number, value=number.value * read.product, end=read.end, multiplied=True)
        unit = self._units.read(folded, longer.end, end)
        if unit is None and read.means_money:
            unit = self._units.read_implied_money(folded, longer.end, end) or self._units.money(longer.end)
        return _measured(longer, unit) if unit is not None else None

    def _hangs_on_word(self, folded: str, span: Span, start: int) -> bool:
        """Asks whether the digits belong to a word, a code or another number: `BN2807`, `Covid-19`."""
        if span.start == start:
            return False
        before = folded[span.start - 1]
        earlier = folded[span.start - 2] if span.start - 2 >= start else " "
        if (
            before in "#@_&"
            or (before in "/.,:" and earlier.isdigit())
            or (before == "-" and earlier.isalnum())
        ):
            return True
        return before.isalpha() and not self._lost_its_space(folded, span, start)

    def _lost_its_space(self, folded: str, span: Span, start: int) -> bool:
        """Asks whether only the space is missing before the digits: `trên200.000`, `giá cước99 USD`."""
        glued = _GLUED_WORD.search(folded, max(start, span.start - 12), span.start)
        if glued is None:
            return False
        if glued[1] in self._glue_words:
            return True
        number = _read_number(folded, span.start, len(folded))
        is_vietnamese_word = len(glued[1]) >= 3 and not glued[1].isascii()
        return is_vietnamese_word and self._units.read(folded, number.end, len(folded)) is not None

    def _ratio(self, folded: str, number: Number, start: int, end: int) -> Quantity | Drop | None:
        """Reads `159/159 xã`, `xếp 14/63`, `1/3 số hộ`; a day and month is none of them."""
        mark = _RATIO_MARK.match(folded, number.end, end)
        second = DIGITS_PATTERN.match(folded, mark.end(), end) if mark is not None else None
        if second is None or number.multiplied or len(second[0]) > MAX_DIGITS:
            return None
        span = Span(number.start, second.end())
        following = folded[second.end()] if second.end() < end else " "
        if following == "/" or following.isalpha():
            return Drop(span, "document_number", "number.ratio")
        over = parse_digits(second[0])
        if over == 0 or any(value != value.to_integral_value() for value in (number.value, over)):
            return Drop(span, "unreadable", "number.ratio")
        quantity = Quantity(
            span=span, number=span, value=number.value, lead=span.start, denominator=over,
            rule_ids=("number.ratio",),
        )  # fmt: skip
        rank = replace(
            quantity, unit_id="rank", unit=self._units.by_id.get("rank"), rule_ids=("number.rank",)
        )
        if self._ranks.is_led_to(folded, start, span.start) and number.value <= over:
            return rank
        if number.value < over <= MAX_FRACTION_DENOMINATOR and self._is_fraction(folded, span, start, end):
            fraction = self._units.by_id.get("fraction")
            return replace(quantity, unit_id="fraction", unit=fraction, rule_ids=("number.fraction",))
        unit = self._units.read(folded, second.end(), end)
        if unit is not None and unit.unit.dimension == "count" and not unit.unit.structural:
            return replace(
                quantity, span=Span(span.start, unit.end), unit_id=unit.unit_id, unit=unit.unit,
                unit_span=Span(unit.start, unit.end), rule_ids=("number.ratio", *unit.rule_ids),
            )  # fmt: skip
        if over in PROVINCE_COUNTS and number.value <= over:
            return rank
        if number.value <= 31 and over <= 12:
            return Drop(span, "calendar_date", "number.ratio")
        return quantity if number.value <= over * 2 else Drop(span, "name_part", "number.ratio")

    def _is_fraction(self, folded: str, span: Span, start: int, end: int) -> bool:
        if self._fraction_after.match(folded, span.end, end):
            return True
        return (
            self._fraction_before.find(folded, start, span.start) is not None
            and self._units.read(folded, span.end, end) is None
        )

    def _range(self, folded: str, number: Number, end: int, taken: Coverage) -> Quantity | None:
        """Reads `25-35%`, `từ 1,2 đến 5 triệu đồng`: the unit stands last, or is the same twice."""
        first_unit = self._units.read(folded, number.end, end)
        first_end = first_unit.end if first_unit else number.end
        mark = _RANGE_MARK.match(folded, first_end, end)
        either = _OR_MARK.match(folded, first_end, end) if mark is None else None
        joint = mark or either
        if joint is None or DIGITS_PATTERN.match(folded, joint.end(), end) is None:
            return None
        second = _read_number(folded, joint.end(), end)
        if either is not None and (number.multiplied or second.value - number.value != 1):
            return None
        if len(second.raw) > MAX_DIGITS:
            return None
        unit = self._units.read(folded, second.end, end)
        if not taken.is_free(Span(second.start, second.end)) or (unit is None and not second.multiplied):
            return None
        if first_unit is not None and (unit is None or first_unit.unit_id != unit.unit_id):
            return None
        low, high = number.value, second.value
        if second.multiplied and not number.multiplied:
            low *= read_multiplier(folded, second.start + len(second.raw))[0]
        counts = unit is not None and unit.unit.dimension == "count" and not second.multiplied
        if counts and has_ambiguous_comma(number.raw) and has_ambiguous_comma(second.raw):
            low, high = (parse_digits(item.raw, comma_groups=True) for item in (number, second))
        if not low < high:
            return None
        joined = Number(low, number.start, second.end, second.multiplied)
        quantity = _measured(joined, unit) if unit is not None else _bare(joined)
        return replace(quantity, value_max=high, rule_ids=("number.range", *quantity.rule_ids[1:]))

    # -- numbers in words ------------------------------------------------------------------------

    def _read_words(
        self, text: str, folded: str, match: re.Match[str], start: int, end: int
    ) -> Quantity | None:
        """Reads a number in words where it counts something; a bare `ba` or `năm` is none."""
        places = list(re.finditer(r"\S+", match[0]))[:MAX_NUMBER_WORDS]
        words = [place[0] for place in places]
        before = folded[max(start, match.start() - 20) : match.start()]
        read = read_number_words(words)
        if read is None or self._vague.find(before):
            return None
        single = read.count == 1
        if single and not self._may_stand_alone(text, folded, match.start(), start, words[0], before):
            return None
        stop = match.start() + places[read.count - 1].end()
        number = Number(read.value, match.start(), stop, read.multiplied, in_words=True)
        unit = self._units.read(folded, number.end, end)
        if unit is not None:
            dates_only = single and (unit.unit.structural or unit.unit.dimension in ("time", "times"))
            return None if dates_only else _and_a_half(folded, _measured(number, unit), end)
        if single:
            return self._read_either(folded, match, end)
        return _bare(number) if read.count == len(words) and read.value >= MIN_BARE_WORDS else None

    def _read_either(self, folded: str, match: re.Match[str], end: int) -> Quantity | None:
        """Reads `hai ba người`, `bốn, năm hộ`: one or the other of two numbers that follow each other."""
        follows = _EITHER.match(folded, match.start(), end)
        if follows is None or ONES[follows[2]] - ONES[follows[1]] != 1:
            return None
        unit = self._units.read(folded, follows.end(), end)
        if unit is None or unit.unit.structural or unit.unit.dimension in ("time", "times"):
            return None
        low, high = Decimal(ONES[follows[1]]), Decimal(ONES[follows[2]])
        quantity = _measured(Number(low, match.start(), follows.end(), in_words=True), unit)
        return replace(quantity, value_max=high, rule_ids=("number.range", *quantity.rule_ids[1:]))

    def _may_stand_alone(
        self, text: str, folded: str, position: int, start: int, word: str, before: str
    ) -> bool:
        """Asks whether a single number word can count: not an article, an ordinal or a name."""
        if word in ("một", "không", "nửa") or self._numbered.find(before):
            return False
        if word == "năm" and not _FIVE_LED.search(before):
            return False
        opens_sentence = not folded[start:position].strip(' "-+*•')
        return opens_sentence or not text[position].isupper()

    # -- what stands around ----------------------------------------------------------------------

    def _share_units(self, folded: str, found: Sequence[Quantity]) -> list[Quantity]:
        """Gives a bare number the unit of the next one that it is set against: `từ 40 lên 60%`."""
        shared = list(found)
        for index in range(len(shared) - 2, -1, -1):
            quantity, following = shared[index], shared[index + 1]
            if quantity.unit_id or following.unit is None or quantity.denominator is not None:
                continue
            gap = folded[quantity.span.end : following.span.start]
            if gap.strip() and _SHARED_UNIT_LINK.fullmatch(gap):
                shared[index] = replace(
                    quantity, unit_id=following.unit_id, unit=following.unit,
                    rule_ids=(*quantity.rule_ids, "unit.shared"),
                )  # fmt: skip
        return shared

    def unit_named_in(self, words: str) -> str | None:
        """Gives the first thing counted that a phrase names: `tổng số người tiếp xúc gần` is persons."""
        folded = fold(words)
        for word in re.finditer(r"\S+", folded):
            found = self._units.match(folded, word.start(), len(folded))
            if found is not None and found[0].dimension == "count" and not found[0].structural:
                return found[0].id
        return None

    def keeps_duration(self, folded: str, start: int, end: int, quantity: Quantity) -> bool:
        """Asks whether a length of time is itself measured, and does not only date something."""
        before = folded[max(start, quantity.lead - 60) : quantity.lead]
        return (
            quantity.change is not Change.NONE
            or self._time_measures_after.match(folded, quantity.span.end, end) is not None
            or self._time_measures.search(before) is not None
        )

    def is_stated(self, folded: str, start: int, quantity: Quantity) -> bool:
        """Asks whether a verb of measure or a colon leads to a bare number: `là 2.550`, `Hà Nội: 73`."""
        before = folded[max(start, quantity.lead - 40) : quantity.lead].rstrip()
        return before.endswith(":") or self._verbs.find(before) is not None


def _read_number(folded: str, position: int, end: int) -> Number:
    """Reads the digits at `position` with their multipliers: `1 tỷ 200 triệu`, `5,5 nghìn tỷ`."""
    match = DIGITS_PATTERN.match(folded, position, end)
    if match is None:
        raise ValueError(f"no digits at {position}")
    product, stop = read_multiplier(folded, match.end())
    stop = min(stop, end)
    value = parse_digits(match[0]) * product
    if product == 1:
        return Number(value, match.start(), stop, raw=match[0])
    if (tail := _SMALLER_MULTIPLE.match(folded, stop, end)) is not None:
        smaller, smaller_end = read_multiplier(folded, tail.end())
        if smaller < product:
            value += parse_digits(tail[1]) * smaller
            stop = smaller_end
    elif (half := _AND_A_HALF.match(folded, stop, end)) is not None:
        value += product / 2
        stop = half.end()
    elif (tenth := _SHORT_TENTH.match(folded, stop, end)) is not None:
        value += Decimal(tenth[1]) * product / 10
        stop = tenth.end()
    return Number(value, match.start(), stop, product > 1, raw=match[0])


def _measured(number: Number, unit: UnitRead) -> Quantity:
    value = number.value
    whole = unit.unit.dimension == "count" or unit.unit.id == "VND"
    if has_ambiguous_comma(number.raw) and not number.multiplied and whole:
        # Counted things and đồng come whole: `340,656 thuê bao` is no fraction of a subscription.
        value = parse_digits(number.raw, comma_groups=True)
    return Quantity(
        span=Span(number.start, unit.end),
        number=Span(number.start, number.end),
        value=value,
        lead=number.start,
        unit=unit.unit,
        unit_id=unit.unit_id,
        unit_span=Span(unit.start, unit.end),
        multiplied=number.multiplied,
        in_words=number.in_words,
        rule_ids=("number.words" if number.in_words else "number.digits", *unit.rule_ids),
    )


def _and_a_half(folded: str, quantity: Quantity, end: int) -> Quantity:
    """Reads `2 tấn rưỡi`, `một năm rưỡi`: half a unit more."""
    half = _AND_A_HALF.match(folded, quantity.span.end, end)
    if half is None or quantity.multiplied or quantity.dimension in ("count", "share", "rate"):
        return quantity
    span = Span(quantity.span.start, half.end())
    return replace(quantity, span=span, value=quantity.value + Decimal("0.5"))


def _bare(number: Number) -> Quantity:
    span = Span(number.start, number.end)
    return Quantity(
        span=span,
        number=span,
        value=number.value,
        lead=number.start,
        multiplied=number.multiplied,
        in_words=number.in_words,
        rule_ids=("number.words" if number.in_words else "number.digits",),
    )


def _with_unit_text(text: str, quantity: Quantity) -> Quantity:
    if quantity.unit_span is None:
        return quantity
    return replace(quantity, unit_text=text[quantity.unit_span.start : quantity.unit_span.end])
