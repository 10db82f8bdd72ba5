"""The timeline of an account: how long a page takes over everything that many accounts did in half a year.

TENURE_BENCH_EVENTS says how many events (default 5 000 000; `TENURE_BENCH_EVENTS=50000000` for the long one). They are
stored a third of a day at a time, sorted by account and folded by month as maintenance does it, and counted; accounts
were last seen when their use ended. Then the first page of accounts of every size is read, and the page below it, as
the account page does.
"""

import datetime as dt
import os
import time
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from django.db import connection

from bench.make_events import FIRST_DAY, Size, World
from bench.rig import fresh_tenure
from bench.run import Figure

EVENTS = int(os.environ.get("TENURE_BENCH_EVENTS", "5000000"))
ASKED = 60
DAYS_AT_ONCE = 15


def measure() -> Iterator[Figure]:
    """Read pages of accounts drawn by lot, once to warm up and once to measure."""
    with fresh_tenure():
        from tenure.kernel import tenancy
        from tenure.lake import tables
        from tenure.tracking import queries
        from tenure.tracking.actions.folding import fold_months
        from tenure.tracking.actions.rollups import refresh_days
        from tenure.tracking.types.lake import EVENTS as LAKE_EVENTS
        from tenure.web.pages.accounts.timelines import ROWS
        from tests.given import given_workspace

        size = Size(events=EVENTS, accounts=max(EVENTS // 2_500, 20), people=max(EVENTS // 125, 60))
        world = World(size)
        workspace = given_workspace()
        with tenancy.scope(workspace.pk):
            ids = _accounts(workspace.pk, world)
            for first in range(0, size.days, DAYS_AT_ONCE):
                some = range(first, min(first + DAYS_AT_ONCE, size.days))
                for rows in _thirds(pa.concat_tables([world.events(day) for day in some])):
                    tables.append(workspace.pk, LAKE_EVENTS, rows)
            for n in range(size.days):
                tables.sort_day(workspace.pk, LAKE_EVENTS, FIRST_DAY + dt.timedelta(days=n), "account_id")
            refresh_days(workspace.pk, [FIRST_DAY + dt.timedelta(days=n) for n in range(size.days)])
            fold_months(workspace.pk, dt.datetime.combine(FIRST_DAY, dt.time(), dt.UTC) + dt.timedelta(days=size.days))
            _see(workspace.pk)

            asked = np.random.default_rng(7).choice(ids, min(ASKED, len(ids)), replace=False).tolist()
            seconds: dict[str, list[float]] = {"first": [], "next": []}
            for turn in range(2):
                for account_id in asked:
                    began = time.perf_counter()
                    page = queries.timeline(account_id=account_id, limit=ROWS)
                    middle = time.perf_counter()
                    if turn:
                        seconds["first"].append(middle - began)
                    if page.next_cursor:
                        queries.timeline(account_id=account_id, before=page.next_cursor, limit=ROWS)
                        if turn:
                            seconds["next"].append(time.perf_counter() - middle)
        for which, found in seconds.items():
            yield Figure(
                figure=f"{which} page of a timeline over {EVENTS:,} events, p95",
                value=float(np.percentile(found, 95)) * 1_000,
                unit="ms",
                bar=150,
                keep="at most",
            )


def _accounts(workspace_id: int, world: World) -> list[int]:
    """Put the accounts of a world into the records, under the ids that its events have."""
    last = FIRST_DAY + dt.timedelta(days=world.size.days)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_account (id, workspace_id, external_id, name, domain, is_solo, traits, trait_times,
                                           signed_up_at, first_seen_at, last_seen_at)
            SELECT n, %s, 'account' || n, 'Account ' || n, '', false, '{}', '{}', %s, %s, %s
            FROM generate_series(1, %s) AS n RETURNING id
            """,
            [workspace_id, FIRST_DAY, FIRST_DAY, last, world.size.accounts],
        )
        return [id_ for (id_,) in cursor.fetchall()]


def _thirds(rows: pa.Table) -> Iterator[pa.Table]:
    """Deal the rows out as they would come in during a day, each part in the order in which it is stored."""
    place = np.arange(rows.num_rows) % 3
    for part in range(3):
        yield rows.filter(pa.array(place == part))


def _see(workspace_id: int) -> None:
    """Note when accounts were last seen, from the counts."""
    from tenure.lake import engine, tables
    from tenure.tracking.types.lake import ACCOUNT_DAY

    engine.name_files("bench_account_day", ACCOUNT_DAY, tables.files(workspace_id, ACCOUNT_DAY))
    seen = engine.run_sql("SELECT account_id, max(dt) AS day FROM bench_account_day GROUP BY ALL")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_account a SET last_seen_at = seen.day + interval '23 hours'
            FROM unnest(%s::bigint[], %s::date[]) AS seen (id, day) WHERE a.id = seen.id
            """,
            [seen["account_id"].to_pylist(), seen["day"].to_pylist()],
        )
