"""The list of known people."""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.customers import queries as customers
from tenure.web.exporting import csv_answer, json_lines_answer
from tenure.web.pages.settings.snippets import snippets
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces

ROWS = 50
_EXPORTED_AT_ONCE = 1_000


@require_safe
def people(request: Visit) -> HttpResponse:
    """Show one page of people."""
    search, sort = _asked(request)
    page = customers.people_list(search, sort=sort, cursor=request.GET.get("cursor", ""), limit=ROWS)
    if not page.count and not search:
        key = workspaces.write_keys().filter(retires_at=None).first()
        nothing = {
            "source": key,
            "snippets": snippets(host=settings.TENURE_URL, write_key=key.key) if key else [],
        }
        return render(request, "people/nothing_yet.html", nothing)
    homes = customers.accounts_of_people([each.pk for each in page.people])
    names = customers.account_names(homes.values())
    here = urlencode([(name, value) for name, value in (("q", search), ("sort", sort)) if value and value != "name"])
    shown = {
        "rows": [
            {"person": each, "account_id": homes.get(each.pk), "account": names.get(homes.get(each.pk, 0), "")}
            for each in page.people
        ],
        "count": page.count,
        "sureness": page.sureness.value,
        "q": search,
        "sort": sort,
        "export": f"?{here}",
        "next": f"?{here}{'&' if here else ''}cursor={page.next_cursor}" if page.next_cursor else "",
        "first": f"?{here}" if request.GET.get("cursor") else "",
    }
    return render(request, "people/list.html", shown)


@require_safe
def people_csv(request: Visit) -> HttpResponseBase:
    """Export everybody of the list, with all their traits."""
    search, sort = _asked(request)
    traits = [each.name for each in customers.observed_traits("person")]
    own = ("id", "user_id", "name", "email", "account_id", "account", "first_seen_at", "last_seen_at")
    return csv_answer("people", [*own, *(f"trait.{name}" for name in traits)], _lines(search, sort, traits))


@require_safe
def people_jsonl(request: Visit) -> HttpResponseBase:
    """Export everybody of the list with the traits as they are: importing this file changes nothing."""
    search, sort = _asked(request)
    rows = customers.people_rows(search, sort=sort)
    return json_lines_answer(
        "people",
        (
            {
                "id": p.pk, "user_id": p.external_id, "name": p.name, "email": p.email,
                "first_seen_at": p.first_seen_at, "last_seen_at": p.last_seen_at, "traits": p.traits,
            }
            for p in rows
        ),
    )  # fmt: skip


def _asked(request: Visit) -> tuple[str, str]:
    return request.GET.get("q", "").replace("\x00", "").strip()[:200], request.GET.get("sort") or "name"


def _lines(search: str, sort: str, traits: list[str]) -> Iterator[list[object]]:
    found = customers.people_rows(search, sort=sort)
    while some := list(islice(found, _EXPORTED_AT_ONCE)):
        homes = customers.accounts_of_people([each.pk for each in some])
        names = customers.account_names(homes.values())
        for each in some:
            home = homes.get(each.pk)
            yield [
                each.pk, each.external_id, each.name, each.email, home, names.get(home or 0, ""), each.first_seen_at,
                each.last_seen_at, *(each.traits.get(name) for name in traits),
            ]  # fmt: skip
