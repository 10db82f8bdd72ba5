"""Stages that run in a process of their own do there what they would do here."""

import os
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection

from tenure.connectors.simulator.hands import Order, OwnHands, SecondHands
from tenure.customers.announcements import AccountAppeared
from tenure.kernel import outbox, tenancy
from tenure.kernel.models import OutboxEntry
from tests.given import given_workspace

MOMENT = datetime(2026, 3, 4, 15, tzinfo=UTC)


@pytest.fixture
def environment(transactional_db):
    address = settings.TENURE_DATABASE_URL.replace("/postgres?", f"/{connection.settings_dict['NAME']}?", 1)
    return {**os.environ, "DATABASE_URL": address}


@pytest.fixture
def workspace_id(transactional_db):
    made = given_workspace().pk
    with tenancy.scope(made):
        outbox.deliver()
    return made


def order(workspace_id, *stages):
    with tenancy.scope(workspace_id):
        outbox.announce(AccountAppeared(workspace_id=workspace_id, at=MOMENT, account_id=0, is_solo=False))
    return Order(workspace_id, stages, MOMENT)


def test_a_second_process_does_what_this_one_would(environment, workspace_id):
    own = OwnHands()
    own.begin(order(workspace_id, "announcements", "journeys"))
    here = own.finish()

    with SecondHands(environment) as second:
        second.begin(order(workspace_id, "announcements", "journeys"))
        there = second.finish()
        again = second.finish()

    assert (here, there, again) == (1, 1, 0)
    assert OutboxEntry.objects.filter(delivered_at=MOMENT).count() == 2


def test_what_fails_there_is_raised_here_and_the_next_order_is_taken(environment, workspace_id):
    with SecondHands(environment) as second:
        second.begin(order(workspace_id, "no such stage"))
        with pytest.raises(RuntimeError, match="no such stage"):
            second.finish()

        second.begin(order(workspace_id, "announcements"))
        assert second.finish() == 2


def test_a_process_that_ends_is_noticed(environment, workspace_id):
    with SecondHands(environment) as second:
        second.begin(order(workspace_id, "announcements"))
        second._process.kill()

        with pytest.raises(EOFError, match="has ended"):
            second.finish()
