"""Spelling: one wrong letter or tone mark mended in folded text, where the words of the rules leave no doubt.

In: folded text. Out: the same text, of the same length, with `doanh nghiêp ký hơp đồng` read as
`doanh nghiệp ký hợp đồng`. A syllable is mended only when it is none of Vietnamese and its neighbour and
one correction stand side by side in the words of the rules, or when both neighbours ask for the correction.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from extract.models import Span
from extract.rules import RuleSet
from extract.text import fold, strip_diacritics

_SYLLABLE = re.compile(r"[^\W\d_]+")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_CHECKED_TONES = frozenset("\u0301\u0323")
# Between two syllables of one word stands a space and no mark.
_GAP = re.compile(r"[ \n]{1,2}")
MIN_SYLLABLE = 3
MIN_WORD = 2
# Memory of words already judged; a corpus has far fewer kinds that matter.
MAX_SOUND = 50_000


class SpellingMender:
    """Mends slips in the words of the rules. Made once per rule set."""

    def __init__(self, rules: RuleSet) -> None:
        self._onsets = sorted((*rules.word_forms("spelling.onsets"), ""), key=len, reverse=True)
        self._rhymes = frozenset(rules.word_forms("spelling.rhymes"))
        self._checked = tuple(rules.word_forms("spelling.checked_finals"))
        self._pairs: set[tuple[str, str]] = set()
        self._between: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._near: dict[str, set[str]] = defaultdict(set)
        self._function_words = frozenset(
            form for forms in rules.words.values() for form in forms if " " not in form
        )
        self._sound: set[str] = set()
        # Words that are never mended for themselves: sound, or no slip of any word of the rules.
        self._harmless: set[str] = set()
        for syllables in _phrases(rules):
            self._pairs.update(pairwise(syllables))
            for first, middle, last in zip(syllables, syllables[1:], syllables[2:], strict=False):
                self._between[first, last].add(middle)
            for syllable in syllables:
                if len(syllable) >= MIN_SYLLABLE:
                    for key in _holes(syllable):
                        self._near[key].add(syllable)

    def mend(self, text: str, folded: str, stretches: Iterable[Span]) -> str:
        """Gives folded text with the slips in some stretches of it mended; the length stays.

        `text` is the same as written: a capital inside a stretch begins a name, which is never mended.
        """
        mended: list[tuple[int, str]] = []
        for stretch in stretches:
            words = _SYLLABLE.findall(folded, stretch.start, stretch.end)
            if self._has_suspect(words):
                mended.extend(self._mend_stretch(text, folded, stretch))
        return _replaced(folded, mended) if mended else folded

    def _has_suspect(self, words: Sequence[str]) -> bool:
        """Asks at little cost whether any syllable of a stretch can be a slip."""
        unknown = set(words) - self._harmless
        slips = {word for word in unknown if not self._is_harmless(word)}
        if slips and any(
            self._may_mend(word, left, right)
            for left, word, right in zip(["", *words], words, [*words[1:], ""], strict=False)
            if word in slips
        ):
            return True
        between = self._between
        if between.keys().isdisjoint(zip(words, words[2:], strict=False)):
            return False
        return any(
            (middles := between.get((left, right))) is not None
            and middle not in middles
            and strip_diacritics(middle) in map(strip_diacritics, middles)
            for left, middle, right in zip(words, words[1:], words[2:], strict=False)
        )

    def _may_mend(self, word: str, left: str, right: str) -> bool:
        """Asks whether a word that is none of Vietnamese may be a slip, whatever stands between the words."""
        return any(
            (left, option) in self._pairs or (option, right) in self._pairs
            for key in _holes(word)
            for option in self._near.get(key, ())
        )

    def _is_harmless(self, word: str) -> bool:
        """Asks whether a word is sound, or so unlike the words of the rules that nothing can mend it."""
        harmless = self._is_sound(word) or not any(key in self._near for key in _holes(word))
        if harmless and len(self._harmless) < MAX_SOUND:
            self._harmless.add(word)
        return harmless

    def _mend_stretch(self, text: str, folded: str, stretch: Span) -> Iterator[tuple[int, str]]:
        words = list(_SYLLABLE.finditer(folded, stretch.start, stretch.end))
        before = ""
        for index, word in enumerate(words):
            following = words[index + 1] if index + 1 < len(words) else None
            joined = index > 0 and _GAP.fullmatch(folded, words[index - 1].end(), word.start()) is not None
            left = before if joined else ""
            right = ""
            if following is not None and _GAP.fullmatch(folded, word.end(), following.start()):
                right = following[0]
            is_name = index > 0 and text[word.start()].isupper()
            better = None if is_name else self._better(word[0], left, right)
            before = better or word[0]
            if better is not None:
                yield word.start(), better

    def _better(self, syllable: str, left: str, right: str) -> str | None:
        """Gives what a syllable is a slip of, or None."""
        if not self._is_sound(syllable):
            options = {option for key in _holes(syllable) for option in self._near.get(key, ())}
            return _only([o for o in options if (left, o) in self._pairs or (o, right) in self._pairs])
        if syllable in self._function_words or len(syllable) < MIN_WORD:
            return None
        if (left, syllable) in self._pairs or (syllable, right) in self._pairs:
            return None
        # A word of its own: only the marks may differ, and both neighbours must ask for the other.
        plain = strip_diacritics(syllable)
        asked = self._between.get((left, right), ())
        return _only([option for option in asked if strip_diacritics(option) == plain])

    def _is_sound(self, word: str) -> bool:
        """Asks whether letters are a syllable, or too foreign to be a slip of one."""
        if word in self._sound:
            return True
        sound = len(word) < MIN_SYLLABLE or not _is_vietnamese(word) or self.is_syllable(word)
        if sound and len(self._sound) < MAX_SOUND:
            self._sound.add(word)
        return sound

    def is_syllable(self, syllable: str) -> bool:
        """Asks whether letters can be one syllable of Vietnamese."""
        parts = unicodedata.normalize("NFD", syllable)
        tones = [part for part in parts if part in _TONES]
        if len(tones) > 1:
            return False
        plain = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        if plain.endswith(self._checked) and (not tones or tones[0] not in _CHECKED_TONES):
            return False
        return any(plain.startswith(onset) and plain[len(onset) :] in self._rhymes for onset in self._onsets)


def _phrases(rules: RuleSet) -> Iterable[tuple[str, ...]]:
    """Gives the words of metrics, terms and units as syllables."""
    forms = [form for term in rules.terms for form in term.forms]
    forms += [form for unit in rules.units for form in unit.forms]
    for metric in rules.metrics:
        groups = (group for pattern in metric.patterns for group in pattern)
        forms += [part.strip() for group in groups for part in group.split("|") if "$" not in part]
    for form in forms:
        yield tuple(_SYLLABLE.findall(fold(form)))


def _holes(syllable: str) -> Iterable[str]:
    """Gives a syllable with each of its letters left open."""
    return (f"{syllable[:place]}*{syllable[place + 1 :]}" for place in range(len(syllable)))


def _is_vietnamese(word: str) -> bool:
    """Asks whether a word has a vowel and a letter that only Vietnamese writes."""
    plain = strip_diacritics(word)
    return plain != word and any(letter in "aeiouy" for letter in plain)


def _only(options: Sequence[str]) -> str | None:
    return options[0] if len(options) == 1 else None


def _replaced(text: str, pieces: Iterable[tuple[int, str]]) -> str:
    parts: list[str] = []
    position = 0
    for start, piece in pieces:
        parts += [text[position:start], piece]
        position = start + len(piece)
    return "".join([*parts, text[position:]])
