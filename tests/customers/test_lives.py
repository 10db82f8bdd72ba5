"""When an account was no customer."""

from datetime import UTC, datetime, timedelta

from tenure.customers import queries
from tenure.customers.actions import resolve_calls
from tenure.customers.models import Account
from tenure.customers.rules.lifecycle import Change, churned_spans
from tests.customers.calls import grouped, used

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
