"""The columns of a table as Markdown: what docs/columns.md and `extract schema --format markdown` show."""

from __future__ import annotations

from collections.abc import Iterator

from extract.table_schema import Column, TableDescription


def schema_markdown(table: TableDescription) -> Iterator[str]:
    """Gives the lines of a table's section: what a row is, its keys, its columns."""
    yield f"## {table.name}"
    yield ""
    yield f"{table.title}. File: `{table.file_name}`. Key: {_names(table.primary_key)}."
    for name, (other, there) in table.foreign_keys:
        yield f"`{name}` points to `{other or table.name}.{there}`."
    yield ""
    yield "| column | type | null | meaning |"
    yield "| --- | --- | --- | --- |"
    for column in table.columns:
        null = "yes" if column.nullable else "no"
        yield f"| `{column.name}` | {column.type_name} | {null} | {_meaning(column)} |"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _meaning(column: Column) -> str:
    parts = [column.description.replace("|", "\\|")]
    if column.values:
        parts.append(f"one of {_names(column.values)}")
    if column.unit:
        parts.append(f"in `{column.unit}`" if column.unit.isidentifier() else f"in {column.unit}")
    return "; ".join(parts)
