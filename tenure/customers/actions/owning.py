"""Who looks after whom, many accounts at once."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Case, Value, When

from tenure.customers.actions.remembering import remember_owners
from tenure.customers.announcements import OwnerChanged
from tenure.customers.models import Account
from tenure.kernel import clock, tenancy
from tenure.kernel.outbox import announce_all
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@dataclasses.dataclass(frozen=True, kw_only=True)
class OwnersAssigned:
    """Whose the changed accounts were before, and the entry of the audit trail that remembers it."""

    before: dict[int, int | None]
    audit_id: int | None


@transaction.atomic
def assign_owners(owners: Mapping[int, int | None], *, by: "Member") -> OwnersAssigned:
    """Make members look after accounts, by id (None: nobody); accounts that have that owner already are left alone.

    What it was before comes back, in the form it is asked for: asking for that again undoes it.
    """
    found = Account.objects.select_for_update(no_key=True).filter(pk__in=list(owners), merged_into=None).order_by("pk")
    before = {a.pk: a.owner_id for a in found if a.owner_id != owners[a.pk]}
    if not before:
        return OwnersAssigned(before={}, audit_id=None)
    groups: dict[int | None, list[int]] = {}
    for pk in before:
        groups.setdefault(owners[pk], []).append(pk)
    whens = [When(pk__in=pks, then=Value(owner)) for owner, pks in groups.items() if owner is not None]
    Account.objects.filter(pk__in=list(before)).update(owner=Case(*whens, default=Value(None)))
    remember_owners(list(before), clock.now())
    entry = record_audit(
        "accounts.assign_owners",
        by=by,
        subject=", ".join(str(a) for a in found[:3]) + (" …" if len(before) > 3 else ""),
        details={"accounts": len(before), "previous_owners": {str(pk): owner for pk, owner in before.items()}},
    )
    announce_all(
        OwnerChanged(
            workspace_id=tenancy.current_workspace_id(),
            at=clock.now(),
            account_id=pk,
            owner_id=owners[pk],
            previous_owner_id=previous,
            by_id=by.pk,
        )
        for pk, previous in before.items()
    )
    return OwnersAssigned(before=before, audit_id=entry.pk)
