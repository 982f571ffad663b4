"""Frames: which words of a sentence may name the metric of which number.

In: a folded sentence and its quantities. Out: a `Frame` for each. Two numbers share words only where the
sentence has no boundary between them, or where the second says too little by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from extract.models import Change, Span
from extract.phrases import PhraseGrammar
from extract.quantity import Quantity

MAX_LABEL_SYLLABLES = 6
# Nouns that count anything of their kind: what is counted stands before them.
_GENERIC_UNITS = frozenset({"visit", "person", "animal", "item", "times"})
# Words of at most so many syllables say which part of the metric before is meant.
MAX_PART_SYLLABLES = 3
_LABELLED_BRACKET = re.compile(
    r"\)?\s*(?:[,;]|và|[,;]\s*và)\s+(?P<label>[^,;()]{1,40}?)\s*\(\s*(?:đạt|là)?\s*"
)


_SIGN = re.compile(r"\s*(?:[+-]|tăng|giảm|tăng thêm)?\s*")
# A name before a bracket, behind what parts it from the number before.
_ITEM = re.compile(r"[,;:)]\s+(?:và\s+)?[^\W\d_][^,;:()]*$")
_OUT_OF = re.compile(r"\s*(?:trong|trên)\s+(?:tổng\s+)?số\s*|\s*trên\s+tổng\s*")
_BRACKET_BEHIND = re.compile(r"\s*\([^()]*\)\s+(?!(?:và|hoặc|hay|nhưng|thì|là|so|để|do|với)\s)(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Frame:
    """The words that may name the metric of one number.

    `left` ends where the words leading to the number begin; `right` begins after its unit.
    `shares`: index of the quantity before, when its words hold for this one too.
    """

    quantity: Quantity
    left: Span
    right: Span
    copula: bool
    shares: int | None
    in_bracket: bool
    # A short name straight before one number of a list: `khách nội địa 1.471.300 lượt, khách quốc tế ...`.
    is_label: bool


class FrameFinder:
    """Divides the words of a sentence among its quantities."""

    def __init__(self, grammar: PhraseGrammar) -> None:
        self._grammar = grammar

    def find(self, folded: str, sentence: Span, quantities: Sequence[Quantity]) -> list[Frame]:
        """Divides the words of a sentence among its quantities."""
        plain = _blank_brackets(folded[sentence.start : sentence.end], sentence.start, quantities)
        frames: list[Frame] = []
        cuts = [sentence.start]
        copulas = []
        for index, quantity in enumerate(quantities):
            before = quantities[index - 1].span.end if index else sentence.start
            gap = plain[before - sentence.start : quantity.lead - sentence.start]
            cut, copula = self._cut(gap, before, quantity, index > 0)
            copulas.append(copula)
            cuts.append(cut)
        for index, quantity in enumerate(quantities):
            left_start = cuts[index + 1]
            right_end = sentence.end
            if index + 1 < len(quantities):
                following = quantities[index + 1]
                right_end = cuts[index + 2] if cuts[index + 2] > quantity.span.end else following.lead
            stop = self._grammar.hard.search(
                plain, quantity.span.end - sentence.start, right_end - sentence.start
            )
            if stop is not None:
                right_end = sentence.start + stop.start()
            right = Span(quantity.span.end, max(right_end, quantity.span.end))
            right = self._behind_bracket(folded, plain, sentence, quantities, index) or right
            left = Span(min(left_start, quantity.lead), quantity.lead)
            # `3G (1.521 trạm)`: a bracket with its own label explains no number before it.
            labelled = "(" in folded[left.start : left.end]
            bracket = not labelled and inside_bracket(folded, sentence, quantity.span.start)
            frames.append(
                Frame(
                    quantity,
                    left,
                    right,
                    copulas[index],
                    self._shares(folded, sentence, quantities, index, left, bracket),
                    bracket,
                    self._is_label(folded, quantities, index, left),
                )
            )
        return [_with_whole(folded, frame, after) for frame, after in zip_longest(frames, frames[1:])]

    def _behind_bracket(
        self, folded: str, plain: str, sentence: Span, quantities: Sequence[Quantity], index: int
    ) -> Span | None:
        """Gives what is said behind a bracket of a count before it: `40 hộ (150 người) | phải sơ tán`."""
        quantity = quantities[index]
        if quantity.dimension != "count":
            return None
        bracket = _BRACKET_BEHIND.match(folded, quantity.span.end, sentence.end)
        if bracket is None:
            return None
        start = bracket.end()
        leads = (other.lead for other in quantities[index + 1 :] if other.span.start >= start)
        end = next(leads, sentence.end)
        stop = self._grammar.hard.search(plain, start - sentence.start, end - sentence.start)
        return Span(start, sentence.start + stop.start() if stop is not None else end)

    def _cut(self, gap: str, before: int, quantity: Quantity, has_previous: bool) -> tuple[int, bool]:
        """Finds where the words of this number begin, after those of the number before it."""
        copula = self._grammar.copula_end.search(gap) is not None or quantity.change is not Change.NONE
        begin: int | None = None if has_previous else 0
        for match in self._grammar.hard.finditer(gap):
            leads_to_number = not gap[match.end() :].strip()
            if match[0].startswith(":") and leads_to_number:
                continue
            if (
                match[0] == "("
                and copula
                and _SIGN.fullmatch(gap, match.end())
                and _ITEM.search(gap[: match.start()])
            ):
                # `như: sơn hóa học (+59,07%), sợi (+42,75%)`: each name stands before its bracket.
                continue
            if match[0] == "với" and not has_previous:
                # Before the first number it only ties the name to it: `tỷ trọng kinh tế số với 56,83%`.
                continue
            begin = match.end()
        label = _LABELLED_BRACKET.fullmatch(gap) if has_previous else None
        if label is not None and len(label["label"].split()) <= MAX_PART_SYLLABLES:
            return before + label.start("label"), copula
        if begin is not None and (not has_previous or copula or gap[begin:].strip()):
            return before + begin, copula
        segment = gap[begin or 0 :]
        softs = [match.end() + (begin or 0) for match in self._grammar.soft.finditer(segment)]
        if copula:
            # The name of a metric may hold commas itself; it begins with a head noun after one of them.
            for opening in softs:
                head = self._grammar.heads.match(
                    gap, opening + len(gap[opening:]) - len(gap[opening:].lstrip())
                )
                if head is not None:
                    return before + opening, copula
        return before + (softs[-1] if softs else begin or 0), copula

    def _is_label(self, folded: str, quantities: Sequence[Quantity], index: int, left: Span) -> bool:
        """Asks whether the words before a number of a list only name it, with no verb between."""
        quantity = quantities[index]
        if index == 0 or quantity.dimension != "count":
            return False
        if quantity.unit_id not in (quantities[index - 1].unit_id, *_GENERIC_UNITS):
            return False
        words = folded[left.start : left.end].strip(" ,;:-")
        opened = folded[quantities[index - 1].span.end : left.end].lstrip()[:1] in (",", ";")
        return (
            opened
            and 0 < len(words.split()) <= MAX_LABEL_SYLLABLES
            and not self._grammar.trailing.search(words)
        )

    def _shares(
        self,
        folded: str,
        sentence: Span,
        quantities: Sequence[Quantity],
        index: int,
        left: Span,
        bracket: bool,
    ) -> int | None:
        """Gives the index of the number whose words this one leans on, or None."""
        if index == 0:
            return None
        quantity, previous = quantities[index], quantities[index - 1]
        own = self._grammar.trailing.sub(
            "", self._grammar.leading.sub("", folded[left.start : left.end])
        ).strip(" ,;:()-")
        if bracket and not inside_bracket(
            folded, Span(previous.span.start, quantity.span.end), quantity.span.start
        ):
            return index - 1
        if not bracket and quantity.change is not Change.NONE:
            # `86 ha (trong đó cháy rừng 23 ha), giảm 133 ha`: of what stands before the bracket.
            outside = (
                at
                for at in range(index - 1, -1, -1)
                if not inside_bracket(folded, sentence, quantities[at].span.start)
            )
            whole = next(outside, index - 1)
        else:
            whole = index - 1
        if not own:
            return whole
        if "(" in folded[left.start : left.end] and quantity.change is not Change.NONE:
            # `sơn hóa học (+59,07%), sợi (+42,75%)`: each grows by its own.
            return None
        return (
            whole if len(own.split()) <= MAX_PART_SYLLABLES and not self._grammar.heads.match(own) else None
        )


def _with_whole(folded: str, frame: Frame, after: Frame | None) -> Frame:
    """Gives a share the noun of the number that it is of: `68% trong tổng số 168.000 | hồ sơ`."""
    if after is None or frame.quantity.dimension != "share" or after.quantity.unit_span is None:
        return frame
    gap = folded[frame.quantity.span.end : after.quantity.lead]
    if after.quantity.dimension != "count" or _OUT_OF.fullmatch(gap) is None:
        return frame
    return replace(frame, right=Span(after.quantity.unit_span.start, after.right.end))


def _blank_brackets(sentence: str, offset: int, quantities: Sequence[Quantity]) -> str:
    """Blanks brackets that hold no quantity: they explain a word and part nothing. Keeps the length."""

    def blank(match: re.Match[str]) -> str:
        start, end = offset + match.start(), offset + match.end()
        holds = any(start < quantity.span.start < end for quantity in quantities)
        return match[0] if holds else " " * len(match[0])

    return re.sub(r"\([^()]*\)", blank, sentence)


def inside_bracket(folded: str, sentence: Span, position: int) -> bool:
    """Asks whether an offset lies in brackets that the sentence opened."""
    opened = folded.rfind("(", sentence.start, position)
    return opened >= 0 and folded.rfind(")", sentence.start, position) < opened
