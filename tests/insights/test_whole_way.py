"""From calls in the intake log to every metric, late calls included: each value is what a slow recount says."""

import random
import statistics
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import override_settings

from tenure.customers import queries as customers
from tenure.customers.models import Affiliation
from tenure.insights import actions, queries
from tenure.insights.errors import (
    FunnelNameTaken,
    FunnelUnusable,
    MilestoneUnusable,
    NoSuchFunnel,
    RetentionUnusable,
    SplitUnknown,
)
from tenure.insights.types import Entry, FunnelSteps, Grain, RetentionAsked, Standing, Subject
from tenure.kernel import clock, jobs, tenancy
from tenure.lake import engine
from tenure.stats import proportions
from tenure.tracking import queries as tracking
from tests.given import given_member, given_workspace
from tests.insights import oracle
from tests.insights.oracle import Happened
from tests.insights.strategies import NAMES, everybody
from tests.tracking.sending import group, send, track

NOW = datetime(2026, 5, 12, 15, tzinfo=UTC)
BEGINS = datetime(2026, 1, 15, tzinfo=UTC)
DAYS = (0, 1, 2, 9, 16, 17, 24, 31, 40, 44, 78, 79, 85, 99, 106, 113, 114)
PLANS = {"fjord": "Premium", "kestrel": "Basic", "harbor": "Premium", "tern": None}


def _calls():
    """A few accounts' use over four months; nobody does anything in March."""
    chance = random.Random(11)
    for number in range(160):
        person = chance.randrange(10)
        at = BEGINS + timedelta(days=chance.choice(DAYS), minutes=chance.randrange(600))
        for step in range(chance.randint(1, 4)):
            said = {"userId": f"person{person}"}
            if person < 8:
                said["context"] = {"groupId": list(PLANS)[person % 4]}
            yield track(chance.choice(NAMES), at=at, messageId=f"m{number}-{step}", **said)
            at += timedelta(minutes=chance.choice([1, 10, 30, 45]))


@pytest.fixture(scope="module")
def lived(django_db_setup, django_db_blocker, tmp_path_factory):
    """Send it all once, a tenth of it days late and in another order; yields its workspace, lake and raw events.

    The tests only read it; what they define themselves is rolled back.
    """
    lake = str(tmp_path_factory.mktemp("lived"))
    with override_settings(TENURE_LAKE=lake), django_db_blocker.unblock(), clock.simulated(NOW):
        made = given_workspace()
        with tenancy.scope(made.pk):
            yield made, lake, _sent()
        call_command(  # ids go on from where they are: what is remembered by one must not be another's
            "flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False
        )


def _sent():
    calls = list(_calls())
    late = calls[::10]
    on_time = [c for n, c in enumerate(calls) if n % 10]
    signed_up = [
        group(groupId=name, at=BEGINS, traits={"region": name[0]} | ({"plan": plan} if plan else {}))
        for name, plan in PLANS.items()
    ]
    hours = timedelta(hours=1)
    starts = [track("Signed Up", at=BEGINS + n * hours, userId=f"person{n}", context={"groupId": name}, messageId=name)
              for n, name in enumerate(PLANS)]  # fmt: skip
    send(*signed_up, *starts, *on_time[:150], received_at=NOW)
    jobs.run_stage("intake", NOW)
    jobs.run_stage("months", NOW)
    send(*on_time[150:], received_at=NOW)
    jobs.run_stage("intake", NOW)
    send(*reversed(late), received_at=NOW)
    jobs.run_stage("intake", NOW)
    return [
        Happened(r["account_id"], r["person_id"], r["type"], r["event"], r["ts"])
        for r in engine.run(tracking.events()).to_pylist()
    ]


@pytest.fixture
def history(lived, db, at, settings):
    """Return the raw events as they are attributed now, their workspace in scope."""
    made, settings.TENURE_LAKE, events = lived
    at(NOW)
    with tenancy.scope(made.pk):
        yield events


def _plan_of():
    return _trait_of("plan")


def _trait_of(name):
    facts = customers.account_facts([name])
    known = dict(zip(facts["account_id"].to_pylist(), facts[name].to_pylist(), strict=True))
    return lambda pk: known.get(pk) or "(none)"


def _months(since, until):
    month = since.replace(day=1)
    while month <= until:
        yield month, month.replace(day=monthrange(month.year, month.month)[1])
        month = (month + timedelta(days=31)).replace(day=1)


@pytest.mark.parametrize("by", ["", "plan"])
@pytest.mark.parametrize(
    ("name", "kind", "days"),
    [("dau", "person_id", 1), ("wau", "person_id", 7), ("mau", "person_id", 30), ("weekly_accounts", "account_id", 7)],
)
def test_active_in_the_days_up_to_each_day(history, name, kind, days, by):
    read = queries.read_metric(name, since=date(2026, 1, 10), until=date(2026, 5, 20), by=by)

    group_of = _plan_of() if by else everybody
    for row in read.rows:
        first = row.period - timedelta(days=days - 1)
        nobody = not oracle.active_days_between(history, "person_id", first, row.period, everybody, "")
        expected = oracle.active_between(history, kind, first, row.period, group_of, row.group)
        assert row.value == (None if nobody or row.period > NOW.date() else len(expected)), row
        assert row.value is None or type(row.value) is int
        if row.value:
            behind = queries.accounts_behind(name, row.period, by=by, group=row.group)
            accounts = oracle.active_between(history, "account_id", first, row.period, group_of, row.group)
            assert set(behind) == accounts - {0}


@pytest.mark.parametrize("by", ["", "plan"])
def test_active_in_each_month_and_how_often(history, by):
    group_of = _plan_of() if by else everybody
    people = queries.read_metric("active_people", since=date(2026, 1, 1), until=NOW.date(), by=by)
    sticky = queries.read_metric("stickiness", since=date(2026, 1, 1), until=NOW.date(), by=by)
    accounts = queries.read_metric("account_stickiness", since=date(2026, 1, 1), until=NOW.date(), by=by)
    first_ever = min(e.day for e in oracle.uses(history, "person_id"))

    for metric, kind in ((people, "person_id"), (sticky, "person_id"), (accounts, "account_id")):
        for row in metric.rows:
            last = row.period.replace(day=monthrange(row.period.year, row.period.month)[1])
            days = oracle.active_days_between(history, kind, row.period, last, group_of, row.group)
            who = {subject for subject, _ in days}
            if row.period == date(2026, 3, 1):
                assert row.value is None
            elif metric is people:
                assert row.value == len(who)
            else:
                counted = (min(last, NOW.date()) - max(row.period, first_ever)).days + 1
                assert row.value == pytest.approx(len(days) / counted / len(who))
    assert [r.value is None for r in people.rows if not by] in ([], [False, False, True, False, False])


@pytest.mark.parametrize("by", ["", "plan"])
def test_sessions_and_time_in_the_app(history, by):
    counted = {}
    for (group_name, day), (begun, seconds, who) in oracle.sessions(
        history, 1800, _plan_of() if by else everybody
    ).items():
        tally = counted.setdefault((group_name, day - timedelta(days=day.weekday())), [0, 0, set()])
        tally[0] += begun
        tally[1] += seconds
        tally[2] |= who

    read = {
        name: queries.read_metric(name, since=date(2026, 1, 12), until=NOW.date(), by=by)
        for name in ("sessions", "session_minutes", "time_in_app")
    }

    assert len(read["sessions"].rows) == 18 * len({g for g, _ in counted})
    for name, value in (
        ("sessions", lambda begun, _, __: begun),
        ("session_minutes", lambda begun, seconds, _: seconds / 60 / begun if begun else None),
        ("time_in_app", lambda _, seconds, who: seconds / 60 / len(who)),
    ):
        for row in read[name].rows:
            known = counted.get((row.group, row.period))
            assert row.value == (value(*known) if known else None), (name, row)


def test_features_are_adopted_by_a_share_of_the_active(history):
    read = queries.read_metric("feature_adoption", since=date(2026, 1, 1), until=NOW.date(), by="event")
    over_all = queries.read_metric("feature_adoption", since=date(2026, 1, 1), until=NOW.date())

    shares = {}
    for row in read.rows:
        last = row.period.replace(day=monthrange(row.period.year, row.period.month)[1])
        active = oracle.active_between(history, "account_id", row.period, last, everybody, "") - {0}
        used = oracle.adopters(history, "account_id", row.period, last).get(row.group, set()) - {0}
        expected = proportions.share(len(used), len(active))
        assert (row.value, row.low, row.high) == (expected.value, expected.low, expected.high)
        if row.value is not None:
            if used:
                shares.setdefault(row.period, []).append(row.value)
            assert set(queries.accounts_behind("feature_adoption", row.period, by="event", group=row.group)) == used
    assert {r.period: r.value for r in over_all.rows if r.value is not None} == pytest.approx(
        {period: sum(s) / len(s) for period, s in shares.items()}
    )


@pytest.mark.parametrize(
    "asked",
    [
        RetentionAsked(),
        RetentionAsked(subject=Subject.PERSON, grain=Grain.WEEK),
        RetentionAsked(split="plan"),
        RetentionAsked(subject=Subject.PERSON, split="plan"),
        RetentionAsked(split="region"),
        RetentionAsked(change=date(2026, 1, 20), event="Report Viewed"),
        RetentionAsked(entry=Entry.SIGN_UP, grain=Grain.WEEK),
        RetentionAsked(subject=Subject.PERSON, entry=Entry.SIGN_UP, event="Log in"),
    ],
    ids=lambda asked: f"{asked.subject}-{asked.entry}-{asked.grain}-{asked.split or asked.change}-{asked.event}",
)
def test_retention_and_the_accounts_of_each_cell(history, asked):
    weekly = asked.grain is Grain.WEEK

    def cohort_of(day):
        start = day - timedelta(days=day.weekday()) if weekly else day.replace(day=1)
        return start, start.toordinal() // 7 if weekly else start.year * 12 + start.month

    kind = asked.subject.column
    if asked.entry is Entry.FIRST_USE:
        entered = oracle.first_days(history, kind)
        entered.pop(0, None)
    else:
        facts = customers.account_facts(()) if kind == "account_id" else customers.person_facts(())
        entered = {
            who: moment.date()
            for who, moment in zip(facts[kind].to_pylist(), facts["signed_up_at"].to_pylist(), strict=True)
            if moment
        }
    homes = customers.accounts_of_people(entered) if asked.subject is Subject.PERSON else {}

    def group_of(who):
        if asked.change:
            return "before" if entered[who] < asked.change else "after"
        return _trait_of(asked.split)(homes.get(who, who)) if asked.split else ""

    only = {asked.event} if asked.event else None
    sizes, active = oracle.retention(history, kind, entered, cohort_of, group_of, only)

    found = queries.retention(asked, since=date(2026, 1, 1), until=NOW.date())

    assert {(c.group, c.period): c.size for c in found.cohorts} == sizes
    assert sizes
    used = {cohort_of(e.day)[0] for e in oracle.uses(history, "person_id")}
    for cohort in found.cohorts:
        for cell in cohort.cells:
            period = next(
                p for p in _periods(cohort.period, weekly) if cohort_of(p)[1] - cohort_of(cohort.period)[1] == cell.age
            )
            expected = active.get((cohort.group, cohort.period, cell.age), 0) if period in used else None
            assert cell.active == expected
            assert cell.so_far == (cohort_of(period) == cohort_of(NOW.date()))
            if cell.age < 3 and expected is not None:
                back = queries.cohort_accounts(asked, group=cohort.group, cohort=cohort.period, age=cell.age)
                gone = queries.cohort_accounts(
                    asked, group=cohort.group, cohort=cohort.period, age=cell.age, came_back=False
                )
                if asked.subject is Subject.ACCOUNT:
                    assert (len(back), len(gone)) == (expected, cohort.size - expected)
    for curve in found.curves:
        for point in curve.points:
            cells = [
                (cell.active, c.size)
                for c in found.cohorts
                for cell in c.cells
                if c.group == curve.group and cell.age == point.age and cell.active is not None and not cell.so_far
            ]
            assert (point.active, point.of) == tuple(map(sum, zip(*cells, strict=True)))


def _periods(first, weekly):
    period = first
    while True:
        yield period
        period = period + timedelta(days=7) if weekly else (period + timedelta(days=31)).replace(day=1)


def test_retention_metrics_agree_with_the_triangle(history):
    triangle = queries.retention(RetentionAsked(), since=date(2026, 1, 1), until=NOW.date())
    metric = queries.read_metric("account_retention_month_1", since=date(2026, 1, 1), until=NOW.date())

    january = next(c for c in triangle.cohorts if c.period == date(2026, 1, 1))
    assert metric.rows[0].value == january.cells[1].share
    assert (metric.rows[0].n, metric.rows[0].period) == (january.size, date(2026, 1, 1))
    # February's next month is March, of which nothing is known; May has no next month yet.
    assert [r.value for r in metric.rows[1:]] == [None] * 4
    behind = queries.accounts_behind("account_retention_month_1", date(2026, 1, 1))
    assert len(behind) == january.cells[1].active


@pytest.mark.parametrize("subject", list(Subject))
@pytest.mark.parametrize("by", ["", "plan"])
def test_funnels_and_the_accounts_of_each_step(history, subject, by):
    asked = FunnelSteps(
        subject=subject,
        steps=(("Log in",), ("Report Viewed", "Report Exported"), ("Teammate Invited",)),
        limit_seconds=5 * 86_400,
    )
    since, until = date(2026, 1, 20), date(2026, 5, 11)
    chains = oracle.funnel(history, subject.column, [set(s) for s in asked.steps], asked.limit_seconds, since, until)
    homes = customers.accounts_of_people(chains)
    homes_only = {person: {account} for person, account in homes.items()}
    all_accounts: dict[int, set[int]] = {}
    for of in Affiliation.objects.all():
        all_accounts.setdefault(of.person_id, set()).add(of.account_id)

    def group_of(who):
        return _plan_of()(homes.get(who, 0) if subject is Subject.PERSON else who) if by else ""

    results = queries.funnel_result(asked, since=since, until=until, by=by)

    assert {r.group for r in results} == {group_of(who) for who in chains}
    for result in results:
        mine = {who: chain for who, chain in chains.items() if group_of(who) == result.group}
        assert [s.count for s in result.steps] == [sum(len(c) >= n for c in mine.values()) for n in (1, 2, 3)]
        took = [(c[1] - c[0]).total_seconds() for c in mine.values() if len(c) > 1]
        assert result.steps[1].seconds == (pytest.approx(statistics.median(took)) if took else None)
        assert result.open == sum(len(c) < 3 and c[0] + timedelta(days=5) > NOW for c in mine.values())
        for n in (1, 2, 3):
            there = {who for who, c in mine.items() if len(c) >= n}
            stopped = {who for who, c in mine.items() if len(c) == n}
            if subject is Subject.PERSON:
                at = homes_only if by else all_accounts
                there, stopped = ({a for w in who for a in at.get(w, ())} for who in (there, stopped))
            options = {"since": since, "until": until, "by": by, "group": result.group}
            assert set(queries.funnel_accounts(asked, n, **options)) == there
            assert set(queries.funnel_accounts(asked, n, stopped=True, **options)) == stopped


def test_funnels_are_kept_under_a_name(history, heard):
    ada = given_member()
    asked = FunnelSteps(steps=(("Log in",), (" Report Viewed ", "")), limit_seconds=3600)

    made = actions.define_funnel(" First report ", asked, by=ada)

    kept = queries.funnel(made.pk)
    assert (kept.name, kept.asked.steps) == ("First report", (("Log in",), ("Report Viewed",)))
    with pytest.raises(FunnelNameTaken):
        actions.define_funnel("First report", asked, by=ada)
    with pytest.raises(FunnelUnusable):
        actions.define_funnel("Short", FunnelSteps(steps=(("Log in",), ("",)), limit_seconds=3600), by=ada)
    assert [f.name for f in queries.funnels()] == ["First report"]
    actions.remove_funnel(made.pk, by=ada)
    with pytest.raises(NoSuchFunnel):
        queries.funnel(made.pk)


def test_milestones_are_reached_in_time_or_late(history):
    ada = given_member()
    for name, event, due in (
        ("Logged in", "Log in", 10),
        ("Exported", "Report Exported", 3),
        ("Danced", "Danced", 200),
    ):
        actions.define_milestone(name, event=event, due_days=due, by=ada)
    wanted = [("Log in", 1), ("Report Exported", 2)]
    reached = oracle.first_times(history, wanted)
    facts = customers.account_facts(())

    for pk, moment in zip(facts["account_id"].to_pylist(), facts["signed_up_at"].to_pylist(), strict=True):
        standings = {s.milestone.name: s for s in queries.account_milestones(pk)}
        if moment is None:
            assert standings == {}
            continue
        for name, step, due in (("Logged in", 1, 10), ("Exported", 2, 3)):
            on = reached.get((pk, step))
            late = on is not None and on > moment.date() + timedelta(days=due)
            expected = Standing.LATE if late else Standing.REACHED if on else Standing.MISSED
            assert (standings[name].reached_on, standings[name].standing) == (on, expected)
        assert standings["Danced"].standing is Standing.AHEAD

    # Nobody's third milestone has been due, so nothing can be said yet; without it, by sign-up in January.
    assert {r.value for r in queries.read_metric("activation").rows} == {None}
    actions.remove_milestone(next(m.id for m in queries.milestones() if m.name == "Danced"), by=ada)
    judged = {}
    for pk, moment in zip(facts["account_id"].to_pylist(), facts["signed_up_at"].to_pylist(), strict=True):
        if moment and moment.month == 1:
            days = [(reached.get((pk, step), date.max) - moment.date()).days for step in (1, 2)]
            judged[pk] = days[0] <= 10 and days[1] <= 3
    january = queries.read_metric("activation", since=date(2026, 1, 1), until=date(2026, 1, 31)).rows[0]
    assert (january.n, january.value) == (len(judged), sum(judged.values()) / len(judged))
    assert set(queries.accounts_behind("activation", date(2026, 1, 1))) == {pk for pk, yes in judged.items() if yes}


def test_refuses_what_cannot_be_computed(workspace):
    ada = given_member()
    with pytest.raises(RetentionUnusable):
        queries.retention(RetentionAsked(grain=Grain.DAY))
    with pytest.raises(RetentionUnusable):
        queries.retention(RetentionAsked(split="plan", change=date(2026, 1, 1)))
    with pytest.raises(SplitUnknown):
        queries.retention(RetentionAsked(split="shoe_size"))
    with pytest.raises(SplitUnknown):
        queries.funnel_result(FunnelSteps(steps=(("a",), ("b",)), limit_seconds=60), by="shoe_size")
    for name, event, due in (("", "x", 1), ("x", "", 1), ("x", "x", -1), ("x", "x\x00", 1)):
        with pytest.raises(MilestoneUnusable):
            actions.define_milestone(name, event=event, due_days=due, by=ada)


def test_an_empty_workspace_has_no_numbers(workspace):
    from tenure.insights.registry import metrics

    for metric in metrics():
        for by in ("", *metric.by):
            assert {r.value for r in queries.read_metric(metric.name, by=by).rows} <= {None}
    assert queries.retention(RetentionAsked()).cohorts == ()
    [result] = queries.funnel_result(FunnelSteps(steps=(("a",), ("b",)), limit_seconds=60))
    assert [s.count for s in result.steps] == [0, 0]
