"""All accounts by their health, and the scorecards that say so."""

import difflib
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.health import queries
from tenure.health.types.answers import ScorecardSummary
from tenure.health.types.scorecards import Group, Node, all_leaves
from tenure.segments import queries as segments
from tenure.segments.types import Subject
from tenure.web.exporting import csv_answer
from tenure.web.pages.health import words

ROWS = 50
MOST_BANDS = 240
"""Twelve of each of twenty scorecards."""


@require_safe
def judging(request: HttpRequest) -> HttpResponse:
    """Show how far the judging of everybody has come; when it is over, the page that asks is shown anew."""
    now = queries.judging_now()
    answer = render(request, "health/judging.html", {"judging": now})
    if now is None:
        answer["HX-Refresh"] = "true"
    return answer


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how scores are spread, and the accounts behind each number, the lowest first."""
    cards = queries.scorecards()
    chosen = _chosen(request, cards)
    band, step = _whole(request, "band", -1, MOST_BANDS), _whole(request, "step", 0, 9)
    spread = queries.spread(chosen)
    page = queries.scores(scorecard_id=chosen, band=band, step=step, cursor=request.GET.get("cursor", ""), limit=ROWS)
    most = max([*spread.steps, 1])
    shown = {
        "tab": "accounts",
        "judging": queries.judging_now(),
        "cards": cards,
        "chosen": chosen,
        "band": band,
        "step": step,
        "spread": spread,
        "nobody": not any(each.accounts for each in spread.bands) and chosen is None,
        "bands": [(each, _share(each.accounts, spread.accounts)) for each in reversed(spread.bands)],
        "steps": [(n, words.step(n), count, most) for n, count in enumerate(spread.steps)],
        "items": page.items,
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
    }
    return render(request, "health/overview.html", shown)


@require_safe
def scores_csv(request: HttpRequest) -> HttpResponseBase:
    """Export the scores that the page lists."""
    chosen = _chosen(request, queries.scorecards())
    band, step = _whole(request, "band", -1, MOST_BANDS), _whole(request, "step", 0, 9)
    head = (
        "account_id", "name", "scorecard", "score", "band", "computed", "coverage", "since", "is_overridden",
        "week_ago",
    )  # fmt: skip
    return csv_answer("health", head, _lines(chosen, band, step))


@require_safe
def scorecards(request: HttpRequest) -> HttpResponse:
    """List the scorecards in the order in which they are the main one."""
    archived = bool(request.GET.get("archived"))
    cards = queries.archived_scorecards() if archived else queries.scorecards()
    shown = {
        "tab": "scorecards",
        "judging": queries.judging_now(),
        "rows": [(card, _for_whom(card), _size(card), None if archived else queries.spread(card.id)) for card in cards],
        "archived": archived,
        "has_archived": archived or bool(queries.archived_scorecards()),
    }
    return render(request, "health/scorecards.html", shown)


@require_safe
def scorecard(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a scorecard says, and how its scores are spread."""
    found = queries.scorecard(pk)
    spread = queries.spread(pk)
    shown = {
        **_head(found, "says"),
        "spread": spread,
        "bands": [(each, _share(each.accounts, spread.accounts)) for each in reversed(spread.bands)],
        "measures": list(_tree(found.definition.measures)) if found.definition else [],
        "young": list(_tree(found.definition.new_accounts.measures))
        if found.definition and found.definition.new_accounts
        else [],
        "text": queries.text_form(pk),
    }
    return render(request, "health/scorecard.html", shown)


@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a scorecard said from time to time, and what each change changed."""
    found = queries.versions(pk)
    rows = [
        (version, _difference(found[n + 1].text if n + 1 < len(found) else "", version.text))
        for n, version in enumerate(found)
    ]
    return render(request, "health/versions.html", {**_head(queries.scorecard(pk), "versions"), "rows": rows})


def _lines(chosen: int | None, band: int | None, step: int | None) -> Iterator[tuple[object, ...]]:
    for row in queries.all_scores(scorecard_id=chosen, band=band, step=step):
        name = row.band.name if row.band else ""
        yield (
            row.account_id, row.account_name, row.scorecard_name, row.score, name, row.computed, row.coverage,
            row.since, row.is_overridden, row.week_ago,
        )  # fmt: skip


def _head(found: ScorecardSummary, tab: str) -> dict[str, Any]:
    return {"card": found, "for_whom": _for_whom(found), "tab": tab, "judging": queries.judging_now()}


def _for_whom(card: ScorecardSummary) -> str:
    if card.definition is None or card.definition.applies_to is None:
        return ""
    return segments.sentence(card.definition.applies_to, Subject.ACCOUNT)


def _size(card: ScorecardSummary) -> int:
    return len(all_leaves(card.definition)) if card.definition else 0


def _tree(nodes: tuple[Node, ...], depth: int = 0, share: float = 1.0) -> Iterator[dict[str, Any]]:
    """Walk groups and measures from the top, each with its share of the whole in percent."""
    total = sum(node.weight for node in nodes) or 1
    for node in nodes:
        part = share * node.weight / total
        row: dict[str, Any] = {"name": node.name, "depth": range(depth), "share": round(part * 100)}
        if isinstance(node, Group):
            yield {**row, "is_group": True}
            yield from _tree(node.measures, depth + 1, part)
        else:
            unknown = node.unknown if isinstance(node.unknown, str) else queries.number_words(node.unknown)
            reads, scores = queries.input_words(node.reads), queries.function_words(node.scores)
            yield {**row, "is_group": False, "reads": reads, "scores": scores, "unknown": unknown}


def _difference(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines that were added and removed, each with its sign; nothing for the first version."""
    if not before:
        return []
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=1)
    return [(line[:1], line[1:]) for line in lines if not line.startswith(("---", "+++", "@@"))]


def _chosen(request: HttpRequest, cards: Any) -> int | None:
    asked = request.GET.get("scorecard", "")
    return next((card.id for card in cards if str(card.id) == asked), None)


def _whole(request: HttpRequest, name: str, low: int, high: int) -> int | None:
    text = request.GET.get(name, "")
    try:
        value = int(text)
    except ValueError:
        return None
    return value if low <= value <= high else None


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
