"""Names and numbers in turn: `siêu thị, chợ và tạp hóa tăng lần lượt 7%, 3% và 6%`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from extract.frames import Frame
from extract.models import Span
from extract.phrases import PhraseGrammar, trimmed
from extract.quantity import Quantity
from extract.scene import Scene
from extract.text import LIST_MARK

_LISTED = re.compile(LIST_MARK + r"(?:(?:khoảng|hơn|gần|trên)\s*)?")


def find_pairs(grammar: PhraseGrammar, scene: Scene, frames: Sequence[Frame]) -> Iterator[tuple[int, Span]]:
    """Gives the index of each number that a name is told for in turn, and the name."""
    index = 0
    while index < len(frames):
        run = [index]
        while run[-1] + 1 < len(frames) and _continues(scene.folded, frames, run[-1]):
            run.append(run[-1] + 1)
        if len(run) > 1:
            since = frames[index - 1].quantity.span.end if index else scene.sentence.start
            yield from zip(
                run, _names_in_turn(grammar, scene, since, frames[index].quantity, len(run)), strict=False
            )
        index = run[-1] + 1


def _continues(folded: str, frames: Sequence[Frame], index: int) -> bool:
    first, second = frames[index].quantity, frames[index + 1].quantity
    gap = folded[first.span.end : second.span.start]
    return first.unit_id == second.unit_id and _LISTED.fullmatch(gap) is not None


def _names_in_turn(
    grammar: PhraseGrammar, scene: Scene, begin: int, quantity: Quantity, count: int
) -> list[Span]:
    """Gives the last `count` names from `begin` on before `lần lượt`, or none when there are fewer."""
    folded = scene.folded
    turn = grammar.in_turn.search(folded, begin, quantity.span.start)
    if turn is None:
        return []
    start = max([begin, *(match.end() for match in grammar.hard.finditer(folded, begin, turn.start()))])
    trail = grammar.trailing.search(folded[start : turn.start()])
    stop = start + trail.start() if trail is not None else turn.start()
    softs = [edge for match in grammar.soft.finditer(folded, start, stop) for edge in match.span()]
    edges = [start, *softs, stop]
    items = [trimmed(folded, first, last) for first, last in zip(edges[::2], edges[1::2], strict=True)]
    names = [item for item in items if item.start < item.end][-count:]
    if len(names) < count:
        return []
    first = grammar.phrase_start(folded, names[0].start, names[0].end)
    return [trimmed(folded, first, names[0].end), *names[1:]]
