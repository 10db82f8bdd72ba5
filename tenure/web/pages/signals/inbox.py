"""The inbox of signals: a table people work in, whose address is the view."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats as dates
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.activity import queries as activity
from tenure.signals import queries
from tenure.signals.registry import rules_by_kind, unspoken
from tenure.signals.types import Outcome, Severity, SignalOrder, SignalStatus
from tenure.web.exporting import csv_answer
from tenure.web.pages.signals.list_view import UNSAID, SignalsView
from tenure.web.pages.signals.words import ORDERS, outcome_name, severity_name, tell, tell_all
from tenure.web.permission import may
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import actions as workspace_actions
from tenure.workspaces import queries as workspaces
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole

ROWS = 50
PAGE = "signals"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to narrow the list: its words, its address, whether it is chosen, and how many there are."""

    words: str
    href: str
    on: bool
    count: int | None = None


@require_safe
def signals(request: Visit) -> HttpResponse:
    """List what asks for attention, the most severe first."""
    view = SignalsView.of(request.GET)
    found = queries.signals_matching(view.wanted(request.member.pk), view.order)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    told = tell_all(page)
    of_account = Counter(each.signal.account_id for each in told)
    saved = list(workspaces.saved_views(PAGE, request.member))
    here = view.address()
    shown = {
        "view": view,
        "here": here,
        "page": page,
        "told": told,
        "of_account": of_account,
        "by_account": view.order == SignalOrder.ACCOUNT,
        "is_closed": view.status == SignalStatus.CLOSED,
        "saved": saved,
        "current": next((each for each in saved if each.query == here), None),
        "mine": SignalsView(owner="me").address(),
        "orders": [(order.value, name, order == view.order) for order, name in ORDERS.items()],
        "may_change": may(request, PermissionRole.MEMBER),
        "members": workspaces.members(),
        "outcome_name": outcome_name,
        "last_pass": activity.last_pass(),
        **_choices(view, request),
    }
    return render(request, "signals/signals.html", shown)


@require_safe
def signals_csv(request: Visit) -> HttpResponseBase:
    """Export the chosen signals with their reason in words."""
    view = SignalsView.of(request.GET)
    header = (
        "id", "account_id", "account", "kind", "reason", "status", "severity", "amount_minor", "currency", "confidence",
        "owner", "opened_at", "snoozed_until", "closed_at", "outcome", "false_reason", "note",
    )  # fmt: skip
    return csv_answer("signals", header, _lines(queries.signals_matching(view.wanted(request.member.pk), view.order)))


@require_POST
def save_view(request: Visit) -> HttpResponse:
    """Keep the present view under a name, for oneself or for everybody."""
    view = SignalsView.of(QueryDict(request.POST.get("query", "")))
    saved = workspace_actions.save_view(
        request.POST.get("name", "").replace("\x00", ""), page=PAGE, query=view.address(), by=request.member
    )
    if request.POST.get("shared") and may(request, PermissionRole.MEMBER):
        workspace_actions.share_view(saved, by=request.member)
    say(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
    return redirect(f"{reverse('signals')}{view.changed()}")


@require_POST
def share_view(request: Visit, pk: int) -> HttpResponse:
    """Show a saved view to everybody, or to oneself only again."""
    saved = get_object_or_404(workspaces.saved_views(PAGE, request.member), pk=pk)
    if saved.is_shared:
        saved = workspace_actions.unshare_view(saved, by=request.member)
        say(request, _("Only you see “%(name)s” now.") % {"name": saved.name})
    elif not may(request, PermissionRole.MEMBER):
        raise RoleTooLow
    else:
        saved = workspace_actions.share_view(saved, by=request.member)
        say(request, _("Everybody here sees “%(name)s” now.") % {"name": saved.name})
    return redirect(f"{reverse('signals')}?{saved.query}")


@require_POST
def remove_view(request: Visit, pk: int) -> HttpResponse:
    """Forget a saved view; what it showed stays on the screen, so it can be saved again."""
    saved = get_object_or_404(workspaces.saved_views(PAGE, request.member), pk=pk)
    workspace_actions.remove_view(saved, by=request.member)
    say(request, _("The view “%(name)s” is gone; the signals are still here.") % {"name": saved.name})
    return redirect(f"{reverse('signals')}?{saved.query}")


def _choices(view: SignalsView, request: Visit) -> dict[str, list[Choice]]:
    counts = queries.counts(owner_id=request.member.pk if view.owner == "me" else None)
    statuses = (
        (SignalStatus.OPEN, _("open"), counts.open),
        (SignalStatus.SNOOZED, _("snoozed"), counts.snoozed),
        (SignalStatus.CLOSED, _("closed"), counts.closed),
    )
    rules, kinds = rules_by_kind(), dict(counts.open_by_kind)
    if view.kind:
        kinds.setdefault(view.kind, 0)
    is_open = view.status == SignalStatus.OPEN

    def toggle(field: str, value: Any, words: str, count: int | None = None) -> Choice:
        on = getattr(view, field) == value
        off = None if field == "severity" else ""
        return Choice(words=words, href=view.changed(**{field: off if on else value}), on=on, count=count)

    return {
        "statuses": [
            Choice(words=words, href=view.changed(status=s, outcome="", month=""), on=view.status == s, count=count)
            for s, words, count in statuses
        ],
        "severities": [
            toggle("severity", s, severity_name(s), counts.open_by_severity[s] if is_open else None)
            for s in (Severity.RISK, Severity.WATCH, Severity.INFO)
        ],
        "kinds": [
            toggle("kind", kind, (rules.get(kind) or unspoken(kind)).name(), count if is_open else None)
            for kind, count in kinds.items()
        ],
        "owners": [
            toggle("owner", "me", _("mine")),
            toggle("owner", "none", _("nobody's"), counts.unowned if is_open and view.owner != "me" else None),
        ],
        "outcomes": []
        if view.status != SignalStatus.CLOSED
        else [
            *(toggle("outcome", outcome.value, outcome_name(outcome.value)) for outcome in Outcome),
            toggle("outcome", UNSAID, outcome_name("")),
        ],
        "months": [toggle("month", view.month, _("closed in %(month)s") % {"month": _month_words(view.closed_in)})]
        if view.closed_in
        else [],
    }


def _month_words(month: date) -> str:
    return dates.date_format(month, "YEAR_MONTH_FORMAT")


def _lines(found: Any) -> Iterator[tuple[object, ...]]:
    rules = rules_by_kind()
    for s in found.iterator(chunk_size=500):
        owner = s.owner.name if s.owner else ""
        yield (
            s.pk, s.account_id, str(s.account), s.kind, tell(s, rules).headline, s.status, round(s.severity, 3),
            s.amount_minor, s.currency, s.confidence, owner, s.opened_at, s.snoozed_until, s.closed_at, s.outcome,
            s.false_reason, s.note,
        )  # fmt: skip
