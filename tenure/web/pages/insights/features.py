"""Feature adoption: what is used by which share of the active ones, month by month."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.insights import queries
from tenure.insights.types import MetricRow, Reading, Subject, Unit
from tenure.stats.trends import Trend, trend_chart
from tenure.web.pages.insights import asking, words
from tenure.web.pages.insights.metrics import behind_link, behind_points, metric_csv
from tenure.web.shell.opening import opening
from tenure.web.visiting import Visit

MONTHS = 6
LINES = 6
METRICS = {Subject.ACCOUNT: "feature_adoption", Subject.PERSON: "feature_adoption_people"}


@require_safe
def features(request: Visit) -> HttpResponseBase:
    """Show which share used each event in each of the latest months."""
    counts = asking.subject(request)
    read = queries.read_metric(METRICS[counts], by="event")
    if request.GET.get("format") == "csv":
        return metric_csv(read, request.workspace.currency)
    periods = list(dict.fromkeys(row.period for row in read.rows))[-MONTHS:]
    by_event: dict[str, dict[Any, MetricRow]] = {}
    for row in read.rows:
        if row.period in periods:
            by_event.setdefault(row.group, {})[row.period] = row
    latest = _latest_known(read)
    ranked = sorted(by_event, key=lambda e: (-(_share(by_event[e].get(latest)) or 0.0), e))
    shown = {
        "counts": counts,
        "metric": read.metric,
        "months": [(p, words.period_words(p, read.metric.grain)) for p in periods],
        "rows": [(event, [_cell(request, read, by_event[event].get(p)) for p in periods]) for event in ranked],
        "spec": opening(
            trend_chart(
                [
                    Trend(name=event, points=tuple((p, _share(by_event[event].get(p))) for p in periods))
                    for event in ranked[:LINES]
                ],
                period=_("Month"),
                unit=_("Share of the active"),
                is_share=True,
            ),
            behind_points({e: (read, [row for row in by_event[e].values() if row.value]) for e in ranked[:LINES]}),
        ),
    }
    return render(request, "insights/features.html", shown)


def _latest_known(read: Reading) -> Any:
    return max((row.period for row in read.rows if row.value is not None), default=None)


def _share(row: MetricRow | None) -> float | None:
    return None if row is None or row.value is None else float(row.value)


def _cell(request: Visit, read: Reading, row: MetricRow | None) -> tuple[str, str, str]:
    if row is None or row.value is None:
        return "–", "", ""
    link = behind_link(read.metric, row.period, read.by, row.group) if row.value else ""
    return words.value_words(request, Unit.SHARE, row.value), link, words.interval_words(request, Unit.SHARE, row)
