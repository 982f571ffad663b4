"""Workers that do to themselves what their article says, for tests of what a run makes of it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest import mock

from extract.models import Document, DocumentResult
from extract.pipeline import Extractor
from extract.raw_item import RawItem
from extract.shard_worker import Setup, ShardResult, ShardWorker
from extract.shards import Shard

KILLER = "killer"
# Kills its worker once: the file that its text names says that it did.
ONCE = "once"
SLOW = "slow"
STUCK = "stuck"


def poisoned_worker(setup: Setup) -> Callable[[Shard], ShardResult]:
    """Makes a worker that dies of an article named `killer`, and once of one named `once`."""
    work = ShardWorker(setup)

    def read(shard: Shard) -> ShardResult:
        for task in shard.tasks:
            if isinstance(task.item, RawItem):
                _obey(task.item)
        return work(shard)

    return read


def stuck_worker(setup: Setup) -> Callable[[Shard], ShardResult]:
    """Makes a worker that never ends with an article named `stuck`, and is deaf to errors meanwhile."""
    work = ShardWorker(setup)
    extract_one = Extractor.extract

    def never_end(self: Extractor, document: Document) -> DocumentResult:
        while document.doc_id == STUCK:
            with suppress(Exception):
                while True:
                    pass
        return extract_one(self, document)

    def read(shard: Shard) -> ShardResult:
        with mock.patch.object(Extractor, "extract", never_end):
            return work(shard)

    return read


def deaf_worker(setup: Setup) -> Callable[[Shard], ShardResult]:
    """Makes a worker whose process hears of no timer, as one that is in a library's own code."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGVTALRM})
    return stuck_worker(setup)


def dead_worker(setup: Setup) -> Callable[[Shard], ShardResult]:
    """Ends before it is one."""
    sys.exit(3)


def _obey(item: RawItem) -> None:
    if item.doc_id == KILLER:
        os.kill(os.getpid(), signal.SIGKILL)
    if item.doc_id.startswith(SLOW):
        time.sleep(0.4)
    if item.doc_id == ONCE and isinstance(item.payload, bytes):
        note = Path(item.payload.decode().splitlines()[-1])
        if not note.exists():
            note.touch()
            os.kill(os.getpid(), signal.SIGSEGV)
