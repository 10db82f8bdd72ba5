"""Health through the API: scorecards, scores with their parts, reasons, and what members say."""

import pytest

from tests.health.given import DAY, NOW, card, catch_up, given_account, given_scorecard, measure

SEATS = measure("Seats", {"trait": "seats"})


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


@pytest.fixture
def two():
    fjord, pine = given_account("fjord", seats=9), given_account("pine", seats=2)
    return given_scorecard("Seats", SEATS), fjord, pine


def test_scorecards_are_defined_changed_compared_and_archived(api, two):
    old, *_ = two
    made = api.post("/scorecards", {"name": "Other", "definition": card(SEATS)})
    assert made.status == 201
    pk = made.json["id"]
    assert made.json["definition"]["measures"][0]["reads"] == {"trait": "seats"}

    changed = api.post(
        f"/scorecards/{pk}", {"definition": card(measure("Seats", {"trait": "seats"}, linear=[0, 20]))}, method="patch"
    )
    assert changed.json["version"] == 2
    assert [v["number"] for v in api.get(f"/scorecards/{pk}/versions").json["items"]] == [2, 1]
    assert "linear: [0, 20]" in api.get(f"/scorecards/{pk}/text").json["text"]
    tried = api.post("/scorecards/preview", {"definition": changed.json["definition"], "against": old.pk}).json
    assert tried["moved"] == [{"before": "Good", "after": "Poor", "accounts": 1}]
    assert (tried["accounts"], tried["staying"]) == (2, 1)
    assert [s["name"] for s in api.get("/scorecards").json["items"]] == ["Seats", "Other"]
    api.post(f"/scorecards/{pk}/first")
    assert [s["name"] for s in api.get("/scorecards").json["items"]] == ["Other", "Seats"]
    api.post(f"/scorecards/{pk}/archive")
    assert [s["name"] for s in api.get("/scorecards", archived="true").json["items"]] == ["Other"]
    assert api.post(f"/scorecards/{pk}/restore").json["archived_at"] is None


def test_a_wrong_scorecard_is_refused_with_the_place(api):
    refused = api.post("/scorecards", {"name": "Wrong", "definition": card({"measure": "x", "reads": {"trait": "a"}})})

    assert refused.status == 422
    assert refused.json["code"] == "scorecard_wrong"
    assert refused.json["problems"] == [{"path": "measures[0].scores", "code": "field_missing"}]


def test_scores_are_listed_and_taken_apart(api, two):
    scorecard, fjord, pine = two

    listed = api.get("/health").json["items"]
    assert [(row["account_id"], row["score"], row["band"]) for row in listed] == [
        (pine, 20, "Poor"),
        (fjord, 90, "Good"),
    ]
    assert [row["account_id"] for row in api.get("/health", band=2).json["items"]] == [fjord]
    one = api.get(f"/health/{fjord}", scorecard_id=scorecard.pk).json
    assert (one["score"], one["coverage"], one["is_main"]) == (90, 100, True)
    assert [(p["key"], p["reading_words"], p["adds"]) for p in one["parts"]] == [("Seats", "9", 90.0)]
    assert api.get("/health/999999").status == 404


def test_says_why_a_score_changed(api, at, two):
    _, fjord, _ = two
    at(NOW + DAY)
    given_account("fjord", at=NOW + DAY, seats=4)
    catch_up()

    why = api.get(f"/health/{fjord}/why", since="2026-03-10T13:00:00Z", until="2026-03-11T13:00:00Z").json

    assert (why["before"], why["after"]) == (90, 40)
    assert [(t["kind"], t["amount"], t["words"]) for t in why["terms"]] == [("measure", -50.0, "Seats: 9 → 4")]
    assert [line["score"] for line in api.get(f"/health/{fjord}/history").json["items"]] == [90, 40]
    assert api.get(f"/health/{fjord}/why", since="2026-03-10T13:00:00", until="2026-03-11").status == 422


def test_members_judge_and_override(api, two):
    scorecard, fjord, _ = two

    assert api.post(f"/health/{fjord}/judgements", {"score": 25, "note": "Quiet"}).status == 201
    said = api.post(f"/health/{fjord}/overrides", {"scorecard_id": scorecard.pk, "score": 60, "reason": "Move"})

    assert said.status == 201
    assert [j["score"] for j in api.get(f"/health/{fjord}/judgements").json["items"]] == [25]
    assert api.get(f"/health/{fjord}").json["score"] == 60
    assert api.get(f"/health/{fjord}/overrides").json["items"][0]["reason"] == "Move"
    assert api.post(f"/health/overrides/{said.json['id']}/end").json == {"account_id": fjord}
    assert api.get(f"/health/{fjord}").json["score"] == 90
