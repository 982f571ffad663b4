"""A set of files that replaces an older set as a whole, in a folder that others read.

New files grow in a hidden folder inside the target, on the same file system. When all are written a
marker says so, and only then are they renamed, one by one. A run that stops before the marker leaves the
old set; one that stops after it leaves a swap that the next run, or `staged_path`, completes. A member of
the set may be a folder of files, and a set may lack members of the older one.

Beside the new files the hidden folder holds finished work, in `PARTS`. It outlives a run that is stopped.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import Path

from extract.errors import OutputError

if sys.platform != "win32":
    import fcntl

STAGING_FOLDER = ".extract-staging"
# Finished work, which a run that is resumed does not do again.
PARTS = "parts"
# One line for each name, in order: `+` for new files that are to be renamed, `-` for old ones to be removed.
MARKER = "COMPLETE"
_REPLACED = "replaced"
# The files of a folder that is a member of the set.
_MEMBERS = "part-*.parquet"


@contextmanager
def output_errors(path: Path) -> Iterator[None]:
    """Turns what the system says of a disk into an OutputError about `path`."""
    try:
        yield
    except OSError as error:
        raise OutputError(path, f"cannot be written: {error.strerror or error}") from error


def staged_path(folder: Path, *names: str) -> Path:
    """Gives where the current file is that has one of these names: mostly `folder / name`.

    While a swap is half done, because the run was killed in it, the new files count.
    """
    hidden = folder / STAGING_FOLDER
    if (hidden / MARKER).is_file():
        for name in names:
            if (hidden / name).exists():
                return hidden / name
    return next((folder / name for name in names if (folder / name).exists()), folder / names[0])


def has_finished_parts(folder: Path) -> bool:
    """Asks whether a run that was stopped left finished work there; one whose tables are whole left none."""
    hidden = folder / STAGING_FOLDER
    if (hidden / MARKER).is_file():
        return False
    with suppress(OSError):
        return any(not path.name.startswith(".") for path in (hidden / PARTS).iterdir())
    return False


def complete_swap(folder: Path) -> None:
    """Renames the files of a new set that is complete; does nothing where there is none.

    Raises OutputError where the marker is not as a run writes it.
    """
    hidden = folder / STAGING_FOLDER
    marker = hidden / MARKER
    if not marker.is_file():
        return
    for sign, name in _marked(marker):
        if sign == "-" and (folder / name).exists():
            _move_away(folder / name, hidden)
        # Already renamed where an earlier swap was cut off.
        elif sign == "+" and (hidden / name).exists():
            if (folder / name).is_dir():
                _move_away(folder / name, hidden)
            (hidden / name).replace(folder / name)
    _flush(folder)
    # All that was made of them is in place.
    shutil.rmtree(hidden / PARTS, ignore_errors=True)
    marker.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file that is there whole or not at all. Raises OSError."""
    with draft_of(path) as draft:
        draft.write_bytes(content)
        _flush(draft)


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Gives where to write what shall stand at `path`, and puts it there when it is whole. Raises OSError.

    Links are replaced, at both places, and never written through.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.unlink(missing_ok=True)
        yield draft
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Gives where to write what shall stand at `path`, as `draft_of`. Raises OutputError."""
    with output_errors(path), draft_of(path) as draft:
        yield draft


class Staging:
    """The set of files that is being written; `names` in the order in which they are renamed."""

    def __init__(
        self, folder: Path, names: Sequence[str], folders: Sequence[str] = (), *, keep_parts: bool = False
    ) -> None:
        """Makes the folder where needed, and completes or clears what a stopped run left there.

        `folders` are names of folders that the set may have. Finished parts stay with `keep_parts`.
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
        for name in folders:
            _check_folder(folder / name)
        if self._hidden.is_symlink():
            raise OutputError(self._hidden, "is a link, and a run removes what it finds there")
        with output_errors(folder):
            self._hidden.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(self._hidden, folder)
            complete_swap(folder)
            # Whether a stopped run left finished parts, kept or not.
            self.had_parts = has_finished_parts(folder)
            self._clear(keep_parts=keep_parts)

    @property
    def parts(self) -> Path:
        """The folder of finished work. Raises OSError when it cannot be made."""
        path = self._hidden / PARTS
        path.mkdir(exist_ok=True)
        return path

    def path(self, name: str) -> Path:
        """Gives where the new file of that name is to be written."""
        return self._hidden / name

    def commit(self, names: Sequence[str] | None = None, obsolete: Sequence[str] = ()) -> None:
        """Replaces the old set by the new one, which has `names`; what is `obsolete` of the old one goes.

        Raises OutputError; a swap begun is completed later.
        """
        try:
            with output_errors(self.folder):
                new = self.names if names is None else names
                for name in new:
                    _flush_all(self.path(name))
                draft = self.path(f"{MARKER}.draft")
                # First away with the old: no reader may see a table in two forms.
                lines = [*(f"-{name}" for name in obsolete), *(f"+{name}" for name in new)]
                draft.write_text("\n".join(lines), encoding="utf-8")
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
        """Throws the new set away; the old one stays, and so do finished parts.

        What cannot be removed, the next run removes.
        """
        with suppress(OSError):
            self._clear(keep_parts=True)
        if not has_finished_parts(self.folder):
            shutil.rmtree(self._hidden, ignore_errors=True)
        _unlock(self._lock)

    def _clear(self, *, keep_parts: bool) -> None:
        for left_over in self._hidden.iterdir():
            if left_over.is_symlink():
                left_over.unlink()
            elif keep_parts and left_over.name == PARTS:
                for draft in left_over.glob(".*"):
                    draft.unlink()
            elif left_over.is_dir():
                shutil.rmtree(left_over)
            else:
                left_over.unlink()


def _marked(marker: Path) -> list[tuple[str, str]]:
    """Gives sign and name of each line of a marker. Raises OutputError where one is no plain file name."""
    text = marker.read_text(encoding="utf-8", errors="replace")
    lines = [(line[:1], line[1:]) for line in text.splitlines()]
    for sign, name in lines:
        if sign not in ("+", "-") or Path(name).name != name or name[:1] in ("", "."):
            raise OutputError(marker, "was not written by a run: remove that folder")
    return lines


def _check_folder(path: Path) -> None:
    """Refuses a folder that holds what no run wrote: it would be replaced as a whole."""
    if not path.exists():
        return
    if not path.is_dir():
        raise OutputError(path, "is a file where a folder is to be written")
    if not all(fnmatchcase(entry.name, _MEMBERS) for entry in path.iterdir()):
        raise OutputError(path, "holds files that are not of a run: move them elsewhere")


def _move_away(path: Path, hidden: Path) -> None:
    target = hidden / _REPLACED / path.name
    target.parent.mkdir(exist_ok=True)
    if target.is_dir():
        shutil.rmtree(target)
    os.rename(path, target)


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


def _flush_all(path: Path) -> None:
    if path.is_dir():
        for member in path.iterdir():
            _flush(member)
    _flush(path)


def _flush(path: Path) -> None:
    """Waits until a file or folder is on the disk, so that a marker never outruns what it marks."""
    if sys.platform == "win32" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
