"""What is said of those a member merged, kept so that it can be said again of the right one when they are parted."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from tenure.customers.actions import sql
from tenure.customers.actions.traces import Trace, TraceKey, trace_of
from tenure.customers.rules.contending import kind_of_source
from tenure.customers.rules.traits import Said, canonical
from tenure.customers.types import Call, CallKind, Micros, SubjectKind

WORKED_OUT_AGAIN = ("billing",)
"""Sources that say anew what they make of whoever was parted: what they said of both together is not said again."""


class _Entry(NamedTuple):
    merge_id: int
    key: str
    content: bytes
    first_at: Micros
    last_at: Micros


def merges_in_force(kind: SubjectKind, workspace_id: int) -> dict[int, int]:
    """Return the latest merge in force of each person or account as they are now: what is said goes to that one."""
    return dict(
        sql.rows(
            f"""
            SELECT coalesce(k.merged_into_id, k.id), max(m.id)
            FROM customers_merge m JOIN customers_{kind} k ON k.id = m.kept_id
            WHERE m.workspace_id = %s AND m.kind = %s AND m.undone_at IS NULL GROUP BY 1
            """,  # noqa: S608
            [workspace_id, kind],
        )
    )


def _named_in_force(workspace_id: int) -> dict[str, int]:
    """Return the latest merge in force of each account by each of the ids that lead to it."""
    in_force = merges_in_force("account", workspace_id)
    if not in_force:
        return {}
    named = sql.rows(
        """
        SELECT external_id, coalesce(merged_into_id, id) FROM customers_account
        WHERE external_id IS NOT NULL AND (id = ANY(%s) OR merged_into_id = ANY(%s))
        """,
        [list(in_force), list(in_force)],
    )
    return {external_id: in_force[id_] for external_id, id_ in named}


def keep_said(calls: Sequence[Call], traces: Mapping[TraceKey, Trace], workspace_id: int) -> None:
    """Keep the calls that are about somebody merged."""
    ((is_any,),) = sql.rows(
        "SELECT EXISTS (SELECT FROM customers_merge WHERE workspace_id = %s AND undone_at IS NULL)", [workspace_id]
    )
    if not is_any:
        return
    people, accounts = merges_in_force("person", workspace_id), _named_in_force(workspace_id)
    entries: list[_Entry] = []
    for call in calls:
        key = trace_of(call)
        merges = {people.get(traces[key].root) if key else None, accounts.get(call.group_id or "")}
        merges.discard(None)
        if merges:
            content = _content(call)
            name = hashlib.sha256(content).hexdigest()
            entries += [_Entry(m, name, content, call.first_at, call.last_at) for m in merges if m]
    _store(entries, workspace_id)


def _content(call: Call) -> bytes:
    parts = [call.kind.value, call.user_id, call.anonymous_id, call.group_id, call.source, call.traits, call.event]
    stands_alone = call.kind is not CallKind.USE or call.event
    return canonical({"call": [*parts, call.previous_id], "at": call.first_at if stands_alone else None})


def keep_set(
    kind: SubjectKind, said: Mapping[int, Sequence[Said]], now_is: Mapping[int, int], workspace_id: int
) -> None:
    """Keep what was said of somebody merged otherwise than by a call; `now_is` says who each one is now."""
    if not said:
        return
    merges = merges_in_force(kind, workspace_id)
    entries = []
    for id_, words in said.items():
        merge = merges.get(now_is.get(id_, id_))
        if merge is not None:
            for word in words:
                content = canonical({"set": [kind, id_, *word]})
                entries.append(_Entry(merge, hashlib.sha256(content).hexdigest(), content, word.at, word.at))
    _store(entries, workspace_id)


def _store(entries: Sequence[_Entry], workspace_id: int) -> None:
    folded: dict[tuple[int, str], _Entry] = {}
    for each in entries:
        known = folded.get((each.merge_id, each.key), each)
        folded[each.merge_id, each.key] = each._replace(
            first_at=min(each.first_at, known.first_at), last_at=max(each.last_at, known.last_at)
        )
    if folded:
        kept = list(folded.values())
        sql.run(
            """
            INSERT INTO customers_saidsince AS s (workspace_id, merge_id, key, content, first_at, last_at)
            SELECT %s, e.* FROM unnest(%s::bigint[], %s::text[], %s::jsonb[], %s::bigint[], %s::bigint[]) AS e
            ON CONFLICT (merge_id, key) DO UPDATE
            SET first_at = least(s.first_at, EXCLUDED.first_at), last_at = greatest(s.last_at, EXCLUDED.last_at)
            """,
            [
                workspace_id,
                [e.merge_id for e in kept],
                [e.key for e in kept],
                [e.content.decode() for e in kept],
                [e.first_at for e in kept],
                [e.last_at for e in kept],
            ],
        )


class SaidAgain(NamedTuple):
    """What was said since a merge: by calls, and of people and accounts otherwise."""

    calls: list[Call]
    sets: dict[SubjectKind, dict[int, list[Said]]]


def take_said(merge_id: int) -> SaidAgain:
    """Return what was said since a merge, and forget it."""
    again = SaidAgain([], {"person": defaultdict(list), "account": defaultdict(list)})
    for content, first, last in sql.rows(
        "SELECT content::text, first_at, last_at FROM customers_saidsince WHERE merge_id = %s ORDER BY first_at, id",
        [merge_id],
    ):
        said: dict[str, Any] = msgspec.json.decode(content)
        if "set" in said:
            kind, id_, *word = said["set"]
            heard = Said(*word)
            if kind_of_source(heard.source).split()[0] not in WORKED_OUT_AGAIN:
                again.sets[kind][id_].append(heard)
            continue
        kind, user, anonymous, group, source, traits, event, previous = said["call"]
        call = Call(CallKind(kind), user, anonymous, group, first, first, source, traits, event, previous)
        again.calls.append(call)
        if last != first:
            again.calls.append(call._replace(first_at=last, last_at=last))
    sql.run("DELETE FROM customers_saidsince WHERE merge_id = %s", [merge_id])
    return again
