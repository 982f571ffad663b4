"""A file of a dataset as its descriptions name it: where it lies, how large it is, what its bytes hash to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file. `path` is relative to the dataset's folder, with slashes; `sha256` is hexadecimal."""

    path: str
    size: int
    sha256: str


def describe_files(folder: Path, files: Iterable[Path]) -> tuple[WrittenFile, ...]:
    """Reads files below a folder and gives what describes them. Raises OSError."""
    return tuple(
        WrittenFile(file.relative_to(folder).as_posix(), file.stat().st_size, file_digest(file))
        for file in files
    )


def file_digest(file: Path) -> str:
    """Gives the SHA-256 of a file in hexadecimal digits. Raises OSError."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
