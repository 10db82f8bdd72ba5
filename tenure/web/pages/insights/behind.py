"""The accounts behind a number: a list that can be opened and exported."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from tenure.customers import queries as customers
from tenure.insights.types import Subject
from tenure.web.exporting import csv_answer
from tenure.web.visiting import Visit

ROWS = 50


def which_accounts(subject: Subject, by: str) -> str:
    """Say which accounts are listed where people are counted: somebody may be at several."""
    if subject is not Subject.PERSON:
        return ""
    if by:
        return _("People are in the group of their primary account: that one is listed.")
    return _("Every account that one of these people is at is listed.")


def accounts_page(
    request: Visit, account_ids: Sequence[int], *, title: str, lead: str, back: str, back_name: str
) -> HttpResponseBase:
    """List accounts, or with `?format=csv` export them."""
    if request.GET.get("format") == "csv":
        return _csv(account_ids)
    page = Paginator(account_ids, ROWS).get_page(request.GET.get("page"))
    found = {a.pk: a for a in customers.accounts(page.object_list).select_related("owner")}
    shown = {
        "title": title,
        "lead": lead,
        "back": back,
        "back_name": back_name,
        "page": page,
        "accounts": [found[pk] for pk in page.object_list if pk in found],
    }
    return render(request, "insights/accounts.html", shown)


def _csv(account_ids: Sequence[int]) -> HttpResponseBase:
    found = customers.accounts(account_ids).select_related("owner").order_by("pk")
    rows = ((a.pk, a.external_id, a.name, a.owner.name if a.owner else "", a.last_seen_at) for a in found)
    return csv_answer("accounts", ("account_id", "external_id", "account", "owner", "last_seen_at"), rows)
