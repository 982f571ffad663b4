"""docs/looking.md names every reason why a number gives no fact, as the code words it."""

from __future__ import annotations

import re
from pathlib import Path

from extract.rule_meanings import REASONS

PAGE = (Path(__file__).parent.parent / "docs" / "looking.md").read_text(encoding="utf-8")
(TABLE,) = re.findall(r"<!-- names: REASONS -->\n(.*?)<!-- end -->", PAGE, re.DOTALL)


def test_all_reasons_are_told_as_the_code_words_them() -> None:
    assert dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", TABLE, re.MULTILINE)) == REASONS
