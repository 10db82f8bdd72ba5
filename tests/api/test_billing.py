"""Billing over the API."""

from datetime import UTC, datetime

import pytest
from jsonschema import Draft202012Validator

from tenure.billing import actions
from tenure.customers.models import Account
from tenure.kernel import tenancy
from tests.billing.telling import day, state


@pytest.fixture
def billed(reading, at):
    at(datetime(2026, 6, 20, tzinfo=UTC))
    actions.record_subscription_states(
        [state(quantity=2), state(40, quantity=3), state(50, external_id="b", account="beta", started_at=day(50))]
    )
    return reading


def described():
    from tenure.api.urls import api

    return api.get_openapi_schema(path_prefix="/api/v1/")


def test_lists_movements_in_pages_and_as_csv(billed):
    first = billed.get("/billing/movements", limit=2).json
    second = billed.get("/billing/movements", limit=2, cursor=first["next_cursor"]).json

    assert [m["amount"] for m in first["items"] + second["items"]] == [5000, 5000, 10000]
    assert second["next_cursor"] is None
    assert first["items"][1]["by_currency"] == {"USD": [5000, 15000]}
    assert [m["kind"] for m in billed.get("/billing/movements", kind="expansion").json["items"]] == ["expansion"]


def test_says_what_an_account_pays_and_who_pays(billed):
    acme = Account.objects.get(external_id="acme").pk
    one = billed.get(f"/billing/accounts/{acme}").json

    assert (one["mrr"], one["status"], one["seats"], one["plan"]) == (15000, "active", 3, "Basic")
    assert [a["mrr"] for a in billed.get("/billing/accounts").json["items"]] == [15000, 5000]
    assert [a["mrr"] for a in billed.get("/billing/accounts", on="2026-01-10").json["items"]] == [10000]
    assert billed.get("/billing/accounts/999999999").status == 404


def test_months_sum_to_mrr(billed):
    months = billed.get("/billing/months").json["items"]

    assert [m["mrr"] for m in months] == [10000, 20000, 20000, 20000, 20000, 20000]
    for m in months:
        kinds = ("new", "expansion", "contraction", "churn", "reactivation")
        assert m["mrr_before"] + sum(m[k] for k in kinds) == m["mrr"]


@pytest.mark.parametrize("path", ["/billing/movements", "/billing/months", "/billing/accounts"])
def test_answers_as_described(billed, path):
    schemas = described()["components"]["schemas"]
    operation = described()["paths"]["/api/v1" + path]["get"]
    schema = operation["responses"][200]["content"]["application/json"]["schema"]

    Draft202012Validator({**schema, "components": {"schemas": schemas}}).validate(billed.get(path).json)


def test_odd_days_and_cursors_are_refused(billed):
    assert billed.get("/billing/movements", since="0001-01-01").status == 422
    assert billed.get("/billing/movements", cursor="WzEsMl0").status == 422
    assert tenancy.workspace_in_scope()


def test_months_are_split_into_groups_that_sum_to_the_whole(billed):
    whole = {m["month"]: m["mrr"] for m in billed.get("/billing/months").json["items"]}
    split = billed.get("/billing/months", by="plan").json["items"]

    assert {month: sum(m["mrr"] for m in split if m["month"] == month) for month in whole} == whole
    assert all(m["group"] for m in split)
    assert billed.get("/billing/months", by="shoe_size").status == 422
