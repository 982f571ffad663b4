"""Quantities: folded text in, numbers with unit, bound and change out.

A grammar over characters. It knows numbers, units, ratios, ranks and ranges; it does not know what is
measured, when or where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from extract.coverage import Coverage
from extract.cues import CueReader
from extract.models import Change, Drop, Span
from extract.not_facts import NotFactFinder
from extract.number_words import WORDS_PATTERN, read_number_words
from extract.numbers import and_a_half, bare, measured, read_number
from extract.numerals import DIGITS_PATTERN, SHORT_MULTIPLIER_INITIALS, read_short_multiplier
from extract.once import Once
from extract.pairs import MAX_DIGITS, PairReader
from extract.phrase_end import PhraseEnd
from extract.prefilter import LiteralScanner
from extract.quantity import Number, Quantity
from extract.ranks import RankFinder
from extract.rules import RuleSet, words_pattern
from extract.text import fold
from extract.units import RATE_BASE, UnitLexicon, UnitRead, per_people_named

# An amount per something without a currency is money only when it is this large: `100.000/kg`.
MIN_IMPLIED_MONEY = 1000

# Only such measures go below zero; elsewhere a dash parts or lists.
_SIGNED = frozenset({"temperature", "share"})
_MINUS = re.compile(r"(?<!\w)âm\s+$|(?<=\s)-$")
_CURRENCY_BEFORE = re.compile(r"(?<!\w)(us\$|\$|usd|vnd|vnđ|eur|€|£)\s?$")
_CURRENCY_ENDS = frozenset("$ dđr€£")
_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"[^\W\d_]")
_GLUED_WORD = re.compile(r"([a-zà-ỹđ]+)$")
_SHARED_UNIT_LINK = re.compile(
    r"\s*(?:,|và|hoặc|lên|xuống|còn|xuống còn|lên đến|lên tới|đến|tới)?\s*(?:còn|mức|hơn|gần|khoảng)?\s*"
)
_FIVE_LED = re.compile(
    r"(?<!\w)(?:có|gồm|là|với|và|đã|thêm|tại|cho|của|mới|xây|được|còn|khoảng|hơn|gần)\s*$|^\W*$|,\s*$"
)
# A sentence is cut at 1,500 characters; with more numbers than this in it, it is no text but a code.
MAX_NUMBERS = 300
_DIGIT = re.compile(r"[0-9]")
_NUMERAL = re.compile(r"[0-9]+")
_LONE_NUMERAL = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{1,3})?")
# A number in words without a unit counts only when it is no small one: `hai mươi mốt`.
MIN_BARE_WORDS = 20


class QuantityFinder:
    """Finds quantities on folded text. Made once per rule set."""

    def __init__(self, rules: RuleSet, scanner: LiteralScanner | None = None) -> None:
        """`scanner` may be shared with what else looks through the same documents."""
        self._units = UnitLexicon(rules.units)
        self._ranks = RankFinder(rules, self._units)
        self._pairs = PairReader(rules, self._units, self._ranks)
        self._cues = CueReader(rules)
        self._not_facts = NotFactFinder(rules, self._units, scanner)
        self._glue_words = frozenset(rules.word_forms("number.glue_words"))
        self._verbs = PhraseEnd.of_words(rules.word_forms("number.value_verbs"))
        self._numbered = PhraseEnd.of_words(rules.word_forms("number.numbered_nouns"))
        self._vague = PhraseEnd.of_words(rules.word_forms("number.vague_words"))
        self._time_measures = re.compile(
            words_pattern(rules.word_forms("time.measure_cues")) + r"[^,;:.()]{0,45}$"
        )
        self._time_measures_after = re.compile(r"\s*" + words_pattern(rules.word_forms("time.measure_after")))

    def find(
        self, text: str, folded: str, start: int, end: int, dated: Callable[[], Sequence[Span]]
    ) -> tuple[list[Quantity], list[Drop]]:
        """Gives the quantities between two offsets in order, and the numbers that are none.

        `dated` gives stretches that are dates already, and is asked only where a number may be.
        `text` is the text as written, `folded` its folding.
        """
        if _LONE_NUMERAL.fullmatch(folded, start, end) and not dated():
            # A cell of a table that was flattened to lines: nothing stands around it.
            return [bare(read_number(folded, start, end))], []
        if end - start > 2 * MAX_NUMBERS and len(_NUMERAL.findall(folded, start, end)) > MAX_NUMBERS:
            return [], [Drop(Span(start, end), "unreadable", "number.dense")]
        base = _rate_base(folded, start, end)
        find_masks = Once(partial(self._masks, folded, start, end, base))
        dates = Coverage(start, end, dated)
        taken = Coverage(start, end, lambda: [*(mask.span for mask in find_masks()), *dated()])
        drops: list[Drop] = []
        has_digits = _DIGIT.search(folded, start, end) is not None
        if has_digits:
            # Without a digit nothing can be dropped, and what is masked only counts where a number is read.
            drops += [mask for mask in find_masks() if _DIGIT.search(folded, mask.span.start, mask.span.end)]
        found: list[Quantity] = []

        def take(quantity: Quantity) -> None:
            if taken.is_free(quantity.span):
                found.append(quantity)
                taken.add(quantity.span)

        # Only words make a rank, a number in words or one of so many.
        has_words = _LETTER.search(folded, start, end) is not None
        if has_words:
            self._take_shaped(folded, start, end, found, drops, taken)
        position = start if has_digits else end
        while (match := DIGITS_PATTERN.search(folded, position, end)) is not None:
            position = match.end()
            span = Span(match.start(), match.end())
            if not taken.is_free(span):
                continue
            # A unit does not reach into a date: `đạt 1.500 năm 2020`.
            limit = dates.next_taken(span.end)
            outcome = self._read_digits(text, folded, span, start, limit, taken)
            if isinstance(outcome, Drop):
                drops.append(outcome)
            else:
                take(outcome)
                position = max(position, outcome.span.end)
        position = start if has_words else end
        while (run := WORDS_PATTERN.search(folded, position, end)) is not None:
            stated = self._number_in_words(text, folded, run, start)
            in_words = None
            if stated is not None and (limit := dates.next_taken(run.start())) > run.start():
                in_words = self._read_words(folded, run, *stated, limit)
            if in_words is not None:
                take(in_words)
                position = in_words.span.end
            else:
                # `mỗi năm hai mươi nghìn lượt`: a number may begin at the next word of the run.
                first = _WORD.match(run[0])
                position = run.start() + (first.end() if first is not None else len(run[0]))
        found.sort(key=lambda quantity: quantity.span)
        found = self._cues.read(folded, start, end, self._share_units(folded, found))
        if base is not None:
            # What the base is of is the next number alone.
            following = next((item for item in found if item.span.start >= base.end()), None)
            if following is not None and ";" not in folded[base.end() : following.span.start]:
                found = [_per_base(item, base) if item is following else item for item in found]
        return [_with_unit_text(text, _below_zero(folded, start, quantity)) for quantity in found], drops

    def _masks(self, folded: str, start: int, end: int, base: re.Match[str] | None) -> list[Drop]:
        """Gives the stretches whose numbers are no quantities, the base of a rate among them."""
        masks = self._not_facts.find(folded, start, end)
        if base is None:
            return masks
        return [*masks, Drop(Span(base.start(), base.end()), "condition", "unit.rate_base")]

    def _take_shaped(
        self,
        folded: str,
        start: int,
        end: int,
        found: list[Quantity],
        drops: list[Drop],
        taken: Coverage,
    ) -> None:
        """Takes the numbers that are known by their shape: ranks, multiples, one of so many."""
        for outcome in (*self._ranks.find(folded, start, end), *self._pairs.find_every(folded, start, end)):
            if not taken.is_free(outcome.span):
                continue
            taken.add(outcome.span)
            if isinstance(outcome, Drop):
                drops.append(outcome)
            else:
                found.append(outcome)

    # -- numbers in digits -----------------------------------------------------------------------

    def _read_digits(
        self, text: str, folded: str, span: Span, start: int, end: int, taken: Coverage
    ) -> Quantity | Drop:
        if self._hangs_on_word(folded, span, start, end):
            return Drop(span, "name_part", "number.glued")
        if span.end - span.start > MAX_DIGITS:
            return Drop(span, "unreadable", "number.digits")
        number = read_number(folded, span.start, end)
        unit = self._units.read(folded, number.end, end) or self._currency_before(folded, span, number, start)
        shaped = self._pairs.read(folded, number, unit, start, end, taken)
        if shaped is not None:
            return shaped
        if text[number.end : number.end + 1] in SHORT_MULTIPLIER_INITIALS:
            short = self._short_multiple(text, folded, number, end)
            if short is not None:
                return short
        if unit is None and number.value >= MIN_IMPLIED_MONEY:
            unit = self._units.read_implied_money(folded, number.end, end)
        if unit is not None:
            return and_a_half(folded, measured(number, unit), end)
        following = folded[number.end : number.end + 2]
        if following[:1].isalpha() or (following[:1] in "-/:" and following[1:2].isalnum()):
            return Drop(Span(span.start, number.end + 1), "name_part", "number.glued")
        return bare(number)

    def _short_multiple(self, text: str, folded: str, number: Number, end: int) -> Quantity | None:
        """Reads `500k/ngày`, `10K lượt xem`, `2,5B USD`, `12tr`: a letter for the multiplier.

        Capitals name models and sizes too (`3M`, `4K`): they count only before a unit.
        """
        read = read_short_multiplier(text, number.end) if not number.multiplied else None
        if read is None or read.end > end:
            return None
        longer = number._replace(value=number.value * read.product, end=read.end, multiplied=True)
        unit = self._units.read(folded, longer.end, end)
        if unit is None and read.means_money:
            unit = self._units.read_implied_money(folded, longer.end, end) or self._units.money(longer.end)
        return measured(longer, unit) if unit is not None else None

    def _currency_before(self, folded: str, span: Span, number: Number, start: int) -> UnitRead | None:
        """Gives the currency that stands in front: `$2,5 tỷ`, `US$ 3,5 tỷ`, `USD 5 triệu`."""
        window = folded[max(start, span.start - 6) : span.start]
        sign = _CURRENCY_BEFORE.search(window) if window[-1:] in _CURRENCY_ENDS else None
        found = self._units.match(sign[1], 0, len(sign[1])) if sign is not None else None
        if found is None or found[0].dimension != "money":
            return None
        return UnitRead(found[0], found[0].id, number.end, number.end, (found[0].rule_id,))

    def _hangs_on_word(self, folded: str, span: Span, start: int, end: int) -> bool:
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
        return before.isalpha() and not self._lost_its_space(folded, span, start, end)

    def _lost_its_space(self, folded: str, span: Span, start: int, end: int) -> bool:
        """Asks whether only the space is missing before the digits: `trên200.000`, `giá cước99 USD`."""
        glued = _GLUED_WORD.search(folded, max(start, span.start - 12), span.start)
        if glued is None:
            return False
        if glued[1] in self._glue_words:
            return True
        number = read_number(folded, span.start, end)
        is_vietnamese_word = len(glued[1]) >= 3 and not glued[1].isascii()
        return is_vietnamese_word and self._units.read(folded, number.end, end) is not None

    # -- numbers in words ------------------------------------------------------------------------

    def _number_in_words(
        self, text: str, folded: str, match: re.Match[str], start: int
    ) -> tuple[Number, int] | None:
        """Gives the number that a run of number words begins with and its words; a bare `ba` is none."""
        places = list(_WORD.finditer(match[0]))
        words = [place[0] for place in places]
        before = folded[max(start, match.start() - 20) : match.start()]
        read = read_number_words(words)
        if read is None or self._vague.find(before):
            return None
        single = read.taken == 1
        if single and not self._may_stand_alone(text, folded, match.start(), start, words[0], before):
            return None
        stop = match.start() + places[read.taken - 1].end()
        return Number(read.value, match.start(), stop, read.multiplied, in_words=True), read.taken

    def _read_words(
        self, folded: str, match: re.Match[str], number: Number, taken: int, end: int
    ) -> Quantity | None:
        """Reads a number in words where it counts something; a bare `ba` or `năm` is none."""
        single = taken == 1
        unit = self._units.read(folded, number.end, end)
        if unit is not None:
            dates_only = single and (unit.unit.structural or unit.unit.dimension in ("time", "times"))
            return None if dates_only else and_a_half(folded, measured(number, unit), end)
        if single:
            return self._pairs.read_either(folded, number.start, end)
        return bare(number) if number.end == match.end() and number.value >= MIN_BARE_WORDS else None

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
        before = folded[max(start, quantity.lead - 70) : quantity.lead]
        return (
            quantity.change is not Change.NONE
            or self._time_measures_after.match(folded, quantity.span.end, end) is not None
            or self._time_measures.search(before) is not None
        )

    def is_stated(self, folded: str, start: int, quantity: Quantity) -> bool:
        """Asks whether a verb of measure or a colon leads to a bare number: `là 2.550`, `Hà Nội: 73`."""
        before = folded[max(start, quantity.lead - 40) : quantity.lead].rstrip()
        return before.endswith(":") or self._verbs.find(before) is not None


def _rate_base(folded: str, start: int, end: int) -> re.Match[str] | None:
    """Gives what a later count is per, `cứ 100 dân`; behind a number of its clause it is that number's."""
    base = RATE_BASE.search(folded, start, end) if "dân" in folded[start:end] else None
    if base is None or re.search(r"[0-9][^,;:]{0,60}$", folded[max(start, base.start() - 60) : base.start()]):
        return None
    return base


def _per_base(quantity: Quantity, base: re.Match[str]) -> Quantity:
    """Gives a count the base that was said before it: `cứ 100 dân có 103 thuê bao`."""
    unit = quantity.unit
    if unit is None or unit.dimension != "count" or unit.id != quantity.unit_id or unit.id == "person":
        return quantity
    unit_id = per_people_named(unit.id, base["people"])
    if unit_id == unit.id or quantity.denominator is not None:
        return quantity
    return replace(quantity, unit_id=unit_id, rule_ids=(*quantity.rule_ids, "unit.rate_base"))


def _below_zero(folded: str, start: int, quantity: Quantity) -> Quantity:
    """Reads `âm 5 độ C`, `tăng trưởng âm 6%`; of a range only the lower end: `từ âm 2 đến 3 độ C`."""
    if quantity.dimension not in _SIGNED:
        return quantity
    minus = _MINUS.search(folded, max(start, quantity.number.start - 6), quantity.number.start)
    if minus is None or (minus.start() == start and minus[0] == "-"):
        return quantity
    return replace(quantity, value=-quantity.value, rule_ids=(*quantity.rule_ids, "number.negative"))


def _with_unit_text(text: str, quantity: Quantity) -> Quantity:
    if quantity.unit_span is None:
        return quantity
    return replace(quantity, unit_text=text[quantity.unit_span.start : quantity.unit_span.end])
