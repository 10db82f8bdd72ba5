"""`tenure import accounts`, `people`, `events` …: one way in for every kind of file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from tenure.config.starting import chosen_workspace, refuse_old_tables, use_django

_OPTIONS = (
    click.option("--workspace", help="Name or number of the workspace; needed when there are several."),
    click.option("--timezone", default="UTC", show_default=True, help="Zone of times that name none."),
    click.option("--encoding", default="", help="The file's encoding, when the guess is wrong (gb18030, big5 …)."),
    click.option("--errors", type=click.Path(path_type=Path), help="Write refused rows, with the reason, to this CSV."),
    click.option("--dry-run", is_flag=True, help="Read and weigh every row, store nothing."),
    click.option("--map", "mapping", default="", help="field=column pairs; what is not said is guessed."),
    click.argument("file", type=click.Path(path_type=Path)),
)

_OPTIONS_OF = {
    "events": (click.option("--event", default="", help="What every row is, when no column names the event."),)
}


def importing(kind: str, words: str) -> click.Command:
    """Make the command that imports one kind of file; `words` are its help."""

    def carry_out(**chosen: Any) -> None:
        _carry_out(kind, **chosen)

    named: Callable[..., None] = carry_out
    for option in (*(_OPTIONS_OF.get(kind, ())), *_OPTIONS):
        named = option(named)
    return click.command(kind, help=words)(named)


def _carry_out(
    kind: str, *, file: Path, mapping: str, dry_run: bool, errors: Path | None, encoding: str, timezone: str,
    workspace: str | None, event: str = "",
) -> None:  # fmt: skip
    from rich.console import Console

    use_django()
    refuse_old_tables()
    from tenure.connectors.files import actions, queries, reading, wording
    from tenure.connectors.files.actions.uploading import suggestions
    from tenure.connectors.files.rules.columns import read_mapping
    from tenure.connectors.files.types import Kind, Status
    from tenure.kernel import tenancy
    from tenure.kernel.errors import DomainError

    console = Console(highlight=False)
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.ClickException(f"{timezone!r} is not a time zone, such as Europe/Berlin.") from error
    try:
        if not file.is_file():
            raise click.ClickException(f"{file} is not a file.")
        found = reading.look_over(file.resolve(), encoding)
        with tenancy.scope(chosen_workspace(workspace)):
            event = event.strip()
            columns = read_mapping(Kind(kind), mapping, found.header, suggestions(Kind(kind), found), event=event)
            click.echo(f"{file.name}  {found.encoding}, {len(found.header)} columns")
            if event:
                click.echo(f"  {'event':<24} = {event}")
            for each in columns:
                click.echo(f"  {each.target.value + (f'.{each.trait}' if each.trait else ''):<24} ← {each.name}")
            of = actions.take_file(
                found, file.name, kind=Kind(kind), by=None, columns=columns, is_ours=False, timezone=timezone,
                event=event,
            )  # fmt: skip
            of = actions.check_import(of) if dry_run else actions.run_import(of, by=None)
            of = _to_the_end(of.pk, console)
            _say(of, list(queries.refused_rows(of)[:5]), errors)
            if errors and of.refused:
                _write_errors(of, errors)
            if of.status == Status.FAILED:
                raise click.ClickException(wording.problem(of.problem, of.problem_particulars))
            if dry_run:
                actions.remove_import(of, by=None)
                click.echo("Nothing was stored: this was a dry run.")
    except DomainError as error:
        raise click.ClickException(str(error)) from error


def _to_the_end(pk: int, console: Any) -> Any:
    """Work through the file here, and through the intake log, in turns with any `tenure work` that is running."""
    import time

    from tenure.connectors.files import queries
    from tenure.connectors.files.actions.running import run_some
    from tenure.connectors.files.types import Status
    from tenure.kernel import clock, jobs

    with _progress(console) as progress:
        of = queries.file_import(pk)
        bar = progress.add_task("Checking" if of.status == Status.CHECKING else "Reading", total=max(of.size, 1))
        while of.status in (Status.CHECKING, Status.RUNNING):
            if not run_some(pk) and not jobs.run_stage("intake", clock.now(), turns=1):
                time.sleep(0.2)
            of = queries.file_import(pk)
            progress.update(bar, completed=of.bytes)
    return of


def _progress(console: Any) -> Any:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    done = TextColumn("{task.percentage:>3.0f} %")
    return Progress(TextColumn("{task.description:<10}"), BarColumn(), done, TimeRemainingColumn(), console=console)


def _say(of: Any, refused: list[Any], errors: Path | None) -> None:
    from tenure.connectors.files import wording

    click.echo(
        f"{of.rows:,} rows: {of.new:,} new, {of.changed:,} changed, {of.same:,} the same, {of.refused:,} refused"
    )
    for row in refused:
        click.echo(f"  line {row.number}  {row.code}: {wording.reason(row.code, row.particulars)}")
    if of.refused and not errors:
        click.echo("Add --errors FILE.csv to have them written out.")


def _write_errors(of: Any, errors: Path) -> None:
    from tenure.connectors.files import queries
    from tenure.connectors.files.rules.columns import ERROR_COLUMNS
    from tenure.kernel.exporting import portions

    with errors.open("wb") as file:
        file.writelines(portions([*ERROR_COLUMNS, *of.header], queries.refused_lines(of)))
    click.echo(f"The refused rows are in {errors}: mend them there and import that file.")
