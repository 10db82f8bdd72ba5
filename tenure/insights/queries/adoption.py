"""Feature adoption: which share of the active ones used each event."""

from datetime import date
from functools import lru_cache

from tenure.insights.queries.active import active_by_period
from tenure.insights.queries.naming import name_calendar, name_people_by_day
from tenure.insights.queries.readings import today
from tenure.insights.rules import active, named
from tenure.insights.rules.periods import last_day, start
from tenure.insights.types import Grain, MetricRow, Subject
from tenure.lake import engine
from tenure.stats.proportions import share


def adoption(subject: Subject, grain: Grain, since: date, until: date, by: str) -> list[MetricRow]:
    """Return the share of the active ones that used each event in each period; over all events, their mean."""
    everybody = {row.period: row.n for row in active_by_period(subject, grain, since, until, "")}
    first, last = start(since, grain), min(last_day(start(until, grain), grain), today())
    name_people_by_day(first, last)
    name_calendar(first, max(first, last), grain)
    rows = engine.answer(_features_sql(subject)).to_pylist()
    if by:
        return [_row(r["period"], r["event"], r["subjects"], everybody.get(r["period"], 0)) for r in rows] + _unused(
            rows, everybody
        )
    used: dict[date, list[int]] = {}
    for r in rows:
        used.setdefault(r["period"], []).append(r["subjects"])
    return [
        MetricRow(period=period, value=sum(counts) / (len(counts) * everybody[period]), n=everybody[period])
        for period, counts in sorted(used.items())
        if everybody.get(period)
    ]


def accounts_using(grain: Grain, period: date, event: str) -> list[int]:
    """Return the accounts at which somebody did this in the period that begins on a day; "" is anything."""
    name_people_by_day(period, last_day(period, grain))
    table = named.person_day()
    chosen = table.filter(table.account_id != 0)
    if event:
        chosen = chosen.filter(chosen.event == event)
    found = engine.answer(engine.sql_of(chosen.select("account_id").distinct()))
    return sorted(found["account_id"].to_pylist())


def _row(period: date, event: str, count: int, of: int) -> MetricRow:
    seen = share(min(count, of), of)
    return MetricRow(period=period, group=event, value=seen.value, n=of, low=seen.low, high=seen.high)


def _unused(rows: list[dict[str, object]], everybody: dict[date, int]) -> list[MetricRow]:
    """Say 0 of an event that nobody used in a period in which others were."""
    known = {(r["period"], r["event"]) for r in rows}
    events = dict.fromkeys(str(r["event"]) for r in rows)
    return [_row(p, e, 0, of) for p, of in everybody.items() for e in events if (p, e) not in known]


@lru_cache
def _features_sql(subject: Subject) -> str:
    return engine.sql_of(active.features(named.person_day(), subject.column))
