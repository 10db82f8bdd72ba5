"""Merging, duplicates, hierarchies and facts over the API."""

from datetime import UTC, datetime

import pytest

from tenure.customers import actions, queries
from tests.customers.calls import grouped

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def pair(workspace) -> tuple[int, int]:
    calls = [
        grouped(n, user_id=f"u{n}", group_id=g, traits={"domain": "fjord.example", "name": g, "mrr": 10})
        for n, g in enumerate(("fjord", "twin"))
    ]
    first, second = actions.resolve_calls(calls).account_ids
    return first, second


def test_two_are_merged_listed_and_parted(pair, api):
    made = api.post("/merges", {"kind": "account", "kept_id": pair[0], "merged_id": pair[1]})
    assert (made.status, made.json["moved"]) == (201, {"places": 1, "traits": 3, "accounts": 0})
    merge_id = made.json["id"]
    assert api.get(f"/accounts/{pair[1]}").json["id"] == pair[0]
    assert [m["id"] for m in api.get("/merges", kind="account", id=pair[0]).json["items"]] == [merge_id]

    assert api.post(f"/merges/{merge_id}/part").status == 200
    assert api.get(f"/accounts/{pair[1]}").json["id"] == pair[1]
    refused = api.post(f"/merges/{merge_id}/part")
    assert (refused.status, refused.json["code"]) == (409, "merge_undone")


def test_duplicates_are_listed_and_refused(pair, api):
    actions.find_duplicates(now=NOW)
    (found,) = api.get("/duplicates").json["items"]

    assert (found["reason"], {found["first"], found["second"]}) == ("domain", {"fjord", "twin"})
    assert api.post(f"/duplicates/{found['id']}/refuse").status == 204
    assert api.get("/duplicates").json["items"] == []
    assert len(api.csv("/duplicates", refused="true")) == 2


def test_a_parent_is_set_and_sums_are_given(pair, api):
    answer = api.post(f"/hierarchy/{pair[1]}/parent", {"parent_id": pair[0]}, method="put")
    assert answer.json["parent_ids"] == [pair[0]]

    family = api.get(f"/hierarchy/{pair[0]}").json
    assert ([b["id"] for b in family["below"]], family["mrr"], family["people"]) == ([pair[1]], 20.0, 2)
    circle = api.post(f"/hierarchy/{pair[0]}/parent", {"parent_id": pair[1]}, method="put")
    assert (circle.status, circle.json["code"]) == (409, "accounts_in_circle")


def test_facts_are_said_and_rules_are_set(pair, api):
    fact = {"kind": "account", "id": pair[0], "name": "plan", "value": "enterprise", "pin": True}
    said = api.post("/traits/fact", fact, method="put").json
    assert (said["value"], said["words"][0]["is_pinned"]) == ("enterprise", True)
    actions.set_account_traits(pair[0], {"plan": "free"}, source="stripe evt_1")
    assert queries.account(pair[0]).traits["plan"] == "enterprise"

    rule = {"kind": "account", "name": "plan", "type": "text", "sources": ["stripe"]}
    assert api.post("/traits/rules", rule, method="put").json["sources"] == ["stripe"]
    assert [r["name"] for r in api.get("/traits/rules").json["items"]] == ["plan"]
    read = api.get("/traits/fact", kind="account", id=pair[0], name="plan").json
    assert [(w["value"], w["counts"]) for w in read["words"]] == [("free", False), ("enterprise", True)]


def test_traits_are_computed_and_removed(pair, api):
    formula = {"basis": "people", "measure": "count", "where": "role", "equals": "user"}
    made = api.post("/computed-traits", {"subject": "account", "name": "users", "formula": formula})
    assert (made.status, made.json["formula"]["where"]) == (201, "role")

    assert [t["name"] for t in api.get("/computed-traits").json["items"]] == ["users"]
    again = api.post("/computed-traits", {"subject": "account", "name": "users", "formula": formula})
    assert (again.status, again.json["code"]) == (409, "computation_exists")
    assert api.post(f"/computed-traits/{made.json['id']}", method="delete").status == 204
