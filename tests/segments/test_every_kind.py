"""Every kind of condition, from what a product, a bill or a desk says to who is in the segment."""

from datetime import timedelta

import pytest

from tenure.billing import actions as billing
from tenure.billing.types import Interval, Item, Status, SubscriptionState, Unit
from tenure.conversations import actions as conversations
from tenure.conversations.types import Priority, TicketTold
from tenure.customers import actions as customers
from tenure.customers import queries as who
from tenure.segments import actions, queries
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tests.segments.given import DAY, NOW, catch_up, given_account, given_segment, names_in
from tests.tracking.sending import identify, send, track


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def said(event, key="fjord", who="ann", *, at=NOW, **properties):
    send(
        track(event, userId=f"{key}-{who}", context={"groupId": key}, at=at, properties=properties,
              messageId=f"{key}{who}{event}{at}{properties}"),
        received_at=NOW,
    )  # fmt: skip


def test_properties_of_events():
    where = [
        {"property": "format", "operator": "is", "value": "pdf"},
        {"property": "rows", "operator": "more_than", "value": 10},
    ]
    segment = given_segment("Exporters", kind="performed", event="Export", where=where, times=2, days=7)
    never = given_segment("Never", kind="not_performed", event="Export", where=where)
    given_account("fjord")
    given_account("kestrel")
    for key, rows in (("fjord", 11), ("fjord", 12.5), ("kestrel", 11), ("kestrel", 10)):
        said("Export", key, format="PDF", rows=rows)
    said("Export", "kestrel", at=NOW - 8 * DAY, format="pdf", rows=99)
    catch_up()

    assert names_in(segment) == ["Fjord"]
    assert names_in(never) == []
    fjord = who.account_by_external_id("fjord").pk
    assert [(r.value, r.held) for r in queries.why(segment.pk, account_id=fjord).now] == [(2, True)]


def test_first_and_last_times(at):
    first = given_segment("New to it", kind="first_performed", event="Export", days=3)
    last = given_segment("Lately", kind="last_performed", event="Export", operator="within_last_days", days=3)
    for key, days in (("fjord", (10, 1)), ("kestrel", (2,)), ("northwind", (9,))):
        given_account(key)
        for n in days:
            said("Export", key, at=NOW - n * DAY)
    catch_up()

    assert names_in(first) == ["Kestrel"]
    assert names_in(last) == ["Fjord", "Kestrel"]


def test_sequences_by_one_person_or_anyone():
    steps = [
        {"event": "Invited"},
        {"event": "Exported", "where": [{"property": "ok", "operator": "is", "value": True}]},
    ]
    anyone = given_segment("Anyone", kind="sequence", steps=steps, within=2, unit="days")
    alone = {"kind": "sequence", "steps": steps, "within": 2, "unit": "days", "by": "person"}
    person = actions.define_segment("One person", subject=Subject.ACCOUNT, condition=alone)
    soon = given_segment("Soon", kind="sequence", steps=steps, within=60, unit="minutes", days=7)
    for key in ("fjord", "kestrel", "northwind"):
        given_account(key)
    said("Invited", "fjord", at=NOW - 5 * DAY)
    said("Exported", "fjord", at=NOW - 4 * DAY, ok=True)
    said("Invited", "kestrel", at=NOW - timedelta(hours=2))
    said("Exported", "kestrel", "bob", at=NOW - timedelta(hours=1), ok=True)
    said("Exported", "northwind", at=NOW - 5 * DAY, ok=True)
    said("Invited", "northwind", at=NOW - 4 * DAY)
    said("Exported", "northwind", at=NOW - 3 * DAY, ok=False)
    catch_up()

    assert names_in(anyone) == ["Fjord", "Kestrel"]
    assert names_in(person) == ["Fjord"]
    assert names_in(soon) == ["Kestrel"]


def test_what_traits_were(at):
    was = given_segment("Was Basic", kind="trait_was", name="plan", operator="is", value="basic", days=30)
    up = given_segment("Up", kind="trait_changed", name="plan", from_value="Basic", to_value="Premium", days=7)
    given_account("fjord", at=NOW - 60 * DAY, plan="Basic")
    given_account("fjord", at=NOW - 40 * DAY, plan="Premium")
    given_account("kestrel", at=NOW - 60 * DAY, plan="Basic")
    given_account("kestrel", at=NOW - 5 * DAY, plan="Premium")
    given_account("northwind", at=NOW - 5 * DAY, plan="Premium")

    assert names_in(was) == ["Kestrel"]
    assert names_in(up) == ["Kestrel"]

    at(NOW + 3 * DAY)
    actions.refresh_everybody(Subject.ACCOUNT, now=NOW + 3 * DAY)

    assert names_in(was) == ["Kestrel"]
    assert names_in(up) == []


def subscribed(key, *, started, amount, currency="USD", unit=Unit.YEAR, plan="Gold", ends=None, number=1):
    billing.record_subscription_states(
        [
            SubscriptionState(
                source="stripe", external_id=f"sub-{key}-{number}", as_of=started, status=Status.ACTIVE,
                started_at=started, currency=currency, account=key, current_period_end=ends,
                items=(Item(plan=plan, plan_name=plan, unit_amount=amount, interval=Interval(unit=unit)),),
            )
        ]
    )  # fmt: skip
    catch_up()


def test_what_billing_says():
    from decimal import Decimal

    for key in ("fjord", "kestrel", "northwind"):
        given_account(key)
    third = given_segment("Third", kind="renewal", operator="within_next_days", days=60, number=3)
    any_ = given_segment("Any", kind="renewal", operator="within_next_days", days=60)
    large = given_segment("Large", kind="mrr", operator="at_least", amount=100_00, currency="USD")
    euros = given_segment("Euros", kind="mrr", operator="at_least", amount=100_00, currency="EUR")
    paid = given_segment("Paid", kind="subscription", status="active")
    none = given_segment("None", kind="subscription", status="none")
    gold = given_segment("Gold", kind="billed_plan", plan="gold")

    begun = NOW + 59 * DAY
    subscribed("fjord", started=begun.replace(year=begun.year - 3), amount=Decimal(1_200_00))
    subscribed("kestrel", started=begun.replace(year=begun.year - 1), amount=Decimal(1_100_00), plan="Silver")

    assert names_in(third) == ["Fjord"]
    assert names_in(any_) == ["Fjord", "Kestrel"]
    assert names_in(large) == ["Fjord"]
    assert names_in(euros) == []
    assert names_in(paid) == ["Fjord", "Kestrel"]
    assert names_in(none) == ["Northwind"]
    assert names_in(gold) == ["Fjord"]


def test_plans_whose_names_hold_a_comma():
    from decimal import Decimal

    for key in ("fjord", "kestrel", "northwind"):
        given_account(key)
    annual = given_segment("Annual", kind="billed_plan", plan="Pro, annual")
    pro = given_segment("Pro", kind="billed_plan", plan="pro")
    support = given_segment("Support", kind="billed_plan", plan="Support")

    begun = NOW - 30 * DAY
    subscribed("fjord", started=begun, amount=Decimal(1_200_00), plan="Pro, annual")
    subscribed("kestrel", started=begun, amount=Decimal(1_200_00), plan="Pro")
    subscribed("northwind", started=begun, amount=Decimal(1_200_00), plan="Pro, annual")
    subscribed("northwind", started=begun, amount=Decimal(100_00), plan="Support", number=2)

    assert (names_in(annual), names_in(pro), names_in(support)) == (["Fjord", "Northwind"], ["Kestrel"], ["Northwind"])
    assert queries.plans_to_choose_from() == ["Pro", "Pro, annual", "Support"]


@pytest.mark.parametrize("hour", [0, 3, 23])
def test_a_renewal_in_so_many_days_is_on_that_day(at, hour):
    from decimal import Decimal

    given_account("fjord")
    today = given_segment("Today", kind="renewal", operator="exactly_in_days", days=0)
    tomorrow = given_segment("Tomorrow", kind="renewal", operator="exactly_in_days", days=1)
    third = given_segment("Third", kind="renewal", operator="exactly_in_days", days=60, number=3)
    renews = (NOW + 60 * DAY).replace(hour=hour)
    subscribed("fjord", started=renews.replace(year=renews.year - 3), amount=Decimal(1_200_00))

    def judged_on(moment):
        at(moment)
        actions.refresh_everybody(Subject.ACCOUNT, now=moment)
        return names_in(today), names_in(tomorrow), names_in(third)

    assert judged_on(NOW - DAY) == ([], [], [])
    assert judged_on(NOW) == ([], [], ["Fjord"])
    assert judged_on(renews - DAY) == ([], ["Fjord"], [])
    assert judged_on(renews.replace(hour=0)) == (["Fjord"], [], [])
    assert judged_on(renews) == (["Fjord"], [], [])


def test_people_at_accounts():
    quiet = {"kind": "last_seen", "operator": "more_than_days_ago", "days": 14}
    segment = given_segment(
        "Administrators away", kind="people", quantifier="at_least", number=2, roles=["administrator"], condition=quiet
    )
    most = given_segment("Most away", kind="people", quantifier="share_at_least", number=75, condition=quiet)
    for key in ("fjord", "kestrel"):
        given_account(key)
        for person in ("bob", "cy"):
            send(identify(userId=f"{key}-{person}", traits={"role": "administrator"}, at=NOW - 20 * DAY))
            said("Login", key, person, at=NOW - 20 * DAY)
    said("Login", "kestrel", "cy", at=NOW - DAY)
    catch_up()

    assert names_in(segment) == ["Fjord"]
    assert names_in(most) == []
    fjord = who.account_by_external_id("fjord").pk
    assert [(r.value, r.held) for r in queries.why(segment.pk, account_id=fjord).now] == [("2/2", True)]

    cy = who.person_by_external_id("fjord-cy").pk
    customers.set_role(cy, fjord, "buyer", by=None)
    catch_up()

    assert names_in(segment) == []


def test_tickets():
    busy = given_segment("Busy", kind="tickets", what="opened", operator="at_least", times=2, days=7)
    open_now = given_segment("Open", kind="tickets", what="open", operator="at_least", times=1)
    fjord, kestrel = given_account("fjord"), given_account("kestrel")

    def ticket(external_id, account, opened_at, **more):
        conversations.record_tickets(
            [
                TicketTold(
                    external_id=external_id, source="desk", as_of=NOW, account_id=account, opened_at=opened_at, **more
                )
            ]
        )
        catch_up()

    ticket("1", fjord, NOW - DAY)
    ticket("2", fjord, NOW - 2 * DAY)
    ticket("3", kestrel, NOW - DAY)
    ticket("4", kestrel, NOW - 9 * DAY, solved_at=NOW - 8 * DAY)

    assert names_in(busy) == ["Fjord"]
    assert names_in(open_now) == ["Fjord", "Kestrel"]

    ticket("3", kestrel, NOW - DAY, solved_at=NOW)

    assert names_in(open_now) == ["Fjord"]
    assert "open_tickets_urgent" not in who.account(fjord).traits
    assert who.account(fjord).traits["open_tickets"] == 2
    assert who.account(kestrel).traits["open_tickets"] == 0


def test_tickets_of_some_priorities():
    def asked(called, what, *priorities):
        return given_segment(called, kind="tickets", what=what, priorities=list(priorities))

    opened = asked("Opened", "opened", "high", "urgent")
    solved = asked("Solved", "solved", "urgent")
    urgent = asked("Urgent", "open", "urgent")
    normal = asked("Normal", "open", "normal")
    made = {"fjord": Priority.URGENT, "kestrel": Priority.HIGH, "northwind": None}
    ids = {key: given_account(key) for key in made}

    def ticket(key, as_of=NOW, **more):
        told = TicketTold(external_id=key, source="desk", as_of=as_of, account_id=ids[key], opened_at=NOW - DAY, **more)
        conversations.record_tickets([told])
        catch_up()

    for key, priority in made.items():
        ticket(key, priority=priority)

    assert [names_in(s) for s in (opened, solved, urgent, normal)] == [
        ["Fjord", "Kestrel"], [], ["Fjord"], ["Northwind"],
    ]  # fmt: skip
    assert who.account(ids["fjord"]).traits["open_tickets_urgent"] == 1

    ticket("fjord", NOW + timedelta(seconds=1), solved_at=NOW)
    ticket("northwind", NOW + timedelta(seconds=1), priority=Priority.URGENT)

    assert [names_in(s) for s in (opened, solved, urgent, normal)] == [
        ["Fjord", "Kestrel"], ["Fjord"], ["Northwind"], [],
    ]  # fmt: skip


def test_priorities_are_those_of_conversations():
    assert list(c.TicketPriority) == list(Priority)


def test_trend_of_one_event():
    fell = given_segment("Exports fell", kind="usage_change", measure="events", event="Export", percent=50, days=7)
    people = given_segment("Exporters", kind="usage", measure="active_people", event="Export", amount=2, days=7)
    for key, now, before in (("fjord", 1, 4), ("kestrel", 4, 4)):
        given_account(key)
        for n in range(now):
            said("Export", key, ("ann", "bob")[n % 2], at=NOW - 2 * DAY, n=n)
        for n in range(before):
            said("Export", key, at=NOW - 9 * DAY, n=n)
        for n in range(9):
            said("Login", key, ("ann", "bob")[n % 2], at=NOW - 2 * DAY, n=n)
    catch_up()

    assert names_in(fell) == ["Fjord"]
    assert names_in(people) == ["Kestrel"]
    fjord = who.account_by_external_id("fjord").pk
    assert [(r.value, r.held) for r in queries.why(fell.pk, account_id=fjord).now] == [(-75.0, True)]
