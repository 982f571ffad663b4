"""`python -m extract`, and what the command `extract` calls."""

from __future__ import annotations

import sys

# What a shell gives for Ctrl-C.
EXIT_STOPPED = 130


def main() -> int:
    """Runs the command line. Gives the exit code; Ctrl-C while that loads ends it without a trace."""
    try:
        from extract.cli import main as command_line

        return command_line()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return EXIT_STOPPED


if __name__ == "__main__":
    raise SystemExit(main())
