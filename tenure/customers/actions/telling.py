"""What our own side says about customers: conclusions, answers from calls, who looks after whom."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tenure.customers.actions import facts, hierarchy, journal, lives, sql
from tenure.customers.actions.remembering import remember_owners
from tenure.customers.announcements import AccountTraitsChanged, OwnerChanged, PersonTraitsChanged
from tenure.customers.errors import NoSuchAccount
from tenure.customers.models import Account
from tenure.customers.rules.hierarchy import PARENT_TRAITS
from tenure.customers.rules.traits import Learnt, Said
from tenure.customers.types import SubjectKind
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce, announce_all
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def set_account_traits(account_id: int, traits: Mapping[str, Any], *, source: str, at: datetime | None = None) -> None:
    """Take down what was learnt of one account, with its source."""
    set_traits_of_accounts({account_id: traits}, source=source, at=at)


@transaction.atomic
def set_traits_of_accounts(traits: Mapping[int, Mapping[str, Any]], *, source: str, at: datetime | None = None) -> None:
    """Take down what was learnt of many accounts; the same is not taken down twice, a null takes a trait away."""
    _take_down("account", traits, source, at)


@transaction.atomic
def set_traits_of_people(traits: Mapping[int, Mapping[str, Any]], *, source: str, at: datetime | None = None) -> None:
    """Take down what was learnt of many people."""
    _take_down("person", traits, source, at)


def _take_down(kind: SubjectKind, traits: Mapping[int, Mapping[str, Any]], source: str, at: datetime | None) -> None:
    passed = (at or clock.now()) - _EPOCH
    micros = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
    say(kind, {id_: [Said(name, value, micros, source) for name, value in t.items()] for id_, t in traits.items()})


def say(kind: SubjectKind, said: Mapping[int, Sequence[Said]]) -> None:
    """Take down words about people or accounts; what is said of a merged one is known of the one it is now."""
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    now_is = dict(
        sql.rows(
            f"""
            SELECT id, coalesce(merged_into_id, id) FROM customers_{kind} WHERE workspace_id = %s AND id = ANY(%s)
            """,  # noqa: S608
            [workspace_id, list(said)],
        )
    )
    about: dict[int, list[Said]] = defaultdict(list)
    for id_, words in said.items():
        if id_ in now_is:
            about[now_is[id_]] += words
    changed = facts.learn_about(kind, about, workspace_id)
    journal.keep_set(kind, said, now_is, workspace_id)
    follow_changed(kind, changed, workspace_id)


def follow_changed(kind: SubjectKind, changed: Mapping[int, Learnt], workspace_id: int) -> None:
    """Bring up to date what follows from traits, and tell that they changed."""
    if not changed:
        return
    if kind == "person":
        facts.settle_roles([p for p, known in changed.items() if any(c.name == "role" for c in known.changes)])
        mirrored = facts.mirror_solos(list(changed))
        announce_all(lives.settle_lives(mirrored, workspace_id))
        tell_changed("person", list(changed))
    else:
        mirrored = list(changed)
        facts.mirror_again(mirrored)
        hierarchy.settle_parents(
            [a for a, known in changed.items() if any(c.name in PARENT_TRAITS for c in known.changes)]
        )
        announce_all(lives.settle_lives(changed, workspace_id))
    if mirrored:
        tell_changed("account", mirrored)


def tell_changed(kind: SubjectKind, ids: Sequence[int]) -> None:
    """Tell that facts about people or accounts changed."""
    workspace_id, now = tenancy.current_workspace_id(), clock.now()
    if kind == "person":
        announce(PersonTraitsChanged(workspace_id=workspace_id, at=now, person_ids=sorted(ids)))
    else:
        announce(AccountTraitsChanged(workspace_id=workspace_id, at=now, account_ids=sorted(ids)))


@transaction.atomic
def assign_owner(account_id: int, owner: "Member | None", *, by: "Member | None") -> Account:
    """Make a member look after an account (or nobody); `by` None is Tenure itself."""
    account = Account.objects.select_for_update(no_key=True).filter(pk=account_id, merged_into=None).first()
    if account is None:
        raise NoSuchAccount
    before = account.owner_id
    if before == (owner.pk if owner else None):
        return account
    account.owner = owner
    account.save(update_fields=["owner"])
    remember_owners([account.pk], clock.now())
    record_audit(
        "accounts.assign_owner",
        by=by,
        subject=str(account),
        details={"account_id": account.pk, "before": before, "after": account.owner_id},
    )
    announce(
        OwnerChanged(
            workspace_id=tenancy.current_workspace_id(),
            at=clock.now(),
            account_id=account.pk,
            owner_id=account.owner_id,
            previous_owner_id=before,
            by_id=by.pk if by else None,
        )
    )
    return account
