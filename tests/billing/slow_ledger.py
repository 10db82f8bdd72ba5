"""The obvious, slow way to know what an account pays at one instant: ask everything that was ever said, each time."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from tenure.billing.types import Recognition, Status, SubscriptionState, TierMode, Unit

A_YEAR = {Unit.DAY: 365, Unit.WEEK: 52, Unit.MONTH: 12, Unit.QUARTER: 4, Unit.YEAR: 1}


def slow_mrr(
    subscriptions: Sequence[Sequence[SubscriptionState]], t: datetime, recognition: Recognition, rates: dict
) -> int:
    """Sum what all subscriptions are worth a month at `t`, in the workspace's minor units."""
    return round(
        sum((slow_value(states, t, recognition) * rates[states[0].currency] for states in subscriptions), Fraction(0))
    )


def slow_value(states: Sequence[SubscriptionState], t: datetime, recognition: Recognition) -> Fraction:
    """Say what one subscription is worth a month at `t`."""
    rank = {Status.INCOMPLETE: 0, Status.TRIALING: 1, Status.ACTIVE: 2, Status.PAST_DUE: 3, Status.UNPAID: 4,
            Status.PAUSED: 5, Status.CANCELLED: 6}  # fmt: skip
    told = sorted(states, key=lambda s: (s.as_of, rank[s.status], s.provenance))
    known = [s for s in told if s.as_of <= t]
    state = known[-1] if known else told[0]
    if t < state.started_at or state.status == Status.INCOMPLETE or is_over(told, t, recognition):
        return Fraction(0)
    if state.cancel_at and state.status != Status.CANCELLED:
        end = state.cancel_at
        if recognition == Recognition.SCHEDULED:
            end = min(state.cancelled_at or state.as_of, state.cancel_at)
        elif recognition == Recognition.PERIOD_END and state.current_period_end:
            end = max(state.cancel_at, state.current_period_end)
        if t >= end:
            return Fraction(0)
    if on_trial(state, t):
        return Fraction(0)
    if state.status == Status.UNPAID and t >= state.as_of:
        return Fraction(0)
    paused = state.status == Status.PAUSED and t >= (state.paused_at or state.as_of)
    if paused and (state.resumes_at is None or t < state.resumes_at):
        return Fraction(0)
    price = sum((slow_price(item) for item in state.items), Fraction(0))
    for discount in state.discounts:
        if (discount.starts_at is None or t >= discount.starts_at) and (
            discount.ends_at is None or t < discount.ends_at
        ):
            if discount.percent is not None:
                price -= price * Fraction(discount.percent) / 100
            if discount.amount is not None:
                interval = state.items[0].interval
                price -= Fraction(discount.amount) * A_YEAR[interval.unit] / interval.count / 12
            price = max(price, Fraction(0))
    return price


def on_trial(state: SubscriptionState, t: datetime) -> bool:
    """Say whether a state in force means a trial at `t`."""
    if state.status == Status.TRIALING:
        return state.trial_end is None or t < state.trial_end
    if state.trial_end is None or t >= state.trial_end:
        return False
    return state.status == Status.CANCELLED or t < state.as_of


def is_over(told: Sequence[SubscriptionState], t: datetime, recognition: Recognition) -> bool:
    """Say whether any end that was told, and not taken back, lies before `t`."""
    for number, state in enumerate(told):
        later = told[number + 1 :]
        if state.status != Status.CANCELLED or (later and later[0].status == Status.CANCELLED):
            continue
        end = state.ended_at or state.cancelled_at or state.as_of
        if recognition == Recognition.SCHEDULED and state.cancelled_at:
            end = min(end, state.cancelled_at)
        before = [s for s in told[:number] if s.status != Status.CANCELLED]
        owed = before and before[-1].status in (Status.PAST_DUE, Status.UNPAID, Status.INCOMPLETE)
        if recognition == Recognition.PERIOD_END and state.current_period_end and not owed:
            end = max(end, state.current_period_end)
        if t >= end and (not later or t < later[0].as_of):
            return True
    return False


def slow_price(item) -> Fraction:
    """Price an item unit by unit."""
    if item.is_metered:
        return Fraction(0)
    units = int(item.quantity)
    if not item.tiers:
        bill = Fraction(item.unit_amount) * units
    elif item.tier_mode == TierMode.VOLUME:
        tier = next((t for t in item.tiers if t.up_to is None or units <= t.up_to), item.tiers[-1])
        bill = (Fraction(tier.unit_amount) * units + Fraction(tier.flat_amount)) if units else Fraction(0)
    else:
        bill, used = Fraction(0), set()
        for unit in range(1, units + 1):
            number = next(
                (n for n, t in enumerate(item.tiers) if t.up_to is None or unit <= t.up_to), len(item.tiers) - 1
            )
            bill += Fraction(item.tiers[number].unit_amount)
            used.add(number)
        bill += sum((Fraction(item.tiers[n].flat_amount) for n in used), Fraction(0))
    return bill * A_YEAR[item.interval.unit] / item.interval.count / 12
