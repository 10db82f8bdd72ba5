"""Pages for when something is wrong: what happened, what was kept, what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tenure.kernel.errors import DomainError


def refused(request: HttpRequest, error: DomainError, status: int) -> HttpResponse:
    """Say why a domain refused; as a fragment when a part of a page asked."""
    template = "wrong/refused_part.html" if getattr(request, "htmx", False) else "wrong/refused.html"
    return render(request, template, {"error": error, "status": status}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page."""
    return render(request, "wrong/not_found.html", status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the permission role does not reach this page."""
    return render(request, "wrong/not_allowed.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that we failed; needs no database."""
    return render(request, "wrong/broken.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form had gone stale and what to do."""
    return render(request, "wrong/stale_form.html", {"reason": reason}, status=403)


def no_workspace(request: HttpRequest) -> HttpResponse:
    """Say that the signed-in user belongs to no workspace."""
    return render(request, "wrong/no_workspace.html", status=403)
