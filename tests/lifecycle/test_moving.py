"""Many accounts at once go where each would go alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tenure.kernel.written import Checking, Loaded
from tenure.lifecycle.rules.checking import check
from tenure.lifecycle.rules.moving import DAY, NOWHERE, move
from tenure.lifecycle.types import Transition
from tests.lifecycle.given import is_, machine


@st.composite
def roads(draw):
    """Any stages and transitions whose conditions are about one trait each, loops and all."""
    stages = "abcd"[: draw(st.integers(2, 4))]
    made = draw(
        st.lists(
            st.tuples(st.sampled_from(stages), st.sampled_from(stages), st.integers(0, 5), st.sampled_from([0, 0, 2])),
            max_size=7,
        )
    )
    return machine(
        stages, *(Transition(source=s, target=t, when=is_(str(n), "x"), after_days=d) for s, t, n, d in made if s != t)
    )


@given(roads(), st.data())
def test_goes_where_one_account_alone_would_go(road, data):
    size = data.draw(st.integers(1, 6))
    stages = np.array(data.draw(st.lists(st.integers(-1, len(road.stages) - 1), min_size=size, max_size=size)))
    stayed = np.array(data.draw(st.lists(st.integers(0, 4), min_size=size, max_size=size)), np.int64) * DAY
    truths = st.lists(st.booleans(), min_size=size, max_size=size).map(np.array)
    by_condition = {t.when.name: data.draw(truths) for t in road.transitions}
    holds = {n: by_condition[t.when.name] for n, t in enumerate(road.transitions)}

    moved = move(road, stages.astype(np.int64), stayed, holds)

    for row in range(size):
        here = max(int(stages[row]), 0)
        days = stayed[row] if stages[row] != NOWHERE else 0
        for _ in road.stages:
            fires = [
                t
                for n, t in enumerate(road.transitions)
                if t.source == road.keys[here] and days >= t.after_days * DAY and holds[n][row]
            ]
            if not fires:
                break
            here, days = road.keys.index(fires[0].target), 0
        assert moved.stages[row] == here


@given(roads(), st.data())
def test_whatever_is_let_through_comes_to_rest(road, data):
    """After one go no transition applies any more: so a second look at the same moment changes nothing."""
    found = Checking(Loaded(plain={}))
    check(road, found)
    loops = [p for p in found.problems if p.code == "loop"]
    truths = {t.when.name: np.array([data.draw(st.booleans())]) for t in road.transitions}
    holds = {n: truths[t.when.name] for n, t in enumerate(road.transitions)}
    begin = np.array([data.draw(st.integers(0, len(road.stages) - 1))], np.int64)

    moved = move(road, begin, np.array([0], np.int64), holds)
    again = move(road, moved.stages, np.array([0], np.int64), holds)

    unreached = any(p.code != "loop" for p in found.problems)
    assert loops or unreached or again.stages[0] == moved.stages[0]
