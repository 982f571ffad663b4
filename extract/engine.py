"""What runs shards: one small protocol, so that a run does not know where its work is done."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Protocol

from extract.shard_worker import Setup, ShardResult
from extract.shards import Shard

# Makes what reads shards, once in every process. It travels by its name, so it stands at the top of a module.
WorkerFactory = Callable[[Setup], Callable[[Shard], ShardResult]]


class Engine(Protocol):
    """Runs shards. All of them give a result, also those that kill their worker."""

    def map(self, shards: Iterator[Shard]) -> Generator[ShardResult]:
        """Gives the results as they come, in any order. Shards are taken only as they are needed.

        Closing the iterator ends all work. Raises ExtractError for what must stop the run.
        """


EngineFactory = Callable[[Setup], Engine]
