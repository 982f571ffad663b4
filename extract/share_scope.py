"""What a share is over where no metric says so: `97% dân số` is of people, `tỷ lệ hộ nghèo` of households.

In: the folded words about a share. Out: an English noun, and the rule that gave it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from extract.rules import RuleSet, words_pattern
from extract.text import fold

_NOUN_RULE = "scope.counted"
# Units that count anything say nothing of what a share is over.
_VAGUE = frozenset({"item", "times", "visit", "case", "unit", "level", "type"})
_OPENING = (
    r"(?:(?>tỉ lệ|tỉ trọng|tổng số|tổng|số lượng|khối lượng|lượng|số|các|những|toàn bộ|của|trong|so với|trên"
    r"|mức độ)\s+)*+"
)


class ShareScope(NamedTuple):
    """What a share is over, and the rule that says so."""

    value: str
    rule_id: str


class ShareScopes:
    """Reads what shares are over. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        populations = set(rules.word_forms("scope.populations"))
        self._values: dict[str, ShareScope] = {}
        told = {fold(form): ShareScope(cue.value, cue.rule_id) for cue in rules.scopes for form in cue.forms}
        before = set(told)
        for unit in rules.units:
            if unit.dimension == "count" and unit.id not in _VAGUE:
                for form in map(fold, unit.forms):
                    self._values.setdefault(form, ShareScope(unit.id, _NOUN_RULE))
                    if unit.id in populations:
                        before.add(form)
        self._values |= told
        self._behind = re.compile(rf"{_OPENING}(?P<noun>{words_pattern(self._values)})")
        populated = words_pattern(before)
        self._before = re.compile(rf"{_OPENING}(?P<noun>{populated})")
        # `tỷ lệ suy dinh dưỡng ở trẻ em`, `công nghiệp trong GRDP`: of what stands inside.
        self._inside = re.compile(
            rf"(?<!\w)(?:tỉ lệ|tỉ trọng|trong|trên|ở)\s+{_OPENING}(?P<noun>{populated})"
        )

    def behind(self, folded: str) -> ShareScope | None:
        """Gives what the words behind a share begin with: `| hộ nghèo sử dụng nước sạch`."""
        return self._named(self._behind.match(folded.lstrip()))

    def before(self, folded: str) -> ShareScope | None:
        """Gives what the words before a share are of: `tỷ lệ hộ nghèo`, `tỷ trọng công nghiệp trong GRDP`."""
        return self._named(self._before.match(folded) or self._inside.search(folded))

    def _named(self, match: re.Match[str] | None) -> ShareScope | None:
        return self._values[match["noun"]] if match is not None else None
