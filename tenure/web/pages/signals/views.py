"""The inbox of signals, and one signal with what it rests on."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.activity import queries as activity
from tenure.kernel import clock
from tenure.playbooks import queries as playbooks
from tenure.signals import queries
from tenure.signals.types import Severity, SignalFilter, SignalOrder, SignalStatus
from tenure.web.exporting import csv_answer
from tenure.web.pages.signals.words import (
    ACTIVITY_DECLINE,
    close_reason_name,
    kind_name,
    outcome_name,
    severity_name,
    tell,
)
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces

ROWS = 50


@require_safe
def signals(request: Visit) -> HttpResponse:
    """List what asks for attention, the most severe first."""
    wanted = _wanted(request)
    page = Paginator(queries.signals_matching(wanted, _order(wanted)), ROWS).get_page(request.GET.get("page"))
    counts = queries.counts()
    shown = {
        "page": page,
        "told": [tell(s) for s in page],
        "wanted": wanted,
        "counts": counts,
        "statuses": [
            (SignalStatus.OPEN, _("open"), counts.open),
            (SignalStatus.SNOOZED, _("snoozed"), counts.snoozed),
            (SignalStatus.CLOSED, _("closed"), counts.closed),
        ],
        "severities": [(s, severity_name(s)) for s in (Severity.RISK, Severity.WATCH, Severity.INFO)],
        "mine": wanted.owner_id is not None,
        "record": queries.track_record(ACTIVITY_DECLINE),
        "outcome_name": outcome_name,
        "last_pass": activity.last_pass(),
    }
    return render(request, "signals/signals.html", shown)


@require_safe
def signal(request: Visit, pk: int) -> HttpResponse:
    """Show why one signal was opened, with its chart, and ask what came of it."""
    found = queries.signal(pk)
    is_decline = found.kind == ACTIVITY_DECLINE
    shown = {
        "told": tell(found),
        "signal": found,
        "kind": kind_name(found.kind),
        "chart": activity.usage_chart(found.account_id, found.closed_at or clock.now()) if is_decline else None,
        "record": queries.track_record(found.kind),
        "members": workspaces.members(),
        "runs": playbooks.runs_of(found.account_id)[:5],
        "outcome": outcome_name(found.outcome),
        "close_reason": close_reason_name(found.close_reason),
        "is_closed": found.status == SignalStatus.CLOSED,
    }
    return render(request, "signals/signal.html", shown)


@require_safe
def signals_csv(request: Visit) -> HttpResponseBase:
    """Export the chosen signals with their reason in words."""
    header = (
        "id",
        "account_id",
        "account",
        "kind",
        "reason",
        "status",
        "severity",
        "owner",
        "opened_at",
        "closed_at",
        "outcome",
    )
    wanted = _wanted(request)
    return csv_answer("signals", header, _lines(queries.signals_matching(wanted, _order(wanted))))


def _lines(found: Any) -> Iterator[tuple[object, ...]]:
    for s in found.iterator(chunk_size=500):
        owner = s.owner.name if s.owner else ""
        yield (
            s.pk, s.account_id, str(s.account), s.kind, tell(s).headline, s.status, round(s.severity, 3), owner,
            s.opened_at, s.closed_at, s.outcome,
        )  # fmt: skip


def _wanted(request: Visit) -> SignalFilter:
    status, severity = request.GET.get("status", "open"), request.GET.get("severity", "")
    return SignalFilter(
        status=SignalStatus(status) if status in set(SignalStatus) else SignalStatus.OPEN,
        severity=Severity(severity) if severity in set(Severity) else None,
        owner_id=request.member.pk if request.GET.get("mine") else None,
        account_name=request.GET.get("q", "").replace("\x00", "").strip(),
    )


def _order(wanted: SignalFilter) -> SignalOrder:
    return SignalOrder.SEVERITY if wanted.status == SignalStatus.OPEN else SignalOrder.NEWEST
