"""What an account has now: plan, seats, renewal; and when that will change by time alone."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from dateutil.relativedelta import relativedelta

from tenure.billing.rules.ledger import Course
from tenure.billing.rules.pricing import holds
from tenure.billing.rules.standing import NOWHERE, Phase, Standing
from tenure.billing.types import Interval, Status, SubscriptionState, Unit

_BEST_FIRST = (Status.ACTIVE, Status.PAST_DUE, Status.TRIALING, Status.PAUSED, Status.UNPAID, Status.CANCELLED)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """An account's subscriptions now; `source` is who says so."""

    status: Status
    plan: str
    seats: int | None
    renews_at: datetime | None
    renewal: int | None
    """The how-manieth renewal that will be."""
    ends_at: datetime | None
    source: str
    discount_ends_at: datetime | None
    """When the first discount it has now ends by itself."""


def present(courses: Sequence[tuple[Course, SubscriptionState]], now: datetime) -> Present:
    """Sum up an account; each subscription comes with its newest state."""
    standing = [(course, state, _at(course, now)) for course, state in courses]
    there = [(course, state, s) for course, state, s in standing if s.phase is not Phase.GONE]
    paid = [each for each in there if each[2].phase is Phase.PAYING] or there
    quantities = [int(max(q)) for _, s, _ in paid if (q := [i.quantity for i in s.items if not i.is_metered])]
    ends = [_end(course, now) for course, _, _ in there]
    renewals = [
        (at, renewal_number(state, at)) for (course, state, _), end in zip(there, ends, strict=True)
        if (at := next_renewal(state, now)) and (end is None or at < end)
    ]  # fmt: skip
    return Present(
        status=min((_status(state, s) for _, state, s in standing), key=_BEST_FIRST.index, default=Status.CANCELLED),
        plan=", ".join(sorted({s.plan for _, _, s in paid if s.plan})),
        seats=sum(quantities) if quantities else None,
        renews_at=min(renewals)[0] if renewals else None,
        renewal=min(renewals)[1] if renewals else None,
        ends_at=max(e for e in ends if e) if ends and all(ends) else None,
        source=", ".join(sorted({course.source for course, _, _ in there or standing})),
        discount_ends_at=min(
            (
                discount.ends_at
                for _, state, s in there
                if s.phase is Phase.PAYING
                for discount in state.discounts
                if discount.ends_at is not None and holds(discount, now)
            ),
            default=None,
        ),
    )


def next_change(courses: Sequence[Course], now: datetime) -> datetime | None:
    """Say when something will change by time alone."""
    return min((s.at for c in courses for s in c.stretches if s.at > now), default=None)


def next_renewal(state: SubscriptionState, now: datetime) -> datetime | None:
    """Say when the next bill is due: as the provider said, or counted on from there."""
    interval = next((i.interval for i in state.items), None)
    begin = state.current_period_end or state.trial_end or state.started_at
    if begin > now:
        return begin
    if interval is None:
        return None
    low, high = 0, 1
    while _later(begin, interval, high) <= now:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _later(begin, interval, middle) <= now else (low, middle)
    return _later(begin, interval, high)


_DAYS = {Unit.DAY: 1.0, Unit.WEEK: 7.0, Unit.MONTH: 30.436875, Unit.QUARTER: 91.310625, Unit.YEAR: 365.2425}
"""How long each is on average, in the Gregorian calendar."""


def renewal_number(state: SubscriptionState, at: datetime) -> int:
    """Say the how-manieth renewal would be at a moment: intervals since it was first paid for, to the nearest.

    0 is the first bill itself, at the end of a trial. Counted by the interval it has now.
    """
    interval = next((i.interval for i in state.items), None)
    begin = state.trial_end if state.trial_end and state.trial_end > state.started_at else state.started_at
    if interval is None:
        return 0
    days = (at - begin).total_seconds() / 86_400
    return max(0, round(days / (_DAYS[interval.unit] * interval.count)))


def _later(begin: datetime, interval: Interval, times: int) -> datetime:
    count = interval.count * times
    match interval.unit:
        case Unit.DAY:
            return begin + relativedelta(days=count)
        case Unit.WEEK:
            return begin + relativedelta(weeks=count)
        case Unit.MONTH:
            return begin + relativedelta(months=count)
        case Unit.QUARTER:
            return begin + relativedelta(months=3 * count)
        case Unit.YEAR:
            return begin + relativedelta(years=count)


def _at(course: Course, now: datetime) -> Standing:
    return next((s.standing for s in reversed(course.stretches) if s.at <= now), NOWHERE)


def _end(course: Course, now: datetime) -> datetime | None:
    last = course.stretches[-1]
    return last.at if last.standing.phase is Phase.GONE and last.at > now else None


def _status(state: SubscriptionState, standing: Standing) -> Status:
    match standing.phase:
        case Phase.GONE:
            return Status.CANCELLED
        case Phase.TRIAL:
            return Status.TRIALING
        case Phase.IDLE:
            return Status.UNPAID if state.status is Status.UNPAID else Status.PAUSED
        case Phase.PAYING:
            return Status.PAST_DUE if state.status is Status.PAST_DUE else Status.ACTIVE
