"""The tables of the run before, as a store of rows that need not be made again."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from extract import datapackage
from extract.errors import ExtractError
from extract.parquet import Row
from extract.staging import staged_path
from extract.table import RUN_FILE, table_files
from extract.table_schema import DOCUMENTS, FACTS, TableDescription
from extract.written_file import file_digest

logger = logging.getLogger(__name__)

_BATCH_ROWS = 5_000
_PART = "part-"


class FinishedRun:
    """The rows of a finished run, by the keys of its articles."""

    def __init__(self, folder: Path, engine: str) -> None:
        """Reads which articles there are: none where tables are not as a run of this engine wrote them."""
        self._ids: dict[str, str] = {}
        self._claimed: set[str] = set()
        self._files: dict[TableDescription, list[Path]] = {}
        try:
            if _json(folder, RUN_FILE).get("engine") == engine:
                self._files = {table: table_files(folder, table) for table in (DOCUMENTS, FACTS)}
                if self._is_as_written(folder):
                    self._read_keys()
        except (
            ExtractError, OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException,
        ) as error:  # fmt: skip
            # Whatever is wrong with them, the articles can be read again.
            logger.debug("%s: no rows taken over: %s", folder, error)
            self._ids = {}

    def claim(self, key: str) -> bool:
        """Takes over the rows of the article with this key; False where there are none."""
        doc_id = self._ids.get(key)
        if doc_id is None:
            return False
        self._claimed.add(doc_id)
        return True

    def rows(self) -> Iterator[tuple[list[Row], list[Row]]]:
        """Gives the rows of documents and of facts that were taken over, some at a time."""
        if not self._claimed:
            return
        for documents in self._batches(DOCUMENTS):
            yield documents, []
        for facts in self._batches(FACTS):
            yield [], facts

    def _batches(self, table: TableDescription) -> Iterator[list[Row]]:
        names = [column.name for column in table.columns]
        for path in self._files[table]:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_BATCH_ROWS, columns=names):
                    wanted = [doc_id in self._claimed for doc_id in batch.column("doc_id").to_pylist()]
                    if any(wanted):
                        yield batch.filter(pa.array(wanted)).to_pylist()

    def _is_as_written(self, folder: Path) -> bool:
        digests = datapackage.stated_digests(_json(folder, datapackage.FILE_NAME))
        files = [file for members in self._files.values() for file in members]
        # Parts that no longer lie there are missed as well.
        stated = {name for name in digests if name.startswith(_PART)} - {file.name for file in files}
        return not stated and all(digests[file.name] == file_digest(file) for file in files)

    def _read_keys(self) -> None:
        for path in self._files[DOCUMENTS]:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_BATCH_ROWS, columns=["content_key", "doc_id"]):
                    keys, ids = batch.column(0).to_pylist(), batch.column(1).to_pylist()
                    self._ids.update((key, doc_id) for key, doc_id in zip(keys, ids, strict=True) if key)


def _json(folder: Path, name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(staged_path(folder, name).read_text(encoding="utf-8"))
    return content
