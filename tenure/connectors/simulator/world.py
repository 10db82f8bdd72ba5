"""A simulated software company's customers: who they are and, day by day, what their product's SDK would have sent.

The company sells a project planner. Its customers are entirely made up, live under `.example` domains, and carry the
trait `simulated`. A world follows from its `WorldSpec` alone: the same seed gives the same bytes. It begins `months`
before `until` and goes on well past it, so that a demo opened days later can catch up.

Which accounts are held out is decided by the product while the world runs, not by the world. So every account has two
possible courses (see `courses`, which documents the true effect), and whoever asks for calls says which accounts
are held out. An account's two courses are the same until its first decline.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

import msgspec

from tenure.billing.types import SubscriptionState
from tenure.connectors.simulator.activity import Activity
from tenure.connectors.simulator.calls import CallWriter, TimedCall
from tenure.connectors.simulator.population import draw_population
from tenure.connectors.simulator.subscriptions import states_between
from tenure.connectors.simulator.types import SegmentCall, SimulatedAccount, WorldSpec

_DAYS_KEPT = 4


@dataclass(frozen=True, kw_only=True)
class AccountTruth:
    """What really became of an account within the history, for tests and backtests; days as dates."""

    external_id: str
    held_out: bool
    signs_up: datetime
    declines: tuple[datetime, ...]
    turned_round: tuple[datetime, ...]
    churned: datetime | None


class World:
    """One company's customers over the months, ready to be asked for any stretch of time."""

    def __init__(self, spec: WorldSpec) -> None:
        self.spec = spec
        self.accounts: tuple[SimulatedAccount, ...] = draw_population(spec)
        self._written: OrderedDict[tuple[int, frozenset[str]], list[TimedCall]] = OrderedDict()

    @cached_property
    def _activity(self) -> Activity:
        return Activity(self.spec, self.accounts)

    @cached_property
    def _writer(self) -> CallWriter:
        return CallWriter(self.spec, self.accounts)

    @property
    def begins(self) -> datetime:
        """The first moment of history."""
        return datetime(self.spec.first_day.year, self.spec.first_day.month, self.spec.first_day.day, tzinfo=UTC)

    def calls_between(self, since: datetime, until: datetime, *, held_out: frozenset[str]) -> list[SegmentCall]:
        """Give the calls with `since <= timestamp < until`, in order of time.

        Calling it for adjoining stretches gives every call once, wherever the borders fall.
        """
        first_ms, end_ms = int(since.timestamp() * 1000), int(until.timestamp() * 1000)
        first = max((since - self.begins) // timedelta(days=1) - 1, 0)
        last = min((until - self.begins) // timedelta(days=1) + 1, self.spec.days - 1)
        timed = [
            each for day in range(first, last + 1) for each in self._day(day, held_out) if first_ms <= each[0] < end_ms
        ]
        timed.sort(key=lambda each: each[0])
        return [call for _, call in timed]

    def subscriptions_between(
        self, since: datetime, until: datetime, *, held_out: frozenset[str]
    ) -> list[SubscriptionState]:
        """Give what a billing system would have told in `since <= as_of < until`."""
        return states_between(self.accounts, since, until, begins=self.begins, held_out=held_out, at=self._writer.local)

    def truth(self, held_out: frozenset[str]) -> tuple[AccountTruth, ...]:
        """Tell what became of the accounts that signed up before the end of history."""
        end = self.spec.history_days
        return tuple(self._truth(account, held_out) for account in self.accounts if account.signs_up < end)

    def _truth(self, account: SimulatedAccount, held_out: frozenset[str]) -> AccountTruth:
        course, end = account.course(held_out), self.spec.history_days
        turns = [decline.turns for decline in course.declines]
        return AccountTruth(
            external_id=account.external_id,
            held_out=account.external_id in held_out,
            signs_up=self._at(account.signs_up),
            declines=tuple(self._at(decline.onset) for decline in course.declines if decline.onset < end),
            turned_round=tuple(self._at(turn) for turn in turns if turn is not None and turn < end),
            churned=self._at(course.churns) if course.churns is not None and course.churns < end else None,
        )

    def _at(self, day: int) -> datetime:
        return self.begins + timedelta(days=day)

    def _day(self, day: int, held_out: frozenset[str]) -> list[TimedCall]:
        key = (day, held_out)
        if key not in self._written:
            self._written[key] = self._writer.day(day, self._activity.on(day, held_out), held_out)
            while len(self._written) > _DAYS_KEPT:
                self._written.popitem(last=False)
        return self._written[key]


def batch_bodies(calls: Sequence[SegmentCall], *, sent_at: datetime, calls_a_batch: int) -> Iterator[bytes]:
    """Put calls into `/v1/batch` bodies, as an SDK flushes them."""
    stamp = sent_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    for start in range(0, len(calls), calls_a_batch):
        yield msgspec.json.encode({"batch": calls[start : start + calls_a_batch], "sentAt": stamp})
