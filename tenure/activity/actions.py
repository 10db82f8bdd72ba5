"""Writes of activity."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from django.db import connection, transaction

from tenure.activity import rules
from tenure.activity.models import DayFactors, UsePass, UseStanding
from tenure.activity.queries.use import days_up_to, frame_of, time_zones, use_of_people
from tenure.activity.rules import TERMS
from tenure.activity.types import ACTIVITY_DECLINE, Faded, JudgedUse, UsageFrame
from tenure.customers import queries as customers
from tenure.kernel import clock, tenancy
from tenure.signals import actions as signals
from tenure.signals import queries as signal_queries
from tenure.signals.types import CloseReason, Finding
from tenure.stats import decline
from tenure.stats.decline import Judged, Usage, Verdict

if TYPE_CHECKING:
    from tenure.signals.models import Signal

_NOBODY = Faded(regular=0, stopped=(), fading=())


@transaction.atomic
def judge_use(as_of: date) -> JudgedUse | None:
    """Judge the use of every account up to and with a day, and open, refresh and close decline signals by it.

    One pass over the workspace: two reads of the lake and a handful of statements, whatever the number of accounts.
    None when the day was judged already or there is nothing to judge yet.
    """
    live = signal_queries.live_signals(ACTIVITY_DECLINE)
    everyone = frame_of(list(live), as_of, TERMS.days)
    if not everyone.account_ids or not UsePass.objects.get_or_create(day=as_of, defaults={"judged_at": clock.now()})[1]:
        return None
    frame, churned = _of_customers(everyone)
    usage = rules.as_matrices(frame)
    row_of = {pk: row for row, pk in enumerate(frame.account_ids)}
    open_now = {row_of[pk]: signal for pk, signal in live.items() if pk in row_of}
    known = np.isin(np.arange(len(frame.account_ids)), list(open_now))
    judged = decline.judge(_since_last_judged(frame, usage), terms=TERMS, known=known)

    back = _recovered(usage, judged, open_now)
    still = [row for row in open_now if row not in back]
    fresh = [int(row) for row in np.flatnonzero(judged.verdict == Verdict.DECLINING)]
    faded = _faded_since(frame, judged, fresh, {row: open_now[row].evidence for row in still})
    fresh = [row for row in fresh if row in faded]

    evidence = {
        row: rules.decline_evidence(
            rules.one_account(frame, usage, judged, row, rules.usual_as_json(judged.usual, row)),
            as_of - timedelta(days=TERMS.days - 1 - int(judged.since[row])),
            float(judged.p_value[row]),
            faded[row],
        )
        for row in fresh
    } | {
        row: rules.decline_evidence(
            rules.one_account(frame, usage, judged, row, open_now[row].evidence["usual"]),
            date.fromisoformat(open_now[row].evidence["since"]),
            open_now[row].evidence["p_value"],
            faded.get(row, _NOBODY),
        )
        for row in still
    }
    gone = [signal.pk for pk, signal in live.items() if pk not in row_of]
    signals.close_signals([open_now[row].pk for row in back], reason=CloseReason.PASSED)
    signals.close_signals([live[pk].pk for pk in live if pk in churned], reason=CloseReason.CHURNED)
    signals.close_signals(gone, reason=CloseReason.PASSED)
    done = signals.open_signals([_finding(frame.account_ids[row], found) for row, found in evidence.items()])

    verdicts = _verdicts(judged, declining=set(fresh) | set(still), back=back)
    _keep_standings(frame, judged, verdicts, evidence)
    _keep_day_factors(frame, judged)
    found = JudgedUse(
        as_of=as_of,
        accounts=len(frame.account_ids),
        declining=len(evidence),
        opened=len(done.opened),
        refreshed=len(done.refreshed),
        recovered=len(back),
        churned=len(churned & live.keys()),
    )
    kept = {name: value for name, value in dataclasses.asdict(found).items() if name != "as_of"}
    UsePass.objects.filter(day=as_of).update(found=kept)
    return found


def _of_customers(frame: UsageFrame) -> tuple[UsageFrame, set[int]]:
    """Leave out accounts that have churned (returned second) or are no more; their silence says nothing new."""
    facts = customers.account_facts([], frame.account_ids)
    churned = {
        pk
        for pk, at in zip(facts["account_id"].to_pylist(), facts["churned_at"].to_pylist(), strict=True)
        if at is not None and at.date() <= frame.as_of
    }
    kept = sorted(set(facts["account_id"].to_pylist()) - churned)
    zones = time_zones(kept)
    return dataclasses.replace(
        frame, account_ids=tuple(kept), time_zones=tuple(zones.get(pk, "") for pk in kept)
    ), churned


def _since_last_judged(frame: UsageFrame, usage: Usage) -> Usage:
    """Let an account whose decline a member closed start anew: what was the matter then is the usual now."""
    first = frame.as_of - timedelta(days=TERMS.days - 1)
    closed = signal_queries.last_judged(ACTIVITY_DECLINE, clock.now() - timedelta(days=TERMS.days + 1))
    columns = [max((closed[pk].date() - first).days, 0) if pk in closed else 0 for pk in frame.account_ids]
    return rules.forgotten_before(usage, np.array(columns, dtype=np.intp)) if closed else usage


def _recovered(usage: Usage, judged: Judged, open_now: Mapping[int, "Signal"]) -> set[int]:
    rows = list(open_now)
    if not rows:
        return set()
    kept = rules.usual_from_json([open_now[row].evidence["usual"] for row in rows])
    back = decline.recovered(usage.of(rows), kept, judged.people.factor[rows], judged.events.factor[rows], TERMS)
    return {row for row, is_back in zip(rows, back, strict=True) if is_back}


def _faded_since(
    frame: UsageFrame, judged: Judged, fresh: Sequence[int], still: Mapping[int, Mapping[str, Any]]
) -> dict[int, Faded]:
    """Say who faded in each declining account; new declines that only one absent person explains are left out."""
    first = frame.as_of - timedelta(days=TERMS.days - 1)
    since = {row: first + timedelta(days=int(judged.since[row])) for row in fresh}
    since |= {row: date.fromisoformat(evidence["since"]) for row, evidence in still.items()}
    rows = list(since)
    people = use_of_people(
        frame.as_of,
        pa.table(
            {
                "account_id": pa.array([frame.account_ids[row] for row in rows], pa.int64()),
                "begins": pa.array([since[row] - timedelta(days=TERMS.baseline_days) for row in rows], pa.date32()),
                "since": pa.array([since[row] for row in rows], pa.date32()),
            }
        ),
    )
    place = {frame.account_ids[row]: n for n, row in enumerate(rows)}
    account = np.array([place[pk] for pk in people["account_id"].to_pylist()], dtype=np.intp)
    of_accounts = [
        sum(still[row]["usual"]["people"]) / 7 * ((frame.as_of - since[row]).days + 1)
        if row in still
        else float(judged.expected_people[row])
        for row in rows
    ]
    expected = rules.expected_of_people(account, people["before"].to_numpy(), np.array(of_accounts))
    actual = people["lately"].to_numpy().astype(np.float64)
    more_than_one = decline.beyond_one(account, expected, actual, len(rows), terms=TERMS)
    ids = people["person_id"].to_pylist()
    faded = {}
    for n, row in enumerate(rows):
        if more_than_one[n] or row in still:
            own = np.flatnonzero(account == n)
            faded[row] = rules.faded_people([ids[i] for i in own], expected[own], actual[own])
    return faded


def _verdicts(judged: Judged, *, declining: set[int], back: set[int]) -> list[Verdict]:
    """Say what stands of each account after the people were looked at and open signals were weighed."""
    found = [Verdict.NORMAL if v == Verdict.DECLINING else Verdict(v) for v in judged.verdict]
    for row in declining:
        found[row] = Verdict.DECLINING
    for row in back:
        found[row] = Verdict.RECOVERED
    return found


_KEEP_STANDINGS = """
    INSERT INTO activity_usestanding
        (workspace_id, account_id, judged_on, verdict, expected, actual, since, time_zone, usual)
    SELECT %s, said.account_id, %s, said.verdict, said.expected, said.actual, said.since, said.time_zone,
           said.usual::jsonb
    FROM unnest(%s::bigint[], %s::text[], %s::float8[], %s::float8[], %s::date[], %s::text[], %s::text[])
         AS said (account_id, verdict, expected, actual, since, time_zone, usual)
    ON CONFLICT (account_id) DO UPDATE
    SET judged_on = EXCLUDED.judged_on, verdict = EXCLUDED.verdict, expected = EXCLUDED.expected,
        actual = EXCLUDED.actual, since = EXCLUDED.since, time_zone = EXCLUDED.time_zone, usual = EXCLUDED.usual
"""


def _keep_standings(
    frame: UsageFrame, judged: Judged, verdicts: Sequence[Verdict], evidence: Mapping[int, Mapping[str, Any]]
) -> None:
    unknown = {Verdict.TOO_LITTLE_HISTORY, Verdict.TOO_LITTLE_USE}
    expected, actual = judged.expected_people.round(1).tolist(), judged.actual_people.tolist()
    rows: list[tuple[Any, ...]] = []
    for row, verdict in enumerate(verdicts):
        if row in evidence:
            found = evidence[row]
            rows.append((float(found["expected"]), float(found["actual"]), found["since"], found["usual"]))
        elif verdict in unknown:
            rows.append((None, None, None, None))
        else:
            rows.append((expected[row], actual[row], None, rules.usual_as_json(judged.usual, row)))
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_STANDINGS,
            [
                tenancy.current_workspace_id(),
                frame.as_of,
                list(frame.account_ids),
                [verdict.value for verdict in verdicts],
                [r[0] for r in rows],
                [r[1] for r in rows],
                [r[2] for r in rows],
                list(frame.time_zones),
                [None if r[3] is None else json.dumps(r[3]) for r in rows],
            ],
        )
    # Churned, merged, or silent for longer than we look back: nothing is said of them any more.
    UseStanding.objects.filter(judged_on__lt=frame.as_of).delete()


def _keep_day_factors(frame: UsageFrame, judged: Judged) -> None:
    """Keep how busy everybody was, for the charts."""
    _numbers, zones = rules.zone_numbers(frame.time_zones)
    people = np.vstack([judged.people.common, judged.people.by_group]).round(4).tolist()
    events = np.vstack([judged.events.common, judged.events.by_group]).round(4).tolist()
    DayFactors.objects.bulk_create(
        [
            DayFactors(
                time_zone=zone, first_day=days_up_to(frame.as_of, TERMS.days)[0], people=people[n], events=events[n]
            )
            for n, zone in enumerate(["", *zones])
        ],
        update_conflicts=True,
        unique_fields=["workspace", "time_zone"],
        update_fields=["first_day", "people", "events"],
    )


def _finding(account_id: int, evidence: Mapping[str, Any]) -> Finding:
    return Finding(
        account_id=account_id,
        kind=ACTIVITY_DECLINE,
        severity=rules.severity_of(rules.ratio_of(evidence)),
        evidence=evidence,
        summary=rules.summary_of(evidence),
    )
