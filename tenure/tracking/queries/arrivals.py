"""What has just arrived, from where, and what was refused; read from the intake log, before it is worked through."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import zstandard
from django.db.models import Max, Q, QuerySet, Sum

from tenure.kernel import clock, tenancy
from tenure.lake import engine, tables
from tenure.tracking.errors import CallForgotten
from tenure.tracking.models import IntakeBatch, Refusal
from tenure.tracking.queries.attribution import attribution, name_events
from tenure.tracking.types import ArrivedCall, Became, RefusalCount
from tenure.tracking.types.lake import EVENTS
from tenure.workspaces.queries import is_only_workspace, write_keys

_BATCHES_READ = 60
_BATCHES_SEARCHED = 400
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
    type_: str = "",
    search: str = "",
) -> list[ArrivedCall]:
    """Return the calls that arrived last, newest first; `after_batch` leaves out what a page shows already.

    `before` is the batch and the number of the last call of the page before. `search` is part of the event or of an id;
    with it, or with a type, more batches are looked through.
    """
    batches = IntakeBatch.objects.filter(pk__gt=after_batch).order_by("-pk")
    if before is not None:
        batches = batches.filter(pk__lte=before[0])
    if write_key_id is not None:
        batches = batches.filter(write_key_id=write_key_id)
    found: list[ArrivedCall] = []
    words = search.lower()
    for batch in batches[: _BATCHES_SEARCHED if type_ or words else _BATCHES_READ]:
        found.extend(
            call
            for call in _calls(batch)
            if (before is None or (call.batch_id, call.number) < before)
            and (not type_ or call.type == type_)
            and (not words or _says(call, words))
        )
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


def _says(call: ArrivedCall, words: str) -> bool:
    texts = (call.event, call.user_id, call.anonymous_id, call.group_id)
    return any(words in text.lower() for text in texts)


def _text(value: object) -> str:
    return "" if value is None else str(value)[:200]


def latest_refused_at_the_door(limit: int, *, after: int = 0) -> list[Refusal]:
    """Return what never came as far as the intake log, newest first; `after` leaves out what a page shows already."""
    return list(refusals().filter(batch_id=None, pk__gt=after)[:limit])


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
    """Return how many calls were refused for each reason, the most frequent first; what came in later is apart."""
    came_in = Q(replayed_at__isnull=False)
    counted = refusals().order_by().values("code")
    counted = counted.annotate(
        out=Sum("count", filter=~came_in, default=0), later=Sum("count", filter=came_in, default=0)
    )
    found = counted.order_by("-out", "-later", "code")
    return [RefusalCount(code=each["code"], count=each["out"], came_in=each["later"]) for each in found]


def strangers(limit: int = 20) -> list[Refusal]:
    """Return what came last with a write key that no workspace has: it is nobody's, so show it with care."""
    return list(Refusal.everywhere.filter(workspace=None).order_by("-pk")[:limit])


def what_became_of(batch_id: int, number: int) -> Became:
    """Say what a call in the intake log became: who it was by, where it counts, or why it was refused.

    Raises `CallForgotten` when it is not in the log any more.
    """
    batch = IntakeBatch.objects.filter(pk=batch_id).first()
    call = next((c for c in _calls(batch) if c.number == number), None) if batch else None
    if batch is None or call is None:
        raise CallForgotten
    if batch.processed_at is None:
        return Became(state="waiting", seconds=max(0.0, (clock.now() - batch.received_at).total_seconds()))
    seconds = max(0.0, (batch.processed_at - batch.received_at).total_seconds())
    said = msgspec.json.decode(call.content)
    named = said.get("messageId")
    refused = Refusal.everywhere.filter(batch_id=batch_id, message_id=named or "")
    if (named or batch.event_count == 1) and (found := refused.first()):
        return Became(state="refused", seconds=seconds, refusal_id=found.pk, code=found.code, reason=found.reason)
    row = _stored(named or f"{batch_id}-{number}", batch.received_at, said.get("timestamp"))
    if row is None:
        return Became(state="repeated", seconds=seconds)
    return Became(
        state="stored", seconds=seconds, person_id=row["person_id"], account_id=row["account_id"], event=row["event"],
        at=row["ts"],
    )  # fmt: skip


def _stored(message_id: str, received_at: datetime, said_at: object) -> dict[str, Any] | None:
    """Find a call in the lake, on the days it can be on."""
    moments = [received_at]
    if isinstance(said_at, str):
        with contextlib.suppress(ValueError):
            moments.append(datetime.fromisoformat(said_at))
    days = {m.date() + timedelta(days=n) for m in moments for n in (-1, 0, 1)}
    found = tables.files(tenancy.current_workspace_id(), EVENTS, days)
    if not found:
        return None
    events = name_events(found, attribution())
    chosen = events.filter(events.message_id == message_id).limit(1)
    rows = engine.run_sql(engine.sql_of(chosen.select("person_id", "account_id", "event", "ts"))).to_pylist()
    return rows[0] if rows else None
