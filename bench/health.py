"""Judging a million accounts by a scorecard, against the same by hand in DuckDB.

The scorecard has twelve measures in three nested groups, of every function, measures for new accounts with a handover,
a minimum coverage and two exceptions; a fifth of the facts is not known. *Engine time* is what judging costs once the
facts are columns: counting use in the lake and scoring. By hand is one SQL statement over the same Parquet files and
the same columns that gives the same scores (checked account by account). Both are the best of a few; processor time is
quoted because the machine is shared.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from bench.rig import fresh_tenure
from bench.run import Figure

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ACCOUNTS, DAYS, ROWS_A_DAY = 1_000_000, 57, 120_000
EVENTS = ("Login", "Report Exported", "Task Created", "Automation Created", "Viewed Billing Page")


def measure() -> Iterator[Figure]:
    """Measure the counting, the scoring, and both against one statement."""
    with fresh_tenure():
        from tenure.kernel import clock, tenancy
        from tenure.workspaces import actions as workspaces

        owner = workspaces.create_user("bench@tenure.example", password="a-long-password-7", name="Bench")
        with clock.simulated(NOW):
            workspace = workspaces.create_workspace("Large", owner=owner)
            with tenancy.scope(workspace.pk):
                yield from _large(workspace.pk)


def _large(workspace_id: int) -> Iterator[Figure]:
    from tenure.health.queries.readings import Gathered, counts_of, name_calendar
    from tenure.health.rules import gathering
    from tenure.health.rules.scoring import Rows, judge
    from tenure.health.types.scorecards import readings_of
    from tenure.lake import engine, tables
    from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY

    dice = np.random.default_rng(7)
    _use(workspace_id, dice)
    facts = _facts(dice)
    definition = _definition()
    keys = readings_of(definition)
    windows = gathering.windows_of([reads for reads, _ in keys])
    days = [NOW.date() - timedelta(days=age) for age in range(gathering.oldest_age(windows) + 1)]
    by_account, by_person = gathering.of_accounts(windows), gathering.of_people(windows)
    name_calendar(days)
    for name, table, read in (
        (gathering.ACCOUNT_DAY, ACCOUNT_DAY, by_account),
        (gathering.PERSON_DAY, PERSON_DAY, by_person),
    ):
        engine.name_files(name, table, tables.files(workspace_id, table, days[: gathering.oldest_age(read) + 1]))
    engine.name_rows("facts", pa.table(facts))
    ids = facts["id"]
    spent: dict[str, float] = {}

    def ours() -> Any:
        began = time.process_time()
        found = counts_of(by_account, ids, only_some=False) | counts_of(by_person, ids, only_some=False)
        spent["counting"] = time.process_time() - began
        began = time.process_time()
        columns = {key: _column(key[0], found, facts) for key in keys}
        held = np.zeros((ACCOUNTS, len(definition.exceptions)), np.bool_)
        nothing, nobody = np.full(ACCOUNTS, np.nan), np.zeros(ACCOUNTS, np.bool_)
        gathered = Gathered(ids=ids, columns=columns, age=facts["age"], churned=nobody, mrr=nothing)
        rows = Rows(readings=gathered.matrix(keys), age=facts["age"], children=nothing, held=held, override=nothing)
        scores = judge(definition, rows)
        spent["scoring"] = time.process_time() - began
        return scores

    def by_hand() -> Any:
        return engine.run_sql(_BY_HAND)

    scores, table = ours(), by_hand().sort_by("id")
    exact = table["score"].to_numpy()
    assert np.array_equal(np.isnan(exact), np.isnan(scores.exact)), "they know the same"
    assert np.allclose(exact, scores.exact, atol=1e-6, equal_nan=True), "they say the same"
    wall, cpu = _best(ours)
    parts = dict(spent)
    hand_wall, hand_cpu = _best(by_hand)
    yield Figure(
        figure="1 M accounts by 12 measures: engine time, against one statement by hand",
        value=wall,
        unit="s",
        baseline=hand_wall,
        ratio=hand_wall / wall,
    )
    yield Figure(figure="the same engine time, by the clock on two cores", value=wall, unit="s", bar=1, keep="at most")
    yield Figure(
        figure="processor time of the same, on however many cores",
        value=cpu,
        unit="CPU-s",
        baseline=hand_cpu,
        ratio=hand_cpu / cpu,
        bar=0.67,
    )
    yield Figure(figure="of that, counting use in the lake", value=parts["counting"], unit="CPU-s")
    yield Figure(figure="of that, scoring", value=parts["scoring"], unit="CPU-s", bar=1, keep="at most")


def _best(run: Callable[[], Any], times: int = 3) -> tuple[float, float]:
    spent = []
    for _ in range(times):
        began, worked = time.perf_counter(), time.process_time()
        run()
        spent.append((time.perf_counter() - began, time.process_time() - worked))
    return min(spent)


def _use(workspace_id: int, dice: np.random.Generator) -> None:
    """Write two months of use: of an eighth of the accounts, some far more than others, by people who come again."""
    from tenure.lake import tables
    from tenure.tracking.types.lake import ACCOUNT_DAY, PERSON_DAY

    active = dice.permutation(np.arange(1, ACCOUNTS + 1))[: ACCOUNTS // 8]
    for age in range(DAYS):
        day = NOW.date() - timedelta(days=age)
        account = active[(dice.random(ROWS_A_DAY) ** 2 * len(active)).astype(int)]
        at = pa.array(np.full(ROWS_A_DAY, np.datetime64(day, "us"))).cast(pa.timestamp("us", tz="UTC"))
        rows = {
            "account_id": account,
            "person_id": account * 8 + (dice.random(ROWS_A_DAY) ** 2 * 8).astype(int),
            "event": np.array(EVENTS)[dice.integers(0, len(EVENTS), ROWS_A_DAY)],
            "n": dice.integers(1, 9, ROWS_A_DAY),
            "first_ts": at,
            "last_ts": at,
            "dt": pa.array([day] * ROWS_A_DAY, pa.date32()),
        }
        tables.append(workspace_id, PERSON_DAY, pa.table(rows).cast(PERSON_DAY.schema))
        whose, place = np.unique(account, return_inverse=True)
        summed = {
            "account_id": whose,
            "events": np.bincount(place, weights=rows["n"]).astype(int),
            "active_people": np.ones(len(whose), int),
            "dt": pa.array([day] * len(whose), pa.date32()),
        }
        tables.append(workspace_id, ACCOUNT_DAY, pa.table(summed).cast(ACCOUNT_DAY.schema))


def _facts(dice: np.random.Generator) -> dict[str, Any]:
    def some(values: Any) -> Any:
        return np.where(dice.random(ACCOUNTS) < 0.2, np.nan, values)

    return {
        "id": np.arange(1, ACCOUNTS + 1),
        "age": dice.integers(0, 900, ACCOUNTS).astype(float),
        "seen": some(dice.integers(0, 60, ACCOUNTS).astype(float)),
        "seats": some(dice.integers(1, 50, ACCOUNTS).astype(float)),
        "nps": some(dice.integers(0, 11, ACCOUNTS).astype(float)),
        "renews": some(dice.integers(-10, 360, ACCOUNTS).astype(float)),
        "mrr_change": some(dice.normal(0, 20, ACCOUNTS)),
        "overdue": np.where(dice.random(ACCOUNTS) < 0.9, 0.0, dice.integers(1, 60, ACCOUNTS)),
        "tickets": dice.poisson(1.0, ACCOUNTS).astype(float),
        "urgent": (dice.random(ACCOUNTS) < 0.02).astype(float),
    }


def _definition() -> Any:
    from tenure.health.queries import read_definition

    def one(name: str, weight: float, reads: Any, scores: Any, **more: Any) -> dict[str, Any]:
        return {"measure": name, "weight": weight, "reads": reads, "scores": scores, **more}

    tasks = {"banded": [[None, 0], [1, 50], [5, 100]]}
    use, last = {"use": "active_people", "days": 28}, {"banded": [[None, 100], [4, 75], [8, 40], [31, 0]]}
    return read_definition(
        {
            "minimum_coverage": 40,
            "measures": [
                {"group": "Use", "weight": 60, "measures": [
                    one("People", 3, use, {"linear": [0, 4]}),
                    one("Days", 2, {"use": "active_days", "days": 28}, {"linear": [0, 6]}),
                    {"group": "Depth", "weight": 2, "measures": [
                        one("Reports", 1, {"event": "Report Exported", "days": 28}, {"linear": [0, 8]}),
                        one("Tasks", 1, {"event": "Task Created", "days": 28}, tasks),
                        one("Adoption", 1, {"adoption": "seats", "days": 28}, {"linear": [0, 60]}),
                    ]},
                    one("Seen", 2, {"last_seen": True}, last),
                    one("Trend", 1, {"trend": "events", "days": 28}, {"bounded": [-100, 100]}),
                ]},
                {"group": "Money", "weight": 25, "measures": [
                    one("MRR", 2, {"mrr_change": 90}, {"linear": [-30, 10]}),
                    one("Overdue", 1, {"overdue": True}, {"linear": [30, 0]}),
                    one("Renewal", 1, {"days_until": "renews"}, {"banded": [[None, 0], [0, 40], [30, 70], [90, 100]]}),
                ]},
                {"group": "Voice", "weight": 15, "measures": [
                    one("Tickets", 1, {"tickets": "opened"}, {"linear": [6, 0]}),
                    one("NPS", 1, {"trait": "nps"}, {"banded": [[None, 0], [7, 60], [9, 100]]}, unknown=50),
                ]},
            ],
            "new_accounts": {"until_days": 45, "handover_days": 30, "measures": [
                one("Tried", 1, use, {"linear": [0, 3]})]},
            "exceptions": [
                {"exception": "Urgent", "when": {"reads": {"tickets": "open_urgent"}, "at_least": 1}, "cap": 50},
                {"exception": "Silent", "when": {"reads": {"last_seen": True}, "at_least": 45}, "cap": 20},
            ],
        }
    )  # fmt: skip


def _column(reads: Any, found: dict[Any, Any], facts: dict[str, Any]) -> Any:
    """Return one reading, as the product reads it from what is known."""
    from tenure.health.queries.readings import percent
    from tenure.health.rules import gathering
    from tenure.health.rules.forms import NAMES

    windows = [found[window] for window in gathering.windows(reads)]
    match NAMES[type(reads)]:
        case "use" | "event":
            return windows[0]
        case "adoption":
            return percent(windows[0], facts["seats"])
        case "trend":
            return percent(windows[0] - windows[1], windows[1])
        case "tickets":
            return facts["urgent" if str(reads.measure) == "open_urgent" else "tickets"]
        case name:
            own = {"last_seen": "seen", "trait": "nps", "days_until": "renews"}
            return facts[own.get(name, name)]


_BY_HAND = """
WITH account AS (
    SELECT account_id, count(DISTINCT person_id) AS people, sum(n) FILTER (event = 'Report Exported') AS reports,
           sum(n) FILTER (event = 'Task Created') AS tasks
    FROM health_person_day JOIN health_calendar USING (dt) WHERE age <= 28 GROUP BY account_id
), day AS (
    SELECT account_id, count(*) FILTER (age <= 28) AS days, sum(events) FILTER (age BETWEEN 1 AND 28) AS lately,
           sum(events) FILTER (age BETWEEN 29 AND 56) AS before
    FROM health_account_day JOIN health_calendar USING (dt) GROUP BY account_id
), known AS (
    SELECT f.id, f.age, f.urgent, f.seen,
        least(coalesce(people, 0) / 4.0::DOUBLE, 1) * 100 AS people,
        least(coalesce(days, 0) / 6.0::DOUBLE, 1) * 100 AS days,
        least(coalesce(reports, 0) / 8.0::DOUBLE, 1) * 100 AS reports,
        CASE WHEN coalesce(tasks, 0) >= 5 THEN 100 WHEN coalesce(tasks, 0) >= 1 THEN 50 ELSE 0 END::DOUBLE AS tasks,
        CASE WHEN NOT isnan(seats) THEN least(coalesce(people, 0) * 100 / seats / 60, 1) * 100 END AS adoption,
        CASE WHEN isnan(seen) THEN NULL WHEN seen >= 31 THEN 0 WHEN seen >= 8 THEN 40 WHEN seen >= 4 THEN 75
             ELSE 100 END::DOUBLE AS seen_points,
        CASE WHEN before > 0 THEN (coalesce(lately, 0) - before) * 100.0::DOUBLE / before END AS moved,
        CASE WHEN NOT isnan(mrr_change) THEN greatest(least((mrr_change + 30) / 40, 1), 0) * 100 END AS mrr,
        greatest(1 - overdue / 30, 0) * 100 AS overdue,
        CASE WHEN isnan(renews) THEN NULL WHEN renews >= 90 THEN 100 WHEN renews >= 30 THEN 70 WHEN renews >= 0 THEN 40
             ELSE 0 END::DOUBLE AS renewal,
        greatest(1 - tickets / 6, 0) * 100 AS tickets,
        CASE WHEN isnan(nps) THEN 50 WHEN nps >= 9 THEN 100 WHEN nps >= 7 THEN 60 ELSE 0 END::DOUBLE AS nps,
        isnan(nps) AS no_nps,
        least(coalesce(people, 0) / 3.0::DOUBLE, 1) * 100 AS tried
    FROM facts f LEFT JOIN account a ON a.account_id = f.id LEFT JOIN day d ON d.account_id = f.id
), pointed AS (
    SELECT *, CASE WHEN moved BETWEEN -100 AND 100 THEN (moved + 100) / 2 END AS trend,
        (reports + tasks + coalesce(adoption, 0)) / (2 + (adoption IS NOT NULL)::INT) AS depth
    FROM known
), summed AS (
    SELECT id, age, urgent, seen, tried,
        (people * 3 + days * 2 + depth * 2 + coalesce(seen_points, 0) * 2 + coalesce(trend, 0))
            / (7 + 2 * (seen_points IS NOT NULL)::INT + (trend IS NOT NULL)::INT) AS use,
        (coalesce(mrr, 0) * 2 + overdue + coalesce(renewal, 0))
            / (1 + 2 * (mrr IS NOT NULL)::INT + (renewal IS NOT NULL)::INT) AS money,
        (tickets + nps) / 2 AS voice,
        0.6 * (5 + 2 * (2 + (adoption IS NOT NULL)::INT) / 3.0::DOUBLE + 2 * (seen_points IS NOT NULL)::INT
               + (moved IS NOT NULL)::INT) / 10
          + 0.25 * (1 + 2 * (mrr IS NOT NULL)::INT + (renewal IS NOT NULL)::INT) / 4
          + 0.15 * (2 - no_nps::INT) / 2 AS coverage
    FROM pointed
), blended AS (
    SELECT id, urgent, seen, greatest(least((age - 45) / 30, 1), 0) AS share,
        use * 0.6 + money * 0.25 + voice * 0.15 AS usual, tried, coverage
    FROM summed
), enough AS (
    SELECT id, urgent, seen, CASE WHEN (1 - share) + share * coverage >= 0.4 - 1e-11
        THEN tried * (1 - share) + usual * share END AS score
    FROM blended
)
SELECT id, CASE WHEN score IS NULL THEN 'nan'::DOUBLE ELSE least(score, CASE WHEN urgent >= 1 THEN 50 ELSE 100 END,
    CASE WHEN seen >= 45 AND NOT isnan(seen) THEN 20 ELSE 100 END) END AS score
FROM enough
"""
