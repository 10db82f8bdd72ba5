"""Announcing what happened to subscriptions: each thing once, when no close change can undo it any more."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tenure.billing.actions import sql
from tenure.billing.announcements import (
    BecamePaying,
    MovementRecorded,
    PlanChanged,
    SubscriptionChurned,
    TrialEnded,
    TrialStarted,
)
from tenure.billing.rules import telling
from tenure.billing.rules.telling import Fact
from tenure.billing.types import Movement
from tenure.kernel.outbox import Announcement, announce_all

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Tidings(NamedTuple):
    """What there is to tell of one account."""

    account_id: int
    facts: Sequence[Fact]
    movements: Sequence[Movement]
    source: str

    def next_settled(self, now: datetime, window: timedelta) -> datetime | None:
        """Say when the next of it can be told."""
        moments = (*(f.at for f in self.facts), *(m.at for m in self.movements))
        return min((at + window for at in moments if at + window > now), default=None)


def tell(
    tidings: Iterable[Tidings], workspace_id: int, until: datetime, *, quiet: frozenset[int], currency: str
) -> None:
    """Announce what happened up to `until` and was not told before; of accounts in `quiet` only note that it was."""
    said: dict[tuple[int, str], Announcement] = {}
    for each in tidings:
        said |= {(each.account_id, mark): a for mark, a in marked(each, workspace_id, until, currency)}
    if not said:
        return
    new = sql.rows(
        """
        INSERT INTO billing_told (workspace_id, account_id, mark)
        SELECT %s, * FROM unnest(%s::bigint[], %s::text[])
        ON CONFLICT (account_id, mark) DO NOTHING RETURNING account_id, mark
        """,
        [workspace_id, *sql.columns(list(said), 2)],
    )
    fresh = [said[account, mark] for account, mark in new if account not in quiet]
    announce_all(sorted(fresh, key=lambda a: a.at))


def marked(each: Tidings, workspace_id: int, until: datetime, currency: str) -> Iterator[tuple[str, Announcement]]:
    """Yield what there is to announce of an account up to a moment, each with the mark that it was."""
    for fact in each.facts:
        if fact.at <= until:
            yield f"{fact.kind}:{fact.subscription_id}:{_micros(fact.at)}", _announced(fact, each, workspace_id)
    for m in each.movements:
        if m.at <= until:
            yield (
                f"{m.kind}:{_micros(m.at)}",
                MovementRecorded(
                    workspace_id=workspace_id,
                    at=m.at,
                    account_id=m.account_id,
                    kind=m.kind.value,
                    amount=m.amount,
                    mrr_after=m.mrr_after,
                    currency=currency,
                    plan_from=m.plan_from,
                    plan_to=m.plan_to,
                    source=each.source,
                ),
            )


def _announced(fact: Fact, each: Tidings, workspace_id: int) -> Announcement:
    named: dict[str, Any] = {
        "workspace_id": workspace_id,
        "at": fact.at,
        "account_id": each.account_id,
        "subscription_id": fact.subscription_id,
        "source": fact.source,
    }
    match fact.kind:
        case telling.TRIAL_STARTED:
            return TrialStarted(plan=fact.plan, ends_at=fact.ends_at, **named)
        case telling.TRIAL_ENDED:
            return TrialEnded(plan=fact.plan, **named)
        case telling.PAYING:
            return BecamePaying(plan=fact.plan, after_trial=fact.flag, **named)
        case telling.PLAN_CHANGED:
            return PlanChanged(plan_from=fact.plan_before, plan_to=fact.plan, direction=fact.direction, **named)
        case _:
            return SubscriptionChurned(plan=fact.plan, is_last=fact.flag, **named)


def _micros(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
