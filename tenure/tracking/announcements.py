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
