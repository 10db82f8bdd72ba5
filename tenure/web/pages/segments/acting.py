"""Archiving, pausing and their undoing."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tenure.segments import actions
from tenure.web.permission import needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole


@require_POST
@needs(PermissionRole.MEMBER)
def archive(request: Visit, pk: int) -> HttpResponse:
    """Take a segment out of use."""
    segment = actions.archive_segment(pk, by=request.member)
    said = _("“%(name)s” is archived; nobody enters or leaves it any more.") % {"name": segment.name}
    say(request, said, undo=reverse("segment_restore", args=[pk]))
    return redirect("segments")


@require_POST
@needs(PermissionRole.MEMBER)
def restore(request: Visit, pk: int) -> HttpResponse:
    """Take it back into use."""
    segment = actions.restore_segment(pk, by=request.member)
    say(request, _("“%(name)s” is in use again.") % {"name": segment.name})
    return redirect("segment", pk)


@require_POST
@needs(PermissionRole.MEMBER)
def pause(request: Visit, pk: int) -> HttpResponse:
    """Stop keeping it up to date."""
    segment = actions.pause_segment(pk, by=request.member)
    said = _("“%(name)s” is paused; nobody enters or leaves until you resume it.") % {"name": segment.name}
    say(request, said, undo=reverse("segment_resume", args=[pk]))
    return redirect("segment", pk)


@require_POST
@needs(PermissionRole.MEMBER)
def resume(request: Visit, pk: int) -> HttpResponse:
    """Keep it up to date again."""
    segment = actions.resume_segment(pk, by=request.member)
    say(request, _("“%(name)s” is kept up to date again.") % {"name": segment.name})
    return redirect("segment", pk)
