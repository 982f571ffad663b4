"""The inside of a worker process: shards from standard input, results to standard output.

Messages are pickled values behind their length; they go through pipes between processes of one run only.
"""

from __future__ import annotations

import logging
import os
import pickle
import queue
import sys
import threading
import traceback
from typing import Any, BinaryIO

from extract.errors import ExtractError, InternalError

_LENGTH = 8


def write_message(stream: BinaryIO, message: object) -> None:
    """Writes one message. Raises OSError when nobody reads."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(len(content).to_bytes(_LENGTH, "big"))
    stream.write(content)
    stream.flush()


def read_message(stream: BinaryIO) -> Any:
    """Reads one message; None at the end of the stream, also where that cuts a message off."""
    content = _read_frame(stream)
    return None if content is None else pickle.loads(content)


def _read_frame(stream: BinaryIO) -> bytes | None:
    head = stream.read(_LENGTH)
    content = stream.read(int.from_bytes(head, "big"))
    whole = len(head) == _LENGTH and len(content) == int.from_bytes(head, "big")
    return content if whole else None


def main() -> None:
    """Reads shards until standard input ends, then ends the process at once.

    The thread that listens cannot be waited for, so no other end is an orderly one either.
    """
    # Open to the very end: when it closes, the driver closes the other side, and that ends the process.
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints is no answer.
    os.dup2(2, 1)
    code = 1
    try:
        _work(answers)
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _work(answers: BinaryIO) -> None:
    tasks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, tasks), daemon=True).start()
    level, factory, setup = pickle.loads(tasks.get())
    logging.basicConfig(
        level=level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr, force=True
    )
    try:
        work = factory(setup)
        write_message(answers, ("ready", None))
        while True:
            write_message(answers, ("done", work(pickle.loads(tasks.get()))))
    except ExtractError as error:
        write_message(answers, ("error", error))
    except Exception:
        write_message(answers, ("error", InternalError(traceback.format_exc())))


def _listen(stream: BinaryIO, tasks: queue.SimpleQueue[bytes]) -> None:
    """Takes messages as they come, so that the driver never waits for a worker that is busy.

    Their end is that of the driver, so what is under way is for nobody.
    """
    try:
        while (content := _read_frame(stream)) is not None:
            tasks.put(content)
    finally:
        os._exit(0)
