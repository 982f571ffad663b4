"""Lines of a page that are no part of the article: which paragraphs they are, and by which rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from extract.models import Sentence
from extract.prefilter import LiteralScanner
from extract.rules import CuePattern, RuleSet

# Furniture is short; a longer line is prose.
LONGEST_LINE = 400
# So many lines behind the head of a box of links may belong to it.
BOX_LINES = 10

BOX = "box"


class FurnitureFinder:
    """Finds paragraphs that are furniture. Made once per rule set."""

    def __init__(self, rules: RuleSet, scanner: LiteralScanner | None = None) -> None:
        self._cues = CuePattern.table((CuePattern.of(cue) for cue in rules.furniture), scanner)

    def find(self, folded: str, sentences: Iterable[Sentence]) -> Mapping[int, str]:
        """Gives the rule by which a paragraph is furniture, for each that is."""
        found: dict[int, str] = {}
        box, left = "", 0
        for paragraph, group in groupby(sentences, key=lambda sentence: sentence.paragraph):
            members = list(group)
            first, last = members[0], members[-1]
            cue = self._cue(folded, first.span.start, last.span.end)
            if cue is not None:
                found[paragraph] = cue.cue.rule_id
                box, left = (cue.cue.rule_id, BOX_LINES) if cue.cue.value == BOX else (box, left)
            elif left and (first.is_heading or first.is_bullet or _is_indented(folded, first)):
                found[paragraph] = box
                left -= 1
            else:
                left = 0
        return found

    def _cue(self, folded: str, start: int, end: int) -> CuePattern | None:
        if end - start > LONGEST_LINE:
            return None
        possible = self._cues.possible_in(folded, start, end)
        return next((cue for cue in possible if cue.search(folded[start:end])), None)


def _is_indented(folded: str, sentence: Sentence) -> bool:
    before = folded[sentence.span.start - 1 : sentence.span.start]
    return before in (" ", "\t")
