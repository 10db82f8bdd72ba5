"""Ids, enums and frozen values of tracking."""

import dataclasses
from datetime import datetime
from enum import StrEnum

USE_TYPES = ("track", "page", "screen")
"""The types of calls that are events: something a person did."""

RAW_KEPT = 64 * 1024
"""How many bytes of something refused are kept for people to look at."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SealedBatch:
    """One request's calls on their way into the intake log; `content` comes from `intake_log.seal`."""

    workspace_id: int
    write_key_id: int | None
    received_at: datetime
    sent_at: datetime | None
    content: bytes
    event_count: int
    source: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RefusedCall:
    """Something that was not taken, with a stable `code` and what to tell a person; `raw` may already be cut."""

    workspace_id: int | None
    received_at: datetime
    code: str
    reason: str
    path: str = ""
    write_key: str = ""
    message_id: str = ""
    source: str = ""
    raw: bytes = b""
    size: int = 0
    count: int = 1


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ArrivedCall:
    """One call as it lies in the intake log, with what a person recognises it by; `content` is JSON."""

    batch_id: int
    number: int
    received_at: datetime
    write_key_id: int | None
    source: str
    type: str
    event: str
    user_id: str
    anonymous_id: str
    group_id: str
    content: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RefusalCount:
    """How many calls were refused for one reason."""

    code: str
    count: int


class Section(StrEnum):
    """A part of the timeline."""

    USE = "use"
    TOUCHES = "touches"
    SIGNALS = "signals"
    TASKS = "tasks"
    CONVERSATIONS = "conversations"
    FACTS = "facts"
