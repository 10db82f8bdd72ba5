"""When more waits than can be stored soon, senders are asked to come back, and they do."""

from collections.abc import Iterator

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from segment.analytics.client import Client

from tenure.tracking.models import IntakeBatch
from tests.collect.conftest import LiveDoor, close_door, open_door, post, stored, wait_for


@pytest.fixture
def narrow_door(write_key) -> Iterator[LiveDoor]:
    """A door behind which at most three calls may wait."""
    door = open_door(TENURE_INTAKE_BACKLOG="3")
    yield door
    close_door(door)


def refused(door: LiveDoor) -> bool:
    return requests.get(f"{door.url}/v1/healthz", timeout=5).status_code == 429


def test_a_backlog_is_answered_with_429_until_it_is_worked_off(narrow_door, write_key):
    calls = [{"type": "track", "event": "E", "userId": "ada", "messageId": f"m{n}"} for n in range(3)]
    assert post(narrow_door, "/v1/batch", {"batch": calls}, key=write_key).status_code == 200
    wait_for(lambda: refused(narrow_door))

    answer = post(narrow_door, "/v1/batch", {"batch": calls}, key=write_key)

    assert answer.status_code == 429
    assert answer.json()["code"] == "overloaded"
    assert int(answer.headers["retry-after"]) == 15
    assert len(stored()) == 3
    IntakeBatch.everywhere.update(status=IntakeBatch.DONE)
    wait_for(lambda: not refused(narrow_door))
    assert post(narrow_door, "/v1/batch", {"batch": calls}, key=write_key).status_code == 200


def test_an_sdk_waits_and_loses_nothing(narrow_door, write_key):
    calls = [{"type": "track", "event": "E", "userId": "ada", "messageId": f"m{n}"} for n in range(3)]
    post(narrow_door, "/v1/batch", {"batch": calls}, key=write_key)
    wait_for(lambda: refused(narrow_door))
    errors: list[object] = []
    client = Client(write_key, host=narrow_door.url, upload_interval=0.1, on_error=lambda *e: errors.append(e))

    client.track("ada", "Later")
    wait_for(lambda: figures(narrow_door)["tenure_collect_refused_total", "overloaded"] >= 1)
    IntakeBatch.everywhere.update(status=IntakeBatch.DONE)
    client.flush()
    client.join()

    assert errors == []
    assert [call["event"] for call in stored()] == ["E", "E", "E", "Later"]


def figures(door: LiveDoor) -> dict[tuple[str, ...], float]:
    told = requests.get(f"{door.url}/v1/metrics", timeout=5).text
    samples = [s for family in text_string_to_metric_families(told) for s in family.samples]
    return {("tenure_collect_refused_total", "overloaded"): 0.0} | {
        (s.name, *s.labels.values()): s.value for s in samples
    }


def test_counts_what_it_took_and_refused(narrow_door, write_key):
    post(narrow_door, "/v1/t", {"event": "E", "userId": "ada"}, key=write_key)
    post(narrow_door, "/v1/t", {"event": "E"}, key=write_key)
    post(narrow_door, "/v1/t", {"event": "E", "userId": "ada"}, key="wk_nobody")

    told = figures(narrow_door)

    assert told["tenure_collect_taken_total",] == 1
    assert told["tenure_collect_refused_total", "id_missing"] == 1
    assert told["tenure_collect_refused_total", "write_key_unknown"] == 1
    assert (
        requests.get(f"{narrow_door.url}/v1/metrics", headers={"X-Forwarded-For": "10.1.1.1"}, timeout=5).status_code
        == 404
    )
