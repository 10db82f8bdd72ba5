"""The lifecycle through the API."""

import pytest

from tests.lifecycle.given import ROAD, follow, given_lifecycle
from tests.segments.given import DAY, NOW, given_account


@pytest.fixture
def fjord(workspace, at):
    at(NOW)
    given_lifecycle()
    found = given_account("fjord", plan="Premium")
    follow()
    return found


def test_tells_the_stages_and_who_is_in_them(api, fjord):
    whole = api.get("/lifecycle").json

    assert whole["definition"]["stages"][1] == {"key": "active", "name": "Active"}
    assert "- key: active" in whole["text"]
    stages = api.get("/lifecycle/stages").json["items"]
    assert [(s["key"], s["accounts"]) for s in stages] == [("trial", 0), ("active", 1), ("gone", 0)]
    for asked in ({"stage": "active"}, {"account_id": fjord}):
        assert [s["account_name"] for s in api.get("/lifecycle/stays", **asked).json["items"]] == ["Fjord"]
    assert api.csv("/lifecycle/stages")[0][:3] == ["key", "name", "accounts"]
    assert api.get("/lifecycle/stays", stage="nowhere").json["code"] == "no_such_stage"


def test_tells_who_went_where(api, workspace, at):
    at(NOW)
    given_lifecycle()
    given_account("kestrel")
    follow()
    window = {"since": NOW.isoformat(), "until": (NOW + DAY).isoformat()}

    assert api.get("/lifecycle/moves", **window).json["items"] == [{"source": "", "target": "trial", "accounts": 1}]
    assert len(api.get("/lifecycle/stays", came_from="", went_to="trial", **window).json["items"]) == 1


def test_changes_the_stages_and_brings_them_back(api, fjord):
    before = api.get("/lifecycle").json["version"]
    text = ROAD.replace("name: Gone", "name: Left us")

    wrong = api.post("/lifecycle", {"text": ROAD.replace("to: gone", "to: x")}, method="put")
    seen = api.post(
        "/lifecycle/preview", {"text": ROAD.replace("mood", "plan").replace("value: bad", "value: Premium")}
    )
    changed = api.post("/lifecycle", {"text": text, "version": before}, method="put")

    assert (wrong.status, wrong.json["code"]) == (422, "lifecycle_wrong")
    assert wrong.json["problems"][0]["line"] == 14
    assert seen.json["moving"] == [{"source": "active", "target": "gone", "accounts": 1}]
    assert changed.json["version"] == before + 1
    assert api.post("/lifecycle", {"text": ROAD, "version": before}, method="put").status == 409
    assert api.get("/lifecycle/versions").json["items"][0]["changes"] == ["−   name: Gone", "+   name: Left us"]
    assert api.post(f"/lifecycle/versions/{before}/restore", {}).json["definition"]["stages"][2]["name"] == "Gone"
    assert api.post("/lifecycle/versions/99/restore", {}).status == 404


def test_reading_keys_change_nothing(reading, fjord):
    assert reading.post("/lifecycle", {"text": ROAD}, method="put").status == 403


def test_puts_accounts_into_a_stage_and_takes_it_back(api, fjord):
    heron = given_account("heron")
    follow()  # fjord is active, heron on trial
    why = {"reason": "They told us", "until": "2026-04-01"}

    done = api.post("/lifecycle/placements", {"account_ids": [fjord, heron], "stage": "gone", **why})

    assert (done.json["placed"], done.json["left"]) == ([fjord], [heron])
    (held,) = api.get("/lifecycle/placements", stage="gone").json["items"]
    assert (held["account_name"], held["reason"], held["until"]) == ("Fjord", "They told us", "2026-04-01")
    assert (held["is_exception"], held["ended_at"]) == (False, None)
    assert api.csv("/lifecycle/placements")[1][2:5] == ["Fjord", "gone", "They told us"]
    refused = api.post("/lifecycle/placements", {"account_ids": [heron], "stage": "gone", **why})
    assert (refused.status, refused.json["code"]) == (409, "no_transition_leads_there")
    also = {"account_ids": [heron], "stage": "gone", "way": "exception", **why}
    assert api.post("/lifecycle/placements", also).json["placed"] == [heron]
    assert api.post(f"/lifecycle/placements/{done.json['undo_id']}/take-back", {}).json == {"accounts": 1}
    over = api.post(f"/lifecycle/accounts/{heron}/placement", method="delete")
    assert (over.json["stage"], over.json["ended_at"] is not None) == ("gone", True)
    assert api.get("/lifecycle/placements").json["items"] == []
    assert api.post(f"/lifecycle/accounts/{heron}/placement", method="delete").json["code"] == "no_such_placement"


def test_reading_keys_put_nobody_anywhere(reading, fjord):
    asked = {"account_ids": [fjord], "stage": "gone", "reason": "They told us"}

    assert reading.post("/lifecycle/placements", asked).status == 403
