"""Limits that a user may set, where their defaults stand. Imported by the command line: nothing heavy."""

from __future__ import annotations

# A long article has 50 kB. One of 10 MB that is all facts takes some minutes and 2 GB.
DEFAULT_MAX_ARTICLE_BYTES = 10_000_000
# One of 10 MB that is all facts takes some minutes of the processor; what takes longer is stuck.
DEFAULT_MAX_ARTICLE_SECONDS = 600.0
# Above this many facts the table is several files.
DEFAULT_ROWS_PER_PART = 1_000_000
# A page of so many texts and rows has some megabytes and opens at once.
DEFAULT_REPORT_DOCUMENTS = 200
DEFAULT_REPORT_FACTS = 20_000
# Rows of `show` at a terminal.
DEFAULT_SHOWN = 50
