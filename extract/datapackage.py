"""The tables of a run described as a Frictionless data package, for readers that know no Parquet metadata."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from extract.table_schema import SCHEMA_VERSION, TABLES, Column, TableDescription

FILE_NAME = "datapackage.json"
_CHUNK = 1_000_000


def describe_package(folder: Path, files: Sequence[Sequence[Path]], package_version: str) -> dict[str, Any]:
    """Gives the descriptor. `files` are those of each of `TABLES`, below `folder`; all are hashed."""
    return {
        "profile": "data-package",
        "name": "extract-facts",
        "title": "Facts from Vietnamese news",
        "version": SCHEMA_VERSION,
        "created_by": f"extract {package_version}",
        "resources": [
            _resource(table, folder, members) for table, members in zip(TABLES, files, strict=True)
        ],
    }


def files_digest(files: Sequence[Path]) -> str:
    """Gives the hash that a resource states: of its files, one behind the other. Raises OSError."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def _resource(table: TableDescription, folder: Path, files: Sequence[Path]) -> dict[str, Any]:
    paths = [file.relative_to(folder).as_posix() for file in files]
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.primary_key),
    }
    if table.foreign_keys:
        schema["foreignKeys"] = [
            {"fields": [here], "reference": {"resource": resource, "fields": [there]}}
            for here, (resource, there) in table.foreign_keys
        ]
    return {
        "name": table.name,
        "title": table.title,
        "path": paths[0] if len(paths) == 1 else paths,
        "profile": "tabular-data-resource",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": sum(file.stat().st_size for file in files),
        "hash": files_digest(files),
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _type(column.type),
        "description": column.description,
    }
    if column.unit:
        field["unit"] = column.unit
    constraints: dict[str, Any] = {}
    if not column.nullable:
        constraints["required"] = True
    if column.values:
        constraints["enum"] = list(column.values)
    if constraints:
        field["constraints"] = constraints
    return field


def _type(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_integer(kind):
        return "integer"
    return "date" if pa.types.is_date(kind) else "string"
