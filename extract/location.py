"""Where bytes are: a path, or a URL that fsspec knows. Opening them, and listing a folder of URLs."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from extract.compression import LONGEST_BEGINNING, compression_of, decompressed
from extract.errors import InputError
from extract.extras import how_to_install

# `s3://…`, `zip://a.txt::https://…`. A letter alone is a drive of Windows.
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+(?:://|::)")
_USER = re.compile(r"(?<=//)[^/\s]*@")
_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Location:
    """A file, compressed or not: a path or a URL, and the suffix of its compression (empty: none)."""

    address: str
    compression: str = ""

    @property
    def is_remote(self) -> bool:
        """Asks whether fsspec must open it."""
        return is_url(self.address)


def is_url(address: str) -> bool:
    """Asks whether an input is a URL rather than a path."""
    return _URL.match(address) is not None


def url_label(url: str) -> str:
    """Gives a URL as it may stand in a table: without user, password or signed query, also where chained."""
    return "::".join(map(_part_label, url.split("::")))


def _part_label(part: str) -> str:
    part = _USER.sub("", part)
    # Elsewhere a question mark is a letter of a glob or of a name.
    return part.partition("?")[0] if part.lower().startswith(("http://", "https://")) else part


@contextmanager
def open_location(location: Location) -> Iterator[BinaryIO]:
    """Opens a file for reading, decompressed. Raises OSError, and for a URL what its library raises."""
    with _open_raw(location) as raw, decompressed(raw, location.compression) as stream:
        yield stream


@contextmanager
def open_standard_input() -> Iterator[BinaryIO]:
    """Opens standard input for reading; what is compressed is decompressed, as its first bytes show."""
    given = sys.stdin.buffer
    buffered = given if isinstance(given, io.BufferedReader) else io.BufferedReader(cast(Any, given))
    compression = compression_of(buffered.peek(LONGEST_BEGINNING)[:LONGEST_BEGINNING])
    with decompressed(buffered, compression) as stream:
        yield stream


def _open_raw(location: Location) -> Any:
    if not location.is_remote:
        _check_regular(location.address)
        return open(location.address, "rb")
    return _fsspec(location.address).open(location.address, "rb")


def _check_regular(path: str) -> None:
    """Raises OSError for what no one may open: a pipe would be waited for."""
    if not os.path.isfile(path):
        raise OSError("is a link that leads nowhere" if os.path.islink(path) else "is no regular file")


def list_url(url: str) -> list[tuple[str, str]]:
    """Gives the files that a URL means, each with its path below it: the file, or those in the folder.

    A URL may hold `*`. Raises InputError, which names what must be installed, where it cannot be listed.
    """
    fsspec = _fsspec(url)
    try:
        system, path = fsspec.core.url_to_fs(url)
        head, _, rest = url.partition("::")
        protocol = head.partition("://")[0]
        if _GLOB.search(path):
            names = [name for name in system.glob(path) if not system.isdir(name)]
            root = _GLOB.split(path)[0].rpartition("/")[0]
        elif system.isdir(path):
            names, root = system.find(path), path
        elif system.exists(path):
            return [(url, PurePosixPath(path).name)]
        else:
            raise InputError(url_label(url), "no such file or folder")
    except InputError:
        raise
    except ImportError as error:
        raise InputError(url_label(url), f"a library is not installed: {error}") from error
    except Exception as error:
        # Every protocol has errors of its own.
        raise InputError(url_label(url), f"cannot be listed: {error or type(error).__name__}") from error
    found = []
    for name in sorted(names):
        address = (
            name if "://" in name else f"{protocol}://{name if protocol == 'file' else name.lstrip('/')}"
        )
        found.append((f"{address}::{rest}" if rest else address, name.removeprefix(root).lstrip("/")))
    return found


def _fsspec(url: str) -> Any:
    try:
        import fsspec
    except ImportError as error:
        reason = f"to read URLs fsspec is needed: {how_to_install('remote')}"
        raise InputError(url_label(url), reason) from error
    return cast(Any, fsspec)
