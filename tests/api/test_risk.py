"""Risk and backtests over the API: paged, as CSV, and run."""

import pytest

from tenure.backtests import queries as backtests
from tenure.kernel import jobs
from tenure.risk import actions, queries
from tenure.workspaces import queries as workspaces
from tests.risk.world import NOW, kept, told


@pytest.fixture
def foretold(workspace, at):
    at(NOW)
    told(60)
    kept()
    actions.learn_again(NOW)
    actions.foretell_all(NOW)


def test_chances_are_paged_from_the_highest(foretold, api):
    found, cursor = [], ""
    while True:
        page = api.get("/risk", limit=7, cursor=cursor).json
        found += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert [r["account_id"] for r in found] == [r.account_id for r in queries.risks()]
    assert found[0]["chance"] >= found[-1]["chance"]
    assert found[0]["reasons"][0]["words"]
    assert len(api.csv("/risk")) == len(found) + 1
    assert {r["band"] for r in api.get("/risk", band="high").json["items"]} <= {"high"}
    assert api.get("/risk", cursor="WzEsMl0x").status in (400, 422)
    (model,) = api.get("/risk/models").json["items"]
    assert (model["version"], model["refusal"], model["told_later"]) == (1, "", True)
    assert model["auc_low"] < model["auc"] < model["auc_high"]


def test_a_backtest_is_asked_for_run_and_opened(foretold, api):
    asked = api.post("/backtests", {"kind": "risk", "top_share": 0.2})
    assert (asked.status, asked.json["status"], asked.json["top_share"]) == (201, "waiting", 0.2)
    of_so_many = api.post("/backtests", {"kind": "risk", "top_count": 15})
    assert (of_so_many.json["top_share"], of_so_many.json["top_count"]) == (None, 15)
    assert api.post("/backtests", {"kind": "risk", "top_count": 0}).status == 422
    assert "backtests.run" in {entry.action for entry in workspaces.audit_trail()}

    jobs.run_stage("backtests.run", NOW)

    path = f"/backtests/{asked.json['id']}"
    done = api.get(path).json
    assert done["status"] in ("done", "refused")
    assert [b["id"] for b in api.get("/backtests").json["items"]] == [of_so_many.json["id"], done["id"]]
    if done["status"] == "done":
        assert done["result"]["own"]["churns"] == done["churns"]
        behind, count = backtests.accounts_behind(backtests.backtest(done["id"]))
        page = api.get(f"{path}/accounts", limit=5).json
        assert [r["account_id"] for r in page["items"]] == [b.account_id for b in behind[:5]]
        assert len(api.csv(f"{path}/accounts")) == count + 1
        assert "taught anew" in done["how"]
        assert done["tops"]
        three = api.get(path, top="3").json["tops"][-1]
        assert (three["top"], three["simple_caught"]) == ("3", None)
        assert len(api.csv(f"{path}/accounts", top="3")) == three["flagged"] + 1
    assert api.get(path, top="none").status == 422
    assert api.post("/backtests", {"kind": "signal", "subject": "none"}).status == 422
    assert api.get("/backtests/999999").status == 404
