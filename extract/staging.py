"""A set of files that replaces an older set as a whole, in a folder that others read.

New files grow in a hidden folder inside the target, on the same file system. When all are written a
marker says so, and only then are they renamed, one by one. A run that stops before the marker leaves the
old set; one that stops after it leaves a swap that the next run, or `staged_path`, completes.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from extract.errors import OutputError

if sys.platform != "win32":
    import fcntl

STAGING_FOLDER = ".extract-staging"
# Holds the names of the new files, one a line, in the order of their renaming.
MARKER = "COMPLETE"


@contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Turns what the system says of a disk into an OutputError about `path`."""
    try:
        yield
    except OSError as error:
        raise OutputError(path, f"cannot be written: {error.strerror or error}") from error


def staged_path(folder: Path, name: str) -> Path:
    """Gives where the current file of that name is: mostly `folder / name`.

    While a swap is half done, because the run was killed in it, the new files count.
    """
    hidden = folder / STAGING_FOLDER
    if (hidden / MARKER).is_file() and (hidden / name).is_file():
        return hidden / name
    return folder / name


def complete_swap(folder: Path) -> None:
    """Renames the files of a new set that is complete; does nothing where there is none."""
    hidden = folder / STAGING_FOLDER
    marker = hidden / MARKER
    if not marker.is_file():
        return
    for name in marker.read_text(encoding="utf-8").splitlines():
        # Already renamed where an earlier swap was cut off.
        if (hidden / name).exists():
            (hidden / name).replace(folder / name)
    _flush(folder)
    marker.unlink()


class Staging:
    """The set of files that is being written; `names` in the order in which they are renamed."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        """Makes the folder where needed, and completes or clears what a stopped run left there.

        Raises OutputError when the folder cannot be written, is a file, or another run is writing in it.
        """
        self.folder = folder
        self.names = tuple(names)
        self._hidden = folder / STAGING_FOLDER
        if folder.exists() and not folder.is_dir():
            raise OutputError(folder, "is a file, not a folder")
        for name in names:
            if (folder / name).is_dir():
                raise OutputError(folder / name, "is a folder where a file is to be written")
        with output_errors(folder):
            self._hidden.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self._hidden, folder)
            complete_swap(folder)
            for left_over in self._hidden.iterdir():
                left_over.unlink()

    def path(self, name: str) -> Path:
        """Gives where the new file of that name is to be written."""
        return self._hidden / name

    def commit(self) -> None:
        """Replaces the old set by the new one. Raises OutputError; a swap begun is completed later."""
        try:
            with output_errors(self.folder):
                for name in self.names:
                    _flush(self.path(name))
                draft = self.path(f"{MARKER}.draft")
                draft.write_text("\n".join(self.names), encoding="utf-8")
                _flush(draft)
                draft.replace(self.path(MARKER))
                _flush(self._hidden)
                try:
                    complete_swap(self.folder)
                except KeyboardInterrupt:
                    # Whoever stops a run wants one whole set, and the renames left take no time.
                    complete_swap(self.folder)
                    raise
                shutil.rmtree(self._hidden)
        finally:
            _unlock(self._lock)

    def discard(self) -> None:
        """Throws the new set away; the old one stays. What cannot be removed, the next run removes."""
        shutil.rmtree(self._hidden, ignore_errors=True)
        _unlock(self._lock)


def _lock(hidden: Path, folder: Path) -> int | None:
    """Locks the staging folder. The lock goes with this process, so a killed run leaves none."""
    if sys.platform == "win32":
        return None
    descriptor = os.open(hidden, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        raise OutputError(folder, "another run is writing there") from error
    return descriptor


def _unlock(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)


def _flush(path: Path) -> None:
    """Waits until a file or folder is on the disk, so that a marker never outruns what it marks."""
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
