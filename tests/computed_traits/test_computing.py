"""Computed traits against the slow, obvious way: over every event and person in a loop."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.computed_traits import actions, queries
from tenure.computed_traits.errors import ComputationExists, ComputationUnclear, NoSuchComputation
from tenure.computed_traits.types import COUNTED, OF_PROPERTY, Formula, Measure
from tenure.customers import queries as customers
from tenure.kernel import jobs, tenancy
from tests.given import given_member, given_workspace
from tests.tracking.sending import group, identify, send, send_raw, track

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
NOW = BEGIN + timedelta(days=10)
HOMES = {"maya": "fjord", "ann": "fjord", "tom": "kestrel"}


@dataclasses.dataclass(frozen=True)
class Done:
    user: str
    event: str
    at: datetime
    amount: Any


done = st.builds(
    Done,
    st.sampled_from(sorted(HOMES)),
    st.sampled_from(["Exported", "Invited"]),
    st.integers(0, 10 * 86_400 - 1).map(lambda s: BEGIN + timedelta(seconds=s)),
    st.sampled_from([1, 2.5, 40, None]),
)
use = st.builds(
    Formula,
    basis=st.just("use"),
    measure=st.sampled_from(list(Measure)),
    event=st.sampled_from(["", "Exported"]),
    days=st.sampled_from([None, 1, 3, 30]),
).map(lambda f: dataclasses.replace(f, what="amount") if f.measure in OF_PROPERTY else f)


def expected(formula: Formula, subject: str, events: list[Done]) -> dict[str, Any]:
    found = {}
    for who in sorted(set(HOMES.values())) if subject == "account" else sorted(HOMES):
        mine = [
            e
            for e in events
            if who in (e.user, HOMES[e.user])
            and (not formula.event or e.event == formula.event)
            and (formula.days is None or e.at > NOW - timedelta(days=formula.days))
        ]
        amounts = [e.amount for e in mine if e.amount is not None]
        value: Any = {
            Measure.COUNT: lambda m=mine: len(m),
            Measure.DAYS: lambda m=mine: len({e.at.date() for e in m}),
            Measure.PEOPLE: lambda m=mine: len({e.user for e in m}),
            Measure.FIRST: lambda m=mine: min(e.at for e in m).isoformat() if m else None,
            Measure.LAST: lambda m=mine: max(e.at for e in m).isoformat() if m else None,
            Measure.SUM: lambda a=amounts: sum(a) if a else None,
            Measure.AVERAGE: lambda a=amounts: pytest.approx(sum(a) / len(a)) if a else None,
            Measure.LARGEST: lambda a=amounts: max(a, default=None),
            Measure.SMALLEST: lambda a=amounts: min(a, default=None),
            Measure.DISTINCT: lambda a=amounts: len(set(a)),
        }[formula.measure]()
        if value is not None:
            found[who] = value
    return found


def told(subject: str, name: str) -> dict[str, Any]:
    subjects = customers.accounts() if subject == "account" else customers.people()
    return {s.external_id: s.traits[name] for s in subjects if name in s.traits}


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(done, max_size=12), use, st.sampled_from(["account", "person"]))
def test_use_is_computed_as_by_hand(db, lake, events, formula, subject):
    if subject == "person" and formula.measure is Measure.PEOPLE:
        formula = dataclasses.replace(formula, measure=Measure.COUNT)
    with tenancy.scope(given_workspace().pk):
        calls = [group(userId=u, groupId=g, at=BEGIN, messageId=u) for u, g in HOMES.items()]
        calls += [
            track(e.event, userId=e.user, at=e.at, messageId=f"m{n}", properties={"amount": e.amount})
            for n, e in enumerate(events)
        ]
        send_raw(msgspec.json.encode({"batch": calls}), len(calls), NOW)
        jobs.run_stage("intake", NOW)
        made = actions.define_computed_trait(subject, "computed", formula, by=None)
        made.due_at = NOW
        made.save()

        actions.compute_trait(made.pk, now=NOW)

        assert told(subject, "computed") == expected(formula, subject, events)
        assert queries.computed_trait(made.pk).error == ""


@pytest.fixture
def administered(workspace):
    send(
        identify(userId="maya", at=BEGIN, traits={"role": "Admin", "seats": 3}),
        identify(userId="ann", at=BEGIN, traits={"role": "owner", "seats": 4.5}),
        identify(userId="tom", at=BEGIN, traits={"role": "user"}),
        *(group(userId=u, groupId=g, at=BEGIN) for u, g in [*HOMES.items(), ("maya", "kestrel")]),
        received_at=NOW,
    )
    jobs.run_stage("intake", NOW)


def test_people_are_rolled_up_to_all_their_accounts(administered, at):
    at(NOW)
    admins = Formula(basis="people", measure=Measure.COUNT, where="role", equals="administrator")
    actions.define_computed_trait("account", "number of administrators", admins, by=given_member())
    seats = Formula(basis="people", measure=Measure.SUM, what="seats")
    actions.define_computed_trait("account", "seats of people", seats, by=None)

    jobs.run_stage("computed_traits", NOW)

    assert told("account", "number of administrators") == {"fjord": 2, "kestrel": 1}
    assert told("account", "seats of people") == {"fjord": 7.5, "kestrel": 3}
    fjord = customers.account_by_external_id("fjord").pk
    known = {t.name: t.source for t in customers.known_traits("account", fjord)}
    assert known["number of administrators"] == "computed:number of administrators"


def test_only_what_changed_is_said_again(administered, at, heard):
    at(NOW)
    made = actions.define_computed_trait("account", "people", Formula(basis="people", measure=Measure.COUNT), by=None)
    assert actions.compute_trait(made.pk, now=NOW) == 2
    heard.clear()

    assert actions.compute_trait(made.pk, now=NOW + timedelta(minutes=2)) == 0
    assert heard == []
    assert actions.compute_trait(made.pk, now=NOW + timedelta(minutes=2)) == 0, "it is not due"


def test_is_taken_away_with_its_definition(administered, at):
    at(NOW)
    ada = given_member()
    made = actions.define_computed_trait("account", "people", Formula(basis="people", measure=Measure.COUNT), by=ada)
    actions.compute_trait(made.pk, now=NOW)
    with pytest.raises(ComputationExists):
        actions.define_computed_trait("account", "people", Formula(basis="people", measure=Measure.COUNT), by=ada)

    actions.remove_computed_trait(made.pk, by=ada)

    assert told("account", "people") == {}
    with pytest.raises(NoSuchComputation):
        actions.remove_computed_trait(made.pk, by=ada)


@pytest.mark.parametrize(
    ("subject", "formula"),
    [
        ("person", Formula(basis="people", measure=Measure.COUNT)),
        ("account", Formula(basis="people", measure=Measure.SUM)),
        ("account", Formula(basis="use", measure=Measure.SUM)),
        ("account", Formula(basis="use", measure=Measure.COUNT, what="amount")),
        ("account", Formula(basis="use", measure=Measure.COUNT, days=0)),
        ("account", Formula(basis="weather", measure=Measure.COUNT)),
    ],
)
def test_refuses_what_cannot_be_computed(workspace, subject, formula):
    with pytest.raises(ComputationUnclear):
        actions.define_computed_trait(subject, "x", formula, by=None)
    assert queries.computed_traits() == []


def test_what_is_counted_is_nought_where_there_is_nothing():
    assert frozenset({Measure.COUNT, Measure.DAYS, Measure.PEOPLE, Measure.DISTINCT}) == COUNTED
