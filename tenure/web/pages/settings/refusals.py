"""What was not taken, and why."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from tenure.kernel.cursors import as_cursor, from_cursor
from tenure.tracking import queries as tracking
from tenure.web.exporting import csv_answer
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

ROWS = 50


@require_safe
def refusals(request: Visit) -> HttpResponse:
    """Count by reason, and list the latest."""
    code = request.GET.get("code", "")
    found = _chosen(request)
    rows = list(_after(found, request.GET.get("cursor", ""))[: ROWS + 1])
    more, rows = len(rows) > ROWS, rows[:ROWS]
    address = request.GET.copy()
    address.pop("cursor", None)
    here = address.urlencode()
    if more:
        address["cursor"] = as_cursor([rows[-1].pk])
    shown = {
        "section": "refusals",
        "counts": tracking.refusal_counts(),
        "code": code,
        "q": request.GET.get("q", ""),
        "rows": rows,
        "next": f"?{address.urlencode()}" if more else "",
        "previous": f"?{here}" if request.GET.get("cursor") else "",
        "export": f"?{here}",
        "strangers": tracking.strangers() if _owns_everything(request) else [],
    }
    return render(request, "settings/refusals.html", shown)


@require_safe
def refusal(request: Visit, pk: int) -> HttpResponse:
    """Show one with everything that is kept of it."""
    found = get_object_or_404(tracking.refusals(), pk=pk)
    raw = bytes(found.raw)
    shown = {"section": "refusals", "refusal": found, "raw": readable(raw), "is_cut": len(raw) < found.size}
    return render(request, "settings/refusal.html", shown)


@require_safe
def refusals_csv(request: Visit) -> HttpResponseBase:
    """Export the chosen refusals."""
    header = ("received_at", "code", "reason", "count", "source", "path", "message_id", "size", "raw")
    return csv_answer("refused", header, _lines(_chosen(request)))


def _owns_everything(request: Visit) -> bool:
    """Tell whether the visitor owns every workspace here: only they may see what belongs to none."""
    mine = workspaces.memberships_of(request.member.user).filter(permission_role=PermissionRole.OWNER)
    return {member.workspace_id for member in mine} == set(workspaces.workspace_ids())


def readable(raw: bytes) -> str:
    """Write bytes as text: JSON indented, anything else as it is, with what is no text marked."""
    text = raw.decode("utf-8", errors="backslashreplace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _chosen(request: Visit) -> QuerySet[Any]:
    found = tracking.refusals()
    if code := request.GET.get("code", "").replace("\x00", ""):
        found = found.filter(code=code)
    if words := request.GET.get("q", "").replace("\x00", "").strip():
        found = found.filter(reason__icontains=words) | found.filter(message_id__icontains=words)
    return found


def _after(found: QuerySet[Any], cursor: str) -> QuerySet[Any]:
    return found.filter(pk__lt=int(from_cursor(cursor, 1)[0] or 0)) if cursor else found


def _lines(found: QuerySet[Any]) -> Iterator[tuple[object, ...]]:
    cursor = ""
    while some := list(_after(found, cursor)[:500]):
        for each in some:
            raw = bytes(each.raw).decode("utf-8", errors="backslashreplace")
            yield (
                each.received_at, each.code, each.reason, each.count, each.source, each.path, each.message_id,
                each.size, raw,
            )  # fmt: skip
        cursor = as_cursor([some[-1].pk])
