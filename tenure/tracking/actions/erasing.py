"""Forgetting customers: in the lake, which is rewritten, in the intake log and among what was refused."""

from collections.abc import Collection
from datetime import date
from typing import Any

import msgspec
import zstandard
from django.db import transaction

from tenure.customers.types import CustomerSet
from tenure.kernel import clock, keeping, tenancy
from tenure.lake import engine, tables
from tenure.tracking.actions.intake import alone_with, work_through
from tenure.tracking.actions.rollups import refresh_days
from tenure.tracking.errors import IntakeIsBusy
from tenure.tracking.models import IntakeBatch, Refusal
from tenure.tracking.types.lake import ACCOUNT_DAY, EVENTS, MONTHS, PERSON_DAY, SESSION_DAY

NAMES = ("userId", "anonymousId", "previousId", "groupId")
"""Where a call names whom it is about."""


def erase_customers(customers: CustomerSet) -> dict[str, int]:
    """Forget what these customers did; returns how many rows, by where they were.

    What waits in the intake log is read first, so that nothing of them comes back afterwards. Days on which they did
    something are counted anew without them. Raises `IntakeIsBusy` when another process reads the log just then.
    """
    workspace_id = tenancy.current_workspace_id()
    while work_through(workspace_id, clock.now()):
        pass
    with alone_with(workspace_id) as alone:
        if not alone:
            raise IntakeIsBusy
        days = _days_of(customers)
        done = {
            "events of people": tables.delete_rows(workspace_id, EVENTS, "person_id", customers.person_ids),
            "events of accounts": tables.delete_rows(workspace_id, EVENTS, "account_id", customers.account_ids),
        }
        refresh_days(workspace_id, days)
        of_both = {"person_id": customers.person_ids, "account_id": customers.account_ids}
        for column, ids in of_both.items():  # of days, too, whose events are no longer kept
            tables.delete_rows(workspace_id, PERSON_DAY, column, ids)
            tables.delete_rows(workspace_id, SESSION_DAY, column, ids)
            tables.delete_rows(workspace_id, MONTHS[column], "subject", ids)
        tables.delete_rows(workspace_id, ACCOUNT_DAY, "account_id", customers.account_ids)
        done["intake log"] = _forget_in_log(set(customers.words))
    done["refused events"] = _forget_refusals(customers.words)
    return {where: count for where, count in (done | keeping.erase("tracking", customers.named)).items() if count}


def _days_of(customers: CustomerSet) -> list[date]:
    found = tables.files(tenancy.current_workspace_id(), EVENTS)
    if not found:
        return []
    engine.name_files("erasing_events", EVENTS, found)
    people = ", ".join(map(str, customers.person_ids)) or "-1"
    accounts = ", ".join(map(str, customers.account_ids)) or "-1"
    days = engine.run_sql(
        f"SELECT DISTINCT dt FROM erasing_events WHERE person_id IN ({people}) OR account_id IN ({accounts})"  # noqa: S608
    )
    return list(days["dt"].to_pylist())


@transaction.atomic
def _forget_in_log(words: Collection[str]) -> int:
    """Take calls that name them out of batches that were read already; returns how many."""
    gone = 0
    for batch in IntakeBatch.objects.filter(status=IntakeBatch.DONE).order_by("pk").iterator(chunk_size=200):
        try:
            said = msgspec.json.decode(zstandard.ZstdDecompressor().decompress(batch.content))
            calls = said["batch"]
            left = [call for call in calls if not _is_about(call, words)]
        except (zstandard.ZstdError, msgspec.DecodeError, KeyError, TypeError):
            continue
        if len(left) == len(calls):
            continue
        gone += len(calls) - len(left)
        content = zstandard.ZstdCompressor(level=1).compress(msgspec.json.encode({**said, "batch": left}))
        IntakeBatch.objects.filter(pk=batch.pk).update(content=content, event_count=len(left))
    return gone


def _is_about(call: Any, words: Collection[str]) -> bool:
    if not isinstance(call, dict):  # refused when it was read, and still in its batch
        return False
    context = call.get("context") if isinstance(call.get("context"), dict) else {}
    return any(str(call.get(name)) in words for name in NAMES) or str((context or {}).get("groupId")) in words


@transaction.atomic
def _forget_refusals(words: Collection[str]) -> int:
    """Delete refused calls whose text names them; it may be broken, so it is searched for the ids in quotes."""
    marks = [b'"' + word.encode() + b'"' for word in words]
    gone = [
        refusal.pk
        for refusal in Refusal.objects.order_by("pk").iterator(chunk_size=500)
        if any(mark in bytes(refusal.raw) or mark in bytes(refusal.mended or b"") for mark in marks)
    ]
    return Refusal.objects.filter(pk__in=gone).delete()[0]
