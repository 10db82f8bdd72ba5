"""DuckDB and Sail give the same rows for rollups, for segments' conditions and for the use that activity judges.

The expressions of insights have a file of their own, `test_same_numbers`.
"""

import datetime as dt
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tenure.activity import queries as activity
from tenure.lake.lazily import ibis
from tenure.segments.queries.gathering import gather, read_facts, words_table
from tenure.segments.queries.happened import chosen, columns_of
from tenure.segments.queries.judging import Compiled, calendar_of, compiled, count_people
from tenure.segments.rules import features, happenings, words
from tenure.segments.rules.compiling import NAMED
from tenure.segments.types import Subject
from tenure.segments.types import conditions as c
from tenure.snapshots import rules as snapshots
from tenure.tracking.rules import rollups
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, PERSON_DAY, SESSION_DAY
from tests.insights.engines import Duck
from tests.segments.oracle import Billed, Happening, Known
from tests.segments.strategies import DATES, DEFINED, NOW, NUMERIC, PLANS, ROLES, STORED
from tests.segments.strategies import EVENTS as NAMES
from tests.segments.telling import Told, facts_table, lived, rolled_up

PEOPLE, ACCOUNTS, HAPPENINGS = 60, 25, 1_500
FLAGS = [(p, h, a) for p in (False, True) for h in (False, True) for a in (False, True)]


def made_up() -> list[Happening]:
    chance = random.Random(11)
    return [
        Happening(
            account_id=chance.randrange(ACCOUNTS),
            person_id=chance.randrange(1, PEOPLE),
            event=chance.choice((*NAMES, "Other")),
            at=NOW - dt.timedelta(days=chance.randrange(45), microseconds=chance.choice([0, 1, 86_399_999_999, 777])),
            properties=chance.choice([{}, {"format": "PDF", "rows": 5}, {"rows": 42.5, "shared": True}]),
        )
        for _ in range(HAPPENINGS)
    ]


HAPPENED = made_up()
SAID = ("Premium", "Basic", None, 5)
HALF = dt.timedelta(days=15)
WHERE = (
    c.Filter(property="format", operator=c.TraitOperator.IS, value="pdf"),
    c.Filter(property="rows", operator=c.TraitOperator.BETWEEN, value=(1, 42.5)),
)


def known(subject: Subject) -> list[Known]:
    chance = random.Random(5)

    def moment() -> dt.datetime | None:
        return chance.choice(
            [None, NOW - dt.timedelta(days=chance.randrange(-2, 40), microseconds=chance.choice([0, 1]))]
        )

    is_account = subject is Subject.ACCOUNT
    people = known(Subject.PERSON) if is_account else []
    found = []
    for id_ in range(1, ACCOUNTS if subject is Subject.ACCOUNT else PEOPLE):
        some = {
            "plan": chance.choice([None, *PLANS, *NUMERIC, *DATES, "true", "Ünï 客户"]),
            "seats": chance.choice([None, 5.0, 42.0, -3.5, 0.1, 1.5]),
            "trial": chance.choice([None, True, False]),
            "renews": moment(),
        }
        of_accounts: dict[str, Any] = {
            "churned_at": moment(),
            "owner_id": chance.choice([None, 1, 2]),
            "billed": chance.choice([None, Billed("active", ("Premium",), {"USD": 5_000, "EUR": 100}, NOW + HALF, 3)]),
            "people": [(person, chance.choice(ROLES)) for person in people[id_ : id_ + 4]],
        }
        found.append(
            Known(
                id=id_,
                traits={name: value for name, value in some.items() if value is not None},
                signed_up_at=moment(),
                last_seen_at=moment(),
                happenings=[h for h in HAPPENED if (h.account_id if is_account else h.person_id) == id_],
                words={"plan": sorted(((moment() or NOW, chance.choice(SAID)) for _ in "abc"), key=str)},
                segments=frozenset({STORED} if chance.random() < 0.5 else set()),
                definitions={DEFINED: c.Trait(name="plan", operator=c.TraitOperator.IS_SET)},
                tickets=[
                    (what, moment() or NOW, chance.choice(list(c.TicketPriority)))
                    for what in chance.sample(list(c.TicketWhat), 2)
                ],
                **(of_accounts if is_account else {}),
            )
        )
    return found


def leaves_of_every_kind(subject: Subject) -> Iterator[c.Condition]:
    op = c.TraitOperator
    traits = ("plan", "seats", "trial", "renews")
    for name in traits:
        yield from (
            c.Trait(name=name, operator=o, value=v) for o in (op.IS, op.IS_NOT) for v in ("5", "Premium", True, 5)
        )
        yield from (c.Trait(name=name, operator=o, value=n) for o in (op.MORE_THAN, op.LESS_THAN) for n in (5, 1.5))
        yield from (c.Trait(name=name, operator=o) for o in (op.IS_SET, op.IS_NOT_SET))
        yield c.Trait(name=name, operator=op.ONE_OF, value=("premium", 42, "客户"))
        yield c.Trait(name=name, operator=op.BETWEEN, value=(0.1, 5))
        yield from (c.Trait(name=name, operator=o, value="PREM") for o in (op.CONTAINS, op.STARTS_WITH))
        yield from (c.Trait(name=name, operator=o, value="2026-03-01") for o in (op.BEFORE, op.AFTER))
        ages = (op.WITHIN_LAST_DAYS, op.MORE_THAN_DAYS_AGO, op.WITHIN_NEXT_DAYS)
        yield from (c.Trait(name=name, operator=o, value=3) for o in ages)
    for operator in c.TimesOperator:
        yield from (c.Performed(event=e, operator=operator, times=2, days=d) for e in NAMES for d in (None, 0, 14))
    for days in (None, 7):
        yield c.NotPerformed(event=NAMES[1], days=days)
    yield from (kind(event=NAMES[0], operator=o, days=9) for kind in (c.FirstPerformed, c.LastPerformed)
                for o in c.AgeOperator)  # fmt: skip
    for each in (*WHERE, c.Filter(property="shared", operator=op.IS, value=True)):
        yield from (c.Performed(event=e, where=(each,), times=2, days=d) for e in NAMES for d in (None, 14))
        yield c.NotPerformed(event=NAMES[1], where=(each,), days=7)
    yield from (kind(event=NAMES[0], where=WHERE[:1], days=9) for kind in (c.FirstPerformed, c.LastPerformed))
    for by in c.By:
        steps = (c.Step(event=NAMES[0]), c.Step(event=NAMES[1], where=WHERE[1:]), c.Step(event=NAMES[0]))
        yield from (c.InSequence(steps=steps[:n], within=9, by=by, days=d) for n in (2, 3) for d in (None, 14))
        yield c.InSequence(steps=(steps[0], steps[0]), within=40, unit=c.TimeUnit.HOURS, by=by)
    yield from (c.TraitWas(name="plan", operator=op.IS, value=v, days=d) for v in ("premium", 5) for d in (3, 30))
    yield from (
        c.TraitChanged(name="plan", from_value=a, to_value=b, days=20) for a in (None, 5) for b in (None, "basic")
    )
    urgent = (c.TicketPriority.NORMAL, c.TicketPriority.URGENT)
    yield from (c.Tickets(what=w, times=1, priorities=p) for w in c.TicketWhat for p in ((), urgent))
    yield from (c.InSegment(segment_id=n) for n in (STORED, DEFINED))
    for measure in c.UsageMeasure:
        if subject is Subject.ACCOUNT or measure is not c.UsageMeasure.ACTIVE_PEOPLE:
            for event in (None, NAMES[0]):
                yield from (c.Usage(measure=measure, event=event, operator=o, amount=3, days=10)
                            for o in c.TimesOperator)  # fmt: skip
                yield from (c.UsageChange(measure=measure, event=event, direction=d, percent=30, days=8)
                            for d in c.Direction)  # fmt: skip
    yield from (kind(operator=o, days=5) for kind in (c.SignedUp, c.LastSeen) for o in c.AgeOperator)
    yield c.RandomBucket(salt="spring", low=10, high=60)
    if subject is Subject.ACCOUNT:
        yield from (c.Churned(value=value) for value in (True, False))
        yield from (c.Owner(operator=o) for o in (c.OwnerOperator.IS_SET, c.OwnerOperator.IS_NOT_SET))
        yield c.Owner(operator=c.OwnerOperator.IS, member_id=1)
        yield from (c.Subscription(status=s) for s in (c.SubscriptionStatus.ACTIVE, c.SubscriptionStatus.NONE))
        yield c.BilledPlan(plan="premium")
        yield from (c.Mrr(operator=o, amount=100, currency=m) for o in c.TimesOperator for m in ("USD", "XXX"))
        yield from (c.Renewal(operator=o, days=d, number=n) for o in c.RenewalOperator for n in (None, 3)
                    for d in (0, 15))  # fmt: skip
        quiet = c.LastSeen(days=14)
        yield from (c.People(quantifier=q, number=2, roles=r, condition=quiet) for q in c.Quantifier
                    for r in (ROLES[:1], ROLES[:2]))  # fmt: skip


def test_every_kind_of_condition_is_among_them() -> None:
    asked = {type(leaf) for subject in Subject for leaf in leaves_of_every_kind(subject)}

    assert asked == set(c.LEAVES) - {c.Listed}


def grown(leaves: list[c.Condition]) -> Iterator[c.Condition]:
    """All of three, any of three, not any of three: over every leaf there is."""
    for first in range(0, len(leaves) - 2, 3):
        some = tuple(leaves[first : first + 3])
        yield c.All(conditions=some)
        yield c.AnyOf(conditions=some)
        yield c.Not(condition=c.AnyOf(conditions=some))


def ordered(rows: list[dict[str, Any]]) -> list[tuple[tuple[str, Any], ...]]:
    return sorted((tuple(row.items()) for row in rows), key=repr)


@pytest.mark.parametrize("subject", list(Subject))
def test_conditions_hold_of_the_same(sail: Any, subject: Subject) -> None:
    leaves = list(leaves_of_every_kind(subject))
    made, inputs = asked_of_everybody(subject, [*leaves, *grown(leaves)])
    found = []
    for on in (Duck(), sail):
        for name, rows in inputs.items():
            on.name(name, rows)
        wide = on.run(made.plan.features)
        schema = ibis.Schema.to_pyarrow(made.plan.features.schema())
        on.name(features.FEATURES, pa.Table.from_pylist(wide, schema=schema))
        for level, expression in enumerate(made.plan.named):
            kept = on.run(expression)
            on.name(f"{NAMED}{level}", pa.Table.from_pylist(kept, schema=ibis.Schema.to_pyarrow(expression.schema())))
        verdicts = on.run(made.plan.verdicts)
        found.append([ordered(wide), ordered(verdicts), ordered(on.run(made.plan.evidence))])
        for n in range(len(made.plan.conditions)):
            assert {row[f"s{n}"] for row in verdicts} <= {True, False}, "never unknown"
    sail.told = None

    assert found[0] == found[1]
    assert len(found[0][1]) == len(known(subject))


def asked_of_everybody(subject: Subject, conditions: Sequence[c.Condition]) -> tuple[Compiled, dict[str, pa.Table]]:
    """Compile conditions, and return the rows that their expressions are over, by name."""
    everybody = known(subject)
    told = Told(everybody, subject, NOW)
    made = compiled(tuple(enumerate(conditions)), subject, everybody[0].definitions)
    needs, facts = made.plan.needs, facts_table(everybody, subject)
    beside = gather(needs, subject, told, facts, None)
    if needs.people:
        beside |= count_people(facts["account_id"].to_numpy(), told, needs, None)
    assert needs.happenings is not None
    assert needs.words is not None
    return made, {
        features.FACTS: read_facts(facts, needs, subject, NOW, beside),
        happenings.HAPPENINGS: columns_of(told.happened(needs.happenings), needs.happenings, NOW),
        words.WORDS: words_table(told.words(subject, needs.words.names, None), NOW),
        features.PERSON_DAY: rolled_up(HAPPENED),
        features.CALENDAR: calendar_of(NOW, made.plan.needs.oldest_age or 0),
        features.LIFETIMES: lived(HAPPENED, subject),
    }


def test_properties_are_read_alike(sail: Any) -> None:
    found = []
    for on in (Duck(), sail):
        on.name(rollups.NAMED_EVENTS, raw())
        found.append(ordered(on.run(chosen(rollups.events_table(), NAMES, ("format", "rows", "shared", "sub")))))
    sail.told = None

    assert found[0] == found[1]
    assert {dict(row)["p1"] for row in found[0]} == {None, "5", "42.5"}
    assert {dict(row)["p2"] for row in found[0]} == {None, "true"}


def raw() -> pa.Table:
    n = len(HAPPENED)
    columns = {
        "message_id": [f"m{i}" for i in range(n)],
        "person_id": [h.person_id for h in HAPPENED],
        "account_id": [h.account_id for h in HAPPENED],
        "account_named": [i % 3 == 0 for i in range(n)],
        "type": ["track" if i % 9 else "identify" for i in range(n)],
        "event": [h.event for h in HAPPENED],
        "ts": [h.at for h in HAPPENED],
        "received_at": [h.at + dt.timedelta(days=i % 5) for i, h in enumerate(HAPPENED)],
        "source": ["sdk"] * n,
        "properties": [json.dumps(h.properties) for h in HAPPENED],
        "context": ["{}"] * n,
        "dt": [h.at.date() for h in HAPPENED],
    }
    return pa.Table.from_pydict(columns, schema=EVENTS.schema)


def moves() -> dict[str, pa.Table]:
    """Who counts as whom by now, and where people were at home."""
    homes = [(p, NOW - dt.timedelta(days=30), NOW - dt.timedelta(days=10), p % 7 + 1) for p in range(1, PEOPLE, 4)]
    return {
        rollups.NAMED_PEOPLE: pa.table([[3, 9, 12], [4, 4, 30]], schema=rollups.PEOPLE),
        rollups.NAMED_ACCOUNTS: pa.table([[2, 5], [7, 7]], schema=rollups.ACCOUNTS),
        rollups.NAMED_HOMES: pa.table([list(column) for column in zip(*homes, strict=True)], schema=rollups.HOMES),
    }


@pytest.mark.parametrize(("people", "homes", "accounts"), FLAGS)
def test_use_is_attributed_and_counted_alike(sail: Any, people: bool, homes: bool, accounts: bool) -> None:
    events = rollups.attributed(rollups.events_table(), people=people, homes=homes, accounts=accounts)
    found = []
    for on in (Duck(), sail):
        for name, rows in {rollups.NAMED_EVENTS: raw(), **moves()}.items():
            on.name(name, rows)
        days = on.run(rollups.person_days(events))
        on.name(rollups.NAMED_PERSON_DAY, pa.Table.from_pylist(days, schema=PERSON_DAY.schema))
        found.append([days, on.run(rollups.account_days(rollups.person_day_table()))])
    sail.told = None

    assert found[0] == found[1]
    assert sum(row["n"] for row in found[0][0]) == sum(1 for i in range(HAPPENINGS) if i % 9)


def test_use_is_known_then_alike(sail: Any) -> None:
    at, known_at = NOW - dt.timedelta(days=9, microseconds=1), NOW - dt.timedelta(days=7)
    events = rollups.known_then(rollups.events_table(), at, known_at)
    found = []
    for on in (Duck(), sail):
        on.name(rollups.NAMED_EVENTS, raw())
        found.append(on.run(rollups.person_days(events)))
    sail.told = None

    assert found[0] == found[1]
    known = [h for i, h in enumerate(HAPPENED) if h.at <= at and h.at + dt.timedelta(days=i % 5) <= known_at and i % 9]
    assert sum(row["n"] for row in found[0]) == len(known) > 100


def test_snapshots_count_the_same_use(sail: Any) -> None:
    on = (NOW - dt.timedelta(days=2)).date()
    wide = snapshots.use_features(snapshots.use_table(), on)
    found = []
    for engine_ in (Duck(), sail):
        engine_.name(snapshots.NAMED_USE, rolled_up(HAPPENED))
        found.append(engine_.run(wide))
    sail.told = None

    assert found[0] == found[1]
    of_accounts: dict[int, list[Happening]] = {}
    for each in HAPPENED:
        if each.account_id and on - dt.timedelta(days=84) <= each.at.date() < on:
            of_accounts.setdefault(each.account_id, []).append(each)
    assert {row["account_id"]: slowly(row, on) for row in found[0]} == {
        account: {**slow_use(those, on)} for account, those in of_accounts.items()
    }


def slowly(row: dict[str, Any], on: dt.date) -> dict[str, Any]:
    return {name: row[name] if name == "last_day" else int(row[name]) for name in snapshots.USE.names[1:]}


def slow_use(happened: list[Happening], on: dt.date) -> dict[str, Any]:
    """What the snapshots' expression says of one account, counted one by one."""

    def ago(each: Happening) -> int:
        return (on - each.at.date()).days

    late = [h for h in happened if ago(h) <= 28]
    before = [h for h in happened if 28 < ago(h) <= 56]
    people = {h.person_id for h in happened}
    earlier = {p: {h.at.date() for h in happened if h.person_id == p and ago(h) > 28} for p in people}
    there = {h.person_id for h in late}
    return {
        "last_day": max(h.at.date() for h in happened),
        "people": len(there),
        "people_before": len({h.person_id for h in before}),
        "events": len(late),
        "events_before": len(before),
        "days": len({h.at.date() for h in late}),
        "days_before": len({h.at.date() for h in before}),
        "names": len({h.event for h in late}),
        "names_before": len({h.event for h in before}),
        "events_week": sum(ago(h) <= 7 for h in late),
        "stopped": sum(len(earlier[p]) >= 4 for p in people - there),
        "newcomers": sum(not earlier[p] for p in there),
        "top_events": max(sum(h.person_id == p for h in late) for p in people),
        "people_early": len({h.person_id for h in happened if ago(h) > 56}),
        "events_early": sum(ago(h) > 56 for h in happened),
    }


def test_activity_judges_the_same_use(sail: Any) -> None:
    declines = pa.table(
        {
            "account_id": pa.array([1, 2, 3], pa.int64()),
            "begins": pa.array([(NOW - dt.timedelta(days=40)).date()] * 3, pa.date32()),
            "since": pa.array([(NOW - dt.timedelta(days=n)).date() for n in (5, 10, 20)], pa.date32()),
        }
    )
    accounts = pa.table({"account_id": pa.array([1, 4, 99], pa.int64())})
    people = rolled_up(HAPPENED)
    Duck().name(rollups.NAMED_PERSON_DAY, people)
    by_account = Duck().run(rollups.account_days(rollups.person_day_table()))
    use = pa.Table.from_pylist(by_account, schema=ACCOUNT_DAY.schema)
    of_account, of_person = (
        ibis.table(ibis.Schema.from_pyarrow(t.schema), name=f"{t.name}_judged") for t in (ACCOUNT_DAY, PERSON_DAY)
    )
    chosen = ibis.table(ibis.Schema.from_pyarrow(accounts.schema), name="accounts_judged")
    fallen = ibis.table(ibis.Schema.from_pyarrow(declines.schema), name="declines_judged")
    named = ibis.table({"event": "string"}, name="names_judged")
    of_session = ibis.table(ibis.Schema.from_pyarrow(SESSION_DAY.schema), name="session_day_judged")
    sat = pa.table(
        {
            "account_id": people["account_id"], "person_id": people["person_id"], "events": people["n"],
            "sessions": people["n"], "seconds": pc.multiply(people["n"], 3_601), "first_ts": people["first_ts"],
            "last_ts": people["last_ts"], "dt": people["dt"],
        },
        schema=SESSION_DAY.schema,
    )  # fmt: skip
    expressions = [
        activity.account_use(of_account),
        activity.account_use(of_account, chosen),
        activity.people_use(of_person, fallen),
        activity.people_events(of_person, fallen),
        activity.people_events(of_person, fallen, named),
        activity.events_use(of_person, fallen),
        activity.key_use(of_person, named),
        activity.key_use(of_person, named, chosen),
        activity.with_use(of_account),
        activity.account_use(activity.of_range(of_account, (2, 5))),
        activity.account_use_of_people(of_person),
        activity.minutes_use(of_session),
        activity.minutes_use(of_session, chosen),
        activity.people_minutes(of_session, fallen),
    ]
    found = []
    for on in (Duck(), sail):
        on.name("account_day_judged", use)
        on.name("session_day_judged", sat)
        on.name("names_judged", pa.table({"event": pa.array(people["event"].unique().to_pylist()[:2], pa.string())}))
        on.name("person_day_judged", people)
        on.name("accounts_judged", accounts)
        on.name("declines_judged", declines)
        found.append([ordered(on.run(each)) for each in expressions])

    assert found[0] == found[1]
    assert min(map(len, found[0])) > 10
