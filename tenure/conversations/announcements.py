"""What conversations tell the rest of the system."""

from datetime import datetime

from tenure.kernel.outbox import announcement


@announcement
class TicketOpened:
    """A customer asked for something; `at` is when, however late it was heard of."""

    workspace_id: int
    at: datetime
    ticket_id: int
    external_id: str
    account_id: int | None
    person_id: int | None
    subject: str
    priority: str
    channel: str
    source: str


@announcement
class TicketSolved:
    """What a customer asked for was answered for good, unless they ask again."""

    workspace_id: int
    at: datetime
    ticket_id: int
    external_id: str
    account_id: int | None
    person_id: int | None
    subject: str
    satisfaction: str
    source: str
    priority: str = ""
    """Empty in those told before it was said."""


@announcement
class TicketsWithdrawn:
    """What was told of tickets was taken back: these were never opened, or not solved after all."""

    workspace_id: int
    at: datetime
    opened: list[int]
    solved: list[int]
    account_ids: list[int]
    person_ids: list[int]
