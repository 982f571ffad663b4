"""Facts from Vietnamese news: every metric with its unit, its date and its province.

`parse_quantities` and `parse_periods` read a text without a run; the command line begins in `cli.py`.
Importing this package loads nothing heavy: the grammars are built at the first call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from extract.parse import ParsedPeriod, ParsedQuantity

__version__ = "0.1.0"
__all__ = ["__version__", "parse_periods", "parse_quantities"]


def parse_quantities(text: str) -> list[ParsedQuantity]:
    """Reads every quantity that a text states, in order, with the packaged rules.

    A bare numeral is a quantity with an empty `unit_id`. Offsets count code points of `text` in NFC.

    >>> [(q.value, q.unit_id) for q in parse_quantities("Xã có hơn 1,2 nghìn hộ, thu 3 tỷ đồng.")]
    [(1200.0, 'household'), (3000000000.0, 'VND')]
    """
    from extract import parse

    return parse.parse_quantities(text)


def parse_periods(text: str, reference: dt.date | None = None) -> list[ParsedPeriod]:
    """Reads every date and period that a text states, in order, with the packaged rules.

    `reference` is the text's own date, against which partial and relative dates are read; without it they
    are left out.

    >>> [(str(p.start), str(p.end)) for p in parse_periods("Quý I/2024, tỉnh đón 1,2 triệu lượt khách.")]
    [('2024-01-01', '2024-03-31')]
    """
    from extract import parse

    return parse.parse_periods(text, reference)
