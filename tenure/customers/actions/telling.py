"""What our own side says about customers: conclusions, answers from calls, who looks after whom."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tenure.customers.actions import facts, lives, sql
from tenure.customers.announcements import OwnerChanged
from tenure.customers.errors import NoSuchAccount
from tenure.customers.models import Account
from tenure.customers.rules.traits import Said
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce
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


def _take_down(kind: Any, traits: Mapping[int, Mapping[str, Any]], source: str, at: datetime | None) -> None:
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    passed = (at or clock.now()) - _EPOCH
    micros = (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
    own = {
        id_
        for (id_,) in sql.rows(
            f"SELECT id FROM customers_{kind} WHERE workspace_id = %s AND id = ANY(%s)",  # noqa: S608
            [workspace_id, list(traits)],
        )
    }
    said = {
        id_: [Said(name, value, micros, source) for name, value in known.items()]
        for id_, known in traits.items()
        if id_ in own
    }
    changed = facts.learn_about(kind, said, workspace_id)
    if kind == "person":
        facts.settle_roles([p for p, known in changed.items() if any(c.name == "role" for c in known.changes)])
        lives.settle_lives(facts.mirror_solos(list(changed)), workspace_id)
    else:
        lives.settle_lives(changed, workspace_id)


@transaction.atomic
def assign_owner(account_id: int, owner: "Member | None", *, by: "Member | None") -> Account:
    """Make a member look after an account (or nobody); `by` None is Tenure itself."""
    account = Account.objects.select_for_update().filter(pk=account_id, merged_into=None).first()
    if account is None:
        raise NoSuchAccount
    before = account.owner_id
    if before == (owner.pk if owner else None):
        return account
    account.owner = owner
    account.save(update_fields=["owner"])
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
