"""What touches did to retention: curves, their difference at a horizon, and the chart."""

from datetime import datetime

from django.utils.translation import gettext as _

from tenure.experiments.errors import HorizonUnusable
from tenure.experiments.queries.assignments import assignments, watched_accounts, watched_until
from tenure.experiments.queries.words import days_text, effect_words, group_name, percent
from tenure.experiments.rules import effect_of
from tenure.experiments.types import Effect, Group, GroupResult
from tenure.kernel import clock
from tenure.stats import charts

LONGEST_HORIZON = 3_650


def horizons() -> tuple[int, ...]:
    """Return the horizons offered, in days."""
    return (30, 90, 180, 365)


def effect(*, since: datetime | None = None, horizon_days: int = 180, now: datetime | None = None) -> Effect:
    """Compare retention of treated and held-out accounts assigned since a moment (None: ever), as of `now`.

    By intention to treat: whoever was eligible counts in the group of the lot, touched or not. Raises
    `HorizonUnusable`.
    """
    if not 1 <= horizon_days <= LONGEST_HORIZON:
        raise HorizonUnusable
    moment = now or clock.now()
    promised = [
        (Group(group), share) for group, share in assignments(since=since, until=moment).values_list("group", "share")
    ]
    watched = watched_accounts(since=since, now=moment)
    return effect_of(
        watched,
        promised,
        horizon_days=horizon_days,
        since=since,
        until=moment,
        watched_until=watched_until(moment),
        already_churned=len(promised) - len(watched),
    )


def effect_chart(found: Effect) -> charts.Chart:
    """Draw both curves with their intervals, in the reader's language."""
    words = effect_words(found)
    spec = charts.curves_chart(
        [_line(found.treated, charts.TREATED), _line(found.held_out, charts.HELD_OUT)],
        float(found.horizon_days),
        charts.LineWords(
            days=_("Days since assignment"),
            share=_("Still customers"),
            interval=_("95% interval"),
            horizon=days_text(found.horizon_days),
        ),
    )
    columns, rows = effect_table(found)
    return charts.Chart(
        title=_("Accounts still customers, by days since assignment"),
        description=words.headline,
        spec=spec,
        columns=columns,
        rows=rows,
    )


def effect_table(found: Effect) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return both curves as a table: its column names and rows, in the reader's language; also the CSV."""
    columns = (
        _("Group"),
        _("Days since assignment"),
        _("Still customers"),
        _("Lower bound (95%)"),
        _("Upper bound (95%)"),
        _("Accounts watched so long"),
        _("Churned on this day"),
    )
    rows = tuple(
        (
            group_name(result.group),
            f"{point.day:.0f}",
            percent(point.share, 1),
            percent(point.low, 1),
            percent(point.high, 1),
            str(point.at_risk),
            str(point.ended),
        )
        for result in (found.treated, found.held_out)
        for point in result.curve.points
    )
    return columns, rows


def _line(result: GroupResult, color: str) -> charts.Line:
    return charts.Line(
        name=group_name(result.group),
        color=color,
        steps=tuple((p.day, p.share, p.low, p.high) for p in result.curve.points),
    )
