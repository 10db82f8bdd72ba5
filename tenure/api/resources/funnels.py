"""Funnels: who did one thing, then another, in time."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Router, Schema, Status
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, page_of_few, reachable
from tenure.api.resources.metrics import FROM, TO, AccountBehindOut, page_of_accounts
from tenure.insights import actions, queries
from tenure.insights.types import FunnelSteps, SavedFunnel, Subject

router = Router(tags=["funnels"])

SPLIT = Query("", description="Split by this trait of the account, such as `plan` or `touch_model`.", max_length=255)


class FunnelIn(Schema):
    """What a funnel is made of."""

    name: Text = said("What it is called.", "First report", min_length=1, max_length=120)
    counts: Literal["account", "person"] = said("Whom it follows.", "account", default="account")
    steps: list[list[Text]] = said(
        "The steps in order; each is any one of its events.",
        [["Signed Up"], ["Report Viewed", "Report Exported"]],
        min_length=2,
        max_length=8,
    )
    limit_seconds: int = said("How long after the first step the last one may be.", 1_209_600, ge=1, le=31_622_400)


class FunnelOut(Schema):
    """One funnel."""

    id: int = said("Which funnel.", 3)
    name: str = said("What it is called.", "First report")
    counts: str = said("Whom it follows: account or person.", "account")
    steps: list[list[str]] = said("The steps in order.", [["Signed Up"], ["Report Viewed", "Report Exported"]])
    limit_seconds: int = said("How long after the first step the last one may be.", 1_209_600)
    created_at: datetime = said("When it was defined.")


class FunnelStepOut(Schema):
    """How many of one group got to a step."""

    group: str = said("The group; empty without a split.", "Premium")
    step: int = said("Which step; 1 is the first.", 2)
    events: list[str] = said("What counts as it.", ["Report Viewed"])
    count: int = said("How many got there.", 33)
    share: float | None = said("Of those who began.", 0.66)
    low: float | None = said("The lower end of its 95 % interval.", 0.522)
    high: float | None = said("The upper end.", 0.776)
    of_previous: float | None = said("Of those at the step before.", 0.66)
    median_seconds: float | None = said("The median time since the step before.", 86_400.0)
    still_open: int = said("How many of the group still have time to get further.", 4)


@lists(router, "", FunnelOut, summary="List funnels")
def list_funnels(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the saved funnels by name."""
    return page_of_few(queries.funnels(), cursor, limit, _shown)


@router.post("", response={201: FunnelOut}, summary="Define a funnel")
def define_funnel(request: ApiCall, given: FunnelIn) -> Any:
    """Give a funnel a name."""
    steps = tuple(tuple(step) for step in given.steps)
    asked = FunnelSteps(subject=Subject(given.counts), steps=steps, limit_seconds=given.limit_seconds)
    made = actions.define_funnel(given.name, asked, by=acting_member(request))
    return Status(201, _shown(queries.funnel(made.pk)))


@router.get("/{int:funnel_id}", response=FunnelOut, summary="One funnel")
def read_funnel(request: ApiCall, funnel_id: int) -> Any:
    """Return one funnel's definition."""
    return _shown(queries.funnel(reachable(funnel_id)))


@router.delete("/{int:funnel_id}", response={204: None}, summary="Remove a funnel")
def remove_funnel(request: ApiCall, funnel_id: int) -> Any:
    """Forget a saved funnel; the events it counted stay."""
    actions.remove_funnel(reachable(funnel_id), by=acting_member(request))
    return Status(204, None)


@lists(router, "/{int:funnel_id}/steps", FunnelStepOut, summary="How many got how far")
def read_steps(
    request: ApiCall,
    funnel_id: int,
    since: date | None = FROM,
    until: date | None = TO,
    by: Text = SPLIT,
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """Follow everybody who began between two days, both included."""
    results = queries.funnel_result(queries.funnel(reachable(funnel_id)).asked, since=since, until=until, by=by)
    rows = [
        {
            "group": result.group,
            "step": step.number,
            "events": list(step.events),
            "count": step.count,
            "share": step.share,
            "low": step.low,
            "high": step.high,
            "of_previous": step.of_previous,
            "median_seconds": step.seconds,
            "still_open": result.open,
        }
        for result in results
        for step in result.steps
    ]
    return page_of_few(rows, cursor, limit)


@lists(router, "/{int:funnel_id}/accounts", AccountBehindOut, summary="The accounts of a step")
def list_funnel_accounts(
    request: ApiCall,
    funnel_id: int,
    step: int = Query(1, ge=1, le=8, description="Which step."),
    stopped: bool = Query(False, description="Only those who got there and no further."),
    since: date | None = FROM,
    until: date | None = TO,
    by: Text = SPLIT,
    group: Text = Query("", description="The group of the split."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the accounts that got to a step; where people are counted, the accounts of those people."""
    asked = queries.funnel(reachable(funnel_id)).asked
    ids = queries.funnel_accounts(asked, step, since=since, until=until, by=by, group=group, stopped=stopped)
    return page_of_accounts(ids, cursor, limit)


def _shown(found: SavedFunnel) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "counts": found.asked.subject.value,
        "steps": [list(step) for step in found.asked.steps],
        "limit_seconds": found.asked.limit_seconds,
        "created_at": found.created_at,
    }
