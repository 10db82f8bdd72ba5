"""Addresses of people, their place in the menu, and how the palette finds them."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from tenure.customers import queries as customers
from tenure.web.pages.people import listing, one
from tenure.web.shell.navigation import NavigationItem, register
from tenure.web.shell.palette import Answer, register_search

register(NavigationItem(key="people", label=_("People"), url_name="people", icon="users", go="p", order=35))


def _search(request: HttpRequest, text: str, limit: int) -> Sequence[Answer]:
    found = customers.people_list(text.replace("\x00", ""), sort="name", limit=limit).people
    return [
        Answer(label=str(each), url=reverse("person", args=[each.pk]), icon="user", detail=each.email) for each in found
    ]


register_search("people", _("People"), _search)

urlpatterns = [
    path("people/", listing.people, name="people"),
    path("people/export.csv", listing.people_csv, name="people_csv"),
    path("people/export.jsonl", listing.people_jsonl, name="people_jsonl"),
    path("people/<int:pk>/", one.person, name="person"),
    path("people/<int:pk>/timeline/", one.timeline, name="person_timeline"),
    path("people/<int:pk>/timeline.csv", one.timeline_csv, name="person_timeline_csv"),
    path("people/<int:pk>/timeline/newest/", one.newest, name="person_newest"),
    path("people/<int:pk>/traits/", one.traits, name="person_traits"),
]
