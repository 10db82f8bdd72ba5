"""What members say about which account belongs to which."""

from typing import TYPE_CHECKING

from django.db import transaction

from tenure.customers.actions import sql
from tenure.customers.actions.editing import pin_trait
from tenure.customers.actions.hierarchy import family_above
from tenure.customers.errors import AccountsInCircle, NoSuchAccount, ParentWithoutId
from tenure.customers.models import Account
from tenure.kernel import tenancy
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def set_parent(account_id: int, parent_id: int | None, *, by: "Member | None") -> Account:
    """Say which account this one belongs to, or none; the word is pinned as the trait `parent_id`.

    Raises `AccountsInCircle` when the parent belongs to it already, `ParentWithoutId` when it has no id of its own.
    """
    workspace_id = tenancy.current_workspace_id()
    sql.lock_identities(workspace_id)
    account = Account.objects.filter(pk=account_id, merged_into=None).first()
    if account is None:
        raise NoSuchAccount
    said = ""
    if parent_id is not None:
        parent = Account.objects.filter(pk=parent_id, merged_into=None).first()
        if parent is None:
            raise NoSuchAccount
        if not parent.external_id:
            raise ParentWithoutId
        if parent.pk == account.pk or account.pk in family_above(parent.pk):
            raise AccountsInCircle
        said = parent.external_id
    pin_trait("account", account.pk, "parent_id", said or None, by=by)
    account.refresh_from_db()
    record_audit(
        "accounts.set_parent",
        by=by,
        subject=str(account),
        details={"account_id": account.pk, "parent_id": account.parent_id},
    )
    return account
