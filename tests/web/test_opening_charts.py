"""Every chart opens: to the accounts behind a point, or to the account's own evidence."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from tenure.customers import queries as customers
from tenure.insights import queries as insights
from tenure.insights.types import RetentionAsked
from tenure.kernel import jobs
from tenure.signals import actions
from tenure.signals.types import FalseReason, Outcome
from tenure.stats.trends import Bar, Trend, TriangleCell, funnel_chart, trend_chart, triangle_chart
from tenure.web.shell.opening import opening
from tests.segments.given import given_account as given_traits
from tests.segments.given import given_segment
from tests.signals.given import NOON, given_account, given_signal
from tests.tracking.sending import group, send, track
from tests.web.visiting import owner, read, visit

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


def opened(page):
    """Where the points of a page's charts lead, and what is drawn there."""
    specs = [json.loads(unescape(found)) for found in re.findall(r'data-spec="([^"]+)"', page)]
    layers = [(spec, layer) for spec in specs for layer in spec.get("layer", [spec]) if "href" in layer["encoding"]]
    return [datum for spec, layer in layers for datum in (layer.get("data") or spec["data"])["values"]]


def test_a_line_is_met_around_its_points_and_a_bar_as_it_stands():
    points = ((date(2026, 3, 1), 1.0), (date(2026, 3, 2), None))
    line = opening(
        trend_chart([Trend(name="All", points=points)], period="Day", unit="People"), lambda p: f"/{p['day']}/"
    )
    bars = opening(
        funnel_chart([Bar(name="1. a", share=1.0, low=0.9, high=1.0)], share="Share", interval="Interval"),
        lambda bar: f"/{bar['name']}/",
    )

    assert [each["href"] for each in line["data"]["values"]] == ["/2026-03-01/", "/2026-03-02/"]
    assert [layer["mark"].get("opacity") for layer in line["layer"] if "href" in layer["encoding"]] == [0]
    assert [layer["mark"]["type"] for layer in bars["layer"] if "href" in layer["encoding"]] == ["bar"]
    assert {each["href"] for each in bars["data"]["values"]} == {"/1. a/"}


def test_words_written_over_a_shape_open_as_it_does():
    cells = [TriangleCell(cohort="2026-01", age=0, share=1.0, label="1 of 1")]
    triangle = opening(triangle_chart(cells, cohort="Cohort", age="Age", share="Share"), lambda cell: "/x/")

    kinds = {layer["mark"]["type"]: "href" in layer["encoding"] for layer in triangle["layer"]}
    assert kinds == {"rect": True, "text": True}


def test_a_bar_of_a_rule_opens_the_signals_of_its_month_and_outcome(workspace, at):
    at(NOON)
    true, false, never = (given_signal(given_account(key), kind="misuse", evidence={}) for key in ("a", "b", "c"))
    at(NOON + timedelta(days=40))
    actions.close_signal(true, outcome=Outcome.TRUE_ALARM, by=owner())
    actions.close_signal(false, outcome=Outcome.FALSE_ALARM, false_reason=FalseReason.SEASON, by=owner())
    browser, month = visit(), f"{NOON + timedelta(days=40):%Y-%m}"

    page = read(browser.get("/signals/rules/misuse/"))

    bars = {(each["month"][:7], each["outcome"]): each["href"] for each in opened(page) if each["href"]}
    assert sorted(bars) == [(month, "false alarm"), (month, "true alarm")]
    for outcome, signal in (("true alarm", true), ("false alarm", false)):
        listed = read(browser.get(bars[month, outcome]))
        assert re.findall(r'<a class="row-link[^"]*" href="/signals/(\d+)/"', listed) == [str(signal.pk)]
        assert f'href="{bars[month, outcome]}"'.replace("&", "&amp;") in page, "and so does the table"
    before = f"/signals/?status=closed&kind=misuse&month={NOON:%Y-%m}"
    assert "Nothing fits" in read(browser.get(before))
    assert f"/signals/{never.pk}/" not in read(browser.get("/signals/?status=closed&month=9999-12"))


def test_a_day_of_a_segments_size_opens_who_was_in_it(workspace, at):
    at(NOW)
    segment = given_segment()
    given_traits("fjord", plan="Premium")
    at(NOW + timedelta(days=2))
    given_traits("kestrel", plan="Premium")
    given_traits("fjord", plan="Basic")
    browser, address = visit(), f"/segments/{segment.pk}/"

    page = read(browser.get(address))

    links = {each["day"]: each["href"] for each in opened(page)}
    assert links["2026-03-19"] == "", "nobody was in it then"
    assert links["2026-03-21"] == f"{address}?on=2026-03-21"
    assert f'href="{address}?on=2026-03-21"' in page
    then = read(browser.get(links["2026-03-21"]))
    assert "at the end of 21 Mar" in then
    assert (">Fjord</a>" in then, ">Kestrel</a>" in then) == (True, False)
    assert (">Fjord</a>" in page, ">Kestrel</a>" in page) == (False, True)
    assert "Nobody was in it then." in read(browser.get(f"{address}?on=2026-03-01"))
    assert ">Kestrel</a>" in read(browser.get(f"{address}?on=9999-12-31")), "what is to come is as it is now"


@pytest.fixture
def used(workspace, at):
    """Two accounts come in January; Fjord comes back in February."""
    at(NOW)
    january, february = (NOW.replace(month=m, day=10) for m in (1, 2))
    send(
        group(userId="maya", groupId="fjord", traits={"name": "Fjord"}, at=january),
        group(userId="ann", groupId="kestrel", traits={"name": "Kestrel"}, at=january),
        track("Signed Up", userId="maya", at=january),
        track("Signed Up", userId="ann", at=january),
        track("Exported", userId="maya", at=february),
        received_at=NOW,
    )
    jobs.run_stage("intake", NOW)
    return {str(a): a.pk for a in customers.accounts()}


def test_a_point_of_a_retention_curve_opens_those_active_again(used):
    browser = visit()

    page = read(browser.get("/insights/retention/?from=2026-01-01"))

    links = {each["age"]: each["href"] for each in opened(page) if each.get("name")}
    assert sorted(links) == [0, 1]
    assert f'href="{links[1]}"'.replace("&", "&amp;") in page
    back = read(browser.get(links[1]))
    assert ("Fjord" in back, "Kestrel" in back) == (True, False)
    assert insights.curve_accounts(RetentionAsked(), group="", age=0) == sorted(used.values())
    assert insights.curve_accounts(RetentionAsked(), group="", age=7) == []
    cells = {(each["cohort"], each["age"]): each["href"] for each in opened(page) if "cohort" in each}
    assert "Fjord" in read(browser.get(cells["2026-01", 1]))
    assert browser.get("/insights/retention/accounts/").status_code == 422


def test_a_point_of_use_opens_the_timeline_up_to_that_day(used):
    browser, fjord = visit(), used["Fjord"]

    drawn = read(browser.get(f"/accounts/{fjord}/use/"))

    links = {each["day"]: each["href"] for each in opened(drawn)}
    week = max(day for day in links if day < "2026-02-01")
    assert links[week] == f"/accounts/{fjord}/?show=use&to={week}#timeline"
    then = read(browser.get(links[week].partition("#")[0]))
    assert ("Signed Up" in then, "Exported" in then) == (True, False)
    assert 'id="timeline_poll"' not in then
    now = read(browser.get(f"/accounts/{fjord}/?show=use&to=9999-12-31"))
    assert ("Exported" in now, 'id="timeline_poll"' in now) == (True, True)


def test_a_point_of_a_trend_opens_its_accounts(used):
    page = read(visit().get("/insights/metrics/monthly_accounts/?from=2026-01-01"))

    links = [each["href"] for each in opened(page) if each["href"]]
    assert links[0] == "/insights/metrics/monthly_accounts/accounts/?period=2026-01-10"
    assert all(f'href="{link}"'.replace("&", "&amp;") in page for link in links)
