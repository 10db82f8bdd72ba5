"""What journeys tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class TouchMade:
    """A journey decided to reach a person and queued the message."""

    workspace_id: int
    at: datetime
    account_id: int | None
    person_id: int | None
    journey_id: int
    journey_name: str
    step_id: str
    channel: str
    subject: str
    decision_id: int
    message_id: int | None


@announcement
class TouchSkipped:
    """A journey decided not to reach a person; `reason` is a `Why`."""

    workspace_id: int
    at: datetime
    account_id: int | None
    person_id: int | None
    journey_id: int
    journey_name: str
    step_id: str
    channel: str
    reason: str
    decision_id: int


@announcement
class GoalReached:
    """Somebody in a journey did what it hoped for."""

    workspace_id: int
    at: datetime
    account_id: int | None
    person_id: int | None
    journey_id: int
    journey_name: str
    enrolment_id: int
