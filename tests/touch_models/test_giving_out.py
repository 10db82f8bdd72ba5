"""Giving accounts out: the best within everybody's room, against trying everything."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.touch_models.rules import giving_out
from tenure.touch_models.rules.giving_out import NOBODY, Question, cost_of, give_out

costs = st.sampled_from([0.0, 1.0, 3.0, 6.0, 12.0])


@st.composite
def questions(draw):
    accounts, members = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    cost = np.array(draw(st.lists(costs, min_size=accounts * members, max_size=accounts * members)))
    rooms = st.sampled_from([0.0, 1.0, 2.0, np.inf])
    money = st.sampled_from([0.0, 100.0, 250.0, np.inf])
    return Question(
        cost=cost.reshape(accounts, members),
        takes=np.column_stack(
            [np.ones(accounts), draw(st.lists(st.sampled_from([50.0, 150.0]), min_size=accounts, max_size=accounts))]
        ),
        room=np.column_stack(
            [
                draw(st.lists(rooms, min_size=members, max_size=members)),
                draw(st.lists(money, min_size=members, max_size=members)),
            ]
        ),
        used=np.array(draw(st.lists(st.sampled_from([0.0, 0.25, 0.5]), min_size=members, max_size=members))),
        share=np.array(draw(st.lists(st.sampled_from([0.1, 0.25]), min_size=members, max_size=members))),
    )


def fits(question, choice):
    for member in range(question.cost.shape[1]):
        taken = question.takes[[n for n, to in enumerate(choice) if to == member]].sum(axis=0)
        if (taken > np.maximum(question.room[member], 0.0) + 1e-9).any():
            return False
    return True


def best(question):
    accounts, members = question.cost.shape
    every = product(range(NOBODY, members), repeat=accounts)
    return min(cost_of(question, np.array(choice)) for choice in every if fits(question, choice))


@settings(max_examples=30)
@given(questions())
def test_small_questions_are_solved_to_the_end(question):
    answer = give_out(question)

    assert fits(question, answer.choice)
    assert answer.cost == pytest.approx(best(question), abs=1e-5)
    assert answer.is_best
    assert answer.gap == pytest.approx(0.0, abs=1e-5)


@settings(max_examples=30)
@given(questions())
def test_large_ones_are_never_over_room_nor_better_than_their_bound(question):
    answer = giving_out._chosen(question)

    assert fits(question, answer.choice)
    assert answer.bound <= best(question) + 1e-9 <= answer.cost + 1e-6


def test_thousands_of_accounts_are_given_out_close_to_the_best():
    rng = np.random.default_rng(3)
    accounts, members = 3_000, 20
    question = Question(
        cost=rng.choice([0.0, 3.0, 6.0], (accounts, members)),
        takes=np.ones((accounts, 1)),
        room=np.full((members, 1), 160.0),
        used=np.zeros(members),
        share=np.full(members, 1 / 160),
    )

    answer = give_out(question)

    assert (answer.choice != NOBODY).all()
    assert np.bincount(answer.choice, minlength=members).max() <= 160
    assert answer.cost <= answer.bound + 4.0  # all fit perfectly; what is left is how full the fullest is
    assert not answer.is_best


def test_with_nobody_to_give_to_all_are_left():
    nobody = Question(
        cost=np.zeros((2, 0)), takes=np.ones((2, 1)), room=np.zeros((0, 1)), used=np.zeros(0), share=np.zeros(0)
    )

    assert give_out(nobody).choice.tolist() == [NOBODY, NOBODY]
