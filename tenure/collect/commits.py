"""Group commit: many requests, one INSERT, one flush to disk, then all of them are answered."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import NamedTuple

import structlog

from tenure.collect.limits import Limits
from tenure.collect.refusing import RefusalBook
from tenure.tracking.actions.intake_log import IntakeLog
from tenure.tracking.errors import IntakeLogAway, NotStorable
from tenure.tracking.types import RefusedCall, SealedBatch

log = structlog.get_logger(__name__)

WAKE_EVERY = 0.1
FOLD_EVERY = 1.0
RETRY_EVERY = 0.5


class Overloaded(Exception):
    """More is waiting than can be committed soon, or the database is away: come back later."""


class _Waiting(NamedTuple):
    batch: SealedBatch | None
    refused: Sequence[RefusedCall]
    committed: asyncio.Future[None]


class GroupCommit:
    """The single writer of the intake log. While one group is being flushed the next one gathers."""

    def __init__(self, limits: Limits, intake_log: IntakeLog) -> None:
        self._limits = limits
        self._log = intake_log
        self._waiting: list[_Waiting] = []
        self._waiting_bytes = 0
        self._arrived = asyncio.Event()
        self._enough = asyncio.Event()
        self._senders = 0
        """How many senders had something under way when the last commit ended."""
        self._book = RefusalBook(limits, time.monotonic)
        self._writer: asyncio.Task[None] | None = None
        self._stopping = False
        self._away = True
        self._unheard = False
        self._is_behind = False
        self._measured_at = 0.0
        self._woken_at = self._folded_at = 0.0
        self.commits = 0
        self.committed_calls = 0

    @property
    def is_overloaded(self) -> bool:
        """Whether nothing more is taken just now."""
        return (
            self._stopping
            or self._away
            or self._is_behind
            or len(self._waiting) >= self._limits.waiting_requests
            or self._waiting_bytes >= self._limits.waiting_bytes
        )

    @property
    def waiting(self) -> int:
        """How many requests wait for their commit."""
        return len(self._waiting)

    @property
    def retry_after(self) -> int:
        """After how many seconds a sender should come back when nothing is taken."""
        return self._limits.backlog_retry_after_seconds if self._is_behind else self._limits.retry_after_seconds

    async def start(self) -> None:
        """Connect, or keep trying in the background when the database is away."""
        await self._reconnect()
        self._writer = asyncio.create_task(self._write(), name="group commit")

    async def stop(self) -> None:
        """Commit what waits, then let go."""
        self._stopping = True
        self._arrived.set()
        if self._writer is not None:
            await self._writer
        await self._log.close()

    async def commit(self, batch: SealedBatch | None, refused: Sequence[RefusedCall] = ()) -> None:
        """Return once it is on disk; raises `Overloaded` or `NotStorable`."""
        if self.is_overloaded:
            raise Overloaded
        kept = self._book.admit(refused) if refused else ()
        committed = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(batch, kept, committed))
        if batch is not None:
            self._waiting_bytes += len(batch.content)
        self._arrived.set()
        if len(self._waiting) >= self._senders:
            self._enough.set()
        await committed

    async def _write(self) -> None:
        while self._waiting or not self._stopping:
            if not self._waiting:
                await self._rest()
                continue
            await self._let_others_join()
            group = self._next_group()
            try:
                async with asyncio.timeout(self._limits.commit_seconds):
                    await self._append_on_a_live_line(group)
                    self._senders = len(group) + len(self._waiting)
                    await self._wake_intake()
            except Exception as error:
                # Whatever it was: nobody who waits may wait for ever, and the writer must live on.
                log.warning("not committed", requests=len(group), reason=str(error) or type(error).__name__)
                self._away = True
                await self._log.close()
                self._fail(group)
        with contextlib.suppress(IntakeLogAway, NotStorable):
            await self._keep_folded()

    async def _let_others_join(self) -> None:
        """Give senders that have just been answered a moment to come back, so that one flush serves them all.

        Otherwise they fall into two halves that take turns, and each flush serves half as many.
        """
        wanted = min(self._senders, self._limits.group_requests)
        if len(self._waiting) >= wanted or self._waiting_bytes >= self._limits.group_bytes or self._stopping:
            return
        self._enough.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._limits.joining_seconds):
                await self._enough.wait()

    async def _rest(self) -> None:
        """Wait for the next request; meanwhile do what is due and notice a database that comes back."""
        self._arrived.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WAKE_EVERY if self._unheard else RETRY_EVERY):
                await self._arrived.wait()
                return
        if self._away:
            await self._reconnect()
        else:
            with contextlib.suppress(IntakeLogAway, NotStorable):
                await self._wake_intake()

    async def _reconnect(self) -> None:
        try:
            await self._log.open()
        except IntakeLogAway as error:
            log.warning("intake log away", reason=str(error))
        self._away = not self._log.is_open

    async def _append_on_a_live_line(self, group: list[_Waiting]) -> None:
        try:
            await self._append(group)
        except IntakeLogAway:
            # A connection that died while nobody used it is noticed only now.
            await self._log.open()
            await self._append([one for one in group if not one.committed.done()])

    def _next_group(self) -> list[_Waiting]:
        count = size = 0
        for one in self._waiting:
            size += len(one.batch.content) if one.batch else 0
            if count and (count >= self._limits.group_requests or size > self._limits.group_bytes):
                break
            count += 1
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        self._waiting_bytes -= sum(len(one.batch.content) for one in group if one.batch)
        return group

    async def _append(self, group: list[_Waiting]) -> None:
        try:
            await self._log.append(
                [one.batch for one in group if one.batch], [call for one in group for call in one.refused]
            )
        except NotStorable as error:
            if len(group) == 1:
                log.error("not storable", reason=str(error))
                self._fail(group, error)
                return
            # One value PostgreSQL will not take must not cost its neighbours: commit them one by one.
            for one in group:
                await self._append([one])
            return
        self.commits += 1
        self._unheard = True
        for one in group:
            if one.batch:
                self.committed_calls += one.batch.event_count
            if not one.committed.done():
                one.committed.set_result(None)

    def _fail(self, group: list[_Waiting], why: Exception | None = None) -> None:
        for one in group:
            if not one.committed.done():
                one.committed.set_exception(why or Overloaded())

    async def _wake_intake(self) -> None:
        """Tell the intake worker, though not after every one of hundreds of commits a second."""
        now = time.monotonic()
        if self._unheard and now - self._woken_at >= WAKE_EVERY:
            self._unheard = False
            self._woken_at = now
            await self._log.wake_intake()
        if now - self._folded_at >= FOLD_EVERY:
            await self._keep_folded()
        if self._limits.backlog_calls and now - self._measured_at >= self._limits.backlog_seconds:
            self._measured_at = now
            self._is_behind = await self._log.calls_waiting() >= self._limits.backlog_calls

    async def _keep_folded(self) -> None:
        self._folded_at = time.monotonic()
        folded = self._book.folded()
        if folded:
            await self._log.append([], folded)
