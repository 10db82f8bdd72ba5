"""Who changed what, and when."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from tenure.kernel.cursors import as_cursor, from_cursor, moment
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.pages.settings.audit_words import in_words
from tenure.web.shell import formats
from tenure.web.visiting import Visit
from tenure.workspaces import queries

ROWS = 50


def audit(request: Visit) -> HttpResponse:
    """Show the trail, newest first, a page at a time."""
    trail = _chosen(request)
    rows = list(_after(trail, request.GET.get("cursor", ""))[: ROWS + 1])
    more, rows = len(rows) > ROWS, rows[:ROWS]
    address = request.GET.copy()
    address.pop("cursor", None)
    first_page = address.urlencode()
    if more:
        address["cursor"] = as_cursor([rows[-1].at, rows[-1].pk])
    names = queries.member_names()
    shown = {
        "section": "audit",
        "rows": [
            {"entry": entry, "words": in_words(entry.action), "details": _details(entry, names)} for entry in rows
        ],
        "actors": queries.members(),
        "chosen": {name: request.GET.get(name, "") for name in ("q", "member", "area")},
        "areas": queries.audit_areas(),
        "next": f"?{address.urlencode()}" if more else "",
        "previous": f"?{first_page}" if request.GET.get("cursor") else "",
        "export": f"?{first_page}",
    }
    return render(request, "settings/audit.html", shown)


def audit_csv(request: Visit) -> HttpResponseBase:
    """Export the chosen part of the trail."""
    return csv_answer("audit-trail", ("at", "actor", "action", "subject", "details"), _lines(_chosen(request)))


def _chosen(request: Visit) -> QuerySet[Any]:
    trail = queries.audit_trail()
    if words := request.GET.get("q", "").replace("\x00", "").strip():
        trail = trail.filter(Q(subject__icontains=words) | Q(action__icontains=words) | Q(actor__icontains=words))
    if (member := whole(request.GET.get("member", ""))) is not None:
        trail = trail.filter(member_id=member)
    if area := request.GET.get("area", "").replace("\x00", ""):
        trail = trail.filter(action__startswith=f"{area}.")
    return trail


def _after(trail: QuerySet[Any], cursor: str) -> QuerySet[Any]:
    if not cursor:
        return trail
    at, pk = from_cursor(cursor, 2)
    return trail.filter(Q(at__lt=moment(at)) | Q(at=moment(at), pk__lt=pk))


def _lines(trail: QuerySet[Any]) -> Iterator[tuple[object, ...]]:
    cursor, names = "", queries.member_names()
    while some := list(_after(trail, cursor)[:500]):
        for entry in some:
            yield entry.at, entry.actor, entry.action, entry.subject, _details(entry, names)
        cursor = as_cursor([some[-1].at, some[-1].pk])


def _details(entry: Any, names: Mapping[int, str]) -> str:
    """Write the details in one line: `holdout_share 0.1 → 0.2`; owners by their names."""
    details = entry.details
    if entry.action == "accounts.assign_owner":
        owners = (details.get("before"), details.get("after"))
        return " → ".join(names.get(owner, _("somebody who left")) if owner else _("nobody") for owner in owners)
    before, after = details.get("before"), details.get("after")
    if isinstance(before, dict) and isinstance(after, dict):
        return formats.listed(f"{name} {_plain(before.get(name))} → {_plain(value)}" for name, value in after.items())
    if "before" in details and "after" in details:
        return f"{_plain(before)} → {_plain(after)}"
    return formats.listed(
        formats.named(name, _plain(value)) for name, value in details.items() if not isinstance(value, dict)
    )


def _plain(value: object) -> str:
    match value:
        case None:
            return "–"
        case list():
            return formats.listed(map(str, value))
        case dict():
            return json.dumps(value, ensure_ascii=False)
    return str(value)
