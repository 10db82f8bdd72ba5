"""Stopping messages by the link in one of them (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tenure.channels import actions, queries
from tenure.channels.types import UnsubscribedVia, UnsubscribeFrom


@csrf_exempt  # the link itself is the permission; mail programs post without cookies
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask (GET, which link scanners follow, changes nothing), or stop at once (POST)."""
    if request.method != "POST":
        return _private(render(request, "unsubscribe/unsubscribe.html", {"offer": queries.unsubscribe_offer(token)}))
    if request.POST.get("List-Unsubscribe") == "One-Click":
        actions.unsubscribe(token, choice=UnsubscribeFrom.TOPIC, via=UnsubscribedVia.ONE_CLICK)
        return HttpResponse("Unsubscribed.\n", content_type="text/plain; charset=utf-8")
    match request.POST.get("choice"):
        case "topic":
            actions.unsubscribe(token, choice=UnsubscribeFrom.TOPIC, via=UnsubscribedVia.PAGE)
        case "everything":
            actions.unsubscribe(token, choice=UnsubscribeFrom.EVERYTHING, via=UnsubscribedVia.PAGE)
        case "nothing":
            actions.resubscribe(token)
    return redirect("unsubscribe", token)


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
