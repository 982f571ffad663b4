"""Kinds: of which kind of event those are who are counted behind its number.

In: a sentence, a number's reading and draft. Out: a draft, or None where nothing is found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.draft import Draft
from extract.models import Change
from extract.reading import Reading, counted_noun
from extract.scene import Binding, Scene
from extract.text import fold

_LABEL_RULES = frozenset({"bind.label", "bind.kind"})
_EVENTS = frozenset({"vụ", "đợt", "trận", "cơn"})
# `đường thủy | xảy ra | 27 vụ`: what only says that there were so many.
_HAPPENS = ("xảy ra", "ghi nhận", "có")
_DONE = re.compile(
    r"(?<!\w)(?:phát hiện|bắt|xử lí|kiểm tra|khởi tố|xử phạt|triệt phá|thụ lí|giải quyết|lập biên bản"
    r"|điều tra|tiếp nhận|tịch thu|đấu tranh)(?!\w)"
)


def find_kind(scene: Scene, reading: Reading, bindings: Sequence[Binding], draft: Draft) -> Draft | None:
    """Gives a count of people the kind of event told before it in a list of kinds.

    `đường bộ 20 vụ, 9 người chết; đường thủy 3 vụ, 2 người chết`: which of them died where. A sentence of one
    kind only says it once.
    """
    if not bindings or not reading.is_counted or reading.quantity.change is not Change.NONE:
        return None
    before = bindings[-1]
    gap = scene.folded[before.quantity.span.end : reading.quantity.lead]
    if ";" in gap or before.quantity.change is not Change.NONE or draft.match is not None:
        return None
    kind = _kind_of(before)
    in_list = ";" in scene.folded[scene.sentence.start : scene.sentence.end]
    if not kind or not in_list or fold(kind) in fold(draft.words):
        return None
    return replace(draft, rule="bind.kind", words=f"{kind} {draft.words}", base=draft.words)


def _kind_of(before: Binding) -> str:
    """Gives the kind that stands before a number of events, or that of the number before it."""
    rules = _LABEL_RULES.intersection(before.rule_ids)
    noun = fold(counted_noun(before.quantity))
    if "bind.kind" in rules:
        return before.metric_text.removesuffix(before.base).strip()
    if not rules or noun not in _EVENTS:
        return ""
    words = before.metric_text.removesuffix(counted_noun(before.quantity)).strip()
    for verb in _HAPPENS:
        words = words.removesuffix(verb).strip()
    # `phát hiện 35 vụ, bắt giữ 50 đối tượng; ...`: what was done is no kind of event.
    return "" if _DONE.search(fold(words)) else words
