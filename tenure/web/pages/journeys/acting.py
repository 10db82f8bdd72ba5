"""Launching, pausing, resuming and archiving a journey."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.journeys import actions, queries
from tenure.journeys.types import Existing, Overdue
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.ADMIN)
def launch(request: Visit, pk: int) -> HttpResponse:
    """Let a draft run."""
    existing = Existing.ENROL if request.POST.get("existing") == Existing.ENROL else Existing.LEAVE_OUT
    journey = actions.launch_journey(queries.journey(pk), existing=existing, by=request.member)
    say(request, _("“%(name)s” is live.") % {"name": journey.name}, undo=reverse("journey_pause", args=[pk]))
    return redirect("journey", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def pause(request: Visit, pk: int) -> HttpResponse:
    """Stop enrolling and touching."""
    journey = actions.pause_journey(queries.journey(pk), by=request.member)
    said = _("“%(name)s” is paused; everybody stays where they are.") % {"name": journey.name}
    say(request, said, undo=reverse("journey_resume", args=[pk]))
    return redirect("journey", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def resume(request: Visit, pk: int) -> HttpResponse:
    """Go on; touches that came due meanwhile are left out unless asked for."""
    overdue = Overdue.MAKE if request.POST.get("overdue") == Overdue.MAKE else Overdue.SKIP
    journey = actions.resume_journey(queries.journey(pk), overdue=overdue, by=request.member)
    say(request, _("“%(name)s” goes on.") % {"name": journey.name})
    return redirect("journey", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def archive(request: Visit, pk: int) -> HttpResponse:
    """End it for good."""
    journey = actions.archive_journey(queries.journey(pk), by=request.member)
    say(request, _("“%(name)s” has ended; its decisions stay.") % {"name": journey.name})
    return redirect("journeys")
