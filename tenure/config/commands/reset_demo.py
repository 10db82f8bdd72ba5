"""`tenure reset-demo`"""

import click

from tenure.config.starting import bring_tables_up_to_date, use_django


@click.command("reset-demo")
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same customers and the same year.")
@click.option("--accounts", default=400, show_default=True, help="Accounts that have signed up by the end.")
@click.option("--months", default=12, show_default=True, help="Months of history.")
def command(seed: int, accounts: int, months: int) -> None:
    """Throw the demo workspace away and simulate it anew. Other workspaces are not touched.

    Refuses while Tenure is running on the same database: stop it first.
    """
    use_django()
    bring_tables_up_to_date()
    from tenure.config.commands.simulate import fill_demo

    fill_demo(seed=seed, accounts=accounts, months=months, anew=True)
    click.echo("The demo workspace is new. `tenure serve --demo` (or `make run`) opens it.")
