"""What there is to tell of an account's subscriptions: trials, first payments, plan changes, ends, and lives."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from tenure.billing.rules.ledger import NOTHING, Course, Snapshot, merged
from tenure.billing.rules.standing import NOWHERE, Phase
from tenure.billing.types import Direction


class Fact(NamedTuple):
    """Something that happened to a subscription at a moment."""

    at: datetime
    kind: str
    subscription_id: int
    source: str
    plan: str
    plan_before: str = ""
    direction: str = ""
    ends_at: datetime | None = None
    flag: bool = False
    """Of a first payment: after a trial. Of an end: the account has no other paid subscription."""


TRIAL_STARTED, TRIAL_ENDED, PAYING, PLAN_CHANGED, ENDED = "trial", "trial_over", "paying", "plan", "ended"


def facts(
    courses: Sequence[Course],
    taken: Sequence[tuple[datetime, Snapshot]],
    until: datetime,
    window: timedelta,
    rates: Mapping[str, Fraction],
) -> list[Fact]:
    """Say what happened to an account's subscriptions up to `until`, in order; `rates` as in `ledger.snapshots`."""
    found = [f for course in courses for f in _of_course(course, taken, until, window)]
    found += _bought_anew(courses, found, window, rates)
    return sorted(found, key=lambda f: (f.at, f.kind, f.subscription_id))


def lives(taken: Sequence[tuple[datetime, Snapshot]], window: timedelta) -> list[tuple[datetime, bool]]:
    """Say when an account began (True) to have a paid subscription and when (False) it no longer had one."""
    return [(at, now.is_live) for at, _, now in merged(taken, window, NOTHING, lambda s: s.is_live)]


def _of_course(
    course: Course, taken: Sequence[tuple[datetime, Snapshot]], until: datetime, window: timedelta
) -> Iterator[Fact]:
    def fact(at: datetime, kind: str, plan: str, **more: Any) -> Fact:
        return Fact(at, kind, course.subscription_id, course.source, plan)._replace(**more)

    steps = [(s.at, s.standing) for s in course.stretches if s.at <= until]
    changes = merged(steps, window, NOWHERE, lambda s: (s.phase, s.plan, s.mrr > 0))
    tried = paid = False
    for at, before, now in changes:
        if now.phase is Phase.TRIAL and before.phase is not Phase.TRIAL and not tried:
            tried = True
            yield fact(at, TRIAL_STARTED, now.plan, ends_at=_end_of_trial(course, at))
        if now.phase is Phase.GONE and before.phase is Phase.TRIAL:
            yield fact(at, TRIAL_ENDED, before.plan)
        if now.phase is Phase.PAYING and now.mrr > 0 and not paid:
            paid = True
            yield fact(at, PAYING, now.plan, flag=tried)
        if before.phase is not Phase.GONE and now.phase is not Phase.GONE and before.plan != now.plan:
            way = _direction(before.listed, now.listed).value
            yield fact(at, PLAN_CHANGED, now.plan, plan_before=before.plan, direction=way)
        if now.phase is Phase.GONE and paid and before.phase in (Phase.PAYING, Phase.IDLE):
            yield fact(at, ENDED, before.plan, flag=not _live_at(taken, at + window))


def _bought_anew(
    courses: Sequence[Course], found: Sequence[Fact], window: timedelta, rates: Mapping[str, Fraction]
) -> Iterator[Fact]:
    """Say that a plan was changed by ending one subscription and buying another, in either order, close together."""
    known = {course.subscription_id: course for course in courses}
    begun = sorted((f for f in found if f.kind == PAYING), key=lambda f: (f.at, f.subscription_id))
    for over in sorted((f for f in found if f.kind == ENDED), key=lambda f: (f.at, f.subscription_id)):
        near = [f for f in begun if f.subscription_id != over.subscription_id and _close(f.at, over.at, window)]
        if not near:
            continue
        bought = min(near, key=lambda f: abs(f.at - over.at))
        begun.remove(bought)
        if bought.plan == over.plan:
            continue
        before = _listed(known[over.subscription_id], over.at, rates, is_after=False)
        now = _listed(known[bought.subscription_id], bought.at, rates, is_after=True)
        yield bought._replace(
            at=min(over.at, bought.at), kind=PLAN_CHANGED, plan_before=over.plan, flag=False,
            direction=_direction(before, now).value,
        )  # fmt: skip


def _close(one: datetime, other: datetime, window: timedelta) -> bool:
    return one == other or abs(one - other) < window


def _listed(course: Course, at: datetime, rates: Mapping[str, Fraction], *, is_after: bool) -> Fraction:
    """Return what a subscription costs by the list just before a moment or from it on, at fixed rates."""
    by_then = [s.standing.listed for s in course.stretches if (s.at <= at if is_after else s.at < at)]
    return (by_then[-1] if by_then else Fraction(0)) * rates.get(course.currency, Fraction(0))


def _end_of_trial(course: Course, since: datetime) -> datetime | None:
    return next((s.at for s in course.stretches if s.at > since and s.standing.phase is not Phase.TRIAL), None)


def _direction(before: Fraction, now: Fraction) -> Direction:
    if before == now:
        return Direction.SIDEWAYS
    return Direction.UPGRADE if now > before else Direction.DOWNGRADE


def _live_at(taken: Sequence[tuple[datetime, Snapshot]], at: datetime) -> bool:
    return next((s.is_live for moment, s in reversed(taken) if moment <= at), False)
