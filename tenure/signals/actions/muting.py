"""Muting: no signals of a kind, of an account, or of both, for a while, with a reason everybody can read."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.signals.errors import MuteInThePast, MuteReasonMissing, MuteTooWide, MuteUnknown
from tenure.signals.models import SignalMute
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

LONGEST = timedelta(days=366)


@transaction.atomic
def mute_signals(
    *, kind: str = "", account_id: int | None = None, reason: str, until: datetime, by: "Member"
) -> SignalMute:
    """Open no new signals of a kind ("" for any) or an account (None for any) until a moment.

    What is open already stays, and is kept up to date. Raises `MuteTooWide`, `MuteReasonMissing`, `MuteInThePast` and
    `NoSuchAccount`.
    """
    now, reason, kind = clock.now(), reason.strip(), kind[:60]
    if not kind and account_id is None:
        raise MuteTooWide
    if not reason:
        raise MuteReasonMissing
    if not now < until <= now + LONGEST:
        raise MuteInThePast
    account = None if account_id is None else customers.account(account_id)
    mute = SignalMute.objects.create(
        kind=kind,
        account_id=account.pk if account else None,
        reason=reason[:500],
        muted_at=now,
        muted_by=by,
        until=until,
    )
    record_audit(
        "signals.mute",
        by=by,
        subject=str(account or kind),
        details={"mute_id": mute.pk, "kind": kind, "account_id": mute.account_id, "until": until.isoformat()},
    )
    return mute


@transaction.atomic
def unmute_signals(mute_id: int, *, by: "Member") -> SignalMute:
    """End a mute before its time; raises `MuteUnknown`."""
    mute = (
        SignalMute.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk=mute_id, ended_at=None)
        .first()
    )
    if mute is None:
        raise MuteUnknown
    mute.ended_at = clock.now()
    mute.save(update_fields=["ended_at"])
    record_audit("signals.unmute", by=by, subject=str(mute.account or mute.kind), details={"mute_id": mute.pk})
    return mute
