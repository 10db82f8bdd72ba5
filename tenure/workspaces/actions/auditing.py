"""The audit trail."""

from typing import Any

from tenure.kernel import clock
from tenure.workspaces.models import AuditEntry, Member


def record_audit(
    action: str, *, by: Member | None, subject: str, details: dict[str, Any] | None = None, actor: str = ""
) -> AuditEntry:
    """Write down who changed what; call it inside the transaction of the change.

    `action` is `domain.verb` ("segments.change"), `subject` what it was done to in words; `actor` names a program
    (an API key) when no member acted.
    """
    return AuditEntry.objects.create(
        at=clock.now(),
        member=by,
        actor=by.name if by else actor or "Tenure",
        action=action,
        subject=subject[:200],
        details=details or {},
    )
