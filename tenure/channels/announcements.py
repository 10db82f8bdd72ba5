"""What channels tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class MessageSent:
    """A carrier, or the outbox inside Tenure, took a message."""

    workspace_id: int
    at: datetime
    account_id: int | None
    person_id: int | None
    message_id: int
    channel: str
    subject: str
    topic: str
    origin: str
    origin_name: str


@announcement
class MessageRefused:
    """A message will not go out: `reason` is a `RefusalReason`."""

    workspace_id: int
    at: datetime
    account_id: int | None
    person_id: int | None
    message_id: int
    channel: str
    subject: str
    topic: str
    reason: str
    origin: str
    origin_name: str


@announcement
class Unsubscribed:
    """A person wants no more messages of a topic; an empty topic means of any."""

    workspace_id: int
    at: datetime
    account_id: int | None
    person_id: int | None
    topic: str
    topic_name: str
    via: str


@announcement
class Resubscribed:
    """A person takes an unsubscription back."""

    workspace_id: int
    at: datetime
    account_id: int | None
    person_id: int | None
    topic: str
    topic_name: str
