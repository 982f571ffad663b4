"""Word borders as underthesea's tagger sets them, in a tenth of its time.

In: the tokens of a sentence. Out: for each whether it goes on the word before. The library makes 43 strings
of each token and its neighbours and looks each up; here all that the model says of a token, a pair or a
triple is looked up at once. Only the order of adding differs, so that a choice too close to call is left
to the library.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from itertools import pairwise

from extract.crf_model import TwoLabelModel

# What another order of adding changes is a hundred thousand times smaller.
TOO_CLOSE = 1e-8
# Tokens already weighed are remembered up to so many.
MAX_KNOWN = 50_000

_BEGINS, _GOES_ON = "B-W", "I-W"
# What stands for tokens before the first and behind the last.
_BEFORE, _BEHIND = "BOS", "EOS"
# What the features look at: n-grams, ordered by how far their first token stands from the tagged one.
_SINGLES = ("T[-2]", "T[-1]", "T[0]", "T[1]", "T[2]")
_PAIRS = ("T[-2,-1]", "T[-1,0]", "T[0,1]", "T[1,2]")
_TRIPLES = ("T[-2,0]", "T[-1,1]", "T[0,2]")
_TABLES = (_SINGLES, _PAIRS, _TRIPLES)
_ASKED = ("isdigit", "istitle", "is_in_dict")

# What an n-gram adds for each token that it may stand near to, in the order of its table.
Weights = tuple[float, ...]

_After = Mapping[str, bool]
_NO_PAIRS: _After = {}
_NO_TEXTS: Set[str] = frozenset()


class _Token:
    """A token as the features see it.

    `after` has, in lower case, the tokens with which it makes a pair unlike any other, and whether that is a
    word; `opens` has those with which it begins a triple unlike any other. `pairs` remembers the weights of
    such pairs by their second token.
    """

    __slots__ = ("after", "is_title", "lower", "opens", "pairs", "text", "weights")

    def __init__(self, text: str, lower: str, weights: Weights, after: _After, opens: Set[str]) -> None:
        self.text = text
        self.lower = lower
        self.is_title = text[0].upper() == text[0]
        self.weights = weights
        self.after = after
        self.opens = opens
        self.pairs: dict[str, Weights] = {}


class _Table:
    """The weights of all n-grams of one length."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self.plain: dict[str, list[float]] = {}
        self.lower: dict[str, list[float]] = {}
        # By what is asked of the n-gram and the answer.
        self.asked: dict[tuple[str, str], list[float]] = {}
        self.edges: dict[str, list[float]] = {edge: self._empty() for edge in (_BEFORE, _BEHIND)}
        self._bases: dict[tuple[bool, ...], Weights] = {}
        self._nothing = self._empty()

    def _empty(self) -> list[float]:
        return [0.0] * len(self.names)

    def add(self, name: str, asked: str, value: str, weight: float) -> None:
        """Adds one weight of the model."""
        place = self.names.index(name)
        if not asked:
            self.plain.setdefault(value, self._empty())[place] += weight
        elif asked == "lower":
            self.lower.setdefault(value, self._empty())[place] += weight
        else:
            self.asked.setdefault((asked, value), self._empty())[place] += weight
        if value in self.edges:
            self.edges[value][place] += weight

    def edge(self, edge: str) -> Weights:
        """Gives the weights of an n-gram that lies partly outside the sentence."""
        return tuple(self.edges[edge])

    def weigh(self, text: str, lower: str, answers: tuple[bool, ...]) -> Weights:
        """Gives the weights of an n-gram, with the answers to what `_ASKED` of it."""
        base = self._bases.get(answers) or self._base(answers)
        plain, lowered = self.plain.get(text), self.lower.get(lower)
        if plain is None and lowered is None:
            return base
        return _sum(base, plain or self._nothing, lowered or self._nothing)

    def _base(self, answers: tuple[bool, ...]) -> Weights:
        """Gives what the answers alone add."""
        parts = (self.asked.get((asked, str(answer))) for asked, answer in zip(_ASKED, answers, strict=True))
        self._bases[answers] = _sum(*(part or self._nothing for part in parts))
        return self._bases[answers]


def _sum(*parts: Iterable[float]) -> Weights:
    return tuple(map(sum, zip(*parts, strict=True)))


class WordTagger:
    """Tags tokens. Made once per process: it turns the model's weights into tables.

    `features` are what the library looks at (`T[0,1].lower`), `words` is its dictionary. Raises ValueError
    where features or labels are of a kind that is not known here.
    """

    def __init__(self, model: TwoLabelModel, features: Iterable[str], words: Iterable[str]) -> None:
        if sorted(model.labels) != [_BEGINS, _GOES_ON]:
            raise ValueError(f"unknown labels: {', '.join(model.labels)}")
        backwards = model.labels[0] == _GOES_ON
        first, second = (1, 0) if backwards else (0, 1)
        moves = model.transitions
        self._moves = (
            moves[first][first], moves[first][second], moves[second][first], moves[second][second]
        )  # fmt: skip
        tables = [_Table(names) for names in _TABLES]
        self._single, self._pair, self._triple = tables
        self._read(model, set(features), -1.0 if backwards else 1.0)
        self._edges = [(table.edge(_BEFORE), table.edge(_BEHIND)) for table in tables]
        by_length: dict[int, set[str]] = defaultdict(set)
        for word in words:
            by_length[word.count(" ")].add(word)
        self._words, self._longer_words = by_length[0], by_length[2]
        self._after = self._known_pairs(by_length[1])
        # A triple that is neither here nor in the dictionary is like any other.
        triples = {text.lower() for text in self._triple.plain} | self._longer_words
        self._known_triples = {text for text in triples if text.count(" ") == 2}
        self._opens: dict[str, set[str]] = defaultdict(set)
        for text in self._known_triples:
            begins, follows, _ = text.split(" ")
            self._opens[begins].add(follows)
        self._plain_pairs, self._plain_triples = (
            [table.weigh("", "", (False, is_title, False)) for is_title in (False, True)]
            for table in (self._pair, self._triple)
        )
        self._tokens: dict[str, _Token] = {}

    def _read(self, model: TwoLabelModel, features: set[str], sign: float) -> None:
        """Sorts the weights of the model by n-gram."""
        tables = {name: table for table in (self._single, self._pair, self._triple) for name in table.names}
        kinds: dict[str, tuple[_Table, str, str]] = {}
        for feature in features:
            name, _, asked = feature.partition(".")
            if name not in tables or (asked and asked != "lower" and asked not in _ASKED):
                raise ValueError(f"unknown feature: {feature}")
            kinds[feature] = (tables[name], name, asked)
        for attribute, leaning in model.leanings.items():
            feature, _, value = attribute.partition("=")
            if feature in kinds:
                table, name, asked = kinds[feature]
                table.add(name, asked, value, sign * leaning)

    def _known_pairs(self, words: Set[str]) -> dict[str, dict[str, bool]]:
        """Gives the pairs unlike any other by their tokens in lower case, and whether each is a word."""
        table = self._pair
        after: dict[str, dict[str, bool]] = defaultdict(dict)
        for text in words | table.lower.keys() | {text.lower() for text in table.plain}:
            first, _, second = text.partition(" ")
            after[first][second] = text in words
        return after

    def goes_on(self, tokens: Sequence[str]) -> list[bool] | None:
        """Gives for each token whether it goes on the word before; None where that is too close to call."""
        if not tokens:
            return []
        known = [self._tokens.get(text) or self._weigh_token(text) for text in tokens]
        leanings = self._lean(known)
        begin_begin, begin_on, on_begin, on_on = self._moves
        begins, goes_on = 0.0, leanings[0]
        # For each token but the first: whether the one before goes on, if this one begins or goes on.
        choices: list[tuple[bool, bool]] = []
        for leaning in leanings[1:]:
            gain_begin = (goes_on + on_begin) - (begins + begin_begin)
            gain_on = (goes_on + on_on) - (begins + begin_on)
            if -TOO_CLOSE < gain_begin < TOO_CLOSE or -TOO_CLOSE < gain_on < TOO_CLOSE:
                return None
            choices.append((gain_begin > 0, gain_on > 0))
            begins, goes_on = (
                goes_on + on_begin if gain_begin > 0 else begins + begin_begin,
                (goes_on + on_on if gain_on > 0 else begins + begin_on) + leaning,
            )
        if -TOO_CLOSE < goes_on - begins < TOO_CLOSE:
            return None
        tags = [goes_on > begins]
        for choice in reversed(choices):
            tags.append(choice[tags[-1]])
        tags.reverse()
        return tags

    def _lean(self, known: Sequence[_Token]) -> list[float]:
        """Gives for each token by how much its surroundings ask that it goes on a word."""
        plain_pairs, plain_triples = self._plain_pairs, self._plain_triples
        pairs: list[Weights] = []
        triples: list[Weights] = []
        before: _Token | None = None
        for first, second in pairwise(known):
            both_title = first.is_title and second.is_title
            weights = first.pairs.get(second.text)
            if weights is None:
                is_word = first.after.get(second.lower)
                weights = plain_pairs[both_title]
                if is_word is not None:
                    weights = self._weigh_pair(first, second, is_word=is_word)
            pairs.append(weights)
            if before is not None:
                triples.append(
                    self._weigh_triple(before, first, second)
                    if first.lower in before.opens
                    else plain_triples[both_title and before.is_title]
                )
            before = first
        ones, twos, threes = self._edges
        singles = [ones[0], ones[0], *[token.weights for token in known], ones[1], ones[1]]
        doubles = [twos[0], twos[0], *pairs, twos[1], twos[1]]
        triples = [threes[0], threes[0], *triples, threes[1], threes[1]]
        return [
            a[0] + b[1] + c[2] + d[3] + e[4] + f[0] + g[1] + h[2] + i[3] + j[0] + k[1] + m[2]
            for a, b, c, d, e, f, g, h, i, j, k, m in zip(
                singles, singles[1:], singles[2:], singles[3:], singles[4:],
                doubles, doubles[1:], doubles[2:], doubles[3:],
                triples, triples[1:], triples[2:], strict=False,
            )
        ]  # fmt: skip

    # -- n-grams -----------------------------------------------------------------------------------

    def _weigh_token(self, text: str) -> _Token:
        lower = text.lower()
        is_title = text[0].upper() == text[0]
        answers = (text.isascii() and text.isdigit(), is_title, lower in self._words)
        weights = self._single.weigh(text, lower, answers)
        if len(self._tokens) >= MAX_KNOWN:
            # What is full begins anew, so that memory has a bound.
            self._tokens.clear()
        after, opens = self._after.get(lower, _NO_PAIRS), self._opens.get(lower, _NO_TEXTS)
        token = self._tokens[text] = _Token(text, lower, weights, after, opens)
        return token

    def _weigh_pair(self, first: _Token, second: _Token, *, is_word: bool) -> Weights:
        text, lower = f"{first.text} {second.text}", f"{first.lower} {second.lower}"
        answers = (False, first.is_title and second.is_title, is_word)
        weights = first.pairs[second.text] = self._pair.weigh(text, lower, answers)
        return weights

    def _weigh_triple(self, *three: _Token) -> Weights:
        lower = " ".join([token.lower for token in three])
        is_title = all(token.is_title for token in three)
        if lower not in self._known_triples:
            return self._plain_triples[is_title]
        text = " ".join([token.text for token in three])
        return self._triple.weigh(text, lower, (False, is_title, lower in self._longer_words))
