"""The insights pages: numbers that open to their accounts, honest when there is nothing, safe with odd addresses."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest

from tenure.billing import actions as billing
from tenure.billing.types import Item, SpendRecord, Status, SubscriptionState
from tenure.customers import queries as customers
from tenure.insights import actions, queries, registry
from tenure.insights.types import FunnelSteps
from tenure.kernel import jobs
from tenure.kernel.money import Money
from tenure.workspaces.queries import audit_trail
from tenure.workspaces.types import PermissionRole
from tests.tracking.sending import group, send, track
from tests.web.visiting import owner, read, read_csv, visit

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
PAGES = ("", "metrics/", "features/", "activation/", "retention/", "funnels/")


@pytest.fixture
def used(workspace, at):
    """Two accounts sign up in January; one comes back in February and March, and gets through a funnel."""
    at(NOW)
    january, february, march = (NOW.replace(month=m, day=10) for m in (1, 2, 3))
    send(
        group(userId="maya", groupId="fjord", traits={"name": "Fjord <b>", "plan": "Premium"}, at=january),
        group(userId="ann", groupId="kestrel", traits={"name": "Kestrel", "plan": "Basic"}, at=january),
        track("Signed Up", userId="maya", at=january),
        track("Signed Up", userId="ann", at=january),
        track("Exported", userId="maya", at=january + timedelta(hours=2)),
        track("Exported", userId="maya", at=february),
        track("Invited", userId="maya", at=march),
        received_at=NOW,
    )
    jobs.run_stage("intake", NOW)
    return {str(a): a.pk for a in customers.accounts()}


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_workspace_is_told_what_will_be_here(workspace, page):
    answer = visit().get(f"/insights/{page}")

    assert answer.status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_odd_addresses_show_the_usual(used, page):
    odd = {"from": "never", "to": "9999-99-99", "by": "colour", "counts": "sheep", "days": "1e9", "change": "x",
           "limit": "-1", "unit": "moons", "step": ["\x00", "'--", "😀"], "grain": "day", "entry": "x"}  # fmt: skip

    assert visit().get(f"/insights/{page}", odd).status_code == 200


def test_every_metric_has_a_page_with_its_formula(used):
    client = visit()
    for metric in registry.metrics():
        for by in ("", *metric.by):
            page = client.get(f"/insights/metrics/{metric.name}/", {"by": by})
            assert page.status_code == 200
            assert str(metric.title) in unescape(read(page))
            assert str(metric.formula) in unescape(read(page))


def test_every_value_of_every_metric_opens_to_its_accounts(used):
    given_billing()
    actions.define_milestone("Exported", event="Exported", due_days=3, by=owner())
    client, opens = visit(), {}
    for metric in registry.metrics():
        by = "event" if "event" in metric.by else ""
        asked = {"from": "2026-01-01", "to": str(NOW.date()), "by": by}
        page = unescape(read(client.get(f"/insights/metrics/{metric.name}/", asked)))
        links = re.findall(rf'href="(/insights/metrics/{metric.name}/accounts/[^"]*)"', page)
        rows = queries.read_metric(metric.name, since=date(2026, 1, 1), until=NOW.date(), by=by).rows
        assert [r for r in rows if r.value and not r.n] == []
        assert len(links) == sum(r.value is not None and r.n > 0 for r in rows), metric.name
        opens[metric.name] = {str(a) for link in links[-4:] for a in behind(client, link)}
    assert opens["churn_mrr"] == opens["logo_churn"] == {"Kestrel"}
    assert opens["expansion_mrr"] == {"Fjord <b>"}
    assert opens["new_mrr"] == opens["cac"] == opens["cac_payback"] == {"Fjord <b>", "Kestrel", "tern"}
    assert opens["ltv_to_cac"] == {"tern"}
    assert opens["arpa"] == opens["mrr"] == {"Fjord <b>", "Kestrel", "tern"}
    assert opens["ltv"] == {"Fjord <b>", "tern"}  # in January nobody had left yet, so nothing is known
    later = {f"{who}_retention_month_{age}" for who in ("account", "people") for age in (3, 6)}
    nothing = {"contraction_mrr", "reactivation_mrr"}
    assert {name for name, accounts in opens.items() if not accounts} == later | nothing  # nobody is that old


def behind(client, link):
    """Return the names of the accounts a link opens to."""
    return [row[2] for row in read_csv(client.get(link + "&format=csv"))[1:]]


def given_billing():
    """Fjord pays from January and more from February; Kestrel leaves then; Tern comes in March, when much was spent."""
    given = {"source": "test", "status": Status.ACTIVE, "currency": "USD"}

    def state(account, at, amount, **more):
        items = (Item(plan="basic", plan_name="Basic", unit_amount=Decimal(amount)),)
        return SubscriptionState(
            **{**given, "external_id": account, "account": account, "as_of": at, "started_at": at, "items": items,
               "provenance": f"{account} {at}"} | more
        )  # fmt: skip

    january, february, march = (NOW.replace(month=m, day=11) for m in (1, 2, 3))
    over = {"status": Status.CANCELLED, "ended_at": february, "started_at": january}
    billing.record_subscription_states(
        [
            state("fjord", january, 5000), state("fjord", february, 9000, started_at=january),
            state("kestrel", january, 3000), state("kestrel", february, 3000, **over), state("tern", march, 4000),
        ]
    )  # fmt: skip
    billing.record_spend(
        [
            SpendRecord(
                source="csv", external_id="ads", first=date(2026, 1, 1), last=date(2026, 3, 31),
                amount=Money(amount=90000, currency="USD"),
            )
        ]
    )  # fmt: skip


def test_active_use_counts_people_and_accounts(used):
    page = read(visit().get("/insights/", {"counts": "person"}))

    assert re.search(r"Monthly active people: 1\b", page)


def test_a_value_opens_to_its_accounts(used):
    client = visit()
    page = read(client.get("/insights/metrics/active_accounts/", {"from": "2026-01-01", "to": "2026-02-28"}))
    [link] = re.findall(r'href="(/insights/metrics/active_accounts/accounts/\?period=2026-02-01)"', page)

    behind = read(client.get(link))

    assert f"/accounts/{used['Fjord <b>']}/" in behind
    assert "Fjord &lt;b&gt;" in behind
    assert f"/accounts/{used['Kestrel']}/" not in behind
    rows = read_csv(client.get(link + "&format=csv"))
    assert [row[0] for row in rows] == ["account_id", str(used["Fjord <b>"])]


def test_what_is_made_from_spend_says_what_is_missing_beside_it(used):
    client = visit()
    address = "/insights/metrics/ltv_to_cac/?from=2026-01-01&to=2026-02-28"
    assert "Import it as a file" in read(client.get(address))

    billing.record_spend(
        [
            SpendRecord(
                source="csv", external_id="ads", first=date(2026, 1, 1), last=date(2026, 1, 31),
                amount=Money(amount=90000, currency="USD"),
            )
        ]
    )  # fmt: skip

    page = read(client.get(address))
    assert "What was spent is known, but" in page
    assert "Import it as a file" not in page


def test_a_metric_is_exported_with_nothing_where_nothing_is_known(used):
    rows = read_csv(
        visit().get("/insights/metrics/active_accounts/", {"from": "2025-12-01", "to": "2026-02-28", "format": "csv"})
    )

    assert [(row[0], row[2]) for row in rows[1:]] == [("2025-12-01", ""), ("2026-01-01", "2"), ("2026-02-01", "1")]


def test_money_is_exported_in_units_with_its_currency(used):
    given_billing()

    rows = read_csv(visit().get("/insights/metrics/mrr/", {"from": "2026-01-01", "to": "2026-02-28", "format": "csv"}))

    assert rows[0][-1] == "currency"
    assert [(row[2], row[-1]) for row in rows[1:]] == [("80.00", "USD"), ("90.00", "USD")]


def test_a_cell_of_the_triangle_opens_both_ways(used):
    client = visit()
    page = read(client.get("/insights/retention/", {"from": "2026-01-01"}))
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/insights/retention/accounts/[^"]*)"', page)]
    back = next(link for link in links if "age=1" in link and "back=0" not in link)
    gone = next(link for link in links if "age=1" in link and "back=0" in link)

    assert "Fjord" in read(client.get(back))
    assert "Kestrel" not in read(client.get(back))
    assert "Kestrel" in read(client.get(gone))
    assert "Fjord" not in read(client.get(gone))


def test_people_open_to_every_account_they_are_at_and_to_the_one_of_their_group(used):
    send(group(userId="maya", groupId="harbor", traits={"name": "Harbor", "plan": "Basic"}, at=NOW), received_at=NOW)
    jobs.run_stage("intake", NOW)
    client = visit()

    def opened(**split):
        asked = {"counts": "person", "cohort": "2026-01-01", **split}
        return unescape(read(client.get("/insights/retention/accounts/", asked)))

    of_all, of_basic = opened(), opened(by="plan", group="Basic")

    assert "Every account that one of these people is at is listed." in of_all
    assert [name in of_all for name in ("Fjord <b>", "Kestrel", "Harbor")] == [True, True, True]
    assert "People are in the group of their primary account: that one is listed." in of_basic
    assert [name in of_basic for name in ("Fjord <b>", "Kestrel", "Harbor")] == [False, True, True]
    steps = {"counts": "person", "step": ["Signed Up", "Exported"], "from": "2026-01-01", "number": "2"}
    page = unescape(read(client.get("/insights/funnels/accounts/", steps)))
    assert [name in page for name in ("Fjord <b>", "Kestrel", "Harbor")] == [True, False, True]


def test_the_triangle_is_split_before_and_after_a_change(used):
    page = read(visit().get("/insights/retention/", {"from": "2026-01-01", "change": "2026-01-10"}))

    assert "from 10 Jan" in page


def test_a_funnel_is_built_and_opens_to_its_accounts(used):
    client = visit()
    asked = {"step": ["Signed Up", "Exported", "Invited"], "limit": "60", "unit": "days", "from": "2026-01-01"}
    page = read(client.get("/insights/funnels/", asked))
    links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/insights/funnels/accounts/[^"]*)"', page)]

    assert "50.0% of those who began got to the last step in time." in page
    third = next(link for link in links if "number=3" in link)
    stopped = next(link for link in links if "number=1" in link and "stopped=1" in link)
    assert "Fjord" in read(client.get(third))
    assert "Kestrel" in read(client.get(stopped))
    rows = read_csv(client.get("/insights/funnels/", {**asked, "format": "csv"}))
    assert [row[3] for row in rows[1:]] == ["2", "1", "1"]


def test_a_step_may_be_any_of_several_events_said_in_the_form(used):
    client = visit()
    asked = {"step": ["Signed Up", "Nothing"], "from": "2026-01-01", "limit": "60", "unit": "days"}
    page = read(client.get("/insights/funnels/", asked))
    assert page.count('name="or1"') == page.count('name="or2"') == 1
    assert "50.0% of those who began" not in page

    page = read(client.get("/insights/funnels/", {**asked, "or1": [""], "or2": [" Exported "]}))

    assert "50.0% of those who began got to the last step in time." in page
    places = re.findall(r'name="or2"[^>]* value="([^"]*)"', page)
    assert places == ["Exported", "", "Exported"], "in the form with a place for one more, and in that for saving"


def test_one_step_is_no_funnel(used):
    page = read(visit().get("/insights/funnels/", {"step": ["Signed Up"]}))

    assert "A funnel has 2 to 8 steps" in page


def test_a_funnel_is_saved_and_removed(used):
    client = visit()
    client.post("/insights/funnels/save/", {"step": ["Signed Up", "Exported"], "or2": ["Invited"], "limit": "3",
                                            "unit": "hours", "counts": "person", "name": "First export"})  # fmt: skip

    [kept] = queries.funnels()
    assert kept.asked.steps == (("Signed Up",), ("Exported", "Invited"))
    assert kept.asked.limit_seconds == 3 * 3_600
    page = read(client.get("/insights/funnels/"))
    [link] = re.findall(r'href="(/insights/funnels/\?step[^"]*)"', page)
    assert "Exported or Invited" in read(client.get(link.replace("&amp;", "&") + "&from=2026-01-01"))
    client.post(f"/insights/funnels/{kept.id}/remove/")
    assert queries.funnels() == []
    assert [e.action for e in audit_trail() if e.action.startswith("insights.")] == [
        "insights.remove_funnel",
        "insights.define_funnel",
    ]


def test_a_milestone_is_shown_on_the_account(used):
    client = visit()
    client.post("/insights/activation/", {"name": "First export", "event": "Exported", "due_days": "7"})
    client.post("/insights/activation/", {"name": "A colleague", "event": "Invited", "due_days": "14"})

    fjord = read(client.get(f"/accounts/{used['Fjord <b>']}/"))
    kestrel = read(client.get(f"/accounts/{used['Kestrel']}/"))

    assert "2 of 2 reached" in fjord
    assert "reached late" in fjord
    assert kestrel.count("missed") == 2
    refused = client.post("/insights/activation/", {"name": "First export", "event": "x", "due_days": "7"})
    assert (refused.status_code, len(queries.milestones())) == (422, 2)
    client.post(f"/insights/activation/{queries.milestones()[0].id}/remove/")
    assert [m.name for m in queries.milestones()] == ["A colleague"]


def test_viewers_look_and_do_not_define(used):
    actions.define_funnel("Kept", FunnelSteps(steps=(("a",), ("b",)), limit_seconds=60), by=owner())
    client = visit(PermissionRole.VIEWER)

    assert client.get("/insights/funnels/").status_code == 200
    assert client.post("/insights/activation/", {"name": "x", "event": "y", "due_days": "1"}).status_code == 403
    assert client.post("/insights/funnels/save/", {"step": ["a", "b"], "name": "x"}).status_code == 403
    assert client.post(f"/insights/funnels/{queries.funnels()[0].id}/remove/").status_code == 403
    assert len(queries.funnels()) == 1
    assert queries.milestones() == []
