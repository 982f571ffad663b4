"""Names told over behind a count: `2 huyện Giồng Riềng và Gò Quao`.

In: a text and a quantity. Out: where the names end.
"""

from __future__ import annotations

import re

from extract.models import Span
from extract.quantity import Quantity

# One to four syllables with a capital each, joined by commas and `và`.
_NAME = r"[A-ZÀ-ỸĐ][^\W\d_]*(?:\s+[A-ZÀ-ỸĐ][^\W\d_]*){0,3}"
_NAMES = re.compile(rf"\s+(?:là\s+|gồm\s+)?(?P<names>{_NAME}(?:(?:,| và)\s+{_NAME})+)(?=\s+[a-zà-ỹđ])")
_BETWEEN_NAMES = re.compile(r",\s+| và\s+")
# What leads to a place: `tại hai huyện Trạm Tấu và Mù Cang Chải`.
_WHERE = re.compile(r"(?<!\w)(?:tại|ở|của|thuộc|trên địa bàn|giữa)\s+$")
_PLACES = frozenset({"province", "city", "district", "town", "commune", "ward", "township", "village"})
_BACK = 16


def names_end(text: str, quantity: Quantity, right: Span) -> int | None:
    """Gives where the names of all those counted end in the words behind a count, or None."""
    names = _NAMES.match(text, right.start, right.end)
    if names is None or len(_BETWEEN_NAMES.split(names["names"])) != quantity.value:
        return None
    return names.end()


def find_where(text: str, folded: str, quantity: Quantity, end: int) -> Span | None:
    """Gives a count of places with their names where it only says where something is, or None.

    `end` is that of the sentence.
    """
    lead = quantity.lead
    if quantity.unit_id not in _PLACES or _WHERE.search(folded, max(0, lead - _BACK), lead) is None:
        return None
    named = names_end(text, quantity, Span(quantity.span.end, end))
    return Span(lead, named) if named is not None else None
