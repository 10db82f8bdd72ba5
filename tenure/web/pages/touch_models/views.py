"""The models with their accounts and expected churn, who has which, changes under way, and what was before."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.kernel import clock
from tenure.touch_models import queries
from tenure.touch_models.types import StandingItem, StepKind
from tenure.web.exporting import csv_answer
from tenure.web.pages.touch_models.words import CAUSES, STEPS, channel_words, rate_words, rule_words
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import PermissionRole

ROWS = 50
STEPS_SHOWN = 200
COLUMNS = ("account_id", "account", "model", "came_from", "since", "cause", "locked_until", "lock_reason")


@require_safe
def touch_models(request: Visit) -> HttpResponse:
    """Show the models: whom they take, who has them, and how many are expected to leave."""
    may_change = may(request, PermissionRole.ADMIN)
    if not queries.has_models():
        shown = {"suggested": queries.text_of(queries.suggested()), "may_change": may_change}
        return render(request, "touch_models/empty.html", shown)
    found, names, members = queries.definition(), queries.model_names(), workspaces.member_names()
    rows = [
        {
            "count": each,
            "name": names.get(each.model.key, each.model.name),
            "rules": rule_words(each.model, members),
            "allowed": channel_words(each.model.allowed),
            "forbidden": channel_words(each.model.forbidden),
            "churn": rate_words(each.expected_churn),
        }
        for each in queries.model_counts()
    ]
    made = queries.changes_made()
    changes = [
        {
            "change": each,
            "source": names.get(each.source, each.source),
            "target": names.get(each.target, each.target),
            "churn": rate_words(each.churn),
        }
        for each in made
    ]
    plans = [
        {
            "plan": plan,
            "source": names.get(plan.source, ""),
            "target": names.get(plan.target, ""),
            "steps": [(STEPS[s.kind], s) for s in plan.steps],
            "churn": next(
                (rate_words(c.churn) for c in made if (c.source, c.target) == (plan.source, plan.target)), ""
            ),
        }
        for plan in found.definition.plans
    ]
    shown = {
        "found": found,
        "rows": rows,
        "changes": changes,
        "plans": plans,
        "steps": queries.open_steps().count(),
        "currency": request.workspace.currency,
        "may_change": may_change,
    }
    return render(request, "touch_models/touch_models.html", shown)


@require_safe
def touch_model(request: Visit, key: str) -> HttpResponse:
    """List the accounts that have a model."""
    locked = bool(request.GET.get("locked"))
    page = queries.accounts_with(key, locked=locked, cursor=request.GET.get("cursor"), limit=ROWS)
    names = queries.model_names()
    shown = {
        "key": key,
        "name": names[key],
        "locked": locked,
        "rows": [
            {"standing": s, "came_from": names.get(s.came_from, s.came_from), "cause": CAUSES[s.cause]}
            for s in page.items
        ],
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
    }
    return render(request, "touch_models/touch_model.html", shown)


@require_safe
def touch_model_csv(request: Visit, key: str) -> HttpResponseBase:
    """Export them."""
    queries.accounts_with(key, limit=1)
    return csv_answer(f"touch-model-{key}", COLUMNS, _lines(queries.all_with(key)))


@require_safe
def changes(request: Visit) -> HttpResponse:
    """List the steps of changes under way, the earliest due first."""
    names = queries.model_names()
    today = clock.now().astimezone(ZoneInfo(request.workspace.timezone)).date()
    rows = [
        {
            "step": row,
            "kind": STEPS[StepKind(row.kind)],
            "source": names.get(row.transition.source, row.transition.source),
            "target": names.get(row.transition.target, row.transition.target),
            "is_late": row.due_on < today,
        }
        for row in queries.open_steps()[:STEPS_SHOWN]
    ]
    shown = {"rows": rows, "may_do": may(request, PermissionRole.MEMBER), "shown": STEPS_SHOWN}
    return render(request, "touch_models/changes.html", shown)


@require_safe
def versions(request: Visit) -> HttpResponse:
    """Show what the models were from time to time, and what each change was."""
    found = queries.versions()
    latest = found[0].number if found else 0
    shown = {"versions": found, "latest": latest, "may_change": may(request, PermissionRole.ADMIN)}
    return render(request, "touch_models/versions.html", shown)


def _lines(items: Iterator[StandingItem]) -> Iterator[tuple[Any, ...]]:
    for s in items:
        until = s.lock.until.isoformat() if s.lock and s.lock.until else ""
        yield (
            s.account_id, s.account_name, s.model, s.came_from, s.since, s.cause.value, until,
            s.lock.reason if s.lock else "",
        )  # fmt: skip
