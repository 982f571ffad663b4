"""`extract rules`: look at the rules and check them."""

from __future__ import annotations

from typing import Annotated

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
    raise typer.Exit(EXIT_WRONG if outcome.faults else EXIT_OK)
