"""Facts about companies: what is known from where, and the provider that is asked."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tenure.connectors.company_facts import actions, queries
from tenure.connectors.company_facts.errors import ProviderAddressUnusable, ProviderUnreachable
from tenure.web.permission import may
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces.errors import RoleTooLow
from tenure.workspaces.types import PermissionRole


@require_http_methods(["GET", "HEAD", "POST"])
def company_facts(request: Visit) -> HttpResponse:
    """Show the sources of facts about companies; admins say which provider is asked."""
    may_change = may(request, PermissionRole.ADMIN)
    known, wrong, status = queries.provider(), "", 200
    url = known.url if known else ""
    if request.method == "POST":
        if not may_change:
            raise RoleTooLow
        url = request.POST.get("url", "").replace("\x00", "").strip()[:1_000]
        try:
            actions.set_provider(url, request.POST.get("key", "").strip()[:500], by=request.member)
        except (ProviderAddressUnusable, ProviderUnreachable):
            wrong = _("Give an address that begins with https://, holds {domain}, and leads to a public host.")
            status = 422
        else:
            say(request, _("Saved. Companies are asked about once a day.") if url else _("Nobody is asked any more."))
            return redirect("company_facts")
    shown = {
        "sources": sorted(queries.companies_known().items()),
        "provider": known,
        "url": url,
        "wrong": wrong,
        "may_change": may_change,
    }
    return render(request, "identity/companies.html", shown, status=status)
