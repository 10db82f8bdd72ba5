"""Whatever is sent, the door answers 2xx or 4xx and goes on."""

import gzip
import json

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.collect.conftest import post, stored
from tests.collect.test_checking import batches, json_values

paths = st.sampled_from(["/v1/batch", "/v1/b", "/v1/import", "/v1/track", "/v1/i", "/v1/group/", "/v1/alias"])
bodies = (
    st.binary(max_size=400)
    | json_values.map(lambda value: json.dumps(value).encode())
    | batches.map(lambda batch: json.dumps({"batch": batch}).encode())
    | st.lists(json_values, max_size=4).map(lambda batch: json.dumps({"batch": batch, "sentAt": batch}).encode())
)
encodings = st.sampled_from(["", "gzip", "identity", "br", "gzip, gzip", "\xff"])
authorizations = st.sampled_from(
    [None, "", "Basic", "Basic !!!", "Basic OjpAOg==", "Bearer x", "Basic /////w==", "\xfe"]
)
KNOWN = {200, 400, 401, 413, 415}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=paths, body=bodies, encoding=encodings, packed=st.booleans(), authorization=authorizations)
def test_any_request_is_answered(door, write_key, path, body, encoding, packed, authorization):
    headers = {"Content-Encoding": encoding.encode("latin-1")} if encoding else {}
    if authorization is not None:
        headers["Authorization"] = authorization.encode("latin-1")

    answer = requests.post(
        door.url + path,
        data=gzip.compress(body) if packed else body,
        headers=headers,
        auth=None if authorization is not None else (write_key, ""),
        timeout=20,
    )

    assert answer.status_code in KNOWN
    assert isinstance(answer.json()["success"], bool)
    assert door.process.poll() is None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batch=batches)
def test_what_is_counted_as_taken_is_in_the_log(door, write_key, batch):
    before = len(stored())

    answer = post(door, "/v1/batch", {"batch": batch}, key=write_key)

    assert answer.status_code == 200
    assert len(stored()) - before == answer.json().get("taken", len(batch))
