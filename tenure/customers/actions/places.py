"""Where people are: the accounts calls name, who is at them, and accounts of one for known people without any."""

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tenure.customers.actions import sql
from tenure.customers.actions.remembering import drop_places, remember_owners
from tenure.customers.actions.traces import USER, Move, Trace, TraceKey, trace_of
from tenure.customers.rules.identity import Home, Place, homes
from tenure.customers.types import Call, Micros, Role
from tenure.kernel import clock


class KnownAccount(NamedTuple):
    """An account by the id its product gave it; `id` is the account it was merged into, if it was."""

    id: int
    is_new: bool
    own_id: int


class AccountMove(NamedTuple):
    """The account of one `old` joined `new`."""

    old: int
    new: int


@dataclasses.dataclass(slots=True)
class Places:
    """Where everybody touched is now, and what came to be so."""

    homes: dict[int, list[Home]]
    new_accounts: list[tuple[int, bool]]
    account_moves: list[AccountMove]
    rehomed: list[int]
    joined: list[int]
    solo_owners: list[int]


@dataclasses.dataclass(slots=True)
class _At:
    real: dict[int, Place] = dataclasses.field(default_factory=dict)
    solo: dict[int, Place] = dataclasses.field(default_factory=dict)

    def homes(self) -> list[Home]:
        places = self.real or self.solo
        if len(places) == 1:
            return [Home(None, next(iter(places)))]
        return homes(list(places.values()))


def named_accounts(calls: Sequence[Call], workspace_id: int) -> dict[str, KnownAccount]:
    """Find the account of every group id the calls name; make those that are new."""
    first: dict[str, Micros] = {}
    for call in calls:
        if call.group_id:
            first[call.group_id] = min(first.get(call.group_id, call.first_at), call.first_at)
    if not first:
        return {}
    found = {
        external_id: KnownAccount(id_, False, own_id)
        for external_id, id_, own_id in sql.rows(
            """
            SELECT a.external_id, coalesce(a.merged_into_id, a.id), a.id FROM customers_account a
            WHERE a.workspace_id = %s AND a.external_id = ANY(%s)
            """,
            [workspace_id, list(first)],
        )
    }
    missing = [external_id for external_id in first if external_id not in found]
    ids = [id_ for (id_,) in sql.fresh_ids(len(missing), "customers_account")]
    _insert_accounts(ids, missing, [first[m] for m in missing], solo=[None] * len(ids), workspace_id=workspace_id)
    return found | {m: KnownAccount(id_, True, id_) for m, id_ in zip(missing, ids, strict=True)}


def _insert_accounts(
    ids: Sequence[int],
    external_ids: Sequence[str | None],
    first: Sequence[Micros],
    *,
    solo: Sequence[int | None],
    workspace_id: int,
) -> None:
    if ids:
        sql.run(
            f"""
            INSERT INTO customers_account (id, workspace_id, external_id, name, domain, is_solo, solo_person, traits,
                                           trait_times, first_seen_at)
            SELECT id, %s, external_id, coalesce(external_id, ''), '', solo IS NOT NULL, solo, '{{}}', '{{}}',
                   {sql.moment("first")}
            FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[]) AS made (id, external_id, solo, first)
            """,  # noqa: S608
            [workspace_id, list(ids), list(external_ids), list(solo), list(first)],
        )


def place(
    calls: Sequence[Call],
    traces: Mapping[TraceKey, Trace],
    moves: Sequence[Move],
    accounts: Mapping[str, KnownAccount],
    workspace_id: int,
) -> Places:
    """Put people where the calls say they are.

    Who joins an account leaves their account of one, which becomes part of it. The whole batch is looked at before
    anything is decided: identify and group in one batch make no account of one.
    """
    absorbed = {m.person_id: m.after for m in moves if m.before == m.person_id}
    named: dict[tuple[int, int], Place] = {}
    first: dict[int, Micros] = {}
    for call in calls:
        key = trace_of(call)
        if key is None:
            continue
        root = traces[key].root
        first[root] = min(first.get(root, call.first_at), call.first_at)
        if call.group_id:
            account_id = accounts[call.group_id].id
            place_ = named.get((root, account_id))
            if place_ is None or call.first_at < place_.since:
                named[root, account_id] = Place(account_id, call.first_at, call.group_id)
    for person_id, root in absorbed.items():
        if person_id in first:
            first[root] = min(first.get(root, first[person_id]), first[person_id])
    touched = set(first) | set(absorbed) | set(absorbed.values())
    here = _existing(touched)
    for person_id, root in absorbed.items():
        for account_id, place_ in here[person_id].real.items():
            earlier = named.get((root, account_id))
            named[root, account_id] = earlier.joined_with(place_) if earlier else place_
    new_people = {t.person_id for t in traces.values() if t.is_new}
    known = {t.root for t in traces.values() if t.key[0] == USER or t.root != t.person_id}
    made = Places({}, [(a.id, False) for a in accounts.values() if a.is_new], [], [], [], [])
    solos_of: defaultdict[int, list[Place]] = defaultdict(list)
    for person_id, root in absorbed.items():
        solos_of[root] += here[person_id].solo.values()
    joins: defaultdict[int, list[Place]] = defaultdict(list)
    for (root, account_id), place_ in named.items():
        stored = here[root].real.get(account_id)
        wanted = stored.joined_with(place_) if stored else place_
        if wanted != stored:
            joins[root].append(wanted)
    changed: list[int] = []
    without: list[int] = []
    for root in touched - set(absorbed):
        at = here[root]
        solos = [*at.solo.values(), *solos_of.get(root, ())]
        if not (root in joins or solos_of.get(root)) and (solos or at.real or root not in known):
            made.homes[root] = at.homes()
            continue
        before = at.homes()
        at.real |= {place_.account_id: place_ for place_ in joins.get(root, ())}
        if at.real:
            target = homes(list(at.real.values()))[0].account_id
            made.account_moves += [AccountMove(s.account_id, target) for s in solos]
            at.solo = {}
        elif solos:
            kept = min(solos, key=lambda s: s.account_id)
            made.account_moves += [AccountMove(s.account_id, kept.account_id) for s in solos if s is not kept]
            at.solo = {kept.account_id: kept}
        elif root in known:
            without.append(root)
        moved = {m.old: m.new for m in made.account_moves}
        after = at.homes()
        if [h._replace(account_id=moved.get(h.account_id, h.account_id)) for h in before] != after and (
            len(after) > 1 or root not in new_people
        ):
            made.rehomed.append(root)
        made.homes[root] = after
        changed.append(root)
    _make_solos(without, first, here, made, traces, workspace_id)
    _store(changed, here, absorbed, made, workspace_id)
    return made


def _existing(people: Iterable[int]) -> defaultdict[int, _At]:
    found: defaultdict[int, _At] = defaultdict(_At)
    for person, is_solo, *place_ in sql.rows(
        f"""
        SELECT f.person_id, a.is_solo, f.account_id, {sql.micros("f.since")}, coalesce(a.external_id, ''),
               CASE WHEN f.role_is_set THEN f.role ELSE '' END, {sql.micros("f.chosen_at")}
        FROM customers_affiliation f JOIN customers_account a ON a.id = f.account_id WHERE f.person_id = ANY(%s)
        """,  # noqa: S608
        [list(people)],
    ):
        at = found[person]
        (at.solo if is_solo else at.real)[place_[0]] = Place(*place_)
    return found


def _make_solos(
    people: Sequence[int],
    first: Mapping[int, Micros],
    here: defaultdict[int, _At],
    made: Places,
    traces: Mapping[TraceKey, Trace],
    workspace_id: int,
) -> None:
    ids = [id_ for (id_,) in sql.fresh_ids(len(people), "customers_account")]
    _insert_accounts(ids, [None] * len(ids), [first[p] for p in people], solo=people, workspace_id=workspace_id)
    for person, account in zip(people, ids, strict=True):
        here[person].solo = {account: Place(account, first[person], "")}
        made.homes[person] = [Home(None, account)]
        made.new_accounts.append((account, True))
        made.solo_owners.append(person)


def _store(
    changed: Sequence[int], here: Mapping[int, _At], absorbed: Mapping[int, int], made: Places, workspace_id: int
) -> None:
    wanted = [
        (
            root,
            place_.account_id,
            place_.since,
            place_.account_id == made.homes[root][-1].account_id,
            place_.role,
            place_.chosen,
        )
        for root in changed
        for place_ in (here[root].real or here[root].solo).values()
    ]
    made.joined = [root for root in changed if here[root].real or here[root].solo]
    left = [m.old for m in made.account_moves]
    if left or absorbed:
        drop_places("person_id = ANY(%s) OR account_id = ANY(%s)", [list(absorbed), left], clock.now())
    if wanted:
        now = clock.now()
        sql.run(
            f"""
            WITH wanted AS (
                SELECT person, account, is_primary, role, {sql.moment("since")} AS since,
                       {sql.moment("chosen")} AS chosen
                FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::boolean[], %s::text[], %s::bigint[])
                     AS wanted (person, account, since, is_primary, role, chosen)
            ), former AS (
                INSERT INTO customers_formerplace
                    (workspace_id, person_id, account_id, role, since, chosen_at, learnt_at, left_at)
                SELECT f.workspace_id, f.person_id, f.account_id, f.role, f.since, f.chosen_at, f.learnt_at, %s
                FROM customers_affiliation f
                JOIN wanted w ON w.person = f.person_id AND w.account = f.account_id
                WHERE w.since < f.since OR w.chosen > coalesce(f.chosen_at, '-infinity')
            )
            INSERT INTO customers_affiliation
                (workspace_id, person_id, account_id, role, is_primary, since, role_is_set, chosen_at, learnt_at)
            SELECT %s, person, account, coalesce(nullif(role, ''), '{Role.USER}'), is_primary, since, role <> '',
                   chosen, %s
            FROM wanted
            ON CONFLICT (person_id, account_id) DO UPDATE
            SET since = least(customers_affiliation.since, EXCLUDED.since), is_primary = EXCLUDED.is_primary,
                role = CASE WHEN EXCLUDED.role_is_set THEN EXCLUDED.role ELSE customers_affiliation.role END,
                role_is_set = customers_affiliation.role_is_set OR EXCLUDED.role_is_set,
                chosen_at = greatest(customers_affiliation.chosen_at, EXCLUDED.chosen_at),
                learnt_at = CASE
                    WHEN EXCLUDED.since < customers_affiliation.since
                      OR EXCLUDED.chosen_at > coalesce(customers_affiliation.chosen_at, '-infinity')
                    THEN EXCLUDED.learnt_at ELSE customers_affiliation.learnt_at END
            """,  # noqa: S608
            [*map(list, zip(*wanted, strict=True)), now, workspace_id, now],
        )
    if left:
        merge_accounts(made.account_moves)


def merge_accounts(moves: Sequence[AccountMove]) -> None:
    """Let accounts be part of others, with when they were seen and who looked after them."""
    pairs = [[m.old for m in moves], [m.new for m in moves]]
    sql.run(
        """
        UPDATE customers_account a SET merged_into_id = moved.new
        FROM unnest(%s::bigint[], %s::bigint[]) AS moved (old, new)
        WHERE a.id = moved.old OR a.merged_into_id = moved.old
        """,
        pairs,
    )
    sql.run(
        """
        UPDATE customers_account a SET first_seen_at = least(a.first_seen_at, joined.first),
            last_seen_at = greatest(a.last_seen_at, joined.last), owner_id = coalesce(a.owner_id, joined.owner)
        FROM (
            SELECT moved.new, min(o.first_seen_at) AS first, max(o.last_seen_at) AS last, max(o.owner_id) AS owner
            FROM unnest(%s::bigint[], %s::bigint[]) AS moved (old, new) JOIN customers_account o ON o.id = moved.old
            GROUP BY moved.new
        ) joined
        WHERE a.id = joined.new
        """,
        pairs,
    )
    remember_owners(sorted({m.new for m in moves}), clock.now())


def settle_primary(people: Iterable[int]) -> None:
    """Mark the account where the unnamed use of people counts now."""
    here = _existing(people)
    primary = {person: at.homes()[-1].account_id for person, at in here.items() if at.real or at.solo}
    sql.run(
        """
        UPDATE customers_affiliation f SET is_primary = (f.account_id = p.account)
        FROM unnest(%s::bigint[], %s::bigint[]) AS p (person, account)
        WHERE f.person_id = p.person AND f.is_primary <> (f.account_id = p.account)
        """,
        [list(primary), list(primary.values())],
    )


def rehome_solos(accounts: Iterable[int], *, but_not: Iterable[int]) -> dict[AccountMove, int]:
    """Let accounts of one that joined these since follow their people to where they are now.

    Returns the moves, and of each where it was until now.
    """
    joined = sql.rows(
        """
        SELECT a.id, a.merged_into_id, coalesce(p.merged_into_id, p.id) FROM customers_account a
        JOIN customers_person p ON p.id = a.solo_person
        WHERE a.merged_into_id = ANY(%s) AND NOT a.id = ANY(%s)
        """,
        [list(accounts), list(but_not)],
    )
    here = _existing(person for *_, person in joined)
    moves: dict[AccountMove, int] = {}
    for account, before, person in joined:
        at_home = here[person].homes()
        if at_home and at_home[0].account_id not in (before, account):
            moves[AccountMove(account, at_home[0].account_id)] = before
    if moves:
        sql.run(
            """
            UPDATE customers_account a SET merged_into_id = m.new
            FROM unnest(%s::bigint[], %s::bigint[]) AS m (old, new) WHERE a.id = m.old
            """,
            [[m.old for m in moves], [m.new for m in moves]],
        )
    return moves
