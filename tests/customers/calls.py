"""Calls as tests write them: moments in whole seconds after a fixed Monday."""

from typing import Any

from tenure.customers.types import Call, CallKind

MONDAY = 1_772_409_600_000_000  # 2026-03-02 00:00 UTC


def at(seconds: float) -> int:
    return MONDAY + int(seconds * 1_000_000)


def a_call(kind: CallKind, seconds: float, **said: Any) -> Call:
    parts = {"user_id": None, "anonymous_id": None, "group_id": None, "source": "sdk"} | said
    return Call(kind=kind, first_at=at(seconds), last_at=at(seconds), **parts)


def used(seconds: float, **said: Any) -> Call:
    return a_call(CallKind.USE, seconds, **said)


def identified(seconds: float, **said: Any) -> Call:
    return a_call(CallKind.IDENTIFY, seconds, **said)


def grouped(seconds: float, **said: Any) -> Call:
    return a_call(CallKind.GROUP, seconds, **said)


def aliased(seconds: float, **said: Any) -> Call:
    return a_call(CallKind.ALIAS, seconds, **said)
