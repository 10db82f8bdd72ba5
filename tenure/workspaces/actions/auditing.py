"""The audit trail."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection

from tenure.kernel import clock
from tenure.workspaces.models import AuditEntry, Member

ERASED = "(erased)"
_ARROW = " → "
"""Stands between two names in a subject: who was merged, and into whom."""
_LONGEST_SUBJECT = 200
_MARKS_AT_ONCE = 10_000
_ENTRIES_AT_ONCE = 2_000
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
        subject=subject[:_LONGEST_SUBJECT],
        details=details or {},
        marks=marks_of(subject[:_LONGEST_SUBJECT], details or {}),
    )


def redact_audit(words: Collection[str]) -> int:
    """Take the names of somebody erased out of the trail, and leave what was done; returns how many entries changed.

    What names them is found by its marks, and rewritten some thousand entries at a time.
    """
    wanted = {name.casefold() for word in words for name in (word, word[:_LONGEST_SUBJECT]) if name}
    marks = sorted(map(_mark, wanted))
    changed = 0
    for first in range(0, len(marks), _MARKS_AT_ONCE):
        named = AuditEntry.objects.filter(marks__overlap=marks[first : first + _MARKS_AT_ONCE])
        after = 0
        while entries := list(named.filter(pk__gt=after).order_by("pk")[:_ENTRIES_AT_ONCE]):
            after = entries[-1].pk
            changed += _rewrite([e for e in entries if _redact(e, wanted)])
    return changed


def _redact(entry: AuditEntry, words: Collection[str]) -> bool:
    before = entry.subject, entry.details
    entry.subject, entry.details = _redacted(entry.subject, words), _redacted(entry.details, words)
    return before != (entry.subject, entry.details)


def _rewrite(entries: Sequence[AuditEntry]) -> int:
    if entries:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                UPDATE workspaces_auditentry e
                SET subject = r.subject, details = r.details::jsonb, marks = r.marks::bigint[]
                FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS r (id, subject, details, marks)
                WHERE e.id = r.id
                """,
                [
                    [e.pk for e in entries],
                    [e.subject for e in entries],
                    [json.dumps(e.details) for e in entries],
                    ["{" + ",".join(map(str, marks_of(e.subject, e.details))) + "}" for e in entries],
                ],
            )
    return len(entries)


def marks_of(*said: Any) -> list[int]:
    """Return the marks of all texts, however deep in lists and mappings, and of the parts of those with an arrow."""
    return sorted({_mark(text.casefold()) for each in said for text in _texts(each)})


def _mark(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), signed=True)


def _texts(said: Any) -> Iterator[str]:
    match said:
        case str():
            yield said
            if _ARROW in said:
                yield from said.split(_ARROW)
        case list() | tuple():
            for each in said:
                yield from _texts(each)
        case dict():
            for each in said.values():
                yield from _texts(each)


def _redacted(said: Any, words: Collection[str]) -> Any:
    """Replace texts that are one of the words, and parts of those with an arrow, however deep they are."""
    match said:
        case str():
            if said.casefold() in words:
                return ERASED
            return _ARROW.join(ERASED if part.casefold() in words else part for part in said.split(_ARROW))
        case list():
            return [_redacted(each, words) for each in said]
        case dict():
            return {name: _redacted(each, words) for name, each in said.items()}
        case _:
            return said


def forget_audit_before(moment: datetime) -> int:
    """Delete what the trail says of the time before `moment`; returns how many entries."""
    return AuditEntry.objects.filter(at__lt=moment).delete()[0]
