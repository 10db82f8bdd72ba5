"""The page where a customer accepts what its level is promised: open to whoever has the link, without signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tenure.vips import actions, queries
from tenure.vips.errors import AcceptanceIncomplete, AcceptanceLinkOver, NoSuchAcceptanceLink
from tenure.web.shell.limiting import Limiter

LIMIT = Limiter(most=30, seconds=60)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def terms(request: HttpRequest, token: str) -> HttpResponse:
    """Show the terms (GET, which link scanners follow, accepts nothing), or accept them (POST)."""
    address = request.META.get("REMOTE_ADDR", "")
    if not LIMIT.allows(address):
        return _private(render(request, "vips/terms_later.html", status=429))
    try:
        if request.method != "POST":
            return _page(request, token)
        actions.accept_by_link(
            token,
            accepted_by=request.POST.get("accepted_by", "").replace("\x00", "") if request.POST.get("agree") else "",
            address=address,
            browser=request.headers.get("User-Agent", "").replace("\x00", ""),
            language=get_language() or "",
        )
    except AcceptanceIncomplete:
        return _page(request, token, is_incomplete=True)
    except AcceptanceLinkOver:
        return _page(request, token, status=409)
    except NoSuchAcceptanceLink:
        return _private(render(request, "vips/terms_unknown.html", status=404))
    return redirect("vip_terms", token)


def _page(request: HttpRequest, token: str, *, is_incomplete: bool = False, status: int = 200) -> HttpResponse:
    offer = queries.offer_of(token)
    if request.method == "GET":
        actions.open_link(token)
    shown = {
        "offer": offer,
        "is_incomplete": is_incomplete,
        "typed": request.POST.get("accepted_by", offer.person_name)[:200],
    }
    return _private(render(request, "vips/terms.html", shown, status=422 if is_incomplete else status))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Referrer-Policy"] = "same-origin"  # the address is the permission; with none at all, forms have no origin
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
