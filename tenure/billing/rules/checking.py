"""Whether a record of billing can be used."""

import re
from datetime import datetime
from decimal import Decimal

from tenure.billing.types import SubscriptionState
from tenure.kernel.money import LARGEST

_CURRENCY = re.compile(r"[A-Z]{3}")


def fault(state: SubscriptionState) -> str:
    """Say what is wrong with a state of a subscription; "" if it can be used."""
    if not state.source or not state.external_id or len(state.external_id) > 255:
        return "A subscription needs a source and an id of at most 255 characters."
    if not _CURRENCY.fullmatch(state.currency):
        return f"{state.currency[:20]!r} is not a currency with three capital letters, such as USD."
    if not state.account and not state.customer:
        return "It does not say whose subscription it is."
    if any(m.tzinfo is None for m in _moments(state)):
        return "Every moment needs a time zone."
    for item in state.items:
        if item.quantity < 0 or not item.quantity.is_finite():
            return f"{item.quantity} is not a quantity."
        amounts = [item.unit_amount, *(t.unit_amount for t in item.tiers), *(t.flat_amount for t in item.tiers)]
        if any(not a.is_finite() or abs(a) * max(item.quantity, Decimal(1)) > LARGEST for a in amounts):
            return "An amount is more money than there is."
        if item.interval.count < 1:
            return f"{item.interval.count} is not a number of {item.interval.unit}s."
    if state.ended_at and state.ended_at < state.started_at:
        return "It ended before it started."
    return ""


def _moments(state: SubscriptionState) -> list[datetime]:
    named = (
        state.as_of, state.started_at, state.trial_end, state.current_period_end, state.cancel_at, state.cancelled_at,
        state.ended_at, state.paused_at, state.resumes_at,
        *(m for d in state.discounts for m in (d.starts_at, d.ends_at)),
    )  # fmt: skip
    return [m for m in named if m is not None]
