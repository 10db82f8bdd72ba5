"""Imports of events, subscriptions and tickets come off again, exactly."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.billing.models import LedgerAccount, LedgerMovement, RecordedState, Spend, Subscription, Told
from tenure.connectors.company_facts import actions as company_facts
from tenure.connectors.company_facts.models import CompanyFacts
from tenure.connectors.files import actions
from tenure.connectors.files.models import Replaced
from tenure.connectors.files.types import Kind, Status
from tenure.conversations.models import Ticket, TicketTelling
from tenure.customers.models import Account, Affiliation, Person
from tenure.kernel import jobs, outbox, tenancy
from tenure.lake import engine
from tenure.tracking import queries as tracking
from tenure.tracking.actions import intake
from tenure.tracking.models import IntakeBatch, ObservedEvent, TimelineEntry
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY
from tests.connectors.files.given import checked, counts, given_file, imported, undone
from tests.given import given_workspace
from tests.tracking.sending import NOW as SENT
from tests.tracking.sending import send, track

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def lake(table: Any) -> list[dict[str, Any]]:
    rows = engine.run(engine.read(tenancy.current_workspace_id(), table)).to_pylist()
    return sorted(({k: v for k, v in r.items() if k != "received_at"} for r in rows), key=str)


def known() -> list[Any]:
    people = Person.objects.order_by("external_id").values_list(
        "external_id", "traits", "first_seen_at", "last_seen_at", "is_anonymous"
    )
    accounts = Account.objects.order_by("external_id", "solo_person").values_list(
        "external_id", "traits", "first_seen_at", "last_seen_at", "signed_up_at"
    )
    return [list(people), list(accounts)]


def counted_from_raw() -> Counter[tuple[Any, ...]]:
    """Count use from the raw events: the slow obvious way."""
    return Counter((r["account_id"], r["person_id"], r["event"], r["dt"]) for r in lake(EVENTS) if r["type"] == "track")


def counted() -> Counter[tuple[Any, ...]]:
    return Counter({(r["account_id"], r["person_id"], r["event"], r["dt"]): r["n"] for r in lake(PERSON_DAY)})


def events(rows: list[tuple[str, int, str, str]]) -> str:
    head = "event,timestamp,user_id,account_id,plan\n"
    return head + "".join(f"{e},2026-06-{d:02}T10:00:00,{u},{'fjord' if u else ''},{p}\n" for e, d, u, p in rows)


def test_events_leave_the_lake_the_counts_and_nobody_behind(workspace, at, tmp_path, heard):
    at(NOW)
    send(track("Exported", userId="maya", context={"groupId": "fjord"}, at=SENT - timedelta(days=5)))
    jobs.run_stage("intake", NOW)
    before = [lake(EVENTS), lake(PERSON_DAY), lake(ACCOUNT_DAY), known()]
    file = events([("Opened", 1, "maya", "Pro"), ("Opened", 2, "tom", "Pro"), ("Left", 29, "tom", "Team")])
    of = imported(given_file(tmp_path, file, "use.csv"), Kind.EVENTS, mapping="account.plan=plan")
    assert (of.status, counts(of)) == (Status.DONE, (3, 0, 0, 0))
    assert {a.external_id: a.traits for a in Account.objects.filter(is_solo=False)} == {"fjord": {"plan": "Team"}}
    assert f"csv use.csv import {of.pk}" in {r["source"] for r in lake(EVENTS)}

    back = undone(of)

    assert (back.status, back.taken_back, back.removed) == (Status.UNDONE, 3, 1)
    assert [lake(EVENTS), lake(PERSON_DAY), lake(ACCOUNT_DAY)] == before[:3]
    assert [e.name for e in ObservedEvent.objects.filter(type="track")] == ["Exported"]
    assert [p.external_id for p in Person.objects.all()] == ["maya"]
    assert known()[0] == before[3][0]
    assert not IntakeBatch.objects.filter(source__startswith="csv").exists()
    assert counts(imported(given_file(tmp_path, file, "use.csv"), Kind.EVENTS)) == (3, 0, 0, 0)


def test_accounts_that_share_people_leave_nobody_behind(workspace, at, tmp_path, monkeypatch):
    """Who is at several accounts may have each seen as late as their own last use: nobody is left all the same."""
    at(NOW)
    monkeypatch.setattr(intake, "CALLS_AT_ONCE", 100)
    dice = random.Random(5)
    lines = [
        f"Opened,2026-06-{1 + n // 20:02}T{n % 20:02}:00:00,u{dice.randrange(12)},a{dice.randrange(6)}"
        for n in range(400)
    ]
    file = "event,timestamp,user_id,account_id\n" + "\n".join(lines)
    of = imported(given_file(tmp_path, file, "use.csv"), Kind.EVENTS)
    assert Account.objects.filter(is_solo=False).count() == 6

    undone(of)

    assert known() == [[], []]


rows = st.lists(
    st.tuples(
        st.sampled_from(["Opened", "Left"]), st.integers(1, 4), st.sampled_from(["maya", "tom"]),
        st.sampled_from(["", "Pro", "Team"]),
    ),
    max_size=5,
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(earlier=rows, later=rows)
def test_taking_events_back_is_the_inverse_of_importing_them(db, at, tmp_path, earlier, later):
    at(NOW)
    with tenancy.scope(given_workspace().pk):
        imported(given_file(tmp_path, events(earlier), "earlier.csv"), Kind.EVENTS)
        before = [lake(EVENTS), lake(PERSON_DAY), lake(ACCOUNT_DAY)]
        of = imported(given_file(tmp_path, events(later), "later.csv"), Kind.EVENTS)
        assert counted() == counted_from_raw()

        undone(of)

        assert [lake(EVENTS), lake(PERSON_DAY), lake(ACCOUNT_DAY)] == before
        assert counted() == counted_from_raw()
        assert {p.external_id for p in Person.objects.all()} == {user for _, _, user, _ in earlier}


def test_events_are_taken_back_only_once_all_have_arrived_and_go_on_after_a_kill(workspace, at, tmp_path, monkeypatch):
    at(NOW)
    of = imported(given_file(tmp_path, events([("Opened", 1, "maya", "")]), "use.csv"), Kind.EVENTS)
    of = actions.undo_import(of, by=None)
    from tenure.connectors.files.actions import undoing

    assert undoing.undo_some(of.pk) == 1  # whom and which days it touches is noted
    of.refresh_from_db()
    assert (of.undoing, len(lake(EVENTS))) == ({"days": ["2026-06-01"]}, 1)

    with monkeypatch.context() as broken:
        broken.setattr(undoing.tracking, "tell_withdrawn", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            undoing.undo_some(of.pk)
    while undoing.undo_some(of.pk):
        pass

    of.refresh_from_db()
    assert (of.status, lake(EVENTS), lake(PERSON_DAY), Person.objects.count()) == (Status.UNDONE, [], [], 0)


def plans(rows: list[tuple[str, str, int, str]]) -> str:
    head = "account,subscription,unit_amount,quantity,started,changed\n"
    return head + "".join(f"{a},{s},{price},1,2026-01-01,{changed}\n" for a, s, price, changed in rows)


def ledger() -> list[Any]:
    return [
        list(
            LedgerMovement.objects.order_by("account__external_id", "at").values_list(
                "account__external_id", "at", "kind", "amount", "mrr_after", "plan_from", "plan_to"
            )
        ),
        list(
            LedgerAccount.objects.order_by("account__external_id").values_list(
                "account__external_id", "status", "mrr", "plan", "seats", "renews_at", "ends_at", "by_currency"
            )
        ),
        sorted(Subscription.objects.values_list("external_id", "account__external_id", "account_reference")),
        sorted(RecordedState.objects.values_list("subscription__external_id", "as_of", "provenance")),
        sorted(Told.objects.values_list("account__external_id", "mark")),
        sorted((a.external_id or "", sorted(a.traits.items())) for a in Account.objects.all()),
    ]


def test_subscriptions_leave_the_ledger_to_the_cent_and_the_timelines(workspace, at, tmp_path):
    at(NOW)
    imported(given_file(tmp_path, plans([("fjord", "s1", 30, "2026-01-01")]), "plans.csv"), Kind.SUBSCRIPTIONS)
    outbox.deliver()
    before, told = ledger(), sorted(TimelineEntry.objects.values_list("kind", "at"))
    assert ("MovementRecorded", datetime(2026, 1, 1, tzinfo=UTC)) in told
    file = plans([("fjord", "s1", 50, "2026-03-01"), ("kestrel", "s2", 7, "2026-02-01")])
    of = imported(given_file(tmp_path, file, "more.csv"), Kind.SUBSCRIPTIONS)
    outbox.deliver()
    assert ledger() != before
    assert counts(of) == (1, 1, 0, 0)

    back = undone(of)
    outbox.deliver()

    assert ledger() == before
    assert (back.status, back.taken_back, back.removed, back.kept) == (Status.UNDONE, 2, 1, 0)
    assert sorted(TimelineEntry.objects.values_list("kind", "at")) == told


states = st.lists(
    st.tuples(
        st.sampled_from(["fjord", "kestrel"]), st.sampled_from(["s1", "s2"]), st.sampled_from([0, 10, 25]),
        st.sampled_from(["2026-01-01", "2026-02-01", "2026-03-01"]),
    ),
    max_size=5,
    unique_by=lambda row: (row[1], row[3]),
)  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(earlier=states, later=states)
def test_taking_subscriptions_back_is_the_inverse_of_importing_them(db, at, tmp_path, earlier, later):
    at(NOW)
    with tenancy.scope(given_workspace().pk):
        imported(given_file(tmp_path, plans(earlier), "earlier.csv"), Kind.SUBSCRIPTIONS)
        before = ledger()
        of = imported(given_file(tmp_path, plans(later), "later.csv"), Kind.SUBSCRIPTIONS)

        undone(of)

        assert ledger()[:5] == before[:5]
        assert {a for a, _ in ledger()[5]} == {a for a, _ in before[5]}


TICKETS = """Ticket ID,Subject,Status,Priority,Requester email,Account ID,Created at,Solved at,CSAT
t1,Export fails,solved,high,maya@fjord.example,fjord,2026-06-01,2026-06-02,5
t2,Invoice,,,tom@fjord.example,fjord,2026-06-03,,
t3,,weird,,,,2026-06-03,,
,No id,,,,,2026-06-03,,
t4,,,,nobody,,2026-06-03,,
t5,,solved,,,,2026-06-03,2026-06-01,
"""


def test_tickets_come_in_with_whom_they_name_and_go_again(workspace, at, tmp_path):
    at(NOW)
    found = given_file(tmp_path, TICKETS, "tickets.csv")

    dry, of = checked(found, Kind.TICKETS), imported(found, Kind.TICKETS)

    source = f"csv tickets.csv import {of.pk}"
    assert counts(dry) == counts(of) == (2, 0, 0, 4)
    assert list(
        Ticket.objects.order_by("external_id").values_list(
            "external_id", "subject", "status", "priority", "person__email", "account__external_id", "satisfaction",
            "source",
        )
    ) == [
        ("t1", "Export fails", "solved", "high", "maya@fjord.example", "fjord", "good", f"{source} row 2"),
        ("t2", "Invoice", "open", "normal", "tom@fjord.example", "fjord", "", f"{source} row 3"),
    ]  # fmt: skip
    outbox.deliver()
    account = Account.objects.get(external_id="fjord").pk
    page = tracking.timeline(account_id=account, sections=["conversations"])
    assert [i.kind for i in page.items] == ["TicketOpened", "TicketSolved", "TicketOpened"]
    assert counts(imported(found, Kind.TICKETS)) == (0, 0, 2, 4)

    back = undone(of)
    outbox.deliver()

    assert (back.status, back.taken_back, back.removed, back.kept) == (Status.UNDONE, 2, 3, 0)
    assert [Ticket.objects.count(), TicketTelling.objects.count(), Person.objects.count()] == [0, 0, 0]
    assert [
        Account.objects.count(),
        Affiliation.objects.count(),
        TimelineEntry.objects.filter(kind__startswith="Ticket").count(),
    ] == [0, 0, 0]


def test_a_person_without_a_named_account_is_where_they_are_at_home(workspace, at, tmp_path):
    at(NOW)
    imported(given_file(tmp_path, "user_id,account_id\nmaya,fjord\n", "people.csv"), Kind.PEOPLE)

    imported(given_file(tmp_path, '{"id": 7, "requester_id": "maya", "rating": 2}\n', "t.jsonl"), Kind.TICKETS)

    (ticket,) = Ticket.objects.all()
    assert (ticket.external_id, ticket.satisfaction, ticket.account.external_id) == ("7", "bad", "fjord")


def spend(rows: list[tuple[int, int]]) -> str:
    return "month,channel,amount\n" + "".join(f"2026-{month:02},ads,{amount}\n" for month, amount in rows)


def spent() -> dict[int, int]:
    return dict(Spend.objects.order_by("first").values_list("first__month", "amount"))


def test_spend_is_again_what_it_was(workspace, at, tmp_path):
    at(NOW)
    imported(given_file(tmp_path, spend([(1, 10), (2, 20)]), "spend.csv"), Kind.SPEND)
    before = list(Spend.objects.order_by("first").values("first", "last", "channel", "currency", "amount"))
    of = imported(given_file(tmp_path, spend([(1, 10), (2, 25), (3, 30), (3, 35)]), "more.csv"), Kind.SPEND)
    assert (counts(of), spent()) == ((1, 2, 1, 0), {1: 1000, 2: 2500, 3: 3500})

    back = undone(of)

    assert (back.status, back.taken_back) == (Status.UNDONE, 2)
    assert list(Spend.objects.order_by("first").values("first", "last", "channel", "currency", "amount")) == before
    assert Replaced.objects.filter(of=of).count() == 0


months = st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3)), max_size=4)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(months, min_size=1, max_size=4), dice=st.randoms(use_true_random=False))
def test_imports_of_spend_come_off_in_any_order(db, at, tmp_path, files, dice):
    """The oracle: of each month, the last word of an import that stands; a word that was no news was none."""
    at(NOW)
    with tenancy.scope(given_workspace().pk):
        said: list[tuple[int, int, int]] = []
        imports = []
        for number, rows in enumerate(files):
            now = {month: amount for _, month, amount in said}
            for month, amount in rows:
                if now.get(month) != amount:
                    said.append((number, month, amount))
                    now[month] = amount
            imports.append(imported(given_file(tmp_path, spend(rows), f"{number}.csv"), Kind.SPEND))
        order = list(range(len(files)))
        dice.shuffle(order)
        for number in order:
            undone(imports[number])
            said = [word for word in said if word[0] != number]
            assert spent() == {month: amount * 100 for _, month, amount in said}


def test_what_was_spent_by_another_word_since_stands(workspace, at, tmp_path):
    at(NOW)
    of = imported(given_file(tmp_path, spend([(1, 10)]), "spend.csv"), Kind.SPEND)
    Spend.objects.update(amount=7)

    undone(of)

    assert spent() == {1: 7}


def test_taking_one_import_back_holds_up_no_other_of_the_same_months(workspace, at, tmp_path):
    at(NOW)
    of = imported(given_file(tmp_path, spend([(1, 10)]), "spend.csv"), Kind.SPEND)
    imported(given_file(tmp_path, spend([(1, 20)]), "more.csv"), Kind.SPEND)
    locking: list[str] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if 'FROM "files_replaced"' in sql and "FOR UPDATE" in sql:
            locking.append(sql.partition(" FOR UPDATE")[2])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        undone(of)

    assert locking == [' OF "files_replaced"']


def facts_of(name: str) -> dict[str, Any]:
    return {k: v for k, v in Account.objects.get(external_id=name).traits.items() if k != "domain"}


@pytest.mark.parametrize("first_off", ["older", "newer"])
def test_facts_about_companies_are_again_what_they_were(workspace, at, tmp_path, first_off):
    at(NOW)
    imported(given_file(tmp_path, "account_id,domain\nfjord,fjord.example\n", "accounts.csv"))
    name = "companies.csv"
    older = imported(given_file(tmp_path, "domain,funding_total_usd\nfjord.example,500\n", name), Kind.COMPANIES)
    text = "domain,funding_total_usd\nfjord.example,900\nkestrel.example,7\n"
    newer = imported(given_file(tmp_path, text, name), Kind.COMPANIES)
    imported(given_file(tmp_path, "account_id,domain\nkestrel,kestrel.example\n", "accounts.csv"))
    company_facts.tell_known()
    assert [facts_of("fjord"), facts_of("kestrel")] == [{"funding_total_usd": 900}, {"funding_total_usd": 7}]

    if first_off == "newer":
        undone(newer)
        assert [facts_of("fjord"), facts_of("kestrel")] == [{"funding_total_usd": 500}, {}]
        assert list(CompanyFacts.objects.values_list("domain", "facts")) == [
            ("fjord.example", {"funding_total_usd": 500})
        ]
        undone(older)
    else:
        undone(older)
        assert [facts_of("fjord"), facts_of("kestrel")] == [{"funding_total_usd": 900}, {"funding_total_usd": 7}]
        undone(newer)

    company_facts.tell_known()
    assert [facts_of("fjord"), facts_of("kestrel"), CompanyFacts.objects.count()] == [{}, {}, 0]
