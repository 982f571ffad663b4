"""An explanation as a person reads it: the sentence with its words marked, then field by field.

In a terminal words are coloured; elsewhere they stand in brackets with their kind: `[unit trạm]`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from extract.display import format_period, format_value
from extract.explain import MARKED
from extract.explanation import (
    Explanation,
    FactExplanation,
    FieldNote,
    Lost,
    NoFact,
    Passage,
    Quote,
)
from extract.parquet import Row
from extract.rule_book import RuleNote

STYLES = {
    "value": "bold black on bright_yellow", "unit": "bold black on bright_cyan", "period": "bold magenta",
    "baseline": "magenta", "place": "bold green", "bound": "bold yellow", "change": "bold red",
    "status": "bold blue", "metric": "underline bright_cyan", "metric_text": "underline",
}  # fmt: skip
# Words of these stand in plain text under a shorter name.
_SHORT = {"metric_text": "words"}
_NAME_WIDTH, _VALUE_WIDTH = 11, 24
_INDENT = " " * (2 + _NAME_WIDTH + 1)
_LONGEST_QUOTE = 70
# Words and where they are from stand on one line when it gets no longer.
_WIDTH = 110


def print_explanation(explanation: Explanation, form: str) -> None:
    """Prints an explanation on standard output, as text or as JSON."""
    if form == "json":
        print(json.dumps(explanation.to_dict(), ensure_ascii=False, indent=1))
        return
    _Printer(Console(highlight=False)).print(explanation)


class _Printer:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._plain = not console.is_terminal
        self._told: set[str] = set()

    def print(self, explanation: Explanation) -> None:
        for note in explanation.notes:
            self._line(Text(note, style="bold red"))
        for fact in explanation.facts:
            self._fact(explanation.doc_id, fact)
        if explanation.no_facts:
            self._no_facts(explanation.no_facts)
        elif not explanation.facts:
            self._line(Text("no facts, and no number without a fact"))

    def _line(self, line: Text) -> None:
        if self._plain:
            self._console.print(line, soft_wrap=True)
            return
        # What does not fit goes on below its beginning.
        indent = len(line.plain) - len(line.plain.lstrip(" "))
        self._console.print(Padding(line[indent:], (0, 0, 0, indent), expand=False))

    # -- one fact --------------------------------------------------------------------------------------

    def _fact(self, doc_id: str, fact: FactExplanation) -> None:
        self._told.clear()
        head = Text(f"{doc_id}:{fact.number}", style="bold")
        head.append(f"  {fact.row['fact_id']}  {_summary(fact.row)}", style="not bold")
        self._line(head)
        self._line(Text())
        passages = sorted((*fact.context, fact.passage), key=lambda passage: passage.sentence)
        for passage in passages:
            self._passage(passage, is_own=passage is fact.passage)
        for note in fact.notes:
            self._line(Text(f"  {note}"))
        self._line(Text())
        for field in fact.fields:
            self._field(field, fact.passage.sentence)
        self._confidence(fact)
        self._line(Text())

    def _passage(self, passage: Passage, *, is_own: bool) -> None:
        line = Text(f"  {passage.sentence:>3}  ", style="" if is_own else "dim")
        if not is_own:
            line.append("(context) ", style="dim")
        for piece, mark in _painted(passage):
            words = " ".join(piece.split("\n"))
            if mark is None:
                line.append(words, style="" if is_own else "dim")
            elif self._plain:
                line.append(_bracketed(_SHORT.get(mark, mark), words))
            else:
                line.append(words, style=STYLES[mark])
        self._line(line)

    def _field(self, field: FieldNote, own: int) -> None:
        line = Text("  ")
        line.append(
            f"{field.name:<{_NAME_WIDTH}} ", style=STYLES.get(field.name, "bold") if not self._plain else ""
        )
        line.append(field.value, style="bold")
        said = [_quotes(field.words, own, field.value, field.source), field.source]
        told = [part for part in said if part]
        if told and len(field.value) <= _VALUE_WIDTH:
            line.append(" " * max(2, _VALUE_WIDTH - len(field.value)) + told.pop(0))
        if told and len(line) + len(told[0]) < _WIDTH and len(field.value) <= _VALUE_WIDTH:
            line.append(f"; {told.pop(0)}")
        self._line(line)
        for part in told:
            self._line(Text(f"{_INDENT}{part}"))
        for rule in field.rules:
            self._line(self._rule(rule))
        for lost in field.lost:
            self._line(self._lost(lost, own, field.value))

    def _rule(self, rule: RuleNote, indent: str = _INDENT) -> Text:
        line = Text(f"{indent}by ")
        line.append(rule.id, style="cyan")
        line.append(f"  {rule.where}" if rule.where else "", style="dim")
        if rule.id in self._told:
            return line
        self._told.add(rule.id)
        line.append(f"  {rule.meaning}")
        if rule.words_at:
            line.append(f" (words: {rule.words_at})", style="dim")
        return line

    def _lost(self, lost: Lost, own: int, value: str) -> Text:
        # What says the same did not lose.
        line = Text(f"{_INDENT}{'also' if lost.value == value else 'not'} ")
        line.append(lost.value)
        quotes = _quotes(lost.words, own)
        line.append(f" {quotes}" if quotes else "")
        line.append(f": {lost.reason}")
        if lost.rule is not None:
            where = f" {lost.rule.where}" if lost.rule.where and not lost.rule.is_code else ""
            line.append(f"  ({lost.rule.id}{where})", style="dim")
        return line

    def _confidence(self, fact: FactExplanation) -> None:
        line = Text("  ")
        line.append(f"{'confidence':<{_NAME_WIDTH}} ", style="bold" if not self._plain else "")
        line.append(f"{fact.row['confidence']:.3f}".rstrip("0"), style="bold")
        self._line(line)
        for sign, weights in (
            ("for", [item for item in fact.confidence if item.log_odds > 0]),
            ("against", [item for item in fact.confidence if item.log_odds < 0]),
        ):
            if weights:
                told = ", ".join(f"{item.feature} {item.log_odds:+.2f}" for item in weights)
                self._line(Text(f"{_INDENT}{sign:<7} {told}"))
        files = sorted({item.where.rpartition(":")[0] for item in fact.confidence})
        self._line(Text(f"{_INDENT}log odds of {', '.join(files)}", style="dim"))

    # -- numbers without a fact ------------------------------------------------------------------------

    def _no_facts(self, items: Sequence[NoFact]) -> None:
        self._told.clear()
        counted = "1 number" if len(items) == 1 else f"{len(items)} numbers"
        self._line(Text(f"{counted} without a fact", style="bold"))
        for item in items:
            line = Text("  ")
            line.append(f"“{_short(item.number.text)}”", style="bold")
            line.append(f" {item.number.start}-{item.number.end}")
            if (item.around.start, item.around.end) != (item.number.start, item.number.end):
                line.append(f" in {_quote(item.around)}")
            line.append(f": {item.reason}")
            if item.meaning and item.reason not in self._told:
                line.append(f", {item.meaning}")
                self._told.add(item.reason)
            self._line(line)
            for rule in item.rules:
                self._line(self._rule(rule, "      "))


def _summary(row: Row) -> str:
    metric = row["metric_id"] or f"“{row['metric_text']}”"
    attributes = [row[name] for name in ("technology", "scope", "component") if row[name]]
    named = f"{metric} ({', '.join(attributes)})" if attributes else metric
    parts = (
        f"{format_value(row)} {row['unit_id']}",
        named,
        format_period(row),
        row["place_text"],
        row["status"],
    )
    return ", ".join(str(part) for part in parts if part)


def _painted(passage: Passage) -> Iterable[tuple[str, str | None]]:
    """Cuts a sentence into pieces of one kind each; where marks overlap the strongest kind wins."""
    kinds: list[str | None] = [None] * len(passage.text)
    for mark in sorted(passage.marks, key=lambda mark: -MARKED.index(mark.kind)):
        start, end = mark.start - passage.start, mark.end - passage.start
        kinds[start:end] = [mark.kind] * len(kinds[start:end])
    position = 0
    while position < len(kinds):
        end = position + 1
        while end < len(kinds) and kinds[end] == kinds[position] and not _begins(passage, end, kinds[end]):
            end += 1
        yield passage.text[position:end], kinds[position]
        position = end


def _bracketed(kind: str, words: str) -> str:
    """Gives marked words in plain text; spaces at their ends stay outside."""
    inner = words.strip()
    if not inner:
        return words
    before, _, behind = words.partition(inner)
    return f"{before}[{kind} {inner}]{behind}"


def _begins(passage: Passage, position: int, kind: str | None) -> bool:
    return any(mark.kind == kind and mark.start - passage.start == position for mark in passage.marks)


def _quotes(quotes: Sequence[Quote], own: int, value: str = "", source: str = "") -> str:
    """Gives words with their offsets, and the number of their sentence where it is another."""
    told = []
    for quote in quotes:
        is_told = quote.sentence in (own, 0) or source.endswith(f"sentence {quote.sentence}")
        sentence = "" if is_told else f" in sentence {quote.sentence}"
        place = f"{quote.start}-{quote.end}{sentence}"
        told.append(f"at {place}" if quote.text == value else f"{_quote(quote)}{sentence}")
    return ", ".join(told)


def _quote(quote: Quote) -> str:
    return f"“{_short(quote.text)}” {quote.start}-{quote.end}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_QUOTE else f"{words[: _LONGEST_QUOTE - 1]}…"
