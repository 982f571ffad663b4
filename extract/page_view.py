"""What a page shows of a run, in the words and shapes of its template. Nothing is escaped here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from extract import __version__
from extract.display import format_value
from extract.models import DocumentStatus
from extract.page_charts import (
    FULL,
    SHOWN_PAIRS,
    TileMap,
    comparisons,
    metric_bars,
    metric_grid,
    province_bars,
    tile_map,
)
from extract.page_counts import is_doubtful, is_good
from extract.page_data import Article, NumberedRow, RunData, Trouble
from extract.page_store import fact_store, metric_group, metric_name, province_group
from extract.page_text import Paragraph
from extract.parquet import Row
from extract.places import COUNTRY_CODE, COUNTRY_NAME
from extract.province_tiles import Tile

_DOUBTFUL_SHOWN = 200
_BARS_OPEN = 20
# Of more articles than this the texts are folded.
_TEXTS_OPEN = 10
_LISTS = {
    "63": (
        "The 63 provinces until 30 June 2025",
        "Facts of articles from before 1 July 2025 or without a date.",
    ),
    "34": ("The 34 provinces since 1 July 2025", "All facts, by the province that holds the place today."),
}


@dataclass(frozen=True, slots=True)
class Share:
    """How many of all have something."""

    label: str
    count: int
    total: int

    @property
    def percent(self) -> float:
        """The same as percent, 0 where there are none at all."""
        return round(FULL * self.count / self.total, 1) if self.total else 0.0


@dataclass(frozen=True, slots=True)
class Troubles:
    """What went wrong or is doubtful: how often in all, and the first of it."""

    title: str
    total: int
    items: Sequence[Trouble]


@dataclass(frozen=True, slots=True)
class Tally:
    """A small table of names and counts."""

    title: str
    first: str
    items: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding about the articles' own arithmetic, and how many facts have it."""

    name: str
    is_good: bool
    count: int


@dataclass(frozen=True, slots=True)
class DoubtfulFact:
    """A fact that a finding speaks against."""

    number: int
    findings: str
    metric: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class MapView:
    """A map with its words."""

    title: str
    note: str
    drawn: TileMap


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article with its words. `url` is an address that may be linked to, None where `address` is none."""

    doc_id: str
    title: str
    about: str
    address: str
    url: str | None
    facts: int
    findings: str
    reason: str
    paragraphs: tuple[Paragraph, ...]


class ArticleViews:
    """Articles as the template shows them, made one at a time.

    `texts` counts those whose text was found, `without` the others; `first_reason` is why of the first.
    """

    def __init__(self, articles: Iterable[Article], data: RunData) -> None:
        self._articles = articles
        self._data = data
        self.texts = 0
        self.without = 0
        self.first_reason = ""

    def __iter__(self) -> Iterator[ArticleView]:
        for article in self._articles:
            self.texts += not article.reason
            if article.reason:
                self.without += 1
                self.first_reason = self.first_reason or f"{article.document['source']}: {article.reason}"
            yield _article_view(article, self._data)


def page_view(data: RunData, tiles: Mapping[str, Sequence[Tile]]) -> dict[str, Any]:
    """Gives all that the template asks for but articles, styles and scripts."""
    counts, overview = data.counts, data.overview
    pairs = comparisons(counts.pairs)
    doubtful = [item for item in data.rows if is_doubtful(item.row)]
    maps = [
        MapView(title, note, tile_map(list_id, tiles.get(list_id, ()), data.provinces, counts))
        for list_id, (title, note) in _LISTS.items()
    ]
    return {
        "documents": overview.documents,
        "facts": counts.facts,
        "intro": f"{counts.facts:,} facts, each with the sentence that states it.",
        "limits": _limits(data),
        "numbers": _numbers(data),
        "troubles": [
            troubles
            for troubles in (
                Troubles("Articles that failed", overview.statuses[DocumentStatus.ERROR], overview.failed),
                Troubles("Warnings", overview.warned, overview.warnings),
            )
            if troubles.total
        ],
        "versions": [
            *((str(name), str(version)) for name, version in _mapping(data.run.get("versions")).items()),
            ("rules_hash", str(data.run.get("rules_hash", ""))),
        ],
        "tallies": [
            Tally("Numbers that gave no fact", "reason", _ordered(_counts(data.run, "drops"))),
            Tally("Readings that a rule settled", "kind", _ordered(_counts(data.run, "ambiguous"))),
        ],
        "findings": [
            Finding(name, is_good(name), count)
            for name, count in sorted(
                counts.findings.items(), key=lambda item: (is_good(item[0]), -item[1], item[0])
            )
        ],
        "doubtful": [_doubtful(item) for item in doubtful[:_DOUBTFUL_SHOWN]],
        "doubtful_left": counts.doubtful.total() > min(len(doubtful), _DOUBTFUL_SHOWN),
        "shares": _shares(data, maps),
        "bars_open": _BARS_OPEN,
        "metric_bars": metric_bars(counts, data.metrics),
        "province_bars": province_bars(counts),
        "grid": metric_grid(counts),
        "maps": maps,
        "off_map": _off_map(data, tiles),
        "comparisons": pairs[:SHOWN_PAIRS],
        "comparisons_left": max(0, len(pairs) - SHOWN_PAIRS),
        "options": {
            "provinces": sorted({province_group(item.row) for item in data.rows}),
            "metrics": sorted({metric_group(item.row) for item in data.rows}),
            "findings": sorted(counts.findings),
        },
        "rows": data.rows,
        "rows_left": counts.facts - len(data.rows),
        "texts_open": len(data.shown) <= _TEXTS_OPEN,
        "version": __version__,
        "store": fact_store(data.rows, data.shown),
    }


def safe_url(url: str | None) -> str | None:
    """Gives an address that a page may link to: http and https, nothing else."""
    if url is None or " " in url or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def _doubtful(item: NumberedRow) -> DoubtfulFact:
    row = item.row
    value = f"{format_value(row)} {row['unit_id']}"
    return DoubtfulFact(item.number, row["checks"] or "", metric_name(row), value, row["sentence"])


def _limits(data: RunData) -> list[str]:
    """Says what the page leaves out."""
    limits = []
    readable = data.overview.statuses[DocumentStatus.OK]
    if len(data.shown) < readable:
        limits.append(
            f"Texts are shown of {len(data.shown):,} of {readable:,} articles (--max-documents): first of "
            "those with a fact that a finding speaks against, then of those with most facts."
        )
    if len(data.rows) < data.counts.facts:
        limits.append(
            f"The table of facts has {len(data.rows):,} of {data.counts.facts:,} rows (--max-facts), of "
            "articles in the same order. Counts, charts and maps are over all facts."
        )
    return limits


def _numbers(data: RunData) -> list[tuple[str, str]]:
    counts, overview = data.counts, data.overview
    targets = sum(count for (_, status), count in counts.by_metric.items() if status == "target")
    numbers = (
        ("articles", overview.documents),
        ("failed", overview.statuses[DocumentStatus.ERROR]),
        ("empty", overview.statuses[DocumentStatus.EMPTY]),
        ("warnings", overview.warned),
        ("facts", counts.facts),
        ("targets", targets),
        ("repeated facts", counts.duplicates),
        ("facts in doubt", counts.doubtful.total()),
    )
    return [(name, f"{number:,}") for name, number in numbers]


def _shares(data: RunData, maps: Iterable[MapView]) -> list[Share]:
    counts, overview = data.counts, data.overview
    metrics = {metric for metric, _ in counts.by_metric if metric}
    return [
        Share("articles with a fact", overview.with_facts, overview.documents),
        Share("metrics of the ontology with a fact", len(metrics), max(len(data.metrics), len(metrics))),
        *(
            Share(
                f"provinces of the list of {view.drawn.list_id} with a fact",
                view.drawn.covered,
                len(view.drawn.tiles),
            )
            for view in maps
        ),
        Share("facts with a metric of the ontology", counts.filled["metric_id"], counts.facts),
        Share("facts with a period", counts.filled["period_start"], counts.facts),
        Share("facts with a province or the country", counts.filled["province_code"], counts.facts),
    ]


def _off_map(data: RunData, tiles: Mapping[str, Sequence[Tile]]) -> str:
    """Says how many facts are on no map, and which provinces have no square."""
    counts = data.counts
    country = sum(
        count for (place, _), count in counts.by_province.items() if place.code and not place.list_id
    )
    nowhere = sum(count for (place, _), count in counts.by_province.items() if not place.code)
    drawn = {(list_id, tile.code) for list_id, items in tiles.items() for tile in items}
    lost = sorted(f"{code} of {list_id}" for list_id, code in counts.on_map.keys() - drawn)
    text = f"Facts about the whole country ({country:,}) and without a place ({nowhere:,}) are on no map."
    return f"{text} No square for {', '.join(lost)}." if lost else text


def _article_view(article: Article, data: RunData) -> ArticleView:
    row = article.document
    about = [row["doc_id"], f"read from {row['source']}"]
    if row["published"] is not None:
        length = {"year": 4, "month": 7}.get(row["published_grain"] or "", 10)
        about.append(f"published {str(row['published'])[:length]}")
    province = _province_of(row, data)
    if province:
        about.append(province)
    about.append(f"{article.facts:,} {'fact' if article.facts == 1 else 'facts'}")
    return ArticleView(
        doc_id=row["doc_id"],
        title=row["title"] or row["doc_id"],
        about=" · ".join(about),
        address=row["url"] or "",
        url=safe_url(row["url"]),
        facts=article.facts,
        findings=", ".join(article.findings),
        reason=article.reason,
        paragraphs=article.paragraphs,
    )


def _province_of(document: Row, data: RunData) -> str:
    """Gives an article's main province by name; by its code where it may be of either list."""
    code = str(document["province_code"] or "")
    if code == COUNTRY_CODE:
        return COUNTRY_NAME
    names: dict[str, str] = {
        row["list"]: row["name"] for row in data.provinces if row["province_code"] == code
    }
    if document["published"] is not None:
        return names.get("34" if document["doc_id"] in data.overview.after_merger else "63", code)
    return next(iter(names.values())) if len(set(names.values())) == 1 else code


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _counts(run: Mapping[str, Any], name: str) -> Counter[str]:
    """Reads counts of run.json."""
    counts = _mapping(_mapping(run.get("counts")).get(name))
    return Counter({str(key): value for key, value in counts.items() if isinstance(value, int)})


def _ordered(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
