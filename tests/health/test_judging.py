"""Scores follow what happens, what is learnt, what members say and time; they are kept, told, and become traits."""

import struct

import pytest

from tenure.billing import actions as billing
from tenure.billing.types import InvoiceRecord, InvoiceStatus
from tenure.conversations import actions as conversations
from tenure.conversations.types import Priority, Satisfaction, TicketStatus, TicketTold
from tenure.customers import actions as customer_actions
from tenure.customers import queries as customers
from tenure.health import actions, jobs
from tenure.health.announcements import HealthChanged
from tenure.health.errors import (
    AlreadyOver,
    NotJudged,
    OverrideMissing,
    ReasonMissing,
    ScorecardArchived,
    ScorecardNameTaken,
    ScorecardWrong,
    ScoreOutOfRange,
)
from tenure.health.models import HealthScore, Judgement, Override, Scorecard, ScorecardVersion, Touched
from tenure.kernel import tenancy
from tenure.kernel.models import OutboxEntry
from tenure.kernel.money import Money
from tests.billing.telling import state
from tests.given import given_member, given_workspace
from tests.health.given import (
    DAY,
    NOW,
    card,
    catch_up,
    given_account,
    given_scorecard,
    given_use,
    judge_as_asked,
    measure,
    now_of,
    scores,
)
from tests.locking import takes_its_turn_first

SEATS = measure("Seats", {"trait": "seats"})


@pytest.fixture(autouse=True)
def start(at, workspace):
    at(NOW)


def traits_of(account_id):
    known = customers.account(account_id).traits
    return known.get("health_score"), known.get("health_grade")


def changes(heard):
    return [s for s in heard if isinstance(s, HealthChanged)]


def test_judges_everybody_at_once_when_defined():
    fjord, pine = given_account("fjord", seats=8), given_account("pine")

    scorecard = given_scorecard()

    assert scores(fjord, scorecard) == [(80, NOW, None)]
    assert scores(pine, scorecard) == [(None, NOW, None)]
    assert (traits_of(fjord), traits_of(pine)) == ((80, "Good"), (None, None))
    known = now_of(pine, scorecard)
    assert (known.coverage, known.band, known.is_main) == (0, None, True)


def test_an_event_is_in_the_score_within_a_turn_of_the_stages(at, workspace, heard):
    scorecard = given_scorecard("Use", measure("Logins", {"event": "Login", "days": 7}))
    fjord = given_account("fjord")
    catch_up()
    at(NOW + DAY / 24)

    given_use("fjord", times=9)
    catch_up()

    assert scores(fjord, scorecard) == [(0, NOW, NOW + DAY / 24), (90, NOW + DAY / 24, None)]
    assert traits_of(fjord) == (90, "Good")
    assert changes(heard) == [
        HealthChanged(
            workspace_id=workspace.pk,
            at=NOW + DAY / 24,
            account_id=fjord,
            scorecard_id=scorecard.pk,
            scorecard_name="Use",
            band_before="Poor",
            band="Good",
            score_before=0,
            score=90,
            tone="good",
        )
    ]
    assert not Touched.objects.exists()


def test_is_quiet_and_writes_nothing_where_nothing_moves(at, heard):
    fjord = given_account("fjord", seats=8)
    scorecard = given_scorecard()
    catch_up()
    heard.clear()
    at(NOW + DAY)

    actions.judge_everybody(now=NOW + DAY)
    actions.touch([fjord])
    catch_up()

    assert scores(fjord, scorecard) == [(80, NOW, None)]
    assert heard == []


def test_time_alone_moves_a_score(at):
    scorecard = given_scorecard("Seen", measure("Seen", {"last_seen": True}, linear=[10, 0]))
    fjord = given_account("fjord")
    given_use("fjord")
    catch_up()
    assert now_of(fjord, scorecard).score == 100

    at(NOW + 4 * DAY)
    jobs.judge_everybody(NOW + 4 * DAY)

    assert [score for score, _, _ in scores(fjord, scorecard)] == [100, 60]


def test_keeps_a_line_where_parts_move_against_each_other(at):
    cards = measure("A", {"trait": "a"}), measure("B", {"trait": "b"})
    fjord = given_account("fjord", a=2, b=6)
    scorecard = given_scorecard("Two", *cards)
    at(NOW + DAY)

    given_account("fjord", at=NOW + DAY, a=6, b=2)
    catch_up()

    assert [score for score, _, _ in scores(fjord, scorecard)] == [40, 40]


def test_a_small_drift_is_told_by_the_line_of_now(at):
    fjord = given_account("fjord", seats=80_001)
    scorecard = given_scorecard("Large", measure("Seats", {"trait": "seats"}, linear=[0, 100_000]))
    before = bytes(now_of(fjord, scorecard).readings)
    at(NOW + DAY)

    given_account("fjord", at=NOW + DAY, seats=80_002)
    catch_up()

    assert [score for score, _, _ in scores(fjord, scorecard)] == [80]
    assert bytes(now_of(fjord, scorecard).readings) != before


def test_reads_use_people_days_and_trend(at):
    every = [
        measure("Events", {"use": "events", "days": 10}, linear=[0, 100]),
        measure("People", {"use": "active_people", "days": 10}, linear=[0, 100]),
        measure("Days", {"use": "active_days", "days": 10}, linear=[0, 100]),
        measure("Trend", {"trend": "events", "days": 5}, linear=[-100, 100]),
        measure("Adoption", {"adoption": "seats", "days": 10}, linear=[0, 100]),
    ]
    fjord = given_account("fjord", seats=5)
    for days, times, who in ((1, 3, "ann"), (2, 1, "bob"), (7, 2, "ann"), (8, 6, "cid")):
        given_use("fjord", at=NOW - days * DAY, times=times, who=who)
    scorecard = given_scorecard("All", *every)
    catch_up()

    readings = _readings(now_of(fjord, scorecard))

    assert readings == [12.0, 3.0, 4.0, -50.0, 60.0]


def test_reads_days_and_texts_of_traits():
    every = [
        measure("Until", {"days_until": "renewsOn"}, linear=[0, 100]),
        measure("Since", {"days_since": "kickOff"}, linear=[0, 100]),
        measure("Plan", {"trait": "plan"}, listed={"basic": 10, "PREMIUM": 90}, otherwise=50),
        measure("Trial", {"trait": "trial"}, linear=[0, 1]),
        measure("Text", {"trait": "said"}, linear=[0, 100]),
    ]
    known = {"renewsOn": "2026-03-20", "kickOff": "2026-03-01T23:00:00+00:00", "plan": "Premium", "trial": True}
    fjord = given_account("fjord", **known, said=" 42 ")
    pine = given_account("pine", plan="Other", renewsOn="soon", said="much")
    scorecard = given_scorecard("Traits", *every, minimum_coverage=0)

    assert _readings(now_of(fjord, scorecard)) == [10.0, 9.0, 2.0, 1.0, 42.0]
    assert _readings(now_of(pine, scorecard)) == [None, None, 0.0, None, None]
    assert now_of(pine, scorecard).score == 50


def test_reads_tickets_and_an_urgent_one_caps():
    urgent = {
        "exception": "Urgent",
        "when": {"reads": {"tickets": "open_urgent"}, "at_least": 1},
        "cap": 50,
    }
    fjord = given_account("fjord", seats=9)
    scorecard = given_scorecard(
        "Voice",
        SEATS,
        measure("Opened", {"tickets": "opened", "days": 30}, weight=0),
        measure("Open", {"tickets": "open"}, weight=0),
        measure("Unhappy", {"tickets": "unhappy", "days": 30}, weight=0),
        exceptions=[urgent],
    )
    assert now_of(fjord, scorecard).score == 90

    told = {"source": "desk", "as_of": NOW, "account_id": fjord}
    conversations.record_tickets(
        [
            TicketTold(external_id="1", opened_at=NOW - DAY, priority=Priority.URGENT, **told),
            TicketTold(external_id="2", opened_at=NOW - 40 * DAY, **told),
            TicketTold(
                external_id="3",
                opened_at=NOW - 2 * DAY,
                status=TicketStatus.SOLVED,
                satisfaction=Satisfaction.BAD,
                **told,
            ),
        ]
    )
    catch_up()

    found = now_of(fjord, scorecard)
    assert _readings(found) == [9.0, 2.0, 2.0, 1.0, 1.0]
    assert (found.score, found.held) == (50, [0])


def test_a_condition_in_the_language_of_segments_says_whom_it_is_for_and_when_an_exception_holds(at):
    fjord, pine = given_account("fjord", seats=9, plan="Premium"), given_account("pine", seats=9, plan="Basic")
    first = given_scorecard(
        "Premium",
        SEATS,
        applies_to={"trait": "plan", "operator": "is", "value": "Premium"},
        exceptions=[{"exception": "No owner", "when": {"where": {"owner": "is_not_set"}}, "set_to": 30}],
    )
    second = given_scorecard("Everybody")

    assert (now_of(fjord, first).score, now_of(pine, first)) == (30, None)
    assert (now_of(fjord, second).score, now_of(pine, second).score) == (90, 90)
    assert [now_of(a, s).is_main for a, s in ((fjord, first), (fjord, second), (pine, second))] == [True, False, True]
    assert (traits_of(fjord), traits_of(pine)) == ((30, "Poor"), (90, "Good"))

    at(NOW + DAY)
    actions.put_scorecard_first(second.pk, by=None)
    judge_as_asked()

    assert [now_of(fjord, s).is_main for s in (first, second)] == [False, True]
    assert traits_of(fjord) == (90, "Good")


def test_archiving_ends_what_it_said_and_the_next_one_counts(at):
    fjord, pine = given_account("fjord", seats=9, plan="Premium"), given_account("pine", seats=2)
    first = given_scorecard("First")
    second = given_scorecard("Second", applies_to={"trait": "plan", "operator": "is", "value": "Premium"})
    at(NOW + DAY)

    actions.archive_scorecard(first.pk, by=None)
    judge_as_asked()

    assert scores(fjord, first) == [(90, NOW, NOW + DAY)]
    assert now_of(fjord, second).is_main
    assert (traits_of(fjord), traits_of(pine)) == ((90, "Good"), (None, None))
    with pytest.raises(ScorecardArchived):
        actions.change_scorecard(first.pk, name="Other", by=None)

    at(NOW + 2 * DAY)
    actions.restore_scorecard(first.pk, by=None)
    judge_as_asked()

    assert (traits_of(pine), now_of(fjord, first).is_main) == ((20, "Poor"), True)


def test_a_changed_scorecard_is_a_new_version_and_judges_everybody(at):
    fjord = given_account("fjord", seats=5)
    scorecard = given_scorecard()
    at(NOW + DAY)

    actions.change_scorecard(
        scorecard.pk, definition={"measures": [measure("Seats", {"trait": "seats"}, linear=[0, 5])]}, by=None
    )
    judge_as_asked()

    assert [score for score, _, _ in scores(fjord, scorecard)] == [50, 100]
    assert list(ScorecardVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert now_of(fjord, scorecard).version == 2


def test_refuses_what_cannot_be_used_and_changes_nothing(heard):
    given_scorecard()
    heard.clear()

    with pytest.raises(ScorecardWrong):
        given_scorecard("Other", {"measure": "x"})
    with pytest.raises(ScorecardNameTaken):
        given_scorecard("Health")

    assert Scorecard.objects.count() == 1
    assert heard == []


def test_churned_accounts_are_not_judged():
    fjord = given_account("fjord", seats=5)
    scorecard = given_scorecard()
    given_use("fjord", "Subscription Cancelled")
    customers.account(fjord)
    catch_up()

    churned = customers.account(fjord).churned_at is not None

    assert (now_of(fjord, scorecard) is None) is churned


def test_children_count_in_their_parent_and_touch_it(at):
    top = given_account("top", seats=10)
    given_account("low", seats=2, parent_id="top")
    scorecard = given_scorecard("Family", SEATS, children={"how": "worst", "share": 50})
    assert (now_of(top, scorecard).score, now_of(top, scorecard).children) == (60, 20)
    at(NOW + DAY)

    given_account("low", at=NOW + DAY, seats=8)
    catch_up()

    assert [score for score, _, _ in scores(top, scorecard)] == [60, 90]


def test_an_override_counts_until_its_day_and_is_told_apart(at):
    ada, fjord = given_member(), given_account("fjord", seats=9)
    scorecard = given_scorecard()
    at(NOW + DAY)

    said = actions.override_score(fjord, scorecard.pk, 20, reason="Their sponsor left", by=ada, ends_at=NOW + 3 * DAY)

    found = now_of(fjord, scorecard)
    assert (found.score, found.computed, found.override, traits_of(fjord)) == (20, 90, 20, (20, "Poor"))

    at(NOW + 3 * DAY)
    jobs.judge_touched(NOW + 3 * DAY)

    assert (now_of(fjord, scorecard).score, now_of(fjord, scorecard).override) == (90, None)
    said.refresh_from_db()
    assert said.ended_at == NOW + 3 * DAY
    with pytest.raises(AlreadyOver):
        actions.bring_override_back(said.pk, by=ada)


def test_an_override_can_be_ended_and_the_ending_undone(at):
    ada, fjord = given_member(), given_account("fjord", seats=9)
    scorecard = given_scorecard()
    said = actions.override_score(fjord, scorecard.pk, 20, reason="Their sponsor left", by=ada)
    at(NOW + DAY)

    actions.end_override(said.pk, by=ada)
    assert now_of(fjord, scorecard).score == 90
    actions.bring_override_back(said.pk, by=ada)

    assert now_of(fjord, scorecard).score == 20
    with pytest.raises(OverrideMissing):
        actions.end_override(said.pk + 1, by=ada)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"score": 101, "reason": "why"}, ScoreOutOfRange),
        ({"score": 50, "reason": "  "}, ReasonMissing),
        ({"score": 50, "reason": "why", "ends_at": NOW}, AlreadyOver),
    ],
)
def test_refuses_overrides_that_say_nothing(given, refusal):
    fjord = given_account("fjord", seats=9)
    scorecard = given_scorecard()

    with pytest.raises(refusal):
        actions.override_score(fjord, scorecard.pk, by=None, **given)

    assert not Override.objects.exists()
    assert now_of(fjord, scorecard).score == 90


def test_refuses_to_override_what_was_never_judged():
    fjord = given_account("fjord", seats=9)
    scorecard = given_scorecard("Other", applies_to={"trait": "plan", "operator": "is", "value": "Premium"})

    with pytest.raises(NotJudged):
        actions.override_score(fjord, scorecard.pk, 50, reason="why", by=None)


def test_what_a_member_thinks_is_a_reading_until_it_is_old_or_taken_back(at):
    ada, fjord = given_member(), given_account("fjord", seats=8)
    scorecard = given_scorecard("Both", SEATS, measure("Judged", {"judgement": 30}, linear=[0, 100]))
    assert now_of(fjord, scorecard).score == 80

    said = actions.judge_account(fjord, 20, note="They sound unhappy", by=ada)
    assert now_of(fjord, scorecard).score == 50
    at(NOW + 31 * DAY)
    jobs.judge_everybody(NOW + 31 * DAY)
    assert now_of(fjord, scorecard).score == 80
    at(NOW + 32 * DAY)
    later = actions.judge_account(fjord, 40, by=ada)
    assert now_of(fjord, scorecard).score == 60

    actions.withdraw_judgement(later.pk, by=ada)

    assert now_of(fjord, scorecard).score == 80
    assert Judgement.objects.get(pk=said.pk).withdrawn_at is None


def test_what_members_said_goes_along_with_a_merge_and_back():
    ada, fjord, pine = given_member(), given_account("fjord", seats=9), given_account("pine", seats=1)
    scorecard = given_scorecard()
    actions.override_score(pine, scorecard.pk, 33, reason="why", by=ada)
    actions.judge_account(pine, 70, by=ada)

    merged = customer_actions.merge_accounts(fjord, pine, by=ada)
    catch_up()

    assert (now_of(fjord, scorecard).score, now_of(pine, scorecard)) == (33, None)
    assert Judgement.objects.get().account_id == fjord

    customer_actions.part(merged.pk, by=ada)
    catch_up()

    assert (now_of(fjord, scorecard).score, now_of(pine, scorecard).score) == (90, 33)


def test_one_workspace_never_judges_another():
    other = given_workspace("Other")
    with tenancy.scope(other.pk):
        theirs = given_account("theirs", seats=9)
    given_scorecard()

    assert not HealthScore.everywhere.filter(account=theirs).exists()


def test_a_scorecard_that_cannot_be_read_says_so_and_the_others_go_on():
    fjord = given_account("fjord", seats=9)
    broken, whole = given_scorecard("Broken"), given_scorecard("Whole")
    Scorecard.objects.filter(pk=broken.pk).update(definition='{"measures": 3}')
    HealthScore.objects.all().delete()

    actions.judge_everybody(now=NOW)

    broken.refresh_from_db()
    assert "measures" in broken.error
    assert now_of(fjord, whole).score == 90


def _readings(found):
    kept = bytes(found.readings)
    values = struct.unpack(f"<{len(kept) // 8}d", kept)
    return [None if value != value else value for value in values]


def test_money_is_read_from_the_ledger():
    fjord = given_account("acme")
    billing.record_subscription_states([state(0, amount=8000), state(30, amount=10_000)])
    billing.record_invoices(
        [
            InvoiceRecord(
                source="test",
                external_id=f"in_{n}",
                as_of=NOW,
                account="acme",
                status=status,
                issued_at=NOW - 50 * DAY,
                due_at=NOW - days * DAY,
                total=Money(amount=100, currency="USD"),
            )
            for n, (status, days) in enumerate(((InvoiceStatus.OPEN, 12), (InvoiceStatus.PAID, 40)))
        ]
    )
    catch_up()
    scorecard = given_scorecard(
        "Money",
        measure("MRR", {"mrr_change": 60}, linear=[-100, 100]),
        measure("Overdue", {"overdue": True}, linear=[0, 100]),
        measure("Younger", {"mrr_change": 365}, linear=[-100, 100]),
    )

    assert _readings(now_of(fjord, scorecard)) == [25.0, 12.0, None]


def test_an_invoice_that_is_paid_or_overdue_is_judged_at_once(at):
    fjord, pine = given_account("acme"), given_account("pine")
    scorecard = given_scorecard("Money", measure("Overdue", {"overdue": True}, linear=[100, 0], unknown=100))
    catch_up()

    def told(as_of, status, account="acme", number=1):
        billing.record_invoices(
            [
                InvoiceRecord(
                    source="test",
                    external_id=f"in_{number}",
                    as_of=as_of,
                    account=account,
                    status=status,
                    issued_at=NOW - 50 * DAY,
                    due_at=NOW - 20 * DAY,
                    total=Money(amount=100, currency="USD"),
                )
            ]
        )
        catch_up()

    told(NOW, InvoiceStatus.OPEN)
    assert (now_of(fjord, scorecard).score, now_of(pine, scorecard).score) == (80, 100)
    at(NOW + DAY / 24)
    told(NOW + DAY / 24, InvoiceStatus.OPEN, "pine")
    assert (now_of(fjord, scorecard).score, now_of(pine, scorecard).score) == (100, 80), "it was pine's all the time"
    at(NOW + DAY / 12)
    told(NOW + DAY / 12, InvoiceStatus.PAID, "pine")
    assert now_of(pine, scorecard).score == 100
    assert not Touched.objects.exists()
    told(NOW + DAY / 12, InvoiceStatus.PAID, "pine")
    assert OutboxEntry.objects.filter(kind="InvoicesChanged").count() == 3, "what is known is no news"


def test_a_scorecard_that_cannot_judge_stays_the_main_one():
    fjord = given_account("fjord", seats=9)
    broken, whole = given_scorecard("Broken"), given_scorecard("Whole")
    Scorecard.objects.filter(pk=broken.pk).update(definition='{"measures": 3}')

    actions.judge_everybody(now=NOW)

    mains = HealthScore.objects.filter(account=fjord, until=None, is_main=True)
    assert [each.scorecard_id for each in mains] == [broken.pk]
    assert now_of(fjord, whole).score == 90


def test_what_members_do_takes_its_turn_before_any_row():
    fjord = given_account("fjord", seats=9)
    found = given_scorecard()

    with takes_its_turn_first():
        actions.change_scorecard(found.pk, definition=card(measure("Seats", {"trait": "seats"}, weight=2)), by=None)
    with takes_its_turn_first():
        made = actions.override_score(fjord, found.pk, 10, reason="They told us", by=None)
    with takes_its_turn_first():
        actions.end_override(made.pk, by=None)
    with takes_its_turn_first():
        actions.bring_override_back(made.pk, by=None)
    with takes_its_turn_first():
        actions.archive_scorecard(found.pk, by=None)


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), float("nan")])
def test_refuses_a_number_that_no_computer_can_use(number):
    with pytest.raises(ScorecardWrong):
        given_scorecard("Huge", measure("Seats", {"trait": "seats"}, weight=number))
    with pytest.raises(ScorecardWrong):
        given_scorecard(applies_to={"kind": "trait", "name": "seats", "operator": "more_than", "value": number})
