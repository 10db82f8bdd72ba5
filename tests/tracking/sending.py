"""Calls as an SDK sends them, put into the intake log by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from tenure.kernel import tenancy
from tenure.tracking.actions.intake_log import append_batches, seal
from tenure.tracking.types import SealedBatch

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def track(event: str, *, at: datetime = NOW, **said: Any) -> dict[str, Any]:
    return {"type": "track", "event": event, "timestamp": at.isoformat(), **said}


def identify(*, at: datetime = NOW, **said: Any) -> dict[str, Any]:
    return {"type": "identify", "timestamp": at.isoformat(), **said}


def group(*, at: datetime = NOW, **said: Any) -> dict[str, Any]:
    return {"type": "group", "timestamp": at.isoformat(), **said}


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def send(*calls: dict[str, Any], received_at: datetime = NOW, sent_at: datetime | None = None) -> None:
    """Acknowledge calls; without a messageId of their own they get one from their content."""
    send_raw(msgspec.json.encode({"batch": [_with_id(c) for c in calls]}), len(calls), received_at, sent_at)


def send_raw(body: bytes, count: int = 1, received_at: datetime = NOW, sent_at: datetime | None = None) -> None:
    append_batches(
        [
            SealedBatch(
                workspace_id=tenancy.current_workspace_id(),
                write_key_id=None,
                received_at=received_at,
                sent_at=sent_at,
                content=seal(body),
                event_count=count,
            )
        ]
    )


def _with_id(call: dict[str, Any]) -> dict[str, Any]:
    return call if "messageId" in call else {**call, "messageId": str(abs(hash(msgspec.json.encode(call))))}
