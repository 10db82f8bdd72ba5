"""Enums and frozen values of activity."""

import dataclasses
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from tenure.stats.decline import Verdict

ACTIVITY_DECLINE = "activity_decline"
"""The kind of the signals that activity opens."""

VERDICTS = tuple(Verdict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class UsageFrame:
    """Use of many accounts over `days` days up to and with `as_of`: one row for an account and a day with use.

    `time_zones` is where most people of each account work, "" for unknown; empty when nothing is known of any.
    """

    account_ids: tuple[int, ...]
    as_of: date
    days: int
    rows: pa.Table
    time_zones: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Week:
    """Seven days up to and with `ends`: days of use and events seen, and what was to be expected if that is known."""

    ends: date
    actual: int
    events: int
    expected: float | None = None
    low: float | None = None
    high: float | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Faded:
    """People of an account since its decline began.

    `regular` were to be expected; `stopped` of them have not been seen, `fading` at most half as often as usual.
    """

    regular: int
    stopped: tuple[int, ...]
    fading: tuple[int, ...]


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
