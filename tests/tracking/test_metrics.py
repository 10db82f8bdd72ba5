"""How far storing is behind, and what was taken and refused, as a monitoring system reads it."""

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tenure.kernel import jobs
from tenure.tracking import queries
from tenure.tracking.actions.tidying import REFUSALS_KEPT, tidy
from tenure.tracking.models import MicroBatch
from tenure.tracking.rules.lagging import buckets, middle
from tests.tracking.sending import NOW, hours, send, track


def figures() -> dict[tuple[str, ...], float]:
    return {
        (s.name, *s.labels.values()): s.value
        for family in text_string_to_metric_families(queries.metrics().decode())
        for s in family.samples
    }


def test_counts_what_waits_and_how_old_it_is(workspace, at):
    at(NOW)
    send(track("A", userId="maya"), track("B", userId="maya"), received_at=NOW - hours(1))

    told = figures()

    assert told["tenure_intake_waiting_batches",] == 1
    assert told["tenure_intake_waiting_calls",] == 2
    assert told["tenure_intake_waiting_oldest_seconds",] == 3_600


def test_counts_what_was_stored_and_how_long_it_waited(workspace, at):
    at(NOW)
    send(track("A", userId="maya", messageId="m1"), track("A", userId="maya", messageId="m1"))
    send(track("B", userId="maya"), received_at=NOW - hours(1))
    jobs.run_stage("intake", NOW)

    told = figures()

    assert told["tenure_intake_waiting_calls",] == 0
    assert told["tenure_intake_calls_total",] == 3
    assert told["tenure_intake_stored_total",] == 2
    assert told["tenure_intake_lag_seconds_bucket", "60"] == 2
    assert told["tenure_intake_lag_seconds_bucket", "1800"] == 2
    assert told["tenure_intake_lag_seconds_bucket", "+Inf"] == told["tenure_intake_lag_seconds_count",] == 3
    assert told["tenure_intake_lag_seconds_sum",] >= 3_600
    assert {name[1] for name in told if name[0] == "tenure_intake_seconds_total"} == {
        "read", "resolve", "append", "count", "observe",
    }  # fmt: skip
    (turn,) = MicroBatch.objects.all()
    assert (turn.batches, turn.calls, turn.stored, turn.refused) == (2, 3, 2, 0)
    assert turn.oldest_seconds >= 3_600 > turn.median_seconds


def test_goes_on_counting_what_was_refused_after_it_is_forgotten(workspace, at):
    at(NOW)
    send(track("A"), track("B"))
    jobs.run_stage("intake", NOW)
    assert figures()["tenure_intake_refused_total", "id_missing"] == 2

    tidy(workspace.pk, NOW + REFUSALS_KEPT + hours(1))

    assert queries.refusals().count() == 0
    assert figures()["tenure_intake_refused_total", "id_missing"] == 2


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 200), ({"X-Forwarded-For": "10.1.1.1"}, 404)],
)
def test_tells_only_this_machine(workspace, headers, status):
    assert Client().get("/metrics", headers=headers).status_code == status


def test_tells_who_has_the_token(workspace, settings):
    settings.TENURE_METRICS_TOKEN = "t0ken"

    assert Client().get("/metrics").status_code == 404
    answer = Client().get("/metrics", headers={"Authorization": "Bearer t0ken", "X-Forwarded-For": "10.1.1.1"})
    assert answer.status_code == 200
    assert b"tenure_intake_lag_seconds_bucket" in answer.content


def test_middle_and_buckets_weigh_batches_by_their_calls():
    waits = [(0.4, 1), (3.0, 7), (40.0, 2), (5_000.0, 1)]

    assert middle(waits) == 3.0
    assert middle(waits, 0.95) == 5_000.0
    assert middle([]) == 0.0
    assert buckets(waits) == {"0.5": 1, "5": 7, "60": 2, "inf": 1}
