"""Journeys from trigger to touch: who comes in, what is decided, what is sent, how it ends."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenure.channels import actions as channels
from tenure.channels import queries as channel_queries
from tenure.channels.types import MessageStatus, UnsubscribedVia, UnsubscribeFrom
from tenure.experiments import queries as experiments
from tenure.journeys import actions, queries, registry
from tenure.journeys.actions import advancing
from tenure.journeys.announcements import GoalReached, TouchMade, TouchSkipped
from tenure.journeys.errors import JourneyInvalid, JourneyNotDraft, JourneyTaken
from tenure.journeys.models import Decision, Enrolment
from tenure.journeys.types import (
    Advance,
    Definition,
    EnrolmentStatus,
    Existing,
    Goal,
    Outcome,
    Overdue,
    Recipient,
    Reentry,
    StepDefinition,
    Subject,
    Trigger,
    TriggerKind,
    Why,
)
from tenure.kernel import clock, jobs
from tenure.segments import types as segments
from tenure.segments.actions import refresh_everybody
from tenure.workspaces.models import Workspace
from tests.channels.given import given_account, given_person, given_template
from tests.given import given_member
from tests.journeys.given import ON_PREMIUM, delivered, given_journey, given_segment, send, wait
from tests.touch_models.given import follow, given_models

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
LATER = timedelta(days=14)


@pytest.fixture(autouse=True)
def nobody_held_out(workspace, at):
    """Draw no lots unless a test asks for them, and begin at noon."""
    at(NOON)
    Workspace.objects.update(holdout_share=0.0)


def react(now=None):
    """Let everybody hear, and every due step be carried out."""
    delivered()
    jobs.run_stage("journeys", now or clock.now())
    delivered()


def given_customer(email="maya@x.example", *, at=NOON, name="Maya Lind", **traits):
    """Make an account with one person who can be written to; returns both ids."""
    account = given_account(f"Team of {name}", at=at, **traits)
    return account, given_person(email, name, account_id=account, at=at)


def judge_segments():
    """Look who is in which segment now."""
    refresh_everybody(segments.Subject.ACCOUNT, now=clock.now())


def told(page=None):
    return [(d.outcome, d.reason) for d in (page or queries.decisions()).items]


def subjects():
    return sorted(m.subject for m in channel_queries.messages(limit=200).items)


def test_the_welcome_goes_out_at_once_and_the_discovery_two_weeks_later(at, heard):
    discovery = given_template("Discovery", subject="Two weeks of {{ account.name }}")
    given_journey(send(), wait(days=14), send("discovery", discovery))
    account, person = given_customer()

    react()
    assert subjects() == ["Welcome, Maya"]
    react(at(NOON + LATER - timedelta(minutes=1)))
    assert subjects() == ["Welcome, Maya"]
    react(at(NOON + LATER))

    assert subjects() == ["Two weeks of Team of Maya Lind", "Welcome, Maya"]
    (row,) = queries.enrolments_of(account_id=account)
    assert (row.status, row.due_at, row.ended_at) == (EnrolmentStatus.FINISHED, None, NOON + LATER)
    made = [a for a in heard if isinstance(a, TouchMade)]
    assert [(a.account_id, a.person_id, a.step_id, a.subject) for a in made] == [
        (account, person, "welcome", "Welcome, Maya"),
        (account, person, "discovery", "Two weeks of Team of Maya Lind"),
    ]


def test_each_touch_has_one_decision_with_what_it_rested_on():
    given_journey(send())
    account, person = given_customer()
    react()

    (decision,) = queries.decisions(account_id=account).items
    assert (decision.outcome, decision.reason) == (Outcome.MADE, Why.DUE)
    assert (decision.person_id, decision.person_name, decision.message_status) == (person, "Maya Lind", "waiting")
    assert decision.inputs == {
        "group": "treated",
        "churned": False,
        "channel_forbidden": False,
        "has_address": True,
        "topic": "onboarding",
        "unsubscribed": False,
        "sent_lately": 0,
        "cap": {"messages": 3, "days": 7},
        "local_time": "2026-03-04 12:00",
        "timezone": "UTC",
        "quiet": {"from": "20:00", "until": "08:00"},
        "due_at": "2026-03-04T12:00:00+00:00",
    }


def test_the_held_out_come_in_go_through_and_get_nothing(workspace, heard):
    Workspace.objects.update(holdout_share=0.5)
    given_journey(send())
    pairs = [given_customer(f"p{n}@x.example", name=f"P{n}") for n in range(12)]
    react()

    held_out = set(experiments.held_out_ids())
    assert 0 < len(held_out) < 12
    decisions = {d.account_id: (d.outcome, d.reason) for d in queries.decisions().items}
    for account, _ in pairs:
        expected = (Outcome.SKIPPED, Why.HOLDOUT) if account in held_out else (Outcome.MADE, Why.DUE)
        assert decisions[account] == expected
    assert {m.account_id for m in channel_queries.messages().items} == {a for a, _ in pairs} - held_out
    (row,) = queries.journeys()
    assert (row.counts.enrolled, row.counts.finished, row.counts.made) == (12, 12, 12 - len(held_out))
    assert row.counts.held_out == len(held_out)
    assert {a.account_id for a in heard if isinstance(a, TouchSkipped)} == held_out


def test_those_who_said_no_are_skipped():
    given_journey(send(), wait(days=1), send("second"))
    account, person = given_customer()
    react()
    channels.unsubscribe_person("maya@x.example", by=given_member(), person_id=person, topic="onboarding")
    react(NOON + timedelta(days=1))

    assert sorted(told()) == sorted([(Outcome.SKIPPED, Why.UNSUBSCRIBED), (Outcome.MADE, Why.DUE)])
    assert len(subjects()) == 1
    assert account


def test_nobody_to_write_to_is_a_reason():
    given_journey(send())
    account = given_account(at=NOON)
    given_person(None, "Nomail", account_id=account, at=NOON)
    react()

    assert told() == [(Outcome.SKIPPED, Why.NO_PERSON)]


def test_the_churned_are_left_alone_unless_the_journey_is_for_them():
    from tenure.customers.actions import resolve_calls
    from tenure.customers.types import Call, CallKind

    given_journey(wait(days=1), send(), name="Welcome")
    given_journey(wait(days=1), send(), name="Win back", reaches_churned=True)
    account, _ = given_customer()
    delivered()
    ended = int((NOON + timedelta(hours=1)).timestamp()) * 1_000_000
    from tenure.customers import queries as customers

    resolve_calls(
        [
            Call(
                kind=CallKind.USE,
                user_id=None,
                anonymous_id="a1",
                group_id=customers.account(account).external_id,
                first_at=ended,
                last_at=ended,
                source="stripe",
                event="Subscription Cancelled",
            )
        ]
    )
    react(NOON + timedelta(days=1))

    decided = {(d.journey_name, d.reason) for d in queries.decisions().items}
    assert decided == {("Welcome", Why.CHURNED), ("Win back", Why.DUE)}


def test_at_night_a_touch_waits_for_morning_where_the_person_is_and_keeps_its_one_record(at):
    given_journey(send())
    late = at(datetime(2026, 3, 4, 13, tzinfo=UTC))
    other = given_account("Late", at=late)
    given_person("mei@x.example", "Mei", account_id=other, at=late, timezone="Asia/Taipei")
    react()

    (waiting,) = queries.decisions(account_id=other).items
    morning = datetime(2026, 3, 5, 0, tzinfo=UTC)
    assert (waiting.outcome, waiting.reason, waiting.until) == (Outcome.POSTPONED, Why.QUIET_HOURS, morning)
    react(at(morning - timedelta(minutes=1)))
    assert subjects() == []
    react(at(morning))

    (decision,) = queries.decisions(account_id=other).items
    assert (decision.id, decision.outcome, decision.reason, decision.until) == (waiting.id, Outcome.MADE, Why.DUE, None)
    assert [p["reason"] for p in decision.postponements] == ["quiet_hours"]
    assert subjects() == ["Welcome, Mei"]


def test_of_journeys_wanting_the_same_person_the_more_important_ones_win_under_the_cap():
    for name, priority in (("Low", 1), ("High", 9), ("Middle", 5), ("Lowest", 0)):
        given_journey(send("s", given_template(name, subject=name)), name=name, priority=priority)
    given_customer()
    react()

    assert subjects() == ["High", "Low", "Middle"]
    (postponed,) = [d for d in queries.decisions().items if d.outcome == Outcome.POSTPONED]
    assert (postponed.journey_name, postponed.reason) == ("Lowest", Why.FREQUENCY_CAP)
    assert postponed.until == NOON + timedelta(days=7)
    react(NOON + timedelta(days=7))
    assert subjects() == ["High", "Low", "Lowest", "Middle"]


def test_two_touches_of_one_person_in_one_pass_count_for_each_other():
    from tenure.channels.types import Policy

    channels.change_contact_policy(Policy(cap_messages=1), by=given_member())
    journey = given_journey(send(), trigger=Trigger(kind=TriggerKind.EVENT, event="Never"))
    first, person = given_customer()
    second = given_account("Second", at=NOON)
    from tenure.customers.models import Affiliation

    Affiliation.objects.create(person_id=person, account_id=second, role="user", is_primary=False, since=NOON)
    from tenure.journeys.types import Entrant

    actions.enrol(journey, [Entrant(account_id=pk, person_id=None, at=NOON) for pk in (first, second)])
    react()

    assert sorted(told()) == sorted([(Outcome.MADE, Why.DUE), (Outcome.POSTPONED, Why.FREQUENCY_CAP)])
    assert len(subjects()) == 1


def test_a_role_is_written_to_before_the_one_who_has_been_there_longest():
    given_journey(send(), recipient=Recipient(roles=("executive_sponsor", "champion")))
    account, maya = given_customer()
    champion = given_person("cy@x.example", "Cy", account_id=account, at=NOON + timedelta(minutes=1), role="champion")
    plain, _ = given_customer("zoe@x.example", name="Zoe")
    react()

    chosen = {d.account_id: d.person_name for d in queries.decisions().items}
    assert chosen == {account: "Cy", plain: "Zoe"}
    assert maya != champion


def test_a_paused_journey_stands_still_and_goes_on_as_the_member_says(at):
    ada = given_member()
    waiting, late = (given_journey(wait(days=1), send(), name=name) for name in ("Made", "Skipped"))
    given_customer()
    delivered()
    for journey in (waiting, late):
        actions.pause_journey(journey, by=ada)
    react(at(NOON + timedelta(days=3)))
    assert told() == []

    actions.resume_journey(waiting, overdue=Overdue.MAKE, by=ada)
    actions.resume_journey(late, overdue=Overdue.SKIP, by=ada)
    react()

    outcomes = {d.journey_name: (d.outcome, d.reason) for d in queries.decisions().items}
    assert outcomes["Made"] == (Outcome.MADE, Why.DUE)


def test_touches_due_during_a_pause_are_skipped_where_the_member_said_so(at):
    ada = given_member()
    journey = given_journey(send(), trigger=Trigger(kind=TriggerKind.APPEARED))
    given_customer()
    delivered()
    actions.pause_journey(journey, by=ada)
    at(NOON + timedelta(days=3))
    actions.resume_journey(journey, overdue=Overdue.SKIP, by=ada)
    react()

    assert told() == [(Outcome.SKIPPED, Why.JOURNEY_PAUSED)]


def test_nobody_comes_into_a_paused_journey():
    journey = given_journey(send())
    actions.pause_journey(journey, by=given_member())
    given_customer()
    react()

    assert Enrolment.objects.count() == 0


def test_imported_history_enrols_nobody():
    given_journey(send())
    given_customer(at=NOON - timedelta(days=300))
    react()

    assert Enrolment.objects.count() == 0


def test_people_are_enrolled_with_their_account_and_their_own_clock():
    given_journey(wait(window={"opens": "09:00", "closes": "17:00"}), send(), subject=Subject.PERSON)
    account = given_account(at=NOON)
    person = given_person("wen@x.example", "Wen", account_id=account, at=NOON, timezone="Asia/Taipei")
    delivered()

    enrolment = Enrolment.objects.get(person_id=person)
    assert enrolment.account_id == account
    assert enrolment.due_at == datetime(2026, 3, 5, 1, tzinfo=UTC)


def test_entering_a_segment_lets_in_and_leaving_it_lets_out():
    segment = given_segment()
    given_journey(
        wait(days=30),
        send(),
        trigger=Trigger(kind=TriggerKind.SEGMENT, segment_id=segment),
        leaves_with_segment=True,
    )
    account, _ = given_customer(plan="Premium")
    other, _ = given_customer("zoe@x.example", name="Zoe", plan="Free")
    from tenure.customers.actions import set_account_traits

    judge_segments()
    react()
    assert [e.account_id for e in Enrolment.objects.all()] == [account]
    assert Enrolment.objects.get().why["segment_id"] == segment

    set_account_traits(account, {"plan": "Free"}, source="test", at=NOON + timedelta(minutes=1))
    judge_segments()
    react()
    (row,) = queries.enrolments_of(account_id=account)
    assert (row.status, row.end_reason) == (EnrolmentStatus.LEFT, "left_segment")
    assert other


def test_a_goal_ends_it_well(heard, at):
    premium = given_segment()
    given_journey(wait(days=30), send(), goal=Goal(segment_id=premium))
    account, _ = given_customer()
    delivered()
    from tenure.customers.actions import set_account_traits

    at(NOON + timedelta(days=2))
    set_account_traits(account, {"plan": "Premium"}, source="test")
    judge_segments()
    react()

    (row,) = queries.journeys()
    assert (row.counts.goals, row.counts.live) == (1, 0)
    assert [a.account_id for a in heard if isinstance(a, GoalReached)] == [account]
    react(NOON + timedelta(days=40))
    assert told() == []


def test_a_launch_enrols_those_who_are_in_already_only_if_asked():
    segment = given_segment()
    insiders = [given_customer(f"p{n}@x.example", name=f"P{n}", plan="Premium")[0] for n in range(3)]

    judge_segments()
    delivered()
    trigger = Trigger(kind=TriggerKind.SEGMENT, segment_id=segment)
    definition = Definition(trigger=trigger, steps=(send(),))

    assert queries.dry_run(definition, Subject.ACCOUNT).would_enrol == 3
    given_journey(send(), name="No", trigger=trigger)
    assert Enrolment.objects.count() == 0
    journey = given_journey(send(), name="Yes", trigger=trigger, existing=Existing.ENROL)

    assert sorted(Enrolment.objects.values_list("account_id", flat=True)) == sorted(insiders)
    again = queries.dry_run(definition, Subject.ACCOUNT, journey=journey)
    assert (again.would_enrol, again.in_now, again.been_before, again.total) == (0, 3, 0, 3)


def test_somebody_comes_in_again_only_if_the_journey_says_so_and_something_new_happened(at):
    from tenure.journeys.types import Entrant

    never = TriggerKind.EVENT
    once = given_journey(send(), name="Once", trigger=Trigger(kind=never, event="Exported"))
    often = given_journey(
        send(),
        name="Often",
        trigger=Trigger(kind=never, event="Exported"),
        reentry=Reentry.AFTER_LEAVING,
        reentry_days=7,
    )
    account, _ = given_customer()

    def happened(when):
        return [actions.enrol(j, [Entrant(account_id=account, person_id=None, at=when)]) for j in (once, often)]

    assert happened(NOON) == [1, 1]
    assert happened(NOON) == [0, 0]
    react()
    assert happened(NOON) == [0, 0]
    at(NOON + timedelta(days=7))
    assert happened(NOON + timedelta(days=7)) == [0, 0]
    at(NOON + timedelta(days=7, minutes=1))
    assert happened(NOON + timedelta(days=7, minutes=1)) == [0, 1]


def test_a_changed_journey_moves_newcomers_by_its_new_steps_and_the_others_by_their_own(at):
    journey = given_journey(wait(days=1), send("old", given_template("Old", subject="Old")))
    first, _ = given_customer()
    delivered()

    actions.change_journey(
        journey,
        name="Welcome",
        definition=Definition(
            trigger=Trigger(kind=TriggerKind.APPEARED), steps=(send("new", given_template("New", subject="New")),)
        ),
    )
    second, _ = given_customer("zoe@x.example", name="Zoe")
    react(at(NOON + timedelta(days=1)))

    sent = {m.account_id: m.subject for m in channel_queries.messages().items}
    assert sent == {first: "Old", second: "New"}
    assert [v.number for v in queries.journey_versions(journey.pk)] == [2, 1]


def test_saving_without_a_change_makes_no_version():
    journey = given_journey(send())

    actions.change_journey(journey, name="Renamed", definition=queries.definition_now_of(journey.pk))

    assert queries.journey_row(journey.pk).version == 1
    assert queries.journey_row(journey.pk).name == "Renamed"


def test_what_cannot_run_is_refused_with_every_problem_and_its_place():
    with pytest.raises(JourneyInvalid) as refused:
        actions.define_journey(
            " ",
            subject=Subject.PERSON,
            definition=Definition(
                trigger=Trigger(kind=TriggerKind.SEGMENT, segment_id=given_segment()),
                recipient=Recipient(roles=("emperor",)),
                goal=Goal(),
                steps=(
                    StepDefinition(id="a", kind="wait"),
                    StepDefinition(id="a", kind="send_email", settings={"template_id": 1, "topic": "x"}),
                    StepDefinition(id="b", kind="teleport"),
                ),
            ),
        )

    assert [(p["code"], p["place"]) for p in refused.value.details["problems"]] == [
        ("goal_empty", "goal"),
        ("recipient_of_person", "recipient"),
        ("role_unknown", "recipient"),
        ("step_id_twice", "steps[1]"),
        ("name_missing", "name"),
        ("segment_of_others", "trigger"),
        ("wait_empty", "steps[0].days"),
        ("template_unknown", "steps[1].template_id"),
        ("topic_unknown", "steps[1].topic"),
        ("step_unknown", "steps[2].kind"),
    ]
    assert queries.journeys() == []


def test_names_are_taken_once_and_launches_happen_once():
    journey = given_journey(send())

    with pytest.raises(JourneyTaken):
        given_journey(send())
    with pytest.raises(JourneyNotDraft):
        actions.launch_journey(journey, existing=Existing.LEAVE_OUT)


def test_a_template_taken_out_of_use_is_a_reason():
    template = given_template()
    given_journey(send("s", template))
    channels.archive_template(channel_queries.template(template), by=given_member())
    given_customer()
    react()

    assert told() == [(Outcome.SKIPPED, Why.TEMPLATE_GONE)]


def test_an_archived_journey_lets_everybody_out_and_keeps_its_decisions():
    journey = given_journey(send(), wait(days=3), send("second"))
    given_customer()
    react()
    actions.archive_journey(journey, by=given_member())
    react(NOON + timedelta(days=5))

    assert queries.journeys() == []
    assert [(e.status, e.end_reason) for e in Enrolment.objects.all()] == [("left", "archived")]
    assert told() == [(Outcome.MADE, Why.DUE)]


def test_hundreds_of_touches_cost_as_many_statements_as_two():
    journey = given_journey(send(), trigger=Trigger(kind=TriggerKind.EVENT, event="Never"))
    from tenure.journeys.types import Entrant

    def cost(prefix, n):
        accounts = [given_customer(f"{prefix}{i}@x.example", name=f"{prefix}{i}")[0] for i in range(n)]
        actions.enrol(journey, [Entrant(account_id=pk, person_id=None, at=NOON) for pk in accounts])
        with CaptureQueriesContext(connection) as spent:
            assert actions.advance_journey(journey.pk, clock.now()) == n
        return len(spent)

    assert cost("a", 2) == cost("b", 60)
    assert Decision.objects.count() == 62


def test_decisions_come_in_pages():
    given_journey(send())
    for n in range(5):
        given_customer(f"p{n}@x.example", name=f"P{n}")
    react()

    first = queries.decisions(limit=2)
    second = queries.decisions(limit=2, cursor=first.next_cursor)
    third = queries.decisions(limit=2, cursor=second.next_cursor)
    assert len({d.id for d in first.items + second.items + third.items}) == 5
    assert third.next_cursor == ""
    assert told(queries.decisions(reason=Why.HOLDOUT)) == []


def test_the_steps_say_who_stands_where_and_what_was_decided():
    journey = given_journey(send(), wait(days=2), send("second"))
    for n in range(3):
        given_customer(f"p{n}@x.example", name=f"P{n}")
    react()

    welcome, later, second = queries.step_counts(journey.pk)
    assert (welcome.made, welcome.standing) == (3, 0)
    assert (later.standing, second.standing) == (3, 0)


def test_mail_queued_by_a_journey_is_delivered_and_stays_refused_for_who_says_no_meanwhile():
    given_journey(send())
    given_customer()
    react()
    (message,) = channel_queries.messages().items
    assert message.origin_name == "Welcome"
    from tenure.channels.models import OutgoingMessage

    token = channel_queries.unsubscribe_url(OutgoingMessage.objects.get()).split("/")[-2]
    channels.unsubscribe(token, choice=UnsubscribeFrom.TOPIC, via=UnsubscribedVia.ONE_CLICK)
    jobs.run_stage("channels_send", clock.now())

    assert channel_queries.message(message.id).row.status == MessageStatus.REFUSED
    assert ON_PREMIUM


class Jammed:
    """A step that fails until it is mended."""

    kind = "jammed"
    mended = False

    def problems(self, settings):
        return []

    def due_at(self, settings, *, arrived_at, tz):
        return arrived_at

    def carry_out(self, due, *, now):
        if not self.mended:
            raise RuntimeError("out of paper")
        return {d.enrolment_id: Advance() for d in due}


def test_a_journey_that_fails_stands_still_says_why_and_keeps_nobody_else_waiting():
    jammed = Jammed()
    registry.register(jammed)
    try:
        given_journey(send(), StepDefinition(id="j", kind="jammed"), name="Jammed", priority=9)
        given_journey(send(), name="Fine")
        given_customer()
        react()
        react()

        errors = {row.name: row.error for row in queries.journeys()}
        assert errors == {"Jammed": "RuntimeError: out of paper", "Fine": ""}
        assert sorted(told()) == [(Outcome.MADE, Why.DUE)] * 2

        jammed.mended = True
        advancing._rests_until.clear()
        react()
        assert {row.name: (row.error, row.counts.finished) for row in queries.journeys()} == {
            "Jammed": ("", 1),
            "Fine": ("", 1),
        }
    finally:
        registry._steps.pop("jammed")


@pytest.mark.parametrize(
    ("forbidden", "outcome", "why"),
    [("[phone, email]", Outcome.SKIPPED, Why.CHANNEL_FORBIDDEN), ("[phone]", Outcome.MADE, Why.DUE)],
)
def test_a_channel_that_the_touch_model_forbids_is_not_used(forbidden, outcome, why):
    given_models(f"models: [{{key: all, name: Everybody, forbidden: {forbidden}}}]")
    given_journey(send())
    account, _ = given_customer()
    delivered()
    follow()

    react()

    (decision,) = queries.decisions(account_id=account).items
    assert (decision.outcome, decision.reason) == (outcome, why)
    assert decision.inputs["channel_forbidden"] is (why is Why.CHANNEL_FORBIDDEN)
