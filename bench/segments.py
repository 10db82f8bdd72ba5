"""Judging segments: a workspace of 400 accounts as the demo has, and one of 100 000.

The large one has 20 account segments of four conditions each (traits, ages, events in a window, active people, a change
of use) over 60 days of use. *One pass* judges all of them as `segments_minute` does; the baseline judges them one after
the other with the same code, as a product with one query per segment would. The small one is judged whole, memberships
compared and kept: what a minute of the demo costs.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa

from bench.rig import fresh_tenure
from bench.run import Figure

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
EVENTS = ("Login", "Report Exported", "Task Created", "Automation Created", "Viewed Billing Page")


def measure() -> Iterator[Figure]:
    """Measure the small workspace and the large one."""
    with fresh_tenure():
        from tenure.kernel import clock, tenancy
        from tenure.workspaces import actions as workspaces

        owner = workspaces.create_user("bench@tenure.example", password="a-long-password-7", name="Bench")
        with clock.simulated(NOW):
            small = workspaces.create_workspace("Small", owner=owner)
            with tenancy.scope(small.pk):
                yield from _small(small.pk)
            large = workspaces.create_workspace("Large", owner=owner)
            with tenancy.scope(large.pk):
                yield from _large(large.pk)


def _small(workspace_id: int) -> Iterator[Figure]:
    from tenure.connectors.simulator.content.segments import SEGMENTS
    from tenure.segments import actions
    from tenure.segments.types import Subject

    _fill(workspace_id, accounts=400, days=365, rows_a_day=2_000)
    for each in SEGMENTS:
        actions.define_segment(each.name, subject=each.subject, condition=each.condition)

    def minute(n: int) -> None:
        for subject in Subject:
            actions.refresh_everybody(subject, now=NOW + timedelta(minutes=n))

    yield Figure(
        figure=f"a minute of the demo: 400 accounts, 3 200 people, {len(SEGMENTS)} segments",
        value=_best(minute) * 1_000,
        unit="ms",
    )

    def accounts_only(n: int) -> None:
        actions.refresh_everybody(Subject.ACCOUNT, now=NOW + timedelta(minutes=n))

    yield Figure(figure="of that the accounts", value=_best(accounts_only) * 1_000, unit="ms", bar=80, keep="at most")


def _large(workspace_id: int) -> Iterator[Figure]:
    from tenure.segments.queries.judging import judge
    from tenure.segments.types import Subject

    ids = _fill(workspace_id, accounts=100_000, days=60, rows_a_day=60_000)
    conditions = _conditions()

    def one_pass(n: int) -> None:
        judge(conditions, Subject.ACCOUNT, NOW + timedelta(minutes=n))

    def separately(n: int) -> None:
        for one in conditions:
            judge([one], Subject.ACCOUNT, NOW + timedelta(minutes=n))

    together, apart = _best(one_pass), _best(separately, times=2)
    yield Figure(
        figure="100 000 accounts × 20 segments in one pass",
        value=together,
        unit="s",
        baseline=apart,
        ratio=apart / together,
        bar=4,
    )

    def touched(n: int) -> None:
        judge(conditions, Subject.ACCOUNT, NOW + timedelta(minutes=n), ids[n * 100 : n * 100 + 100])

    seconds = _best(touched)
    yield Figure(
        figure="100 touched accounts of the 100 000",
        value=seconds * 1_000,
        unit="ms",
        baseline=together * 1_000,
        ratio=together / seconds,
    )


def _best(run: Callable[[int], None], times: int = 4) -> float:
    """Run once to warm up, then return the best time: the machine is shared."""
    run(0)
    spent = []
    for n in range(1, times + 1):
        began = time.perf_counter()
        run(n)
        spent.append(time.perf_counter() - began)
    return min(spent)


def _fill(workspace_id: int, *, accounts: int, days: int, rows_a_day: int) -> list[int]:
    """Make accounts of eight people each, and use on every day; returns the accounts' ids."""
    from django.db import connection

    from tenure.lake import tables
    from tenure.tracking.types.lake import PERSON_DAY

    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_account (workspace_id, external_id, name, domain, is_solo, traits, trait_times,
                                           signed_up_at, first_seen_at, last_seen_at)
            SELECT %s, 'account' || n, 'Account ' || n, '', false,
                   jsonb_build_object('plan', (ARRAY['Starter', 'Premium', 'Enterprise'])[1 + n %% 3], 'seats', n %% 50,
                                      'renewsOn', (%s::date + n %% 360)::text), '{}',
                   %s::timestamptz - (n %% 500) * interval '1 day', %s::timestamptz - interval '500 days',
                   %s::timestamptz - (n %% 40) * interval '1 day'
            FROM generate_series(1, %s) AS n RETURNING id
            """,
            [workspace_id, NOW.date(), NOW, NOW, NOW, accounts],
        )
        ids = [id_ for (id_,) in cursor.fetchall()]
        cursor.execute(
            """
            INSERT INTO customers_person (workspace_id, external_id, email, name, traits, trait_times, is_anonymous,
                                          timezone, locale, first_seen_at, last_seen_at)
            SELECT %s, 'person' || n, '', 'Person ' || n, '{}', '{}', false, '', '', %s, %s
            FROM generate_series(1, %s) AS n RETURNING id
            """,
            [workspace_id, NOW, NOW, accounts * 8],
        )
        people = np.array([id_ for (id_,) in cursor.fetchall()]).reshape(accounts, 8)
    dice = np.random.default_rng(7)
    for n in range(days):
        day = NOW.date() - timedelta(days=days - 1 - n)
        tables.append(workspace_id, PERSON_DAY, use_on(dice, day, np.array(ids), people, rows_a_day))
    return ids


def use_on(dice: np.random.Generator, day: date, ids: np.ndarray, people: np.ndarray, rows: int) -> pa.Table:
    """Return the use of a day by accounts and their people."""
    from tenure.tracking.types.lake import PERSON_DAY

    account = dice.integers(0, len(ids), rows)
    at = np.datetime64(day, "us") + dice.integers(0, 86_400_000_000, rows).astype("timedelta64[us]")
    moments = pa.array(at).cast(pa.timestamp("us", tz="UTC"))
    return pa.table(
        {
            "account_id": ids[account],
            "person_id": people[account, dice.integers(0, 8, rows)],
            "event": np.array(EVENTS)[dice.integers(0, len(EVENTS), rows)],
            "n": dice.integers(1, 9, rows),
            "first_ts": moments,
            "last_ts": moments,
            "dt": pa.array([day] * rows, pa.date32()),
        }
    ).cast(PERSON_DAY.schema)


def _conditions() -> list[tuple[int, object]]:
    from tenure.segments.types import conditions as c

    plans = ("Starter", "Premium", "Enterprise")
    return [
        (
            n,
            c.All(
                conditions=(
                    c.Trait(name="plan", operator=c.TraitOperator.IS, value=plans[n % 3]),
                    c.AnyOf(
                        conditions=(
                            c.Trait(name="seats", operator=c.TraitOperator.MORE_THAN, value=n),
                            c.LastSeen(days=7 + n),
                        )
                    ),
                    c.Performed(event=EVENTS[n % 5], times=1 + n % 3, days=(7, 14, 28)[n % 3]),
                    (
                        c.Usage(measure=c.UsageMeasure.ACTIVE_PEOPLE, amount=1 + n % 3, days=28)
                        if n % 2
                        else c.Not(condition=c.UsageChange(measure=c.UsageMeasure.EVENTS, percent=30 + n, days=14))
                    ),
                )
            ),
        )
        for n in range(20)
    ]
