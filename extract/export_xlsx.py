"""Facts -> one sheet of an Excel workbook, row by row, the same bytes for the same facts.

Text is written as text, so no cell is a formula. XlsxWriter comes with the extra `xlsx`.
"""

from __future__ import annotations

import datetime as dt
import math
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from extract.errors import InputError, OutputError
from extract.export import Exported, ExportOptions
from extract.extras import how_to_install
from extract.fact_filter import iter_facts
from extract.staging import written_whole
from extract.table import table_files
from extract.table_schema import FACTS
from extract.wording import count_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Source: Excel specifications and limits. The first row of a sheet holds the names.
MAX_FACTS = 1_048_576 - 1
MAX_CELL = 32_767
_CUT = "…"
# Excel knows no day before; the first two months of 1900 it counts wrongly.
_FIRST_DAY = dt.date(1900, 3, 1)
# A clock time in the file would make other bytes of the same facts.
_CREATED = dt.datetime(2000, 1, 1)
_WIDTHS = {"sentence": 80, "metric_text": 30, "place_text": 20}
_WIDTH = 14
_DIGITS = 6
_DRAFTS = ".extract-export-"


def export_xlsx(options: ExportOptions) -> Exported:
    """Writes the wanted facts. Raises as `export` does, and InputError for more than a sheet holds."""
    try:
        import xlsxwriter
        from xlsxwriter.exceptions import FileCreateError
    except ImportError as error:
        raise InputError(
            "export", f"to write xlsx XlsxWriter is needed: {how_to_install('xlsx')}: {error}"
        ) from error

    if options.filters.wants_all and not options.filters.limit:
        _check_room(sum(pq.read_metadata(file).num_rows for file in table_files(options.directory, FACTS)))
    # Rows go to a file of their own, until the workbook is put together.
    with written_whole(options.out) as draft, TemporaryDirectory(prefix=_DRAFTS, dir=draft.parent) as drafts:
        settings = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "tmpdir": drafts,
        }
        book = xlsxwriter.Workbook(str(draft), settings)
        book.set_properties({"title": FACTS.title, "created": _CREATED})
        rows, cut = _write_sheet(book.add_worksheet(FACTS.name), book, options)
        try:
            book.close()
        except FileCreateError as error:
            raise OutputError(options.out, f"cannot be written: {error}") from error
    notes = [f"{count_of(cut, 'cell')} cut to the {MAX_CELL:,} characters that a cell holds"] if cut else []
    return Exported((options.out,), rows, notes=tuple(notes))


def _check_room(rows: int) -> None:
    if rows > MAX_FACTS:
        raise InputError(
            "--to xlsx",
            f"a sheet holds {MAX_FACTS:,} facts and there are more: choose fewer with --metric, --province, "
            "--status, --document or --min-confidence, or write csv",
        )


def _write_sheet(sheet: Worksheet, book: Any, options: ExportOptions) -> tuple[int, int]:
    """Gives how many facts were written, and how many cells were cut."""
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    for number, column in enumerate(FACTS.columns):
        sheet.set_column(number, number, _WIDTHS.get(column.name, _WIDTH))
        sheet.write_string(0, number, column.name, bold)
    sheet.freeze_panes(1, 0)
    rows = cut = 0
    for batch in iter_facts(options.directory, options.filters):
        _check_room(rows + batch.num_rows)
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            rows += 1
            for number, cell in enumerate(cells):
                cut += _write_cell(sheet, rows, number, cell, day)
    # Written last: in a sheet that is written row by row, it is known only now.
    sheet.autofilter(0, 0, max(rows, 1), len(FACTS.columns) - 1)
    return rows, cut


def _write_cell(sheet: Worksheet, row: int, column: int, cell: object, day: Format) -> bool:
    """Writes a cell; True where it had to be cut."""
    if cell is None:
        return False
    if isinstance(cell, dt.date) and cell >= _FIRST_DAY:
        sheet.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), day)
        return False
    if isinstance(cell, float) and math.isfinite(cell):
        is_confidence = FACTS.columns[column].name == "confidence"
        sheet.write_number(row, column, round(cell, _DIGITS) if is_confidence else cell)
        return False
    if isinstance(cell, int):
        sheet.write_number(row, column, cell)
        return False
    text = str(cell)
    is_long = len(text) > MAX_CELL
    sheet.write_string(row, column, text[: MAX_CELL - 1] + _CUT if is_long else text)
    return is_long
