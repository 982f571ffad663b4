"""Large runs: workers, kills, resuming, rows that are taken over, facts in several files."""

from __future__ import annotations

import errno
import importlib
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterator
from functools import cache, partial
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from commands import extract_command
from large_runs import children_of, digests, is_alive, start_run, write_corpus
from poison import dead_worker, poisoned_worker

from extract import part_store, shard_worker, staging
from extract.dataset_run import Options, run
from extract.errors import InternalError, OutputError, TooManyErrorsError
from extract.local_engine import LocalEngine
from extract.pipeline import Extractor
from extract.rules import RuleSet, load_rules
from extract.shard_worker import ShardResult, ShardWorker
from extract.shards import Shard, ShardLimits, Task, plan_shards
from extract.staging import STAGING_FOLDER, has_finished_parts
from extract.table import load_documents, load_facts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills processes by signals")

SMALL = ShardLimits(articles=4)
KILLS = 20
run_module = importlib.import_module("extract.dataset_run")


@pytest.fixture(scope="module", autouse=True)
def compiled_once() -> Iterator[None]:
    """Runs in this process share what is made of the rules: there are many, and each would take seconds."""

    @cache
    def make_extractor(digest: str) -> Extractor:
        return Extractor(made[digest])

    made: dict[str, RuleSet] = {}

    def shared(rules: RuleSet, _: object = None) -> Extractor:
        made.setdefault(rules.digest, rules)
        return make_extractor(rules.digest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "load_rules", cache(load_rules))
        patch.setattr(run_module, "Gazetteer", lambda rules: shared(rules).gazetteer)
        patch.setattr(shard_worker, "Extractor", shared)
        yield


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty articles."""
    return write_corpus(tmp_path_factory.mktemp("corpus") / "in", 40)


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a run in one process writes."""
    out = tmp_path_factory.mktemp("whole") / "out"
    report = run(Options((corpus,), out, workers=1, shards=SMALL))
    assert (report.documents, report.failed) == (40, [])
    assert report.facts > 100
    return digests(out)


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Waits until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def stop_reading(monkeypatch: pytest.MonkeyPatch, after: int, error: BaseException) -> None:
    """Makes the reading of an article raise, after a number of articles."""
    read = Extractor.extract
    left = after

    def extract(self: Extractor, document: object) -> object:
        nonlocal left
        left -= 1
        if left < 0:
            raise error
        return read(self, document)  # type: ignore[arg-type]

    monkeypatch.setattr(Extractor, "extract", extract)


def run_and_stop(monkeypatch: pytest.MonkeyPatch, options: Options, after: int) -> None:
    """Runs until Ctrl-C, which comes after a number of articles."""
    with monkeypatch.context() as patch:
        stop_reading(patch, after, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            run(options)


@pytest.fixture
def read_ids(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the articles that are read in this process, as they are."""
    seen: list[str] = []
    read = shard_worker.extract_item

    def extract_item(*arguments: object) -> object:
        seen.append(arguments[1].doc_id)  # type: ignore[attr-defined]
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(shard_worker, "extract_item", extract_item)
    return seen


@pytest.mark.parametrize("limits", [SMALL, ShardLimits(articles=7, size=900), ShardLimits()])
def test_the_size_of_shards_does_not_show(
    corpus: Path, whole: dict[str, str], tmp_path: Path, limits: ShardLimits
) -> None:
    run(Options((corpus,), tmp_path / "out", workers=1, shards=limits))
    assert digests(tmp_path / "out") == whole


def test_three_workers_give_the_bytes_of_one(corpus: Path, whole: dict[str, str], tmp_path: Path) -> None:
    run(Options((corpus,), tmp_path / "out", workers=3, shards=SMALL))
    assert digests(tmp_path / "out") == whole


def test_killed_at_any_moment_a_run_that_is_resumed_gives_the_same_bytes(
    corpus: Path, whole: dict[str, str], tmp_path: Path
) -> None:
    chance = random.Random(20)
    out = tmp_path / "out"
    parts = out / STAGING_FOLDER / "parts"
    kills = finished = 0
    for kill in range(KILLS):
        # Every moment counts: at the start, while articles are read, while tables are written. Half of
        # them wait for some work to be done first, since most of a small run is its start.
        done = len(list(parts.glob("*.arrow"))) if parts.is_dir() else 0
        process = start_run(corpus, out, workers=1, size=1, resume=True)
        if kill % 2:
            wanted = done + chance.randint(1, 4)
            wait_for(lambda: process.poll() is not None or len(list(parts.glob("*.arrow"))) >= wanted)  # noqa: B023
            time.sleep(chance.uniform(0, 0.02))
        else:
            time.sleep(chance.uniform(0, 2.0))
        process.kill()
        process.communicate()
        kills += process.returncode == -signal.SIGKILL
        finished += process.returncode == 0
        # Parts go only when they are in the tables.
        is_whole = {
            name: tables for name, tables in digests(out).items() if STAGING_FOLDER not in name
        } == whole
        if parts.is_dir() and not is_whole:
            assert len(list(parts.glob("*.arrow"))) >= done or not has_finished_parts(out)
    assert kills >= KILLS // 2
    last = start_run(corpus, out, workers=1, size=1, resume=True)
    assert last.communicate()[1] == ""
    assert last.returncode == 0
    assert digests(out) == whole


def test_what_is_done_is_not_done_again(
    corpus: Path, whole: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_ids: list[str]
) -> None:
    out = tmp_path / "out"
    options = Options((corpus,), out, workers=1, shards=SMALL, resume=True)
    run_and_stop(monkeypatch, options, 14)
    assert has_finished_parts(out)
    assert not (out / "facts.parquet").exists()
    # A part that the disk has lost counts for nothing.
    broken = out / STAGING_FOLDER / "parts" / "00000001.arrow"
    broken.write_bytes(broken.read_bytes()[:100])
    read_ids.clear()
    report = run(options)
    assert report.resumed == 8
    assert read_ids == [f"n{number:03}" for number in range(40) if number not in (0, 1, 2, 3, 8, 9, 10, 11)]
    assert digests(out) == whole


def test_an_article_that_changed_since_the_stop_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles, out = write_corpus(tmp_path / "in", 12), tmp_path / "out"
    run_and_stop(monkeypatch, Options((articles,), out, workers=1, shards=SMALL), 9)
    (articles / "n002.txt").write_text("Xã có 12 chợ.")
    (articles / "n005.txt").unlink()
    assert run(Options((articles,), out, workers=1, shards=SMALL, resume=True)).resumed == 6
    run(Options((articles,), tmp_path / "other", workers=1))
    assert digests(out) == digests(tmp_path / "other")


def test_without_resume_a_run_begins_anew_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    articles, out = write_corpus(tmp_path / "in", 12), tmp_path / "out"
    run_and_stop(monkeypatch, Options((articles,), out, workers=1, shards=SMALL), 9)
    assert run(Options((articles,), out, workers=1, shards=SMALL)).resumed == 0
    assert (
        "a run was stopped there; it begins anew, --resume (in Python resume=True) would have gone on"
        in caplog.text
    )
    assert not (out / STAGING_FOLDER).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_all_workers_and_the_run_can_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    articles, out = write_corpus(tmp_path / "in", 30), tmp_path / "out"
    parts = out / STAGING_FOLDER / "parts"
    sent = []

    class Engine(LocalEngine):
        """Sends the signal to this process when two shards are done."""

        def map(self, shards: Iterator[Shard]) -> Generator[ShardResult]:
            for result in super().map(shards):
                yield result
                if len(list(parts.glob("*.arrow"))) == 2:
                    sent.extend(children_of(os.getpid()))
                    signal.raise_signal(number)

    new = Options.new_engine
    monkeypatch.setattr(
        Options, "new_engine", property(lambda options: partial(Engine, workers=2, factory=ShardWorker))
    )
    monkeypatch.setattr("extract.dataset_run.plan_shards", _small_shards)
    outcome = extract_command("run", articles, "--out", out, "--workers", "2")
    assert outcome.code == 130
    assert "what is done is kept: the same command with --resume goes on from there" in outcome.err
    assert "the output folder is as it was before" in outcome.err
    assert len(sent) == 2
    assert not any(is_alive(child) for child in sent)
    monkeypatch.setattr(Options, "new_engine", new)
    outcome = extract_command("run", articles, "--out", out, "--resume")
    assert outcome.code == 0
    assert "8 articles were done by the run that was stopped" in outcome.err


def _small_shards(tasks: Iterator[Task], _: ShardLimits, first: int) -> Iterator[Shard]:
    return plan_shards(tasks, SMALL, first)


def test_the_workers_of_a_killed_run_end(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start_run(corpus, out, workers=2, size=1) as process:
        wait_for(lambda: has_finished_parts(out))
        children = children_of(process.pid)
        assert len(children) == 2
        process.kill()
    wait_for(lambda: not any(is_alive(child) for child in children), 10)


def test_a_worker_that_dies_once_loses_nothing(tmp_path: Path) -> None:
    articles = write_corpus(tmp_path / "in", 12)
    (articles / "once.txt").write_text(f"Xã có 12 chợ.\n\n{tmp_path / 'died'}")
    options = Options((articles,), tmp_path / "out", shards=SMALL)
    report = run(options, new_engine=partial(LocalEngine, workers=2, factory=poisoned_worker))
    assert (tmp_path / "died").exists()
    assert (report.documents, report.failed) == (13, [])
    run(Options((articles,), tmp_path / "other", workers=1))
    assert digests(tmp_path / "out") == digests(tmp_path / "other")


def test_an_article_that_kills_its_worker_is_reported_and_the_others_give_their_facts(tmp_path: Path) -> None:
    articles = write_corpus(tmp_path / "in", 12)
    (articles / "killer.txt").write_text("Xã có 12 chợ.")
    options = Options((articles,), tmp_path / "out", shards=SMALL)
    report = run(options, new_engine=partial(LocalEngine, workers=2, factory=poisoned_worker))
    reason = "its worker ended 2 times while reading it (SIGKILL: it may need more memory than there is)"
    assert [(failure.doc_id, failure.reason) for failure in report.failed] == [("killer", reason)]
    rows = load_documents(tmp_path / "out").to_pylist()
    assert len(rows) == 13
    assert {row["status"] for row in rows if row["doc_id"] != "killer"} == {"ok"}
    # The next run, in a better world, reads it.
    report = run(Options((articles,), tmp_path / "out", workers=1))
    assert (report.reused, report.failed, report.documents) == (12, [], 13)


def test_workers_that_never_start_end_the_run(tmp_path: Path) -> None:
    articles = write_corpus(tmp_path / "in", 8)
    with pytest.raises(InternalError, match=r"workers end before their first article \(exit code 3\)"):
        run(
            Options((articles,), tmp_path / "out", shards=SMALL),
            new_engine=partial(LocalEngine, workers=2, factory=dead_worker),
        )
    assert list((tmp_path / "out").iterdir()) == []


def test_a_full_disk_stops_the_run_and_what_is_done_stays(
    corpus: Path, whole: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    write = staging.write_whole
    left = 3

    def refuse(path: Path, content: bytes) -> None:
        nonlocal left
        if left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        left -= 1
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(part_store, "write_whole", refuse)
        with pytest.raises(OutputError, match="No space left on device"):
            run(Options((corpus,), out, workers=1, shards=SMALL))
    # Neither is all lost when there is no room for the tables.
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        patch.setattr(pq.ParquetWriter, "write_table", full)
        with pytest.raises(OutputError, match="No space left on device"):
            run(Options((corpus,), out, workers=1, shards=SMALL, resume=True))
    assert run(Options((corpus,), out, workers=1, shards=SMALL, resume=True)).resumed == 40
    assert digests(out) == whole


def test_the_second_of_two_runs_at_once_refuses(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start_run(corpus, out, workers=1, size=1) as process:
        wait_for(lambda: has_finished_parts(out))
        process.send_signal(signal.SIGSTOP)
        try:
            for resume in (False, True):
                with pytest.raises(OutputError, match="another run is writing there"):
                    run(Options((corpus,), out, resume=resume))
        finally:
            process.send_signal(signal.SIGCONT)
        assert process.communicate()[1] == ""
    assert process.returncode == 0


def test_unchanged_articles_are_taken_over(tmp_path: Path, read_ids: list[str]) -> None:
    articles, out = write_corpus(tmp_path / "in", 10), tmp_path / "out"
    metadata = tmp_path / "dates.csv"
    metadata.write_text("doc_id,published\nn003,2021\n")
    (articles / "bad.txt").write_bytes(b"12 ch\xe1\xbb\xa3 \xff\x00")

    def again(**changes: object) -> list[str]:
        read_ids.clear()
        report = run(Options((articles,), out, workers=1, **changes))  # type: ignore[arg-type]
        assert report.reused == report.documents - len(read_ids)
        fresh = tmp_path / "fresh"
        seen = list(read_ids)
        run(Options((articles,), fresh, workers=1, **{**changes, "cache": False}))  # type: ignore[arg-type]
        assert digests(out) == digests(fresh)
        return seen

    everything = [path.stem for path in sorted(articles.iterdir())]
    assert again() == everything
    # What failed is read again.
    assert again() == ["bad"]
    assert again(metadata=metadata) == ["bad", "n003"]
    metadata.write_text("doc_id,published\nn003,2022\n")
    assert again(metadata=metadata) == ["bad", "n003"]
    (articles / "n004.txt").write_text("Xã có 12 chợ.")
    assert again(metadata=metadata) == ["bad", "n004"]
    (articles / "n005.txt").unlink()
    assert again(metadata=metadata) == ["bad"]
    assert again(metadata=metadata, cache=False) == [name for name in everything if name != "n005"]
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "mine.yaml").write_text("units: [{id: rosewood, dimension: count, forms: [gốc sưa]}]\n")
    assert len(again(metadata=metadata, rules=rules)) == 10
    assert again(metadata=metadata, rules=rules) == ["bad"]
    assert again(metadata=metadata, rules=rules, rows_per_part=5) == ["bad"]
    assert again(metadata=metadata, rules=rules) == ["bad"]


def test_tables_that_were_changed_by_hand_are_not_taken_over(tmp_path: Path) -> None:
    articles, out = write_corpus(tmp_path / "in", 3), tmp_path / "out"
    run(Options((articles,), out, workers=1))
    table = pq.read_table(out / "facts.parquet")
    pq.write_table(table.slice(1), out / "facts.parquet")
    assert run(Options((articles,), out, workers=1)).reused == 0
    assert load_facts(out).num_rows == table.num_rows
    (out / "datapackage.json").write_text("{}")
    assert run(Options((articles,), out, workers=1)).reused == 0
    assert run(Options((articles,), out, workers=1)).reused == 3


def test_too_many_errors_stop_the_run(tmp_path: Path) -> None:
    articles, out = write_corpus(tmp_path / "in", 4), tmp_path / "out"
    assert extract_command("run", articles, "--out", out, "-q").code == 0
    before = digests(out)
    for name in ("bad1", "bad2"):
        (articles / f"{name}.txt").write_bytes(b"\x00\x01\x02")
    assert extract_command("run", articles, "--out", out, "--max-errors", "2").code == 1
    assert digests(out) != before
    before = digests(out)
    outcome = extract_command("run", articles, "--out", out, "--max-errors", "1")
    assert outcome.code == 2
    assert (
        "2 articles failed, more than --max-errors 1 (in Python max_errors=1); the older tables stand:"
        in outcome.err
    )
    assert (articles / "bad1.txt").as_posix() in outcome.err
    assert "the same command with --resume goes on" in outcome.err
    after = digests(out)
    assert {name: after[name] for name in before} == before
    with pytest.raises(TooManyErrorsError):
        run(Options((articles,), out, max_errors=0))


def test_many_facts_lie_in_parts(corpus: Path, whole: dict[str, str], tmp_path: Path) -> None:
    one, out = tmp_path / "one", tmp_path / "out"
    assert extract_command("run", corpus, "--out", one, "-q").code == 0
    facts = load_facts(one).to_pylist()
    arguments = ("run", corpus, "--out", out, "-q", "--rows-per-part")
    assert extract_command(*arguments, len(facts)).code == 0
    assert digests(out) == whole
    assert extract_command(*arguments, 50).code == 0
    files = sorted((out / "facts").iterdir())
    assert [path.name for path in files] == [
        f"part-{number:05}.parquet" for number in range(-(-len(facts) // 50))
    ]
    assert not (out / "facts.parquet").exists()
    assert [len(pq.read_table(path)) for path in files[:-1]] == [50] * (len(files) - 1)
    assert load_facts(out).to_pylist() == facts
    assert pq.read_table(out / "facts").num_rows == len(facts)
    assert pd.read_parquet(out / "facts")["fact_id"].tolist() == [row["fact_id"] for row in facts]
    shown = [extract_command("show", folder, "--format", "csv").out for folder in (one, out)]
    assert shown[0] == shown[1] != ""
    # Fewer parts, and one file again: nothing of the older form stays.
    assert extract_command(*arguments, 100).code == 0
    assert len(list((out / "facts").iterdir())) == -(-len(facts) // 100)
    assert extract_command("run", corpus, "--out", out, "-q").code == 0
    assert digests(out) == whole


def test_parts_are_the_same_for_any_order_of_articles(corpus: Path, tmp_path: Path) -> None:
    class Backwards:
        """Gives results last to first."""

        def __init__(self, setup: shard_worker.Setup) -> None:
            self._work = ShardWorker(setup)

        def map(self, shards: Iterator[Shard]) -> Generator[ShardResult]:
            for shard in reversed(list(shards)):
                yield self._renamed(shard)

        def _renamed(self, shard: Shard) -> ShardResult:
            # Parts are read in the order of their names.
            return self._work(Shard(f"{10_000 - int(shard.name):08}", shard.tasks))

    options = Options((corpus,), tmp_path / "one", workers=1, shards=SMALL, rows_per_part=40)
    run(options)
    run(Options((corpus,), tmp_path / "two", shards=SMALL, rows_per_part=40), new_engine=Backwards)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_folder_of_someone_else_is_not_replaced(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "facts").mkdir(parents=True)
    (tmp_path / "out" / "facts" / "notes.md").write_text("mine")
    with pytest.raises(OutputError, match="holds files that are not of a run"):
        run(Options((corpus,), tmp_path / "out"))


@pytest.mark.parametrize("words", ["0", "-1", "many"])
def test_a_number_of_workers_that_is_none(words: str) -> None:
    assert extract_command("run", "x", "--workers", words).code == 2
