"""Pages for when something is wrong: what happened, what was kept, what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from tenure.kernel.errors import DomainError
from tenure.web.shell.toasts import warn


def refused(request: HttpRequest, error: DomainError, status: int) -> HttpResponse:
    """Say why a domain refused: on a page, or as a note that leaves the page as it is when a part of it asked."""
    words = gettext(str(error))  # messages of errors are collected by tools/translations.py
    if getattr(request, "htmx", False):
        warn(request, words)
        return HttpResponse(status=status, headers={"HX-Reswap": "none"})
    return render(request, "wrong/refused.html", {"error": error, "words": words, "status": status}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is no such page."""
    return render(request, "wrong/not_found.html", status=404)


def not_allowed(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the permission role does not reach this page."""
    return render(request, "wrong/not_allowed.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that we failed; needs no database."""
    return render(request, "wrong/broken.html", status=500)


def without_engine(request: HttpRequest) -> HttpResponse:
    """Say that the engine that answers questions about everybody does not answer."""
    if getattr(request, "htmx", False):
        warn(request, gettext("The engine that counts does not answer. Please try again in a minute."))
        return HttpResponse(status=503, headers={"HX-Reswap": "none"})
    return render(request, "wrong/without_engine.html", status=503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that a form had gone stale and what to do."""
    return render(request, "wrong/stale_form.html", {"reason": reason}, status=403)


def no_workspace(request: HttpRequest) -> HttpResponse:
    """Say that the signed-in user belongs to no workspace."""
    return render(request, "wrong/no_workspace.html", status=403)
