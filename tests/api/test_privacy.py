"""Erasure, export, retention and consent over the API."""

import io
import json
import zipfile

import pytest

from tenure.channels import queries as messages
from tenure.customers import queries as customers
from tenure.kernel import jobs, tenancy
from tenure.privacy import queries
from tenure.workspaces import queries as workspaces
from tenure.workspaces.types import ApiScope
from tests.api.conftest import Caller, key_with
from tests.api.given import NOW
from tests.given import given_workspace


@pytest.fixture
def officer(workspace, client):
    """Call with a key for privacy alone."""
    return Caller(client, key_with(ApiScope.PRIVACY, name="Officer"))


def body_of(caller, path):
    answer = caller.client.get(f"/api/v1{path}", headers=caller.headers)
    return answer, b"".join(answer.streaming_content)


def test_somebody_is_erased_once_for_a_key_and_the_ledger_says_so(made, officer):
    known_as = customers.person(made.person).external_id
    body = {"kind": "person", "external_id": known_as, "reason": f"{known_as} asked"}

    asked = officer.post("/privacy/erasures", body, key="erase-1")
    again = officer.post("/privacy/erasures", body, key="erase-1")
    twice = officer.post("/privacy/erasures", {"kind": "person", "id": made.person})

    assert (asked.status, asked.json["status"], asked.json["answers"]) == (201, "waiting", [])
    assert (again.status, again.json) == (201, asked.json)
    assert (twice.status, twice.json["code"]) == (409, "already_being_erased")
    (entry,) = workspaces.audit_trail().filter(action="privacy.erase")
    assert (entry.actor, entry.details) == ("key Officer", {"kind": "person"})

    jobs.run_stage("erasures", NOW)

    done = officer.get(f"/privacy/erasures/{asked.json['id']}").json
    assert (done["status"], done["reason"]) == ("done", "(erased) asked")
    assert done["answers"][-1]["domain"] == "workspaces"
    assert [each["id"] for each in officer.get("/privacy/erasures", known_as=known_as).json["items"]] == [done["id"]]
    assert officer.get("/privacy/erasures", known_as=known_as, kind="account").json["items"] == []
    assert len(officer.csv("/privacy/erasures")) == 2


def test_an_erasure_needs_one_id(made, officer):
    for whom in ({}, {"id": made.person, "external_id": "maya"}):
        assert officer.post("/privacy/erasures", {"kind": "person", **whom}).json["code"] == "whom_missing"
    unknown = officer.post("/privacy/erasures", {"kind": "account", "external_id": "nobody"})
    assert (unknown.status, unknown.json["code"]) == (404, "no_such_account")
    assert queries.erasures().count() == 0


def test_everything_is_exported_and_written_down(made, officer):
    answer, content = body_of(officer, f"/people/{made.person}/export")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        rows = [json.loads(line) for line in archive.read("playbooks_calllog.jsonl").decode().splitlines()]
    assert [row["notes"] for row in rows] == ["They are well."]

    answer, content = body_of(officer, f"/accounts/{made.account}/export?format=jsonl")
    assert answer["Content-Type"] == "application/x-ndjson"
    tables = {json.loads(line)["table"] for line in content.decode().splitlines()}
    assert {"customers_account", "customers_person", "events", "playbooks_run"} <= tables
    assert workspaces.audit_trail().filter(action="privacy.export", actor="key Officer").count() == 2


@pytest.mark.parametrize("caller", ["api", "reading"])
def test_other_scopes_neither_export_nor_erase(made, caller, request):
    caller = request.getfixturevalue(caller)

    assert caller.get(f"/people/{made.person}/export").status == 403
    assert caller.get(f"/accounts/{made.account}/export").status == 403
    assert caller.get("/privacy/erasures").status == 403
    assert caller.post("/privacy/erasures", {"kind": "person", "id": made.person}).status == 403
    assert caller.post("/privacy/retention", {"kind": "events", "days": 400}, method="put").status == 403
    assert queries.erasures().count() == 0


def test_retention_is_read_and_set(made, officer, reading):
    assert {rule["days"] for rule in reading.get("/privacy/retention").json["items"]} == {None}

    set_to = officer.post("/privacy/retention", {"kind": "calls", "days": 30}, method="put")
    assert (set_to.status, set_to.json["days"], set_to.json["applied_at"]) == (200, 30, None)
    jobs.run_stage("retention", NOW)
    (calls,) = [rule for rule in reading.get("/privacy/retention").json["items"] if rule["kind"] == "calls"]
    assert (calls["applied_at"], calls["forgotten"]) == ("2026-03-10T12:00:00Z", 0)

    short = officer.post("/privacy/retention", {"kind": "events", "days": 30}, method="put")
    assert (short.status, short.json["code"]) == (422, "retention_too_short")
    assert officer.post("/privacy/retention", {"kind": "calls", "days": None}, method="put").json["days"] is None


def test_a_consent_is_recorded_once_and_its_withdrawal_unsubscribes(made, api):
    topic = next(iter(messages.topic_names()))
    yes = {"person_id": made.person, "purpose": topic, "is_given": True, "source": "form", "at": "2026-03-01T10:00:00Z"}

    assert [api.post("/privacy/consents", yes).status for _ in range(2)] == [201, 200]
    no = api.post("/privacy/consents", {**yes, "is_given": False, "at": "2026-03-02T10:00:00+01:00"})

    assert (no.status, no.json["at"]) == (201, "2026-03-02T09:00:00Z")
    listed = api.get("/privacy/consents", person_id=made.person).json["items"]
    assert [(each["is_given"], each["source"]) for each in listed] == [(False, "form"), (True, "form")]
    assert [each["topic"] for each in api.get(f"/people/{made.person}/unsubscribes").json["items"]] == [topic]
    assert api.post("/privacy/consents", {**yes, "purpose": " "}).json["code"] == "purpose_missing"
    assert api.post("/privacy/consents", {**yes, "at": "2026-03-02T10:00:00"}).status == 422


def test_another_workspace_reaches_nobody(made, client):
    elsewhere = given_workspace("Elsewhere")
    with tenancy.scope(elsewhere.pk):
        stranger = Caller(client, key_with(*ApiScope))

    assert stranger.get(f"/people/{made.person}/export").status == 404
    assert stranger.post("/privacy/erasures", {"kind": "account", "id": made.account}).status == 404
    assert stranger.get("/privacy/consents", person_id=made.person).status == 404
    assert queries.erasures().count() == 0
