"""What has just arrived, from where, and what was refused; read from the intake log, before it is worked through."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import zstandard
from django.db.models import Max, Q, QuerySet, Sum

from tenure.kernel import tenancy
from tenure.tracking.models import IntakeBatch, Refusal
from tenure.tracking.types import ArrivedCall, RefusalCount
from tenure.workspaces.queries import is_only_workspace, write_keys

_BATCHES_READ = 60
_LARGEST_READ = 32 * 1024 * 1024


def last_heard() -> dict[int, datetime]:
    """Return when each write key of the workspace last brought something, by the key's id."""
    lately = (
        IntakeBatch.objects.exclude(write_key=None)
        .order_by()
        .values_list("write_key_id")
        .annotate(at=Max("received_at"))
    )
    before = write_keys().exclude(last_heard_at=None).order_by().values_list("pk", "last_heard_at")
    return {key: at for key, at in [*before, *lately] if key is not None and at is not None}


def latest_calls(
    limit: int = 50,
    *,
    write_key_id: int | None = None,
    after_batch: int = 0,
    before: tuple[int, int] | None = None,
) -> list[ArrivedCall]:
    """Return the calls that arrived last, newest first; `after_batch` leaves out what a page shows already.

    `before` is the batch and the number of the last call of the page before.
    """
    batches = IntakeBatch.objects.filter(pk__gt=after_batch).order_by("-pk")
    if before is not None:
        batches = batches.filter(pk__lte=before[0])
    if write_key_id is not None:
        batches = batches.filter(write_key_id=write_key_id)
    found: list[ArrivedCall] = []
    for batch in batches[:_BATCHES_READ]:
        found.extend(call for call in _calls(batch) if before is None or (call.batch_id, call.number) < before)
        if len(found) >= limit:
            break
    return found[:limit]


def _calls(batch: IntakeBatch) -> Iterator[ArrivedCall]:
    content = zstandard.ZstdDecompressor().decompress(bytes(batch.content), max_output_size=_LARGEST_READ)
    try:
        calls = msgspec.json.decode(content).get("batch", [])
    except (ValueError, RecursionError):
        # One of them is odd (a number too large, nested too deep); the intake worker will say which.
        return
    for number in range(len(calls) - 1, -1, -1):
        call = calls[number]
        context = call.get("context")
        group = call.get("groupId") or (context.get("groupId") if isinstance(context, dict) else None)
        yield ArrivedCall(
            batch_id=batch.pk,
            number=number,
            received_at=batch.received_at,
            write_key_id=batch.write_key_id,
            source=batch.source,
            type=_text(call.get("type")),
            event=_text(call.get("event") or call.get("name")),
            user_id=_text(call.get("userId")),
            anonymous_id=_text(call.get("anonymousId")),
            group_id=_text(group),
            content=msgspec.json.format(msgspec.json.encode(call), indent=2).decode(),
        )


def _text(value: object) -> str:
    return "" if value is None else str(value)[:200]


def refusals() -> QuerySet[Refusal]:
    """Return what was not taken, newest first.

    What came with a key nobody has belongs to no workspace; it is shown where it can only be meant for this one.
    """
    here = tenancy.current_workspace_id()
    meant = Q(workspace_id=here)
    if is_only_workspace(here):
        meant |= Q(workspace_id=None)
    return Refusal.everywhere.filter(meant).order_by("-pk")


def refusal_counts() -> list[RefusalCount]:
    """Return how many calls were refused for each reason, the most frequent first."""
    counted = refusals().order_by().values_list("code").annotate(total=Sum("count")).order_by("-total", "code")
    return [RefusalCount(code=code, count=total) for code, total in counted]


def strangers(limit: int = 20) -> list[Refusal]:
    """Return what came last with a write key that no workspace has: it is nobody's, so show it with care."""
    return list(Refusal.everywhere.filter(workspace=None).order_by("-pk")[:limit])
