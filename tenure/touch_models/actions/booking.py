"""Change the books, and give accounts out as proposed."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.customers import actions as customers
from tenure.customers.actions import OwnersAssigned
from tenure.kernel import clock
from tenure.touch_models.errors import BooksChangedMeanwhile
from tenure.touch_models.models import BooksNow
from tenure.touch_models.queries.proposing import propose
from tenure.touch_models.rules import books_text
from tenure.touch_models.types.books import Books
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


@transaction.atomic
def change_books(books: Books, *, by: "Member | None", version: int | None = None) -> BooksNow:
    """Put other capacities and pooled books in force; raises `BooksChangedMeanwhile`. The audit trail keeps both."""
    plain = books_text.to_json_form(books)
    found = BooksNow.objects.select_for_update().first()
    if version is not None and version != (found.version if found else 0):
        raise BooksChangedMeanwhile
    if found is not None and found.definition == plain:
        return found
    before = found.definition if found else {}
    now = clock.now()
    if found is None:
        found = BooksNow.objects.create(definition=plain, changed_at=now)
    else:
        found.definition, found.changed_at = plain, now
        found.version += 1
        found.save(update_fields=["definition", "changed_at", "version"])
    subject = ", ".join([m.email for m in books.members] + [p.name for p in books.pooled])[:200]
    workspaces.record_audit("books.change", by=by, subject=subject, details={"before": before, "after": plain})
    return found


@transaction.atomic
def give_out(*, by: "Member", account_ids: Collection[int] | None = None) -> OwnersAssigned:
    """Give accounts out as proposed now (only these, if any are named); asking for what was before undoes it."""
    wanted = None if account_ids is None else set(account_ids)
    owners: dict[int, int | None] = {
        each.account_id: each.to_id
        for each in propose().given
        if each.to_id is not None and (wanted is None or each.account_id in wanted)
    }
    return customers.assign_owners(owners, by=by)
