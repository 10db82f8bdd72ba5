"""When an account was no customer."""

from datetime import UTC, datetime, timedelta

import pytest

from tenure.customers import queries
from tenure.customers.actions import resolve_calls
from tenure.customers.models import Account
from tenure.customers.rules.lifecycle import Change, churned_spans, life, trial_end
from tenure.customers.types import AccountFilter, Stage
from tenure.kernel import clock
from tests.customers.calls import grouped, identified, used

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def on(day: float) -> datetime:
    return MONDAY + timedelta(days=day)


def test_is_from_each_end_to_the_next_beginning():
    changes = [
        Change("started", on(50)),
        Change("ended", on(20)),
        Change("started", on(0)),
        Change("ended", on(70)),
        Change("ended", on(21)),
    ]

    assert churned_spans(changes) == [(on(20), on(50)), (on(70), None)]


def test_is_never_for_one_that_only_began():
    assert churned_spans([Change("started", on(0)), Change("signed_up", on(0))]) == []


def test_is_read_by_account(workspace):
    resolve_calls(
        [
            grouped(0, user_id="maya", group_id="fjord"),
            grouped(0, user_id="ines", group_id="kestrel"),
            used(86_400, user_id="maya", group_id="fjord", event="Subscription Cancelled"),
        ]
    )
    fjord = Account.objects.get(external_id="fjord")
    kestrel = Account.objects.get(external_id="kestrel")

    assert queries.churned_spans([fjord.pk, kestrel.pk]) == {fjord.pk: [(on(1), None)]}


@pytest.mark.parametrize(
    ("traits", "started", "ends"),
    [
        ({}, [], None),
        ({"trial_started_at": on(0).isoformat()}, [on(3)], None),
        ({"trial_ends_at": "2026-03-16"}, [], on(14)),
        ({"trial_ends_at": "soon"}, [], None),
        ({"trialEndsAt": on(14).timestamp()}, [], on(14)),
        ({"trial_ends_at": on(14).isoformat(), "trial_ended_at": on(9).isoformat()}, [], on(9)),
        ({"trial_ended_at": on(9).isoformat()}, [], on(9)),
        ({"trial_started_at": on(20).isoformat(), "trial_ended_at": on(9).isoformat()}, [], None),
        ({"trial_started_at": on(0).isoformat(), "trial_ends_at": on(14).isoformat()}, [on(-9), on(6)], on(6)),
        ({"trial_started_at": on(0).isoformat(), "trial_ends_at": on(14).isoformat()}, [on(0)], on(14)),
        ({"trial_ends_at": on(14).isoformat()}, [on(-9)], on(14)),
    ],
)
def test_a_trial_ends_when_it_was_said_or_when_paying_begins(traits, started, ends):
    assert trial_end(traits, [Change("started", at) for at in started]) == ends


def test_an_account_is_on_trial_until_the_trial_ends(workspace):
    def stages(day: float) -> list[Stage]:
        with clock.simulated(on(day)):
            found = [queries.stage_of(each) for each in Account.objects.order_by("external_id")]
            for stage in Stage:
                listed = queries.accounts_list(AccountFilter(stages=(stage,)), sort="name").accounts
                assert [a.name for a in listed] == [n for n, s in zip("abcd", found, strict=True) if s is stage]
            return found

    resolve_calls(
        [
            grouped(0, group_id="a", traits={"plan": "Trial", "trial_ends_at": on(14).isoformat()}),
            grouped(0, group_id="b", traits={"plan": "pro", "trial_ends_at": on(40).isoformat()}),
            grouped(0, group_id="c", traits={"plan": "Trial"}),
            grouped(0, group_id="d", traits={"subscription_status": "trialing", "trial_ends_at": on(14).isoformat()}),
        ]
    )

    trial, onboarding, active = Stage.TRIAL, Stage.ONBOARDING, Stage.ACTIVE
    assert stages(13.9) == [trial, trial, trial, trial]
    assert stages(14) == [onboarding, trial, trial, trial], "while billing says it is on trial, it is"
    assert stages(40) == [active, active, trial, trial]
    resolve_calls([grouped(86_400 * 41, group_id="a", traits={"trial_ends_at": on(60).isoformat()})])
    assert stages(42) == [trial, active, trial, trial], "a trial can be made longer"


def test_an_account_of_one_is_on_trial_as_its_person_is(workspace):
    resolve_calls([identified(0, user_id="maya", traits={"trial_ends_at": on(14).isoformat()})])

    assert Account.objects.get().trial_ends_at == on(14)
    assert queries.stage_of(Account.objects.get(), on(13)) is Stage.TRIAL


def test_who_changes_over_at_one_moment_never_left():
    changes = [Change("started", on(0)), Change("ended", on(20)), Change("started", on(20))]

    assert churned_spans(changes) == []
    assert life(changes).churned_at is None
    assert churned_spans([*changes, Change("ended", on(50))]) == [(on(50), None)]
