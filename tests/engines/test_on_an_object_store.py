"""A lake on an object store is read by the engine itself, at the same address, over the S3 protocol."""

import os
from datetime import timedelta

import pytest

from tenure.config.commands import doctor
from tenure.customers import queries as customers
from tenure.lake import cluster, engine, tables
from tenure.tracking import queries as tracking
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS
from tests.lake.store import KEYS, keep_lake_in, s3_server
from tests.tracking.sending import NOW, group, hours, identify, track
from tests.web.test_accounts import given_use


@pytest.fixture(scope="module")
def store():
    """Run an S3 server; the engine is told of it as one tells it on its own machines."""
    with s3_server() as address:
        said = {
            "AWS_ENDPOINT": address,
            "AWS_ENDPOINT_URL": address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": KEYS["TENURE_S3_KEY_ID"],
            "AWS_SECRET_ACCESS_KEY": KEYS["TENURE_S3_SECRET"],
        }
        before = {name: os.environ.get(name) for name in said}
        os.environ.update(said)
        yield address
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def test_answers_are_those_from_a_lake_read_here(workspace, store, sail_address, settings, tmp_path, at):
    at(NOW)
    keep_lake_in(store, tmp_path.name, settings)
    given_use(
        identify(userId="maya", at=NOW - hours(80)),
        group(userId="maya", groupId="fjord", at=NOW - hours(80)),
        *(track("Exported", userId="maya", at=NOW - hours(9 * n)) for n in range(8)),
    )
    fjord = customers.account_by_external_id("fjord").pk
    today = NOW.date()

    def ask():
        return [tracking.usage_by_day(fjord, today - timedelta(days=9), today), tracking.event_names()]

    here = ask()
    assert sum(day.events for day in here[0]) == 8
    settings.TENURE_ENGINE = sail_address
    there = ask()

    assert there == here
    assert cluster._local.session._there, "the engine was asked nothing"
    found = tables.files(workspace.pk, EVENTS)
    assert {uri.partition("/tenure/")[0] for uri in found} == {"s3:/"}
    assert engine.count_there(EVENTS, found) == tables.count_rows(workspace.pk, EVENTS) == 10
    assert engine.count_there(ACCOUNT_DAY, tables.files(workspace.pk, ACCOUNT_DAY)) == len(here[0])
    assert all(finding.fine for finding in doctor._engine())
