"""Muting: nothing new of a kind, of an account, or of both, until a day, with a reason."""

from datetime import timedelta
from typing import Any

import pytest

from tenure.customers.errors import NoSuchAccount
from tenure.signals import actions, queries
from tenure.signals.errors import MuteInThePast, MuteReasonMissing, MuteTooWide, MuteUnknown
from tenure.signals.models import Signal, SignalMute
from tests.given import given_member
from tests.signals.given import NOON, finding, given_account, given_signal

WEEK = NOON + timedelta(days=7)


@pytest.fixture(autouse=True)
def noon(at: Any) -> None:
    at(NOON)


def test_holds_back_a_kind_for_one_account_and_counts(workspace, heard):
    fjord, kestrel, ada = given_account(), given_account("kestrel"), given_member()
    mute = actions.mute_signals(
        kind="activity_decline", account_id=fjord.pk, reason="They moved offices.", until=WEEK, by=ada
    )
    heard.clear()

    done = actions.open_signals([finding(fjord), finding(kestrel), finding(fjord, kind="misuse")])

    assert (len(done.opened), done.muted) == (2, 1)
    assert sorted(Signal.objects.values_list("account_id", "kind")) == [
        (fjord.pk, "misuse"),
        (kestrel.pk, "activity_decline"),
    ]
    assert SignalMute.objects.get().held_back == 1
    assert [m.pk for m in queries.mutes(NOON, account_id=fjord.pk)] == [mute.pk]


def test_holds_back_a_kind_of_everybody_or_everything_of_an_account(workspace):
    fjord, kestrel, ada = given_account(), given_account("kestrel"), given_member()
    actions.mute_signals(kind="misuse", reason="Being rewritten.", until=WEEK, by=ada)
    actions.mute_signals(account_id=fjord.pk, reason="A test account.", until=WEEK, by=ada)

    done = actions.open_signals(
        [finding(fjord), finding(fjord, kind="misuse"), finding(kestrel), finding(kestrel, kind="misuse")]
    )

    assert (len(done.opened), done.muted) == (1, 3)
    assert Signal.objects.get().account_id == kestrel.pk


def test_keeps_what_is_open_up_to_date(workspace):
    signal, ada = given_signal(), given_member()
    actions.mute_signals(kind=signal.kind, reason="Known.", until=WEEK, by=ada)

    done = actions.open_signals([finding(signal.account, 0.55)])

    assert (done.refreshed, done.muted, queries.signal(signal.pk).severity) == ((signal.pk,), 0, 0.55)


def test_ends_by_itself_or_by_a_member(workspace, at):
    account, ada = given_account(), given_member()
    mute = actions.mute_signals(account_id=account.pk, reason="Known.", until=WEEK, by=ada)
    assert actions.open_signals([finding(account)]).muted == 1

    actions.unmute_signals(mute.pk, by=ada)

    assert len(actions.open_signals([finding(account)]).opened) == 1
    with pytest.raises(MuteUnknown):
        actions.unmute_signals(mute.pk, by=ada)
    actions.mute_signals(kind="misuse", reason="Known.", until=WEEK, by=ada)
    at(WEEK)
    assert len(actions.open_signals([finding(account, kind="misuse")]).opened) == 1


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({}, MuteTooWide),
        ({"kind": "misuse", "reason": "  "}, MuteReasonMissing),
        ({"kind": "misuse", "until": NOON}, MuteInThePast),
        ({"kind": "misuse", "until": NOON + timedelta(days=367)}, MuteInThePast),
        ({"account_id": 987_654_321}, NoSuchAccount),
    ],
)
def test_says_what_why_and_until_when(workspace, asked, refusal):
    said: dict[str, Any] = {"reason": "Known.", "until": WEEK, "by": given_member()} | asked

    with pytest.raises(refusal):
        actions.mute_signals(**said)

    assert not SignalMute.objects.exists()
