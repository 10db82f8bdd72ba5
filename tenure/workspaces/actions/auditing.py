"""The audit trail."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from tenure.kernel import clock
from tenure.workspaces.models import AuditEntry, Member

ERASED = "(erased)"
_api_key: ContextVar[str] = ContextVar("api_key", default="")


@contextmanager
def by_key(name: str) -> Iterator[None]:
    """Let the trail say of everything done inside that it was done with this API key."""
    token = _api_key.set(name)
    try:
        yield
    finally:
        _api_key.reset(token)


def record_audit(
    action: str, *, by: Member | None, subject: str, details: dict[str, Any] | None = None, actor: str = ""
) -> AuditEntry:
    """Write down who changed what; call it inside the transaction of the change.

    `action` is `domain.verb` ("segments.change"), `subject` what it was done to in words; `actor` names a program
    (an API key) when no member acted. Inside `by_key` the key is the actor, in the name of the member.
    """
    key = _api_key.get()
    return AuditEntry.objects.create(
        at=clock.now(),
        member=by,
        actor=f"key {key}" if key else by.name if by else actor or "Tenure",
        action=action,
        subject=subject[:200],
        details=details or {},
    )


def redact_audit(words: Collection[str]) -> int:
    """Take the names of somebody erased out of the trail, and leave what was done; returns how many entries changed."""
    wanted = {word.casefold() for word in words}
    changed = 0
    for entry in AuditEntry.objects.order_by("pk").iterator(chunk_size=2_000):
        subject = _redacted(entry.subject, wanted)
        details = _redacted(entry.details, wanted)
        if (subject, details) != (entry.subject, entry.details):
            AuditEntry.objects.filter(pk=entry.pk).update(subject=subject, details=details)
            changed += 1
    return changed


def _redacted(said: Any, words: Collection[str]) -> Any:
    """Replace texts that are one of the words, however deep in lists and mappings."""
    match said:
        case str():
            return ERASED if said.casefold() in words else said
        case list():
            return [_redacted(each, words) for each in said]
        case dict():
            return {name: _redacted(each, words) for name, each in said.items()}
        case _:
            return said


def forget_audit_before(moment: datetime) -> int:
    """Delete what the trail says of the time before `moment`; returns how many entries."""
    return AuditEntry.objects.filter(at__lt=moment).delete()[0]
