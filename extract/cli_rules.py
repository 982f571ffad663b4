"""`extract rules`: look at the rules and check them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from extract.cli_options import EXIT_OK, EXIT_WRONG, RulesOption

app = typer.Typer(
    no_args_is_help=True,
    help="Look at the rules and check them.",
    epilog="Example: [bold]extract rules show dti_rank[/bold]",
)


@app.command("list", epilog="Example: [bold]extract rules list metrics[/bold]")
def rules_list(
    family: Annotated[str, typer.Argument(metavar="[FAMILY]", help="One family only, such as metrics.")] = "",
    rules: RulesOption = None,
) -> None:
    """List the rules: id, meaning, file and line."""
    from extract.display import print_rules
    from extract.rules import load_rules

    print_rules(load_rules(rules), family)


@app.command("show", epilog="Example: [bold]extract rules show dti_rank[/bold]")
def rules_show(
    rule: Annotated[str, typer.Argument(metavar="ID", help="Id of a rule, a metric or a unit.")],
    rules: RulesOption = None,
) -> None:
    """Show one rule with its examples."""
    from extract.display import print_rule
    from extract.rules import load_rules

    print_rule(load_rules(rules), rule)


@app.command("check", epilog="Example: [bold]extract rules check --rules my_rules/[/bold]")
def rules_check(rules: RulesOption = None) -> None:
    """Check every rule against its own examples, through the whole pipeline."""
    from extract.check_rules import check_examples
    from extract.display import print_rule_check
    from extract.rules import load_rules

    loaded = load_rules(rules)
    outcome = check_examples(loaded)
    print_rule_check(outcome)
    raise typer.Exit(EXIT_WRONG if outcome.faults or outcome.unfinished else EXIT_OK)


_NEW_EXAMPLES = (
    "Example: [bold]extract rules new visitor_arrivals[/bold]\n\n"
    "At once: [bold]extract rules new visitor_arrivals --phrase 'lượt khách | du khách' --unit visitor[/bold]"
)


@app.command("new", epilog=_NEW_EXAMPLES)
def rules_new(
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="Its id, such as visitor_arrivals.")],
    rules: Annotated[
        Path, typer.Option("--rules", metavar="DIR", help="Folder of rules that METRIC.yaml goes into.")
    ] = Path("my_rules"),
    phrase: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            metavar="WORDS",
            help="A way to say it: 'a | b' is one of two, 'a + b' both, in any order. Repeatable.",
        ),
    ] = None,
    unit: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            metavar="UNIT",
            help="What it is stated in: an id, a dimension such as money, or as it is written. Repeatable.",
        ),
    ] = None,
    label: Annotated[str, typer.Option(help="Vietnamese name; by default the first phrase.")] = "",
    definition: Annotated[str, typer.Option(help="What is counted and what is not.")] = "",
    pillar: Annotated[str, typer.Option(help="Part of the ontology, such as tourism.")] = "",
    example: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            metavar="TEXT", help="A sentence that states it; by default plain ones are made up. Repeatable."
        ),
    ] = None,
) -> None:  # fmt: skip
    """Begin a metric of your own: a YAML file with all keys and what goes there."""
    from extract.display import print_new_rule
    from extract.new_rule import Wish, write_metric

    wish = Wish(
        metric, rules, label, definition, pillar, tuple(unit or ()), tuple(phrase or ()), tuple(example or ())
    )
    print_new_rule(write_metric(wish), rules)
