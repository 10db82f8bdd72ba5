"""The lot of an account: stable, uniform, and nested in the share."""

import hashlib
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenure.experiments.rules import balance_of, group_for, in_holdout, lot, watch
from tenure.experiments.types import Group
from tenure.stats.shares import sample_ratio

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_is_the_hash_of_salt_and_account() -> None:
    digest = int(hashlib.sha256(b"salt:42").hexdigest()[:16], 16)

    assert lot(42, "salt") == pytest.approx(digest / 2**64, abs=1e-15)


@given(st.integers(1, 10**12), st.text(max_size=40))
def test_is_the_same_every_time_and_a_share(account_id: int, salt: str) -> None:
    assert lot(account_id, salt) == lot(account_id, salt)
    assert 0 <= lot(account_id, salt) < 1


@given(st.integers(1, 10**9), st.text(max_size=20), st.floats(0, 1), st.floats(0, 1))
def test_keeps_everybody_held_out_when_the_share_grows(account_id: int, salt: str, a: float, b: float) -> None:
    if in_holdout(account_id, salt, min(a, b)):
        assert in_holdout(account_id, salt, max(a, b))


def test_holds_out_nobody_or_everybody_at_the_ends() -> None:
    assert not any(in_holdout(n, "s", 0.0) for n in range(1_000))
    assert all(in_holdout(n, "s", 1.0) for n in range(1_000))


def test_is_uniform_and_another_salt_is_another_lot() -> None:
    a = np.array([lot(n, "a") for n in range(20_000)])
    b = np.array([lot(n, "b") for n in range(20_000)])

    counts, _ = np.histogram(a, bins=20, range=(0, 1))
    assert sample_ratio(counts.tolist(), [1.0] * 20).p_value > 0.001
    assert abs(np.corrcoef(a, b)[0, 1]) < 0.03


def test_names_the_group() -> None:
    groups = {group_for(n, "s", 0.1) for n in range(100)}

    assert groups == {Group.TREATED, Group.HELD_OUT}


def after(days: float) -> datetime:
    return START + timedelta(days=days)


def test_watches_until_churn_or_until_nothing_more_is_known() -> None:
    kept = watch(1, Group.TREATED, START, [], after(100))
    lost = watch(1, Group.TREATED, START, [(after(12.5), None)], after(100))
    later = watch(1, Group.TREATED, START, [(after(101), None)], after(100))

    assert (kept.days, kept.churned, kept.churned_at) == (100.0, False, None)
    assert (lost.days, lost.churned, lost.churned_at) == (12.5, True, after(12.5))
    assert (later.days, later.churned) == (100.0, False)


def test_coming_back_does_not_undo_a_churn() -> None:
    seen = watch(1, Group.TREATED, START, [(after(40), after(60)), (after(80), None)], after(100))

    assert (seen.days, seen.churned) == (40.0, True)


def test_one_that_came_back_before_its_assignment_counts() -> None:
    seen = watch(1, Group.TREATED, START, [(after(-40), after(-10))], after(100))

    assert (seen.days, seen.churned) == (100.0, False)


def test_leaves_out_who_was_no_customer_or_came_after() -> None:
    assert watch(1, Group.TREATED, START, [(START, None)], after(100)) is None
    assert watch(1, Group.TREATED, START, [(after(-1), after(3))], after(100)) is None
    assert watch(1, Group.TREATED, after(101), [], after(100)) is None


def test_balance_counts_each_value_commonest_first() -> None:
    values = [(Group.TREATED, "Pro")] * 80 + [(Group.TREATED, "Free")] * 20 + [(Group.HELD_OUT, "Pro")] * 10

    balance = balance_of("plan", values)

    assert [(r.value, r.treated, r.held_out) for r in balance.rows] == [("Pro", 80, 10), ("Free", 20, 0)]
    assert balance.rows[0].treated_share == 0.8
    assert not balance.is_uneven


def test_balance_notices_what_no_lot_does() -> None:
    values = [(Group.TREATED, "Pro")] * 300 + [(Group.HELD_OUT, "Free")] * 30

    assert balance_of("plan", values).is_uneven
