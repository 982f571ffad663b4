"""A limit on the time that one piece of work takes: a timer of the process stops whatever Python does.

What counts is the time of the processor and not that of the clock, so that a busy machine stops nothing.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

ResultT = TypeVar("ResultT")

# Code on the way may keep an exception to itself; so long after, it is raised again.
_AGAIN_SECONDS = 1.0


# So long after twice the time a process is ended that does not stop itself.
_GRACE_SECONDS = 2.0


class TimeLimitReached(BaseException):
    """Raised in the midst of the work. No `except Exception` on the way is meant to catch it."""


def can_limit() -> bool:
    """Asks whether there is such a timer here: not on Windows, and nowhere but in the main thread."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def within(seconds: float, work: Callable[[], ResultT], *, expendable: bool = False) -> ResultT:
    """Gives what `work` gives. Raises TimeLimitReached after so many seconds; 0 is no limit.

    The work is stopped between two steps of Python or in a regular expression; what it changed may be half
    done. Where `can_limit` says no, there is no limit.

    A library that never comes back to Python cannot be stopped so. Where the process is `expendable`, the
    system ends it by SIGPROF some time later.
    """
    if not seconds or not can_limit():
        return work()

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeLimitReached

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN_SECONDS)
            if expendable:
                signal.setitimer(signal.ITIMER_PROF, 2 * seconds + _GRACE_SECONDS)
            return work()
        finally:
            _disarm()
    except TimeLimitReached:
        # It may have come before the timer was disarmed above.
        _disarm()
        raise
    finally:
        signal.signal(signal.SIGVTALRM, before)


def was_ended(exit_code: int) -> bool:
    """Asks whether a process that ended with this code was `expendable` and never came back."""
    return hasattr(signal, "SIGPROF") and exit_code == -signal.SIGPROF


def _disarm() -> None:
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.setitimer(signal.ITIMER_PROF, 0)
