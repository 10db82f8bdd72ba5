"""Conditions as they are stored, read back."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tenure.segments.models import Segment
from tenure.segments.types import Subject
from tenure.segments.types.conditions import Condition, Listed

LISTED = {"kind": "listed"}
"""The stored condition of a static segment."""


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
    found = Segment.objects.filter(subject=subject, archived_at=None, paused_at=None)
    return found.exclude(condition=LISTED).order_by("pk")


def definitions(ids: Iterable[int], subject: Subject) -> dict[int, Condition]:
    """Return the conditions of segments, as far as they can be judged together with what names them.

    What is paused, archived, a list, of the other subject or not readable is left out: who is in it is kept.
    """
    rows = Segment.objects.filter(pk__in=list(ids), subject=subject, archived_at=None, paused_at=None, error="")
    read = {pk: condition_or_none(raw) for pk, raw in rows.values_list("pk", "condition")}
    return {pk: c for pk, c in read.items() if c is not None and not isinstance(c, Listed)}
