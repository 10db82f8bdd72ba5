"""Consent that SDKs send along with calls."""

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.customers import queries as customers
from tenure.kernel import jobs, outbox, tenancy
from tenure.privacy.actions import record_consents
from tenure.privacy.queries import consents_of_people
from tenure.privacy.types import ConsentSaid
from tenure.tracking.announcements import ConsentsHeard
from tenure.tracking.rules.consenting import preferences_in
from tests.given import given_workspace
from tests.tracking.sending import NOW, hours, identify, send, track


def agreed(is_given: object, *, at: datetime = NOW, **more: object) -> dict[str, object]:
    consent = {"categoryPreferences": {"Analytics": is_given}}
    return track("Opened", at=at, userId="maya", context={"consent": consent}, **more)


def hear() -> None:
    jobs.run_stage("intake", NOW)
    while outbox.deliver():
        pass


def words() -> list[tuple[str, bool, datetime]]:
    person = customers.person_by_external_id("maya")
    return [(c.source, c.is_given, c.at) for c in consents_of_people([person.pk]).get(person.pk, [])]


def test_writes_a_change_down_and_no_repetition(workspace):
    send(*(agreed(n % 4 != 3, at=NOW + hours(n)) for n in range(5)))
    hear()

    assert words() == [("sdk", True, NOW), ("sdk", False, NOW + hours(3)), ("sdk", True, NOW + hours(4))]


def test_what_a_member_wrote_down_stands_until_the_person_chooses_anew(workspace):
    send(agreed(True))
    hear()
    person = customers.person_by_external_id("maya")
    record_consents(
        [ConsentSaid(person_id=person.pk, purpose="Analytics", is_given=False, at=NOW + hours(1), source="phone")]
    )
    send(agreed(True, at=NOW + hours(2)))
    hear()

    assert words() == [("sdk", True, NOW), ("phone", False, NOW + hours(1))]


def test_a_call_that_comes_late_says_since_when(workspace):
    send(agreed(True, at=NOW + hours(2)))
    hear()
    send(agreed(True, at=NOW))
    hear()

    assert words() == [("sdk", True, NOW)]


def test_a_contrary_call_that_comes_late_does_not_outlive_what_was_repeated_since(workspace):
    for late in (agreed(True), agreed(True, at=NOW + hours(4)), agreed(False, at=NOW + hours(2))):
        send(late)
        hear()

    assert words() == [("sdk", True, NOW), ("sdk", False, NOW + hours(2)), ("sdk", True, NOW + hours(4))]


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(said=st.lists(st.booleans(), min_size=1, max_size=7), order=st.randoms(use_true_random=False))
def test_any_order_of_calls_comes_to_the_same(db, tmp_path_factory, settings, said, order):
    settings.TENURE_LAKE = str(tmp_path_factory.mktemp("lake"))
    calls = [agreed(is_given, at=NOW + hours(n)) for n, is_given in enumerate(said)]
    order.shuffle(calls)
    with tenancy.scope(given_workspace().pk):
        for call in calls:
            send(call)
            hear()

        changes = [(n, yes) for n, yes in enumerate(said) if n == 0 or said[n - 1] != yes]
        assert words() == [("sdk", yes, NOW + hours(n)) for n, yes in changes]


def test_says_nothing_of_nobody_and_of_nothing(workspace, heard):
    send(
        agreed("yes"),
        identify(userId="tomás", context={"consent": None}),
        track("Opened", userId="ann", context={"consent": {"categoryPreferences": []}}),
    )
    hear()

    assert words() == []
    assert [each for each in heard if isinstance(each, ConsentsHeard)] == []


def test_tells_in_one_announcement_what_a_turn_brings(workspace, heard):
    send(agreed(True, messageId="m1"), agreed(False, at=NOW + hours(1), messageId="m2"))
    jobs.run_stage("intake", NOW)

    (told,) = [each for each in heard if isinstance(each, ConsentsHeard)]
    person = customers.person_by_external_id("maya")
    assert (told.person_ids, told.purposes, told.given, told.message_ids) == (
        [person.pk] * 2, ["Analytics"] * 2, [True, False], ["m1", "m2"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("context", "found"),
    [
        (b'{"consent":{"categoryPreferences":{"b":true,"a":false,"c":1," ":true}}}', (("a", False), ("b", True))),
        (b'{"consent":{"categoryPreferences":"all"}}', ()),
        (b'{"consent":7,"x":"\\"categoryPreferences\\""}', ()),
        (b'{"x":{"categoryPreferences":{"a":true}}}', ()),
    ],
)
def test_reads_yes_and_no_and_nothing_else(context, found):
    assert preferences_in(context) == found


@given(st.binary(max_size=60))
def test_is_not_upset_by_any_context(junk):
    assert preferences_in(b'{"consent":{"categoryPreferences":' + junk) == () or b"}" in junk
