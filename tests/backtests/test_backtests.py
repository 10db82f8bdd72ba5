"""A definition is run over the past as it was known, in the background, and its figures open down to accounts."""

import dataclasses
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pyarrow as pa
import pytest

from tenure.activity import actions as activity_actions
from tenure.activity import queries as activity
from tenure.activity.types import ACTIVITY_DECLINE, Choices
from tenure.backtests import actions, queries
from tenure.backtests.errors import BacktestUnusable, NoSuchBacktest
from tenure.backtests.models import Backtest
from tenure.backtests.types import BACKTEST_ROW, Cell, Definition, DefinitionKind, Judged, Reach
from tenure.customers import actions as customer_actions
from tenure.customers import queries as customers
from tenure.health import actions as health
from tenure.kernel import jobs
from tenure.kernel.as_of import AsOf
from tenure.lake import tables
from tenure.risk import actions as risk
from tenure.risk import queries as risk_queries
from tenure.risk.types import ChurnKind
from tenure.segment_signals.actions import change_segment_signal, define_segment_signal
from tenure.segment_signals.types import Terms
from tenure.segments import actions as segments
from tenure.segments.queries import judged_as_of
from tenure.signals import actions as signals
from tenure.signals.types import CloseReason
from tenure.snapshots import actions as snapshots
from tenure.stats.proportions import Interval
from tenure.workspaces.queries import audit_trail
from tests.given import given_member
from tests.risk.world import FIRST, NOW, WEEK, kept, told
from tests.segments.given import given_segment
from tests.tracking.sending import send, track

RISK = Definition(kind=DefinitionKind.RISK, version=1)


@pytest.fixture
def a_year(workspace: Any, at: Any) -> None:
    at(NOW)
    told(120)
    kept()


def run(definition: Definition, **terms: Any) -> Backtest:
    made = actions.ask_for_backtest(definition, by=None, **terms)
    jobs.run_stage("backtests.run", NOW)
    return queries.backtest(made.pk)


def test_the_risk_model_is_taught_before_each_moment_it_is_judged_at(a_year):
    made = run(RISK)

    assert (made.status, made.progress, made.told_later) == ("done", 1.0, True)
    own, last_seen, fallen, lots = queries.judged_of(made)
    assert own.auc.low > 0.5
    assert (lots.auc.value, lots.lift) == (0.5, 1.0)
    assert lots.precision.value == pytest.approx(own.left / own.rows, rel=0.1), "as many at each moment, whoever"
    assert 0 < own.churns_caught <= own.churns
    assert 0 < own.lead_days <= made.horizon_days
    assert own.bands
    assert {each.rows for each in (own, last_seen, fallen, lots)} == {own.rows}, "judged at the same moments"
    moments = queries.moments_of(made)
    assert sum(m.flagged for m in moments) == own.flagged
    assert moments[0].day > FIRST.date() + 8 * WEEK, "at first, too few had left to learn from"
    assert moments[-1].day <= (NOW - timedelta(days=90)).date(), "horizons that are not over judge nothing"


def test_every_cell_opens_down_to_its_accounts(a_year):
    made = run(RISK)
    own = queries.judged_of(made)[0]

    everything, count = queries.accounts_behind(made, limit=10_000)
    by_cell = {cell: queries.accounts_behind(made, cell=cell, limit=10_000) for cell in Cell}

    assert count == own.rows == len(everything) == sum(n for _, n in by_cell.values())
    caught, n = by_cell[Cell.CAUGHT]
    assert n == own.caught
    assert {(a.account_id, round(a.left_after + a.day.toordinal())) for a in caught}
    assert all(a.flagged and a.left_after <= made.horizon_days for a in caught)
    assert all(a.account_name for a in caught)
    day = queries.moments_of(made)[-1]
    of_day, n = queries.accounts_behind(made, day=day.day, limit=3, offset=1)
    assert (n, len(of_day)) == (day.accounts, 3)
    counts = [queries.accounts_behind(made, low=b.low, high=b.high, limit=1)[1] for b in own.bands]
    assert counts == [band.count for band in own.bands], "and so does every group of chances"
    assert queries.accounts_behind(run(RISK), cell=Cell.CAUGHT)[1] == own.caught, "each has its own"

    Backtest.objects.filter(pk=made.pk).update(status="running", begun_at=NOW - timedelta(hours=7), progress=0.9)
    jobs.run_stage("backtests.run", NOW)

    assert queries.backtest(made.pk).status == "done"
    assert queries.accounts_behind(made, limit=1)[1] == own.rows, "rows of a run that was killed do not double"


def test_any_number_of_touches_can_be_looked_at_and_opens_down_to_its_accounts(a_year):
    made = run(RISK, reach=Reach(count=7))

    tops = queries.tops_of(made)
    assert [queries.written_reach(t.reach) for t in tops] == ["7", "10%", "10", "20%", "20"]
    own = queries.judged_of(made)[0]
    chosen = tops[0]
    assert (chosen.flagged, chosen.caught, chosen.recall) == (own.flagged, own.caught, own.recall)
    assert all(t.simple_caught is not None for t in tops)
    for top in (*tops, queries.at_top(made, Reach(count=3)), queries.at_top(made, Reach(share=0.03))):
        behind, n = queries.accounts_behind(made, top=top.reach, limit=10_000)
        caught, right = queries.accounts_behind(made, top=top.reach, cell=Cell.CAUGHT, limit=10_000)
        assert (n, right) == (top.flagged, top.caught)
        assert {a.cell for a in behind} <= {Cell.CAUGHT, Cell.FALSE_ALARM}
        assert all(a.flagged and a.left_after <= made.horizon_days for a in caught)
    worked_out = [queries.at_top(made, top.reach) for top in tops]
    Backtest.objects.filter(pk=made.pk).update(result={**made.result, "tops": []})
    again = [queries.at_top(queries.backtest(made.pk), top.reach) for top in tops]
    assert [dataclasses.replace(each, simple_caught=None) for each in worked_out] == again, "the lake says the same"
    assert queries.accounts_behind(made, top=Reach(count=3), cell=Cell.MISSED) == ([], 0), "they are touched"


def test_a_segment_of_people_flags_their_accounts(a_year):
    segment = given_segment("Quiet people", subject="person", kind="last_seen", operator="more_than_days_ago", days=10)
    definition = next(d for d in queries.definitions() if d.subject == str(segment.pk))
    assert queries.is_of_people(definition)

    made = run(definition)

    behind, _ = queries.accounts_behind(made, limit=100_000)
    assert (made.status, made.subject_name) == ("done", "Segment of people: Quiet people")
    assert "Segment of people: Quiet people" in queries.definition_names(queries.definitions())
    assert 0 < queries.judged_of(made)[0].flagged < len(behind)
    for moment in queries.moments_of(made):
        then = AsOf.by_now(datetime.combine(moment.day, time(), UTC), NOW)
        quiet = set(judged_as_of(segment.condition, "person", then).to_pylist())
        at = [(p["person_id"], p["account_id"]) for p in customers.people_as_of(then).to_pylist()]
        flagged = {a.account_id for a in behind if a.day == moment.day and a.flagged}
        there = {a.account_id for a in behind if a.day == moment.day}
        assert flagged == {account for person, account in at if person in quiet} & there


def lived_through(at: Any) -> datetime:
    """Live through fourteen weeks as they come, two of them kept: two accounts fall silent, then cancel."""
    for week in range(14):
        monday = at(FIRST + week * WEEK)
        calls = [
            track("Exported", userId=f"b{n}-{p}", context={"groupId": f"b{n}"}, at=monday)
            for n in range(6)
            for p in range(2)
            if n > 1 or week < 3
        ]
        for n, leaves in ((0, 6), (1, 10)):
            if week == leaves:
                calls.append(track("Subscription Cancelled", userId=f"b{n}-0", context={"groupId": f"b{n}"}, at=monday))
        send(*calls, received_at=monday + timedelta(hours=1))
        jobs.run_stage("intake", monday + timedelta(hours=1))
        if week in (4, 8):
            snapshots.take_week(monday.date(), at(monday + timedelta(hours=3)))
    return at(FIRST + 14 * WEEK)


@pytest.mark.parametrize("subject", ["account", "person"])
def test_what_arrives_late_changes_no_answer_of_then(workspace, at, subject):
    now = lived_through(at)
    risk.choose(kind=ChurnKind.CONTRACT, horizon_days=30, gap_days=30, by=given_member())
    segment = given_segment("Quiet", subject=subject, kind="last_seen", operator="more_than_days_ago", days=10)
    definition = next(d for d in queries.definitions() if d.subject == str(segment.pk))
    first = run_at(definition, now)
    own = queries.judged_of(first)[0]
    assert (first.told_later, own.churns, own.churns_caught, own.flagged) == (False, 2, 2, 3)

    late = [
        track("Exported", userId=f"b{n}-{p}", context={"groupId": f"b{n}"}, at=FIRST + week * WEEK)
        for n in range(2)
        for p in range(2)
        for week in (3, 4, 7)
    ]
    late += [track("Exported", userId="new", context={"groupId": "b3"}, at=FIRST + WEEK)]
    send(*late, received_at=now)
    jobs.run_stage("intake", now)

    assert queries.judged_of(run_at(definition, now)) == queries.judged_of(first)


def run_at(definition: Definition, now: datetime) -> Backtest:
    made = actions.ask_for_backtest(definition, by=None)
    jobs.run_stage("backtests.run", now)
    return queries.backtest(made.pk)


def test_the_choices_of_the_watch_are_versions_that_keep_their_own(a_year):
    ada = given_member()
    definition = Definition(kind=DefinitionKind.SIGNAL, subject=ACTIVITY_DECLINE, version=1)
    assert definition in queries.definitions()
    first = run(definition)
    activity_actions.choose_activity(Choices(false_share=0.5), by=ada)
    today = next(d for d in queries.definitions() if d.subject == ACTIVITY_DECLINE)
    assert today.version == 2
    assert queries.version_in_force(first) == today
    assert queries.earlier_versions(today) == [definition]

    second, again = run(today), run(definition)

    assert queries.judged_of(again) == queries.judged_of(first), "as it was chosen then"
    assert queries.judged_of(second)[0].flagged > queries.judged_of(first)[0].flagged
    assert queries.previous_of(second) == again
    assert queries.version_in_force(first) is None, "it has one by now"


def test_a_rule_that_became_about_another_segment_keeps_what_it_was(a_year):
    ada = given_member()
    one = given_segment("Quiet", kind="last_seen", operator="more_than_days_ago", days=10)
    other = given_segment("Very quiet", kind="last_seen", operator="more_than_days_ago", days=25)
    rule = define_segment_signal(Terms(name="Gone quiet", segment_id=one.pk), by=ada)
    subject = f"segment:{rule.pk}"
    before = next(d for d in queries.definitions() if d.subject == subject)
    first = run(before)

    change_segment_signal(rule.pk, Terms(name="Gone quiet", segment_id=other.pk), by=ada)
    after = next(d for d in queries.definitions() if d.subject == subject)
    assert (before.version, after.version) == (1, 1), "each is the first of its segment"
    assert not queries.is_backtested(after)
    assert queries.version_in_force(first) == after
    second, again = run(after), run(queries.definition_of(first))

    assert queries.judged_of(again) == queries.judged_of(first)
    assert queries.judged_of(second)[0].flagged < queries.judged_of(first)[0].flagged
    assert queries.previous_of(second) == first
    assert queries.previous_of(again) == first


def test_how_severe_a_signal_became_later_was_not_known_then(a_year, at):
    leaving = {a: e[0] for a, e in risk_queries.churned_after(risk_queries.choices(), NOW).items()}
    soon, *_ = some = sorted(leaving, key=leaving.__getitem__)[:8]
    opened = {}
    for account in some:
        at(leaving[account] - timedelta(days=40))
        opened[account] = signals.open_signal(account, "noticed", severity=0.0, evidence={}, summary={})
    at(NOW)
    definition = Definition(kind=DefinitionKind.SIGNAL, subject="noticed")
    first = run(definition)

    signals.open_signal(soon, "noticed", severity=0.9, evidence={}, summary={})

    assert queries.judged_of(run(definition)) == queries.judged_of(first)
    assert queries.judged_of(first)[0].flagged > 0, "an open signal is one, however little it matters"
    assert [t.flagged for t in queries.tops_of(first)][-1] == queries.judged_of(first)[0].flagged


def test_a_signal_is_judged_by_when_it_was_open(a_year, at):
    leaving = {a: e[0] for a, e in risk_queries.churned_after(risk_queries.choices(), NOW).items()}
    some = sorted(leaving, key=leaving.__getitem__)[:10]
    for account in some:
        at(leaving[account] - timedelta(days=40))
        signals.open_signal(account, "noticed", severity=0.7, evidence={}, summary={})
    at(NOW)

    made = run(Definition(kind=DefinitionKind.SIGNAL, subject="noticed"))

    own = queries.judged_of(made)[0]
    behind, n = queries.accounts_behind(made, cell=Cell.CAUGHT, limit=1_000)
    assert {a.account_id for a in behind} <= set(some)
    assert own.caught == n > 0
    assert own.lead_days <= 40
    assert queries.moments_of(made)[0].day >= (min(leaving[a] for a in some) - timedelta(days=40)).date()


def test_a_signal_that_was_closed_since_counts_all_the_same(a_year, at):
    leaving = {a: e[0] for a, e in risk_queries.churned_after(risk_queries.choices(), NOW).items()}
    definition = Definition(kind=DefinitionKind.SIGNAL, subject="noticed")
    opened = []
    for account in sorted(leaving, key=leaving.__getitem__)[:10]:
        at(leaving[account] - timedelta(days=40))
        opened.append(signals.open_signal(account, "noticed", severity=0.7, evidence={}, summary={}).pk)
    at(NOW)
    own = queries.judged_of(run(definition))[0]

    signals.close_signals(opened, reason=CloseReason.PASSED)

    assert definition in queries.definitions()
    assert queries.judged_of(run(definition))[0] == own


def test_a_score_is_judged_by_what_it_was_then(a_year, at):
    some = [a.pk for a in customers.accounts()]
    at(FIRST + 10 * WEEK)
    customer_actions.set_traits_of_accounts({a: {"health_score": 80} for a in some}, source="health")
    at(NOW)
    definition = Definition(kind=DefinitionKind.TRAIT, subject="health_score", lower_is_worse=True)
    assert definition in queries.definitions()

    made = run(definition)

    assert queries.moments_of(made)[0].day >= (FIRST + 10 * WEEK).date(), "before, there was none"
    assert queries.judged_of(made)[0].auc.value == 0.5, "all the same"
    at(NOW - WEEK)
    customer_actions.set_traits_of_accounts({a: {"health_score": 5} for a in some[:3]}, source="health")
    at(NOW)
    assert queries.judged_of(run(definition))[0] == queries.judged_of(made)[0], "what is said now was not known then"


def test_each_version_keeps_its_own_beside_the_one_before(a_year):
    risk.learn_again(NOW)
    assert jobs.run_stage("backtests.follow", NOW) == 1
    jobs.run_stage("backtests.run", NOW)
    risk.learn_again(NOW)
    jobs.run_stage("backtests.follow", NOW)
    jobs.run_stage("backtests.run", NOW)

    second, first = queries.backtests()
    assert [(b.kind, b.version, b.status) for b in (first, second)] == [("risk", 1, "done"), ("risk", 2, "done")]
    assert queries.previous_of(second) == first
    assert queries.previous_of(first) is None
    assert jobs.run_stage("backtests.follow", NOW) == 0


def test_says_why_when_there_is_nothing_to_say(workspace, at):
    at(NOW)

    made = run(RISK)

    assert (made.status, made.refusal, made.result) == ("refused", "no_past", None)
    assert queries.at_top(made, Reach(count=3)) is None
    of_another = {"backtest_id": made.pk + 1, "account_id": 1, "score": 0.5, "flagged": True, "dt": NOW.date()}
    rows = pa.Table.from_pylist([of_another], schema=BACKTEST_ROW.schema)
    tables.append(workspace.pk, BACKTEST_ROW, rows)
    assert queries.accounts_behind(made, top=Reach(count=3)) == ([], 0), "others have rows of these days"
    assert queries.refusal_words(made.refusal) == "There is no kept week yet whose horizon is over."


def test_a_small_past_says_so(workspace, at):
    at(NOW)
    told(50, leaves=0.25, seed=4)
    kept()
    leaving = risk_queries.churned_after(risk_queries.choices(), NOW)
    at(FIRST + 9 * WEEK)
    signals.open_signal(next(iter(leaving)), "noise", severity=0.7, evidence={}, summary={})
    at(NOW)

    made = run(Definition(kind=DefinitionKind.SIGNAL, subject="noise"))

    own = queries.judged_of(made)[0]
    assert own.churns < 20
    assert queries.warnings(made, own)[0].startswith(f"Only {own.churns} churns to judge by")


def test_terms_are_checked_and_who_asked_is_written_down(workspace, at):
    at(NOW)
    ada = given_member()
    with pytest.raises(BacktestUnusable):
        actions.ask_for_backtest(RISK, by=ada, reach=Reach(share=0.9))
    with pytest.raises(BacktestUnusable):
        actions.ask_for_backtest(RISK, by=ada, touch_cost=-1)
    assert not Backtest.objects.exists()

    made = actions.ask_for_backtest(RISK, by=ada)

    assert "backtests.run" in {entry.action for entry in audit_trail()}
    with pytest.raises(NoSuchBacktest):
        queries.backtest(made.pk + 1)


def test_one_that_was_left_half_done_is_run_again(workspace, at):
    at(NOW)
    made = actions.ask_for_backtest(RISK, by=None)
    Backtest.objects.filter(pk=made.pk).update(status="running", begun_at=NOW - timedelta(hours=7), progress=0.4)
    kept = {"backtest_id": made.pk, "account_id": 1, "score": 0.5, "flagged": True, "dt": NOW.date()}
    tables.append(workspace.pk, BACKTEST_ROW, pa.Table.from_pylist([kept], schema=BACKTEST_ROW.schema))

    jobs.run_stage("backtests.run", NOW)

    assert queries.backtest(made.pk).status == "refused"
    assert queries.accounts_behind(made) == ([], 0), "what was kept before is not counted with what is kept now"


def test_erased_accounts_are_behind_no_figure(a_year):
    made = run(RISK)
    behind, count = queries.accounts_behind(made, limit=1)
    gone = customers.everything_of_account(behind[0].account_id)

    done = actions.erase_customers(gone)

    assert done["backtest_row"] > 0
    assert queries.accounts_behind(made, limit=1)[1] == count - done["backtest_row"]


def test_a_segment_is_judged_by_whom_it_would_have_held(a_year):
    segment = given_segment("Quiet", kind="last_seen", operator="more_than_days_ago", days=10)
    definition = Definition(kind=DefinitionKind.SEGMENT, subject=str(segment.pk), version=segment.version)
    assert definition in queries.definitions()

    made = run(definition)

    assert (made.status, made.subject_name) == ("done", "Segment: Quiet")
    own, last_seen, *_ = queries.judged_of(made)
    assert own.flagged == sum(m.flagged for m in queries.moments_of(made)) > 0
    assert last_seen.flagged == own.flagged, "what ranks may touch as many as it names"
    assert queries.tops_of(made) == [], "being in a segment says nothing of whom to look at first"
    assert queries.at_top(made, Reach(count=3)) is None
    behind, _ = queries.accounts_behind(made, cell=Cell.CAUGHT, limit=1_000)
    assert {a.score for a in behind} == {1.0}


def test_a_scorecard_is_judged_by_what_it_would_have_said(a_year):
    scorecard = health.define_suggested_scorecard()
    definition = next(d for d in queries.definitions() if d.kind is DefinitionKind.HEALTH)
    assert definition.subject == str(scorecard.pk)

    made = run(definition)

    own = queries.judged_of(made)[0]
    assert made.status == "done"
    assert own.auc.low > 0.5
    assert own.bands == ()
    left = [group.came.value for group in own.by_score]
    assert left[-1] > left[0], "of the lowest scores most left"
    opened = [queries.accounts_behind(made, low=g.low, high=g.high, limit=1_000) for g in own.by_score]
    assert [count for _, count in opened] == [group.count for group in own.by_score]
    assert {0 <= each.score <= 100 for rows, _ in opened for each in rows} == {True}, "scores as they were given"
    other = run(definition, reach=Reach(share=0.2))
    again = run(definition)
    assert queries.previous_of(again) == made, "of the same, one on the same terms"
    assert not queries.on_the_same_terms(again, other)


def test_the_watch_over_use_is_run_over_the_past_before_it_watched(a_year):
    """Nothing was opened then: what it would have opened is worked out day by day."""
    definition = Definition(kind=DefinitionKind.SIGNAL, subject=ACTIVITY_DECLINE, version=1)
    assert definition in queries.definitions()

    made = run(definition)

    own = queries.judged_of(made)[0]
    behind, _ = queries.accounts_behind(made, limit=10_000)
    eves = [m.day - timedelta(days=1) for m in queries.moments_of(made)]
    alarms = activity.alarms_between(eves[0] - timedelta(days=84), eves[-1], NOW, every=7)
    is_open = {
        (alarm.account_id, eve + timedelta(days=1))
        for eve in eves
        for alarm in alarms
        if alarm.day <= eve and (alarm.passed_on is None or alarm.passed_on > eve)
    }
    assert made.status == "done"
    assert 0 < own.churns_caught <= own.churns
    assert {(a.account_id, a.day) for a in behind if a.flagged} == is_open & {(a.account_id, a.day) for a in behind}


def test_a_segment_is_judged_in_the_version_that_is_asked_for(a_year):
    ada = given_member()
    segment = given_segment("Quiet", kind="last_seen", operator="more_than_days_ago", days=10)
    today = next(d for d in queries.definitions() if d.kind is DefinitionKind.SEGMENT)
    first = run(today)
    wider = {"kind": "last_seen", "operator": "more_than_days_ago", "days": 3}
    segments.change_segment(segment.pk, condition=wider, by=ada)
    now = next(d for d in queries.definitions() if d.kind is DefinitionKind.SEGMENT)
    assert (today.version, now.version) == (1, 2)
    assert queries.earlier_versions(now) == [today]

    second, again = run(now), run(today)

    assert queries.judged_of(again)[0] == queries.judged_of(first)[0]
    assert queries.judged_of(second)[0].flagged > queries.judged_of(first)[0].flagged
    assert queries.previous_of(second) == again, "of the version before, its latest"
    assert queries.previous_of(again) == first
    assert queries.version_before(second) is None

    rule = define_segment_signal(Terms(name="Gone quiet", segment_id=segment.pk), by=ada)
    signal = Definition(kind=DefinitionKind.SIGNAL, subject=f"segment:{rule.pk}", version=2, segment_id=segment.pk)
    assert signal in queries.definitions()
    assert queries.earlier_versions(signal) == [dataclasses.replace(signal, version=1)]
    of_signal, of_before = run(signal), run(dataclasses.replace(signal, version=1))
    assert queries.judged_of(of_signal)[0] == queries.judged_of(second)[0], "whom the segment would have held"
    assert queries.judged_of(of_before)[0] == queries.judged_of(first)[0], "and in the version before"
    assert queries.previous_of(of_signal) == of_before
    assert (queries.in_version(now, 1), queries.in_version(now, 0), queries.in_version(now, 3)) == (today, now, None)


def test_a_version_that_was_never_run_is_offered(workspace, at):
    at(NOW)
    ada = given_member()
    segment = given_segment("Quiet", kind="last_seen", operator="more_than_days_ago", days=10)
    wider = {"kind": "last_seen", "operator": "more_than_days_ago", "days": 3}
    segments.change_segment(segment.pk, condition=wider, by=ada)

    made = run(next(d for d in queries.definitions() if d.kind is DefinitionKind.SEGMENT))

    assert queries.version_before(made) == Definition(kind=DefinitionKind.SEGMENT, subject=str(segment.pk), version=1)


def test_what_is_no_better_than_a_simple_number_says_so(workspace):
    def judged(name, value, low, high):
        none = Interval(value=None, low=None, high=None)
        return Judged(
            name=name, rows=900, left=90, churns=60, auc=Interval(value=value, low=low, high=high), flagged=90,
            caught=20, churns_caught=20, precision=none, recall=none, lift=2.0, lead_days=30.0, cost_per_caught=1,
            mrr_caught=0,
        )  # fmt: skip

    others = [judged("last_seen", 0.7, 0.6, 0.8), judged("by_lot", 0.99, None, None)]

    assert queries.warnings(Backtest(), judged("own", 0.69, 0.6, 0.77), others) == [
        "“Days since last use” alone ranks as well (AUC 0.70 against 0.69): prefer it until there is more."
    ]
    assert queries.warnings(Backtest(), judged("own", 0.75, 0.66, 0.83), others) == [
        "Too few to tell whether it ranks better than “Days since last use” alone, whose AUC of 0.70 lies within its "
        "interval."
    ]
    assert queries.warnings(Backtest(), judged("own", 0.9, 0.85, 0.94), others) == []
