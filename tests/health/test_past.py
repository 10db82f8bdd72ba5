"""Scores of a past day are what was, or would have been, said on that day."""

import numpy as np
import pytest

from tenure.billing import actions as billing
from tenure.billing.models import InvoiceThen
from tenure.billing.types import InvoiceRecord, InvoiceStatus
from tenure.conversations import actions as conversations
from tenure.conversations import queries as conversation_queries
from tenure.conversations.types import Priority, Satisfaction, TicketStatus, TicketTold
from tenure.health import actions, queries
from tenure.health.errors import ScorecardMissing
from tenure.kernel.as_of import AsOf
from tenure.kernel.money import Money
from tests.given import given_member
from tests.health.given import DAY, NOW, catch_up, given_account, given_scorecard, given_use, measure, now_of

EVERY = (
    measure("Events", {"use": "events", "days": 10}, linear=[0, 20]),
    measure("People", {"use": "active_people", "days": 10}, linear=[0, 4]),
    measure("Days", {"use": "active_days", "days": 10}, linear=[0, 10]),
    measure("Trend", {"trend": "events", "days": 5}, linear=[-100, 100]),
    measure("Seen", {"last_seen": True}, linear=[20, 0]),
    measure("Seats", {"trait": "seats"}),
    measure("Plan", {"trait": "plan"}, listed={"Premium": 90, "Basic": 30}),
    measure("Renewal", {"days_until": "renewsOn"}, linear=[0, 100]),
    measure("Judged", {"judgement": 30}, linear=[0, 100]),
)


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def told(table):
    rows = zip(*(table[name].to_pylist() for name in ("account_id", "score", "band", "coverage")), strict=True)
    return {account: (None if score is None else round(score), band, covered) for account, score, band, covered in rows}


def test_as_known_then_is_what_was_said_then_whatever_came_later(at):
    fjord = given_account("fjord", seats=8, plan="Premium", renewsOn="2026-04-30")
    pine = given_account("pine")
    for days, times, who in ((1, 3, "ann"), (2, 1, "bob"), (7, 2, "ann"), (8, 6, "cid")):
        given_use("fjord", at=NOW - days * DAY, times=times, who=who)
    actions.judge_account(fjord, 40, by=given_member())
    scorecard = given_scorecard("All", *EVERY, minimum_coverage=20)
    catch_up()
    then = {account: now_of(account, scorecard) for account in (fjord, pine)}
    said = {account: (row.score, row.band, row.coverage) for account, row in then.items()}
    moment = AsOf.then(NOW)
    assert told(queries.scores_as_of((scorecard.pk, 1), moment)) == said

    at(NOW + 20 * DAY)
    given_account("fjord", at=NOW + 20 * DAY, seats=1, plan="Basic")
    given_use("fjord", at=NOW - DAY / 2, times=50, who="late")
    given_use("pine", at=NOW + 19 * DAY)
    actions.judge_account(fjord, 90, by=None)
    catch_up()

    assert told(queries.scores_as_of((scorecard.pk, 1), moment)) == said
    assert told(queries.scores_as_of((scorecard.pk, 1), moment, [pine])) == {pine: said[pine]}
    by_now = told(queries.scores_as_of((scorecard.pk, 1), AsOf.by_now(NOW, NOW + 20 * DAY)))
    assert by_now[fjord] != said[fjord], "use that arrived late counts once it is known"


def test_a_version_that_was_not_there_then_can_be_asked_too(at):
    fjord = given_account("fjord", seats=8)
    scorecard = given_scorecard("Seats", measure("Seats", {"trait": "seats"}))
    at(NOW + DAY)
    other = {"measures": [measure("Seats", {"trait": "seats"}, linear=[0, 16])]}
    actions.change_scorecard(scorecard.pk, definition=other, by=None)

    first = queries.scores_as_of((scorecard.pk, 1), AsOf.then(NOW))
    second = queries.scores_as_of((scorecard.pk, 2), AsOf.then(NOW))

    assert (told(first)[fjord][0], told(second)[fjord][0]) == (80, 50)
    assert told(queries.scores_as_of(queries.read_definition(other), AsOf.then(NOW))) == told(second)
    with pytest.raises(ScorecardMissing):
        queries.scores_as_of((scorecard.pk, 3), AsOf.then(NOW))


def test_accounts_that_were_not_there_yet_are_left_out(at):
    given_account("fjord", seats=8)
    scorecard = given_scorecard("Seats", measure("Seats", {"trait": "seats"}))

    assert queries.scores_as_of((scorecard.pk, 1), AsOf.then(NOW - DAY)).num_rows == 0


def test_conditions_are_asked_of_the_same_past(at):
    fjord, pine = given_account("fjord", seats=9, plan="Premium"), given_account("pine", seats=8, plan="Basic")
    premium = {"trait": "plan", "operator": "is", "value": "Premium"}
    scorecard = given_scorecard(
        "Some",
        measure("Seats", {"trait": "seats"}),
        applies_to=premium,
        exceptions=[{"exception": "Many", "when": {"where": {"trait": "seats", "operator": "more_than", "value": 5}},
                     "cap": 30}],
    )  # fmt: skip
    moment = AsOf.then(NOW)
    assert told(queries.scores_as_of(scorecard.pk, moment)) == {fjord: (30, 0, 100)}

    at(NOW + DAY)
    given_account("fjord", at=NOW + DAY, plan="Basic", seats=2)
    given_account("pine", at=NOW + DAY, plan="Premium")

    assert told(queries.scores_as_of(scorecard.pk, moment)) == {fjord: (30, 0, 100)}
    assert told(queries.scores_as_of(scorecard.pk, moment, [pine])) == {}
    assert told(queries.scores_as_of(scorecard.pk, AsOf.then(NOW + DAY))) == {pine: (30, 0, 100)}


def test_any_version_is_asked_by_its_number(at):
    fjord = given_account("fjord", seats=8)
    scorecard = given_scorecard("Seats", measure("Seats", {"trait": "seats"}))
    wider = {"measures": [measure("Seats", {"trait": "seats"}, linear=[0, 16])]}
    actions.change_scorecard(scorecard.pk, definition=wider, by=None)
    moment = AsOf.then(NOW)

    by_number = [told(queries.scores_as_of(scorecard.pk, moment, version=n))[fjord][0] for n in (1, 2)]

    assert by_number == [80, 50]
    assert told(queries.scores_as_of(scorecard.pk, moment))[fjord][0] == 50, "as it is now"
    with pytest.raises(ScorecardMissing):
        queries.scores_as_of(scorecard.pk, moment, version=3)
    with pytest.raises(ScorecardMissing):
        queries.scores_as_of(0, moment)


def told_ticket(number, account, at, **said):
    return TicketTold(external_id=f"t{number}", source=f"desk {at}", row=number, account_id=account, as_of=at, **said)


def test_tickets_count_by_what_had_been_told_of_them(at):
    fjord, pine = given_account("fjord"), given_account("pine")
    conversations.record_tickets(
        [
            told_ticket(1, fjord, NOW, opened_at=NOW - DAY, priority=Priority.URGENT),
            told_ticket(2, fjord, NOW, opened_at=NOW - 9 * DAY, status=TicketStatus.SOLVED, solved_at=NOW - DAY,
                        satisfaction=Satisfaction.BAD),
            told_ticket(3, pine, NOW, opened_at=NOW - 2 * DAY),
        ]
    )  # fmt: skip
    at(NOW + 5 * DAY)
    conversations.record_tickets(
        [
            told_ticket(1, fjord, NOW + 5 * DAY, status=TicketStatus.SOLVED, solved_at=NOW - DAY / 2),
            told_ticket(4, pine, NOW + 5 * DAY, opened_at=NOW - DAY, priority=Priority.URGENT),
        ]
    )

    def counted(measure, as_of, ids=None):
        found = conversation_queries.tickets_of_accounts_as_of(measure, as_of, 5, ids)
        return dict(zip(*(found[name].to_pylist() for name in ("account_id", "n")), strict=True))

    then, by_now = AsOf.then(NOW), AsOf.by_now(NOW, NOW + 5 * DAY)
    assert counted("open", then) == {fjord: 1, pine: 1}
    assert counted("open", AsOf(NOW - 2 * DAY, NOW)) == {fjord: 1, pine: 1}, "the solved one was open then"
    assert counted("open", by_now) == {pine: 2}
    assert (counted("open_urgent", then), counted("open_urgent", by_now)) == ({fjord: 1}, {pine: 1})
    assert (counted("opened", then), counted("opened", by_now)) == ({fjord: 1, pine: 1}, {fjord: 1, pine: 2})
    assert counted("unhappy", AsOf.then(NOW)) == {}
    assert counted("unhappy", AsOf(NOW - 5 * DAY, NOW)) == {fjord: 1}
    assert counted("opened", by_now, [pine]) == {pine: 2}
    assert counted("open", AsOf.then(NOW - DAY)) == {}, "nothing had been told yet"


def invoice(at, status, **more):
    return InvoiceRecord(
        source="test", external_id="in_1", as_of=at, account="acme", status=status, issued_at=NOW - 50 * DAY,
        due_at=NOW - 12 * DAY, total=Money(amount=100, currency="USD"), **more,
    )  # fmt: skip


def test_invoices_count_by_how_they_had_been_told(at):
    acme = given_account("acme")
    scorecard = given_scorecard("Money", measure("Overdue", {"overdue": True}, linear=[0, 100]))
    billing.record_invoices([invoice(NOW, InvoiceStatus.OPEN)])
    at(NOW + 3 * DAY)
    billing.record_invoices([invoice(NOW + 3 * DAY, InvoiceStatus.VOID)])
    billing.record_invoices([invoice(NOW + 3 * DAY, InvoiceStatus.VOID)])

    def said(as_of):
        return told(queries.scores_as_of(scorecard.pk, as_of))[acme][0]

    assert said(AsOf.then(NOW)) == 12
    assert said(AsOf.then(NOW + 2 * DAY)) == 14
    assert said(AsOf.then(NOW + 3 * DAY)) == 0
    assert said(AsOf.by_now(NOW, NOW + 3 * DAY)) == 0, "that it was void is known by now"
    assert InvoiceThen.objects.count() == 2


def test_scores_are_numbers_and_nulls(at):
    given_account("fjord", seats=8)
    pine = given_account("pine")
    scorecard = given_scorecard("Seats", measure("Seats", {"trait": "seats"}))

    table = queries.scores_as_of((scorecard.pk, 1), AsOf.then(NOW))

    assert table.filter(np.equal(table["account_id"].to_numpy(), pine))["score"].to_pylist() == [None]
