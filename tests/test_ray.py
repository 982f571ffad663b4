"""Runs on a cluster of Ray: the same bytes as on one machine, also when a machine is lost."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from commands import extract_command
from large_runs import digests, write_corpus
from poison import STUCK, poisoned_worker, stuck_worker

from extract.dataset_run import Options, run
from extract.extras import how_to_install
from extract.ray_engine import RayEngine
from extract.shard_worker import ShardResult
from extract.shards import Shard, ShardLimits

SMALL = ShardLimits(articles=3)


def test_without_ray_the_run_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("Xã có 12 chợ.")
    monkeypatch.setitem(sys.modules, "ray", None)
    outcome = extract_command("run", tmp_path / "a.txt", "--out", tmp_path / "out", "--engine", "ray")
    assert outcome.code == 2
    assert f"--engine ray (in Python engine='ray'): needs Ray: {how_to_install('ray')}" in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two machines of one core each, on this one; the first only directs."""
    pytest.importorskip("ray", reason="Ray is not installed (extra `ray`)")
    import ray
    from ray.cluster_utils import Cluster

    here = os.path.dirname(__file__)
    # Workers find the package and the modules of the tests as this process does.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([here, os.path.dirname(here), *filter(None, sys.path)]))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        ray.init(address=made.address, log_to_driver=False)
        yield made
        ray.shutdown()
        made.shutdown()


def test_a_cluster_that_loses_a_machine_gives_the_same_bytes(cluster: Any, tmp_path: Path) -> None:
    articles = write_corpus(tmp_path / "in", 24)
    (articles / "killer.txt").write_text("Xã có 12 chợ.")
    nodes = [cluster.add_node(num_cpus=1), cluster.add_node(num_cpus=1)]
    cluster.wait_for_nodes()
    lost: list[Any] = []

    class Losing(RayEngine):
        """Loses a machine when the first shard is done."""

        def map(self, shards: Iterator[Shard]) -> Generator[ShardResult]:
            for result in super().map(shards):
                yield result
                if not lost:
                    cluster.remove_node(nodes[0], allow_graceful=False)
                    lost.append(nodes[0])

    new_engine = partial(Losing, factory=poisoned_worker)
    report = run(Options((articles,), tmp_path / "out", shards=SMALL), new_engine=new_engine)
    assert lost
    (failed,) = report.failed
    assert (failed.doc_id, report.documents) == ("killer", 25)
    assert failed.reason.startswith("its worker ended 3 times while reading it (")
    (articles / "killer.txt").unlink()
    # All but that one are taken over.
    report = run(Options((articles,), tmp_path / "out", shards=SMALL, workers=1))
    assert report.reused == 24
    run(Options((articles,), tmp_path / "local", shards=SMALL, workers=1, cache=False))
    assert digests(tmp_path / "out") == digests(tmp_path / "local")


def test_an_article_that_takes_too_long_is_given_up(cluster: Any, tmp_path: Path) -> None:
    articles = write_corpus(tmp_path / "in", 4)
    (articles / f"{STUCK}.txt").write_text("Xã có 12 chợ.", encoding="utf-8")
    cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    options = Options((articles,), tmp_path / "out", shards=SMALL, max_article_seconds=1)
    report = run(options, new_engine=partial(RayEngine, factory=stuck_worker))
    reason = "takes longer than 1 s, the limit set by --max-article-seconds (in Python max_article_seconds)"
    assert [(item.doc_id, item.reason) for item in report.failed] == [(STUCK, reason)]
    assert report.documents == 5
