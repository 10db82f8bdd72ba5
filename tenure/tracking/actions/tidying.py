"""Keeping the lake quick to read and the intake log small."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.db.models import Max, Q, Sum

from tenure.kernel.jobs import due_once
from tenure.lake import tables
from tenure.tracking.actions.watching import add_to_tallies
from tenure.tracking.models import IntakeBatch, MicroBatch, Refusal
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, MONTHS, PERSON_DAY, SESSION_DAY
from tenure.workspaces.actions import note_heard

FILES_A_DAY = 24
"""More event files than this of one day are merged; each micro-batch leaves one."""
SORTED_AT_ONCE = 64 << 20
"""Days of so many bytes are sorted again while they are going on."""
LOG_KEPT = timedelta(days=7)
"""How long calls stay in the intake log after they were stored, for looking at and for a second reading."""
REFUSALS_KEPT = timedelta(days=30)
TURNS_KEPT = timedelta(days=2)
SWEEP_EVERY = timedelta(hours=1)
_FORGOTTEN_AT_ONCE = 20_000
_TABLES = (EVENTS, PERSON_DAY, ACCOUNT_DAY, SESSION_DAY, *MONTHS.values())


def tidy(workspace_id: int, now: datetime) -> int:
    """Merge small files and forget what was read long ago; returns how many files and batches went."""
    done = _merge(workspace_id, now)
    if due_once("lake_swept", workspace_id, now, SWEEP_EVERY):
        done += sum(tables.drop_unreferenced(workspace_id, table) for table in _TABLES)
    old = IntakeBatch.objects.filter(status=IntakeBatch.DONE, processed_at__lt=now - LOG_KEPT).order_by("pk")
    if due_once("refusals_swept", workspace_id, now, SWEEP_EVERY):
        done += _forget_refusals(workspace_id, now)
    return done + _forget(list(old.values_list("pk", flat=True)[:_FORGOTTEN_AT_ONCE]))


def _merge(workspace_id: int, now: datetime) -> int:
    """Merge the small files of days, in the order of accounts: who asks for one account then reads a part of each day.

    A day that is small is sorted whenever it has too many files, a large one only once it is over; whatever comes in
    after that is sorted in within the hour.
    """
    a_day = Counter(uri.rpartition("/")[0] for uri in tables.files(workspace_id, EVENTS))
    is_crowded = max(a_day.values(), default=0) > FILES_A_DAY
    is_settling = due_once("days_sorted", workspace_id, now, SWEEP_EVERY)
    if not is_crowded and not is_settling:
        return 0
    done = 0
    days: dict[date, list[tables.FileSpan]] = {}
    for span in tables.spans(workspace_id, EVENTS, "account_id"):
        days.setdefault(span.day, []).append(span)
    for day, files in sorted(days.items()):
        is_small = sum(each.size for each in files) <= SORTED_AT_ONCE
        is_over = is_settling and day < now.date()
        if (is_small and len(files) > FILES_A_DAY) or (is_over and not _in_order(files)):
            done += tables.sort_day(workspace_id, EVENTS, day, "account_id")
            del a_day[next(uri for uri in a_day if uri.endswith(f"dt={day.isoformat()}"))]
    if max(a_day.values(), default=0) > FILES_A_DAY:
        done += tables.compact(workspace_id, EVENTS)
    return done


def _in_order(files: list[tables.FileSpan]) -> bool:
    """Say whether no file begins before the one before it ends."""
    along = sorted(files, key=lambda each: (each.low, each.high))
    return all(one.high <= following.low for one, following in pairwise(along))


@transaction.atomic
def _forget_refusals(workspace_id: int, now: datetime) -> int:
    """Delete what was refused long ago, and turns of the worker; how many there were stays counted."""
    going = Refusal.everywhere.filter(
        Q(workspace_id=workspace_id) | Q(workspace_id=None), received_at__lt=now - REFUSALS_KEPT
    )
    chosen = Refusal.everywhere.filter(pk__in=going.order_by("pk").values("pk")[:_FORGOTTEN_AT_ONCE])
    counted = list(chosen.order_by().values_list("workspace_id", "code").annotate(n=Sum("count")))
    for whose, code, n in counted:
        add_to_tallies(whose, {f"refused.{code}": n})
    MicroBatch.objects.filter(at__lt=now - TURNS_KEPT).delete()
    return chosen.delete()[0]


@transaction.atomic
def _forget(batch_ids: list[int]) -> int:
    """Delete batches; when each write key was last heard is remembered."""
    going = IntakeBatch.objects.filter(pk__in=batch_ids)
    heard = going.exclude(write_key=None).order_by().values_list("write_key_id").annotate(at=Max("received_at"))
    note_heard({key: at for key, at in heard if key is not None})
    return going.delete()[0]
