"""A run -> one page of HTML that needs nothing but a browser.

In: the folder of a run, and the texts where they are found again. Out: a file whose bytes are the same for
the same tables and texts. What these hold is escaped by the template; links lead to http and https only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extract.errors import InputError
from extract.extras import how_to_install
from extract.found_texts import TextFinder
from extract.limits import DEFAULT_REPORT_DOCUMENTS, DEFAULT_REPORT_FACTS
from extract.page_assets import load_assets
from extract.page_data import PageLimits, iter_articles, load_run
from extract.page_view import ArticleViews, page_view
from extract.province_tiles import load_tiles
from extract.staging import written_whole
from extract.table import check_output

if TYPE_CHECKING:
    from jinja2 import Template


@dataclass(frozen=True, slots=True)
class PageOptions:
    """What a page is made of. `texts` is a folder of texts; by default they are read where the run did."""

    directory: Path
    out: Path
    texts: Path | None = None
    text_column: str = ""
    limits: PageLimits = field(
        default_factory=lambda: PageLimits(DEFAULT_REPORT_DOCUMENTS, DEFAULT_REPORT_FACTS)
    )


@dataclass(frozen=True, slots=True)
class PageSummary:
    """What a page shows: articles and facts of the run, texts shown in full, bytes.

    `without` counts the texts that should be shown and were not found, `first_reason` says of the first why.
    """

    documents: int
    facts: int
    texts: int
    size: int
    without: int = 0
    first_reason: str = ""


def write_page(options: PageOptions) -> PageSummary:
    """Writes the page of a run, whole or not at all.

    Raises InputError for tables that cannot be read and where the extra is not installed, RulesError for a
    map that is at fault, OutputError where the page cannot be written.
    """
    check_output(options.out, options.directory)
    template = _template()
    assets = load_assets()
    tiles = load_tiles()
    if options.texts is not None and not options.texts.is_dir():
        raise InputError(options.texts, "is no folder")
    data = load_run(options.directory, options.limits)
    shown = [row for row in data.chosen if row["doc_id"] in data.shown]
    finder = TextFinder(shown, options.texts, options.text_column)
    articles = ArticleViews(iter_articles(data, finder), data)
    page = {**page_view(data, tiles), "articles": articles, "assets": assets}
    size = _write(template, options.out, _with_markup(page, assets.style, assets.scripts))
    return PageSummary(
        data.overview.documents,
        data.counts.facts,
        articles.texts,
        size,
        articles.without,
        articles.first_reason,
    )


def _template() -> Template:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise InputError(
            "report", f"to make a page Jinja2 is needed: {how_to_install('report')}: {error}"
        ) from error
    environment = Environment(
        loader=PackageLoader("extract", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment.get_template("page.html")


def _with_markup(page: Mapping[str, Any], style: str, scripts: Sequence[str]) -> dict[str, Any]:
    from markupsafe import Markup

    # Both come from packages, and their hashes stand in the page.
    return {**page, "style": Markup(style), "scripts": [Markup(script) for script in scripts]}


def _write(template: Template, path: Path, page: Mapping[str, Any]) -> int:
    """Writes the page piece by piece beside its place, then puts it there. Gives its bytes."""
    with written_whole(path) as draft:
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            for part in template.generate(page=page):
                file.write(part)
        return draft.stat().st_size
