"""Fuzzes with coverage as the guide: `python fuzz/run.py text|rules [options of libFuzzer] [folder]`.

Needs Atheris: `pip install 'extract-vi[fuzz]'`. Stops at the first finding and writes its bytes beside, as
`crash-…`, `timeout-…` or `oom-…`. The folder holds inputs, and takes those that reach more code.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent))
with atheris.instrument_imports(include=["extract"]):
    import targets

CHECKS = {"text": targets.check_text, "rules": targets.check_rules}


def main() -> None:
    """Runs the target that the first argument names."""
    if len(sys.argv) < 2 or sys.argv[1] not in CHECKS:
        sys.exit(f"usage: python fuzz/run.py {'|'.join(CHECKS)} [options of libFuzzer] [folder]")
    check = CHECKS[sys.argv[1]]
    options = ["-max_len=2048", "-timeout=60", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *options, *sys.argv[2:]], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
