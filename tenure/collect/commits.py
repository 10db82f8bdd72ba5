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
        self._book = RefusalBook(limits, time.monotonic)
        self._writer: asyncio.Task[None] | None = None
        self._stopping = False
        self._woken_at = self._folded_at = 0.0
        self.commits = 0
        self.committed_calls = 0

    @property
    def is_overloaded(self) -> bool:
        """Whether nothing more is taken just now."""
        return (
            self._stopping
            or not self._log.is_open
            or len(self._waiting) >= self._limits.waiting_requests
            or self._waiting_bytes >= self._limits.waiting_bytes
        )

    @property
    def waiting(self) -> int:
        """How many requests wait for their commit."""
        return len(self._waiting)

    async def start(self) -> None:
        """Connect, or keep trying in the background when the database is away."""
        with contextlib.suppress(IntakeLogAway):
            await self._log.open()
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
        await committed

    async def _write(self) -> None:
        while self._waiting or not self._stopping:
            if not self._waiting:
                await self._rest()
                continue
            if not self._log.is_open:
                await self._reconnect()
                continue
            group = self._next_group()
            try:
                async with asyncio.timeout(self._limits.commit_seconds):
                    await self._append(group)
                    await self._wake_intake()
            except NotStorable as error:
                log.error("not storable", reason=str(error))
            except (IntakeLogAway, TimeoutError) as error:
                log.warning("intake log away", reason=str(error) or "no answer in time")
                await self._log.close()
                self._fail(group)
        with contextlib.suppress(IntakeLogAway, NotStorable):
            await self._keep_folded()

    async def _rest(self) -> None:
        """Wait for the next request; meanwhile do what is due and notice a database that comes back."""
        self._arrived.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FOLD_EVERY):
                await self._arrived.wait()
                return
        if not self._log.is_open:
            await self._reconnect()
            return
        with contextlib.suppress(IntakeLogAway, NotStorable):
            await self._keep_folded()

    async def _reconnect(self) -> None:
        try:
            await self._log.open()
            log.info("intake log is back")
        except IntakeLogAway:
            self._fail(self._next_group(everything=True))
            if not self._stopping:
                await asyncio.sleep(0.5)

    def _next_group(self, *, everything: bool = False) -> list[_Waiting]:
        count = size = 0
        for one in self._waiting:
            size += len(one.batch.content) if one.batch else 0
            if not everything and count and (count >= self._limits.group_requests or size > self._limits.group_bytes):
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
        now = time.monotonic()
        if now - self._woken_at >= WAKE_EVERY:
            self._woken_at = now
            await self._log.wake_intake()
        if now - self._folded_at >= FOLD_EVERY:
            await self._keep_folded()

    async def _keep_folded(self) -> None:
        self._folded_at = time.monotonic()
        folded = self._book.folded()
        if folded:
            await self._log.append([], folded)
