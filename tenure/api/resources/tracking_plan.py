"""The tracking plan: what arrives, how it changes, and the rules for what is let in."""

from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from ninja import Router, Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_by_id, page_of_few, reachable
from tenure.tracking import queries as tracking
from tenure.tracking.actions.planning import acknowledge_drift, define_rule, remove_rule
from tenure.tracking.types import Place, RuleGiven, RuleKind
from tenure.workspaces.types import PermissionRole

router = Router(tags=["arrivals"])


class PlannedEventOut(Schema):
    """An event name that has arrived, or the traits of people or accounts."""

    name: str = said(
        "The event, or what a page or screen is called; $identify and $group are the traits of people and accounts.",
        "Report exported",
    )
    type: str = said("track, page, screen, identify or group.", "track")
    calls: int = said("Calls of the latest 28 days, repeats counted once.", 412)
    people: int = said("People who did it in those days.", 37)
    properties: int = said("How many properties have been seen with it.", 3)
    is_stopped: bool = said("Whether it has been silent for twice as long as ever before.", False)
    first_seen_at: datetime = said("When the first one happened.")
    last_seen_at: datetime = said("When the last one happened.")


class PlannedPropertyOut(Schema):
    """A property that has been seen with an event."""

    name: str = said("The property.", "pages")
    usual_type: str = said("The type it has most often.", "number")
    types: dict[str, int] = said("How often it was seen with each type.", {"number": 120, "text": 2})
    seen: int = said("In how many calls it was seen.", 122)
    looked_at: int = said("How many calls were looked at: all when few come at once, a sample of many.", 130)
    first_seen_at: datetime = said("When it was first seen.")
    last_seen_at: datetime = said("When it was last seen.")


class DriftOut(Schema):
    """Something that arrives other than it used to."""

    id: int = said("Which change.")
    kind: str = said("new_event, new_type or stopped.", "new_type")
    event: str = said("The event.", "Report exported")
    property: str = said("The property, for a new type.", "pages")
    was: str = said("The type it used to have, or the day the event came last.", "number")
    now: str = said("The type it also has now.", "text")
    noticed_at: datetime = said("When it was noticed.")


class PlanRuleOut(Schema):
    """A rule for what is let in."""

    id: int = said("Which rule.")
    kind: str = said("block, rename, drop or hash.", "hash")
    event: str = said("The event it is about; empty for a property of all calls.", "")
    new_name: str = said("What a renamed event is called.", "")
    field: str = said("The property it drops or hashes.", "email")
    place: str = said("payload: properties and traits; context; id: the id that is named.", "payload")
    created_at: datetime = said("Since when it holds.")


class PlanRuleIn(Schema):
    """A rule to add."""

    kind: Literal["block", "rename", "drop", "hash"] = said("What it does.", "hash")
    event: Text = said(
        "The event, exactly as it is sent; empty for a property of all calls.", default="", max_length=255
    )
    new_name: Text = said("For a rename.", default="", max_length=255)
    field: Text = said("The property to drop or hash.", "email", default="", max_length=255)
    place: Literal["payload", "context", "id"] = said(
        "Where the property is looked for. id: field is userId or anonymousId, and e-mail addresses in it are hashed.",
        default="payload",
    )


@lists(router, "/events", PlannedEventOut, summary="List the events that arrive")
def list_events(
    request: ApiCall,
    search: str = Query("", description="Part of the event's name."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the events that have been observed, the most frequent of the latest days first."""
    return page_of_few(tracking.planned_events(search.replace("\x00", "").strip()), cursor, limit)


@lists(router, "/properties", PlannedPropertyOut, summary="List the properties of an event")
def list_properties(
    request: ApiCall,
    event: str = Query(description="The event's name."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the properties seen with one event and their types, the most frequent first."""
    return page_of_few(tracking.planned_properties(event.replace("\x00", "")), cursor, limit)


@lists(router, "/drifts", DriftOut, summary="List what has changed about what arrives")
def list_drifts(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the changes nobody has acknowledged, newest first."""
    return page_by_id(tracking.drifts(), cursor, limit)


@router.post("/drifts/{int:drift_id}/acknowledge", response=DriftOut, summary="Acknowledge a change")
def acknowledge(request: ApiCall, drift_id: int) -> Any:
    """Take a change off the list: somebody has seen it."""
    return acknowledge_drift(tracking.drift(reachable(drift_id)), by=acting_member(request))


@lists(router, "/rules", PlanRuleOut, summary="List the rules of the tracking plan")
def list_rules(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the rules by what they are about."""
    return page_of_few(list(tracking.rules()), cursor, limit)


@router.post("/rules", response={201: PlanRuleOut}, summary="Add a rule")
def create_rule(request: ApiCall, given: PlanRuleIn) -> Any:
    """Add a rule; the door follows it within seconds, for what arrives from then on."""
    rule = RuleGiven(
        kind=RuleKind(given.kind), event=given.event, new_name=given.new_name, field=given.field,
        place=Place(given.place),
    )  # fmt: skip
    return Status(201, define_rule(rule, by=acting_member(request, PermissionRole.ADMIN)))


@router.delete("/rules/{int:rule_id}", response={204: None}, summary="Remove a rule")
@transaction.atomic
def delete_rule(request: ApiCall, rule_id: int) -> Any:
    """Remove a rule; what it blocked can be sent again."""
    by = acting_member(request, PermissionRole.ADMIN)
    remove_rule(tracking.rule(reachable(rule_id)), by=by)
    return Status(204, None)
