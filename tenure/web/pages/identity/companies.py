"""Facts about companies: what is known from where, and the provider that is asked."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenure.connectors.company_facts import actions, queries
from tenure.connectors.company_facts.errors import PaceUnusable, ProviderAddressUnusable, ProviderUnreachable
from tenure.connectors.company_facts.types import FASTEST, USUAL_PACE
from tenure.kernel import clock
from tenure.web.asked import whole
from tenure.web.permission import may
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole


@require_http_methods(["GET", "HEAD", "POST"])
def company_facts(request: Visit) -> HttpResponse:
    """Show the sources of facts about companies; admins say which provider is asked."""
    may_change = may(request, PermissionRole.ADMIN)
    known, wrong, status = queries.provider(), {}, 200
    url, pace = (known.url, str(known.per_minute)) if known else ("", str(USUAL_PACE))
    if request.method == "POST":
        if not may_change:
            raise RoleTooLow
        url = request.POST.get("url", "").replace("\x00", "").strip()[:1_000]
        pace = request.POST.get("per_minute", "").strip()[:10] or str(USUAL_PACE)
        try:
            key = request.POST.get("key", "").strip()[:500]
            actions.set_provider(url, key, by=request.member, per_minute=whole(pace, digits=4) or 0)
        except (ProviderAddressUnusable, ProviderUnreachable):
            said = _("Give an address that begins with https://, holds {domain}, and leads to a public host.")
            wrong, status = {"url": said}, 422
        except PaceUnusable:
            wrong, status = {"pace": _("Give a number from 1 to %(most)s.") % {"most": FASTEST}}, 422
        else:
            say(request, _("Saved. Companies are asked about once a day.") if url else _("Nobody is asked any more."))
            return redirect("company_facts")
    shown = {
        "sources": sorted(queries.companies_known().items()),
        "provider": known,
        "url": url,
        "pace": pace,
        "fastest": FASTEST,
        "wrong": wrong,
        "progress": queries.progress_of_asking(clock.now()) if known else None,
        "is_busy": bool(known and known.busy_until and known.busy_until > clock.now()),
        "may_change": may_change,
    }
    return render(request, "identity/companies.html", shown, status=status)
