"""A kill of the worker at any moment loses nothing acknowledged and counts nothing twice."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest
from django.db import connection

from tenure.customers import queries as customers
from tenure.customers.models import Person, TraitChange
from tenure.kernel import jobs, tenancy
from tenure.lake import engine
from tenure.tracking import queries
from tenure.tracking.models import IntakeBatch, Refusal, RollupProgress
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY
from tests.given import given_workspace
from tests.tracking.sending import NOW, group, hours, identify, send, send_raw, track

CALLS, BATCH = 24_000, 400


def counts(workspace_id: int) -> dict[str, object]:
    """Everything that must not depend on how often it was done."""
    read = {t.name: engine.run(engine.read(workspace_id, t)).to_pandas() for t in (PERSON_DAY, ACCOUNT_DAY)}
    people = read["person_day"].drop(columns=["first_ts", "last_ts"])
    return {
        "events": queries.events_stored(),
        "people": sorted(customers.people().values_list("external_id", "traits__name")),
        "changes": TraitChange.objects.count(),
        "person_day": sorted(map(tuple, people.astype(str).values.tolist())),
        "account_day": sorted(map(tuple, read["account_day"].astype(str).values.tolist())),
        "refusals": Refusal.objects.count(),
    }


def test_reading_the_same_batches_again_changes_nothing(workspace):
    """As after a kill between storing and marking done, which is the longest stretch."""
    send(track("Exported", anonymousId="c", at=NOW - hours(40)), track("Old", userId="maya", at=NOW - hours(10**6)))
    send(identify(userId="maya", anonymousId="c", traits={"name": "Maya"}), group(userId="maya", groupId="fjord"))
    jobs.run_stage("intake", NOW)
    before = counts(workspace.pk)

    Refusal.objects.all().delete()
    IntakeBatch.objects.update(status=IntakeBatch.WAITING)
    RollupProgress.objects.update(reattribution_id=0)
    jobs.run_stage("intake", NOW)

    assert counts(workspace.pk) == before
    assert (before["events"], before["refusals"]) == (3, 1)


@pytest.mark.django_db(transaction=True)
def test_kill_9_at_any_moment_counts_everything_once(lake):
    workspace = given_workspace()
    moments: list[Callable[[], bool]] = [
        Person.everywhere.exists,
        lambda: any(lake.rglob("events/dt=*/*.parquet")),
        lambda: any(lake.rglob("person_day/_delta_log/*.json")),
    ]
    with tenancy.scope(workspace.pk):
        fill_log()
        for moment in moments:
            kill_when(moment, lake)
            assert IntakeBatch.objects.filter(status=IntakeBatch.WAITING).exists(), "killed before it was done"
        jobs.run_stage("intake", NOW)

        assert queries.events_stored() == CALLS
        found = engine.run(engine.read(workspace.pk, EVENTS)).to_pandas()
        assert found["message_id"].nunique() == CALLS
        assert set(found["person_id"]) <= set(Person.objects.values_list("pk", flat=True))
        days = engine.run(engine.read(workspace.pk, PERSON_DAY)).to_pandas()
        assert days["n"].sum() == CALLS
        assert days["person_id"].nunique() == Person.objects.count() == 500
        assert engine.run(engine.read(workspace.pk, ACCOUNT_DAY)).to_pandas()["events"].sum() == CALLS


def fill_log() -> None:
    for first in range(0, CALLS, BATCH):
        calls = [
            {
                "type": "track",
                "event": f"Event {n % 7}",
                "userId": f"u{n % 500}",
                "messageId": f"m{n}",
                "timestamp": (datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=30 * n)).isoformat(),
            }
            for n in range(first, first + BATCH)
        ]
        send_raw(msgspec.json.encode({"batch": calls}), BATCH)


def kill_when(moment: Callable[[], bool], lake: Path) -> None:
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + connection.settings_dict["NAME"]).geturl()
    worker = subprocess.Popen(
        [sys.executable, "-m", "tenure.config.command", "work"],
        env={**os.environ, "DATABASE_URL": url, "TENURE_LAKE": str(lake)},
    )
    deadline = time.monotonic() + 120
    while not moment():
        assert worker.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.002)
    worker.kill()
    worker.wait(10)
