"""One set of files for another: whole, wherever it is stopped."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from extract.errors import OutputError
from extract.staging import STAGING_FOLDER, Staging, staged_path

NAMES = ("one", "two", "three")


def write_set(folder: Path, content: str) -> None:
    staging = Staging(folder, NAMES)
    for name in NAMES:
        staging.path(name).write_text(content)
    staging.commit()


def current(folder: Path) -> list[str]:
    return [staged_path(folder, name).read_text() for name in NAMES]


def test_a_new_set_replaces_the_old_one_and_leaves_other_files(tmp_path: Path) -> None:
    write_set(tmp_path, "old")
    (tmp_path / "notes.md").write_text("mine")
    write_set(tmp_path, "new")
    assert current(tmp_path) == ["new"] * 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.md", "one", "three", "two"]


def test_before_the_commit_nothing_shows(tmp_path: Path) -> None:
    write_set(tmp_path, "old")
    staging = Staging(tmp_path, NAMES)
    staging.path("one").write_text("new")
    assert current(tmp_path) == ["old"] * 3
    staging.discard()
    assert current(tmp_path) == ["old"] * 3
    assert not (tmp_path / STAGING_FOLDER).exists()


# The first rename puts the marker in place; the three that follow are the swap.
@pytest.mark.parametrize("renames", range(5))
def test_killed_between_renames_the_set_is_old_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    class Killed(BaseException):
        pass

    write_set(tmp_path, "old")
    rename = Path.replace
    left = renames

    def replace(path: Path, target: Path) -> Path:
        nonlocal left
        if left == 0:
            raise Killed
        left -= 1
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        try:
            write_set(tmp_path, "new")
        except Killed:
            assert renames < 4
    wanted = ["old" if renames == 0 else "new"] * 3
    assert current(tmp_path) == wanted
    # Whoever comes next completes the swap, or throws the rest away.
    Staging(tmp_path, NAMES).discard()
    assert [(tmp_path / name).read_text() for name in NAMES] == wanted
    assert not (tmp_path / STAGING_FOLDER).exists()


def test_an_interrupt_in_the_swap_is_raised_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, "old")
    rename = Path.replace
    calls = 0

    def replace(path: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        write_set(tmp_path, "new")
    assert [(tmp_path / name).read_text() for name in NAMES] == ["new"] * 3


def test_a_killed_process_leaves_the_old_set_and_no_lock(tmp_path: Path, repository: Path) -> None:
    write_set(tmp_path, "old")
    code = (
        "import os, sys; from pathlib import Path; from extract.staging import Staging\n"
        f"staging = Staging(Path(sys.argv[1]), {NAMES})\n"
        "staging.path('one').write_text('half'); os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=repository, check=False)
    assert done.returncode == 9
    assert (tmp_path / STAGING_FOLDER / "one").exists()
    assert current(tmp_path) == ["old"] * 3
    write_set(tmp_path, "new")
    assert current(tmp_path) == ["new"] * 3


@pytest.mark.skipif(sys.platform == "win32", reason="no locks there")
def test_two_runs_at_once(tmp_path: Path) -> None:
    first = Staging(tmp_path, NAMES)
    with pytest.raises(OutputError, match="another run is writing there"):
        Staging(tmp_path, NAMES)
    first.discard()
    Staging(tmp_path, NAMES).discard()


def test_folders_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(OutputError, match=r"file: is a file, not a folder"):
        Staging(file, NAMES)
    with pytest.raises(OutputError, match=r"cannot be written: Not a directory"):
        Staging(file / "below", NAMES)
    (tmp_path / "two").mkdir()
    with pytest.raises(OutputError, match=r"two: is a folder where a file is to be written"):
        Staging(tmp_path, NAMES)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match=r"cannot be written: Permission denied"):
        Staging(tmp_path / "new", NAMES)
