"""Imports, exports and tickets over the API."""

import gzip
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tenure.conversations.models import Ticket
from tenure.customers.models import Account
from tenure.kernel import clock, jobs
from tests.api.conftest import read_csv


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.TENURE_HOME = tmp_path / "home"


def work():
    for _ in range(4):
        jobs.run_stage("file_imports", clock.now())
        jobs.run_stage("intake", clock.now())


def sent(api, content, name="accounts.csv", **more):
    answer = api.client.post(
        "/api/v1/imports", {"file": SimpleUploadedFile(name, content), "kind": "accounts", **more}, headers=api.headers
    )
    return api._answer(answer)


def rows(api, kind, *records, **more):
    body = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    query = "&".join(f"{k}={v}" for k, v in {"kind": kind, **more}.items())
    path = f"/api/v1/imports/rows?{query}"
    answer = api.client.post(path, body, content_type="application/x-ndjson", headers=api.headers)
    return api._answer(answer)


def test_a_file_is_checked_imported_and_taken_back(api):
    made = sent(api, gzip.compress("编号,城市\na1,北京\nnull,上海\n".encode("gb18030")), "a.csv.gz", run="dry_run")
    assert (made.status, made.json["status"], made.json["encoding"]) == (201, "checking", "gb18030")
    path = f"/imports/{made.json['id']}"
    work()
    checked = api.get(path).json
    assert (checked["status"], checked["new"], checked["refused"]) == ("checked", 1, 1)
    assert Account.objects.count() == 0

    assert api.post(f"{path}/run").json["status"] == "running"
    work()

    assert Account.objects.get().traits == {"城市": "北京"}
    (refused,) = api.get(f"{path}/refused").json["items"]
    assert (refused["number"], refused["code"], refused["cells"]) == (3, "id_is_junk", {"编号": "null", "城市": "上海"})
    file = read_csv(api.client.get(f"/api/v1{path}/error-file", headers=api.headers))
    assert file[1][1:] == ["3", "编号", "null", "上海"]
    api.post(f"{path}/undo")
    work()
    done = api.get(path).json
    assert (done["status"], done["removed"], Account.objects.count()) == ("undone", 1, 0)
    assert api.post(f"{path}/run").status == 409


def test_rows_of_every_kind_come_in_and_go_out_as_they_came(api):
    people = {"user_id": "maya", "email": "maya@fjord.example", "account_id": "fjord", "age": 7}
    use = {"event": "Exported", "timestamp": "2026-01-02T10:00:00Z", "userId": "maya", "properties": {"rows": 3}}
    plan = {"account": "fjord", "subscription": "s1", "unit_amount": "30", "quantity": 2, "started": "2026-01-01"}
    ticket = {"id": "t1", "subject": "Export fails", "email": "maya@fjord.example", "created_at": "2026-01-03"}
    for kind, record in (("people", people), ("events", use), ("subscriptions", plan), ("tickets", ticket)):
        made = rows(api, kind, record)
        work()
        of = api.get(f"/imports/{made.json['id']}").json
        assert (made.status, of["status"], of["new"], of["refused"]) == (201, "done", 1, 0), kind

    for kind in ("accounts", "people", "events", "subscriptions", "tickets"):
        answer = api.client.get(f"/api/v1/exports/{kind}", headers=api.headers)
        out = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
        csv = read_csv(api.client.get(f"/api/v1/exports/{kind}?format=csv", headers=api.headers))
        again = api.get(f"/imports/{rows(api, kind, *out).json['id']}").json
        work()
        again = api.get(f"/imports/{again['id']}").json
        assert len(csv) == len(out) + 1 > 1, kind
        assert (again["status"], again["refused"]) == ("done", 0), kind
        if kind != "accounts":  # an account without an id cannot be told from others
            assert (again["new"], again["changed"], again["same"]) == (0, 0, len(out)), kind
    (event,) = [
        json.loads(line)
        for line in b"".join(
            api.client.get("/api/v1/exports/events?since=2026-01-02&until=2026-01-02", headers=api.headers)
        ).splitlines()
    ]
    assert (event["user_id"], event["properties"], event["timestamp"]) == (
        "maya", {"rows": 3}, "2026-01-02T10:00:00+00:00",
    )  # fmt: skip
    none = api.client.get("/api/v1/exports/events?since=2026-01-03", headers=api.headers)
    assert b"".join(none) == b""
    (shown,) = api.get("/tickets").json["items"]
    assert (shown["external_id"], shown["status"]) == ("t1", "open")
    assert api.get(f"/tickets/{Ticket.objects.get().pk}").json == shown
    assert api.get("/tickets", status="solved").json["items"] == []


def test_every_row_can_be_one_event(api):
    order = {"customer": "1", "day": "1997-01-18", "cds": 2}
    mapping = "user_id=customer,timestamp=day,property.cds=cds"

    refused = rows(api, "events", order, mapping=mapping)
    made = rows(api, "events", order, mapping=mapping, event="Order Completed")

    assert (refused.status, refused.json["code"]) == (422, "import_columns_unusable")
    assert (made.status, made.json["event"]) == (201, "Order Completed")
    work()
    (event,) = [
        json.loads(line)
        for line in b"".join(api.client.get("/api/v1/exports/events", headers=api.headers)).splitlines()
    ]
    assert (event["event"], event["timestamp"]) == ("Order Completed", "1997-01-18T00:00:00+00:00")
    assert event["properties"] == {"cds": 2}


def test_what_cannot_be_used_is_said(api, reading):
    assert sent(reading, b"id\na\n").status == 403
    assert sent(api, b"\n").json["code"] == "file_unreadable"
    assert sent(api, b"plan\nPro\n", run="yes").json["code"] == "import_columns_unusable"
    assert sent(api, b"id\na\n", timezone="Nowhere").json["code"] == "import_time_zone_unknown"
    assert api.get("/imports/99").status == 404
