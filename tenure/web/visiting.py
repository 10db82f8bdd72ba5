"""What views of our pages are given: a request that the doorway has let into a workspace."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from tenure.workspaces.models import Member, Workspace


class Visit(HttpRequest):
    """A request by a member, as `doorway.DoorwayMiddleware` leaves it; for type checking only."""

    member: "Member"
    workspace: "Workspace"
    htmx: "HtmxDetails"
