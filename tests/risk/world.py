"""A small company's year, told at once: accounts that use the product, and some that fade and leave."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tenure.kernel import jobs
from tenure.snapshots import actions as snapshots
from tests.tracking.sending import group, send, track

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
WEEKS = 44
NOW = FIRST + WEEKS * WEEK


def told(accounts: int = 90, *, leaves: float = 0.5, fades: bool = True, cancels: bool = True, seed: int = 3) -> None:
    """Tell of use on two days a week; who leaves fades for six weeks before (or not), and cancels (or only stops)."""
    chance = np.random.default_rng(seed)
    calls: list[dict[str, Any]] = []
    for number in range(accounts):
        name, people = f"a{number}", int(chance.integers(2, 5))
        ends = int(chance.integers(10, WEEKS)) if chance.random() < leaves else WEEKS + 20
        calls.append(group(groupId=name, userId=f"{name}-0", at=FIRST))
        for week in range(min(ends, WEEKS)):
            share = 1.0 if not fades or week < ends - 6 else 0.75 ** (week - ends + 7)
            for day in range(2):
                at = FIRST + week * WEEK + timedelta(days=3 * day)
                there = chance.random(people) < 0.85 * share
                calls += [
                    track("Exported", userId=f"{name}-{p}", context={"groupId": name}, at=at)
                    for p in np.flatnonzero(there).tolist()
                ]
        if cancels and ends < WEEKS:
            calls.append(
                track("Subscription Cancelled", userId=f"{name}-0", context={"groupId": name}, at=FIRST + ends * WEEK)
            )
    for begin in range(0, len(calls), 4_000):
        send(*calls[begin : begin + 4_000], received_at=NOW)
    jobs.run_stage("intake", NOW)


def kept() -> None:
    """Keep the week before now, and every fourth before it."""
    for number in range(10):
        snapshots.take_week((NOW - 4 * number * WEEK).date(), NOW)
