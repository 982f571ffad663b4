"""Times the parsers on text made to be hard for them: `python benchmarks/bench_parse.py [SIZE]`.

Each line repeats one piece up to SIZE characters (100,000 unless told): runs of digits, dots, slashes and
number words. Printed are the seconds of `parse_quantities` and `parse_periods` (the better of two), and
how many times as long SIZE takes as a quarter of it: 4 is linear.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable

import extract

PIECES = (
    "1", "1.", "1,", "1/", "1 ", "1.000.", "1 000 ", "1-", "1 - ", "/", ".", "(1", "\n1", "1%", "1% ",
    "1%, ", "1/1/", "1/1/2020 ", "hai mươi ", "một phẩy ", "mười ", "nghìn ", "1 nghìn tỷ ", "năm ",
    "năm 2020 - ", "2020-", "2020 ", "tháng 1 ", "ngày 1/1 ", "thứ ", "thứ hạng ", "thứ 1/", "từ 1 đến ",
    "cứ 1 thì ", "gấp 3 lần ", "hơn ", "tăng ", "giảm còn ", "1 đồng/", "lần lượt 1, ", "điều 1 khoản ",
    "nghị quyết 1 ", "số 1/", "A.1 ", "a.a.", "http://", "1 người ", "1 abcxyz ", "1\u00a0", "trở lên ",
    "+84 ", "1:1 ", "x",
)  # fmt: skip
SIZE = 100_000
REFERENCE = dt.date(2021, 5, 1)
REPEATS = 2


def seconds(action: Callable[[], object]) -> float:
    """Gives the best time of an action."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Prints a line for each piece, slowest first."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    extract.parse_quantities("Xã có 5 trạm và 3 bè nổi.")
    extract.parse_periods("năm 2020", REFERENCE)
    lines = []
    for piece in PIECES:
        text = (piece * size)[:size]
        quarter = text[: size // 4]
        quantities = seconds(lambda text=text: extract.parse_quantities(text))  # type: ignore[misc]
        periods = seconds(lambda text=text: extract.parse_periods(text, REFERENCE))  # type: ignore[misc]
        part = seconds(lambda quarter=quarter: extract.parse_quantities(quarter))  # type: ignore[misc]
        lines.append((max(quantities, periods), quantities, periods, quantities / part, piece))
    print(f"{size} characters of   quantities s   periods s   growth of a quarter to the whole")
    for _, quantities, periods, growth, piece in sorted(lines, reverse=True):
        print(f"{piece!r:22} {quantities:12.2f} {periods:11.2f} {growth:8.1f}")


if __name__ == "__main__":
    main()
