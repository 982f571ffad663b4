"""Finished parts of a run: one file for each shard, written as it is done, read when all are.

A file that is there is whole, so that a run that was killed loses no more than the shards under way. A run
that is resumed takes over the rows of the articles that are still the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from extract.block import Block
from extract.errors import InputError
from extract.parquet import Row
from extract.shard_worker import ShardResult
from extract.staging import output_errors, write_whole

logger = logging.getLogger(__name__)

_SUFFIX = ".arrow"


class PartStore:
    """The parts in a folder. Of those that lie there only articles that are claimed count."""

    def __init__(self, folder: Path, engine: str) -> None:
        """Reads what a stopped run left; removes what is broken or of another engine. Raises OutputError."""
        self._folder = folder
        # Key of an article -> the part that holds its rows.
        self._left: dict[str, str] = {}
        self._old: set[str] = set()
        self._claimed: set[str] = set()
        with output_errors(folder):
            for path in sorted(folder.glob(f"*{_SUFFIX}")):
                block = _read(path)
                if block is None or block.engine != engine:
                    logger.debug("%s: of no use", path)
                    path.unlink()
                    continue
                self._old.add(path.stem)
                for key in block.documents["content_key"].to_pylist():
                    if key is not None:
                        self._left[key] = path.stem

    @property
    def next_number(self) -> int:
        """The number of the first shard that is new."""
        return max((int(name.partition("-")[0]) + 1 for name in self._old), default=0)

    def claim(self, key: str) -> bool:
        """Takes over the rows of the article with this key; False where there are none."""
        if key not in self._left:
            return False
        self._claimed.add(key)
        return True

    def write(self, result: ShardResult) -> None:
        """Keeps the rows of a shard. Raises OutputError."""
        with output_errors(self._folder):
            write_whole(self._folder / f"{result.name}{_SUFFIX}", result.block)

    def rows(self) -> Iterator[tuple[list[Row], list[Row]]]:
        """Gives the rows of documents and of facts that count, part by part. Raises InputError."""
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            block = _read(path)
            if block is None:
                raise InputError(path, "was damaged while the run went on")
            documents, facts = block.documents.to_pylist(), block.facts.to_pylist()
            if path.stem in self._old:
                documents = [row for row in documents if self._counts(row["content_key"], path.stem)]
                wanted = {row["doc_id"] for row in documents}
                facts = [row for row in facts if row["doc_id"] in wanted]
            yield documents, facts

    def _counts(self, key: str | None, name: str) -> bool:
        return key is not None and key in self._claimed and self._left[key] == name


def _read(path: Path) -> Block | None:
    content = path.read_bytes()
    try:
        return Block.from_bytes(content)
    except (pa.ArrowException, OSError, ValueError, KeyError):
        # A part that was cut off or changed; pyarrow calls some of that an error of the system.
        return None
