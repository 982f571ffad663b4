"""Faults of tables as people and programs read them, printed as they are found."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields

from extract.table_parts import Fault
from extract.validation import Validation
from extract.wording import count_of

_COLUMNS = tuple(field.name for field in fields(Fault))


def print_faults(validation: Validation, form: str, limit: int) -> Counter[str]:
    """Prints faults on standard output, `limit` of each kind (0: all), and a summary on standard error.

    Gives how many there are of each kind. Raises InputError for a file that cannot be read.
    """
    counts: Counter[str] = Counter()
    _PRINTERS[form](_told(validation, counts, limit))
    for name, count in counts.items():
        if limit and count > limit:
            print(f"{name}: {count - limit} more, --limit 0 lists all", file=sys.stderr)
    read = ", ".join(f"{table.rows:,} rows of {table.table}" for table in validation.checked)
    found = ", ".join(f"{count} {name}" for name, count in counts.most_common())
    verdict = f"{count_of(counts.total(), 'fault')} ({found})" if counts else "no faults"
    print(f"{read}: {verdict}", file=sys.stderr)
    return counts


def _told(validation: Validation, counts: Counter[str], limit: int) -> Iterator[Fault]:
    for fault in validation.faults():
        counts[fault.check] += 1
        if not limit or counts[fault.check] <= limit:
            yield fault


def _print_lines(faults: Iterator[Fault]) -> None:
    for fault in faults:
        row = "" if fault.row is None else f" row {fault.row}"
        fact = f" ({fault.fact_id})" if fault.fact_id else ""
        print(f"{fault.file}{row}{fact} {fault.column}: {fault.message}")


def _print_csv(faults: Iterator[Fault]) -> None:
    writer = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(fault) for fault in faults)


def _print_json(faults: Iterator[Fault]) -> None:
    sys.stdout.write("[")
    mark = "\n"
    for fault in faults:
        sys.stdout.write(f"{mark}{json.dumps(asdict(fault), ensure_ascii=False)}")
        mark = ",\n"
    sys.stdout.write("\n]\n")


_PRINTERS: dict[str, Callable[[Iterator[Fault]], None]] = {
    "table": _print_lines,
    "csv": _print_csv,
    "json": _print_json,
}
