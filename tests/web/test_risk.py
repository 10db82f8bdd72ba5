"""The risk pages: chances with their reasons and record, or the words why there are none."""

from typing import Any

import pytest
from django.template.loader import render_to_string

from tenure.kernel import jobs, outbox
from tenure.risk import actions, queries
from tenure.snapshots import queries as snapshots
from tenure.snapshots import rules
from tenure.snapshots.actions import take_week
from tenure.snapshots.models import SnapshotTaken
from tenure.snapshots.types import monday_of
from tenure.workspaces.queries import audit_trail
from tenure.workspaces.types import PermissionRole
from tests.risk.world import NOW, kept, told
from tests.web.visiting import read, read_csv, visit


@pytest.fixture
def foretold(workspace: Any, at: Any) -> None:
    at(NOW)
    told(60)
    kept()
    actions.learn_again(NOW)
    actions.foretell_all(NOW)


def test_an_empty_workspace_is_told_why_there_is_nothing(workspace):
    page = read(visit().get("/risk/"))

    assert "No chance is claimed" in page
    assert "that takes some eight weeks of use, and fewer are known so far" in page


def test_before_the_first_model_it_says_what_is_missing(workspace, at):
    at(NOW)
    told(10)
    browser = visit()
    weeks = rules.weeks_to_begin_with(snapshots.first_week_known(), monday_of(NOW))

    assert f"the past is being read first, 0 of {len(weeks)} weeks so far" in read(browser.get("/risk/"))
    take_week(weeks[0], NOW)
    assert f"the past is being read first, 1 of {len(weeks)} weeks so far" in read(browser.get("/risk/"))
    for week in weeks[1:]:
        SnapshotTaken.objects.create(day=week, known="then", known_at=NOW, taken_at=NOW)
    assert snapshots.is_past_taken()
    assert "the past has been read, and the chances are there in a minute or two" in read(browser.get("/risk/"))


def test_accounts_stand_by_their_chance_with_reasons_and_record(foretold):
    client = visit()
    page = read(client.get("/risk/"))
    first = queries.top_risks(1)[0]

    assert f"/accounts/{first.account_id}/" in page
    assert first.reasons[0].words in page
    assert "What was foretold, and what came" in page
    rows = read_csv(client.get("/risk/accounts.csv"))
    assert rows[0][:3] == ["account_id", "account", "chance"]
    assert [int(r[0]) for r in rows[1:]] == [r.account_id for r in queries.risks()]
    high = read(client.get("/risk/", {"band": "high"}))
    assert all(f"/accounts/{r.account_id}/" not in high for r in queries.risks().exclude(band="high"))
    some = [r for r in queries.risks() if 0.1 <= r.chance <= 0.4]
    between = read(client.get("/risk/", {"from": "0.1", "to": "0.4"}))
    assert between.count('class="row-link"') == len(some)
    assert "chance 10" in between
    assert client.get("/risk/", {"band": "\x00", "page": "x", "from": "inf", "to": ""}).status_code == 200


def test_the_panel_says_the_chance_or_why_there_is_none(foretold):
    first = queries.top_risks(1)[0]

    panel = render_to_string("risk/panel.html", {"panel": queries.panel_of(first.account_id)})
    nobody = render_to_string("risk/panel.html", {"panel": queries.panel_of(0)})

    assert first.reasons[0].words in panel
    assert "imported" in panel
    assert "Nothing is foretold of this account" in nobody


def test_the_account_says_its_risk_with_reasons_above_the_fold_and_its_course_on_the_timeline(foretold):
    first = queries.top_risks(1)[0]
    while outbox.deliver():
        pass

    page = read(visit().get(f"/accounts/{first.account_id}/"))

    above, _, below = page.partition('id="timeline"')
    assert 'id="risk"' in above
    assert f"{first.chance * 100:.0f}%" in above
    assert all(reason.words in above for reason in first.reasons[:4])
    assert "RiskChanged" not in page
    assert f"Risk: {first.band}, a chance of {first.chance * 100:.0f}% to leave within 90 days" in below


def test_an_admin_says_what_leaving_is(workspace):
    client = visit()
    assert client.get("/risk/choices/").status_code == 200
    refused = client.post("/risk/choices/", {"kind": "use", "horizon_days": "3", "gap_days": "30"})
    assert refused.status_code == 422

    client.post("/risk/choices/", {"kind": "use", "horizon_days": "60", "gap_days": "21"})

    assert queries.choices().horizon_days == 60
    assert audit_trail()[0].action == "risk.choose"
    assert visit(PermissionRole.VIEWER).get("/risk/choices/").status_code == 403
    text = client.get("/risk/choices.yaml").content.decode()
    assert text == "leaving: use\nhorizon_days: 60\ngap_days: 21\n"
    wrong = client.post("/risk/choices/", {"text": text.replace("60", "6")})
    assert wrong.status_code == 422
    assert "Line 2: “horizon_days” is a whole number from 28 to 365" in read(wrong)
    assert queries.choices().horizon_days == 60
    client.post("/risk/choices/", {"text": text.replace("60", "120")})
    assert queries.choices().horizon_days == 120
    assert jobs.run_stage("risk.learn", NOW) == 0
