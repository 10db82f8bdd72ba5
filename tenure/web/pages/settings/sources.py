"""Where events come from: sources, their write keys, and whether anything arrives."""

import dataclasses
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tenure.kernel import clock
from tenure.tracking import queries as tracking
from tenure.web.pages.settings.forms import SourceForm
from tenure.web.pages.settings.snippets import snippets
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import actions, queries
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from tenure.workspaces.models import WriteKey


@dataclasses.dataclass(frozen=True, kw_only=True)
class Source:
    """A write key as its page shows it."""

    key: "WriteKey"
    last_at: datetime | None
    is_retired: bool
    retires_at: datetime | None


def sources(request: Visit) -> HttpResponse:
    """List the sources, with when each was last heard."""
    return _list(request, SourceForm())


@require_POST
@needs(PermissionRole.ADMIN)
def create(request: Visit) -> HttpResponse:
    """Make a write key for one more source, and lead to its snippets."""
    form = SourceForm(request.POST)
    if not form.is_valid():
        return _list(request, form, status=422)
    key = actions.create_write_key(form.cleaned_data["name"], by=request.member)
    return redirect("source", key.pk)


@require_safe
def source(request: Visit, pk: int) -> HttpResponse:
    """Show how to send from one source, and whether its first event has come."""
    key = get_object_or_404(queries.write_keys(), pk=pk)
    shown = {
        "section": "sources",
        "source": _source(key, tracking.last_heard()),
        "snippets": snippets(host=settings.TENURE_URL, write_key=key.key),
        "host": settings.TENURE_URL,
        "may_change": may(request, PermissionRole.ADMIN),
    }
    return render(request, "settings/source.html", shown)


@require_safe
def status(request: Visit, pk: int) -> HttpResponse:
    """Say when the source was last heard; the page asks every few seconds."""
    key = get_object_or_404(queries.write_keys(), pk=pk)
    return render(request, "settings/source_status.html", {"source": _source(key, tracking.last_heard())})


@require_POST
@needs(PermissionRole.ADMIN)
def roll(request: Visit, pk: int) -> HttpResponse:
    """Replace the key; the old one works for seven more days."""
    fresh = actions.roll_write_key(get_object_or_404(queries.write_keys(), pk=pk), by=request.member)
    say(request, _("Here is the new key. The old one goes on working for seven days, so that nothing is lost."))
    return redirect("source", fresh.pk)


@require_POST
@needs(PermissionRole.ADMIN)
def retire(request: Visit, pk: int) -> HttpResponse:
    """Stop taking events with this key."""
    key = actions.retire_write_key(get_object_or_404(queries.write_keys(), pk=pk), by=request.member)
    say(request, _("The key of “%(name)s” takes no more events.") % {"name": key.name})
    return redirect("sources")


def _list(request: Visit, form: SourceForm, status: int = 200) -> HttpResponse:
    heard = tracking.last_heard()
    shown = {
        "section": "sources",
        "sources": [_source(key, heard) for key in queries.write_keys()],
        "form": form,
        "may_change": may(request, PermissionRole.ADMIN),
    }
    return render(request, "settings/sources.html", shown, status=status)


def _source(key: "WriteKey", heard: dict[int, datetime]) -> Source:
    return Source(
        key=key,
        last_at=heard.get(key.pk),
        is_retired=key.retires_at is not None and key.retires_at <= clock.now(),
        retires_at=key.retires_at,
    )
