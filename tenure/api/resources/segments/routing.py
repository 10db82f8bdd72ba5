"""The router of segments, and the form in which one is shown."""

from datetime import datetime
from typing import Any

import msgspec
from ninja import Router, Schema

from tenure.api.fields import said
from tenure.segments import queries
from tenure.segments.types.answers import SegmentSummary
from tenure.workspaces import queries as workspaces

router = Router(tags=["segments"])

CONDITION = {"kind": "trait", "name": "plan", "operator": "is", "value": "Premium"}
CONDITION_WORDS = "A condition tree; the reference of segments has every kind."


class SegmentOut(Schema):
    """One segment."""

    id: int = said("Which segment.")
    name: str = said("What it is called.", "Fading accounts")
    description: str = said("What it is for.", "For the weekly review.")
    subject: str = said("What it selects: account or person.", "account")
    sentence: str = said("Its condition in words; empty when it cannot be read any more.", "plan is Premium")
    condition: Any = said(f"{CONDITION_WORDS} Null when what is stored cannot be read any more.", CONDITION)
    version: int = said("How often its condition was changed, plus one.", 1)
    size: int = said("How many are in it.")
    size_week_ago: int | None = said("How many were a week ago; null while it is younger.", 9)
    created_at: datetime = said("When it was defined.")
    changed_at: datetime = said("When it was changed last.")
    evaluated_at: datetime | None = said("When all its members were looked at last.")
    paused_at: datetime | None = said("Since when nobody enters or leaves.")
    archived_at: datetime | None = said("Since when it is out of use.")
    error: str = said("Why it cannot be evaluated; empty when it can.", "")


def shown(found: SegmentSummary, members: dict[int, str] | None = None) -> dict[str, Any]:
    """Return a segment as the API shows it."""
    condition, names = found.condition, workspaces.member_names() if members is None else members
    fields = (
        "id", "name", "description", "subject", "version", "size", "size_week_ago", "created_at", "changed_at",
        "evaluated_at", "paused_at", "archived_at", "error",
    )  # fmt: skip
    return {
        "sentence": queries.sentence(condition, found.subject, names) if condition is not None else "",
        "condition": msgspec.to_builtins(condition) if condition is not None else None,
        **{field: getattr(found, field) for field in fields},
    }
