"""Headers of every page, its time zone, and how notes reach a part of a page."""

import json
from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from tenure.web.shell.toasts import as_toast

Answer = Callable[[HttpRequest], HttpResponseBase]

# No 'unsafe-inline' and no 'unsafe-eval' anywhere: htmx, Alpine and Vega are all set up to do without.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"


class HeadersMiddleware:
    """Tells the browser what pages may load and where they may be shown; stands before everything else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class PageMiddleware:
    """Shows times in the workspace's zone and hands notes to parts of a page; stands after the doorway."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(_zone(request)):
            response = self.get_response(request)
        if getattr(request, "htmx", False):
            _hand_over_notes(request, response)
        if response.get("Content-Type", "").startswith("text/html"):
            # Pages are a member's own: never kept by a proxy, but the browser's back button may show them at once.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def _zone(request: HttpRequest) -> ZoneInfo | None:
    workspace = getattr(request, "workspace", None)
    try:
        return ZoneInfo(workspace.timezone) if workspace else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _hand_over_notes(request: HttpRequest, response: HttpResponseBase) -> None:
    """Send waiting notes as an htmx event; a redirect leaves them for the page it leads to."""
    leads_elsewhere = response.status_code in {301, 302, 303, 307, 308} or any(
        name in response.headers for name in ("HX-Redirect", "HX-Refresh", "HX-Location")
    )
    if leads_elsewhere:
        return
    notes = [as_toast(message) for message in get_messages(request)]
    if not notes:
        return
    said = response.headers.get("HX-Trigger", "")
    if said.startswith("{"):
        events = json.loads(said)
    else:
        events = {name.strip(): None for name in said.split(",") if name.strip()}
    events["toast"] = {"value": notes}
    response.headers["HX-Trigger"] = json.dumps(events)
