"""How much the door takes before it says no."""

import dataclasses
from datetime import datetime, timedelta

from tenure.kernel import clock


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds that keep one sender from hurting another; bytes, counts and seconds."""

    # Segment's own SDKs send at most 500 KB a batch and 32 KB a call.
    body_bytes: int = 4 * 1024 * 1024
    call_bytes: int = 32 * 1024
    calls: int = 10_000
    property_names: int = 1_000

    earliest: datetime = clock.EARLIEST
    latest_ahead: timedelta = timedelta(hours=24)

    reading_bytes: int = 256 * 1024 * 1024
    reading_seconds: float = 30.0
    waiting_requests: int = 4_000
    waiting_bytes: int = 64 * 1024 * 1024
    group_requests: int = 512
    group_bytes: int = 8 * 1024 * 1024
    joining_seconds: float = 0.003
    """So long a commit waits for senders that were answered a moment ago and are about to send again."""
    commit_seconds: float = 10.0
    retry_after_seconds: int = 2
    backlog_calls: int = 0
    """So many acknowledged calls may wait to be stored; 0 means no bound."""
    backlog_seconds: float = 5.0
    backlog_retry_after_seconds: int = 15

    key_seconds: float = 5.0
    unknown_key_seconds: float = 1.0
    keys_remembered: int = 20_000
    key_lookups_waiting: int = 200

    refusals_burst: int = 200
    refusals_per_second: float = 20.0

    calls_per_second: int = 0
    """Per write key; 0 means no bound."""
