"""A page of HTML -> its article: text, title, date and address. Nothing is fetched.

The text is trafilatura's. The date is read from the page's metadata alone: guessed from what a page shows,
it is often that of a sidebar.
"""

from __future__ import annotations

import json
import logging
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from extract.errors import InputError
from extract.extras import how_to_install
from extract.metadata import DocumentMetadata
from extract.models import Period
from extract.stated_date import parse_stated_date
from extract.text import fold

logger = logging.getLogger(__name__)

# The head of a page names its encoding within the first bytes.
_HEAD_BYTES = 4096
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_\-]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"<\?xml[^>]{0,1000}\?>")
_SPACE = re.compile(r"\s+")
_DATE_PROPERTIES = ("article:published_time", "og:article:published_time", "og:published_time")
_DATE_NAMES = (
    "datepublished", "pubdate", "publishdate", "publish_date", "publish-date", "published", "article.created",
    "dc.date.issued", "dc.date", "dcterms.created", "dcterms.issued", "dcterms.date", "date",
)  # fmt: skip
_ARTICLE_TYPE = re.compile(r"(?:Article|NewsArticle|ReportageNewsArticle|BlogPosting|WebPage|Report)$")


@dataclass(frozen=True, slots=True)
class Page:
    """What a page holds: the article's text with title and lead, and what its metadata state."""

    text: str
    metadata: DocumentMetadata


def declared_encoding(content: bytes) -> str | None:
    """Gives the encoding that a page says it is in."""
    match = _CHARSET.search(content[:_HEAD_BYTES])
    return None if match is None else match[1].decode("ascii")


def read_page(html: str) -> Page:
    """Finds the article in a page; the text is empty where there is none.

    Raises InputError where trafilatura is not installed.
    """
    try:
        import trafilatura
        from trafilatura.metadata import extract_metadata
        from trafilatura.utils import load_html
    except ImportError as error:
        reason = f"to read HTML trafilatura is needed: {how_to_install('html')}: {error}"
        raise InputError("html", reason) from error
    # What it logs of a page names no page, and is no news to who asked for facts.
    own = logging.DEBUG if logger.isEnabledFor(logging.DEBUG) else logging.CRITICAL + 1
    logging.getLogger("trafilatura").setLevel(own)
    # What the declaration says of the encoding holds no more.
    html = _XML_DECLARATION.sub("", html, count=1)
    tree = load_html(html)
    if tree is None:
        return Page("", DocumentMetadata())
    # Extraction prunes the tree, so the date is read first.
    published = _published(tree)
    stated = extract_metadata(tree)
    article = trafilatura.bare_extraction(html, include_comments=False, with_metadata=False)
    body = str(getattr(article, "text", None) or "")
    title, lead = _line(stated.title), _line(stated.description)
    metadata = DocumentMetadata(
        published=published,
        url=_line(stated.url) or None,
        source=_line(stated.sitename) or None,
        title=title or None,
    )
    return Page(_with_head(body, title, lead) if body else "", metadata)


def _with_head(body: str, title: str, lead: str) -> str:
    """Gives the text with title and lead before it, where it lacks them.

    The paragraph above the picture is often in the description only.
    """
    first, _, rest = body.partition("\n")
    # A title in the metadata may have the name of the paper behind it.
    headed = bool(first.strip()) and (_holds(title, first) or _holds(first, title))
    lines = [first, rest] if headed and title else [title if title and not _holds(body, title) else "", body]
    if lead and not _holds(body, lead):
        lines.insert(1, lead)
    return "\n".join(line for line in lines if line)


def _line(text: str | None) -> str:
    return _SPACE.sub(" ", text or "").strip()


def _holds(text: str, line: str) -> bool:
    """Asks whether a line stands in a text, spaces and the dots of a shortened description aside."""
    wanted = _SPACE.sub(" ", fold(line)).rstrip(" .…")
    return wanted in _SPACE.sub(" ", fold(text))


def _published(tree: Any) -> Period | None:
    """Gives the first date that the metadata state; one that is none is passed over."""
    for value in _stated_dates(tree):
        try:
            return parse_stated_date(value)
        except ValueError:
            continue
    return None


def _stated_dates(tree: Any) -> Iterator[str]:
    metas = [
        ((meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower(), meta)
        for meta in tree.iter("meta")
    ]
    for key in _DATE_PROPERTIES:
        yield from (meta.get("content") or "" for name, meta in metas if name == key)
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() == "application/ld+json":
            yield from _linked_dates(script.text or "")
    for key in _DATE_NAMES:
        yield from (meta.get("content") or "" for name, meta in metas if name == key)


def _linked_dates(text: str) -> Iterator[str]:
    """Gives the dates of publication that JSON-LD states of an article."""
    try:
        waiting = deque([json.loads(text, strict=False)])
    except (ValueError, RecursionError):
        return
    while waiting:
        item = waiting.popleft()
        if isinstance(item, list):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.append(item.get("@graph"))
            kinds = item.get("@type")
            named = kinds if isinstance(kinds, list) else [kinds]
            date = item.get("datePublished")
            if isinstance(date, str) and any(_ARTICLE_TYPE.search(str(kind)) for kind in named):
                yield date
