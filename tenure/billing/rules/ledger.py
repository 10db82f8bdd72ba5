"""The ledger of one account: movements of MRR that sum to the change in MRR to the cent.

What an account pays is added up exactly and rounded once, in the workspace's currency at fixed rates; a movement is the
difference of two such sums, so nothing is lost in between and a change of exchange rates moves nothing. Changes close
together are one movement, or none.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from heapq import merge
from typing import NamedTuple, TypeVar

from tenure.billing.rules.standing import NOWHERE, Phase, Standing, Stretch
from tenure.billing.types import Direction, Movement, MovementKind
from tenure.kernel.money import rounded

_ZERO = Fraction(0)
T = TypeVar("T")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One subscription of an account, over all time."""

    subscription_id: int
    currency: str
    source: str
    stretches: Sequence[Stretch]


class Snapshot(NamedTuple):
    """What an account pays from a moment on: rounded in the workspace's currency and in each that is paid."""

    mrr: int
    by_currency: Mapping[str, int]
    plan: str
    is_live: bool


NOTHING = Snapshot(0, {}, "", False)


def snapshots(
    courses: Sequence[Course], rates: Mapping[str, Fraction], until: datetime
) -> list[tuple[datetime, Snapshot]]:
    """Add an account's subscriptions up at every moment something changes, up to and including `until`.

    `rates` turn minor units of a currency into minor units of the workspace's; what has no rate counts as nothing.
    """
    now: list[Standing] = [NOWHERE] * len(courses)
    found: list[tuple[datetime, Snapshot]] = []
    steps = merge(*([(s.at, n, s.standing) for s in c.stretches if s.at <= until] for n, c in enumerate(courses)))
    for at, number, standing in steps:
        now[number] = standing
        if found and found[-1][0] == at:
            found.pop()
        found.append((at, _added_up(courses, now, rates)))
    return found


def list_mrr(courses: Sequence[Course], rates: Mapping[str, Fraction], at: datetime) -> int:
    """Return what an account would pay at a moment without discounts, in the workspace's currency."""
    total = _ZERO
    for course in courses:
        standing = next((s.standing for s in reversed(course.stretches) if s.at <= at), NOWHERE)
        if standing.phase is Phase.PAYING:
            total += standing.listed * rates.get(course.currency, _ZERO)
    return rounded(total)


def movements(account_id: int, taken: Sequence[tuple[datetime, Snapshot]], window: timedelta) -> list[Movement]:
    """Make the movements of an account from what it paid over time."""
    found: list[Movement] = []
    told: Mapping[str, int] = {}
    for at, before, now in merged(taken, window, NOTHING, lambda s: s.mrr):
        found.append(
            Movement(
                account_id=account_id,
                at=at,
                kind=_kind(before.mrr, now.mrr, is_first=not found),
                amount=now.mrr - before.mrr,
                mrr_after=now.mrr,
                by_currency=_changes(told, now.by_currency),
                plan_from=before.plan,
                plan_to=now.plan,
                direction=_direction(before, now),
            )
        )
        told = now.by_currency
    return found


def merged(
    taken: Sequence[tuple[datetime, T]], window: timedelta, nothing: T, counted: Callable[[T], object]
) -> list[tuple[datetime, T, T]]:
    """Make one change (when, before, after) of those within `window` of a first one; none if they undo each other."""
    found: list[tuple[datetime, T, T]] = []
    last = nothing
    number = 0
    while number < len(taken):
        at, now = taken[number]
        number += 1
        if counted(now) != counted(last):
            while number < len(taken) and taken[number][0] < at + window:
                now = taken[number][1]
                number += 1
            if counted(now) != counted(last):
                found.append((at, last, now))
        last = now
    return found


def _added_up(courses: Sequence[Course], standings: Sequence[Standing], rates: Mapping[str, Fraction]) -> Snapshot:
    exact: dict[str, Fraction] = {}
    plans: set[str] = set()
    live = False
    for course, standing in zip(courses, standings, strict=True):
        if standing.phase is Phase.PAYING:
            exact[course.currency] = exact.get(course.currency, _ZERO) + standing.mrr
            plans.add(standing.plan)
        live = live or standing.is_live
    total = sum((amount * rates.get(currency, _ZERO) for currency, amount in exact.items()), _ZERO)
    by_currency = {currency: whole for currency, amount in sorted(exact.items()) if (whole := rounded(amount))}
    return Snapshot(rounded(total), by_currency, ", ".join(sorted(plans)), live)


def _kind(before: int, after: int, *, is_first: bool) -> MovementKind:
    if after <= 0:
        return MovementKind.CHURN
    if before <= 0:
        return MovementKind.NEW if is_first else MovementKind.REACTIVATION
    return MovementKind.EXPANSION if after > before else MovementKind.CONTRACTION


def _changes(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    return {
        currency: (after.get(currency, 0) - before.get(currency, 0), after.get(currency, 0))
        for currency in sorted({*before, *after})
        if before.get(currency, 0) != after.get(currency, 0)
    }


def _direction(before: Snapshot, after: Snapshot) -> Direction | None:
    if not before.plan or not after.plan or before.plan == after.plan:
        return None
    return Direction.UPGRADE if after.mrr > before.mrr else Direction.DOWNGRADE
