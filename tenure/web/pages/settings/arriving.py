"""The calls that arrived last, as they were sent: for whoever connects a product."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.tracking import queries as tracking
from tenure.web.visiting import Visit
from tenure.workspaces import queries

ROWS = 50


@require_safe
def arriving(request: Visit) -> HttpResponse:
    """Show the newest calls; the page fetches newer ones by itself."""
    chosen = _chosen(request)
    shown = _shown(request, tracking.latest_calls(ROWS, write_key_id=chosen))
    return render(request, "settings/arriving.html", shown | {"keys": queries.write_keys(), "chosen": chosen})


@require_safe
def newest(request: Visit) -> HttpResponse:
    """Answer with the calls that came since the page last asked; 204 when there are none."""
    after = request.GET.get("after", "")
    calls = tracking.latest_calls(ROWS, write_key_id=_chosen(request), after_batch=int(after) if after.isdigit() else 0)
    if not calls:
        return HttpResponse(status=204)
    return render(request, "settings/arriving_newest.html", _shown(request, calls))


def _chosen(request: Visit) -> int | None:
    asked = request.GET.get("source", "")
    return int(asked) if asked.isdigit() else None


def _shown(request: Visit, calls: list[Any]) -> dict[str, Any]:
    names = queries.write_key_names()
    return {
        "section": "arriving",
        "rows": [{"call": call, "source": names.get(call.write_key_id or 0, call.source)} for call in calls],
        "after": calls[0].batch_id if calls else 0,
        "chosen": _chosen(request),
    }
