"""The stages of accounts' lives: what they are, who is in them since when, and who went where."""

from datetime import UTC, date, datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Id, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, page_of_few, reachable
from tenure.lifecycle import actions, queries
from tenure.lifecycle.types import CauseOfStay, Machine, Preview, StayPage, Way
from tenure.workspaces.types import PermissionRole

router = Router(tags=["lifecycle"])

EXAMPLE = "stages:\n- key: trial\n  name: Trial\n- key: active\n  name: Active\ntransitions:\n- from: trial\n  to: active\n  after_days: 14\n"  # noqa: E501


class LifecycleOut(Schema):
    """The stages and transitions in force."""

    version: int = said("The latest version.", 3)
    text: str = said("The whole as YAML, as it can be put back.", EXAMPLE)
    definition: dict[str, Any] = said(
        "The same as JSON.", {"stages": [{"key": "trial", "name": "Trial"}], "transitions": []}
    )
    changed_at: datetime = said("Since when it is so.")
    changed_by: str = said("Who made it so; empty for Tenure itself.", "Ada Park")
    followed_at: datetime | None = said("When every account was looked at last.")
    error: str = said("Why accounts cannot be followed, if they cannot.", "")


class LifecycleIn(Schema):
    """What the stages and transitions are to be."""

    text: Text = said("The whole as YAML.", EXAMPLE, max_length=100_000)
    version: Id | None = said("The version this was made from; refused when it is not the latest.", 3, default=None)


class StageOut(Schema):
    """One stage."""

    key: str = said("Which one.", "active")
    name: str = said("What it is called.", "Active")
    accounts: int = said("How many accounts are in it now.", 310)
    left: int = said("How many stays in it have begun and ended before our eyes.", 41)
    median_days: float | None = said("The median length of those, in days; null while there are none.", 212.5)
    low_days: float | None = said("The lower bound of its 95 % interval; null where so few cannot say.", 180.0)
    high_days: float | None = said("The upper bound.", 260.0)


class StayOut(Schema):
    """One stay of an account in a stage."""

    id: int = said("Which stay.")
    account_id: int = said("Whose.")
    account_name: str = said("What the account is called.", "Northwind")
    stage: str = said("Where.", "active")
    came_from: str = said("The stage before; empty for the first.", "onboarding")
    entered_at: datetime = said("When it came there, or, where `is_first`, was seen there first.")
    left_at: datetime | None = said("When it left; null while it is there.")
    is_first: bool = said("It was there before we looked for the first time.", False)
    cause: CauseOfStay = said("What made it come: first, happening, time, definition, member or merged.", "happening")
    version: int = said("The version of the lifecycle by which it came.", 3)


class MovesOut(Schema):
    """How many went from one stage to another."""

    source: str = said("From; empty for accounts that were new.", "active")
    target: str = said("To.", "renewing")
    accounts: int = said("How many.", 12)


class LifecycleVersionOut(Schema):
    """What the lifecycle was from a moment on."""

    number: int = said("Which version.", 2)
    at: datetime = said("From when on.")
    by: str = said("Who made it; empty for Tenure itself.", "Ada Park")
    text: str = said("The whole as YAML.", EXAMPLE)
    changes: list[str] = said("The lines that came and went.", ["+ - key: paused"])


class WouldMoveOut(Schema):
    """How many accounts would go from one stage to another."""

    source: str = said("From; empty for accounts that are in no stage.", "trial")
    target: str = said("To.", "active")
    accounts: int = said("How many.", 7)


class LifecyclePreviewOut(Schema):
    """What saving would do."""

    looked_at: int = said("How many accounts were looked at.", 400)
    moves: int = said("How many would move.", 7)
    moving: list[WouldMoveOut] = said("From where to where.", [{"source": "trial", "target": "active", "accounts": 7}])
    counts: dict[str, int] = said("How many would be in each stage.", {"trial": 20, "active": 380})


class PlacementOut(Schema):
    """A member's word that an account is in a stage."""

    id: int = said("Which one.")
    account_id: int = said("Whose.")
    account_name: str = said("What the account is called.", "Northwind")
    stage: str = said("The stage it is held in.", "active")
    reason: str = said("Why.", "They signed at the fair")
    until: date | None = said("The last day it is held there; null for good.")
    is_exception: bool = said("No transition led there.", False)
    at: datetime = said("Since when.")
    by: str = said("Who put it there.", "Ada Park")
    ended_at: datetime | None = said("When it was let go of; null while it is held.")


class PutIn(Schema):
    """Which accounts to put into a stage."""

    account_ids: list[Id] = said("Which accounts.", [12, 13], min_length=1, max_length=10_000)
    stage: Text = said("The key of the stage.", "active", max_length=30)
    reason: Text = said("Why.", "They signed at the fair", max_length=500)
    until: date | None = said("The last day they are held there; null for good.", default=None)
    way: Way = said(
        "transition: only accounts that a transition leads there; exception: the others too.", "transition",
        default=Way.TRANSITION,
    )  # fmt: skip


class PutOut(Schema):
    """What became of it."""

    placed: list[int] = said("The accounts that are held in the stage now.", [12])
    left: list[int] = said("Those that stay where they are, because no transition leads there.", [13])
    undo_id: int | None = said("What to ask for to take it back; null where nothing was done.", 881)


class PutTakenBackOut(Schema):
    """What was taken back."""

    accounts: int = said("For how many accounts; those that moved on since are left alone.", 1)


@router.get("", response=LifecycleOut, summary="The stages and transitions in force")
def read_lifecycle(request: ApiCall) -> Any:
    """Return the stages and transitions."""
    return _shown()


@router.put("", response=LifecycleOut, summary="Change the stages and transitions")
def change_lifecycle(request: ApiCall, given: LifecycleIn) -> Any:
    """Put other stages and transitions in force; every account is looked at at once."""
    by = acting_member(request, PermissionRole.ADMIN)
    actions.change_lifecycle(queries.read_text(given.text), by=by, version=given.version)
    return _shown()


@router.post("/preview", response=LifecyclePreviewOut, summary="Who would move by other stages and transitions")
def preview_lifecycle(request: ApiCall, given: LifecycleIn) -> Any:
    """Say who would move; nothing is changed."""
    seen: Preview = queries.preview(queries.read_text(given.text))
    return {"looked_at": seen.looked_at, "moves": seen.moves, "moving": list(seen.moving), "counts": dict(seen.counts)}


@lists(router, "/stages", StageOut, summary="Accounts and typical stays by stage")
def list_stages(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the stages in their order."""
    return page_of_few(queries.stage_counts(), cursor, limit, _stage)


@lists(router, "/stays", StayOut, summary="Who is or was in which stage")
def list_stays(
    request: ApiCall,
    stage: str | None = Query(None, max_length=30, description="Only accounts that are in this stage now."),
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="Only the stays of an account."),
    came_from: str | None = Query(None, max_length=30, description="Only moves from this stage; empty for new ones."),
    went_to: str | None = Query(None, max_length=30, description="Only moves to this stage."),
    since: datetime | None = Query(None, description="Only moves at or after this moment."),
    until: datetime | None = Query(None, description="Only moves before this moment."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List stays, the latest first: of a stage, of an account, or of those that moved within a window."""
    page: StayPage
    if account_id is not None:
        page = queries.stays_of(account_id, cursor=cursor or None, limit=limit)
    elif stage:
        page = queries.accounts_in(_clean(stage), cursor=cursor or None, limit=limit)
    else:
        page = queries.movers(
            source=None if came_from is None else _clean(came_from),
            target=_clean(went_to) if went_to else None,
            since=None if since is None else _in_utc(since),
            until=None if until is None else _in_utc(until),
            cursor=cursor or None,
            limit=limit,
        )
    return as_page(list(page.items), page.next_cursor)


@lists(router, "/placements", PlacementOut, summary="Accounts held in a stage by members")
def list_placements(
    request: ApiCall,
    stage: str | None = Query(None, max_length=30, description="Only those held in this stage."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the accounts that members put into a stage or hold there, the latest first."""
    page = queries.placements(stage=_clean(stage) if stage else None, cursor=cursor or None, limit=limit)
    return as_page(list(page.items), page.next_cursor)


@router.post("/placements", response=PutOut, summary="Put accounts into a stage")
def put_in_stage(request: ApiCall, given: PutIn) -> Any:
    """Put accounts into a stage and hold them there; the stages are not followed for them until that is over."""
    done = actions.put_in_stage(
        given.account_ids,
        given.stage,
        reason=given.reason,
        until=given.until,
        by=acting_member(request),
        way=given.way,
    )
    return {"placed": list(done.placed), "left": list(done.left), "undo_id": done.audit_id}


@router.post("/placements/{int:undo_id}/take-back", response=PutTakenBackOut, summary="Take that back")
def take_back_placements(request: ApiCall, undo_id: int) -> Any:
    """Let the stays go on that ended with it, as if nothing had been; only for who did it."""
    return {"accounts": actions.take_back_placements(reachable(undo_id), by=acting_member(request))}


@router.delete("/accounts/{int:account_id}/placement", response=PlacementOut, summary="Follow the stages again")
def let_go(request: ApiCall, account_id: int) -> Any:
    """Let go of an account that is held in a stage."""
    return queries.placement_item(actions.let_go(reachable(account_id), by=acting_member(request)).pk)


@lists(router, "/moves", MovesOut, summary="How many went where")
def list_moves(
    request: ApiCall,
    since: datetime = Query(..., description="From this moment on."),
    until: datetime = Query(..., description="Before this moment."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List how many accounts went from each stage to each other within a window."""
    return page_of_few(queries.moves_between(_in_utc(since), _in_utc(until)), cursor, limit)


@lists(router, "/versions", LifecycleVersionOut, summary="What the lifecycle was before")
def list_versions(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the versions, the latest first."""
    return page_of_few(queries.versions(), cursor, limit)


@router.post("/versions/{int:number}/restore", response=LifecycleOut, summary="Put an earlier version in force again")
def restore_version(request: ApiCall, number: int) -> Any:
    """Put what an earlier version said in force again, as a new version."""
    actions.restore_version(min(number, 2**31 - 1), by=acting_member(request, PermissionRole.ADMIN))
    return _shown()


def _shown() -> dict[str, Any]:
    found = queries.lifecycle()
    machine: Machine = found.machine
    return {
        "version": found.version,
        "text": queries.text_of(machine),
        "definition": queries.json_form(machine),
        "changed_at": found.changed_at,
        "changed_by": found.changed_by,
        "followed_at": found.followed_at,
        "error": found.error,
    }


def _stage(count: Any) -> dict[str, Any]:
    fields = ("accounts", "left", "median_days", "low_days", "high_days")
    return {"key": count.stage.key, "name": count.stage.name, **{name: getattr(count, name) for name in fields}}


def _in_utc(given: datetime) -> datetime:
    """Read a moment as the database can: one without a time zone is meant in UTC."""
    if given.tzinfo is None or not 2 < given.year < 9_998:
        return given.replace(tzinfo=UTC)
    return given.astimezone(UTC)


def _clean(text: str) -> str:
    return text.replace("\x00", "")
