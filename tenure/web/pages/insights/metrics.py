"""Active use at a glance, the list of metrics, and one metric by period with the accounts behind each value."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.billing import queries as billing
from tenure.insights import queries, registry
from tenure.insights.errors import PeriodUnusable
from tenure.insights.queries import today
from tenure.insights.types import Metric, MetricRow, Reading, Subject, Unit
from tenure.kernel.money import in_units, minor_digits
from tenure.stats.trends import Trend, trend_chart
from tenure.web.exporting import csv_answer
from tenure.web.pages.insights import asking, words
from tenure.web.pages.insights.behind import accounts_page
from tenure.web.shell.opening import opening
from tenure.web.visiting import Visit

LINES = 6
TABLE_ROWS = 400
WINDOWS = {
    Subject.PERSON: ("dau", "wau", "mau"),
    Subject.ACCOUNT: ("daily_accounts", "weekly_accounts", "monthly_accounts"),
}
STICKINESS = {Subject.PERSON: "stickiness", Subject.ACCOUNT: "account_stickiness"}
SESSIONS = ("sessions", "time_in_app")
RANGES = (30, 90, 365)
NEED_SPEND = ("cac", "ltv_to_cac", "cac_payback")
"""What is made from imported spend, too."""


@require_safe
def overview(request: Visit) -> HttpResponse:
    """Say how many use the product, how often and how long."""
    counts = asking.subject(request) if "counts" in request.GET else Subject.PERSON
    asked = request.GET.get("days", "")
    length = int(asked) if asked in {str(r) for r in RANGES} else 90
    until = today()
    since = until - timedelta(days=length - 1)
    reads = [queries.read_metric(name, since=since, until=until) for name in WINDOWS[counts]]
    sticky = queries.read_metric(STICKINESS[counts])
    weeks = [queries.read_metric(name, since=until - timedelta(days=55)) for name in SESSIONS]
    shown = {
        "counts": counts,
        "days": length,
        "ranges": RANGES,
        "empty": all(row.value is None for read in [*reads, sticky] for row in read.rows),
        "tiles": [_tile(request, read) for read in [*reads, sticky, *weeks]],
        "spec": opening(
            trend_chart(
                [
                    Trend(name=str(r.metric.title), points=tuple((row.period, row.value) for row in r.rows))
                    for r in reads
                ],
                period=_("Day"),
                unit=words.unit_words(reads[0].metric.unit),
            ),
            behind_points({str(r.metric.title): (r, r.rows) for r in reads}),
        ),
        "headings": [str(r.metric.title) for r in reads],
        "rows": [
            (words.period_words(row.period, reads[0].metric.grain), [_cell(request, r, r.rows[-n]) for r in reads])
            for n, row in enumerate(reversed(reads[0].rows), 1)
        ],
        "reads": reads,
    }
    return render(request, "insights/overview.html", shown)


@require_safe
def metrics(request: Visit) -> HttpResponse:
    """List every metric with its formula."""
    rows = [(m, words.unit_words(m.unit), words.grain_words(m.grain)) for m in registry.metrics()]
    return render(request, "insights/metrics.html", {"rows": rows})


@require_safe
def metric(request: Visit, name: str) -> HttpResponseBase:
    """Show one metric by period."""
    found = registry.metric(name)
    since, until = asking.days(request, found.grain)
    by = asking.metric_split(request, found)
    read = queries.read_metric(name, since=since, until=until, by=by)
    if request.GET.get("format") == "csv":
        return metric_csv(read, request.workspace.currency)
    groups = list(dict.fromkeys(row.group for row in read.rows))
    names = asking.group_names(by, groups)
    lines = {names[g] or str(found.title): [r for r in read.rows if r.group == g] for g in _largest(read, groups)}
    shown: dict[str, Any] = {
        "metric": found,
        "unit": words.unit_words(found.unit),
        "grain": words.grain_words(found.grain),
        "by": by,
        "splits": asking.split_choices(found),
        "traits": asking.trait_choices(found),
        "is_money": found.by_traits and "currency" in found.by,
        "since": since,
        "until": until,
        "empty": all(row.value is None for row in read.rows),
        "needs_spend": name in NEED_SPEND,
        "has_spend": name in NEED_SPEND and bool(billing.spend_by_month(since, until)),
        "spec": opening(
            trend_chart(
                [
                    Trend(name=name, points=tuple((r.period, _drawn(request, found, r.value)) for r in rows))
                    for name, rows in lines.items()
                ],
                period=words.grain_words(found.grain),
                unit=words.unit_words(found.unit),
                is_share=found.unit is Unit.SHARE,
            ),
            behind_points({name: (read, rows) for name, rows in lines.items()}),
        ),
        "left_out": len(groups) - len(lines),
        "rows": [(row, names[row.group], *_cell(request, read, row)) for row in reversed(read.rows[-TABLE_ROWS:])],
        "with_interval": any(row.low is not None for row in read.rows),
        "cut": len(read.rows) > TABLE_ROWS,
    }
    return render(request, "insights/metric.html", shown)


@require_safe
def metric_accounts(request: Visit, name: str) -> HttpResponseBase:
    """List the accounts behind one value of a metric."""
    found = registry.metric(name)
    period = asking.day(request, "period")
    by = asking.metric_split(request, found)
    group = request.GET.get("group", "") if by else ""
    if period is None:
        raise PeriodUnusable
    ids = queries.accounts_behind(name, period, by=by, group=group)
    where = words.whole_period_words(period, found.grain)
    group_name = asking.group_names(by, [group])[group] if by else ""
    return accounts_page(
        request,
        ids,
        title=str(found.title),
        lead=f"{where} · {group_name}" if group_name else where,
        back=reverse("insights_metric", args=[name]) + asking.query(by=by),
        back_name=str(found.title),
    )


def metric_csv(read: Reading, currency: str) -> HttpResponseBase:
    """Export a metric as it was asked for; money in units of the currency, as spreadsheets want it."""
    is_money = read.metric.unit is Unit.MONEY

    def figure(value: float | None) -> object:
        return in_units(round(value), currency) if is_money and value is not None else value

    header = ("period", "group", "value", "n", "low", "high", "so_far", *(("currency",) if is_money else ()))
    rows = (
        (r.period, r.group, figure(r.value), r.n, figure(r.low), figure(r.high), r.so_far, *((currency,) * is_money))
        for r in read.rows
    )
    return csv_answer(read.metric.name.replace("_", "-"), header, rows)


def behind_link(metric: Metric, period: date, by: str = "", group: str = "") -> str:
    """Return the address of the accounts behind a value."""
    query = asking.query(period=period.isoformat(), by=by, group=group if by else "")
    return reverse("insights_metric_accounts", args=[metric.name]) + query


def behind_points(lines: Mapping[str, tuple[Reading, Iterable[MetricRow]]]) -> Callable[[Mapping[str, Any]], str]:
    """Return where the points of lines lead, each line known by its name."""
    links = {(name, row.period.isoformat()): _behind(read, row) for name, (read, rows) in lines.items() for row in rows}
    return lambda point: links.get((point["name"], point["day"]), "")


def _behind(read: Reading, row: MetricRow) -> str:
    return behind_link(read.metric, row.period, read.by, row.group) if row.value is not None and row.n else ""


def _tile(request: Visit, read: Reading) -> dict[str, str]:
    """Show the latest period that is over, or the latest there is."""
    known = [row for row in read.rows if row.value is not None]
    over = [row for row in known if not row.so_far]
    latest = next(iter(reversed(over or known)), None)
    return {
        "label": str(read.metric.title),
        "definition": str(read.metric.formula),
        "value": words.value_words(request, read.metric.unit, latest.value if latest else None),
        "note": words.whole_period_words(latest.period, read.metric.grain) if latest else "",
        "href": reverse("insights_metric", args=[read.metric.name]),
    }


def _cell(request: Visit, read: Reading, row: Any) -> tuple[str, str, str]:
    """Return a value in words, the accounts behind it, and its interval."""
    return (
        words.value_words(request, read.metric.unit, row.value),
        _behind(read, row),
        words.interval_words(request, read.metric.unit, row),
    )


def _largest(read: Reading, groups: list[str]) -> list[str]:
    """Pick the groups with the largest latest values, so that a chart stays readable."""
    if len(groups) <= LINES:
        return groups
    latest: dict[str, float] = {}
    for row in read.rows:
        if row.value is not None:
            latest[row.group] = float(row.value)
    return sorted(sorted(groups, key=lambda g: -latest.get(g, -1.0))[:LINES])


def _drawn(request: Visit, metric: Metric, value: float | None) -> float | None:
    """Return a value as the chart's axis counts it: money in units of its currency, which are not always hundreds."""
    if value is None or metric.unit is not Unit.MONEY:
        return value
    return float(value / 10 ** minor_digits(request.workspace.currency))
