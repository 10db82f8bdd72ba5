"""Metrics, retention, funnels and milestones for other programs: the same numbers as the pages, and CSV."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.customers import queries as customers
from tenure.insights.registry import metrics
from tenure.kernel import jobs, tenancy
from tenure.workspaces.types import ApiScope
from tests.api.conftest import Caller, key_with
from tests.tracking.sending import group, send, track

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture
def caller(client, workspace, at):
    at(NOW)
    january, march = NOW.replace(month=1, day=10), NOW.replace(day=10)
    send(
        group(userId="maya", groupId="fjord", traits={"name": "Fjord", "plan": "Premium"}, at=january),
        group(userId="ann", groupId="kestrel", traits={"name": "Kestrel", "plan": "Basic"}, at=january),
        track("Signed Up", userId="maya", at=january),
        track("Signed Up", userId="ann", at=january),
        track("Exported", userId="maya", at=january + timedelta(hours=2)),
        track("Exported", userId="maya", at=march),
        received_at=NOW,
    )
    jobs.run_stage("intake", NOW)
    with tenancy.scope(workspace.pk):
        return Caller(client, key_with(ApiScope.READ, ApiScope.WRITE))


def test_lists_what_there_is_with_formulas(caller):
    answer = caller.get("/metrics", limit=500)

    assert {m["name"]: m["formula"] for m in answer.json["items"]} == {m.name: str(m.formula) for m in metrics()}


def test_a_month_without_data_is_null(caller):
    answer = caller.get("/metrics/active_accounts", **{"from": "2026-01-01"})

    assert [(r["period"], r["value"], r["so_far"]) for r in answer.json["items"]] == [
        ("2026-01-01", 2, False),
        ("2026-02-01", None, False),
        ("2026-03-01", 1, True),
    ]
    assert caller.csv("/metrics/active_accounts", **{"from": "2026-01-01"})[2][:3] == ["2026-02-01", "", ""]


def test_a_value_opens_to_its_accounts(caller):
    answer = caller.get("/metrics/active_accounts/accounts", period="2026-03-01", by="plan", group="Premium")

    assert [a["account_name"] for a in answer.json["items"]] == ["Fjord"]


def test_refuses_what_it_does_not_know(caller):
    assert caller.get("/metrics/moons").json["code"] == "no_such_metric"
    assert caller.get("/metrics/mau", by="colour").json["code"] == "split_unknown"
    assert caller.get("/metrics/mau", to="9999-12-31").json["code"] == "range_unusable"
    assert caller.get("/metrics/mau/accounts", period="0001-01-01").json["code"] == "period_unusable"
    assert caller.get("/retention", by="plan", change="2026-01-01").json["code"] == "retention_unusable"
    assert caller.get("/funnels/7").json["code"] == "no_such_funnel"


def test_retention_with_its_curves_and_accounts(caller):
    cells = caller.get("/retention", **{"from": "2026-01-01"}).json["items"]
    points = caller.get("/retention/curves", **{"from": "2026-01-01"}).json["items"]
    gone = caller.get("/retention/accounts", cohort="2026-01-01", age=2, came_back="false").json["items"]

    assert [(c["age"], c["size"], c["active"]) for c in cells] == [(0, 2, 2), (1, 2, None), (2, 2, 1)]
    assert [(p["age"], p["share"]) for p in points] == [(0, 1.0)]
    assert [a["account_name"] for a in gone] == ["Kestrel"]


def test_a_funnel_is_defined_read_and_removed(caller):
    made = caller.post(
        "/funnels", {"name": "First export", "steps": [["Signed Up"], ["Exported"]], "limit_seconds": 86_400}
    )
    path = f"/funnels/{made.json['id']}"

    assert made.status == 201
    steps = caller.get(f"{path}/steps", **{"from": "2026-01-01"}).json["items"]
    assert [(s["step"], s["count"], s["median_seconds"]) for s in steps] == [(1, 2, None), (2, 1, 7_200.0)]
    stopped = caller.get(f"{path}/accounts", step=1, stopped="true", **{"from": "2026-01-01"}).json["items"]
    assert [a["account_name"] for a in stopped] == ["Kestrel"]
    assert caller.post(path, method="delete").status == 204
    assert caller.get("/funnels").json["items"] == []


def test_milestones_and_how_an_account_stands(caller):
    made = caller.post("/milestones", {"name": "First export", "event": "Exported", "due_days": 7})
    fjord, kestrel = sorted((a.pk for a in customers.accounts()), key=lambda pk: customers.account(pk).name)

    standings = {
        pk: [s["standing"] for s in caller.get(f"/milestones/accounts/{pk}").json["items"]] for pk in (fjord, kestrel)
    }

    assert made.status == 201
    assert standings == {fjord: ["reached"], kestrel: ["missed"]}
    assert caller.post("/milestones", {"name": "First export", "event": "x", "due_days": 7}).status == 422
    assert caller.post(f"/milestones/{made.json['id']}", method="delete").status == 204
    assert caller.get("/milestones").json["items"] == []
