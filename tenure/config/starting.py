"""Making Django ready, for sub-commands and tools that touch records."""

import os


def use_django() -> None:
    """Set Django up from the environment."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tenure.config.settings")
    django.setup()


def bring_tables_up_to_date() -> None:
    """Create the tables of an empty database at once; run the migrations that have not run yet."""
    from tenure.config.tables import create_tables

    create_tables()
    migrate()


def migrate() -> None:
    """Run the migrations that have not run yet, one by one."""
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


def chosen_workspace(wanted: str | None) -> int:
    """Find the workspace a command is meant for: the one there is, or the one with this name or number."""
    import click

    from tenure.workspaces import queries

    known = {pk: queries.workspace(pk).name for pk in queries.workspace_ids()}
    if not known:
        raise click.ClickException("There is no workspace yet. Start `tenure serve` and set one up first.")
    if wanted is None:
        if len(known) > 1:
            listed = ", ".join(f"{pk} ({name})" for pk, name in known.items())
            raise click.ClickException(f"Which workspace? Say --workspace with one of: {listed}.")
        return next(iter(known))
    found = [pk for pk, name in known.items() if wanted in {str(pk), name}]
    if len(found) != 1:
        raise click.ClickException(f"There is no one workspace {wanted!r}. There are: {', '.join(known.values())}.")
    return found[0]
