"""`tenure metrics`"""

import json
import sys
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from tenure.config.starting import use_django

if TYPE_CHECKING:
    from tenure.insights.types import Reading

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("metrics")
@click.argument("name", required=False)
@click.option("--from", "since", type=DAY, help="First day, YYYY-MM-DD.  [default: 60 days, 26 weeks or 12 months ago]")
@click.option("--to", "until", type=DAY, help="Last day, included.  [default: today]")
@click.option("--by", default="", help="Split by one of the metric's choices, such as plan.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--workspace", help="Name or number of the workspace; needed when there are several.")
def command(
    name: str | None, since: datetime | None, until: datetime | None, by: str, form: str, workspace: str | None
) -> None:
    """Print a metric, or without NAME list all of them with their formulas.

    Days are UTC; periods are whole. A period of which nothing is known has no value, which is not 0. The table has
    money in the currency of the workspace; CSV and JSON have it in minor units (cents), as the API does.

    \b
    tenure metrics
    tenure metrics mau --by plan
    tenure metrics account_retention_month_1 --from 2026-01-01 --format csv
    """
    from tenure.kernel.errors import DomainError

    use_django()
    from django.utils import translation

    from tenure.config.starting import chosen_workspace
    from tenure.insights import queries
    from tenure.kernel import tenancy
    from tenure.workspaces import queries as workspaces

    with translation.override("en"):
        if name is None:
            _list(form)
            return
        try:
            with tenancy.scope(chosen_workspace(workspace)):
                read = queries.read_metric(name, since=_day(since), until=_day(until), by=by)
                currency = workspaces.workspace(tenancy.current_workspace_id()).currency
        except DomainError as error:
            raise click.ClickException(str(error)) from error
        _print(read, form, currency)


def _list(form: str) -> None:
    from tenure.insights.registry import metrics

    columns = ("name", "title", "unit", "each", "by", "formula")
    rows = [
        (m.name, str(m.title), m.unit.value, m.grain.value, " ".join(m.by) + " …" * m.by_traits, str(m.formula))
        for m in metrics()
    ]
    if form != "table":
        _write(columns, rows, form)
        return
    for name, title, unit, each, by, formula in rows:
        click.echo(f"{click.style(name, bold=True)}  {title} ({unit}, each {each}{', by ' + by if by else ''})")
        click.echo(click.wrap_text(formula, width=100, initial_indent="    ", subsequent_indent="    "))


def _print(read: "Reading", form: str, currency: str) -> None:
    from tenure.insights.types import Unit

    columns = ("period", "group", "value", "n", "low", "high", "so_far")
    rows = [(r.period.isoformat(), r.group, r.value, r.n, r.low, r.high, r.so_far) for r in read.rows]
    if form != "table":
        _write(columns, rows, form)
        return
    from rich.console import Console
    from rich.table import Table

    is_money = read.metric.unit is Unit.MONEY
    unit = currency if is_money else read.metric.unit.value
    shown = partial(_amount, currency) if is_money else _figure
    table = Table(title=str(read.metric.title), caption=str(read.metric.formula), caption_justify="left")
    table.add_column(read.metric.grain.value)
    if read.by:
        table.add_column(read.by)
    for heading in (unit, "n", "95 % interval"):
        table.add_column(heading, justify="right")
    for row in read.rows:
        interval = "" if row.low is None or row.high is None else f"{shown(row.low)} – {shown(row.high)}"
        period = row.period.isoformat() + (" …" if row.so_far else "")
        cells = (period, *((row.group,) if read.by else ()), shown(row.value), str(row.n), interval)
        table.add_row(*(cell.replace("[", "\\[") for cell in cells))
    Console(highlight=False).print(table)


def _write(columns: tuple[str, ...], rows: list[Any], form: str) -> None:
    if form == "json":
        click.echo(json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, indent=1))
        return
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def _figure(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}"


def _amount(currency: str, value: float | None) -> str:
    from tenure.kernel.money import in_units

    return "–" if value is None else f"{in_units(round(value), currency):,f}"


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
