"""What the simulated customers pay, as their billing system would tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tenure.billing.types import Interval, Item, Status, SubscriptionState, Tier, Unit
from tenure.connectors.simulator.places import PLACES
from tenure.connectors.simulator.types import PlanTerms, SimulatedAccount
from tenure.kernel.money import minor_digits

SOURCE = "simulator"
TRIAL = timedelta(days=14)

At = Callable[[SimulatedAccount, int, float], int]
"""The UTC milliseconds of a local hour of a day, counted from the first."""


def states_between(
    accounts: Sequence[SimulatedAccount],
    since: datetime,
    until: datetime,
    *,
    begins: datetime,
    held_out: frozenset[str],
    at: At,
) -> list[SubscriptionState]:
    """Give the states of subscriptions told in `since <= as_of < until`; adjoining stretches give each once."""
    return [
        state
        for account in accounts
        for state in _of_account(account, account.course(held_out).churns, begins, at)
        if since <= state.as_of < until
    ]


def _of_account(account: SimulatedAccount, churns: int | None, begins: datetime, at: At) -> Iterator[SubscriptionState]:
    started = _moment(at(account, account.signs_up, 9.0))
    trial_end = started + TRIAL if account.signs_up >= 0 else None
    last = account.terms[0]
    for number, terms in enumerate(account.terms):
        if churns is not None and terms.day >= churns and number:
            break
        last = terms
        told = started if not number else _moment(at(account, terms.day, 11.0))
        trialing = trial_end is not None and told < trial_end
        status = Status.TRIALING if trialing else Status.ACTIVE
        yield _state(account, terms, max(told, begins), started, trial_end, status)
    if churns is not None:
        ended = _moment(at(account, churns, 17.5))
        yield _state(account, last, ended, started, trial_end, Status.CANCELLED, ended)


def _state(
    account: SimulatedAccount,
    terms: PlanTerms,
    as_of: datetime,
    started: datetime,
    trial_end: datetime | None,
    status: Status,
    ended: datetime | None = None,
) -> SubscriptionState:
    currency = PLACES[account.place].currency
    by_year = terms.plan == "Enterprise"
    bill = Decimal(terms.mrr).scaleb(minor_digits(currency)) * (12 if by_year else 1)
    item = Item(
        plan=terms.plan.lower(),
        plan_name=terms.plan,
        product="Planner",
        quantity=Decimal(terms.seats),
        tiers=(Tier(up_to=None, flat_amount=bill),),
        interval=Interval(unit=Unit.YEAR if by_year else Unit.MONTH),
    )
    return SubscriptionState(
        source=SOURCE,
        external_id=f"sub-{account.external_id}",
        as_of=as_of,
        status=status,
        started_at=started,
        currency=currency,
        items=(item,),
        account=account.external_id,
        trial_end=trial_end,
        cancelled_at=ended,
        ended_at=ended,
        provenance=f"{SOURCE} {as_of:%Y-%m-%d}",
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
