"""Conditions of every kind, and customers of every sort, for Hypothesis."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tenure.segments.types import conditions as c
from tests.segments.oracle import Happening, Known

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


@st.composite
def trait_leaves(draw: st.DrawFn) -> c.Trait:
    operator = draw(st.sampled_from(list(c.TraitOperator)))
    match operator:
        case c.TraitOperator.IS | c.TraitOperator.IS_NOT:
            value = draw(single)
        case c.TraitOperator.ONE_OF:
            value = tuple(draw(st.lists(single, min_size=1, max_size=3)))
        case c.TraitOperator.CONTAINS | c.TraitOperator.STARTS_WITH:
            value = draw(st.sampled_from(["prem", "REM", "5", "ü", "客户", "%", "_", "2026"]))
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
    return c.Trait(name=draw(st.sampled_from(sorted(TRAITS))), operator=operator, value=value)


@st.composite
def buckets(draw: st.DrawFn) -> c.RandomBucket:
    low = draw(st.integers(0, 99))
    return c.RandomBucket(
        salt=draw(st.sampled_from(["spring", "autumn"])), low=low, high=draw(st.integers(low + 1, 100))
    )


def leaves(subject: str) -> st.SearchStrategy[c.Condition]:
    events = st.sampled_from(EVENTS)
    times = st.sampled_from(list(c.TimesOperator))
    measures = st.sampled_from([m for m in c.UsageMeasure if subject == "account" or m != "active_people"])
    ages = st.sampled_from(list(c.AgeOperator))
    of_both: list[st.SearchStrategy[c.Condition]] = [
        trait_leaves(),
        st.builds(c.Performed, event=events, operator=times, times=st.integers(0, 4), days=st.none() | days),
        st.builds(c.NotPerformed, event=events, days=st.none() | days),
        st.builds(c.LastPerformed, event=events, days=days),
        st.builds(c.Usage, measure=measures, operator=times, amount=st.integers(0, 6), days=days),
        st.builds(
            c.UsageChange,
            measure=measures,
            direction=st.sampled_from(list(c.Direction)),
            percent=st.integers(1, 150),
            days=st.integers(1, 20),
        ),
        st.builds(c.SignedUp, operator=ages, days=days),
        st.builds(c.LastSeen, operator=ages, days=days),
        buckets(),
    ]
    of_accounts: list[st.SearchStrategy[c.Condition]] = [
        st.builds(c.Churned, value=st.booleans()),
        st.sampled_from(
            [c.Owner(operator=c.OwnerOperator.IS_SET), c.Owner(operator=c.OwnerOperator.IS_NOT_SET)]
            + [c.Owner(operator=c.OwnerOperator.IS, member_id=n) for n in (1, 2)]
        ),
    ]
    return st.one_of(of_both + (of_accounts if subject == "account" else []))


def conditions(subject: str) -> st.SearchStrategy[c.Condition]:
    def grown(smaller: st.SearchStrategy[c.Condition]) -> st.SearchStrategy[c.Condition]:
        several = st.lists(smaller, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            st.builds(c.All, conditions=several),
            st.builds(c.AnyOf, conditions=several),
            st.builds(c.Not, condition=smaller),
        )

    return st.recursive(leaves(subject), grown, max_leaves=6)


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
            ),
            max_size=25,
        )
    )
    optional = st.none() | past
    found = []
    for id_ in range(1, 7):
        traits = draw(st.fixed_dictionaries({}, optional=TRAITS))
        found.append(
            Known(
                id=id_,
                traits=traits,
                signed_up_at=draw(optional),
                last_seen_at=draw(optional),
                churned_at=draw(optional) if subject == "account" else None,
                owner_id=draw(st.none() | st.integers(1, 2)) if subject == "account" else None,
                happenings=[h for h in happenings if (h.account_id if subject == "account" else h.person_id) == id_],
            )
        )
    return found
