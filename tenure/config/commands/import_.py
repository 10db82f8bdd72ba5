"""`tenure import`"""

import time
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from tenure.config.importing_billing import import_spend, import_subscriptions
from tenure.config.importing_customers import import_accounts, import_people
from tenure.config.starting import chosen_workspace, refuse_old_tables, use_django


@click.group("import")
def command() -> None:
    """Bring records in from files."""


command.add_command(import_accounts)
command.add_command(import_people)
command.add_command(import_subscriptions)
command.add_command(import_spend)


@command.command("events")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "mapping",
    default="",
    help="field=column pairs; fields are event, timestamp, user_id, anonymous_id, account_id, message_id, user.TRAIT "
    "and account.TRAIT. What is not said is guessed; other columns become properties.",
)
@click.option("--dry-run", is_flag=True, help="Read and check every row, store nothing.")
@click.option(
    "--errors", type=click.Path(path_type=Path), help="Write refused rows, with line and reason, to this CSV."
)
@click.option("--encoding", help="The file's encoding, when the guess is wrong (utf-8, gb18030, big5, cp1252 …).")
@click.option("--timezone", default="UTC", show_default=True, help="Zone of times that name none.")
@click.option("--workspace", help="Name or number of the workspace; needed when there are several.")
def import_events(
    file: Path, mapping: str, dry_run: bool, errors: Path | None, encoding: str | None, timezone: str,
    workspace: str | None,
) -> None:  # fmt: skip
    """Import events from a CSV file (also .gz), one row an event.

    Safe to repeat: rows that were imported before are recognised and not counted twice.

    \b
    tenure import events clicks.csv.gz --dry-run
    tenure import events clicks.csv.gz --map event=action,user_id=uid,account.name=company
    """
    from rich.console import Console

    from tenure.kernel.errors import DomainError

    use_django()
    refuse_old_tables()
    from tenure.connectors.csv_events import mapping as rules
    from tenure.connectors.csv_events import reading
    from tenure.connectors.csv_events.actions import import_events as carry_out
    from tenure.kernel import tenancy

    console = Console(highlight=False)
    try:
        zone = UTC if timezone == "UTC" else ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.ClickException(f"{timezone!r} is not a time zone, such as Europe/Berlin.") from error
    try:
        sheet = reading.look_over(file, encoding)
        columns = rules.read_mapping(mapping, sheet)
        _say_what_was_found(console, sheet, columns)
        with tenancy.scope(chosen_workspace(workspace)), _progress(console) as progress:
            before = _stored()
            bar = progress.add_task("Reading" if not dry_run else "Checking", total=sheet.size)
            report = carry_out(
                sheet, columns, dry_run=dry_run, errors=errors, zone=zone,
                on_bytes=lambda done: progress.update(bar, completed=done),
            )  # fmt: skip
            if not dry_run:
                _wait_until_stored(progress)
                report.stored = _stored() - before
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    _say_what_was_done(console, report, dry_run=dry_run, errors=errors)


@command.command("companies")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workspace", help="Name or number of the workspace; needed when there are several.")
def import_companies(file: Path, workspace: str | None) -> None:
    """Import facts about companies from a CSV file, one row a company, matched to accounts by domain.

    Columns: domain, and any of name, total_funding_usd, last_round, last_round_date, followers, brand_list.
    """
    from tenure.kernel.errors import DomainError

    use_django()
    refuse_old_tables()
    from tenure.connectors.company_facts.actions import import_companies as carry_out
    from tenure.kernel import tenancy

    try:
        with tenancy.scope(chosen_workspace(workspace)):
            done = carry_out(file)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{_counted(done.rows, 'row', 'rows')}: {_counted(done.companies, 'company', 'companies')}, "
        f"of which {_counted(done.accounts, 'account is', 'accounts are')} known here"
    )
    for each in done.refused[:20]:
        click.echo(f"  line {each.line}: {each.reason}")
    if len(done.refused) > 20:
        click.echo(f"  and {len(done.refused) - 20:,} more")


def _progress(console: Any) -> Any:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    done = TextColumn("{task.percentage:>3.0f} %")
    return Progress(TextColumn("{task.description:<10}"), BarColumn(), done, TimeRemainingColumn(), console=console)


def _stored() -> int:
    from tenure.tracking.queries import events_stored

    return events_stored()


def _wait_until_stored(progress: Any) -> None:
    """Work through the intake log here, together with any `tenure work` that is running."""
    from tenure.kernel import clock, jobs
    from tenure.tracking.queries import waiting_calls

    total = waiting_calls()
    bar = progress.add_task("Storing", total=max(total, 1))
    while (left := waiting_calls()) > 0:
        progress.update(bar, completed=total - left)
        if not jobs.run_stage("intake", clock.now(), turns=1):
            time.sleep(0.2)
    progress.update(bar, completed=max(total, 1))


def _say_what_was_found(console: Any, sheet: Any, columns: Any) -> None:
    console.print(f"[bold]{sheet.path.name}[/bold]  {sheet.encoding}, {len(sheet.header)} columns")
    for field, column in columns.fields.items():
        console.print(f"  {field.value:<14} ← {column}")
    for kind, traits in (("user", columns.user_traits), ("account", columns.account_traits)):
        for trait, column in traits.items():
            console.print(f"  {kind + '.' + trait:<14} ← {column}")
    if rest := [name for name in sheet.header if name not in columns.spoken_for()]:
        console.print(f"  {'properties':<14} ← {', '.join(rest)}")


def _say_what_was_done(console: Any, report: Any, *, dry_run: bool, errors: Path | None) -> None:
    console.print(
        f"{_counted(report.rows, 'row', 'rows')}: {report.taken:,} usable, {report.refused_rows:,} refused; "
        f"{_counted(report.people, 'person', 'people')}"
    )
    if report.first_at:
        console.print(f"from {report.first_at} to {report.last_at}")
    for code, count in sorted(report.refused.items(), key=lambda c: -c[1]):
        example = report.examples[code]
        console.print(f"  {count:>9,}  {code}: {example.reason} (line {example.number})", markup=False)
    if report.refused and errors:
        console.print(f"The refused rows are in {errors}: mend them there and import that file.")
    elif report.refused:
        console.print("Add --errors FILE.csv to have them written out.")
    if dry_run:
        console.print("Nothing was stored: this was a dry run.")
    else:
        known = report.taken - min(report.stored, report.taken)
        was_here = f"; {_counted(known, 'was', 'were')} here already" if known else ""
        console.print(f"{_counted(report.stored, 'new call', 'new calls')} stored{was_here}")


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
