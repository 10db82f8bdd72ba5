"""What is offered while somebody builds a condition: observed values, and none that tell of one person."""

from datetime import timedelta

import pytest

from tenure.customers import actions as customers
from tenure.kernel import tenancy
from tenure.segments import queries
from tenure.segments.queries import offered
from tenure.segments.rules.offering import Seen, may_be_offered, worth_offering
from tenure.segments.types import Subject
from tenure.tracking.actions.planning import define_rule
from tenure.tracking.types import RuleGiven, RuleKind
from tests.given import given_workspace
from tests.segments.given import DAY, NOW, catch_up, given_account
from tests.tracking.sending import identify, send, track


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def said(who="ann", event="Report exported", *, at=NOW, **properties):
    send(track(event, userId=f"fjord-{who}", context={"groupId": "fjord"}, at=at, properties=properties,
               messageId=f"{who}{event}{at}{properties}"), received_at=NOW)  # fmt: skip


@pytest.mark.parametrize(
    "name", ["format", "plan", "page_name", "country", "ShippingMethod", "mailing", "stip", "大小"]
)
def test_offers_values_of_what_tells_kinds_apart(name):
    assert may_be_offered(name)


@pytest.mark.parametrize(
    "name",
    ["email", "billingEmail", "phone_number", "ip", "clientIP", "first_name", "lastName", "accessToken", "card.number"],
)
def test_offers_no_values_of_what_tells_of_a_person(name):
    assert not may_be_offered(name)


def test_puts_the_commonest_first_and_leaves_out_what_identifies():
    seen = [
        Seen("csv", 3, 2), Seen("pdf", 9, 4), Seen("2026-03-01", 1, 1), Seen("5", 1, 1),
        Seen("eve@fjord.example", 5, 5), Seen("+49 170 1234567", 5, 5),
        Seen("hmac_0123456789abcdef0123456789abcdef", 5, 5),
        Seen("192.168.0.12", 5, 5), Seen("1b4e28ba-2fa1-11d2-883f-0016d3cca427", 5, 5), Seen(" ", 5, 5),
        Seen("x" * 101, 5, 5), Seen("[1, 2]", 5, 5),
    ]  # fmt: skip

    assert worth_offering(seen) == ["pdf", "csv", "2026-03-01", "5"]


def test_offers_of_many_values_only_those_that_several_people_share():
    seen = [Seen(f"note {n}", 1, 1) for n in range(60)] + [Seen("shared", 2, 2)]

    assert worth_offering(seen) == ["shared"]
    assert len(worth_offering([Seen(f"note {n}", 1, 1) for n in range(25)])) == 25


def test_offers_the_values_of_an_events_properties():
    for n in range(3):
        said(format="pdf", rows=n, email="ann@fjord.example")
    said("bo", format="csv", shared=True, at=NOW - 9 * DAY)
    said("bo", "Report shared", format="link")
    catch_up()

    found = queries.property_values("Report exported", ["format", "rows", "shared", "email", "nothing"])

    assert found == {"format": ["pdf", "csv"], "rows": ["0", "1", "2"], "shared": ["true"], "nothing": []}
    assert queries.property_values("Report shared", ["format"]) == {"format": ["link"]}
    assert queries.property_values("Never done", ["format"]) == {}


def test_looks_at_a_sample_of_the_latest_days(monkeypatch):
    for n in range(4):
        said(format="old", n=n, at=NOW - 5 * DAY)
        said(format="new", n=n)
    catch_up()
    monkeypatch.setattr(offered, "SAMPLED", 3)

    assert queries.property_values("Report exported", ["format"]) == {"format": ["new"]}


def test_offers_nothing_of_other_workspaces_nor_of_long_ago():
    said(format="long ago", at=NOW - timedelta(days=40))
    with tenancy.scope(given_workspace("Elsewhere").pk):
        said(format="theirs")
        catch_up()
    catch_up()

    assert queries.property_values("Report exported", ["format"]) == {}


def test_offers_no_more_what_the_plan_takes_out_by_now():
    said(format="pdf", size="large")
    catch_up()
    define_rule(RuleGiven(kind=RuleKind.HASH, field="format", event="Report exported"), by=None)
    define_rule(RuleGiven(kind=RuleKind.DROP, field="size", event="Another"), by=None)

    assert queries.property_values("Report exported", ["format", "size"]) == {"size": ["large"]}


def test_offers_the_values_traits_have_and_had():
    given_account("fjord", at=NOW - 9 * DAY, plan="Basic", seats=3)
    given_account("fjord", at=NOW - DAY, plan="Premium")
    account = given_account("kestrel", plan="Premium", owner_email="eve@kestrel.example", sizes=[1, 2])
    customers.set_account_traits(account, {"lifecycle_stage": "dormant"}, source="lifecycle")
    names = ["plan", "seats", "owner_email", "sizes", "lifecycle_stage", "nothing"]

    now = queries.values_to_choose_from(Subject.ACCOUNT, names)
    ever = queries.values_to_choose_from(Subject.ACCOUNT, ["plan"], past=True)

    assert now == {"plan": ["Premium"], "seats": ["3"], "lifecycle_stage": ["dormant"]}
    assert ever == {"plan": ["Premium", "Basic"]}


def test_offers_the_roles_and_traits_of_people():
    for n in range(30):
        title = "Buyer" if n % 2 else f"Head of {n}"
        send(identify(userId=f"fjord-{n}", traits={"title": title, "phone": f"+4917012345{n}"}, at=NOW))
    catch_up()

    found = queries.values_to_choose_from(Subject.PERSON, ["title", "phone", "role"])

    assert found["title"][0] == "Buyer"
    assert "administrator" in found["role"]
    assert "phone" not in found


def test_offers_the_time_zones_and_languages_of_people():
    for n in range(3):
        zone, locale = ("Europe/Oslo", "nb-NO") if n else ("Asia/Taipei", "zh-TW")
        send(identify(userId=f"fjord-{n}", context={"timezone": zone, "locale": locale}, at=NOW))
    catch_up()

    found = queries.values_to_choose_from(Subject.PERSON, ["timezone", "locale", "email", "name"])

    assert found == {
        "timezone": ["Europe/Oslo", "Asia/Taipei"],
        "locale": ["nb-NO", "zh-TW"],
        "email": [],
        "name": [],
    }


def test_offers_the_currencies_amounts_can_be_compared_in():
    assert queries.currencies_to_choose_from()[0] == "USD"
