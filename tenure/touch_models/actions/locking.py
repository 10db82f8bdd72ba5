"""A member's word that an account has a model, whatever the rules say: with a reason, for a time, and taken back."""

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.kernel.in_force import take_turn
from tenure.touch_models.actions.following import follow_some, follow_unlocked
from tenure.touch_models.errors import LockReasonMissing, NoSuchLock, NoSuchTouchModel, NoTouchModels
from tenure.touch_models.models import Lock, TouchModels
from tenure.touch_models.queries.judging import STANDINGS
from tenure.touch_models.rules import text_form
from tenure.touch_models.types import CauseOfModel
from tenure.workspaces import actions as workspaces
from tenure.workspaces import queries as workspace_queries

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def lock_model(account_id: int, model: str, *, reason: str, by: "Member", until: date | None = None) -> Lock:
    """Give an account a model that the rules do not change, until a day (included) or for good; replaces a lock.

    Raises `NoTouchModels`, `NoSuchTouchModel`, `LockReasonMissing`, `NoSuchAccount`.
    """
    take_turn(STANDINGS)
    account, now = customers.account(account_id), clock.now()
    found = TouchModels.objects.first()
    if found is None:
        raise NoTouchModels
    if text_form.stored(found.definition).model(model) is None:
        raise NoSuchTouchModel
    reason = "".join(c for c in reason if c.isprintable()).strip()[:500]
    if not reason or (until is not None and until < _today(now)):
        raise LockReasonMissing
    _end(Lock.objects.filter(account=account.pk, ended_at=None), now, by)
    made = Lock.objects.create(account_id=account.pk, model=model, reason=reason, until=until, at=now, by=by)
    details = {"account_id": account.pk, "model": model, "reason": reason, "until": until.isoformat() if until else ""}
    workspaces.record_audit("touch_models.lock", by=by, subject=str(account), details=details)
    follow_some([account.pk], now=now, cause=CauseOfModel.LOCK)
    return made


@transaction.atomic
def end_lock(account_id: int, *, by: "Member") -> Lock:
    """Let the rules say the model of an account again, as if it had never been locked; raises `NoSuchLock`."""
    take_turn(STANDINGS)
    found = Lock.objects.select_for_update().filter(account=account_id, ended_at=None).first()
    if found is None:
        raise NoSuchLock
    now = clock.now()
    _end(Lock.objects.filter(pk=found.pk), now, by)
    subject = customers.account_names([account_id]).get(account_id, "")
    details = {"account_id": account_id, "lock_id": found.pk}
    workspaces.record_audit("touch_models.unlock", by=by, subject=subject, details=details)
    follow_unlocked([account_id], now=now)
    return found


@transaction.atomic
def restore_lock(lock_id: int, *, by: "Member") -> Lock:
    """Set a lock again as it was; raises `NoSuchLock`."""
    before = Lock.objects.filter(pk=lock_id).first()
    if before is None:
        raise NoSuchLock
    return lock_model(before.account_id, before.model, reason=before.reason, until=before.until, by=by)


@transaction.atomic
def end_locks_run_out(*, now: datetime) -> int:
    """End the locks whose last day is over; returns how many."""
    take_turn(STANDINGS)
    over = Lock.objects.filter(ended_at=None, until__lt=_today(now))
    ids = sorted(over.values_list("account_id", flat=True))
    if ids:
        _end(over, now, None)
        follow_unlocked(ids, now=now)
    return len(ids)


def _end(found: "object", now: datetime, by: "Member | None") -> None:
    found.update(ended_at=now, ended_by=by)  # type: ignore[attr-defined]


def _today(now: datetime) -> date:
    workspace = workspace_queries.workspace(tenancy.current_workspace_id())
    return now.astimezone(ZoneInfo(workspace.timezone)).date()
