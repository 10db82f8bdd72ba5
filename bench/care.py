"""Following 100 000 accounts through stages and touch models, against the same judged by hand in one SQL statement.

Three touch models by revenue, with hysteresis, and the usual six stages; a pass that finds nothing to change, which is
nearly every pass, and one after the revenue of one account in fifty has changed. By hand is one statement over the same
tables that finds the same accounts (checked by their ids). Counted is the processor time of this process and of its
connection's server process, because the machine is shared; memory is what the pass adds at its peak.
"""

import resource
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psutil

from bench.rig import fresh_tenure
from bench.run import Figure

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ACCOUNTS = 100_000
MODELS = """
models:
- key: high_touch
  enters: {trait: mrr, operator: more_than, value: 1000}
  stays: {trait: mrr, operator: more_than, value: 800}
- key: low_touch
  enters: {trait: mrr, operator: more_than, value: 200}
  stays: {trait: mrr, operator: more_than, value: 160}
- key: tech_touch
"""
BY_HAND = """
    SELECT account_id FROM (
        SELECT a.id AS account_id, s.model AS has,
               CASE WHEN mrr > 1000 OR (s.model = 'high_touch' AND mrr > 800) THEN 'high_touch'
                    WHEN mrr > 200 OR (s.model = 'low_touch' AND mrr > 160) THEN 'low_touch'
                    ELSE 'tech_touch' END AS gets
        FROM customers_account a
        CROSS JOIN LATERAL (SELECT coalesce((a.traits->>'mrr')::float8, 0) AS mrr) m
        LEFT JOIN touch_models_standing s ON s.account_id = a.id AND s.left_at IS NULL
        WHERE a.workspace_id = %s AND a.merged_into_id IS NULL AND a.churned_at IS NULL
    ) judged WHERE has IS DISTINCT FROM gets ORDER BY 1
"""


def measure() -> Iterator[Figure]:
    """Measure both passes, and the touch models against a statement by hand."""
    with fresh_tenure():
        from tenure.kernel import clock, tenancy
        from tenure.workspaces import actions as workspaces

        owner = workspaces.create_user("bench@tenure.example", password="a-long-password-7", name="Bench")
        with clock.simulated(NOW):
            workspace = workspaces.create_workspace("Large", owner=owner)
            with tenancy.scope(workspace.pk):
                yield from _followed(workspace.pk)


def _followed(workspace_id: int) -> Iterator[Figure]:
    from django.db import connection

    from tenure.lifecycle import actions as lifecycle
    from tenure.lifecycle.models import Lifecycle
    from tenure.touch_models import actions as touch_models
    from tenure.touch_models import queries
    from tenure.touch_models.models import TouchModels
    from tenure.touch_models.queries.judging import judge

    lifecycle.begin()
    touch_models.change_definition(queries.read_text(MODELS), by=None)  # while there are no accounts
    _accounts(workspace_id)

    def by_hand() -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, [workspace_id])
            return [account_id for (account_id,) in cursor.fetchall()]

    definition = queries.definition().definition

    def ours() -> list[int]:
        judged = judge({1: definition}, 1, now=NOW)
        return list(judged.ids[judged.rows].tolist())

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE customers_account SET traits = traits || jsonb_build_object('mrr', id %% 1700)"
            " WHERE workspace_id = %s AND id %% 50 = 0",
            [workspace_id],
        )
        cursor.execute("VACUUM ANALYZE customers_account")
    if ours() != by_hand():
        raise AssertionError("the two did not find the same accounts")
    hand, judging = _best(by_hand), _best(ours)
    yield Figure(
        figure="judging everybody's touch model, against one statement by hand",
        value=judging,
        unit="CPU-s",
        baseline=hand,
        ratio=hand / judging,
        bar=0.1,
    )
    moved, memory = _spent(lambda: touch_models.follow_everybody(now=NOW))
    yield Figure(figure=f"a pass of touch models that changes those of {ACCOUNTS // 50:,}", value=moved, unit="CPU-s")
    yield Figure(figure="memory it needs at its peak, on top", value=memory, unit="MB")

    def quiet_pass(follow: Callable[..., int], model: Any) -> Callable[[], int]:
        def run() -> int:
            model.objects.update(rests_until=None)
            return follow(now=NOW)

        return run

    quiet = _best(quiet_pass(touch_models.follow_everybody, TouchModels))
    yield Figure(figure="a pass of touch models that changes nothing", value=quiet, unit="CPU-s")
    quiet = _best(quiet_pass(lifecycle.follow_everybody, Lifecycle))
    yield Figure(figure="a pass of the lifecycle that changes nothing", value=quiet, unit="CPU-s")


def _accounts(workspace_id: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO customers_account (workspace_id, external_id, name, domain, is_solo, traits, trait_times,
                                           first_seen_at, signed_up_at)
            SELECT %s, 'a' || n, 'Account ' || n, '', false,
                   jsonb_build_object('mrr', (n * 7919) %% 1500, 'plan', 'Premium'), '{}', %s, %s
            FROM generate_series(1, %s) n
            """,
            [workspace_id, NOW, NOW, ACCOUNTS],
        )
        cursor.execute(
            """
            INSERT INTO touch_models_standing (workspace_id, account_id, model, came_from, since, was_there, cause,
                                               left_cause, lives_by)
            SELECT workspace_id, id, CASE WHEN mrr > 1000 THEN 'high_touch' WHEN mrr > 200 THEN 'low_touch'
                                     ELSE 'tech_touch' END, '', first_seen_at, true, 'first', '', 1
            FROM customers_account CROSS JOIN LATERAL (SELECT (traits->>'mrr')::float8 AS mrr) m
            """
        )
        cursor.execute(
            """
            INSERT INTO lifecycle_stay (workspace_id, account_id, stage, came_from, entered_at, was_there, cause,
                                        left_cause, version, why)
            SELECT workspace_id, id, 'onboarding', '', first_seen_at, true, 'first', '', 1, '{}' FROM customers_account
            """
        )
        for table in ("customers_account", "touch_models_standing", "lifecycle_stay"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _best(run: Callable[[], Any], times: int = 3) -> float:
    return min(_spent(run)[0] for _ in range(times))


def _spent(run: Callable[[], Any]) -> tuple[float, float]:
    """Return the processor time of this process and its server's, and how many MB more this one needed at its peak."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(int(cursor.fetchone()[0]))
    before, worked, peak = _cpu(server), time.process_time(), _peak()
    run()
    return time.process_time() - worked + _cpu(server) - before, _peak() - peak


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
