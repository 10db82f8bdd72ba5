"""Every expression gives what a slow recount of the raw events gives."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tenure.insights.rules import active, funnels, milestones, named, retention, sessions
from tenure.insights.rules.periods import number, start
from tenure.insights.types import Grain
from tenure.tracking.rules import rollups
from tests.insights import oracle
from tests.insights.engines import Duck, tell
from tests.insights.strategies import BEGINS, NAMES, PLANS, everybody, histories, plan_of

FIRST, LAST = date(2026, 1, 1), date(2026, 4, 30)
CALENDAR = oracle.months(FIRST, LAST)
MONTHS = {day: (month, number) for day, month, number in CALENDAR}
SUBJECTS = st.sampled_from(["person_id", "account_id"])
DUCK = Duck()
quietly = settings(max_examples=60, deadline=None)


def _use(subject, split):
    """Accounts have a lighter rollup, which knows no people; splitting goes by account either way."""
    return named.account_day() if subject == "account_id" and split else named.person_day()


@quietly
@given(histories, SUBJECTS, st.booleans(), st.sampled_from([1, 7, 30]))
def test_active_in_the_days_up_to_each_day(events, subject, split, days):
    tell(
        DUCK,
        events,
        groups=PLANS.items(),
        calendar=[(day, day, day.toordinal()) for day, _, _ in CALENDAR],
        only=["days"],
    )
    group_of = plan_of if split else everybody

    changes = DUCK.run(active.window_changes(active.active_days(_use(subject, split), subject, split=split), days))

    for group in {group_of(e.account_id) for e in events}:
        steps = {row["number"]: row["active"] for row in changes if row["grp"] == group}
        now = 0
        for n in range(-1, 80):
            day = BEGINS.date() + timedelta(days=n)
            now = steps.get(day.toordinal(), now)
            first = day - timedelta(days=days - 1)
            assert now == len(oracle.active_between(events, subject, first, day, group_of, group))


@quietly
@given(histories, SUBJECTS, st.booleans())
def test_active_in_each_month(events, subject, split):
    tell(DUCK, events, groups=PLANS.items(), calendar=CALENDAR, only=["days"])
    group_of = plan_of if split else everybody

    found = DUCK.run(active.by_period(active.active_days(_use(subject, split), subject, split=split)))

    expected = []
    for group in sorted({group_of(e.account_id) for e in events}):
        for month in sorted({m for _, m, _ in CALENDAR}):
            last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            days = oracle.active_days_between(events, subject, month, last, group_of, group)
            if days:
                subjects = len({subject for subject, _ in days})
                expected.append({"grp": group, "period": month, "subjects": subjects, "active_days": len(days)})
    assert found == expected


@quietly
@given(histories, SUBJECTS)
def test_months_hold_the_same_days(events, subject):
    tell(DUCK, events, calendar=CALENDAR, subject=subject, only=["sessions"])

    found = DUCK.run(active.days_of(named.months(), split=False))

    days = {(e.subject(subject), e.day) for e in oracle.uses(events, subject)}
    assert sorted((r["subject"], r["dt"]) for r in found) == sorted(days)
    assert {r["grp"] for r in found} <= {""}


@quietly
@given(histories)
def test_months_of_accounts_are_split_by_their_group(events):
    tell(DUCK, events, groups=PLANS.items(), calendar=CALENDAR, subject="account_id", only=["sessions"])

    found = DUCK.run(active.days_of(named.months(), split=True))

    days = {(plan_of(e.account_id), e.account_id, e.day) for e in oracle.uses(events, "account_id")}
    assert sorted((r["grp"], r["subject"], r["dt"]) for r in found) == sorted(days)


@quietly
@given(histories, SUBJECTS)
def test_features_used_in_each_month(events, subject):
    tell(DUCK, events, calendar=CALENDAR, only=["days"])

    found = DUCK.run(active.features(named.person_day(), subject))

    expected = {}
    for month in {m for _, m, _ in CALENDAR}:
        last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        for event, who in oracle.adopters(events, subject, month, last).items():
            expected[month, event] = len(who)
    assert {(r["period"], r["event"]): r["subjects"] for r in found} == expected


@quietly
@given(histories, st.sampled_from([60, 1800, 7200, 86_400]), st.booleans(), st.integers(0, 41), st.integers(0, 10))
def test_sessions_and_time_in_the_app(events, gap, split, skip, length):
    group_of = plan_of if split else everybody
    since = BEGINS.date() + timedelta(days=skip)
    until = since + timedelta(days=length)
    # Only the day before is read besides the days asked for.
    tell(DUCK, [e for e in events if e.day >= since - timedelta(days=1)], groups=PLANS.items(), only=[])

    found = DUCK.run(sessions.neighbours(rollups.events_table(), gap, since=since, until=until, split=split))

    counted = {}
    for row in found:
        tally = counted.setdefault((row["grp"], row["dt"]), [0, 0, set()])
        tally[0] += row["begins"]
        tally[1] += row["seconds"]
        tally[2].add(row["person_id"])
    expected = {k: v for k, v in oracle.sessions(events, gap, group_of).items() if since <= k[1] <= until}
    assert counted == expected


@quietly
@given(histories, st.sampled_from([60, 1800, 7200, 86_400]), st.booleans(), st.integers(0, 41), st.integers(0, 10))
def test_sessions_counted_day_by_day_are_joined_over_midnight(events, gap, split, skip, length):
    group_of = plan_of if split else everybody
    since = BEGINS.date() + timedelta(days=skip)
    until = since + timedelta(days=length)
    tell(
        DUCK,
        [e for e in events if e.day >= since - timedelta(days=1)],
        groups=PLANS.items(),
        gap=gap,
        only=["sessions"],
    )

    found = DUCK.run(sessions.over_midnight(named.session_day(), gap, since=since, until=until, split=split))

    counted = {}
    for row in found:
        tally = counted.setdefault((row["grp"], row["dt"]), [0, 0, set()])
        tally[0] += row["begins"]
        tally[1] += row["seconds"]
        tally[2].add(row["person_id"])
    assert counted == {k: v for k, v in oracle.sessions(events, gap, group_of).items() if since <= k[1] <= until}


@quietly
@given(histories, st.booleans())
def test_sessions_add_up_to_months(events, split):
    tell(DUCK, events, groups=PLANS.items(), calendar=CALENDAR, only=[])
    found = sessions.neighbours(rollups.events_table(), 1800, since=FIRST, until=LAST, split=split)

    months = DUCK.run(sessions.sessions_by_period(found))

    expected = {}
    for (group, day), (begun, seconds, people) in oracle.sessions(
        events, 1800, plan_of if split else everybody
    ).items():
        tally = expected.setdefault((group, day.replace(day=1)), [0, 0, set()])
        tally[0] += begun
        tally[1] += seconds
        tally[2] |= people
    assert {(r["grp"], r["period"]): (r["sessions"], r["seconds"], r["people"]) for r in months} == {
        key: (begun, seconds, len(people)) for key, (begun, seconds, people) in expected.items()
    }


@quietly
@given(histories, SUBJECTS, st.sampled_from(["first use", "sign-up"]), st.sampled_from(["", "plan", "change"]))
def test_retention_of_each_cohort(events, subject, entry, split):
    signed_up = {1: date(2026, 1, 20), 2: date(2026, 2, 3), 9: date(2026, 2, 28), 3: date(2027, 1, 1)}
    tell(DUCK, events, groups=PLANS.items(), calendar=CALENDAR, entries=signed_up.items(), only=["days"])
    use = named.account_day() if subject == "account_id" else named.person_day()
    came = retention.first_days(use, subject) if entry == "first use" else named.entries()
    members = retention.cohorts(came)
    entered = oracle.first_days(events, subject) if entry == "first use" else signed_up
    change = date(2026, 2, 3)
    match split:
        case "plan":
            members, group_of = named.grouped(members, "subject"), plan_of
        case "change":
            members = retention.split_at(members, change)

            def group_of(who):
                return "before" if entered[who] < change else "after"
        case _:
            members, group_of = named.ungrouped(members), everybody

    sizes = DUCK.run(retention.sizes(members))
    triangle = DUCK.run(retention.triangle(retention.returns(members, use, subject)))

    expected_sizes, expected = oracle.retention(events, subject, entered, MONTHS.get, group_of)
    assert {(r["grp"], r["cohort"]): r["size"] for r in sizes} == expected_sizes
    assert {(r["grp"], r["cohort"], r["age"]): r["active"] for r in triangle} == expected


@quietly
@given(histories, SUBJECTS, st.sampled_from([Grain.WEEK, Grain.MONTH]), st.booleans())
def test_retention_from_months(events, subject, grain, split):
    numbered = [(day, start(day, grain), number(start(day, grain), grain)) for day, _, _ in CALENDAR]
    periods_of = {day: (period, place) for day, period, place in numbered}
    tell(DUCK, events, groups=PLANS.items(), calendar=numbered, subject=subject, grain=grain, only=["sessions"])
    members = retention.cohorts(retention.entered_in(named.months()))
    members = named.grouped(members, "subject") if split else named.ungrouped(members)
    seen = retention.seen_in_periods(named.months())

    returned = DUCK.run(retention.triangle(retention.returns_noted(members, seen)))
    counted = DUCK.run(retention.counts_noted(members, seen))

    entered = oracle.first_days(events, subject)
    group_of = plan_of if split else everybody
    _, expected = oracle.retention(events, subject, entered, periods_of.get, group_of)
    assert {(r["grp"], r["cohort"], r["age"]): r["active"] for r in returned} == expected
    first = numbered[0][2]
    assert {
        (r["grp"], r["cohort"], first + r["word"] * retention.PERIODS_A_WORD + place - r["number"]): int(count)
        for r in counted
        for place in range(retention.PERIODS_A_WORD)
        if (count := r[f"p{place}"])
    } == expected


@settings(max_examples=150, deadline=None)
@given(
    histories,
    SUBJECTS,
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4),
    st.sampled_from([1, 60, 1800, 86_400, 10 * 86_400]),
    st.integers(0, 20),
    st.integers(0, 40),
)
def test_funnels(events, subject, steps, limit, skip, length):
    since = BEGINS.date() + timedelta(days=skip)
    until = since + timedelta(days=length)
    tell(DUCK, events, wanted=[(name, n) for n, name in enumerate(steps, 1)], only=[])

    found = DUCK.run(funnels.furthest(rollups.events_table(), subject, len(steps), limit, since, until))

    expected = oracle.funnel(events, subject, [{name} for name in steps], limit, since, until)
    assert {r["subject"]: r["reached"] for r in found} == {who: len(chain) for who, chain in expected.items()}
    assert {r["subject"]: [t for n in range(1, len(steps) + 1) if (t := r[f"t{n}"])] for r in found} == expected


@quietly
@given(histories)
def test_first_times(events):
    wanted = [("Report Viewed", 7), ("Teammate Invited", 9)]
    tell(DUCK, events, wanted=wanted, only=["days"])

    found = DUCK.run(milestones.first_times(named.person_day()))

    assert {(r["account_id"], r["step"]): r["day"] for r in found} == oracle.first_times(events, wanted)
