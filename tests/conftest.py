"""Fixtures that several test files share."""

from __future__ import annotations

import importlib
import signal
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from commands import Outcome, extract_command
from hypothesis import settings

from extract import shard_worker
from extract.models import Bound, Change, Fact, Source, Status
from extract.pipeline import Extractor
from extract.rules import RuleSet, load_rules

# The same examples in every run: a test that fails, fails for everyone. Nothing here is about time.
settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=80, database=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def interrupts() -> None:
    """Shells start background jobs with Ctrl-C ignored, which would be handed on to every run under test."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def repository() -> Path:
    """The folder that holds the package, the rules and the seeds."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def rules() -> RuleSet:
    """The packaged rules."""
    return load_rules()


@pytest.fixture(scope="session")
def extractor(rules: RuleSet) -> Extractor:
    """An extractor with the packaged rules, made once: it compiles them."""
    return Extractor(rules)


@pytest.fixture(scope="module")
def one_extractor() -> Iterator[None]:
    """Runs in this process share what is made of the rules: there are many, and each would take seconds."""

    @cache
    def make_extractor(digest: str) -> Extractor:
        return Extractor(made[digest])

    made: dict[str, RuleSet] = {}

    def shared(rules: RuleSet, _: object = None) -> Extractor:
        made.setdefault(rules.digest, rules)
        return make_extractor(rules.digest)

    run_module = importlib.import_module("extract.dataset_run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run_module, "load_rules", cache(load_rules))
        patch.setattr(run_module, "Gazetteer", lambda rules: shared(rules).gazetteer)
        patch.setattr(shard_worker, "Extractor", shared)
        yield


@pytest.fixture(scope="session")
def seeds_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a run over the seeds, made once. Not to be written to."""
    out = tmp_path_factory.mktemp("seeds") / "out"
    seeds = Path(__file__).parent.parent / "seeds"
    assert extract_command("run", seeds, "--out", out, "-q") == Outcome(0, "", "")
    return out


@pytest.fixture
def make_fact() -> Callable[..., Fact]:
    """Makes a fact that is whole but for what a test wants otherwise."""

    def make(doc_id: str = "a", start: int = 0, **changes: Any) -> Fact:
        fields: dict[str, Any] = {
            "fact_id": f"{doc_id}-{start}",
            "doc_id": doc_id,
            "metric_id": "mobile_base_stations",
            "metric_text": "trạm BTS",
            "technology": None,
            "scope": None,
            "component": None,
            "value": 4285.0,
            "value_max": None,
            "denominator": None,
            "bound": Bound.EQ,
            "unit_id": "station",
            "unit_text": "trạm",
            "status": Status.ACTUAL,
            "change": Change.NONE,
            "period_start": None,
            "period_end": None,
            "period_grain": None,
            "period_source": Source.NONE,
            "baseline_start": None,
            "baseline_end": None,
            "province_code": "60",
            "province_name": "Bình Thuận",
            "province_code_2025": "68",
            "place_text": "Bình Thuận",
            "place_level": "province",
            "place_source": Source.SENTENCE,
            "sentence": "Tỉnh có 4.285 trạm.",
            "sentence_start": 0,
            "char_start": start,
            "char_end": start + 10,
            "rule_ids": ("unit.station", "metric.mobile_base_stations"),
            "confidence": 0.95,
        }
        return Fact(**{**fields, **changes})

    return make
