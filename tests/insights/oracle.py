"""Every number of insights, worked out the slow obvious way: plain Python over raw events, one at a time."""

from bisect import bisect_right
from collections import defaultdict
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

USE = {"track", "page", "screen"}


class Happened(NamedTuple):
    account_id: int
    person_id: int
    type: str
    event: str
    ts: object

    @property
    def day(self):
        return self.ts.date()

    def subject(self, kind):
        return self.person_id if kind == "person_id" else self.account_id


def uses(events, kind):
    """The use that counts: somebody's, and of the account's own where accounts are counted."""
    return [e for e in events if e.type in USE and e.person_id and e.subject(kind)]


def active_between(events, kind, first, last, group_of, group):
    return {e.subject(kind) for e in uses(events, kind) if first <= e.day <= last and group_of(e.account_id) == group}


def active_days_between(events, kind, first, last, group_of, group):
    return {
        (e.subject(kind), e.day)
        for e in uses(events, kind)
        if first <= e.day <= last and group_of(e.account_id) == group
    }


def sessions(events, gap_seconds, group_of):
    """For each group and day: sessions begun, whole seconds of time in the app, people. Walks each person's events."""
    found = defaultdict(lambda: [0, 0, set()])
    by_person = sorted(uses(events, "person_id"), key=lambda e: (e.account_id, e.person_id, e.ts))
    for (account, person), theirs in groupby(by_person, key=lambda e: (e.account_id, e.person_id)):
        before = None
        for event in theirs:
            tally = found[group_of(account), event.day]
            tally[2].add(person)
            if before is None or event.ts - before > timedelta(seconds=gap_seconds):
                tally[0] += 1
            else:
                tally[1] += int(event.ts.timestamp()) - int(before.timestamp())
            before = event.ts
    return found


def adopters(events, kind, first, last):
    found = defaultdict(set)
    for e in uses(events, kind):
        if first <= e.day <= last:
            found[e.event].add(e.subject(kind))
    return found


def retention(events, kind, entered, cohort_of, group_of, only=None):
    """How many of each group's cohort were active so many periods later; cohort_of(day) -> (cohort, its number)."""
    seen = defaultdict(set)
    for e in uses(events, kind):
        if only is None or e.event in only:
            seen[e.subject(kind)].add(e.day)
    size, active = defaultdict(int), defaultdict(int)
    for subject, day in entered.items():
        if cohort_of(day) is None:
            continue
        cohort, number = cohort_of(day)
        size[group_of(subject), cohort] += 1
        for age in {cohort_of(d)[1] - number for d in seen[subject] if cohort_of(d)}:
            if age >= 0:
                active[group_of(subject), cohort, age] += 1
    return dict(size), dict(active)


def first_days(events, kind):
    found = {}
    for e in uses(events, kind):
        found[e.subject(kind)] = min(found.get(e.subject(kind), date.max), e.day)
    return found


def funnel(events, kind, steps, limit_seconds, since, until):
    """The best chain of each subject: tries every start, and for each step the first later event, as a person would."""
    chains = {}
    for subject, theirs in groupby(
        sorted(uses(events, kind), key=lambda e: (e.subject(kind), e.ts)), key=lambda e: e.subject(kind)
    ):
        theirs = list(theirs)
        times = [[e.ts for e in theirs if e.event in names] for names in steps]
        for start in times[0]:
            if not since <= start.date() <= until:
                continue
            chain = [start]
            for moments in times[1:]:
                place = bisect_right(moments, chain[-1])
                if place == len(moments) or moments[place] > start + timedelta(seconds=limit_seconds):
                    break
                chain.append(moments[place])
            if subject not in chains or len(chain) > len(chains[subject]):
                chains[subject] = chain
    return chains


def first_times(events, wanted):
    found = {}
    for e in uses(events, "account_id"):
        for name, step in wanted:
            if e.event == name:
                key = e.account_id, step
                found[key] = min(found.get(key, date.max), e.day)
    return found


def months(first, last):
    """A calendar of every day: (day, first day of its month, number of the month)."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(d, d.replace(day=1), d.year * 12 + d.month - 1) for d in days]
