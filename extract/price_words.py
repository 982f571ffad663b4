"""Prices: of what a price is that its clause does not say beside it.

In: a sentence, a number's reading and draft. Out: a draft, or None where nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.draft import Draft
from extract.models import Span
from extract.reading import FrameReader, Reading
from extract.scene import Binding, Scene
from extract.text import fold

PRICE = "giá"
MAX_THING_SYLLABLES = 5
# Prices by weight, volume or piece; wages, yields and grants are by other things.
_PER_PIECE = frozenset({"kg", "tonne", "quintal", "litre", "L", "tael", "piece", "fruit", "m3"})
_CLAUSE = re.compile(r"[;:]\s|\.\s")
# `tôm sú | loại từ 100 con đến 40 con/kg`, `cua gạch | từ 300 gram`: what size is priced.
_THING = re.compile(
    r"\s*(?:(?:riêng|còn|với|đối với)\s+)?(?P<thing>[^\W\d_][^,;:.()0-9]*?)"
    r"\s*(?:(?:loại|cỡ|hạng|size)\s*)?(?:(?:từ|trên|dưới)\s*)?(?=[\d(,]|$)"
)
_TOLD = re.compile(r"(?<!\w)(?:có|được|bị|với|bán|mua|thu mua|đang|đã|là|ở|tại)(?!\w)")


def is_price(words: str) -> bool:
    """Asks whether words name a price: `giá lúa tươi`."""
    return fold(words).split()[:1] == [PRICE]


class PriceWords:
    """Finds of what a price is. Made once per rule set."""

    def __init__(self, reader: FrameReader) -> None:
        self._reader = reader

    def find(self, scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft) -> Draft | None:
        """Gives the draft of a price with what it is of, or None."""
        left = reading.left
        if draft.match is not None or left is None:
            return None
        if self._reader.is_bare_price(draft.words):
            return self._of_clause(scene, reading, draft) if reading.frame.shares is None else None
        return self._listed(scene, reading, left, bindings, draft)

    def _of_clause(self, scene: Scene, reading: Reading, draft: Draft) -> Draft | None:
        """`tôm thẻ loại 100 con/kg, giá 106.000 đồng/kg`: the clause opens with what is priced."""
        lead = reading.quantity.lead
        start = scene.sentence.start
        for edge in _CLAUSE.finditer(scene.folded, start, lead):
            start = edge.end()
        price = scene.folded.rfind(PRICE, start, lead)
        opened = _THING.match(scene.folded, start, price) if price > start else None
        if opened is None:
            return None
        thing = Span(opened.start("thing"), opened.end("thing"))
        words = scene.folded[thing.start : thing.end]
        told = _TOLD.search(words) is not None or len(words.split()) > MAX_THING_SYLLABLES
        is_filler = any(item.start < thing.end and thing.start < item.end for item in scene.fillers)
        if told or is_filler or PRICE in words.split():
            return None
        named = f"{draft.words} {scene.text[thing.start : thing.end]}"
        return replace(draft, rule="bind.priced", words=named)

    def _listed(
        self, scene: Scene, reading: Reading, left: Span, bindings: Sequence[Binding], draft: Draft
    ) -> Draft | None:
        """`giá lúa: OM18 6.700 đồng/kg, Jasmine 5.300 đồng/kg`: a name alone in a list of prices."""
        words = fold(draft.words)
        piece = reading.quantity.unit_id.partition("/")[2]
        if piece not in _PER_PIECE or reading.names_measure or _TOLD.search(words) or is_price(words):
            return None
        colon = scene.folded.rfind(":", scene.sentence.start, left.start)
        heading = scene.folded[scene.sentence.start : max(colon, scene.sentence.start)].split()
        if any(item.start < left.end and left.start < item.end for item in scene.fillers):
            # `Vĩnh Long 61.000 đồng/kg`: where, not what.
            return None
        goes_on = any(
            other.quantity.unit_id == reading.quantity.unit_id and is_price(other.metric_text)
            for other in bindings[-1:]
        )
        if len(words.split()) > MAX_THING_SYLLABLES or not (goes_on or PRICE in heading):
            return None
        return replace(draft, rule="bind.priced", words=f"{PRICE} {draft.words}")
