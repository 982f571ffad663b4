"""What is named on the command line -> the files that are meant, each with its kind.

In: files, folders, URLs, `-` for standard input. Out: `Source`s in a fixed order, so that the order in
which they were named does not matter. Nothing is opened here.
"""

from __future__ import annotations

import logging
import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from extract.compression import SUFFIXES, split_compression
from extract.errors import InputError
from extract.location import Location, is_url, list_url, url_label
from extract.wording import option_name

logger = logging.getLogger(__name__)

STANDARD_INPUT = "-"
# Of articles with one id so many are listed.
COLLISIONS_TOLD = 10


class Kind(StrEnum):
    """What a file holds: one article, or many records."""

    TEXT = "text"
    HTML = "html"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"

    @property
    def is_container(self) -> bool:
        """Asks whether there are many articles in one file."""
        return self in (Kind.JSONL, Kind.CSV, Kind.PARQUET)


class IdFrom(StrEnum):
    """What of a file is the doc_id of its article: its name or its path, both without suffixes."""

    NAME = "name"
    PATH = "path"


KINDS = {
    ".txt": Kind.TEXT,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".csv": Kind.CSV,
    ".parquet": Kind.PARQUET,
}
_KNOWN = f"{', '.join(KINDS)}, all but .parquet also with {', '.join(SUFFIXES)}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read. `stem` is the id of its document, or the beginning of its records' ids.

    `label` names it to people. No `location`: standard input.
    """

    kind: Kind
    label: str
    stem: str
    location: Location | None


@dataclass(frozen=True, slots=True)
class Filters:
    """Which files of a folder are wanted: globs on the path below the folder, or on the name alone."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def wants(self, relative: str) -> bool:
        """Asks whether a file is wanted. Letters are compared in NFC."""
        path = unicodedata.normalize("NFC", relative)
        included = not self.include or _matches(path, self.include)
        return included and not _matches(path, self.exclude)


def _matches(path: str, patterns: Iterable[str]) -> bool:
    name = path.rpartition("/")[2]
    composed = [unicodedata.normalize("NFC", pattern) for pattern in patterns]
    return any(fnmatchcase(text, pattern) for pattern in composed for text in (path, name))


def find_sources(
    inputs: Sequence[str | Path],
    filters: Filters | None = None,
    *,
    stdin_kind: Kind = Kind.TEXT,
    skip: Sequence[Path] = (),
    id_from: IdFrom = IdFrom.NAME,
) -> list[Source]:
    """Finds the files that are meant: articles by their doc_ids, then files of many records by their names.

    Folders are searched to the bottom. Hidden files and folders, links to folders, files of other kinds and
    what is in `skip` (the output, the metadata) are passed over there; a file that is named twice counts
    once. Raises InputError for a path that does not exist, a folder without a file that is wanted, a named
    file of another kind, and articles of one doc_id, which is the stem, or with `id_from` the path as given.
    """
    if not inputs:
        raise InputError("input", "no file or folder was named")
    wanted = filters or Filters()
    skipped = {os.path.realpath(path) for path in skip}
    sources: dict[str, Source] = {}
    for given in inputs:
        for source in _sources_of(os.fspath(given), wanted, stdin_kind, skipped, id_from):
            sources.setdefault(source.location.address if source.location else STANDARD_INPUT, source)
    unique = _drop_same_files(sources.values())
    _check_stems([source for source in unique if not source.kind.is_container], id_from)
    return sorted(
        unique,
        key=lambda source: (
            source.kind.is_container,
            source.label if source.kind.is_container else source.stem,
            source.label,
        ),
    )


def file_source(path: str, label: str | None = None, id_from: IdFrom = IdFrom.NAME) -> Source | None:
    """Gives the source that a path or URL names by its suffix, None where that is none of KINDS."""
    shown = path if label is None else label
    plain, compression = split_compression(shown.rpartition("/")[2].rpartition(os.sep)[2])
    stem, suffix = os.path.splitext(plain)
    kind = KINDS.get(suffix.lower())
    if kind is None or (kind is Kind.PARQUET and compression):
        return None
    whole = Path(shown).as_posix() if label is None else shown
    if id_from is IdFrom.PATH:
        stem = whole[: len(whole) - len(suffix) - len(compression)]
    doc_id = unicodedata.normalize("NFC", printable(stem))
    return Source(kind, printable(whole), doc_id, Location(path, compression))


def printable(name: str) -> str:
    """Gives a name that a table and a terminal can show: what is no text or would break a line is escaped."""
    try:
        content = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # Half of a pair, as JSON can write it, stands for no byte.
        content = name.encode("utf-8", "backslashreplace")
    name = content.decode("utf-8", "backslashreplace")
    if name.isprintable():
        return name
    return "".join(
        character.encode("unicode_escape").decode()
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
        else character
        for character in name
    )


def _sources_of(
    given: str, filters: Filters, stdin_kind: Kind, skipped: set[str], id_from: IdFrom
) -> list[Source]:
    if given == STANDARD_INPUT:
        return [Source(stdin_kind, STANDARD_INPUT, "stdin", None)]
    if is_url(given):
        return _sources_of_url(given, filters, id_from)
    path = _existing(given)
    if os.path.isdir(path):
        found = _sources_below(path, filters, skipped, id_from)
        if not found:
            raise InputError(given, f"holds no file that is read ({_KNOWN}){_filtered(filters)}")
        return found
    if os.path.lexists(path) and not os.path.exists(path):
        raise InputError(given, "is a link that leads nowhere")
    if not os.path.isfile(path):
        reason = "is neither a file nor a folder" if os.path.exists(path) else "no such file or folder"
        raise InputError(given, reason)
    source = file_source(path, id_from=id_from)
    if source is None:
        raise InputError(given, _not_read(path))
    return [source]


def _not_read(path: str) -> str:
    plain, compression = split_compression(path)
    if compression and plain.lower().endswith(".parquet"):
        return "Parquet is compressed inside and cannot be read through another compression"
    hint = f"; what is in it can be named as zip://*::{path}" if path.lower().endswith(".zip") else ""
    return f"is no file of a kind that is read: {_KNOWN}{hint}"


def _filtered(filters: Filters) -> str:
    return " and that include and exclude leave" if filters.include or filters.exclude else ""


def _existing(given: str) -> str:
    """Gives the path as the disk spells it: Vietnamese letters may be composed there or not."""
    if not os.path.lexists(given):
        for other in (unicodedata.normalize("NFC", given), unicodedata.normalize("NFD", given)):
            if os.path.lexists(other):
                return other
    return given


def _sources_below(folder: str, filters: Filters, skipped: set[str], id_from: IdFrom) -> list[Source]:
    """Gives the files of a folder that are read. Raises InputError where a folder cannot be opened."""

    def refuse(error: OSError) -> None:
        raise InputError(error.filename or folder, f"cannot be read: {error.strerror}") from error

    found: list[Source] = []
    for parent, folders, names in os.walk(folder, onerror=refuse):
        kept = []
        for name in sorted(folders):
            path = os.path.join(parent, name)
            if name.startswith(".") or (skipped and os.path.realpath(path) in skipped):
                continue
            if os.path.islink(path):
                # It may lead round in a circle. Whoever wants it can name it.
                logger.warning("%s: a link to a folder is not followed", printable(path))
                continue
            kept.append(name)
        folders[:] = kept
        below = os.path.relpath(parent, folder)
        for name in sorted(names):
            if name.startswith("."):
                continue
            path = os.path.join(parent, name)
            relative = name if below == "." else os.path.join(below, name).replace(os.sep, "/")
            source = file_source(path, id_from=id_from)
            if source is None or not filters.wants(relative):
                continue
            if skipped and os.path.realpath(path) in skipped:
                continue
            found.append(source)
    return found


def _sources_of_url(url: str, filters: Filters, id_from: IdFrom) -> list[Source]:
    listed = list_url(url)
    if len(listed) == 1 and listed[0][0] == url:
        source = _url_source(url, id_from)
        if source is None:
            raise InputError(url_label(url), f"is no file of a kind that is read: {_KNOWN}")
        return [source]
    found = [
        source
        for address, relative in listed
        if filters.wants(relative) and (source := _url_source(address, id_from)) is not None
    ]
    if not found:
        raise InputError(url_label(url), f"holds no file that is read ({_KNOWN}){_filtered(filters)}")
    return found


def _url_source(url: str, id_from: IdFrom) -> Source | None:
    label = url_label(url)
    # The file is the first part of `zip://a.txt::s3://…`.
    head, mark, rest = label.partition("::")
    source = file_source(url, head, id_from)
    if source is None or source.location is None:
        return None
    stem = source.stem + printable(mark + rest) if id_from is IdFrom.PATH else source.stem
    return Source(source.kind, printable(label), stem, source.location)


def _drop_same_files(sources: Iterable[Source]) -> list[Source]:
    """Leaves out files that were reached by two paths, links included."""
    by_name: dict[str, list[Source]] = {}
    for source in sources:
        name = unicodedata.normalize("NFC", source.label.rpartition("/")[2])
        by_name.setdefault(name, []).append(source)
    kept: list[Source] = []
    for group in by_name.values():
        # Files of other names are other documents. Resolving every path of a large folder would take long.
        if len(group) == 1:
            kept.extend(group)
            continue
        unique: dict[str, Source] = {}
        for source in group:
            unique.setdefault(_real_address(source), source)
        kept.extend(unique.values())
    return kept


def _real_address(source: Source) -> str:
    if source.location is None:
        return STANDARD_INPUT
    address = source.location.address
    return address if source.location.is_remote else os.path.realpath(address)


def _check_stems(articles: Iterable[Source], id_from: IdFrom) -> None:
    """Raises InputError, which lists them, where articles have one id."""
    first: dict[str, Source] = {}
    again = [source for source in articles if first.setdefault(source.stem, source) is not source]
    if not again:
        return
    told = [f"has the doc_id {source.stem!r}, and so has {first[source.stem].label}" for source in again]
    others = [f"  {source.label}: {reason}" for source, reason in zip(again, told, strict=True)][1:]
    more = [f"  and {len(again) - COLLISIONS_TOLD} more"] if len(again) > COLLISIONS_TOLD else []
    way = (
        "rename them"
        if id_from is IdFrom.PATH
        else f"rename them, or make ids of whole paths: {option_name('id_from', 'path')}"
    )
    raise InputError(again[0].label, "\n".join([told[0], *others[: COLLISIONS_TOLD - 1], *more, f"  {way}"]))
