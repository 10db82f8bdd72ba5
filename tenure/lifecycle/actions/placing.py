"""A member's word that accounts are in a stage: with a reason, held there for a time, let go of, and taken back.

The stages stay a state machine: without saying that it is an exception, an account goes only where a transition leads,
whatever that transition asks for, since a member vouches for it.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from tenure.customers import actions as customers
from tenure.customers import queries as accounts
from tenure.kernel import clock, tenancy
from tenure.kernel.in_force import close_rows, take_turn
from tenure.kernel.outbox import announce_all
from tenure.lifecycle.actions.defining import begin
from tenure.lifecycle.actions.following import follow_some, settle_placed
from tenure.lifecycle.announcements import StageEntered, StageLeft
from tenure.lifecycle.errors import (
    NoSuchPlacement,
    NoSuchStage,
    NoTransitionLeadsThere,
    PlacementReasonMissing,
)
from tenure.lifecycle.models import Placement, Stay
from tenure.lifecycle.queries.judging import STAYS, Going
from tenure.lifecycle.queries.machine import lifecycle, stage_names
from tenure.lifecycle.queries.placements import would_put
from tenure.lifecycle.types import SOURCE, TRAIT, CauseOfStay, Put, Way
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as workspace_queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_PUT, _LET_GO = "lifecycle.put", "lifecycle.let_go"
_NAMED = 3


@transaction.atomic
def put_in_stage(
    account_ids: Iterable[int],
    stage: str,
    *,
    reason: str,
    by: "Member",
    until: date | None = None,
    way: Way = Way.TRANSITION,
) -> Put:
    """Put accounts into a stage and leave them there until a day (included) or for good; one already there is held.

    Those to which no transition leads stay where they are, unless exceptions are allowed. Raises `NoSuchStage`,
    `PlacementReasonMissing`, and `NoTransitionLeadsThere` where that is all of them.
    """
    take_turn(STAYS)
    begin()
    now, found = clock.now(), lifecycle()
    if stage not in found.machine.keys:
        raise NoSuchStage
    reason = "".join(c for c in reason if c.isprintable()).strip()[:500]
    if not reason or (until is not None and until < _today(now)):
        raise PlacementReasonMissing
    wanted = would_put(account_ids, stage, machine=found.machine)
    exceptions = set(wanted.exceptions) if way is Way.EXCEPTION else set()
    left = [] if way is Way.EXCEPTION else list(wanted.exceptions)
    placed = sorted({*wanted.led, *wanted.there, *exceptions})
    if not placed:
        if left:
            raise NoTransitionLeadsThere
        return Put(placed=(), left=(), audit_id=None)
    replaced = _ended(placed, now, by)
    stays = {s.account_id: s for s in Stay.objects.filter(account__in=placed, left_at=None)}
    going = [_going(account_id, stays.get(account_id), stage) for account_id in sorted({*placed} - {*wanted.there})]
    settle_placed(found.machine, found.version, going, now=now)
    begun = dict(Stay.objects.filter(account__in=placed, left_at=None).values_list("account_id", "pk"))
    made = Placement.objects.bulk_create(
        [
            Placement(
                account_id=account_id,
                stage=stage,
                reason=reason,
                until=until,
                is_exception=account_id in exceptions,
                at=now,
                by=by,
                stay_id=begun[account_id] if account_id not in wanted.there else None,
                before=stays.get(account_id) if account_id not in wanted.there else None,
                replaced_id=replaced.get(account_id),
            )
            for account_id in placed
        ],
        batch_size=1_000,
    )
    details = {
        "account_ids": placed,
        "stage": stage,
        "reason": reason,
        "until": until.isoformat() if until else "",
        "exceptions": sorted(exceptions),
        "placement_ids": [each.pk for each in made],
    }
    entry = workspaces.record_audit(_PUT, by=by, subject=_called(placed), details=details)
    return Put(placed=placed, left=left, audit_id=entry.pk)


@transaction.atomic
def take_back_placements(audit_id: int, *, by: "Member") -> int:
    """Undo what a member put into a stage at once: stays go on as if nothing had been; returns for how many accounts.

    Those that were let go of, moved on or were put elsewhere since are left alone. Raises `NoSuchPlacement` for what
    this member did not do.
    """
    take_turn(STAYS)
    entry = workspace_queries.audit_trail().filter(pk=audit_id, action=_PUT, member=by).first()
    if entry is None:
        raise NoSuchPlacement
    held = Placement.objects.select_for_update(of=("self",)).filter(
        pk__in=entry.details["placement_ids"], ended_at=None
    )
    rows = list(held.select_related("stay", "before").order_by("pk"))
    now = clock.now()
    Placement.objects.filter(pk__in=[row.pk for row in rows]).update(ended_at=now, ended_by=by)
    again = Placement.objects.filter(pk__in=[row.replaced_id for row in rows if row.replaced_id])
    again.exclude(until__lt=_today(now)).update(ended_at=None, ended_by=None)
    _go_back([row for row in rows if row.stay is not None and row.stay.left_at is None], now)
    ids = [row.account_id for row in rows]
    follow_some(ids, now=now, cause=CauseOfStay.HAPPENING)
    if rows:
        details = {"account_ids": ids, "stage": entry.details["stage"]}
        workspaces.record_audit("lifecycle.take_back", by=by, subject=_called(ids), details=details)
    return len(rows)


@transaction.atomic
def let_go(account_id: int, *, by: "Member") -> Placement:
    """Let the stages be followed again from where the account is; raises `NoSuchPlacement`."""
    take_turn(STAYS)
    found = Placement.objects.select_for_update().filter(account=account_id, ended_at=None).first()
    if found is None:
        raise NoSuchPlacement
    now = clock.now()
    Placement.objects.filter(pk=found.pk).update(ended_at=now, ended_by=by)
    details = {"account_id": account_id, "stage": found.stage, "placement_id": found.pk}
    workspaces.record_audit(_LET_GO, by=by, subject=_called([account_id]), details=details)
    follow_some([account_id], now=now, cause=CauseOfStay.HAPPENING)
    return found


@transaction.atomic
def hold_again(placement_id: int, *, by: "Member") -> Put:
    """Put an account into the stage again that it was let go of; raises `NoSuchPlacement`."""
    before = Placement.objects.filter(pk=placement_id).exclude(ended_at=None).first()
    if before is None:
        raise NoSuchPlacement
    ids = [before.account_id]
    return put_in_stage(ids, before.stage, reason=before.reason, until=before.until, by=by, way=Way.EXCEPTION)


@transaction.atomic
def end_placements_run_out(*, now: datetime) -> int:
    """Let go of the accounts whose last day in the stage they were put into is over; returns how many."""
    over = Placement.objects.filter(ended_at=None, until__lt=_today(now))
    if not over.exists():
        return 0
    take_turn(STAYS)
    ids = sorted(over.values_list("account_id", flat=True))
    over.update(ended_at=now, ended_by=None)
    follow_some(ids, now=now, cause=CauseOfStay.TIME)
    return len(ids)


def _go_back(rows: Collection[Placement], now: datetime) -> None:
    """Let the stays go on that ended with placements; who was in no stage begins anew."""
    taken_back = CauseOfStay.TAKEN_BACK.value
    close_rows(STAYS, [row.stay_id for row in rows if row.stay_id], [taken_back] * len(rows), at=now)
    back = {row.account_id: row for row in rows if row.before is not None}
    Stay.objects.filter(pk__in=[row.before_id for row in back.values()]).update(left_at=None, left_cause="")
    stages = {pk: {TRAIT: row.before.stage} for pk, row in back.items() if row.before is not None}
    customers.set_traits_of_accounts(stages, source=SOURCE, at=now)
    names, workspace_id = stage_names(), tenancy.current_workspace_id()
    announce_all(
        StageLeft(
            workspace_id=workspace_id,
            at=now,
            account_id=row.account_id,
            stage=row.stage,
            stage_name=names.get(row.stage, row.stage),
            days=max(0, (now - row.at).days),
            went_to=stages.get(row.account_id, {}).get(TRAIT, ""),
        )
        for row in rows
    )
    announce_all(
        StageEntered(
            workspace_id=workspace_id,
            at=now,
            account_id=pk,
            stage=stages[pk][TRAIT],
            stage_name=names.get(stages[pk][TRAIT], stages[pk][TRAIT]),
            came_from=row.stage,
            came_from_name=names.get(row.stage, row.stage),
        )
        for pk, row in back.items()
    )


def _ended(account_ids: Collection[int], now: datetime, by: "Member") -> dict[int, int]:
    """End what holds these accounts so far; returns it by account."""
    found = Placement.objects.select_for_update().filter(account__in=account_ids, ended_at=None)
    held = dict(found.order_by("pk").values_list("account_id", "pk"))
    Placement.objects.filter(pk__in=held.values()).update(ended_at=now, ended_by=by)
    return held


def _going(account_id: int, stay: Stay | None, stage: str) -> Going:
    return Going(
        account_id=account_id,
        stage=stage,
        came_from=stay.stage if stay else "",
        stay_id=stay.pk if stay else None,
        entered_at=stay.entered_at if stay else None,
        taken=[],
        leaves={},
    )


def _called(account_ids: Collection[int]) -> str:
    names = accounts.account_names(list(account_ids)[:_NAMED])
    return ", ".join(names[pk] for pk in account_ids if pk in names) + (" …" if len(account_ids) > _NAMED else "")


def _today(now: datetime) -> date:
    workspace = workspace_queries.workspace(tenancy.current_workspace_id())
    return now.astimezone(ZoneInfo(workspace.timezone)).date()
