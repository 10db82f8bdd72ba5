"""Touch models: what they are, which account has which, locks, and the steps of changes."""

from datetime import date, datetime
from typing import Any

from ninja import Router, Schema
from ninja.params.functions import Query

from tenure.api.callers import acting_member
from tenure.api.calls import ApiCall
from tenure.api.fields import LARGEST_ID, Text, said
from tenure.api.listing import lists
from tenure.api.paging import CURSOR, LIMIT, as_page, page_of_few, reachable
from tenure.touch_models import actions, queries
from tenure.touch_models.types import CauseOfModel, Preview, StandingItem, StepKind
from tenure.workspaces.types import PermissionRole

router = Router(tags=["touch models"])

MOST_STEPS = 20_000
EXAMPLE = "models:\n- key: high_touch\n  name: High-touch\n  enters: {trait: mrr, operator: more_than, value: 1000}\n- key: tech_touch\n  name: Tech-touch\n  forbidden: [phone]\n"  # noqa: E501


class TouchModelsOut(Schema):
    """The touch models and plans in force."""

    version: int = said("The latest version.", 3)
    text: str = said("The whole as YAML, as it can be put back.", EXAMPLE)
    definition: dict[str, Any] = said("The same as JSON.", {"models": [{"key": "tech_touch", "name": "Tech-touch"}]})
    changed_at: datetime = said("Since when it is so.")
    changed_by: str = said("Who made it so; empty for Tenure itself.", "Ada Park")
    followed_at: datetime | None = said("When every account was looked at last.")
    error: str = said("Why the rules cannot be followed, if they cannot.", "")


class TouchModelsIn(Schema):
    """What the touch models and plans are to be."""

    text: Text = said("The whole as YAML.", EXAMPLE, max_length=100_000)
    version: int | None = said(
        "The version this was made from (0: none); refused when it is not the latest.", 3, default=None, ge=0
    )


class RateOut(Schema):
    """How many leave within a horizon, by this workspace's own past."""

    share: float | None = said("The share; null where the past is too little to tell.", 0.042)
    low: float | None = said("The lower bound of its 95 % interval.", 0.02)
    high: float | None = said("The upper bound.", 0.07)
    churned: int = said("How many were seen leaving.", 14)
    accounts: int = said("Of how many that were watched.", 310)
    account_days: int = said("For how many days, all together.", 41_200)
    horizon_days: int = said("The horizon.", 90)


class TouchModelOut(Schema):
    """One touch model with its accounts."""

    key: str = said("Which one.", "high_touch")
    name: str = said("What it is called.", "High-touch")
    accounts: int = said("How many accounts have it.", 41)
    locked: int = said("How many of them by a lock.", 2)
    mrr: int = said("What they pay a month, in minor units of the workspace's currency.", 4_810_000)
    channels_allowed: list[str] = said("By which channels they may be reached.", ["email", "phone"])
    channels_forbidden: list[str] = said("By which they may not.", ["sms"])
    expected_churn: RateOut = said("How many are expected to leave.")


class TouchModelStandingOut(Schema):
    """An account's touch model."""

    id: int = said("Which row.")
    account_id: int = said("Whose.")
    account_name: str = said("What the account is called.", "Northwind")
    model: str = said("Which model.", "high_touch")
    came_from: str = said("The model before; empty for the first.", "low_touch")
    since: datetime = said("Since when.")
    left_at: datetime | None = said("When it was over; null while it has it.")
    was_there: bool = said("The account was there before we looked for the first time.", False)
    cause: CauseOfModel = said("What gave it: first, rules, lock, definition or merged.", "rules")
    lives_by: int = said("The version of the rules it is judged by.", 3)
    lock_reason: str = said("Why it is locked; empty when it is not.", "")
    locked_until: date | None = said("The last day of the lock; null for good, or without a lock.")
    locked_by: str = said("Who locked it.", "")


class TouchModelChangeOut(Schema):
    """How many accounts went from one model to another."""

    source: str = said("From.", "high_touch")
    target: str = said("To.", "low_touch")
    accounts: int = said("How many.", 12)
    churn: RateOut = said("How many of them are expected to leave within the horizon after.")


class TransitionStepOut(Schema):
    """One step of a change from one touch model to another."""

    id: int = said("Which step.")
    account_id: int = said("Whose change.")
    account_name: str = said("What the account is called.", "Northwind")
    source: str = said("From which model.", "high_touch")
    target: str = said("To which.", "low_touch")
    kind: StepKind = said("introduce, call, message or task.", "call")
    title: str = said("What is to be done.", "Last regular call")
    due_on: date = said("On which day.")
    done_at: datetime | None = said("When it was done.")
    is_left_out: bool = said("A member said that it will not be done.", False)
    done_by: str = said("Who did it, or left it out.", "Ada Park")


class TouchModelsVersionOut(Schema):
    """What the touch models were from a moment on."""

    number: int = said("Which version.", 2)
    at: datetime = said("From when on.")
    by: str = said("Who made it; empty for Tenure itself.", "Ada Park")
    text: str = said("The whole as YAML.", EXAMPLE)
    changes: list[str] = said("The lines that came and went.", ["+   name: Pooled"])
    accounts: int = said("How many accounts live by it now.", 310)


class LockIn(Schema):
    """A model whatever the rules say."""

    model: Text = said("The key of the model.", "high_touch", max_length=30)
    reason: Text = said("Why.", "A reference customer", max_length=500)
    until: date | None = said("The last day; null for good.", default=None)


class ModelWouldMoveOut(Schema):
    """How many accounts would go from one model to another."""

    source: str = said("From; empty for accounts that have none.", "low_touch")
    target: str = said("To.", "high_touch")
    accounts: int = said("How many.", 7)


class TouchModelsPreviewOut(Schema):
    """What saving would do."""

    looked_at: int = said("How many accounts were looked at.", 400)
    moves: int = said("How many would get another model.", 7)
    moving: list[ModelWouldMoveOut] = said(
        "From where to where.", [{"source": "low_touch", "target": "high_touch", "accounts": 7}]
    )
    counts: dict[str, int] = said("How many would have each model.", {"high_touch": 41})


@router.get("", response=TouchModelsOut, summary="The touch models in force")
def read_touch_models(request: ApiCall) -> Any:
    """Return the touch models and plans; 404 while there are none."""
    return _shown()


@router.put("", response=TouchModelsOut, summary="Change the touch models")
def change_touch_models(request: ApiCall, given: TouchModelsIn) -> Any:
    """Put other touch models and plans in force; every account is looked at at once."""
    by = acting_member(request, PermissionRole.ADMIN)
    actions.change_definition(queries.read_text(given.text), by=by, version=given.version)
    return _shown()


@router.post("/preview", response=TouchModelsPreviewOut, summary="Who would move by other touch models")
def preview_touch_models(request: ApiCall, given: TouchModelsIn) -> Any:
    """Say who would get another model; nothing is changed."""
    seen: Preview = queries.preview(queries.read_text(given.text))
    return {"looked_at": seen.looked_at, "moves": seen.moves, "moving": list(seen.moving), "counts": dict(seen.counts)}


@lists(router, "/models", TouchModelOut, summary="Accounts, revenue and expected churn by touch model")
def list_models(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the models in their order."""
    return page_of_few(queries.model_counts() if queries.has_models() else [], cursor, limit, _model)


@lists(router, "/accounts", TouchModelStandingOut, summary="Which account has which touch model")
def list_standings(
    request: ApiCall,
    model: str | None = Query(None, max_length=30, description="Only accounts that have this model now."),
    account_id: int | None = Query(None, ge=1, le=LARGEST_ID, description="All the models an account had."),
    locked: bool = Query(False, description="Only accounts with a lock."),
    cursor: str = CURSOR,
    limit: int = LIMIT,
) -> Any:
    """List the accounts with their models, the latest to get theirs first; or all the models one account had."""
    if account_id is not None:
        page = queries.standings_of(account_id, cursor=cursor or None, limit=limit)
    else:
        key = model.replace("\x00", "") if model else None
        page = queries.accounts_with(key, locked=locked, cursor=cursor or None, limit=limit)
    return as_page([_standing(item) for item in page.items], page.next_cursor)


@router.put("/accounts/{int:account_id}/lock", response=TouchModelStandingOut, summary="Lock an account's touch model")
def lock_model(request: ApiCall, account_id: int, given: LockIn) -> Any:
    """Give it a model whatever the rules say."""
    by = acting_member(request)
    actions.lock_model(reachable(account_id), given.model, reason=given.reason, until=given.until, by=by)
    return _standing_now(account_id)


@router.delete("/accounts/{int:account_id}/lock", response=TouchModelStandingOut, summary="Let the rules say it again")
def end_lock(request: ApiCall, account_id: int) -> Any:
    """End the lock."""
    actions.end_lock(reachable(account_id), by=acting_member(request))
    return _standing_now(account_id)


@lists(router, "/changes", TouchModelChangeOut, summary="How many went from one model to another")
def list_changes(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the changes made, the most frequent first, with how many left after."""
    return page_of_few(queries.changes_made(), cursor, limit)


@lists(router, "/steps", TransitionStepOut, summary="The steps of changes that are still to be done")
def list_steps(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List them, the earliest due first."""
    return page_of_few(list(queries.open_steps()[:MOST_STEPS]), cursor, limit, _step)


@router.post("/steps/{int:step_id}/complete", response=TransitionStepOut, summary="Mark a step done")
def complete_step(request: ApiCall, step_id: int) -> Any:
    """Mark it done; the last one ends the change."""
    return _step(actions.complete_step(reachable(step_id), by=acting_member(request)))


@router.post("/steps/{int:step_id}/leave-out", response=TransitionStepOut, summary="Leave a step out")
def leave_out_step(request: ApiCall, step_id: int) -> Any:
    """Mark it as one that will not be done; the last one ends the change."""
    return _step(actions.leave_out_step(reachable(step_id), by=acting_member(request)))


@router.post("/steps/{int:step_id}/reopen", response=TransitionStepOut, summary="Open a step again")
def reopen_step(request: ApiCall, step_id: int) -> Any:
    """Take its being done back."""
    return _step(actions.reopen_step(reachable(step_id), by=acting_member(request)))


@lists(router, "/versions", TouchModelsVersionOut, summary="What the touch models were before")
def list_versions(request: ApiCall, cursor: str = CURSOR, limit: int = LIMIT) -> Any:
    """List the versions, the latest first."""
    return page_of_few(queries.versions(), cursor, limit)


@router.post("/versions/{int:number}/restore", response=TouchModelsOut, summary="Put an earlier version in force again")
def restore_version(request: ApiCall, number: int) -> Any:
    """Put what an earlier version said in force again, as a new version."""
    actions.restore_version(min(number, 2**31 - 1), by=acting_member(request, PermissionRole.ADMIN))
    return _shown()


def _shown() -> dict[str, Any]:
    found = queries.definition()
    return {
        "version": found.version,
        "text": queries.text_of(found.definition),
        "definition": queries.json_form(found.definition),
        "changed_at": found.changed_at,
        "changed_by": found.changed_by,
        "followed_at": found.followed_at,
        "error": found.error,
    }


def _model(count: Any) -> dict[str, Any]:
    return {
        "key": count.model.key,
        "name": count.model.name,
        "accounts": count.accounts,
        "locked": count.locked,
        "mrr": count.mrr,
        "channels_allowed": list(count.model.allowed),
        "channels_forbidden": list(count.model.forbidden),
        "expected_churn": count.expected_churn,
    }


def _standing_now(account_id: int) -> Any:
    found = queries.standing_of(account_id)
    return _standing(found) if found else None


def _standing(item: StandingItem) -> dict[str, Any]:
    fields = (
        "id", "account_id", "account_name", "model", "came_from", "since", "left_at", "was_there", "cause", "lives_by",
    )  # fmt: skip
    lock = item.lock
    return {
        **{field: getattr(item, field) for field in fields},
        "lock_reason": lock.reason if lock else "",
        "locked_until": lock.until if lock else None,
        "locked_by": lock.by if lock else "",
    }


def _step(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "account_id": row.account_id,
        "account_name": str(row.account),
        "source": row.transition.source,
        "target": row.transition.target,
        "kind": row.kind,
        "title": row.title,
        "due_on": row.due_on,
        "done_at": row.done_at,
        "is_left_out": row.is_left_out,
        "done_by": row.done_by.name if row.done_by else "",
    }
