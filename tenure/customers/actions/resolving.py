"""Who is who: a whole micro-batch of calls at once, in a fixed number of statements however many calls there are."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from django.db import transaction

from tenure.customers.actions import facts, hierarchy, journal, lives, places, sql
from tenure.customers.actions.places import KnownAccount, Places
from tenure.customers.actions.traces import USER, Move, Trace, TraceKey, gather, link, trace_of
from tenure.customers.announcements import AccountAppeared, AccountsMerged, PeopleMerged, PersonAppeared
from tenure.customers.rules.hierarchy import PARENT_TRAITS
from tenure.customers.rules.identity import Home, home_at
from tenure.customers.rules.traits import Learnt, Said
from tenure.customers.types import LIFECYCLE_EVENTS, Call, CallKind, Resolution
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import Announcement, announce_all


@transaction.atomic
def resolve_calls(calls: Sequence[Call]) -> Resolution:
    """Find or make the people and accounts of calls, merge those found to be one, and learn what the calls say.

    The same calls in any order, in any batches and however often, end in the same state. One batch of a workspace is
    resolved at a time.
    """
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    traces = gather(calls, workspace_id)
    moves = link(traces, calls)
    resolution = settle(calls, traces, moves, workspace_id)
    journal.keep_said(calls, traces, workspace_id)
    return resolution


def settle(
    calls: Sequence[Call],
    traces: dict[TraceKey, Trace],
    moves: Sequence[Move],
    workspace_id: int,
    *,
    absorb: Callable[[facts.SaidOf, Sequence[Move]], None] = facts.add_absorbed,
) -> Resolution:
    """Bring everything that follows from who is who up to date: places, traits, lives, where past use counts."""
    named = places.named_accounts(calls, workspace_id)
    placed = places.place(calls, traces, moves, named, workspace_id)

    accounts = {external_id: account.id for external_id, account in named.items()}
    of_people, of_accounts = facts.said_in(calls, traces, accounts)
    absorb(of_people, moves)
    learnt = facts.learn_about("person", of_people, workspace_id)
    learnt_accounts = facts.learn_about("account", of_accounts, workspace_id)
    facts.settle_roles(sorted({*placed.joined, *(p for p, known in learnt.items() if _says(known.changes, "role"))}))
    mirrored = facts.mirror_solos(sorted({*learnt, *placed.solo_owners}))
    _settle_hierarchy(learnt_accounts, named, workspace_id)

    person_ids, account_ids = _attribute(calls, traces, named, placed)
    now_is = {account.own_id: account.id for account in named.values() if account.own_id != account.id}
    seen_earlier, folded_over = _store_spans(calls, traces, person_ids, account_ids, moves, placed, now_is)
    living = [i for i, call in enumerate(calls) if call.event.lower() in LIFECYCLE_EVENTS]
    lives.store_lifecycle(
        ((calls[i], person_ids[i], account_ids[i] if calls[i].group_id else 0) for i in living), workspace_id
    )
    turned = lives.settle_lives(
        [
            *(id_ for id_, _ in placed.new_accounts),
            *(m.new for m in placed.account_moves),
            *learnt_accounts,
            *mirrored,
            *seen_earlier,
            *(now_is.get(account_ids[i], account_ids[i]) for i in living),
            *lives.accounts_of({*placed.rehomed, *(p for m in moves for p in (m.before, m.after))}),
        ],
        workspace_id,
    )
    lives.store_reattributions(moves, placed.account_moves, placed.rehomed, workspace_id)
    announce_all([*_appeared(traces, moves, placed, workspace_id), *turned])
    people = {t.person_id: t.root for t in traces.values()}
    return Resolution(
        person_ids=person_ids,
        account_ids=account_ids,
        named=[bool(call.group_id) for call in calls],
        people=people,
        touched_people=frozenset(people.values()) | {m.before for m in moves},
        touched_accounts=frozenset(a for a in account_ids if a)
        | frozenset(now_is.values())
        | {id_ for m in placed.account_moves for id_ in m}
        | {h.account_id for p in placed.rehomed for h in placed.homes[p]},
        folded_over=frozenset(folded_over),
    )


def _settle_hierarchy(learnt: Mapping[int, Learnt], named: Mapping[str, KnownAccount], workspace_id: int) -> None:
    told = [id_ for id_, known in learnt.items() if any(change.name in PARENT_TRAITS for change in known.changes)]
    new = [account.id for account in named.values() if account.is_new]
    hierarchy.settle_parents([*told, *(hierarchy.has_parents(new, workspace_id) if new else ())])


def _says(changes: Sequence[Said], name: str) -> bool:
    return any(change.name == name for change in changes)


def _attribute(
    calls: Sequence[Call], traces: dict[TraceKey, Trace], named: Mapping[str, KnownAccount], placed: Places
) -> tuple[list[int], list[int]]:
    person_ids, account_ids = [], []
    for call in calls:
        key = trace_of(call)
        trace = traces[key] if key else None
        person_ids.append(trace.person_id if trace else 0)
        if call.group_id:
            account_ids.append(named[call.group_id].own_id)
        elif trace:
            homes = placed.homes.get(trace.root, [])
            account_ids.append(homes[0].account_id if len(homes) == 1 else home_at(homes, call.first_at))
        else:
            account_ids.append(0)
    return person_ids, account_ids


def _store_spans(
    calls: Sequence[Call],
    traces: dict[TraceKey, Trace],
    person_ids: Sequence[int],
    account_ids: Sequence[int],
    moves: Sequence[Move],
    placed: Places,
    now_is: Mapping[int, int],
) -> tuple[list[int], set[int]]:
    """Note when everybody was seen; returns the accounts seen earlier than was known, and those used nobody knows when.

    Of use that was folded into one call and counts for several accounts, only the ends are known to be of the first
    and of the last of them.
    """
    people, accounts = lives.Spans(), lives.Spans()
    folded_over: set[int] = set()
    root_of = {t.person_id: t.root for t in traces.values()}
    for call, person, account in zip(calls, person_ids, account_ids, strict=True):
        last = call.last_at if call.kind is CallKind.USE else None
        if person:
            people.add(person, call.first_at, last)
            if root_of[person] != person:
                people.add(root_of[person], call.first_at, last)
        if account:
            homes = _homes_over(call, placed.homes.get(root_of.get(person, 0), ()))
            if len(homes) > 1:
                folded_over.update(homes)
                accounts.add(account, call.first_at, call.first_at)
                accounts.add(homes[-1], call.last_at, call.last_at)
            else:
                accounts.add(account, call.first_at, last)
            if account in now_is:
                accounts.add(now_is[account], call.first_at, last)
    people.store("person")
    lives.widen_absorbing(moves)
    moved = [*((m.after, m.person_id) for m in moves), *((root, root) for root in placed.rehomed)]
    earlier = accounts.store("account")
    earlier += lives.widen_accounts(
        [
            (home.account_id, person, home.since, later.since)
            for root, person in moved
            for home, later in pairwise([*placed.homes.get(root, ()), Home(None, 0)])
        ]
    )
    return earlier, folded_over


def _homes_over(call: Call, homes: Sequence[Home]) -> list[int]:
    """Return the accounts that use folded into one call counts for, in order."""
    if call.group_id or len(homes) < 2:
        return [home.account_id for home in homes[:1]]
    return [
        home.account_id
        for home, later in pairwise([*homes, Home(None, 0)])
        if (home.since is None or home.since <= call.last_at) and (later.since is None or later.since > call.first_at)
    ]


def _appeared(
    traces: dict[TraceKey, Trace], moves: Sequence[Move], placed: Places, workspace_id: int
) -> list[Announcement]:
    """Say who is new and who turned out to be whom, in the order of things."""
    new_people = [t.person_id for t in traces.values() if t.is_new and t.key[0] == USER and t.root == t.person_id]
    new_accounts = [id_ for id_, _ in placed.new_accounts]
    seen = dict(
        sql.rows(
            """
            SELECT 'p' || id, first_seen_at FROM customers_person WHERE id = ANY(%s)
            UNION ALL SELECT 'a' || id, first_seen_at FROM customers_account WHERE id = ANY(%s)
            """,
            [new_people, new_accounts],
        )
    )
    now = clock.now()
    return [
        *(
            AccountAppeared(workspace_id=workspace_id, at=seen[f"a{id_}"], account_id=id_, is_solo=is_solo)
            for id_, is_solo in placed.new_accounts
        ),
        *(PersonAppeared(workspace_id=workspace_id, at=seen[f"p{id_}"], person_id=id_) for id_ in new_people),
        *(
            PeopleMerged(workspace_id=workspace_id, at=now, person_id=m.after, merged_person_id=m.person_id)
            for m in moves
            if m.after != m.person_id
        ),
        *(
            AccountsMerged(workspace_id=workspace_id, at=now, account_id=m.new, merged_account_id=m.old)
            for m in placed.account_moves
        ),
    ]
