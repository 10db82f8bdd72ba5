"""Every kind of bad input gets the answer the SDKs expect, is kept with its reason, and costs no neighbour."""

import gzip
import json
import socket
import zlib
from datetime import UTC, datetime, timedelta

import psutil
import pytest
import requests

from tenure.kernel import clock, tenancy
from tenure.tracking import queries as tracking
from tenure.workspaces.models import WriteKey
from tenure.workspaces.queries import is_only_workspace
from tests.collect.conftest import given_write_key, post, refusals, stored, wait_for

MB = 1024 * 1024


def good(number: int) -> dict[str, object]:
    return {"type": "track", "event": "Opened", "userId": f"person-{number}", "messageId": f"good-{number}"}


DEEP = b"[" * 3_000 + b"]" * 3_000
IN_A_YEAR = f"{datetime.now(UTC).date() + timedelta(days=366)}T00:00:00Z"  # no more: test processes must name it alike
BAD_CALLS = [
    ("id_missing", b'{"type":"track","event":"Opened","messageId":"bad"}'),
    ("id_missing", b'{"type":"track","event":"Opened","userId":"","anonymousId":null}'),
    ("event_name_missing", b'{"type":"track","userId":"ada"}'),
    ("group_id_missing", b'{"type":"group","userId":"ada"}'),
    ("type_unknown", b'{"userId":"ada"}'),
    ("type_unknown", b'{"type":"delete","userId":"ada"}'),
    ("type_unknown", b'{"type":7,"userId":"ada"}'),
    ("call_not_an_object", b'"hello"'),
    ("call_not_an_object", b"null"),
    ("field_wrong", b'{"type":"track","event":"Opened","userId":{"id":1}}'),
    ("field_wrong", b'{"type":"track","event":["Opened"],"userId":"ada"}'),
    ("field_wrong", b'{"type":"identify","userId":"ada","traits":["plan"]}'),
    ("field_too_long", b'{"type":"identify","userId":"%s"}' % (b"a" * 256)),
    ("nul_character", b'{"type":"identify","userId":"a\\u0000da"}'),
    ("timestamp_too_early", b'{"type":"identify","userId":"ada","timestamp":"1970-01-01T00:00:00.000Z"}'),
    ("timestamp_in_future", b'{"type":"identify","userId":"ada","timestamp":"%s"}' % IN_A_YEAR.encode()),
    ("timestamp_unreadable", b'{"type":"identify","userId":"ada","timestamp":"yesterday"}'),
    ("timestamp_unreadable", b'{"type":"identify","userId":"ada","timestamp":1771234567890}'),
    ("timestamp_unreadable", b'{"type":"identify","userId":"ada","timestamp":"9999-12-31T23:59:59-23:59"}'),
    ("call_too_large", b'{"type":"identify","userId":"ada","traits":{"bio":"%s"}}' % (b"a" * 33_000)),
    ("too_many_properties", json.dumps(
        {"type": "track", "event": "Opened", "userId": "ada", "properties": {f"p{n}": n for n in range(10_000)}}
    ).encode()),
    ("nested_too_deep", b'{"type":"track","event":"Opened","userId":"ada","properties":{"a":%s}}' % DEEP),
    ("not_utf8", b'{"type":"track","event":"Opened","userId":"ada","properties":{"a":"\xe9t\xe9"}}'),
    ("not_utf8", b'{"type":"track","event":"\xff","userId":"ada"}'),
]  # fmt: skip


@pytest.mark.parametrize(("code", "call"), BAD_CALLS)
def test_refuses_one_call_and_keeps_its_neighbours(door, write_key, code, call):
    before, after = json.dumps(good(1)).encode(), json.dumps(good(2)).encode()

    answer = post(door, "/v1/batch", b'{"batch":[%s,%s,%s]}' % (before, call, after), key=write_key)

    assert answer.status_code == 200
    assert answer.json()["taken"] == 2
    assert [refusal["code"] for refusal in answer.json()["refusals"]] == [code]
    assert answer.json()["refusals"][0]["index"] == 1
    assert stored() == [good(1), good(2)]
    (kept,) = refusals()
    assert (kept.code, bytes(kept.raw), kept.size) == (code, call[:65536], len(call))
    assert (kept.write_key, kept.path) == (write_key, "/v1/batch")
    assert kept.reason
    assert kept.workspace_id is not None


def test_answers_400_to_a_bad_call_sent_alone(door, write_key):
    answer = post(door, "/v1/track", {"event": "Opened"}, key=write_key)

    assert (answer.status_code, answer.json()["code"]) == (400, "id_missing")
    assert stored() == []
    assert [refusal.code for refusal in refusals()] == ["id_missing"]


@pytest.mark.parametrize(
    ("status", "code", "body"),
    [
        (400, "json_broken", b'{"batch":[{"type":"track"'),
        (400, "json_broken", b""),
        (400, "json_broken", b"\xff\xfe{"),
        (400, "json_broken", b"hello=world"),
        (400, "batch_missing", b"{}"),
        (400, "batch_missing", b"[]"),
        (400, "batch_missing", b'{"batch":{"type":"track"}}'),
        (400, "batch_missing", b'"batch"'),
        (400, "batch_missing", b"[" * 100_000),
        (400, "nested_too_deep", b'{"batch":' + b"[" * 100_000),
        (413, "batch_too_long", b'{"batch":[%s]}' % b",".join([b"{}"] * 10_001)),
    ],
)
def test_refuses_a_body_that_is_no_batch(door, write_key, status, code, body):
    answer = post(door, "/v1/batch", body, key=write_key)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["success"] is False
    assert stored() == []
    (kept,) = refusals()
    assert (kept.code, bytes(kept.raw), kept.size) == (code, body[:65536], len(body))


@pytest.mark.parametrize("body", [b"{", b"[]", b"7", b'{"userId":', b"[" * 100_000])
def test_refuses_a_single_call_that_is_no_object(door, write_key, body):
    answer = post(door, "/v1/identify", body, key=write_key)

    assert answer.status_code == 400
    assert stored() == []
    assert len(refusals()) == 1


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("wk_nobody_has_this", "write_key_unknown"),
        (None, "write_key_missing"),
        ("k" * 5_000, "write_key_unknown"),
        ("nul\x00", "write_key_unknown"),
        ("ключ", "write_key_unknown"),
    ],
)
def test_answers_401_to_a_key_nobody_has(door, empty_log, key, code):
    body = {"batch": [good(1)], "writeKey": key}

    answer = post(door, "/v1/batch", body)

    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert stored() == []
    (kept,) = refusals()
    assert (kept.workspace_id, kept.code) == (None, code)
    assert kept.write_key == (key or "").replace("\x00", "�")[:200]
    assert json.loads(bytes(kept.raw)) == body


def test_refuses_a_40_mb_body_before_it_has_come(door, write_key):
    headers = f"POST /v1/batch HTTP/1.1\r\nHost: tenure\r\nContent-Length: {40 * MB}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", door.port), timeout=10) as line:
        line.sendall(headers.encode() + b'{"batch":[')
        answer = b""
        while not answer.endswith(b"}"):
            answer += line.recv(65536)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"code":"body_too_large"' in answer
    (kept,) = refusals()
    assert (kept.code, kept.size) == ("body_too_large", 40 * MB)


def test_holds_no_40_mb_body_in_memory(door, write_key):
    process = psutil.Process(door.process.pid)
    before = process.memory_info().rss

    answer = post(door, "/v1/batch", b"x" * (40 * MB), key=write_key)

    assert answer.status_code == 413
    assert process.memory_info().rss - before < 30 * MB


def test_stops_reading_a_chunked_body_at_the_limit(door, write_key):
    answer = requests.post(door.url + "/v1/batch", data=iter([b"x" * 65536] * 640), auth=(write_key, ""), timeout=30)

    assert answer.status_code == 413
    (kept,) = refusals()
    assert kept.code == "body_too_large"
    assert bytes(kept.raw) == b"x" * 65536


def test_refuses_a_gzip_bomb(door, write_key):
    process = psutil.Process(door.process.pid)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b" " * MB) for _ in range(400)) + packer.flush()
    assert len(bomb) < MB
    before = process.memory_info().rss

    answer = post(door, "/v1/batch", bomb, key=write_key, headers={"Content-Encoding": "gzip"})

    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert process.memory_info().rss - before < 40 * MB
    assert [refusal.code for refusal in refusals()] == ["body_too_large"]


@pytest.mark.parametrize(
    ("encoding", "body", "status", "code"),
    [
        ("gzip", b"this is not gzip", 400, "gzip_broken"),
        ("gzip", gzip.compress(b'{"batch":[]}', mtime=0)[:-9], 400, "gzip_broken"),
        ("gzip", gzip.compress(b" ", mtime=0) * 5_000, 400, "gzip_broken"),
        ("gzip", gzip.compress(b"not json", mtime=0), 400, "json_broken"),
        ("br", b"anything", 415, "encoding_unknown"),
    ],
)
def test_refuses_a_packing_it_cannot_undo(door, write_key, encoding, body, status, code):
    answer = post(door, "/v1/batch", body, key=write_key, headers={"Content-Encoding": encoding})

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert [refusal.code for refusal in refusals()] == [code]


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ("😀 مرحبا 你好 \u202eabc", "😀 مرحبا 你好 \u202eabc"),
        ("\ud83d", "�"),
        ("half \udc00 way", "half � way"),
        ("pair \ud83d\ude00", "pair 😀"),
        ("\\ud83d", "\\ud83d"),
        (float("nan"), None),
        (float("-inf"), None),
        (1e308, 1e308),
    ],
)
def test_mends_what_sdks_really_send(door, write_key, sent, taken):
    call = {**good(1), "properties": {"name": sent}}

    answer = post(door, "/v1/batch", {"batch": [call, good(2)]}, key=write_key)

    assert answer.json() == {"success": True}
    assert stored() == [{**good(1), "properties": {"name": taken}}, good(2)]


def test_reads_past_a_byte_order_mark(door, write_key):
    answer = post(door, "/v1/batch", b"\xef\xbb\xbf" + json.dumps({"batch": [good(1)]}).encode(), key=write_key)

    assert answer.status_code == 200
    assert stored() == [good(1)]


def test_trusts_a_wrong_clock_about_how_long_ago(door, write_key):
    ahead = datetime.now(UTC) + timedelta(days=400)
    call = {**good(1), "timestamp": (ahead - timedelta(minutes=5)).isoformat()}

    answer = post(door, "/v1/batch", {"batch": [call], "sentAt": ahead.isoformat()}, key=write_key)

    assert answer.json() == {"success": True}
    assert stored() == [call]


def test_counts_what_a_broken_sender_repeats_without_keeping_it_all(door, write_key):
    bad = [{"type": "track", "event": "Opened", "messageId": f"bad-{number}"} for number in range(5_000)]

    answer = post(door, "/v1/batch", {"batch": [*bad, good(1)]}, key=write_key)

    assert (answer.json()["taken"], answer.json()["refused"]) == (1, 5_000)
    assert len(answer.json()["refusals"]) == 20
    assert stored() == [good(1)]
    wait_for(lambda: sum(refusal.count for refusal in refusals()) == 5_000)
    assert len(refusals()) < 300


def test_lets_a_retired_key_in_no_more_and_tells_its_workspace(door):
    key = given_write_key()
    WriteKey.everywhere.filter(key=key).update(retires_at=clock.now() - timedelta(seconds=1))

    answer = post(door, "/v1/batch", {"batch": [good(1)]}, key=key)

    assert (answer.status_code, answer.json()["code"]) == (401, "write_key_retired")
    (kept,) = refusals()
    assert kept.workspace_id == WriteKey.everywhere.get(key=key).workspace_id
    assert stored() == []


def test_shows_calls_with_a_key_nobody_has_where_there_is_one_workspace(door, write_key):
    post(door, "/v1/batch", {"batch": [good(1)]}, key="wk_nobody")
    mine = WriteKey.everywhere.get(key=write_key).workspace_id

    with tenancy.scope(mine):
        alone = is_only_workspace(mine)
        shown = [refusal.code for refusal in tracking.refusals()]
        counted = [(count.code, count.count) for count in tracking.refusal_counts()]

    assert shown == (["write_key_unknown"] if alone else [])
    assert counted == ([("write_key_unknown", 1)] if alone else [])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/batch", 405),
        ("PUT", "/v1/batch", 405),
        ("DELETE", "/v1/track", 405),
        ("POST", "/v1/nothing", 404),
        ("POST", "/v1/", 404),
        ("GET", "/v1/projects/wk_nobody/settings", 404),
    ],
)
def test_says_what_is_not_here(door, empty_log, method, path, status):
    answer = requests.request(method, door.url + path, data=b"{}", timeout=10)

    assert answer.status_code == status
    assert answer.json()["message"]
