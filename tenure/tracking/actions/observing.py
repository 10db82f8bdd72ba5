"""Keeping the tracking plan true to what arrives: a few statements a micro-batch, however many calls it holds."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from tenure.tracking.actions.storing import Timed
from tenure.tracking.models import Drift, ObservedEvent
from tenure.tracking.queries.plan import days_by_event
from tenure.tracking.rules.observing import USUAL_AFTER, is_stopped, properties_in, spread
from tenure.tracking.types import TRAITS_SEEN_AS, USE_TYPES, DriftKind

MOST_EVENTS = 2_000
"""More names than this are values in the place of names, and are not kept one by one."""
MOST_DRIFTS = 200
NEWS = timedelta(days=30)
"""After so long what is new is new no more."""
LEARNING = timedelta(days=3)
"""For so long after the first event everything is new and nothing is drift."""

_TRAIT_TYPES = pa.array(list(TRAITS_SEEN_AS), pa.string())
_TRAIT_NAMES = tuple(pa.scalar(name, pa.string()) for name in TRAITS_SEEN_AS.values())
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclasses.dataclass(frozen=True, slots=True)
class SeenEvent:
    """One event name, or what one kind of traits is called, in one micro-batch."""

    name: str
    type: str
    first_at: datetime
    last_at: datetime
    looked_at: int
    properties: Counter[tuple[str, str]]


def seen_in(found: Timed) -> list[SeenEvent]:
    """Return the events of a micro-batch and the traits said in it, with the properties of a sample of each."""
    gathered, kept = found.gathered, found.kept
    if not len(kept):
        return []
    names = pc.coalesce(pc.index_in(found.type, value_set=_TRAIT_TYPES), -1)  # -1: known by the event
    names = pc.choose(pc.add(names, 1), found.event, *_TRAIT_NAMES).dictionary_encode()
    codes = names.indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    begins = np.flatnonzero(np.r_[True, np.diff(codes[order]) > 0])
    ts = found.ts[order]
    first, last = np.minimum.reduceat(ts, begins), np.maximum.reduceat(ts, begins)
    seen = []
    for n, begin in enumerate(begins.tolist()):
        end = int(begins[n + 1]) if n + 1 < len(begins) else len(order)
        place = int(kept[order[begin]])
        if gathered.type[place] not in USE_TYPES and gathered.type[place] not in TRAITS_SEEN_AS:
            continue
        looked_at = [int(kept[i]) for i in spread(order[begin:end].tolist())]
        seen.append(
            SeenEvent(
                name=TRAITS_SEEN_AS.get(gathered.type[place], gathered.event[place]),
                type=gathered.type[place],
                first_at=_EPOCH + timedelta(microseconds=int(first[n])),
                last_at=_EPOCH + timedelta(microseconds=int(last[n])),
                looked_at=len(looked_at),
                properties=properties_in(gathered.properties[i] for i in looked_at),
            )
        )
    return seen


def keep_observed(seen: Sequence[SeenEvent], now: datetime, workspace_id: int) -> None:
    """Add what was seen to the plan, in the transaction that stores the micro-batch, and note what is new."""
    if not seen:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), coalesce(min(noticed_at), 'infinity') <= %s FROM tracking_observedevent
            WHERE workspace_id = %s
            """,
            [now - LEARNING, workspace_id],
        )
        known, has_learnt = cursor.fetchone() or (0, False)
        if known >= MOST_EVENTS:
            names = set(ObservedEvent.objects.filter(name__in=[s.name for s in seen]).values_list("name", flat=True))
            seen = [s for s in seen if s.name in names]
        cursor.execute(
            """
            INSERT INTO tracking_observedevent
                (workspace_id, name, type, first_seen_at, last_seen_at, looked_at, noticed_at)
            SELECT %s, name, type, first_at, last_at, looked_at, %s
            FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::bigint[])
                 AS seen (name, type, first_at, last_at, looked_at)
            ORDER BY name
            ON CONFLICT (workspace_id, name) DO UPDATE SET
                first_seen_at = least(tracking_observedevent.first_seen_at, excluded.first_seen_at),
                last_seen_at = greatest(tracking_observedevent.last_seen_at, excluded.last_seen_at),
                looked_at = tracking_observedevent.looked_at + excluded.looked_at
            RETURNING id, name, xmax = 0
            """,
            [
                workspace_id,
                now,
                [s.name for s in seen],
                [s.type for s in seen],
                [s.first_at for s in seen],
                [s.last_at for s in seen],
                [s.looked_at for s in seen],
            ],
        )
        found = cursor.fetchall()
        ids = {name: id_ for id_, name, _ in found}
        rows = [(ids[s.name], name, type_, n, s) for s in seen for (name, type_), n in s.properties.items()]
        cursor.execute(
            """
            INSERT INTO tracking_observedproperty AS known
                (workspace_id, event_id, name, type, seen, first_seen_at, last_seen_at)
            SELECT %s, event, name, type, n, first_at, last_at
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
                 AS seen (event, name, type, n, first_at, last_at)
            ORDER BY event, name, type
            ON CONFLICT (event_id, name, type) DO UPDATE SET
                first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
                last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at),
                seen = known.seen + excluded.seen
            RETURNING event_id, name, type, xmax = 0
            """,
            [
                workspace_id,
                [event for event, *_ in rows],
                [name for _, name, *_ in rows],
                [type_ for _, _, type_, *_ in rows],
                [n for *_, n, _ in rows],
                [s.first_at for *_, s in rows],
                [s.last_at for *_, s in rows],
            ],
        )
        new_types = [
            (event, name, type_) for event, name, type_, is_new in cursor.fetchall() if is_new and type_ != "null"
        ]
        if has_learnt:
            old = {id_ for id_, _, is_new in found if not is_new}
            _note(now, [(DriftKind.NEW_EVENT, name, "", "", "") for _, name, is_new in found if is_new])
            _note(now, _changed_types([t for t in new_types if t[0] in old]))


def notice_stopped(now: datetime) -> int:
    """Flag the events that used to come and no longer do, and end the flags of those that are back."""
    days = days_by_event(now)
    stopped = {name for name, seen in days.items() if is_stopped(seen, now.date())}
    flags = Drift.objects.filter(kind=DriftKind.STOPPED, ended_at=None)
    with transaction.atomic():
        Drift.objects.filter(ended_at=None, noticed_at__lt=now - NEWS).exclude(kind=DriftKind.STOPPED).update(
            ended_at=now
        )
        back = flags.exclude(event__in=stopped).update(ended_at=now)
        fresh = sorted(stopped - set(flags.values_list("event", flat=True)))
        _note(now, [(DriftKind.STOPPED, name, "", days[name][-1].isoformat(), "") for name in fresh])
    return back + len(fresh)


def _changed_types(fresh: Sequence[tuple[int, str, str]]) -> list[tuple[DriftKind, str, str, str, str]]:
    """Return those types, new for (event, property), where another type was usual."""
    if not fresh:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT e.name, f.name, f.type, (
                SELECT p.type FROM tracking_observedproperty p
                WHERE p.event_id = f.event AND p.name = f.name AND p.type NOT IN (f.type, 'null') AND p.seen >= %s
                ORDER BY p.seen DESC, p.type LIMIT 1
            )
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS f (event, name, type)
            JOIN tracking_observedevent e ON e.id = f.event
            """,
            [USUAL_AFTER, [e for e, _, _ in fresh], [n for _, n, _ in fresh], [t for _, _, t in fresh]],
        )
        return [(DriftKind.NEW_TYPE, event, name, was, type_) for event, name, type_, was in cursor.fetchall() if was]


def _note(now: datetime, news: Sequence[tuple[DriftKind, str, str, str, str]]) -> None:
    if not news:
        return
    room = max(0, MOST_DRIFTS - Drift.objects.filter(acknowledged_at=None, ended_at=None).count())
    Drift.objects.bulk_create(
        [
            Drift(kind=kind.value, event=event, property=name, was=was, now=type_, noticed_at=now)
            for kind, event, name, was, type_ in news[:room]
        ],
        ignore_conflicts=True,
    )
