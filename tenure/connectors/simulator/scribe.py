"""Writes the batches of the coming steps in a process of its own, while the present step is being lived through."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime
from types import TracebackType
from typing import IO, Self, TypeVar

import msgspec
import zstandard

from tenure.connectors.simulator.types import WorldSpec
from tenure.connectors.simulator.world import World, batch_bodies

T = TypeVar("T")

CALLS_A_BATCH = 400
_SIZE = 8


class Written(msgspec.Struct, frozen=True):
    """One batch, compressed as the intake log keeps it, and how many calls are in it."""

    content: bytes
    calls: int


class _World(msgspec.Struct, frozen=True):
    seed: int
    accounts: int
    months: int
    until: date


class _Order(msgspec.Struct, frozen=True):
    since: datetime
    until: datetime
    held_out: frozenset[str]


def write_batches(world: World, *, since: datetime, until: datetime, held_out: frozenset[str]) -> list[Written]:
    """Write what happens in a stretch of time, as an SDK would have sent it at its end."""
    calls = world.calls_between(since, until, held_out=held_out)
    compressor = zstandard.ZstdCompressor(level=1)
    return [
        Written(compressor.compress(body), min(CALLS_A_BATCH, len(calls) - number * CALLS_A_BATCH))
        for number, body in enumerate(batch_bodies(calls, sent_at=until, calls_a_batch=CALLS_A_BATCH))
    ]


class Scribe:
    """Takes orders for stretches of time and delivers their batches in the order they were asked for.

    It ends with the process that started it, however that ends: its pipe breaks.
    """

    def __init__(self, spec: WorldSpec) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tenure.connectors.simulator.scribe"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._send(_World(spec.seed, spec.accounts, spec.months, spec.until))

    def order(self, *, since: datetime, until: datetime, held_out: frozenset[str]) -> None:
        """Ask for a stretch of time."""
        self._send(_Order(since, until, held_out))

    def deliver(self) -> Sequence[Written]:
        """Wait for the batches of the oldest order."""
        assert self._process.stdout is not None
        return _received(self._process.stdout, list[Written])

    def _send(self, said: msgspec.Struct) -> None:
        assert self._process.stdin is not None
        _sent(self._process.stdin, said)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _sent(pipe: IO[bytes], said: object) -> None:
    content = msgspec.msgpack.encode(said)
    pipe.write(len(content).to_bytes(_SIZE, "big") + content)
    pipe.flush()


def _received(pipe: IO[bytes], kind: type[T]) -> T:
    """Read one message; raises `EOFError` when the other side is gone."""
    size = pipe.read(_SIZE)
    if len(size) < _SIZE:
        raise EOFError
    content = pipe.read(int.from_bytes(size, "big"))
    return msgspec.msgpack.decode(content, type=kind)


def _write(orders: IO[bytes], letters: IO[bytes]) -> None:
    """Work off orders until nobody listens any more."""
    try:
        told = _received(orders, _World)
        world = World(WorldSpec(seed=told.seed, accounts=told.accounts, months=told.months, until=told.until))
        while True:
            order = _received(orders, _Order)
            written = write_batches(world, since=order.since, until=order.until, held_out=order.held_out)
            _sent(letters, written)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


if __name__ == "__main__":
    _write(sys.stdin.buffer, sys.stdout.buffer)
