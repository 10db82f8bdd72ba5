"""Small worlds to look at."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from tenure.connectors.simulator.types import SegmentCall, WorldSpec
from tenure.connectors.simulator.world import World

UNTIL = date(2026, 11, 22)
NOBODY: frozenset[str] = frozenset()


@cache
def given_world(accounts: int = 60, months: int = 12, seed: int = 7) -> World:
    return World(WorldSpec(seed=seed, accounts=accounts, months=months, until=UNTIL))


def given_everybody_held_out(world: World) -> frozenset[str]:
    return frozenset(account.external_id for account in world.accounts)


def history(world: World, held_out: frozenset[str] = NOBODY, days_a_step: int = 7) -> Iterator[list[SegmentCall]]:
    end = datetime(UNTIL.year, UNTIL.month, UNTIL.day, tzinfo=UTC)
    since = world.begins
    while since < end:
        until = min(since + timedelta(days=days_a_step), end)
        yield world.calls_between(since, until, held_out=held_out)
        since = until


@cache
def use_by_day(world: World, held_out: frozenset[str]) -> dict[str, npt.NDArray[np.int64]]:
    """Count the track calls of each account on each UTC day of the history."""
    counts = {account.external_id: np.zeros(world.spec.history_days, np.int64) for account in world.accounts}
    for calls in history(world, held_out):
        for call in calls:
            if call["type"] == "track":
                day = date.fromisoformat(str(call["timestamp"])[:10]) - world.spec.first_day
                counts[call["context"]["groupId"]][day.days] += 1  # type: ignore[index]
    return counts


def use_of_places(world: World, *places: str) -> npt.NDArray[np.int64]:
    """Count the track calls on each day of all accounts in these places."""
    use = use_by_day(world, NOBODY)
    return np.sum([use[account.external_id] for account in world.accounts if account.place in places], axis=0)
