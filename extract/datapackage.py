"""The tables of a run described as a Frictionless data package, for readers that know no Parquet metadata.

Version 1 of the specification. A resource states its hash as `sha256`: what the specification calls `hash`
and `bytes` is compared by frictionless with what it counts while reading, and of Parquet it counts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from extract.table_schema import SCHEMA_VERSION, TABLES, Column, TableDescription
from extract.written_file import WrittenFile

FILE_NAME = "datapackage.json"


def describe_package(files: Sequence[Sequence[WrittenFile]], package_version: str) -> dict[str, Any]:
    """Gives the descriptor. `files` are those of each of `TABLES`.

    A table of several files is a resource for each: the specification joins the bytes of several paths, and
    Parquet files cannot be joined so.
    """
    return {
        "profile": "data-package",
        "name": "extract-facts",
        "title": "Facts from Vietnamese news",
        "version": SCHEMA_VERSION,
        "created_by": f"extract {package_version}",
        "resources": [
            _resource(table, file, in_parts=len(members) > 1)
            for table, members in zip(TABLES, files, strict=True)
            for file in members
        ],
    }


def stated_digests(package: Mapping[str, Any]) -> dict[str, str]:
    """Gives the hash that a descriptor states of each file, by its name. Raises KeyError without one."""
    return {PurePosixPath(item["path"]).name: item["sha256"] for item in package["resources"]}


def _resource(table: TableDescription, file: WrittenFile, *, in_parts: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "primaryKey": list(table.primary_key),
    }
    # A fact may repeat one of the part before.
    keys = [key for key in table.foreign_keys if key[1][0] or not in_parts]
    if keys:
        schema["foreignKeys"] = [
            {"fields": [here], "reference": {"resource": resource, "fields": [there]}}
            for here, (resource, there) in keys
        ]
    return {
        "name": PurePosixPath(file.path).with_suffix("").as_posix().replace("/", "-"),
        "title": table.title,
        "path": file.path,
        "profile": "tabular-data-resource",
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "sha256": file.sha256,
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
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.maximum is not None:
        constraints["maximum"] = column.maximum
    if column.pattern:
        # Some readers look for it at both ends alone, and either end of an alternative would do.
        constraints["pattern"] = f"({column.pattern})"
    if constraints:
        field["constraints"] = constraints
    return field


def _type(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "number"
    if pa.types.is_integer(kind):
        return "integer"
    return "date" if pa.types.is_date(kind) else "string"
