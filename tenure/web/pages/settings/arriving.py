"""The live debugger: calls as they arrive, and what became of each."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tenure.customers import queries as customers
from tenure.tracking import queries as tracking
from tenure.web.asked import whole
from tenure.web.pages.settings.refusals import readable
from tenure.web.shell.formats import duration, number
from tenure.web.visiting import Visit
from tenure.workspaces import queries

ROWS = 50
TYPES = ("track", "page", "screen", "identify", "group", "alias")


@require_safe
def arriving(request: Visit) -> HttpResponse:
    """Show the newest calls; the page fetches newer ones by itself until it is paused."""
    recent = tracking.recent_intake()
    shown = {
        **_shown(request, after=0, after_refusal=0),
        "keys": queries.write_keys(),
        "types": TYPES,
        "recent": recent,
        "median": _span(recent.median_seconds),
        "worst": _span(recent.worst_seconds),
        "per_minute": list(recent.per_minute),
        "waiting": tracking.waiting_calls(),
    }
    return render(request, "settings/arriving.html", shown)


@require_safe
def newest(request: Visit) -> HttpResponse:
    """Answer with what came since the page last asked; 204 when there is nothing."""
    after, after_refusal = _whole(request, "after"), _whole(request, "after_refusal")
    shown = _shown(request, after=after, after_refusal=after_refusal)
    if not shown["rows"] and not request.GET.get("resumed"):
        return HttpResponse(status=204)
    shown["after"], shown["after_refusal"] = max(shown["after"], after), max(shown["after_refusal"], after_refusal)
    return render(request, "settings/arriving_newest.html", shown)


@require_safe
def pause(request: Visit) -> HttpResponse:
    """Stop fetching; the list stays as it is."""
    shown = {
        "after": _whole(request, "after"),
        "after_refusal": _whole(request, "after_refusal"),
        "address": _address(request),
        "is_paused": True,
    }
    return render(request, "settings/arriving_poll.html", shown)


@require_safe
def became(request: Visit, batch: int, number: int) -> HttpResponse:
    """Say what became of one call; asked when its row is opened."""
    found = tracking.what_became_of(batch, number)
    shown = {
        "became": found,
        "span": _span(found.seconds),
        "person": customers.people_names([found.person_id]).get(found.person_id, "") if found.person_id else "",
        "account": customers.account_names([found.account_id]).get(found.account_id, "") if found.account_id else "",
        "address": request.get_full_path(),
        "row": f"{batch}-{number}",
    }
    return render(request, "settings/arriving_became.html", shown)


def _shown(request: Visit, *, after: int, after_refusal: int) -> dict[str, Any]:
    source, type_, words = (
        _whole(request, "source"),
        _type(request),
        request.GET.get("q", "").replace("\x00", "").strip(),
    )
    names = queries.write_key_names()
    calls = tracking.latest_calls(
        ROWS, write_key_id=source or None, after_batch=after, type_=type_ if type_ != "refused" else "-", search=words
    )
    refused = (
        tracking.latest_refused_at_the_door(ROWS, after=after_refusal)
        if type_ in ("", "refused") and not words and not source
        else []
    )
    rows: list[dict[str, Any]] = [
        *({"at": c.received_at, "call": c, "source": names.get(c.write_key_id or 0, c.source)} for c in calls),
        *({"at": r.received_at, "refusal": r, "raw": readable(bytes(r.raw)), "source": r.source} for r in refused),
    ]
    return {
        "section": "arriving",
        "rows": sorted(rows, key=lambda row: row["at"], reverse=True)[:ROWS],
        "after": max((c.batch_id for c in calls), default=0),
        "after_refusal": max((r.pk for r in refused), default=0),
        "chosen": source,
        "type": type_,
        "q": words,
        "address": _address(request),
    }


def _span(seconds: float) -> str:
    """Write a short length of time as exactly as matters: 0.8 s, 42 s, 3 h 10 min."""
    if seconds >= 90:
        return duration(timedelta(seconds=seconds))
    return _("%(n)s s") % {"n": number(seconds, 1 if seconds < 10 else 0)}


def _address(request: Visit) -> str:
    """Return the filters as the rest of an address."""
    kept = request.GET.copy()
    for name in ("after", "after_refusal", "resumed"):
        kept.pop(name, None)
    return f"&{kept.urlencode()}" if kept else ""


def _type(request: Visit) -> str:
    asked = request.GET.get("type", "")
    return asked if asked in (*TYPES, "refused") else ""


def _whole(request: Visit, name: str) -> int:
    asked = request.GET.get(name, "")
    return whole(asked) or 0
