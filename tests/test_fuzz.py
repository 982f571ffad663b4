"""The targets of the fuzzer hold on any bytes, and the fuzzer itself runs where it is installed."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

FUZZ = Path(__file__).parent.parent / "fuzz"
TARGETS = runpy.run_path(str(FUZZ / "targets.py"))
CHECKS: dict[str, Callable[[bytes], None]] = {name: TARGETS[f"check_{name}"] for name in ("text", "rules")}


@settings(max_examples=40)
@given(st.binary(max_size=600))
def test_any_text_is_read(data: bytes) -> None:
    CHECKS["text"](data)


@settings(max_examples=150)
@given(st.binary(max_size=120))
def test_any_rules_are_read_or_refused(data: bytes) -> None:
    CHECKS["rules"](data)


def test_the_first_byte_says_how_bytes_are_taken() -> None:
    text_of, rules_of = TARGETS["text_of"], TARGETS["rules_of"]
    assert text_of(b"\0abc") == rules_of(b"\0abc") == b"abc"
    assert text_of(b"\1\0\1\0\2") == b" 1 5"
    assert rules_of(b"\2\0aaa") == b""
    assert b"not_facts:\n - id: a.b0\n   value: x\n   pattern:" in rules_of(b"\2\x07\x05\x06\x02\1\2\3")


@pytest.mark.parametrize("name", CHECKS)
def test_the_fuzzer_runs(name: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="Atheris is not installed (extra `fuzz`)")
    command = [sys.executable, str(FUZZ / "run.py"), name, "-runs=20", "-seed=1", str(tmp_path)]
    outcome = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert outcome.returncode == 0, outcome.stderr[-2000:]
    assert "Done 20 runs" in outcome.stderr
