"""A person: who they are, where they belong, what they did and what was done about them."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.customers import queries as customers
from tenure.web.pages.accounts import timelines, words
from tenure.web.pages.accounts.panels import drawn
from tenure.web.visiting import Visit


@require_safe
def person(request: Visit, pk: int) -> HttpResponse:
    """Show a person; a trace that turned out to be somebody leads to that somebody."""
    found = customers.person(pk)
    if found.pk != pk:
        return redirect("person", found.pk)
    context = {
        "person": found,
        "name": _("A visitor") if found.is_anonymous else str(found),
        "title": words.trait_text(found.traits.get("title")),
        "parts": drawn(request, "person", found),
        **timelines.shown(request, _subject(pk)),
    }
    return render(request, "people/person.html", context)


@require_safe
def timeline(request: Visit, pk: int) -> HttpResponse:
    """Answer with an older part of the timeline."""
    return timelines.older(request, _subject(customers.person(pk).pk))


@require_safe
def timeline_csv(request: Visit, pk: int) -> HttpResponseBase:
    """Export the timeline."""
    return timelines.exported(request, _subject(customers.person(pk).pk))


@require_safe
def newest(request: Visit, pk: int) -> HttpResponse:
    """Answer with what has happened since the page last asked."""
    return timelines.newest(request, _subject(customers.person(pk).pk))


@require_safe
def traits(request: Visit, pk: int) -> HttpResponse:
    """Show what was known when."""
    changes = customers.trait_history("person", customers.person(pk).pk)
    listed = [{"change": each, "text": words.trait_text(each.value)} for each in changes]
    return render(request, "accounts/parts/history.html", {"changes": listed})


def _subject(pk: int) -> timelines.Subject:
    return timelines.Subject(
        kind="person",
        pk=pk,
        url=reverse("person", args=[pk]),
        older_url=reverse("person_timeline", args=[pk]),
        newest_url=reverse("person_newest", args=[pk]),
        csv_url=reverse("person_timeline_csv", args=[pk]),
    )
