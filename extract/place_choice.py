"""Which place a number holds for: the document's own, and the one of its sentence.

Mentions in, resolved places out. What earlier sentences left is decided in `context.py`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.analysis import SentenceAnalysis
from extract.models import Span
from extract.places import (
    CAPITAL,
    COUNTRY_CODE,
    COUNTRY_NAME,
    MERGER,
    Gazetteer,
    PlaceLevel,
    PlaceMention,
    ResolvedPlace,
)
from extract.rules import RuleSet, words_pattern
from extract.text import LIST_MARK, fold

# Weights of a place named in the title or first sentences against one named later.
TITLE_WEIGHT, LEAD_WEIGHT, BODY_WEIGHT, DISTRICT_WEIGHT = 4.0, 2.0, 1.0, 0.8
LEAD_SENTENCES = 4
# An article without any place is about the home country when it speaks of its institutions or money.
MIN_ARTICLE_SENTENCES = 3
# A document is about a province when this share of its mentions of provinces is of that one.
MAIN_SHARE = 0.4
# So many characters between a number and a place behind it still tie the two.
NEAR_CLAUSE = 40
NEAR_THERE = 20
# `xã A, huyện B`, `xã A (thành phố B)`: the word for the wider place stands between.
NEAR_WIDER = 14

_PLACE_LINK = re.compile(
    r"(?<!\w)(?:tại|ở|của|là|trên địa bàn|thuộc|trong(?! đó| khi)|về|đến|cho|khắp|trên)(?:\s+\w+){0,3}\s*$"
)
# Where people or goods come from or go to is not where the number holds.
_ORIGIN = re.compile(
    r"(?<!\w)(?:sang|công dân|khách|chuyên gia|đến từ|xuất phát từ|nhập từ|quê(?: ở)?|trú tại|ngụ tại"
    r"|quốc tịch|giáp|(?<!đối )(?<!so )(?<!cùng )với|(?:trở )?về từ|bay từ"
    r"|liên quan (?:đến|tới)(?:\s+\w+){0,4}?(?:\s+(?:tại|ở))?|việt(?: nam)? -)\s+$"
)
# Goods and people go there: `xuất khẩu 80% sang Trung Quốc`, `đi làm việc tại Nhật Bản (620 người)`.
_ABROAD = re.compile(
    r"(?<!\w)(?:xuất khẩu|nhập khẩu|xuất cảnh|đi làm việc|du học|thị trường|kiều hối|khách quốc tế)(?!\w)"
)
# `có 61 tỉnh (còn TP.HCM và Bình Dương) đánh giá`: those left out.
_EXCEPTED = re.compile(r"\((?:còn|trừ|ngoại trừ|không kể|chưa kể|không tính|chưa gồm)\s[^()]*$")
_LISTED = re.compile(LIST_MARK + r"(?:(?:tỉnh|thành phố|tp\.?)\s*)?")
MIN_ENUMERATED = 3
_ACTS = re.compile(r"\s+(?:(?:đã|cũng|sẽ)\s+)?(?:xuất khẩu|nhập khẩu|đón|thu hút|sản xuất|đạt|bán|mua)(?!\w)")
_THERE = re.compile(r"(?<!\w)(?:tại|ở|bên|của|nước)\s+(?:nước\s+|thị trường\s+)?$")
_WHOLE = re.compile(r"(?<!\w)(?:của|trong|so với)\s+$")
_SHARE_OF = re.compile(
    r"(?<!\w)chiếm\s+(?:tỉ lệ\s+)?(?:\w+\s+)?[0-9][0-9.,]*\s?%\s+(?!(?:trên|trong|ở|khắp)\s)"
    r"(?:[^,;.()0-9]{0,50}\s)?(?<!trên )(?<!trong )(?<!ở )(?<!khắp )$"
)
# Words for the country that an article speaks of, be it another.
_OWN_COUNTRY = frozenset({"cả nước", "toàn quốc"})
_AT_CAPITAL = re.compile(r"(?<!\w)(?:tại|ở)\s+(?:thủ đô |tp\.? |thành phố )?$")
# The capital named so seldom, and national bodies so often, is only where they met.
MAX_CAPITAL_MENTIONS, MIN_NATIONAL_BODIES = 2, 2
_COMPARISON = re.compile(
    r"(?<!\w)(?:(?:thứ|hạng|vị trí)(?: thứ)? \w+|so với|dẫn đầu|đứng đầu|đầu|nhất|nhì|bình quân|trung bình"
    r"|top|tốp)(?:\s+\w+)?\s*$"
    # `so với mục tiêu giảm nghèo của cả nước`
    r"|(?<!\w)so(?:\s+với)?(?:\s+\w+){1,6}?\s+của\s*$"
)


# `xã Quế Phú, huyện Quế Sơn, tỉnh Quảng Nam`: the narrowest of a run of places.
_WITHIN = {
    PlaceLevel.PROVINCE: (PlaceLevel.DISTRICT, PlaceLevel.COMMUNE),
    PlaceLevel.DISTRICT: (PlaceLevel.COMMUNE,),
}
_WITHIN_GAP = re.compile(r"\s*[,(-]?\s*(?:tỉnh|thành phố|tp\.?)?\s*")


@dataclass(frozen=True, slots=True)
class MainPlace:
    """The place that a document is about: a province by name, the country, or neither."""

    province: str | None
    is_country: bool
    rule_id: str
    is_abroad: bool = False


class PlaceChooser:
    """Chooses places. Made once per rule set."""

    def __init__(self, rules: RuleSet, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._home = re.compile(words_pattern(rules.word_forms("place.home_cues")))
        self._anaphor = re.compile(words_pattern(rules.word_forms("place.anaphors")))
        # `UBND tỉnh cho biết`, but not `tỉnh Bến Tre`.
        self._unnamed = re.compile(words_pattern(rules.word_forms("place.unnamed_province")))
        self._metropolises = frozenset(map(fold, rules.word_forms("place.metropolises")))
        self._own_area = re.compile(words_pattern(rules.word_forms("place.own_area")))
        self._partners = re.compile(words_pattern(rules.word_forms("place.partner_cues")))
        self._device_units = frozenset(rules.word_forms("place.device_units"))
        self._ministries = re.compile(words_pattern(rules.word_forms("place.national_bodies")))
        # `Chi cục Thống kê tỉnh` is the province's.
        agencies = (
            rf"(?<!chi ){words_pattern(rules.word_forms('place.national_agencies'))}"
            r"(?!\s+(?:tỉnh|thành phố|tp|huyện|quận|thị xã)(?!\w))"
        )
        self._agency = re.compile(agencies)
        self._national_source = re.compile(
            r"(?:^|[.,;\"]\s*)(?:theo|số liệu|thống kê|báo cáo)[^,;:.]{0,60}"
            + agencies
            + rf"|{agencies}[^.;]{{0,40}}(?<!\w)(?:cho biết|thông tin|công bố|báo cáo|đánh giá)(?!\w)"
        )

    def is_partner(self, folded: str, start: int, place: PlaceMention, number: Span) -> bool:
        """Asks whether another country only invests, buys or sends guests: `Nhật Bản dẫn đầu với 143 dự án`.

        `start` is that of the sentence. Of an article about a province this holds unless something happens
        there: `tại Nhật Bản`.
        """
        if place.level is not PlaceLevel.FOREIGN:
            return False
        before = folded[max(0, place.span.start - NEAR_THERE) : place.span.start]
        # `Ấn Độ xuất khẩu 20 triệu tấn gạo`: what it does itself.
        if _ACTS.match(folded, place.span.end) is not None:
            return False
        traded = self._partners.search(folded, start, number.end) is not None
        return traded and _THERE.search(before) is None

    def main_place(
        self,
        folded: str,
        analyses: Sequence[SentenceAnalysis],
        given: str | None,
        home: str | None = None,
    ) -> MainPlace:
        """Gives the place that a document is about, from its title, first sentences and frequency.

        `given` is what the metadata state. `home` is the province of the paper: an article that speaks of
        `the province` and names none is about that one.
        """
        if given is not None:
            name = self._gazetteer.province_named(given)
            if name is not None:
                return MainPlace(name, False, "place.metadata")
            if given in (COUNTRY_CODE, COUNTRY_NAME):
                return MainPlace(None, True, "place.metadata")
        weights: dict[str, float] = defaultdict(float)
        country = foreign = 0.0
        for number, analysis in enumerate(analyses):
            weight = TITLE_WEIGHT if number == 0 else LEAD_WEIGHT if number < LEAD_SENTENCES else BODY_WEIGHT
            for place in analysis.places:
                if place.level is PlaceLevel.COUNTRY:
                    country += weight
                elif place.level is PlaceLevel.FOREIGN:
                    foreign += weight
                elif len(place.provinces) == 1:
                    factor = 1.0 if place.level is PlaceLevel.PROVINCE else DISTRICT_WEIGHT
                    weights[place.provinces[0]] += weight * factor
        if self._meets_in_capital(folded, analyses):
            return MainPlace(None, True, "place.national_bodies")
        total = sum(weights.values())
        titled = {name for place in analyses[0].places for name in place.provinces} if analyses else set()
        if len(titled) == 1 and max(weights.values(), default=0.0) == weights.get(min(titled)):
            return MainPlace(min(titled), False, "place.title")
        if total:
            name = max(sorted(weights), key=lambda key: weights[key])
            others = [weight for key, weight in weights.items() if key != name]
            first = next(place for analysis in analyses for place in analysis.places)
            # Offices and experts are in the capital: its name alone says less.
            is_own = fold(name) not in self._metropolises or self._own_area.search(folded) is not None
            opens = first.provinces == (name,) and is_own
            if (
                weights[name] > max(others, default=0.0)
                and weights[name] >= MAIN_SHARE * total
                # A town named first is enough where no other province is spoken of but its own area.
                and weights[name] >= LEAD_WEIGHT * (DISTRICT_WEIGHT if opens and not others else 1.0)
                and weights[name] >= foreign
            ):
                return MainPlace(name, False, "place.document")
        speaks_of_province = self._unnamed.search(folded) is not None
        if home is not None and (speaks_of_province or not (total or country or foreign)):
            return MainPlace(home, False, "place.paper")
        if country and country >= foreign:
            return MainPlace(None, True, "place.document_country")
        if speaks_of_province and not total:
            return MainPlace(None, False, "place.unnamed")
        abroad = [p.span.start for item in analyses for p in item.places if p.level is PlaceLevel.FOREIGN]
        at_home = sum(not _is_of(folded, match.end(), abroad) for match in self._home.finditer(folded))
        if at_home and at_home >= foreign and len(analyses) >= MIN_ARTICLE_SENTENCES:
            return MainPlace(None, True, "place.home_cues")
        is_abroad = foreign > 0 and not (total or at_home)
        return MainPlace(None, False, "place.none", is_abroad=is_abroad)

    def _meets_in_capital(self, folded: str, analyses: Sequence[SentenceAnalysis]) -> bool:
        """Asks whether the capital is only where national bodies met: `tại Hà Nội, Bộ trưởng ...`."""
        named = [place for item in analyses for place in item.places if place.provinces]
        if not 0 < len(named) <= MAX_CAPITAL_MENTIONS or {p.provinces for p in named} != {(CAPITAL,)}:
            return False
        if not all(_AT_CAPITAL.search(folded[max(0, p.span.start - 12) : p.span.start]) for p in named):
            return False
        bodies = sum(1 for _ in self._ministries.finditer(folded))
        return bodies >= MIN_NATIONAL_BODIES

    def has_national_source(self, folded: str, analysis: SentenceAnalysis) -> bool:
        """Asks whether a national body is the source of a sentence: `Theo Tổng cục Thống kê, ...`.

        A body with the name of another country behind it (`Theo Bộ Y tế Campuchia`) is not.
        """
        return self.national_source(folded, analysis) is not None

    def national_source(self, folded: str, analysis: SentenceAnalysis) -> Span | None:
        """Gives the words that name a national body as the source of a sentence, or None."""
        span = analysis.sentence.span
        abroad = [place.span.start for place in analysis.places if place.level is PlaceLevel.FOREIGN]
        bodies = self._agency.finditer(folded, span.start, span.end)
        if all(_is_of(folded, body.end(), abroad) for body in bodies):
            return None
        # A slice, so that `^` is where the sentence begins.
        named = self._national_source.search(folded[span.start : span.end])
        return Span(span.start + named.start(), span.start + named.end()) if named is not None else None

    def speaks_of_here(self, folded: str, start: int, end: int) -> bool:
        """Asks whether words stand for the province of the article: `toàn tỉnh`, `thành phố đang quản lý`."""
        return self.anaphor(folded, start, end) is not None

    def anaphor(self, folded: str, start: int, end: int) -> Span | None:
        """Gives the first words that stand for the province of the article, or None."""
        match = self._anaphor.search(folded, start, end)
        return Span(match.start(), match.end()) if match is not None else None

    def resolve_main(self, main: MainPlace, on: dt.date | None) -> ResolvedPlace | None:
        """Gives the document's own place as the fact table has it; None when it has none."""
        if main.province is not None:
            return self._gazetteer.resolve_province(main.province, on)
        return country_place() if main.is_country else None

    def is_of_device(self, main: MainPlace, unit_id: str) -> bool:
        """Asks whether a number is of a device, of no place, in an article that names none: `5.000 mAh`."""
        return main.rule_id == "place.home_cues" and unit_id.lower() in self._device_units

    def is_shared(self, mention: PlaceMention, on: dt.date | None) -> bool:
        """Asks whether several provinces of that day have a place of the name.

        Of communes of before the merger nobody can say: those known are of today.
        """
        is_old_commune = mention.level is PlaceLevel.COMMUNE and (on is None or on < MERGER)
        return is_old_commune or len(self._gazetteer.distinct(mention.provinces, on)) > 1

    def resolve(
        self,
        text: str,
        mention: PlaceMention,
        others: Sequence[PlaceMention],
        main: MainPlace,
        on: dt.date | None,
    ) -> tuple[ResolvedPlace, str]:
        """Gives a mention as the fact table has it, and the words of the place.

        A name that several provinces have goes to the one named beside it, else to the document's.
        """
        written = text[mention.span.start : mention.span.end]
        if mention.level is PlaceLevel.COUNTRY:
            # In an article about Laos, `cả nước` is Laos.
            abroad = main.is_abroad and written.lower() in _OWN_COUNTRY and written == written.lower()
            return (ResolvedPlace(None, None, None, None) if abroad else country_place()), written
        if mention.level is PlaceLevel.REGION:
            return ResolvedPlace(None, None, None, PlaceLevel.REGION), written
        if mention.level is PlaceLevel.FOREIGN:
            return ResolvedPlace(None, None, None, None), written
        names = self._gazetteer.distinct(mention.provinces, on)
        name: str | None = names[0] if len(names) == 1 else None
        before_merger = on is None or on < MERGER
        if mention.level is PlaceLevel.COMMUNE and before_merger and main.province is not None:
            # The communes known are those since the merger; before there were three times as many.
            name = _stated_behind(mention, others) or main.province
        if name is None:
            near = [
                other
                for other in others
                if other.level is PlaceLevel.PROVINCE and other.provinces[0] in names
            ]
            of_document = main.province if main.province in names else None
            name = near[0].provinces[0] if near else of_document or mention.likely
        if name is None:
            return ResolvedPlace(None, None, None, mention.level), written
        resolved = self._gazetteer.resolve_province(name, on)
        if mention.level is PlaceLevel.PROVINCE:
            return resolved, written
        if (
            mention.name == resolved.name
            and mention.level is PlaceLevel.DISTRICT
            and (self._gazetteer.is_city(name, on))
        ):
            # The city of Huế became the province in 2025 (Resolution 175/2024/QH15).
            return resolved, written
        return replace(resolved, level=mention.level), f"{mention.name}, {resolved.name}"


def _is_of(folded: str, end: int, starts: Sequence[int]) -> bool:
    """Asks whether one of some places stands right behind a body that ends at `end`."""
    return any(end < start <= end + 5 and folded[end:start].strip() in ("", "của") for start in starts)


def country_place() -> ResolvedPlace:
    """Gives the whole country."""
    return ResolvedPlace(COUNTRY_CODE, COUNTRY_NAME, COUNTRY_CODE, PlaceLevel.COUNTRY)


def can_hold(folded: str, start: int, place: PlaceMention, *, is_rank: bool) -> bool:
    """Asks whether a number can hold for the place, which is not only compared with or ranked in."""
    before = folded[max(start, place.span.start - 40) : place.span.start]
    if _ORIGIN.search(before):
        return False
    if _EXCEPTED.search(folded, start, place.span.start):
        return False
    if place.level is PlaceLevel.FOREIGN and _ABROAD.search(folded, start, place.span.start):
        return False
    if place.level is PlaceLevel.FOREIGN:
        # `cao hơn mức trung bình thế giới`: only compared with.
        return not _COMPARISON.search(before)
    if place.level is not PlaceLevel.COUNTRY:
        return True
    if is_rank:
        return False
    return not _COMPARISON.search(before)


def enumerated(folded: str, places: Sequence[PlaceMention]) -> frozenset[PlaceMention]:
    """Gives the places that are only told over, three or more in a row: `gồm: Hải Phòng, Hà Nam, Cần Thơ`."""
    found: set[PlaceMention] = set()
    run: list[PlaceMention] = []
    for place in places:
        if run and _LISTED.fullmatch(folded, run[-1].span.end, place.span.start) is None:
            run = []
        run.append(place)
        if len(run) >= MIN_ENUMERATED:
            found.update(run)
    return frozenset(found)


def is_field(place: PlaceMention, ranks: Sequence[Span]) -> bool:
    """Asks whether the country is only what a place is ranked in: `đứng thứ 9 cả nước`."""
    return place.level is PlaceLevel.COUNTRY and any(
        0 <= place.span.start - rank.end <= NEAR_CLAUSE for rank in ranks
    )


def is_whole(folded: str, start: int, place: PlaceMention) -> bool:
    """Asks whether the country is only what a share is of: `chiếm 21,8% tổng sản lượng của cả nước`."""
    return (
        place.level is PlaceLevel.COUNTRY
        and _SHARE_OF.search(folded, max(start, place.span.start - 80), place.span.start) is not None
    )


def own_place(folded: str, places: Sequence[PlaceMention], span: Span, following: int) -> PlaceMention | None:
    """Chooses the place of the sentence that holds for a number, or None."""
    # `(cả nước đạt 99 Mbps) và tốc độ di động đạt 90 Mbps`: the country of a bracket holds in it alone.
    before = [place for place in places if place.span.end <= span.start]
    left = [
        place
        for place in before
        if place.level is not PlaceLevel.COUNTRY or not _is_closed(folded, place.span.end, span.start)
    ]
    right = [place for place in places if span.end <= place.span.start < following]
    if left and re.fullmatch(r"\s*[(:]\s*(?:\w+\s+)?", folded[left[-1].span.end : span.start]):
        return left[-1]
    if right:
        gap = folded[span.end : right[0].span.start]
        if right[0].level is PlaceLevel.COUNTRY and left and _WHOLE.search(gap):
            # `Bình Thuận chiếm 60% sản lượng của cả nước`: what a share is of, not whose it is.
            return _narrowest_before(left, folded)
        linked = _PLACE_LINK.search(gap) is not None
        adjoins = len(gap) <= NEAR_CLAUSE and not re.search(r"[,;()]", gap)
        if linked and (not left or adjoins):
            return right[0]
    if left:
        return _narrowest_before(left, folded)
    return None


def _stated_behind(commune: PlaceMention, others: Sequence[PlaceMention]) -> str | None:
    """Gives the province of what stands behind a commune: `xã Quốc Oai, huyện Đạ Tẻh`; else None."""
    behind = (
        other.provinces[0]
        for other in others
        if other.level in (PlaceLevel.DISTRICT, PlaceLevel.PROVINCE)
        and len(other.provinces) == 1
        and 0 <= other.span.start - commune.span.end <= NEAR_WIDER
    )
    return next(behind, None)


def _is_closed(folded: str, start: int, end: int) -> bool:
    """Asks whether a bracket that was open at `start` is closed before `end`."""
    closed = folded.find(")", start, end)
    return closed >= 0 and "(" not in folded[start:closed]


def _narrowest_before(places: Sequence[PlaceMention], folded: str) -> PlaceMention:
    """Gives the place that ends nearest before the number.

    Of a run from narrow to wide it is the first (`xã A, huyện B`), and so it is of several that one thing is
    said of: `Hà Nội và TP Hồ Chí Minh chỉ đạt dưới 10%`.
    """
    chosen = places[-1]
    is_listed = False
    for place in reversed(places[:-1]):
        gap = folded[place.span.end : chosen.span.start]
        within = place.level in _WITHIN.get(chosen.level, ()) and _WITHIN_GAP.fullmatch(gap)
        # `So với Vĩnh Long, Trà Vinh có ...`: a comma alone lists nothing.
        is_listed = is_listed or "và" in gap.split()
        if not within and not (is_listed and place.level is chosen.level and _LISTED.fullmatch(gap)):
            break
        chosen = place
    return chosen
