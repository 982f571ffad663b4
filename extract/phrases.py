"""Phrases: the noun phrases before and after a number, cut at words and phrase boundaries.

Folded text and spans in, spans out. Knows the closed classes of words in rules/words.yaml (`bind.*`) and
nothing of metrics.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extract.models import Span
from extract.rules import RuleSet, words_pattern
from extract.text import LIST_MARK, fold

MAX_PHRASE_SYLLABLES = 14
MAX_RIGHT_PHRASE_SYLLABLES = 10
MAX_WIDE_SYLLABLES = 8
# Items of a list of nouns are short; the first may have what they share before it.
MAX_ITEM_SYLLABLES = 4
MAX_FIRST_ITEM_SYLLABLES = 8
MAX_CLAUSE_SYLLABLES = 9
MAX_OWNED_SYLLABLES = 9
LISTED_ITEM_SYLLABLES = 3
# Openers, dates and places are peeled off the front of a phrase at most so often.
MAX_PEELED = 4

# Folded text has no such dash and no such comma, so that no boundary is seen in them.
_INNER_DASH = " \u2013 "
_INNER_COMMA = "\u201a"
# `cao tốc Bắc - Nam`, `đoạn Hoàng Cầu - Voi Phục`: from where to where.
_ROUTE = re.compile(
    r"(?<!\w)(?:đoạn|tuyến|cao tốc|đường|đường sắt|cầu|hành lang|chặng|quốc lộ)"
    r"(?:\s+(?!là |dài |có )\w+){1,4} - \w"
)
_BRACKETS = re.compile(r"\((?:[^()0-9]|(?:19|20)[0-9]{2})*\)")
# `đạt` ends a phrase before a value, not in `xã đạt chuẩn nông thôn mới`.
_REACHES_VALUE = r"(?<!\w)đạt(?=\s+(?:[0-9]|hơn|trên|gần|khoảng|tỉ lệ|mức|từ|tối|được|xấp xỉ|bình quân|tổng))"
# A dash that is not that of a range: `giai đoạn 2016 - 2020` is one date.
_DASH = r"(?:(?<![0-9])\s-\s|\s-\s(?![0-9]))"
# What ends a phrase behind any number.
_STOP_MARKS = rf"[,;:()\"!?]|{_DASH}|\.(?=\s|$)|{_REACHES_VALUE}"
# `đưa lên sàn`, `đưa vào sử dụng`: the second word belongs to the verb.
_NOT_BROUGHT = "(?<!đưa )(?<!đăng )(?<!tải )"
_INLAND = "trong nước|ngoài nước|trong độ tuổi|trong biên chế|trong diện|thuộc diện"
# What an auxiliary may leave that names nothing: `việc làm mới | cho 6.850 lao động`.
_IDLE_REST = re.compile(r"\s*(?:(?:đối với|cho|với|về|được|ra)\s*)?")
_LISTED = re.compile(LIST_MARK)
# `năng suất | bình quân đạt`, not `thu nhập bình quân 5 triệu đồng mỗi tháng`.
_MEAN = re.compile(r"\s+(?:bình quân|trung bình)(?=\s|$)")
_YEAR_OF_PRICES = re.compile(r"\s+(?:năm\s+)?[0-9]{4}$")
_MIDST = "đang "
_OR_BE = re.compile(r"hoặc\s+(?:bị|được)\s")
_IS = re.compile(r"\s*(?P<is>là)\s+(?![0-9])")
# `doanh nghiệp (DN)`: how a word is written from here on.
_ABBREVIATED = re.compile(r"\s*\([^\W\d_]{2,6}\)")
# What leads to a date or place that is no part of a metric's name: `trong năm 2023`, `của tỉnh Hà Nam`.
_ADVERBIAL = re.compile(
    r"(?:^|\s)(?:(?:so với|so|trong|tại|ở|của|trên địa bàn|trên|vào|đến|tính đến|từ|cho|thuộc|hồi|hết"
    r"|đầu|cuối|cả|toàn)\s+)+"
    r"(?:(?:tỉnh|thành phố|TP\.?|huyện|thị xã|quận|cả|hết|đầu|cuối|tháng|năm|quý)\s+)*$",
    re.IGNORECASE,
)


# Where a thing is, without a name: `trạm phát sóng trên địa bàn tỉnh`. The GRDP has the words in its name.
_IN_AREA = re.compile(
    r"(?<!\w)(?<!sản phẩm )(?:trên|đến|tới|tại) địa bàn"
    r"(?:\s+(?:toàn\s+)?(?:tỉnh|thành phố|huyện|xã|thị xã|quận)(?!\s+[A-ZĐ]))?(?:\s+trong)?(?!\w)"
)
# Written dates begin so; names of places do not.
_DATE = re.compile(
    r"[0-9]|(?:năm|tháng|quý|ngày|nửa|cùng kỳ|giai đoạn|hiện|đến|tính đến|từ|kể từ)(?!\w)", re.IGNORECASE
)


# `số hộ bị ảnh hưởng gồm 43 hộ`, `số xã hoàn thành 19 tiêu chí là 86 xã`.
_NUMBER_OF = re.compile(
    r"(?<!\w)(?:số|số lượng)\s+(?P<of>[^\W\d][^,;:.()]{1,60}?)"
    r"\s+(?:là|gồm|có|còn|đạt)(?:\s+(?:khoảng|hơn|gần|trên))?\s*$"
)


class PhraseGrammar:
    """Finds boundaries, copulas and phrases. Made once per rule set."""

    def __init__(self, rules: RuleSet, names: Sequence[str] = ()) -> None:
        """`names` are those that have a dash in them, folded."""

        def words(name: str) -> str:
            return words_pattern(rules.word_forms(f"bind.{name}"))

        # `với` parts two statements when a number or a total follows: `đạt 97% với hơn 1,46 triệu thuê bao`.
        self.hard = re.compile(
            rf"[;()]|:(?=\s)|{_DASH}|{words('hard_boundaries')}"
            rf"|(?<!đối )(?<!so )(?<!cùng )(?<!\w)với(?=\s+(?:[0-9]|{words('totals')})|\s*$)"
        )
        self.soft = re.compile(r",(?=\s|$)|(?<!\w)(?:và|hoặc|hay|cũng như)(?!\w)")
        self.heads = re.compile(words("head_nouns"))
        self.copula_end = re.compile(
            rf"(?:{words('strong_copulas')}|:)(?:\s+(?>{words('copula_adverbs')}))*+\s*$"
        )
        trailing = words_pattern(
            (*rules.word_forms("bind.copulas"), *rules.word_forms("bind.copula_adverbs"))
        )
        # Atomic, for some of the words are made of others: `lên đến` is `lên` and `đến`.
        self.trailing = re.compile(rf"(?:\s*+(?>{trailing}|[,:\"'(+-]|\.{{3}}|…))++\s*$")
        heads = words("list_heads")
        self._list_head = re.compile(rf"(?:(?<!\w)(?:các|những|một số)\s+{heads}|{heads}\s+như sau)\s*:\s*$")
        self.leading = re.compile(rf"^(?:\s*(?:{words('left_starts')}|[,:\"')-]))+\s*")
        self._auxiliary = re.compile(words("auxiliaries"))
        self._auxiliary_end = re.compile(rf"{words('auxiliaries')}\s*$")
        self._superlative = re.compile(rf"{words('superlatives')}(?:\s+\w+){{0,2}}?\s+là\s+")
        self._clause_opener = re.compile(words("clause_openers"))
        self._empty = re.compile(rf"(?>{words('empty_subjects')}|\s|,)++")
        self.bare_counter = re.compile(words("bare_counters"))
        # `dự án trong nước` is one noun.
        self._right_stop = re.compile(rf"{_STOP_MARKS}|(?!{_INLAND}){_NOT_BROUGHT}{words('right_stops')}")
        self._wide_stop = re.compile(
            rf"{_STOP_MARKS}|(?<!\w)(?:ở|tại|thuộc|từ)\s+{words('place_units')}|từ\s+[0-9]"
            rf"|(?!{_INLAND}){words('wide_stops')}"
        )
        self._share_stop = re.compile(rf"{_STOP_MARKS}|{words('share_stops')}")
        self._totals = re.compile(rf"(?:(?:nâng|trong)\s+)?{words('plain_totals')}")
        # `1 trường hợp | ở xã Bắc Lý`: where a counted person or case is, up to the name of the place.
        self._dashed = re.compile(words_pattern((*rules.word_forms("bind.dashed"), *names)))
        self._placed = re.compile(
            rf"{words('place_leads')}\s+(?:{words('place_units')}\s+|{words('date_units')}\s+)*$"
        )
        self._subjectless = re.compile(words("subjectless"))
        self._takes = re.compile(rf"{words('takes')}\s*$")
        self._total = re.compile(words("whole_nouns"))
        self._holder = re.compile(rf"{words('holders')}\s+(?:\w+\s+){{0,2}}$")
        self._only_who = re.compile(rf"(?>{words('bodies')}|{words('only_who')}|[\s,()])*+")
        self._price_base = re.compile(words("price_bases"))
        self._bare_sum = re.compile(words("bare_sums"))
        self._takes_object = re.compile(rf"(?:^|.*\s){words('takes_object')}")
        self._regional = re.compile(rf"(?>{words('regional')}|[\s,/])*+")
        ranking = words_pattern((*rules.word_forms("rank.verbs"), *rules.word_forms("bind.auxiliaries")))
        self._ranking = re.compile(rf"(?:(?>{ranking}|{words('ranking_only')})\s*+)*+")
        self._plan = re.compile(words("plans"))
        self._against_plan = re.compile(rf"\s*so(?:\s+với)?\s+(?={words('plans')})")
        self._not_nominal = re.compile(words("not_nominal"))
        self._exists = re.compile(words("existentials"))
        self.exists = re.compile(rf"(?<!đối ){words('exists')}")
        self._preposition = re.compile(rf"(?!{_INLAND}){words('prepositions')}")
        self._continues = re.compile(r"[\W_]*" + words("goes_on"))
        self._goal = re.compile(rf"(?:(?:trong khi|nhưng|còn|so với|mà)\s+)*+{words('goals')}")
        self._aspect = re.compile(words("aspects"))
        self._verb = re.compile(rf"\s*{words('tellers')}\s")
        self._founding = re.compile(words("founding"))
        self._all = re.compile(rf"{words('plain_totals')}\s+")
        # `23 thôn chưa đạt chuẩn`: what is denied stays denied.
        denied = r"(?:(?<!\w)(?:chưa|không|chẳng)(?:\s+(?:từng|thể))?\s+)?"
        self._said = re.compile(rf"{denied}(?:{words('auxiliaries')}|{words('tellers')})(?=\s)")
        self._level = re.compile(rf"(?:(?:ở|tại|riêng|còn|khối)\s+)*+{words('levels')}")
        # Numbers told for names in turn: `lần lượt`.
        self.in_turn = re.compile(words("in_turn"))
        self.idle_end = re.compile(rf"(?:(?:^|\s++)(?>{words('idle_ends')}))++\s*$")

    def join_dashes(self, folded: str) -> str:
        """Gives folded text of the same length, in which marks inside names and fixed pairs part nothing.

        `Bà Rịa - Vũng Tàu`, `bưu chính - viễn thông` and `khám, chữa bệnh` are one name each. In what prices
        an amount is counted (`theo giá hiện hành`) is left out.
        """

        def joined(match: re.Match[str]) -> str:
            return match[0].replace(" - ", _INNER_DASH).replace(",", _INNER_COMMA)

        plain = self._price_base.sub(lambda match: " " * len(match[0]), folded)
        return _ROUTE.sub(joined, self._dashed.sub(joined, plain))

    def left_phrase(
        self, folded: str, left: Span, fillers: Sequence[Span], words: Sequence[Span]
    ) -> Span | None:
        """Gives the noun phrase that ends a stretch, without copulas, openers and dates or places."""
        # Offsets are those of the stretch until the end: a document may be long.
        segment = blank_brackets(folded[left.start : left.end])
        if segment.rstrip().endswith((",", ";")):
            # `Theo điều tra, hơn 90% dân số ...`: the number opens a clause of its own.
            return None
        if self._list_head.search(segment) is not None:
            return None
        fillers, words = within(fillers, left), within(words, left)
        trail = self.trailing.search(segment)
        stop = trail.start() if trail is not None else len(segment)
        mean = _MEAN.match(segment, stop)
        if mean is not None and stop and segment[stop - 1].isalnum():
            # `năng suất bình quân đạt`: what is meant is the mean, not each one.
            stop = mean.end()
        if "," in segment[stop:] and self._opens(segment, stop):
            # `Cũng theo Nielsen, có đến 55% ...`: what stands before says by whom, when or where.
            return None
        # `ước thực hiện`: a copula is a word of its own, not the end of another.
        stop = _outside_words(stop, words)
        # The last syllable of a name may look like a copula: `Cao Bằng có 161 xã`.
        stop = max([stop, *(filler.end for filler in fillers if filler.start < stop < filler.end)])
        hard = [match.end() for match in self.hard.finditer(segment, 0, stop)]
        start = self.phrase_start(segment, hard[-1] if hard else 0, stop, words)
        start = self._after_openers(segment, start, stop, fillers, words)
        while stop > start and not (segment[stop - 1].isalnum() or segment[stop - 1] in ")%"):
            stop -= 1
        if self._empty.fullmatch(_without(segment, fillers), start, stop):
            return None
        if self.heads.match(segment, start, stop):
            # A date or place is not cut in two: `... trong | 9 tháng năm 2023`.
            phrase = first_syllables(segment, start, stop, MAX_PHRASE_SYLLABLES, (*words, *fillers))
        else:
            # Without a noun of measure a long stretch is a clause; its last words say what is done.
            phrase = last_syllables(segment, start, stop, MAX_CLAUSE_SYLLABLES, words)
        return Span(left.start + phrase.start, left.start + phrase.end) if phrase is not None else None

    def _opens(self, segment: str, stop: int) -> bool:
        """Asks whether the piece before a comma only opens a sentence: `Theo Nielsen`, `Tại Hà Nội`."""
        start = max([0, *(match.end() for match in self.hard.finditer(segment, 0, stop))])
        piece = segment[start:stop]
        return self.leading.match(piece) is not None and self.heads.search(piece) is None

    def _after_openers(
        self, segment: str, start: int, stop: int, fillers: Sequence[Span], words: Sequence[Span]
    ) -> int:
        """Gives where a phrase begins once openers, dates and places before it are peeled off."""
        for _ in range(MAX_PEELED):
            moved = start
            lead = self.leading.match(segment[start:stop])
            if lead is not None:
                moved = _outside_words(start + lead.end(), words, forward=False)
            for filler in fillers:
                if filler.start <= moved < filler.end and filler.end <= stop:
                    moved = filler.end
            while moved < stop and not segment[moved].isalnum():
                moved += 1
            if moved == start:
                break
            start = moved
        return start

    def goes_on(self, folded: str, sentence: Span) -> bool:
        """Asks whether a sentence tells parts of what the one before told: `Trong đó, ...`."""
        return self._continues.match(folded, sentence.start, sentence.end) is not None

    def is_goal(self, folded: str, phrase: Span) -> bool:
        """Asks whether a phrase only says that a number is a goal, not of what: `mục tiêu đề ra`."""
        return self._goal.fullmatch(folded, phrase.start, phrase.end) is not None

    def is_aspect(self, words: str) -> bool:
        """Asks whether words only say in what something grows: `về lượng`."""
        return self._aspect.fullmatch(fold(words)) is not None

    def tells(self, folded: str, right: Span) -> bool:
        """Asks whether a verb begins right behind what is counted: `12 tỉnh | có 100% số xã đạt chuẩn`."""
        return self._verb.match(folded, right.start, right.end) is not None

    def is_level(self, folded: str, phrase: Span) -> bool:
        """Asks whether a phrase only says at which level something is counted: `cấp huyện`."""
        return self._level.fullmatch(folded, phrase.start, phrase.end) is not None

    def predicate_noun(
        self, folded: str, right: Span, words: Sequence[Span], fillers: Sequence[Span]
    ) -> Span | None:
        """Gives what those counted are said to be, `là` included: `21 chủ thể | là hợp tác xã`."""
        copula = _IS.match(folded, right.start, right.end)
        if copula is None:
            return None
        behind = Span(copula.end(), right.end)
        noun = self.right_phrase(folded, behind, words, fillers, share=False)
        return Span(copula.start("is"), noun.end) if noun is not None else None

    def said_of(self, words: str) -> str:
        """Gives what is said of a population, verb and denial and all behind: `xã | chưa được thu gom`."""
        verb = self._said.search(fold(words))
        return words[verb.start() :] if verb is not None and verb.start() else ""

    def is_done(self, folded: str, start: int, phrase: Span) -> bool:
        """Asks whether a phrase only says what was done with something: `đã | nhựa hóa`."""
        return self._auxiliary_end.search(folded, start, phrase.start) is not None

    def says_how_many(self, folded: str, phrase: Span) -> bool:
        """Asks whether a phrase only says that things are counted: `trong số`, `tổng số`."""
        return self._totals.fullmatch(folded, phrase.start, phrase.end) is not None

    def number_of(self, folded: str, start: int, stop: int) -> Span | None:
        """Gives those whose number is told next: `hộ bị ảnh hưởng` in `số hộ bị ảnh hưởng gồm | 43 hộ`."""
        told = _NUMBER_OF.search(folded, start, stop)
        return Span(told.start("of"), told.end("of")) if told is not None else None

    def names_measure(self, folded: str, phrase: Span) -> bool:
        """Asks whether a phrase begins with a noun of measure: `tổng số ca mắc`."""
        return self.heads.match(folded, phrase.start, phrase.end) is not None

    def names_plan(self, folded: str, phrase: Span) -> bool:
        """Asks whether a phrase begins with a plan that a share is of: `kế hoạch năm`."""
        return self._plan.match(folded, phrase.start, phrase.end) is not None

    def without_against(self, folded: str, right: Span) -> Span:
        """Leaves out what leads to a plan: `so với` of `đạt 59,9% so với dự toán`."""
        lead = self._against_plan.match(folded, right.start, right.end)
        return Span(lead.end(), right.end) if lead is not None else right

    def only_ranks(self, words: str) -> bool:
        """Asks whether folded words say that something is ranked and not in what: `xếp ở vị trí`, none."""
        return self._ranking.fullmatch(words) is not None

    def needs_subject(self, words: str) -> bool:
        """Asks whether folded words are a verb that names nothing without its subject: `đóng góp`."""
        return self._subjectless.fullmatch(words) is not None

    def is_of_total(self, gap: str, folded: str, phrase: Span) -> bool:
        """Asks whether a phrase is the whole that `chiếm`, the end of the gap before its number, is of."""
        return (
            self._takes.search(gap) is not None
            and self._total.match(folded, phrase.start, phrase.end) is not None
        )

    def sets_up(self, words: str) -> bool:
        """Asks whether folded words only say that what is counted was set up: `thành lập`."""
        return self._founding.fullmatch(words) is not None

    def without_total(self, words: str) -> str:
        """Gives words without what only says that all are meant: `tổng số | xã`."""
        total = self._all.match(fold(words))
        return words[total.end() :] if total is not None else words

    def is_nominal(self, folded: str, phrase: Span) -> bool:
        """Asks whether a phrase behind a number can begin with a noun."""
        return self._not_nominal.match(folded, phrase.start, phrase.end) is None

    def ends_in_verb(self, folded: str, phrase: Span, lead: int) -> bool:
        """Asks whether a verb leads from a phrase to its number: neither `có` nor `và`."""
        return self._exists.search(folded[phrase.end : lead]) is None

    def says_where(self, folded: str, phrase: Span) -> bool:
        """Asks whether a phrase only says where or since when: `từ đầu tuần`, `ở khu cách ly`."""
        return self._preposition.match(folded, phrase.start, phrase.end) is not None

    def is_place(self, folded: str, phrase: Span, fillers: Sequence[Span]) -> bool:
        """Asks whether a phrase only names a place or date: `cả nước`, `vùng Đông Bắc`."""
        bare = _without(folded[phrase.start : phrase.end], within(fillers, phrase))
        return self._regional.fullmatch(bare) is not None

    def says_who(self, folded: str, stretch: Span, fillers: Sequence[Span]) -> bool:
        """Asks whether a stretch only says of whom: `Bộ Công Thương dẫn đầu với tỷ lệ`, `Huế đạt`."""
        bare = _without(folded[stretch.start : stretch.end], within(fillers, stretch))
        return self._only_who.fullmatch(bare) is not None

    def price_base(self, folded: str, left: Span) -> Span | None:
        """Gives the words before a number that say in what prices it is counted, their year aside."""
        found = self._price_base.search(folded, left.start, left.end)
        if found is None:
            return None
        year = _YEAR_OF_PRICES.search(found[0])
        return Span(found.start(), found.start() + year.start() if year is not None else found.end())

    def is_bare_sum(self, words: str) -> bool:
        """Asks whether folded words only say that a sum is told: `tổng số tiền`."""
        return self._bare_sum.fullmatch(words) is not None

    def takes_object(self, words: str) -> bool:
        """Asks whether folded words end in a deed that a sum is for: `chi hỗ trợ`, `thiệt hại`."""
        return self._takes_object.fullmatch(words) is not None

    def has_place(self, before: str) -> bool:
        """Asks whether words for a place lead to a number: `toàn tỉnh có`, `trên địa bàn tỉnh hiện có`."""
        return self._holder.search(before) is not None

    def is_date(self, folded: str, phrase: Span, fillers: Sequence[Span]) -> bool:
        """Asks whether a phrase only says when: `năm 2017`, `trong quý I`."""
        dates = [filler for filler in fillers if _DATE.match(folded, filler.start, filler.end)]
        return self.is_adverbial(folded, phrase, dates)

    def is_adverbial(self, folded: str, phrase: Span, fillers: Sequence[Span]) -> bool:
        """Asks whether a phrase only says when or where: `đến năm 2030`, `tại Hà Nội`."""
        inside = [filler for filler in fillers if phrase.contains(filler) or filler.contains(phrase)]
        if not inside:
            return False
        bare = _without(folded[: phrase.end], inside)[phrase.start :]
        return not self.leading.sub("", bare).strip(" ,")

    def phrase_start(self, folded: str, start: int, stop: int, words: Sequence[Span] = ()) -> int:
        """Gives where the noun phrase that ends at `stop` begins, not before `start` nor inside a word."""
        told = self._superlative.search(folded, start, stop)
        if told is not None and folded[told.end() : stop].strip():
            # `Nhận vốn nhiều nhất là hộ cận nghèo`: the one that is told of stands behind.
            start = told.end()
        softs = [match.span() for match in self.soft.finditer(folded, start, stop)]
        openings = [start, *(end for _, end in softs)]
        headed: int | None = None
        for opening in openings:
            if (
                opening == start
                and len(openings) > 1
                and self._clause_opener.match(folded[start:stop].lstrip())
            ):
                # `Với giá hiện nay, ông lỗ 50 triệu`: what opens the sentence names nothing.
                continue
            position = opening
            while position < stop and not folded[position].isalnum():
                position += 1
            head = self.heads.match(folded, position, stop)
            if head is None or not folded[head.end() : stop].strip():
                continue
            if headed is None or self._auxiliary.search(folded, headed, position):
                # `lãi suất cũng được điều chỉnh, lãi suất kỳ hạn 1 tháng ở mức`: the first is told off.
                headed = position
        if headed is not None:
            return headed
        begin = self._list_start(folded, openings, softs, stop)
        if not folded[begin:stop].strip() and len(openings) > 1:
            begin = openings[-2]
        heads = [
            match
            for match in self.heads.finditer(folded, begin, stop)
            if not _IDLE_REST.fullmatch(folded, match.end(), stop)
            and not any(word.start < match.start() < word.end for word in words)
        ]
        if heads:
            # `mẫu Mazda CX5 có giá bán`: a short owner before the noun of measure belongs to it.
            is_long = len(folded[begin:stop].split()) > MAX_OWNED_SYLLABLES
            return heads[0].start() if is_long else begin
        # `phát hiện`, `bị thương`: not those inside a word.
        auxiliaries = [
            match.end()
            for match in self._auxiliary.finditer(folded, begin, stop)
            if folded[match.end() : stop].strip()
            and not any(w.start < match.start() < w.end or w.start < match.end() < w.end for w in words)
        ]
        return auxiliaries[-1] if auxiliaries else begin

    def _list_start(
        self, folded: str, openings: Sequence[int], softs: Sequence[tuple[int, int]], stop: int
    ) -> int:
        """Gives where a list of nouns begins whose last one ends at `stop`: `spa, massage, tắm lá`."""
        begin = openings[-1]
        if not softs or self._auxiliary.search(folded, begin, stop):
            return begin
        joined = folded[softs[-1][0] : softs[-1][1]] != ","
        first = begin
        for index in range(len(softs) - 1, -1, -1):
            chunk = folded[openings[index] : softs[index][0]]
            limit = MAX_FIRST_ITEM_SYLLABLES if index == 0 else MAX_ITEM_SYLLABLES
            if not 0 < len(chunk.split()) <= limit or self._auxiliary.search(chunk):
                break
            if self._clause_opener.match(chunk.lstrip()):
                break
            first = openings[index]
        items = sum(opening >= first for opening in openings)
        return first if joined or items > 2 else begin

    def _lists_population(self, folded: str, right: Span, comma: int) -> bool:
        """Asks whether a comma parts two of a population of which something is said behind.

        `báo cáo định kỳ, báo cáo thống kê về kinh tế được gửi qua mạng`.
        """
        told = self._said.search(folded, right.start, comma)
        if told is not None or self._auxiliary.search(folded, right.start, comma) is not None:
            return False
        first = folded[right.start : comma].split()
        again = folded[comma + 1 : right.end].split()
        if len(first) > 1 and first[:2] == again[:2]:
            return self._auxiliary.search(folded, comma, right.end) is not None
        return False

    def right_phrase(
        self,
        folded: str,
        right: Span,
        words: Sequence[Span],
        fillers: Sequence[Span],
        *,
        share: bool,
        wide: bool = False,
    ) -> Span | None:
        """Gives the words after a number that belong to the thing counted.

        `share`: the population and what is said of it are both named. `wide`: the unit counts anything
        (`người`, `ca`), so that what is said of it is the name: `3 người ở cùng khu cách ly`.
        """
        pattern = self._share_stop if share else self._wide_stop if wide else self._right_stop
        if folded.startswith("/", right.start):
            return None
        end = right.end
        item_start = right.start
        closed = right.start
        for stop in pattern.finditer(folded, right.start, right.end):
            if stop.start() < closed:
                continue
            bracket = _ABBREVIATED.match(folded, stop.start(), right.end) if stop[0] == "(" else None
            if bracket is not None:
                # `72 doanh nghiệp (DN) được cấp mới`: it explains a word and parts nothing.
                closed = bracket.end()
                continue
            # `cán bộ, công chức`, `xã, phường, thị trấn`: a short item before a comma lists one population.
            item = folded[item_start : stop.start()].split()
            if (
                stop[0] == ","
                and not wide
                and 0 < len(item) <= LISTED_ITEM_SYLLABLES
                and folded[stop.end() : right.end].strip()
            ):
                item_start = stop.end()
                continue
            if share and stop[0] == "," and self._lists_population(folded, right, stop.start()):
                item_start = stop.end()
                continue
            if any(word.start < stop.start() < word.end for word in words):
                # `cuối cùng`, `vô cùng`: the end of a word.
                continue
            if folded.startswith(_MIDST, stop.start() - len(_MIDST)) or _OR_BE.match(folded, stop.start()):
                # `hồ sơ đang trong thời hạn xử lý`, `gia súc chết hoặc bị cuốn trôi`: of one verb phrase.
                continue
            end = stop.start()
            break
        if wide:
            places = (self._placed.search(folded, right.start, filler.start) for filler in fillers)
            end = min([end, *(place.start() for place in places if place is not None)])
        opened = _ABBREVIATED.match(folded, right.start, right.end)
        start = opened.end() if opened is not None else right.start
        while start < end and not folded[start].isalnum():
            start += 1
        limit = MAX_PHRASE_SYLLABLES if share else MAX_WIDE_SYLLABLES if wide else MAX_RIGHT_PHRASE_SYLLABLES
        phrase = first_syllables(folded, start, end, limit, words)
        if phrase is None:
            return None
        idle = self.idle_end.search(folded[phrase.start : phrase.end])
        if idle is None or any(
            item.start < phrase.start + idle.start() < item.end for item in (*words, *fillers)
        ):
            return phrase
        return Span(phrase.start, phrase.start + idle.start()) if idle.start() else None


def blank_brackets(text: str) -> str:
    """Blanks brackets without a number but a year: `tổng sản phẩm (GRDP, giá 2010)` explains a word."""
    return _BRACKETS.sub(lambda match: " " * len(match[0]), text)


def _without(text: str, spans: Sequence[Span]) -> str:
    """Blanks spans of a text; the length stays."""
    for span in spans:
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def within(spans: Sequence[Span], stretch: Span) -> list[Span]:
    """Gives the spans that lie in a stretch, by their offsets in it."""
    return [
        Span(span.start - stretch.start, span.end - stretch.start)
        for span in spans
        if stretch.start <= span.start and span.end <= stretch.end
    ]


def _outside_words(position: int, words: Sequence[Span], *, forward: bool = True) -> int:
    """Gives the edge of the word that an offset lies in, else the offset."""
    inside = next((word for word in words if word.start < position < word.end), None)
    if inside is None:
        return position
    return inside.end if forward else inside.start


def without_adverbials(text: str, span: Span | None, fillers: Sequence[Span]) -> str:
    """Gives the words of a span without its dates and places: when and where are columns of their own."""
    if span is None:
        return ""
    pieces = []
    position = span.start
    dropped = False
    for filler in sorted(fillers):
        if filler.start < position or filler.end > span.end:
            continue
        if dropped and _LISTED.fullmatch(text, position, filler.start):
            # `của Cao Bằng, Bắc Kạn và Lào Cai`: one place of a list goes with the other.
            position = filler.end
            continue
        before = text[position : filler.start]
        opening = _ADVERBIAL.search(before)
        is_date = _DATE.match(text, filler.start, filler.end) is not None
        if opening is None and filler.start != span.start and not is_date:
            continue
        pieces.append(before[: opening.start()] if opening is not None else before)
        position = filler.end
        dropped = True
    pieces.append(text[position : span.end])
    words = " ".join(_IN_AREA.sub("", " ".join(" ".join(pieces).split())).split()).strip(" ,;:-")
    return words if words else text[span.start : span.end]


def trimmed(folded: str, start: int, stop: int) -> Span:
    """Gives a stretch without the marks and spaces at its ends; empty when it holds nothing else."""
    while start < stop and not folded[start].isalnum():
        start += 1
    while stop > start and not folded[stop - 1].isalnum():
        stop -= 1
    return Span(start, stop)


def last_syllables(folded: str, start: int, stop: int, limit: int, words: Sequence[Span]) -> Span | None:
    """Gives the last `limit` syllables of a stretch, not cutting a word; None when no letter is in it."""
    syllables = list(re.finditer(r"\S+", folded[start:stop]))
    if not any(character.isalpha() for character in folded[start:stop]):
        return None
    first = start + syllables[-min(limit, len(syllables))].start()
    inside = next((word for word in words if word.start < first < word.end), None)
    return Span(max(start, inside.start) if inside is not None else first, start + syllables[-1].end())


def first_syllables(folded: str, start: int, stop: int, limit: int, words: Sequence[Span]) -> Span | None:
    """Gives the first `limit` syllables of a stretch, not cutting a word; None when no letter is in it."""
    syllables = list(re.finditer(r"\S+", folded[start:stop]))
    if not any(character.isalpha() for character in folded[start:stop]):
        return None
    last = start + syllables[min(limit, len(syllables)) - 1].end()
    inside = next((word for word in words if word.start < last < word.end), None)
    return Span(start + syllables[0].start(), min(stop, inside.end) if inside is not None else last)
