"""What segments tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement
from tenure.segments.types import Cause


@announcement
class SegmentEntered:
    """An account or a person has come to be in a segment."""

    workspace_id: int
    at: datetime
    segment_id: int
    segment_name: str
    account_id: int | None = None
    person_id: int | None = None
    cause: Cause = Cause.HAPPENING


@announcement
class SegmentLeft:
    """An account or a person is no longer in a segment."""

    workspace_id: int
    at: datetime
    segment_id: int
    segment_name: str
    account_id: int | None = None
    person_id: int | None = None
    cause: Cause = Cause.HAPPENING
