"""Ordered funnels, from raw events: how many got to each step, how fast, and which accounts stopped where."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tenure.insights.errors import NoSuchFunnel
from tenure.insights.models import Funnel
from tenure.insights.queries.naming import accounts_behind_people, days_between, groups_of, name_wanted
from tenure.insights.queries.readings import check_trait_split, usual_range
from tenure.insights.rules import funnels as rules
from tenure.insights.rules import named
from tenure.insights.rules.defining import checked_funnel
from tenure.insights.types import FunnelResult, FunnelSteps, Grain, SavedFunnel, StepReached, Subject
from tenure.kernel import clock
from tenure.lake import engine
from tenure.stats import proportions
from tenure.tracking import queries as tracking


def funnels() -> list[SavedFunnel]:
    """Return the funnels that have a name, by name."""
    return [_saved(found) for found in Funnel.objects.order_by("name")]


def funnel(funnel_id: int) -> SavedFunnel:
    """Return one funnel. Raises `NoSuchFunnel`."""
    found = Funnel.objects.filter(pk=funnel_id).first()
    if found is None:
        raise NoSuchFunnel
    return _saved(found)


def funnel_result(
    asked: FunnelSteps, *, since: date | None = None, until: date | None = None, by: str = ""
) -> tuple[FunnelResult, ...]:
    """Follow everybody who began between two days (the latest 60 unless told); one result a group, "" without a split.

    Raises `FunnelUnusable`, `RangeUnusable` and `SplitUnknown`.
    """
    asked = checked_funnel(asked)
    check_trait_split(by)
    since, until = usual_range(Grain.DAY, since, until)
    found = _furthest(asked, since, until)
    if not by:
        return (_result("", found, asked),)
    table = groups_of(by, asked.subject)
    known = dict(zip(table["member"].to_pylist(), table["grp"].to_pylist(), strict=True))
    group = pa.array([known.get(who, named.NO_GROUP) for who in found["subject"].to_pylist()], pa.string())
    return tuple(_result(each, found.filter(pc.equal(group, each)), asked) for each in sorted(set(group.to_pylist())))


def funnel_accounts(
    asked: FunnelSteps,
    step: int,
    *,
    since: date | None = None,
    until: date | None = None,
    by: str = "",
    group: str = "",
    stopped: bool = False,
) -> list[int]:
    """Return the accounts that got to a step (1 is the first), or those that got there and no further.

    Where people are counted: the accounts of those people, as `accounts_behind_people` says.
    """
    asked = checked_funnel(asked)
    since, until = usual_range(Grain.DAY, since, until)
    found = _furthest(asked, since, until)
    reached = found["reached"]
    subjects = found.filter(pc.equal(reached, step) if stopped else pc.greater_equal(reached, step))[
        "subject"
    ].to_pylist()
    if by:
        table = groups_of(by, asked.subject)
        known = dict(zip(table["member"].to_pylist(), table["grp"].to_pylist(), strict=True))
        subjects = [who for who in subjects if known.get(who, named.NO_GROUP) == group]
    if asked.subject is Subject.PERSON:
        return accounts_behind_people(subjects, by)
    return sorted(subjects)


def _furthest(asked: FunnelSteps, since: date, until: date) -> pa.Table:
    ends = datetime.combine(until, time.max, UTC) + timedelta(seconds=asked.limit_seconds)
    events = tracking.events(days_between(since, ends.date()))
    name_wanted((event, number) for number, step in enumerate(asked.steps, 1) for event in step)
    return engine.answer(
        engine.sql_of(rules.furthest(events, asked.subject.column, len(asked.steps), asked.limit_seconds, since, until))
    )


def _result(group: str, found: pa.Table, asked: FunnelSteps) -> FunnelResult:
    reached = found["reached"].to_numpy()
    times = [found[f"t{n}"].cast(pa.int64()).to_numpy() for n in range(1, len(asked.steps) + 1)]
    counts = [int((reached >= n).sum()) for n in range(1, len(asked.steps) + 1)]
    in_time = times[0] + asked.limit_seconds * 1_000_000 > int(clock.now().timestamp() * 1_000_000)
    return FunnelResult(
        group=group,
        steps=tuple(_step(n, asked.steps[n - 1], counts, times, reached) for n in range(1, len(asked.steps) + 1)),
        open=int((in_time & (reached < len(asked.steps))).sum()),
    )


def _step(
    number: int, events: tuple[str, ...], counts: Sequence[int], times: Sequence[np.ndarray], reached: np.ndarray
) -> StepReached:
    there = reached >= number
    of_all = proportions.share(counts[number - 1], counts[0])
    took = proportions.UNKNOWN
    if number > 1:
        took = proportions.median((times[number - 1][there] - times[number - 2][there]) / 1e6)
    return StepReached(
        number=number,
        events=events,
        count=counts[number - 1],
        share=of_all.value,
        low=of_all.low,
        high=of_all.high,
        of_previous=None if number == 1 else proportions.share(counts[number - 1], counts[number - 2]).value,
        seconds=took.value,
        seconds_low=took.low,
        seconds_high=took.high,
    )


def _saved(found: Funnel) -> SavedFunnel:
    steps = tuple(tuple(step) for step in found.steps)
    return SavedFunnel(
        id=found.pk,
        name=found.name,
        asked=FunnelSteps(subject=Subject(found.subject), steps=steps, limit_seconds=found.limit_seconds),
        created_at=found.created_at,
    )
