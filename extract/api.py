"""Facts of texts at hand: what `extract.extract` and `extract.Extractor` are.

What is made of rules stands in an object that is made once; that of the packaged rules is kept per process.
"""

from __future__ import annotations

import logging
from functools import cache
from threading import Lock

from extract.arguments import Day, PathLike, maybe_path, published_period, reference_period
from extract.errors import ArgumentError
from extract.metadata import DocumentMetadata
from extract.models import Fact
from extract.parse import ParsedPeriod, ParsedPlace, ParsedQuantity, Parser
from extract.pipeline import Extractor as Pipeline
from extract.places import Gazetteer
from extract.province_names import unknown_province
from extract.rules import load_rules
from extract.text_document import text_document

logger = logging.getLogger(__name__)


class Extractor:
    """Reads texts by one set of rules. Making one takes seconds, reading a text milliseconds: make it once.

    `rules` is a folder of YAML files that extend or replace the packaged ones, as for `extract run --rules`.
    Raises RulesError, which lists every fault of them.

    May be shared by threads, which take turns. Other processes make their own: pickled, an extractor is the
    name of its folder.

    >>> reader = Extractor()
    >>> [(fact.metric_id, fact.value) for fact in reader.extract("Tỉnh Bình Thuận có 4.285 trạm BTS.")]
    [('mobile_base_stations', 4285.0)]
    """

    def __init__(self, rules: PathLike | None = None) -> None:
        self._folder = maybe_path(rules)
        loaded = load_rules(self._folder)
        gazetteer = Gazetteer(loaded)
        self._pipeline = Pipeline(loaded, gazetteer)
        self._parser = Parser(loaded, gazetteer)
        self._digest = loaded.digest
        # The tokenizer keeps a vocabulary and renews it.
        self._turn = Lock()

    def __reduce__(self) -> tuple[type[Extractor], tuple[PathLike | None]]:
        return type(self), (self._folder,)

    def __repr__(self) -> str:
        return f"Extractor({'' if self._folder is None else repr(str(self._folder))})"

    @property
    def rules_hash(self) -> str:
        """The hash of the rules, as it stands in `run.json` and in the schema of each table."""
        return self._digest

    def extract(
        self,
        text: str,
        *,
        published: Day = None,
        province: str | None = None,
        url: str | None = None,
        doc_id: str = "text",
    ) -> list[Fact]:
        """See `extract.extract`."""
        metadata = DocumentMetadata(
            published=published_period(published), province=self._province(province), url=url or None
        )
        document = text_document(text, metadata, doc_id)
        for warning in document.warnings:
            logger.warning("%s: %s", doc_id, warning)
        with self._turn:
            return list(self._pipeline.extract(document).facts)

    def parse_quantities(self, text: str) -> list[ParsedQuantity]:
        """See `extract.parse_quantities`."""
        return self._parser.quantities(text)

    def parse_periods(self, text: str, reference: Day = None) -> list[ParsedPeriod]:
        """See `extract.parse_periods`."""
        return self._parser.periods(text, reference_period(reference))

    def find_places(self, text: str, *, published: Day = None) -> list[ParsedPlace]:
        """See `extract.find_places`."""
        return self._parser.places(text, published_period(published))

    def _province(self, province: str | None) -> str | None:
        """Gives a province as stated, None for nothing. Raises ArgumentError for one that is not known."""
        # What is missing in a table is not equal to itself.
        if province is None or province != province or not province.strip():
            return None
        gazetteer = self._pipeline.gazetteer
        if not gazetteer.knows(province):
            raise ArgumentError("province", unknown_province(province, gazetteer.province_names))
        return province


@cache
def packaged_extractor() -> Extractor:
    """Gives the extractor of the packaged rules, made once per process."""
    return Extractor()


def extract(
    text: str,
    *,
    published: Day = None,
    province: str | None = None,
    url: str | None = None,
    doc_id: str = "text",
) -> list[Fact]:
    """Reads the facts that a text states, in its order, with the packaged rules.

    `published` is the text's date: a `date` or `datetime`, or a day, month or year in writing (`2024-10-08`,
    `8/10/2024`, `10/2024`, `2024`); without it the date is looked for in the text. `province` is the name,
    alias or code of the province that the text is about, or `VN`. `url` is its address, which may tell both.
    None, NaN and NaT state nothing. `doc_id` goes into each fact. What is doubtful about the text, such as
    letters that look wrongly decoded, is logged as a warning.

    Gives the same facts as `extract.run` of the same text. Offsets count code points of the text in NFC
    with `\\n` line breaks.

    The first call takes seconds, because the rules are compiled; the others milliseconds. May be called from
    several threads, which take turns. For own rules see `Extractor`, for whole corpora `run`.

    Raises ArgumentError (a ValueError) for a date that is none, a province that is not known, which names
    similar ones, and a text with a NUL character; TypeError for what is no `str`.

    >>> facts = extract("Đến hết năm 2023, Lạng Sơn có 1.676 tổ công nghệ số cộng đồng.")
    >>> facts
    [<Fact community_digital_teams: 1,676 team, 2023, Lạng Sơn>]
    >>> facts[0].value, facts[0].unit_id, str(facts[0].period_end), facts[0].province_code
    (1676.0, 'team', '2023-12-31', '20')
    """
    return packaged_extractor().extract(text, published=published, province=province, url=url, doc_id=doc_id)
