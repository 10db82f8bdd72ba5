"""What members join and part: every domain is as if they had never been joined."""

from datetime import timedelta
from typing import Any

from django.apps import apps
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.billing import actions as billing
from tenure.billing.types import CustomerRecord
from tenure.channels import actions as channels
from tenure.channels.types import NewMessage
from tenure.connectors.stripe.models import Connection, StripeCustomer
from tenure.customers import actions, queries
from tenure.customers.errors import CannotBeMerged
from tenure.customers.models import Merge
from tenure.journeys import actions as journeys
from tenure.journeys.models import Enrolment
from tenure.journeys.types import Entrant, Subject, Trigger, TriggerKind
from tenure.kernel import clock, jobs, keeping, tenancy
from tenure.kernel.models import MovedRow
from tenure.playbooks import actions as playbooks
from tenure.playbooks.models import Run, Task
from tenure.playbooks.types import CallOutcome
from tenure.privacy import actions as privacy
from tenure.privacy.types import SubjectKind
from tenure.segments.announcements import SegmentEntered, SegmentLeft
from tenure.segments.models import Membership
from tenure.signals import actions as signals
from tenure.signals.models import Signal
from tenure.workspaces.models import Workspace
from tests.billing.telling import state as subscription
from tests.channels.given import MONDAY, delivered
from tests.customers.calls import grouped, identified
from tests.given import given_member, given_workspace, undone
from tests.journeys.given import given_journey, given_segment, wait
from tests.playbooks.given import given_playbook

NOT_MOVED = ("customers", "tracking")
"""Identity has its own tests; the timeline tells of the merge, and is read by traces."""
IN_SEGMENT = ("segment_id", "account_id", "person_id")
NOT_COMPARED = ("billing_told", "billing_ledgerthen", "segments_membership")
WORKED_OUT = ("billing_ledgeraccount", "billing_ledgermovement")
BY_EVENT = Trigger(kind=TriggerKind.EVENT, event="Exported")
GROUPS = ("a", "b", "c")
USERS = ("maya", "ann", "tom")


def everything() -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row of every domain that names a customer, by its id; what billing works out, by account and moment.

    Of segments, who is in them: who was kept may have left one and come back for what they were meanwhile.
    """
    found: dict[str, dict[Any, dict[str, Any]]] = {
        "in segments": {row: {} for row in Membership.objects.filter(left_at=None).values_list(*IN_SEGMENT)}
    }
    for model in apps.get_models():
        table = model._meta.db_table
        if keeping.links(model) and model._meta.app_label not in NOT_MOVED and table not in NOT_COMPARED:
            is_worked_out = table in WORKED_OUT
            left_out = {"worked_out_at", "id"} if is_worked_out else {"worked_out_at"}
            found[table] = {
                (row.account_id, getattr(row, "at", None)) if is_worked_out else row.pk: {
                    f.attname: f.value_from_object(row)
                    for f in model._meta.concrete_fields
                    if f.attname not in left_out
                }
                for row in model.objects.order_by("pk")
            }
    return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {
        (table, pk): {
            name: (one.get(name), other.get(name)) for name in {*one, *other} if one.get(name) != other.get(name)
        }
        for table in before
        for pk in {*before[table], *after[table]}
        if (one := before[table].get(pk, {})) != (other := after[table].get(pk, {}))
    }


def settle() -> None:
    for _ in range(3):
        delivered()
        jobs.run_stage("segments_touched", clock.now())


def person(user: str) -> int:
    return queries.person_by_external_id(user).pk


def account(group: str) -> int:
    return queries.account_by_external_id(group).pk


def given_world(has: dict[str, Any]) -> None:
    """Make three accounts and three people, with whatever is drawn of them in every domain."""
    Workspace.objects.update(holdout_share=0.0)
    ada = given_member("Ada")
    given_segment("Premium")
    given_segment("People", subject="person", condition={"kind": "trait", "name": "plan", "operator": "is_set"})
    of_accounts = given_journey(wait(days=9), trigger=BY_EVENT)
    of_people = given_journey(wait(days=9), name="People", subject=Subject.PERSON, trigger=BY_EVENT)
    playbook = given_playbook()
    actions.resolve_calls(
        [
            *(grouped(n, group_id=g, traits={"plan": "Premium"} if g in has["premium"] else {"x": 1})
              for n, g in enumerate(GROUPS)),
            grouped(10, user_id="maya", group_id="a"),
            grouped(11, user_id="ann", group_id="b"),
            *(identified(20 + n, user_id=u, traits={"plan": "pro"} if u in has["planning"] else {"name": u})
              for n, u in enumerate(USERS)),
        ]
    )  # fmt: skip
    settle()
    for key, kind in has["signals"]:
        signals.open_signal(account(key), kind, severity=0.7, evidence={}, summary={"percent": 9})
    delivered()
    for key in has["runs"]:
        playbooks.start_run(playbook, account(key), by=ada)
    for user, key in has["calls"]:
        call = {"account_id": account(key), "person_id": person(user), "notes": "called"}
        playbooks.log_call(outcome=CallOutcome.REACHED, by=ada, **call)
    Task.objects.filter(account=account("b")).update(person=person("ann"))
    for n, key in enumerate(has["accounts in journeys"]):
        journeys.enrol(of_accounts, [Entrant(account_id=account(key), person_id=None, at=clock.now())])
        Enrolment.objects.filter(journey=of_accounts).order_by("-pk").update(due_at=MONDAY + timedelta(days=n))
    for user in has["people in journeys"]:
        journeys.enrol(of_people, [Entrant(account_id=None, person_id=person(user), at=clock.now())])
    for n, (user, key) in enumerate(has["messages"]):
        channels.queue_message(
            NewMessage(
                idempotency_key=f"k{n}", address=f"{user}@x.example", subject="Hi", text="Hi", html="<p>Hi</p>",
                person_id=person(user), account_id=account(key),
            )
        )  # fmt: skip
        channels.unsubscribe_person(f"{user}@x.example", by=ada, person_id=person(user))
    connection = Connection.objects.create(
        name="Stripe", address=f"stripe{tenancy.current_workspace_id()}", made_at=clock.now()
    )
    for n, key in enumerate(has["billed"]):
        records = [CustomerRecord(source="test", external_id=f"c{n}", account=key, as_of=clock.now())]
        billing.record_customers(records)
        billing.record_subscription_states(
            [
                subscription(external_id=f"by customer {n}", account="", customer=f"c{n}"),
                subscription(external_id=f"by name {n}", account=key),
            ]
        )
        StripeCustomer.objects.create(
            connection=connection, customer_id=f"c{n}", account_id=account(key), as_of=clock.now()
        )
    settle()


groups, users = st.sampled_from(GROUPS), st.sampled_from(USERS)
worlds = st.fixed_dictionaries(
    {
        "premium": st.sets(groups),
        "planning": st.sets(users),
        "signals": st.sets(st.tuples(groups, st.sampled_from(["activity_decline", "noise"]))).map(sorted),
        "runs": st.lists(groups, max_size=3),
        "calls": st.lists(st.tuples(users, groups), max_size=3),
        "accounts in journeys": st.permutations(GROUPS),
        "people in journeys": st.permutations(USERS),
        "messages": st.lists(st.tuples(users, groups), max_size=3),
        "billed": st.lists(groups, max_size=3),
    }
)
pairs = st.one_of(
    st.permutations(USERS).map(lambda p: ("person", p[0], p[1])),
    st.permutations(GROUPS).map(lambda p: ("account", p[0], p[1])),
)
slow = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def merge(pair: tuple[str, str, str]) -> int:
    kind, kept, other = pair
    if kind == "person":
        return actions.merge_people(person(kept), person(other), by=None).pk
    return actions.merge_accounts(account(kept), account(other), by=None).pk


@slow
@given(worlds, st.lists(pairs, min_size=1, max_size=3), st.data())
def test_every_domain_is_as_never_joined(db, at, world, wanted, data):
    at(MONDAY)
    with undone(), tenancy.scope(given_workspace().pk):
        given_world(world)
        before = everything()

        merges = []
        for pair in wanted:
            try:
                merges.append(merge(pair))
            except CannotBeMerged:
                continue
            if data.draw(st.booleans()):
                settle()
        settle()
        for pk in data.draw(st.permutations(merges)):
            if Merge.objects.get(pk=pk).undone_at is None:
                actions.part(pk, by=None)
            if data.draw(st.booleans()):
                settle()
        settle()

        found = changed(before, everything())
        assert found == {}, found
        assert not MovedRow.objects.exists()


def test_what_changed_hands_meanwhile_stays(workspace, at):
    at(MONDAY)
    actions.resolve_calls([grouped(n, group_id=g) for n, g in enumerate(GROUPS)])
    playbook, ada = given_playbook(), given_member("Ada")
    moved, changed_hands = (playbooks.start_run(playbook, account(g), by=ada) for g in ("b", "c"))
    merges = [merge(("account", "a", "b")), merge(("account", "a", "c"))]
    settle()
    Run.objects.filter(pk=changed_hands.pk).update(account=account("b"))
    elsewhere = actions.resolve_calls([grouped(9, group_id="d")]).account_ids[0]
    Run.objects.filter(pk=changed_hands.pk).update(account=elsewhere)

    for pk in merges:
        actions.part(pk, by=None)
    settle()

    moved.refresh_from_db()
    changed_hands.refresh_from_db()
    assert (moved.account_id, changed_hands.account_id) == (account("b"), elsewhere)
    assert not MovedRow.objects.exists()


def test_of_two_for_one_reason_one_rests_while_they_are_one(workspace, at):
    at(MONDAY)
    actions.resolve_calls([grouped(n, group_id=g) for n, g in enumerate(GROUPS)])
    for key in ("b", "a"):
        signals.open_signal(account(key), "noise", severity=0.5, evidence={}, summary={})
    before = list(Signal.objects.order_by("pk").values())

    made = merge(("account", "a", "b"))
    settle()
    assert [(s.account_id, s.status, s.close_reason) for s in Signal.objects.order_by("pk")] == [
        (account("a"), "open", ""),
        (account("a"), "closed", "merged"),
    ]

    actions.part(made, by=None)
    settle()
    assert list(Signal.objects.order_by("pk").values()) == before


def test_an_erasure_in_between_leaves_no_trace_of_whose_rows_were(workspace, at, lake):
    at(MONDAY)
    actions.resolve_calls([grouped(0, user_id=u, group_id=g) for u, g in zip(USERS, GROUPS, strict=True)])
    playbook, ada = given_playbook(), given_member("Ada")
    playbooks.start_run(playbook, account("b"), by=ada)
    merge(("account", "a", "b"))
    settle()
    assert MovedRow.objects.exists()

    privacy.carry_out(privacy.ask_to_erase(SubjectKind.ACCOUNT, account("a"), by=ada))

    assert not MovedRow.objects.exists()
    assert not Merge.objects.exists()
    assert queries.account_by_external_id("c").pk == account("c")


def test_who_was_in_a_segment_is_in_it_as_if_never_gone(workspace, at, heard):
    at(MONDAY)
    given_segment("Premium")
    actions.resolve_calls([grouped(n, group_id=g, traits={"plan": "Premium"}) for n, g in enumerate(GROUPS)])
    settle()
    before = list(Membership.objects.order_by("pk").values())
    heard.clear()

    made = merge(("account", "a", "b"))
    at(MONDAY + timedelta(days=1))
    settle()
    assert [m.account_id for m in Membership.objects.filter(left_at=None).order_by("pk")] == [
        account("a"),
        account("c"),
    ]
    actions.part(made, by=None)
    settle()

    assert list(Membership.objects.order_by("pk").values()) == before
    assert not [a for a in heard if isinstance(a, SegmentEntered | SegmentLeft)]
