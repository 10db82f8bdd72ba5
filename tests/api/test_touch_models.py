"""Touch models through the API."""

import pytest

from tests.segments.given import DAY, NOW, given_account
from tests.touch_models.given import THREE, follow, given_models, given_mrr


@pytest.fixture
def fjord(workspace, at):
    at(NOW)
    found = given_account("fjord", mrr=300)
    given_models()
    return found


def test_is_missing_until_there_are_some(api, workspace):
    assert api.get("/touch-models").json["code"] == "no_touch_models"
    assert api.get("/touch-models/models").json["items"] == []
    made = api.post("/touch-models", {"text": THREE, "version": 0}, method="put")
    assert (made.status, made.json["version"]) == (200, 1)


def test_tells_the_models_and_who_has_them(api, fjord):
    models = api.get("/touch-models/models").json["items"]

    assert [(m["key"], m["accounts"]) for m in models] == [("high_touch", 0), ("low_touch", 1), ("tech_touch", 0)]
    assert models[2]["channels_forbidden"] == ["email", "phone"]
    assert models[1]["expected_churn"]["share"] is None
    (one,) = api.get("/touch-models/accounts", model="low_touch").json["items"]
    assert (one["account_id"], one["cause"], one["lock_reason"]) == (fjord, "first", "")
    assert api.csv("/touch-models/models")[0][-7:-5] == ["expected_churn.share", "expected_churn.low"]


def test_locks_and_unlocks(api, fjord):
    locked = api.post(
        f"/touch-models/accounts/{fjord}/lock", {"model": "high_touch", "reason": "A friend"}, method="put"
    )
    refused = api.post(f"/touch-models/accounts/{fjord}/lock", {"model": "x", "reason": "A friend"}, method="put")
    unlocked = api.post(f"/touch-models/accounts/{fjord}/lock", method="delete")

    assert (locked.json["model"], locked.json["lock_reason"], locked.json["cause"]) == (
        "high_touch",
        "A friend",
        "lock",
    )
    assert refused.json["code"] == "no_such_touch_model"
    assert unlocked.json["lock_reason"] == ""
    assert api.post(f"/touch-models/accounts/{fjord}/lock", method="delete").status == 404


def test_does_the_steps_of_a_change(api, fjord, at):
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()

    (first, _) = api.get("/touch-models/steps").json["items"]
    done = api.post(f"/touch-models/steps/{first['id']}/complete", {})

    assert (first["title"], done.json["done_at"] is not None) == ("Introduce yourself", True)
    assert len(api.get("/touch-models/steps").json["items"]) == 1
    assert api.post(f"/touch-models/steps/{first['id']}/reopen", {}).json["done_at"] is None
    (change,) = api.get("/touch-models/changes").json["items"]
    assert (change["source"], change["target"], change["accounts"]) == ("low_touch", "high_touch", 1)


def test_changes_previews_and_brings_back(api, fjord):
    text = THREE.replace("name: Low-touch", "name: Pooled")

    wrong = api.post("/touch-models", {"text": THREE.replace("[phone]", "[pigeon]")}, method="put")
    seen = api.post("/touch-models/preview", {"text": text})
    changed = api.post("/touch-models", {"text": text, "version": 1}, method="put")

    assert (wrong.status, wrong.json["code"]) == (422, "touch_models_wrong")
    assert seen.json["moves"] == 0
    assert changed.json["version"] == 2
    assert api.post("/touch-models", {"text": THREE, "version": 1}, method="put").status == 409
    assert api.get("/touch-models/versions").json["items"][0]["accounts"] == 1
    assert api.post("/touch-models/versions/1/restore", {}).json["definition"]["models"][1]["name"] == "Low-touch"


def test_leaves_a_step_of_a_change_out_and_opens_it_again(api, fjord, at):
    at(NOW + 11 * DAY)
    given_mrr(fjord, 2000)
    follow()
    (first, _) = api.get("/touch-models/steps").json["items"]

    left_out = api.post(f"/touch-models/steps/{first['id']}/leave-out", {}).json

    assert (left_out["is_left_out"], left_out["done_at"]) == (True, None)
    assert len(api.get("/touch-models/steps").json["items"]) == 1
    assert api.post(f"/touch-models/steps/{first['id']}/complete", {}).json["code"] == "no_such_step"
    assert api.post(f"/touch-models/steps/{first['id']}/reopen", {}).json["is_left_out"] is False
