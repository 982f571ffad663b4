"""The commands that carry tables elsewhere and back: validate, export, import-gold."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from extract.cli_options import (
    EXIT_OK,
    EXIT_SOME_FAILED,
    ConfidenceOption,
    DocumentOption,
    Format,
    FormatOption,
    MetricOption,
    ProvinceOption,
    StatusOption,
    TextColumnOption,
    TextsOption,
)

app = typer.Typer()


class ExportTo(StrEnum):
    """What facts are exported to."""

    CSV = "csv"
    JSONL = "jsonl"
    XLSX = "xlsx"
    SDMX_CSV = "sdmx-csv"
    LABEL_STUDIO = "label-studio"


@app.command(
    epilog="Example: [bold]extract validate out/[/bold], or one file of facts: "
    "[bold]extract validate facts.csv[/bold]"
)
def validate(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="[PATH]", help="Output of a run, a folder of parts, or facts in .parquet or .csv."
        ),
    ] = Path("out"),
    limit: Annotated[int, typer.Option(min=0, help="Faults told of each kind; 0 for all.")] = 20,
    format: FormatOption = Format.TABLE,
) -> None:
    """Check a fact table cell by cell; exit 1 when something is wrong (extra validate)."""
    from extract.validation import Validation
    from extract.validation_display import print_faults

    validation = Validation(path)
    counts = print_faults(validation, format.value, limit)
    raise typer.Exit(EXIT_SOME_FAILED if counts else EXIT_OK)


_EXPORT_EXAMPLES = (
    "Example: [bold]extract export out/ --to xlsx -o facts.xlsx --province 'Bến Tre'[/bold]\n\n"
    "Statistics: [bold]extract export out/ --to sdmx-csv -o panel.csv[/bold]\n\n"
    "Annotation: [bold]extract export out/ --to label-studio -o tasks.json[/bold]"
)


@app.command(epilog=_EXPORT_EXAMPLES)
def export(
    to: Annotated[ExportTo, typer.Option("--to", help="The format.", show_default=False)],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The file; an older one is replaced.")
    ],
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Output of a run.")] = Path("out"),
    province: ProvinceOption = "",
    metric: MetricOption = "",
    status: StatusOption = "",
    document: DocumentOption = "",
    min_confidence: ConfidenceOption = 0.0,
    excel: Annotated[
        bool,
        typer.Option(
            "--excel", help="CSV that a spreadsheet program opens: UTF-8 marked, no cell taken for a formula."
        ),
    ] = False,
    texts: TextsOption = None,
    text_column: TextColumnOption = "",
) -> None:  # fmt: skip
    """Write the facts for other programs: csv, jsonl, xlsx (extra xlsx), sdmx-csv or label-studio."""
    from extract.export import ExportOptions, Target
    from extract.export import export as write_export
    from extract.fact_filter import Filters
    from extract.wording import count_of

    filters = Filters(province, metric, status, document, min_confidence)
    options = ExportOptions(directory, Target(to.value), output, filters, excel, texts, text_column)
    exported = write_export(options)
    for note in exported.notes:
        typer.echo(f"note: {note}", err=True)
    files = " and ".join(map(str, exported.files))
    typer.echo(f"{files}: {count_of(exported.rows, exported.noun)}", err=True)


@app.command(
    "import-gold",
    epilog="Example: [bold]extract import-gold project-1.json -o gold.jsonl[/bold], then "
    "[bold]extract eval gold.jsonl out/[/bold]",
)
def import_gold(
    source: Annotated[
        Path, typer.Argument(metavar="EXPORT", help="What Label Studio exported, in its format JSON.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Gold, as JSON lines.")],
    annotator: Annotated[
        str, typer.Option(metavar="ID", help="Only what this annotator did: the number or address.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the file where there is one already.")
    ] = False,
) -> None:
    """Make gold of tasks that were annotated in Label Studio."""
    from extract.label_studio_import import import_gold as read_annotations
    from extract.wording import count_of

    found = read_annotations(source, output, annotator=annotator, replace=replace)
    if found.without:
        typer.echo(f"note: {count_of(found.without, 'task')} without annotation left out", err=True)
    if found.several:
        typer.echo(
            f"note: of {count_of(found.several, 'task')} with several annotations the last counts", err=True
        )
    facts, documents = count_of(found.facts, "fact"), count_of(found.documents, "document")
    typer.echo(f"{output}: {facts} of {documents}", err=True)
