"""Measures the pipeline: against underthesea, by stage, as articles grow in number, with workers, its memory.

`python benchmarks/bench.py [--corpus FILE.parquet|FILE.jsonl] [--json FILE] [--quick]`. The corpus has a
column `text`, and `doc_id` and `published` where it likes; without one the seeds are repeated with varied
numbers. What counts are ratios: the pipeline and `underthesea.word_tokenize` take turns on the same chunks of
articles, so that a busy machine slows both; sizes and memory are measured each in a process of its own. Times
are those of the processor, and articles come so that the first 500 are as long as the first 8,000.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from functools import wraps
from importlib import import_module
from math import gcd
from pathlib import Path
from typing import Any, NamedTuple

from extract.calendar_periods import parse_iso_period
from extract.engine import Engine
from extract.models import Document
from extract.rules import load_rules
from extract.shard_worker import Setup, ShardResult
from extract.shards import Shard

ROOT = Path(__file__).parent.parent
SEED = 20250701
CHUNK = 15
# A number that may be another one: no year, no part of a date or a code.
_NUMBER = re.compile(r"(?<![\w./,-])(?!(?:19|20)[0-9]{2}(?![0-9.,]))[0-9]+(?:[.,][0-9]+)*(?![\w/-])")


class Plan(NamedTuple):
    """How much is measured: articles and rounds of the comparison, sizes of corpora and of whole runs."""

    articles: int
    rounds: int
    sizes: tuple[int, ...]
    run: int


FULL = Plan(300, 3, (500, 2_000, 8_000), 8_000)
QUICK = Plan(60, 2, (50, 200, 800), 400)

# Which calls of the pipeline belong to which stage: what a call spends in another of them is not its own.
STAGES = {
    "segment": ("_page", "segment"),
    "words": ("_tokenizer.tokenize",),
    "match": ("gazetteer.find", "_periods.find", "_status.find", "_matcher.find_terms"),
    "parse": ("_quantities.find", "_units.name"),
    "bind": ("_binder.bind", "_context.resolve", "_places.main_place", "_facts"),
}


def load_articles(corpus: Path | None, count: int, *, sampled: bool = False) -> list[Document]:
    """Gives `count` articles of a corpus or the seeds; what is too few comes again with other numbers."""
    return list(iter_articles(corpus, count, sampled=sampled))


def iter_articles(corpus: Path | None, count: int, *, sampled: bool = False) -> Iterator[Document]:
    """Gives the articles one by one, so that they need not all be in memory.

    However many are taken, long and short ones are among them in the same measure.
    """
    rows = _mixed(list(_rows(corpus)))
    chance = random.Random(SEED)
    if sampled and len(rows) > count:
        rows = chance.sample(rows, count)
    for index in range(count):
        doc_id, text, published = rows[index % len(rows)]
        if index >= len(rows):
            text = _NUMBER.sub(lambda match: _varied(match[0], chance), text)
        period = parse_iso_period(published) if published else None
        yield Document(f"{doc_id}-{index}", text, "-", _digest(text), published=period)


def _mixed(rows: list[tuple[str, str, str | None]]) -> list[tuple[str, str, str | None]]:
    """Orders rows so that every stretch of them has the lengths of all: by length, by a fixed step."""
    by_length = sorted(rows, key=lambda row: (len(row[1]), row[0]))
    step = next(step for step in range(round(len(rows) * 0.618), 0, -1) if gcd(step, len(rows)) == 1)
    return [by_length[index * step % len(rows)] for index in range(len(rows))]


def _rows(corpus: Path | None) -> Iterator[tuple[str, str, str | None]]:
    """Gives identifier, text and date of each article."""
    if corpus is None:
        for path in sorted((ROOT / "seeds").glob("*.txt")):
            yield path.stem, path.read_text(encoding="utf-8"), None
        return
    if corpus.suffix == ".parquet":
        import pyarrow.parquet as pq

        records: list[dict[str, Any]] = pq.read_table(corpus).to_pylist()
    else:
        records = [json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines() if line]
    for number, record in enumerate(records):
        published = record.get("published")
        yield str(record.get("doc_id", number)), record["text"], str(published)[:10] if published else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _varied(number: str, chance: random.Random) -> str:
    """Gives a number of the same form; its first digit stays."""
    return number[0] + "".join(str(chance.randrange(10)) if c.isdigit() else c for c in number[1:])


# -- against underthesea ---------------------------------------------------------------------------


def compare(documents: Sequence[Document], rounds: int) -> dict[str, float]:
    """Gives the time of the pipeline as a ratio of `word_tokenize`'s, each chunk's better time counted."""
    from underthesea import word_tokenize

    from extract.pipeline import Extractor

    extractor = Extractor(load_rules())
    for document in documents[:CHUNK]:
        extractor.extract(document)
        word_tokenize(document.text)
    ours = theirs = 0.0
    for start in range(0, len(documents), CHUNK):
        chunk = documents[start : start + CHUNK]
        times = [
            (
                _seconds(lambda chunk=chunk: [extractor.extract(item) for item in chunk]),  # type: ignore[misc]
                _seconds(lambda chunk=chunk: [word_tokenize(item.text) for item in chunk]),  # type: ignore[misc]
            )
            for _ in range(rounds)
        ]
        ours += min(time for time, _ in times)
        theirs += min(time for _, time in times)
    megabytes = sum(len(document.text.encode()) for document in documents) / 1e6
    return {
        "ratio": ours / theirs,
        "pipeline_s_per_mb": ours / megabytes,
        "word_tokenize_s_per_mb": theirs / megabytes,
    }


def _seconds(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return time.process_time() - start


# -- by stage --------------------------------------------------------------------------------------


class StageClock:
    """Adds up the time of calls by stage; what a call spends in a call of another stage is the other's."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._open: list[tuple[str, float]] = []

    def timed(self, stage: str, action: Callable[..., Any]) -> Callable[..., Any]:
        """Gives a function that does the same and is timed."""

        @wraps(action)
        def run(*arguments: Any, **options: Any) -> Any:
            self._switch(stage)
            try:
                result = action(*arguments, **options)
                # A generator has done nothing yet.
                return iter(list(result)) if isinstance(result, Iterator) else result
            finally:
                self._back()

        return run

    def _switch(self, stage: str) -> None:
        now = time.perf_counter()
        if self._open:
            outer, since = self._open[-1]
            self.spent[outer] += now - since
        self._open.append((stage, now))

    def _back(self) -> None:
        now = time.perf_counter()
        stage, since = self._open.pop()
        self.spent[stage] += now - since
        if self._open:
            self._open[-1] = (self._open[-1][0], now)


def stages(documents: Sequence[Document]) -> dict[str, float]:
    """Gives the share of each stage in the time of the pipeline. Reading and writing are not in it yet."""
    pipeline: Any = import_module("extract.pipeline")
    extractor = pipeline.Extractor(load_rules())
    for document in documents[:CHUNK]:
        extractor.extract(document)
    clock = StageClock()
    segment = pipeline.segment
    for stage, calls in STAGES.items():
        for call in calls:
            owner: Any = pipeline if call == "segment" else extractor
            *path, name = call.split(".")
            for step in path:
                owner = getattr(owner, step)
            setattr(owner, name, clock.timed(stage, getattr(owner, name)))
    whole = clock.timed("other", lambda: [extractor.extract(document) for document in documents])
    try:
        whole()
    finally:
        pipeline.segment = segment
    total = sum(clock.spent.values())
    return {stage: clock.spent[stage] / total for stage in (*STAGES, "other")}


# -- in processes of their own ---------------------------------------------------------------------


def grow(corpus: Path | None, count: int) -> dict[str, float]:
    """Gives time per article and per megabyte and peak memory of the pipeline over so many articles."""
    from extract.pipeline import Extractor

    extractor = Extractor(load_rules())
    for document in iter_articles(corpus, 4 * CHUNK):
        extractor.extract(document)
    before = _peak_megabytes()
    seconds = megabytes = 0.0
    for document in iter_articles(corpus, count):
        start = time.process_time()
        extractor.extract(document)
        seconds += time.process_time() - start
        megabytes += len(document.text.encode()) / 1e6
    return {
        "articles": count,
        "ms_per_article": 1000 * seconds / count,
        "s_per_mb": seconds / megabytes,
        "start_mb": before,
        "peak_mb": _peak_megabytes(),
    }


def growth(corpus: Path | None, sizes: Sequence[int]) -> list[dict[str, float]]:
    """Gives the measures of `grow` for each size, each in a process of its own.

    All but the largest size are measured again behind it and the quicker time counts: a short measure is
    easily disturbed.
    """
    steps = [_in_child("grow", corpus, size) for size in (*sizes, *sizes[-2::-1])]
    return [
        min((step for step in steps if step["articles"] == size), key=_time_per_article) for size in sizes
    ]


def _time_per_article(step: Mapping[str, float]) -> float:
    return step["ms_per_article"]


def tokenize_alone(corpus: Path | None, count: int) -> dict[str, float]:
    """Gives peak memory of `word_tokenize` over so many articles."""
    from underthesea import word_tokenize

    for document in load_articles(corpus, count):
        word_tokenize(document.text)
    return {"articles": count, "peak_mb": _peak_megabytes()}


def start_up() -> dict[str, float]:
    """Gives what it takes until the first article: imports and rules, with one short text."""
    begun = time.process_time()
    from extract.pipeline import Extractor
    from extract.segmenter import load_segmenter

    imported = time.process_time()
    extractor = Extractor(load_rules())
    made = time.process_time()
    text = "Đến hết năm 2023, Lạng Sơn có 1.676 tổ công nghệ số cộng đồng."
    extractor.extract(Document("a", text, "-", _digest(text)))
    first = time.process_time() - made
    return {
        "import_s": imported - begun,
        "rules_s": made - imported,
        "first_article_s": first,
        # Else the words are the library's, in five times the time.
        "own_tagger": load_segmenter().is_quick,
    }


def write_records(corpus: Path | None, count: int, path: Path) -> None:
    """Writes so many articles as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        for item in iter_articles(corpus, count):
            published = item.published.start.isoformat() if item.published is not None else None
            record = {"doc_id": item.doc_id, "text": item.text, "published": published}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


class ClockedEngine:
    """An engine, and what processor time its process had taken when the work began and when it was done."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.marks: list[float] = []

    def map(self, shards: Iterator[Shard]) -> Generator[ShardResult]:
        """Gives the results as they come."""
        self.marks.append(time.process_time())
        with closing(self._engine.map(shards)) as results:
            yield from results
        self.marks.append(time.process_time())


def run_whole(records: Path, workers: int) -> dict[str, float]:
    """Gives time and peak memory of a run over the records of a file: read, extracted and written.

    `cpu_s` is that of all its processes, `serial_s` that of this one before and after the work is shared out.
    """
    from extract.dataset_run import Options, run

    engines: list[ClockedEngine] = []
    with tempfile.TemporaryDirectory() as folder:
        options = Options((records,), Path(folder) / "out", workers=workers, cache=False)

        def new_engine(setup: Setup) -> ClockedEngine:
            engines.append(ClockedEngine(options.new_engine(setup)))
            return engines[0]

        begun = time.perf_counter()
        report = run(options, new_engine=new_engine)
        seconds = time.perf_counter() - begun
    own, others = (_cpu_seconds(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    began, ended = engines[0].marks
    return {
        "articles": report.documents,
        "workers": workers,
        "seconds": seconds,
        "cpu_s": own + others,
        "serial_s": own - (ended - began),
        "write_s": own - ended,
        "peak_mb": _peak_megabytes(),
        "worker_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


def _cpu_seconds(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


CHILDREN: dict[str, Callable[[Path | None, int], dict[str, float]]] = {
    "grow": grow,
    "run1": lambda records, _count: run_whole(records or ROOT / "seeds", 1),
    "run2": lambda records, _count: run_whole(records or ROOT / "seeds", 2),
    "tokenize": tokenize_alone,
    "start": lambda _corpus, _count: start_up(),
}


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _in_child(name: str, corpus: Path | None, count: int) -> dict[str, float]:
    """Runs one measure in a fresh process, so that its peak of memory is its own."""
    command = [sys.executable, __file__, "--child", name, "--articles", str(count)]
    command += ["--corpus", str(corpus)] if corpus is not None else []
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, float] = json.loads(answer)
    return result


def measure(corpus: Path | None, plan: Plan) -> dict[str, Any]:
    """Takes all measures."""
    # Children first: what this process has taken up by then counts into their peaks.
    children: dict[str, Any] = {
        "growth": growth(corpus, plan.sizes),
        "word_tokenize": _in_child("tokenize", corpus, plan.articles),
        "start": _in_child("start", corpus, 0),
    }
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "articles.jsonl"
        # In a process of its own too: a child begins with the peak of memory of its parent.
        write = [sys.executable, __file__, "--write", str(records), "--articles", str(plan.run)]
        subprocess.run([*write, *(["--corpus", str(corpus)] if corpus is not None else [])], check=True)
        children["workers"] = [
            _in_child(name, records, plan.run) for name in ("run1", "run2", "run2", "run1")
        ]
    documents = load_articles(corpus, plan.articles, sampled=True)
    return {
        "corpus": corpus.name if corpus is not None else "seeds, numbers varied",
        "articles": plan.articles,
        "against_word_tokenize": compare(documents, plan.rounds),
        "stages": stages(documents),
        **children,
    }


def report(measured: dict[str, Any]) -> Iterator[str]:
    """Gives the measures as lines."""
    ratio = measured["against_word_tokenize"]
    yield f"{measured['articles']} articles of {measured['corpus']}"
    yield (
        f"pipeline against word_tokenize: {ratio['ratio']:.2f} times its time "
        f"({ratio['pipeline_s_per_mb']:.2f} and {ratio['word_tokenize_s_per_mb']:.2f} s/MB here)"
    )
    shares = ", ".join(f"{stage} {share:.0%}" for stage, share in measured["stages"].items())
    yield f"stages: {shares}"
    first = measured["growth"][0]
    for step in measured["growth"]:
        per_article, per_mb = (step[name] / first[name] for name in ("ms_per_article", "s_per_mb"))
        yield (
            f"{step['articles']:>6.0f} articles: {per_article:.2f} times the time per article, "
            f"{per_mb:.2f} per megabyte, peak {step['peak_mb']:.0f} MB ({step['start_mb']:.0f} at the start)"
        )
    one, two = (
        min((step for step in measured["workers"] if step["workers"] == workers), key=_time_of)
        for workers in (1, 2)
    )
    shared = two["serial_s"] + (two["cpu_s"] - two["serial_s"]) / 2
    yield (
        f"a run of {one['articles']:.0f} articles, read, extracted and written: two workers "
        f"{one['seconds'] / two['seconds']:.2f} times as fast as one by the clock, "
        f"{one['cpu_s'] / shared:.2f} times by processor time with half of what is shared out "
        f"({one['cpu_s']:.1f} s, {two['cpu_s']:.1f} s of which {two['serial_s']:.1f} s are not shared)"
    )
    yield (
        f"its memory: peak {one['peak_mb']:.0f} MB in one process, with two {two['peak_mb']:.0f} MB and "
        f"{two['worker_peak_mb']:.0f} MB a worker; writing takes {two['write_s']:.1f} s"
    )
    yield f"word_tokenize alone: peak {measured['word_tokenize']['peak_mb']:.0f} MB"
    start = measured["start"]
    yield (
        f"start: import {start['import_s']:.2f} s, rules {start['rules_s']:.2f} s, "
        f"first article {start['first_article_s']:.2f} s; "
        f"words by {'our tagger' if start['own_tagger'] else 'the library'}"
    )


def _time_of(step: dict[str, float]) -> float:
    return step["seconds"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the measures and writes them as JSON where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="Parquet or JSONL file with a column text")
    parser.add_argument("--json", type=Path, help="file to write the measures to")
    parser.add_argument("--quick", action="store_true", help="a small run")
    parser.add_argument("--child", choices=sorted(CHILDREN), help=argparse.SUPPRESS)
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--articles", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.write is not None:
        write_records(options.corpus, options.articles, options.write)
        return 0
    if options.child is not None:
        print(json.dumps(CHILDREN[options.child](options.corpus, options.articles)))
        return 0
    measured = measure(options.corpus, QUICK if options.quick else FULL)
    for line in report(measured):
        print(line)
    if options.json is not None:
        options.json.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
