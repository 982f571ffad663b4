"""Articles in order -> shards: the units of work of a run, the same for any number of workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extract.models import FailedDocument
from extract.raw_item import RawItem

# About a second of work: small enough to balance and to lose, large enough to hand about.
SHARD_ARTICLES = 64
SHARD_BYTES = 256_000


@dataclass(frozen=True, slots=True)
class Task:
    """One article that is to be read, with the key of its content; no key where there is no content."""

    item: RawItem | FailedDocument
    key: str | None = None

    @property
    def size(self) -> int:
        """Its bytes, those of a record in characters."""
        payload = getattr(self.item, "payload", b"")
        return len(payload) if isinstance(payload, (bytes, str)) else 0


@dataclass(frozen=True, slots=True)
class Shard:
    """Some articles. `name` sorts as they came and names the file of their rows."""

    name: str
    tasks: tuple[Task, ...]

    @property
    def size(self) -> int:
        """The bytes of all articles."""
        return sum(task.size for task in self.tasks)

    def split(self) -> list[Shard]:
        """Gives a shard for each article."""
        return [Shard(f"{self.name}-{number:04}", (task,)) for number, task in enumerate(self.tasks)]


@dataclass(frozen=True, slots=True)
class ShardLimits:
    """How much goes into a shard; a single article may be larger."""

    articles: int = SHARD_ARTICLES
    size: int = SHARD_BYTES


def plan_shards(tasks: Iterable[Task], limits: ShardLimits, first: int = 0) -> Iterator[Shard]:
    """Groups tasks in their order. `first` is the number of the first shard."""
    number, size = first, 0
    waiting: list[Task] = []
    for task in tasks:
        if waiting and (len(waiting) >= limits.articles or size + task.size > limits.size):
            yield Shard(f"{number:08}", tuple(waiting))
            number, waiting, size = number + 1, [], 0
        waiting.append(task)
        size += task.size
    if waiting:
        yield Shard(f"{number:08}", tuple(waiting))
