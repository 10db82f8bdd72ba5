"""The comparison of treated and held-out accounts, down to each account behind it."""

import math
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tenure.customers import queries as customers
from tenure.experiments import queries
from tenure.experiments.types import Conclusion, Effect, Group, Watched
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.shell.opening import opening, rows_opening
from tenure.web.visiting import Visit

ROWS = 50
TONES = {Conclusion.KEPT_MORE: "good", Conclusion.KEPT_FEWER: "risk"}


@require_safe
def effects(request: Visit) -> HttpResponse:
    """Say what touches did to retention at one horizon, with its interval."""
    found = queries.effect(horizon_days=_horizon(request))
    standings = ((found.treated, found.difference.first), (found.held_out, found.difference.second))
    shown = {
        "effect": found,
        "words": queries.effect_words(found),
        "tone": TONES.get(found.conclusion, ""),
        **_chart(found),
        "horizons": [(days, queries.days_text(days)) for days in queries.horizons()],
        "groups": [(result, standing, queries.group_name(result.group)) for result, standing in standings],
        "difference": _points(found.difference.difference),
        "interval": f"{_points(found.difference.low)} … {_points(found.difference.high)}",
        "share": request.workspace.holdout_share,
        "balance": queries.balance("plan") if found.treated.accounts else None,
    }
    return render(request, "effects/effects.html", shown)


@require_safe
def effect_accounts(request: Visit) -> HttpResponse:
    """List the accounts of a group, churned ones first."""
    group = _group(request)
    watched = sorted(_watched(request), key=lambda w: (not w.churned, w.days))
    page = Paginator(watched, ROWS).get_page(request.GET.get("page"))
    names = customers.account_names(w.account_id for w in page)
    shown = {
        "group": group,
        "group_name": queries.group_name(group) if group else "",
        "gone_by": _gone_by(request),
        "page": page,
        "rows": [(w, names.get(w.account_id, ""), queries.group_name(w.group)) for w in page],
        "groups": [(g, queries.group_name(g)) for g in Group],
    }
    return render(request, "effects/accounts.html", shown)


@require_safe
def curves_csv(request: Visit) -> HttpResponseBase:
    """Export both curves as they are drawn."""
    columns, rows = queries.effect_table(queries.effect(horizon_days=_horizon(request)))
    return csv_answer("retention", columns, rows)


@require_safe
def accounts_csv(request: Visit) -> HttpResponseBase:
    """Export the accounts behind the comparison."""
    watched = _watched(request)
    names = customers.account_names(w.account_id for w in watched)
    header = ("account_id", "account", "group", "assigned_at", "days_watched", "churned_at")
    rows = (
        (w.account_id, names.get(w.account_id, ""), w.group.value, w.assigned_at, round(w.days, 1), w.churned_at)
        for w in watched
    )
    return csv_answer("compared-accounts", header, rows)


def _chart(found: Effect) -> dict[str, Any]:
    """Draw both curves; a point opens those of its group who had left by then."""
    chart = queries.effect_chart(found)
    groups = {queries.group_name(r.group): r.group.value for r in (found.treated, found.held_out)}

    def gone(group: str, day: float) -> str:
        return f"{reverse('effect_accounts')}?{urlencode({'group': group, 'gone_by': math.ceil(day)})}" if day else ""

    return {
        "chart": chart,
        "spec": opening(chart.spec, lambda p: gone(groups[p["group"]], p["day"])),
        "chart_rows": rows_opening(
            chart, (gone(r.group.value, p.day) for r in (found.treated, found.held_out) for p in r.curve.points)
        ),
    }


def _gone_by(request: Visit) -> int | None:
    return whole(request.GET.get("gone_by", ""), digits=5)


def _watched(request: Visit) -> list[Watched]:
    """Return the accounts of the group that is asked for, or of these only those that left within so many days."""
    found, days = queries.watched_accounts(group=_group(request)), _gone_by(request)
    return [w for w in found if days is None or (w.churned and w.days <= days)]


def _horizon(request: Visit) -> int:
    asked: Any = request.GET.get("horizon", "180")
    return 180 if (days := whole(asked, digits=5)) is None else days


def _group(request: Visit) -> Group | None:
    asked = request.GET.get("group", "")
    return Group(asked) if asked in set(Group) else None


def _points(share: float | None) -> str:
    """Write a difference of shares in percentage points, with its sign."""
    return "–" if share is None else f"{share * 100:+.1f}".replace("-", "−")
