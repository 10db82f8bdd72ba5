"""What signals tell the rest of the system."""

from datetime import datetime
from typing import Any

from tenure.kernel.outbox import announcement


@announcement
class SignalOpened:
    """Something was noticed about an account that no open signal told of."""

    workspace_id: int
    at: datetime
    account_id: int
    signal_id: int
    signal_kind: str
    severity: float
    owner_id: int | None
    summary: dict[str, Any]
    amount_minor: int | None = None
    currency: str = ""
    confidence: float | None = None


@announcement
class SignalWorsened:
    """A snoozed signal is open again before its time, because it has become worse."""

    workspace_id: int
    at: datetime
    account_id: int
    signal_id: int
    signal_kind: str
    severity: float
    severity_before: float
    owner_id: int | None


@announcement
class SignalClosed:
    """A signal needs nobody any more: a member said so, it passed, or the account churned."""

    workspace_id: int
    at: datetime
    account_id: int
    signal_id: int
    signal_kind: str
    reason: str
    outcome: str
    closed_by_id: int | None


@announcement
class SignalSnoozed:
    """A member put a signal off."""

    workspace_id: int
    at: datetime
    account_id: int
    signal_id: int
    signal_kind: str
    until: datetime
    snoozed_by_id: int


@announcement
class SignalAssigned:
    """A signal became a member's, or nobody's."""

    workspace_id: int
    at: datetime
    account_id: int
    signal_id: int
    signal_kind: str
    owner_id: int | None
    assigned_by_id: int
