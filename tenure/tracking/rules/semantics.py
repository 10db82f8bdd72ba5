"""What events with a reserved meaning say about people and accounts: Segment's B2B SaaS events. Pure.

See Segment's specification "B2B SaaS events". That an account was made, ended or began to pay is `customers`' to know.
"""

from collections.abc import Mapping
from typing import Any

from tenure.customers.types import CallKind

_SIGNED_UP = {
    "first_name": "firstName", "last_name": "lastName", "email": "email", "phone": "phone", "username": "username",
    "title": "title",
}  # fmt: skip
_TRIAL = {
    "trial_start_date": "trial_started_at", "trial_end_date": "trial_ends_at", "trial_plan_name": "trial_plan",
}  # fmt: skip
MEANT = frozenset({"signed up", "account created", "account added user", "trial started", "trial ended"})
"""Names, in lower case, of events whose properties say what somebody or something is."""


def traits_meant(
    event: str, properties: Mapping[str, Any], at: str, *, names_account: bool
) -> tuple[CallKind, dict[str, Any]] | None:
    """Return whom an event's properties are about and the traits they say, or None; `at` is when it happened.

    Without an account it is the person's own account of one that a trial is about, and that mirrors the person.
    """
    about = CallKind.GROUP if names_account else CallKind.IDENTIFY
    match event.lower():
        case "signed up":
            return _some(CallKind.IDENTIFY, _renamed(properties, _SIGNED_UP))
        case "account created" if names_account:
            return _some(about, _renamed(properties, {"account_name": "name"}))
        case "account added user":
            return _some(CallKind.IDENTIFY, _renamed(properties, {"role": "role"}))
        case "trial started":
            return about, {"trial_started_at": at} | _renamed(properties, _TRIAL)
        case "trial ended":
            return about, _renamed(properties, _TRIAL) | {"trial_ended_at": at}
    return None


def _some(about: CallKind, traits: dict[str, Any]) -> tuple[CallKind, dict[str, Any]] | None:
    return (about, traits) if traits else None


def _renamed(properties: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {ours: properties[theirs] for theirs, ours in names.items() if properties.get(theirs) not in (None, "")}
