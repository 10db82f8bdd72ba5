"""Sessions and months are kept as calls come in, late and in any order: they say what the raw events say."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tenure.insights import queries
from tenure.insights.types import Grain, RetentionAsked, Subject
from tenure.kernel import jobs, tenancy
from tenure.lake import engine, tables
from tenure.tracking import queries as tracking
from tenure.tracking.actions import forget_events_before
from tenure.tracking.actions.folding import choose_session_gap
from tenure.tracking.errors import SessionGapUnusable
from tenure.tracking.models import RollupProgress
from tenure.tracking.types.lake import MONTHS, PERSON_DAY, SESSION_DAY
from tests.given import given_member, given_workspace
from tests.insights import oracle
from tests.insights.oracle import Happened
from tests.insights.strategies import everybody
from tests.tracking.sending import send, track

NOW = datetime(2026, 4, 2, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def stored():
    return [
        Happened(r["account_id"], r["person_id"], r["type"], r["event"], r["ts"])
        for r in engine.run(tracking.events()).to_pylist()
    ]


def expected_sessions(events, gap_minutes):
    found = {}
    for (_, day), (begun, seconds, people) in oracle.sessions(events, gap_minutes * 60, everybody).items():
        found[day] = (begun, seconds, len(people))
    return found


def counted_sessions(gap_minutes=None):
    rows = queries.session_counts(date(2026, 2, 1), NOW.date(), grain=Grain.DAY, gap_minutes=gap_minutes)
    return {r.period: (r.sessions, r.seconds, r.people) for r in rows}


moments = st.builds(
    lambda days, minutes: MIDNIGHT + timedelta(days=days, minutes=minutes),
    st.integers(-3, 3),
    st.sampled_from([-40, -31, -30, -10, -1, 0, 1, 20, 30, 31, 45, 600]),
)
said = st.tuples(st.sampled_from(["maya", "tomas"]), st.sampled_from(["fjord", "kestrel"]), moments)


@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(said, min_size=1, max_size=14), st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_order_and_any_batches_come_to_the_same(db, tmp_path_factory, settings, calls, chance, batches):
    settings.TENURE_LAKE = str(tmp_path_factory.mktemp("lake"))
    order = [*range(len(calls)), *(chance.randrange(len(calls)) for _ in range(3))]  # some are sent again
    chance.shuffle(order)
    with tenancy.scope(given_workspace().pk):
        for number in range(batches):
            sent = [
                track("Log in", at=calls[n][2], userId=calls[n][0], context={"groupId": calls[n][1]}, messageId=f"m{n}")
                for n in order[number::batches]
            ]
            if sent:
                send(*sent, received_at=NOW)
                jobs.run_stage("intake", NOW)
            if number % 2 == 0:
                jobs.run_stage("months", NOW + timedelta(minutes=2 * number))
        events = stored()

        assert counted_sessions() == expected_sessions(events, 30)
        assert counted_sessions(45) == expected_sessions(events, 45)
        for subject in Subject:
            tracking.name_months("presence_seen", subject.column)
            rows = engine.run_sql("SELECT subject, days, first_day, dt FROM presence_seen").to_pylist()
            days = [(r["subject"], r["dt"] + timedelta(days=n)) for r in rows for n in range(31) if r["days"] >> n & 1]
            assert sorted(days) == sorted(
                {(e.subject(subject.column), e.day) for e in oracle.uses(events, subject.column)}
            )
            assert {(r["subject"], r["dt"], r["first_day"]) for r in rows} == {
                (
                    who,
                    day.replace(day=1),
                    min(d for w, d in days if w == who and d.replace(day=1) == day.replace(day=1)),
                )
                for who, day in days
            }


@pytest.fixture
def evening(workspace, at):
    """Somebody works over midnight, in February and March."""
    at(NOW)
    calls = [
        track(
            "Log in", at=MIDNIGHT + timedelta(minutes=m), userId="maya", context={"groupId": "fjord"}, messageId=f"m{m}"
        )
        for m in (-50, -25, -5, 15, 40, 100)
    ]
    send(*calls, received_at=NOW)
    jobs.run_stage("intake", NOW)
    return workspace


def comes_late(who, moment):
    send(track("Log in", at=moment, userId=who, context={"groupId": "fjord"}, messageId="late"), received_at=NOW)
    jobs.run_stage("intake", NOW)


def test_a_session_over_midnight_is_one(evening):
    assert counted_sessions() == {date(2026, 2, 28): (1, 45 * 60, 1), date(2026, 3, 1): (1, 45 * 60, 1)}


def test_a_late_call_joins_what_was_apart(evening):
    comes_late("maya", MIDNIGHT + timedelta(minutes=70))

    assert counted_sessions()[date(2026, 3, 1)] == (0, 105 * 60, 1)


def test_a_month_that_is_over_is_folded_until_something_of_it_comes_late(evening):
    jobs.run_stage("months", NOW)
    folded = tables.files(evening.pk, MONTHS["person_id"])
    assert sorted(uri.rpartition("/dt=")[2][:10] for uri in folded) == ["2026-02-01", "2026-03-01"]

    comes_late("tomas", MIDNIGHT + timedelta(days=3))

    left = tables.files(evening.pk, MONTHS["person_id"])
    assert [uri.rpartition("/dt=")[2][:10] for uri in left] == ["2026-02-01"]
    march = queries.read_metric("active_people", since=date(2026, 3, 1), until=date(2026, 3, 31)).rows[0]
    assert march.value == 2
    jobs.run_stage("months", NOW + timedelta(minutes=5))
    assert len(tables.files(evening.pk, MONTHS["person_id"])) == 2
    assert queries.read_metric("active_people", since=date(2026, 3, 1), until=date(2026, 3, 31)).rows[0].value == 2


def test_another_gap_counts_the_past_anew(evening):
    choose_session_gap(60, by=given_member())
    assert not tracking.sessions_counted_by(60)
    assert counted_sessions() == expected_sessions(stored(), 60)  # from raw events until they are counted

    jobs.run_stage("months", NOW)

    assert tracking.sessions_counted_by(60)
    assert counted_sessions() == expected_sessions(stored(), 60)
    assert counted_sessions(30) == expected_sessions(stored(), 30)


@pytest.mark.parametrize("minutes", [0, 1441])
def test_refuses_a_gap_that_is_none(evening, minutes):
    with pytest.raises(SessionGapUnusable):
        choose_session_gap(minutes, by=given_member())

    assert tracking.session_gap() == 30


def test_use_counted_before_there_were_sessions_stays(evening):
    """As a lake from before sessions were counted, of which a part of the raw events is gone."""
    everything = [date(2026, 2, 28), date(2026, 3, 1)]
    tables.replace_days(evening.pk, SESSION_DAY, everything, SESSION_DAY.schema.empty_table())
    RollupProgress.objects.update(sessions_counted=None)
    forget_events_before(MIDNIGHT)
    people = queries.retention(RetentionAsked(subject=Subject.PERSON), since=date(2026, 2, 1), until=NOW.date())
    assert [(c.period, c.cells[1].active) for c in people.cohorts] == [(date(2026, 2, 1), 1)]

    jobs.run_stage("months", NOW)

    assert tables.count_rows(evening.pk, PERSON_DAY) == tables.count_rows(evening.pk, SESSION_DAY) == 2
    assert counted_sessions()[date(2026, 2, 28)] == (1, 0, 1)
    again = queries.retention(RetentionAsked(subject=Subject.PERSON), since=date(2026, 2, 1), until=NOW.date())
    assert again.cohorts == people.cohorts
