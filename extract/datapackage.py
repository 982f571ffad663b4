"""The tables of a run described as a Frictionless data package, for readers that know no Parquet metadata."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from extract.table_schema import SCHEMA_VERSION, TABLES, Column, TableDescription

FILE_NAME = "datapackage.json"


def describe_package(files: Sequence[Path], package_version: str) -> dict[str, Any]:
    """Gives the descriptor. `files` are the Parquet files, in the order of `TABLES`; they are hashed."""
    return {
        "profile": "data-package",
        "name": "extract-facts",
        "title": "Facts from Vietnamese news",
        "version": SCHEMA_VERSION,
        "created_by": f"extract {package_version}",
        "resources": [_resource(table, file) for table, file in zip(TABLES, files, strict=True)],
    }


def _resource(table: TableDescription, file: Path) -> dict[str, Any]:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
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
        "path": table.file_name,
        "profile": "tabular-data-resource",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest}",
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
