"""What was not taken, and why."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tenure.kernel.cursors import as_cursor, from_cursor
from tenure.tracking import queries as tracking
from tenure.tracking.actions.replaying import ask_to_send_again, ask_to_send_all_again, sendable
from tenure.tracking.errors import MendingUnreadable
from tenure.web.exporting import csv_answer
from tenure.web.permission import may, needs
from tenure.web.shell.formats import number
from tenure.web.shell.toasts import say
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

ROWS = 50
MENDED_HERE = {
    "event_blocked", "overloaded", "slow_sender", "write_key_missing", "write_key_unknown", "write_key_retired",
}  # fmt: skip
"""Why a call was refused although nothing is wrong with it: it can come in as it is."""


@require_safe
def refusals(request: Visit) -> HttpResponse:
    """Count by reason, and list the latest."""
    code, counts = request.GET.get("code", ""), tracking.refusal_counts()
    # Where there is one workspace, what belongs to none is listed among its own.
    owns_everything, has_others = _owns_everything(request), len(workspaces.workspace_ids()) > 1
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
        "counts": [each for each in counts if each.count or each.code == code],
        "came_in": sum(each.came_in for each in counts if code in ("", each.code)),
        "shows_came_in": _shows_came_in(request),
        "code": code,
        "q": request.GET.get("q", ""),
        "rows": rows,
        "next": f"?{address.urlencode()}" if more else "",
        "previous": f"?{here}" if request.GET.get("cursor") else "",
        "export": f"?{here}",
        "strangers": tracking.strangers() if owns_everything and has_others else [],
        "shows_keys": owns_everything,
        "was_ever": bool(counts),
        "may_change": may(request, PermissionRole.ADMIN),
        "sendable": sendable().filter(code=code).count() if code else 0,
    }
    return render(request, "settings/refusals.html", shown)


@require_safe
def refusal(request: Visit, pk: int) -> HttpResponse:
    """Show one with everything that is kept of it."""
    return _one(request, get_object_or_404(tracking.refusals(), pk=pk))


@require_POST
@needs(PermissionRole.ADMIN)
def send_again(request: Visit, pk: int) -> HttpResponse:
    """Let one come through the door again, as it was or mended; what was typed comes back when it is wrong."""
    found = get_object_or_404(tracking.refusals(), pk=pk)
    typed = request.POST.get("mended", "").replace("\r\n", "\n")
    mended = typed if typed.strip() and typed != readable(bytes(found.raw)) else None
    try:
        ask_to_send_again(found, mended=mended, by=request.member)
    except MendingUnreadable as error:
        return _one(request, found, typed=typed, problem=str(error), status=422)
    say(request, _("It is on its way; this page says what came of it."))
    return redirect("refusal", pk)


@require_POST
@needs(PermissionRole.ADMIN)
def send_all_again(request: Visit) -> HttpResponse:
    """Let everything refused for one reason come through the door again."""
    code = request.POST.get("code", "").replace("\x00", "")
    asked = ask_to_send_all_again(code, by=request.member)
    say(
        request,
        ngettext("%(n)s is on its way again.", "%(n)s are on their way again.", asked) % {"n": number(asked)},
    )
    return redirect(f"{reverse('refusals')}?{urlencode({'code': code})}")


def _one(request: Visit, found: Any, *, typed: str = "", problem: str = "", status: int = 200) -> HttpResponse:
    raw = bytes(found.raw)
    is_cut = len(raw) < found.size
    shown = {
        "section": "refusals",
        "refusal": found,
        "raw": readable(raw),
        "typed": typed or readable(raw),
        "problem": problem,
        "is_cut": is_cut,
        "is_wrong": found.code not in MENDED_HERE,
        "may_send": may(request, PermissionRole.ADMIN) and found.replay_asked_at is None,
        "became": tracking.refusals().filter(batch_id=found.replay_batch_id) if found.replay_batch_id else [],
    }
    return render(request, "settings/refusal.html", shown, status=status)


@require_safe
def refusals_csv(request: Visit) -> HttpResponseBase:
    """Export the chosen refusals."""
    header = ("received_at", "code", "reason", "count", "source", "path", "message_id", "size", "raw", "came_in_at")
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
    found = tracking.refusals().filter(replayed_at__isnull=not _shows_came_in(request))
    if code := request.GET.get("code", "").replace("\x00", ""):
        found = found.filter(code=code)
    if words := request.GET.get("q", "").replace("\x00", "").strip():
        found = found.filter(reason__icontains=words) | found.filter(message_id__icontains=words)
    return found


def _shows_came_in(request: Visit) -> bool:
    return request.GET.get("came_in", "") == "1"


def _after(found: QuerySet[Any], cursor: str) -> QuerySet[Any]:
    return found.filter(pk__lt=int(from_cursor(cursor, 1)[0] or 0)) if cursor else found


def _lines(found: QuerySet[Any]) -> Iterator[tuple[object, ...]]:
    cursor = ""
    while some := list(_after(found, cursor)[:500]):
        for each in some:
            raw = bytes(each.raw).decode("utf-8", errors="backslashreplace")
            yield (
                each.received_at, each.code, each.reason, each.count, each.source, each.path, each.message_id,
                each.size, raw, each.replayed_at,
            )  # fmt: skip
        cursor = as_cursor([some[-1].pk])
