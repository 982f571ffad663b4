"""Cells of text that no spreadsheet program shall take for a formula, in a CSV file that it opens.

An article is not trusted: a sentence such as `=HYPERLINK(…)` would be run. An apostrophe before it makes it
text; it can be taken away again.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

# By this a spreadsheet program knows UTF-8, and by this a file is known to have guarded cells.
MARK = b"\xef\xbb\xbf"
# Source: OWASP, CSV injection. The wide forms count in East Asian settings.
_OPENERS = "=+\\-@\t\r\n＝＋－＠"
_FORMULA = rf"^('*[{_OPENERS}])"
_GUARDED = rf"^'('*[{_OPENERS}])"


def guarded(cells: pa.Array) -> pa.Array:
    """Gives text with an apostrophe before what looks like a formula."""
    return pc.replace_substring_regex(cells, _FORMULA, r"'\1", max_replacements=1)


def unguarded(cells: pa.Array) -> pa.Array:
    """Gives text as it was before `guarded`."""
    return pc.replace_substring_regex(cells, _GUARDED, r"\1", max_replacements=1)


def is_for_spreadsheets(path: Path) -> bool:
    """Asks whether a CSV file begins with the mark. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MARK)) == MARK
