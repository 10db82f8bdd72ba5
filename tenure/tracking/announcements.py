"""What tracking tells the rest of the system."""

from datetime import date, datetime

from tenure.kernel.outbox import announcement


@announcement
class EventsStored:
    """Events of these accounts and people, on days from `first_day` to `last_day`, are in the lake and counted.

    Also told again for repeats, and for past use that counts elsewhere now: whoever derives from events looks again.
    """

    workspace_id: int
    at: datetime
    account_ids: list[int]
    person_ids: list[int]
    first_day: date
    last_day: date
    events: int


@announcement
class ConsentsHeard:
    """SDKs said what people agree to, in `context.consent`; the lists are as long as each other, a word in each place.

    A word may be told again, and in any order: `said_at` says when it was said first as far as this turn knows.
    """

    workspace_id: int
    at: datetime
    person_ids: list[int]
    sources: list[str]
    purposes: list[str]
    given: list[bool]
    said_at: list[datetime]
    message_ids: list[str]
