"""A shard that is handed out, and what becomes of it when its worker is lost: the same with every engine."""

from __future__ import annotations

from dataclasses import dataclass

from extract.shard_worker import ShardResult, failed_shard
from extract.shards import Shard


@dataclass(frozen=True, slots=True)
class Attempt:
    """A shard, and how many workers ended while reading it."""

    shard: Shard
    ends: int = 0

    def after_loss(self, ends: int, limit: int, engine: str, reason: str) -> list[Attempt] | ShardResult:
        """Gives what to hand out instead after `ends` more workers ended, else the result.

        A shard of several articles is read again article by article; an article that was at hand when `limit`
        workers ended has failed.
        """
        if len(self.shard.tasks) > 1:
            return [Attempt(shard) for shard in self.shard.split()]
        ends += self.ends
        if ends < limit:
            return [Attempt(self.shard, ends)]
        return failed_shard(engine, self.shard, f"its worker ended {ends} times while reading it ({reason})")
