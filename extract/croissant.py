"""The tables of a run described in Croissant 1.0, the metadata format of data sets for machine learning.

JSON-LD of schema.org: a `FileObject` for each file, a `RecordSet` for each table, a `Field` for each column.
Source: the Croissant format specification 1.0 (docs.mlcommons.org/croissant). It holds no day of publication,
licence, address or citation: who publishes a data set adds them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from extract.table_schema import SCHEMA_VERSION, TABLES, Column, TableDescription
from extract.written_file import WrittenFile

FILE_NAME = "croissant.json"
NAME = "extract-facts"
CREATOR = "extract"
# The name that mlcroissant reads Parquet by.
_PARQUET = "application/x-parquet"

_OWN_TERMS = (
    "citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet",
    "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet",
    "references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField",
    "transform",
)  # fmt: skip
# What each key of the document means. The specification gives this block, and readers expect all of it.
_CONTEXT: Mapping[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    **{term: f"cr:{term}" for term in _OWN_TERMS},
}


def describe_dataset(files: Sequence[Sequence[WrittenFile]], package_version: str) -> dict[str, Any]:
    """Gives the document. `files` are those of each of `TABLES`."""
    tables = list(zip(TABLES, files, strict=True))
    return {
        "@context": dict(_CONTEXT),
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": NAME,
        "description": "Facts from Vietnamese news: every stated measurement with its metric, value, unit, "
        "period and province, and the sentence that states it.",
        "version": f"{SCHEMA_VERSION}.0",
        "inLanguage": "vi",
        "isLiveDataset": False,
        "creator": {
            "@type": "sc:Organization",
            "name": CREATOR,
            "description": f"Made by the program extract, version {package_version}",
        },
        "distribution": [item for table, members in tables for item in _distribution(table, members)],
        "recordSet": [_record_set(table, members) for table, members in tables],
    }


def is_croissant_of_run(content: Any) -> bool:
    """Asks whether a document, as JSON gives it, is one that a run wrote."""
    if not isinstance(content, dict):
        return False
    creator = content.get("creator")
    return content.get("name") == NAME and isinstance(creator, dict) and creator.get("name") == CREATOR


def _distribution(table: TableDescription, files: Sequence[WrittenFile]) -> list[dict[str, Any]]:
    objects: list[dict[str, Any]] = [
        {
            "@type": "cr:FileObject",
            "@id": file.path,
            "name": file.path,
            "contentUrl": file.path,
            "contentSize": f"{file.size} B",
            "encodingFormat": _PARQUET,
            "sha256": file.sha256,
        }
        for file in files
    ]
    if len(files) > 1:
        objects.append(
            {
                "@type": "cr:FileSet",
                "@id": _parts_of(table),
                "name": _parts_of(table),
                "encodingFormat": _PARQUET,
                "includes": f"{table.folder_name}/*.parquet",
            }
        )
    return objects


def _record_set(table: TableDescription, files: Sequence[WrittenFile]) -> dict[str, Any]:
    source = {"fileObject": {"@id": files[0].path}}
    if len(files) > 1:
        source = {"fileSet": {"@id": _parts_of(table)}}
    references = {here: there for here, there in table.foreign_keys if there[0]}
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.title,
        "key": [{"@id": f"{table.name}/{name}"} for name in table.primary_key],
        "field": [_field(table, column, source, references.get(column.name)) for column in table.columns],
    }


def _field(
    table: TableDescription, column: Column, source: Mapping[str, Any], reference: tuple[str, str] | None
) -> dict[str, Any]:
    field: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column.name}",
        "name": column.name,
        "description": f"{column.description} [{column.unit}]" if column.unit else column.description,
        "dataType": _data_type(column.type),
        "source": {**source, "extract": {"column": column.name}},
    }
    if reference is not None:
        field["references"] = {"field": {"@id": "/".join(reference)}}
    return field


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_floating(kind):
        return "sc:Float"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Date" if pa.types.is_date(kind) else "sc:Text"


def _parts_of(table: TableDescription) -> str:
    return f"{table.name}-parts"
