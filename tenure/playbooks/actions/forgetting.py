"""Forgetting what was said in old calls."""

from datetime import datetime

from tenure.playbooks.models import CallLog


def forget_calls_before(moment: datetime) -> int:
    """Empty the notes and answers of calls before `moment`; that they took place stays. Returns how many."""
    return CallLog.objects.filter(called_at__lt=moment).exclude(notes="", answers={}).update(notes="", answers={})
