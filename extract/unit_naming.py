"""Units of numbers that no known unit follows: a noun as written, the head of a list, the thing named before.

Quantities of one sentence in, the same with units where the words around name one, and the numbers that
are no quantities at all (years, parts of names) with the reason.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from extract.models import Drop, Span
from extract.quantities import QuantityFinder
from extract.quantity import Quantity
from extract.rules import RuleSet
from extract.words import SentenceTokenizer, TokenizedSentence

# Four digits without a separator and without a known unit are a year.
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
# A capitalised word straight before a number without a unit makes it part of a name: `Pixel 5`, `RON 92`.
_NAME_BEFORE = re.compile(r"\S\s+(?:[^\W\d_]+[ .])?[a-z]?[A-ZĐ][\w.&-]*[ .]?$")
_NAME_WINDOW = 60
# `Lý Nhân 337, Bình Lục 15`, `Yên Bái (01), Thái Bình (01)`: counts of a list of names.
_NAME = r"[^\W\d_a-zà-ỹđ][^\W\d_]*(?:[ .][^\W\d_a-zà-ỹđ][^\W\d_]*){0,3}"
_NAMED_COUNT = rf"{_NAME}(?:\s\(?|\s?:\s?)[0-9]{{1,3}}(?:\.[0-9]{{3}})*\)?"
_NAMED_COUNTS = re.compile(
    rf"(?<!\w){_NAMED_COUNT}(?:\s?[,;]\s{_NAMED_COUNT}| và {_NAMED_COUNT})+(?!\w|[.,]\w|%)"
)
# `tổng số trường hợp tiếp xúc gần là 14`: the noun of the count is named before it.
_COUNT_OF = re.compile(
    r"(?<!\w)(?:tổng\s+)?số\s+(?:lượng\s+)?(?P<noun>[^\W\d][^,;.:()0-9]{1,60}?)"
    r"(?:\s+(?:(?:đã|hiện|nay|cũng)\s+)?(?:là|đạt|có|lên|lên tới|lên đến)|\s*:)\s*$"
)
_COUNT_WINDOW = 90
# A count whose noun stands with the number before: what leads to it, and what is said of it.
_ELIDED_BEFORE = re.compile(r"(?:[,;(]|(?<!\w)(?:và|trong đó|gồm|có|còn|với))\s*$")
_ELIDED_AFTER = re.compile(
    r"\s+(?:ở|tại|đang|được|bị|đã|chưa|còn lại|nữ|nam|mới|khỏi|âm tính|dương tính)(?!\w)"
)
_SYLLABLE = re.compile(r"[^\S\n]{1,3}([^\W\d_]+)(?=[\s,.;:)\"”]|$)")
MAX_ABBREVIATION = 5
MAX_NOUN_SYLLABLES = 3


class UnitNamer:
    """Names the units of bare numbers. Made once per rule set; tokenizes only where a noun is unknown."""

    def __init__(self, rules: RuleSet, quantities: QuantityFinder, tokenizer: SentenceTokenizer) -> None:
        self._quantities = quantities
        self._tokenizer = tokenizer
        self._stops = frozenset(rules.word_forms("unit.not_counted"))
        self._prefixes = frozenset(rules.word_forms("unit.prefixes"))

    def name(
        self, text: str, folded: str, sentence: Span, quantities: Sequence[Quantity]
    ) -> tuple[list[Quantity], list[Drop], TokenizedSentence | None]:
        """Gives the quantities of a sentence with units, those that are none, and the tokens if made."""
        if not quantities:
            return [], [], None
        named: list[Quantity] = []
        drops: list[Drop] = []
        tokenized: TokenizedSentence | None = None
        in_lists: list[Span] | None = None
        leader: Quantity | None = None
        for quantity in quantities:
            if named and quantity.span.start < named[-1].span.end:
                # `2 đòn bẩy cố vấn`: a syllable of the noun that was taken, and no number.
                drops.append(Drop(quantity.span, "name_part", "unit.as_written"))
                continue
            if quantity.unit_id or quantity.denominator is not None:
                named.append(quantity)
                leader = quantity if _counts(quantity) else leader
                continue
            if in_lists is None:
                in_lists = [
                    Span(match.start(), match.end())
                    for match in _NAMED_COUNTS.finditer(text, sentence.start, sentence.end)
                ]
            if leader is not None and any(span.overlaps(quantity.span) for span in in_lists):
                named.append(_with_unit_of(leader, quantity))
                continue
            if _YEAR.fullmatch(text, quantity.span.start, quantity.span.end):
                drops.append(Drop(quantity.span, "calendar_date", "number.year"))
                continue
            if not quantity.multiplied and _follows_name(text, sentence.start, quantity.span.start):
                drops.append(Drop(quantity.span, "name_part", "number.after_name"))
                continue
            if self._may_name(text, folded, quantity.span.end, sentence.end):
                tokenized = tokenized or self._tokenizer.tokenize(text, folded, sentence)
            named.append(self._of_words(text, folded, sentence.start, quantity, leader, tokenized))
            leader = named[-1] if _counts(named[-1]) else leader
        return named, drops, tokenized

    def _of_words(
        self,
        text: str,
        folded: str,
        start: int,
        quantity: Quantity,
        leader: Quantity | None,
        tokenized: TokenizedSentence | None,
    ) -> Quantity:
        noun = self._noun_after(text, folded, quantity, tokenized) if tokenized is not None else None
        if noun is not None:
            return noun
        if leader is not None and folded[start : quantity.span.start].rstrip().endswith(":"):
            # `10 ca (Hà Nội: 3, Hưng Yên: 2)`: behind a label the unit is that of the list.
            return _with_unit_of(leader, quantity)
        window = folded[max(start, quantity.lead - _COUNT_WINDOW) : quantity.lead]
        if (
            leader is not None
            and _ELIDED_AFTER.match(folded, quantity.span.end) is not None
            and _ELIDED_BEFORE.search(window) is not None
        ):
            # `5 cửa hàng ở Hà Nội, 4 ở TP.HCM`, `trong đó hơn 600 đang vận hành`.
            return _with_unit_of(leader, quantity)
        counted = _COUNT_OF.search(window) if "số" in window else None
        unit_id = self._quantities.unit_named_in(counted["noun"]) if counted is not None else None
        if unit_id is None or quantity.multiplied:
            return quantity
        return replace(quantity, unit_id=unit_id, rule_ids=(*quantity.rule_ids, "unit.of_head"))

    def _may_name(self, text: str, folded: str, position: int, end: int) -> bool:
        """Asks whether the syllable behind a number can begin a noun: no need to tokenize where it cannot."""
        syllable = _SYLLABLE.match(text, position, end)
        if syllable is None:
            return False
        written = syllable[1]
        abbreviation = written.isupper() and 2 <= len(written) <= MAX_ABBREVIATION
        return (written[:1].islower() or abbreviation) and folded[slice(*syllable.span(1))] not in self._stops

    def _noun_after(
        self, text: str, folded: str, quantity: Quantity, tokenized: TokenizedSentence
    ) -> Quantity | None:
        """Takes the word after a bare number as its unit, when it can be a thing that is counted."""
        place = bisect_left(tokenized.words, quantity.span.end, key=lambda word: word.start)
        if place == len(tokenized.words):
            return None
        word = tokenized.words[place]
        if folded[word.start : word.end] in self._prefixes and place + 1 < len(tokenized.words):
            # `20 siêu núi lửa`: what is counted is the noun with its prefix.
            following = tokenized.words[place + 1]
            if text[word.end : following.start] == " ":
                word = Span(word.start, following.end)
        gap = text[quantity.span.end : word.start]
        written = text[word.start : word.end]
        if gap.strip() or "\n" in gap or not gap:
            return None
        form = folded[word.start : word.end]
        syllables = form.split()
        abbreviation = written.isupper() and 2 <= len(written) <= MAX_ABBREVIATION
        if not (written[:1].islower() or abbreviation) or not all(part.isalpha() for part in syllables):
            return None
        if form in self._stops or syllables[0] in self._stops or len(syllables) > MAX_NOUN_SYLLABLES:
            return None
        return replace(
            quantity, span=Span(quantity.span.start, word.end), unit_id=form, unit_text=written,
            unit_span=word, rule_ids=(*quantity.rule_ids, "unit.as_written"),
        )  # fmt: skip


def _follows_name(text: str, start: int, position: int) -> bool:
    """Asks whether a name in capitals stands right before: `Pixel 5`, `RON 92`."""
    begin = max(start, position - _NAME_WINDOW)
    before = text[begin:position]
    # No capital, no name: the pattern need not run.
    return before.lower() != before and _NAME_BEFORE.search(before) is not None


def _counts(quantity: Quantity) -> bool:
    return quantity.unit is not None and quantity.dimension == "count" and quantity.denominator is None


def _with_unit_of(leader: Quantity, quantity: Quantity) -> Quantity:
    return replace(
        quantity, unit_id=leader.unit_id, unit=leader.unit, rule_ids=(*quantity.rule_ids, "unit.of_list")
    )
