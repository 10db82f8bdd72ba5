"""Enums and frozen values of activity."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from tenure.stats.decline import Verdict
from tenure.stats.usage import Series

ACTIVITY_DECLINE = "activity_decline"
"""The kind of the signals that activity opens."""

VERDICTS = tuple(Verdict)

ACTIVITY_TRAIT = "activity"
"""The trait that says of each account what its use is like; its values are those of `Verdict`."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Choices:
    """What a workspace chose for the watch over use.

    `false_share` is the share of signals that may be false in the long run. `key_events` are what the product is used
    for; where none are chosen, all events count alike.
    """

    false_share: float
    key_events: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class PastAlarm:
    """A signal that would have been opened: for an account, after a day; `passed_on` when it would have closed.

    `since` is when its decline had begun, `ratio` what was left of the series it showed in most.
    """

    account_id: int
    day: date
    since: date
    leading: Series
    ratio: float
    confidence: float
    passed_on: date | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class UsageFrame:
    """Use of many accounts over `days` days up to and with `as_of`: one row for an account and a day with use.

    `time_zones` is where most people of each account work, "" for unknown; empty when nothing is known of any.
    `key_rows` has the key events, where a workspace chose some, and `minutes_rows` the minutes, where they are counted
    (account_id, dt, amount). `seats` has, for accounts that gave some up, how many there were on each day.
    """

    account_ids: tuple[int, ...]
    as_of: date
    days: int
    rows: pa.Table
    time_zones: tuple[str, ...] = ()
    key_rows: pa.Table | None = None
    minutes_rows: pa.Table | None = None
    seats: Mapping[int, Sequence[float]] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days up to and with `ends`: days of use, events and minutes seen, each with what was to be expected.

    What is to be expected is None where it is not known, `minutes` where nobody counts them.
    """

    ends: date
    actual: int
    events: int
    expected: float | None = None
    low: float | None = None
    high: float | None = None
    events_expected: float | None = None
    events_low: float | None = None
    events_high: float | None = None
    minutes: int | None = None
    minutes_expected: float | None = None
    minutes_low: float | None = None
    minutes_high: float | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Faded:
    """People of an account since its decline began.

    `regular` were to be expected; `stopped` of them have not been seen, `fading` at most half as often as usual.
    """

    regular: int
    stopped: tuple[int, ...]
    fading: tuple[int, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class FadedEvent:
    """An event that an account does less than was to be expected since its decline began."""

    name: str
    expected: float
    actual: int


@dataclasses.dataclass(frozen=True, kw_only=True)
class AtStake:
    """What an account pays a month, in minor units of the workspace's currency."""

    amount: int
    currency: str


@dataclasses.dataclass(frozen=True, kw_only=True)
class Explanation:
    """Why a signal was opened, in the reader's language: one line, its particulars, and how it was found."""

    headline: str
    details: tuple[str, ...]
    how: tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Standing:
    """What was last said of an account's use. `ratio` is days of use against expectation, None when not judged."""

    account_id: int
    judged_on: date
    verdict: Verdict
    ratio: float | None
    since: date | None
    usual: Mapping[str, Any] | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class JudgedUse:
    """What one pass over a workspace found."""

    as_of: date
    accounts: int
    declining: int
    opened: int
    refreshed: int
    recovered: int
    churned: int
