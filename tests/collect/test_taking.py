"""What is acknowledged is stored, from every path and in every form the SDKs use."""

import gzip
import json

import pytest
import requests

from tenure.tracking.models import IntakeBatch
from tests.collect.conftest import connect, post, refusals, stored

CALL = {"type": "track", "event": "Project created", "userId": "ada", "messageId": "m1", "properties": {"n": 1}}
PATHS = {
    "identify": {"userId": "ada", "traits": {"plan": "pro"}},
    "group": {"userId": "ada", "groupId": "harbor", "traits": {"name": "Harbor"}},
    "track": {"userId": "ada", "event": "Opened"},
    "page": {"anonymousId": "a-1", "name": "Pricing"},
    "screen": {"anonymousId": "a-1", "name": "Home"},
    "alias": {"userId": "ada", "previousId": "a-1"},
}


def test_stores_what_it_acknowledges(door, write_key):
    answer = post(door, "/v1/batch", {"batch": [CALL], "sentAt": "2026-03-04T05:06:07Z"}, key=write_key)

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert stored() == [CALL]
    assert refusals() == []
    (batch,) = IntakeBatch.everywhere.all()
    assert batch.event_count == 1
    assert batch.sent_at is not None
    assert batch.sent_at.isoformat() == "2026-03-04T05:06:07+00:00"
    assert batch.status == IntakeBatch.WAITING
    assert batch.workspace_id is not None
    assert batch.write_key_id is not None


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import", "/v1/batch/", "/v1/b/"])
def test_takes_batches_at_every_address_of_the_sdks(door, write_key, path):
    assert post(door, path, {"batch": [CALL, CALL]}, key=write_key).status_code == 200
    assert stored() == [CALL, CALL]


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize("short", [True, False])
@pytest.mark.parametrize("kind", PATHS)
def test_takes_single_calls_and_knows_their_type_by_the_path(door, write_key, kind, short, slash):
    answer = post(door, f"/v1/{kind[0] if short else kind}{slash}", {**PATHS[kind], "writeKey": write_key})

    assert answer.status_code == 200
    assert stored() == [{"type": kind, **PATHS[kind], "writeKey": write_key}]


@pytest.mark.parametrize("how", ["basic", "body", "both"])
def test_finds_the_write_key_in_both_places(door, write_key, how):
    body = {"batch": [CALL], **({"writeKey": write_key} if how != "basic" else {})}

    assert post(door, "/v1/batch", body, key=write_key if how != "body" else None).status_code == 200
    assert stored() == [CALL]


@pytest.mark.parametrize("kind", ["text/plain", "text/plain;charset=UTF-8", "application/json", ""])
def test_does_not_mind_the_content_type(door, write_key, kind):
    answer = post(door, "/v1/t", {**CALL, "writeKey": write_key}, headers={"Content-Type": kind})

    assert answer.status_code == 200


@pytest.mark.parametrize("named", [True, False])
def test_unpacks_gzip(door, write_key, named):
    body = gzip.compress(json.dumps({"batch": [CALL] * 200}).encode())

    answer = post(door, "/v1/batch", body, key=write_key, headers={"Content-Encoding": "gzip"} if named else {})

    assert answer.json() == {"success": True}
    assert stored() == [CALL] * 200


def test_takes_3_mb_at_once(door, write_key):
    calls = [{**CALL, "messageId": f"m{number}", "properties": {"text": "x" * 1_000}} for number in range(2_800)]

    assert post(door, "/v1/batch", {"batch": calls}, key=write_key).json() == {"success": True}
    assert stored() == calls


def test_takes_an_empty_batch_and_stores_nothing(door, write_key):
    assert post(door, "/v1/batch", {"batch": []}, key=write_key).status_code == 200
    assert IntakeBatch.everywhere.count() == 0


def test_takes_numbers_as_ids(door, write_key):
    calls = [{"type": "identify", "userId": 7}, {"type": "identify", "userId": 0}]

    assert post(door, "/v1/batch", {"batch": calls}, key=write_key).json() == {"success": True}
    assert stored() == calls


def test_takes_a_group_that_names_nobody(door, write_key):
    call = {"type": "group", "groupId": "harbor", "traits": {"seats": 12}}

    assert post(door, "/v1/batch", {"batch": [call]}, key=write_key).json() == {"success": True}
    assert stored() == [call]


def test_wakes_the_intake_worker(door, write_key):
    with connect() as listener:
        listener.execute("LISTEN tenure_intake")
        post(door, "/v1/batch", {"batch": [CALL]}, key=write_key)

        first = [notice.channel for notice in listener.notifies(timeout=5, stop_after=1)]
        for _ in range(2):
            post(door, "/v1/batch", {"batch": [CALL]}, key=write_key)
        second = [notice.channel for notice in listener.notifies(timeout=5, stop_after=1)]

    assert first == second == ["tenure_intake"]


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/t", "/v1/identify", "/v1/projects/any/settings"])
def test_lets_browsers_of_any_site_in(door, empty_log, path):
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,x-retry-count",
    }
    answer = requests.options(door.url + path, headers=asked, timeout=10)

    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    allowed = {name.strip() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert {"authorization", "content-type", "x-retry-count", "content-encoding"} <= allowed
    assert int(answer.headers["access-control-max-age"]) > 0


@pytest.mark.parametrize("body", [b"{", b'{"batch":[]}'])
def test_lets_browsers_read_every_answer(door, empty_log, body):
    answer = post(door, "/v1/batch", body)

    assert answer.headers["access-control-allow-origin"] == "*"


def test_tells_the_browser_sdk_to_send_here_and_nowhere_else(door, write_key):
    answer = requests.get(f"{door.url}/v1/projects/{write_key}/settings", timeout=10)

    assert answer.status_code == 200
    assert list(answer.json()["integrations"]) == ["Segment.io"]
    destination = answer.json()["integrations"]["Segment.io"]
    assert destination["apiKey"] == write_key
    assert f"{destination['protocol']}://{destination['apiHost']}" == f"{door.url}/v1"


def test_tells_the_browser_sdk_to_use_tls_behind_a_proxy_that_does(door, write_key):
    headers = {"X-Forwarded-Proto": "https", "Host": "events.example"}

    answer = requests.get(f"{door.url}/v1/projects/{write_key}/settings", headers=headers, timeout=10)

    destination = answer.json()["integrations"]["Segment.io"]
    assert (destination["protocol"], destination["apiHost"]) == ("https", "events.example/v1")


def test_says_it_is_well(door, empty_log):
    assert requests.get(f"{door.url}/v1/healthz", timeout=10).json()["status"] == "ok"


def test_does_not_compress_the_log_twice(empty_log):
    with connect() as line:
        storage = line.execute(
            "SELECT attstorage FROM pg_attribute WHERE attrelid = 'tracking_intakebatch'::regclass"
            " AND attname = 'content'"
        ).fetchone()

    assert storage in {("e",), (b"e",)}
