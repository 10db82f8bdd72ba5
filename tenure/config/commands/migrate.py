"""`tenure migrate`"""

import click

from tenure.config.starting import bring_tables_up_to_date, use_django


@click.command("migrate")
def command() -> None:
    """Bring the database up to this version of Tenure. Safe to repeat."""
    use_django()
    bring_tables_up_to_date()
    click.echo("The database is up to date.")
