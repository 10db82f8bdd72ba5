"""Keeping the lake quick to read and the intake log small."""

from datetime import timedelta

import psycopg
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
    assert jobs.run_stage("intake", NOW) == 1
