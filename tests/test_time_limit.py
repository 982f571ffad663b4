"""An article that takes too long is given up and told, the rest is read; and no bytes depend on the limit."""

from __future__ import annotations

import re
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from commands import extract_command
from large_runs import digests, write_corpus
from poison import STUCK, deaf_worker, stuck_worker

from extract.dataset_run import Options, run
from extract.local_engine import LocalEngine
from extract.models import Document, DocumentResult
from extract.pipeline import Extractor
from extract.shards import ShardLimits
from extract.time_limit import TimeLimitReached, within

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="there is no such timer"),
    pytest.mark.usefixtures("one_extractor"),
]

REASON = "takes longer than 0.5 s, the limit set by --max-article-seconds (in Python max_article_seconds)"


def write_articles(folder: Path) -> Path:
    """Makes some articles of which one is never done."""
    write_corpus(folder, 6)
    (folder / f"{STUCK}.txt").write_text("Xã có 12 chợ.", encoding="utf-8")
    return folder


@pytest.mark.parametrize("workers", [1, 2])
def test_an_article_that_takes_too_long_is_given_up(tmp_path: Path, workers: int) -> None:
    articles = write_articles(tmp_path / "in")
    shards = ShardLimits(articles=3)
    options = Options((articles,), tmp_path / "out", shards=shards, max_article_seconds=0.5)
    report = run(options, new_engine=partial(LocalEngine, workers=workers, factory=stuck_worker))
    assert [(item.doc_id, item.reason) for item in report.failed] == [(STUCK, REASON)]
    (articles / f"{STUCK}.txt").unlink()
    run(Options((articles,), tmp_path / "plain", max_article_seconds=0))
    facts, plain = (pq.read_table(tmp_path / out / "facts.parquet") for out in ("out", "plain"))
    assert facts.equals(plain)


def test_a_worker_that_cannot_be_stopped_is_ended(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in")
    options = Options((articles,), tmp_path / "out", shards=ShardLimits(articles=3), max_article_seconds=0.5)
    report = run(options, new_engine=partial(LocalEngine, workers=2, factory=deaf_worker))
    assert [(item.doc_id, item.reason) for item in report.failed] == [(STUCK, REASON)]
    assert report.documents == 7


def test_a_later_run_reads_it_again(tmp_path: Path) -> None:
    articles = write_articles(tmp_path / "in")
    options = Options((articles,), tmp_path / "out", max_article_seconds=0.5)
    assert len(run(options, new_engine=partial(LocalEngine, factory=stuck_worker)).failed) == 1
    report = run(Options((articles,), tmp_path / "out"))
    # The limit is no part of the engine: all others are taken over.
    assert (report.failed, report.reused) == ([], 6)
    run(Options((articles,), tmp_path / "anew"))
    assert digests(tmp_path / "out") == digests(tmp_path / "anew")


def test_the_option_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("Xã có 12 chợ.", encoding="utf-8")
    (tmp_path / "b.txt").write_text("Xã có 15 chợ.", encoding="utf-8")
    extract_one = Extractor.extract

    def slow(self: Extractor, document: Document) -> DocumentResult:
        while document.doc_id == "b":
            pass
        return extract_one(self, document)

    monkeypatch.setattr(Extractor, "extract", slow)
    command = ("run", tmp_path / "a.txt", tmp_path / "b.txt", "--out", tmp_path / "out")
    outcome = extract_command(*command, "--max-article-seconds", "0.5")
    assert outcome.code == 1
    assert f"b.txt: {REASON}" in outcome.err + outcome.out
    assert pq.read_table(tmp_path / "out" / "facts.parquet")["doc_id"].to_pylist() == ["a"]
    assert extract_command(*command, "--max-article-seconds", "-1").code == 2


def _count_for_ever() -> None:
    while True:
        pass


@pytest.mark.parametrize("work", [_count_for_ever, partial(re.search, "(?:a|a)+$", "a" * 60 + "!")])
def test_python_and_patterns_are_stopped(work: Callable[[], object]) -> None:
    with pytest.raises(TimeLimitReached):
        within(0.2, work)
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)
    assert signal.getsignal(signal.SIGVTALRM) == signal.SIG_DFL


def test_work_that_keeps_every_error_to_itself_is_stopped() -> None:
    kept: list[BaseException] = []

    def deaf() -> None:
        while len(kept) < 2:
            try:
                _count_for_ever()
            except BaseException as error:
                kept.append(error)
                if len(kept) == 2:
                    raise

    with pytest.raises(TimeLimitReached):
        within(0.2, deaf)
    assert len(kept) == 2


def test_what_is_done_in_time_comes_back_and_errors_go_on() -> None:
    assert within(5, lambda: 7) == 7
    assert within(0, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_in_another_thread_there_is_no_limit_and_that_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.txt").write_text("Xã có 12 chợ.", encoding="utf-8")
    counts: list[int] = []
    options = Options((tmp_path / "a.txt",), tmp_path / "out", workers=1)
    thread = threading.Thread(target=lambda: counts.append(run(options).facts))
    thread.start()
    thread.join()
    assert counts == [1]
    assert "articles are read without a limit of time" in caplog.text
