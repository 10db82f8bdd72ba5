"""Gathered calls as rows of the lake: their times put right, whose they are, and which are new."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers.types import LIFECYCLE_EVENTS, Call, CallKind, Resolution
from tenure.lake import engine, tables
from tenure.tracking.rules.calls import KINDS, Gathered, Refused
from tenure.tracking.rules.refusing import untimely
from tenure.tracking.rules.rollups import NAMED_EVENTS
from tenure.tracking.rules.semantics import MEANT, traits_meant
from tenure.tracking.types.lake import EVENTS

Micros = npt.NDArray[np.int64]

EARLIEST = 946_684_800_000_000
"""2000-01-01 UTC, in microseconds since 1970."""
AHEAD = 86_400_000_000
_DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SORTED = ("dt", "account_id", "person_id", "ts")
_MOMENT = pa.timestamp("us", tz="UTC")


@dataclasses.dataclass(frozen=True)
class Timed:
    """Calls whose times can be believed: `kept` are their places in `gathered`, `call_of` where each is in `calls`."""

    gathered: Gathered
    kept: npt.NDArray[np.int64]
    ts: Micros
    received_at: Micros
    calls: list[Call]
    call_of: npt.NDArray[np.int64]
    refused: list[Refused]


def timed(gathered: Gathered) -> Timed:
    """Put times right and leave out calls from before 2000 or more than a day ahead; fold use by the same ids into one.

    As Segment does: a sender whose clock is wrong is still right about how long before sending something happened.
    """
    received = _micros([o.received_at for o in gathered.origins])
    said = pa.array(gathered.timestamp, _MOMENT)
    is_said = np.asarray(said.is_valid().to_numpy(zero_copy_only=False), bool)
    skew = np.fromiter((o.skew for o in gathered.origins), np.int64, len(gathered))
    stated = np.where(is_said, _plain(said.fill_null(0)) + skew, received)
    early, late = stated < EARLIEST, stated > received + AHEAD
    refused = list(gathered.refused)
    for place in np.flatnonzero(early | late).tolist():
        shown = (_EPOCH + timedelta(microseconds=int(stated[place]))).isoformat()
        fault = untimely(shown, early=bool(early[place]))
        refused.append(Refused(gathered.origins[place], fault, gathered.raw(place), gathered.message_id[place]))
    kept = np.flatnonzero(~(early | late))
    calls, call_of = _folded(gathered, kept.tolist(), stated[kept].tolist())
    calls += _meant(gathered, kept.tolist(), stated[kept].tolist())
    return Timed(gathered, kept, stated[kept], received[kept], calls, call_of, refused)


def rows_of(found: Timed, resolution: Resolution) -> pa.Table:
    """Write the calls as rows of the lake, as of who they are known to be of now."""
    gathered, kept, place = found.gathered, found.kept, found.call_of
    whole = len(kept) == len(gathered)

    def column(values: list[Any]) -> list[Any]:
        return values if whole else [values[i] for i in kept.tolist()]

    return pa.table(
        [
            pa.array(column(gathered.message_id), pa.string()),
            pa.array(np.array(resolution.person_ids, np.int64)[place]),
            pa.array(np.array(resolution.account_ids, np.int64)[place]),
            pa.array(np.array(resolution.named, bool)[place]),
            pa.array(column(gathered.type), pa.string()),
            pa.array(column(gathered.event), pa.string()),
            pa.array(found.ts).cast(_MOMENT),
            pa.array(found.received_at).cast(_MOMENT),
            pa.array([o.source for o in column(gathered.origins)], pa.string()),
            _text(column(gathered.properties)),
            _text(column(gathered.context)),
            pa.array((found.ts // _DAY).astype(np.int32)).cast(pa.date32()),
        ],
        schema=EVENTS.schema,
    )


def append_new(workspace_id: int, rows: pa.Table) -> int:
    """Add the rows that are new to the lake; returns how many those were.

    A message is known by its `messageId` on its day and the days next to it: a retry may state a slightly other time.
    """
    codes = rows["message_id"].combine_chunks().dictionary_encode().indices.to_numpy()
    _, first = np.unique(codes, return_index=True)
    if len(first) < rows.num_rows:
        rows = rows.take(np.sort(first))
    days = {d + timedelta(days=n) for d in rows["dt"].unique().to_pylist() for n in (-1, 0, 1)}
    found = tables.files(workspace_id, EVENTS, days)
    if found:
        engine.name_files(NAMED_EVENTS, EVENTS, found)
        engine.name_rows("tracking_incoming", rows.select(["message_id"]))
        known = engine.run_sql(
            f"""
            SELECT DISTINCT message_id FROM {NAMED_EVENTS}
            WHERE message_id IN (SELECT message_id FROM tracking_incoming)
            """  # noqa: S608  (names are our own)
        )["message_id"]
        if len(known):
            rows = rows.filter(pc.invert(pc.is_in(rows["message_id"], value_set=known.combine_chunks())))
    tables.append(workspace_id, EVENTS, rows.sort_by([(name, "ascending") for name in _SORTED]))
    return int(rows.num_rows)


def _folded(gathered: Gathered, kept: list[int], ts: list[int]) -> tuple[list[Call], npt.NDArray[np.int64]]:
    calls: list[Call] = []
    places: list[int] = []
    folded: dict[tuple[str | None, str | None, str | None], int] = {}
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    stands_alone: dict[str, bool] = {}
    for place, at in zip(kept, ts, strict=True):
        kind = KINDS[gathered.type[place]]
        event = gathered.event[place]
        alone = stands_alone.get(event)
        if alone is None:
            alone = stands_alone[event] = event.lower() in LIFECYCLE_EVENTS
        key = gathered.user_id[place], gathered.anonymous_id[place], gathered.group_id[place]
        if kind is CallKind.USE and not alone:
            known = folded.get(key)
            if known is not None:
                if at > last[known]:
                    last[known] = at
                elif at < first[known]:
                    first[known] = at
                places.append(known)
                continue
            folded[key] = len(calls)
            first[len(calls)] = last[len(calls)] = at
        places.append(len(calls))
        source, traits, previous = (
            gathered.origins[place].source,
            gathered.traits.get(place),
            gathered.previous_id[place],
        )
        calls.append(Call(kind, *key, at, at, source, traits, event if alone else "", previous))
    for known, at in last.items():
        if at != first[known]:
            calls[known] = calls[known]._replace(first_at=first[known], last_at=at)
    return calls, np.array(places, np.int64)


def _meant(gathered: Gathered, kept: list[int], ts: list[int]) -> list[Call]:
    """Return what events with a reserved meaning say, as calls of their own that no row is of."""
    names = {name for name in set(gathered.event) if name.lower() in MEANT}
    if not names:
        return []
    found = []
    for place, at in zip(kept, ts, strict=True):
        event = gathered.event[place]
        if event not in names or gathered.type[place] != "track":
            continue
        try:
            properties = msgspec.json.decode(gathered.properties[place])
        except (ValueError, RecursionError):
            continue
        user, anonymous, group = gathered.user_id[place], gathered.anonymous_id[place], gathered.group_id[place]
        moment = (_EPOCH + timedelta(microseconds=at)).isoformat()
        meant = traits_meant(event, properties, moment, names_account=group is not None)
        if meant is not None:
            about, traits = meant
            found.append(Call(about, user, anonymous, group, at, at, gathered.origins[place].source, traits))
    return found


def _micros(moments: list[datetime]) -> Micros:
    return _plain(pa.array(moments, _MOMENT))


def _plain(moments: pa.Array) -> Micros:
    read: Micros = moments.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return read


def _text(documents: list[bytes]) -> pa.Array:
    try:
        return pa.array(documents, pa.binary()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([d.decode("utf-8", "replace") for d in documents], pa.string())
