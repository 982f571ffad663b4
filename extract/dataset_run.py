"""A run over many articles: inputs, rules and an output folder in, tables and a summary out."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from extract import __version__
from extract.engine import EngineFactory
from extract.errors import InputError, TooManyErrorsError
from extract.fingerprint import content_key, engine_fingerprint
from extract.finished_run import FinishedRun
from extract.limits import DEFAULT_MAX_ARTICLE_BYTES, DEFAULT_MAX_ARTICLE_SECONDS, DEFAULT_ROWS_PER_PART
from extract.local_engine import LocalEngine
from extract.location import Location
from extract.metadata import StatedMetadata, load_metadata
from extract.models import FailedDocument
from extract.ontology_rows import metrics_rows, provinces_rows, units_rows
from extract.own_tables import check_inputs, check_replaceable, without_tables
from extract.part_store import PartStore
from extract.places import Gazetteer
from extract.raw_item import RawItem, load_item
from extract.ray_engine import RayEngine
from extract.reader import ReadOptions, iter_items
from extract.records import Columns
from extract.report import Report
from extract.rules import load_rules
from extract.shard_worker import Setup, ShardResult, extract_item
from extract.shards import ShardLimits, Task, plan_shards
from extract.sources import Filters, IdFrom, Kind, Source, find_sources
from extract.table import DatasetWriter, RunInfo, dataset_paths
from extract.wording import count_of, option_name

__all__ = ["Options", "Report", "extract_item", "run"]

TOKENIZER = "underthesea"
_FAILURES_TOLD = 10

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do."""

    inputs: tuple[str | Path, ...]
    out: Path = Path("out")
    rules: Path | None = None
    metadata: Path | None = None
    filters: Filters = field(default_factory=Filters)
    stdin_kind: Kind = Kind.TEXT
    columns: Columns = field(default_factory=Columns)
    max_article_bytes: int = DEFAULT_MAX_ARTICLE_BYTES
    id_from: IdFrom = IdFrom.NAME
    # None: as many as there are cores and work for.
    workers: int | None = None
    resume: bool = False
    # Whether rows of the older tables are taken over for articles that have not changed.
    cache: bool = True
    # None: any number of articles may fail.
    max_errors: int | None = None
    rows_per_part: int = DEFAULT_ROWS_PER_PART
    # Read on a cluster of Ray; `ray_address` is None for the one that Ray finds, else this machine.
    ray: bool = False
    ray_address: str | None = None
    shards: ShardLimits = field(default_factory=ShardLimits)
    # Of the processor, for each article; 0 for no limit.
    max_article_seconds: float = DEFAULT_MAX_ARTICLE_SECONDS

    @property
    def new_engine(self) -> EngineFactory:
        """What makes the engine that these options ask for."""
        if self.ray:
            return partial(RayEngine, address=self.ray_address)
        return partial(LocalEngine, workers=self.workers)


# Told as a run goes on: documents done, documents in all (None: not known yet), bytes read.
ProgressTold = Callable[[int, int | None, int], None]


def run(
    options: Options, progress: ProgressTold | None = None, new_engine: EngineFactory | None = None
) -> Report:
    """Extracts the facts of all inputs and writes the tables.

    `new_engine` is another way to do the work than `options` say. An article that cannot be read is in the
    report, and the rest goes on. Raises RulesError, InputError and OutputError before any article is read,
    InputError also when no article at all was found in them, OutputError and TooManyErrorsError also later;
    then the older tables stand as they were, and what is done is kept for a run that resumes.
    """
    started = time.perf_counter()
    # The tables of the run before are no input, also where the articles lie beside them.
    outputs = dataset_paths(options.out)
    skip = [options.out, *outputs, *([options.metadata] if options.metadata else [])]
    sources = find_sources(
        options.inputs, options.filters, stdin_kind=options.stdin_kind, skip=skip, id_from=options.id_from
    )
    check_inputs(sources, options.metadata, outputs)
    check_replaceable(outputs)
    sources = without_tables(sources, options.inputs)
    total = None if any(source.kind.is_container for source in sources) else len(sources)
    metadata = load_metadata(options.metadata) if options.metadata else StatedMetadata()
    rules = load_rules(options.rules)
    gazetteer = Gazetteer(rules)
    fingerprint = engine_fingerprint(rules.digest, options.max_article_bytes)
    setup = Setup(rules, options.max_article_bytes, fingerprint, gazetteer, options.max_article_seconds)
    engine = (new_engine or options.new_engine)(setup)
    report = Report()
    writer = DatasetWriter(
        options.out,
        RunInfo(__version__, rules.digest, TOKENIZER, version(TOKENIZER), setup.engine),
        metrics_rows=metrics_rows(rules),
        units_rows=units_rows(rules),
        provinces_rows=provinces_rows(gazetteer),
        rows_per_part=options.rows_per_part,
        keep_parts=options.resume,
        report=report,
    )
    with writer:
        if writer.had_parts and not options.resume:
            logger.warning(
                "%s: a run was stopped there; it begins anew, %s would have gone on",
                options.out,
                option_name("resume", value=True),
            )
        store = PartStore(writer.parts, setup.engine)
        finished = FinishedRun(options.out, setup.engine) if options.cache else None
        work = _Work(options, report, store, finished, metadata, total, progress)
        ready = time.perf_counter()
        reading = ReadOptions(options.columns, options.max_article_bytes, options.id_from)
        items = _some_articles(iter_items(sources, reading), sources)
        shards = plan_shards(work.tasks(items), options.shards, store.next_number)
        with closing(engine.map(shards)) as results:
            for result in results:
                work.take(result)
        extracted = time.perf_counter()
        writer.expect(len(work.order))
        for documents, facts in chain(finished.rows() if finished else (), store.rows()):
            writer.add_documents(documents)
            writer.add_facts(facts)
        writer.timings.update(
            start=ready - started, extract=extracted - ready, write=time.perf_counter() - extracted
        )
    report.settle(work.order)
    return report


class _Work:
    """The articles of a run under way: which are to be read, and how many are done."""

    def __init__(
        self,
        options: Options,
        report: Report,
        store: PartStore,
        finished: FinishedRun | None,
        metadata: StatedMetadata,
        total: int | None,
        progress: ProgressTold | None,
    ) -> None:
        self._options = options
        self._report = report
        self._store = store
        self._finished = finished
        self._metadata = metadata
        self._unknown_ids = dict.fromkeys(metadata.by_id)
        # doc_id -> its place in the input.
        self.order: dict[str, int] = {}
        self._total = total
        self._progress = progress
        self._done = 0
        self._bytes = 0
        self._failures: list[FailedDocument] = []

    def tasks(self, items: Iterable[RawItem | FailedDocument]) -> Iterator[Task]:
        """Gives what must be read, loaded; takes over the rows of the rest."""
        for item in items:
            self.order[item.doc_id] = len(self.order)
            self._unknown_ids.pop(item.doc_id, None)
            if isinstance(item, FailedDocument):
                yield Task(item)
                continue
            known = self._metadata.by_id.get(item.doc_id)
            if known is not None:
                item = replace(item, metadata=known.or_else(item.metadata))
            doubt = self._metadata.warnings.get(item.doc_id)
            if doubt is not None:
                item = replace(item, warnings=(*item.warnings, doubt))
            task = _loaded(item, self._options.max_article_bytes)
            if not self._is_known(task):
                yield task
        self._total = len(self.order)
        self._report.unknown_ids = list(self._unknown_ids)

    def take(self, result: ShardResult) -> None:
        """Keeps the rows of a shard. Raises OutputError, and TooManyErrorsError when it is one too many."""
        self._store.write(result)
        self._failures.extend(result.failures)
        limit = self._options.max_errors
        if limit is not None and len(self._failures) > limit:
            raise TooManyErrorsError(_too_many(limit, self._failures))
        self._tell(result.documents, result.size)

    def _is_known(self, task: Task) -> bool:
        if task.key is None:
            return False
        if self._store.claim(task.key):
            self._report.resumed += 1
        elif self._finished is not None and self._finished.claim(task.key):
            self._report.reused += 1
        else:
            return False
        self._tell(1, task.size)
        return True

    def _tell(self, documents: int, size: int) -> None:
        self._done += documents
        self._bytes += size
        if self._progress is not None:
            self._progress(self._done, self._total, self._bytes)


def _some_articles(
    items: Iterator[RawItem | FailedDocument], sources: Sequence[Source]
) -> Iterator[RawItem | FailedDocument]:
    """Gives the items on. Raises InputError where there is no article among them, or none with a text.

    Then the user named the wrong files or columns, or what wrote them broke, and nothing was read that could
    replace older tables.
    """
    held: list[RawItem | FailedDocument] = []
    for item in items:
        held.append(item)
        if not isinstance(item, FailedDocument) and not _holds_nothing(item):
            yield from held
            yield from items
            return
    failed = [item for item in held if isinstance(item, FailedDocument)]
    if not failed:
        more = f" (and {len(sources) - 1} more)" if len(sources) > 1 else ""
        raise InputError(f"{sources[0].label}{more}", "holds nothing; no tables are written")
    if len(failed) == 1:
        raise InputError(failed[0].source, failed[0].reason)
    raise InputError(
        "input", "\n".join(["no article could be read; no tables are written:", *_listed(failed)])
    )


def _holds_nothing(item: RawItem) -> bool:
    """Asks whether an item has no text, as far as that is seen without opening its file."""
    if not isinstance(item.payload, Location):
        return not item.payload
    if item.payload.is_remote:
        return False
    try:
        return os.path.getsize(item.payload.address) == 0
    except OSError:
        # It is told when the file is opened.
        return False


def _loaded(item: RawItem, max_bytes: int) -> Task:
    loaded = load_item(item, max_bytes)
    return Task(loaded) if isinstance(loaded, FailedDocument) else Task(loaded, content_key(loaded))


def _too_many(limit: int, failures: Sequence[FailedDocument]) -> str:
    failed = count_of(len(failures), "article")
    heading = f"{failed} failed, more than {option_name('max_errors', limit)}; the older tables stand:"
    return "\n".join([heading, *_listed(failures)])


def _listed(failures: Sequence[FailedDocument]) -> list[str]:
    lines = [f"  {failure.source}: {failure.reason}" for failure in failures[:_FAILURES_TOLD]]
    more = len(failures) - len(lines)
    return [*lines, f"  and {more} more"] if more else lines
