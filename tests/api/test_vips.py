"""VIPs through the API."""

import pytest

from tenure.customers import queries as customers
from tests.segments.given import NOW, given_account
from tests.touch_models.given import THREE, given_models
from tests.vips.given import RULES, given_rules


@pytest.fixture
def fjord(workspace, at):
    at(NOW)
    found = given_account("fjord", domain="fjord.example", funding_total_usd=3_200_000)
    given_rules()
    return found


def test_tells_who_is_one_and_why(api, fjord):
    (vip,) = api.get("/vips").json["items"]

    assert (vip["account_name"], vip["level"], vip["accepted_on"]) == ("Fjord", "silver", None)
    assert vip["reasons"][0]["evidence"] == {"funding_total_usd": 3_200_000}
    assert api.get("/vips", reason="brand").json["items"] == []
    assert [(r["key"], r["accounts"]) for r in api.get("/vips/reasons").json["items"]] == [
        ("value", 0), ("brand", 0), ("funding", 1),
    ]  # fmt: skip
    assert len(api.csv("/vips")) == 2


def test_records_an_acceptance_and_takes_it_back(api, fjord):
    said = {"level": "silver", "accepted_by": "Maya Lin", "accepted_on": "2026-03-09"}

    made = api.post(f"/vips/accounts/{fjord}/acceptances", said)
    late = api.post(f"/vips/accounts/{fjord}/acceptances", {**said, "accepted_on": "2026-04-09"})

    assert (made.json["includes"], made.json["is_current"], made.json["until"]) == (["A 1:1 demo"], True, None)
    assert late.json["code"] == "acceptance_incomplete"
    assert [a["accepted_by"] for a in api.get("/vips/acceptances").json["items"]] == ["Maya Lin"]
    api.post(f"/vips/acceptances/{made.json['id']}/withdraw", {})
    assert api.get("/vips/acceptances").json["items"] == []
    api.post(f"/vips/acceptances/{made.json['id']}/restore", {})
    assert api.get("/vips").json["items"][0]["accepted_by"] == "Maya Lin"


def test_changes_previews_and_brings_back(api, workspace, at):
    at(NOW)
    given_account("fjord", mrr=1500)
    assert api.get("/vips/rules").json["code"] == "no_vip_rules"

    made = api.post("/vips/rules", {"text": RULES, "version": 0}, method="put")
    seen = api.post("/vips/rules/preview", {"text": RULES.replace("2000", "1000")})
    wrong = api.post("/vips/rules", {"text": RULES.replace("key: brand", "key: value")}, method="put")

    assert made.json["version"] == 1
    assert (seen.json["coming"], seen.json["going"]) == (1, 0)
    assert (wrong.status, wrong.json["code"]) == (422, "vip_rules_wrong")
    api.post("/vips/rules", {"text": RULES.replace("2000", "1000"), "version": 1}, method="put")
    assert len(api.get("/vips").json["items"]) == 1
    assert api.post("/vips/versions/1/restore", {}).json["version"] == 3
    assert [v["number"] for v in api.get("/vips/versions").json["items"]] == [3, 2, 1]


def test_makes_a_link_and_takes_it_back(api, fjord):
    made = api.post(f"/vips/accounts/{fjord}/links", {"level": "silver", "days": 3})
    unknown = api.post(f"/vips/accounts/{fjord}/links", {"level": "gold-plated"})

    (listed,) = api.get(f"/vips/accounts/{fjord}/links").json["items"]
    assert listed == made.json
    assert (listed["status"], listed["expires_at"][:10], listed["opened_at"]) == ("open", "2026-03-13", None)
    assert "/terms/" in listed["url"]
    assert unknown.json["code"] == "no_such_vip_level"
    assert api.post(f"/vips/links/{listed['id']}/revoke", {}).json["status"] == "revoked"
    assert api.get(f"/vips/accounts/{fjord}/links").json["items"] == []


def test_mails_a_link_to_whom_it_is_meant_for(api, fjord):
    (ann,) = customers.people_of(fjord)
    made = api.post(f"/vips/accounts/{fjord}/links", {"level": "silver", "person_id": ann.id}).json
    anybody = api.post(f"/vips/accounts/{fjord}/links", {"level": "silver"}).json
    assert (made["person_name"], made["can_be_mailed"], made["is_mailed"]) == ("Ann of fjord", True, False)

    assert api.post(f"/vips/links/{made['id']}/mail", {}).json["is_mailed"] is True
    assert api.post(f"/vips/links/{anybody['id']}/mail", {}).json["code"] == "nobody_to_mail_to"
    given_models(THREE.replace("forbidden: [email, phone]", "forbidden: [email]"))
    assert api.post(f"/vips/links/{made['id']}/mail", {}).json["code"] == "channel_forbidden"


def test_lists_acceptances_with_as_many_statements_whatever_their_number(api, fjord, django_assert_max_num_queries):
    said = {"level": "silver", "accepted_by": "Maya Lin", "accepted_on": "2026-03-09"}
    for _ in range(12):
        api.post(f"/vips/accounts/{fjord}/acceptances", said)

    with django_assert_max_num_queries(12):
        assert len(api.get("/vips/acceptances").json["items"]) == 12
