"""Follow accounts through their stages: judge the conditions, end stays and begin others, and say so; all set-based."""

import dataclasses
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import structlog
from django.db import connection, transaction

from tenure.customers import actions as customers
from tenure.kernel import tenancy
from tenure.kernel.in_force import AT_ONCE, New, add_rows, close_rows, is_resting, rest_since, take_turn
from tenure.kernel.outbox import announce_all
from tenure.lake.engine import CannotCompute
from tenure.lifecycle.announcements import StageEntered, StageLeft
from tenure.lifecycle.models import Lifecycle, LifecycleTouched
from tenure.lifecycle.queries.judging import STAYS, Going, judge
from tenure.lifecycle.rules import text_form
from tenure.lifecycle.types import SOURCE, TRAIT, CauseOfStay, Machine

log = structlog.get_logger(__name__)

TOUCHED_AT_ONCE = 20_000
_TOLD_AT_ONCE = 2_000


@transaction.atomic
def follow_everybody(*, now: datetime) -> int:
    """Look at every account, because time alone moves some; returns how many moved."""
    take_turn(STAYS)
    found = Lifecycle.objects.first()
    if found is None or is_resting(found.rests_until, now):
        return 0
    began = time.monotonic()
    touched = _no_longer_waiting()
    moved = _follow(found, now=now, cause=CauseOfStay.TIME, touched=touched)
    Lifecycle.objects.filter(pk=found.pk).update(followed_at=now, rests_until=now + rest_since(began))
    return moved


@transaction.atomic
def follow_touched(*, now: datetime) -> int:
    """Look at the accounts that wait to be looked at again; returns how many were looked at."""
    take_turn(STAYS)
    found = Lifecycle.objects.first()
    if found is None or found.followed_at is None:
        return 0
    waiting = LifecycleTouched.objects.order_by("pk").select_for_update(skip_locked=True)
    claimed = list(waiting.values_list("pk", "account_id")[:TOUCHED_AT_ONCE])
    ids = sorted({account_id for _, account_id in claimed})
    if claimed:
        LifecycleTouched.objects.filter(pk__in=[pk for pk, _ in claimed]).delete()
        _follow(found, now=now, cause=CauseOfStay.HAPPENING, ids=ids)
    return len(ids)


def follow_changed(found: Lifecycle, *, now: datetime) -> int:
    """Look at every account because the stages or transitions were changed; returns how many moved."""
    take_turn(STAYS)
    moved = _follow(found, now=now, cause=CauseOfStay.DEFINITION)
    Lifecycle.objects.filter(pk=found.pk).update(followed_at=now, rests_until=None)
    return moved


def follow_some(account_ids: Sequence[int], *, now: datetime, cause: CauseOfStay) -> int:
    """Look at some accounts, because what held them in their stage is over; returns how many moved."""
    take_turn(STAYS)
    found = Lifecycle.objects.first()
    if found is None or found.followed_at is None or not account_ids:
        return 0
    return _follow(found, now=now, cause=cause, ids=account_ids)


def settle_placed(machine: Machine, version: int, going: Sequence[Going], *, now: datetime) -> None:
    """End stays and begin others where a member put accounts, and say so."""
    for n in range(0, len(going), AT_ONCE):
        _settle(machine, going[n : n + AT_ONCE], _Pass(version, now, CauseOfStay.MEMBER, frozenset(), is_quiet=False))


def touch(account_ids: Iterable[int]) -> None:
    """Have these accounts looked at again soon; costs nothing where there is no lifecycle yet."""
    wanted = sorted({int(i) for i in account_ids if i})
    if not wanted or not Lifecycle.objects.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lifecycle_lifecycletouched (workspace_id, account_id)"
            " SELECT %s, id FROM unnest(%s::bigint[]) AS id",
            [tenancy.current_workspace_id(), wanted],
        )


def _follow(
    found: Lifecycle,
    *,
    now: datetime,
    cause: CauseOfStay,
    touched: frozenset[int] = frozenset(),
    ids: Sequence[int] | None = None,
) -> int:
    try:
        machine = text_form.stored(found.definition)
        judged = judge(machine, now=now, ids=ids)
    except (CannotCompute, msgspec.ValidationError, KeyError) as error:
        log.warning("the lifecycle cannot be followed", error=str(error))
        Lifecycle.objects.filter(pk=found.pk).update(error=str(error)[:2_000])
        return 0
    if found.error:
        Lifecycle.objects.filter(pk=found.pk).update(error="")
    made = _Pass(found.version, now, cause, touched, is_quiet=found.followed_at is None)
    rows = judged.rows
    for n in range(0, len(rows), AT_ONCE):
        _settle(machine, judged.going(rows[n : n + AT_ONCE]), made)
    return len(rows)


@dataclasses.dataclass(frozen=True)
class _Pass:
    """One look at accounts: by which version, when, and what made it so; `is_quiet` where all are seen at first."""

    version: int
    now: datetime
    cause: CauseOfStay
    touched: frozenset[int]
    is_quiet: bool

    def cause_of(self, each: Going) -> CauseOfStay:
        if self.cause is CauseOfStay.MEMBER:
            return self.cause
        if not each.came_from:
            return CauseOfStay.FIRST
        return CauseOfStay.HAPPENING if each.account_id in self.touched else self.cause

    def found_there(self, each: Going, start: str) -> bool:
        """Tell whether an account was in its stage before we looked, for nobody knows how long."""
        seen_first = not each.came_from and self.cause is not CauseOfStay.MEMBER
        return seen_first and (self.is_quiet or each.stage != start)


def _settle(machine: Machine, going: Sequence[Going], made: _Pass) -> None:
    ended = [g for g in going if g.stay_id is not None]
    close_rows(STAYS, [g.stay_id for g in ended if g.stay_id], [made.cause_of(g).value for g in ended], at=made.now)
    whys = [msgspec.json.encode({"transitions": g.taken, "leaves": g.leaves}).decode() for g in going]
    new = New(
        accounts=[g.account_id for g in going],
        things=[g.stage for g in going],
        came_from=[g.came_from for g in going],
        was_there=[made.found_there(g, machine.start) for g in going],
        causes=[made.cause_of(g).value for g in going],
        versions=[made.version] * len(going),
        more={"why": whys},
    )
    add_rows(STAYS, new, at=made.now)
    for n in range(0, len(going), _TOLD_AT_ONCE):
        some = going[n : n + _TOLD_AT_ONCE]
        customers.set_traits_of_accounts({g.account_id: {TRAIT: g.stage} for g in some}, source=SOURCE, at=made.now)
    if made.is_quiet:
        return
    names = {stage.key: stage.name for stage in machine.stages}
    workspace_id = tenancy.current_workspace_id()
    announce_all(
        StageLeft(
            workspace_id=workspace_id,
            at=made.now,
            account_id=g.account_id,
            stage=g.came_from,
            stage_name=names.get(g.came_from, g.came_from),
            days=max(0, (made.now - g.entered_at).days) if g.entered_at else 0,
            went_to=g.stage,
        )
        for g in going
        if g.stay_id is not None
    )
    announce_all(
        StageEntered(
            workspace_id=workspace_id,
            at=made.now,
            account_id=g.account_id,
            stage=g.stage,
            stage_name=names[g.stage],
            came_from=g.came_from,
            came_from_name=names.get(g.came_from, g.came_from),
        )
        for g in going
    )


def _no_longer_waiting() -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM lifecycle_lifecycletouched WHERE workspace_id = %s RETURNING account_id",
            [tenancy.current_workspace_id()],
        )
        return frozenset(account_id for (account_id,) in cursor.fetchall())
