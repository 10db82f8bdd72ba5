"""Where connectors are plugged in: one folder, one registration line in `apps.py`, one shared contract test."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from tenure.kernel.errors import NotFound


class ConnectorUnknown(NotFound):
    """There is no connector of this kind."""

    code = "connector_unknown"


class Brings(StrEnum):
    """What a connector can bring."""

    EVENTS = "events"
    BILLING = "billing"
    CUSTOMERS = "customers"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Connected:
    """Another system as it is connected: since when, when it was last heard, and what is wrong (a code, or nothing)."""

    kind: str
    name: str
    since: datetime
    last_heard_at: datetime | None
    problem: str = ""


class Connector(Protocol):
    """Moves records between us and another system."""

    kind: str
    brings: Sequence[Brings]

    def connected(self) -> Sequence[Connected]:
        """Return what is connected in the workspace in scope, the oldest first; nothing, when each use stands alone."""


_connectors: dict[str, Connector] = {}


def register(connector: Connector) -> None:
    """Make a connector known by its kind, which is its folder's name."""
    _connectors[connector.kind] = connector


def connector(kind: str) -> Connector:
    """Return a connector by its kind; raises `ConnectorUnknown`."""
    try:
        return _connectors[kind]
    except KeyError:
        raise ConnectorUnknown(f"no connector is called {kind!r}", kind=kind) from None


def connectors() -> Sequence[Connector]:
    """Return every connector, by kind."""
    return [_connectors[kind] for kind in sorted(_connectors)]
