"""`extract text`: the facts of one text."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from extract.cli_options import Format, FormatOption, RulesOption
from extract.errors import InputError

app = typer.Typer()


@app.command(epilog="Example: [bold]extract text 'Tỉnh có 4.285 trạm BTS' --province 'Bình Thuận'[/bold]")
def text(
    words: Annotated[
        str, typer.Argument(metavar="[TEXT]", help="The text; standard input when left out or -.")
    ] = "",
    published: Annotated[
        str, typer.Option(help="Date of the text: a day, month or year, as 2024-10-08 or 8/10/2024.")
    ] = "",
    province: Annotated[str, typer.Option(help="Province that the text is about.")] = "",
    rules: RulesOption = None,
    format: FormatOption = Format.TABLE,
) -> None:
    """Extract the facts of one text."""
    from extract.display import print_facts
    from extract.encoding import decode_text
    from extract.metadata import build_metadata
    from extract.pipeline import Extractor
    from extract.province_names import unknown_province
    from extract.rules import load_rules
    from extract.sources import STANDARD_INPUT
    from extract.table import facts_table
    from extract.text_document import text_document

    values = {key: value for key, value in {"published": published, "province": province}.items() if value}
    try:
        metadata = build_metadata(values)
    except ValueError as error:
        raise InputError("--published", str(error)) from error
    try:
        content = decode_text(sys.stdin.buffer.read() if words in ("", STANDARD_INPUT) else words.encode())
    except ValueError as error:
        raise InputError("text", str(error)) from error
    document = text_document(content, metadata)
    extractor = Extractor(load_rules(rules))
    if province and not extractor.gazetteer.knows(province):
        names = extractor.gazetteer.province_names
        typer.echo(f"warning: --province: {unknown_province(province, names)}", err=True)
    result = extractor.extract(document)
    rows = facts_table(result.facts).to_pylist()
    print_facts(rows, format.value, total=len(rows))
