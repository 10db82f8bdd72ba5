"""Scorecards and accounts of every shape, for properties."""

import numpy as np
from hypothesis import strategies as st

from tenure.health.rules.scoring import Rows
from tenure.health.types.scorecards import (
    Banded,
    Bounded,
    Children,
    Compared,
    DaysUntil,
    Definition,
    ExceptionRule,
    Group,
    LastSeen,
    Linear,
    Listed,
    Measure,
    NewAccounts,
    RollUp,
    TicketMeasure,
    Tickets,
    Trait,
    Use,
    UseMeasure,
    Where,
    readings_of,
)
from tenure.segments.types.conditions import Churned
from tests.health.oracle import One

INPUTS = (
    Use(UseMeasure.EVENTS),
    Use(UseMeasure.ACTIVE_PEOPLE, 7),
    LastSeen(),
    DaysUntil("renews_at"),
    Tickets(TicketMeasure.OPEN_URGENT),
    Trait("nps"),
)
NUMBERS = st.sampled_from([-10.0, 0.0, 1.0, 2.5, 7.0, 10.0, 33.3, 50.0, 100.0])
WEIGHTS = st.sampled_from([0.0, 1.0, 2.0, 0.5, 30.0])
POINTS = st.sampled_from([0.0, 20.0, 50.0, 62.5, 100.0])


@st.composite
def functions(draw):
    low, high = draw(st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] != pair[1]))
    steps = sorted(draw(st.sets(NUMBERS, min_size=1, max_size=4)))
    beginnings = [None, *steps] if draw(st.booleans()) else steps
    return draw(
        st.sampled_from(
            [
                Linear(low, high),
                Bounded(low, high),
                Banded(tuple((least, draw(POINTS)) for least in beginnings)),
            ]
        )
    )


@st.composite
def measures(draw, name):
    unknown = draw(st.sampled_from(["leave_out", "leave_out", "no_score", 40.0]))
    if draw(st.integers(0, 5)) == 0:
        listed = Listed((("Premium", draw(POINTS)), ("Basic", draw(POINTS))), draw(st.sampled_from([None, 30.0])))
        return Measure(name=name, weight=draw(WEIGHTS), reads=Trait("plan"), scores=listed, unknown=unknown)
    return Measure(
        name=name, weight=draw(WEIGHTS), reads=draw(st.sampled_from(INPUTS)), scores=draw(functions()), unknown=unknown
    )


@st.composite
def nodes(draw, prefix="m", depth=2):
    found = []
    for n in range(draw(st.integers(1, 3))):
        name = f"{prefix}{n}"
        if depth and draw(st.booleans()):
            inner = draw(nodes(prefix=f"{name}-", depth=depth - 1))
            found.append(Group(name=name, weight=draw(WEIGHTS), measures=inner))
        else:
            found.append(draw(measures(name)))
    if not sum(node.weight for node in found):
        first = found[0]
        found[0] = type(first)(**{**vars(first), "weight": 1.0})
    return tuple(found)


@st.composite
def exceptions(draw, name):
    when = draw(
        st.sampled_from(
            [
                Compared(reads=INPUTS[4], at_least=1.0),
                Compared(reads=INPUTS[2], at_most=7.0),
                Compared(reads=INPUTS[5], at_least=1.0, at_most=50.0),
                Where(condition=Churned(value=True)),
            ]
        )
    )
    if draw(st.booleans()):
        return ExceptionRule(name=name, when=when, cap=draw(POINTS))
    return ExceptionRule(name=name, when=when, set_to=draw(POINTS))


@st.composite
def definitions(draw, *, with_children=False):
    young = None
    if draw(st.booleans()):
        young = NewAccounts(until_days=30, handover_days=draw(st.sampled_from([0, 20])), measures=draw(nodes("y", 1)))
    children = Children(how=draw(st.sampled_from(list(RollUp))), share=draw(st.sampled_from([25.0, 100.0])))
    return Definition(
        measures=draw(nodes()),
        minimum_coverage=draw(st.sampled_from([0, 30, 60])),
        new_accounts=young,
        exceptions=tuple(draw(exceptions(f"e{n}")) for n in range(draw(st.integers(0, 2)))),
        children=children if with_children else None,
    )


@st.composite
def accounts(draw, definition):
    readings = {}
    for reads, among in readings_of(definition):
        values = st.sampled_from([0.0, 1.0, 2.0]) if among else NUMBERS
        readings[reads, among] = draw(st.none() | values)
    return One(
        readings=readings,
        age=draw(st.sampled_from([0.0, 29.0, 30.0, 35.0, 45.0, 50.0, 900.0])),
        held=tuple(draw(st.booleans()) for _ in definition.exceptions),
        override=draw(st.sampled_from([None, None, None, 0.0, 70.0])),
        mrr=draw(st.sampled_from([0.0, 10.0, 300.0])),
    )


def as_rows(definition, ones):
    keys = readings_of(definition)
    return Rows(
        readings=np.array([[one.readings[key] for key in keys] for one in ones], np.float64).reshape(len(ones), -1),
        age=np.array([one.age for one in ones]),
        children=np.full(len(ones), np.nan),
        held=np.array([one.held for one in ones], np.bool_).reshape(len(ones), len(definition.exceptions)),
        override=np.array([np.nan if one.override is None else one.override for one in ones]),
    )
