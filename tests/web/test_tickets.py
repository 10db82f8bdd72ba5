"""The pages of tickets, and exports from the page of imports."""

from datetime import timedelta

import pytest

from tenure.conversations.types import TicketStatus
from tenure.kernel import outbox
from tenure.workspaces.queries import audit_trail
from tenure.workspaces.types import PermissionRole
from tests.conversations.given import NOW, given_person, given_ticket
from tests.web.visiting import read, read_csv, visit


@pytest.fixture
def two(workspace, at):
    at(NOW)
    person, account = given_person("maya", "fjord")
    given_ticket("t1", account_id=account, person_id=person, subject="Export fails", opened_at=NOW - timedelta(days=2))
    given_ticket("t2", account_id=account, subject="Invoice", status=TicketStatus.SOLVED, opened_at=NOW)
    outbox.deliver()
    return person, account


def test_an_empty_list_says_what_will_be_here(workspace):
    page = read(visit().get("/tickets/"))

    assert "No ticket yet" in page
    assert "/settings/imports/" in page


def test_tickets_are_listed_narrowed_and_exported(two):
    client = visit()
    person, _ = two

    assert read(client.get("/tickets/")).index("Invoice") < read(client.get("/tickets/")).index("Export fails")
    waiting = read(client.get("/tickets/?status=open"))
    assert "Export fails" in waiting
    assert "Invoice" not in waiting
    assert "Invoice" not in read(client.get(f"/tickets/?person_id={person}"))
    assert "Nothing fits" in read(client.get("/tickets/?q=nowhere"))
    rows = read_csv(client.get("/tickets/export.csv?q=export"))
    assert [row[:3] for row in rows[1:]] == [["t1", "Export fails", "open"]]


def test_they_stand_on_the_pages_of_account_and_person(two):
    client = visit()
    person, account = two

    page = read(client.get(f"/accounts/{account}/"))
    assert "1 not solved, 2 opened in 90 days" in page
    assert "Ticket solved: Invoice" in page
    assert "Ticket opened: Export fails" in page
    assert "1 not solved, 1 opened in 90 days" in read(client.get(f"/people/{person}/"))


def test_everything_is_exported_by_admins_and_that_is_written_down(two):
    answer = visit().get("/settings/exports/tickets.csv?since=2026-07-01")
    assert [row[0] for row in read_csv(answer)[1:]] == ["t2"]
    (entry,) = [e for e in audit_trail() if e.action == "exports.make"]
    assert (entry.subject, entry.details["since"]) == ("tickets", "2026-07-01")
    assert visit(PermissionRole.MEMBER).get("/settings/exports/people.jsonl").status_code == 403
    assert visit().get("/settings/exports/spend.csv").status_code == 404
