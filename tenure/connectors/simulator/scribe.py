"""Writes the batches of the coming steps in a process of its own, while the present step is being lived through."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO

import msgspec
import zstandard

from tenure.connectors.simulator.letters import Companion, receive, send
from tenure.connectors.simulator.types import WorldSpec
from tenure.connectors.simulator.world import World, batch_bodies

CALLS_A_BATCH = 400


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


class Scribe(Companion):
    """Takes orders for stretches of time and delivers their batches in the order they were asked for."""

    def __init__(self, spec: WorldSpec) -> None:
        super().__init__(__name__)
        self.tell(_World(spec.seed, spec.accounts, spec.months, spec.until))

    def order(self, *, since: datetime, until: datetime, held_out: frozenset[str]) -> None:
        """Ask for a stretch of time."""
        self.tell(_Order(since, until, held_out))

    def deliver(self) -> Sequence[Written]:
        """Wait for the batches of the oldest order."""
        return self.hear(list[Written])


def _write(orders: IO[bytes], letters: IO[bytes]) -> None:
    """Work off orders until nobody listens any more."""
    try:
        told = receive(orders, _World)
        world = World(WorldSpec(seed=told.seed, accounts=told.accounts, months=told.months, until=told.until))
        while True:
            order = receive(orders, _Order)
            written = write_batches(world, since=order.since, until=order.until, held_out=order.held_out)
            send(letters, written)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


if __name__ == "__main__":
    _write(sys.stdin.buffer, sys.stdout.buffer)
