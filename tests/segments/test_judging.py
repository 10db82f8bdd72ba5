"""Judging in one pass selects exactly whom the slow obvious way selects."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.segments.queries.judging import Judgement, judge
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tests.segments.oracle import Happening, Known, holds
from tests.segments.strategies import NOW, conditions, customers, leaves
from tests.segments.telling import TYPES, Told

slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def judged(trees: Sequence[c.Condition], known: Sequence[Known], subject: Subject) -> Judgement:
    return judge(tuple(enumerate(trees)), subject, NOW, knowing=Told(known, subject, NOW))


@pytest.mark.parametrize("subject", list(Subject))
def test_selects_whom_brute_force_selects(subject: Subject) -> None:
    @slow
    @given(trees=st.lists(conditions(subject), min_size=1, max_size=8), known=customers(subject))
    def check(trees: list[c.Condition], known: list[Known]) -> None:
        judgement = judged(trees, known, subject)

        for i, tree in enumerate(trees):
            expected = [k.id for k in known if holds(tree, k, subject, NOW)]
            assert judgement.members(i).tolist() == expected

    check()


def test_agrees_at_every_edge() -> None:
    op = c.TraitOperator
    numbers, texts = (4.5, 5, 5.0, 5.5), ("5", "Premium", "prem", "true", True, False, 5)
    at = NOW - timedelta(days=3)
    leaves: list[c.Condition] = [
        *(
            c.Trait(name=name, operator=o, value=n)
            for name in TYPES
            for o in (op.MORE_THAN, op.LESS_THAN)
            for n in numbers
        ),
        *(c.Trait(name=name, operator=op.BETWEEN, value=(5, 5.5)) for name in TYPES),
        *(c.Trait(name=name, operator=o, value=v) for name in TYPES for o in (op.IS, op.IS_NOT) for v in texts),
        *(c.Trait(name="plan", operator=o, value="PREM") for o in (op.CONTAINS, op.STARTS_WITH)),
        *(c.Trait(name=name, operator=o) for name in TYPES for o in (op.IS_SET, op.IS_NOT_SET)),
        *(c.Trait(name="renews", operator=o, value=at.isoformat()) for o in (op.BEFORE, op.AFTER)),
        *(
            c.Trait(name="renews", operator=o, value=3)
            for o in (op.WITHIN_LAST_DAYS, op.MORE_THAN_DAYS_AGO, op.WITHIN_NEXT_DAYS)
        ),
        *(kind(operator=o, days=n) for kind in (c.SignedUp, c.LastSeen) for o in c.AgeOperator for n in (2, 3)),
        *(
            c.Performed(event="Login", operator=o, times=n, days=d)
            for o in c.TimesOperator
            for n in (1, 2, 3)
            for d in (2, 3, None)
        ),
        *(c.LastPerformed(event="Login", days=n) for n in (2, 3)),
        *(
            c.UsageChange(measure=m, direction=d, percent=p, days=2)
            for m in c.UsageMeasure
            for d in c.Direction
            for p in (49, 50, 51, 100)
        ),
    ]
    edges = [timedelta(days=3, microseconds=n) for n in (-1, 0, 1)]
    moments = [NOW - edge for edge in edges] + [NOW + edge for edge in edges]
    known = [Known(id=1)]
    known += [Known(id=10 + i, traits={"seats": n}) for i, n in enumerate((4.5, 5.0, 5.5, 5.75))]
    known += [
        Known(id=20 + i, traits={"plan": t}) for i, t in enumerate(("", "5", "5.0", " 5.5 ", "PREMIUM", "true", "prem"))
    ]
    known += [Known(id=30 + i, traits={"trial": t}) for i, t in enumerate((True, False))]
    known += [
        Known(
            id=40 + i,
            traits={"renews": at},
            signed_up_at=at,
            last_seen_at=at,
            happenings=[Happening(40 + i, 1 + n, "Login", at - timedelta(days=n)) for n in range(1 + i)],
        )
        for i, at in enumerate(moments)
    ]
    judgement = judged(leaves, known, Subject.ACCOUNT)

    for i, leaf in enumerate(leaves):
        expected = [k.id for k in known if holds(leaf, k, "account", NOW)]
        assert judgement.members(i).tolist() == expected, leaf


@pytest.mark.parametrize("subject", list(Subject))
def test_keeps_for_each_leaf_whether_it_held(subject: Subject) -> None:
    @slow
    @given(tree=conditions(subject), known=customers(subject))
    def check(tree: c.Condition, known: list[Known]) -> None:
        judgement = judged([tree], known, subject)

        for k in known:
            held = {path: truth for path, (_, truth) in judgement.evidence_of(0, k.id).items()}
            assert held == {path: holds(leaf, k, subject, NOW) for path, leaf in c.leaves(tree)}

    check()


def test_every_kind_of_condition_is_compared_with_brute_force() -> None:
    drawn = set()

    @settings(max_examples=300, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(leaf=leaves("account"))
    def note(leaf: c.Condition) -> None:
        drawn.add(type(leaf))

    note()

    assert drawn == set(c.LEAVES) - {c.Listed}
