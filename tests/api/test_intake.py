"""The tracking plan and replays, for other programs."""

import json
from datetime import UTC, datetime

import pytest

from tenure.kernel import jobs
from tenure.tracking.actions.intake_log import append_refusals
from tenure.tracking.models import IntakeBatch, Refusal
from tenure.tracking.types import RefusedCall
from tests.tracking.sending import send, track

T0 = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(at):
    at(T0)


def test_shows_the_plan(api):
    send(track("Exported", userId="maya", at=T0, properties={"pages": 3}), received_at=T0)
    jobs.run_stage("intake", T0)

    (event,) = api.get("/tracking-plan/events").json["items"]
    (property_,) = api.get("/tracking-plan/properties", event="Exported").json["items"]

    assert (event["name"], event["calls"], event["people"], event["is_stopped"]) == ("Exported", 1, 1, False)
    assert (property_["name"], property_["types"], property_["looked_at"]) == ("pages", {"number": 1}, 1)
    assert [row[0] for row in api.csv("/tracking-plan/events")] == ["name", "Exported"]


def test_makes_and_removes_rules(api):
    made = api.post("/tracking-plan/rules", {"kind": "hash", "field": "email"})
    assert made.status == 201
    assert api.post("/tracking-plan/rules", {"kind": "drop", "field": "email"}).status == 409
    assert api.post("/tracking-plan/rules", {"kind": "rename", "event": "A"}).status == 422
    assert [r["field"] for r in api.get("/tracking-plan/rules").json["items"]] == ["email"]

    gone = api.client.delete(f"/api/v1/tracking-plan/rules/{made.json['id']}", headers=api.headers)

    assert gone.status_code == 204
    assert api.get("/tracking-plan/rules").json["items"] == []


def test_sends_again_what_was_refused(api, workspace):
    raw = b'{"type":"track","event":"E"}'
    append_refusals(
        [RefusedCall(workspace_id=workspace.pk, received_at=T0, code="id_missing", reason="", raw=raw, size=len(raw))]
        * 2
    )
    first, second = Refusal.objects.order_by("pk")

    mended = json.dumps({"type": "track", "event": "E", "userId": "maya"})
    assert api.post("/replays", {"refusal_id": first.pk, "mended": mended}).json == {"refusals": 1}
    assert api.post("/replays", {"refusal_id": first.pk}).status == 409
    assert api.post("/replays", {"code": "id_missing"}).json == {"refusals": 1}
    assert api.post("/replays", {}).status == 422
    assert api.post("/replays", {"refusal_id": 999_999}).status == 404
    jobs.run_stage("replays", T0)

    assert IntakeBatch.objects.count() == 1
    second.refresh_from_db()
    assert (second.replay_asked_at, second.refused_again_at is None) == (None, False)
    assert [r["id"] for r in api.get("/refusals", came_in="true").json["items"]] == [first.pk]
    assert [r["came_in_at"] for r in api.get("/refusals", came_in="false").json["items"]] == [None]
    assert api.get("/refusals/counts").json["items"] == [{"code": "id_missing", "count": 1, "came_in": 1}]
