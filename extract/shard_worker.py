"""A shard in, its rows out: the one function that every engine runs, in this process or another."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial

from extract.block import Block
from extract.document import text_digest
from extract.errors import ExtractError
from extract.limits import DEFAULT_MAX_ARTICLE_BYTES, DEFAULT_MAX_ARTICLE_SECONDS
from extract.models import Document, DocumentResult, FailedDocument
from extract.pipeline import Extractor
from extract.places import Gazetteer
from extract.province_names import unknown_province
from extract.raw_item import RawItem, read_item
from extract.rules import RuleSet
from extract.shards import Shard
from extract.time_limit import TimeLimitReached, can_limit, within
from extract.wording import option_name

logger = logging.getLogger(__name__)

# A number with a unit that must be named by words, so that all is loaded.
_FIRST = "Tỉnh có 12 trạm BTS và 5 cây cầu treo."


@dataclass(frozen=True, slots=True)
class Setup:
    """What a worker needs before its first shard. It can be sent to another machine."""

    rules: RuleSet
    max_article_bytes: int
    # The fingerprint of the engine that the driver runs.
    engine: str
    # What was made of the rules already. It stays in this process: sending it costs more than making it.
    gazetteer: Gazetteer | None = None
    # Of the processor; 0 for no limit. No part of the engine: no row depends on it.
    max_article_seconds: float = DEFAULT_MAX_ARTICLE_SECONDS
    # Whether the system may end the process of the worker, where an article can be stopped in no other way.
    expendable: bool = False

    def __reduce__(self) -> tuple[type[Setup], tuple[RuleSet, int, str, None, float, bool]]:
        """Sends all but the gazetteer."""
        sent = (self.rules, self.max_article_bytes, self.engine, None, self.max_article_seconds)
        return type(self), (*sent, self.expendable)


@dataclass(frozen=True, slots=True)
class ShardResult:
    """What became of a shard: its rows as bytes of a `Block`, and what the driver must know at once."""

    name: str
    block: bytes
    documents: int
    size: int
    failures: tuple[FailedDocument, ...] = ()


class ShardWorker:
    """Reads shards. Made once per process: it compiles the rules."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._extractor = self._new_extractor()
        if setup.max_article_seconds and not can_limit():
            logger.warning("articles are read without a limit of time: there is none outside the main thread")

    def __call__(self, shard: Shard) -> ShardResult:
        """Gives the rows of a shard. Raises ExtractError for what must stop the run."""
        results = [(task.key, self._read(task.item)) for task in shard.tasks]
        return shard_result(self._setup.engine, shard, results)

    def _read(self, item: RawItem | FailedDocument) -> DocumentResult | FailedDocument:
        seconds = self._setup.max_article_seconds
        read = partial(extract_item, self._extractor, item, self._setup.max_article_bytes)
        try:
            return within(seconds, read, expendable=self._setup.expendable)
        except TimeLimitReached:
            # It may have been stopped in the midst of a change, so nothing of it is used again.
            self._extractor = self._new_extractor()
            return FailedDocument(item.doc_id, item.source, too_slow(seconds))

    def _new_extractor(self) -> Extractor:
        extractor = Extractor(self._setup.rules, self._setup.gazetteer)
        if self._setup.max_article_seconds:
            # What is loaded for the first number of all is no part of the time of its article.
            extractor.extract(Document("first", _FIRST, "-", text_digest(_FIRST)))
        return extractor


def too_slow(seconds: float) -> str:
    """Says that an article takes too long."""
    return f"takes longer than {seconds:g} s, the limit set by {option_name('max_article_seconds')}"


def shard_result(
    engine: str, shard: Shard, results: list[tuple[str | None, DocumentResult | FailedDocument]]
) -> ShardResult:
    """Makes the result of a shard of what its articles gave."""
    failures = tuple(result for _, result in results if isinstance(result, FailedDocument))
    return ShardResult(shard.name, Block.of(engine, results).to_bytes(), len(results), shard.size, failures)


def failed_shard(engine: str, shard: Shard, reason: str) -> ShardResult:
    """Makes the result of a shard none of whose articles could be read, for this reason."""
    failed = [
        (None, item if isinstance(item, FailedDocument) else FailedDocument(item.doc_id, item.source, reason))
        for item in (task.item for task in shard.tasks)
    ]
    return shard_result(engine, shard, list(failed))


def extract_item(
    extractor: Extractor,
    item: RawItem | FailedDocument,
    max_bytes: int = DEFAULT_MAX_ARTICLE_BYTES,
) -> DocumentResult | FailedDocument:
    """Reads one article and gives its facts."""
    if isinstance(item, FailedDocument):
        return item
    failed = partial(FailedDocument, item.doc_id, item.source)
    try:
        document = read_item(item, max_bytes=max_bytes)
        if isinstance(document, FailedDocument):
            return document
        failed = partial(failed, sha256=document.sha256, encoding=document.encoding)
        province = document.province
        if province and not extractor.gazetteer.knows(province):
            warning = unknown_province(province, extractor.gazetteer.province_names)
            document = replace(document, warnings=(*document.warnings, warning))
        return extractor.extract(document)
    except ExtractError:
        raise
    except Exception as error:
        # Whatever an article does to a reader or the extractor, the others go on; the report names it.
        logger.debug("%s", item.doc_id, exc_info=True)
        return failed(reason=f"{type(error).__name__}: {error}")
