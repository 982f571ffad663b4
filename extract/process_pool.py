"""Worker processes that are watched: one that dies loses nothing but its own article.

Each is a new interpreter that gets shards and gives results through its pipes. The main module of the
caller is not imported there, so a library user needs no `if __name__ == "__main__"`. A worker ends as soon as
its standard input ends, so none outlives this process, however this process ends.
"""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import IO, Any, BinaryIO, cast

from extract.attempt import Attempt
from extract.engine import WorkerFactory
from extract.errors import InternalError
from extract.process_worker import read_message, write_message
from extract.shard_worker import Setup, ShardResult, failed_shard, too_slow
from extract.shards import Shard
from extract.time_limit import was_ended

logger = logging.getLogger(__name__)

# One that is read and one that waits, so that no worker is idle while results are stored.
_IN_FLIGHT = 2
_TRIES = 2
_FAILED_STARTS = 3
_BOOT = (
    "import json, signal, sys\n"
    "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    "sys.path[:] = json.loads(sys.argv[1])\n"
    "from extract.process_worker import main\n"
    "main()\n"
)


@dataclass(eq=False, slots=True)
class _Worker:
    process: subprocess.Popen[bytes]
    reader: threading.Thread
    jobs: deque[Attempt] = field(default_factory=deque)
    is_ready: bool = False


class ProcessPool:
    """Runs shards in a number of worker processes."""

    def __init__(self, setup: Setup, factory: WorkerFactory, workers: int) -> None:
        self._setup = replace(setup, expendable=True)
        self._factory = factory
        self._count = workers
        self._workers: list[_Worker] = []
        self._events: SimpleQueue[tuple[subprocess.Popen[bytes], Any]] = SimpleQueue()
        self._failed_starts = 0

    def map(self, shards: Iterator[Shard]) -> Iterator[ShardResult]:
        """Gives the results as they come.

        A shard whose worker dies is read again article by article; an article that kills two workers on its
        own is reported as failed. Raises ExtractError for what must stop the run.
        """
        again: deque[Attempt] = deque()
        jobs = (Attempt(shard) for shard in shards)
        while True:
            self._fill(lambda: again.popleft() if again else next(jobs, None))
            if not any(worker.jobs for worker in self._workers):
                return
            process, message = self._events.get()
            worker = next((worker for worker in self._workers if worker.process is process), None)
            if worker is None:
                continue
            if message is None:
                yield from self._bury(worker, again)
                continue
            kind, content = message
            if kind == "ready":
                worker.is_ready, self._failed_starts = True, 0
            elif kind == "error":
                raise content
            else:
                worker.jobs.popleft()
                yield content

    def close(self) -> None:
        """Ends all workers."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            self._reap(worker)
        self._workers = []

    def _fill(self, next_job: Callable[[], Attempt | None]) -> None:
        """Hands out jobs: first one to every worker, then those that wait."""
        for depth in range(1, _IN_FLIGHT + 1):
            number = 0
            while number < self._count:
                if number < len(self._workers) and len(self._workers[number].jobs) >= depth:
                    number += 1
                    continue
                job = next_job()
                if job is None:
                    return
                if number == len(self._workers):
                    self._workers.append(self._start())
                self._send(self._workers[number], job)
                number += 1

    def _send(self, worker: _Worker, job: Attempt) -> None:
        worker.jobs.append(job)
        # Of a worker that is dead its reader tells.
        with suppress(OSError):
            write_message(_pipe(worker.process.stdin), job.shard)

    def _start(self) -> _Worker:
        command = [sys.executable, "-P", "-c", _BOOT, json.dumps(sys.path)]
        # In a group of its own the Ctrl-C of a terminal does not reach it.
        group: dict[str, Any] = {} if sys.platform == "win32" else {"process_group": 0}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, **group)
        reader = threading.Thread(target=_listen, args=(process, self._events), daemon=True)
        worker = _Worker(process, reader)
        reader.start()
        level = logging.getLogger().getEffectiveLevel()
        with suppress(OSError):
            write_message(_pipe(process.stdin), (level, self._factory, self._setup))
        return worker

    def _bury(self, worker: _Worker, again: deque[Attempt]) -> Iterator[ShardResult]:
        """Takes back the jobs of a worker that has died; the first of them is the one that it was at."""
        self._workers.remove(worker)
        self._reap(worker)
        reason = _cause(worker.process.returncode)
        if not worker.is_ready:
            self._failed_starts += 1
            if self._failed_starts >= _FAILED_STARTS:
                raise InternalError(f"workers end before their first article ({reason})")
            again.extendleft(reversed(worker.jobs))
            return
        if not worker.jobs:
            return
        suspect = worker.jobs.popleft()
        again.extendleft(reversed(worker.jobs))
        logger.debug("shard %s: its worker ended (%s)", suspect.shard.name, reason)
        if len(suspect.shard.tasks) == 1 and was_ended(worker.process.returncode):
            # The time of its article was up: it would be again.
            yield failed_shard(self._setup.engine, suspect.shard, too_slow(self._setup.max_article_seconds))
            return
        outcome = suspect.after_loss(1, _TRIES, self._setup.engine, reason)
        if isinstance(outcome, ShardResult):
            yield outcome
        else:
            again.extend(outcome)

    def _reap(self, worker: _Worker) -> None:
        with suppress(OSError):
            _pipe(worker.process.stdin).close()
        worker.process.wait()
        worker.reader.join()
        _pipe(worker.process.stdout).close()


def _listen(process: subprocess.Popen[bytes], events: SimpleQueue[tuple[Any, Any]]) -> None:
    """Hands on what a worker says, and at its end None."""
    stream = _pipe(process.stdout)
    try:
        while (message := read_message(stream)) is not None:
            events.put((process, message))
    except Exception:
        # What a worker says that is broken, or too much to hold, is as good as its end.
        logger.debug("a worker's answer cannot be read", exc_info=True)
        process.kill()
    finally:
        events.put((process, None))


def _pipe(stream: IO[bytes] | None) -> BinaryIO:
    return cast(BinaryIO, stream)


def _cause(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"{name}: it may need more memory than there is" if name == "SIGKILL" else name
