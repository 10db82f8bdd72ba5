"""`tenure simulate`"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from tenure.config.starting import bring_tables_up_to_date, use_django

if TYPE_CHECKING:
    from tenure.connectors.simulator.filling import Filled
    from tenure.connectors.simulator.types import WorldSpec


@click.command("simulate")
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same customers and the same year.")
@click.option("--accounts", default=400, show_default=True, help="Accounts that have signed up by the end.")
@click.option("--months", default=12, show_default=True, help="Months of history.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day of the history.  [default: today]")
@click.option("--timings", is_flag=True, help="Say where the time went.")
def command(seed: int, accounts: int, months: int, until: datetime | None, timings: bool) -> None:
    """Fill a demo workspace with a simulated company's customers, and stop when it is there already.

    The history goes through the same intake as everybody's events, on a simulated clock. An interrupted filling is
    begun anew; `tenure reset-demo` starts over at any time.
    """
    use_django()
    bring_tables_up_to_date()
    filled = fill_demo(seed=seed, accounts=accounts, months=months, until=until.date() if until else None)
    if filled is None:
        click.echo("There is a demo workspace already. `tenure reset-demo` throws it away and makes a new one.")
    elif timings:
        click.echo(f"{filled.calls:,} calls in {filled.steps} steps")
        for what, seconds in sorted(filled.seconds.items(), key=lambda each: -each[1]):
            click.echo(f"  {seconds:7.2f} s  {what}")


def fill_demo(
    *, seed: int = 7, accounts: int = 400, months: int = 12, until: date | None = None, anew: bool = False
) -> "Filled | None":
    """Make and fill the demo workspace, showing progress; None when there is a filled one and it need not be anew.

    Refuses while background work runs on the same database: it would live in the present, beside a simulated past.
    """
    from tenure.connectors.simulator.setting_up import find_demo, throw_away_demo
    from tenure.connectors.simulator.types import WorldSpec
    from tenure.kernel import clock, jobs

    found = find_demo()
    if found is not None and found.filled_at is not None and not anew:
        return None
    with jobs.nobody_else_working() as alone:
        if not alone:
            raise click.ClickException(
                "Tenure is at work on this database (`tenure serve`, `tenure work`, or another filling of the demo). "
                "Stop it there, then run this again. Nothing was changed."
            )
        throw_away_demo()
        now = clock.now()
        return _fill(WorldSpec(seed=seed, accounts=accounts, months=months, until=until or now.date()), now)


def _fill(spec: "WorldSpec", now: datetime) -> "Filled":
    from django.conf import settings

    from tenure.connectors.simulator import filling
    from tenure.connectors.simulator.hands import SecondHands
    from tenure.connectors.simulator.setting_up import set_up_demo

    environment = {**os.environ, "DATABASE_URL": settings.TENURE_DATABASE_URL}
    with _quiet_notices(), SecondHands(environment) as hands, _shown() as show:
        show(0.0, "Making up a company's customers")
        simulated = set_up_demo(spec)

        def report(progress: filling.Progress) -> None:
            show(
                progress.share,
                f"Living through a simulated year: {progress.at:%d %b %Y}, {progress.calls:,} events",
            )

        return filling.fill(simulated, now=now, report=report, hands=hands)


@contextlib.contextmanager
def _shown() -> Iterator[Callable[[float, str], None]]:
    """Show how far it is: a bar in a terminal, a line every tenth of the way in a log."""
    from rich.console import Console

    console = Console(highlight=False)
    if not console.is_terminal:
        tenths = iter(range(11))
        due = next(tenths)

        def tell(share: float, doing: str) -> None:
            nonlocal due
            if share * 10 >= due - 1e-9:
                click.echo(f"tenure  {share:4.0%}  {doing}")
                sys.stdout.flush()
                due = next((tenth for tenth in tenths if tenth > share * 10), 11)

        yield tell
        return
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("[cyan]tenure[/]  {task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
    )
    with bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, doing: bar.update(task, completed=share, description=doing)


@contextlib.contextmanager
def _quiet_notices() -> Iterator[None]:
    """Keep the progress bar in one piece: notices below a warning would tear it."""
    import logging

    import structlog

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # what it says of a connection that Ctrl-C broke
    try:
        yield
    finally:
        structlog.reset_defaults()
