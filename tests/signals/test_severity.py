"""How severe a signal is: by money and confidence, as the rule says; and waking when it becomes worse."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.signals import actions, queries
from tenure.signals.announcements import SignalOpened, SignalWorsened
from tenure.signals.models import Signal
from tenure.signals.rules import severity_of
from tenure.signals.types import EvidenceKind, EvidenceLink, Finding
from tests.given import given_member
from tests.signals.given import NOON, finding, given_account, given_signal

confidences = st.floats(0, 1)
amounts = st.integers(0, 10**12)


@pytest.fixture(autouse=True)
def noon(at: Any) -> None:
    at(NOON)


@pytest.mark.parametrize(
    ("confidence", "amount", "typical", "severity"),
    [
        (0.9, 50_000, 50_000, 0.675),  # a typical account
        (0.9, 200_000, 50_000, 0.81),  # four times as large
        (0.9, 12_500, 50_000, 0.54),  # a quarter
        (0.9, 0, 50_000, 0.45),  # pays nothing
        (0.9, None, 50_000, 0.675),  # nobody knows: as a typical one
        (0.9, 50_000, None, 0.675),  # nobody pays here
        (0.5, 200_000, 50_000, 0.45),
        (0.0, 200_000, 50_000, 0.0),
        (1.0, -5, 50_000, 0.5),
    ],
)
def test_is_by_money_and_confidence(confidence, amount, typical, severity):
    assert severity_of(confidence, amount, typical) == severity


@given(confidences, confidences, amounts, amounts, st.integers(1, 10**9))
def test_grows_with_confidence_and_with_money(sure, surer, little, more, typical):
    low, high = sorted((sure, surer))
    less, much = sorted((little, more))

    assert 0 <= severity_of(low, less, typical) <= severity_of(high, less, typical) <= 1
    assert severity_of(low, less, typical) <= severity_of(low, much, typical)


@given(confidences, amounts, st.integers(1, 10**9))
def test_money_moves_it_by_half_at_most(confidence, amount, typical):
    assert severity_of(confidence, amount, typical) >= round(confidence / 2, 3)


def test_takes_what_the_accounts_pay_when_nothing_is_said(workspace):
    small, usual, large = (given_account(name, mrr=mrr) for name, mrr in (("a", 125), ("b", 500), ("c", 2_000)))

    done = actions.open_signals([finding(each, None, confidence=0.9) for each in (small, usual, large)])

    found = {s.account_id: (s.amount_minor, s.currency, s.confidence, s.severity) for s in Signal.objects.all()}
    assert len(done.opened) == 3
    assert found == {
        small.pk: (12_500, "USD", 0.9, 0.54),
        usual.pk: (50_000, "USD", 0.9, 0.675),
        large.pk: (200_000, "USD", 0.9, 0.81),
    }


def test_an_amount_that_is_said_goes_first(workspace, heard):
    account = given_account(mrr=500)
    heard.clear()

    signal = given_signal(account, None, confidence=0.8, amount_minor=100_000, currency="USD")

    assert (signal.amount_minor, signal.currency, signal.severity) == (
        100_000,
        "USD",
        severity_of(0.8, 100_000, 50_000),
    )
    (said,) = heard
    assert isinstance(said, SignalOpened)
    assert (said.amount_minor, said.currency, said.confidence, said.severity) == (100_000, "USD", 0.8, signal.severity)


def test_an_amount_in_a_currency_nobody_knows_the_rate_of_counts_as_typical(workspace):
    signal = given_signal(given_account(mrr=500), None, confidence=0.8, amount_minor=9_999_999, currency="JPY")

    assert (signal.amount_minor, signal.currency, signal.severity) == (9_999_999, "JPY", 0.6)


def test_a_severity_that_is_said_is_kept(workspace):
    signal = given_signal(given_account(mrr=500), 0.33, confidence=0.99)

    assert (signal.severity, signal.confidence) == (0.33, 0.99)


def test_says_how_severe_or_how_sure():
    with pytest.raises(ValueError, match="how severe"):
        Finding(account_id=1, kind="misuse", evidence={})
    with pytest.raises(ValueError, match="share"):
        Finding(account_id=1, kind="misuse", evidence={}, confidence=1.2)


def test_links_open_what_it_rests_on(workspace):
    links = (
        EvidenceLink(kind=EvidenceKind.PERSON, id=7),
        EvidenceLink(
            kind=EvidenceKind.EVENTS, since=NOON.date(), until=NOON.date() + timedelta(days=2), words="Report exported"
        ),
    )

    assert queries.links_of(given_signal(links=links)) == links


def test_a_snoozed_one_wakes_when_it_has_become_worse(workspace, heard):
    ada, account = given_member(), given_account()
    signal = given_signal(account, 0.5)
    actions.snooze_signal(signal, until=NOON + timedelta(days=7), by=ada)
    heard.clear()

    assert actions.open_signals([finding(account, 0.59)]).woken == ()
    assert actions.open_signals([finding(account, 0.6)]).woken == (signal.pk,)

    woken = queries.signal(signal.pk)
    assert (woken.status, woken.snoozed_until, woken.snoozed_by, woken.woken_at) == ("open", None, None, NOON)
    assert heard == [
        SignalWorsened(
            workspace_id=workspace.pk,
            at=NOON,
            account_id=account.pk,
            signal_id=signal.pk,
            signal_kind="activity_decline",
            severity=0.6,
            severity_before=0.5,
            owner_id=None,
        )
    ]


def test_one_that_was_woken_can_be_snoozed_again_and_is_measured_anew(workspace):
    ada, account = given_member(), given_account()
    signal = given_signal(account, 0.5)
    actions.snooze_signal(signal, until=NOON + timedelta(days=7), by=ada)
    actions.open_signals([finding(account, 0.8)])

    actions.snooze_signal(signal, until=NOON + timedelta(days=7), by=ada)
    actions.open_signals([finding(account, 0.85)])

    assert queries.signal(signal.pk).status == "snoozed"
