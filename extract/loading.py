"""Tables of a run, and facts at hand, as data frames: what `extract.load` and `extract.to_frame` are.

polars and duckdb are loaded only when they are asked for.
"""

from __future__ import annotations

import glob
import importlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

import pyarrow as pa
import pyarrow.parquet as pq

from extract import datapackage
from extract.arguments import PathLike, check_choice, given_path
from extract.errors import ArgumentError, InputError, MissingLibraryError
from extract.extras import how_to_install
from extract.location import is_url, url_label
from extract.models import Fact
from extract.staging import has_finished_parts, staged_path
from extract.table import check_columns, facts_table, load_table, parquet_errors, table_files
from extract.table_schema import TABLES, TableDescription
from extract.wording import option_name

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl

TableName: TypeAlias = Literal["facts", "documents", "metrics", "units", "provinces"]
FrameKind: TypeAlias = Literal["pandas", "polars", "arrow", "duckdb"]

_TABLES = {table.name: table for table in TABLES}
_KINDS = ("pandas", "polars", "arrow", "duckdb")


@overload
def load(
    directory: PathLike = ...,
    table: TableName = ...,
    *,
    columns: str | Sequence[str] | None = ...,
    as_: Literal["pandas"] = ...,
) -> pd.DataFrame: ...
@overload
def load(
    directory: PathLike = ...,
    table: TableName = ...,
    *,
    columns: str | Sequence[str] | None = ...,
    as_: Literal["polars"],
) -> pl.DataFrame: ...
@overload
def load(
    directory: PathLike = ...,
    table: TableName = ...,
    *,
    columns: str | Sequence[str] | None = ...,
    as_: Literal["arrow"],
) -> pa.Table: ...
@overload
def load(
    directory: PathLike = ...,
    table: TableName = ...,
    *,
    columns: str | Sequence[str] | None = ...,
    as_: Literal["duckdb"],
) -> duckdb.DuckDBPyRelation: ...
@overload
def load(
    directory: PathLike = ...,
    table: TableName = ...,
    *,
    columns: str | Sequence[str] | None = ...,
    as_: FrameKind,
) -> Any: ...
def load(
    directory: PathLike = "out",
    table: TableName = "facts",
    *,
    columns: str | Sequence[str] | None = None,
    as_: FrameKind = "pandas",
) -> Any:
    """Reads a table of a run: the facts, or `documents`, `metrics`, `units`, `provinces`.

    `directory` is the `out` of the run, or a URL of it (extra `remote`). It makes no difference whether facts
    lie in one file or in parts. `columns` are those wanted, in that order; by default all.

    `as_` is what comes back: `pandas` (days are `datetime.date`, closed lists of words are categories),
    `polars` (Date and Categorical), `arrow` (a `pyarrow.Table` with the schema's metadata), or `duckdb`: a
    relation over the files, which reads what a query asks for (of a URL: over the table in memory).

    Raises InputError where no run has written, or what it wrote is damaged; ArgumentError for a table, column
    or kind that does not exist; MissingLibraryError, which says what to install.
    """
    check_choice("table", table, tuple(_TABLES))
    check_choice("as_", as_, _KINDS)
    description = _TABLES[table]
    known = [column.name for column in description.columns]
    wanted = known if columns is None else [columns] if isinstance(columns, str) else list(columns)
    if not wanted:
        raise ArgumentError("columns", "none is named")
    for name in wanted:
        check_choice("columns", name, known)
    library = _library(as_)
    place = given_path(directory)
    if is_url(place):
        return _converted(_remote_table(place, description, wanted), as_, library)
    folder = Path(place)
    files = _files(folder, description)
    if as_ != "duckdb":
        return _converted(load_table(folder, description, wanted).select(wanted), as_, library)
    for path in files:
        with parquet_errors(path):
            check_columns(path, description, pq.read_schema(path).names)
    quoted = ", ".join(f'"{name}"' for name in wanted)
    return library.read_parquet([glob.escape(str(path)) for path in files]).select(quoted)


@overload
def to_frame(facts: Iterable[Fact], *, as_: Literal["pandas"] = ...) -> pd.DataFrame: ...
@overload
def to_frame(facts: Iterable[Fact], *, as_: Literal["polars"]) -> pl.DataFrame: ...
@overload
def to_frame(facts: Iterable[Fact], *, as_: Literal["arrow"]) -> pa.Table: ...
@overload
def to_frame(facts: Iterable[Fact], *, as_: Literal["duckdb"]) -> duckdb.DuckDBPyRelation: ...
@overload
def to_frame(facts: Iterable[Fact], *, as_: FrameKind) -> Any: ...
def to_frame(facts: Iterable[Fact], *, as_: FrameKind = "pandas") -> Any:
    """Gives facts, of one text or of many, as a table with the columns and types of `load`, in their order.

    `as_` is as for `load`. Raises ArgumentError for a kind that does not exist, and MissingLibraryError.
    """
    check_choice("as_", as_, _KINDS)
    return _converted(facts_table(facts), as_, _library(as_))


def _library(kind: str) -> Any:
    """Gives the library that makes tables of a kind."""
    name = "pyarrow" if kind == "arrow" else kind
    try:
        return importlib.import_module(name)
    except ImportError as error:
        how = how_to_install("frames", name)
        raise MissingLibraryError(f"as_={kind!r} needs {name}, which is not installed: {how}") from error


def _converted(table: pa.Table, kind: str, library: Any) -> Any:
    if kind == "pandas":
        return table.to_pandas()
    return library.from_arrow(table) if kind in ("polars", "duckdb") else table


def _files(folder: Path, description: TableDescription) -> list[Path]:
    """Gives the files of a table. Raises InputError, which says what is amiss with the folder."""
    if not folder.is_dir():
        reason = "is a file; the folder of a run is read" if folder.exists() else "no such folder"
        raise InputError(folder, reason)
    try:
        files = table_files(folder, description)
    except InputError:
        if has_finished_parts(folder):
            reason = (
                f"a run was stopped there before it wrote tables; {option_name('resume', value=True)} goes on"
            )
            raise InputError(folder, reason) from None
        raise
    lost = sorted(_described_files(folder, description) - {path.name for path in files})
    if lost:
        raise InputError(files[0].parent, f"lacks {', '.join(lost)}, which the run wrote")
    return files


def _described_files(folder: Path, description: TableDescription) -> set[str]:
    """Gives the names of the files that the run wrote; none where its description is not there."""
    path = staged_path(folder, datapackage.FILE_NAME)
    if not path.is_file():
        # Tables may be copied without it.
        return set()
    try:
        resources = json.loads(path.read_text(encoding="utf-8"))["resources"]
        stated = [PurePosixPath(item["path"]) for item in resources]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(path, "is not as a run wrote it") from error
    # A table in parts has a resource for each.
    wanted = {description.file_name, description.folder_name}
    names = {item.name for item in stated if item.name in wanted or item.parent.name in wanted}
    if not names:
        raise InputError(path, "is not as a run wrote it")
    return names


def _remote_table(url: str, description: TableDescription, wanted: list[str]) -> pa.Table:
    """Reads a table from a URL. Raises InputError, also for all that its library raises."""
    label = url_label(url)
    try:
        import fsspec
    except ImportError as error:
        raise MissingLibraryError(f"{label}: needs fsspec: {how_to_install('remote')}") from error
    try:
        system, root = fsspec.core.url_to_fs(url)
        root = root.rstrip("/")
        whole = f"{root}/{description.file_name}"
        files = [whole] if system.exists(whole) else []
        files = files or sorted(system.glob(f"{root}/{description.folder_name}/*.parquet"))
        if not files:
            raise InputError(f"{label.rstrip('/')}/{description.file_name}", "no such file")
        check_columns(label, description, pq.read_schema(files[0], filesystem=system).names)
        return pq.read_table(files, columns=wanted, filesystem=system).unify_dictionaries().select(wanted)
    except InputError:
        raise
    except Exception as error:
        # Every protocol has errors of its own.
        raise InputError(label, f"cannot be read: {error or type(error).__name__}") from error
