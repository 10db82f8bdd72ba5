"""What members do with signals, one or many: close, snooze, hand over; each can be taken back."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tenure.kernel import clock
from tenure.kernel.errors import Invalid
from tenure.signals import actions, queries
from tenure.signals.errors import MuteInThePast, OutcomeMissing
from tenure.signals.types import Changed, FalseReason, Outcome
from tenure.web.answering import go_back
from tenure.web.asked import whole
from tenure.web.pages.signals.list_view import SignalsView
from tenure.web.pages.signals.words import FALSE_REASONS, tell_all
from tenure.web.permission import needs
from tenure.web.shell import formats
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.signals.models import Signal

MOST_AT_ONCE = 2_000
SHOWN = 6


class NoSignalChosen(Invalid):
    """Choose at least one signal."""

    code = "no_signal_chosen"


@require_http_methods(["GET", "POST"])
@needs(PermissionRole.MEMBER)
def preview(request: Visit, what: str) -> HttpResponse:
    """Say what would happen to which signals, and ask what is needed for it."""
    found = _chosen(request)
    shown = {
        "found": tell_all(found[:SHOWN]),
        "more": max(len(found) - SHOWN, 0),
        "count": len(found),
        "ids": [signal.pk for signal in found],
        "false_reasons": [(reason.value, name) for reason, name in FALSE_REASONS.items()],
        "members": workspaces.members(),
        "spans": [
            (1, _("until tomorrow")),
            (3, _("for 3 days")),
            (7, _("for a week")),
            (30, _("for a month")),
        ],
    }
    return render(request, f"signals/{what}.html", shown)


@require_POST
@needs(PermissionRole.MEMBER)
def close(request: Visit) -> HttpResponse:
    """Close the chosen signals, with what came of them."""
    outcome, reason = request.POST.get("outcome", ""), request.POST.get("false_reason", "")
    if outcome not in set(Outcome):
        raise OutcomeMissing
    done = actions.close_many(
        [signal.pk for signal in _chosen(request)],
        outcome=Outcome(outcome),
        note=request.POST.get("note", "").replace("\x00", "")[:4_000],
        false_reason=FalseReason(reason) if reason in set(FalseReason) else None,
        by=request.member,
    )
    count = len(done.ids)
    text = (
        ngettext("%(n)d signal closed as a true alarm.", "%(n)d signals closed as true alarms.", count)
        if outcome == Outcome.TRUE_ALARM
        else ngettext("%(n)d signal closed as a false alarm.", "%(n)d signals closed as false alarms.", count)
    )
    return _answer(request, text % {"n": count}, done)


@require_POST
@needs(PermissionRole.MEMBER)
def snooze(request: Visit) -> HttpResponse:
    """Let the chosen signals wait for some days."""
    days = min(90, max(1, 7 if (said := whole(request.POST.get("days", ""))) is None else said))
    ids = [signal.pk for signal in _chosen(request)]
    done = actions.snooze_many(ids, until=clock.now() + timedelta(days=days), by=request.member)
    count = len(done.ids)
    text = ngettext(
        "%(n)d signal waits until %(day)s, or until it becomes worse.",
        "%(n)d signals wait until %(day)s, or until they become worse.",
        count,
    )
    until = (clock.now() + timedelta(days=days)).astimezone(ZoneInfo(request.workspace.timezone))
    return _answer(request, text % {"n": count, "day": formats.day(until)}, done)


@require_POST
@needs(PermissionRole.MEMBER)
def assign(request: Visit) -> HttpResponse:
    """Give the chosen signals to a member, or to nobody."""
    pk = whole(request.POST.get("owner", ""))
    owner = None if pk is None else workspaces.member(pk)
    ids = [signal.pk for signal in _chosen(request)]
    done = actions.assign_many(dict.fromkeys(ids, owner.pk if owner else None), by=request.member)
    count = len(done.ids)
    text = ngettext("%(n)d signal is with %(name)s now.", "%(n)d signals are with %(name)s now.", count)
    return _answer(request, text % {"n": count, "name": owner.name if owner else _("nobody")}, done)


@require_POST
@needs(PermissionRole.MEMBER)
def take_back(request: Visit, audit_pk: int) -> HttpResponse:
    """Undo what was just done to signals."""
    done = actions.take_back(audit_pk, by=request.member)
    count = len(done.ids)
    say(request, ngettext("%(n)d signal is as it was.", "%(n)d signals are as they were.", count) % {"n": count})
    return _counted(go_back(request, "signals"))


@require_POST
@needs(PermissionRole.MEMBER)
def reopen(request: Visit, pk: int) -> HttpResponse:
    """Open a closed signal again."""
    actions.reopen_signal(queries.signal(pk), by=request.member)
    say(request, _("The signal is open again."))
    return _counted(go_back(request, "signals"))


@require_POST
@needs(PermissionRole.MEMBER)
def wake(request: Visit, pk: int) -> HttpResponse:
    """Bring a snoozed signal back before its time."""
    actions.wake_signal(queries.signal(pk), by=request.member)
    say(request, _("The signal is open again."))
    return _counted(go_back(request, "signals"))


@require_POST
@needs(PermissionRole.MEMBER)
def judge(request: Visit, pk: int) -> HttpResponse:
    """Say of a signal that closed by itself whether there was something to it."""
    outcome, reason = request.POST.get("outcome", ""), request.POST.get("false_reason", "")
    if outcome not in set(Outcome):
        raise OutcomeMissing
    actions.record_outcome(
        queries.signal(pk),
        outcome=Outcome(outcome),
        false_reason=FalseReason(reason) if reason in set(FalseReason) else None,
        by=request.member,
    )
    say(request, _("Noted: it counts for how often these signals are right."))
    return go_back(request, "signals")


@require_POST
@needs(PermissionRole.MEMBER)
def mute(request: Visit) -> HttpResponse:
    """Open no new signals of a kind or an account for a while."""
    try:
        last = date.fromisoformat(request.POST.get("until", ""))
    except ValueError as error:
        raise MuteInThePast from error
    made = actions.mute_signals(
        kind=request.POST.get("kind", "").replace("\x00", ""),
        account_id=whole(request.POST.get("account", "")),
        reason=request.POST.get("reason", "").replace("\x00", ""),
        until=datetime.combine(last, time.max, ZoneInfo(request.workspace.timezone)),
        by=request.member,
    )
    say(request, _("Muted until %(day)s.") % {"day": formats.day(last)}, undo=reverse("signal_unmute", args=[made.pk]))
    return go_back(request, "signal_rules")


@require_POST
@needs(PermissionRole.MEMBER)
def unmute(request: Visit, pk: int) -> HttpResponse:
    """End a mute before its time."""
    actions.unmute_signals(pk, by=request.member)
    say(request, _("No longer muted: what is found from now on opens signals again."))
    return go_back(request, "signal_rules")


def _chosen(request: Visit) -> "list[Signal]":
    """Return the ticked signals, or all of the view when that was asked for; only what is not closed."""
    given = request.POST if request.method == "POST" else request.GET
    if given.get("everything"):
        view = SignalsView.of(QueryDict(given.get("view", "")))
        found = list(queries.signals_matching(view.wanted(request.member.pk), view.order)[:MOST_AT_ONCE])
    else:
        asked = [pk for said in given.getlist("ids") if (pk := whole(said)) is not None]
        found = queries.signals_by_ids(asked[:MOST_AT_ONCE])
    if not found:
        raise NoSignalChosen
    return found


def _answer(request: Visit, text: str, done: Changed) -> HttpResponse:
    say(request, text, undo=reverse("signals_take_back", args=[done.audit_id]) if done.audit_id else "")
    return _counted(go_back(request, "signals"))


def _counted(answer: HttpResponse) -> HttpResponse:
    """Have the numbers in the menu asked for again."""
    answer["HX-Trigger"] = "counts"
    return answer
