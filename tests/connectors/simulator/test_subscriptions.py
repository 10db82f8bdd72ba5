"""What the simulated customers pay agrees with what becomes of them."""

from datetime import UTC, datetime, timedelta

from tenure.billing.types import Status
from tests.connectors.simulator.given import NOBODY, UNTIL, given_everybody_held_out, given_world

END = datetime(UNTIL.year, UNTIL.month, UNTIL.day, tzinfo=UTC)


def told(world, held_out=NOBODY, *, days_a_step=400):
    """Collect everything told until the end of history, a stretch at a time."""
    since, states = world.begins, []
    while since < END:
        until = min(since + timedelta(days=days_a_step), END)
        states += world.subscriptions_between(since, until, held_out=held_out)
        since = until
    return states


def by_key(states):
    return sorted(states, key=lambda s: (s.external_id, s.as_of, s.provenance))


def test_every_state_is_told_once_wherever_the_stretches_are_cut():
    world = given_world()
    whole = by_key(told(world))

    assert by_key(told(world, days_a_step=7)) == whole
    assert len({(s.external_id, s.as_of, s.provenance) for s in whole}) == len(whole)


def test_an_account_ends_its_subscription_on_the_day_it_leaves():
    world = given_world()

    for held_out in (NOBODY, given_everybody_held_out(world)):
        ended = {s.account: s.ended_at.date() for s in told(world, held_out) if s.status is Status.CANCELLED}
        left = {t.external_id: t.churned for t in world.truth(held_out) if t.churned}
        assert set(ended) <= set(left)
        assert all(abs((ended[account] - left[account].date()).days) <= 1 for account in ended)
        assert len(ended) >= len(left) - 1  # who leaves on the last evening is told the day after


def test_every_account_that_signed_up_has_a_subscription_with_a_price():
    world = given_world()
    states = told(world)

    assert {s.account for s in states} >= {
        t.external_id for t in world.truth(NOBODY) if t.signs_up < END - timedelta(1)
    }
    assert all(s.items[0].tiers[0].flat_amount > 0 for s in states)
