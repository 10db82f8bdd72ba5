"""Gathered calls as rows of the lake: their times put right, whose they are, and which are new."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tenure.customers.types import LIFECYCLE_EVENTS, Call, CallKind, Resolution
from tenure.kernel import clock
from tenure.lake import engine, tables
from tenure.tracking.rules.calls import KINDS
from tenure.tracking.rules.gathering import Gathered, Refused
from tenure.tracking.rules.refusing import untimely
from tenure.tracking.rules.rollups import NAMED_EVENTS
from tenure.tracking.rules.semantics import MEANT, traits_meant
from tenure.tracking.types.lake import EVENTS

Micros: TypeAlias = npt.NDArray[np.int64]
Places: TypeAlias = npt.NDArray[np.int64]

_DAY = 86_400_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = (clock.EARLIEST - _EPOCH) // timedelta(microseconds=1)
AHEAD = 86_400_000_000
_SORTED = ("dt", "account_id", "person_id", "ts")
_MOMENT = pa.timestamp("us", tz="UTC")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Timed:
    """Calls whose times can be believed: `kept` are their places in `gathered`, `call_of` where each is in `calls`.

    `type`, `event` and `message_id` are of those kept, too.
    """

    gathered: Gathered
    kept: Places
    ts: Micros
    received_at: Micros
    type: pa.Array
    event: pa.Array
    message_id: pa.Array
    calls: list[Call]
    call_of: Places
    refused: list[Refused]


def timed(gathered: Gathered) -> Timed:
    """Put times right and leave out calls from before 1990 or more than a day ahead; fold use by the same ids into one.

    As Segment does: a sender whose clock is wrong is still right about how long before sending something happened.
    """
    batch_of = gathered.batch_of
    received = _micros([o.received_at for o in gathered.origins])[batch_of]
    skew = np.array([o.skew for o in gathered.origins], np.int64)[batch_of]
    said = pa.array(gathered.timestamp, _MOMENT)
    if said.null_count:
        is_said = np.asarray(said.is_valid().to_numpy(zero_copy_only=False), bool)
        stated = np.where(is_said, _plain(said.fill_null(0)) + skew, received)
    else:
        stated = _plain(said) + skew
    early, late = stated < EARLIEST, stated > received + AHEAD
    refused = list(gathered.refused)
    for place in np.flatnonzero(early | late).tolist():
        shown = (_EPOCH + timedelta(microseconds=int(stated[place]))).isoformat()
        fault = untimely(shown, early=bool(early[place]))
        refused.append(Refused(gathered.origin(place), fault, gathered.raw(place), gathered.message_id[place]))
    kept = np.flatnonzero(~(early | late))
    names = [pa.array(column, pa.string()) for column in (gathered.type, gathered.event, gathered.message_id)]
    if len(kept) < len(gathered):
        names = [column.take(pa.array(kept)) for column in names]
    calls, call_of = folded(gathered, kept, stated[kept], *(column.dictionary_encode() for column in names[:2]))
    calls += _meant(gathered, kept.tolist(), stated[kept].tolist())
    types, events, message_ids = names
    return Timed(
        gathered=gathered, kept=kept, ts=stated[kept], received_at=received[kept], type=types, event=events,
        message_id=message_ids, calls=calls, call_of=call_of, refused=refused,
    )  # fmt: skip


def rows_of(found: Timed, resolution: Resolution) -> pa.Table:
    """Write the calls as rows of the lake, as of who they are known to be of now."""
    gathered, kept, place = found.gathered, found.kept, found.call_of
    sources = pa.array([o.source for o in gathered.origins], pa.string())
    properties, context = gathered.properties.column(), gathered.context.column()
    if len(kept) < len(gathered):
        properties, context = properties.take(pa.array(kept)), context.take(pa.array(kept))
    return pa.table(
        [
            found.message_id,
            pa.array(np.array(resolution.person_ids, np.int64)[place]),
            pa.array(np.array(resolution.account_ids, np.int64)[place]),
            pa.array(np.array(resolution.named, bool)[place]),
            found.type,
            found.event,
            pa.array(found.ts).cast(_MOMENT),
            pa.array(found.received_at).cast(_MOMENT),
            sources.take(pa.array(gathered.batch_of[kept])),
            properties,
            context,
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


def folded(
    gathered: Gathered, kept: Places, ts: Micros, types: pa.DictionaryArray, events: pa.DictionaryArray
) -> tuple[list[Call], Places]:
    """Make the calls that say who is who, use by the same ids as one; returns them, and which one each kept call is.

    `types` and `events` are of the kept calls.
    """
    is_use = np.array([KINDS[name] is CallKind.USE for name in types.dictionary.to_pylist()], bool)
    is_plain = np.array([name.lower() not in LIFECYCLE_EVENTS for name in events.dictionary.to_pylist()], bool)
    folds = is_use[types.indices.to_numpy()] & is_plain[events.indices.to_numpy()]
    ids = _codes(gathered.user_id, kept)
    for column in (gathered.anonymous_id, gathered.group_id):
        codes = _codes(column, kept)
        ids = ids * (int(codes.max(initial=0)) + 1) + codes
    ids[~folds] = -1 - np.arange(int((~folds).sum()))
    _, first_place, call_of = np.unique(ids, return_index=True, return_inverse=True)
    order = np.argsort(first_place)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    call_of = rank[call_of]
    first_place = first_place[order]
    first_at, last_at = ts[first_place], ts[first_place]
    np.minimum.at(first_at, call_of, ts)
    np.maximum.at(last_at, call_of, ts)
    origin_of = gathered.batch_of[kept[first_place]]
    calls = []
    for place, folds_, first, last, origin in zip(
        kept[first_place].tolist(), folds[first_place].tolist(), first_at.tolist(), last_at.tolist(),
        origin_of.tolist(), strict=True,
    ):  # fmt: skip
        kind = KINDS[gathered.type[place]]
        calls.append(
            Call(
                kind, gathered.user_id[place], gathered.anonymous_id[place], gathered.group_id[place], first, last,
                gathered.origins[origin].source, gathered.traits.get(place),
                gathered.event[place] if kind is CallKind.USE and not folds_ else "", gathered.previous_id.get(place),
            )
        )  # fmt: skip
    return calls, call_of


def _codes(texts: list[str | None], kept: Places) -> npt.NDArray[np.int64]:
    """Number the different texts from 1; 0 is none."""
    encoded = pa.array(texts, pa.string()).dictionary_encode().indices
    codes: npt.NDArray[np.int64] = encoded.fill_null(-1).to_numpy().astype(np.int64)[kept] + 1
    return codes


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
            found.append(Call(about, user, anonymous, group, at, at, gathered.origin(place).source, traits))
    return found


def _micros(moments: list[datetime]) -> Micros:
    return _plain(pa.array(moments, _MOMENT))


def _plain(moments: pa.Array) -> Micros:
    read: Micros = moments.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return read
