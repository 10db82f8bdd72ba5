"""The stages and who is in them, who went from one to another, and what the stages were before."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.kernel import clock
from tenure.lifecycle import queries
from tenure.lifecycle.types import StayItem
from tenure.web.asked import whole
from tenure.web.exporting import csv_answer
from tenure.web.pages.lifecycle.drawing import draw
from tenure.web.pages.lifecycle.words import CAUSES, TONES, transition_words
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

ROWS = 50
WINDOWS = (30, 90, 365)
COLUMNS = ("account_id", "account", "stage", "came_from", "entered_at", "left_at", "was_there_before", "cause")

HELD_COLUMNS = ("account_id", "account", "stage", "reason", "until", "is_exception", "by", "at")


@require_safe
def lifecycle(request: Visit) -> HttpResponse:
    """Show the stages, how many accounts are in each and for how long, and who went where lately."""
    found = queries.lifecycle()
    names, members = queries.stage_names(), workspaces.member_names()
    counts = queries.stage_counts()
    days = _days(request)
    now = clock.now()
    moves = queries.moves_between(now - timedelta(days=days), now + timedelta(seconds=1))
    shown = {
        "found": found,
        "drawing": draw(found.machine, names, {c.stage.key: c.accounts for c in counts}),
        "stages": [
            {
                "count": each,
                "tone": TONES.get(each.stage.key, ""),
                "ways": [
                    {"to": names[t.target], "words": transition_words(t, members)}
                    for _, t in found.machine.leaving(each.stage.key)
                ],
            }
            for each in counts
        ],
        "accounts": sum(each.accounts for each in counts),
        "moves": [
            {"move": m, "source": names.get(m.source, ""), "target": names.get(m.target, m.target)} for m in moves
        ],
        "days": days,
        "windows": WINDOWS,
        "held": queries.how_many_held(),
        "may_change": may(request, PermissionRole.ADMIN),
    }
    return render(request, "lifecycle/lifecycle.html", shown)


@require_safe
def stage(request: Visit, key: str) -> HttpResponse:
    """List the accounts in a stage."""
    page = queries.accounts_in(key, cursor=request.GET.get("cursor"), limit=ROWS)
    names = queries.stage_names()
    return render(
        request,
        "lifecycle/stage.html",
        {
            "key": key,
            "name": names[key],
            "tone": TONES.get(key, ""),
            "rows": _rows(page.items, names),
            "next": page.next_cursor,
            "has_previous": bool(request.GET.get("cursor")),
        },
    )


@require_safe
def stage_csv(request: Visit, key: str) -> HttpResponseBase:
    """Export the accounts in a stage."""
    queries.accounts_in(key, limit=1)
    return csv_answer(f"lifecycle-{key}", COLUMNS, _lines(queries.all_stays(stage=key)))


@require_safe
def held(request: Visit) -> HttpResponse:
    """List the accounts that members hold in a stage."""
    page, names = queries.placements(cursor=request.GET.get("cursor"), limit=ROWS), queries.stage_names()
    shown = {
        "rows": [(each, names.get(each.stage, each.stage)) for each in page.items],
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
        "may_do": may(request, PermissionRole.MEMBER),
    }
    return render(request, "lifecycle/held.html", shown)


@require_safe
def held_csv(request: Visit) -> HttpResponseBase:
    """Export them."""
    lines = (
        (p.account_id, p.account_name, p.stage, p.reason, p.until, p.is_exception, p.by, p.at)
        for p in queries.all_placements()
    )
    return csv_answer("lifecycle-held", HELD_COLUMNS, lines)


@require_safe
def moves(request: Visit) -> HttpResponse:
    """List the accounts that went from one stage to another."""
    names, wanted = queries.stage_names(), _wanted(request)
    page = queries.movers(**wanted, cursor=request.GET.get("cursor"), limit=ROWS)
    shown = {
        "source": names.get(wanted["source"] or "", ""),
        "is_new": wanted["source"] == "",
        "target": names.get(wanted["target"] or "", ""),
        "days": _days(request),
        "rows": _rows(page.items, names),
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
    }
    return render(request, "lifecycle/moves.html", shown)


@require_safe
def moves_csv(request: Visit) -> HttpResponseBase:
    """Export them."""
    wanted = _wanted(request)

    def walked() -> Iterator[StayItem]:
        cursor: str | None = None
        while True:
            page = queries.movers(**wanted, cursor=cursor, limit=500)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    return csv_answer("lifecycle-moves", COLUMNS, _lines(walked()))


@require_safe
def versions(request: Visit) -> HttpResponse:
    """Show what the stages were from time to time, and what each change was."""
    found = queries.versions()
    return render(
        request,
        "lifecycle/versions.html",
        {
            "versions": found,
            "latest": found[0].number if found else 0,
            "may_change": may(request, PermissionRole.ADMIN),
        },
    )


def _rows(items: Any, names: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "stay": item,
            "stage": names.get(item.stage, item.stage),
            "came_from": names.get(item.came_from, item.came_from),
            "cause": CAUSES[item.cause],
        }
        for item in items
    ]


def _lines(items: Iterator[StayItem]) -> Iterator[tuple[object, ...]]:
    for item in items:
        yield (
            item.account_id, item.account_name, item.stage, item.came_from, item.entered_at, item.left_at,
            item.is_first, item.cause.value,
        )  # fmt: skip


def _days(request: Visit) -> int:
    return whole(request.GET.get("days", ""), digits=4) or WINDOWS[1]


def _wanted(request: Visit) -> dict[str, Any]:
    now = clock.now()
    source, target = request.GET.get("from"), request.GET.get("to")
    return {"source": source, "target": target or None, "since": now - timedelta(days=_days(request)), "until": None}
