"""With TENURE_ENGINE set, the product's own questions are answered there, and the answers are those of DuckDB."""

import contextlib
import dataclasses
import json
import socket
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from tenure.activity.queries import use_of_accounts, use_of_people
from tenure.computed_traits import actions as computed_traits
from tenure.computed_traits.queries import computing
from tenure.computed_traits.types import OF_PEOPLE, OF_PROPERTY, Formula, Measure
from tenure.config.commands import doctor
from tenure.config.commands.metrics import command as metrics_command
from tenure.customers import queries as customers
from tenure.insights import queries as insights
from tenure.insights.registry import metrics
from tenure.insights.types import Entry, FunnelSteps, Grain, RetentionAsked, Subject
from tenure.kernel import jobs
from tenure.lake import cluster, engine
from tenure.segments import actions as segment_actions
from tenure.segments import queries as segments
from tenure.segments.queries.judging import judge
from tenure.segments.types import Subject as JudgedSubject
from tenure.tracking import queries as tracking
from tenure.tracking.queries.use import last_use, seen_at
from tests.engines.test_every_expression import grown, leaves_of_every_kind
from tests.segments.given import catch_up
from tests.segments.oracle import holds
from tests.segments.strategies import EVENTS, NOW
from tests.segments.test_whole_way import given_history
from tests.tracking.sending import send, track
from tests.web.visiting import read, visit

AMOUNTS = [1, 2.5, 40, "12", "12.0", 12, None, True, "", "null", "客户", {"a": [1, 2]}, [3], "1e2", 100, -0.5, "1e999"]
ODD_NAMES = ["amount", "a.b", "a/b~c", 'say "x"', "客 户", "$"]


@pytest.fixture
def known(workspace, at):
    at(NOW)
    return given_history(3)


@pytest.fixture
def on_both(on_sail):
    """Ask the same on DuckDB and on Sail, which has to be the one that answers; return both answers."""

    def ask(question):
        on_sail(False)
        here = question()
        on_sail(True)
        with contextlib.suppress(AttributeError):
            del cluster._local.session
        there = question()
        assert cluster._local.session._there, "Sail was asked nothing"
        on_sail(False)
        return here, there

    return ask


def test_segments_are_judged_alike(known, on_both, on_sail):
    for subject in JudgedSubject:
        leaves = list(leaves_of_every_kind(subject))
        conditions = list(enumerate([*leaves, *grown(leaves)]))
        ids = [k.id for k in known[subject]]

        def members(conditions=conditions, subject=subject, ids=ids):
            judgement = judge(conditions, subject, NOW)
            found = {n: judgement.members(n) for n, _ in conditions}
            evidence = judgement.evidence(found)
            return {n: (found[n].tolist(), evidence[n]) for n in found}, [judgement.evidence_of(7, i) for i in ids]

        here, there = on_both(members)

        assert here == there
        for n, condition in conditions:
            assert here[0][n][0] == sorted(k.id for k in known[subject] if holds(condition, k, subject, NOW))


def test_a_segment_is_kept_up_to_date_by_the_engine(known, on_sail, at):
    on_sail(True)
    login = {"kind": "performed", "event": EVENTS[0], "operator": "at_least", "times": 1, "days": 14}
    made = segment_actions.define_segment("Came lately", subject=JudgedSubject.ACCOUNT, condition=login, by=None)
    read_back = segments.read_condition(login, JudgedSubject.ACCOUNT)
    assert set(segments.member_ids(made.pk)) == {k.id for k in known["account"] if holds(read_back, k, "account", NOW)}

    later = at(NOW + timedelta(days=9))
    jobs.run_stage("segments_minute", later)

    made.refresh_from_db()
    assert made.error == ""
    wanted = {k.id for k in known["account"] if holds(read_back, k, "account", later)}
    assert set(segments.member_ids(made.pk)) == wanted

    send(track(EVENTS[0], userId="account3-0", at=later, context={"groupId": "account3"}), received_at=later)
    catch_up()

    three = next(k.id for k in known["account"] if k.id not in wanted) if len(wanted) < 12 else None
    assert set(segments.member_ids(made.pk)) >= wanted
    assert three is None or segments.preview_count(read_back, JudgedSubject.ACCOUNT) >= len(wanted)


def test_every_metric_reads_the_same(known, on_both, workspace):
    def told(metric, by):
        span = ("--from", "2026-01-20", "--to", "2026-03-04")
        asked = [metric.name, *span, "--by", by, "--format", "json", "--workspace", str(workspace.pk)]
        outcome = CliRunner().invoke(metrics_command, asked)
        assert outcome.exit_code == 0, outcome.output
        return json.loads(outcome.output)

    here, there = on_both(lambda: {(m.name, by): told(m, by) for m in metrics() for by in ("", *m.by[:1])})

    assert here == there
    assert sum(any(row["value"] for row in rows) for rows in here.values()) > 10


def test_pages_show_the_same(known, on_both):
    client = visit()
    pages = ["/insights/metrics/active_people/", "/insights/retention/", "/insights/features/"]

    def shown():
        answers = [client.get(page) for page in pages]
        assert [answer.status_code for answer in answers] == [200] * len(pages)
        return [read(answer).partition("<main")[2] for answer in answers]

    here, there = on_both(shown)

    assert [strip_tokens(page) for page in here] == [strip_tokens(page) for page in there]


def strip_tokens(page):
    return "\n".join(line for line in page.splitlines() if "csrf" not in line and "nonce" not in line)


def test_retention_funnels_and_activation_come_out_the_same(known, on_both):
    def asked():
        for subject in Subject:
            for entry in Entry:
                for event in ("", EVENTS[0]):
                    wanted = RetentionAsked(subject=subject, entry=entry, grain=Grain.WEEK, event=event)
                    yield insights.retention(wanted, since=date(2026, 1, 12), until=date(2026, 3, 4))
            steps = FunnelSteps(subject=subject, steps=((EVENTS[0],), (EVENTS[1], EVENTS[2])), limit_seconds=864_000)
            yield insights.funnel_result(steps, since=date(2026, 1, 20), until=date(2026, 3, 4))

    here, there = on_both(lambda: list(asked()))

    assert here == there


def test_use_is_counted_alike(known, on_both):
    ids = [k.id for k in known["account"]]
    span = (NOW - timedelta(days=40)).date(), NOW.date()
    declines = use_of_accounts(NOW.date(), 3).slice(0, 0)

    def asked():
        return (
            tracking.usage_by_day(ids, *span),
            tracking.people_active(ids[:3], *span),
            sorted(tracking.event_names(), key=lambda each: each.name),
            seen_at(ids),
            sorted(use_of_accounts(NOW.date(), 30).to_pylist(), key=repr),
            sorted(use_of_accounts(NOW.date(), 30, ids[:2]).to_pylist(), key=repr),
            use_of_people(NOW.date(), declines).to_pylist(),
            segments.events_to_choose_from(),
            last_use(ids, [NOW.date() - timedelta(days=n) for n in range(40)]),
        )

    here, there = on_both(asked)

    assert here == there
    assert all(here[n] for n in (0, 1, 2, 3, 4, 5, 7, 8))


def test_traits_are_computed_alike(known, on_both):
    calls = [
        track(
            EVENTS[0],
            userId=f"account{n % 5}-0",
            at=NOW - timedelta(hours=n),
            context={"groupId": f"account{n % 5}"},
            messageId=f"odd{n}-{name}",
            properties={name: amount, "other": 7},
        )
        for n, amount in enumerate(AMOUNTS)
        for name in ODD_NAMES
    ]
    send(*calls, received_at=NOW)
    catch_up()
    formulas = [
        Formula(basis="use", measure=measure, event=event, days=days, what=what)
        for measure in Measure
        for event in ("", EVENTS[0])
        for days in (None, 3)
        for what in (ODD_NAMES if measure in OF_PROPERTY and event else ["amount"] if measure in OF_PROPERTY else [""])
    ]
    formulas += [
        Formula(basis="people", measure=m, what="" if m is Measure.COUNT else "seats", where=where, equals="Premium")
        for m in OF_PEOPLE
        for where in ("", "plan")
    ]

    def asked():
        return [
            (dataclasses.astuple(f), subject, sorted(computing.compute(f, subject, NOW).items()))
            for f in formulas
            for subject in (("account",) if f.basis == "people" else ("account", "person"))
        ]

    here, there = on_both(asked)

    assert here == there
    said = {(f[1], f[4], f[3], subject): values for f, subject, values in here if f[2] and f[0] == "use"}
    for name in ODD_NAMES:
        assert len(said[Measure.SUM, None, name, "person"]) == 5


def test_a_computed_trait_is_told_from_the_engine(known, on_sail):
    on_sail(True)
    made = computed_traits.define_computed_trait(
        "account", "uses", Formula(basis="use", measure=Measure.COUNT), by=None
    )
    made.due_at = NOW
    made.save()

    computed_traits.compute_trait(made.pk, now=NOW)

    made.refresh_from_db()
    assert made.error == ""
    told = {a.pk: a.traits["uses"] for a in customers.accounts() if "uses" in a.traits}
    assert {k.id: told.get(k.id) for k in known["account"]} == {k.id: len(k.happenings) for k in known["account"]}


def findings():
    return [(found.fine, found.what.rpartition("sc://")[2].partition(" ")[2]) for found in doctor._engine()]


def test_doctor_asks_the_engine_for_what_is_in_the_lake(known, on_sail):
    on_sail(True)

    fine, version = findings()[0]

    assert fine
    assert version.startswith("answers: version ")
    rows = engine.count_there(tracking_table(), files())
    assert findings()[1:] == [(True, f"finds {rows:,} of {rows:,} rows of use in the lake")]


def tracking_table():
    from tenure.tracking.types.lake import ACCOUNT_DAY

    return ACCOUNT_DAY


def files():
    from tenure.kernel import tenancy
    from tenure.lake import tables

    return tables.files(tenancy.current_workspace_id(), tracking_table())


def test_nothing_else_answers_when_the_engine_is_gone(known, settings, monkeypatch):
    monkeypatch.setattr(cluster, "RETRIES", 0)
    client = visit()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.TENURE_ENGINE = f"sc://127.0.0.1:{probe.getsockname()[1]}"

        assert client.get("/insights/metrics/active_people/").status_code == 503
        with pytest.raises(engine.EngineUnreachable):
            tracking.event_names()
        ((fine, what),) = findings()

    assert not fine
    assert what.startswith("does not answer: ")
