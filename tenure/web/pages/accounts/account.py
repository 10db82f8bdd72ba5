"""An account: how they are and why."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tenure.activity import queries as activity
from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.touch_models import queries as touch_models
from tenure.web.pages.accounts import timelines, words
from tenure.web.pages.accounts.panels import drawn
from tenure.web.pages.accounts.rows import renewal_of
from tenure.web.shell.opening import opening_use
from tenure.web.visiting import Visit

if TYPE_CHECKING:
    from tenure.customers.models import Account


@require_safe
def account(request: Visit, pk: int) -> HttpResponse:
    """Show an account; one that was merged leads to what it is part of now."""
    found = customers.account(pk)
    if found.pk != pk:
        return redirect("account", found.pk)
    context = {
        "account": found,
        "plan": words.trait_text(found.traits.get("plan")),
        "served": _served(found),
        "parts": drawn(request, "account", found),
        **timelines.shown(request, _subject(pk)),
    }
    return render(request, "accounts/account.html", context)


@require_safe
def timeline(request: Visit, pk: int) -> HttpResponse:
    """Answer with an older part of the timeline."""
    return timelines.older(request, _subject(customers.account(pk).pk))


@require_safe
def timeline_csv(request: Visit, pk: int) -> HttpResponseBase:
    """Export the timeline."""
    return timelines.exported(request, _subject(customers.account(pk).pk))


@require_safe
def newest(request: Visit, pk: int) -> HttpResponse:
    """Answer with what has happened since the page last asked."""
    return timelines.newest(request, _subject(customers.account(pk).pk))


@require_safe
def use(request: Visit, pk: int) -> HttpResponse:
    """Draw one series of the account's weeks against its own expectation; the page fetches it once it stands."""
    account = customers.account(pk)
    known = activity.series_of_use(account.pk)
    asked = request.GET.get("series", "")
    series = next((each for each, _name in known if each == asked), known[0][0])
    chart = activity.usage_chart(account.pk, clock.now(), series=series)
    shown = {
        "account": account,
        "series": series,
        "known": known,
        **opening_use(chart, reverse("account", args=[account.pk])),
    }
    return render(request, "accounts/parts/use_chart.html", shown)


@require_safe
def traits(request: Visit, pk: int) -> HttpResponse:
    """Show what was known when."""
    changes = customers.trait_history("account", customers.account(pk).pk)
    listed = [{"change": each, "text": words.trait_text(each.value)} for each in changes]
    return render(request, "accounts/parts/history.html", {"changes": listed})


def _served(account: "Account") -> list[str]:
    """Say in few words how an account is served and when it renews: high-touch, renewing in 41 days."""
    renewal = renewal_of(*billing.renewals_of([account.pk]).get(account.pk, (None, None)), clock.now())
    when = ""
    if renewal:
        text = (
            ngettext("ending in %(n)d day", "ending in %(n)d days", renewal.days)
            if renewal.ends
            else ngettext("renewing in %(n)d day", "renewing in %(n)d days", renewal.days)
        )
        when = text % {"n": renewal.days}
    touch = words.touch_name(account.traits.get("touch_model"), touch_models.model_names())
    return [said for said in (touch, when) if said]


def _subject(pk: int) -> timelines.Subject:
    return timelines.Subject(
        kind="account",
        pk=pk,
        url=reverse("account", args=[pk]),
        older_url=reverse("account_timeline", args=[pk]),
        newest_url=reverse("account_newest", args=[pk]),
        csv_url=reverse("account_timeline_csv", args=[pk]),
    )
