"""What our own system did about customers, kept for their timelines."""

from typing import Any

import msgspec

from tenure.tracking.models import TimelineEntry
from tenure.tracking.rules.timeline import is_told_already, section_of

_SPOKEN_FOR = {"workspace_id", "at", "account_id", "person_id"}


def keep_on_timeline(said: list[Any]) -> None:
    """Keep announcements that name an account or a person; they are put into words when they are read."""
    told = [(each, type(each).__name__, _particulars(each)) for each in said]
    TimelineEntry.objects.bulk_create(
        [
            TimelineEntry(
                at=each.at,
                kind=kind,
                section=section_of(kind).value,
                particulars=particulars,
                account_id=getattr(each, "account_id", None) or None,
                person_id=getattr(each, "person_id", None) or None,
            )
            for each, kind, particulars in told
            if not is_told_already(kind, particulars)
        ],
        batch_size=1_000,
    )


def _particulars(said: Any) -> dict[str, Any]:
    return {k: v for k, v in msgspec.to_builtins(said).items() if k not in _SPOKEN_FOR}
