"""Prometheus text: how far storing is behind, what was taken and refused, and how long each part took."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tenure.tracking import queries as tracking

_HERE = ("127.0.0.1", "::1")


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer a monitoring system; 404 to everybody else."""
    if not _may_ask(request):
        return HttpResponse(status=404)
    return HttpResponse(tracking.metrics(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_ask(request: HttpRequest) -> bool:
    token = settings.TENURE_METRICS_TOKEN
    if token:
        said = request.headers.get("Authorization", "")
        return hmac.compare_digest(said.encode(), f"Bearer {token}".encode())
    # Behind a proxy everybody seems to be on this machine.
    return request.META.get("REMOTE_ADDR") in _HERE and "X-Forwarded-For" not in request.headers
