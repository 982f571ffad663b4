"""Names of provinces as users type them, with or without marks, `tỉnh` and hyphens; and what was meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from extract.text import fold, strip_diacritics

_KIND = re.compile(r"^(?:tỉnh|thành phố|tp\.?)\s+")
_PARTS = re.compile(r"[\s.-]+")
_SIMILAR_TOLD = 3


def typed_forms(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Gives how a name may be typed: with its marks, and without marks, spaces, hyphens and dots."""
    folded = fold(unicodedata.normalize("NFC", name).strip())
    marked = frozenset({folded, _KIND.sub("", folded)}) - {""}
    return marked, frozenset(_PARTS.sub("", strip_diacritics(form)) for form in marked)


def unknown_province(text: str, names: Iterable[str]) -> str:
    """Says that no province is called so, and which of `names` are much like it."""
    plain = {form: name for name in names for form in sorted(typed_forms(name)[1])}
    close: dict[str, None] = {}
    for form in sorted(typed_forms(text)[1], key=len):
        close.update(dict.fromkeys(plain[key] for key in get_close_matches(form, plain, _SIMILAR_TOLD)))
    similar = ", ".join(list(close)[:_SIMILAR_TOLD])
    return f"no province is called {text!r}" + (f" (similar: {similar})" if similar else "")
