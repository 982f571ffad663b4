"""The tables as pandera schemas, made of the columns in `table_schema.py` and of promises about rows.

For pandas frames however they were read: words may be categories, days may be `datetime.date` or times,
numbers may be of any width. More columns may follow. pandera comes with the extra `validate`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

from extract.constraints import FACT_CONSTRAINTS, RowConstraint
from extract.errors import InputError
from extract.extras import how_to_install
from extract.table_schema import FACTS, Column, TableDescription

if TYPE_CHECKING:
    import pandera.pandas as pandera


def build_fact_schema(
    constraints: Iterable[RowConstraint] = FACT_CONSTRAINTS,
) -> pandera.DataFrameSchema:
    """Gives the schema of the fact table. Raises InputError where pandera is not installed.

    What needs other tables (codes, documents) and what rows promise about each other is looked at by
    `extract validate` alone.
    """
    return build_schema(FACTS, constraints)


def build_schema(
    table: TableDescription,
    constraints: Iterable[RowConstraint] = (),
    columns: Collection[str] | None = None,
) -> pandera.DataFrameSchema:
    """Gives the schema of a table, or of some columns of it.

    A promise about rows is left out where one of its columns is. Its name is that of pandera's check, and so
    are `type`, `minimum`, `maximum`, `pattern` and `values` of single columns. Raises InputError as above.
    """
    try:
        import pandera.pandas as pandera
    except ImportError as error:
        raise InputError(
            "validate", f"to check tables pandera is needed: {how_to_install('validate')}: {error}"
        ) from error

    wanted = [column for column in table.columns if columns is None or column.name in columns]
    names = {column.name for column in wanted}
    return pandera.DataFrameSchema(
        {
            column.name: pandera.Column(
                nullable=column.nullable, checks=_checks(column), description=column.description
            )
            for column in wanted
        },
        checks=[
            # pandera repeats a row that fails for each of its columns: all of them are in the check's output.
            pandera.Check(item.holds, name=item.name, ignore_na=False, n_failure_cases=1)
            for item in constraints
            if names.issuperset(item.columns)
        ],
        name=table.name,
        description=table.title,
    )


def _checks(column: Column) -> list[pandera.Check]:
    import pandera.pandas as pandera

    checks = [pandera.Check(_TYPES[_kind(column.type)], name="type", error=f"no {_kind(column.type)}")]
    if column.minimum is not None:
        least = column.minimum
        checks.append(
            pandera.Check(lambda cells: cells >= least, name="minimum", error=f"less than {least:g}")
        )
    if column.maximum is not None:
        most = column.maximum
        checks.append(pandera.Check(lambda cells: cells <= most, name="maximum", error=f"more than {most:g}"))
    if column.values:
        values = column.values
        checks.append(
            pandera.Check(
                lambda cells: cells.isin(values), name="values", error=f"none of {', '.join(values)}"
            )
        )
    if column.pattern:
        pattern = column.pattern
        checks.append(
            pandera.Check(
                lambda cells: cells.astype("str").str.fullmatch(pattern),
                name="pattern",
                error=f"not of the form {pattern}",
            )
        )
    return checks


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_integer(kind):
        return "whole number"
    return "day" if pa.types.is_date(kind) else "text"


def _all(cells: pd.Series, outcome: bool) -> pd.Series[bool]:
    return pd.Series(outcome, index=cells.index)


def _is_text(cells: pd.Series) -> pd.Series[bool]:
    if isinstance(cells.dtype, pd.ArrowDtype):
        kind = cells.dtype.pyarrow_dtype
        return _all(cells, pa.types.is_string(kind.value_type if pa.types.is_dictionary(kind) else kind))
    words = cells.cat.categories.to_series() if isinstance(cells.dtype, pd.CategoricalDtype) else cells
    if words.dtype != object:
        return _all(cells, pd.api.types.is_string_dtype(words))
    return cells.map(lambda cell: isinstance(cell, str)).astype(bool)


def _is_number(cells: pd.Series) -> pd.Series[bool]:
    return _all(cells, pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells))


def _is_whole(cells: pd.Series) -> pd.Series[bool]:
    # With an empty cell among them pandas reads whole numbers as others.
    return (cells % 1 == 0).astype(bool) if pd.api.types.is_float_dtype(cells) else _is_number(cells)


def _is_day(cells: pd.Series) -> pd.Series[bool]:
    if pd.api.types.is_datetime64_any_dtype(cells):
        return cells.eq(cells.dt.normalize())
    return cells.map(lambda cell: type(cell) is dt.date).astype(bool)


_TYPES = {"text": _is_text, "number": _is_number, "whole number": _is_whole, "day": _is_day}
