"""The list of journeys, one journey step by step, its decisions and its enrolments."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tenure.journeys import queries
from tenure.journeys.types import EnrolmentStatus, JourneyRow, Outcome, Why
from tenure.web.exporting import csv_answer
from tenure.web.pages.accounts.words import ENROLMENT_STATUSES, OUTCOMES, WHYS
from tenure.web.pages.journeys.words import TONES, status_name, step_icon, step_words, template_names, trigger_sentence
from tenure.web.permission import may
from tenure.web.visiting import Visit
from tenure.workspaces.types import PermissionRole

OUTCOME_TONES = {Outcome.MADE: "good", Outcome.SKIPPED: "", Outcome.POSTPONED: "info"}


@require_safe
def journeys(request: Visit) -> HttpResponse:
    """List journeys with what became of them."""
    archived = bool(request.GET.get("archived"))
    rows = [(_told(row), row) for row in queries.journeys(archived=archived)]
    return render(
        request,
        "journeys/journeys.html",
        {"rows": rows, "archived": archived, "may_change": may(request, PermissionRole.ADMIN)},
    )


@require_safe
def journey(request: Visit, pk: int) -> HttpResponse:
    """Show a journey step by step, with who stands where."""
    row = queries.journey_row(pk)
    templates = template_names()
    steps = [
        (counts, step_icon(counts.step), step_words(counts.step, templates), _skipped(counts.skipped))
        for counts in queries.step_counts(pk)
    ]
    latest = queries.decisions(journey_id=pk, limit=8)
    shown = {
        "row": row,
        **_told(row),
        "steps": steps,
        "latest": [_decided(d) for d in latest.items],
        "would_enrol": queries.dry_run(row.definition, row.subject, journey=queries.journey(pk)),
        "versions": queries.journey_versions(pk),
        "may_change": may(request, PermissionRole.ADMIN),
    }
    return render(request, "journeys/journey.html", shown)


@require_safe
def decisions(request: Visit, pk: int) -> HttpResponse:
    """List why each touch was or was not made."""
    chosen = _chosen(request)
    page = queries.decisions(journey_id=pk, **chosen, cursor=request.GET.get("cursor", ""))
    shown = {
        "row": queries.journey_row(pk),
        "rows": [_decided(d) for d in page.items],
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
        "chosen": chosen,
        "outcomes": list(OUTCOMES.items()),
        "reasons": list(WHYS.items()),
    }
    return render(request, "journeys/decisions.html", shown)


@require_safe
def decision(request: Visit, pk: int) -> HttpResponse:
    """Show one decision with everything it rested on."""
    found = queries.decision(pk)
    inputs = [(name.replace("_", " "), value) for name, value in found.inputs.items()]
    return render(request, "journeys/decision.html", {"decided": _decided(found), "row": found, "inputs": inputs})


@require_safe
def enrolments(request: Visit, pk: int) -> HttpResponse:
    """List who is in a journey, and where."""
    status = request.GET.get("status", "")
    chosen = EnrolmentStatus(status) if status in set(EnrolmentStatus) else None
    page = queries.enrolments_in(
        pk, status=chosen, step=request.GET.get("step", "")[:60], cursor=request.GET.get("cursor", "")
    )
    templates = template_names()
    shown = {
        "row": queries.journey_row(pk),
        "rows": [
            (e, ENROLMENT_STATUSES[e.status], step_words(e.step, templates) if e.step else "") for e in page.items
        ],
        "next": page.next_cursor,
        "has_previous": bool(request.GET.get("cursor")),
        "status": chosen,
        "statuses": list(ENROLMENT_STATUSES.items()),
    }
    return render(request, "journeys/enrolments.html", shown)


@require_safe
def decisions_csv(request: Visit, pk: int) -> HttpResponseBase:
    """Export the decisions of a journey."""
    header = (
        "at",
        "account_id",
        "account",
        "person_id",
        "person",
        "step",
        "version",
        "outcome",
        "reason",
        "message_id",
    )
    return csv_answer("decisions", header, _lines(pk, _chosen(request)))


def _lines(pk: int, chosen: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    cursor = ""
    while True:
        page = queries.decisions(journey_id=pk, **chosen, cursor=cursor, limit=200)
        for d in page.items:
            yield (
                d.at, d.account_id, d.account_name, d.person_id, d.person_name, d.step_id, d.version, d.outcome.value,
                d.reason.value, d.message_id,
            )  # fmt: skip
        cursor = page.next_cursor
        if not cursor:
            return


def _chosen(request: Visit) -> dict[str, Any]:
    outcome, reason = request.GET.get("outcome", ""), request.GET.get("reason", "")
    return {
        "outcome": Outcome(outcome) if outcome in set(Outcome) else None,
        "reason": Why(reason) if reason in set(Why) else None,
    }


def _told(row: JourneyRow) -> dict[str, Any]:
    return {
        "status": status_name(row.status),
        "tone": TONES.get(row.status, ""),
        "trigger": trigger_sentence(row.definition, row.subject, row.trigger_name),
    }


def _decided(row: Any) -> dict[str, Any]:
    return {
        "row": row,
        "outcome": OUTCOMES[row.outcome],
        "tone": OUTCOME_TONES[row.outcome],
        "reason": WHYS[row.reason],
    }


def _skipped(skipped: Any) -> list[tuple[Any, int]]:
    return [(WHYS[Why(why)], n) for why, n in skipped.items()]
