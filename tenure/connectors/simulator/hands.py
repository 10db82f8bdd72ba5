"""Who runs the stages that may run beside others: this process itself, or a second one on another core."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import IO, Protocol

import msgspec

from tenure.connectors.simulator.letters import Companion, receive, send


class Order(msgspec.Struct, frozen=True):
    """Stages to be run one after the other at a moment, up to the first that finds nothing to do."""

    workspace_id: int
    stages: Sequence[str]
    moment: datetime


class _Done(msgspec.Struct, frozen=True):
    did: int
    error: str = ""


class Hands(Protocol):
    """Work is begun, and finished before its results are needed; one order at a time."""

    def begin(self, order: Order) -> None:
        """Take an order."""

    def finish(self) -> int:
        """Have the order done; returns how much was done."""


class OwnHands:
    """Do everything in this process, when it is needed."""

    def __init__(self) -> None:
        self._order: Order | None = None

    def begin(self, order: Order) -> None:
        """Remember the order."""
        self._order = order

    def finish(self) -> int:
        """Carry it out."""
        order, self._order = self._order, None
        return _carried_out(order) if order is not None else 0


class SecondHands(Companion):
    """Have a process of its own do the work meanwhile; its environment says which database it is about."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(__name__, environment)
        self._waiting = False

    def begin(self, order: Order) -> None:
        """Send the order."""
        self.tell(order)
        self._waiting = True

    def finish(self) -> int:
        """Wait until it is done; raises `RuntimeError` when it failed."""
        if not self._waiting:
            return 0
        done = self.hear(_Done)
        self._waiting = False
        if done.error:
            raise RuntimeError(done.error)
        return done.did


def _carried_out(order: Order) -> int:
    from tenure.kernel import clock, jobs, tenancy

    total = 0
    with tenancy.scope(order.workspace_id), clock.simulated(order.moment):
        for name in order.stages:
            did = jobs.run_stage(name, order.moment)
            total += did
            if not did:
                break
    return total


def _work(orders: IO[bytes], answers: IO[bytes]) -> None:
    """Carry out orders until nobody gives any more."""
    import logging

    import django
    import structlog

    django.setup()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # as who asks us is
    from tenure.connectors.simulator.haste import hasty_commits, rare_collections

    try:
        with hasty_commits(), rare_collections():
            while True:
                order = receive(orders, Order)
                try:
                    done = _Done(_carried_out(order))
                except Exception:
                    done = _Done(0, traceback.format_exc())
                send(answers, done)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return


if __name__ == "__main__":
    with suppress(BrokenPipeError), os.fdopen(os.dup(sys.stdout.fileno()), "wb") as said:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what others print must not get among the answers
        _work(sys.stdin.buffer, said)
