"""Ids, links and left-overs that point elsewhere: a run writes and removes nothing outside its own folder."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commands import extract_command

from extract.dataset_run import Options, run
from extract.errors import OutputError
from extract.found_texts import TextFinder
from extract.staging import MARKER, PARTS, STAGING_FOLDER, draft_of

IDS = (
    "../../outside",
    "/etc/passwd",
    "..",
    ".",
    "a/../../b",
    "a\0b",
    "~/x",
    "C:\\x",
    "a\nb",
    "x" * 5000,
    "$(id)",
)

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="links and modes are those of POSIX"),
    pytest.mark.usefixtures("one_extractor"),
]


def write_article(folder: Path) -> Path:
    """Makes a folder of one article."""
    folder.mkdir()
    (folder / "a.txt").write_text("Xã có 12 chợ.", encoding="utf-8")
    return folder


def files_below(folder: Path) -> set[str]:
    """Gives all that is in a folder, to the bottom."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_an_id_leads_nowhere(tmp_path: Path) -> None:
    records = tmp_path / "news.jsonl"
    texts = tmp_path / "deep" / "texts"
    texts.mkdir(parents=True)
    (tmp_path / "outside.txt").write_text("Xã có 12 chợ.", encoding="utf-8")
    lines = [json.dumps({"id": doc_id, "text": "Xã có 12 chợ."}) for doc_id in IDS]
    records.write_text("\n".join(lines), encoding="utf-8")
    before = files_below(tmp_path)
    report = run(Options((records,), tmp_path / "out"))
    assert (report.documents, report.failed) == (len(IDS), [])
    new = {path for path in files_below(tmp_path) - before if not path.startswith("out")}
    assert new == set()
    assert all("/" not in path for path in files_below(tmp_path / "out"))
    rows = pq.read_table(tmp_path / "out" / "documents.parquet").to_pylist()
    finder = TextFinder(rows, texts)
    for row in rows:
        assert finder.find(row).reason == f"The folder of texts has no file {row['doc_id']}.txt.", row
    outcome = extract_command("explain", "../../outside:1", tmp_path / "out", "--texts", texts)
    assert "The folder of texts has no file ../../outside.txt." in outcome.err + outcome.out


@pytest.mark.parametrize(
    "line", ["-../victim", "+../victim", "-", "+", "-.", "+..", "-/victim", "+.hidden", "x"]
)
def test_a_marker_that_no_run_wrote_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "victim").write_text("mine")
    articles = write_article(tmp_path / "in")
    hidden = tmp_path / "out" / STAGING_FOLDER
    hidden.mkdir(parents=True)
    (tmp_path / "out" / "victim").write_text("new")
    (hidden / MARKER).write_text(line.replace("/victim", f"{tmp_path}/victim") if "-/" in line else line)
    with pytest.raises(OutputError, match="COMPLETE: was not written by a run: remove that folder"):
        run(Options((articles,), tmp_path / "out"))
    assert (tmp_path / "victim").read_text() == "mine"
    assert (tmp_path / "out").is_dir()


def test_a_staging_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    articles = write_article(tmp_path / "in")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / STAGING_FOLDER).symlink_to(articles)
    with pytest.raises(OutputError, match=f"{STAGING_FOLDER}: is a link"):
        run(Options((articles,), tmp_path / "out"))
    assert files_below(articles) == {"a.txt"}


@pytest.mark.parametrize("resume", [False, True])
def test_links_left_in_the_staging_folder_are_removed_and_not_followed(tmp_path: Path, resume: bool) -> None:
    articles = write_article(tmp_path / "in")
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in ("0000-0.arrow", ".draft", "notes.md"):
        (mine / name).write_text("mine")
    hidden = tmp_path / "out" / STAGING_FOLDER
    hidden.mkdir(parents=True)
    (hidden / PARTS).symlink_to(mine)
    (hidden / "facts.parquet").symlink_to(mine / "notes.md")
    assert run(Options((articles,), tmp_path / "out", resume=resume)).facts == 1
    assert {path.read_text() for path in mine.iterdir()} == {"mine"}
    assert len(files_below(mine)) == 3
    assert not hidden.exists()


def test_a_table_that_is_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    articles = write_article(tmp_path / "in")
    assert run(Options((articles,), tmp_path / "out")).facts == 1
    table = tmp_path / "out" / "facts.parquet"
    kept = tmp_path / "kept.parquet"
    table.rename(kept)
    content = kept.read_bytes()
    table.symlink_to(kept)
    (articles / "b.txt").write_text("Xã có 15 chợ.", encoding="utf-8")
    assert run(Options((articles,), tmp_path / "out")).facts == 2
    assert kept.read_bytes() == content
    assert not table.is_symlink()
    assert pq.read_metadata(table).num_rows == 2


def test_a_draft_that_is_a_link_is_not_written_through(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    (tmp_path / ".page.html.draft").symlink_to(mine)
    with draft_of(tmp_path / "page.html") as draft:
        draft.write_text("new")
    assert (mine.read_text(), (tmp_path / "page.html").read_text()) == ("mine", "new")


@pytest.mark.parametrize(
    ("umask", "file_mode", "folder_mode"), [(0o077, 0o600, 0o700), (0o022, 0o644, 0o755)]
)
def test_modes_are_those_that_the_user_asks_for(
    tmp_path: Path, umask: int, file_mode: int, folder_mode: int
) -> None:
    articles = write_article(tmp_path / "in")
    (articles / "b.txt").write_text("Xã có 15 chợ. Huyện có 5 chợ.", encoding="utf-8")
    out = tmp_path / "out"
    before = os.umask(umask)
    try:
        run(Options((articles,), out, rows_per_part=2))
        for command in (("panel", out, "-o", out / "panel.csv"), ("report", out, "-o", out / "report.html")):
            assert extract_command(*command).code == 0
    finally:
        os.umask(before)
    made = [out, *out.rglob("*")]
    assert {"report.html", "panel.csv", "part-00001.parquet", "run.json"} <= {path.name for path in made}
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in made}
    assert modes == {(True, folder_mode), (False, file_mode)}


def test_pickles_go_between_processes_and_come_from_a_package_and_from_nowhere_else(repository: Path) -> None:
    unsafe = re.compile(
        r"^\s*(?:import|from) (?:pickle|marshal|shelve|joblib|dill)|(?<!def )\b(?:eval|exec)\(|\.read_pickle",
        re.M,
    )
    users = {path.name for path in (repository / "extract").glob("*.py") if unsafe.search(path.read_text())}
    assert users == {"process_worker.py", "segmenter.py"}
