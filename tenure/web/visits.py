"""A visit of a member, past the doorway."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from tenure.workspaces.models import Member, Workspace


class Visit(HttpRequest):
    """A request of a member; their workspace is in scope. (What the doorway puts on Django's own request.)"""

    member: "Member"
    workspace: "Workspace"
    htmx: "HtmxDetails"
