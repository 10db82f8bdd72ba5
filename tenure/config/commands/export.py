"""`tenure export`"""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import click

from tenure.config.starting import chosen_workspace, refuse_old_tables, use_django

KINDS = ("accounts", "people", "events", "subscriptions", "tickets")
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("export")
@click.argument("kind", type=click.Choice(KINDS))
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--since", type=_DAY, help="Of events and tickets: the first day, UTC.")
@click.option("--until", type=_DAY, help="Of events and tickets: the last day, UTC.")
@click.option("--output", type=click.Path(path_type=Path), help="The file to write; without it, standard output.")
@click.option("--workspace", help="Name or number of the workspace; needed when there are several.")
def command(
    kind: str, form: str, since: datetime | None, until: datetime | None, output: Path | None, workspace: str | None
) -> None:
    """Write everything of a kind, one row a line, in the form in which it can be imported again.

    JSON lines keep the types of traits and properties; CSV is for spreadsheets.

    \b
    tenure export accounts --format csv --output accounts.csv
    tenure export events --since 2026-01-01 --until 2026-01-31 > january.jsonl
    """
    use_django()
    refuse_old_tables()
    from tenure.kernel import tenancy
    from tenure.kernel.errors import DomainError

    try:
        with tenancy.scope(chosen_workspace(workspace)):
            if output is None:
                _write(kind, form, since, until, sys.stdout.buffer)
                return
            with output.open("wb") as file:
                _write(kind, form, since, until, file)
    except DomainError as error:
        raise click.ClickException(str(error)) from error


def _write(kind: str, form: str, since: datetime | None, until: datetime | None, file: BinaryIO) -> None:
    from tenure.connectors.files.exporting import export
    from tenure.connectors.files.types import Kind
    from tenure.kernel.exporting import json_lines, portions

    found = export(Kind(kind), since=_day(since), until=_day(until))
    file.writelines(portions(found.columns, found.lines()) if form == "csv" else json_lines(found.records))


def _day(chosen: datetime | None) -> date | None:
    return chosen.date() if chosen else None
