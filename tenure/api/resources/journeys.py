"""Journeys: touches that run by themselves."""

from datetime import datetime
from typing import Any

import msgspec
from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.journeys import actions, queries
from tenure.journeys.types import Existing, JourneyRow, Overdue
from tenure.workspaces.types import PermissionRole

router = Router(tags=["journeys"])

DEFINITION = {
    "trigger": {"kind": "segment", "segment_id": 4, "event": ""},
    "steps": [
        {"id": "wait-1", "kind": "wait", "settings": {"days": 14}},
        {"id": "mail-1", "kind": "send_email", "settings": {"template_id": 2, "topic": "product-tips"}},
    ],
    "goal": {"event": "Report Shared", "segment_id": None},
    "recipient": {"roles": ["champion"]},
    "reentry": "never",
    "reentry_days": 0,
    "leaves_with_segment": True,
    "reaches_churned": False,
}


class JourneyCountsOut(Schema):
    """What became of a journey's enrolments and touches."""

    enrolled: int = said("How many ever came in.", 140)
    live: int = said("How many are in it now.", 31)
    finished: int = said("How many came to its end.", 80)
    left: int = said("How many left before.", 9)
    goals: int = said("How many reached its goal.", 20)
    made: int = said("How many touches were made.", 188)
    skipped: int = said("How many were not made.", 29)
    held_out: int = said("How many of those because the account is held out.", 14)
    postponed: int = said("How many are put off.", 2)


class JourneyOut(Schema):
    """One journey."""

    id: int = said("Which journey.", 1)
    name: str = said("What it is called.", "Welcome")
    about: str = said("What it is for.")
    subject: str = said("Whom it enrols: account or person.", "account")
    status: str = said("draft, live, paused or archived.", "live")
    version: int = said("Which version those who come in now get.", 3)
    priority: int = said("Which goes first when a person may get only one message: the higher.", 0)
    trigger_name: str = said("The segment or event that enrols.", "New accounts")
    definition: dict[str, Any] = said("All it does: trigger, steps, goal, recipient, re-entry.", DEFINITION)
    counts: JourneyCountsOut = said("What became of its enrolments and touches.")
    changed_at: datetime = said("When it was changed last.")
    launched_at: datetime | None = said("When it was launched.")
    error: str = said("Why its steps cannot be carried out now; empty when they can.", "")


class StepOut(Schema):
    """One step, who stands there, and what was decided there."""

    id: str = said("Its id, stable across versions.", "mail-1")
    kind: str = said("Its kind.", "send_email")
    settings: dict[str, Any] = said("What that kind is set to.", {"template_id": 2})
    standing: int = said("How many stand there now.", 5)
    made: int = said("How many touches were made there, in any version.", 92)
    postponed: int = said("How many are put off.", 1)
    skipped: dict[str, int] = said("How many were not made, by reason.", {"holdout": 7, "unsubscribed": 2})


class JourneyVersionOut(Schema):
    """What a journey did from some moment on."""

    number: int = said("Which version.", 3)
    definition: dict[str, Any] = said("All it did.", DEFINITION)
    created_at: datetime = said("From when on.")
    created_by_id: int | None = said("The member who changed it.", 3)


class DryRunOut(Schema):
    """Whom a launch would enrol now."""

    would_enrol: int = said("How many would come in.", 12)
    been_before: int = said("How many may not, because they were in it before.", 3)
    in_now: int = said("How many are in it now.", 31)
    total: int = said("How many are in the trigger's segment.", 46)


class LaunchIn(Schema):
    """What a launch does with those who are in the trigger's segment already."""

    existing: Existing = said("enrol or leave_out.", "leave_out", default=Existing.LEAVE_OUT)


class ResumeIn(Schema):
    """What resuming does with touches that came due during the pause."""

    overdue: Overdue = said("make or skip.", "skip", default=Overdue.SKIP)


@lists(router, "", JourneyOut, summary="List journeys")
def list_journeys(
    request: ApiCall,
    archived: bool = Query(False, description="Those that have ended too."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the journeys with what became of them, the live ones first."""
    return page_of_few(queries.journeys(archived=archived), cursor, limit, _shown)


@router.get("/{int:journey_id}", response=JourneyOut, summary="One journey")
def read_journey(request: ApiCall, journey_id: int) -> Any:
    """Return one journey with its definition."""
    return _shown(queries.journey_row(reachable(journey_id)))


@lists(router, "/{int:journey_id}/steps", StepOut, summary="The steps of a journey")
def list_steps(request: ApiCall, journey_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the steps of the current version in their order, with who stands where."""
    found = [
        {
            "id": counts.step.id,
            "kind": counts.step.kind,
            "settings": msgspec.to_builtins(counts.step.settings),
            "standing": counts.standing,
            "made": counts.made,
            "postponed": counts.postponed,
            "skipped": dict(counts.skipped),
        }
        for counts in queries.step_counts(reachable(journey_id))
    ]
    return page_of_few(found, cursor, limit)


@lists(router, "/{int:journey_id}/versions", JourneyVersionOut, summary="What a journey did over time")
def list_versions(request: ApiCall, journey_id: int, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the versions of a journey, the latest first; those who are in it keep the one they came in by."""
    found = queries.journey_versions(queries.journey(reachable(journey_id)).pk)
    return page_of_few(list(found), cursor, limit)


@router.get("/{int:journey_id}/dry-run", response=DryRunOut, summary="Whom a launch would enrol")
def read_dry_run(request: ApiCall, journey_id: int) -> Any:
    """Count whom launching with `existing: enrol` would enrol now; changes nothing."""
    row = queries.journey_row(reachable(journey_id))
    return queries.dry_run(row.definition, row.subject, journey=queries.journey(row.id))


@router.post("/{int:journey_id}/launch", response=JourneyOut, summary="Launch a journey")
def launch_journey(request: ApiCall, journey_id: int, given: LaunchIn) -> Any:
    """Let a draft run."""
    by = acting_member(request, PermissionRole.ADMIN)
    actions.launch_journey(queries.journey(reachable(journey_id)), existing=given.existing, by=by)
    return _shown(queries.journey_row(journey_id))


@router.post("/{int:journey_id}/pause", response=JourneyOut, summary="Pause a journey")
def pause_journey(request: ApiCall, journey_id: int) -> Any:
    """Stop enrolling and touching; everybody stays where they are."""
    by = acting_member(request, PermissionRole.ADMIN)
    actions.pause_journey(queries.journey(reachable(journey_id)), by=by)
    return _shown(queries.journey_row(journey_id))


@router.post("/{int:journey_id}/resume", response=JourneyOut, summary="Resume a journey")
def resume_journey(request: ApiCall, journey_id: int, given: ResumeIn) -> Any:
    """Go on after a pause."""
    by = acting_member(request, PermissionRole.ADMIN)
    actions.resume_journey(queries.journey(reachable(journey_id)), overdue=given.overdue, by=by)
    return _shown(queries.journey_row(journey_id))


@router.post("/{int:journey_id}/archive", response=JourneyOut, summary="End a journey")
def archive_journey(request: ApiCall, journey_id: int) -> Any:
    """End it for good, and everybody's enrolment with it; its decisions stay."""
    by = acting_member(request, PermissionRole.ADMIN)
    actions.archive_journey(queries.journey(reachable(journey_id)), by=by)
    return _shown(queries.journey_row(journey_id))


def _shown(row: JourneyRow) -> dict[str, Any]:
    fields = (
        "id", "name", "about", "subject", "status", "version", "priority", "trigger_name", "counts", "changed_at",
        "launched_at", "error",
    )  # fmt: skip
    return {"definition": msgspec.to_builtins(row.definition), **{field: getattr(row, field) for field in fields}}
