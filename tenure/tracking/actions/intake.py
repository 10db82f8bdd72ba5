"""From the intake log to the lake: what was acknowledged is read, understood, stored and counted.

Everything here can be repeated. Who is who is committed first; events are appended to the lake, where repeats are
recognised by `messageId`; the touched days are counted anew; only then, in one transaction, are the batches done and
the news announced. A kill at any moment makes the same batches be read again, to the same end.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

import structlog
import zstandard
from deltalake.exceptions import DeltaError
from django.db import InterfaceError, OperationalError, connection, transaction

from tenure.customers import queries as customers
from tenure.customers.actions import resolve_calls
from tenure.customers.types import ReattributionKind
from tenure.kernel import tenancy
from tenure.kernel.outbox import announce
from tenure.tracking.actions import storing
from tenure.tracking.actions.hearing import announcement_of, consents_in, remember_told
from tenure.tracking.actions.intake_log import append_refusals
from tenure.tracking.actions.observing import keep_observed, seen_in
from tenure.tracking.actions.rollups import (
    count_uncounted,
    days_moved,
    note_counted,
    note_uncounted,
    refresh_days,
    refresh_people,
)
from tenure.tracking.actions.seeing import see_anew
from tenure.tracking.actions.watching import Stopwatch, Turn, keep_turn
from tenure.tracking.announcements import EventsStored
from tenure.tracking.models import IntakeBatch, RollupProgress
from tenure.tracking.queries.attribution import attribution
from tenure.tracking.rules.gathering import Gathered, Origin, Refused
from tenure.tracking.types import RAW_KEPT, RefusedCall
from tenure.workspaces import queries as workspaces

log = structlog.get_logger(__name__)

CALLS_AT_ONCE = 100_000
BATCHES_AT_ONCE = 5_000
ATTEMPTS = 3
BATCH_KEPT = 16 * 1024 * 1024
"""So much of a batch that could not be stored is kept: it was acknowledged, and can be sent again."""
LARGEST_CONTENT = 256 * 1024 * 1024
BYTES_AT_ONCE = 512 * 1024 * 1024
"""So much is unpacked in one turn, however few calls it is: memory holds it several times over."""
SKEW_BELIEVED = timedelta(seconds=30)
"""A smaller difference between sentAt and our clock is the way the call took, not a wrong clock."""

_INTAKE_LOCK = 7_205_203
_TRANSIENT = (OperationalError, InterfaceError, OSError, MemoryError, DeltaError)


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Batch:
    id: int
    write_key_id: int | None
    received_at: datetime
    sent_at: datetime | None
    content: bytes
    event_count: int
    attempts: int
    source: str


def work_through(workspace_id: int, now: datetime) -> int:
    """Read a portion of a workspace's intake log into the lake; returns how many calls it held.

    One process at a time works on a workspace. 0 when nothing waits or somebody else is at it.
    """
    with tenancy.scope(workspace_id), alone_with(workspace_id) as alone:
        if alone:
            count_uncounted(workspace_id)
        batches = _claimed(workspace_id) if alone else []
        return _store(batches, now, workspace_id)


def _store(batches: Sequence[_Batch], now: datetime, workspace_id: int) -> int:
    """Store batches together; should one of them be impossible, find it by halving and spare its neighbours."""
    if not batches:
        return 0
    try:
        _store_together(batches, now, workspace_id)
        return sum(max(b.event_count, 1) for b in batches)
    except _TRANSIENT:
        raise
    except Exception as error:
        if len(batches) > 1:
            log.warning("intake batches failed together", workspace_id=workspace_id, batches=len(batches))
            half = len(batches) // 2
            return _store(batches[:half], now, workspace_id) + _store(batches[half:], now, workspace_id)
        log.exception("intake batch failed", workspace_id=workspace_id, batch_id=batches[0].id)
        return _put_aside(batches[0], error, now, workspace_id)


def _store_together(batches: Sequence[_Batch], now: datetime, workspace_id: int) -> None:
    watch = Stopwatch()
    timed = storing.timed(_gather(batches))
    watch.lap("read")
    resolution = resolve_calls(timed.calls)
    watch.lap("resolve")
    seen = seen_in(timed)
    heard = consents_in(timed, resolution, workspace_id)
    watch.lap("observe")
    rows = storing.rows_of(timed, resolution)
    days: set[date] = set(rows["dt"].unique().to_pylist())
    progress, _ = RollupProgress.objects.get_or_create()
    note_uncounted(progress, days)
    fresh = storing.append_new(workspace_id, rows)
    watch.lap("append")

    news = customers.reattributions_after(progress.reattribution_id)
    moved = days_moved(workspace_id, news, days)
    refresh_people(workspace_id, rows.select(["person_id", "dt"]), news)
    refresh_days(workspace_id, moved)
    see_anew(news, folded_over=resolution.folded_over, days=days)
    watch.lap("count")

    known = attribution()
    people = {known.person(p) for p in resolution.touched_people}
    accounts = {known.account(a) for a in resolution.touched_accounts} | resolution.touched_accounts
    for each in news:
        if each.kind in (ReattributionKind.ACCOUNT, ReattributionKind.SEEN):
            accounts |= {each.old_id, each.new_id}
        else:
            people |= {each.old_id, each.before_id, each.new_id}
    with transaction.atomic():
        append_refusals(_refusals(timed.refused, workspace_id))
        if news:
            RollupProgress.objects.filter(pk=progress.pk).update(reattribution_id=news[-1].id)
        note_counted(progress, days)
        if days or moved:
            announce(
                EventsStored(
                    workspace_id=workspace_id,
                    at=now,
                    account_ids=sorted(accounts - {0}),
                    person_ids=sorted(people - {0}),
                    first_day=min(days | moved),
                    last_day=max(days | moved),
                    events=fresh,
                )
            )
        if heard:
            announce(announcement_of(heard, workspace_id, now))
            transaction.on_commit(lambda: remember_told(heard, workspace_id))
        keep_observed(seen, now, workspace_id)
        done_at = now + watch.elapsed
        keep_turn(
            Turn(
                workspace_id=workspace_id,
                done_at=done_at,
                waits=[((done_at - b.received_at).total_seconds(), b.event_count) for b in batches],
                stored=fresh,
                refused=len(timed.refused),
                seconds=watch.seconds,
            )
        )
        IntakeBatch.objects.filter(pk__in=[b.id for b in batches]).update(status=IntakeBatch.DONE, processed_at=done_at)


def _gather(batches: Sequence[_Batch]) -> Gathered:
    names = workspaces.write_key_names()
    unpack = zstandard.ZstdDecompressor()

    def unseal(sealed: bytes) -> bytes:
        return unpack.decompress(sealed, max_output_size=LARGEST_CONTENT)

    gathered = Gathered(unseal)
    for batch in batches:
        skew = batch.received_at - batch.sent_at if batch.sent_at else timedelta(0)
        origin = Origin(
            batch_id=batch.id,
            received_at=batch.received_at.astimezone(UTC),
            skew=skew // timedelta(microseconds=1) if abs(skew) > SKEW_BELIEVED else 0,
            source=batch.source or names.get(batch.write_key_id or 0, "sdk"),
        )
        gathered.add(unseal(batch.content), origin, batch.content)
    return gathered


def _put_aside(batch: _Batch, error: Exception, now: datetime, workspace_id: int) -> int:
    """Count a failure of one batch; the third makes it a refusal to be looked at, so that nothing stands still."""
    if batch.attempts + 1 < ATTEMPTS:
        IntakeBatch.objects.filter(pk=batch.id).update(attempts=batch.attempts + 1)
        return 0
    try:
        raw = zstandard.ZstdDecompressor().decompress(batch.content, max_output_size=LARGEST_CONTENT)
    except zstandard.ZstdError:
        raw = batch.content
    refused = RefusedCall(
        workspace_id=workspace_id,
        received_at=batch.received_at,
        code="batch_unreadable",
        reason=f"The batch could not be stored: {type(error).__name__}: {error}"[:2_000],
        source=batch.source,
        raw=raw[:BATCH_KEPT],
        size=len(raw),
        count=max(batch.event_count, 1),
        most_kept=BATCH_KEPT,
        sent_at=batch.sent_at,
        batch_id=batch.id,
    )
    with transaction.atomic():
        append_refusals([refused])
        IntakeBatch.objects.filter(pk=batch.id).update(status=IntakeBatch.DONE, processed_at=now, attempts=ATTEMPTS)
    return max(batch.event_count, 1)


def _refusals(refused: Sequence[Refused], workspace_id: int) -> list[RefusedCall]:
    return [
        RefusedCall(
            workspace_id=workspace_id,
            received_at=r.origin.received_at,
            code=r.fault.code,
            reason=r.fault.reason,
            message_id=r.message_id,
            source=r.origin.source,
            raw=r.raw[:RAW_KEPT],
            size=len(r.raw),
            batch_id=r.origin.batch_id,
        )
        for r in refused
    ]


def _claimed(workspace_id: int) -> list[_Batch]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, write_key_id, received_at, sent_at, content, event_count, attempts, source FROM (
                SELECT *, sum(event_count) OVER (ORDER BY id) - event_count AS before FROM (
                    SELECT * FROM tracking_intakebatch WHERE workspace_id = %s AND status = 0 ORDER BY id LIMIT %s
                ) waiting
            ) counted WHERE before < %s ORDER BY id
            """,
            [workspace_id, BATCHES_AT_ONCE, CALLS_AT_ONCE],
        )
        names = [column.name for column in cursor.description or ()]
        claimed = [_Batch(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]
    sizes = accumulate(_unpacked_size(batch.content) for batch in claimed)
    return [batch for n, (batch, size) in enumerate(zip(claimed, sizes, strict=True)) if not n or size <= BYTES_AT_ONCE]


def _unpacked_size(sealed: bytes) -> int:
    """Return what a batch says its size is; one that cannot say is looked at when it is unpacked."""
    try:
        return max(zstandard.frame_content_size(sealed), 0)
    except zstandard.ZstdError:
        return 0


@contextmanager
def alone_with(workspace_id: int) -> Iterator[bool]:
    """Hold the workspace's intake for this connection; False when another process has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_INTAKE_LOCK, workspace_id])
        (alone,) = cursor.fetchone() or (False,)
    try:
        yield alone
    finally:
        if alone and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_INTAKE_LOCK, workspace_id])
