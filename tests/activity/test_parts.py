"""The use of many accounts is read in parts: what is found does not depend on how many there are."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest

from tenure.activity import actions, queries
from tenure.activity.models import UseStanding
from tenure.activity.queries.filed import FiledCounts
from tenure.activity.queries.use import seats_of
from tenure.activity.rules import TERMS
from tenure.activity.types import Choices
from tenure.customers import actions as customer_actions
from tenure.signals.models import Signal
from tenure.stats.decline import judge
from tests.activity.given import AS_OF, DAYS, NIGHT, given_accounts, given_sessions, given_use, stopped
from tests.given import given_member

NAMES = ["fjord", "birch", *(f"steady-{n:02}" for n in range(25))]
"""As many as make seven parts of four, the last of them not full."""
A_WHILE_AGO = AS_OF - timedelta(days=20)


@pytest.fixture
def frame(workspace: Any, at: Any) -> Any:
    """Know 27 accounts, of which one fades, one gave up seats, and a few share a time zone."""
    at(NIGHT)
    accounts = given_accounts(NAMES[:7], time_zone="Asia/Taipei") | given_accounts(NAMES[7:])
    given_use(accounts, {"fjord": stopped(A_WHILE_AGO, 5), "birch": stopped(A_WHILE_AGO, 3)})
    given_sessions(accounts, {"steady-03": lambda day: 0.2 if day >= A_WHILE_AGO else 1.0})
    for day, seats in ((AS_OF - timedelta(days=DAYS), 6), (A_WHILE_AGO, 3)):
        moment = datetime.combine(day, time(1), UTC)
        customer_actions.set_account_traits(accounts["birch"].pk, {"seats": seats}, source="test", at=moment)
    return accounts


def read(at_once: int, key_events: tuple[str, ...] = ()) -> Any:
    found = queries.frame_of([], AS_OF, TERMS.days)
    ids = found.account_ids
    zones = tuple("Asia/Taipei" if n < 7 else "" for n in range(len(ids)))
    known_from = np.where(np.arange(len(ids)) == 5, 30, 0)
    whole = type(found)(
        account_ids=ids, as_of=AS_OF, days=TERMS.days, rows=found.rows, time_zones=zones,
        seats=seats_of(ids, AS_OF, TERMS.days),
    )  # fmt: skip
    return queries.usage_of(whole, known_from, key_events, at_once=at_once)


@pytest.mark.parametrize("key_events", [(), ("Opened",), ("Never done",)])
def test_seven_parts_say_exactly_what_one_says(frame: Any, key_events: tuple[str, ...]) -> None:
    one, seven = read(1_000, key_events), read(4, key_events)

    assert isinstance(seven.people, FiledCounts)
    assert one.people.sum() > 10_000
    assert [each.shape for each in seven.series.values()] == [(27, TERMS.days)] * 3
    for series, counts in one.series.items():
        np.testing.assert_array_equal(seven.series[series][:], counts)
    assert one.allowed.keys() == seven.allowed.keys() == {1}
    np.testing.assert_array_equal(one.allowed[1], seven.allowed[1])
    by_one, by_seven = judge(one), judge(seven)
    assert by_one.verdict.tolist() == by_seven.verdict.tolist()
    for name in ("p_value", "q_value", "since", "leading", "expected_people", "actual_people"):
        np.testing.assert_array_equal(getattr(by_one, name), getattr(by_seven, name))
    np.testing.assert_array_equal(by_one.usual.minutes, by_seven.usual.minutes)


def test_without_sessions_no_part_has_minutes(workspace: Any, at: Any) -> None:
    at(NIGHT)
    given_use(given_accounts(NAMES[:9]))

    assert read(4).minutes is None


def test_a_pass_in_parts_opens_the_same_signals(frame: Any) -> None:
    actions.choose_activity(Choices(false_share=0.1, key_events=("Opened",)), by=given_member())

    found = actions.judge_use(AS_OF, at_once=4)

    assert (found.accounts, found.opened) == (27, 2)
    opened = {s.account.external_id: s.evidence["leading"] for s in Signal.objects.select_related("account")}
    assert opened == {"fjord": "people", "steady-03": "minutes"}
    assert UseStanding.objects.filter(verdict="normal").count() == 25


def test_rows_of_a_file_are_read_as_those_of_a_matrix() -> None:
    rng = np.random.default_rng(1)
    counts = rng.poisson(3.0, (23, 11)).astype(np.float32)
    filed = FiledCounts(23, 11)
    filed.put(10, counts[10:])
    filed.put(0, counts[:10])

    for rows in (slice(None), slice(3, 9), slice(20, 99), 4, np.array([7, 2, 2]), np.array([], dtype=np.intp)):
        np.testing.assert_array_equal(filed[rows], counts[rows])
    assert FiledCounts(0, 11)[:].shape == (0, 11)
