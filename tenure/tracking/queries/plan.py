"""The tracking plan: its rules, what was observed, and what drifts."""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet

from tenure.kernel import clock
from tenure.kernel.tenancy import current_workspace_id
from tenure.lake import engine, tables
from tenure.tracking.errors import DriftUnknown, RuleUnknown
from tenure.tracking.models import Drift, ObservedEvent, ObservedProperty, PlanRule
from tenure.tracking.rules.observing import is_stopped, usual_type
from tenure.tracking.rules.rollups import NAMED_EVENTS, NAMED_PERSON_DAY
from tenure.tracking.rules.screening import screen_from
from tenure.tracking.types import TRAITS_SEEN_AS, Place, PlannedEvent, PlannedProperty, RuleGiven, RuleKind, Screen
from tenure.tracking.types.lake import EVENTS, PERSON_DAY

DAYS = 28
"""How many days back the plan counts, and looks for what has stopped."""


def rules() -> QuerySet[PlanRule]:
    """Return the workspace's rules, by what they are about."""
    return PlanRule.objects.select_related("created_by").order_by("event", "field", "pk")


def rule(pk: int) -> PlanRule:
    """Return one rule; raises `RuleUnknown`."""
    found = PlanRule.objects.filter(pk=pk).first()
    if found is None:
        raise RuleUnknown
    return found


def screen_of(workspace_id: int) -> Screen | None:
    """Return a workspace's rules ready to be held against calls, or None; asked by the door, outside any scope."""
    found = PlanRule.everywhere.filter(workspace_id=workspace_id)
    return screen_from(
        (
            RuleGiven(kind=RuleKind(r.kind), event=r.event, new_name=r.new_name, field=r.field, place=Place(r.place))
            for r in found
        ),
        hash_key(workspace_id),
    )


def hash_key(workspace_id: int) -> bytes:
    """Return the key that properties of a workspace are hashed with: who has only the database cannot undo it."""
    subject = f"tenure.tracking.hash:{workspace_id}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), subject, hashlib.sha256).digest()


def drifts() -> QuerySet[Drift]:
    """Return what drifts and nobody has acknowledged, newest first."""
    return Drift.objects.filter(acknowledged_at=None, ended_at=None).order_by("-noticed_at", "-pk")


def drift(pk: int) -> Drift:
    """Return one change; raises `DriftUnknown`."""
    found = Drift.objects.filter(pk=pk).first()
    if found is None:
        raise DriftUnknown
    return found


def days_by_event(now: datetime) -> dict[str, list[date]]:
    """Return on which of the latest days each event came, in order."""
    days: dict[str, list[date]] = defaultdict(list)
    for name, day, _, _ in _use(now):
        days[name].append(day)
    return days


def planned_events(search: str = "", names: Iterable[str] | None = None) -> list[PlannedEvent]:
    """Return the events that have been observed, the most frequent of the latest days first."""
    now = clock.now()
    daily: dict[str, list[tuple[date, int]]] = defaultdict(list)
    people: dict[str, int] = {}
    for name, day, calls, of in _use(now):
        daily[name].append((day, calls))
        people[name] = of
    found = ObservedEvent.objects.annotate(properties=Count("observed__name", distinct=True))
    if search:
        found = found.filter(name__icontains=search)
    if names is not None:
        found = found.filter(name__in=list(names))
    return sorted(
        (
            PlannedEvent(
                name=each.name,
                type=each.type,
                first_seen_at=each.first_seen_at,
                last_seen_at=each.last_seen_at,
                calls=sum(n for _, n in daily[each.name]),
                people=people.get(each.name, 0),
                properties=each.properties,
                is_stopped=is_stopped([day for day, _ in daily[each.name]], now.date()),
                daily=tuple(daily[each.name]),
            )
            for each in found
        ),
        key=lambda e: (-e.calls, e.name),
    )


def planned_properties(event: str) -> list[PlannedProperty]:
    """Return the properties observed in calls of an event, the most frequent first."""
    found: dict[str, list[ObservedProperty]] = defaultdict(list)
    for each in ObservedProperty.objects.filter(event__name=event).select_related("event").order_by("name", "type"):
        found[each.name].append(each)
    return sorted(
        (
            PlannedProperty(
                name=name,
                types={t.type: t.seen for t in types},
                usual_type=usual_type({t.type: t.seen for t in types}),
                seen=sum(t.seen for t in types),
                looked_at=types[0].event.looked_at,
                first_seen_at=min(t.first_seen_at for t in types),
                last_seen_at=max(t.last_seen_at for t in types),
            )
            for name, types in found.items()
        ),
        key=lambda p: (-p.seen, p.name),
    )


def _use(now: datetime) -> list[tuple[str, date, int, int]]:
    """Count calls by event and day over the latest days, with the people of all those days; by event, day.

    Traits have no rollup: their calls are counted in the raw events.
    """
    days = [now.date() - timedelta(days=n) for n in range(DAYS)]
    engine.name_files(NAMED_PERSON_DAY, PERSON_DAY, tables.files(current_workspace_id(), PERSON_DAY, days))
    engine.name_files(NAMED_EVENTS, EVENTS, tables.files(current_workspace_id(), EVENTS, days))
    named = " ".join(f"WHEN '{type_}' THEN '{name}'" for type_, name in TRAITS_SEEN_AS.items())
    rows = engine.run_sql(
        f"""
        SELECT d.event, d.dt, d.calls, p.people FROM
            (SELECT event, dt, cast(sum(n) AS BIGINT) AS calls FROM {NAMED_PERSON_DAY} GROUP BY event, dt) d
            JOIN (SELECT event, count(DISTINCT person_id) AS people FROM {NAMED_PERSON_DAY} GROUP BY event) p
            ON p.event = d.event
        UNION ALL SELECT * FROM (
            SELECT t.event, t.dt, t.calls, p.people FROM
                (SELECT CASE type {named} END AS event, dt, count(*) AS calls FROM {NAMED_EVENTS}
                 WHERE type IN ('identify', 'group') GROUP BY type, dt) t
                JOIN (SELECT CASE type {named} END AS event,
                             count(DISTINCT CASE WHEN person_id <> 0 THEN person_id END) AS people
                      FROM {NAMED_EVENTS} WHERE type IN ('identify', 'group') GROUP BY type) p
                ON p.event = t.event
        )
        ORDER BY 1, 2
        """  # noqa: S608  (names are our own)
    )
    return list(zip(*(rows[name].to_pylist() for name in ("event", "dt", "calls", "people")), strict=True))
