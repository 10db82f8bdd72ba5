"""Keeping data no longer than the workspace says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from tenure.channels import actions as channels
from tenure.connectors.files import actions as files
from tenure.conversations import actions as conversations
from tenure.kernel import clock
from tenure.playbooks import actions as playbooks
from tenure.privacy.errors import RetentionTooLong, RetentionTooShort
from tenure.privacy.models import RetentionRule
from tenure.privacy.queries import retention
from tenure.privacy.types import LEAST_DAYS, MOST_DAYS, Kept
from tenure.tracking import actions as tracking
from tenure.workspaces import actions as workspaces

if TYPE_CHECKING:
    from tenure.workspaces.models import Member


def _forget_calls(moment: datetime) -> int:
    """Empty what was said in calls, where it was written down and on the timelines."""
    return playbooks.forget_calls_before(moment) + tracking.forget_timeline_before(moment, kinds=["CallLogged"])


FORGET: dict[Kept, Callable[[datetime], int]] = {
    Kept.EVENTS: tracking.forget_events_before,
    Kept.ROLLUPS: tracking.forget_rollups_before,
    Kept.TIMELINE: tracking.forget_timeline_before,
    Kept.MESSAGES: channels.forget_messages_before,
    Kept.CALLS: _forget_calls,
    Kept.TICKETS: conversations.forget_tickets_before,
    Kept.IMPORTS: files.forget_imports_before,
    Kept.AUDIT: workspaces.forget_audit_before,
}


@transaction.atomic
def set_retention(kind: Kept, days: int | None, *, by: "Member") -> None:
    """Keep a kind of data for so many days from now on, or for ever (None).

    Raises `RetentionTooShort` and `RetentionTooLong`.
    """
    if days is not None and days < LEAST_DAYS.get(kind, 1):
        raise RetentionTooShort
    if days is not None and days > MOST_DAYS:
        raise RetentionTooLong
    if days is None:
        RetentionRule.objects.filter(kind=kind).delete()
    else:
        RetentionRule.objects.update_or_create(kind=kind, defaults={"days": days, "changed_at": clock.now()})
    workspaces.record_audit("privacy.retention", by=by, subject=kind, details={"days": days})


def forget_what_is_old(now: datetime) -> dict[str, int]:
    """Delete what is older than it may be; returns how much, by kind."""
    done = {}
    for rule in retention():
        if rule.days is None:
            continue
        count = FORGET[rule.kind](now - timedelta(days=rule.days))
        RetentionRule.objects.filter(kind=rule.kind).update(applied_at=now, forgotten=count)
        if count:
            done[rule.kind.value] = count
    return done
