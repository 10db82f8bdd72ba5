"""Making Django ready, for sub-commands and tools that touch records."""

import os


def use_django() -> None:
    """Set Django up from the environment."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    django.setup()


def bring_tables_up_to_date() -> None:
    """Run the migrations that have not run yet."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def refuse_old_tables() -> None:
    """End with what to do when the database is not one of this version's."""
    import click
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise click.ClickException("The tables are not up to date. Run: tenure migrate")
