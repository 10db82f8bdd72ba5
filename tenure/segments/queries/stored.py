"""Conditions as they are stored, read back."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tenure.segments.models import Segment
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition


def stored_condition(raw: Any) -> Condition:
    """Read a stored condition; raises `msgspec.ValidationError` for one another version of Tenure wrote."""
    condition: Condition = msgspec.convert(raw, Condition)
    return condition


def condition_or_none(raw: Any) -> Condition | None:
    """Read a stored condition, or None where it cannot be read."""
    try:
        return stored_condition(raw)
    except msgspec.ValidationError:
        return None


def live_segments(subject: Subject) -> Iterable[Segment]:
    """Return the segments that are kept up to date."""
    return Segment.objects.filter(subject=subject, archived_at=None, paused_at=None).order_by("pk")
