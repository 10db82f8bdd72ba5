"""The timeline of accounts and people, and other reads of use."""

from datetime import date, timedelta

import pytest

from tenure.customers import actions as customer_actions
from tenure.customers import queries as customers
from tenure.customers.errors import NoSuchAccount
from tenure.kernel import jobs, outbox
from tenure.kernel.tenancy import current_workspace_id
from tenure.tracking import queries
from tenure.tracking.actions import folding
from tenure.tracking.queries.timeline import _about_account, _not_idle
from tenure.tracking.types import DayOfUse, Section
from tests.given import given_member
from tests.tracking.sending import NOW, group, hours, identify, send, track


@pytest.fixture
def fjord(workspace, at):
    """An account with two people and a month of use."""
    at(NOW)
    send(
        identify(userId="maya", traits={"name": "Maya"}, at=NOW - hours(800)),
        group(userId="maya", groupId="fjord", traits={"name": "Fjord", "plan": "pro"}, at=NOW - hours(800)),
        identify(userId="tom", traits={"name": "Tomás"}, at=NOW - hours(700)),
        group(userId="tom", groupId="fjord", at=NOW - hours(700)),
        *(track("Exported", userId="maya", at=NOW - hours(n / 10), properties={"n": n}) for n in range(1, 5)),
        track("Invited", userId="tom", at=NOW - hours(0.25)),
        *(track("Logged in", userId="tom", at=NOW - hours(24 * n)) for n in range(1, 20)),
        track("Elsewhere", userId="ann", at=NOW),
    )
    jobs.run_stage("intake", NOW)
    outbox.deliver()
    return customers.account_by_external_id("fjord").pk


def told(page):
    return [(i.kind, i.particulars.get("event", ""), i.person_name, i.count) for i in page.items]


def test_folds_what_one_person_did_in_a_row(fjord):
    page = queries.timeline(account_id=fjord, sections=[Section.USE], limit=4)

    assert told(page) == [
        ("Used", "Exported", "Maya", 2),
        ("Used", "Invited", "Tomás", 1),
        ("Used", "Exported", "Maya", 2),
        ("Used", "Logged in", "Tomás", 1),
    ]
    first = page.items[0]
    assert (first.at, first.first_at) == (NOW - hours(0.1), NOW - hours(0.2))
    assert (first.particulars["properties"], first.source) == ({"n": 1}, "sdk")


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_follow_each_other_without_gap_or_repeat(fjord, limit):
    whole = queries.timeline(account_id=fjord, limit=1_000)
    assert whole.next_cursor == ""

    seen, cursor = [], ""
    while True:
        page = queries.timeline(account_id=fjord, before=cursor, limit=limit)
        seen += page.items
        if not (cursor := page.next_cursor):
            break

    assert seen == whole.items
    assert sum(i.count for i in seen if i.kind == "Used") == 24
    assert [i.at for i in seen] == sorted((i.at for i in seen), reverse=True)


def test_months_that_are_over_hide_no_day(fjord, at):
    maya = customers.person_by_external_id("maya").pk
    later = at(NOW + timedelta(days=40))

    def pages():
        return [queries.timeline(account_id=fjord, limit=1_000), queries.timeline(person_id=maya, limit=1_000)]

    for late in (None, NOW - hours(500), NOW - hours(900)):
        if late is not None:
            send(track("Came late", userId="maya", at=late))
            jobs.run_stage("intake", later)
        unfolded = pages()
        assert [i.at for i in unfolded[1].items if i.particulars.get("event") == "Came late"][-1:] == [late] * bool(
            late
        )
        assert folding.fold_months(current_workspace_id(), later) > 0

        assert pages() == unfolded

    walked, cursor = [], ""
    while page := queries.timeline(account_id=fjord, before=cursor, limit=3):
        walked += page.items
        if not (cursor := page.next_cursor):
            break
    assert walked == unfolded[0].items


def test_idle_days_of_months_that_are_over_are_not_read(fjord, at):
    later = at(NOW + timedelta(days=40))
    first, last = date(2026, 2, 1), date(2026, 3, 12)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    asked = _about_account(fjord, NOW, NOW, 30)
    assert _not_idle(asked, days) == days

    folding.fold_months(current_workspace_id(), later)

    assert _not_idle(asked, days) == [use.day for use in queries.usage_by_day(fjord, first, last)]


def test_tells_what_our_own_side_did_beside_it(fjord, at):
    ada = given_member("Ada")
    at(NOW - hours(30))
    customer_actions.assign_owner(fjord, ada, by=ada)
    outbox.deliver()
    at(NOW)

    facts = queries.timeline(account_id=fjord, sections=[Section.FACTS])

    assert [(i.kind, i.source) for i in facts.items] == [
        ("OwnerChanged", "Tenure"),
        ("PersonAppeared", "Tenure"),
        ("PersonAppeared", "Tenure"),
        ("AccountAppeared", "Tenure"),
        ("TraitsChanged", "sdk"),
    ]
    assert facts.items[0].particulars["owner_id"] == ada.pk
    changes = next(i for i in facts.items if i.kind == "TraitsChanged")
    assert changes.particulars == {"changes": [{"name": "name", "value": "Fjord"}, {"name": "plan", "value": "pro"}]}


def test_a_person_has_a_timeline_too(fjord):
    tom = customers.person_by_external_id("tom").pk

    page = queries.timeline(person_id=tom, sections=["use"], limit=3)

    assert told(page) == [("Used", "Invited", "Tomás", 1), *[("Used", "Logged in", "Tomás", 1)] * 2]


def test_use_before_signing_in_is_on_the_timeline_of_who_signed_in(fjord):
    send({"type": "page", "name": "Pricing", "anonymousId": "c", "timestamp": (NOW - hours(30)).isoformat()})
    jobs.run_stage("intake", NOW)
    send(identify(userId="maya", anonymousId="c"))
    jobs.run_stage("intake", NOW)

    page = queries.timeline(person_id=customers.person_by_external_id("maya").pk, sections=["use"])

    assert ("Used", "Viewed Pricing Page", "Maya", 1) in told(page)
    assert ("Used", "Viewed Pricing Page", "Maya", 1) in told(queries.timeline(account_id=fjord, sections=["use"]))


def test_nobody_elses_timeline_can_be_read(fjord):
    from tenure.kernel import tenancy
    from tests.given import given_workspace

    with tenancy.scope(given_workspace("Elsewhere").pk), pytest.raises(NoSuchAccount):
        queries.timeline(account_id=fjord)


def test_use_is_counted_by_day_person_and_event(fjord):
    today = NOW.date()

    assert queries.usage_by_day(fjord, today - timedelta(days=1), today) == [
        DayOfUse(day=date(2026, 3, 9), events=1, active_people=1),
        DayOfUse(day=date(2026, 3, 10), events=5, active_people=2),
    ]
    assert queries.people_active(fjord, today - timedelta(days=2), today) == 2
    assert queries.people_active(fjord, today - timedelta(days=2), today - timedelta(days=1)) == 1
    assert [(e.name, e.events, e.people) for e in queries.event_names()] == [
        ("Logged in", 19, 1),
        ("Exported", 4, 1),
        ("Elsewhere", 1, 1),
        ("Invited", 1, 1),
    ]
    assert [e.event for e in queries.last_events(2)] == ["Elsewhere", "Exported"]
    assert [e.event for e in queries.last_events(2, account_id=fjord)] == ["Exported", "Exported"]


def test_says_how_far_behind_it_is(workspace, at):
    at(NOW + hours(1))
    send(track("a", userId="maya"), track("b", userId="maya"))

    behind = queries.lag()

    assert (behind.batches, behind.calls, behind.oldest_seconds) == (1, 2, 3600.0)
    assert b"tenure_intake_waiting_calls 2.0" in queries.metrics()
    jobs.run_stage("intake", NOW)
    assert (queries.lag().batches, queries.waiting_calls(), queries.events_stored()) == (0, 0, 2)
