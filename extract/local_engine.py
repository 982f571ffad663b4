"""Shards on this machine: in this process where there is little to do, else in worker processes."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path

from extract.engine import WorkerFactory
from extract.process_pool import ProcessPool
from extract.shard_worker import Setup, ShardResult, ShardWorker
from extract.shards import Shard

# Starting a worker takes about as long as two shards, so that fewer would not gain by it.
_SHARDS_WORTH_A_WORKER = 2
_CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")


class LocalEngine:
    """Runs shards on this machine. `workers` is None for as many as there are cores and work for."""

    def __init__(
        self, setup: Setup, workers: int | None = None, factory: WorkerFactory = ShardWorker
    ) -> None:
        self._setup = setup
        self._workers = workers
        self._factory = factory

    def map(self, shards: Iterator[Shard]) -> Generator[ShardResult]:
        """Gives the results as they come."""
        wanted = usable_cores() if self._workers is None else self._workers
        worth = _SHARDS_WORTH_A_WORKER if self._workers is None else 1
        head = list(islice(shards, wanted * worth)) if wanted > 1 else []
        count = min(wanted, len(head) // worth)
        everything = chain(head, shards)
        if count < 2:
            work = None
            for shard in everything:
                work = work or self._factory(self._setup)
                yield work(shard)
            return
        with closing(ProcessPool(self._setup, self._factory, count)) as pool:
            yield from pool.map(everything)


def usable_cores() -> int:
    """Gives how many cores this process may use: by its affinity, and by the quota of its container."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = _CGROUP_QUOTA.read_text(encoding="ascii").split()
        cores = min(cores, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):
        # No container, or none with a quota.
        pass
    return cores
