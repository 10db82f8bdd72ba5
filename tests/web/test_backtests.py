"""The backtests pages: run one, watch it, read it, open its figures."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.backtests import queries
from tenure.backtests.types import Reach
from tenure.health import actions as health
from tenure.kernel import jobs
from tenure.segments import actions as segments
from tenure.workspaces.types import PermissionRole
from tests.risk.world import NOW, kept, told
from tests.segments.given import given_segment
from tests.web.visiting import read, read_csv, visit


@pytest.fixture
def a_year(workspace, at):
    at(NOW)
    told(120)
    kept()


def test_an_empty_workspace_is_told_what_will_be_here(workspace):
    assert "Nothing has been run over the past yet" in read(visit().get("/backtests/"))


@pytest.mark.parametrize(("currency", "minor"), [("USD", 5_000), ("JPY", 50), ("KWD", 50_000)])
def test_a_touch_costs_what_is_said_in_any_currency(workspace, currency, minor):
    workspace.currency = currency
    workspace.save()

    visit().post("/backtests/", {"definition": "risk:", "top_percent": "10", "touch_cost": "50"})

    assert queries.backtests()[0].touch_cost == minor


def test_is_run_watched_and_read(a_year):
    client = visit()
    answer = client.post("/backtests/", {"definition": "risk:", "top_percent": "10", "touch_cost": "50"})
    page = answer.headers["Location"]
    assert 'hx-trigger="every 2s"' in read(client.get(page))

    jobs.run_stage("backtests.run", NOW)

    made = queries.backtests()[0]
    done = read(client.get(page))
    own = queries.judged_of(made)[0]
    assert 'hx-trigger="every 2s"' not in done
    assert queries.headline(own) in done
    for name in ("last_seen", "fallen", "by_lot"):
        assert queries.baseline_name(name) in done
    assert "imported" in done or "told later" in done
    assert f"{own.churns_caught} / {own.churns}" in read(client.get("/backtests/"))
    caught = read(client.get(f"{page}accounts/", {"cell": "caught"}))
    behind, count = queries.accounts_behind(made, cell="caught")
    assert f"/accounts/{behind[0].account_id}/" in caught
    assert len(read_csv(client.get(f"{page}accounts.csv", {"cell": "caught"}))) == count + 1
    figures = read_csv(client.get(f"{page}figures.csv"))
    assert [row[:2] for row in figures[1:5]] == [
        ["Risk model", "10%"],
        ["Days since last use", "10%"],
        ["Use fallen by 20 % in 28 days", "10%"],
        ["By lot, on average", "10%"],
    ]
    tops = queries.tops_of(made)
    assert [row[:2] for row in figures[5:]] == [["Risk model", queries.written_reach(t.reach)] for t in tops]
    assert "Flagged are the worst 10 % of the accounts at a time." in done
    assert "a model is taught anew" in done
    assert "the top 20 %" in done
    assert "the top 3<" not in done
    looked = read(client.get(page, {"top": "3"}))
    assert "<strong>the top 3</strong>" in looked
    three = queries.at_top(made, Reach(count=3))
    opened = read(client.get(f"{page}accounts/", {"top": "3"}))
    assert f"{three.flagged} accounts at moments" in opened
    assert "rightly left alone" not in opened, "who is touched is caught or a false alarm"
    assert len(read_csv(client.get(f"{page}accounts.csv", {"top": "3", "cell": "caught"}))) == three.caught + 1
    assert "Write a number such as 15" in read(client.get(page, {"top": "<many>"}))
    band = own.bands[-1]
    assert f"?from={band.low!r}&amp;to={band.high!r}" in done
    opened = read(client.get(f"{page}accounts/", {"from": repr(band.low), "to": repr(band.high)}))
    assert f"{band.count} accounts at moments" in opened
    odd = {"cell": "'--", "day": "never", "page": "-1", "from": "x", "to": "nan"}
    assert client.get(f"{page}accounts/", odd).status_code == 200


def test_a_score_that_is_no_chance_says_who_left_by_score(a_year):
    scorecard = health.define_suggested_scorecard()
    client = visit()
    page = client.post(
        "/backtests/", {"definition": f"health:{scorecard.pk}", "top_percent": "10", "touch_cost": "50"}
    ).headers["Location"]
    jobs.run_stage("backtests.run", NOW)

    done = read(client.get(page))

    made = queries.backtests()[0]
    worst = queries.judged_of(made)[0].by_score[-1]
    assert "Who left, by score" in done
    assert f"?from={worst.low!r}&amp;to={worst.high!r}" in done
    opened = read(client.get(f"{page}accounts/", {"from": repr(worst.low), "to": repr(worst.high)}))
    assert f"{worst.count} accounts at moments" in opened
    assert f"score {-worst.high:.3f} to {-worst.low:.3f}" in opened, "as they were given, not turned round"
    assert "-" not in {row[3][:1] for row in read_csv(client.get(f"{page}accounts.csv"))[1:]}


def test_a_version_of_before_is_offered_and_run(workspace):
    segment = given_segment("Quiet", kind="last_seen", operator="more_than_days_ago", days=10)
    wider = {"kind": "last_seen", "operator": "more_than_days_ago", "days": 3}
    segments.change_segment(segment.pk, condition=wider, by=None)
    client = visit()

    assert "Segment: Quiet, version 1" in read(client.get("/backtests/"))
    asked = {"definition": f"segment:{segment.pk}:1", "top_percent": "10", "touch_cost": "50"}
    client.post("/backtests/", asked)

    made = queries.backtests()[0]
    assert (made.subject, made.version) == (str(segment.pk), 1)
    assert client.post("/backtests/", asked | {"definition": f"segment:{segment.pk}:7"}).status_code == 422


def test_so_many_accounts_are_asked_for_instead_of_a_share(workspace):
    client = visit()

    client.post("/backtests/", {"definition": "risk:", "top_percent": "", "top_count": "25", "touch_cost": "50"})

    made = queries.backtests()[0]
    assert (made.top_share, made.top_count) == (None, 25)
    neither = client.post("/backtests/", {"definition": "risk:", "top_percent": "", "touch_cost": "50"})
    assert neither.status_code == 422
    assert "a percent or a number" in read(neither)
    assert queries.backtests().count() == 1


def test_says_whose_accounts_a_segment_of_people_flags_and_offers_the_version_in_force(a_year):
    quiet = {"kind": "last_seen", "operator": "more_than_days_ago", "days": 10}
    segment = given_segment("Quiet people", subject="person", **quiet)
    client = visit()
    asked = {"definition": f"segment:{segment.pk}", "top_percent": "", "top_count": "9", "touch_cost": "50"}
    page = client.post("/backtests/", asked).headers["Location"]
    jobs.run_stage("backtests.run", NOW)
    assert "This is a segment of people" in read(client.get(page))
    assert "Flagged is everybody it names." in read(client.get(page))
    assert "At the top" not in read(client.get(page)), "it ranks nobody"

    segments.change_segment(segment.pk, condition=quiet | {"days": 5}, by=None)

    offered = read(client.get(page))
    assert "Version 2 is in force today and has no backtest yet." in offered
    assert 'name="top_count" value="9"' in offered
    assert "in force today" not in read(visit(PermissionRole.VIEWER).get(page))
    client.post("/backtests/", asked)
    assert "in force today" not in read(client.get(page))


def test_what_cannot_be_run_is_refused(workspace):
    client = visit()
    wrong = {"definition": "signal:none", "top_percent": "99", "touch_cost": "-1"}

    assert client.post("/backtests/", wrong).status_code == 422
    assert client.get("/backtests/999/").status_code == 404
    viewer = visit(PermissionRole.VIEWER)
    assert viewer.post("/backtests/", {"definition": "risk:", "top_percent": 10, "touch_cost": 1}).status_code == 403
    assert not queries.backtests().exists()


def test_asks_the_database_no_more_often_for_more_segments(workspace, django_assert_max_num_queries):
    client = visit()
    with CaptureQueriesContext(connection) as before:
        client.get("/backtests/")
    for n in range(5):
        given_segment(f"Quiet for {n + 5} days", kind="last_seen", operator="more_than_days_ago", days=n + 5)

    with django_assert_max_num_queries(len(before) + 5):
        page = read(client.get("/backtests/"))

    assert "Segment: Quiet for 9 days" in page
