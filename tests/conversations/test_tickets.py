"""Tickets are what was told of them, in whatever order, and a source's word can be taken back."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.conversations import actions, queries
from tenure.conversations.announcements import TicketOpened, TicketSolved, TicketsWithdrawn
from tenure.conversations.errors import NoSuchTicket
from tenure.conversations.models import Ticket, TicketTelling
from tenure.conversations.types import Priority, Satisfaction, TicketsRecorded, TicketStatus
from tenure.customers import queries as customers
from tenure.customers.actions import merge_accounts, part
from tenure.kernel import outbox, tenancy
from tenure.privacy.actions.erasing import ERASERS
from tenure.tracking import queries as tracking
from tests.conversations.given import NOW, given_person, given_ticket, told
from tests.given import given_workspace

DAY = timedelta(days=1)


def shown() -> list[tuple[object, ...]]:
    return list(
        Ticket.objects.order_by("external_id").values_list(
            "external_id", "account_id", "person_id", "subject", "status", "priority", "channel", "opened_at",
            "first_answered_at", "solved_at", "satisfaction", "source",
        )
    )  # fmt: skip


def lines(account: int) -> list[tuple[str, str]]:
    outbox.deliver()
    page = tracking.timeline(account_id=account, sections=["conversations"])
    return [(item.kind, item.particulars["external_id"]) for item in page.items]


def test_is_opened_answered_and_solved(workspace, at, heard):
    at(NOW)
    person, account = given_person("maya", "fjord")
    heard.clear()

    first = actions.record_tickets(
        [told("t1", account_id=account, person_id=person, subject="Export fails", opened_at=NOW - DAY)]
    )
    second = actions.record_tickets(
        [
            told(
                "t1", row=2, as_of=NOW + DAY, solved_at=NOW, first_answered_at=NOW - DAY / 2, priority=Priority.HIGH,
                satisfaction=Satisfaction.GOOD,
            )
        ]
    )  # fmt: skip
    again = actions.record_tickets([told("t1", row=3, as_of=NOW + 2 * DAY, solved_at=NOW, subject="Export fails")])

    assert (first, second, again) == (TicketsRecorded(new=1), TicketsRecorded(changed=1), TicketsRecorded(same=1))
    assert shown() == [
        (
            "t1", account, person, "Export fails", "solved", "high", "", NOW - DAY, NOW - DAY / 2, NOW, "good",
            "csv tickets.csv import 1 row 2",
        )
    ]  # fmt: skip
    told_of = [a for a in heard if isinstance(a, (TicketOpened, TicketSolved))]
    assert [(type(a), a.at, a.account_id, a.person_id) for a in told_of] == [
        (TicketOpened, NOW - DAY, account, person),
        (TicketSolved, NOW, account, person),
    ]
    assert lines(account) == [("TicketSolved", "t1"), ("TicketOpened", "t1")]


def test_is_no_longer_solved_when_it_is_open_again(workspace, at):
    at(NOW)
    given_ticket(solved_at=NOW - DAY, opened_at=NOW - 2 * DAY)

    actions.record_tickets([told("t1", row=2, as_of=NOW + DAY, status=TicketStatus.OPEN)])

    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.solved_at) == ("open", None)


def test_is_withdrawn_from_the_timeline_too(workspace, at, heard):
    at(NOW)
    person, account = given_person("maya", "fjord")
    given_ticket("t1", account_id=account, person_id=person)
    given_ticket("t2", account_id=account)
    actions.record_tickets([told("t1", source="later", row=1, as_of=NOW + DAY, solved_at=NOW)])
    assert sorted(lines(account)) == [("TicketOpened", "t1"), ("TicketOpened", "t2"), ("TicketSolved", "t1")]
    heard.clear()

    assert actions.withdraw_tickets("later", limit=10) == 1

    withdrawn = [a for a in heard if isinstance(a, TicketsWithdrawn)]
    assert [(a.opened, len(a.solved)) for a in withdrawn] == [([], 1)]
    assert Ticket.objects.get(external_id="t1").status == "open"
    assert sorted(lines(account)) == [("TicketOpened", "t1"), ("TicketOpened", "t2")]
    while actions.withdraw_tickets("csv tickets.csv import 1", limit=1):
        pass
    assert lines(account) == []
    assert (Ticket.objects.count(), TicketTelling.objects.count()) == (0, 0)


def test_is_found_by_account_status_and_words(workspace, at):
    at(NOW)
    person, account = given_person("maya", "fjord")
    given_ticket("t1", account_id=account, person_id=person, subject="Export fails", opened_at=NOW - DAY)
    given_ticket("t2", account_id=account, subject="Invoice", solved_at=NOW)
    given_ticket("t3", subject="Nobody's")

    assert [t.external_id for t in queries.tickets(account_id=account)] == ["t2", "t1"]
    assert [t.external_id for t in queries.tickets(person_id=person)] == ["t1"]
    assert [t.external_id for t in queries.tickets(is_waiting=True)] == ["t3", "t1"]
    assert [t.external_id for t in queries.tickets(search="export")] == ["t1"]
    assert [t.external_id for t in queries.tickets(search="t3")] == ["t3"]
    counts = queries.ticket_counts(account_id=account)
    assert (counts.waiting, counts.opened_lately) == (1, 2)
    assert queries.tickets_waiting() == 2
    with tenancy.scope(given_workspace("Other").pk), pytest.raises(NoSuchTicket):
        queries.ticket(Ticket.everywhere.order_by("pk").first().pk)


def test_forgets_the_person_and_keeps_the_count(workspace, at):
    at(NOW)
    person, account = given_person("maya", "fjord")
    given_ticket("t1", account_id=account, person_id=person, subject="Maya cannot sign in")
    from tenure.customers.types import CustomerSet

    ERASERS["conversations"](CustomerSet(person_ids=frozenset({person}), words=("maya",)))

    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.person_id, ticket.account_id) == ("", None, account)
    assert TicketTelling.objects.count() == 0


def test_is_forgotten_once_it_is_over_long_enough(workspace, at):
    at(NOW)
    given_ticket("old", opened_at=NOW - 9 * DAY, solved_at=NOW - 8 * DAY)
    given_ticket("closed", opened_at=NOW - 9 * DAY, status=TicketStatus.CLOSED)
    given_ticket("waits", opened_at=NOW - 9 * DAY)
    given_ticket("new", opened_at=NOW - 9 * DAY, solved_at=NOW - DAY)

    assert actions.forget_tickets_before(NOW - 5 * DAY) == 2

    assert sorted(t.external_id for t in Ticket.objects.all()) == ["new", "waits"]


tellings = st.lists(
    st.tuples(
        st.sampled_from(["t1", "t2"]),
        st.sampled_from(["one", "two"]),
        st.integers(0, 3),
        st.sampled_from([None, *TicketStatus]),
        st.sampled_from([None, NOW, NOW + DAY]),
        st.sampled_from([None, "a", "b"]),
    ),
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told_first=tellings, then=tellings)
def test_withdrawing_a_source_is_the_inverse_of_its_telling(db, at, told_first, then):
    at(NOW)
    with tenancy.scope(given_workspace().pk):
        for n, (id_, source, days, status, solved, subject) in enumerate(told_first):
            actions.record_tickets(
                [
                    told(
                        id_, source=source, row=n, as_of=NOW + days * DAY, status=status, solved_at=solved,
                        subject=subject,
                    )
                ]
            )  # fmt: skip
        before = shown()
        actions.record_tickets(
            [
                told(
                    id_, source="third", row=n, as_of=NOW + days * DAY, status=status, solved_at=solved, subject=subject
                )
                for n, (id_, _, days, status, solved, subject) in enumerate(then)
            ]
        )

        while actions.withdraw_tickets("third", limit=2):
            pass

        assert shown() == before


def open_tickets(account_id, person_id):
    of_account, of_person = customers.account(account_id).traits, customers.person(person_id).traits
    return of_account.get("open_tickets"), of_person.get("open_tickets")


def test_counts_what_is_open_as_a_trait(workspace, at):
    at(NOW)
    person, account = given_person("maya", "fjord")
    assert open_tickets(account, person) == (None, None)

    given_ticket("t1", account_id=account, person_id=person)
    given_ticket("t2", account_id=account)
    assert open_tickets(account, person) == (2, 1)

    actions.record_tickets([told("t1", source="later", row=1, as_of=NOW + DAY, solved_at=NOW)])
    assert open_tickets(account, person) == (1, 0)

    actions.withdraw_tickets("later", limit=10)
    assert open_tickets(account, person) == (2, 1)


def test_counts_what_is_open_of_accounts_that_became_one(workspace, at):
    at(NOW)
    person, fjord = given_person("maya", "fjord")
    _, kestrel = given_person("bo", "kestrel")
    given_ticket("t1", account_id=fjord)
    given_ticket("t2", account_id=kestrel)

    merged = merge_accounts(fjord, kestrel, by=None)
    while outbox.deliver(NOW):
        pass
    assert open_tickets(fjord, person) == (2, None)

    part(merged.pk, by=None)
    while outbox.deliver(NOW):
        pass
    assert open_tickets(fjord, person) == (1, None)
