"""Keeping the lake quick to read and the intake log small."""

from datetime import timedelta
from itertools import pairwise

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake
from django.db import connection

from tenure.kernel import jobs
from tenure.lake import engine, tables
from tenure.tracking import queries
from tenure.tracking.actions.intake import _INTAKE_LOCK
from tenure.tracking.models import IntakeBatch
from tenure.tracking.types.lake import EVENTS, PERSON_DAY
from tests.tracking.sending import NOW, hours, send, track


def test_merges_the_small_files_of_a_busy_day(workspace):
    for n in range(30):
        send(track("Exported", userId="maya", at=NOW - timedelta(seconds=n)))
        jobs.run_stage("intake", NOW)
    assert len(tables.files(workspace.pk, EVENTS)) == 30

    jobs.run_stage("compaction", NOW)

    assert len(tables.files(workspace.pk, EVENTS)) == 1
    assert queries.events_stored() == 30
    assert engine.run(engine.read(workspace.pk, PERSON_DAY)).to_pylist()[0]["n"] == 30
    send(track("Exported", userId="maya", at=NOW + timedelta(seconds=1)))
    jobs.run_stage("intake", NOW)
    assert engine.run(engine.read(workspace.pk, PERSON_DAY)).to_pylist()[0]["n"] == 31


def test_files_in_use_outlast_a_sweep(workspace, lake):
    for _ in range(2):
        send(track("Exported", userId="maya", at=NOW - hours(1)))
        jobs.run_stage("intake", NOW)
    before = set(lake.rglob("*.parquet"))

    jobs.run_stage("compaction", NOW)

    assert set(lake.rglob("*.parquet")) == before, "two hours are left for whoever reads them"


def test_forgets_what_was_stored_a_week_ago(workspace):
    send(track("Exported", userId="maya"))
    jobs.run_stage("intake", NOW)
    send(track("Invited", userId="maya"))

    jobs.run_stage("compaction", NOW + timedelta(days=6))
    assert IntakeBatch.objects.count() == 2
    jobs.run_stage("compaction", NOW + timedelta(days=8))

    assert IntakeBatch.objects.get().status == IntakeBatch.WAITING, "what waits is never forgotten"


def test_one_worker_at_a_time_reads_a_workspace(workspace):
    send(track("Exported", userId="maya"))
    params = connection.get_connection_params()
    wanted = {k: params[k] for k in ("dbname", "user", "password", "host", "port") if params.get(k)}

    with psycopg.connect(**wanted) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [_INTAKE_LOCK, workspace.pk])
        assert jobs.run_stage("intake", NOW) == 0
        other.execute("SELECT pg_advisory_unlock(%s, %s)", [_INTAKE_LOCK, workspace.pk])
    assert jobs.run_stage("intake", NOW) == 1


def test_sorts_a_day_that_is_over_by_account_once(workspace, lake):
    for n in range(3):
        send(*(track("Exported", userId=f"u{who}", groupId=f"a{who}", at=NOW - hours(n / 10)) for who in range(20)))
        jobs.run_stage("intake", NOW)
    assert len(tables.files(workspace.pk, EVENTS)) == 3
    before = engine.run(engine.read(workspace.pk, EVENTS)).sort_by("message_id")

    jobs.run_stage("compaction", NOW + timedelta(days=1))

    (kept,) = tables.files(workspace.pk, EVENTS)
    accounts = pq.read_table(kept, columns=["account_id"])["account_id"].to_pylist()
    assert accounts == sorted(accounts)
    assert engine.run(engine.read(workspace.pk, EVENTS)).sort_by("message_id") == before
    jobs.run_stage("compaction", NOW + timedelta(days=1, hours=2))
    assert tables.files(workspace.pk, EVENTS) == [kept]


def test_does_not_sort_again_what_is_too_large_for_one_file(workspace, tmp_path):
    ids = list(range(50_000))
    rows = pa.table({"account_id": [n * 7919 % 50_000 for n in ids], "text": [str(n * n) for n in ids]})
    write_deltalake(str(tmp_path / "t"), rows)
    kept = DeltaTable(str(tmp_path / "t"))

    kept.optimize.z_order(["account_id"], target_size=100_000)

    found = pa.table(kept.get_add_actions(flatten=True))
    along = sorted(zip(found["min.account_id"].to_pylist(), found["max.account_id"].to_pylist(), strict=True))
    assert len(along) > 1
    assert all(one[1] <= following[0] for one, following in pairwise(along))
