"""Compressed streams -> streams: `.gz`, `.bz2`, `.xz` and `.zst`, read piece by piece."""

from __future__ import annotations

import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

SUFFIXES = (".gz", ".bz2", ".xz", ".zst")

# How compressed data begin; of bzip2 behind the digit that follows.
_BEGINNINGS = {".gz": b"\x1f\x8b\x08", ".xz": b"\xfd7zXZ\x00", ".zst": b"\x28\xb5\x2f\xfd"}
_BZIP2, _BZIP2_BLOCK = b"BZh", b"1AY&SY"
LONGEST_BEGINNING = 10

# What the modules below raise for a stream that is damaged or ends too early.
STREAM_ERRORS = (EOFError, OSError, zlib.error, lzma.LZMAError)


def split_compression(name: str) -> tuple[str, str]:
    """Gives a name without its suffix of compression, and that suffix in lower case (empty: none)."""
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)], suffix
    return name, ""


def compression_of(beginning: bytes) -> str:
    """Gives the suffix of the compression that the LONGEST_BEGINNING first bytes show, empty for none."""
    if beginning.startswith(_BZIP2) and beginning[4:LONGEST_BEGINNING] == _BZIP2_BLOCK:
        return ".bz2"
    return next((suffix for suffix, mark in _BEGINNINGS.items() if beginning.startswith(mark)), "")


@contextmanager
def decompressed(stream: BinaryIO, suffix: str) -> Iterator[BinaryIO]:
    """Gives the stream that a compressed one holds; without a suffix the stream itself.

    Reading it raises one of STREAM_ERRORS where it is damaged; what comes before the damage is given.
    """
    if not suffix:
        yield stream
        return
    with _opener(suffix)(stream) as opened:
        yield opened


def _opener(suffix: str) -> Any:
    if suffix == ".gz":
        import gzip

        return gzip.open
    if suffix == ".bz2":
        import bz2

        return bz2.open
    if suffix == ".xz":
        return lzma.open
    return _open_zstd


def _open_zstd(stream: BinaryIO) -> BinaryIO:
    # Python has no zstandard of its own before 3.14, but Arrow is there.
    import pyarrow as pa

    return cast(BinaryIO, io.BufferedReader(_ArrowStream(pa.CompressedInputStream(stream, "zstd"))))


class _ArrowStream(io.RawIOBase):
    """An Arrow stream as Python's buffers want it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._stream.close()
        super().close()
