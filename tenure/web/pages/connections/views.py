"""Connections: what is connected, how it does, and what to do when it does not."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tenure.connectors import registry
from tenure.connectors.stripe import actions, queries
from tenure.connectors.stripe.errors import BackFillUnderWay, KeyUnusable, WebhookSecretUnusable
from tenure.connectors.stripe.types import EVENTS, Health, MatchBy, Refused
from tenure.customers import queries as customers
from tenure.customers.errors import NoSuchAccount
from tenure.kernel.cursors import as_cursor, from_cursor
from tenure.web.exporting import csv_answer
from tenure.web.pages.connections import words
from tenure.web.pages.connections.forms import ConnectForm, KeyForm, MatchingForm, SecretForm
from tenure.web.permission import may, needs
from tenure.web.shell.toasts import say, warn
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenure.connectors.stripe.models import Connection
    from tenure.customers.models import Account

ROWS = 50


@require_safe
def connections(request: Visit) -> HttpResponse:
    """List what is connected."""
    return _list(request, ConnectForm())


@require_POST
@needs(PermissionRole.ADMIN)
def connect(request: Visit) -> HttpResponse:
    """Connect an account of Stripe's, try its key, and begin to read."""
    form = ConnectForm(request.POST)
    if form.is_valid():
        try:
            made = actions.connect(form.cleaned_data["name"], key=form.cleaned_data["key"], by=request.member)
        except KeyUnusable:
            form.add_error("key", _("This is no key of Stripe's. Restricted keys begin with rk_live_ or rk_test_."))
        else:
            _try_key(request, made)
            return redirect("connection", made.pk)
    return _list(request, form, status=422)


@require_safe
def connection(request: Visit, pk: int) -> HttpResponse:
    """Show one connection: what is left to do, how far it has read, what came last."""
    return _page(request, queries.connection(pk), SecretForm())


@require_safe
def status(request: Visit, pk: int) -> HttpResponse:
    """Say how the connection does; the page asks every few seconds while something is under way."""
    return render(request, "connections/status.html", _standing(queries.connection(pk)))


@require_POST
@needs(PermissionRole.ADMIN)
def add_secret(request: Visit, pk: int) -> HttpResponse:
    """Take webhooks signed with another secret."""
    of = queries.connection(pk)
    form = SecretForm(request.POST)
    if form.is_valid():
        try:
            actions.add_webhook_secret(of, secret=form.cleaned_data["secret"], by=request.member)
        except WebhookSecretUnusable:
            form.add_error("secret", _("This is no signing secret of Stripe's. They begin with whsec_."))
        else:
            say(request, _("Webhooks signed with this secret are taken now; those of the old one for one more day."))
            return redirect("connection", pk)
    return _page(request, of, form, status=422)


@require_POST
@needs(PermissionRole.ADMIN)
def change_key(request: Visit, pk: int) -> HttpResponse:
    """Use another key."""
    of = queries.connection(pk)
    form = KeyForm(request.POST)
    if form.is_valid():
        try:
            of = actions.change_key(of, key=form.cleaned_data["key"], by=request.member)
        except KeyUnusable:
            warn(request, _("This is no key of Stripe's. Restricted keys begin with rk_live_ or rk_test_."))
        else:
            _try_key(request, of)
    return redirect("connection", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def check_key(request: Visit, pk: int) -> HttpResponse:
    """Ask Stripe what the key may do."""
    _try_key(request, queries.connection(pk))
    return redirect("connection", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def back_fill(request: Visit, pk: int) -> HttpResponse:
    """Read everything anew."""
    try:
        actions.start_back_fill(queries.connection(pk), by=request.member)
    except BackFillUnderWay:
        warn(request, _("Everything is being read already."))
    else:
        say(request, _("Everything in Stripe is being read. You can leave this page."))
    return redirect("connection", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def change_matching(request: Visit, pk: int) -> HttpResponse:
    """Choose how customers are matched."""
    of = queries.connection(pk)
    form = MatchingForm(request.POST, order=[])
    if form.is_valid():
        field = form.cleaned_data["account_field"]
        actions.change_matching(of, order=form.order, account_field=field, by=request.member)
        say(request, _("Saved. Customers without an account have been looked at again."))
    return redirect("connection", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def read_again(request: Visit, pk: int) -> HttpResponse:
    """Try again what could not be read."""
    actions.read_again(queries.connection(pk), by=request.member)
    say(request, _("It is being tried again."))
    return redirect("connection", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def disconnect(request: Visit, pk: int) -> HttpResponse:
    """End a connection."""
    of = actions.disconnect(queries.connection(pk), by=request.member)
    say(request, _("“%(name)s” is disconnected. What was read stays.") % {"name": of.name})
    return redirect("connections")


@require_safe
def unmatched(request: Visit, pk: int) -> HttpResponse:
    """List the customers who are no account yet."""
    of = queries.connection(pk)
    cursor = request.GET.get("cursor", "")
    found = queries.unmatched(of)
    found = found.filter(pk__gt=int(from_cursor(cursor, 1)[0] or 0)) if cursor else found
    rows = list(found[: ROWS + 1])
    more, rows = len(rows) > ROWS, rows[:ROWS]
    shown = {
        "section": "connections",
        "connection": of,
        "rows": [{"customer": each, "why": words.WHY_NOT.get(each.why_not, each.why_not)} for each in rows],
        "next": f"?cursor={as_cursor([rows[-1].pk])}" if more else "",
        "previous": "?" if cursor else "",
        "may_link": may(request, PermissionRole.ADMIN),
    }
    return render(request, "connections/unmatched.html", shown)


@require_safe
def unmatched_csv(request: Visit, pk: int) -> HttpResponseBase:
    """Export the customers who are no account yet."""
    header = ("customer", "name", "email", "why")
    return csv_answer("unmatched-customers", header, _unmatched_lines(queries.connection(pk)))


@require_POST
@needs(PermissionRole.ADMIN)
def link(request: Visit, pk: int) -> HttpResponse:
    """Say which account a customer is, or make one."""
    customer = queries.stripe_customer(pk)
    back = reverse("connection_unmatched", args=[customer.connection_id])
    if request.POST.get("make"):
        actions.make_account(customer, by=request.member)
        say(request, _("An account was made for %(name)s.") % {"name": customer.name or customer.customer_id})
        return redirect(back)
    account = _account_meant(request.POST.get("account", "").replace("\x00", "").strip())
    if account is None:
        warn(request, _("No single account has this id or name. Copy the id from the account's page."))
        return redirect(back)
    actions.link_customer(customer, account, by=request.member)
    say(
        request, _("%(name)s is %(account)s now.") % {"name": customer.name or customer.customer_id, "account": account}
    )
    return redirect(back)


@require_POST
@needs(PermissionRole.ADMIN)
def make_all(request: Visit, pk: int) -> HttpResponse:
    """Make an account of every customer who is none."""
    count = actions.make_accounts(queries.connection(pk), by=request.member)
    say(request, ngettext("%(count)s account was made.", "%(count)s accounts were made.", count) % {"count": count})
    return redirect("connection_unmatched", pk)


def _account_meant(words_given: str) -> "Account | None":
    """Find the one account with this id or name; billing knows accounts by their ids, so it must have one."""
    if not words_given:
        return None
    try:
        found = customers.account_by_external_id(words_given)
    except NoSuchAccount:
        named = list(customers.accounts().filter(name__iexact=words_given).exclude(external_id=None)[:2])
        return named[0] if len(named) == 1 else None
    return found if found.external_id else None


def _try_key(request: Visit, of: "Connection") -> None:
    found = actions.check_key(of)
    if found is None:
        warn(request, words.key_problem(of.key_problem))
    elif found.forbidden:
        missing = ", ".join(str(words.PHASES[phase]) for phase in found.forbidden)
        warn(request, f"{words.key_problem('stripe_permission_missing')} {missing}")
    else:
        say(request, _("The key works and may read everything that is needed."))


def _list(request: Visit, form: ConnectForm, status: int = 200) -> HttpResponse:
    rows = []
    for each in queries.connections():
        health = queries.health_of(each)
        rows.append({"connection": each, "health": words.HEALTH[health], "counts": queries.counts(each)})
    shown = {
        "section": "connections",
        "rows": rows,
        "form": form,
        "may_change": may(request, PermissionRole.ADMIN),
        "others": _others(),
    }
    return render(request, "connections/connections.html", shown, status=status)


def _others() -> list[dict[str, Any]]:
    """Say what else brings records: by files, or by a provider that is asked."""
    return [
        {
            "name": words.CONNECTORS[each.kind][0],
            "page": words.CONNECTORS[each.kind][1],
            "brings": [words.BRINGS[brought] for brought in each.brings],
            "connected": each.connected(),
        }
        for each in registry.connectors()
        if each.kind in words.CONNECTORS
    ]


def _page(request: Visit, of: "Connection", form: SecretForm, status: int = 200) -> HttpResponse:
    order = [MatchBy(way) for way in of.match_order]
    shown = {
        "section": "connections",
        "hook": f"{settings.TENURE_URL}{reverse('stripe_hook', args=[of.address])}",
        "events": EVENTS,
        "event_text": "\n".join(EVENTS),
        "secrets": queries.webhook_secrets(of),
        "secret_form": form,
        "key_form": KeyForm(),
        "matching_form": MatchingForm(order=order, initial={"account_field": of.account_field}),
        "latest": queries.latest_told(of),
        "problems": queries.problems(of),
        "refusals": [{"refusal": each, "words": words.REFUSED[Refused(each.reason)]} for each in queries.refusals(of)],
        "may_change": may(request, PermissionRole.ADMIN) and of.disconnected_at is None,
        **_standing(of),
    }
    return render(request, "connections/connection.html", shown, status=status)


def _standing(of: "Connection") -> dict[str, Any]:
    health, progress = queries.health_of(of), queries.progress(of)
    problem = words.key_problem(of.key_problem) if of.key_problem else ""
    phases = of.key_problem_words.split(", ") if of.key_problem == "stripe_permission_missing" else []
    names = {phase.value: name for phase, name in words.PHASES.items()}
    return {
        "connection": of,
        "health": words.HEALTH[health],
        "is_refusing": health is Health.REFUSING,
        "progress": progress,
        "exact_since": queries.exact_since(of),
        "phase": words.PHASES[progress.phase] if progress and progress.phase else "",
        "skipped": [words.PHASES[phase] for phase in progress.skipped] if progress else [],
        "counts": queries.counts(of),
        "key_problem": problem,
        "forbidden": [names.get(phase, phase) for phase in phases],
        "said": "" if phases else of.key_problem_words,
    }


def _unmatched_lines(of: "Connection") -> "Iterator[tuple[object, ...]]":
    last = 0
    while some := list(queries.unmatched(of).filter(pk__gt=last)[:500]):
        for each in some:
            yield each.customer_id, each.name, each.email, each.why_not
        last = some[-1].pk
