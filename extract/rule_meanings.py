"""What the rules do that are code and no entry of a YAML file: one sentence for each id of `rule_ids`.

The one place where these ids are listed. `words` names a word list of the rules that the rule reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class CodeRule(NamedTuple):
    """A rule of the grammar: what it does, the module that does it, the word list that it reads."""

    meaning: str
    module: str
    words: str = ""


MEANINGS: Mapping[str, CodeRule] = {
    # Numbers.
    "number.digits": CodeRule("a number in digits, multiplied out: 1,46 triệu is 1460000", "numbers"),
    "number.words": CodeRule("a number in words: hai mươi mốt", "number_words"),
    "number.range": CodeRule("two ends of a range: 5 - 8 thành viên", "pairs"),
    "number.ratio": CodeRule("so many of so many: 1.542/1.823", "pairs"),
    "number.fraction": CodeRule("a part of a whole without a unit: 1/3 số hộ", "pairs"),
    "number.among": CodeRule("one of so many: một trong 21 đô thị", "pairs"),
    "number.every": CodeRule("so many of every so many: cứ 10 người thì 7", "pairs"),
    "number.rank": CodeRule("a place in an order: thứ 9/63", "ranks", "rank.ordinals"),
    "number.lead": CodeRule("the first place, in words: dẫn đầu cả nước", "ranks", "rank.leaders"),
    "number.top": CodeRule("among the first so many: tốp 10", "ranks"),
    "number.times": CodeRule("how many times as much: gấp 3 lần, gấp đôi", "ranks"),
    "number.negative": CodeRule("a value below zero: âm 5 độ C", "quantities"),
    "number.bare": CodeRule(
        "a number without a unit counts only where a verb or colon states it and its metric implies a unit",
        "pipeline",
        "number.value_verbs",
    ),
    "number.glued": CodeRule(
        "digits that hang on a letter or a code are part of it: BN2807, Covid-19",
        "quantities",
        "number.glue_words",
    ),
    "number.dense": CodeRule("a sentence with very many numbers is a code and no text", "quantities"),
    "number.year": CodeRule("four digits without a unit are a year", "unit_naming"),
    "number.after_name": CodeRule("a number behind a name in capitals is part of it: RON 92", "unit_naming"),
    "number.header": CodeRule("a header line, such as # published = 2024-10-08, is no text", "document"),
    "number.unread": CodeRule(
        "no rule read it as a number of its own: part of a word or a unit", "quantities"
    ),
    # Units.
    "unit.rate": CodeRule("one unit per another: đồng/người, thuê bao trên 100 dân", "units"),
    "unit.rate_base": CodeRule("what a later count is per: cứ 100 dân có 103 thuê bao", "quantities"),
    "unit.shared": CodeRule(
        "the unit of the next number, that this one is set against: từ 40 lên 60%", "quantities"
    ),
    "unit.as_written": CodeRule(
        "the noun behind the number, which no entry of the units knows", "unit_naming", "unit.not_counted"
    ),
    "unit.of_list": CodeRule("the unit of the list that the number stands in", "unit_naming"),
    "unit.names_told": CodeRule(
        "a count that only names places: tại hai huyện Sốp Cộp và Yên Châu", "names_told"
    ),
    "unit.of_head": CodeRule("the noun before the number: tổng số trường hợp ... là 14", "unit_naming"),
    "unit.of_metric": CodeRule("none is written: the typical unit of the metric", "pipeline"),
    "unit.money_implied": CodeRule(
        "none is written: a number of thousands or millions is of đồng", "pipeline"
    ),
    "unit.duration": CodeRule(
        "a length of time that is not itself measured only dates something: trong 2 năm qua",
        "quantities",
        "time.measure_cues",
    ),
    # Bounds and changes.
    "bound.sign": CodeRule("a sign before the number: ≥, <, ≈", "cues"),
    "bound.compared": CodeRule("lớn hơn, ít hơn with nothing to compare with bound the number", "cues"),
    "change.sign": CodeRule("a sign in brackets: (-3,1%)", "cues"),
    "change.excess": CodeRule(
        "by how much a plan was passed: vượt 12% kế hoạch", "cues", "change.excess_over"
    ),
    "cue.shared": CodeRule(
        "the bound or change of the number before holds on: giảm lần lượt 30% và 28%", "cues"
    ),
    # Binding.
    "bind.left": CodeRule("the words before the number name what it measures", "reading"),
    "bind.right": CodeRule("the words behind the number name what it measures", "reading"),
    "bind.both": CodeRule("words on both sides name it: mạng cáp quang phủ 73% hộ dân", "reading"),
    "bind.label": CodeRule("a short name stands straight before the number of a list", "reading"),
    "bind.rank_of": CodeRule("what a rank is in stands behind it: thứ 3 cả nước về ...", "reading"),
    "bind.inherited": CodeRule(
        "a list, bracket, fraction or change shares the words of the number before", "bind"
    ),
    "bind.of_plan": CodeRule("a share of the plan for what the number before measures", "bind"),
    "bind.of_total": CodeRule("what the number before has of a whole: chiếm 80% tổng số xã", "bind"),
    "bind.part": CodeRule("only which part of a number before: trong đó 260 tổ cấp xã", "bind"),
    "bind.completed": CodeRule("its words name a metric only with those of the number before", "bind"),
    "bind.antecedent": CodeRule("a noun alone points back to a fuller phrase", "bind"),
    "bind.alone": CodeRule("a bare noun that a place has so many of: Xã có 842 hộ", "bind"),
    "bind.forward": CodeRule("the first of two numbers of which one thing is said", "bind"),
    "bind.paired": CodeRule("names and numbers in turn: lần lượt", "pairing", "bind.in_turn"),
    "bind.same_words": CodeRule("the same words as those of an earlier number", "bind"),
    "bind.same_head": CodeRule("a price alone, of what the price before was of", "bind"),
    "bind.same_object": CodeRule("a measure of the same crop or herd as the number before", "bind"),
    "bind.number_of": CodeRule("those whose number is told next: số hộ bị hại gồm 43 hộ", "bind"),
    "bind.priced": CodeRule("what is priced opens the clause, or is listed among prices", "price_words"),
    "bind.about": CodeRule("what the sentence opens with: Về diện tích nuôi tôm, ...", "bind"),
    "bind.kind": CodeRule("of which kind of event they are: đường thủy 3 vụ, 2 người chết", "kind_words"),
    "bind.named": CodeRule("names only say of whom: what is counted was said before", "bind"),
    "bind.row": CodeRule("a line with nothing but a number is of the line above that names it", "spoken_of"),
    "bind.topic": CodeRule("what the sentences before speak of", "bind"),
    "bind.previous": CodeRule("the metric was named in the sentence before", "bind"),
    "ambiguous.metric": CodeRule("another metric explains as many syllables", "metrics"),
    "ambiguous.spelling": CodeRule("a word of the metric is written with another mark", "metrics"),
    "spelling.mended": CodeRule("a slip of one letter or mark is read as the word that is meant", "spelling"),
    "scope.counted": CodeRule("the noun that a share is over is a counted thing of the units", "share_scope"),
    # Status.
    "status.default": CodeRule("nothing says that it is hoped for", "context"),
    "status.given_goal": CodeRule("the number is the goal itself: chỉ tiêu tỉnh giao là 91%", "context"),
    "status.old_level": CodeRule("a plan starts from this number: sẽ tăng từ 70.000 lên ...", "context"),
    "status.goal_year": CodeRule("its period is a goal's: đến năm 2030", "context"),
    "status.future_period": CodeRule("its period begins after the day of the article", "context"),
    "status.past_period": CodeRule("a past date between the cue of a goal and the number", "context"),
    "status.carried": CodeRule("a goal of a sentence before still holds", "context"),
    # Periods.
    "period.from_to": CodeRule("two dates make one stretch: từ tháng 10/2019 đến cuối năm 2020", "periods"),
    "period.after_baseline": CodeRule("the year after the one it is compared with", "period_context"),
    "period.carried": CodeRule("the sentence states no date: one stated before holds on", "period_context"),
    "period.document": CodeRule(
        "no date is stated: the day of the article, where it is known", "period_context"
    ),
    "period.of_title": CodeRule("a number of the title has the period of the same value below", "titles"),
    # Places.
    "place.country": CodeRule("the country is named", "places"),
    "place.region": CodeRule("a region is named", "places"),
    "place.province": CodeRule("a province is named", "places"),
    "place.district": CodeRule("a district or town is named", "places"),
    "place.commune": CodeRule("a commune or ward is named, with the word for it", "places"),
    "place.foreign": CodeRule("another country is named: no province", "places"),
    "place.anaphor": CodeRule(
        "words that stand for the province of the article: toàn tỉnh", "place_choice", "place.anaphors"
    ),
    "place.national_source": CodeRule(
        "a national body is the source: Theo Tổng cục Thống kê", "place_choice", "place.national_agencies"
    ),
    "place.carried": CodeRule("the sentence names no place: one named before holds on", "context"),
    "place.metadata": CodeRule("the article's place, as its metadata state it", "place_choice"),
    "place.national_bodies": CodeRule(
        "the article is of national bodies that met in the capital", "place_choice", "place.national_bodies"
    ),
    "place.title": CodeRule("the article's place: the only province in its title", "place_choice"),
    "place.document": CodeRule("the article's place: the province it names most", "place_choice"),
    "place.paper": CodeRule("the article's place: the province of its paper", "home_place"),
    "place.document_country": CodeRule(
        "the article's place: it names the country and no province most", "place_choice"
    ),
    "place.unnamed": CodeRule(
        "the article speaks of a province that it does not name", "place_choice", "place.unnamed_province"
    ),
    "place.home_cues": CodeRule(
        "the article names no place and speaks of institutions or money of the country",
        "place_choice",
        "place.home_cues",
    ),
    "place.none": CodeRule("nothing says of which place the article is", "place_choice"),
    "ambiguous.place": CodeRule("several provinces have a place of this name", "places"),
}

# Why a number gives no fact: the reasons counted in `drops`, and those of digits that nothing counts.
REASONS: Mapping[str, str] = {
    "address": "part of an address",
    "age": "an age says of whom, and measures nothing",
    "article_number": "an article or clause of a text",
    "bare_number": "no unit stands with it and none can be told",
    "calendar_date": "a date or year",
    "caption": "the number of a picture or table",
    "clock_time": "a time of day",
    "condition": "of whom or of how many, not how many",
    "date": "a date, which says when the numbers around hold",
    "document_number": "the number of a law, plan or letter",
    "duration": "how long, where that is not what is measured",
    "furniture": "the line is of the page, not of the article: it gives no fact and no context",
    "header": "stated about the article, no part of it",
    "list_marker": "the number of an item of a list",
    "match_score": "the score of a match",
    "name_part": "part of a name",
    "not_read": "read by no rule",
    "ordinal": "a first, second or third of something",
    "phone": "a number to call",
    "structural_count": "counts parts of a plan, text or order, and measures nothing about a place",
    "unreadable": "not a number that can be read",
    "url": "part of an address of the web",
    "vague": "so many that nobody counted",
}
