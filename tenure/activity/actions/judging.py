"""One pass over a workspace: the use of every account judged, decline signals opened, brought up to date and closed."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from django.db import transaction

from tenure.activity import queries, rules
from tenure.activity.actions.keeping import keep_day_factors, keep_standings
from tenure.activity.actions.telling import tell_verdicts
from tenure.activity.models import UsePass
from tenure.activity.queries.faded import DECLINES, events_of, use_of_people
from tenure.activity.queries.use import frame_of, seats_of, time_zones
from tenure.activity.rules import TERMS, Fall
from tenure.activity.types import ACTIVITY_DECLINE, AtStake, Choices, Faded, FadedEvent, JudgedUse, UsageFrame
from tenure.billing import queries as billing
from tenure.customers import queries as customers
from tenure.kernel import clock
from tenure.signals import actions as signals
from tenure.signals import queries as signal_queries
from tenure.signals.types import CloseReason, Finding
from tenure.stats import decline
from tenure.stats.decline import Judged, Verdict
from tenure.stats.usage import Series, Usage

if TYPE_CHECKING:
    from tenure.signals.models import Signal

_NOBODY = Faded(regular=0, stopped=(), fading=())


def judge_use(as_of: date, *, at_once: int = queries.AT_ONCE) -> JudgedUse | None:
    """Judge the use of every account up to and with a day, and open, refresh and close decline signals by it.

    One pass over the workspace: a few reads of the lake for each `at_once` accounts and a handful of statements. None
    when the day was judged already or there is nothing to judge yet.
    """
    found = _judge(as_of, at_once)
    if found is not None:
        tell_verdicts()
    return found


@dataclasses.dataclass(frozen=True, eq=False)
class _Pass:
    """What a pass works on; accounts are rows."""

    frame: UsageFrame
    usage: Usage
    judged: Judged
    choices: Choices
    open_now: Mapping[int, "Signal"]

    def day(self, column: int) -> date:
        """Return the day of a column."""
        return self.frame.as_of - timedelta(days=TERMS.days - 1 - column)

    def since(self, row: int) -> date:
        """Return when an account's decline began: as its open signal says, or as was found now."""
        if row in self.open_now:
            return date.fromisoformat(self.open_now[row].evidence["since"])
        return self.day(int(self.judged.since[row]))

    def leading(self, row: int) -> Series:
        """Return the series an account's decline shows in most."""
        if row in self.open_now:
            return Series(self.open_now[row].evidence["leading"])
        found: Series = self.judged.leading[row]
        return found


@transaction.atomic
def _judge(as_of: date, at_once: int) -> JudgedUse | None:
    live = signal_queries.live_signals(ACTIVITY_DECLINE)
    choices = queries.choices()
    everyone = frame_of(list(live), as_of, TERMS.days)
    if not everyone.account_ids or not UsePass.objects.get_or_create(day=as_of, defaults={"judged_at": clock.now()})[1]:
        return None
    frame, churned = _of_customers(everyone)
    usage = queries.usage_of(frame, _last_judged(frame), choices.key_events, at_once=at_once)
    row_of = {pk: row for row, pk in enumerate(frame.account_ids)}
    open_now = {row_of[pk]: signal for pk, signal in live.items() if pk in row_of}
    known = np.isin(np.arange(len(frame.account_ids)), list(open_now))
    terms = dataclasses.replace(TERMS, false_share=choices.false_share)
    rate = decline.allowance(queries.opened_lately(as_of, terms.memory_days), terms)
    judged = decline.judge(usage, terms=terms, known=known, rate=rate)
    this = _Pass(frame, usage, judged, choices, open_now)

    back = _recovered(this)
    still = [row for row in open_now if row not in back]
    fresh = [int(row) for row in np.flatnonzero(judged.verdict == Verdict.DECLINING)]
    faded = _faded(this, fresh, still)
    fresh = [row for row in fresh if row in faded]
    evidence = _evidence(this, [*fresh, *still], faded)

    gone = [signal.pk for pk, signal in live.items() if pk not in row_of]
    signals.close_signals([open_now[row].pk for row in back], reason=CloseReason.PASSED)
    signals.close_churned(ACTIVITY_DECLINE, churned)
    signals.close_signals(gone, reason=CloseReason.PASSED)
    done = signals.open_signals([_finding(frame.account_ids[row], found) for row, found in evidence.items()])

    keep_standings(frame, judged, _verdicts(judged, declining=set(fresh) | set(still), back=back), evidence)
    keep_day_factors(frame, judged)
    found = JudgedUse(
        as_of=as_of,
        accounts=len(frame.account_ids),
        declining=len(evidence),
        opened=len(done.opened),
        refreshed=len(done.refreshed),
        recovered=len(back),
        churned=len(churned.keys() & live.keys()),
    )
    kept = {name: value for name, value in dataclasses.asdict(found).items() if name != "as_of"}
    UsePass.objects.filter(day=as_of).update(found=kept)
    return found


def _of_customers(frame: UsageFrame) -> tuple[UsageFrame, dict[int, datetime]]:
    """Leave out accounts that have churned (returned second, with when) or are no more; their silence is no news."""
    facts = customers.account_facts([], frame.account_ids)
    churned = {
        pk: at
        for pk, at in zip(facts["account_id"].to_pylist(), facts["churned_at"].to_pylist(), strict=True)
        if at is not None and at.date() <= frame.as_of
    }
    kept = sorted(set(facts["account_id"].to_pylist()) - churned.keys())
    zones = time_zones(kept)
    return dataclasses.replace(
        frame,
        account_ids=tuple(kept),
        time_zones=tuple(zones.get(pk, "") for pk in kept),
        seats=seats_of(kept, frame.as_of, frame.days),
    ), churned


def _last_judged(frame: UsageFrame) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Return from which column each account counts.

    One whose decline a member closed starts anew: what was the matter then is the usual now.
    """
    first = frame.as_of - timedelta(days=TERMS.days - 1)
    closed = signal_queries.last_judged(ACTIVITY_DECLINE, clock.now() - timedelta(days=TERMS.days + 1))
    columns = [max((closed[pk].date() - first).days, 0) if pk in closed else 0 for pk in frame.account_ids]
    return np.array(columns, dtype=np.intp)


def _recovered(this: _Pass) -> set[int]:
    rows = np.array(list(this.open_now), dtype=np.intp)
    if not rows.size:
        return set()
    kept = rules.usual_from_json([this.open_now[row].evidence["usual"] for row in rows.tolist()])
    factors = {series: each.factor(rows) for series, each in this.judged.rhythms.items()}
    leading = [this.leading(row) for row in rows.tolist()]
    back = decline.recovered(this.usage.of(rows), kept, factors, leading, TERMS)
    found: list[int] = rows[back].tolist()
    return set(found)


def _declines(this: _Pass, rows: list[int]) -> pa.Table:
    since = [this.since(row) for row in rows]
    columns = [
        [this.frame.account_ids[row] for row in rows],
        [day - timedelta(days=TERMS.baseline_days) for day in since],
        since,
    ]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, DECLINES, strict=True)], schema=DECLINES)


def _expected_of(this: _Pass, rows: list[int], series: Series) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return how much of a series was to be expected of accounts since their declines began."""
    expected = []
    for row in rows:
        if row in this.open_now:
            week = this.open_now[row].evidence["usual"].get(series.value) or [0.0]
            expected.append(sum(week) / 7 * ((this.frame.as_of - this.since(row)).days + 1))
        else:
            expected.append(float(this.judged.compared[series].expected[row]))
    return np.array(expected, dtype=np.float64)


def _faded(this: _Pass, fresh: list[int], still: list[int]) -> dict[int, Faded]:
    """Say who faded in each declining account; new declines that only one absent person explains are left out."""
    faded: dict[int, Faded] = {}
    rows = [*fresh, *still]
    days = _by_person(this, rows, Series.PEOPLE)
    for n, row in enumerate(rows):
        ids, expected, actual = days.of(n)
        faded[row] = rules.faded_people(ids, expected, actual)
    for series in this.usage.series:
        led = [row for row in fresh if this.leading(row) == series]
        if not led:
            continue
        people = _by_person(this, led, series)
        more = decline.beyond_one(people.place, people.expected, people.actual, len(led), terms=TERMS)
        for n, row in enumerate(led):
            if not more[n]:
                del faded[row]
    return faded


@dataclasses.dataclass(frozen=True, eq=False)
class _ByPerson:
    """What was to be expected of each person of some accounts, and what was seen."""

    person_ids: list[int]
    place: np.ndarray[Any, np.dtype[np.intp]]
    expected: np.ndarray[Any, np.dtype[np.float64]]
    actual: np.ndarray[Any, np.dtype[np.float64]]

    def of(self, n: int) -> tuple[list[int], Any, Any]:
        """Return the people of one account, with what was expected and seen."""
        own = np.flatnonzero(self.place == n)
        return [self.person_ids[i] for i in own], self.expected[own], self.actual[own]


def _by_person(this: _Pass, rows: list[int], series: Series) -> _ByPerson:
    found = use_of_people(this.frame.as_of, _declines(this, rows), series, this.choices.key_events)
    numbers = {this.frame.account_ids[row]: n for n, row in enumerate(rows)}
    place = np.array([numbers[pk] for pk in found["account_id"].to_pylist()], dtype=np.intp)
    before = found["before"].to_numpy()
    expected = rules.expected_parts(place, before, _expected_of(this, rows, series))
    return _ByPerson(found["person_id"].to_pylist(), place, expected, found["lately"].to_numpy())


def _faded_events(this: _Pass, rows: list[int]) -> dict[int, tuple[FadedEvent, ...]]:
    """Say which events each declining account does less; what was to be expected of each is its part of all."""
    found = events_of(this.frame.as_of, _declines(this, rows))
    numbers = {this.frame.account_ids[row]: n for n, row in enumerate(rows)}
    place = np.array([numbers[pk] for pk in found["account_id"].to_pylist()], dtype=np.intp)
    before, lately = found["before"].to_numpy(), found["lately"].to_numpy()
    # As many days before as the expectation is learnt from: the share of the time since is the same for all events.
    total = np.bincount(place, before, len(rows))
    people = _expected_of(this, rows, Series.PEOPLE)
    known = np.array([_people_before(this, row) for row in rows])
    expected = rules.expected_parts(place, before, total * people / np.maximum(known, 1e-9))
    names = found["event"].to_pylist()
    listed = {}
    for n, row in enumerate(rows):
        own = np.flatnonzero(place == n)
        listed[row] = rules.faded_events([names[i] for i in own], expected[own], lately[own])
    return listed


def _people_before(this: _Pass, row: int) -> float:
    """Return the days of use in the twelve weeks before an account's decline."""
    start = TERMS.days - 1 - (this.frame.as_of - this.since(row)).days
    if start <= 0:
        return 0.0
    return float(this.usage.people[row][max(start - TERMS.baseline_days, 0) : start].sum())


def _evidence(this: _Pass, rows: list[int], faded: Mapping[int, Faded]) -> dict[int, dict[str, Any]]:
    events = _faded_events(this, rows)
    ids = [this.frame.account_ids[row] for row in rows]
    paid = {each.account_id: each.mrr for each in billing.accounts_paying(clock.now(), ids)} if ids else {}
    currency = billing.ledger_choices().currency if paid else ""
    evidence = {}
    for row, pk in zip(rows, ids, strict=True):
        opened = this.open_now.get(row)
        usual = opened.evidence["usual"] if opened else rules.usual_as_json(this.judged.usual, row)
        fall = Fall(
            since=this.since(row),
            p_value=opened.evidence["p_value"] if opened else float(this.judged.p_value[row]),
            confidence=opened.evidence["confidence"] if opened else 1 - float(this.judged.q_value[row]),
            false_share=opened.evidence["false_share"] if opened else this.choices.false_share,
            leading=this.leading(row),
            faded=faded.get(row, _NOBODY),
            events=events[row],
            at_stake=AtStake(amount=paid[pk], currency=currency) if pk in paid else None,
        )
        account = rules.one_account(this.frame.as_of, this.usage, this.judged, row, usual)
        evidence[row] = rules.decline_evidence(account, fall)
    return evidence


def _verdicts(judged: Judged, *, declining: set[int], back: set[int]) -> list[Verdict]:
    """Say what stands of each account after the people were looked at and open signals were weighed."""
    found = [Verdict.NORMAL if v == Verdict.DECLINING else Verdict(v) for v in judged.verdict]
    for row in declining:
        found[row] = Verdict.DECLINING
    for row in back:
        found[row] = Verdict.RECOVERED
    return found


def _finding(account_id: int, evidence: Mapping[str, Any]) -> Finding:
    paid = evidence["at_stake"]
    return Finding(
        account_id=account_id,
        kind=ACTIVITY_DECLINE,
        evidence=evidence,
        summary=rules.summary_of(evidence),
        amount_minor=paid["amount"] if paid else None,
        currency=paid["currency"] if paid else "",
        confidence=evidence["confidence"],
    )
