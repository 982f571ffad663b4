"""A small corpus with varied numbers, and runs on it in other processes, for tests of large runs."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
# Runs with small shards: what the command line does not offer.
DRIVER = """
import sys
from pathlib import Path
from extract.dataset_run import Options, run
from extract.shards import ShardLimits
articles, out, workers, size, resume = sys.argv[1:]
run(Options((articles,), Path(out), workers=int(workers), resume=resume == "resume", cache=False,
            shards=ShardLimits(articles=int(size))))
"""
_PROVINCES = ("Bến Tre", "Lạng Sơn", "Hà Giang", "Cà Mau", "Kon Tum")
_THINGS = ("trạm BTS", "tổ công nghệ số cộng đồng", "hộ nghèo", "chợ", "xã", "cầu")


def write_corpus(folder: Path, count: int, *, sentences: int = 3, seed: int = 7) -> Path:
    """Makes articles whose numbers all differ, the same in every run."""
    chance = random.Random(seed)
    folder.mkdir(exist_ok=True)
    for number in range(count):
        lines = [
            f"Năm {chance.randint(2015, 2025)}, tỉnh {chance.choice(_PROVINCES)} có "
            f"{chance.randint(2, 99_999)} {chance.choice(_THINGS)}, đạt {chance.randint(10, 999) / 10:.1f}%."
            for _ in range(sentences)
        ]
        (folder / f"n{number:03}.txt").write_text("\n".join(lines).replace(".", ","), encoding="utf-8")
    return folder


def start_run(
    articles: Path, out: Path, *, workers: int, size: int, resume: bool = False
) -> subprocess.Popen[str]:
    """Starts a run in a process of its own."""
    mode = "resume" if resume else "new"
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(articles), str(out), str(workers), str(size), mode],
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def digests(out: Path) -> dict[str, str]:
    """Gives the hash of all files of a run, of `run.json` without its timings."""
    found = {}
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        content = path.read_bytes()
        if path.name == "run.json":
            described: dict[str, Any] = json.loads(content)
            del described["timings"]
            content = json.dumps(described).encode()
        found[path.relative_to(out).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def children_of(process: int) -> list[int]:
    """Gives the processes that a process has started."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
    except OSError:
        return []
    return [int(number) for number in text.split()]


def is_alive(process: int) -> bool:
    """Asks whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
