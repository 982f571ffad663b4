"""Names of open metrics: the words of a clause that a reader would put at the head of the column.

In: the clause that leads to a number, as cut by `phrases.py`. Out: the spans that name what it measures:
the noun of measure with what it is of (`giá` of `xoài đỏ Nhật Bản` in `xoài đỏ Nhật Bản đang được rao bán
với giá`), else who does what (`Tencent` + `bị phạt`). Knows the closed classes `name.*` in rules/words.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extract.models import Span
from extract.phrases import PhraseGrammar, blank_brackets, first_syllables, last_syllables, trimmed, within
from extract.rules import RuleSet, words_pattern
from extract.text import fold

MAX_OWNER_SYLLABLES = 6
_OF = " của "
MAX_VERB_SYLLABLES = 4
# A verb of so few syllables needs its subject to name a metric: `phạt`, `hoàn trả`.
SHORT_VERB_SYLLABLES = 3
# `Cụ thể,`, `Được biết,`: so short a piece before a comma opens a sentence and names nothing.
MAX_OPENER_SYLLABLES = 3
# Boundaries between two numbers that part no noun of measure from what it is of.
_LEADS = frozenset({"với", "để"})
_COMMA = re.compile(r",\s")
# `đào tạo nghề cho hơn 5.300 lao động`: those who are counted get something.
_GIVEN_TO = re.compile(r"\s(?=cho(?:\s+(?:hơn|gần|trên|khoảng|thêm|được))*\s*$)")
# A number parts two statements, not that of a dose or in a name: `phòng Covid-19 mũi 1 cho`.
_EDGE = re.compile(r"[,;:.()](?=\s)|(?<![\w.,-])(?<!mũi )[0-9][0-9.,]*(?=\s)")
_JOINT = re.compile(r"(?:và|hoặc|hay)\s+")
MAX_DEED_SYLLABLES = 7


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause before a number, brackets blanked; all offsets are those of `text`."""

    text: str
    start: int
    # Where the words of the number itself begin, behind those of the one before.
    own: int
    phrase: Span
    words: Sequence[Span]
    fillers: Sequence[Span]

    def syllables(self, span: Span) -> int:
        return len(self.text[span.start : span.end].split())

    def cuts_word(self, position: int) -> bool:
        return any(word.start < position < word.end for word in self.words)

    def cuts(self, position: int) -> bool:
        """Asks whether an offset lies inside a word, a date or the name of a place."""
        return any(item.start < position < item.end for item in (*self.words, *self.fillers))


def _inside(position: int, words: Sequence[Span]) -> bool:
    return any(word.start < position < word.end for word in words)


class Namer:
    """Finds the name of an open metric in the clause before its number. Made once per rule set."""

    def __init__(self, rules: RuleSet, grammar: PhraseGrammar) -> None:
        def words(name: str) -> str:
            return words_pattern(rules.word_forms(name))

        self._grammar = grammar
        self._weak_head = re.compile(words("name.weak_heads"))
        self._cut = re.compile(words("name.cuts"))
        self._price_heads = re.compile(words("name.price_heads"))
        self._price_cut = re.compile(words("name.price_cuts"))
        self._linker = re.compile(rf"(?<!đối )(?<!so )(?:(?>{words('name.linkers')})\s*+)++$")
        self._bare = re.compile(rf"(?:(?>{words('bind.head_nouns')}|{words('name.plain_modifiers')})\s*+)++")
        self._yield_head = re.compile(words("name.yields"))
        self._deed_done = re.compile(
            rf"{words('name.deeds_done')}(?=(?:\s+(?:được|mới|xong|thêm|ước|trên|hơn|gần))*\s*$)"
        )
        self._auxiliary = re.compile(rf"(?:(?>{words('name.auxiliaries')})\s*+)++")
        self._adjective = re.compile(rf"{words('name.measure_adjectives')}\s*$")
        self._thing_edge = re.compile(words("name.thing_edges"))
        self._deed_end = re.compile(rf"{words('name.deeds')}\s*$")
        self._passive = re.compile(words("name.passives"))
        self._opening = re.compile(rf"(?:(?>{words('name.determiners')})\s++)++")
        self._pronoun = re.compile(words("name.pronouns"))

    def name(
        self,
        folded: str,
        since: int,
        left: Span,
        phrase: Span,
        words: Sequence[Span],
        fillers: Sequence[Span],
        *,
        counted: bool,
        physical: bool,
    ) -> tuple[Span, ...]:
        """Gives the spans, in the order in which they are read, that name what the clause measures.

        `left` are the number's own words and `phrase` the last noun phrase in them; words from `since` on may
        say what a measure is of.
        `counted`: the number has a noun of its own, so that a verb alone may lead to it.
        `physical`: it is a length, an area, a volume or a weight.
        """
        stretch = Span(min(since, phrase.start), phrase.end)
        clause = self._clause(
            blank_brackets(folded[stretch.start : stretch.end]),
            max(0, left.start - stretch.start),
            Span(phrase.start - stretch.start, phrase.end - stretch.start),
            within(words, stretch),
            within(fillers, stretch),
        )
        return tuple(
            Span(stretch.start + span.start, stretch.start + span.end)
            for span in self._name(clause, counted=counted, physical=physical)
        )

    def is_bare(self, words: str) -> bool:
        """Asks whether words are a noun of measure alone: `giá bán`, `tổng giá trị`."""
        return self._bare.fullmatch(fold(words)) is not None

    def object_of_yield(self, words: str) -> str:
        """Gives what a measure of farming is of: the `cua biển` of `sản lượng cua biển`; else nothing."""
        if self._yield_head.match(fold(words)) is None:
            return ""
        bare = self._bare.match(fold(words))
        return words[bare.end() :].strip() if bare is not None else ""

    def is_bare_yield(self, words: str) -> bool:
        """Asks whether words are a measure of farming alone: `năng suất bình quân`."""
        folded = fold(words)
        is_told_alone = self._yield_head.fullmatch(folded) is not None
        return is_told_alone or (self._yield_head.match(folded) is not None and self.is_bare(words))

    def deed_done(self, folded: str, left: Span) -> Span | None:
        """Gives the verb before an amount that says what was done: `thu hoạch | 53.000 ha lúa`."""
        found = self._deed_done.search(folded, left.start, left.end)
        return Span(found.start(), found.end()) if found is not None else None

    def deed_for(self, folded: str, left: Span, words: Sequence[Span]) -> Span | None:
        """Gives what is done for those counted: `đã | đào tạo nghề cho | 5.300 lao động`, `cho` included."""
        given = _GIVEN_TO.search(folded, left.start, left.end)
        if given is None:
            return None
        auxiliaries = self._auxiliary.finditer(folded, left.start, given.start())
        edges = [match.end() for match in auxiliaries if not _inside(match.start(), words)]
        edges += [match.end() for match in _EDGE.finditer(folded, left.start, given.start())]
        # `việc làm mới cho`: what ends in such a word is no verb phrase behind it.
        start = max([left.start, *(edge for edge in edges if len(folded[edge : given.start()].split()) > 1)])
        deed = last_syllables(folded, start, given.start(), MAX_DEED_SYLLABLES, words)
        if (
            deed is None
            or len(folded[deed.start : deed.end].split()) < 2
            or self._grammar.heads.match(folded, deed.start)
        ):
            return None
        return Span(deed.start, given.start() + len("cho") + 1)

    def ends_in_measure(self, folded: str, phrase: Span) -> bool:
        """Asks whether a phrase ends in an adjective of measure: `đường mòn dài`."""
        return self._adjective.search(folded, phrase.start, phrase.end) is not None

    def _name(self, clause: _Clause, *, counted: bool, physical: bool) -> tuple[Span, ...]:
        adjective = self._adjective.search(clause.text, clause.phrase.start, clause.phrase.end)
        head = self._head(clause)
        in_head = head is not None and self._grammar.heads.fullmatch(clause.text, head, clause.phrase.end)
        if physical and adjective is not None and adjective.start() > clause.phrase.start and not in_head:
            return (self._measured_thing(clause, adjective.start()),)
        if head is None:
            return (clause.phrase,) if counted else self._deed(clause)
        measure = self._measure(clause, head)
        if self._bare.fullmatch(clause.text, measure.start, measure.end) is None:
            return (measure,)
        owner = self._owner(clause, head)
        return (measure, owner) if owner is not None else (measure,)

    def _measured_thing(self, clause: _Clause, adjective: int) -> Span:
        """Gives the nearest noun before an adjective of measure, with it: `một | con đường dài`."""
        start = clause.phrase.start
        for match in self._thing_edge.finditer(clause.text, start, adjective):
            if clause.text[match.end() : adjective].strip() and not clause.cuts_word(match.start()):
                start = match.end()
        thing = last_syllables(clause.text, start, adjective, MAX_VERB_SYLLABLES, clause.words)
        return trimmed(clause.text, thing.start if thing is not None else start, clause.phrase.end)

    def _clause(
        self, text: str, own: int, phrase: Span, words: Sequence[Span], fillers: Sequence[Span]
    ) -> _Clause:
        """Finds where the clause begins: behind the last boundary and what says when and where."""
        start = max(
            [
                0,
                *(
                    match.end()
                    for match in self._grammar.hard.finditer(text)
                    if match.end() <= phrase.start and match[0] not in _LEADS
                ),
            ]
        )
        while (comma := _COMMA.search(text, start, phrase.start)) is not None:
            opener = text[start : comma.start()]
            is_short = len(opener.split()) <= MAX_OPENER_SYLLABLES
            # `Được mệnh danh là ..., xoài đỏ đang ...`: what begins with an auxiliary has no subject.
            if not (
                is_short or self._grammar.leading.match(opener) or self._auxiliary.match(opener.lstrip())
            ):
                break
            start = comma.end()
        return _Clause(text, start, max(start, own), phrase, words, fillers)

    def _head(self, clause: _Clause) -> int | None:
        """Gives where the noun of measure begins that the number is of: the last one that leads to it."""
        start, end = clause.phrase.start, clause.phrase.end
        heads = [
            match.start()
            for match in self._grammar.heads.finditer(clause.text, start, end)
            if not clause.cuts_word(match.start())
        ]
        linked = [head for head in heads if self._linker.search(clause.text[start:head])]
        if linked and linked[-1] != heads[0]:
            return linked[-1]
        # `an toàn thông tin mạng`, `chính quyền số`: behind a noun these only end its name.
        named = [
            head
            for head in heads
            if head == start or head in linked or not self._weak_head.match(clause.text, head, end)
        ]
        return named[0] if named else None

    def _measure(self, clause: _Clause, head: int) -> Span:
        """Cuts what is said of the measure behind its name: `giá vàng SJC | qua niêm yết của ...`."""
        end = clause.phrase.end
        first = self._grammar.heads.match(clause.text, head, end)
        begin = first.end() if first is not None else head
        edges = [match.start() for match in self._cut.finditer(clause.text, begin, end)]
        if self._price_heads.match(clause.text, head, end):
            edges += [match.start() for match in self._price_cut.finditer(clause.text, begin, end)]
        for edge in sorted(edges):
            if clause.text[begin:edge].strip() and not clause.cuts_word(edge):
                end = edge
                break
        idle = self._grammar.idle_end.search(clause.text[head:end])
        if idle is not None and idle.start() and not clause.cuts(head + idle.start()):
            end = head + idle.start()
        return trimmed(clause.text, head, end)

    def _split(self, clause: _Clause, span: Span) -> tuple[Span, Span, bool] | None:
        """Parts subject and verb phrase at the first auxiliary; says whether the subject is told of."""
        for match in self._auxiliary.finditer(clause.text, span.start, span.end):
            if not clause.cuts_word(match.start()):
                subject = trimmed(clause.text, span.start, match.start())
                verb = trimmed(clause.text, match.end(), span.end)
                return subject, verb, self._passive.search(match[0]) is not None
        return None

    def _owner(self, clause: _Clause, head: int) -> Span | None:
        """Gives what a bare noun of measure is of.

        The subject of a passive or stative verb, verb and object of another (`bán Man Utd với giá`), else
        the noun that stands before it (`chip Unisoc tốc độ`).
        """
        if self._deed_end.search(clause.text[clause.start : head]):
            return None
        linker = self._linker.search(clause.text[clause.start : head])
        stop = clause.start + linker.start() if linker is not None else head
        before = trimmed(clause.text, clause.start, stop)
        parted = self._split(clause, before)
        if parted is None or linker is None:
            near = before if parted is None else parted[1]
            return self._noun(clause, near, last=True) if clause.syllables(near) else None
        subject, verb, passive = parted
        if not passive and clause.syllables(verb) > 2:
            return last_syllables(clause.text, verb.start, verb.end, MAX_VERB_SYLLABLES, clause.words)
        return self._noun(clause, subject)

    def _noun(self, clause: _Clause, subject: Span, *, last: bool = False) -> Span | None:
        """Gives the noun phrase of a subject, without determiners; None for a pronoun, a place or a date."""
        start = max(
            [subject.start, *(m.end() for m in _COMMA.finditer(clause.text, subject.start, subject.end))]
        )
        opening = self._opening.match(clause.text, start, subject.end)
        start = opening.end() if opening is not None else start
        if start >= subject.end or self._pronoun.match(clause.text, start, subject.end):
            return None
        if self._grammar.is_adverbial(clause.text, Span(start, subject.end), clause.fillers):
            return None
        if not last:
            return first_syllables(clause.text, start, subject.end, MAX_OWNER_SYLLABLES, clause.words)
        owned = clause.text.find(_OF, start, subject.end)
        if owned <= start:
            near = last_syllables(clause.text, start, subject.end, MAX_OWNER_SYLLABLES, clause.words)
            joint = _JOINT.match(clause.text, near.start) if near is not None else None
            # `ngành Thông tin và Truyền thông`: no name begins where it is joined.
            return near if near is None or joint is None else Span(joint.end(), near.end)
        # `chiếc nhẫn của cô dâu có giá`: the thing owned is named, not its owner alone.
        near = last_syllables(clause.text, start, owned, MAX_OWNER_SYLLABLES, clause.words)
        start = near.start if near is not None else start
        return first_syllables(clause.text, start, subject.end, MAX_OWNER_SYLLABLES, clause.words)

    def _deed(self, clause: _Clause) -> tuple[Span, ...]:
        """Gives verb and subject where no noun of measure is named: `Tencent bị phạt`."""
        phrase = clause.phrase
        if clause.syllables(phrase) > SHORT_VERB_SYLLABLES or clause.start >= phrase.start:
            return (phrase,)
        # `85 triệu cổ phiếu giao dịch tương ứng 1.710 tỷ đồng`: no comma parts it from the number before.
        start = clause.own if _COMMA.search(clause.text, clause.start, phrase.start) else clause.start
        before = trimmed(clause.text, start, phrase.start)
        parted = self._split(clause, before)
        subject = parted[0] if parted is not None else before
        noun = self._noun(clause, subject) if clause.syllables(subject) else None
        return (noun, phrase) if noun is not None else (phrase,)
