"""The portfolio: the table with what members work by, and the map of revenue and risk."""

import dataclasses
import html
import json
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.billing.models import LedgerAccount
from tenure.customers import actions as customers
from tenure.customers.models import Account
from tenure.kernel import clock, tenancy
from tenure.playbooks.actions import complete_task
from tenure.playbooks.models import Run, Task
from tenure.segments.actions import define_segment
from tenure.signals import actions as signals
from tenure.signals.models import Signal
from tenure.touch_models import actions as touch_models
from tenure.touch_models import queries as touch_queries
from tenure.web.pages.accounts.list_view import AccountsView
from tenure.web.pages.portfolio import drawing, places
from tenure.workspaces.types import PermissionRole
from tests.given import given_member, given_workspace
from tests.playbooks.given import given_playbook
from tests.signals.given import NOON, finding, given_account
from tests.web.visiting import owner, read, read_csv, visit, visit_as


def renewing(account, days):
    LedgerAccount.objects.create(
        account=account, status="active", mrr=1, renews_at=NOON + timedelta(days=days), worked_out_at=NOON
    )


@pytest.fixture
def four(workspace, at):
    """Fjord is large and at risk, Kestrel large and well, Lark small and at risk, Moth small and well."""
    at(NOON)
    made = {}
    for name, mrr, health, risk in (
        ("fjord", 5_000, 41, 0.62),
        ("kestrel", 4_000, 90, 0.05),
        ("lark", 90, 55, 0.41),
        ("moth", 100, 77, 0.02),
    ):
        made[name] = given_account(name, mrr=mrr)
        said = {"health_score": health, "churn_risk": risk, "touch_model": "high_touch", "vip": name == "fjord"}
        customers.set_account_traits(made[name].pk, said, source="health")
    signals.open_signals([finding(made["lark"]), finding(made["lark"], reason_key="2"), finding(made["fjord"])])
    renewing(made["moth"], 10)
    renewing(made["fjord"], 41)
    return made


def listed(page):
    """The names in the table, in their order."""
    return re.findall(r'<a class="row-link" href="/accounts/\d+/">([^<]*)</a>', page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("sort=health", ["Fjord", "Lark", "Moth", "Kestrel"]),
        ("sort=-risk", ["Fjord", "Lark", "Kestrel", "Moth"]),
        ("sort=-signals", ["Lark", "Fjord", "Moth", "Kestrel"]),
        ("sort=renewal", ["Moth", "Fjord", "Kestrel", "Lark"]),
        ("sort=task", ["Fjord", "Kestrel", "Lark", "Moth"]),
        ("signals=1&sort=name", ["Fjord", "Lark"]),
        ("renews=30&sort=name", ["Moth"]),
        ("renews=30&signals=1&sort=name", []),
        ("late=1&sort=name", []),
    ],
)
def test_is_sorted_and_narrowed_by_what_other_domains_know(four, query, expected):
    assert listed(read(visit().get(f"/accounts/?{query}"))) == expected


def test_shows_health_risk_renewal_touch_and_vip(four):
    page = read(visit().get("/accounts/?sort=name"))

    row = page[page.index(">Fjord</a>") : page.index(">Kestrel</a>")]
    for said in ("41", "62%", "41 days", "high-touch", "VIP", "$5,000"):
        assert said in row, said


def test_columns_nobody_has_are_not_shown_unless_chosen(workspace, at):
    at(NOON)
    given_account("fjord")

    assert "Touch model</th>" not in read(visit().get("/accounts/?sort=name"))
    assert 'aria-label="What is Risk?' in read(visit().get("/accounts/?columns=risk,touch"))


def test_opens_on_the_book_of_a_member_who_has_one(four):
    ada = given_member("Ada B")
    assert visit_as(ada).get("/accounts/").status_code == 200

    customers.assign_owner(four["moth"].pk, ada, by=ada)

    answer = visit_as(ada).get("/accounts/")
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/?owner={ada.pk}")
    page = read(visit_as(ada).get(answer["Location"]))
    assert listed(page) == ["Moth"]
    assert 'href="?sort=name"' in page
    assert listed(read(visit_as(ada).get("/accounts/?sort=name"))) == ["Fjord", "Kestrel", "Lark", "Moth"]


def test_asks_the_database_no_more_often_for_more_rows(four, django_assert_max_num_queries):
    browser = visit()
    browser.get("/accounts/?sort=name")
    for n in range(30):
        given_account(f"more-{n}")

    with django_assert_max_num_queries(45):
        browser.get("/accounts/?sort=-signals")


def test_exports_the_view_with_what_is_next(four):
    header, *rows = read_csv(visit().get("/accounts/export.csv?sort=renewal"))

    said = [dict(zip(header, row, strict=True)) for row in rows]
    assert [each["name"] for each in said] == ["Moth", "Fjord", "Kestrel", "Lark"]
    assert (said[1]["open_signals"], said[1]["trait.health_score"]) == ("1", "41")
    assert said[1]["renews_at"].startswith("2026-04-28")


def test_snoozes_the_signals_of_many_with_a_preview_and_a_way_back(four):
    browser = visit()
    ids = [four["lark"].pk, four["moth"].pk]

    asked = read(browser.post("/accounts/snooze/preview/", {"ids": ids}))
    assert "2 open signals of one account will wait." in asked
    assert Signal.objects.filter(status="snoozed").count() == 0
    browser.post("/accounts/snooze/", {"ids": ids, "days": "3"})

    assert sorted(Signal.objects.values_list("account_id", "status")) == sorted(
        [(four["lark"].pk, "snoozed"), (four["lark"].pk, "snoozed"), (four["fjord"].pk, "open")]
    )
    undo = re.search(r"/signals/undo/\d+/", read(browser.get("/accounts/?sort=name")))
    assert undo
    browser.post(undo[0])
    assert Signal.objects.filter(status="open").count() == 3


def test_runs_a_playbook_for_many_but_not_twice(four):
    browser, playbook = visit(), given_playbook("Save them")
    given = {"ids": [four["lark"].pk, four["fjord"].pk], "playbook": str(playbook.pk)}
    browser.post("/accounts/run/", given | {"ids": [four["lark"].pk]})

    asked = read(browser.post("/accounts/run/preview/", given))
    assert "will begin for 1 account" in asked
    browser.post("/accounts/run/", given)

    assert sorted(Run.objects.values_list("account_id", "status")) == sorted(
        [(four["lark"].pk, "open"), (four["fjord"].pk, "open")]
    )


def test_a_playbook_that_began_for_many_can_be_taken_back(four):
    browser, playbook = visit(), given_playbook("Save them")
    ids = [four["lark"].pk, four["fjord"].pk]
    browser.post("/accounts/run/", {"ids": ids, "playbook": str(playbook.pk)})
    task = Task.objects.filter(account=four["fjord"]).order_by("position")[0]
    complete_task(task, by=given_member())
    undo = re.search(r"/accounts/run/\d+/undo/", read(browser.get("/accounts/?sort=name")))

    assert visit(PermissionRole.MEMBER).post(undo[0]).status_code == 404, "only whoever began it"
    browser.post(undo[0])

    said = {run.account_id: (run.status, run.outcome) for run in Run.objects.all()}
    assert said == {four["lark"].pk: ("finished", "taken_back"), four["fjord"].pk: ("open", "")}
    assert set(Task.objects.filter(account=four["lark"]).values_list("status", flat=True)) == {"cancelled"}
    assert "Taken back for 1 account. For 1 it goes on: something was done already." in read(browser.get("/accounts/"))
    Run.objects.filter(status="open").update(status="finished", outcome="done")
    browser.post(undo[0])
    assert "Nothing was left to take back." in read(browser.get("/accounts/"))
    browser.post("/accounts/run/", {"ids": ids, "playbook": str(playbook.pk)})
    assert Run.objects.filter(status="open").count() == 2


def test_owner_and_touch_model_are_changed_where_they_stand(four):
    touch_models.begin(by=None)
    browser = visit()
    lark = four["lark"].pk
    page = read(browser.get("/accounts/?columns=touch,owner"))
    assert f"/accounts/{lark}/acts/?focus=touch" in page
    asked = read(browser.get(f"/accounts/{lark}/acts/?focus=touch"))
    assert f'action="/touch-models/accounts/{lark}/lock/"' in asked

    here = {"HTTP_REFERER": "http://testserver/accounts/?columns=touch"}
    model = next(iter(touch_queries.model_names()))
    locked = browser.post(f"/touch-models/accounts/{lark}/lock/", {"model": model, "reason": "Asked for it"}, **here)
    given = browser.post(f"/accounts/{lark}/owner/", {"owner": "none"}, **here)

    assert [each.headers["Location"] for each in (locked, given)] == [here["HTTP_REFERER"]] * 2
    assert touch_queries.lock_of(lark).model == model


def test_a_playbook_begins_for_many_with_as_many_statements_as_for_few(four, django_assert_max_num_queries):
    browser, playbook = visit(), given_playbook("Save them")
    ids = [each.pk for each in four.values()]
    few = CaptureQueriesContext(connection)
    with few:
        browser.post("/accounts/run/", {"ids": ids[:1], "playbook": str(playbook.pk)})

    with django_assert_max_num_queries(len(few)):
        browser.post("/accounts/run/", {"ids": ids[1:], "playbook": str(playbook.pk)})

    assert Run.objects.count() == 4


def test_accounts_of_others_cannot_be_chosen(four):
    playbook = given_playbook("Save them")
    with tenancy.scope(given_workspace("Elsewhere").pk):
        alien = given_account("alien")
    browser = visit()

    browser.post("/accounts/run/", {"ids": [alien.pk, four["lark"].pk, 10**12, "9" * 5_000], "playbook": playbook.pk})
    refused = browser.post("/accounts/run/", {"ids": [alien.pk], "playbook": playbook.pk})

    assert refused.status_code == 422
    assert list(Run.everywhere.values_list("account_id", flat=True)) == [four["lark"].pk]


def test_thousands_can_be_chosen_at_once(four):
    ids = [each.pk for each in four.values()] + list(range(10**9, 10**9 + 9_000))

    assert visit().post("/accounts/snooze/preview/", {"ids": ids}).status_code == 200


def test_a_segment_of_people_is_no_list_of_accounts(four):
    people = define_segment("Anybody", subject="person", condition={"kind": "trait", "name": "x", "operator": "is_set"})

    assert visit().get(f"/accounts/?segment={people.pk}").status_code == 422


def test_one_account_is_worked_on_without_leaving_the_list(four):
    page = read(visit().get(f"/accounts/{four['lark'].pk}/acts/"))

    assert "Snooze 2 open signals" in page
    assert f'action="/accounts/{four["lark"].pk}/owner/"' in page
    assert visit(PermissionRole.VIEWER).get(f"/accounts/{four['lark'].pk}/acts/").status_code == 403


def quarters(page):
    """What each quarter of the map counts, and where its list is."""
    found = re.findall(r'<a href="(/accounts/\?[^"]+)">((?:More|Less) revenue[^<]*)</a><div class="quiet">(\d+)', page)
    return {words: (int(count), href.replace("&amp;", "&")) for href, words, count in found}


def test_map_places_accounts_and_its_quarters_open_them(four):
    browser = visit()
    page = read(browser.get("/portfolio/map/"))

    found = quarters(page)
    assert [count for count, _href in found.values()] == [1, 1, 1, 1]
    names = {words: listed(read(browser.get(href))) for words, (_count, href) in found.items()}
    assert names == {
        "More revenue, at risk: talk to them first": ["Fjord"],
        "More revenue, well: grow with them": ["Kestrel"],
        "Less revenue, at risk: help them with journeys": ["Lark"],
        "Less revenue, well: let them tell others": ["Moth"],
    }
    assert f"/accounts/{four['fjord'].pk}/" in page
    assert "low value" not in page.lower()


def test_map_is_by_health_where_there_is_no_model(workspace, at):
    at(NOON)
    for name, mrr, health in (("fjord", 5_000, 41), ("kestrel", 4_000, 90), ("moth", 10, 60)):
        customers.set_account_traits(given_account(name, mrr=mrr).pk, {"health_score": health}, source="health")
    given_account("nobody")
    browser = visit()

    page = read(browser.get("/portfolio/map/"))

    assert "100 − health score" in page
    assert "1 account is not on the map: its revenue is not known." in page
    found = quarters(page)
    assert listed(read(browser.get(found["More revenue, at risk: talk to them first"][1]))) == ["Fjord"]
    assert found["More revenue, well: grow with them"][0] == 1


def test_whoever_stands_on_the_line_is_in_the_quarter_whose_list_has_them(workspace, at):
    at(NOON)
    for name, health in (("fjord", 50), ("kestrel", 49), ("lark", 51)):
        customers.set_account_traits(given_account(name, mrr=100).pk, {"health_score": health}, source="health")
    browser = visit()

    found = quarters(read(browser.get("/portfolio/map/")))

    names = {words: listed(read(browser.get(href))) for words, (_n, href) in found.items()}
    assert {words: n for words, (n, _href) in found.items()} == {words: len(some) for words, some in names.items()}
    assert names["More revenue, at risk: talk to them first"] == ["Kestrel"]


def test_map_counts_by_squares_beyond_so_many_and_each_opens_its_list(four, monkeypatch):
    monkeypatch.setattr(places, "MOST_POINTS", 3)
    browser = visit()

    page = read(browser.get("/portfolio/map/"))

    cells = re.findall(r'<td><a href="(/accounts/\?[^"]+)">(\d+)</a></td>', page)
    assert sum(int(n) for _href, n in cells) == 4
    names = [listed(read(browser.get(href.replace("&amp;", "&")))) for href, _n in cells]
    assert sorted(name for some in names for name in some) == ["Fjord", "Kestrel", "Lark", "Moth"]
    assert [len(some) for some in names] == [int(n) for _href, n in cells]
    assert sum(count for count, _href in quarters(page).values()) == 4


def test_squares_share_the_range_where_accounts_are(four, at, monkeypatch):
    at(NOON + timedelta(hours=1))
    monkeypatch.setattr(places, "MOST_POINTS", 3)
    customers.set_account_traits(four["fjord"].pk, {"churn_risk": 0.98}, source="health")
    customers.set_account_traits(four["lark"].pk, {"churn_risk": 0.07}, source="health")
    low = dataclasses.replace(places.RISK, split=0.04)

    everywhere = places.squares(Account.objects.all(), places.RISK, AccountsView())
    monkeypatch.setattr(places, "_SEEN", 0.75)
    where_they_are = places.squares(Account.objects.all(), low, AccountsView())

    rows = sorted((s.low, s.high, s.count) for s in everywhere.squares)
    assert (everywhere.shown, rows) == (1.0, [(0.0, 0.1, 1)] * 3 + [(0.9, 1.0, 1)])
    assert where_they_are.shown == pytest.approx(0.1)
    rows = sorted((round(s.low, 3), round(s.high, 3), s.count) for s in where_they_are.squares)
    assert rows == [(0.02, 0.03, 1), (0.05, 0.06, 1), (0.07, 0.08, 1), (0.09, 0.1, 1)]
    (top,) = [s for s in where_they_are.squares if s.low > 0.085]  # Fjord stands far above, and counts in the highest
    assert listed(read(visit().get(top.href.replace("&amp;", "&")))) == ["Fjord"]


def test_a_rectangle_of_the_map_opens_the_list_of_who_stands_in_it(four):
    browser = visit()
    both = re.search(r'data-brush="([^"]+)"', read(browser.get("/portfolio/map/?owner=none&signals=1")))
    assert html.unescape(both[1]).startswith("/portfolio/map/area/?")
    assert sorted(html.unescape(both[1]).partition("?")[2].split("&")) == ["owner=none", "signals=1"]
    page = read(browser.get("/portfolio/map/?owner=none"))
    assert 'data-brush="/portfolio/map/area/?owner=none"' in page
    assert '<input type="hidden" name="owner" value="none">' in page, "and so do the numbers beside it"

    def in_area(**area):
        answer = browser.get("/portfolio/map/area/", {"owner": "none", **area})
        assert answer.headers["Location"].startswith("/accounts/?owner=none")
        return {each.name for each in four.values() if f"/accounts/{each.pk}/" in read(browser.get(answer["Location"]))}

    drawn = {"mrr_from": "89.5", "mrr_to": "4500.2", "y_from": "0.3", "y_to": "0.9"}
    assert in_area(**drawn) == {"Lark"}
    assert in_area(mrr_from="4000", mrr_to="5000") == {"Fjord", "Kestrel"}, "both ends are in it"
    area = browser.get("/portfolio/map/area/", {"mrr_from": "4000", "mrr_to": "4800.555555", "percent_to": "5"})
    shown = html.unescape(read(browser.get(area["Location"])))
    for chip in ("mrr is at least 4,000", "mrr is less than 4,800.56", "churn_risk is at most 0.05"):
        assert chip in shown
    assert in_area(percent_from="41", percent_to="62") == {"Fjord", "Lark"}
    assert in_area(percent_to="5") == {"Kestrel", "Moth"}
    assert in_area(mrr_from="nonsense", y_from="nan") == {"Fjord", "Kestrel", "Lark", "Moth"}


def test_map_reaches_as_far_up_as_there_are_chances(four):
    def domain(page):
        spec = json.loads(html.unescape(re.search(r'data-spec="([^"]+)"', page)[1]))
        return next(each["encoding"]["y"]["scale"]["domain"] for each in spec["layer"] if "params" in each)

    browser = visit()
    assert domain(read(browser.get("/portfolio/map/"))) == [0, 0.7]

    assert "At risk is a chance of at least 30%." in read(browser.get("/portfolio/map/"))
    low = dataclasses.replace(places.RISK, split=0.08)
    placed = [dataclasses.replace(each, height=0.02) for each in places.places(Account.objects.all(), places.RISK)[0]]
    spec = drawing.points_spec(placed, low, "health", "USD")
    assert next(e["encoding"]["y"]["scale"]["domain"] for e in spec["layer"] if "params" in e) == [0, 0.16]


def test_map_says_what_is_missing(workspace, at):
    at(NOON)
    given_account("fjord")

    assert "There is no risk or health to draw yet" in read(visit().get("/portfolio/map/"))


def test_map_keeps_the_filters_of_the_list(four):
    customers.assign_owner(four["moth"].pk, owner(), by=owner())
    browser = visit()

    page = read(browser.get(f"/portfolio/map/?owner={owner().pk}"))
    assert "Moth" in page
    assert "Kestrel" not in page
    assert unquote(quarters(page)["More revenue, well: grow with them"][1]).startswith(
        f"/accounts/?owner={owner().pk}&trait=mrr:more_than:"
    )
    assert visit().get("/portfolio/")["Location"].startswith("/accounts/")
    header, *rows = read_csv(browser.get(f"/portfolio/map.csv?owner={owner().pk}"))
    assert (header[1:], [row[1:] for row in rows]) == (
        ["account", "mrr", "churn_risk", "health_score"],
        [["Moth", "100.0", "0.02", "77.0"]],
    )
    assert clock.now() == NOON
