import random

from hypothesis import given
from hypothesis import strategies as st

from tenure.connectors.stripe.rules.ordering import Telling, last_of_each_second

FIELDS = ("status", "quantity", "pause", "cancel_at")


@st.composite
def a_second(draw):
    """Updates of one object in one second, in the order in which they happened; ids say nothing of it."""
    state = {name: draw(st.integers(0, 2)) for name in FIELDS}
    ids = draw(st.permutations([f"evt_{n}" for n in range(7)]))
    told = [Telling(ids[0], 100, False, "customer.subscription.created", dict(state), None)]
    for id_ in ids[1 : draw(st.integers(2, 7))]:
        changed = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True))
        previous = {name: state[name] for name in changed}
        # Of so few values, fields go back to what they were, and whole states come again.
        state = {**state, **{name: (state[name] + draw(st.integers(1, 2))) % 3 for name in changed}}
        told.append(Telling(id_, 100, False, "customer.subscription.updated", dict(state), previous))
    return told


@given(a_second(), st.randoms(use_true_random=False))
def test_finds_what_held_last_in_a_second(told, dice):
    shuffled = list(told)
    dice.shuffle(shuffled)

    (last,) = last_of_each_second(shuffled)

    assert last.state == told[-1].state


def test_a_deletion_is_last_and_a_snapshot_gives_way():
    snapshot = Telling("sub_1@x", 100, True, "list", {"status": "snapshot"}, None)
    deleted = Telling("evt_a", 100, False, "customer.subscription.deleted", {"status": "canceled"}, None)
    updated = Telling("evt_b", 100, False, "customer.subscription.updated", {"status": "active"}, {"status": "x"})

    for told in ([snapshot, deleted, updated], [updated, deleted, snapshot]):
        assert [t.id for t in last_of_each_second(told)] == ["evt_a"]
    assert [t.id for t in last_of_each_second([snapshot, updated])] == ["evt_b"]


def test_many_of_one_second_are_put_in_a_row_too():
    told, state = [], {"quantity": 0}
    for number in range(9):
        previous, state = state, {"quantity": number + 1}
        told.append(Telling(f"evt_{(number * 7) % 9}", 100, False, "x.updated", state, previous))
    random.Random(4).shuffle(told)

    earlier = Telling("evt_0", 99, False, "x.created", {"quantity": 0}, None)
    assert last_of_each_second([earlier, *told])[-1].state == {"quantity": 9}
