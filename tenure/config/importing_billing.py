"""`tenure import subscriptions` and `tenure import spend`."""

from collections.abc import Callable
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from tenure.config.starting import chosen_workspace, refuse_old_tables, use_django


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--workspace", help="Name or number of the workspace; needed when there are several."),
        click.option("--timezone", default="UTC", show_default=True, help="Zone of times that name none."),
        click.option("--encoding", help="The file's encoding, when the guess is wrong (gb18030, big5 …)."),
        click.option(
            "--errors", type=click.Path(path_type=Path), help="Write refused rows, with line and reason, to this CSV."
        ),
        click.option("--dry-run", is_flag=True, help="Read and check every row, store nothing."),
        click.option("--map", "mapping", default="", help="field=column pairs; what is not said is guessed."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = option(command)
    return command


@click.command("subscriptions")
@_options
def import_subscriptions(**chosen: Any) -> None:
    """Import subscriptions from a CSV file (also .gz), one row a subscription.

    Columns: account, subscription and started; amount (what one bill comes to) or unit_amount with quantity;
    plan, currency, interval (month, year, 3 months …), trial_end, ended, cancelled, period_end, status, discount
    and discount_until. With a column `changed`, several rows tell the history of one subscription. Safe to repeat:
    rows that say nothing new are recognised.

    \b
    tenure import subscriptions plans.csv --dry-run
    tenure import subscriptions plans.csv --map account=company,amount=price
    """
    use_django()
    refuse_old_tables()
    from tenure.connectors.csv_billing import actions

    _carry_out(actions.import_subscriptions, **chosen)


@click.command("spend")
@_options
def import_spend(**chosen: Any) -> None:
    """Import what was spent on winning customers from a CSV file: month (or first and last day), amount.

    Also: currency and channel. The same days and channel again replace what was said before.

    \b
    tenure import spend marketing.csv --dry-run
    """
    use_django()
    refuse_old_tables()
    from tenure.connectors.csv_billing import actions

    _carry_out(actions.import_spend, **chosen)


def _carry_out(
    carry_out: Callable[..., Any], *, file: Path, mapping: str, dry_run: bool, errors: Path | None,
    encoding: str | None, timezone: str, workspace: str | None,
) -> None:  # fmt: skip
    from tenure.connectors.csv_events import reading
    from tenure.kernel import tenancy
    from tenure.kernel.errors import DomainError

    try:
        zone = UTC if timezone == "UTC" else ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise click.ClickException(f"{timezone!r} is not a time zone, such as Europe/Berlin.") from error
    try:
        sheet = reading.look_over(file, encoding)
        with tenancy.scope(chosen_workspace(workspace)):
            report = carry_out(sheet, columns=mapping, dry_run=dry_run, errors=errors, zone=zone)
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{report.rows:,} rows: {report.new:,} new, {report.known:,} known, {report.refused_rows:,} refused")
    for code, count in sorted(report.refused.items(), key=lambda c: -c[1]):
        example = report.examples[code]
        click.echo(f"  {count:>9,}  {code}: {example.reason} (line {example.number})")
    if report.refused and errors:
        click.echo(f"The refused rows are in {errors}: mend them there and import that file.")
    elif report.refused:
        click.echo("Add --errors FILE.csv to have them written out.")
    if dry_run:
        click.echo("Nothing was stored: this was a dry run.")
