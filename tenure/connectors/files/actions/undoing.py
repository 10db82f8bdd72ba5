"""Taking an import back: what it said, where nothing newer said otherwise, and whom it made, where nobody met them."""

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from django.db import transaction

from tenure.connectors.files.actions.writing import source_of
from tenure.connectors.files.errors import ImportNotReady
from tenure.connectors.files.models import Import, Touched
from tenure.connectors.files.types import Status
from tenure.customers import actions as customers
from tenure.customers.types import Words
from tenure.kernel import clock, keeping
from tenure.workspaces.actions import record_audit

if TYPE_CHECKING:
    from tenure.workspaces.models import Member

AT_ONCE = 500
OTHERS = ("billing", "channels", "playbooks", "journeys", "signals")
"""Domains in which somebody or something has to do with an account or person, once there is a row about them."""


@transaction.atomic
def undo_import(of: Import, *, by: "Member | None") -> Import:
    """Begin to take an import back; a stage does it. Raises `ImportNotReady` unless it is done."""
    of = Import.objects.select_for_update().get(pk=of.pk)
    if of.status not in (Status.DONE, Status.FAILED) or of.said_at is None:
        raise ImportNotReady
    of.status = Status.UNDOING.value
    of.save(update_fields=["status"])
    record_audit("imports.undo", by=by, subject=of.file_name, details={"import_id": of.pk, "kind": of.kind})
    return of


@transaction.atomic
def undo_some(pk: int) -> int:
    """Take back a portion: people before accounts; returns how many were looked at."""
    of = Import.objects.select_for_update(skip_locked=True).filter(pk=pk, status=Status.UNDOING).first()
    if of is None or of.said_at is None:
        return 0
    for kind in ("person", "account"):
        portion = list(
            Touched.objects.filter(of=of, is_undone=False, **{f"{kind}__isnull": False}).order_by("pk")[:AT_ONCE]
        )
        if portion:
            _undo(of, kind, portion)
            return len(portion)
    of.status, of.undone_at = Status.UNDONE.value, clock.now()
    of.save(update_fields=["status", "undone_at"])
    return 1


def _undo(of: Import, kind: Literal["person", "account"], portion: list[Touched]) -> None:
    assert of.said_at is not None
    words = Words(
        source=source_of(of), first_at=of.said_at, last_at=of.said_at + timedelta(microseconds=of.last_number)
    )
    made = {id_ for t in portion if t.was_made and (id_ := _subject(t, kind))}
    met = _met(kind, made)
    Touched.objects.filter(pk__in=[t.pk for t in portion]).update(is_undone=True)
    gone = set(customers.remove_untouched(kind, made - met, words))
    left = [id_ for t in portion if (id_ := _subject(t, kind)) and id_ not in gone]
    of.taken_back += customers.take_back_words(kind, left, words)
    of.removed += len(gone)
    of.kept += len(made - gone)
    of.save(update_fields=["taken_back", "removed", "kept"])


def _met(kind: str, ids: Iterable[int]) -> set[int]:
    wanted = set(ids)
    found: set[int] = set()
    for app in OTHERS:
        for _, row in keeping.rows_about(app, {f"customers.{kind}": wanted}):
            found |= {value for value in row.values() if isinstance(value, int) and value in wanted}
    return found


def _subject(touched: Touched, kind: str) -> int | None:
    return touched.person_id if kind == "person" else touched.account_id
