"""Facts in spaCy: the component `vn_facts`, the attributes that it fills, and a blank pipeline.

spaCy finds component and tokenizer by entry points: `nlp.add_pipe("vn_facts")` needs no import of this
package. What is found is kept in `doc.user_data` as plain values, so that it goes where a Doc goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from extract.alignment import AlignedText, align
from extract.api import Extractor, packaged_extractor
from extract.arguments import Day, published_period
from extract.models import Fact, Grain
from extract.spacy_tokenizer import TOKENIZER

COMPONENT = "vn_facts"
# Where values lie in `doc.user_data`.
_FACTS, _PUBLISHED, _PROVINCE, _URL = "facts", "published", "province", "url"
# So many characters of a day in ISO form say what is known of it.
_WRITTEN = {Grain.DAY: 10, Grain.MONTH: 7, Grain.YEAR: 4}


def spacy_blank() -> Language:
    """Gives a pipeline of spaCy for Vietnamese whose tokens are words; add `vn_facts` to it.

    Needs neither pyvi nor a download. It can be saved and loaded as any other.

    >>> nlp = spacy_blank()
    >>> _ = nlp.add_pipe("vn_facts")
    >>> doc = nlp("Năm 2023, Lạng Sơn có 1.676 tổ công nghệ số cộng đồng.")
    >>> doc._.facts
    [<Fact community_digital_teams: 1,676 team, 2023, Lạng Sơn>]
    >>> [(span.text, span.label_) for span in doc.spans["facts"]]
    [('1.676 tổ công nghệ số cộng đồng', 'community_digital_teams')]
    """
    register_attributes()
    return spacy.blank("vi", config={"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}})


class _Mark(NamedTuple):
    """What becomes a span of a Doc: offsets into its text, and what spaCy calls label, kb_id and id."""

    start: int
    end: int
    label: str
    kb_id: str = ""
    id: str = ""


class FactsComponent:
    """Reads the facts of each Doc. Made by `nlp.add_pipe("vn_facts", config={...})`."""

    def __init__(
        self,
        name: str,
        extractor: Extractor,
        *,
        published: str | None,
        province: str | None,
        facts_key: str | None,
        places_key: str | None,
        periods_key: str | None,
    ) -> None:
        self.name = name
        self._extractor = extractor
        self._published = published
        self._province = province
        self._keys = (facts_key, places_key, periods_key)

    def __call__(self, doc: Doc) -> Doc:
        """Fills `doc._.facts` and the groups of spans.

        Raises ArgumentError for a date or province of the Doc that is none.
        """
        aligned = align(doc.text)
        published = published_period(doc._.published or self._published)
        facts = self._extractor.extract(
            aligned.text,
            published=published,
            province=doc._.province or self._province,
            url=doc._.url,
        )
        facts = [_of_given(fact, aligned) for fact in facts]
        doc.user_data[_FACTS] = [fact.to_dict() for fact in facts]
        facts_key, places_key, periods_key = self._keys
        if facts_key:
            doc.spans[facts_key] = _spans(
                doc,
                (
                    _Mark(fact.char_start, fact.char_end, fact.metric_id or fact.unit_id, id=fact.fact_id)
                    for fact in facts
                ),
            )
        to_given = aligned.to_given
        if places_key:
            places = self._extractor.find_places(aligned.text, published=published)
            doc.spans[places_key] = _spans(
                doc,
                (
                    _Mark(
                        to_given(place.char_start),
                        to_given(place.char_end),
                        place.level.value,
                        kb_id=place.province_code or "",
                    )
                    for place in places
                ),
            )
        if periods_key:
            periods = self._extractor.parse_periods(aligned.text, published)
            doc.spans[periods_key] = _spans(
                doc,
                (
                    _Mark(
                        to_given(period.char_start),
                        to_given(period.char_end),
                        period.grain.value,
                        kb_id=f"{period.start}/{period.end}",
                    )
                    for period in periods
                ),
            )
        return doc


@Language.factory(
    COMPONENT,
    assigns=["doc._.facts", "doc.spans"],
    default_config={
        "rules": None,
        "published": None,
        "province": None,
        "facts_key": "facts",
        "places_key": "places",
        "periods_key": "periods",
    },
)
def create_facts(
    nlp: Language,
    name: str,
    rules: str | None,
    published: str | None,
    province: str | None,
    facts_key: str | None,
    places_key: str | None,
    periods_key: str | None,
) -> FactsComponent:
    """Makes the component. `rules` is a folder of own rules; without it all pipelines share one extractor.

    `published` and `province` hold for each Doc that states none. A group of spans whose key is None is not
    made. Raises RulesError, and ArgumentError for a date that is none.
    """
    register_attributes()
    published_period(published)
    return FactsComponent(
        name,
        packaged_extractor() if rules is None else Extractor(rules),
        published=published,
        province=province,
        facts_key=facts_key,
        places_key=places_key,
        periods_key=periods_key,
    )


def register_attributes() -> None:
    """Gives Docs the attributes `_.facts`, `_.published`, `_.province`, `_.url`, and Spans `_.fact`, once.

    An attribute of such a name that is there already stays as it is.
    """
    attributes: Mapping[str, tuple[Callable[[Doc], Any], Callable[[Doc, Any], None]]] = {
        _FACTS: (_get_facts, _set_facts),
        _PUBLISHED: (partial(_get, name=_PUBLISHED), _set_published),
        _PROVINCE: (partial(_get, name=_PROVINCE), partial(_set, name=_PROVINCE)),
        _URL: (partial(_get, name=_URL), partial(_set, name=_URL)),
    }
    for name, (getter, setter) in attributes.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, getter=getter, setter=setter)
    if not Span.has_extension("fact"):
        Span.set_extension("fact", getter=_get_fact)


def _get_facts(doc: Doc) -> list[Fact]:
    return [Fact.from_dict(row) for row in doc.user_data.get(_FACTS, ())]


def _set_facts(doc: Doc, facts: Iterable[Fact]) -> None:
    doc.user_data[_FACTS] = [fact.to_dict() for fact in facts]


def _get_fact(span: Span) -> Fact | None:
    """Gives the fact that a span of the group was made of."""
    rows = span.doc.user_data.get(_FACTS, ()) if span.id else ()
    return next((Fact.from_dict(row) for row in rows if row["fact_id"] == span.id_), None)


def _set_published(doc: Doc, published: Day) -> None:
    """Keeps a date in ISO form, which goes where a Doc goes. Raises ArgumentError for what is none."""
    period = published_period(published)
    doc.user_data[_PUBLISHED] = None if period is None else period.start.isoformat()[: _WRITTEN[period.grain]]


def _get(doc: Doc, name: str) -> Any:
    return doc.user_data.get(name)


def _set(doc: Doc, value: str | None, name: str) -> None:
    doc.user_data[name] = value


def _of_given(fact: Fact, aligned: AlignedText) -> Fact:
    """Gives a fact whose offsets and sentence are those of the text as given."""
    if aligned.starts is None:
        return fact
    start = aligned.to_given(fact.sentence_start)
    end = aligned.to_given(fact.sentence_start + len(fact.sentence))
    return replace(
        fact,
        sentence=aligned.given[start:end],
        sentence_start=start,
        char_start=aligned.to_given(fact.char_start),
        char_end=aligned.to_given(fact.char_end),
    )


def _spans(doc: Doc, marks: Iterable[_Mark]) -> list[Span]:
    """Gives the spans of whole tokens that hold these characters."""
    found = (
        doc.char_span(mark.start, mark.end, mark.label, mark.kb_id, alignment_mode="expand", span_id=mark.id)
        for mark in marks
    )
    return [span for span in found if span is not None]
