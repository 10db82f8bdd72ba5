"""Follow accounts through their stages: judge the conditions, end stays and begin others, and say so; all set-based."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import structlog
from django.db import transaction

from tenure.customers import actions as customers
from tenure.kernel import passes, tenancy
from tenure.kernel.in_force import AT_ONCE, New, add_rows, close_rows
from tenure.kernel.outbox import announce_all
from tenure.kernel.passes import look_at_everybody, look_at_some, look_at_touched, look_by_new_rules
from tenure.lake.engine import CannotCompute
from tenure.lifecycle.announcements import StageEntered, StageLeft
from tenure.lifecycle.models import Lifecycle
from tenure.lifecycle.queries.judging import STAYS, Going, judge
from tenure.lifecycle.rules import text_form
from tenure.lifecycle.types import SOURCE, TRAIT, CauseOfStay, Machine

log = structlog.get_logger(__name__)

_TOLD_AT_ONCE = 2_000


@transaction.atomic
def follow_everybody(*, now: datetime) -> int:
    """Look at every account, because time alone moves some; returns how many moved."""
    return look_at_everybody(STAYS, lambda touched: _follow(now=now, cause=CauseOfStay.TIME, touched=touched), now=now)


@transaction.atomic
def follow_touched(*, now: datetime) -> int:
    """Look at the accounts that wait to be looked at again; returns how many were looked at."""
    return look_at_touched(STAYS, lambda ids: _follow(now=now, cause=CauseOfStay.HAPPENING, ids=ids))


def follow_changed(*, now: datetime) -> int:
    """Look at every account because the stages or transitions were changed; returns how many moved."""
    return look_by_new_rules(STAYS, lambda: _follow(now=now, cause=CauseOfStay.DEFINITION), now=now)


def follow_some(account_ids: Sequence[int], *, now: datetime, cause: CauseOfStay) -> int:
    """Look at some accounts, because what held them in their stage is over; returns how many moved."""
    return look_at_some(STAYS, lambda: _follow(now=now, cause=cause, ids=account_ids)) if account_ids else 0


def settle_placed(machine: Machine, version: int, going: Sequence[Going], *, now: datetime) -> None:
    """End stays and begin others where a member put accounts, and say so."""
    for n in range(0, len(going), AT_ONCE):
        _settle(machine, going[n : n + AT_ONCE], _Pass(version, now, CauseOfStay.MEMBER, frozenset(), is_quiet=False))


def touch(account_ids: Iterable[int]) -> None:
    """Have these accounts looked at again soon; costs nothing where there is no lifecycle yet."""
    passes.touch(STAYS, account_ids)


def _follow(
    *, now: datetime, cause: CauseOfStay, touched: frozenset[int] = frozenset(), ids: Sequence[int] | None = None
) -> int | None:
    """Move those to be looked at; returns how many moved, or None where the conditions cannot be judged."""
    found = Lifecycle.objects.get()
    try:
        machine = text_form.stored(found.definition)
        judged = judge(machine, now=now, ids=ids)
    except (CannotCompute, msgspec.ValidationError, KeyError) as error:
        log.warning("the lifecycle cannot be followed", error=str(error))
        Lifecycle.objects.filter(pk=found.pk).update(error=str(error)[:2_000])
        return None
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
