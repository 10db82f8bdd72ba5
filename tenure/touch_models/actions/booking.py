"""Change the books, and give accounts out as proposed."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import connection, transaction

from tenure.customers import actions as customers
from tenure.customers.actions import OwnersAssigned
from tenure.kernel import clock, tenancy
from tenure.touch_models.errors import BooksChangedMeanwhile, NoSuchBooksVersion
from tenure.touch_models.models import BooksNow, BooksVersion
from tenure.touch_models.queries.proposing import propose
from tenure.touch_models.rules import books_text
from tenure.touch_models.types.books import Books
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

_LOCK = 7_205_331


@transaction.atomic
def change_books(books: Books, *, by: "Member | None", version: int | None = None) -> BooksNow:
    """Put other capacities and pooled books in force; raises `BooksChangedMeanwhile`. The audit trail keeps both."""
    plain = books_text.to_json_form(books)
    _one_at_a_time()
    found = BooksNow.objects.first()
    if version is not None and version != (found.version if found else 0):
        raise BooksChangedMeanwhile
    if found is not None and found.definition == plain:
        return found
    before = found.definition if found else {}
    now = clock.now()
    if found is None:
        found = BooksNow.objects.create(definition=plain, changed_at=now)
    else:
        at = found.changed_at
        BooksVersion.objects.get_or_create(number=found.version, defaults={"definition": before, "at": at})
        found.definition, found.changed_at = plain, now
        found.version += 1
        found.save(update_fields=["definition", "changed_at", "version"])
    BooksVersion.objects.create(number=found.version, definition=plain, at=now, by=by)
    subject = ", ".join([m.email for m in books.members] + [p.name for p in books.pooled])[:200]
    workspaces.record_audit("books.change", by=by, subject=subject, details={"before": before, "after": plain})
    return found


@transaction.atomic
def restore_books(number: int, *, by: "Member | None") -> BooksNow:
    """Put what an earlier version said in force again, as a new one; 0 is none at all. Raises `NoSuchBooksVersion`."""
    if number == 0:
        return change_books(Books(), by=by)
    version = BooksVersion.objects.filter(number=number).first()
    if version is None:
        raise NoSuchBooksVersion
    return change_books(books_text.stored(version.definition), by=by)


def _one_at_a_time() -> None:
    """Wait for whoever else changes the books: of two who save at first, the second finds those of the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, tenancy.current_workspace_id()])


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
