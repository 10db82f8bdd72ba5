"""What members say about who is who: two people or accounts are one, or are not after all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tenure.customers.actions import facts, hierarchy, lives, places, sql, telling
from tenure.customers.actions.journal import take_said
from tenure.customers.actions.parting import Parted, owners_now, put_back, rows_of
from tenure.customers.actions.places import AccountMove
from tenure.customers.actions.remembering import drop_places
from tenure.customers.actions.resolving import resolve_calls, settle
from tenure.customers.actions.traces import Move, Trace, TraceKey, follow, store_moves
from tenure.customers.announcements import AccountsMerged, AccountsParted, PeopleParted
from tenure.customers.errors import CannotBeMerged, MergeUndone, NoSuchAccount, NoSuchMerge, NoSuchPerson
from tenure.customers.models import Account, Affiliation, Identity, Merge, Person, PossibleDuplicate
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.customers.rules.traits import Said
    from tenure.workspaces.models import Member


@transaction.atomic
def merge_people(kept_id: int, merged_id: int, *, by: "Member | None") -> Merge:
    """Make two people one: the ids, traits, places and use of `merged_id` are those of `kept_id` from now on.

    Every later call under either's ids is that one person's, until `part` takes it back.
    """
    sql.lock_identities(tenancy.current_workspace_id())
    kept, merged = _person(kept_id), _person(merged_id)
    if kept.pk == merged.pk or kept.is_anonymous:
        raise CannotBeMerged
    merge = Merge(kind="person", kept_id=kept.pk, merged_id=merged.pk, made_by=by, made_at=clock.now())
    _join_people(merge)
    _audit("people.merge", merge, by, f"{merged} → {kept}")
    return merge


@transaction.atomic
def merge_accounts(kept_id: int, merged_id: int, *, by: "Member | None") -> Merge:
    """Make two accounts one: the people, traits, use and children of `merged_id` are those of `kept_id` from now on."""
    sql.lock_identities(tenancy.current_workspace_id())
    kept, merged = _account(kept_id), _account(merged_id)
    if kept.pk == merged.pk or kept.is_solo:
        raise CannotBeMerged
    merge = Merge(kind="account", kept_id=kept.pk, merged_id=merged.pk, made_by=by, made_at=clock.now())
    _join_accounts(merge)
    _audit("accounts.merge", merge, by, f"{merged} → {kept}")
    return merge


@transaction.atomic
def part(merge_id: int, *, by: "Member | None") -> Merge:
    """Take a merge back: everything is as it was, and what was said since is known of the right one.

    Merges made later that touch the same people or accounts are taken back first and made again afterwards.
    """
    sql.lock_identities(tenancy.current_workspace_id())
    merge = Merge.objects.select_for_update().filter(pk=merge_id).first()
    if merge is None:
        raise NoSuchMerge
    if merge.undone_at is not None:
        raise MergeUndone
    later = _entangled(merge)
    for each in reversed(later):
        _take_back(each)
    _take_back(merge)
    for each in later:
        _make_again(each)
    merge.undone_at, merge.undone_by = clock.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])
    _audit(f"{'people' if merge.kind == 'person' else 'accounts'}.part", merge, by, f"#{merge.merged_id}")
    return merge


def _entangled(merge: Merge) -> list[Merge]:
    """Return the later merges in force that touch what this one touches, or what one of them touches."""
    people, accounts = set(merge.people), set(merge.accounts)
    found = []
    for each in Merge.objects.filter(pk__gt=merge.pk, undone_at=None).order_by("pk"):
        if people.intersection(each.people) or accounts.intersection(each.accounts):
            found.append(each)
            people.update(each.people)
            accounts.update(each.accounts)
    return found


def _make_again(merge: Merge) -> None:
    kept: Any
    merged: Any
    if merge.kind == "person":
        kept, merged = _person(merge.kept_id), _person(merge.merged_id)
    else:
        kept, merged = _account(merge.kept_id), _account(merge.merged_id)
    if kept.pk == merged.pk:
        merge.undone_at = clock.now()
        merge.save(update_fields=["undone_at"])
        return
    merge.kept_id, merge.merged_id = kept.pk, merged.pk
    (_join_people if merge.kind == "person" else _join_accounts)(merge)


def _audit(action: str, merge: Merge, by: "Member | None", subject: str) -> None:
    details = {"merge_id": merge.pk, "kept_id": merge.kept_id, "merged_id": merge.merged_id}
    record_audit(action, by=by, subject=subject[:200], details=details)


def _join_people(merge: Merge) -> None:
    workspace_id = tenancy.current_workspace_id()
    roots = [merge.kept_id, merge.merged_id]
    traces = _traces_of(roots)
    here = [
        id_ for (id_,) in sql.rows("SELECT account_id FROM customers_affiliation WHERE person_id = ANY(%s)", [roots])
    ]
    merge.people = sorted(t.person_id for t in traces.values())
    merge.accounts = sorted({*here, *_parts_of(here)})
    merge.before = rows_of(people=roots, affiliations_of=roots, accounts=merge.accounts, learnt=[])
    moving = [t for t in traces.values() if t.root == merge.merged_id]
    merge.moved = {
        "identities": len(moving),
        "places": Affiliation.objects.filter(person=merge.merged_id).count(),
        "traits": len(Person.objects.get(pk=merge.merged_id).traits),
    }
    by_person = {t.person_id: t for t in traces.values()}
    kept, merged = by_person[merge.kept_id], by_person[merge.merged_id]
    Identity.objects.filter(pk=merged.id).update(joined_to=kept.id)
    moves = follow([kept.id, merged.id], traces)
    store_moves(moves)
    settle([], traces, moves, workspace_id, absorb=_bring_along)
    merge.before["owners"] = owners_now(merge.accounts)
    _finish(merge)
    telling.tell_changed("person", roots)


def _bring_along(of_people: "facts.SaidOf", moves: Sequence[Move]) -> None:
    absorbed = {m.person_id: m.after for m in moves if m.before == m.person_id}
    if absorbed:
        facts.add_lacking("person", of_people, absorbed)


def _join_accounts(merge: Merge) -> None:
    workspace_id = tenancy.current_workspace_id()
    both = [merge.kept_id, merge.merged_id]
    merge.accounts = sorted({*both, *_parts_of(both)})
    merge.people = sorted(set(Affiliation.objects.filter(account__in=both).values_list("person_id", flat=True)))
    merge.before = rows_of(people=[], affiliations_of=merge.people, accounts=merge.accounts, learnt=both)
    old = Affiliation.objects.filter(account=merge.merged_id)
    moved_people = sorted(old.values_list("person_id", flat=True))
    merge.moved = {
        "places": len(moved_people),
        "traits": len(Account.objects.get(pk=merge.merged_id).traits),
        "accounts": Account.objects.filter(parent=merge.merged_id).count(),
    }
    sql.run(
        """
        INSERT INTO customers_affiliation AS f
            (workspace_id, person_id, account_id, role, is_primary, since, role_is_set, chosen_at, learnt_at)
        SELECT workspace_id, person_id, %s, role, is_primary, since, role_is_set, chosen_at, %s
        FROM customers_affiliation WHERE account_id = %s
        ON CONFLICT (person_id, account_id) DO UPDATE SET since = least(f.since, EXCLUDED.since),
            is_primary = f.is_primary OR EXCLUDED.is_primary,
            role = CASE WHEN EXCLUDED.role_is_set AND NOT f.role_is_set THEN EXCLUDED.role ELSE f.role END,
            role_is_set = f.role_is_set OR EXCLUDED.role_is_set,
            chosen_at = greatest(f.chosen_at, EXCLUDED.chosen_at)
        """,
        [merge.kept_id, clock.now(), merge.merged_id],
    )
    drop_places("account_id = %s", [merge.merged_id], clock.now())
    move = AccountMove(merge.merged_id, merge.kept_id)
    places.merge_accounts([move])
    places.settle_primary(moved_people)
    said: dict[int, list[Said]] = {merge.kept_id: []}
    if not Account.objects.get(pk=merge.merged_id).is_solo:  # of one, traits are the person's
        facts.add_lacking("account", said, {merge.merged_id: merge.kept_id})
    facts.learn_about("account", said, workspace_id)
    hierarchy.settle_parents([*both, *hierarchy.has_parents(both, workspace_id)])
    turned = lives.settle_lives([merge.kept_id], workspace_id)
    lives.store_reattributions([], [move], moved_people, workspace_id)
    merged = AccountsMerged(
        workspace_id=workspace_id, at=clock.now(), account_id=merge.kept_id, merged_account_id=merge.merged_id
    )
    announce_all([merged, *turned])
    merge.before["owners"] = owners_now(merge.accounts)
    _finish(merge)
    if moved_people:
        telling.tell_changed("person", moved_people)


def _finish(merge: Merge) -> None:
    merge.save()
    PossibleDuplicate.objects.filter(
        kind=merge.kind,
        first_id=min(merge.kept_id, merge.merged_id),
        second_id=max(merge.kept_id, merge.merged_id),
    ).delete()


def _take_back(merge: Merge) -> None:
    """Part what a merge joined, then say again what was said since."""
    workspace_id = tenancy.current_workspace_id()
    Merge.objects.filter(pk=merge.pk).update(undone_at=clock.now())
    again = take_said(merge.pk)
    person_moves: list[Move] = []
    by_key: dict[TraceKey, Trace] = {}
    if merge.kind == "person":
        traces = {t.person_id: t for t in _traces_of([_person(merge.kept_id).pk]).values()}
        merged = traces[merge.merged_id]
        Identity.objects.filter(pk=merged.id).update(joined_to=None)
        by_key = {t.key: t for t in traces.values()}
        person_moves = follow([t.id for t in traces.values()], by_key)
        store_moves(person_moves)
    parted = put_back(merge.before, kind=merge.kind)
    if merge.kind == "person":  # calls may say by now that they are one
        settle(
            [], by_key, [Move(t.person_id, t.person_id, t.root) for t in _still_absorbed(merge, by_key)], workspace_id
        )
    _say_again(again.calls, again.sets, workspace_id)
    people = sorted({*parted.people, *(m.after for m in person_moves)})
    places.settle_primary(people)
    strays = places.rehome_solos(merge.accounts, but_not=[a["id"] for a in merge.before["accounts"]])
    lives.widen_by_people(parted.accounts)
    lives.store_reattributions(
        person_moves, [*parted.account_moves, *strays], people, workspace_id, parted=parted.accounts
    )
    turned = lives.settle_lives(
        [*parted.accounts, *lives.accounts_of(people), *(m.old for m in parted.account_moves)], workspace_id
    )
    if merge.kind == "account":
        both = [merge.kept_id, merge.merged_id]
        hierarchy.settle_parents([*both, *merge.accounts])
    now = clock.now()
    announce_all(
        [
            *(
                PeopleParted(workspace_id=workspace_id, at=now, person_id=m.before, parted_person_id=m.person_id)
                for m in person_moves
            ),
            *_parted_accounts(parted, strays, workspace_id),
            *turned,
        ]
    )
    if people:
        telling.tell_changed("person", people)
    if merge.kind == "account":
        telling.tell_changed("account", [merge.kept_id, merge.merged_id])


def _still_absorbed(merge: Merge, traces: dict[TraceKey, Trace]) -> list[Trace]:
    both = {merge.kept_id, merge.merged_id}
    return [t for t in traces.values() if t.person_id in both and t.root != t.person_id]


def _parted_accounts(
    parted: Parted, strays: Mapping[AccountMove, int], workspace_id: int
) -> list[AccountsParted | AccountsMerged]:
    """Say which accounts are not part of another any more, and which of these are part of a third."""
    now = clock.now()
    were = parted.were_part_of | {move.old: before for move, before in strays.items()}
    return [
        *(
            AccountsParted(workspace_id=workspace_id, at=now, account_id=before, parted_account_id=old)
            for old, before in were.items()
        ),
        *(
            AccountsMerged(workspace_id=workspace_id, at=now, account_id=move.new, merged_account_id=move.old)
            for move in (*parted.account_moves, *strays)
            if move.new != move.old
        ),
    ]


def _say_again(calls: list[Any], sets: dict[Any, dict[int, list["Said"]]], workspace_id: int) -> None:
    if calls:
        resolve_calls(calls)
    for kind, said in sets.items():
        if said:
            telling.say(kind, said)


def _traces_of(roots: Iterable[int]) -> dict[TraceKey, Trace]:
    """Return every trace of these people."""
    return {
        (kind, value): Trace(id_, (kind, value), person, root, owner, owned_at or 0, is_joined=joined)
        for id_, kind, value, person, root, owner, owned_at, joined in sql.rows(
            f"""
            SELECT i.id, i.kind, i.value, i.person_id, coalesce(p.merged_into_id, p.id), i.owner_id,
                   {sql.micros("i.owned_at")}, i.joined_to_id IS NOT NULL
            FROM customers_person p JOIN customers_identity i ON i.person_id = p.id
            WHERE p.id = ANY(%s) OR p.merged_into_id = ANY(%s)
            """,  # noqa: S608
            [list(roots), list(roots)],
        )
    }


def _parts_of(accounts: Iterable[int]) -> list[int]:
    return list(Account.objects.filter(merged_into__in=list(accounts)).values_list("pk", flat=True))


def _person(pk: int) -> Person:
    found = Person.objects.select_related("merged_into").filter(pk=pk).first()
    if found is None:
        raise NoSuchPerson
    return found.merged_into or found


def _account(pk: int) -> Account:
    found = Account.objects.select_related("merged_into").filter(pk=pk).first()
    if found is None:
        raise NoSuchAccount
    return found.merged_into or found
