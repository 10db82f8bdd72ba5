"""Answers that fit both a whole page and a part of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def go(request: HttpRequest, to: str, *args: object) -> HttpResponse:
    """Lead to another page: by a redirect, or by htmx's own header when a part of a page asked."""
    answer = redirect(to, *args)
    if not getattr(request, "htmx", False):
        return answer
    led = HttpResponse(status=204)
    led["HX-Redirect"] = answer["Location"]
    return led


def go_back(request: HttpRequest, otherwise: str, *args: object) -> HttpResponse:
    """Show the page again that the request came from, as it is now; `otherwise` when that is not known."""
    if getattr(request, "htmx", False):
        led = HttpResponse(status=204)
        led["HX-Refresh"] = "true"
        return led
    came_from = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    return redirect(came_from) if came_from.startswith(here) else redirect(otherwise, *args)
