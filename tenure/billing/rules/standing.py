"""Where one subscription stood at each moment, put together from everything its provider ever said of it.

The state in force at a moment is the newest one given by then; before the first, the first speaks for the past. An end
holds from when it happened, though it was told later. All functions are right-continuous: what begins at a moment holds
at that moment.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from tenure.billing.rules.pricing import list_price, monthly
from tenure.billing.types import Recognition, Status, SubscriptionState

_RANKS = {
    Status.INCOMPLETE: 0,
    Status.TRIALING: 1,
    Status.ACTIVE: 2,
    Status.PAST_DUE: 3,
    Status.UNPAID: 4,
    Status.PAUSED: 5,
    Status.CANCELLED: 6,
}


class Phase(StrEnum):
    """What a subscription is at a moment. IDLE: paused or given up on, but not over."""

    GONE = "gone"
    TRIAL = "trial"
    PAYING = "paying"
    IDLE = "idle"


class Standing(NamedTuple):
    """A subscription at a moment: its MRR (exact minor units of its currency), and what it would cost by the list."""

    phase: Phase
    mrr: Fraction
    listed: Fraction
    plan: str

    @property
    def is_live(self) -> bool:
        """Whether it is a paid subscription that has not ended; a pause is no end."""
        return self.mrr > 0 or (self.phase is Phase.IDLE and self.listed > 0)


class Stretch(NamedTuple):
    """From `at` on, until the next stretch, a subscription stood like this."""

    at: datetime
    standing: Standing


NOWHERE = Standing(Phase.GONE, Fraction(0), Fraction(0), "")


def in_order(states: Iterable[SubscriptionState]) -> list[SubscriptionState]:
    """Put states in the order in which they hold; of those given at one moment, the furthest along is last."""
    return sorted(states, key=lambda s: (s.as_of, _RANKS[s.status], s.provenance))


def stretches(states: Sequence[SubscriptionState], recognition: Recognition) -> list[Stretch]:
    """Say where a subscription stood over all time, what is scheduled included; `states` come from `in_order`."""
    given = [s.as_of for s in states]
    gone = list(_gone(states, recognition))
    found: list[Stretch] = []
    before = NOWHERE
    for at in sorted(_moments(states, gone, recognition)):
        state = states[max(bisect_right(given, at) - 1, 0)]
        if any(since <= at and (until is None or at < until) for since, until in gone):
            now = NOWHERE
        else:
            now = _standing(state, at, recognition)
        if now != before:
            found.append(Stretch(at, now))
            before = now
    return found


def plan_of(state: SubscriptionState) -> str:
    """Name what is subscribed to."""
    return ", ".join(dict.fromkeys(i.plan_name or i.plan for i in state.items))


def _standing(state: SubscriptionState, at: datetime, recognition: Recognition) -> Standing:
    if at < state.started_at or state.status is Status.INCOMPLETE or _scheduled_end_reached(state, at, recognition):
        return NOWHERE
    plan, listed = plan_of(state), list_price(state.items)
    if _in_trial(state, at):
        return Standing(Phase.TRIAL, Fraction(0), listed, plan)
    if _idle(state, at):
        return Standing(Phase.IDLE, Fraction(0), listed, plan)
    price = monthly(state, at) if state.discounts else listed
    return Standing(Phase.PAYING, price, listed, plan)


def _in_trial(state: SubscriptionState, at: datetime) -> bool:
    if state.status is Status.TRIALING:
        return state.trial_end is None or at < state.trial_end
    if state.trial_end is None or at >= state.trial_end:
        return False
    return state.status is Status.CANCELLED or at < state.as_of


def _idle(state: SubscriptionState, at: datetime) -> bool:
    if state.status is Status.PAUSED:
        since = state.paused_at or state.as_of
        return since <= at and (state.resumes_at is None or at < state.resumes_at)
    return state.status is Status.UNPAID and at >= state.as_of


def _scheduled_end_reached(state: SubscriptionState, at: datetime, recognition: Recognition) -> bool:
    if state.cancel_at is None or state.status is Status.CANCELLED:
        return False
    if recognition is Recognition.SCHEDULED:
        return at >= min(state.cancelled_at or state.as_of, state.cancel_at)
    return at >= _paid_until(state, state.cancel_at, recognition)


def _paid_until(state: SubscriptionState, ended: datetime, recognition: Recognition) -> datetime:
    """Move an end to the end of what was paid for, if that is when churn is counted."""
    if recognition is Recognition.PERIOD_END and state.current_period_end is not None:
        return max(ended, state.current_period_end)
    return ended


def _gone(states: Sequence[SubscriptionState], recognition: Recognition) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield from when to when it was over: from each end that was told, to the next state that is none."""
    unpaid = False
    for number, state in enumerate(states):
        after = states[number + 1] if number + 1 < len(states) else None
        if state.status is not Status.CANCELLED:
            unpaid = state.status in (Status.PAST_DUE, Status.UNPAID, Status.INCOMPLETE)
        elif after is None or after.status is not Status.CANCELLED:
            yield _end_of(state, recognition, unpaid=unpaid), after.as_of if after else None


def _end_of(state: SubscriptionState, recognition: Recognition, *, unpaid: bool) -> datetime:
    ended = state.ended_at or state.cancelled_at or state.as_of
    match recognition:
        case Recognition.SCHEDULED:
            return min(ended, state.cancelled_at or ended)
        case Recognition.PERIOD_END if not unpaid:
            return _paid_until(state, ended, recognition)
        case _:
            return ended


def _moments(
    states: Sequence[SubscriptionState],
    gone: Sequence[tuple[datetime, datetime | None]],
    recognition: Recognition,
) -> set[datetime]:
    """Collect every moment at which something can change."""
    moments: set[datetime | None] = {m for span in gone for m in span}
    for s in states:
        moments |= {s.as_of, s.started_at, s.trial_end, s.cancel_at, s.paused_at, s.resumes_at}
        if recognition is not Recognition.CANCELLED:
            moments |= {s.cancelled_at, s.current_period_end}
        for discount in s.discounts:
            moments |= {discount.starts_at, discount.ends_at}
    return {m for m in moments if m is not None}
