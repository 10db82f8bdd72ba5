"""What our own system did about customers, kept for their timelines."""

from typing import Any

import msgspec

from tenure.tracking.models import TimelineEntry
from tenure.tracking.rules.timeline import section_of

_SPOKEN_FOR = {"workspace_id", "at", "account_id", "person_id"}


def keep_on_timeline(said: list[Any]) -> None:
    """Keep announcements that name an account or a person; they are put into words when they are read."""
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                at=each.at,
                kind=type(each).__name__,
                section=section_of(type(each).__name__).value,
                particulars={k: v for k, v in msgspec.to_builtins(each).items() if k not in _SPOKEN_FOR},
                account_id=getattr(each, "account_id", None) or None,
                person_id=getattr(each, "person_id", None) or None,
            )
            for each in said
        ],
        batch_size=1_000,
    )
