"""What members do with a signal: close, snooze, hand over; each can be taken back."""

from datetime import timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.kernel import clock
from tenure.signals import actions, queries
from tenure.signals.errors import OutcomeMissing
from tenure.signals.types import Outcome
from tenure.web.answering import go_back
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.MEMBER)
def close(request: Visit, pk: int) -> HttpResponse:
    """Close it, with what came of it."""
    outcome = request.POST.get("outcome", "")
    if outcome not in set(Outcome):
        raise OutcomeMissing
    signal = queries.signal(pk)
    actions.close_signal(signal, outcome=Outcome(outcome), note=request.POST.get("note", "")[:4_000], by=request.member)
    say(
        request,
        _("Closed the signal of %(account)s.") % {"account": signal.account},
        undo=reverse("signal_reopen", args=[pk]),
    )
    return go_back(request, "signals")


@require_POST
@needs(PermissionRole.MEMBER)
def reopen(request: Visit, pk: int) -> HttpResponse:
    """Take closing back."""
    actions.reopen_signal(queries.signal(pk), by=request.member)
    say(request, _("The signal is open again."))
    return go_back(request, "signals")


@require_POST
@needs(PermissionRole.MEMBER)
def snooze(request: Visit, pk: int) -> HttpResponse:
    """Let it wait for some days."""
    asked = request.POST.get("days", "7")
    days = min(90, max(1, int(asked))) if asked.isascii() and asked.isdigit() else 7
    actions.snooze_signal(queries.signal(pk), until=clock.now() + timedelta(days=days), by=request.member)
    say(request, _("Snoozed for %(days)d days.") % {"days": days}, undo=reverse("signal_wake", args=[pk]))
    return go_back(request, "signals")


@require_POST
@needs(PermissionRole.MEMBER)
def wake(request: Visit, pk: int) -> HttpResponse:
    """Take snoozing back."""
    actions.wake_signal(queries.signal(pk))
    say(request, _("The signal is open again."))
    return go_back(request, "signals")


@require_POST
@needs(PermissionRole.MEMBER)
def assign(request: Visit, pk: int) -> HttpResponse:
    """Give it to a member, or to nobody."""
    asked = request.POST.get("owner", "")
    owner = workspaces.member(int(asked)) if asked.isascii() and asked.isdigit() else None
    actions.assign_signal(queries.signal(pk), owner=owner, by=request.member)
    say(request, _("%(name)s looks after it now.") % {"name": owner} if owner else _("Nobody looks after it now."))
    return go_back(request, "signals")
