"""Every member's book against what they can look after, the pooled books, and one member's book."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.touch_models import queries
from tenure.web.pages.books.words import BOUNDS, attained_words, target_words
from tenure.web.permission import may
from tenure.web.shell import formats
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole


@require_safe
def books(request: Visit) -> HttpResponse:
    """Show every member's book, and the pooled ones."""
    made = queries.books().books
    shown = {
        "rows": [_member(row) for row in queries.member_books()],
        "pools": [_pool(item, request.workspace.currency) for item in queries.pools()],
        "has_books": bool(made.members or made.pooled),
        "currency": request.workspace.currency,
        "may_change": may(request, PermissionRole.ADMIN),
    }
    return render(request, "books/books.html", shown)


@require_safe
def book(request: Visit, pk: int) -> HttpResponse:
    """Show one member's book: what is theirs, and the pooled books they share."""
    member = workspaces.member(pk)
    mine = next((row for row in queries.member_books() if row.member_id == member.pk), None)
    if mine is None:  # who has left has no book
        raise Http404
    pooled = [
        _pool(item, request.workspace.currency) for item in queries.pools() if pk in [one for one, _ in item.members]
    ]
    kept = queries.kept_by(member.pk)
    shown = {
        "kept": kept,
        "kept_share": formats.percent(kept.share, 1),
        "kept_of": f"{formats.number(kept.kept)} / {formats.number(kept.of)}",
        "row": _member(mine),
        "pools": pooled,
        "currency": request.workspace.currency,
    }
    return render(request, "books/book.html", shown)


def _member(row: Any) -> dict[str, Any]:
    capacity = row.capacity
    return {
        "book": row,
        "capacity": capacity,
        "over": formats.listed(str(BOUNDS[name]) for name in row.over),
        "speaks": ", ".join(capacity.languages) if capacity else "",
        "skills": ", ".join(capacity.skills) if capacity else "",
        "hours": formats.number(row.minutes / 60, 1),
        "most_hours": formats.number(capacity.minutes_a_week / 60, 1)
        if capacity and capacity.minutes_a_week is not None
        else "",
        "most_mrr": formats.number(capacity.mrr) if capacity and capacity.mrr is not None else "",
    }


def _pool(item: Any, currency: str) -> dict[str, Any]:
    names = queries.model_names() if queries.has_models() else {}
    got = item.attainment
    interval = "" if got.low is None else f"{formats.percent(got.low, 1)}–{formats.percent(got.high, 1)}"
    return {
        "item": item,
        "target": target_words(item),
        "said": attained_words(item, currency),
        "share": formats.percent(got.share, 1),
        "interval": interval,
        "tone": "" if got.is_reached is None else "good" if got.is_reached else "risk",
        "models": formats.listed(names.get(key, key) for key in item.pool.models),
        "kept": f"{formats.compact(got.kept)} / {formats.compact(got.of)}"
        if item.pool.of == "accounts"
        else f"{formats.compact_money(got.kept, currency)} / {formats.compact_money(got.of, currency)}",
    }
