"""Conditions of every kind, and customers of every sort, for Hypothesis."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tenure.segments.types import conditions as c
from tests.segments.oracle import Billed, Happening, Known

NOW = datetime(2026, 3, 4, 9, 30, 15, 250_000, tzinfo=UTC)
EVENTS = ("Login", "Report exported", "报表导出")
PLANS = ("Premium", "premium", "Basic", "")
NUMERIC = ("5", "5.0", " 42 ", "-3.5", "1e2")
NUMBERS = (5.0, 42.0, -3.5, 0.1, 1.5)
DATES = ("2026-03-01", "2026-02-20T10:00:00Z", "2026-02-30")
TEXTS = (*PLANS, *NUMERIC, *DATES, "true", "Ünï 客户")

# What a trait's column holds is of one type; these are the types that facts come in.
TRAITS = {
    "plan": st.sampled_from(TEXTS),
    "seats": st.one_of(st.sampled_from(NUMBERS), st.floats(-50, 50)),
    "trial": st.booleans(),
    "renews": st.timedeltas(timedelta(days=-60), timedelta(days=60)).map(lambda ago: NOW - ago),
}

days = st.integers(0, 40)
moments = st.timedeltas(timedelta(days=-2), timedelta(days=60)).map(lambda ago: NOW - ago)
edges = (
    st.integers(0, 40)
    .flatmap(
        lambda n: st.sampled_from(
            [timedelta(days=n), timedelta(days=n, microseconds=1), timedelta(days=n, microseconds=-1)]
        )
    )
    .map(lambda ago: NOW - ago)
)
past = moments | edges
single = st.one_of(st.sampled_from(TEXTS).filter(str.strip), st.sampled_from((5, *NUMBERS)), st.booleans())
numbers = st.one_of(st.sampled_from((5, 42, *NUMBERS)), st.integers(-50, 50))
dates = st.sampled_from(
    ["2026-03-01", "2026-02-20T10:00:00Z", "2026-02-20T10:00:00+08:00", "2026-03-04T09:30:15.250000+00:00"]
)


PROPERTIES = {
    "format": st.sampled_from(("pdf", "PDF", "csv", "5")),
    "rows": st.sampled_from((5, 42, 5.5, -3)),
    "shared": st.booleans(),
    "due": st.sampled_from(("2026-03-01", "2026-02-20T10:00:00Z")),
}
CURRENCIES = ("USD", "EUR", "XXX")
STORED, DEFINED, OF_ACCOUNTS = 1, 2, 3
"""Segments that conditions name: kept, judged together with them, and (of people) one of accounts."""


@st.composite
def compared(draw: st.DrawFn, besides: frozenset[c.TraitOperator] = frozenset()) -> tuple[c.TraitOperator, Any]:
    operator = draw(st.sampled_from([o for o in c.TraitOperator if o not in besides]))
    match operator:
        case c.TraitOperator.IS | c.TraitOperator.IS_NOT:
            value = draw(single)
        case c.TraitOperator.ONE_OF:
            value = tuple(draw(st.lists(single, min_size=1, max_size=3)))
        case c.TraitOperator.CONTAINS | c.TraitOperator.STARTS_WITH:
            value = draw(st.sampled_from(["prem", "REM", "5", "ü", "客户", "%", "_", "2026", "PD"]))
        case c.TraitOperator.MORE_THAN | c.TraitOperator.LESS_THAN:
            value = draw(numbers)
        case c.TraitOperator.BETWEEN:
            value = tuple(sorted([draw(numbers), draw(numbers)]))
        case c.TraitOperator.BEFORE | c.TraitOperator.AFTER:
            value = draw(dates)
        case c.TraitOperator.IS_SET | c.TraitOperator.IS_NOT_SET:
            value = None
        case _:
            value = draw(days)
    return operator, value


@st.composite
def trait_leaves(draw: st.DrawFn) -> c.Trait:
    operator, value = draw(compared())
    return c.Trait(name=draw(st.sampled_from(sorted(TRAITS))), operator=operator, value=value)


@st.composite
def filters(draw: st.DrawFn) -> tuple[c.Filter, ...]:
    found = []
    for name in draw(st.lists(st.sampled_from(sorted(PROPERTIES)), max_size=2)):
        operator, value = draw(compared())
        if draw(st.booleans()):
            operator, value = c.TraitOperator.IS, draw(PROPERTIES[name])
        found.append(c.Filter(property=name, operator=operator, value=value))
    return tuple(found)


@st.composite
def past_leaves(draw: st.DrawFn) -> c.Condition:
    name = draw(st.sampled_from(("plan", "seats")))
    if draw(st.booleans()):
        operator, value = draw(compared(frozenset({c.TraitOperator.IS_NOT, c.TraitOperator.IS_NOT_SET})))
        return c.TraitWas(name=name, operator=operator, value=value, days=draw(st.integers(1, 40)))
    some = st.none() | st.sampled_from(("Premium", "Basic", 5, 42))
    return c.TraitChanged(name=name, from_value=draw(some), to_value=draw(some), days=draw(st.integers(1, 40)))


@st.composite
def sequences(draw: st.DrawFn) -> c.InSequence:
    steps = draw(st.lists(st.builds(c.Step, event=st.sampled_from(EVENTS), where=filters()), min_size=2, max_size=3))
    unit = draw(st.sampled_from(list(c.TimeUnit)))
    within = draw(st.integers(1, {"minutes": 600, "hours": 100, "days": 20}[unit]))
    ever = st.none() | days
    return c.InSequence(
        steps=tuple(steps), within=within, unit=unit, by=draw(st.sampled_from(list(c.By))), days=draw(ever)
    )


@st.composite
def buckets(draw: st.DrawFn) -> c.RandomBucket:
    low = draw(st.integers(0, 99))
    return c.RandomBucket(
        salt=draw(st.sampled_from(["spring", "autumn"])), low=low, high=draw(st.integers(low + 1, 100))
    )


priorities = st.sampled_from(list(c.TicketPriority))
some_priorities = st.lists(priorities, max_size=2).map(tuple)


def leaves(subject: str, *, with_segments: bool = True) -> st.SearchStrategy[c.Condition]:
    events = st.sampled_from(EVENTS)
    times = st.sampled_from(list(c.TimesOperator))
    measures = st.sampled_from([m for m in c.UsageMeasure if subject == "account" or m != "active_people"])
    ages = st.sampled_from(list(c.AgeOperator))
    of_both: list[st.SearchStrategy[c.Condition]] = [
        trait_leaves(),
        past_leaves(),
        st.builds(
            c.Performed, event=events, where=filters(), operator=times, times=st.integers(0, 4), days=st.none() | days
        ),
        st.builds(c.NotPerformed, event=events, where=filters(), days=st.none() | days),
        st.builds(c.FirstPerformed, event=events, where=filters(), operator=ages, days=days),
        st.builds(c.LastPerformed, event=events, where=filters(), operator=ages, days=days),
        sequences(),
        st.builds(
            c.Usage, measure=measures, event=st.none() | events, operator=times, amount=st.integers(0, 6), days=days
        ),
        st.builds(
            c.UsageChange,
            measure=measures,
            event=st.none() | events,
            direction=st.sampled_from(list(c.Direction)),
            percent=st.integers(1, 150),
            days=st.integers(1, 20),
        ),
        st.builds(c.SignedUp, operator=ages, days=days),
        st.builds(c.LastSeen, operator=ages, days=days),
        st.builds(c.Tickets, what=st.sampled_from(("opened", "solved")).map(c.TicketWhat), operator=times,
                  times=st.integers(0, 3), priorities=some_priorities, days=st.none() | days),
        st.builds(c.Tickets, what=st.just(c.TicketWhat.OPEN), operator=times, times=st.integers(0, 3),
                  priorities=some_priorities),
        buckets(),
    ]  # fmt: skip
    if with_segments:
        named = (STORED, DEFINED) if subject == "account" else (STORED, DEFINED, OF_ACCOUNTS)
        of_both.append(st.builds(c.InSegment, segment_id=st.sampled_from(named)))
    return st.one_of(of_both + (of_accounts(times) if subject == "account" else []))


def of_accounts(times: st.SearchStrategy[c.TimesOperator]) -> list[st.SearchStrategy[c.Condition]]:
    inside = leaves("person", with_segments=False) | st.lists(
        leaves("person", with_segments=False), min_size=1, max_size=2
    ).map(lambda some: c.All(conditions=tuple(some)))
    roles = st.lists(st.sampled_from(ROLES), max_size=2).map(tuple)
    return [
        st.builds(c.Churned, value=st.booleans()),
        st.sampled_from(
            [c.Owner(operator=c.OwnerOperator.IS_SET), c.Owner(operator=c.OwnerOperator.IS_NOT_SET)]
            + [c.Owner(operator=c.OwnerOperator.IS, member_id=n) for n in (1, 2)]
        ),
        st.builds(c.Subscription, status=st.sampled_from(list(c.SubscriptionStatus))),
        st.builds(c.BilledPlan, plan=st.sampled_from(("Premium", "basic", "Prem", "premium, Annual"))),
        st.builds(c.Mrr, operator=times, amount=st.sampled_from((0, 100, 5_000)), currency=st.sampled_from(CURRENCIES)),
        st.builds(
            c.Renewal,
            operator=st.sampled_from(list(c.RenewalOperator)),
            days=days,
            number=st.none() | st.integers(1, 3),
        ),
        st.builds(
            c.People,
            quantifier=st.sampled_from([q for q in c.Quantifier if "share" not in q]),
            number=st.integers(0, 3),
            roles=roles,
            condition=st.none() | inside,
        ),
        st.builds(
            c.People,
            quantifier=st.sampled_from([q for q in c.Quantifier if "share" in q]),
            number=st.integers(0, 100),
            roles=roles,
            condition=inside,
        ),
    ]


def conditions(subject: str, *, with_segments: bool = True) -> st.SearchStrategy[c.Condition]:
    def grown(smaller: st.SearchStrategy[c.Condition]) -> st.SearchStrategy[c.Condition]:
        several = st.lists(smaller, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            st.builds(c.All, conditions=several),
            st.builds(c.AnyOf, conditions=several),
            st.builds(c.Not, condition=smaller),
        )

    return st.recursive(leaves(subject, with_segments=with_segments), grown, max_leaves=6)


ROLES = ("administrator", "power_user", "user")
said = st.lists(st.tuples(past, st.none() | st.sampled_from(("Premium", "premium", "Basic", 5, 42))), max_size=4)


def in_order(words: list[tuple[datetime, Any]]) -> list[tuple[datetime, Any]]:
    """Keep one word for each moment, in order."""
    return sorted(dict(words).items())


@st.composite
def customers(draw: st.DrawFn, subject: str) -> list[Known]:
    """Return accounts (or people) 1–6 and everything that happened; person and account ids overlap on purpose."""
    happenings = draw(
        st.lists(
            st.builds(
                Happening,
                account_id=st.integers(0, 6),
                person_id=st.integers(1, 6),
                event=st.sampled_from((*EVENTS, "Other")),
                at=past,
                properties=st.fixed_dictionaries({}, optional=PROPERTIES),
            ),
            max_size=25,
        )
    )
    definitions = {DEFINED: draw(leaves(subject, with_segments=False))}
    people = [
        draw(one_of(id_, "person", happenings, definitions if subject == "person" else {})) for id_ in range(1, 7)
    ]
    if subject == "person":
        return people
    found = []
    for id_ in range(1, 7):
        places = draw(st.lists(st.tuples(st.sampled_from(people), st.sampled_from(ROLES)), max_size=4))
        there = {p.id: (p, role) for p, role in places}
        found.append(replace(draw(one_of(id_, "account", happenings, definitions)), people=tuple(there.values())))
    return found


@st.composite
def one_of(
    draw: st.DrawFn, id_: int, subject: str, happenings: list[Happening], definitions: dict[int, c.Condition]
) -> Known:
    optional = st.none() | past
    billed = st.builds(
        Billed,
        status=st.sampled_from(("active", "trialing", "cancelled")),
        plans=st.lists(st.sampled_from(("Premium", "Basic", "Premium, annual")), unique=True, max_size=2).map(tuple),
        mrr=st.fixed_dictionaries({each: st.sampled_from((0, 100, 5_000, 7_000)) for each in ("USD", "EUR")}),
        renews_at=st.none() | past.map(lambda at: NOW + (NOW - at)),
        renewal=st.none() | st.integers(1, 3),
    )
    is_account = subject == "account"
    tickets = st.lists(st.tuples(st.sampled_from(tuple(c.TicketWhat)), past, priorities), max_size=5)
    return Known(
        id=id_,
        traits=draw(st.fixed_dictionaries({}, optional=TRAITS)),
        signed_up_at=draw(optional),
        last_seen_at=draw(optional),
        churned_at=draw(optional) if is_account else None,
        owner_id=draw(st.none() | st.integers(1, 2)) if is_account else None,
        happenings=[h for h in happenings if (h.account_id if is_account else h.person_id) == id_],
        words={name: in_order(draw(said)) for name in ("plan", "seats")},
        billed=draw(st.none() | billed) if is_account else None,
        tickets=draw(tickets),
        segments=draw(st.frozensets(st.sampled_from((STORED,) if is_account else (STORED, OF_ACCOUNTS)))),
        definitions=definitions,
    )
