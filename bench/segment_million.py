"""A million accounts × 50 segments of six conditions in one pass, against the same written by hand for DuckDB.

Both are given the same facts (in memory) and the same rollup of use (files of the lake: 60 days, 60 000 rows a day),
and both answer with 50 columns of yes and no for a million accounts, which are compared. The baseline is what an
expert would write who needs nothing else: typed columns, one pass over use, people counted by grouping twice. In the
product facts come from PostgreSQL first; that is not measured here.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from bench.rig import fresh_tenure
from bench.run import Figure
from bench.segments import EVENTS, use_on

ACCOUNTS, SEGMENTS, DAYS, ROWS_A_DAY = 1_000_000, 50, 60, 60_000
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
PLANS = ("Starter", "Premium", "Enterprise")


def measure() -> Iterator[Figure]:
    """Measure the pass and its baseline, in seconds of processor time and by the clock."""
    with fresh_tenure():
        from tenure.kernel import tenancy
        from tenure.workspaces import actions as workspaces

        owner = workspaces.create_user("bench@tenure.example", password="a-long-password-7", name="Bench")
        workspace = workspaces.create_workspace("Million", owner=owner)
        with tenancy.scope(workspace.pk):
            yield from _passes(workspace.pk)


def _passes(workspace_id: int) -> Iterator[Figure]:
    from tenure.lake import engine, tables
    from tenure.segments.queries.judging import calendar_of, compiled, judge_facts
    from tenure.segments.rules import features
    from tenure.segments.types import Subject
    from tenure.tracking.types.lake import PERSON_DAY

    ids = np.arange(1, ACCOUNTS + 1)
    people = (ids[:, None] * 8 + np.arange(8)).astype(np.int64)
    dice = np.random.default_rng(7)
    days = [NOW.date() - timedelta(days=n) for n in range(DAYS)]
    for day in days:
        tables.append(workspace_id, PERSON_DAY, use_on(dice, day, ids, people, ROWS_A_DAY))
    facts = _facts(ids)
    made = compiled(_conditions(), Subject.ACCOUNT)
    engine.name_rows(features.CALENDAR, calendar_of(NOW, made.plan.needs.oldest_age or 0))
    engine.name_files(features.PERSON_DAY, PERSON_DAY, tables.files(workspace_id, PERSON_DAY, days))
    engine.name_rows("by_hand", facts)
    sql = _by_hand()

    found = judge_facts(made, facts, Subject.ACCOUNT, NOW)
    expected = engine.run_sql(sql)
    order = np.argsort(expected["id"].to_numpy())
    for n in range(SEGMENTS):
        theirs = expected[f"s{n}"].to_numpy()[order].astype(bool)
        assert np.array_equal(found.members(n), ids[theirs]), f"segment {n} differs"

    ours = _best(lambda: judge_facts(made, facts, Subject.ACCOUNT, NOW))
    hand = _best(lambda: engine.run_sql(sql))
    what = f"{ACCOUNTS:,} accounts × {SEGMENTS} segments of 6 conditions".replace(",", " ")
    yield Figure(
        figure=f"{what}, processor time",
        value=ours[0],
        unit="CPU-s",
        baseline=hand[0],
        ratio=ours[0] / hand[0],
        bar=1.5,
        keep="at most",
    )
    yield Figure(
        figure="the same on two cores with nobody else there", value=ours[0] / 2, unit="s", bar=2, keep="at most"
    )
    yield Figure(figure="the same by the clock", value=ours[1], unit="s", baseline=hand[1], ratio=ours[1] / hand[1])


def _best(run: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Return the least processor time and the least time by the clock: the machine is shared."""
    spent = []
    for _ in range(times):
        cpu, clock = time.process_time(), time.perf_counter()
        run()
        spent.append((time.process_time() - cpu, time.perf_counter() - clock))
    return min(cpu for cpu, _ in spent), min(clock for _, clock in spent)


def _facts(ids: np.ndarray) -> pa.Table:
    """Return a million accounts as customers hand them over."""
    n = len(ids)

    def moments(days: np.ndarray) -> pa.Array:
        at = np.datetime64(NOW.replace(tzinfo=None), "us") - days * np.timedelta64(86_400_000_000, "us")
        return pa.array(at).cast(pa.timestamp("us", tz="UTC"))

    return pa.table(
        {
            "account_id": ids,
            "plan": pa.array(np.array(PLANS)[ids % 3]),
            "seats": pa.array((ids % 50).astype(np.float64)),
            "signed_up_at": moments(ids % 500),
            "last_seen_at": moments(ids % 40),
            "churned_at": pa.array([None] * n, pa.timestamp("us", tz="UTC")),
            "owner_id": pa.array(ids % 7, pa.int64(), mask=ids % 3 == 0),
        }
    )


def _numbers(n: int) -> dict[str, int | str]:
    """Return what the conditions of segment n ask for."""
    return {
        "plan": PLANS[n % 3], "seats": n, "seen": 7 + n % 14, "signed": 100 + n, "event": EVENTS[n % 5],
        "times": 1 + n % 3, "window": (7, 14, 28)[n % 3], "people": 1 + n % 3, "percent": 30 + n,
    }  # fmt: skip


def _conditions() -> list[tuple[int, object]]:
    from tenure.segments.types import conditions as c

    def tree(n: int) -> c.Condition:
        a = _numbers(n)
        use = (
            c.Usage(measure=c.UsageMeasure.ACTIVE_PEOPLE, amount=a["people"], days=28)
            if n % 2
            else c.Not(condition=c.UsageChange(measure=c.UsageMeasure.EVENTS, percent=a["percent"], days=14))
        )
        return c.All(
            conditions=(
                c.Trait(name="plan", operator=c.TraitOperator.IS, value=a["plan"]),
                c.AnyOf(
                    conditions=(
                        c.Trait(name="seats", operator=c.TraitOperator.MORE_THAN, value=a["seats"]),
                        c.LastSeen(days=a["seen"]),
                    )
                ),
                c.SignedUp(operator=c.AgeOperator.MORE_THAN_DAYS_AGO, days=a["signed"]),
                c.Performed(event=a["event"], times=a["times"], days=a["window"]),
                use,
            )
        )

    return [(n, tree(n)) for n in range(SEGMENTS)]


def _by_hand() -> str:
    """Write the same segments as one query that reads typed columns and needs nothing explained."""
    today = NOW.date()

    def since(days: int) -> str:
        return f"dt >= DATE '{today - timedelta(days=days)}' AND dt <= DATE '{today}'"

    counts = {(e, w): f"n_{i}" for i, (e, w) in enumerate((e, w) for e in EVENTS for w in (7, 14, 28))}
    sums = [f"sum(n) FILTER (event = '{e}' AND {since(w)}) AS {name}" for (e, w), name in counts.items()]
    recent = f"dt >= DATE '{today - timedelta(days=14)}' AND dt < DATE '{today}'"
    earlier = f"dt >= DATE '{today - timedelta(days=28)}' AND dt < DATE '{today - timedelta(days=14)}'"
    sums += [f"sum(n) FILTER ({recent}) AS recent", f"sum(n) FILTER ({earlier}) AS earlier"]
    names = [*counts.values(), "recent", "earlier"]
    at = f"TIMESTAMPTZ '{NOW.isoformat()}'"
    columns = []
    for n in range(SEGMENTS):
        a = _numbers(n)
        use = (
            f"coalesce(people, 0) >= {a['people']}"
            if n % 2
            else f"NOT (coalesce(earlier, 0) > 0 AND coalesce(recent, 0) * 100 <= earlier * {100 - int(a['percent'])})"
        )
        columns.append(
            f"plan = '{a['plan']}' AND (seats > {a['seats']} OR last_seen_at < {at} - INTERVAL {a['seen']} DAY)"
            f" AND signed_up_at < {at} - INTERVAL {a['signed']} DAY"
            f" AND coalesce({counts[str(a['event']), int(a['window'])]}, 0) >= {a['times']} AND {use} AS s{n}"
        )
    return f"""
        WITH by_person AS (
            SELECT account_id, person_id, bool_or({since(28)}) AS here, {", ".join(sums)}
            FROM segment_person_day WHERE {since(28)} GROUP BY ALL
        ), by_account AS (
            SELECT account_id AS id, count(*) FILTER (here) AS people, {", ".join(f"sum({n}) AS {n}" for n in names)}
            FROM by_person GROUP BY ALL
        )
        SELECT f.account_id AS id, {", ".join(columns)} FROM by_hand f LEFT JOIN by_account u ON u.id = f.account_id
    """
