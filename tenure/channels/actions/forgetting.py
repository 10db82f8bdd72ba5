"""Forgetting what old messages said."""

from datetime import datetime

from tenure.channels.models import OutgoingMessage


def forget_messages_before(moment: datetime) -> int:
    """Empty messages sent before `moment`; that they were sent, and when, stays. Returns how many were emptied."""
    old = OutgoingMessage.objects.filter(sent_at__lt=moment).exclude(html="", text="")
    return old.update(html="", text="", values={})
