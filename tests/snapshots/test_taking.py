"""Every customer's week in numbers, as it was known then, kept once and the same whenever it is worked out again."""

import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from tenure.billing import actions as billing
from tenure.billing.types import Discount, InvoiceRecord, InvoiceStatus, PaymentKind, PaymentRecord, Status
from tenure.conversations import actions as conversations
from tenure.conversations.types import Satisfaction, TicketTold
from tenure.customers import actions as customers
from tenure.customers import queries as customer_queries
from tenure.kernel import jobs, tenancy
from tenure.kernel.as_of import AsOf
from tenure.kernel.money import Money
from tenure.lake import tables
from tenure.lake.tables import LakeTable
from tenure.snapshots import actions, queries, rules
from tenure.snapshots.models import SnapshotTaken
from tenure.snapshots.types import ACCOUNT_WEEK, NAMES, Known, begin_of
from tests.billing.telling import state
from tests.tracking.sending import group, send, track

FIRST = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def used(day: datetime, people: int, *, account: str = "fjord", times: int = 1, event: str = "Exported") -> None:
    """Tell of use on a day, on that day."""
    calls = [
        track(event, userId=f"{account}-{p}", context={"groupId": account}, at=day + timedelta(minutes=n))
        for p in range(people)
        for n in range(times)
    ]
    send(group(groupId=account, at=day), *calls, received_at=day + timedelta(hours=1))
    jobs.run_stage("intake", day + timedelta(hours=1))


@pytest.fixture
def twelve_weeks(workspace: Any, at: Any) -> datetime:
    """Live through twelve weeks: five people on every Monday, three of them no more in the last four."""
    for week in range(12):
        monday = at(FIRST + week * WEEK)
        used(monday, 5 if week < 8 else 2)
        if week == 2:
            billing.record_subscription_states([state(account="fjord", quantity=4, started_at=monday, as_of=63)])
        at(monday + timedelta(hours=15))
    return at(FIRST + 12 * WEEK)


def of_fjord(rows: Any) -> dict[str, Any]:
    fjord = customer_queries.account_by_external_id("fjord").pk
    return next(r for r in rows.to_pylist() if r["account_id"] == fjord)


def test_says_what_an_account_did_in_numbers(twelve_weeks):
    on = (twelve_weeks.replace(hour=0)).date()

    row = of_fjord(queries.features_as_of(on, Known.THEN, AsOf.then(begin_of(on))))

    assert {name: row[name] for name in NAMES if row[name] is not None} == {
        "days_since_use": 7,
        "use_change": pytest.approx(-1.222392),  # 8 events after 20
        "people_change": -1.0,  # 2 people after 5
        "active_people": 2,
        "active_days": 4,
        "stopped_people": 3,
        "age_days": pytest.approx(83.625),
        "breadth_change": 0,
        "breadth": 1,
        "top_person_share": 0.5,
        "new_people": 0,
        "events_a_person": 4,
        "last_week_share": 0.25,
        "seats_used": 0.5,
        "mrr": 20_000,
        "past_due": 0,
        "days_to_renewal": row["days_to_renewal"],
        "use_quarter_change": pytest.approx(-1.222392),  # 8 events after 20
        "people_quarter_change": -1.0,  # 2 people after 5
        "days_overdue": 0,
        "payments_failed": 0,
        "discount_share": 0,
        "tickets_opened": 0,
        "tickets_unhappy": 0,
    }
    assert row["is_paying"]
    assert row["known_at"] == begin_of(on)


def test_a_kept_week_stays_as_it_is_however_much_arrives_later(twelve_weeks, at):
    on = twelve_weeks.date()
    actions.take_week(on, twelve_weeks)
    kept = queries.rows_of_weeks([on])

    late = at(twelve_weeks + 3 * DAY)
    send(*[track("Exported", userId=f"fjord-{p}", at=twelve_weeks - 5 * DAY) for p in range(5)], received_at=late)
    jobs.run_stage("intake", late)
    ended = state(70, account="fjord", status=Status.CANCELLED, ended_at=twelve_weeks - 2 * DAY)
    billing.record_subscription_states([ended])
    customers.set_traits_of_accounts(
        {of_fjord(kept)["account_id"]: {"health_score": 7}}, source="health", at=twelve_weeks - 3 * DAY
    )
    again = queries.features_as_of(on, Known.THEN, AsOf.then(begin_of(on)))

    assert again.equals(kept)
    actions.take_week(on, late)
    assert queries.rows_of_weeks([on]).equals(kept)
    assert queries.features_as_of(on, Known.BY_NOW, AsOf.by_now(begin_of(on), late)).num_rows == 0, "it had ended"


def ticket(number: int, **said: Any) -> TicketTold:
    return TicketTold(external_id=f"t{number}", source="desk", **said)


def invoice(number: int, due: datetime, status: InvoiceStatus, as_of: datetime) -> InvoiceRecord:
    return InvoiceRecord(
        source="test", external_id=f"in_{number}", as_of=as_of, account="fjord", status=status, due_at=due,
        issued_at=due - WEEK, paid_at=as_of if status is InvoiceStatus.PAID else None,
        total=Money(amount=100, currency="USD"),
    )  # fmt: skip


def test_tickets_and_bills_count_as_they_were_told_by_then(twelve_weeks, at):
    on = twelve_weeks.date()
    fjord = customer_queries.account_by_external_id("fjord").pk
    day = twelve_weeks.replace(hour=0)
    conversations.record_tickets(
        [
            ticket(1, as_of=day - 20 * DAY, account_id=fjord, opened_at=day - 20 * DAY),
            ticket(2, as_of=day - 50 * DAY, account_id=fjord, opened_at=day - 50 * DAY),
            ticket(2, as_of=day - 40 * DAY, row=1, satisfaction=Satisfaction.BAD),
        ]
    )
    at(day - 9 * DAY)
    billing.record_invoices([invoice(1, day - 12 * DAY, InvoiceStatus.OPEN, day - 9 * DAY)])
    at(twelve_weeks)

    def numbers(known: Known, as_of: AsOf) -> dict[str, Any]:
        row = of_fjord(queries.features_as_of(on, known, as_of))
        return {name: row[name] for name in ("tickets_opened", "tickets_unhappy", "days_overdue")}

    then = numbers(Known.THEN, AsOf.then(begin_of(on)))
    assert then == {"tickets_opened": 1, "tickets_unhappy": 1, "days_overdue": 12}

    late = at(twelve_weeks + 5 * DAY)
    conversations.record_tickets(
        [
            ticket(1, as_of=late, row=1, satisfaction=Satisfaction.BAD),
            ticket(3, as_of=late, account_id=fjord, opened_at=day - 3 * DAY),
        ]
    )
    billing.record_invoices([invoice(1, day - 12 * DAY, InvoiceStatus.PAID, late)])
    billing.record_invoices([invoice(2, day - 30 * DAY, InvoiceStatus.OPEN, late)])

    assert numbers(Known.THEN, AsOf.then(begin_of(on))) == then, "what came later was not known"
    by_now = numbers(Known.BY_NOW, AsOf.by_now(begin_of(on), late))
    assert by_now == {"tickets_opened": 2, "tickets_unhappy": None, "days_overdue": 30}


def test_failed_payments_and_discounts_count_as_they_were_told_by_then(twelve_weeks, at):
    on, day = twelve_weeks.date(), twelve_weeks.replace(hour=0)

    def tried(number: int, days_ago: int) -> PaymentRecord:
        return PaymentRecord(
            source="test", external_id=f"ch_{number}", as_of=day - days_ago * DAY, kind=PaymentKind.FAILURE,
            at=day - days_ago * DAY, amount=Money(amount=900, currency="USD"), account="fjord",
        )  # fmt: skip

    def off(percent: int, days: int) -> Any:
        discount = Discount(percent=Decimal(percent), ends_at=day + days * DAY)
        return state(70 + days, account="fjord", quantity=4, started_at=FIRST, discounts=(discount,))

    at(day - 3 * DAY)
    billing.record_payments([tried(1, 4), tried(2, 3), tried(3, 100)])
    billing.record_subscription_states([off(25, 10)])
    at(twelve_weeks)

    def numbers(known: Known, as_of: AsOf) -> dict[str, Any]:
        row = of_fjord(queries.features_as_of(on, known, as_of))
        return {name: row[name] for name in ("payments_failed", "discount_share", "days_to_discount_end", "mrr")}

    then = numbers(Known.THEN, AsOf.then(begin_of(on)))
    assert then == {"payments_failed": 2, "discount_share": 0.25, "days_to_discount_end": 10, "mrr": 15_000}
    words = [queries.feature_reason(name, value) for name, value in then.items() if name != "mrr"]
    assert words == ["2 payments failed in 90 days", "25 % off the list price", "A discount ends in 10 days"]
    nothing = [("payments_failed", 0.0), ("discount_share", 0.0), ("days_to_discount_end", None)]
    assert [queries.feature_reason(*each) for each in nothing] == [
        "No payment failed in 90 days",
        "No discount",
        "No discount ends by itself",
    ]

    late = at(twelve_weeks + 5 * DAY)
    billing.record_payments([tried(4, 1)])
    billing.record_subscription_states([off(60, 12)])

    assert numbers(Known.THEN, AsOf.then(begin_of(on))) == then, "what came later was not known"
    by_now = numbers(Known.BY_NOW, AsOf.by_now(begin_of(on), late))
    assert by_now["payments_failed"] == 3


def test_mrr_is_set_beside_that_of_a_year_before(workspace, at):
    begun = at(FIRST)
    used(begun, 2)
    billing.record_subscription_states([state(account="fjord", amount=40_000, started_at=begun, as_of=0)])
    cut = at(begun + 30 * WEEK)
    billing.record_subscription_states([state(account="fjord", amount=10_000, started_at=begun, as_of=210)])
    on = (cut + 24 * WEEK).date()

    row = of_fjord(queries.features_as_of(on, Known.THEN, AsOf.then(begin_of(on))))

    assert (row["mrr"], row["mrr_change"], row["mrr_year_change"]) == (10_000, 0, pytest.approx(math.log2(101 / 401)))
    assert queries.feature_reason("mrr_year_change", row["mrr_year_change"], row) == "Change in MRR over a year: −75 %"


def test_weeks_kept_before_a_number_was_lack_it(twelve_weeks):
    on, before = twelve_weeks.date(), (twelve_weeks - WEEK).date()
    first = LakeTable(ACCOUNT_WEEK.name, pa.schema([f for f in ACCOUNT_WEEK.schema if f.name != "tickets_opened"]))
    rows = queries.features_as_of(before, Known.THEN, AsOf.then(begin_of(before)))
    tables.append(tenancy.current_workspace_id(), first, rows.drop_columns("tickets_opened"))
    assert of_fjord(queries.rows_of_weeks([before]))["tickets_opened"] is None

    actions.take_week(on, twelve_weeks)

    assert [r["tickets_opened"] for r in queries.rows_of_weeks([before, on]).to_pylist()] == [None, 0]
    assert of_fjord(queries.rows_of_weeks([before]))["mrr"] == 20_000


def test_weeks_are_taken_once_they_are_over(twelve_weeks, at):
    jobs.run_stage("snapshots", twelve_weeks)

    taken = [s.day for s in queries.weeks_taken()]
    assert taken == [date(2026, 2, 2) + n * WEEK for n in range(9)]
    assert {s.known for s in queries.weeks_taken()} == {"then"}
    assert queries.rows_of_weeks(taken)["dt"].unique().to_pylist() == taken
    assert jobs.run_stage("snapshots", twelve_weeks) == 0
    at(twelve_weeks + WEEK)
    assert jobs.run_stage("snapshots", twelve_weeks + WEEK) == 1


def test_an_imported_history_is_read_as_known_now_and_says_so(workspace, at):
    now = at(FIRST + 20 * WEEK)
    for week in range(12):
        monday = FIRST + week * WEEK
        calls = [track("Exported", userId=f"u{p}", context={"groupId": "fjord"}, at=monday) for p in range(3)]
        send(group(groupId="fjord", at=monday), *calls, received_at=now)
    jobs.run_stage("intake", now)
    day = (FIRST + 11 * WEEK).date()

    made = actions.take_week(day, now)

    assert (made.known, made.known_at, made.accounts) == ("by_now", now, 1)
    row = of_fjord(queries.rows_of_weeks([day]))
    assert (row["active_people"], row["known_at"]) == (3, now)
    assert queries.features_as_of(day, Known.THEN, AsOf.then(begin_of(day))).num_rows == 0


def test_who_has_churned_is_no_customer_of_the_week(twelve_weeks, at):
    ended = state(82, account="fjord", status=Status.CANCELLED, ended_at=twelve_weeks - DAY)
    at(twelve_weeks - DAY)
    billing.record_subscription_states([ended])
    at(twelve_weeks)
    on = twelve_weeks.date()

    ids = queries.features_as_of(on, Known.THEN, AsOf.then(begin_of(on)))["account_id"].to_pylist()

    assert customer_queries.account_by_external_id("fjord").pk not in ids


def test_nothing_is_taken_while_something_waits_to_be_stored(twelve_weeks, at):
    send(track("Exported", userId="fjord-1", at=twelve_weeks), received_at=twelve_weeks)

    assert actions.take_next(twelve_weeks) == 0
    assert SnapshotTaken.objects.count() == 0
    assert actions.take_next(twelve_weeks + 2 * DAY) == 1


def test_erased_accounts_are_in_no_week(twelve_weeks):
    actions.take_week(twelve_weeks.date(), twelve_weeks)
    fjord = customer_queries.account_by_external_id("fjord").pk
    assert [w["account_id"] for w in queries.weeks_of_accounts([fjord])] == [fjord]

    gone = actions.erase_customers(customer_queries.everything_of_account(fjord))

    assert gone == {"account_week": 1}
    assert list(queries.weeks_of_accounts([fjord])) == []


def test_the_latest_week_comes_first_then_every_fourth():
    days = rules.weeks_due(date(2026, 1, 5), date(2026, 3, 2), [date(2026, 3, 2)])

    assert days[:2] == [date(2026, 2, 2), date(2026, 1, 5)]
    assert sorted(days) == [date(2026, 1, 5) + n * WEEK for n in range(8)]


def test_every_feature_is_said_in_words():
    for name in NAMES:
        assert queries.feature_name(name) != name
        assert queries.feature_words(name)
        assert queries.feature_reason(name, 1.0) != queries.feature_reason(name, None)
    assert ACCOUNT_WEEK.schema.names[3:-1] == list(NAMES)


@pytest.mark.parametrize(
    ("name", "now", "before", "beside", "said"),
    [
        ("people_change", 1, 2, {"active_people": 1.0}, "−50 %"),
        ("people_change", 0, 9, {"active_people": 0.0}, "−100 %"),
        ("people_change", 5, 0, {"active_people": 5.0}, "+500 %"),
        ("use_change", 0, 40, {"active_people": 0.0, "events_a_person": None}, "−100 %"),
        ("use_change", 30, 20, {"active_people": 3.0, "events_a_person": 10.0}, "+50 %"),
        ("mrr_change", 50, 100, {"mrr": 5_000.0}, "−50 %"),
    ],
)
def test_a_change_is_said_as_what_was_counted(name, now, before, beside, said):
    value = round(math.log2((now + 1) / (before + 1)), 6)

    assert queries.feature_reason(name, value, beside).endswith(f": {said}")


def test_breadth_is_said_as_what_it_counts():
    assert queries.feature_reason("breadth", 1.0) == "1 different event in 28 days"
    assert queries.feature_reason("breadth", 7.0) == "7 different events in 28 days"


def test_money_is_said_in_units_of_its_currency():
    assert queries.feature_reason("mrr", 480_000.0, currency="USD") == "MRR: 4,800 USD"
    assert queries.feature_reason("mrr", 480_000.0, currency="JPY") == "MRR: 480,000 JPY"
    assert queries.feature_reason("mrr", 480_000.0, currency="KWD") == "MRR: 480 KWD"


@pytest.mark.parametrize("currency", ["USD", "JPY", "KWD"])
def test_a_change_of_money_is_the_same_in_every_currency(currency):
    for now, before, said in ((300, 400, "−25 %"), (50, 100, "−50 %"), (0, 5_000, "−100 %")):
        value = round(math.log2((now / 100 + 1) / (before / 100 + 1)), 6)
        beside = {"mrr": float(now)}
        assert queries.feature_reason("mrr_change", value, beside, currency=currency) == f"Change in MRR: {said}"
