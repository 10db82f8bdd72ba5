"""Stickiness and activation of any history: each number is what a slow recount of raw events says."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tenure.customers import queries as customers
from tenure.insights import actions, queries
from tenure.insights.types import Standing
from tenure.kernel import jobs, tenancy
from tenure.lake import engine
from tenure.stats import proportions
from tenure.tracking import queries as tracking
from tests.given import given_member, given_workspace
from tests.insights import oracle
from tests.insights.oracle import Happened
from tests.insights.strategies import everybody
from tests.tracking.sending import group, send, track

NOW = datetime(2026, 4, 2, 12, tzinfo=UTC)
BEGINS = datetime(2026, 1, 28, 23, tzinfo=UTC)
LAST = NOW.date()
EVENTS = ("Log in", "Report Exported", "Teammate Invited")
PLANS = {"fjord": "Premium", "kestrel": "Basic", "harbor": "Premium"}

quietly = settings(
    max_examples=10,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # each example is a workspace of its own: making it smaller takes minutes
    suppress_health_check=list(HealthCheck),
)
moments = st.builds(
    lambda days, minutes: min(BEGINS + timedelta(days=days, minutes=minutes), NOW),
    st.integers(0, 64),
    st.sampled_from([0, 1, 30, 59, 60, 61, 600, 1439]),
)
used = st.tuples(
    st.sampled_from(["maya", "tomas", "ida"]), st.sampled_from([*PLANS, None]), st.sampled_from(EVENTS), moments
)
signed_up = st.fixed_dictionaries({name: st.none() | moments for name in PLANS})
defined = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.sampled_from([0, 1, 3, 14, 40])),
    min_size=1,
    max_size=3,
    unique_by=lambda m: m,
)


def given_history(calls, sign_ups, chance):
    """Send it all in two batches, in any order; returns the raw events as they are attributed now."""
    said = [
        track(event, at=at, userId=who, messageId=f"m{n}", **({"context": {"groupId": where}} if where else {}))
        for n, (who, where, event, at) in enumerate(calls)
    ]
    said += [
        track("Signed Up", at=at, userId=f"first of {name}", context={"groupId": name}, messageId=f"s-{name}")
        for name, at in sign_ups.items()
        if at
    ]
    chance.shuffle(said)
    send(*(group(groupId=name, at=BEGINS, traits={"plan": plan}) for name, plan in PLANS.items()), received_at=NOW)
    for part in (said[::2], said[1::2]):
        if part:
            send(*part, received_at=NOW)
        jobs.run_stage("intake", NOW)
        jobs.run_stage("months", NOW)
    return [
        Happened(r["account_id"], r["person_id"], r["type"], r["event"], r["ts"])
        for r in engine.run(tracking.events()).to_pylist()
    ]


def plan_of():
    facts = customers.account_facts(["plan"])
    known = dict(zip(facts["account_id"].to_pylist(), facts["plan"].to_pylist(), strict=True))
    return lambda pk: known.get(pk) or "(none)"


@quietly
@given(
    calls=st.lists(used, min_size=1, max_size=30),
    sign_ups=signed_up,
    chance=st.randoms(use_true_random=False),
    by=st.sampled_from(["", "plan"]),
)
def test_stickiness(db, at, tmp_path_factory, settings, calls, sign_ups, chance, by):
    settings.TENURE_LAKE = str(tmp_path_factory.mktemp("lake"))
    at(NOW)
    with tenancy.scope(given_workspace().pk):
        events = given_history(calls, sign_ups, chance)
        group_of = plan_of() if by else everybody
        first_ever = min(e.day for e in oracle.uses(events, "person_id"))

        for name, kind in (("stickiness", "person_id"), ("account_stickiness", "account_id")):
            read = queries.read_metric(name, since=date(2026, 1, 1), until=LAST, by=by)

            expected = {}
            for month in (date(2026, n, 1) for n in (1, 2, 3, 4)):
                last = month.replace(day=monthrange(month.year, month.month)[1])
                past = (min(last, LAST) - max(month, first_ever)).days + 1
                for one in {group_of(e.account_id) for e in oracle.uses(events, kind)}:
                    days = oracle.active_days_between(events, kind, month, last, group_of, one)
                    if days:
                        share = len(days) / len({who for who, _ in days}) / past
                        expected[month, one] = (pytest.approx(share), len({who for who, _ in days}))
            assert {(r.period, r.group): (r.value, r.n) for r in read.rows if r.value is not None} == expected


@quietly
@given(
    calls=st.lists(used, max_size=30),
    sign_ups=signed_up,
    chance=st.randoms(use_true_random=False),
    wanted=defined,
    by=st.sampled_from(["", "plan"]),
)
def test_activation(db, at, tmp_path_factory, settings, calls, sign_ups, chance, wanted, by):
    settings.TENURE_LAKE = str(tmp_path_factory.mktemp("lake"))
    at(NOW)
    with tenancy.scope(given_workspace().pk):
        ada = given_member()
        events = given_history(calls, sign_ups, chance)
        for number, (event, due) in enumerate(wanted):
            actions.define_milestone(f"M{number}", event=event, due_days=due, by=ada)
        group_of = plan_of() if by else everybody
        reached = oracle.first_times(events, [(event, event) for event in EVENTS])
        first_ever = min((e.day for e in oracle.uses(events, "person_id")), default=LAST)
        longest = max(due for _, due in wanted)
        facts = customers.account_facts(())  # of companies, and of people who are an account of their own

        judged = {}
        for account, moment in zip(facts["account_id"].to_pylist(), facts["signed_up_at"].to_pylist(), strict=True):
            standings = {s.milestone.name: s for s in queries.account_milestones(account)}
            if moment is None:
                assert standings == {}
                continue
            day = moment.date()
            in_time = []
            for number, (event, due) in enumerate(wanted):
                on, limit = reached.get((account, event)), day + timedelta(days=due)
                late = Standing.LATE if on else Standing.AHEAD if limit >= LAST else Standing.MISSED
                in_time.append(on is not None and on <= limit)
                standing = standings[f"M{number}"]
                assert (standing.due_on, standing.reached_on) == (limit, on)
                assert standing.standing is (Standing.REACHED if in_time[-1] else late)
            if first_ever <= day < LAST - timedelta(days=longest):
                judged.setdefault((day.replace(day=1), group_of(account)), {})[account] = all(in_time)

        read = queries.read_metric("activation", since=date(2026, 1, 1), until=LAST, by=by)
        expected = {}
        for key, accounts in judged.items():
            share = proportions.share(sum(accounts.values()), len(accounts))
            expected[key] = (share.value, share.low, share.high, len(accounts))
            behind = queries.accounts_behind("activation", key[0], by=by, group=key[1])
            assert sorted(behind) == sorted(pk for pk, yes in accounts.items() if yes)
        found = {(r.period, r.group): (r.value, r.low, r.high, r.n) for r in read.rows if r.value is not None}
        assert found == expected
