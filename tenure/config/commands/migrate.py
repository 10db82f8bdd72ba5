"""`tenure migrate`"""

import click

from tenure.config.starting import use_django


@click.command("migrate")
def command() -> None:
    """Bring the database up to this version of Tenure. Safe to repeat."""
    use_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    click.echo("The database is up to date.")
