"""Judging in one pass selects exactly whom the slow obvious way selects."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.lake import engine
from tenure.segments.queries.judging import Judgement, calendar_of, compiled, id_column, judge_facts
from tenure.segments.rules import features
from tenure.segments.rules.readings import microseconds_of
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tenure.tracking.types.lake import PERSON_DAY
from tests.segments.oracle import Happening, Known, holds
from tests.segments.strategies import NOW, conditions, customers

MOMENT = pa.timestamp("us", tz="UTC")
TYPES = {"plan": pa.string(), "seats": pa.float64(), "trial": pa.bool_(), "renews": MOMENT}
slow = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def facts_table(known: Sequence[Known], subject: Subject) -> pa.Table:
    columns: dict[str, Any] = {id_column(subject): pa.array([k.id for k in known], pa.int64())}
    for name, type_ in TYPES.items():
        columns[name] = pa.array([k.traits.get(name) for k in known], type_)
    for name in ("signed_up_at", "last_seen_at", "churned_at"):
        columns[name] = pa.array([getattr(k, name) for k in known], MOMENT)
    columns["owner_id"] = pa.array([k.owner_id for k in known], pa.int64())
    return pa.table(columns)


def rolled_up(happenings: Sequence[Happening]) -> pa.Table:
    """Count by account, person, event and UTC day: what the rollup of use holds."""
    found: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for h in happenings:
        found[h.account_id, h.person_id, h.event, h.at.date()].append(h.at)
    rows = [
        {"account_id": a, "person_id": p, "event": e, "dt": d, "n": len(ats), "first_ts": min(ats), "last_ts": max(ats)}
        for (a, p, e, d), ats in found.items()
    ]
    return pa.Table.from_pylist(rows, schema=PERSON_DAY.schema)


def lived(happenings: Sequence[Happening], subject: Subject) -> pa.Table:
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for h in happenings:
        found[getattr(h, id_column(subject)), h.event].append(microseconds_of(h.at))
    return pa.table(
        {
            "id": pa.array([id_ for id_, _ in found], pa.int64()),
            "event": pa.array([event for _, event in found], pa.string()),
            "n": pa.array([len(ats) for ats in found.values()], pa.int64()),
            "first": pa.array([min(ats) for ats in found.values()], pa.int64()),
            "last": pa.array([max(ats) for ats in found.values()], pa.int64()),
        }
    )


def judged(trees: Sequence[c.Condition], known: Sequence[Known], subject: Subject) -> Judgement:
    happenings = [h for k in known for h in k.happenings]
    made = compiled(tuple(enumerate(trees)), subject)
    engine.name_rows(features.CALENDAR, calendar_of(NOW, made.plan.needs.oldest_age or 0))
    engine.name_rows(features.PERSON_DAY, rolled_up(happenings))
    engine.name_rows(features.LIFETIMES, lived(happenings, subject))
    return judge_facts(made, facts_table(known, subject), subject, NOW)


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


@pytest.mark.parametrize("subject", list(Subject))
def test_judges_many_single_conditions_at_once(subject: Subject) -> None:
    @slow
    @given(trees=st.lists(leaves(subject), min_size=30, max_size=40), known=customers(subject))
    def check(trees: list[c.Condition], known: list[Known]) -> None:
        judgement = judged(trees, known, subject)

        for i, leaf in enumerate(trees):
            assert judgement.members(i).tolist() == [k.id for k in known if holds(leaf, k, subject, NOW)]

    check()


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
