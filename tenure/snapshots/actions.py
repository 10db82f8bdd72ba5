"""Taking snapshots, once each, and forgetting whom one must forget."""

from datetime import date, datetime, timedelta

from django.db import transaction

from tenure.customers.types import CustomerSet
from tenure.kernel import clock, tenancy
from tenure.kernel.as_of import AsOf
from tenure.lake import tables
from tenure.snapshots import queries, rules
from tenure.snapshots.models import SnapshotTaken
from tenure.snapshots.types import ACCOUNT_WEEK, SETTLED, Known, begin_of, monday_of
from tenure.tracking import queries as tracking

AT_LAST = timedelta(hours=24)


def take_next(now: datetime) -> int:
    """Take the next week that is due in the workspace; returns how many were taken (0 or 1)."""
    first, last = queries.first_week_known(), monday_of(now - SETTLED)
    if first is None or (tracking.waiting_calls() and now < begin_of(last) + AT_LAST):
        return 0
    taken = set(SnapshotTaken.objects.values_list("day", flat=True))
    due = rules.weeks_due(first, last, taken)
    if not due:
        return 0
    take_week(due[0], now)
    return 1


@transaction.atomic
def take_week(day: date, now: datetime) -> SnapshotTaken:
    """Keep every account as it was known at the beginning of a Monday; a week that was taken stays as it is.

    A history that was told later is read as it is known now, and kept as such.
    """
    by_now = AsOf.by_now(begin_of(day), now)
    known = queries.known_of(day, by_now)
    as_of = AsOf.then(begin_of(day)) if known is Known.THEN else by_now
    made, is_new = SnapshotTaken.objects.get_or_create(
        day=day, defaults={"known": known.value, "known_at": as_of.known_at, "taken_at": clock.now()}
    )
    if is_new:
        rows = queries.features_as_of(day, known, as_of)
        tables.replace_days(tenancy.current_workspace_id(), ACCOUNT_WEEK, [day], rows)
        made.accounts = rows.num_rows
        made.save(update_fields=["accounts"])
    return made


def erase_customers(found: CustomerSet) -> dict[str, int]:
    """Take accounts out of every snapshot; returns how many rows went."""
    gone = tables.delete_rows(tenancy.current_workspace_id(), ACCOUNT_WEEK, "account_id", found.account_ids)
    return {"account_week": gone} if gone else {}
