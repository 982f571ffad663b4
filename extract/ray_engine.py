"""Shards on the machines of a Ray cluster: a task for each, tried again a few times when its machine is lost.

Only shards go out and only their rows come back; what is done is kept by the driver as with any engine. The
package must be installed on every machine, the same as here: a worker that reads otherwise stops the run.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from extract.attempt import Attempt
from extract.engine import WorkerFactory
from extract.errors import ExtractError, InputError, InternalError
from extract.extras import how_to_install
from extract.fingerprint import engine_fingerprint, page_libraries
from extract.shard_worker import Setup, ShardResult, ShardWorker
from extract.shards import Shard
from extract.wording import option_name

logger = logging.getLogger(__name__)

# How often Ray itself runs a task again whose machine or process was lost.
_RETRIES = 2
# Tasks that are handed out for each core: one that is read and one that waits.
_IN_FLIGHT = 2


class RayEngine:
    """Runs shards on the cluster at `address`; by default on one that Ray finds, else on this machine."""

    def __init__(
        self, setup: Setup, address: str | None = None, factory: WorkerFactory = ShardWorker
    ) -> None:
        """Raises InputError when Ray is not installed."""
        try:
            import ray
        except ImportError as error:
            raise InputError(option_name("engine", "ray"), f"needs Ray: {how_to_install('ray')}") from error
        self._ray: Any = ray
        self._setup = replace(setup, expendable=True)
        self._address = address
        self._factory = factory

    def map(self, shards: Iterator[Shard]) -> Generator[ShardResult]:
        """Gives the results as they come.

        A shard whose tasks are lost each time is read again article by article; an article that is lost too
        is reported as failed. Raises ExtractError for what must stop the run.
        """
        ray = self._ray
        is_ours = not ray.is_initialized()
        if is_ours:
            ray.init(address=self._address, log_to_driver=False, logging_level=logging.ERROR)
        try:
            yield from self._map(shards)
        finally:
            if is_ours:
                ray.shutdown()

    def _map(self, shards: Iterator[Shard]) -> Iterator[ShardResult]:
        ray = self._ray
        # In a list it is handed on as it is, and fetched once by each process.
        setup = [ray.put((self._setup, page_libraries()))]
        task = ray.remote(num_cpus=1, max_retries=_RETRIES)(_run_shard)
        again: deque[Attempt] = deque()
        attempts = (Attempt(shard) for shard in shards)
        waiting: dict[Any, Attempt] = {}
        try:
            while True:
                limit = _IN_FLIGHT * max(1, int(ray.cluster_resources().get("CPU", 1)))
                while len(waiting) < limit:
                    attempt = again.popleft() if again else next(attempts, None)
                    if attempt is None:
                        break
                    waiting[task.remote(setup, self._factory, attempt.shard)] = attempt
                if not waiting:
                    return
                done, _ = ray.wait(list(waiting), num_returns=1)
                yield from self._result(done[0], waiting.pop(done[0]), again)
        finally:
            for reference in waiting:
                ray.cancel(reference, force=True)

    def _result(self, reference: Any, attempt: Attempt, again: deque[Attempt]) -> Iterator[ShardResult]:
        errors = self._ray.exceptions
        try:
            result = self._ray.get(reference)
        except errors.RayTaskError as error:
            cause = error.cause
            raise cause if isinstance(cause, ExtractError) else InternalError(str(error)) from error
        except errors.RayError as error:
            # The process, its machine, or its memory.
            logger.debug("shard %s: lost: %s", attempt.shard.name, error)
            ends = _RETRIES + 1
            outcome = attempt.after_loss(ends, ends, self._setup.engine, type(error).__name__)
            if isinstance(outcome, ShardResult):
                yield outcome
            else:
                again.extend(outcome)
            return
        yield result


def _run_shard(setup: list[Any], factory: WorkerFactory, shard: Shard) -> ShardResult:
    """Reads a shard in a process of the cluster."""
    return _worker(_Reference(setup[0]), factory)(shard)


class _Reference:
    """A reference that is equal to any other of the same value, so that it can be looked up."""

    def __init__(self, reference: Any) -> None:
        self.reference = reference
        self._key = reference.hex()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Reference) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=1)
def _worker(setup: _Reference, factory: WorkerFactory) -> Callable[[Shard], ShardResult]:
    """Makes what reads shards, once for a run in every process."""
    import ray

    given: Setup
    given, pages = ray.get(setup.reference)
    here = engine_fingerprint(given.rules.digest, given.max_article_bytes)
    if (here, page_libraries()) != (given.engine, pages):
        raise InternalError("a machine of the cluster has another version of the package or its libraries")
    return factory(given)
