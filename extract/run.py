"""A run over many articles: inputs, rules and an output folder in, tables and a summary out."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from extract import __version__
from extract.errors import ExtractError
from extract.limits import DEFAULT_MAX_ARTICLE_BYTES
from extract.metadata import DocumentMetadata, load_metadata
from extract.models import DocumentResult, DocumentStatus, FailedDocument
from extract.pipeline import Extractor
from extract.places import Gazetteer
from extract.raw_item import RawItem, read_item
from extract.reader import ReadOptions, iter_items
from extract.records import Columns
from extract.rules import RuleSet, load_rules
from extract.sources import Filters, Kind, find_sources
from extract.table import DatasetWriter, RunInfo

TOKENIZER = "underthesea"

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


@dataclass(slots=True)
class Report:
    """What a run did, counted as it goes."""

    documents: int = 0
    facts: int = 0
    empty: list[str] = field(default_factory=list)
    failed: list[FailedDocument] = field(default_factory=list)
    # doc_id and what is doubtful about its input.
    warnings: list[tuple[str, str]] = field(default_factory=list)
    unknown_ids: list[str] = field(default_factory=list)
    unknown_provinces: list[str] = field(default_factory=list)
    metrics: Counter[str] = field(default_factory=Counter)
    provinces: Counter[str] = field(default_factory=Counter)
    drops: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)

    def count(self, result: DocumentResult | FailedDocument) -> None:
        """Adds one document."""
        self.documents += 1
        if isinstance(result, FailedDocument):
            self.failed.append(result)
            return
        if result.status is DocumentStatus.EMPTY:
            self.empty.append(result.document.doc_id)
        document = result.document
        self.warnings.extend((document.doc_id, warning) for warning in (*document.warnings, *result.warnings))
        self.facts += len(result.facts)
        self.metrics.update(fact.metric_id or "" for fact in result.facts)
        self.provinces.update(fact.province_name or "" for fact in result.facts)
        self.drops.update(drop.reason for drop in result.drops)
        self.doubts.update(result.doubts)


def run(options: Options, progress: Callable[[int, int | None], None] | None = None) -> Report:
    """Extracts the facts of all inputs and writes the tables.

    `progress` is called with documents done and documents in all, None where records are still to be
    counted. An article that cannot be read is in the report, and the rest goes on. Raises RulesError,
    InputError and OutputError before any article is read, OutputError also later; then the older tables
    stand as they were.
    """
    started = time.perf_counter()
    skip = [options.out, *([options.metadata] if options.metadata else [])]
    sources = find_sources(options.inputs, options.filters, stdin_kind=options.stdin_kind, skip=skip)
    total = None if any(source.kind.is_container for source in sources) else len(sources)
    metadata: dict[str, DocumentMetadata] = load_metadata(options.metadata) if options.metadata else {}
    rules = load_rules(options.rules)
    report = Report()
    unknown_ids = dict.fromkeys(metadata)
    gazetteer = Gazetteer(rules)
    named = {item.province for item in metadata.values() if item.province is not None}
    report.unknown_provinces = sorted(name for name in named if not gazetteer.knows(name))
    writer = DatasetWriter(
        options.out,
        RunInfo(__version__, rules.digest, TOKENIZER, version(TOKENIZER)),
        metrics_rows=metrics_rows(rules),
        units_rows=units_rows(rules),
        provinces_rows=provinces_rows(gazetteer),
    )
    with writer:
        extractor = Extractor(rules, gazetteer)
        ready = time.perf_counter()
        for item in iter_items(sources, ReadOptions(options.columns, options.max_article_bytes)):
            result = extract_item(extractor, item, metadata, options.max_article_bytes)
            writer.add(result)
            report.count(result)
            unknown_ids.pop(item.doc_id, None)
            if progress is not None:
                progress(report.documents, total)
        writer.timings.update(start=ready - started, extract=time.perf_counter() - ready)
    report.unknown_ids = list(unknown_ids)
    return report


def extract_item(
    extractor: Extractor,
    item: RawItem | FailedDocument,
    metadata: Mapping[str, DocumentMetadata],
    max_bytes: int = DEFAULT_MAX_ARTICLE_BYTES,
) -> DocumentResult | FailedDocument:
    """Reads one article and gives its facts. The unit of work of a run."""
    if isinstance(item, FailedDocument):
        return item
    document = read_item(item, metadata.get(item.doc_id), max_bytes)
    if isinstance(document, FailedDocument):
        return document
    try:
        return extractor.extract(document)
    except ExtractError:
        raise
    except Exception as error:
        # Whatever an article does to the extractor, the others go on; the report names it.
        logger.debug("%s", item.doc_id, exc_info=True)
        reason = f"{type(error).__name__}: {error}"
        return FailedDocument(document.doc_id, document.source, reason, document.sha256, document.encoding)


def metrics_rows(rules: RuleSet) -> Sequence[dict[str, object]]:
    """Gives the ontology as rows of `metrics.parquet`."""
    return [
        {
            "metric_id": metric.id,
            "pillar": metric.pillar,
            "label_vi": metric.label_vi,
            "label_en": metric.label_en,
            "definition": metric.definition,
            "typical_unit": metric.typical_unit,
            "attributes": [
                name
                for name, has in (
                    ("technology", metric.attributes.technology),
                    ("scope", metric.attributes.scope),
                    ("component", metric.attributes.component),
                )
                if has
            ],
        }
        for metric in rules.metrics
    ]


def units_rows(rules: RuleSet) -> Sequence[dict[str, object]]:
    """Gives the units as rows of `units.parquet`."""
    return [
        {
            "unit_id": unit.id,
            "dimension": unit.dimension,
            "symbol": unit.symbol,
            "label_en": unit.label_en,
            "base": unit.base,
            "factor": unit.factor,
            "ucum": unit.ucum,
            "iso4217": unit.iso4217,
            "forms": list(unit.forms),
        }
        for unit in rules.units
    ]


def provinces_rows(gazetteer: Gazetteer) -> Sequence[dict[str, object]]:
    """Gives both lists of provinces as rows of `provinces.parquet`."""
    return [
        {
            "province_code": province.code,
            "list": province.list_id,
            "name": province.name,
            "type": province.type,
            "iso_3166_2": province.iso3166_2,
            "valid_from": province.valid_from,
            "valid_to": province.valid_to,
            "successor_code": province.successor,
            "region": province.region,
            "aliases": [*province.aliases, *province.nicknames],
            "later_from": province.later_from,
            "later_type": province.later_type or None,
            "later_name": province.later_name or None,
        }
        for province in gazetteer.provinces
    ]
