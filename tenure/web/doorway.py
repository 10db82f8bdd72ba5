"""Who is at the door, and which workspace they enter: sets `request.member`, `request.workspace` and the scope."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any, cast
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from tenure.kernel import tenancy
from tenure.kernel.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from tenure.kernel.exporting import in_workspace, off_the_event_loop
from tenure.lake.engine import EngineUnreachable
from tenure.web import wrong
from tenure.workspaces import queries as workspaces

# Addresses anybody may open; everything else needs a member.
PUBLIC = (
    "/sign-in/",
    "/set-up/",
    "/invitation/",
    "/unsubscribe/",
    "/terms/",
    "/static/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/language/",
    "/api/",
    "/hooks/",
)


class DoorwayMiddleware:
    """Lets members into their workspace, strangers to the sign-in page, and newcomers to the set-up page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        visit = cast(Any, request)
        visit.member = visit.workspace = None
        if request.path.startswith(("/static/", "/api/", "/hooks/", "/metrics")):
            return self.get_response(request)
        if not request.user.is_authenticated and settings.TENURE_DEMO:
            _sign_in_to_demo(request)
        if request.user.is_authenticated:
            member = workspaces.member_for(request.user, request.session.get("workspace_id"))
            if member is not None:
                visit.member, visit.workspace = member, member.workspace
                with tenancy.scope(member.workspace_id):
                    response = self.get_response(request)
                    return _keep_scope(response, member.workspace_id)
        if request.path.startswith(PUBLIC):
            return self.get_response(request)
        if not workspaces.is_set_up():
            return redirect("set_up")
        if request.user.is_authenticated:
            return wrong.no_workspace(request)
        return redirect(f"{reverse('account_login')}?next={quote(request.get_full_path())}")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a domain's refusal into the answer of its kind, in one place."""
        match error:
            case NotFound():
                return wrong.refused(request, error, 404)
            case NotAllowed():
                return wrong.refused(request, error, 403)
            case Conflict():
                return wrong.refused(request, error, 409)
            case Invalid() | DomainError():
                return wrong.refused(request, error, 422)
            case EngineUnreachable():
                return wrong.without_engine(request)
        return None


def is_from_this_machine(request: HttpRequest) -> bool:
    """Tell whether the request came straight from this machine, through no proxy."""
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return peer.is_loopback and "HTTP_X_FORWARDED_FOR" not in request.META and "HTTP_FORWARDED" not in request.META


def _sign_in_to_demo(request: HttpRequest) -> None:
    """Sign a visitor on this machine in as the demo's owner, unless they have just signed out."""
    if request.path.startswith(PUBLIC) or not is_from_this_machine(request):
        return
    demo = workspaces.demo_workspace()
    if demo is None:
        return
    with tenancy.scope(demo.pk):
        owner = workspaces.members().filter(permission_role="owner").first()
    if owner is not None:
        login(request, owner.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        request.session["workspace_id"] = demo.pk


def _keep_scope(response: HttpResponseBase, workspace_id: int) -> HttpResponseBase:
    """Let a streamed answer be made inside the workspace too, one portion at a time and off the event loop."""
    if isinstance(response, StreamingHttpResponse) and not response.is_async:
        made = in_workspace(cast("Iterator[bytes]", response.streaming_content), workspace_id)
        response.streaming_content = off_the_event_loop(made)
    return response
