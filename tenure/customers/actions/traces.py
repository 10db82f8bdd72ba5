"""The traces people leave: the ids they were seen under, and which of them are one person."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from tenure.customers.actions import sql
from tenure.customers.rules.identity import Ownership, roots
from tenure.customers.types import Call, CallKind, Micros

USER = "user_id"
ANONYMOUS = "anonymous_id"

TraceKey: TypeAlias = tuple[str, str]


@dataclasses.dataclass(slots=True)
class Trace:
    """One id, the person row of its own that it has, and the person it is known to be."""

    id: int
    key: TraceKey
    person_id: int
    root: int
    owner_id: int | None = None
    owned_at: Micros = 0
    is_new: bool = False
    is_joined: bool = False


class Move(NamedTuple):
    """What the trace `person_id` did belonged to `before` and belongs to `after`."""

    person_id: int
    before: int
    after: int


def trace_of(call: Call) -> TraceKey | None:
    """Return the id a call was made under: the user id if there is one."""
    if call.user_id:
        return USER, call.user_id
    return (ANONYMOUS, call.anonymous_id) if call.anonymous_id else None


def gather(calls: Sequence[Call], workspace_id: int) -> dict[TraceKey, Trace]:
    """Find the trace of every id the calls name; make those that are new."""
    first: dict[TraceKey, Micros] = {}
    for call in calls:
        keys = [(USER, call.user_id), (ANONYMOUS, call.anonymous_id)]
        if call.kind is CallKind.ALIAS:
            keys += [(USER, call.previous_id), (ANONYMOUS, call.previous_id)]
        for kind, value in keys:
            if value:
                key = (kind, value)
                first[key] = min(first.get(key, call.first_at), call.first_at)
    found = {
        (kind, value): Trace(id_, (kind, value), person, root, owner, owned_at or 0, is_joined=joined)
        for id_, kind, value, person, root, owner, owned_at, joined in sql.rows(
            f"""
            SELECT i.id, i.kind, i.value, i.person_id, coalesce(p.merged_into_id, p.id), i.owner_id,
                   {sql.micros("i.owned_at")}, i.joined_to_id IS NOT NULL
            FROM unnest(%s::text[], %s::text[]) AS named (kind, value)
            JOIN customers_identity i ON i.workspace_id = %s AND i.kind = named.kind AND i.value = named.value
            JOIN customers_person p ON p.id = i.person_id
            """,  # noqa: S608
            [[k[0] for k in first], [k[1] for k in first], workspace_id],
        )
    }
    missing = [key for key in first if key not in found]
    for key, (person, id_) in zip(
        missing, sql.fresh_ids(len(missing), "customers_person", "customers_identity"), strict=True
    ):
        found[key] = Trace(id_, key, person, person, is_new=True)
    _insert([found[key] for key in missing], first, workspace_id)
    return found


def _insert(traces: Sequence[Trace], first: dict[TraceKey, Micros], workspace_id: int) -> None:
    if not traces:
        return
    columns = [
        [t.id for t in traces],
        [t.person_id for t in traces],
        [t.key[0] for t in traces],
        [t.key[1] for t in traces],
        [first[t.key] for t in traces],
    ]
    sql.run(
        f"""
        INSERT INTO customers_person (id, workspace_id, external_id, email, name, traits, trait_times, is_anonymous,
                                      timezone, locale, first_seen_at)
        SELECT person, %s, CASE WHEN kind = '{USER}' THEN value END, '', '', '{{}}', '{{}}', kind <> '{USER}', '', '',
               {sql.moment("first")}
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[])
             AS made (id, person, kind, value, first)
        """,  # noqa: S608
        [workspace_id, *columns],
    )
    sql.run(
        """
        INSERT INTO customers_identity (id, workspace_id, kind, value, person_id)
        SELECT id, %s, kind, value, person
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[]) AS made (id, person, kind, value)
        """,
        [workspace_id, *columns[:4]],
    )


def link(traces: dict[TraceKey, Trace], calls: Sequence[Call]) -> list[Move]:
    """Take down which ids were said to be one person; returns the traces that belong to somebody else now.

    An id belongs to the user id it was first seen with (by the time of the calls, not of their arrival), so a shared
    computer never makes two known people one.
    """
    said: dict[TraceKey, tuple[Micros, str]] = {}
    for call in calls:
        if not call.user_id:
            continue
        if call.kind is CallKind.ALIAS:
            known_as = [(USER, call.previous_id), (ANONYMOUS, call.previous_id)]
        else:
            known_as = [(ANONYMOUS, call.anonymous_id)]
        for kind, value in known_as:
            if value and (kind, value) != (USER, call.user_id):
                link_ = (call.first_at, call.user_id)
                said[kind, value] = min(said.get((kind, value), link_), link_)
    changed = []
    involved = set()
    for key, (at, user_id) in said.items():
        trace = traces[key]
        if trace.owner_id is None or at < trace.owned_at or (at == trace.owned_at and user_id < _owner_value(trace)):
            owner = traces[USER, user_id]
            if key[0] == USER:
                involved |= {trace.id, owner.id, trace.owner_id or owner.id}
            trace.owner_id, trace.owned_at = owner.id, at
            changed.append(trace)
    if not changed:
        return []
    sql.run(
        f"""
        UPDATE customers_identity i SET owner_id = said.owner, owned_at = {sql.moment("said.at")}
        FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS said (id, owner, at) WHERE i.id = said.id
        """,  # noqa: S608
        [[t.id for t in changed], [t.owner_id for t in changed], [t.owned_at for t in changed]],
    )
    moves = follow(involved, traces) if involved else []
    by_id = {t.id: t for t in traces.values()}
    for trace in changed:
        owner_root = by_id[trace.owner_id].root if trace.owner_id in by_id else trace.root
        if trace.key[0] == ANONYMOUS and trace.root != owner_root and not trace.is_joined:
            moves.append(Move(trace.person_id, trace.root, owner_root))
            trace.root = owner_root
    store_moves(moves)
    return moves


def store_moves(moves: Sequence[Move]) -> None:
    """Let the traces point at who they are."""
    sql.run(
        """
        UPDATE customers_person p SET merged_into_id = nullif(moved.after, p.id)
        FROM unnest(%s::bigint[], %s::bigint[]) AS moved (person, after) WHERE p.id = moved.person
        """,
        [[m.person_id for m in moves], [m.after for m in moves]],
    )


def _owner_value(trace: Trace) -> str:
    ((value,),) = sql.rows("SELECT value FROM customers_identity WHERE id = %s", [trace.owner_id])
    return str(value)


def follow(involved: Iterable[int], traces: Mapping[TraceKey, Trace]) -> list[Move]:
    """Work out anew who everybody is that is linked with these ids. Rare: alias calls and members link user ids."""
    linked = sql.rows(
        f"""
        WITH RECURSIVE part (id) AS (
            SELECT unnest(%s::bigint[])
            UNION
            SELECT near.id FROM part, LATERAL (
                SELECT c.id FROM customers_identity c WHERE c.owner_id = part.id
                UNION ALL
                SELECT c.id FROM customers_identity c WHERE c.joined_to_id = part.id
                UNION ALL
                SELECT coalesce(i.joined_to_id, i.owner_id) FROM customers_identity i
                WHERE i.id = part.id AND coalesce(i.joined_to_id, i.owner_id) IS NOT NULL
            ) near
        )
        SELECT i.id, i.person_id, coalesce(p.merged_into_id, p.id), coalesce(i.joined_to_id, i.owner_id),
               CASE WHEN i.joined_to_id IS NULL THEN {sql.micros("i.owned_at")} ELSE 0 END, o.value
        FROM part JOIN customers_identity i ON i.id = part.id JOIN customers_person p ON p.id = i.person_id
        LEFT JOIN customers_identity o ON o.id = coalesce(i.joined_to_id, i.owner_id)
        """,  # noqa: S608
        [sorted(involved)],
    )
    found = roots(
        [id_ for id_, *_ in linked],
        {id_: Ownership(owner, at, value) for id_, _, _, owner, at, value in linked if owner is not None},
    )
    person = {id_: person_id for id_, person_id, *_ in linked}
    by_id = {t.id: t for t in traces.values()}
    moves = []
    for id_, person_id, before, *_ in linked:
        after = person[found[id_]]
        if after != before:
            moves.append(Move(person_id, before, after))
        if id_ in by_id:
            by_id[id_].root = after
    return moves
